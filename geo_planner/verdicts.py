"""From a tally to its status and to what is still needed, as the indicator's row promises."""

from __future__ import annotations

from fractions import Fraction

from geo_planner.catalogue import Indicator
from geo_planner.exact import ceiling
from geo_planner.tally import Tally
from geo_planner.targets import (
    DIRECTIONS,
    Status,
    best_of,
    judge,
    judge_direction,
    satisfies,
    still_needed,
)

IN_POINTS = frozenset({"%", "yes/no"})
"""Measures whose gap to the target is counted in points."""


def target_of(indicator: Indicator) -> Fraction | None:
    """Return the figure to be held, in the row's measure: all of them for a duty that must hold."""
    if indicator.target is not None:
        return indicator.target_fraction
    return Fraction(indicator.scale) if indicator.comparison == "must_hold" else None


def status_of(indicator: Indicator, tally: Tally) -> Status:
    """Return the status by the rules of monitoring practice."""
    if tally.empty:
        return "not_applicable"
    if tally.no_data or tally.lower is None or tally.upper is None:
        return "no_data"
    if indicator.comparison in DIRECTIONS:
        if tally.open_above or tally.open_below:
            return "undetermined" if tally.history else "no_data"
        return _direction(indicator, tally.lower, tally.upper, tally.earlier)
    target = target_of(indicator)
    a_fact = indicator.comparison == "must_hold" and indicator.measure == "yes/no"
    if target is None or not (indicator.quantified or a_fact):
        return "reference_only"
    if indicator.aggregation == "all_units_must_meet" and tally.members is not None:
        if tally.uncovered:
            return "not_met"
        return "undetermined" if tally.unknown else "met"
    if tally.open_above or tally.open_below:
        return _status_when_open(indicator, tally, target)
    return judge(
        tally.lower,
        tally.upper,
        target=target,
        comparison=indicator.comparison,
        in_points=indicator.measure in IN_POINTS,
    )


def _direction(
    indicator: Indicator,
    lower: Fraction,
    upper: Fraction,
    earlier: tuple[tuple[Fraction, Fraction | None], ...],
) -> Status:
    """Return whether a value moves as promised; towards a range, its distance has to shrink."""
    if indicator.comparison != "trend_to_range":
        return judge_direction(lower, upper, earlier, indicator.comparison)
    if indicator.assumed_range is None:
        return "reference_only"
    low, high = (Fraction(end) for end in indicator.assumed_range)

    def distance(least: Fraction, most: Fraction | None) -> tuple[Fraction, Fraction | None]:
        if most is None:
            return max(least - high, Fraction(0)), None
        near = max(low - most, least - high, Fraction(0))
        return near, max(low - least, most - high, Fraction(0))

    nearest, farthest = distance(lower, upper)
    return judge_direction(
        nearest,
        nearest if farthest is None else farthest,
        [distance(least, most) for least, most in earlier],
        "trend_flat_or_down",
    )


def _status_when_open(indicator: Indicator, tally: Tally, target: Fraction) -> Status:
    """Return the status where a missing figure could be of any size, so that a bound is open."""
    lower, upper = tally.lower or Fraction(0), tally.upper or Fraction(0)
    low_is_good = indicator.comparison == "<="
    worst, best = (upper, lower) if low_is_good else (lower, upper)
    worst_is_open, best_is_open = tally.open_below, tally.open_above
    if low_is_good:
        worst_is_open, best_is_open = best_is_open, worst_is_open
    if not worst_is_open and satisfies(worst, target, indicator.comparison):
        return "met"
    # All of them are promised and some are known to lack it: no missing figure mends that.
    if not best_is_open or _all_are_promised(indicator, tally, target):
        judged = judge(
            best,
            best,
            target=target,
            comparison=indicator.comparison,
            in_points=indicator.measure in IN_POINTS,
        )
        return "undetermined" if judged == "met" else judged
    return "undetermined"


def _all_are_promised(indicator: Indicator, tally: Tally, target: Fraction) -> bool:
    """Return whether a share of everybody is promised that somebody is known to lack."""
    a_share = tally.basis not in ("per_head", "value") and indicator.comparison != "<="
    return a_share and indicator.scale == target and bool(tally.uncovered)


def needs_more(indicator: Indicator, tally: Tally, status: Status) -> tuple[int | None, int | None]:
    """Return how many countable units are missing, at least and at most."""
    if status in ("met", "not_applicable"):
        return 0, 0
    if tally.covered is None or tally.unknown is None or not tally.n:
        return None, None
    if status in ("reference_only", "no_data", "trend_ok"):
        return None, None
    if indicator.comparison in DIRECTIONS:
        return _shortfall(indicator, tally)
    target = target_of(indicator)
    if target is None:
        return None, None
    each = indicator.aggregation == "all_units_must_meet" and tally.members is not None
    if not each and (tally.open_above or tally.open_below or tally.basis == "per_head"):
        return _needs_more_when_open(indicator, tally, target)
    return still_needed(
        covered=tally.covered,
        unknown=tally.unknown,
        n=tally.n,
        target=Fraction(100) if each else target,
        scale=100 if each else indicator.scale,
        comparison=">=" if each else indicator.comparison,
    )


def _needs_more_when_open(
    indicator: Indicator, tally: Tally, target: Fraction
) -> tuple[int | None, int | None]:
    """Return what is missing where some figures are: the bounds that hold all the same."""
    if tally.basis == "per_head" and tally.n and tally.lower is not None:
        lacking = max(0, ceiling((target - tally.lower) * tally.n / indicator.scale))
        # A silent supplier may hold enough; more heads only ever need more.
        return 0 if tally.open_above else lacking, None if tally.open_below else lacking
    return (tally.uncovered if _all_are_promised(indicator, tally, target) else None), None


def _shortfall(indicator: Indicator, tally: Tally) -> tuple[int | None, int | None]:
    """Return the units missing to be back at the best earlier share."""
    if indicator.comparison != "maintain_or_increase" or not tally.history:
        return None, None
    if tally.covered is None or tally.unknown is None or not tally.n:
        return None, None
    bounds = [
        still_needed(
            covered=tally.covered,
            unknown=tally.unknown,
            n=tally.n,
            target=best,
            scale=indicator.scale,
            comparison=">=",
        )
        for best in best_of(tally.earlier)
        if best is not None
    ]
    return bounds[0][0], bounds[1][1] if len(bounds) > 1 else None
