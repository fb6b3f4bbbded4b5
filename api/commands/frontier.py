"""Commands about many choices of sites at once: frontier, equity, alternatives, limits."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from api.commands.answers import opened
from api.commands.options import AsOf, Crs, Excel, Folder, Format, Lang, Mode
from api.commands.travel import FacilityType, numbers_of
from api.reader import Reader, day_of
from geo_planner.notes import msgid

if TYPE_CHECKING:
    from geo_planner.project import Project
    from geo_planner.siting.candidates import Candidates

Limit = Annotated[
    float | None,
    typer.Option(
        "--limit",
        metavar="METRES",
        min=0,
        help=msgid("How far counts as within reach; else the type's own limit."),
        show_default=False,
    ),
]
Weight = Annotated[
    Literal["children", "units"],
    typer.Option("--weight", help=msgid("What is to be covered: children, or units.")),
]
TimeLimit = Annotated[
    float, typer.Option("--time-limit", min=0, help=msgid("Seconds to search for, at most."))
]
Sites = Annotated[
    int | None,
    typer.Option("--sites", min=0, help=msgid("How many sites to build."), show_default=False),
]
CandidatesFile = Annotated[
    Path | None,
    typer.Option(
        "--candidates",
        metavar="FILE",
        exists=True,
        dir_okay=False,
        readable=True,
        help=msgid(
            "Places where one may build: id, name, unit, cost, places, suitability, position."
        ),
        show_default=False,
    ),
]
Problem = Annotated[
    Literal["cover-most", "cover-all"],
    typer.Option(
        "--problem", help=msgid("Cover most with a number of sites, or everybody with the fewest.")
    ),
]


def candidates_in(
    file: Path | None, project: Project, day: date, crs: str | None
) -> Candidates | None:
    """Return the candidates of a file, None where none is given: then the units' positions."""
    if file is None:
        return None
    from layers.candidates import read_candidates  # noqa: PLC0415 - kept out of --help

    return read_candidates(file, project, crs=crs, as_of=day)


def read_svg(text: str) -> Path:
    """Return a file to write whose ending says SVG, or refuse it as wrong usage."""
    path = Path(text)
    if path.suffix.lower() != ".svg" or path.is_dir():
        raise typer.BadParameter(f"'{text}': .svg")
    return path


def frontier(  # noqa: PLR0913, PLR0917 - each argument is an option of the command line
    ctx: typer.Context,
    project: Folder,
    facility_type: FacilityType,
    up_to: Annotated[
        int, typer.Option("--up-to", min=1, help=msgid("Largest number of new sites."))
    ] = 20,
    candidates: CandidatesFile = None,
    crs: Crs = None,
    limit: Limit = None,
    mode: Mode = "walk",
    weight: Weight = "children",
    targets: Annotated[
        str,
        typer.Option("--targets", help=msgid("Shares to reach in percent, commas between.")),
    ] = "80,90,96,100",
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="FILE.svg",
            parser=read_svg,
            help=msgid("File for the chart."),
            show_default=False,
        ),
    ] = None,
    time_limit: TimeLimit = 60.0,
    as_of: AsOf = None,
    form: Format = "table",
    excel: Excel = False,
    lang: Lang = None,  # noqa: ARG001 - read from all words at once
) -> None:
    """Coverage against the number of new sites, for a whole range."""
    from api.frontiers import print_frontier  # noqa: PLC0415 - kept out of --help
    from api.printing import progress, warn  # noqa: PLC0415
    from geo_planner.siting.frontier import frontier as find  # noqa: PLC0415

    reader: Reader = ctx.obj
    shares = numbers_of(ctx, "--targets", targets, "80,90,96,100")
    asked = opened(project, reader)
    day = day_of(asked, as_of)
    where = candidates_in(candidates, asked, day, crs)
    with progress(reader.text("Looking for sites")):
        found = find(
            asked,
            facility_type,
            up_to=up_to,
            limit=limit,
            mode=mode,
            candidates=where,
            as_of=day,
            weight=weight,
            targets=shares,
            time_limit=time_limit,
        )
    if out is not None:
        from maps.figures.frontier import frontier_svg  # noqa: PLC0415

        out.write_text(frontier_svg(found, reader.translator), encoding="utf-8", newline="\n")
    print_frontier(found, reader, form=form, excel=excel)
    if out is not None:
        warn(reader.text("Wrote {file}.", file=out))


