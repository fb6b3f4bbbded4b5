"""A report as a workbook: every indicator with live formulas, and the lists behind the text.

Nothing is drawn or worded anew: the texts are those of the report, the numbers those of its
monitoring. Formulas are worked out when the workbook is opened; beside each stands what it comes
to, for previews.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.workbook.properties import CalcProperties
from openpyxl.worksheet.worksheet import Worksheet

from maps.reports.draft import Draft
from maps.reports.further_sheets import (
    add_lines,
    annex_sentences,
    groups_sheet,
    own_table_sheet,
    regiments_sheet,
    underserved_sheet,
    unknown_sheet,
)
from maps.reports.index_sheet import Entry, by_domain_sheet, fill_by_domain, fill_index
from maps.reports.indicator_sheets import (
    IndicatorSheet,
    all_sheet,
    domain_sheet,
    domains_present,
)
from maps.reports.sheet_charts import course_lines, courses_to_draw, verdict_bars
from maps.reports.sheet_pages import FIRST_ROW, sheet_name
from maps.reports.sheet_results import ResultsWorkbook, saved
from maps.reports.steady import steady_zip

if TYPE_CHECKING:
    from maps.reports.content import Report

_ROWS_OF_A_CHART = 20
"""Rows of ordinary height that a chart covers, with a little air."""


def write_workbook(report: Report) -> bytes:
    """Return a report as an ``.xlsx`` workbook: equal bytes for an equal report.

    The sheets: an index with the verdicts counted live, verdicts by domain with charts, one sheet
    a domain, all targets, early warnings, the way to the target year, regiments side by side,
    groups, underserved units in full, units not known, sources, missing data, targets without a
    number, assumptions.
    """
    regiments = {id_: tuple(figures) for id_, figures in report.regiments.items()}
    draft = Draft(report.kind, report.monitoring, regiments, report.data, report.say)
    book = ResultsWorkbook()
    index: Worksheet = book.active
    index.title = sheet_name(report.words["index"], ())
    overview = by_domain_sheet(book, report, draft, index)
    written = {
        domain: domain_sheet(book, report, draft, domain, index)
        for domain in domains_present(draft)
    }
    every = all_sheet(book, report, draft, index, written)
    _overview(overview, report, draft, every, written)
    say = draft.say
    entries = [
        Entry(overview, say("Targets of each domain by verdict, counted by formulas; charts.")),
        *(
            Entry(
                one.page,
                say("Every year's figure, counts, change, attainment and gap as formulas."),
                len(one.rows),
            )
            for one in written.values()
        ),
        Entry(every.page, say("All targets in one table, with a filter."), len(every.rows)),
        *_lists(book, report, draft, index, written),
        *_annexes(book, report, draft, index),
    ]
    fill_index(index, report, draft, every, entries)
    return _saved(book, report)


def _overview(
    page: Worksheet,
    report: Report,
    draft: Draft,
    every: IndicatorSheet,
    written: dict[str, IndicatorSheet],
) -> None:
    """Write the verdicts of each domain, and the charts below them."""
    last, places = fill_by_domain(page, report, draft, every)
    below = last + 3
    verdict_bars(page, draft, last, places, f"A{below}")
    shown = courses_to_draw(draft)
    course_lines(page, draft, shown, written, f"A{below + _ROWS_OF_A_CHART + 2}")


def _lists(
    book: Workbook,
    report: Report,
    draft: Draft,
    index: Worksheet,
    written: dict[str, IndicatorSheet],
) -> list[Entry]:
    """Write warnings, regiments, groups and units by name."""
    say = draft.say
    warnings, warned = own_table_sheet(
        book, report, index, "warnings", say("Early warnings"), say("No early warning is given.")
    )
    ways, going = own_table_sheet(
        book, report, index, "projections", say("The way to the target"), say("none")
    )
    regiments = regiments_sheet(book, report, draft, index, written)
    groups, grouped = groups_sheet(book, report, draft, index)
    lacking, named = underserved_sheet(book, report, draft, index)
    unknown, silent = unknown_sheet(book, report, draft, index)
    return [
        Entry(warnings, say("Rule, years and values of each warning, and its handling."), warned),
        Entry(ways, say("Pace so far, pace needed, projected year of attainment."), going),
        Entry(
            regiments,
            say("Figure and verdict of each part of the division."),
            len(draft.regiments),
        ),
        Entry(groups, say("Figures of girls and boys and of age bands."), grouped),
        Entry(lacking, say("Every unit known to lack something, worst first."), named),
        Entry(unknown, say("Units to ask: nothing is known of them."), silent),
    ]


def _annexes(book: Workbook, report: Report, draft: Draft, index: Worksheet) -> list[Entry]:
    """Write sources, missing data, targets without a number, and what the figures stand on."""
    say = draft.say
    told, held = annex_sentences(report)
    sources, files = own_table_sheet(
        book, report, index, "sources", say("Data sources"), say("No import is listed.")
    )
    add_lines(sources, FIRST_ROW + max(files, 1) + 1, told)
    missing, silent = own_table_sheet(
        book, report, index, "missing", say("Missing data"), say("none")
    )
    bare, unnumbered = own_table_sheet(
        book, report, index, "unnumbered", say("Targets without a number"), say("none")
    )
    limits, thresholds = own_table_sheet(
        book, report, index, "thresholds", say("Assumptions and thresholds"), say("none")
    )
    add_lines(limits, FIRST_ROW + max(thresholds, 1) + 1, held)
    return [
        Entry(sources, say("Files this report knows of."), files),
        Entry(missing, say("Targets without data, what they need and who keeps it."), silent),
        Entry(bare, say("Tool assumptions and readings; they never make a “met”."), unnumbered),
        Entry(limits, say("Thresholds of early warning, and conventions below them."), thresholds),
    ]


def _saved(book: ResultsWorkbook, report: Report) -> bytes:
    """Return the bytes of the workbook, with properties that name no moment and no person."""
    book.calculation = CalcProperties(fullCalcOnLoad=True)
    book.properties.creator = "geo_planner"
    book.properties.title = ILLEGAL_CHARACTERS_RE.sub("", report.title)
    book.properties.subject = report.subtitle
    book.properties.language = report.language
    return steady_zip(saved(book))
