"""How large the grids of a workbook would be, read from its XML before anything is laid out.

calamine makes room for every cell between the first and the last one. One letter in the far corner
of a sheet, a slip of the keyboard, asks for half a terabyte, and the whole process is ended.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator

from geo_planner.errors import TooLargeError, UnreadableFileError
from geo_planner.notes import msgid
from layers.sources.cell_marks import column_index
from layers.sources.limits import Limits

_CHUNK = 1 << 22
_LONGEST = 1 << 26
_R = rb"""(?<![\w:.-])r\s*=\s*["']"""
# Every known program writes a cell so; a sheet that writes one otherwise is gone through slowly.
_OTHERWISE = re.compile(rb"""<(?:c(?! r=")[\s>/]|\w+:c[\s>/])""")
_FAR_COLUMN = re.compile(rb'<c r="([A-Za-z]{2,3})\d')
_FAR_ROW = re.compile(rb'<c r="[A-Za-z]{1,3}(\d{6,7})"')
_INSIDE = rb"""(?:[^>"']|"[^"]*"|'[^']*')*"""
_TOKEN = re.compile(rb"<(?:\w+:)?(row|c)(?=[\s>/])(" + _INSIDE + rb")>(?=\s*(</)?)")
_ROW_AT = re.compile(_R + rb"(\d+)")
_CELL_AT = re.compile(_R + rb"([A-Za-z]{1,3})(\d+)")
_REPEATED = re.compile(rb"""number-(rows|columns)-repeated\s*=\s*["'](\d+)""")
_ODS_TOKEN = re.compile(
    rb"<table:(table|table-row|table-cell|covered-table-cell)(?=[\s>/])(" + _INSIDE + rb")>"
)


def require_grids(archive: zipfile.ZipFile, name: str, limits: Limits) -> None:
    """Refuse a workbook of which any sheet would span too large a grid.

    Raises
    ------
    TooLargeError
        If the first and the last filled cell of a sheet span more cells than ``limits`` allow.
    UnreadableFileError
        If it is a binary workbook (xlsb), whose size cannot be told beforehand.
    """
    names = archive.namelist()
    if "xl/workbook.bin" in names:
        raise UnreadableFileError(name, msgid("it is a binary workbook; save it as .xlsx"))
    for member in names:
        with archive.open(member) as stream:
            head = stream.read(1 << 16)
        if b"worksheet" in head:
            rows, columns = _xlsx_extent(archive, member, limits)
        elif member == "content.xml":
            rows, columns = _ods_extent(archive, member)
        else:
            continue
        if rows * columns > limits.cells:
            size = f"{rows:,} x {columns:,} cells"
            raise TooLargeError(name, size, f"{limits.cells:,} cells")


def _pieces(archive: zipfile.ZipFile, member: str) -> Iterator[bytes]:
    """Yield the XML in pieces that do not cut a tag."""
    rest = b""
    with archive.open(member) as stream:
        while chunk := stream.read(_CHUNK):
            data = rest + chunk
            end = data.rfind(b"<")
            cut = end if end > 0 or len(data) < _LONGEST else len(data)
            rest = data[cut:] if cut >= 0 else data
            if cut > 0:
                yield data[:cut]
    yield rest


def _xlsx_extent(archive: zipfile.ZipFile, member: str, limits: Limits) -> tuple[int, int]:
    """Return rows and columns of a sheet: an upper bound where that is enough, else exactly."""
    rows, columns = 100_000, 26
    for data in _pieces(archive, member):
        if _OTHERWISE.search(data):
            break
        for letters in set(_FAR_COLUMN.findall(data)):
            columns = max(columns, column_index(letters.upper()) + 1)
        rows = max([rows, *map(int, set(_FAR_ROW.findall(data)))])
        if rows * columns > limits.cells:
            break
    else:
        return rows, columns
    return _exact_extent(archive, member)


def _exact_extent(archive: zipfile.ZipFile, member: str) -> tuple[int, int]:
    """Return the last row and column that hold more than a format."""
    rows = columns = row = column = 0
    for data in _pieces(archive, member):
        for kind, attributes, closing in _TOKEN.findall(data):
            if kind == b"row":
                at = _ROW_AT.search(attributes)
                row, column = (int(at[1]) if at else row + 1), 0
                continue
            placed = _CELL_AT.search(attributes)
            column = column_index(placed[1].upper()) + 1 if placed else column + 1
            row = int(placed[2]) if placed else row
            if not closing and not attributes.endswith(b"/"):
                rows, columns = max(rows, row), max(columns, column)
    return rows, columns


def _ods_extent(archive: zipfile.ZipFile, member: str) -> tuple[int, int]:
    """Return the most rows and columns of any sheet of an OpenDocument file, repeats counted."""
    rows = columns = row = column = 0
    for data in _pieces(archive, member):
        for kind, attributes in _ODS_TOKEN.findall(data):
            repeated = {axis: int(count) for axis, count in _REPEATED.findall(attributes)}
            if kind == b"table":
                row = 0  # a program fills each sheet down to its last row with blank ones
                continue
            if kind == b"table-row":
                column = 0
                row += repeated.get(b"rows", 1)
                continue
            column += repeated.get(b"columns", 1)
            if not attributes.endswith(b"/"):
                rows, columns = max(rows, row), max(columns, column)
    return rows, columns
