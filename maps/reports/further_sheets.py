"""Sheets beside the indicators: regiments, groups, units by name, and the report's own tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from openpyxl.cell import Cell
from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from geo_planner.monitoring.groups import by_group, sums_that_differ
from geo_planner.monitoring.regiments import parts_of
from maps.palette import STATUS_STYLES
from maps.reports.content import Bullets, Column, Paragraph, Table
from maps.reports.form_cells import dress, fit_row, put_text
from maps.reports.indicator_figures import as_cell, number_format
from maps.reports.indicator_sheets import IndicatorSheet, year_key
from maps.reports.parts.space import spatial_standings, underserved_rows
from maps.reports.sheet_pages import (
    FIRST_ROW,
    HEADING_ROW,
    SheetColumn,
    head,
    settle,
    sheet_name,
    table_sheet,
    tint,
    title_lines,
)
from maps.reports.sheet_results import put_formula, shown_in
from maps.text.values import bounds_text, measure_text, target_text
from maps.text.verdicts import is_each
from maps.text.words import SEX_WORDS, SHAPES

if TYPE_CHECKING:
    from geo_planner.monitoring.regiments import PartFigure
    from geo_planner.monitoring.standing import Standing
    from maps.reports.content import Report
    from maps.reports.draft import Draft


def regiments_sheet(
    book: Workbook,
    report: Report,
    draft: Draft,
    index: Worksheet,
    written: Mapping[str, IndicatorSheet],
) -> Worksheet:
    """Write every indicator that has figures by part of the division, one column a part."""
    say = draft.say
    page = book.create_sheet(sheet_name(say("Regiments side by side"), book.sheetnames))
    codes = [
        code
        for code in parts_of(draft.project)
        if any(one.unit_id == code for found in draft.regiments.values() for one in found)
    ]
    marks = draft.list(draft.status(status) for status in STATUS_STYLES)
    title_lines(
        page,
        say("Regiments side by side"),
        say("The mark before a figure and its colour are its verdict: {list}.", list=marks),
        index,
        report.words["index"],
    )
    columns = [
        SheetColumn("number", say("No."), 5, "center"),
        SheetColumn("name", say("Indicator"), 30),
        SheetColumn("measure", say("Unit of measure"), 10, "center"),
        SheetColumn("promise", say("Promise"), 14, "center"),
        SheetColumn("whole", say("The whole"), 19, "right"),
        *(SheetColumn(code, draft.unit_name(code), 15.5, "right") for code in codes),
    ]
    head(page, columns)
    for row, (id_, figures) in enumerate(draft.regiments.items(), start=FIRST_ROW):
        one, of = draft.monitoring.of[id_], {part.unit_id: part for part in figures}
        measure = figures[0].measure
        words = (
            "",
            draft.label(one.indicator),
            measure_text(measure, say) or say("number"),
            target_text(one.coverage, say),
        )
        for place, (text, column) in enumerate(
            zip((*words, *("" for _ in columns[len(words) :])), columns, strict=True), start=1
        ):
            put_text(page.cell(row, place), text)
            dress(page.cell(row, place), across=column.across)
        page.cell(row, 1).value = draft.rows[id_]
        _whole(page.cell(row, len(words) + 1), one, draft, written)
        for place, code in enumerate(codes, start=len(words) + 2):
            if code in of:
                _part(page.cell(row, place), of[code], draft)
        fit_row(page, row, [(words[1], 30), (words[3], 14), (words[2], 10)])
    last = HEADING_ROW + len(draft.regiments)
    settle(
        page,
        report,
        columns=len(columns),
        freeze=f"F{FIRST_ROW}",
        last=last if draft.regiments else None,
    )
    return page


def _marked(look: str, status: str) -> str:
    """Return a number format that sets the verdict's mark before the figure."""
    return ";".join(_with_mark(section, SHAPES[status]) for section in look.split(";"))


