"""Sheets of indicators: one a domain with every year and live formulas, and one of all of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, cast

from openpyxl.cell import Cell
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from maps.reports.form_cells import dress, fit_row, put_text
from maps.reports.indicator_figures import (
    Addresses,
    Stated,
    as_cell,
    attainment_formulas,
    change_formula,
    difference_format,
    figure_formula,
    figures_measure,
    gap_formula,
    has_figure,
    most_formula,
    number_format,
    progress_formula,
    stated,
)
from maps.reports.parts.annexes import data_words
from maps.reports.sheet_pages import (
    FIRST_ROW,
    HEADING_ROW,
    SheetColumn,
    cell_of,
    head,
    settle,
    sheet_name,
    tint_by_mark,
    title_lines,
)
from maps.reports.sheet_results import put_formula, shown_in
from maps.text.monitoring import figure_text, withheld_text
from maps.text.values import measure_text, target_text, value_text
from maps.text.verdicts import is_each, method, needed
from maps.text.words import DIRECTION_WORDS, DOMAINS

if TYPE_CHECKING:
    from geo_planner.monitoring.series import YearFigure
    from geo_planner.monitoring.standing import Standing
    from maps.reports.content import Report
    from maps.reports.draft import Draft

_FIRST = ("number", "name", "clause", "measure")
_LATER = (
    "most",
    "covered",
    "unknown",
    "n",
    "change",
    "comparison",
    "goal",
    "attained",
    "attained_most",
    "progress",
    "gap",
    "status",
    "needed",
    "responsible",
    "data",
)
"""Columns of the sheet of all indicators, before and after its years."""

PERCENT = '0.0"%"'
"""A share of one hundred, written as such: the cell holds 96.5 and not 0.965."""


@dataclass(frozen=True, eq=False)
class Layout:
    """Which columns a sheet of indicators has, and where."""

    columns: tuple[SheetColumn, ...]

    def place(self, key: str) -> int:
        """Return the number of a column, from 1; 0 where the sheet has none of that name."""
        keys = [column.key for column in self.columns]
        return keys.index(key) + 1 if key in keys else 0

    def letter(self, key: str) -> str:
        """Return the letters of a column."""
        return str(get_column_letter(self.place(key)))

    def at(self, key: str, row: int) -> str:
        """Return the address of a column's cell in a row, blank where the sheet has none."""
        return f"{self.letter(key)}{row}" if self.place(key) else ""


@dataclass(frozen=True, eq=False)
class IndicatorSheet:
    """A written sheet: where each indicator stands on it, for formulas elsewhere."""

    page: Worksheet
    layout: Layout
    rows: Mapping[str, int]

    @property
    def last(self) -> int:
        """Its last row."""
        return max(self.rows.values(), default=FIRST_ROW)

    def names(self, indicator: str, key: str) -> str:
        """Return a cell of an indicator as a formula on another sheet names it."""
        return cell_of(self.page, self.layout.at(key, self.rows[indicator]))

    def cell(self, indicator: str, key: str) -> Cell:
        """Return that cell itself."""
        return cast("Cell", self.page[self.layout.at(key, self.rows[indicator])])

    def holds(self, indicator: str, key: str) -> bool:
        """Return whether that cell has anything in it."""
        place = self.layout.place(key)
        return bool(place) and self.page.cell(self.rows[indicator], place).value is not None


def domains_present(draft: Draft) -> Mapping[str, tuple[Standing, ...]]:
    """Return the standings of each domain, in the order of the plan's chapters."""
    found = draft.monitoring.by_domain
    order = [*(name for name in DOMAINS if name in found), *(n for n in found if n not in DOMAINS)]
    return {name: found[name] for name in order}


def domain_word(draft: Draft, domain: str) -> str:
    """Return the heading of a domain; one the plan does not know by its own name."""
    return draft.say(DOMAINS[domain]) if domain in DOMAINS else domain


def years_shown(draft: Draft) -> range:
    """Return the years that have a column: from the base year to that of the report."""
    return range(draft.base_year, draft.year + 1)


