"""Cells of a return form: text that stays text, room enough to read it, and how they look."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Sequence

from openpyxl.cell import Cell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

_DIRECTION_MARKS = re.compile("[\u202a-\u202e\u2066-\u2069]")
_LINE = 15.0
"""Height of a line of text of 10 points, in points."""
_LONGEST = 32_767
"""Characters a cell takes."""

FONT = "宋体"
_THIN = Side(style="thin", color="FF9AA3AB")
BORDER = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
HEAD = PatternFill("solid", start_color="FFE3E8ED")
OPEN = PatternFill("solid", start_color="FFFFF8D6")
"""The colour of cells to be filled in."""


def put_text(cell: Cell, text: str) -> None:
    """Write text that a spreadsheet program never runs as a formula, whatever it starts with."""
    cleaned = _DIRECTION_MARKS.sub("", ILLEGAL_CHARACTERS_RE.sub("", text))[:_LONGEST]
    cell.value = cleaned or None
    if cleaned:
        cell.data_type = "s"
        cell.quotePrefix = cleaned[0] in "=+-@\t"


def dress(
    cell: Cell,
    *,
    bold: bool = False,
    fill: PatternFill | None = None,
    unlocked: bool = False,
    across: str = "left",
    size: float = 10,
    framed: bool = True,
    colour: str | None = None,
) -> None:
    """Give a cell its look and say whether it may be filled in."""
    cell.font = Font(name=FONT, size=size, bold=bold, color=colour)
    cell.alignment = Alignment(horizontal=across, vertical="center", wrap_text=True)
    if framed:
        cell.border = BORDER
    if fill is not None:
        cell.fill = fill
    cell.protection = Protection(locked=not unlocked)


def text_width(text: str) -> int:
    """Return how many narrow letters a text is wide: Chinese ones count twice."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def fit_columns(page: Worksheet, widths: Sequence[float]) -> None:
    """Set the widths of the first columns, in narrow letters."""
    for column, width in enumerate(widths, start=1):
        page.column_dimensions[get_column_letter(column)].width = width


def fit_row(page: Worksheet, row: int, texts: Iterable[tuple[str, float]], least: int = 1) -> None:
    """Make a row high enough for wrapped texts, each given with the width of its column."""
    lines = [
        sum(max(1, math.ceil(text_width(line) / max(width - 1, 1))) for line in text.split("\n"))
        for text, width in texts
    ]
    page.row_dimensions[row].height = min(409.0, _LINE * max([least, *lines]) + 3)
