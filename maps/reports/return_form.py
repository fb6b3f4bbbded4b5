"""A department's return form of a year as an Excel workbook.

The first sheet is filled in, the others explain it. The columns are those of the monitoring
system's statistical tables; a filled form is read by the door every file goes through, which knows
its headings.
"""

from __future__ import annotations

import io
from copy import copy
from fractions import Fraction
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Border, Side
from openpyxl.worksheet.worksheet import Worksheet

from geo_planner.catalogue import Label
from geo_planner.monitoring.return_forms import FormRow, ReturnForm
from geo_planner.notes import msgid
from maps.reports.form_cells import HEAD, OPEN, dress, fit_columns, fit_row, put_text
from maps.reports.form_columns import (
    COLUMNS,
    FILLED,
    FIRST_ROW,
    HEADING_ROW,
    PLACES,
    FormColumn,
    at,
    measure_word,
    numbers_asked,
    promise_text,
)
from maps.reports.return_checks import checks_of
from maps.reports.return_explained import explain_filling, explain_indicators
from maps.reports.return_formulas import Cells, change_formula, status_formula
from maps.reports.steady import steady_zip
from maps.text import Translator
from maps.text.values import NO, YES

MADE_UP = msgid("Made-up data, for demonstration only")

FORMATS = {
    **dict.fromkeys(
        ("base", "last", "value", "numerator", "denominator", "status", "change"), "General"
    ),
    "reported_on": "yyyy-mm-dd",
}
"""Formats of the columns that are not text."""

Looks = dict[tuple[str, bool], Any]
"""Look of a column's cells, locked or not."""

SHEETS = {
    "form": Label("填报表", "form"),
    "filling": Label("填报说明", "instructions"),
    "meaning": Label("指标解释", "definitions"),
    "choices": Label("选项", "options"),
}

KIND_OF_COMMUNITY = {"urban": msgid("urban community"), "regiment": msgid("regiment community")}

SOURCES = (
    msgid("departmental statistics"),
    msgid("administrative records"),
    msgid("monitoring system"),
    msgid("special survey"),
    msgid("sample survey"),
    msgid("census"),
)
"""Where figures usually come from; a form may name any other."""


def form_workbook(form: ReturnForm, say: Translator) -> bytes:
    """Return the workbook of a form: the same bytes for the same form and language."""
    book = Workbook()
    page = book.active
    page.title = say.label(SHEETS["form"])
    sources = _choices(book, form, say)
    _head(page, form, say)
    looks: Looks = {}
    for place, row in enumerate(form.rows, start=FIRST_ROW):
        _row(page, place, row, form, say, looks)
    for check in checks_of(form, say, first=FIRST_ROW, sources=sources):
        page.add_data_validation(check)
    _settle(page, form, say)
    explain_filling(book.create_sheet(say.label(SHEETS["filling"]), 1), form, say)
    explain_indicators(book.create_sheet(say.label(SHEETS["meaning"]), 2), form, say)
    book.properties.creator = "geo_planner"
    memory = io.BytesIO()
    book.save(memory)
    return steady_zip(memory.getvalue())


def form_name(form: ReturnForm, say: Translator) -> str:
    """Return the file name of a form: department and year, without what a path could trip over."""
    department = "".join(one for one in say.label(form.department) if one not in '/\\:*?"<>|')
    return say("{department} returns {year}.xlsx", department=department, year=form.year)


def _choices(book: Workbook, form: ReturnForm, say: Translator) -> str:
    """Write the sources to choose from on a hidden sheet and return where they stand."""
    name = say.label(SHEETS["choices"])
    page = book.create_sheet(name)
    usual = [say(one) for one in SOURCES]
    named = [*usual, *(one for one in form.sources if one not in usual)][:100]
    put_text(page.cell(1, 1), say.label(Label("数据来源", "source")))
    for row, text in enumerate(named, start=2):
        put_text(page.cell(row, 1), text)
    page.sheet_state = "hidden"
    page.protection.sheet = True
    return f"'{name}'!$A$2:$A${len(named) + 1}"


