"""How a report is laid out, on paper and on screen: cells, references, pages turned sideways."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from geo_planner.document_errors import FigureMissingError
from geo_planner.errors import GeoPlannerError
from maps.palette import STATUS_STYLES
from maps.reports.content import Block, Finding, Picture, Report, Table
from maps.text.words import SHAPES

if TYPE_CHECKING:
    from maps.reports.content import Align
    from maps.text import Translator

FULL_TABLE = "indicators"
"""Key of the table whose rows findings name."""

SIDEWAYS = (FULL_TABLE, "regiments")
"""Tables that always stand on a page turned sideways."""

MOST_UPRIGHT = 10
"""Columns of other tables that still stand upright."""

SMALL_PT = 8.5
"""Letters of tables with many columns."""

_TINT = 0.5
"""Share of a verdict's colour in the ground of its cell; the rest is white."""

_STATUSES = {mark: status for status, mark in SHAPES.items()}


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: its text, its side, and the verdict it tells (empty for none)."""

    text: str
    align: Align
    status: str = ""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Parts' headings and blocks that stand on pages of one kind."""

    sideways: bool
    blocks: tuple[tuple[str, Block | None], ...]
    """Each with the key of the part that begins with it; a part's heading has no block."""


def stretches(report: Report) -> list[Stretch]:
    """Return the report as runs of upright and sideways pages; headings go with what they head."""
    found: list[tuple[bool, list[tuple[str, Block | None]]]] = []
    for part in report.parts:
        waiting: list[tuple[str, Block | None]] = [(part.key, None)]
        for block in part.blocks:
            waiting.append(("", block))
            if block.kind == "heading":
                continue
            sideways = isinstance(block, Table) and stands_sideways(block)
            if not found or found[-1][0] != sideways:
                found.append((sideways, []))
            found[-1][1].extend(waiting)
            waiting = []
        if waiting:
            if not found:
                found.append((False, []))
            found[-1][1].extend(waiting)
    return [Stretch(sideways, tuple(blocks)) for sideways, blocks in found]


def stands_sideways(table: Table) -> bool:
    """Return whether a table needs a page turned sideways."""
    return table.key in SIDEWAYS or len(table.columns) > MOST_UPRIGHT


def body(table: Table, say: Translator) -> Iterator[tuple[Cell, ...]]:
    """Yield the rows of a table; a row with a verdict always shows its mark and its word."""
    for number, row in enumerate(table.rows):
        status = table.statuses[number] if table.statuses else ""
        yield _cells(table, row, status, say)


def _cells(table: Table, row: tuple[str, ...], status: str, say: Translator) -> tuple[Cell, ...]:
    cells = []
    for text, column in zip(row, table.columns, strict=True):
        told = _STATUSES.get(text[:1], "") if not text[1:2].strip() else ""
        cells.append(Cell(text, column.align, told))
    if status and status not in {one.status for one in cells}:
        word = say.status(status)
        shown = f"{SHAPES[status]} {word}"
        if word in row:
            place = row.index(word)
        else:
            place = row_header(table)
            shown = f"{row[place]}\n{shown}"
        cells[place] = Cell(shown, cells[place].align, status)
    return tuple(cells)


def tint(status: str) -> str:
    """Return the light ground of a verdict's cell, ``#rrggbb``."""
    fill = STATUS_STYLES[status].fill
    parts = (int(fill[at : at + 2], 16) for at in (1, 3, 5))
    return "#" + "".join(f"{round(255 - (255 - part) * _TINT):02x}" for part in parts)


def row_header(table: Table) -> int:
    """Return the column that names the row: the first of words, not of numbers."""
    return next((at for at, one in enumerate(table.columns) if one.align == "left"), 0)


def sentence_and_reference(finding: Finding, say: Translator) -> tuple[str, str]:
    """Return a finding's sentence without, and with only, its reference to the full table."""
    reference = say("[full table, row {row}]", row=finding.row)
    return finding.text.removesuffix(reference).rstrip(), reference


def known_rows(report: Report) -> range:
    """Return the rows of the full table that a finding can lead to."""
    table = report.table(FULL_TABLE)
    return range(1, 1 + len(table.rows) if table else 1)


def drawn(picture: Picture) -> ET.Element:
    """Return a figure as parsed SVG.

    Raises
    ------
    FigureMissingError
        If it cannot be drawn, or what comes is not SVG.
    """
    try:
        root = ET.fromstring(picture.draw("svg"))
    except GeoPlannerError:
        raise
    except Exception as fault:
        raise FigureMissingError(picture.caption, f"{type(fault).__name__}: {fault}") from fault
    if root.tag.rpartition("}")[2] != "svg":
        raise FigureMissingError(picture.caption, f"<{root.tag}>")
    return root
