"""A sheet of a workbook: its name, title lines, headings, tables, and how it is printed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from openpyxl.cell import Cell
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.workbook import Workbook
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from maps.palette import STATUS_STYLES
from maps.reports.form_cells import FONT, HEAD, dress, fit_columns, fit_row, put_text, text_width
from maps.text.words import SHAPES

if TYPE_CHECKING:
    from maps.reports.content import Report, Table

HEADING_ROW = 4
FIRST_ROW = HEADING_ROW + 1
"""Rows 1 to 3 are the title, a note and the way back to the index."""

_FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_LONGEST_NAME = 31
_NUMBER = re.compile(r"([+-]?)(\d{1,3}(?:,\d{3})*|\d+)(\.\d+)?")
_WORD = re.compile("[A-Za-z]+")
_LINK = "FF005F94"
_WIDEST = 46.0


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """A column: the name code knows it by, its heading, its width in narrow letters, its side."""

    key: str
    heading: str
    width: float
    across: str = "left"

    @property
    def room(self) -> float:
        """Its width, with room for the longest word of its heading in bold."""
        words = _WORD.findall(self.heading)
        return max(self.width, *(1.25 * len(word) + 2 for word in words), 0.0)


def sheet_name(text: str, taken: Iterable[str]) -> str:
    """Return a name that spreadsheet programs take and no other sheet has."""
    used = {one.casefold() for one in taken} | {"history"}
    clean = _FORBIDDEN.sub(" ", text).strip().strip("'").strip() or "Sheet"
    name, number = clean[:_LONGEST_NAME].rstrip(" '"), 2
    while name.casefold() in used:
        tail = f" {number}"
        name = clean[: _LONGEST_NAME - len(tail)].rstrip() + tail
        number += 1
    return name


def cell_of(page: Worksheet, address: str) -> str:
    """Return a cell of a sheet as a formula elsewhere names it, fixed for sorting."""
    column, row = re.fullmatch(r"([A-Z]+)(\d+)", address).groups()  # type: ignore[union-attr]
    return f"{quote_sheetname(page.title)}!${column}${row}"


def range_of(page: Worksheet, column: str, first: int, last: int) -> str:
    """Return part of a column as a formula elsewhere names it."""
    return f"{quote_sheetname(page.title)}!${column}${first}:${column}${max(first, last)}"


def link(cell: Cell, page: Worksheet, text: str) -> None:
    """Write a text that leads to another sheet of the same workbook."""
    put_text(cell, text)
    cell.hyperlink = Hyperlink(
        ref=cell.coordinate, location=f"{quote_sheetname(page.title)}!A1", display=text
    )
    cell.font = Font(name=FONT, size=10, color=_LINK, underline="single")
    cell.alignment = Alignment(vertical="center")


def tint(status: str) -> PatternFill:
    """Return the light ground of a verdict; its mark stands beside it."""
    return PatternFill("solid", start_color=_argb(STATUS_STYLES[status].fill))


def _argb(colour: str) -> str:
    return "FF" + colour.lstrip("#").upper()


def tint_by_mark(page: Worksheet, column: str, first: int, last: int) -> None:
    """Colour the verdicts of a column by their mark, so that a changed word changes its ground."""
    for status, style in STATUS_STYLES.items():
        rule = FormulaRule(
            formula=[f'LEFT({column}{first},1)="{SHAPES[status]}"'],
            fill=PatternFill("solid", bgColor=_argb(style.fill)),
            border=Border(*(Side(style="thin", color=_argb(style.line)),) * 4),
        )
        page.conditional_formatting.add(f"{column}{first}:{column}{max(first, last)}", rule)


def title_lines(page: Worksheet, title: str, note: str, index: Worksheet, back: str) -> None:
    """Write title, note and the way back; they run over the cells beside them."""
    for row, text, size, bold in ((1, title, 14, True), (2, note, 9, False)):
        put_text(page.cell(row, 1), text)
        page.cell(row, 1).font = Font(name=FONT, size=size, bold=bold)
        page.cell(row, 1).alignment = Alignment(vertical="center")
    page.row_dimensions[1].height = 24
    link(page.cell(3, 1), index, f"← {back}")


def head(page: Worksheet, columns: Sequence[SheetColumn], row: int = HEADING_ROW) -> None:
    """Write the headings and set the widths."""
    for place, column in enumerate(columns, start=1):
        put_text(page.cell(row, place), column.heading)
        dress(page.cell(row, place), bold=True, fill=HEAD, across="center")
    fit_columns(page, [column.room for column in columns])
    fit_row(page, row, [(column.heading, column.room) for column in columns], least=2)


def settle(
    page: Worksheet,
    report: Report,
    *,
    columns: int,
    freeze: str | None,
    last: int | None = None,
    one_page: bool = False,
) -> None:
    """Fix panes, filter and print: A4 across, one page wide, headings and numbers on each page.

    Parameters
    ----------
    last
        Last row of the table under the headings, for the filter; no filter if None.
    one_page
        Whether all of it is printed on one page.
    """
    page.freeze_panes = freeze
    if last is not None:
        end = f"{get_column_letter(columns)}{max(last, FIRST_ROW)}"
        page.auto_filter.ref = f"A{HEADING_ROW}:{end}"
    if freeze is not None:
        page.print_title_rows = f"{HEADING_ROW}:{HEADING_ROW}"
    page.sheet_view.showGridLines = False
    page.page_setup.orientation = "landscape"
    page.page_setup.paperSize = page.PAPERSIZE_A4
    page.page_setup.fitToWidth = 1
    page.page_setup.fitToHeight = int(one_page)
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.page_margins.left = page.page_margins.right = 0.4
    page.page_margins.top = page.page_margins.bottom = 0.6
    page.page_margins.header = page.page_margins.footer = 0.3
    page.oddHeader.left.text = _printed(f"{report.title} {report.subtitle}")
    page.oddHeader.right.text = _printed(report.made_up) or None
    page.oddFooter.left.text = _printed(page.title)
    page.oddFooter.right.text = "&P / &N"


def _printed(text: str) -> str:
    """Return text as heads and feet of pages take it; a sign of theirs is doubled."""
    return _FORBIDDEN.sub(" ", text)[:140].replace("&", "&&").strip()


def table_sheet(
    book: Workbook,
    report: Report,
    index: Worksheet,
    name: str,
    table: Table,
    *,
    rows: Sequence[tuple[str, ...]] | None = None,
    nothing: str,
) -> Worksheet:
    """Write a table of the report on a sheet of its own.

    Parameters
    ----------
    rows
        Rows in place of the table's own, which may be cut for print.
    nothing
        What is written where there is no row.
    """
    page = book.create_sheet(sheet_name(name, book.sheetnames))
    shown = table.rows if rows is None else tuple(rows)
    columns = [
        SheetColumn(str(place), column.title, _width(place, column.title, shown), column.align)
        for place, column in enumerate(table.columns)
    ]
    title_lines(page, table.title, table.note, index, report.words["index"])
    head(page, columns)
    for row, texts in enumerate(shown, start=FIRST_ROW):
        for place, (text, column) in enumerate(zip(texts, columns, strict=True), start=1):
            cell = page.cell(row, place)
            put_figure(cell, text) if column.across == "right" else put_text(cell, text)
            dress(cell, across=column.across)
        fit_row(page, row, [(t, column.room) for t, column in zip(texts, columns, strict=True)])
    if not shown:
        put_text(page.cell(FIRST_ROW, 1), nothing)
        page.cell(FIRST_ROW, 1).font = Font(name=FONT, size=10)
    settle(
        page,
        report,
        columns=len(columns),
        freeze=f"A{FIRST_ROW}",
        last=HEADING_ROW + len(shown) if shown else None,
    )
    return page


def _width(place: int, heading: str, rows: Sequence[tuple[str, ...]]) -> float:
    """Return a width that shows the texts of a column; long ones are wrapped."""
    longest = max((text_width(row[place]) for row in rows), default=0)
    return min(_WIDEST, max(longest + 2.0, min(text_width(heading), 16) + 2.0, 7.0))


def put_figure(cell: Cell, text: str) -> None:
    """Write a printed number as a number that looks the same; any other text as it is."""
    found = _NUMBER.fullmatch(text)
    if found is None:
        put_text(cell, text)
        return
    sign, rest = found[1], found[3]
    plain = "#,##0" + (f".{'0' * (len(rest) - 1)}" if rest else "")
    value = float(text.replace(",", "")) if rest else int(text.replace(",", ""))
    cell.value = value
    cell.number_format = f"+{plain};-{plain};{plain}" if sign == "+" else plain
