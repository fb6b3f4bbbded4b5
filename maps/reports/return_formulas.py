"""Formulas and checks of a return form's cells, in the language of spreadsheets.

A figure is compared with its target as in :mod:`geo_planner.targets`: whole numbers multiplied
crosswise, no rounded rate. What a form shows is a help to whoever fills it in; the verdict is made
from the imported figures.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from geo_planner.catalogue import Indicator
from geo_planner.targets import DIRECTIONS, NEAR_ATTAINMENT, NEAR_POINTS
from geo_planner.verdicts import IN_POINTS, target_of
from maps.text import Translator
from maps.text.values import NO, YES
from maps.text.words import STATE_WORDS, STATUS_WORDS


@dataclass(frozen=True, slots=True)
class Cells:
    """Addresses of the cells that a row's formulas read."""

    base: str
    last: str
    value: str
    numerator: str
    denominator: str


def quoted(text: str) -> str:
    """Return text as it stands in a formula: in quotes, its own doubled."""
    return '"' + text.replace('"', '""') + '"'


def rate_of(indicator: Indicator, at: Cells) -> str:
    """Return the expression of the figure: counts before a reported value, empty where unknown."""
    otherwise = f'IF(ISNUMBER({at.value}),{at.value},"")'
    if indicator.denominator is None:
        return otherwise
    ratio = f"{at.numerator}*{indicator.scale}/{at.denominator}"
    return f'IF({_both(at)},IF({at.denominator}=0,"",{ratio}),{otherwise})'


def _both(at: Cells) -> str:
    return f"AND(ISNUMBER({at.numerator}),ISNUMBER({at.denominator}))"


def status_formula(indicator: Indicator, at: Cells, say: Translator, *, answers: bool) -> str:
    """Return the formula that says whether the target is met."""
    if answers:
        return _answer_status(indicator, at, say)
    if indicator.comparison in DIRECTIONS:
        return _direction_status(indicator, at, say)
    target = target_of(indicator)
    rate = rate_of(indicator, at)
    if target is None or not indicator.quantified:
        return f'=IF(ISNUMBER({rate}),{_word("reference_only", say)},"")'
    alone = f'IF(ISNUMBER({at.value}),{_judged(indicator, target, at.value, "1", say)},"")'
    if indicator.denominator is None:
        return f"={alone}"
    top = f"{at.numerator}*{indicator.scale}"
    counted = (
        f"IF({at.denominator}=0,{_word('not_applicable', say)},"
        f"{_judged(indicator, target, top, at.denominator, say)})"
    )
    return f"=IF({_both(at)},{counted},{alone})"


def _word(status: str, say: Translator) -> str:
    return quoted(say(STATUS_WORDS[status]))


def _answer_status(indicator: Indicator, at: Cells, say: Translator) -> str:
    """Return what yes and no mean: a duty of the division kept or not, a unit covered or not."""
    if indicator.measure == "yes/no":
        yes, no = _word("met", say), _word("not_met", say)
    else:
        yes, no = (quoted(say(STATE_WORDS[one])) for one in ("covered", "uncovered"))
    refused = f'IF({at.value}={quoted(say(NO))},{no},"")'
    return f"=IF({at.value}={quoted(say(YES))},{yes},{refused})"


def _direction_status(indicator: Indicator, at: Cells, say: Translator) -> str:
    """Return whether the figure moves as promised against the year before."""
    rate = rate_of(indicator, at)
    if indicator.comparison == "trend_to_range":
        return f'=IF(ISNUMBER({rate}),{_word("reference_only", say)},"")'
    sign, before = {
        "trend_up": (">", at.last),
        "trend_down": ("<", at.last),
        "trend_flat_or_down": ("<=", at.last),
        "maintain_or_increase": (">=", f"MAX({at.base},{at.last})"),
    }[indicator.comparison]
    # Ten places are finer than anybody reports and undo what dividing leaves behind.
    moved = f"ROUND({rate},10){sign}ROUND({before},10)"
    known = f"AND(ISNUMBER({rate}),ISNUMBER({at.last}))"
    return f'=IF({known},IF({moved},{_word("trend_ok", say)},{_word("trend_bad", say)}),"")'


def _judged(indicator: Indicator, target: Fraction, top: str, bottom: str, say: Translator) -> str:
    """Return the expression that compares ``top / bottom`` with a target."""
    sign = "<=" if indicator.comparison == "<=" else ">="
    met = _compared(top, bottom, sign, Fraction(1), target)
    near = _nearly(indicator, target, top, bottom)
    missed = _word("not_met", say)
    if near is not None:
        missed = f"IF({near},{_word('near', say)},{missed})"
    return f"IF({met},{_word('met', say)},{missed})"


def _nearly(indicator: Indicator, target: Fraction, top: str, bottom: str) -> str | None:
    """Return when a missed target is nearly met: within five points, or 95 % of the way."""
    low_is_good = indicator.comparison == "<="
    sign = "<=" if low_is_good else ">="
    if indicator.measure in IN_POINTS:
        line = target + NEAR_POINTS if low_is_good else target - NEAR_POINTS
        return _compared(top, bottom, sign, Fraction(1), line)
    if target == 0:
        return None
    if low_is_good and target > 0:
        return _compared(top, bottom, sign, NEAR_ATTAINMENT, target)
    return _compared(top, bottom, sign, Fraction(1), NEAR_ATTAINMENT * target)


def _compared(top: str, bottom: str, sign: str, times: Fraction, line: Fraction) -> str:
    """Return ``times * top / bottom`` compared with ``line``, in whole numbers where they are."""
    left = times.numerator * line.denominator
    right = line.numerator * times.denominator
    return f"ROUND({top}*{left},9){sign}ROUND({bottom}*{right},9)"


def change_formula(indicator: Indicator, at: Cells, say: Translator, *, answers: bool) -> str:
    """Return the formula of the change against the year before."""
    if answers:
        blank = f'OR({at.value}="",{at.last}="")'
        turned = f'{at.last}&"→"&{at.value}'
        same = quoted(say("unchanged"))
        return f'=IF({blank},"",IF({at.value}={at.last},{same},{turned}))'
    rate = rate_of(indicator, at)
    known = f"AND(ISNUMBER({rate}),ISNUMBER({at.last}))"
    return f'=IF({known},ROUND({rate}-{at.last},2),"")'
