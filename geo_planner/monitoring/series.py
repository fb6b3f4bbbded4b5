"""The course of a figure: what each year of the plan says, and nothing from another year."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from geo_planner.catalogue import Indicator
from geo_planner.coverage import Coverage, measure
from geo_planner.monitoring.years import dated, year_day
from geo_planner.observations import figure
from geo_planner.project import Project
from geo_planner.rules.reported import gives_answers
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


def yearly(
    project: Project, indicator_id: str, years: Iterable[int], *, known: Coverage | None = None
) -> tuple[YearFigure, ...]:
    """Return the figures of an indicator, year by year, oldest first.

    Parameters
    ----------
    years
        Calendar years, none after the project's reference date.
    known
        A coverage that was measured already; its year is not measured again.

    Returns
    -------
    tuple
        Only years that have a figure of their own (see :func:`dated`); a figure that the plan
        prints stands for its year, unless a report comes to the same.
    """
    indicator = project.catalogue.indicator(indicator_id)
    reference = project.reference_date
    found: dict[int, YearFigure] = {}
    if reference is None:
        return ()
    printed = {one.year: Fraction(one.value) for one in indicator.baselines}
    for year in sorted(set(years)):
        coverage = (
            known
            if known is not None and known.as_of.year == year
            else measure(project, indicator_id, year_day(year, reference))
        )
        if dated(coverage, year, reference) and coverage.tally.lower is not None:
            found[year] = figure_of(coverage, year)
        if year in printed and not _comes_to(found.get(year), printed[year]):
            value = printed[year]
            found[year] = YearFigure(year, str(year), value, value, value, method="plan")
    return tuple(found[year] for year in sorted(found))


def _comes_to(one: YearFigure | None, printed: Fraction) -> bool:
    """Return whether a figure reads as the plan prints it, which is with two decimals at most."""
    return (
        one is not None and one.value is not None and abs(one.value - printed) <= HALF_A_HUNDREDTH
    )


def reported_by(project: Project, indicator: Indicator) -> Mapping[str, tuple[YearFigure, ...]]:
    """Return the whole-year reports of every unit that has any, by unit code, oldest first."""
    part = project.observations_of.get(indicator.id)
    if part is None:
        return {}
    found: dict[str, list[YearFigure]] = {}
    for row in part.to_dict("records"):
        one = figure(row, scale=indicator.scale, answers=gives_answers(indicator))
        if one.period.months == 12:
            found.setdefault(str(row["unit_id"]), []).append(
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
