"""The command that says what changed from one year to another."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from api.commands.options import Excel, Folder, Format, Lang, read_day
from api.reader import Reader
from geo_planner.notes import msgid


def changes(
    ctx: typer.Context,
    *,
    project: Folder,
    indicator: Annotated[
        str | None,
        typer.Option(
            "--indicator",
            help=msgid("Id of one indicator, told with every name; else all that changed."),
            show_default=False,
        ),
    ] = None,
    year: Annotated[
        int | None,
        typer.Option("--year", help=msgid("Calendar year; else that of the project's own day.")),
    ] = None,
    since: Annotated[
        int | None,
        typer.Option("--since", help=msgid("Earlier year; else the year before.")),
    ] = None,
    known_on: Annotated[
        date | None,
        typer.Option(
            "--known-on",
            metavar="DATE",
            parser=read_day,
            help=msgid(
                "Day on which the earlier figures were given: tell what was corrected since."
            ),
            show_default=False,
        ),
    ] = None,
    form: Format = "table",
    excel: Excel = False,
    lang: Lang = None,  # noqa: ARG001 - read from all words at once
) -> None:
    """What changed from one year to another, by cause and with names."""
    from api.changed import (  # noqa: PLC0415 - kept out of --help
        COLUMNS,
        change_rows,
        changes_json,
        find_changes,
        known_then,
        print_changes,
    )
    from api.commands.answers import opened  # noqa: PLC0415
    from api.printing import print_csv, print_json, progress  # noqa: PLC0415
    from layers.store import Store  # noqa: PLC0415

    reader: Reader = ctx.obj
    opened_project = opened(project, reader)
    with progress(reader.text("Measuring")):
        then = None if known_on is None else known_then(Store(project), known_on)
        found = find_changes(opened_project, indicator, year, since, then)
    if form == "json":
        print_json(changes_json(found, opened_project, reader.translator))
    elif form == "csv":
        print_csv(change_rows(found, reader.translator), COLUMNS, excel=excel)
    else:
        print_changes(found, reader, detailed=indicator is not None)