def _with_mark(section: str, mark: str) -> str:
    """Return a section of a format with a mark after its condition, inside text it begins with."""
    condition, _, rest = section.rpartition("]")
    condition += "]" if condition else ""
    return (
        f'{condition}"{mark} {rest[1:]}' if rest.startswith('"') else f'{condition}"{mark} "{rest}'
    )


def _whole(cell: Cell, one: Standing, draft: Draft, written: Mapping[str, IndicatorSheet]) -> None:
    """Write the division's own figure, as it stands on its domain's sheet."""
    sheet, key = written[one.indicator.domain], year_key(draft.year)
    if not sheet.holds(one.indicator.id, key):
        return
    told = sheet.cell(one.indicator.id, key)
    put_formula(cell, f"={sheet.names(one.indicator.id, key)}", shown_in(told))
    look = told.number_format
    if is_each(one.coverage) and one.coverage.tally.members is not None:
        # Beside the regiments' own rates a bare percentage would be read as the division's rate.
        look = f'0.0"{draft.say("% that reach it")}"'
    if look != "General":
        cell.number_format = _marked(look, one.status)
    cell.fill = tint(one.status)


def _part(cell: Cell, part: PartFigure, draft: Draft) -> None:
    """Write a part's figure: a number under its mark, or its range in words."""
    if part.lower is None or part.upper is None:
        return
    if part.lower == part.upper:
        whole = part.lower.denominator == 1
        look = number_format(part.measure, draft.say, counted=part.n is not None, whole=whole)
        cell.value = as_cell(part.lower)
        cell.number_format = _marked(look, part.status)
    else:
        text = bounds_text(part.lower, part.upper, part.measure, draft.say)
        put_text(cell, f"{SHAPES[part.status]} {text}")
    cell.fill = tint(part.status)


def groups_sheet(
    book: Workbook, report: Report, draft: Draft, index: Worksheet
) -> tuple[Worksheet, int]:
    """Write the figures by sex and age band that reports of the year state."""
    say = draft.say
    page = book.create_sheet(sheet_name(say("By sex and age band"), book.sheetnames))
    columns = (
        SheetColumn("number", say("No."), 5, "center"),
        SheetColumn("name", say("Indicator"), 36),
        SheetColumn("unit", say("Unit"), 22),
        SheetColumn("sex", say("Sex"), 10, "center"),
        SheetColumn("band", say("Age band"), 12, "center"),
        SheetColumn("covered", say("Numerator"), 11, "right"),
        SheetColumn("n", say("Denominator"), 11, "right"),
        SheetColumn("figure", say("Figure"), 11, "right"),
        SheetColumn("measure", say("Unit of measure"), 11, "center"),
    )
    row, notes = FIRST_ROW, []
    for one in draft.monitoring.standings:
        indicator = one.indicator
        notes += [say.note(n) for n in sums_that_differ(draft.project, indicator.id, draft.year)]
        for group in by_group(draft.project, indicator.id, draft.year):
            texts = (
                "",
                draft.label(indicator),
                draft.unit_name(group.unit_id) or group.name,
                say(SEX_WORDS[group.sex]),
                group.age_band or say("all ages"),
                "",
                "",
                "",
                measure_text(indicator.measure, say) or say("number"),
            )
            for place, (text, column) in enumerate(zip(texts, columns, strict=True), start=1):
                put_text(page.cell(row, place), text)
                dress(page.cell(row, place), across=column.across)
            page.cell(row, 1).value = draft.rows[indicator.id]
            counted = group.numerator is not None and bool(group.denominator)
            for place, count in ((6, group.numerator), (7, group.denominator)):
                if count is not None:
                    page.cell(row, place).value = as_cell(count)
                    page.cell(row, place).number_format = "#,##0"
            if counted:
                formula = f'=IF(G{row}=0,"",F{row}*{indicator.scale}/G{row})'
                put_formula(page.cell(row, 8), formula, group.value)
            elif group.value is not None:
                page.cell(row, 8).value = as_cell(group.value)
            whole = group.value is None or group.value.denominator == 1
            page.cell(row, 8).number_format = number_format(
                indicator.measure, say, counted=counted, whole=whole
            )
            fit_row(page, row, [(texts[1], 36), (texts[2], 22)])
            row += 1
    title_lines(
        page,
        say("By sex and age band, where reports state them"),
        draft.join(*notes) if row > FIRST_ROW else say("No report of the year states a group."),
        index,
        report.words["index"],
    )
    head(page, columns)
    filled = row > FIRST_ROW
    settle(
        page,
        report,
        columns=len(columns),
        freeze=f"C{FIRST_ROW}",
        last=row - 1 if filled else None,
    )
    return page, row - FIRST_ROW


