"""The command that ranks facilities, crossings and mobile services against each other."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from api.commands.answers import opened
from api.commands.frontier import CandidatesFile, Limit, Weight, candidates_in
from api.commands.options import AsOf, Crs, Excel, Folder, Format, Lang, Mode
from api.commands.travel import FacilityType
from api.reader import Reader, day_of
from geo_planner.notes import msgid


def _cost(name: str, help_text: str) -> Any:  # noqa: ANN401 - what the library calls an option
    return typer.Option(name, min=0, help=help_text, show_default=False)


def measures(  # noqa: PLR0913, PLR0917 - each argument is an option of the command line
    ctx: typer.Context,
    project: Folder,
    facility_type: FacilityType,
    facility_cost: Annotated[
        float | None, _cost("--facility-cost", msgid("To build one facility."))
    ] = None,
    facility_yearly: Annotated[
        float, _cost("--facility-yearly", msgid("To run one facility for a year."))
    ] = 0.0,
    link_cost: Annotated[
        float | None, _cost("--link-cost", msgid("For each metre of a path or bridge."))
    ] = None,
    link_fixed: Annotated[
        float, _cost("--link-fixed", msgid("For each path or bridge, beside its metres."))
    ] = 0.0,
    crossing_cost: Annotated[
        float, _cost("--crossing-cost", msgid("More where a path has to cross a barrier."))
    ] = 0.0,
    service_cost: Annotated[
        float | None,
        _cost("--service-cost", msgid("For each visit of a mobile service to one stop.")),
    ] = None,
    service_yearly: Annotated[
        float,
        _cost("--service-yearly", msgid("For the mobile service a year, however many stops.")),
    ] = 0.0,
    service_limit: Annotated[
        float,
        _cost("--service-limit", msgid("Metres around a stop that are reached; 0: its place.")),
    ] = 0.0,
    visits: Annotated[
        float, typer.Option("--visits", min=0, help=msgid("Visits to each stop in a year."))
    ] = 52.0,
    years: Annotated[
        float, typer.Option("--years", min=0, help=msgid("Years to add running costs up for."))
    ] = 10.0,
    budget: Annotated[
        float | None, _cost("--budget", msgid("Most that may be spent in all."))
    ] = None,
    candidates: CandidatesFile = None,
    crs: Crs = None,
    limit: Limit = None,
    mode: Mode = "walk",
    weight: Weight = "children",
    as_of: AsOf = None,
    form: Format = "table",
    excel: Excel = False,
    lang: Lang = None,  # noqa: ARG001 - read from all words at once
) -> None:
    """Rank new facilities, crossings and mobile services by children reached for the cost."""
    from api.measured import print_measures  # noqa: PLC0415 - kept out of --help
    from api.printing import progress  # noqa: PLC0415
    from geo_planner.siting.measures import rank_measures  # noqa: PLC0415
    from geo_planner.siting.measuring.measure_costs import MeasureCosts  # noqa: PLC0415

    reader: Reader = ctx.obj
    asked = opened(project, reader)
    day = day_of(asked, as_of)
    where = candidates_in(candidates, asked, day, crs)
    with progress(reader.text("Looking for measures")):
        found = rank_measures(
            asked,
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
            limit=limit,
            mode=mode,
            candidates=where,
            as_of=day,
            service_limit=service_limit,
            weight=weight,
            budget=budget,
        )
    print_measures(found, reader, form=form, excel=excel)
