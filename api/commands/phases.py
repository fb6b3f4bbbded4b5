"""The command that plans building over several years."""

from __future__ import annotations

from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from api.commands.answers import opened
from api.commands.options import AsOf, Excel, Folder, Format, Lang
from api.reader import Reader, day_of
from geo_planner.notes import msgid

if TYPE_CHECKING:
    from api.phase_schemas import PhasesAsked
    from geo_planner.project import Project


def read_svg(text: str) -> Path:
    """Return a picture to write, or refuse a name of another format as wrong usage."""
    path = Path(text)
    if path.suffix.lower() != ".svg" or path.is_dir():
        raise typer.BadParameter(f"'{text}': .svg")
    return path


def read_pair(text: str) -> tuple[str, float]:
    """Return NAME=NUMBER, or refuse it as wrong usage."""
    name, _, figure = text.rpartition("=")
    try:
        number = float(figure)
    except ValueError:
        number = float("nan")
    if not name or not isfinite(number):
        raise typer.BadParameter(f"'{text}': NAME=NUMBER")
    return name.strip(), number


def _pairs(option: str, metavar: str, text: str) -> Any:  # noqa: ANN401 - an option of the library
    return typer.Option(option, metavar=metavar, parser=read_pair, help=text, show_default=False)


Pairs = list[Any] | None


def phases(  # noqa: PLR0913, PLR0917 - each is a thing the person at the door may say
    ctx: typer.Context,
    project: Folder,
    facility_type: Annotated[
        list[str] | None,
        typer.Option(
            "--facility-type",
            help=msgid("Facility type to build, several times if wanted."),
            show_default=False,
        ),
    ] = None,
    plan: Annotated[
        Path | None,
        typer.Option(
            "--plan",
            metavar="FILE",
            exists=True,
            dir_okay=False,
            help=msgid("TOML file of the question, or a table of years, budgets and buildings."),
            show_default=False,
        ),
    ] = None,
    years: Annotated[
        str | None,
        typer.Option(
            "--years",
            metavar="FIRST-LAST",
            help=msgid("Years of building; those of the budgets, else to the plan's last year."),
            show_default=False,
        ),
    ] = None,
    budget: Annotated[Pairs, _pairs("--budget", "YEAR=MONEY", msgid("Money of a year."))] = None,
    buildings: Annotated[
        Pairs, _pairs("--buildings", "YEAR=NUMBER", msgid("Most buildings of all types in a year."))
    ] = None,
    cost: Annotated[
        Pairs, _pairs("--cost", "TYPE=MONEY", msgid("Cost of one building of a type."))
    ] = None,
    per_year: Annotated[
        Pairs, _pairs("--per-year", "TYPE=NUMBER", msgid("Most buildings of a type in a year."))
    ] = None,
    weight: Annotated[
        Pairs, _pairs("--weight", "TYPE=NUMBER", msgid("What a child covered counts for, by type."))
    ] = None,
    target: Annotated[
        Pairs,
        _pairs(
            "--target", "[TYPE:]CLASS=PERCENT", msgid("Target of an indicator or kind of unit.")
        ),
    ] = None,
    milestone: Annotated[
        Pairs,
        _pairs(
            "--milestone",
            "YEAR:[TYPE:]CLASS=PERCENT",
            msgid("Share that must be covered by the end of a year."),
        ),
    ] = None,
    counting: Annotated[
        Literal["shared", "own", "reachable"] | None,
        typer.Option(
            "--counting",
            help=msgid(
                "A new facility counts for all within the limit, for its own unit, or by reach."
            ),
            show_default=False,
        ),
    ] = None,
    worth: Annotated[
        Literal["children", "units"],
        typer.Option("--worth", help=msgid("What is to be covered soonest.")),
    ] = "children",
    carry_over: Annotated[
        bool,
        typer.Option(
            "--carry-over/--no-carry-over", help=msgid("Whether money left may be spent later.")
        ),
    ] = True,
    final: Annotated[
        bool,
        typer.Option("--final/--no-final", help=msgid("Whether targets must be met in the end.")),
    ] = True,
    time_limit: Annotated[
        float,
        typer.Option("--time-limit", metavar="SECONDS", min=0.1, help=msgid("How long to search.")),
    ] = 60.0,
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
    as_of: AsOf = None,
    form: Format = "table",
    excel: Excel = False,
    lang: Lang = None,  # noqa: ARG001 - read from all words at once
) -> None:
    """What to build in which year, so that most children are covered soonest."""
    from api.phased import find_phases, print_phases  # noqa: PLC0415 - kept out of --help
    from api.printing import progress, warn  # noqa: PLC0415
    from maps.figures.phases import phases_svg  # noqa: PLC0415

    reader: Reader = ctx.obj
    asked_project = opened(project, reader)
    day = day_of(asked_project, as_of)
    stated: dict[str, Any] = {
        "years": _years(ctx, years),
        "budgets": _by_year(ctx, "--budget", budget),
        "buildings": _by_year(ctx, "--buildings", buildings),
        "worth": worth,
        "carry_over": carry_over,
        "final": final,
        "time_limit": time_limit,
        "milestones": [_milestone(ctx, *one) for one in milestone or ()],
    }
    by_type = {"cost": cost, "per_year": per_year, "weight": weight}
    asked = _asked(
        ctx,
        plan,
        _said(ctx, stated),
        _wants(ctx, asked_project, facility_type or [], by_type, target, counting),
    )
    with progress(reader.text("Searching for the best order")):
        found = find_phases(asked_project, asked, day)
    if out is not None:
        out.write_text(phases_svg(found, reader.translator), encoding="utf-8", newline="\n")
        warn(reader.text("The chart is in {file}.", file=str(out)))
    print_phases(found, day, reader, form=form, excel=excel)
    refusal = found.refusal()
    if refusal is not None:
        raise refusal


