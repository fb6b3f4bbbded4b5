"""Sentences about what became of an indicator between two years."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from maps.text.numbers import NOTHING, decimal, digits_of, in_measure
from maps.text.translation import Translator
from maps.text.verdicts import is_each, measure_of, nothing_known, things

if TYPE_CHECKING:
    from geo_planner.monitoring.year_figures import YearChange


def signed(value: Fraction | float, digits: int = 1) -> str:
    """Return a difference with its sign, none where it rounds to nothing."""
    text = decimal(value, digits)
    return f"+{text}" if value > 0 and text.strip("0.") else text


def points(value: Fraction, measure: str, say: Translator) -> str:
    """Return a difference in a measure: percentage points for shares, else in the measure."""
    text = signed(value, digits_of(measure))
    if measure == "%":
        return say("{difference} percentage points", difference=text)
    unit = in_measure(Fraction(0), measure, say).removeprefix("0").strip()
    return f"{text} {unit}".strip()


def change_texts(change: YearChange, say: Translator) -> dict[str, str]:
    """Return the difference of the values and of the units, and what keeps it open."""
    then, now = change.earlier, change.later
    missing = [str(one.year) for one in (then, now) if not one.dated]
    if missing:
        listed = ("、" if say.language == "zh-CN" else ", ").join(missing)
        return {
            "difference": NOTHING,
            "units": "",
            "open": say(
                "There is no figure for {years}, so nothing is said about a change.", years=listed
            ),
        }
    return {
        "difference": _difference(change, say),
        "units": _units(change, say),
        "open": say(
            "{count} are counted in one of the years only, or unknown in one: they are neither "
            "gained nor lost.",
            count=f"{change.incomparable:,}",
        )
        if change.incomparable
        else "",
    }


def _difference(change: YearChange, say: Translator) -> str:
    coverages = (change.earlier.coverage, change.later.coverage)
    if is_each(coverages[1]):
        # A share of units printed in points would be read as a change of the rate itself.
        return _units(change, say) or NOTHING
    if change.low is None or change.high is None or any(map(nothing_known, coverages)):
        return NOTHING
    measure = measure_of(coverages[1])
    if change.low == change.high:
        return points(change.low, measure, say)
    low = signed(change.low, digits_of(measure))
    return say("{low} to {high}", low=low, high=points(change.high, measure, say))


def _units(change: YearChange, say: Translator) -> str:
    """Return the change of how many are covered, where whole things are counted."""
    basis = change.later.coverage.basis
    if change.units is None or basis not in ("units", "facilities", "households"):
        return ""
    return things(basis, abs(change.units), say, text=signed(Fraction(change.units), 0))
