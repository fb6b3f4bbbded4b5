"""Verdicts: whole numbers compared exactly, and what is still missing, in countable units.

Promises are kept or not kept in whole units: ``100 * covered >= target * n``. No float is compared
and no displayed figure is. Status words and the margin of ``near`` follow monitoring practice; the
margin (5 points, or 95 % attainment) is a setting of this product, not a national figure.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Literal

from geo_planner.exact import ceiling, floor

Status = Literal[
    "met",
    "near",
    "not_met",
    "undetermined",
    "no_data",
    "not_applicable",
    "reference_only",
    "trend_ok",
    "trend_bad",
]

DIRECTIONS = frozenset(
    {"maintain_or_increase", "trend_up", "trend_down", "trend_flat_or_down", "trend_to_range"}
)
"""Comparisons that promise a direction and no figure."""

LOWER_IS_BETTER = frozenset({"<=", "trend_down", "trend_flat_or_down"})
"""Comparisons of what there should be little of: deaths, short-sighted pupils."""

NEAR_POINTS = Fraction(5)
NEAR_ATTAINMENT = Fraction(95, 100)

_WORST_FIRST: tuple[Status, ...] = (
    "not_met",
    "near",
    "trend_bad",
    "undetermined",
    "no_data",
    "reference_only",
    "met",
    "trend_ok",
    "not_applicable",
)


def satisfies(value: Fraction, target: Fraction, comparison: str) -> bool:
    """Return whether ``value`` keeps the promise; both bounds include the figure itself."""
    return value <= target if comparison == "<=" else value >= target


def attainment(value: Fraction, target: Fraction, comparison: str) -> Fraction | None:
    """Return the degree of attainment, between 0 and 1, or None where it means nothing.

    Positive indicator: actual / target; negative one: target / actual; both capped at 1. It is
    undefined for a target of zero. A promised fall (both negative) is actual fall / promised fall.
    """
    if target == 0:
        return None
    if target < 0:
        return max(Fraction(0), min(Fraction(1), value / target))
    if comparison == "<=":
        return Fraction(1) if value <= target else target / value
    return max(Fraction(0), min(Fraction(1), value / target))


def judge(
    lower: Fraction,
    upper: Fraction,
    *,
    target: Fraction,
    comparison: str,
    in_points: bool,
) -> Status:
    """Return the verdict on a value known to lie between ``lower`` and ``upper``.

    Parameters
    ----------
    lower, upper
        Bounds of the value, in the target's measure; equal where everything is known.
    in_points
        Whether ``near`` is a gap of at most five points (percentages) or 95 % attainment.
    """
    best, worst = (lower, upper) if comparison == "<=" else (upper, lower)
    if satisfies(worst, target, comparison):
        return "met"
    if satisfies(best, target, comparison):
        return "undetermined"
    if in_points:
        return "near" if abs(target - best) <= NEAR_POINTS else "not_met"
    reached = attainment(best, target, comparison)
    return "near" if reached is not None and reached >= NEAR_ATTAINMENT else "not_met"


def judge_direction(
    lower: Fraction,
    upper: Fraction,
    earlier: Sequence[tuple[Fraction, Fraction | None]],
    comparison: str,
) -> Status:
    """Return the verdict on a promise of direction, given earlier values, oldest first.

    ``maintain_or_increase`` is held against the best earlier value, the others against the last.
    Earlier values are bounds as well (None: no upper one), since a unit that was unknown then may
    have been covered. Without an earlier value there is nothing to compare: no data.
    """
    if not earlier:
        return "no_data"
    if comparison == "maintain_or_increase":
        low, high = best_of(earlier)
        sure, possible = high is not None and lower >= high, upper >= low
        return _told(sure=sure, possible=possible)
    low, high = earlier[-1]
    if comparison == "trend_up":
        sure, possible = high is not None and lower > high, upper > low
    elif comparison == "trend_down":
        sure, possible = upper < low, high is None or lower < high
    else:
        sure, possible = upper <= low, high is None or lower <= high
    return _told(sure=sure, possible=possible)


def best_of(
    earlier: Sequence[tuple[Fraction, Fraction | None]],
) -> tuple[Fraction, Fraction | None]:
    """Return what the best earlier value lies between."""
    highs = [high for _, high in earlier]
    known = [high for high in highs if high is not None]
    return max(low for low, _ in earlier), max(known) if len(known) == len(highs) else None


def _told(*, sure: bool, possible: bool) -> Status:
    if sure:
        return "trend_ok"
    return "undetermined" if possible else "trend_bad"


def still_needed(
    *, covered: int, unknown: int, n: int, target: Fraction, scale: int, comparison: str
) -> tuple[int, int]:
    """Return how many more (or, for ``<=``, fewer) countable units are needed: at least, at most.

    Parameters
    ----------
    covered, unknown, n
        Whole numbers of units, households or cases.
    target, scale
        The target in its measure, and what a plain ratio is multiplied by to be in it.

    Notes
    -----
    ``ceil(target x n / scale) - covered``, not below zero; the lower figure supposes that every
    unknown unit is covered.
    """
    if comparison == "<=":
        allowed = floor(target * n / scale)
        return max(0, covered - allowed), max(0, covered + unknown - allowed)
    required = ceiling(target * n / scale)
    return max(0, required - covered - unknown), max(0, required - covered)


def goal_status(statuses: Iterable[Status]) -> Status:
    """Return the status of a goal made of several targets: the worst of them.

    Targets that do not apply are left out; a goal of only such targets does not apply.
    """
    found = [status for status in statuses if status != "not_applicable"]
    return min(found, key=_WORST_FIRST.index) if found else "not_applicable"


def reached_rates(statuses: Iterable[Status]) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return the two customary shares of targets reached, each as (reached, out of).

    First: among those that can be judged, met / (met + near + not met). Second: among all that have
    a verdict to be had, which keeps the undetermined and those without data in the denominator.
    Both customs exist in published reports, so both are printed, named.
    """
    found = list(statuses)
    met = found.count("met")
    judged = met + found.count("near") + found.count("not_met")
    return (met, judged), (met, judged + found.count("undetermined") + found.count("no_data"))
