"""A new facility, a crossing or a mobile service, by what each reaches for its cost."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from api.choice_schemas import MeasuresAnswer
from api.dependencies import DayDep, OpenDep, TranslatorDep
from api.measured import measures_json
from api.routes.access import LimitQuery, ModeQuery, TypeQuery
from api.routes.frontier import WeightQuery
from geo_planner.siting.measures import rank_measures
from geo_planner.siting.measuring.measure_costs import MeasureCosts

router = APIRouter(prefix="/projects/{project_id}", tags=["siting"])

MOST = 1e12
Cost = Annotated[float, Query(ge=0, le=MOST, allow_inf_nan=False)]
Known = Annotated[
    float | None,
    Query(ge=0, le=MOST, allow_inf_nan=False, description="Not ranked where not given."),
]


@router.get("/measures")
def compare_measures(  # noqa: PLR0913, PLR0917 - each argument is a parameter of the address
    opened: OpenDep,
    day: DayDep,
    translator: TranslatorDep,
    facility_type: TypeQuery,
    facility_cost: Known = None,
    facility_yearly: Cost = 0.0,
    link_cost: Known = None,
    link_fixed: Cost = 0.0,
    crossing_cost: Cost = 0.0,
    service_cost: Known = None,
    service_yearly: Cost = 0.0,
    service_limit: Annotated[float, Query(ge=0, le=2_000_000, allow_inf_nan=False)] = 0.0,
    visits: Annotated[float, Query(gt=0, le=10_000, allow_inf_nan=False)] = 52.0,
    years: Annotated[float, Query(gt=0, le=200, allow_inf_nan=False)] = 10.0,
    budget: Annotated[float | None, Query(ge=0, le=MOST, allow_inf_nan=False)] = None,
    most: Annotated[int, Query(ge=0, le=1000, description="Most measures to carry out.")] = 100,
    mode: ModeQuery = "walk",
    limit: LimitQuery = None,
    weight: WeightQuery = "children",
) -> MeasuresAnswer:
    """Rank new facilities, links in the streets and mobile services against each other.

    Costs are the reader's own: of a facility, a metre of link, a visit of the service to a stop.
    """
    found = rank_measures(
        opened.project,
        facility_type,
        costs=MeasureCosts(
            facility=facility_cost,
            facility_year=facility_yearly,
            link_metre=link_cost,
            link_fixed=link_fixed,
            crossing=crossing_cost,
            visit=service_cost,
            service_year=service_yearly,
            visits=visits,
            years=years,
        ),
        mode=mode,
        limit=limit,
        as_of=day,
        service_limit=service_limit,
        weight=weight,
        budget=budget,
        most=most,
    )
    return MeasuresAnswer.model_validate(measures_json(found, translator))