def domain_sheet(
    book: Workbook, report: Report, draft: Draft, domain: str, index: Worksheet
) -> IndicatorSheet:
    """Write the indicators of a domain."""
    standings = draft.monitoring.by_domain[domain]
    word = domain_word(draft, domain)
    page = book.create_sheet(sheet_name(word, book.sheetnames))
    layout = Layout(_domain_columns(draft, standings))
    notes = _caveats(report)
    rows = {one.indicator.id: row for row, one in enumerate(standings, start=FIRST_ROW)}
    title_lines(
        page,
        f"{word} · {report.subtitle}",
        f"{report.data_note} · {live_note(draft)}",
        index,
        report.words["index"],
    )
    head(page, layout.columns)
    for one in standings:
        row = rows[one.indicator.id]
        _texts(page, layout, row, _words(draft, one, notes))
        _numbers(page, layout, row, one, draft)
        page.row_dimensions[row].height = max(page.row_dimensions[row].height, 18.0)
    _finish(page, layout, report, list(rows.values()))
    return IndicatorSheet(page, layout, rows)


def live_note(draft: Draft) -> str:
    """Say which cells are formulas and that the verdict is not."""
    return draft.say(
        "Figures of {year} with counts, changes, attainment and gaps are formulas; the verdict is "
        "the monitoring system's and does not change with them.",
        year=draft.year,
    )


def _domain_columns(draft: Draft, standings: Sequence[Standing]) -> tuple[SheetColumn, ...]:
    """Return the columns; those that only doubt or later reports need are left out elsewhere."""
    say, year = draft.say, draft.year
    doubtful = any(not s.certain and s.lower is not None for s in map(stated, standings))
    unknown = any(s.unknown for s in map(stated, standings))
    columns = [
        SheetColumn("number", say("No."), 5, "center"),
        SheetColumn("name", say("Indicator"), 28),
        SheetColumn("clause", say("Clause"), 13),
        SheetColumn("measure", say("Unit of measure"), 9, "center"),
    ]
    for one in years_shown(draft):
        base = one == draft.base_year and one != year
        heading = say("{year} (base)", year=one) if base else str(one)
        columns.append(SheetColumn(year_key(one), heading, 12 if base else 9, "right"))
    if doubtful:
        heading = say("{year}, at most", year=year)
        columns.append(SheetColumn("most", heading, 12, "right"))
    columns.append(SheetColumn("covered", say("Numerator"), 9.5, "right"))
    if unknown:
        columns.append(SheetColumn("unknown", say("Not known"), 8.5, "right"))
    columns += [
        SheetColumn("n", say("Denominator"), 10.5, "right"),
        SheetColumn("change", say("Change on {year}", year=year - 1), 13, "right"),
        SheetColumn("comparison", say("Comparison"), 8.5, "center"),
        SheetColumn("goal", say("Target value"), 8.5, "right"),
        SheetColumn("attained", say("Attained"), 9, "right"),
    ]
    if doubtful:
        columns.append(SheetColumn("attained_most", say("Attained, at most"), 9, "right"))
    if draft.kind != "annual":
        columns.append(SheetColumn("progress", say("From the base"), 9, "right"))
    return (
        *columns,
        SheetColumn("withheld", say("Why attainment is not given"), 13),
        SheetColumn("gap", say("Gap"), 8.5, "right"),
        SheetColumn("status", say("Verdict"), 13),
        SheetColumn("needed", say("Still needed"), 13),
        SheetColumn("responsible", say("Responsible"), 14),
        SheetColumn("data", say("Data"), 13),
        SheetColumn("note", say("Note"), 34),
    )


def year_key(year: int) -> str:
    """Return the name of a year's column."""
    return f"y{year}"


def _caveats(report: Report) -> Mapping[str, str]:
    """Return the caveats of the annex by the number of their row."""
    table = report.table("notes")
    return {} if table is None else {row[0]: row[-1] for row in table.rows}


def _words(draft: Draft, one: Standing, notes: Mapping[str, str]) -> dict[str, str]:
    """Return the texts of a row, by column."""
    say, row = draft.say, one.indicator
    number = str(draft.rows[row.id])
    return {
        "number": number,
        "domain": domain_word(draft, row.domain),
        "name": draft.label(row) + ("" if row.quantified else " *"),
        "clause": row.clause,
        "measure": _measure(draft, one),
        "comparison": _comparison(draft, one),
        "withheld": withheld_text(one.attainment, say),
        "status": draft.status(one.status),
        "needed": needed(one.coverage, say),
        "responsible": draft.responsible(row),
        "data": _method(draft, one),
        "note": draft.join(*_own_notes(draft, one), notes.get(number, "")),
    }


