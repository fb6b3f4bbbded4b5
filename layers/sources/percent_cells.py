"""Which cells of an xlsx sheet are shown as percentages.

A cell that shows 96 % holds 0.96; calamine gives the number without its format. Only a file whose
styles know a percent format is looked into further.
"""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import numpy as np

from layers.sources.table import Mask

_CELL = re.compile(rb"<c\b([^>]*)>")
_PLACE = re.compile(rb'\br="([A-Z]{1,3})(\d+)"')
_STYLE = re.compile(rb'\bs="(\d+)"')


def percent_cells(path: Path, sheet: int, *, rows: int, columns: int) -> dict[int, Mask]:
    """Return, by column, where the cells of the ``sheet``-th sheet are formatted as percentages.

    Anything unexpected in the file gives no cells: the format only helps to read the numbers.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            styles = _percent_styles(archive.read("xl/styles.xml"))
            if not styles:
                return {}
            data = archive.read(_sheet_member(archive, sheet))
    except (KeyError, IndexError, zipfile.BadZipFile, OSError):
        return {}
    found: dict[int, Mask] = {}
    for match in _CELL.finditer(data):
        style = _STYLE.search(match[1])
        place = _PLACE.search(match[1]) if style and int(style[1]) in styles else None
        if place is None:
            continue
        column, row = _column_index(place[1]), int(place[2]) - 1
        if row < rows and column < columns:
            found.setdefault(column, np.zeros(rows, dtype=np.bool_))[row] = True
    return found


def _column_index(letters: bytes) -> int:
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
