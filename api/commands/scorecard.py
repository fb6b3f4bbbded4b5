"""The command that shows the plan in a year: as a table, a page, or one of its figures."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from api.commands.options import Excel, Folder, Format, Lang
from api.reader import Reader
from geo_planner.notes import msgid

FigureName = Literal["status", "timeline", "heat", "regiments", "map"]
PICTURES = ("png", "svg", "pdf")


def scorecard(
    ctx: typer.Context,
    project: Folder,
    year: Annotated[
        int | None,
        typer.Option(
            "--year",
            metavar="YEAR",
            help=msgid("Calendar year; else that of the project's own day."),
            show_default=False,
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="FILE",
            dir_okay=False,
            help=msgid(
                "File to write: .html is the whole page, .png, .svg or .pdf a figure of it; "
                "without it the table is printed."
            ),
            show_default=False,
        ),
    ] = None,
    figure: Annotated[
        FigureName | None,
        typer.Option(
            "--figure",
            help=msgid(
                "Which figure: by status and domain, one indicator's timeline, regiments and "
                "indicators, regiments side by side, or a map."
            ),
            show_default=False,
        ),
    ] = None,
    indicator: Annotated[
        str | None,
        typer.Option(
            "--indicator",
            metavar="ID",
            help=msgid("With --figure timeline, regiments or map: the indicator it shows."),
            show_default=False,
        ),
    ] = None,
    form: Format = "table",
    excel: Excel = False,
    lang: Lang = None,  # noqa: ARG001 - read from all words at once
) -> None:
    """Show the plan in a year."""
    from api.commands.answers import opened  # noqa: PLC0415 - kept out of --help
    from api.monitored import COLUMNS, flat_rows, monitoring_json, print_scorecard  # noqa: PLC0415
    from api.printing import print_csv, print_json, progress  # noqa: PLC0415
    from geo_planner.monitoring import by_part, monitor  # noqa: PLC0415

    reader: Reader = ctx.obj
    ending = _check_usage(out, figure, indicator, reader)
    opened_project = opened(project, reader)
    with progress(reader.text("Measuring")):
        found = monitor(opened_project, year)
        parts = by_part(found) if out is not None or form == "json" else {}
    if out is not None:
        _write(out, ending, figure or "status", indicator, found, parts, reader)
    elif form == "json":
        print_json(monitoring_json(found, parts, reader.translator))
    elif form == "csv":
        print_csv(flat_rows(found, reader.translator), COLUMNS, excel=excel)
    else:
        print_scorecard(found, reader)


def _check_usage(
    out: Path | None, figure: str | None, indicator: str | None, reader: Reader
) -> str:
    """Return the form that the file's name says, or refuse what cannot be meant."""
    from geo_planner.monitoring.figure_errors import FigureOfOneError  # noqa: PLC0415 - see above
    from maps.figures import OF_ONE  # noqa: PLC0415

    ending = "" if out is None else out.suffix.lower().lstrip(".")
    if out is not None and ending not in ("html", *PICTURES):
        allowed = ", ".join(f".{one}" for one in ("html", *PICTURES))
        words = reader.text("The file has to end in {endings}.", endings=allowed)
        raise typer.BadParameter(words, param_hint="--out")
    if figure is not None and ending not in PICTURES:
        words = reader.text("A figure needs --out with .png, .svg or .pdf.")
        raise typer.BadParameter(words, param_hint="--figure")
    if figure in OF_ONE and not indicator:
        raise FigureOfOneError(figure or "")
    return ending


def _write(
    out: Path,
    ending: str,
    figure: str,
    indicator: str | None,
    found: Any,  # noqa: ANN401 - a monitoring
    parts: Any,  # noqa: ANN401 - its parts
    reader: Reader,
) -> None:
    """Write the page or the figure; a file that is there already is replaced only when done."""
    from api.monitored import figure_bytes  # noqa: PLC0415 - kept out of --help
    from api.printing import progress, say  # noqa: PLC0415
    from api.whole_files import write_whole  # noqa: PLC0415
    from maps.scorecard import scorecard_html  # noqa: PLC0415

    with progress(reader.text("Drawing")):
        if ending == "html":
            made = scorecard_html(found, parts, reader.translator).encode()
        else:
            made = figure_bytes(figure, ending, found, parts, reader.translator, indicator)  # type: ignore[arg-type]
    write_whole(out, made)
    say(reader.text("Wrote {file}.", file=out))
