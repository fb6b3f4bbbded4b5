"""Values and targets of verdicts as they are printed: exact, rounded only when shown."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from geo_planner.notes import msgid
from maps.text import verdicts
from maps.text.words import DIRECTION_WORDS, MEASURE_WORDS

if TYPE_CHECKING:
    from geo_planner.coverage import Coverage
    from maps.text import Translator

NOTHING = "—"


def rounded(value: Fraction | float | None, digits: int = 1) -> str:
    """Return ``value`` with ``digits`` decimals, halves rounded up as the plan's reports do.

    The rounding is done on the exact value, so that 68.75 reads 68.8 and 66.65 never 66.6.
    """
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return NOTHING
    exact = Fraction(value)
    step = 10**digits
    whole = math.floor(abs(exact) * step + Fraction(1, 2))
    sign = "-" if exact < 0 and whole else ""
    if digits == 0:
        return f"{sign}{whole}"
    return f"{sign}{whole // step}.{whole % step:0{digits}d}"


def is_missing(value: Any) -> bool:  # noqa: ANN401 - a cell may be anything
    """Return whether a cell holds nothing: None, NaN, NaT or pandas' NA."""
    if value is None:
        return True
    try:
        return bool(value != value)  # noqa: PLR0124 - NaN alone differs from itself
    except (TypeError, ValueError):
        return type(value).__name__ == "NAType"


def counted_text(coverage: Coverage, translator: Translator) -> str:
    """Return ``covered / n`` with what is counted, the unknown ones named where there are any."""
    if not coverage.n:
        return NOTHING
    whole = verdicts.things(coverage.basis, coverage.n, translator, text=rounded(coverage.n, 0))
    text = f"{rounded(coverage.covered, 0)} / {whole}"
    if not coverage.unknown:
        return text
    return text + translator.text(", {unknown} unknown", unknown=rounded(coverage.unknown, 0))


def measure_text(measure: str, translator: Translator) -> str:
    """Return the unit a figure is in, such as ``%`` or "per 1000 children"."""
    word = MEASURE_WORDS.get(measure, measure)
    return translator(word) if word else ""


def value_text(coverage: Coverage, translator: Translator) -> str:
    """Return the value of a verdict, or its bounds where units are unknown.

    Where each unit has to reach the target, it is the number of units that do.
    """
    row = coverage.indicator
    if verdicts.nothing_known(coverage):
        return NOTHING
    if kept := verdicts.kept_by(coverage, translator):
        return kept
    if row.measure == "yes/no" and not coverage.n and coverage.lower == coverage.upper:
        return NOTHING if coverage.lower is None else translator(YES if coverage.lower else NO)
    sign, lower, upper = verdicts.shown_bounds(coverage)
    return f"{sign}{bounds_text(lower, upper, verdicts.measure_of(coverage), translator)}"


YES, NO = msgid("yes"), msgid("no")


def bounds_text(
    lower: Fraction | float | None,
    upper: Fraction | float | None,
    measure: str,
    translator: Translator,
) -> str:
    """Return a figure, or the range it lies in; small by nature, it gets a second decimal."""
    if is_missing(lower) or is_missing(upper):
        return NOTHING
    digits = digits_shown(measure, lower, upper)
    low, high = rounded(lower, digits), rounded(upper, digits)
    figure = low if lower == upper else f"{low}–{high}"
    return f"{figure} {measure_text(measure, translator)}".strip()


def digits_shown(measure: str, *values: Fraction | float | None) -> int:
    """Return how many decimals a figure is shown with; whole things are shown whole."""
    if measure == "count" and all(value == int(value or 0) for value in values):
        return 0
    return 2 if measure.startswith(("‰", "per 1000")) else 1


def target_text(coverage: Coverage, translator: Translator) -> str:
    """Return the promise, such as ``≥ 96 %`` or "should fall"."""
    row = coverage.indicator
    if row.comparison not in (">=", "<=") or row.target is None:
        return translator(DIRECTION_WORDS.get(row.comparison, NOTHING))
    sign = "≥" if row.comparison == ">=" else "≤"
    text = f"{sign} {trimmed(row.target_fraction)} {measure_text(row.measure, translator)}".strip()
    each = row.aggregation == "all_units_must_meet"
    return translator.text("{target} each", target=text) if each else text


def trimmed(value: Fraction | None) -> str:
    """Return a target as the plan prints it: 96, 0.85, 2.5."""
    if value is None:
        return NOTHING
    return rounded(value, 3).rstrip("0").rstrip(".")


def share_text(part: int, whole: int) -> str:
    """Return a share in percent with one decimal, nothing where there is nothing to divide by."""
    return f"{rounded(Fraction(100 * part, whole))} %" if whole else NOTHING
