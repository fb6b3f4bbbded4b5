"""The plan's rows."""

from __future__ import annotations

from fastapi import APIRouter

from api.dependencies import StoreDep
from api.schemas import (
    BarrierKindRow,
    CatalogueRows,
    FacilityTypeRow,
    IndicatorRow,
    Labels,
    TravelModeRow,
    UnitKindRow,
)
from geo_planner.catalogue import Catalogue
from layers.catalogue import load_catalogue

router = APIRouter(tags=["catalogue"])


@router.get("/catalogue")
def read_catalogue() -> CatalogueRows:
    """Return the packaged rows: indicators, facility types, unit kinds and travel modes."""
    return rows_of(load_catalogue())


@router.get("/projects/{project_id}/catalogue")
def read_project_catalogue(store: StoreDep) -> CatalogueRows:
    """Return the rows as one project knows them, its own included."""
    return rows_of(store.catalogue)


@router.get("/projects/{project_id}/catalogue/indicators/{indicator}")
def read_indicator(store: StoreDep, indicator: str) -> IndicatorRow:
    """Return one indicator: its clause, exact quote, rule and target."""
    return IndicatorRow.model_validate(store.catalogue.indicator(indicator))


def rows_of(catalogue: Catalogue) -> CatalogueRows:
    """Return a catalogue as plain rows."""
    return CatalogueRows(
        plan_id=catalogue.plan_id,
        title=Labels.model_validate(catalogue.title),
        period=catalogue.period,
        unit_kinds=[UnitKindRow.model_validate(row) for row in catalogue.unit_kinds.values()],
        facility_types=[
            FacilityTypeRow.model_validate(row) for row in catalogue.facility_types.values()
        ],
        travel_modes=[TravelModeRow.model_validate(row) for row in catalogue.travel_modes.values()],
        barrier_kinds=[
            BarrierKindRow.model_validate(row) for row in catalogue.barrier_kinds.values()
        ],
        indicators=[IndicatorRow.model_validate(row) for row in catalogue.indicators.values()],
    )
