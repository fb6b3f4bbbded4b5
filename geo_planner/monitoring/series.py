"""The course of a figure: what each year of the plan says, and nothing from another year."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

import numpy as np

from geo_planner.catalogue import Indicator
from geo_planner.coverage import Coverage, measure
from geo_planner.errors import NoDateError
from geo_planner.hierarchy import IntArray
from geo_planner.monitoring.years import dated, own_years, year_day
from geo_planner.project import Project
from geo_planner.rules.reported import read_at
from geo_planner.targets import Status, satisfies
from geo_planner.verdicts import target_of

HALF_A_HUNDREDTH = Fraction(1, 200)


@dataclass(frozen=True, slots=True)
class YearFigure:
    """What is known of one year, exactly.

    Attributes
    ----------
    year, period
        The calendar year and the period the figure is for (``2025``, ``2025H1``).
    lower, upper
        Bounds in the indicator's measure; None where a missing figure opens them.
    value
        The figure, where both bounds agree; None where it is not certain.
    numerator, denominator
        Whole numbers behind it, where there are any.
    status
        The verdict of that year alone; None for a figure the plan prints.
    method
        How it came about, as in :class:`Coverage`; ``plan`` for a figure the plan prints.
    """

    year: int
    period: str
    lower: Fraction | None
    upper: Fraction | None
    value: Fraction | None
    numerator: Fraction | None = None
    denominator: Fraction | None = None
    status: Status | None = None
    method: str = "observations"

    @property
    def whole_year(self) -> bool:
        """Whether it covers the whole year, so that it compares with other years."""
        return self.period == str(self.year)


def figure_of(coverage: Coverage, year: int) -> YearFigure:
    """Return a coverage as the figure of a year."""
    lower, upper = coverage.lower, coverage.upper
    counted = coverage.covered is not None and coverage.n is not None
    reported = coverage.method == "observations" and coverage.tally.members is None
    return YearFigure(
        year,
        str(coverage.data_date) if reported and coverage.data_date else str(year),
        lower,
        upper,
        lower if lower == upper else None,
        Fraction(coverage.covered or 0) if counted else None,
        Fraction(coverage.n or 0) if counted else None,
        coverage.status,
        coverage.method,
    )


def yearly(project: Project, indicator_id: str, years: Iterable[int]) -> tuple[YearFigure, ...]:
    """Return the figures of an indicator, year by year, oldest first; see :func:`course`."""
    return course(project, indicator_id, years)[0] if project.reference_date else ()


def course(
    project: Project, indicator_id: str, years: Iterable[int]
) -> tuple[tuple[YearFigure, ...], Mapping[int, Coverage]]:
    """Return the figures of an indicator, oldest first, and the coverages they were read from.

    Parameters
    ----------
    years
        Calendar years, none after the project's reference date.

    Returns
    -------
    tuple
        Only years that have a figure of their own (see :func:`dated`); a figure that the plan
        prints stands for its year, unless a report comes to the same.
    mapping
        Of every year the coverage on its day (:func:`year_day`).

    Raises
    ------
    NoDateError
        If the project has no reference date.
    """
    indicator = project.catalogue.indicator(indicator_id)
    reference = project.reference_date
    if reference is None:
        raise NoDateError(project.name)
    # Oldest first: the histories of later years then find the earlier ones worked out.
    coverages = {
        year: measure(project, indicator_id, year_day(year, reference))
        for year in sorted(set(years))
    }
    known = next(reversed(coverages.values()), None)
    own = cache(lambda: own_years(project, indicator, reference, known=known))
    printed = {one.year: Fraction(one.value) for one in indicator.baselines}
    found: dict[int, YearFigure] = {}
    for year, coverage in coverages.items():
        if dated(coverage, year, reference, own=own) and coverage.tally.lower is not None:
            found[year] = figure_of(coverage, year)
        if year in printed and not _comes_to(found.get(year), printed[year]):
            value = printed[year]
            found[year] = YearFigure(year, str(year), value, value, value, method="plan")
    return tuple(found.values()), coverages


def _comes_to(one: YearFigure | None, printed: Fraction) -> bool:
    """Return whether a figure reads as the plan prints it, which is with two decimals at most."""
    return (
        one is not None and one.value is not None and abs(one.value - printed) <= HALF_A_HUNDREDTH
    )


def reported_by(
    project: Project, indicator: Indicator, rows: IntArray | None = None
) -> Mapping[str, tuple[YearFigure, ...]]:
    """Return the whole-year reports of every unit that has any, by unit code, oldest first.

    Parameters
    ----------
    rows
        Rows of the units that are asked about; all if None. Where single units report, there may be
        millions of reports.
    """
    reports = project.reports_of.get(indicator.id)
    if reports is None:
        return {}
    places = np.flatnonzero(reports.rows >= 0) if rows is None else reports.of_rows(rows)
    found: dict[str, list[YearFigure]] = {}
    for place in places[reports.whole_years[places]].tolist():
        one = read_at(reports, place, indicator)
        found.setdefault(str(project.units.index[reports.rows[place]]), []).append(
            YearFigure(
                one.period.year,
                one.period.text,
                one.value,
                one.value,
                one.value,
                one.numerator,
                one.denominator,
                "not_applicable" if one.empty else judged(indicator, one.value),
            )
        )
    return {unit: tuple(figures) for unit, figures in found.items()}


def judged(indicator: Indicator, value: Fraction | None) -> Status:
    """Return whether a single figure keeps the target: met, not met, or nothing to be said."""
    target = target_of(indicator)
    if value is None:
        return "no_data"
    if target is None or not indicator.quantified:
        return "reference_only"
    return "met" if satisfies(value, target, indicator.comparison) else "not_met"


def goal_of(indicator: Indicator) -> Fraction | None:
    """Return what the yearly figures are held against: the target, or every unit keeping it.

    Where each unit has to reach the target on its own, the figure is the share of units that do.
    """
    return Fraction(100) if by_each(indicator) else target_of(indicator)


def comparison_of(indicator: Indicator) -> str:
    """Return how yearly figures are held against :func:`goal_of`; of units that keep it, more."""
    return ">=" if by_each(indicator) else indicator.comparison


def by_each(indicator: Indicator) -> bool:
    """Return whether the figure is the share of units (or facilities) that each keep the target."""
    return indicator.aggregation == "all_units_must_meet"
