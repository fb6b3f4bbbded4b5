"""Text tables: csv, tsv and whatever separator an office's program chose."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from statistics import median
from typing import Any

from geo_planner.errors import EmptyLayerError, UnreadableFileError
from geo_planner.notes import Note, msgid
from layers.sources.encodings import decode_text
from layers.sources.grids import table_from_grid
from layers.sources.limits import Limits, require_file_size, require_table_size
from layers.sources.table import KnowsHeading, RawTable

_SEPARATORS = (",", "\t", ";", "|")


def read_delimited(
    path: Path, *, knows: KnowsHeading, sheet: str | None = None, limits: Limits
) -> RawTable:
    """Return the table of a csv or tsv file; see :func:`layers.sources.read_table`."""
    del sheet  # a text file has one table
    require_file_size(path, limits)
    text, codec = decode_text(path.read_bytes(), file=path.name)
    separator, text = _separator(text)
    rows = _parsed(text, separator, file=path.name)
    if not any(any(cell for cell in row) for row in rows):
        raise EmptyLayerError(path.name)
    width = max(_filled_width(row) for row in rows[:40])
    stray = [number for number, row in enumerate(rows, start=1) if _filled_width(row) > width]
    require_table_size(path.name, len(rows), width, limits)
    grid: list[list[Any]] = [(row + [""] * (width - len(row)))[:width] for row in rows]
    notes = []
    if codec == "gb18030":
        notes.append(Note("encoding", msgid("The text was read as {codec}."), {"codec": "GB18030"}))
    table = table_from_grid(grid, file=path.name, sheet=None, knows=knows, notes=notes)
    # A row is stray too if it has more filled cells than the heading row has columns.
    beyond = [
        int(row)
        for index, heading in enumerate(table.headings)
        if heading.startswith("[") and heading.endswith("]")
        for row, cell in zip(table.rows, table.columns[index], strict=True)
        if cell is not None
    ]
    # An unnamed column that is filled throughout is a column without heading, not stray cells.
    if len(beyond) > 0.5 * len(table):
        beyond = []
    strays = tuple(sorted({*stray, *beyond}))
    return RawTable(**{**_fields(table), "stray_rows": strays})


def _fields(table: RawTable) -> dict[str, Any]:
    return {name: getattr(table, name) for name in RawTable.__dataclass_fields__}


def _filled_width(row: list[str]) -> int:
    """Return how many cells a row has up to its last filled one."""
    width = len(row)
    while width and not row[width - 1].strip():
        width -= 1
    return width


def _separator(text: str) -> tuple[str, str]:
    """Return the separator that cuts the first lines into the most columns, and the text to cut."""
    first, _, rest = text.partition("\n")
    if first.strip().lower().startswith("sep=") and len(first.strip()) == 5:
        return first.strip()[4], "\n" + rest  # the line keeps its place in the row count
    head = "\n".join(text.splitlines()[:50])
    widths = {}
    for separator in _SEPARATORS:
        try:
            parsed = [row for row in csv.reader(io.StringIO(head), delimiter=separator) if row]
        except csv.Error:
            continue
        widths[separator] = median([len(row) for row in parsed]) if parsed else 0
    best = max(widths, key=lambda one: widths[one], default=",")
    return best, text


def _parsed(text: str, separator: str, *, file: str) -> list[list[str]]:
    for strict in (True, False):
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=strict)
        rows: list[list[str]] = []
        line = 0
        try:
            for row in reader:
                rows.append(row)
                line = reader.line_num
        except csv.Error as broken:
            if "unexpected end" in str(broken) or "field limit" in str(broken):
                reason = f"a quotation mark opened in line {line + 1} is not closed"
                raise UnreadableFileError(file, reason) from None
            if not strict:
                raise UnreadableFileError(file, f"line {reader.line_num}: {broken}") from None
        else:
            return rows
    raise AssertionError
