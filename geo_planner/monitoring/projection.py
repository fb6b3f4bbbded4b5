"""Where a figure is heading: a straight line through the latest years, with its band.

Ordinary least squares over the yearly values; the band is the prediction interval of the line,
``fit(x) ± t · s · sqrt(1 + 1/n + (x - mean)² / Sxx)`` with ``n - 2`` degrees of freedom (Draper and
Smith, *Applied Regression Analysis*, 3rd edition, section 1.4). With three to five points the band
is wide, and says so: a projection is a warning, never a figure of the plan.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from geo_planner.monitoring.series import YearFigure
from geo_planner.targets import LOWER_IS_BETTER, satisfies

HORIZON = 30
"""Years after the last figure in which a year of attainment is looked for."""


@dataclass(frozen=True, slots=True)
class Projection:
    """A line through the latest years, and what it says of the target year.

    Attributes
    ----------
    years, values
        What it is drawn through.
    slope
        Gain a year, in the indicator's measure.
    fitted, lower, upper
        The line and its band in the target year, cut off where no figure can lie.
    band_percent
        Level of the band.
    reaches
        Whether the line keeps the target in the target year.
    year
        First year to come in which the line keeps the target; None if not within :data:`HORIZON`
        years. The year of the last figure where that one keeps it.
    earliest, latest
        The same for the hopeful and the cautious edge of the band.
    needed, achieved
        Gain a year needed from the last figure to the target in its year, and the one achieved
        between the first and the last value; both counted as gains, whichever way is better.
    course
        Year, line, lower and upper edge of the band, from the first year used to the target year.
    """

    years: tuple[int, ...]
    values: tuple[Fraction, ...]
    slope: float
    fitted: float
    lower: float
    upper: float
    reaches: bool
    year: int | None
    earliest: int | None
    latest: int | None
    needed: Fraction | None
    achieved: Fraction
    band_percent: float
    course: tuple[tuple[int, float, float, float], ...] = ()


def project_forward(
    figures: Sequence[YearFigure],
    *,
    target: Fraction,
    comparison: str,
    target_year: int,
    most_years: int,
    least_years: int,
    band_percent: float,
    bounds: tuple[float, float] = (-math.inf, math.inf),
) -> Projection | None:
    """Return the projection, None with fewer years than it takes.

    Parameters
    ----------
    figures
        Yearly figures, oldest first; those that are not certain or not of a whole year are left
        out.
    most_years, least_years
        How many of the latest figures are used, and how many there must be.
    band_percent
        Level of the prediction interval.
    bounds
        Between which every figure lies, such as 0 and 100 for a share.
    """
    used = [one for one in figures if one.value is not None and one.whole_year][-most_years:]
    if len(used) < max(least_years, 2):
        return None
    years = tuple(one.year for one in used)
    values = tuple(one.value for one in used if one.value is not None)
    line = _Line.through(years, values, band_percent)
    down = comparison in LOWER_IS_BETTER
    left = target_year - years[-1]
    sign = -1 if down else 1
    needed = sign * (target - values[-1]) / left if left > 0 else None
    achieved = sign * (values[-1] - values[0]) / (years[-1] - years[0])
    goal = float(target)
    hopeful, cautious = (0, 1) if down else (1, 0)

    def kept_by(value: Fraction) -> bool:
        return satisfies(value, target, comparison)

    def first(keeps: Callable[[int], bool]) -> int | None:
        if kept_by(values[-1]):
            return years[-1]
        later = range(years[-1] + 1, years[-1] + HORIZON + 1)
        return next((year for year in later if keeps(year)), None)

    def cut(*values: Fraction | float) -> list[float]:
        return [min(max(float(value), bounds[0]), bounds[1]) for value in values]

    def at(year: int) -> tuple[float, float, float]:
        fitted, lower, upper = cut(line.at(year), *line.band(year))
        return fitted, lower, upper

    return Projection(
        years,
        values,
        float(line.slope),
        *at(target_year),
        reaches=kept_by(line.at(target_year)),
        year=first(lambda year: kept_by(line.at(year))),
        earliest=first(lambda year: _keeps(line.band(year)[hopeful], goal, down=down)),
        latest=first(lambda year: _keeps(line.band(year)[cautious], goal, down=down)),
        needed=None if needed is None else max(needed, Fraction(0)),
        achieved=achieved,
        band_percent=band_percent,
        course=tuple((year, *at(year)) for year in range(years[0], target_year + 1)),
    )


def _keeps(value: float, goal: float, *, down: bool) -> bool:
    """Return whether an edge of the band keeps a target, a hair's breadth of rounding allowed."""
    slack = 1e-9 * max(1.0, abs(goal))
    return value <= goal + slack if down else value >= goal - slack


@dataclass(frozen=True, slots=True)
class _Line:
    """A least-squares line and what its band is made of."""

    mean_year: Fraction
    mean: Fraction
    slope: Fraction
    spread: Fraction
    count: int
    reach: float
    """t quantile times the residual standard error."""

    @classmethod
    def through(
        cls, years: Sequence[int], values: Sequence[Fraction], band_percent: float
    ) -> _Line:
        from scipy.stats import t  # noqa: PLC0415 - takes half a second to import

        count = len(years)
        mean_year = Fraction(sum(years), count)
        mean = sum(values, Fraction(0)) / count
        spread = sum(((year - mean_year) ** 2 for year in years), Fraction(0))
        slope = (
            sum(
                (
                    (year - mean_year) * (value - mean)
                    for year, value in zip(years, values, strict=True)
                ),
                Fraction(0),
            )
            / spread
        )
        left = sum(
            (
                (value - mean - slope * (year - mean_year)) ** 2
                for year, value in zip(years, values, strict=True)
            ),
            Fraction(0),
        )
        free = count - 2
        quantile = float(t.ppf((1 + band_percent / 100) / 2, free)) if free else math.inf
        error = math.sqrt(left / free) if free else 0.0
        reach = quantile * error if error else 0.0
        return cls(mean_year, mean, slope, spread, count, reach)

    def at(self, year: int) -> Fraction:
        return self.mean + self.slope * (year - self.mean_year)

    def band(self, year: int) -> tuple[float, float]:
        off = year - self.mean_year
        reach = self.reach * math.sqrt(1 + Fraction(1, self.count) + off * off / self.spread)
        middle = float(self.at(year))
        return middle - reach, middle + reach
