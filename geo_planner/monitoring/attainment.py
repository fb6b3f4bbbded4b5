"""How far a figure is on the way to its target, and when that may be said at all.

Degree of attainment (实现程度): actual over target where more is better, target over actual where
less is, at most all of it. It is not used for a target of zero, a rate that rightly passes 100 %,
or a promise of direction alone. Progress from the base year, (actual - base) / (target - base),
means nothing where the base had met the target already: a ceiling that is held is not approached.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from geo_planner.catalogue import Indicator
from geo_planner.coverage import Coverage
from geo_planner.monitoring.series import YearFigure, comparison_of, goal_of
from geo_planner.notes import msgid
from geo_planner.targets import DIRECTIONS, attainment, satisfies
from geo_planner.verdicts import target_of

WITHHELD: dict[str, str] = {
    "no_figure": msgid("there is no figure"),
    "no_number": msgid("the plan gives no number"),
    "direction": msgid("the plan gives a direction only"),
    "zero_target": msgid("the target is zero"),
    "gross_above_all": msgid("a gross rate above one hundred percent"),
    "open": msgid("a missing figure leaves it open"),
    "no_base": msgid("there is no figure of the base year"),
    "base_met": msgid("the base year had met the target: it is to be held, not approached"),
}
"""Why a degree is not given: code and sentence."""


@dataclass(frozen=True, slots=True)
class Degree:
    """A share between bounds, or the reason why there is none.

    Attributes
    ----------
    lower, upper
        Of one; equal where the figure is certain. None where the degree is withheld.
    withheld
        Code in :data:`WITHHELD`.
    """

    lower: Fraction | None = None
    upper: Fraction | None = None
    withheld: str | None = None


def degree_of_attainment(coverage: Coverage) -> Degree:
    """Return how much of the target is attained."""
    indicator = coverage.indicator
    withheld = _withheld(coverage)
    if withheld is not None:
        return Degree(withheld=withheld)
    target, lower, upper = target_of(indicator), coverage.lower, coverage.upper
    assert target is not None
    if lower is None or upper is None:
        return Degree(withheld="open")
    if indicator.aggregation == "all_units_must_meet" and coverage.tally.members is not None:
        # The figure is the share of units that keep the target, and all of them are to.
        target, comparison = Fraction(100), ">="
    else:
        comparison = indicator.comparison
    degrees = [attainment(value, target, comparison) for value in (lower, upper)]
    known = [one for one in degrees if one is not None]
    return Degree(min(known), max(known)) if known else Degree(withheld="zero_target")


def _withheld(coverage: Coverage) -> str | None:
    indicator, tally = coverage.indicator, coverage.tally
    if indicator.comparison in DIRECTIONS and not tally.no_data and tally.lower is not None:
        return "direction"  # a first figure has no verdict yet, but is a figure
    if coverage.status in ("no_data", "not_applicable") or tally.lower is None:
        return "no_figure"
    target = target_of(indicator)
    if target is None or coverage.status == "reference_only":
        return "no_number"
    if target == 0:
        return "zero_target"
    if indicator.gross and tally.lower > 100:
        return "gross_above_all"
    return None


def progress_from_base(
    indicator: Indicator, figures: Iterable[YearFigure], *, base_year: int, now: YearFigure | None
) -> Degree:
    """Return the way made from the base year towards the target, below zero where it was lost."""
    target = goal_of(indicator)
    if indicator.comparison in DIRECTIONS:
        return Degree(withheld="direction")
    if target is None or not indicator.quantified:
        return Degree(withheld="no_number")
    if now is None or now.value is None:
        return Degree(withheld="no_figure")
    base = next((one.value for one in figures if one.year == base_year), None)
    if base is None or indicator.measure.startswith("% change"):
        return Degree(withheld="no_base")
    if satisfies(base, target, comparison_of(indicator)):
        return Degree(withheld="base_met")
    way = (now.value - base) / (target - base)
    return Degree(way, way)


@dataclass(frozen=True, slots=True)
class Pooled:
    """A rate over several years together, beside the yearly one where cases are few."""

    years: tuple[int, ...]
    numerator: Fraction
    denominator: Fraction
    value: Fraction


def pooled_rate(
    indicator: Indicator, figures: Iterable[YearFigure], *, years: int = 3
) -> Pooled | None:
    """Return the rate of the latest years pooled: all cases over all people.

    Only whole years with counts, none more than ``years`` back from the latest of them; None where
    there are none.
    """
    counted = [
        one for one in figures if one.numerator is not None and one.denominator and one.whole_year
    ]
    if not counted:
        return None
    counted = [one for one in counted if one.year > counted[-1].year - years]
    top = sum((one.numerator or Fraction(0) for one in counted), Fraction(0))
    bottom = sum((one.denominator or Fraction(0) for one in counted), Fraction(0))
    return Pooled(tuple(one.year for one in counted), top, bottom, top * indicator.scale / bottom)