def underserved_sheet(
    book: Workbook, report: Report, draft: Draft, index: Worksheet
) -> tuple[Worksheet, int]:
    """Write every unit that is known to lack something, without the cut of the text."""
    say = draft.say
    rows = [row for one in spatial_standings(draft) for row in underserved_rows(draft, one)]
    table = report.table("underserved")
    columns = table.columns if table is not None else (Column(say("Indicator")),)
    full = Table(
        "underserved",
        say("Underserved units, in the order in which to look at them"),
        columns,
        tuple(rows),
        note=say("Counts below 5 are not printed."),
    )
    nothing = say("No unit is known to lack what these targets promise.")
    name = say("Underserved units")
    return table_sheet(book, report, index, name, full, nothing=nothing), len(rows)


def unknown_sheet(
    book: Workbook, report: Report, draft: Draft, index: Worksheet
) -> tuple[Worksheet, int]:
    """Write every unit of which it is not known whether it lacks something."""
    say = draft.say
    rows = []
    for one in spatial_standings(draft):
        units = one.coverage.units
        if units.empty:
            continue
        label = draft.label(one.indicator)
        rows += [
            (label, draft.place(str(key)) or str(key), str(key))
            for key in units.index[units["state"] == "unknown"]
        ]
    table = Table(
        "unknown",
        say("Units of which it is not known"),
        (Column(say("Indicator")), Column(say("Unit")), Column(say("Unit code"))),
        tuple(rows),
        note=say("Neither counted as lacking nor ranked: first find out."),
    )
    name = say("Units not known")
    return table_sheet(book, report, index, name, table, nothing=say("none")), len(rows)


def own_table_sheet(
    book: Workbook, report: Report, index: Worksheet, key: str, name: str, nothing: str
) -> tuple[Worksheet, int]:
    """Write a table of the report as it is; a sheet that says so where there is none."""
    table = report.table(key) or Table(key, name, (), ())
    page = table_sheet(book, report, index, name, table, nothing=nothing)
    return page, len(table.rows)


def add_lines(page: Worksheet, row: int, lines: Sequence[str]) -> None:
    """Write sentences below a table, across its columns."""
    width = max(page.max_column, 1)
    room = sum(page.column_dimensions[get_column_letter(one)].width for one in range(1, width + 1))
    for place, text in enumerate(lines, start=row):
        put_text(page.cell(place, 1), text)
        dress(page.cell(place, 1), framed=False)
        if width > 1:
            page.merge_cells(start_row=place, end_row=place, start_column=1, end_column=width)
            fit_row(page, place, [(text, room)])
        else:
            page.cell(place, 1).alignment = Alignment(vertical="center")


def annex_sentences(report: Report) -> tuple[list[str], list[str]]:
    """Return what the annex says outside its tables: of sources, and of conventions."""
    blocks = [block for part in report.parts if part.key == "annexes" for block in part.blocks]
    told = [one.text for one in blocks if isinstance(one, Paragraph)]
    held = [text for one in blocks if isinstance(one, Bullets) for text in one.items]
    return told, held
