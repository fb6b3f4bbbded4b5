"""How the plan stands in a year: one indicator, and all of them together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import Any, Literal

from geo_planner.catalogue import Indicator
from geo_planner.coverage import Coverage, number
from geo_planner.monitoring.attainment import (
    Degree,
    Pooled,
)
from geo_planner.monitoring.projection import Projection
from geo_planner.monitoring.series import (
    YearFigure,
    comparison_of,
    goal_of,
)
from geo_planner.monitoring.warning import EarlyWarning
from geo_planner.notes import Note
from geo_planner.project import Project
from geo_planner.targets import DIRECTIONS, LOWER_IS_BETTER, Status, reached_rates, satisfies

Turn = Literal["better", "worse", "same"]


@dataclass(frozen=True, eq=False)
class Standing:
    """How one indicator stands in the year.

    Attributes
    ----------
    coverage
        The figure and verdict of the year, with the units behind it.
    figures
        The course: one figure a year that has one, the year itself included, oldest first.
    of_year
        Whether the figure is the year's own; if not, it is an older report or undated columns, and
        a note says so.
    attainment, progress
        Degrees, or why there is none.
    pooled
        Rate of three years together; only where cases are few.
    projection
        The line to the target year; None where the years are too few or there is no number.
    warnings
        About the division's own figure and about those of units below it.
    coverage_before
        As measured for the year before, where a promised direction is held against it.
    """

    coverage: Coverage
    figures: tuple[YearFigure, ...]
    of_year: bool
    attainment: Degree
    progress: Degree
    pooled: Pooled | None
    projection: Projection | None
    warnings: tuple[EarlyWarning, ...]
    notes: tuple[Note, ...]
    coverage_before: Coverage | None = None

    @property
    def indicator(self) -> Indicator:
        """The catalogue row."""
        return self.coverage.indicator

    @property
    def status(self) -> Status:
        """The verdict of the year."""
        return self.coverage.status

    @property
    def now(self) -> YearFigure | None:
        """The year's own figure."""
        last = self.figures[-1] if self.figures else None
        return last if last is not None and last.year == self.coverage.as_of.year else None

    @property
    def before(self) -> YearFigure | None:
        """The figure of the year before; None where that year has none."""
        year = self.coverage.as_of.year - 1
        return next((one for one in self.figures if one.year == year and one.whole_year), None)

    @property
    def base(self) -> YearFigure | None:
        """The figure of the base year, the one before the plan begins."""
        year = self.coverage.project.catalogue.period[0] - 1
        return next((one for one in self.figures if one.year == year and one.whole_year), None)

    @property
    def change(self) -> Fraction | None:
        """Against the year before, in the indicator's measure; None unless both are certain."""
        now, before = self.now, self.before
        if now is None or before is None or None in (now.value, before.value):
            return None
        if not now.whole_year:
            return None
        return (now.value or Fraction(0)) - (before.value or Fraction(0))

    @property
    def turn(self) -> Turn | None:
        """Whether the change is for the better."""
        change = self.change
        if change is None or self.indicator.comparison == "trend_to_range":
            return None
        if change == 0:
            return "same"
        down = comparison_of(self.indicator) in LOWER_IS_BETTER
        return "better" if (change < 0) == down else "worse"

    @property
    def gap(self) -> Fraction | None:
        """What is missing to the target, in its measure, at the least; None without a target."""
        goal = goal_of(self.indicator)
        if goal is None or self.indicator.comparison in DIRECTIONS:
            return None
        best = (
            self.coverage.lower
            if comparison_of(self.indicator) in LOWER_IS_BETTER
            else self.coverage.upper
        )
        if best is None or self.status in ("no_data", "not_applicable"):
            return None
        if satisfies(best, goal, comparison_of(self.indicator)):
            return Fraction(0)
        return abs(goal - best)

    def as_json(self) -> dict[str, Any]:
        """Return plain values: exact ratios as unrounded numbers."""
        coverage, line = self.coverage, self.projection
        return {
            **coverage.as_json(),
            "domain": self.indicator.domain,
            "clause": self.indicator.clause,
            "priority": self.indicator.priority,
            "of_year": self.of_year,
            "figures": [_figure(one) for one in self.figures],
            "change": number(self.change),
            "turn": self.turn,
            "gap": number(self.gap),
            "attainment": _degree(self.attainment),
            "progress": _degree(self.progress),
            "pooled": None
            if self.pooled is None
            else {
                "years": list(self.pooled.years),
                "numerator": number(self.pooled.numerator),
                "denominator": number(self.pooled.denominator),
                "value": number(self.pooled.value),
            },
            "projection": None
            if line is None
            else {
                "years": list(line.years),
                "slope": line.slope,
                "target_year": self.indicator.target_year,
                "fitted": line.fitted,
                "lower": line.lower,
                "upper": line.upper,
                "reaches": line.reaches,
                "year": line.year,
                "earliest": line.earliest,
                "latest": line.latest,
                "needed_a_year": number(line.needed),
                "achieved_a_year": number(line.achieved),
            },
            "warnings": [one.as_json() for one in self.warnings],
            "notes": [
                {"code": note.code, "text": str(note), "params": dict(note.params)}
                for note in (*coverage.notes, *self.notes)
            ],
        }


