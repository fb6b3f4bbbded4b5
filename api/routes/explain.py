"""Why a unit is, or is not, within reach."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from api.dependencies import DayDep, OpenDep, TranslatorDep
from api.explained import explanation_json
from api.travel_schemas import UnitExplanation
from geo_planner.travel.explain import explain

router = APIRouter(prefix="/projects/{project_id}", tags=["access"])


@router.get("/explain")
def explain_unit(
    opened: OpenDep,
    day: DayDep,
    translator: TranslatorDep,
    unit: Annotated[str, Query(description="Code of a unit.", max_length=255)],
    facility_type: Annotated[
        str, Query(description="Id of a facility type.", examples=["kindergarten"])
    ],
    mode: Annotated[str, Query(description="Id of a travel mode.", examples=["walk"])] = "walk",
    limit: Annotated[
        float | None,
        Query(
            ge=0,
            allow_inf_nan=False,
            description="Metres of a plain street, or what takes as long; else the type's own.",
        ),
    ] = None,
) -> UnitExplanation:
    """Say why a unit is near or far: the route, the causes, and what one change would bring."""
    found = explain(opened.project, unit, facility_type, mode=mode, limit=limit, as_of=day)
    return UnitExplanation.model_validate(explanation_json(found, opened.project, translator))
