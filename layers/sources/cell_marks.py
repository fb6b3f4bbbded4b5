"""What an xlsx sheet says about its cells beside their values.

calamine gives values only. Whether a cell that holds 0.96 is shown as 96 %, and whether a blank is
a formula nobody has worked out yet or an error, stands in the sheet's XML.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from layers.sources.table import Mask

_CELL = re.compile(rb'<c\b[^>]*?\br="([A-Z]{1,3})(\d+)"[^>]*?\bs="(\d+)"')
_ERROR = re.compile(rb'<c\b(?=[^>]*\bt="e")[^>]*?\br="([A-Z]{1,3}\d+)"')
_FORMULA = re.compile(
    rb'<c\b[^>]*?\br="([A-Z]{1,3}\d+)"[^>]*>\s*<f\b(?:[^>]*/>|[^<]*(?:</f>))\s*(<v>[^<])?'
)


@dataclass(frozen=True)
class CellMarks:
    """``percent``: cells shown as percentages by column; ``no_value``: addresses (``D4``)."""

    percent: Mapping[int, Mask] = field(default_factory=dict)
    no_value: tuple[str, ...] = ()


def cell_marks(path: Path, sheet: int, *, rows: int, columns: int) -> CellMarks:
    """Return the marks of the ``sheet``-th sheet.

    Anything unexpected in the file gives no marks: they only help to read the values.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            styles = _percent_styles(archive.read("xl/styles.xml"))
            data = archive.read(_sheet_member(archive, sheet))
    except (KeyError, IndexError, zipfile.BadZipFile, OSError):
        return CellMarks()
    percent: dict[int, Mask] = {}
    for letters, number, style in _CELL.findall(data) if styles else ():
        column, row = column_index(letters), int(number) - 1
        if int(style) in styles and row < rows and column < columns:
            percent.setdefault(column, np.zeros(rows, dtype=np.bool_))[row] = True
    return CellMarks(percent, _cells_without_value(data))


def _cells_without_value(data: bytes) -> tuple[str, ...]:
    """Return addresses of error cells and of formulas whose result is not stored."""
    found: list[bytes] = []
    if b't="e"' in data:
        found += _ERROR.findall(data)
    if b"<f" in data:
        found += [place for place, value in _FORMULA.findall(data) if not value]
    return tuple(dict.fromkeys(place.decode() for place in found))


def column_index(letters: bytes) -> int:
    """Return the place of a column, from 0, by its letters."""
    index = 0
    for letter in letters:
        index = index * 26 + letter - 64
    return index - 1


def _percent_styles(styles: bytes) -> set[int]:
    """Return the numbers of cell styles whose number format is a percentage."""
    formats = {9, 10}
    for match in re.finditer(rb"<numFmt\b[^>]*>", styles):
        code = re.search(rb'formatCode="([^"]*)"', match[0])
        number = re.search(rb'numFmtId="(\d+)"', match[0])
        if code and number and b"%" in code[1]:
            formats.add(int(number[1]))
    cells = re.search(rb"<cellXfs\b.*?</cellXfs>", styles, re.DOTALL)
    if cells is None:
        return set()
    ids = re.findall(rb'<xf\b[^>]*?numFmtId="(\d+)"', cells[0])
    return {index for index, number in enumerate(ids) if int(number) in formats}


def _sheet_member(archive: zipfile.ZipFile, sheet: int) -> str:
    """Return the archive member of the ``sheet``-th sheet, by the workbook's relations."""
    book = archive.read("xl/workbook.xml")
    relation = re.findall(rb'<sheet\b[^>]*?r:id="([^"]+)"', book)[sheet]
    links = archive.read("xl/_rels/workbook.xml.rels")
    for match in re.finditer(rb"<Relationship\b[^>]*>", links):
        if re.search(rb'\bId="' + re.escape(relation) + rb'"', match[0]):
            target = re.search(rb'Target="([^"]+)"', match[0])
            if target is not None:
                name = target[1].decode()
                return name.lstrip("/") if name.startswith("/") else f"xl/{name}"
    raise KeyError(sheet)