@dataclass(frozen=True, eq=False)
class Monitoring:
    """The plan in one year.

    Attributes
    ----------
    project, year, as_of
        What was asked; ``as_of`` is the year's end, or the reference date in its year.
    standings
        One an indicator, in catalogue order.
    """

    project: Project
    year: int
    as_of: date
    standings: tuple[Standing, ...]

    @cached_property
    def of(self) -> Mapping[str, Standing]:
        """Standings by indicator id."""
        return {one.indicator.id: one for one in self.standings}

    @property
    def top(self) -> tuple[str, str]:
        """Code and name of the unit the plan is for, blank where units have no single top."""
        return top_unit(self.project)

    @property
    def warnings(self) -> tuple[EarlyWarning, ...]:
        """All warnings, in catalogue order of their indicators."""
        return tuple(warning for one in self.standings for warning in one.warnings)

    @property
    def counts(self) -> Mapping[str, int]:
        """Number of indicators by status."""
        return Counter(one.status for one in self.standings)

    @property
    def by_domain(self) -> Mapping[str, tuple[Standing, ...]]:
        """Standings by domain of the plan, in catalogue order."""
        found: dict[str, list[Standing]] = {}
        for one in self.standings:
            found.setdefault(one.indicator.domain, []).append(one)
        return {domain: tuple(rows) for domain, rows in found.items()}

    @property
    def reached(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """Both customary shares of targets reached, each as (reached, out of)."""
        return reached_rates(one.status for one in self.standings)

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        (met, judged), (_, every) = self.reached
        return {
            "year": self.year,
            "as_of": self.as_of.isoformat(),
            "counts": dict(self.counts),
            "reached_of_judged": {"reached": met, "of": judged},
            "reached_of_all": {"reached": met, "of": every},
            "indicators": [one.as_json() for one in self.standings],
        }


def top_unit(project: Project) -> tuple[str, str]:
    """Return code and name of the unit the plan is for, blank where units have no single top."""
    kinds = project.catalogue.kinds_of_level(1)
    rows = project.units.index[project.hierarchy.of_kinds(kinds)]
    if len(rows) != 1:
        return "", ""
    return str(rows[0]), str(project.units.at[rows[0], "name"])


def _figure(one: YearFigure) -> dict[str, Any]:
    return {
        "year": one.year,
        "period": one.period,
        "lower": number(one.lower),
        "upper": number(one.upper),
        "value": number(one.value),
        "numerator": number(one.numerator),
        "denominator": number(one.denominator),
        "status": one.status,
        "method": one.method,
    }


def _degree(one: Degree) -> dict[str, Any]:
    return {"lower": number(one.lower), "upper": number(one.upper), "withheld": one.withheld}
