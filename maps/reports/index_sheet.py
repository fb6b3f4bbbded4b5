"""The first sheets of a workbook: what is in it, the verdicts counted live, and each domain's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from maps.palette import STATUS_STYLES
from maps.reports.form_cells import FONT, HEAD, dress, fit_columns, fit_row, put_text
from maps.reports.indicator_sheets import (
    PERCENT,
    IndicatorSheet,
    domain_word,
    domains_present,
)
from maps.reports.sheet_pages import (
    FIRST_ROW,
    HEADING_ROW,
    SheetColumn,
    head,
    link,
    range_of,
    settle,
    sheet_name,
    tint,
    title_lines,
)
from maps.reports.sheet_results import put_formula

if TYPE_CHECKING:
    from maps.reports.content import Report
    from maps.reports.draft import Draft

_WIDTHS = (34.0, 12.0, 12.0, 12.0, 64.0)
_MADE_UP = PatternFill("solid", start_color="FFFFF1C9")


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the index: the sheet, what is on it, how many rows it has (None: not a table)."""

    page: Worksheet
    about: str
    rows: int | None = None


def fill_index(
    page: Worksheet,
    report: Report,
    draft: Draft,
    every: IndicatorSheet,
    entries: Sequence[Entry],
) -> None:
    """Write title, verdicts as formulas over the sheet of all indicators, and the sheets."""
    fit_columns(page, _WIDTHS)
    _cover(page, report)
    row = _verdicts(page, draft, every, 8)
    row = _reached(page, draft, row + 1)
    _sheets(page, draft, entries, row + 1)
    settle(page, report, columns=len(_WIDTHS), freeze=None, one_page=True)


def _cover(page: Worksheet, report: Report) -> None:
    lines = (
        (report.title, 18, True, 30),
        (report.subtitle, 14, True, 24),
        (report.office, 11, False, 18),
        (report.data_note, 10, False, 18),
        (report.made_up, 11, True, 20),
    )
    last = len(_WIDTHS)
    for row, (text, size, bold, height) in enumerate(lines, start=1):
        put_text(page.cell(row, 1), text)
        page.cell(row, 1).font = Font(name=FONT, size=size, bold=bold)
        page.cell(row, 1).alignment = Alignment(vertical="center", wrap_text=True)
        page.merge_cells(start_row=row, end_row=row, start_column=1, end_column=last)
        fit_row(page, row, [(text, sum(_WIDTHS) * 10 / size)])
        page.row_dimensions[row].height = max(page.row_dimensions[row].height, height)
    if report.made_up:
        page.cell(5, 1).fill = _MADE_UP


def _heads(page: Worksheet, row: int, texts: Sequence[str]) -> None:
    for place, text in enumerate(texts, start=1):
        put_text(page.cell(row, place), text)
        dress(page.cell(row, place), bold=True, fill=HEAD, across="center")
    fit_row(page, row, list(zip(texts, _WIDTHS, strict=False)))


def _verdicts(page: Worksheet, draft: Draft, every: IndicatorSheet, first: int) -> int:
    """Write how many targets have each verdict, and return the row after them."""
    say = draft.say
    _heads(page, first - 1, (say("Verdict"), say("Number of indicators"), say("Share")))
    counts = draft.monitoring.counts
    targets = sum(counts.values())
    counted = range_of(every.page, every.layout.letter("status"), FIRST_ROW, every.last)
    total = first + len(STATUS_STYLES)
    for row, status in enumerate(STATUS_STYLES, start=first):
        put_text(page.cell(row, 1), draft.status(status))
        met = counts.get(status, 0)
        put_formula(page.cell(row, 2), f"=COUNTIF({counted},A{row})", met)
        formula = f'=IF(B${total}=0,"",100*B{row}/B${total})'
        put_formula(page.cell(row, 3), formula, _share(met, targets))
        _dressed(page, row, fill=tint(status))
    put_text(page.cell(total, 1), say("Total"))
    put_formula(page.cell(total, 2), f"=SUM(B{first}:B{total - 1})", targets)
    put_formula(page.cell(total, 3), f'=IF(B{total}=0,"",100)', _share(targets, targets))
    _dressed(page, total)
    return total + 1


def _share(part: int, whole: int) -> Fraction | None:
    """Return a share in percent; None where there is nothing to divide by."""
    return Fraction(100 * part, whole) if whole else None


def _dressed(page: Worksheet, row: int, fill: PatternFill | None = None) -> None:
    for place in (1, 2, 3):
        dress(page.cell(row, place), across="left" if place == 1 else "right")
    if fill is not None:
        page.cell(row, 1).fill = fill
    page.cell(row, 2).number_format = "#,##0"
    page.cell(row, 3).number_format = PERCENT


