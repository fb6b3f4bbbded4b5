"""The command that says where to build."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from api.commands.answers import opened
from api.commands.options import AsOf, Crs, Excel, Folder, Format, Lang, Mode
from api.reader import Reader, day_of
from geo_planner.notes import msgid

if TYPE_CHECKING:
    from datetime import date

    from geo_planner.project import Project
    from geo_planner.siting.candidates import Candidates

OPTIONS = {
    "targets": "--target", "closable": "--closable", "leave_unreachable": "--leave-unreachable",
    "regiment_minimum": "--regiment-minimum",
}  # fmt: skip
"""Condition -> its option, where that is not its own name."""


def read_out(text: str) -> Path:
    """Return a file to write whose ending says a known format, or refuse it as wrong usage."""
    path = Path(text)
    if path.suffix.lower() not in {".geojson", ".gpkg", ".csv"} or path.is_dir():
        raise typer.BadParameter(f"'{text}': .geojson, .gpkg, .csv")
    return path


Ids = list[str] | None


def _ids(option: str, help_text: str) -> Any:  # noqa: ANN401 - what typer gives
    return typer.Option(option, metavar="ID", help=help_text, show_default=False)


def site(  # noqa: PLR0913 - each argument is an option of the command line
    ctx: typer.Context,
    project: Folder,
    facility_type: Annotated[
        str,
        typer.Option(
            "--facility-type", help=msgid("Facility type to build, an id of the catalogue.")
        ),
    ],
    problem: Annotated[
        Literal["cover-all", "cover-most", "median", "center", "reach-target"],
        typer.Option(
            "--problem",
            help=msgid(
                "Everybody within the limit with fewest sites; most children with so many sites; "
                "shortest ways together; shortest longest way; the plan's targets with fewest."
            ),
        ),
    ],
    sites: Annotated[
        int | None,
        typer.Option("--sites", min=0, help=msgid("How many sites to build."), show_default=False),
    ] = None,
    limit: Annotated[
        float | None,
        typer.Option(
            "--limit",
            metavar="METRES",
            min=0,
            help=msgid("How far counts as within reach; else the type's own limit."),
            show_default=False,
        ),
    ] = None,
    *,
    candidates: Annotated[
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
    ] = None,
    candidates_from: Annotated[
        list[str] | None,
        typer.Option(
            "--candidates-from",
            metavar="units|streets|buildings",
            help=msgid(
                "Positions of units, places along streets, facilities of other types; several "
                "times if wanted, beside --candidates too. Without either: units."
            ),
            show_default=False,
        ),
    ] = None,
    spacing: Annotated[
        float | None,
        typer.Option(
            "--spacing",
            metavar="METRES",
            min=10,
            help=msgid("Metres of street between two candidates; 200 where not said."),
            show_default=False,
        ),
    ] = None,
    radius: Annotated[
        float | None,
        typer.Option(
            "--radius",
            metavar="METRES",
            min=0,
            help=msgid("How far from a unit streets are looked at; 1,000 where not said."),
            show_default=False,
        ),
    ] = None,
    exclude: Annotated[
        Path | None,
        typer.Option(
            "--exclude",
            metavar="FILE",
            exists=True,
            dir_okay=False,
            readable=True,
            help=msgid("Areas where nothing may be built, in any vector format."),
            show_default=False,
        ),
    ] = None,
    crs: Crs = None,
    mode: Mode = "walk",
    as_of: AsOf = None,
    weight: Annotated[
        Literal["children", "units"] | None,
        typer.Option(
            "--weight",
            help=msgid("What counts: children (where nothing is said), or every unit alike."),
            show_default=False,
        ),
    ] = None,
    capacity: Annotated[
        float | None,
        typer.Option(
            "--capacity", min=0, help=msgid("Places of a new facility."), show_default=False
        ),
    ] = None,
    budget: Annotated[
        float | None,
        typer.Option("--budget", min=0, help=msgid("Most that may be spent."), show_default=False),
    ] = None,
    by_cost: Annotated[
        bool,
        typer.Option("--by-cost", help=msgid("Look for the cheapest instead of the fewest sites.")),
    ] = False,
    backup: Annotated[
        int | None,
        typer.Option(
            "--backup",
            min=1,
            help=msgid("Facilities that must be within the limit; 1 where not said."),
            show_default=False,
        ),
    ] = None,
    closable: Annotated[
        Ids,
        _ids(
            "--closable",
            msgid("Working facility that need not be kept, several times; 'all' for every one."),
        ),
    ] = None,
    keep: Annotated[
        Ids, _ids("--keep", msgid("Working facility to keep, out of the closable ones."))
    ] = None,
    require: Annotated[
        Ids, _ids("--require", msgid("Candidate that must be built, several times if wanted."))
    ] = None,
    forbid: Annotated[
        Ids, _ids("--forbid", msgid("Candidate that must not be built, several times if wanted."))
    ] = None,
    regiment_minimum: Annotated[
        list[str] | None,
        typer.Option(
            "--regiment-minimum",
            metavar="N|ID=N",
            help=msgid("Fewest facilities in each regiment, or in those named."),
            show_default=False,
        ),
    ] = None,
    target: Annotated[
        list[str] | None,
        typer.Option(
            "--target",
            metavar="CLASS=PERCENT",
            help=msgid(
                "With reach-target: percent for an indicator, kind of community or kind of unit, "
                "in place of the plan's."
            ),
            show_default=False,
        ),
    ] = None,
    floor: Annotated[
        float | None,
        typer.Option(
            "--floor",
            metavar="PERCENT",
            min=0,
            max=100,
            help=msgid("With reach-target: least percent of units covered in each regiment."),
            show_default=False,
        ),
    ] = None,
    counting: Annotated[
        Literal["shared", "own", "reachable"] | None,
        typer.Option(
            "--counting",
            help=msgid(
                "With reach-target: whom a new facility counts for: all units within the limit, "
                "its own unit, or whoever can reach it."
            ),
            show_default=False,
        ),
    ] = None,
    leave_unreachable: Annotated[
        bool,
        typer.Option(
            "--leave-unreachable", help=msgid("Leave units aside that no site can reach.")
        ),
    ] = False,
    time_limit: Annotated[
        float,
        typer.Option(
            "--time-limit", metavar="SECONDS", min=0, help=msgid("Seconds to search for, at most.")
        ),
    ] = 60.0,
    gap: Annotated[
        float,
        typer.Option(
            "--gap", min=0, max=1, help=msgid("Relative gap to the bound that is good enough.")
        ),
    ] = 0.0,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="FILE",
            parser=read_out,
            help=msgid("File for the sites: .geojson (in degrees), .gpkg or .csv."),
            show_default=False,
        ),
    ] = None,
    map_out: Annotated[
        Path | None,
        typer.Option(
            "--map",
            metavar="FILE.html",
            help=msgid("One file with the map of the answer, site after site."),
            dir_okay=False,
            show_default=False,
        ),
    ] = None,
    form: Format = "table",
    excel: Excel = False,
    lang: Lang = None,  # noqa: ARG001 - read from all words at once
) -> None:
    """Where to build, in which order, and how far from the best possible that can be."""
    from api.printing import progress, warn  # noqa: PLC0415 - kept out of --help
    from api.sited import print_proposal, refusal_of, write_sites  # noqa: PLC0415
    from api.siting_runs import solve  # noqa: PLC0415
    from api.watched import interruptible, shown_on  # noqa: PLC0415

    reader: Reader = ctx.obj
    conditions: dict[str, Any] = {
        "sites": sites,
        "limit": limit,
        "mode": mode,
        "weight": weight or "children",
        "capacity": capacity,
        "budget": budget,
        "by_cost": by_cost,
        "backup": backup or 1,
        "closable": tuple(closable or ()),
        "required": tuple(require or ()),
        "forbidden": tuple(forbid or ()),
        "regiment_minimum": _minimum(ctx, regiment_minimum),
        "targets": _targets(ctx, target),
        "floor": floor,
        "counting": counting,
        "leave_unreachable": leave_unreachable,
        "time_limit": time_limit,
        "gap": gap,
    }
    _check(ctx, reader, problem, conditions)
    sources = _sources(ctx, candidates_from)
    asked = opened(project, reader)
    day = day_of(asked, as_of)
    where = _candidates(
        asked, facility_type, day, candidates, sources, exclude, crs, spacing, radius, mode
    )
    conditions["closable"] = _closable(asked, facility_type, day, closable, keep)
    with progress(reader.text("Looking for sites")) as step, interruptible() as stopped:
        found = solve(
            asked,
            facility_type,
            problem,
            candidates=where,
            watch=shown_on(step, stopped, reader),
            as_of=day,
            **conditions,
        )
    refusal = refusal_of(found)
    print_proposal(found, reader, form=form, excel=excel)
    if refusal is not None:
        for note in found.notes if form == "table" else ():
            warn(f"  · {reader.translator.note(note)}")
        raise refusal
    if out is not None:
        write_sites(found, out, day=day, excel=excel)
        warn(reader.text("Wrote {file}.", file=out))
    if map_out is not None:
        from api.map_files import write_map  # noqa: PLC0415 - Folium is heavy
        from maps import draw_map  # noqa: PLC0415

        with progress(reader.text("Drawing")):
            drawn = draw_map(asked, proposal=found, as_of=day, language=reader.language)
            write_map(drawn, map_out, self_contained=True)
        warn(reader.text("Wrote {file}.", file=map_out))


def _check(ctx: typer.Context, reader: Reader, problem: str, conditions: dict[str, Any]) -> None:
    """Refuse, as wrong usage, conditions that do not go with the problem."""
    from api.siting_runs import lacks_number, misplaced  # noqa: PLC0415 - kept out of --help

    for name in misplaced(problem, conditions):
        option = OPTIONS.get(name, f"--{name.replace('_', '-')}")
        text = msgid("{option} does not go with --problem {problem}.")
        told = reader.text(text, option=option, problem=problem)
        raise typer.BadParameter(told, ctx=ctx, param_hint=f"'{option}'")
    if lacks_number(problem, conditions):
        text = msgid("--problem {problem} needs to know how many sites to build.")
        raise typer.BadParameter(
            reader.text(text, problem=problem), ctx=ctx, param_hint="'--sites'"
        )


def _sources(ctx: typer.Context, words: list[str] | None) -> list[str]:
    """Return where candidates come from, commas or several options."""
    from api.siting_runs import SOURCES  # noqa: PLC0415 - kept out of --help

    found = [one.strip() for word in words or () for one in word.split(",")]
    if not set(found) <= set(SOURCES):
        told = f"'{','.join(found)}': {', '.join(SOURCES)}"
        raise typer.BadParameter(told, ctx=ctx, param_hint="'--candidates-from'")
    return found


def _minimum(ctx: typer.Context, words: list[str] | None) -> dict[str, int] | int | None:
    """Return the fewest facilities in each regiment, or in those named."""
    from api.siting_runs import pairs_of  # noqa: PLC0415 - kept out of --help

    if not words:
        return None
    try:
        if len(words) == 1 and "=" not in words[0]:
            found: dict[str, int] | int = int(words[0])
        else:
            found = {name: int(value) for name, value in pairs_of(words).items()}
    except ValueError:
        found = -1
    fewest = [found] if isinstance(found, int) else list(found.values())
    if min(fewest) < 0:
        told = f"'{' '.join(words)}': 1, 6591001=2"
        raise typer.BadParameter(told, ctx=ctx, param_hint="'--regiment-minimum'")
    return found


def _targets(ctx: typer.Context, words: list[str] | None) -> dict[str, float] | None:
    """Return targets in percent by class."""
    from api.siting_runs import pairs_of  # noqa: PLC0415 - kept out of --help

    if not words:
        return None
    try:
        found = {name: float(value.rstrip("%％")) for name, value in pairs_of(words).items()}
    except ValueError:
        found = {"": float("nan")}
    if not all(0 <= one <= 100 for one in found.values()):
        told = f"'{' '.join(words)}': urban=96, regiment=90"
        raise typer.BadParameter(told, ctx=ctx, param_hint="'--target'")
    return found


def _candidates(
    asked: Project,
    facility_type: str,
    day: date,
    file: Path | None,
    sources: list[str],
    exclude: Path | None,
    crs: str | None,
    spacing: float | None,
    radius: float | None,
    mode: str,
) -> Candidates | None:
    from api.siting_runs import gathered  # noqa: PLC0415 - kept out of --help

    own = excluded = None
    if file is not None:
        from layers.candidates import read_candidates  # noqa: PLC0415

        own = read_candidates(file, asked, as_of=day, crs=crs)
    if exclude is not None:
        from layers.exclusions import read_exclusions  # noqa: PLC0415

        excluded = read_exclusions(exclude, target_crs=asked.crs)
    return gathered(
        asked, facility_type, sources=sources, own=own, excluded=excluded,
        spacing=spacing, radius=radius, mode=mode, as_of=day,
    )  # fmt: skip


def _closable(
    asked: Project, facility_type: str, day: date, closable: Ids, keep: Ids
) -> tuple[str, ...]:
    """Return the facilities that need not be kept; ``all`` stands for every working one."""
    from geo_planner.errors import NotKnownError  # noqa: PLC0415 - kept out of --help
    from geo_planner.travel.access import working_rows  # noqa: PLC0415

    kind = asked.catalogue.facility_type(facility_type)
    working = [str(one) for one in asked.facilities.index[working_rows(asked, kind, day)]]
    for one in keep or ():
        if one not in working:
            raise NotKnownError.among("working facility", one, working)
    named = working if "all" in (closable or ()) else closable or ()
    return tuple(one for one in named if one not in (keep or ()))
