"""What a figure has to gain a year to keep its target in time."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from geo_planner.targets import satisfies
from maps.text.monitoring import POINT_WORDS
from maps.text.values import measure_text, rounded

if TYPE_CHECKING:
    from geo_planner.monitoring import Standing, YearFigure
    from maps.text import Translator


def pace_needed(
    standing: Standing, goal: Fraction | None
) -> tuple[YearFigure, Fraction, Fraction] | None:
    """Return the last certain figure of a whole year, the target, and the gain a year between them.

    None where nothing has to be gained or no year is left.
    """
    known = [one for one in standing.figures if one.value is not None and one.whole_year]
    if not known or known[-1].value is None or goal is None:
        return None
    last, value = known[-1], known[-1].value
    left = standing.indicator.target_year - last.year
    if left <= 0 or satisfies(value, goal, standing.indicator.comparison):
        return None
    return last, goal, (goal - value) / left


def gain_text(gain: Fraction, measure: str, say: Translator) -> str:
    """Return a gain with its sign and two decimals; of shares, in percentage points."""
    sign = "+" if gain > 0 else "−" if gain < 0 else ""
    text = f"{sign}{rounded(abs(gain), 2)}"
    template = POINT_WORDS.get(measure)
    if template is not None:
        return say(template, difference=text)
    return f"{text} {measure_text(measure, say)}".strip()