def equity(  # noqa: PLR0913, PLR0917 - each argument is an option of the command line
    ctx: typer.Context,
    project: Folder,
    facility_type: FacilityType,
    sites: Annotated[int, typer.Option("--sites", min=0, help=msgid("How many sites to build."))],
    floors: Annotated[
        str | None,
        typer.Option(
            "--floors",
            help=msgid("Least shares of each regiment in percent, commas between; else steps."),
            show_default=False,
        ),
    ] = None,
    candidates: CandidatesFile = None,
    crs: Crs = None,
    limit: Limit = None,
    mode: Mode = "walk",
    weight: Weight = "children",
    time_limit: TimeLimit = 60.0,
    as_of: AsOf = None,
    form: Format = "table",
    excel: Excel = False,
    lang: Lang = None,  # noqa: ARG001 - read from all words at once
) -> None:
    """What it costs in coverage that no regiment falls behind."""
    from api.frontiers import print_equity  # noqa: PLC0415 - kept out of --help
    from api.printing import progress  # noqa: PLC0415
    from geo_planner.siting.equity import equity_price  # noqa: PLC0415

    reader: Reader = ctx.obj
    wanted = None if floors is None else numbers_of(ctx, "--floors", floors, "40,50,60")
    asked = opened(project, reader)
    day = day_of(asked, as_of)
    where = candidates_in(candidates, asked, day, crs)
    with progress(reader.text("Looking for sites")):
        found = equity_price(
            asked,
            facility_type,
            sites=sites,
            floors=wanted,
            limit=limit,
            mode=mode,
            candidates=where,
            as_of=day,
            weight=weight,
            time_limit=time_limit,
        )
    print_equity(found, reader, form=form, excel=excel)


def alternatives(  # noqa: PLR0913, PLR0917 - each argument is an option of the command line
    ctx: typer.Context,
    project: Folder,
    facility_type: FacilityType,
    sites: Sites = None,
    problem: Problem = "cover-most",
    within: Annotated[
        float,
        typer.Option(
            "--within", min=0, max=99, help=msgid("Percent of the best that may be lost.")
        ),
    ] = 1.0,
    many: Annotated[
        int, typer.Option("--many", min=1, max=100, help=msgid("Most plans to look for."))
    ] = 5,
    candidates: CandidatesFile = None,
    crs: Crs = None,
    limit: Limit = None,
    mode: Mode = "walk",
    weight: Weight = "children",
    time_limit: TimeLimit = 60.0,
    as_of: AsOf = None,
    form: Format = "table",
    excel: Excel = False,
    lang: Lang = None,  # noqa: ARG001 - read from all words at once
) -> None:
    """Other choices of sites that are nearly as good."""
    from api.choices import print_alternatives  # noqa: PLC0415 - kept out of --help
    from api.printing import progress  # noqa: PLC0415
    from geo_planner.siting.alternatives import alternatives as find  # noqa: PLC0415

    reader: Reader = ctx.obj
    asked = opened(project, reader)
    day = day_of(asked, as_of)
    where = candidates_in(candidates, asked, day, crs)
    with progress(reader.text("Looking for sites")):
        found = find(
            asked,
            facility_type,
            problem,
            sites=sites,
            within=within / 100,
            many=many,
            limit=limit,
            mode=mode,
            candidates=where,
            as_of=day,
            weight=weight,
            time_limit=time_limit,
        )
    print_alternatives(found, reader, form=form, excel=excel)


def limits(  # noqa: PLR0913, PLR0917 - each argument is an option of the command line
    ctx: typer.Context,
    project: Folder,
    facility_type: FacilityType,
    sites: Sites = None,
    problem: Problem = "cover-most",
    percents: Annotated[
        str,
        typer.Option("--percents", help=msgid("Parts of the limit in percent, commas between.")),
    ] = "50,75,90,100,110,125,150",
    candidates: CandidatesFile = None,
    crs: Crs = None,
    limit: Limit = None,
    mode: Mode = "walk",
    weight: Weight = "children",
    time_limit: TimeLimit = 60.0,
    as_of: AsOf = None,
    form: Format = "table",
    excel: Excel = False,
    lang: Lang = None,  # noqa: ARG001 - read from all words at once
) -> None:
    """How the best sites change with the limit."""
    from api.choices import print_limits  # noqa: PLC0415 - kept out of --help
    from api.printing import progress  # noqa: PLC0415
    from geo_planner.siting.sensitivity import limit_sensitivity  # noqa: PLC0415

    reader: Reader = ctx.obj
    parts = numbers_of(ctx, "--percents", percents, "50,100,150")
    asked = opened(project, reader)
    day = day_of(asked, as_of)
    where = candidates_in(candidates, asked, day, crs)
    with progress(reader.text("Looking for sites")):
        found = limit_sensitivity(
            asked,
            facility_type,
            problem,
            sites=sites,
            percents=parts,
            limit=limit,
            mode=mode,
            candidates=where,
            as_of=day,
            weight=weight,
            time_limit=time_limit,
        )
    print_limits(found, reader, form=form, excel=excel)
