"""Spreadsheets (xlsx, xlsm, xls, ods) through calamine, merged cells included."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from geo_planner.errors import EmptyLayerError, NotKnownError, UnreadableFileError
from geo_planner.notes import Note, msgid
from layers.sources.cell_marks import CellMarks, cell_marks, column_index
from layers.sources.grids import table_from_grid
from layers.sources.headers import HeadingBlock, find_headings
from layers.sources.limits import (
    Limits,
    require_file_size,
    require_table_size,
    require_unpacked_size,
)
from layers.sources.sheet_size import require_grids
from layers.sources.table import KnowsHeading, RawTable

_FOR_PEOPLE = frozenset(
    {"填报说明", "指标解释", "选项", "填表说明", "instructions", "definitions", "options"}
)
"""Sheets of a return form that explain it, or hold the choices of its cells."""

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def read_sheet(
    path: Path, *, knows: KnowsHeading, sheet: str | None = None, limits: Limits
) -> RawTable:
    """Return the table of a spreadsheet; see :func:`layers.sources.read_table`."""
    workbook = _open(path, limits)
    names = workbook.sheet_names
    notes: list[Note] = []
    if sheet is not None:
        if sheet not in names:
            raise NotKnownError.among("sheet", sheet, names)
        chosen, grid, merges = sheet, *_grid(workbook, sheet, path, limits)
    else:
        chosen, grid, merges = _best_sheet(workbook, path, knows, limits)
        others = [name for name in names if name != chosen and not _is_for_people(name)]
        if others:
            notes.append(
                Note(
                    "other-sheets",
                    msgid("Sheet '{sheet}' was read; the file also has: {others}."),
                    {"sheet": chosen, "others": others},
                )
            )
    marks = CellMarks()
    if zipfile.is_zipfile(path) and grid:
        marks = cell_marks(path, names.index(chosen), rows=len(grid), columns=len(grid[0]))
    no_value = _read_cells(marks.no_value, find_headings(grid, merges, knows), knows)
    if no_value:
        text = msgid(
            "Cells with an error or with a formula whose result is not stored were read as blank: "
            "{cells}. Open the file in a spreadsheet program, correct and save it."
        )
        notes.append(Note("cells-without-value", text, {"cells": no_value}))
    return table_from_grid(
        grid,
        file=path.name,
        sheet=chosen,
        knows=knows,
        merges=merges,
        percent=marks.percent,
        notes=notes,
    )


def _is_for_people(name: str) -> bool:
    return name.strip().casefold() in _FOR_PEOPLE


def _read_cells(
    addresses: Sequence[str], block: HeadingBlock | None, knows: KnowsHeading
) -> list[str]:
    """Return those addresses (``D4``) that lie in columns with headings that are known."""
    if not addresses or block is None:
        return []
    read = {at for at, heading in enumerate(block.headings) if knows(heading)}
    return [cell for cell in addresses if column_index(cell.rstrip("0123456789").encode()) in read]


def _open(path: Path, limits: Limits) -> CalamineWorkbook:
    require_file_size(path, limits)
    with path.open("rb") as stream:
        head = stream.read(4096)
        stream.seek(0)
        if not head:
            raise EmptyLayerError(path.name)
        if head.startswith(b"PK"):
            _check_archive(path, limits)
        elif not head.startswith(_OLE):
            raise UnreadableFileError(path.name, _what_it_is(head))
    try:
        workbook = CalamineWorkbook.from_path(str(path))
    except PasswordError:
        raise UnreadableFileError(path.name, msgid("it is protected by a password")) from None
    except (CalamineError, OSError, ValueError) as broken:
        return _open_by_content(path, broken)
    return workbook


def _open_by_content(path: Path, broken: Exception) -> CalamineWorkbook:
    """Open a workbook whose name ends wrongly (an xls called xlsx), or say why not."""
    try:
        with path.open("rb") as stream:
            return CalamineWorkbook.from_filelike(stream)
    except PasswordError:
        raise UnreadableFileError(path.name, msgid("it is protected by a password")) from None
    except (CalamineError, OSError, ValueError):
        data = path.read_bytes()
        if data.startswith(_OLE) and "EncryptedPackage".encode("utf-16-le") in data:
            raise UnreadableFileError(path.name, msgid("it is protected by a password")) from None
        raise UnreadableFileError(path.name, msgid("it is broken or not a spreadsheet")) from broken


def _check_archive(path: Path, limits: Limits) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            require_unpacked_size(archive, path.name, limits)
            require_grids(archive, path.name, limits)
    except (zipfile.BadZipFile, zlib.error, OSError, NotImplementedError, RuntimeError) as broken:
        raise UnreadableFileError(path.name, msgid("it is broken or cut off")) from broken


def _what_it_is(head: bytes) -> str:
    start = head.lstrip().lower()
    if start.startswith((b"<html", b"<!doctype", b"<table", b"<?xml")):
        return msgid("it is a web page saved under a spreadsheet's name; save it as .xlsx")
    if b"\x00" not in head:
        return msgid("it is a text file under a spreadsheet's name; rename it to .csv")
    return msgid("it is broken or not a spreadsheet")


def _grid(
    workbook: CalamineWorkbook, name: str, path: Path, limits: Limits
) -> tuple[list[list[Any]], list[Any]]:
    """Return the cells of a sheet from its cell A1 on, and its merged ranges."""
    try:
        sheet = workbook.get_sheet_by_name(name)
        end = sheet.end
        if end is not None:
            require_table_size(path.name, end[0] + 1, end[1] + 1, limits)
        grid = sheet.to_python(skip_empty_area=False)
        merges = list(sheet.merged_cell_ranges or [])
    except CalamineError as broken:
        raise UnreadableFileError(path.name, msgid("it is broken or not a spreadsheet")) from broken
    return grid, merges


def _best_sheet(
    workbook: CalamineWorkbook, path: Path, knows: KnowsHeading, limits: Limits
) -> tuple[str, list[list[Any]], list[Any]]:
    """Return the sheet with the most known headings; the first one that holds anything on a tie.

    Sheets that explain a return form are taken only where there is no other.
    """
    best: tuple[str, list[list[Any]], list[Any]] | None = None
    most = -1
    for name in sorted(workbook.sheet_names, key=_is_for_people):
        if best is not None and _is_for_people(name):
            break
        grid, merges = _grid(workbook, name, path, limits)
        block = find_headings(grid, merges, knows) if grid else None
        if block is None:
            continue
        known = sum(map(knows, set(block.headings)))
        if known > most:
            best, most = (name, grid, merges), known
    if best is None:
        raise EmptyLayerError(path.name)
    return best
