"""What an indicator's row of a workbook takes as numbers, and the formulas that work on them.

A figure that is a ratio is a formula of its counts; change, degree of attainment and gap are
formulas of the figure. They follow :mod:`geo_planner.targets`; the verdict itself stays a word, as
it is made from exact fractions and from what is unknown.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from geo_planner.monitoring.series import comparison_of, goal_of
from geo_planner.targets import DIRECTIONS
from geo_planner.verdicts import target_of
from maps.text.numbers import digits_of
from maps.text.values import NO, YES
from maps.text.verdicts import is_each, measure_of, nothing_known

if TYPE_CHECKING:
    from geo_planner.coverage import Coverage
    from geo_planner.monitoring.standing import Standing
    from maps.text import Translator

POINTS = 10
"""Places a difference is rounded to: finer than anybody reports, and undoes what floats leave."""


@dataclass(frozen=True, slots=True)
class Stated:
    """The numbers of a year's figure.

    Attributes
    ----------
    lower, upper
        Bounds in the figure's measure, equal where it is certain; both None where there is no
        figure or a bound is open.
    covered, unknown, n
        Whole numbers behind it.
    scale
        What ``covered / n`` is multiplied by to be ``lower``; None where it is no such ratio.
    goal, comparison
        What the figure is held against, in its measure; None where nothing is.
    """

    lower: Fraction | None
    upper: Fraction | None
    covered: int | None
    unknown: int | None
    n: int | None
    scale: int | None
    goal: Fraction | None
    comparison: str

    @property
    def certain(self) -> bool:
        """Whether there is a figure and it is one figure."""
        return self.lower is not None and self.lower == self.upper


def has_figure(coverage: Coverage) -> bool:
    """Return whether anything can be said in figures."""
    tally = coverage.tally
    if tally.no_data or tally.empty or coverage.status == "not_applicable":
        return False
    return tally.lower is not None and not nothing_known(coverage)


def stated(one: Standing) -> Stated:
    """Return the numbers of a standing's figure."""
    coverage = one.coverage
    goal, comparison = _held_against(one)
    if not has_figure(coverage):
        return Stated(None, None, None, None, None, None, goal, comparison)
    lower, upper = coverage.lower, coverage.upper
    if lower is None or upper is None:
        lower = upper = None
    counted = coverage.covered is not None and bool(coverage.n)
    return Stated(
        lower,
        upper,
        coverage.covered if counted else None,
        coverage.unknown if counted else None,
        coverage.n if counted else None,
        _scale(coverage, lower) if counted else None,
        goal,
        comparison,
    )


def _scale(coverage: Coverage, lower: Fraction | None) -> int | None:
    """Return what the ratio of the counts is multiplied by, if it is the figure at all."""
    for scale in (coverage.indicator.scale, 100):
        if lower == Fraction((coverage.covered or 0) * scale, coverage.n or 1):
            return scale
    return None


def _held_against(one: Standing) -> tuple[Fraction | None, str]:
    """Return target and comparison in the figure's measure, as degree and gap use them."""
    indicator = one.indicator
    if indicator.comparison in DIRECTIONS or not (indicator.quantified or _has_degree(one)):
        return None, indicator.comparison
    if is_each(one.coverage) and one.coverage.tally.members is None:
        return target_of(indicator), indicator.comparison
    return goal_of(indicator), comparison_of(indicator)


def _has_degree(one: Standing) -> bool:
    return one.attainment.lower is not None


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where a row's numbers stand; a blank address is a column its sheet does not have."""

    figure: str
    most: str
    before: str
    base: str
    covered: str
    unknown: str
    n: str
    goal: str


def figure_formula(numbers: Stated, at: Addresses) -> str | None:
    """Return the figure as numerator over denominator; None where it is not that ratio."""
    if numbers.scale is None:
        return None
    known = f"AND(ISNUMBER({at.covered}),ISNUMBER({at.n}))"
    return f'=IF({known},IF({at.n}=0,"",{at.covered}*{numbers.scale}/{at.n}),"")'


def most_formula(numbers: Stated, at: Addresses) -> str | None:
    """Return the upper bound: all that is unknown counted as reached; None where it is not that."""
    if numbers.scale is None or numbers.certain or not at.unknown or numbers.unknown is None:
        return None
    whole = Fraction(((numbers.covered or 0) + numbers.unknown) * numbers.scale, numbers.n or 1)
    if whole != numbers.upper:
        return None
    ratio = f"({at.covered}+{at.unknown})*{numbers.scale}/{at.n}"
    return f'=IF(AND(ISNUMBER({at.covered}),ISNUMBER({at.n})),IF({at.n}=0,"",{ratio}),"")'


