"""Many choices of sites at once: frontier, equity, alternatives, limits."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response

from api.choice_schemas import AlternativesAnswer, EquityAnswer, FrontierAnswer, LimitsAnswer
from api.choices import alternatives_json, limits_json
from api.dependencies import DayDep, OpenDep, TranslatorDep
from api.frontiers import equity_json, frontier_json
from api.routes.access import LimitQuery, ModeQuery, TypeQuery
from geo_planner.siting.alternatives import alternatives
from geo_planner.siting.equity import equity_price
from geo_planner.siting.frontier import TARGETS, Frontier, frontier
from geo_planner.siting.sensitivity import PERCENTS, limit_sensitivity

router = APIRouter(prefix="/projects/{project_id}", tags=["siting"])

WeightQuery = Annotated[
    Literal["children", "units"], Query(description="What is to be covered, and counted.")
]
SecondsQuery = Annotated[
    float, Query(gt=0, le=60, allow_inf_nan=False, description="Seconds to search for, at most.")
]
SitesQuery = Annotated[int, Query(ge=0, le=100_000, description="How many sites to build.")]
FewestQuery = Annotated[
    int | None,
    Query(ge=0, le=100_000, description="How many sites to build; `cover-all` needs no number."),
]
ProblemQuery = Annotated[Literal["cover-most", "cover-all"], Query(description="What is sought.")]
UpToQuery = Annotated[int, Query(ge=1, le=2000, description="Largest number of new sites.")]
Share = Annotated[float, Query(ge=0, le=100, allow_inf_nan=False)]
TargetsQuery = Annotated[
    list[Share] | None, Query(description="Shares to reach, percent.", max_length=12)
]


@router.get("/frontier")
def find_frontier(
    opened: OpenDep,
    day: DayDep,
    translator: TranslatorDep,
    facility_type: TypeQuery,
    up_to: UpToQuery = 20,
    mode: ModeQuery = "walk",
    limit: LimitQuery = None,
    weight: WeightQuery = "children",
    target: TargetsQuery = None,
    time_limit: SecondsQuery = 20.0,
) -> FrontierAnswer:
    """Return coverage against the number of new sites: best of each number, order of building."""
    found = frontier(
        opened.project,
        facility_type,
        up_to=up_to,
        mode=mode,
        limit=limit,
        weight=weight,
        targets=TARGETS if target is None else target,
        as_of=day,
        time_limit=time_limit,
    )
    return FrontierAnswer.model_validate(frontier_json(found, translator))


@router.get(
    "/frontier.svg",
    response_class=Response,
    responses={200: {"content": {"image/svg+xml": {}}, "description": "The chart."}},
)
def draw_frontier(
    opened: OpenDep,
    day: DayDep,
    translator: TranslatorDep,
    facility_type: TypeQuery,
    up_to: UpToQuery = 20,
    mode: ModeQuery = "walk",
    limit: LimitQuery = None,
    weight: WeightQuery = "children",
    target: TargetsQuery = None,
    time_limit: SecondsQuery = 20.0,
) -> Response:
    """Return the same as a chart in the reader's language."""
    from maps.figures.frontier import frontier_svg  # noqa: PLC0415 - drawn when asked for

    found: Frontier = frontier(
        opened.project,
        facility_type,
        up_to=up_to,
        mode=mode,
        limit=limit,
        weight=weight,
        targets=TARGETS if target is None else target,
        as_of=day,
        time_limit=time_limit,
    )
    return Response(frontier_svg(found, translator), media_type="image/svg+xml")


@router.get("/equity")
def price_equity(
    opened: OpenDep,
    day: DayDep,
    translator: TranslatorDep,
    facility_type: TypeQuery,
    sites: SitesQuery,
    mode: ModeQuery = "walk",
    limit: LimitQuery = None,
    weight: WeightQuery = "children",
    floor: Annotated[
        list[Share] | None,
        Query(description="Least shares of each regiment; else steps.", max_length=20),
    ] = None,
    time_limit: SecondsQuery = 20.0,
) -> EquityAnswer:
    """Say what it costs in coverage, with as many sites, that no regiment falls below a floor."""
    found = equity_price(
        opened.project,
        facility_type,
        sites=sites,
        floors=floor,
        mode=mode,
        limit=limit,
        weight=weight,
        as_of=day,
        time_limit=time_limit,
    )
    return EquityAnswer.model_validate(equity_json(found, translator))


@router.get("/alternatives")
def find_alternatives(  # noqa: PLR0913, PLR0917 - each argument is a parameter of the address
    opened: OpenDep,
    day: DayDep,
    translator: TranslatorDep,
    facility_type: TypeQuery,
    sites: FewestQuery = None,
    problem: ProblemQuery = "cover-most",
    within: Annotated[
        float, Query(ge=0, le=99, allow_inf_nan=False, description="Percent that may be lost.")
    ] = 1.0,
    many: Annotated[int, Query(ge=1, le=20, description="Most plans to look for.")] = 5,
    mode: ModeQuery = "walk",
    limit: LimitQuery = None,
    weight: WeightQuery = "children",
    time_limit: SecondsQuery = 20.0,
) -> AlternativesAnswer:
    """Return choices of sites nearly as good as the best, as different as they can be."""
    found = alternatives(
        opened.project,
        facility_type,
        problem,
        sites=sites,
        within=within / 100,
        many=many,
        mode=mode,
        limit=limit,
        weight=weight,
        as_of=day,
        time_limit=time_limit,
    )
    return AlternativesAnswer.model_validate(alternatives_json(found, translator))


@router.get("/limits")
def compare_limits(  # noqa: PLR0913, PLR0917 - each argument is a parameter of the address
    opened: OpenDep,
    day: DayDep,
    translator: TranslatorDep,
    facility_type: TypeQuery,
    sites: FewestQuery = None,
    problem: ProblemQuery = "cover-most",
    percent: Annotated[
        list[Annotated[float, Query(gt=0, le=1000, allow_inf_nan=False)]] | None,
        Query(description="Parts of the limit, percent.", max_length=12),
    ] = None,
    mode: ModeQuery = "walk",
    limit: LimitQuery = None,
    weight: WeightQuery = "children",
    time_limit: SecondsQuery = 20.0,
) -> LimitsAnswer:
    """Say how the best sites change with how far people are taken to go."""
    found = limit_sensitivity(
        opened.project,
        facility_type,
        problem,
        sites=sites,
        percents=PERCENTS if percent is None else percent,
        mode=mode,
        limit=limit,
        weight=weight,
        as_of=day,
        time_limit=time_limit,
    )
    return LimitsAnswer.model_validate(limits_json(found, translator))