def _reached(page: Worksheet, draft: Draft, first: int) -> int:
    """Write both customary shares of targets reached, and return the row after them."""
    say = draft.say
    _heads(page, first, (say("Targets reached"), say("Reached"), say("Out of"), say("Share")))
    of_judged = ("met", "near", "not_met")
    of_all = (*of_judged, "undetermined", "no_data")
    rows = {status: 8 + place for place, status in enumerate(STATUS_STYLES)}
    customs = (
        (say("Of those that can be judged"), of_judged),
        (say("Of all, undetermined and without data included"), of_all),
    )
    for row, ((text, statuses), (reached, out_of)) in enumerate(
        zip(customs, draft.monitoring.reached, strict=True), start=first + 1
    ):
        put_text(page.cell(row, 1), text)
        put_formula(page.cell(row, 2), f"=B{rows['met']}", reached)
        put_formula(page.cell(row, 3), "=" + "+".join(f"B{rows[one]}" for one in statuses), out_of)
        formula = f'=IF(C{row}=0,"",100*B{row}/C{row})'
        put_formula(page.cell(row, 4), formula, _share(reached, out_of))
        for place in (1, 2, 3, 4):
            dress(page.cell(row, place), across="left" if place == 1 else "right")
        page.cell(row, 4).number_format = PERCENT
        fit_row(page, row, [(text, _WIDTHS[0])])
    return first + 3


def _sheets(page: Worksheet, draft: Draft, entries: Sequence[Entry], first: int) -> None:
    say = draft.say
    for place, text in ((1, say("Sheet")), (2, say("Rows")), (3, say("Content"))):
        put_text(page.cell(first, place), text)
    for place in range(1, len(_WIDTHS) + 1):
        dress(page.cell(first, place), bold=True, fill=HEAD, across="center")
    page.merge_cells(start_row=first, end_row=first, start_column=3, end_column=len(_WIDTHS))
    for row, one in enumerate(entries, start=first + 1):
        for place in range(1, len(_WIDTHS) + 1):
            dress(page.cell(row, place), across="center" if place == 2 else "left")
        link(page.cell(row, 1), one.page, one.page.title)
        page.cell(row, 2).value = one.rows
        page.cell(row, 2).number_format = "#,##0"
        put_text(page.cell(row, 3), one.about)
        page.merge_cells(start_row=row, end_row=row, start_column=3, end_column=len(_WIDTHS))
        fit_row(page, row, [(one.about, sum(_WIDTHS[2:]))])


def by_domain_sheet(book: Workbook, report: Report, draft: Draft, index: Worksheet) -> Worksheet:
    """Begin the sheet of verdicts by domain; :func:`fill_by_domain` writes its formulas."""
    say = draft.say
    page = book.create_sheet(sheet_name(say("Verdicts by domain"), book.sheetnames))
    title_lines(
        page,
        say("Verdicts by domain"),
        say("Counted by formulas over the sheet of all targets."),
        index,
        report.words["index"],
    )
    return page


def fill_by_domain(
    page: Worksheet, report: Report, draft: Draft, every: IndicatorSheet
) -> tuple[int, Mapping[str, int]]:
    """Write each domain's number of targets by verdict.

    Returns
    -------
    tuple
        The last row of a domain, and the column of each verdict.
    """
    say = draft.say
    places = {status: place for place, status in enumerate(STATUS_STYLES, start=2)}
    total = len(places) + 2
    columns = [
        SheetColumn("domain", say("Domain"), 26),
        *(SheetColumn(one, draft.status(one), 12, "right") for one in places),
        SheetColumn("all", say("Total"), 10, "right"),
    ]
    head(page, columns)
    for status, place in places.items():
        page.cell(HEADING_ROW, place).fill = tint(status)
    domains = range_of(every.page, every.layout.letter("domain"), FIRST_ROW, every.last)
    verdicts = range_of(every.page, every.layout.letter("status"), FIRST_ROW, every.last)
    found = domains_present(draft)
    last = HEADING_ROW + len(found)
    end = get_column_letter(total - 1)
    for row, (domain, standings) in enumerate(found.items(), start=FIRST_ROW):
        put_text(page.cell(row, 1), domain_word(draft, domain))
        counts: Counter[str] = Counter(one.status for one in standings)
        for status, place in places.items():
            heading = f"{get_column_letter(place)}${HEADING_ROW}"
            formula = f"=COUNTIFS({domains},$A{row},{verdicts},{heading})"
            put_formula(page.cell(row, place), formula, counts.get(status, 0))
            page.cell(row, place).number_format = "0;;"  # none is left blank, and in the chart
        put_formula(page.cell(row, total), f"=SUM(B{row}:{end}{row})", len(standings))
    put_text(page.cell(last + 1, 1), say("Total"))
    sums = [*(draft.monitoring.counts.get(status, 0) for status in places)]
    for place, number in enumerate((*sums, sum(sums)), start=2):
        letter = get_column_letter(place)
        # Row 4 is the heading, which adds nothing: the sum holds where there is no domain, too.
        formula = f"=SUM({letter}{HEADING_ROW}:{letter}{last})"
        put_formula(page.cell(last + 1, place), formula, number)
    for row in range(FIRST_ROW, last + 2):
        for place in range(1, total + 1):
            dress(page.cell(row, place), bold=row > last, across="left" if place == 1 else "right")
        page.row_dimensions[row].height = 18
    settle(page, report, columns=total, freeze=f"B{FIRST_ROW}", one_page=True)
    return last, places