def change_formula(one: Standing, at: Addresses) -> str | None:
    """Return the change against the year before; None where either is not certain."""
    if one.change is None:
        return None
    known = f"AND(ISNUMBER({at.figure}),ISNUMBER({at.before}))"
    return f'=IF({known},ROUND({at.figure}-{at.before},{POINTS}),"")'


def attainment_formulas(
    one: Standing, numbers: Stated, at: Addresses
) -> tuple[str | None, str | None]:
    """Return the degree of attainment at the least and at the most, in percent.

    Both None where it is withheld; the second None where the figure is certain.
    """
    degree = one.attainment
    if degree.lower is None or numbers.goal is None or numbers.lower is None:
        return None, None
    low = _attained(at.figure, numbers, at.goal)
    if numbers.certain:
        return f'=IF(ISNUMBER({at.figure}),100*{low},"")', None
    high = _attained(at.most, numbers, at.goal)
    known = f"AND(ISNUMBER({at.figure}),ISNUMBER({at.most}))"
    return (
        f'=IF({known},100*MIN({low},{high}),"")',
        f'=IF({known},100*MAX({low},{high}),"")',
    )


def _attained(figure: str, numbers: Stated, goal: str) -> str:
    """Return actual over target, the other way round where less is better, between 0 and 1."""
    if numbers.comparison == "<=" and numbers.goal is not None and numbers.goal > 0:
        return f"IF({figure}<={goal},1,{goal}/{figure})"
    return f"MAX(0,MIN(1,{figure}/{goal}))"


def gap_formula(one: Standing, numbers: Stated, at: Addresses) -> str | None:
    """Return what is missing to the target at the least; None where that is not to be said."""
    held = (goal_of(one.indicator), comparison_of(one.indicator))
    if one.gap is None or numbers.lower is None or held != (numbers.goal, numbers.comparison):
        return None
    low_is_good = numbers.comparison == "<="
    best = at.figure if low_is_good or numbers.certain else at.most
    way = f"{best}-{at.goal}" if low_is_good else f"{at.goal}-{best}"
    return f'=IF(ISNUMBER({best}),MAX(0,ROUND({way},{POINTS})),"")'


def progress_formula(one: Standing, numbers: Stated, at: Addresses) -> str | None:
    """Return the way made from the base year to the target, in percent."""
    if one.progress.lower is None or goal_of(one.indicator) != numbers.goal or not numbers.certain:
        return None
    known = f"AND(ISNUMBER({at.figure}),ISNUMBER({at.base}))"
    return f'=IF({known},100*({at.figure}-{at.base})/({at.goal}-{at.base}),"")'


def number_format(measure: str, say: Translator, *, counted: bool, whole: bool = True) -> str:
    """Return how a figure is shown: in its measure, never as a spreadsheet's own percentage.

    Parameters
    ----------
    counted
        Whether whole numbers stand behind it; an answer without any reads yes or no.
    whole
        Whether a count is to be shown without decimals.
    """
    if measure == "count":
        return "#,##0" if whole else "#,##0.0"
    if measure == "yes/no" and not counted:
        return f'[=0]"{say(NO)}";[=100]"{say(YES)}";0.0"%"'
    plain = "0." + "0" * digits_of(measure)
    sign = {"%": "%", "yes/no": "%", "‰": "‰"}.get(measure, "")
    return f'{plain}"{sign}"' if sign else plain


def difference_format(measure: str, *, whole: bool = True) -> str:
    """Return how a change is shown: with its sign, in points of the measure."""
    plain = (
        ("#,##0" if whole else "#,##0.0") if measure == "count" else "0." + "0" * digits_of(measure)
    )
    return f"+{plain};-{plain};{plain}"


def figures_measure(one: Standing) -> str:
    """Return what the figures of a row are in."""
    return measure_of(one.coverage)


def as_cell(value: Fraction | int) -> int | float:
    """Return an exact number as a cell takes it, whole where it is whole."""
    exact = Fraction(value)
    return exact.numerator if exact.denominator == 1 else float(exact)