def _measure(draft: Draft, one: Standing) -> str:
    measure = figures_measure(one)
    if measure == "count":
        return draft.say("number")
    if is_each(one.coverage) and one.coverage.tally.members is not None:
        return draft.say("% that reach it")
    return measure_text(measure, draft.say)


def _comparison(draft: Draft, one: Standing) -> str:
    """Return the sign of the promise, or its direction in words."""
    row = one.indicator
    if row.comparison not in (">=", "<="):
        return draft.say(DIRECTION_WORDS[row.comparison]) if row.comparison else ""
    if not row.quantified:
        return ""
    return "≤" if stated(one).comparison == "<=" else "≥"


def _method(draft: Draft, one: Standing) -> str:
    """Return how the figure came about; a first figure has no verdict yet, but is a figure."""
    if one.status == "no_data" and has_figure(one.coverage):
        return method(one.coverage.method, one.coverage, draft.say)
    return data_words(draft, one)


def _own_notes(draft: Draft, one: Standing) -> Iterable[str]:
    """Say what the columns cannot: a target each unit has to reach, and one of an earlier year."""
    say, row = draft.say, one.indicator
    if is_each(one.coverage) and one.coverage.tally.members is not None and row.quantified:
        yield say(
            "Promised: {target}. The figure is the share of units that reach it.",
            target=target_text(one.coverage, say),
        )
    if one.status == "no_data" and has_figure(one.coverage):
        yield say("A first figure: there is no earlier one to judge its direction by.")
    if row.quantified and row.target_year != draft.project.catalogue.period[1]:
        yield say("The target is for {year}.", year=row.target_year)


def _texts(page: Worksheet, layout: Layout, row: int, words: Mapping[str, str]) -> None:
    """Write and dress every cell of a row; numbers follow."""
    for place, column in enumerate(layout.columns, start=1):
        cell = page.cell(row, place)
        text = words.get(column.key, "")
        if column.key == "number":
            cell.value = int(text)
        else:
            put_text(cell, text)
        dress(cell, across=column.across)
    fit_row(page, row, [(words.get(column.key, ""), column.room) for column in layout.columns])


def _numbers(page: Worksheet, layout: Layout, row: int, one: Standing, draft: Draft) -> None:
    """Write the numbers of a row: counts as they are, what follows from them as formulas."""
    numbers, measure, year = stated(one), figures_measure(one), draft.year
    whole = _whole(one, numbers)
    look = number_format(measure, draft.say, counted=bool(numbers.n), whole=whole)
    difference = difference_format(measure, whole=whole)
    at = _addresses(layout, row, year, draft.base_year)

    def put(key: str, value: Fraction | int | None, shown: str, formula: str | None = None) -> None:
        place = layout.place(key)
        if not place or value is None:
            return
        cell = page.cell(row, place)
        cell.number_format = shown
        if formula is None:
            cell.value = as_cell(value)
        else:
            put_formula(cell, formula, value)

    for figure in one.figures:
        if figure.year < year and layout.place(year_key(figure.year)):
            cell = page.cell(row, layout.place(year_key(figure.year)))
            _put_year(cell, figure, one, draft, look)
    for key, count in (("covered", numbers.covered), ("n", numbers.n)):
        put(key, count, "#,##0")
    put("unknown", numbers.unknown or None, "#,##0")
    if numbers.unknown is None or not numbers.unknown:
        at = _addresses(layout, row, year, draft.base_year, unknown=False)
    if numbers.lower is not None and numbers.upper is not None:
        put(year_key(year), numbers.lower, look, figure_formula(numbers, at))
        if not numbers.certain:
            put("most", numbers.upper, look, most_formula(numbers, at))
    elif has_figure(one.coverage):
        # A missing figure of any size leaves the value open: only words can say so.
        put_text(page.cell(row, layout.place(year_key(year))), value_text(one.coverage, draft.say))
    put("change", one.change, difference, change_formula(one, at))
    put("goal", numbers.goal, _goal_format(numbers, look))
    low, high = attainment_formulas(one, numbers, at)
    put("attained", _hundredfold(one.attainment.lower), PERCENT, low)
    if high is not None:
        put("attained_most", _hundredfold(one.attainment.upper), PERCENT, high)
    put("progress", _hundredfold(one.progress.lower), PERCENT, progress_formula(one, numbers, at))
    if numbers.goal is not None:
        put("gap", one.gap, difference.split(";")[2], gap_formula(one, numbers, at))


