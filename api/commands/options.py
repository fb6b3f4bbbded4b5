"""Arguments and options that several commands share, each with its help as a message id."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Literal

import typer

from geo_planner.notes import msgid


def read_day(text: str) -> date:
    """Return an ISO date, or refuse it as wrong usage."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise typer.BadParameter(f"'{text}': YYYY-MM-DD") from None


Folder = Annotated[
    Path,
    typer.Argument(metavar="PROJECT", help=msgid("Folder of the project."), show_default=False),
]
File = Annotated[
    Path,
    typer.Argument(
        metavar="FILE",
        help=msgid("File to read."),
        exists=True,
        dir_okay=True,
        readable=True,
        show_default=False,
    ),
]
Lang = Annotated[
    Literal["zh-CN", "en"] | None,
    typer.Option(
        "--lang",
        help=msgid("Language of everything printed; Chinese where nothing says."),
        show_default=False,
    ),
]
Version = Annotated[
    bool, typer.Option("--version", help=msgid("Print the version and stop."), is_eager=True)
]
Format = Annotated[
    Literal["table", "json", "csv"],
    typer.Option("--format", help=msgid("Tables for people, or data alone on standard output.")),
]
Excel = Annotated[
    bool,
    typer.Option(
        "--excel",
        help=msgid(
            "With --format csv: add a byte order mark and defuse formulas, for opening in Excel."
        ),
    ),
]
AsOf = Annotated[
    date | None,
    typer.Option(
        "--as-of",
        metavar="DATE",
        parser=read_day,
        help=msgid("Day the result is given for; the project's own day, else today."),
        show_default=False,
    ),
]
Mode = Annotated[
    str, typer.Option("--mode", help=msgid("How people travel: a travel mode of the catalogue."))
]
Crs = Annotated[
    str | None,
    typer.Option(
        "--crs",
        help=msgid(
            "Coordinate system of the positions: EPSG:4490, EPSG:4540, WGS84, GCJ-02, BD-09 ..."
        ),
        show_default=False,
    ),
]
