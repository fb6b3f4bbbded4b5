"""Write files the way an office does, and the same bytes every time."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import pyogrio
from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

Cell = str | int | float | None
STAMP = "2026-01-15T09:30:00Z"
"""The moment written into every workbook, so that a second run writes the same bytes."""
ZIP_DATE = (2026, 1, 15, 9, 30, 0)
DBF_DATE = "2026-01-15"

MADE_UP = "是"
"""What the column 模拟数据 holds in every row of every file."""
TITLE_MARK = "（模拟数据，仅供演示）"
FOOT = "填表人：演示　　审核人：演示　　填报日期：2026年1月15日　　本表数据均为模拟"

_THIN = Side(style="thin", color="FF999999")
_BORDER = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_HEAD = PatternFill("solid", start_color="FFEDEDED")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet as a person would lay it out.

    Attributes
    ----------
    title, caption
        Lines above the table, each merged over its whole width; ``caption`` may be empty.
    heads
        One entry a column: the words of its heading from top to bottom. Equal neighbours in the
        first row are merged sideways; a heading of one word is merged downwards.
    rows
        Cells; rows that start with a word in ``totals`` are set in bold.
    down
        Number of the column whose equal neighbours are merged downwards, None for none.
    foot
        Line below the table.
    """

    name: str
    title: str
    caption: str
    heads: Sequence[tuple[str, ...]]
    rows: Sequence[Sequence[Cell]]
    down: int | None = None
    foot: str = ""
    totals: tuple[str, ...] = ("小计", "合计")


def write_workbook(path: Path, sheets: Sequence[Sheet]) -> None:
    """Write sheets to an xlsx file with fixed dates inside."""
    book = Workbook()
    book.remove(book.active)
    book.properties.creator = "geo_planner"
    for sheet in sheets:
        _lay_out(book.create_sheet(sheet.name), sheet)
    memory = io.BytesIO()
    book.save(memory)
    path.write_bytes(_steady_zip(memory.getvalue()))


def _lay_out(page: Worksheet, sheet: Sheet) -> None:
    width = len(sheet.heads)
    top = 1
    for number, line in enumerate((sheet.title, sheet.caption)):
        if line:
            page.cell(top, 1, line).font = Font(bold=number == 0, size=14 if number == 0 else 10)
            page.cell(top, 1).alignment = Alignment(horizontal="center" if number == 0 else "left")
            page.merge_cells(start_row=top, end_row=top, start_column=1, end_column=width)
            top += 1
    depth = _head(page, sheet.heads, top)
    first = top + depth
    for offset, row in enumerate(sheet.rows):
        bold = any(cell in sheet.totals for cell in row)
        for column, value in enumerate(row, start=1):
            cell = page.cell(first + offset, column, value)
            cell.border = _BORDER
            if bold:
                cell.font = Font(bold=True)
    if sheet.down is not None:
        _merge_down(page, sheet, first)
    if sheet.foot:
        page.cell(first + len(sheet.rows) + 1, 1, sheet.foot)
    for column, head in enumerate(sheet.heads, start=1):
        longest = max([len(head[-1]) * 2, *(_width(row[column - 1]) for row in sheet.rows)])
        page.column_dimensions[get_column_letter(column)].width = min(34, longest + 2)
    page.freeze_panes = page.cell(first, 3)


def _head(page: Worksheet, heads: Sequence[tuple[str, ...]], top: int) -> int:
    depth = max(len(head) for head in heads)
    start = 0
    for column, head in enumerate(heads, start=1):
        for level in range(depth):
            cell = page.cell(top + level, column)
            cell.border, cell.fill = _BORDER, _HEAD
            cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
            cell.font = Font(bold=True)
        for level, word in enumerate(head):
            page.cell(top + level, column, word)
    for column in range(1, len(heads) + 1):
        head = heads[column - 1]
        if len(head) == 1 and depth > 1:
            page.merge_cells(
                start_row=top, end_row=top + depth - 1, start_column=column, end_column=column
            )
        ends = column == len(heads) or heads[column][0] != head[0] or len(head) == 1
        if ends:
            if column - 1 > start:
                page.merge_cells(
                    start_row=top, end_row=top, start_column=start + 1, end_column=column
                )
            start = column
    return depth


def _merge_down(page: Worksheet, sheet: Sheet, first: int) -> None:
    place = sheet.down or 0
    words = [row[place] for row in sheet.rows]
    start = 0
    for number in range(1, len(words) + 1):
        if number == len(words) or words[number] != words[start]:
            if number - start > 1:
                page.merge_cells(
                    start_row=first + start,
                    end_row=first + number - 1,
                    start_column=place + 1,
                    end_column=place + 1,
                )
                page.cell(first + start, place + 1).alignment = Alignment(vertical="center")
            start = number


def _width(value: Cell) -> int:
    return sum(2 if ord(letter) > 0x2E7F else 1 for letter in str(value or ""))


def _steady_zip(packed: bytes) -> bytes:
    """Return the archive with every date fixed."""
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(packed)) as source,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as target,
    ):
        for name in sorted(
            source.namelist(), key=lambda name: (name != "[Content_Types].xml", name)
        ):
            content = source.read(name)
            if name == "docProps/core.xml":
                content = re.sub(
                    rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*",
                    rb"\g<1>" + STAMP.encode(),
                    content,
                )
            entry = zipfile.ZipInfo(name, ZIP_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            target.writestr(entry, content)
    return made.getvalue()


def write_csv(
    path: Path, heads: Sequence[str], rows: Sequence[Sequence[Cell]], *, encoding: str
) -> None:
    """Write a table as Excel in China saves it: CRLF, and the encoding given."""
    memory = io.StringIO(newline="")
    writer = csv.writer(memory, lineterminator="\r\n")
    writer.writerow(heads)
    writer.writerows(rows)
    path.write_bytes(memory.getvalue().encode(encoding))


def write_geojson(
    path: Path, features: Sequence[tuple[dict[str, Any], Mapping[str, Cell]]]
) -> None:
    """Write a feature collection, one feature a line, so that changes read well."""
    lines = [
        json.dumps(
            {"type": "Feature", "properties": dict(properties), "geometry": geometry},
            ensure_ascii=False,
            separators=(",", ":"),
        )
        for geometry, properties in features
    ]
    text = '{"type":"FeatureCollection","features":[\n' + ",\n".join(lines) + "\n]}\n"
    path.write_text(text, encoding="utf-8", newline="\n")


def write_shapefile(path: Path, frame: gpd.GeoDataFrame) -> None:
    """Write a Shapefile with a GBK table and, as so often, without the .cpg that says so."""
    pyogrio.write_dataframe(
        frame, path, driver="ESRI Shapefile", encoding="GBK", DBF_DATE_LAST_UPDATE=DBF_DATE
    )
    path.with_suffix(".cpg").unlink(missing_ok=True)
