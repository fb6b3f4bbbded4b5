"""The command that lists early warnings, and takes note of one."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from api.commands.options import Excel, Folder, Format, Lang, read_day
from api.reader import Reader
from geo_planner.notes import msgid

if TYPE_CHECKING:
    from geo_planner.monitoring.standing import Monitoring

HEADS = (
    msgid("Rule"),
    msgid("Indicator"),
    msgid("Unit"),
    msgid("Years and values"),
    msgid("Why"),
    msgid("Projected year"),
    msgid("Handling"),
)


def warnings(  # noqa: PLR0913 - each argument is an option of the command line
    ctx: typer.Context,
    *,
    project: Folder,
    year: Annotated[
        int | None,
        typer.Option("--year", help=msgid("Calendar year; else that of the project's own day.")),
    ] = None,
    rule: Annotated[
        str,
        typer.Option(
            "--rule",
            help=msgid("Only one rule: hard_to_reach, volatile, slipping, data; or a reason code."),
            show_default=False,
        ),
    ] = "",
    unit: Annotated[
        str,
        typer.Option(
            "--unit",
            help=msgid("Code of a unit; with --acknowledge, else the one the plan is for."),
            show_default=False,
        ),
    ] = "",
    state: Annotated[
        Literal["open", "in_hand", "settled"] | None,
        typer.Option(
            "--state",
            help=msgid("Only warnings in this state or, with --acknowledge, the state to give."),
            show_default=False,
        ),
    ] = None,
    acknowledge: Annotated[
        str | None,
        typer.Option(
            "--acknowledge",
            metavar="CODE",
            help=msgid("Take note of the warning with this reason code."),
            show_default=False,
        ),
    ] = None,
    indicator: Annotated[
        str | None,
        typer.Option(
            "--indicator",
            help=msgid("With --acknowledge: the indicator it is about."),
            show_default=False,
        ),
    ] = None,
    reason: Annotated[
        str | None,
        typer.Option(
            "--reason",
            metavar="ID",
            help=msgid("With --acknowledge: why, a reason of the catalogue."),
            show_default=False,
        ),
    ] = None,
    by: Annotated[
        str,
        typer.Option(
            "--by", metavar="NAME", help=msgid("With --acknowledge: who."), show_default=False
        ),
    ] = "",
    on: Annotated[
        date | None,
        typer.Option(
            "--on",
            metavar="DATE",
            parser=read_day,
            help=msgid("With --acknowledge: on which day; else today."),
            show_default=False,
        ),
    ] = None,
    note: Annotated[
        str | None,
        typer.Option(
            "--note", help=msgid("With --acknowledge: what else is to be said."), show_default=False
        ),
    ] = None,
    form: Format = "table",
    excel: Excel = False,
    lang: Lang = None,  # noqa: ARG001 - read from all words at once
) -> None:
    """List the early warnings of a year, or take note of one."""
    from api.commands.answers import opened  # noqa: PLC0415 - kept out of --help
    from api.printing import print_csv, print_json, progress  # noqa: PLC0415
    from api.warned import COLUMNS, Wanted, flat, warnings_json  # noqa: PLC0415
    from geo_planner.monitoring import monitor  # noqa: PLC0415

    reader: Reader = ctx.obj
    _check_usage(
        reader, acknowledge, indicator=indicator, state=state, others=(reason, by, on, note)
    )
    opened_project = opened(project, reader)
    if acknowledge is not None:
        assert indicator is not None
        assert state is not None
        _acknowledge(
            project, monitor(opened_project, year, indicators=[indicator]), reader,
            code=acknowledge, indicator=indicator, unit=unit or None, state=state, reason=reason,
            by=by, on=on or date.today(), note=note,
        )  # fmt: skip
        return
    with progress(reader.text("Measuring")):
        monitoring = monitor(opened_project, year)
    wanted = Wanted(rule=rule, state=state or "", unit=unit)
    found = warnings_json(monitoring, wanted, reader.translator)
    if form == "json":
        print_json(found)
    elif form == "csv":
        print_csv([flat(row) for row in found["warnings"]], COLUMNS, excel=excel)
    else:
        _print_table(found, reader)


def _check_usage(
    reader: Reader,
    acknowledge: str | None,
    *,
    indicator: str | None,
    state: str | None,
    others: tuple[object, ...],
) -> None:
    """Refuse options that only go together, as wrong usage."""
    if acknowledge is None:
        if indicator is not None or any(others):
            raise typer.BadParameter(
                reader.text("only together with --acknowledge CODE"),
                param_hint="--indicator/--reason/--by",
            )
        return
    for name, given in (("--indicator", indicator), ("--state", state)):
        if given is None:
            raise typer.BadParameter(
                reader.text("--acknowledge needs {option} as well", option=name), param_hint=name
            )


def _acknowledge(
    folder: Path,
    monitoring: Monitoring,
    reader: Reader,
    *,
    code: str,
    **said: Any,  # noqa: ANN401 - fields of an answer
) -> None:
    from api.printing import say  # noqa: PLC0415 - kept out of --help
    from api.warned import answer  # noqa: PLC0415
    from layers.store import Store  # noqa: PLC0415
    from maps.text.warnings import state_word  # noqa: PLC0415

    row = answer(Store(folder), monitoring, code=code, **said)
    indicator = monitoring.project.catalogue.indicator(str(row["indicator"]))
    say(
        reader.text(
            "Noted for {year}: {indicator}, {code}, {unit}: {state}.",
            year=row["year"],
            indicator=reader.translator.label(indicator.label),
            code=code,
            unit=row["unit_id"],
            state=state_word(str(row["state"]), reader.translator),
        )
    )


def _print_table(found: dict[str, Any], reader: Reader) -> None:
    """Print the warnings, a table for each colour, and the thresholds they go by."""
    from api.printing import print_table, say  # noqa: PLC0415 - kept out of --help
    from api.words import MADE_UP  # noqa: PLC0415

    rows = found["warnings"]
    if not rows:
        say(reader.text("No early warnings for {year}.", year=found["year"]))
    heads = [reader.text(text) for text in HEADS]
    for level in found["counts"]:
        own = [row for row in rows if row["level"] == level]
        if not own:
            continue
        title = f"{own[0]['shape']} {own[0]['level_name']} · {found['year']} · {len(own)}"
        table = [
            (
                f"{row['rule_name']}\n{row['code']}",
                f"{row['indicator_name']}\n{row['indicator']}",
                f"{row['unit_name']}\n{row['unit_id']}",
                row["looked_at"],
                row["text"],
                row["projected"],
                row["handling"],
            )
            for row in own
        ]
        print_table(table, heads, title=title, narrow={1: 30, 3: 24, 4: 40, 6: 20})
    used = {name for row in rows for name in row["thresholds"]}
    for row in found["thresholds"]:
        if row["id"] in used:
            say(row["text"])
    if found["simulated"]:
        say(reader.text(MADE_UP))