def _head(page: Worksheet, form: ReturnForm, say: Translator) -> None:
    """Write title, heads with room for numbers and stamps, and the heading row."""
    last = len(COLUMNS)
    plan = say.label(form.project.catalogue.title)
    put_text(page.cell(1, 1), say("{plan}: return form, {year}", plan=plan, year=form.year))
    dress(page.cell(1, 1), bold=True, size=16, across="center", framed=False)
    page.merge_cells(start_row=1, end_row=1, start_column=1, end_column=last)
    page.row_dimensions[1].height = 30
    marks = f" {say(MADE_UP)}" if form.project.simulated else ""
    left = (
        say("Department: {name}", name=say.label(form.department)),
        say("Period: {year}, the whole year", year=form.year),
        say("Due by {day}", day=form.due.isoformat()),
        say("Fill in the yellow cells only. Blank: not known; 0: none.")
        + (f" {marks}" if marks else ""),
    )
    right = (
        say("Form number:"),
        say("Made out by (office):"),
        say("Approved by (office):"),
        say("Approval number:"),
    )
    middle = PLACES["responsible"]
    line = Border(bottom=Side(style="thin", color="FF9AA3AB"))
    for row, (told, asked) in enumerate(zip(left, right, strict=True), start=2):
        put_text(page.cell(row, 1), told)
        dress(page.cell(row, 1), framed=False)
        page.merge_cells(start_row=row, end_row=row, start_column=1, end_column=middle - 3)
        put_text(page.cell(row, middle), asked)
        dress(page.cell(row, middle), framed=False, across="right")
        page.merge_cells(start_row=row, end_row=row, start_column=middle, end_column=middle + 1)
        for column in range(middle + 2, last + 1):
            dress(page.cell(row, column), framed=False, unlocked=True)
            page.cell(row, column).border = line
        page.merge_cells(start_row=row, end_row=row, start_column=middle + 2, end_column=last)
        page.row_dimensions[row].height = 18
    page.row_dimensions[HEADING_ROW - 1].height = 6
    years = {"base": form.base_year, "target": form.project.catalogue.period[1]}
    for one in COLUMNS:
        cell = page.cell(HEADING_ROW, PLACES[one.name])
        heading = say.label(one.heading).format(year=years.get(one.name, ""))
        put_text(cell, heading)
        dress(cell, bold=True, fill=HEAD, across="center")
    page.row_dimensions[HEADING_ROW].height = 33


def _row(
    page: Worksheet, place: int, row: FormRow, form: ReturnForm, say: Translator, looks: Looks
) -> None:
    """Write one row: what is known, what is worked out, and what is to be filled in."""
    one = row.indicator
    cells = Cells(
        *(at(name, place) for name in ("base", "last", "value", "numerator", "denominator"))
    )
    texts = {
        "indicator": one.id,
        "name": say.label(one.label),
        "unit_id": row.unit_id,
        "unit_name": row.unit_name,
        "kind": _kind_text(row, form, say),
        "period": str(form.year),
        "measure": measure_word(one, say, answers=row.answers),
        "target": promise_text(one, form, say, answers=row.answers),
        "responsible": say.label(form.department),
    }
    filled = {*FILLED, *numbers_asked(row)}
    for column in COLUMNS:
        cell = page.cell(place, PLACES[column.name])
        _dress(cell, column, looks, unlocked=column.name in filled)
        if column.name in texts:
            put_text(cell, texts[column.name])
    for name, value in (("base", row.base), ("last", row.last)):
        _put_figure(page, at(name, place), value, say, answers=row.answers)
    page[at("status", place)] = status_formula(one, cells, say, answers=row.answers)
    page[at("change", place)] = change_formula(one, cells, say, answers=row.answers)
    widths = {column.name: column.width for column in COLUMNS}
    fit_row(page, place, [(text, widths[name]) for name, text in texts.items()])


def _dress(cell: Cell, column: FormColumn, looks: Looks, *, unlocked: bool) -> None:
    """Give a cell the look of its column, made once and copied: making one takes long."""
    key = (column.name, unlocked)
    if key not in looks:
        dress(cell, across=column.across, fill=OPEN if unlocked else None, unlocked=unlocked)
        cell.number_format = FORMATS.get(column.name, "@")
        looks[key] = copy(cell._style)  # noqa: SLF001 - the library has no other way
    cell._style = copy(looks[key])  # noqa: SLF001


def _put_figure(
    page: Worksheet, address: str, value: Fraction | None, say: Translator, *, answers: bool
) -> None:
    """Write a figure of an earlier year, as yes or no where that is asked."""
    if value is None:
        return
    if answers:
        put_text(page[address], say(YES if value > 0 else NO))
    else:
        page[address] = int(value) if value.denominator == 1 else round(float(value), 4)


def _kind_text(row: FormRow, form: ReturnForm, say: Translator) -> str:
    if row.community_kind in KIND_OF_COMMUNITY:
        return say(KIND_OF_COMMUNITY[row.community_kind])
    return say.label(form.project.catalogue.unit_kind(row.kind).label)


def _settle(page: Worksheet, form: ReturnForm, say: Translator) -> None:
    """Fix panes, protection and print: A4 across, one page wide, the headings on each page."""
    fit_columns(page, [column.width for column in COLUMNS])
    page.freeze_panes = page.cell(FIRST_ROW, PLACES["unit_id"])
    page.protection.sheet = True
    page.protection.formatColumns = False
    page.protection.formatRows = False
    page.page_setup.orientation = "landscape"
    page.page_setup.paperSize = page.PAPERSIZE_A4
    page.page_setup.fitToWidth = 1
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.print_title_rows = f"{HEADING_ROW}:{HEADING_ROW}"
    page.print_options.horizontalCentered = True
    page.page_margins.left = page.page_margins.right = 0.4
    page.page_margins.top = page.page_margins.bottom = 0.5
    page.oddFooter.left.text = say.label(form.department).replace("&", "&&")
    page.oddFooter.right.text = "&P / &N"