def _said(ctx: typer.Context, stated: dict[str, Any]) -> dict[str, Any]:
    """Return what the person said, without what only the option's default says."""
    names = {"budgets": "budget", "milestones": "milestone"}
    return {
        name: value
        for name, value in stated.items()
        if str(ctx.get_parameter_source(names.get(name, name))).rpartition(".")[2] != "DEFAULT"
    }


def _wrong(ctx: typer.Context, option: str, text: str) -> typer.BadParameter:
    return typer.BadParameter(text, ctx=ctx, param_hint=f"'{option}'")


def _years(ctx: typer.Context, text: str | None) -> list[int] | None:
    if text is None:
        return None
    first, _, last = text.partition("-")
    try:
        return list(range(int(first), int(last or first) + 1))
    except ValueError:
        raise _wrong(ctx, "--years", f"'{text}': 2026-2030") from None


def _by_year(ctx: typer.Context, option: str, pairs: Pairs) -> dict[int, float] | None:
    if not pairs:
        return None
    if wrong := [name for name, _ in pairs if not name.isdecimal()]:
        raise _wrong(ctx, option, f"'{wrong[0]}': YEAR=NUMBER")
    return {int(name): figure for name, figure in pairs}


def _milestone(ctx: typer.Context, name: str, percent: float) -> dict[str, Any]:
    year, _, rest = name.partition(":")
    kind, _, indicator = rest.rpartition(":")
    if not year.isdecimal() or not indicator:
        raise _wrong(ctx, "--milestone", f"'{name}': YEAR:[TYPE:]CLASS=PERCENT")
    return {
        "year": int(year),
        "indicator": indicator,
        "percent": percent,
        "facility_type": kind or None,
    }


def _wants(
    ctx: typer.Context,
    project: Project,
    types: list[str],
    by_type: dict[str, Pairs],
    target: Pairs,
    counting: str | None,
) -> dict[str, dict[str, Any]]:
    """Return what the options say of each type."""
    found: dict[str, dict[str, Any]] = {name: {"facility_type": name} for name in types}

    def of(name: str) -> dict[str, Any]:
        return found.setdefault(name, {"facility_type": name})

    for field, pairs in by_type.items():
        for name, figure in pairs or ():
            if field == "per_year" and not float(figure).is_integer():
                raise _wrong(ctx, "--per-year", f"'{name}={figure:g}': TYPE=NUMBER")
            of(name)[field] = int(figure) if field == "per_year" else figure
    for name, percent in target or ():
        kind, _, indicator = name.rpartition(":")
        row = project.catalogue.indicators.get(indicator)
        owners = [kind] if kind else [one for one in found if row and one in row.facility_types]
        for one in owners or list(found):
            of(one).setdefault("targets", {})[indicator] = percent
    for want in found.values():
        want.update({} if counting is None else {"counting": counting})
    return found


def _asked(
    ctx: typer.Context,
    plan: Path | None,
    stated: dict[str, Any],
    wants: dict[str, dict[str, Any]],
) -> PhasesAsked:
    """Return the question of file and options together; options come first."""
    from pydantic import ValidationError  # noqa: PLC0415 - kept out of --help

    from api.phase_schemas import PhasesAsked  # noqa: PLC0415
    from geo_planner.errors import BadValueError, RefusedFileError  # noqa: PLC0415
    from layers.building_plan import read_building_plan  # noqa: PLC0415

    filed = {} if plan is None else read_building_plan(plan)
    given = filed.get("wants", [])
    if not isinstance(given, list):
        given, wants = [given], {}
    merged = [
        one | wants.pop(str(one.get("facility_type")), {}) if isinstance(one, dict) else one
        for one in given
    ]
    both = filed | stated | {"wants": [*merged, *wants.values()]}
    if not both["wants"]:
        text = msgid("Give {first} or {second}.")
        told = ctx.obj.text(text, first="--facility-type", second="--plan")
        raise _wrong(ctx, "--facility-type", told)
    try:
        return PhasesAsked.model_validate(both)
    except ValidationError as error:
        faults = [
            BadValueError(
                "building plan",
                ".".join(map(str, one["loc"])) or "-",
                [str(one["input"])[:80]],
                (),
                [str(one["msg"])],
            )
            for one in error.errors()
        ]
        if plan is None:
            raise typer.BadParameter(str(faults[0]), ctx=ctx) from None
        raise RefusedFileError(plan.name, faults) from None