def _hundredfold(share: Fraction | None) -> Fraction | None:
    return None if share is None else 100 * share


def _whole(one: Standing, numbers: Stated) -> bool:
    """Return whether all figures of a count are whole."""
    values = [numbers.lower, numbers.upper, *(figure.value for figure in one.figures)]
    return all(value is None or value.denominator == 1 for value in values)


def _goal_format(numbers: Stated, look: str) -> str:
    """Return how a target is shown: as the plan prints it, with the figure's own sign."""
    sign = look[look.index('"') :] if look.startswith("0") and '"' in look else ""
    exact = numbers.goal is not None and numbers.goal.denominator == 1
    return f"#,##0{sign}" if exact else f"0.0##{sign}"


def _addresses(
    layout: Layout, row: int, year: int, base: int, *, unknown: bool = True
) -> Addresses:
    return Addresses(
        figure=layout.at(year_key(year), row),
        most=layout.at("most", row),
        before=layout.at(year_key(year - 1), row),
        base=layout.at(year_key(base), row),
        covered=layout.at("covered", row),
        unknown=layout.at("unknown", row) if unknown else "",
        n=layout.at("n", row),
        goal=layout.at("goal", row),
    )


def _put_year(cell: Cell, figure: YearFigure, one: Standing, draft: Draft, look: str) -> None:
    """Write an earlier year's figure: a number, or words where it is a range or part of a year."""
    if figure.value is not None and figure.whole_year:
        cell.value = as_cell(figure.value)
        cell.number_format = look
        return
    text = figure_text(figure, one, draft.say)
    put_text(cell, text if figure.whole_year else f"{text} ({figure.period})")


def _finish(page: Worksheet, layout: Layout, report: Report, rows: Sequence[int]) -> None:
    """Colour the verdicts, freeze the names and set the print."""
    last = max(rows, default=HEADING_ROW)
    if rows:
        tint_by_mark(page, layout.letter("status"), FIRST_ROW, last)
    settle(
        page,
        report,
        columns=len(layout.columns),
        freeze=f"{get_column_letter(layout.place('name') + 1)}{FIRST_ROW}",
        last=last if rows else None,
    )


def all_sheet(
    book: Workbook,
    report: Report,
    draft: Draft,
    index: Worksheet,
    written: Mapping[str, IndicatorSheet],
) -> IndicatorSheet:
    """Write the table of all indicators; its numbers are those of the domain sheets."""
    say, standings = draft.say, draft.monitoring.standings
    page = book.create_sheet(sheet_name(say("Annex 1 All targets"), book.sheetnames))
    layout = Layout(_all_columns(draft))
    rows = {one.indicator.id: row for row, one in enumerate(standings, start=FIRST_ROW)}
    title_lines(
        page,
        say("Annex 1 All targets"),
        draft.join(
            say("* The plan gives no number for this target."),
            say("Numbers come from the domain sheets; rows are numbered as in the report."),
        ),
        index,
        report.words["index"],
    )
    head(page, layout.columns)
    for one in standings:
        row, id_ = rows[one.indicator.id], one.indicator.id
        _texts(page, layout, row, _words(draft, one, {}))
        source = written[one.indicator.domain]
        for place, column in enumerate(layout.columns, start=1):
            if column.across == "right" and source.holds(id_, column.key):
                told = source.cell(id_, column.key)
                put_formula(
                    page.cell(row, place), f"={source.names(id_, column.key)}", shown_in(told)
                )
                page.cell(row, place).number_format = told.number_format
    _finish(page, layout, report, list(rows.values()))
    return IndicatorSheet(page, layout, rows)


def _all_columns(draft: Draft) -> tuple[SheetColumn, ...]:
    """Return the columns of the domain sheets without the years between and the notes."""
    there = {one.key: one for one in _domain_columns(draft, draft.monitoring.standings)}
    kept = {draft.base_year, draft.year - 1, draft.year}
    years = [year_key(year) for year in years_shown(draft) if year in kept]
    columns = [there[key] for key in (*_FIRST, *years, *_LATER) if key in there]
    return (columns[0], SheetColumn("domain", draft.say("Domain"), 13), *columns[1:])
