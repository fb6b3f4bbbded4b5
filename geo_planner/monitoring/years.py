"""Figures of a year: on which day they stand, and whether a figure belongs to the year at all.

A figure is never that of another year under this year's name. Facilities carry dates, so what is
told from their records belongs to any year that has passed; reports belong to the year they were
made for; columns of units and facilities carry no date and speak for the reference date alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date

import numpy as np

from geo_planner.catalogue import Indicator
from geo_planner.coverage import Coverage
from geo_planner.errors import NoDateError
from geo_planner.monitoring.year_errors import (
    BadYearsError,
    TooManyYearsError,
    TwoYearsError,
    YearsOutsideError,
)
from geo_planner.project import Project
from geo_planner.rules import RULES
from geo_planner.tally import COVERED, UNCOVERED
from geo_planner.targets import DIRECTIONS

FROM_RECORDS = frozenset({"recorded", "streets", "straight_line", "offroad"})
"""Methods that go by the facilities' own dates."""

MOST_YEARS = 15
"""Years that one page shows; a slider with more cannot be set by hand."""

YEARS_BEFORE_BASE = 10
"""How far before the plan's base year one may look: records of facilities are older than it."""

_RANGE = re.compile(r"(\d{4})\s*[-–—~至到]\s*(\d{4})")
_LIST = re.compile(r"\d{4}(?:\s*[,，、;；]\s*\d{4})*")


def year_day(year: int, reference_date: date) -> date:
    """Return the day a year's figure stands on: its end; in the reference year that date."""
    return reference_date if year == reference_date.year else date(year, 12, 31)


def dated(
    coverage: Coverage,
    year: int,
    reference_date: date,
    *,
    own: Callable[[], frozenset[str]] | None = None,
) -> bool:
    """Return whether a coverage is the figure of a year, and not another year's passed off as it.

    Parameters
    ----------
    coverage
        Measured on the year's day (:func:`year_day`).
    year
        The calendar year.
    reference_date
        The day for which the undated columns of the project speak.
    own
        What returns :func:`own_years` of the indicator, where several years are asked about and
        the rule is not to be asked again for each.

    Notes
    -----
    Told from facility records: any year up to the reference year. Reported: the year of the latest
    report behind the figure. Counted from columns: the reference year alone, but for a figure that
    the rule itself follows from year to year, such as the number of working facilities.
    """
    tally = coverage.tally
    if coverage.as_of.year != year or year > reference_date.year:
        return False
    if tally.no_data or tally.method == "none":
        return False
    if tally.method in FROM_RECORDS:
        return True
    if tally.method == "observations":
        return _reported_for(coverage, year, reference_date)
    if year == reference_date.year:
        return True
    if own is not None:
        return str(year) in own()
    return str(year) in own_years(coverage.project, coverage.indicator, reference_date)


def _reported_for(coverage: Coverage, year: int, reference_date: date) -> bool:
    """Return whether the latest report behind a figure is of that year.

    Answers unit by unit are dated by the day of the question, not by their reports, and a unit
    that sent no report may be filled in from its columns: there the reports themselves are asked.
    """
    members = coverage.tally.members
    if members is None:
        return (coverage.data_date or "").startswith(str(year))
    reports = coverage.project.reports_of.get(coverage.indicator.id)
    if reports is None:
        return False
    stands = reports.standing(coverage.as_of)
    rows = reports.rows[stands]
    asked, said = (np.zeros(len(coverage.project.units), dtype=bool) for _ in range(2))
    asked[members.rows], said[rows] = True, True
    known = members.rows[(members.state == COVERED) | (members.state == UNCOVERED)]
    if year != reference_date.year and not said[known].all():
        return False
    years = (reports.periods[one].year for one in np.unique(reports.period[stands[asked[rows]]]))
    return max(years, default=None) == year


def own_years(
    project: Project, indicator: Indicator, reference_date: date, *, known: Coverage | None = None
) -> frozenset[str]:
    """Return the earlier years whose values the rule itself tells from dated records.

    Parameters
    ----------
    known
        A coverage of the indicator that was measured already.
    """
    # The history of a promised direction may be one of reports, which are no records.
    if known and known.as_of == reference_date and indicator.comparison not in DIRECTIONS:
        tally = known.tally
    else:
        tally = RULES[indicator.rule](project, indicator, reference_date)
    if tally.method != "counted":
        return frozenset()
    return frozenset(period for period, _ in tally.history)


def year_range(project: Project) -> tuple[int, int]:
    """Return the first and the last year that may be asked for.

    Raises
    ------
    NoDateError
        If the project has no reference date: no year is its last then.
    """
    if project.reference_date is None:
        raise NoDateError(project.name)
    base = project.catalogue.period[0] - 1
    last = project.reference_date.year
    return min(base - YEARS_BEFORE_BASE, last), last


def asked_years(project: Project, years: Iterable[int]) -> tuple[int, ...]:
    """Return years in order, each once.

    Raises
    ------
    BadYearsError
        If there are none.
    YearsOutsideError
        If any lies outside :func:`year_range`; every such year is named.
    TooManyYearsError
        If there are more than ``MOST_YEARS``.
    NoDateError
        If the project has no reference date.
    """
    given = tuple(years)
    wanted = tuple(sorted(set(given)))
    if not wanted:
        raise BadYearsError("")
    first, last = year_range(project)
    outside = [str(year) for year in wanted if not first <= year <= last]
    if outside:
        shown = outside if len(outside) <= MOST_YEARS else [outside[0], "…", outside[-1]]
        raise YearsOutsideError(tuple(shown), str(first), str(last))
    if len(wanted) > MOST_YEARS:
        raise TooManyYearsError(len(wanted), MOST_YEARS)
    return wanted


def asked_pair(project: Project, years: Iterable[int]) -> tuple[int, int]:
    """Return two different years, the earlier first.

    Raises
    ------
    TwoYearsError
        If they are not two different ones; else as :func:`asked_years`.
    """
    given = tuple(years)
    if len(given) != 2 or given[0] == given[1]:
        raise TwoYearsError(tuple(str(year) for year in given[:MOST_YEARS]) or ("-",))
    earlier, later = asked_years(project, given)
    return earlier, later


def read_years(text: str) -> tuple[int, ...]:
    """Return the years that a text names: ``2021-2025`` or ``2021,2023,2025``.

    Raises
    ------
    BadYearsError
        If it names none, or its range runs backwards.
    """
    found = text.strip()
    span = _RANGE.fullmatch(found)
    if span is not None:
        first, last = int(span.group(1)), int(span.group(2))
        if first <= last:
            return tuple(range(first, last + 1))
    elif _LIST.fullmatch(found):
        return tuple(int(year) for year in re.findall(r"\d{4}", found))
    raise BadYearsError(text[:40])
