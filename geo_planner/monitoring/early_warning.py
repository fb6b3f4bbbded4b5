"""The four rules of early warning: hard to reach, volatile, slipping, data.

Practice asks for them (monitoring of children's development plans: indicators that are hard to
reach or volatile get an early warning); the figures they go by are rows of the catalogue
(``Catalogue.thresholds``), each with its source.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from itertools import pairwise

from geo_planner.catalogue import Catalogue, Indicator
from geo_planner.monitoring.attainment import Pooled
from geo_planner.monitoring.projection import Projection
from geo_planner.monitoring.series import YearFigure, by_each, comparison_of, goal_of
from geo_planner.monitoring.warning import EarlyWarning
from geo_planner.notes import Note, msgid
from geo_planner.periods import parse_period
from geo_planner.targets import DIRECTIONS, LOWER_IS_BETTER, Status, satisfies
from geo_planner.verdicts import IN_POINTS, target_of


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose figures are looked at, and the year that is judged.

    Attributes
    ----------
    figures
        Yearly figures up to the year, oldest first.
    status
        The verdict of the year.
    missing
        Names of the units that do not keep the target, where each has to on its own.
    """

    indicator: Indicator
    unit_id: str
    unit_name: str
    year: int
    figures: tuple[YearFigure, ...]
    status: Status
    missing: tuple[str, ...] = ()

    @property
    def now(self) -> YearFigure | None:
        """The figure of the year itself; None where there is none."""
        last = self.figures[-1] if self.figures else None
        return last if last is not None and last.year == self.year else None

    def warn(self, code: str, figures: Sequence[YearFigure], because: Note) -> EarlyWarning:
        """Return a warning about this subject."""
        return EarlyWarning(
            code,
            self.indicator.id,
            self.unit_id,
            self.unit_name,
            self.year,
            tuple(one.year for one in figures),
            tuple(one.value for one in figures),
            because,
        )


class Limits:
    """The catalogue's thresholds as exact figures."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._rows = catalogue

    def __call__(self, name: str) -> Fraction:
        """Return the figure of a threshold."""
        return self._rows.threshold(name).exact


def hard_to_reach(
    subject: Subject, limits: Limits, projection: Projection | None
) -> Iterator[EarlyWarning]:
    """Yield a warning if the line misses the target year, or the pace would have to multiply.

    A target that is met today is warned of as well if the line leads away from it.
    """
    if projection is None or subject.status not in ("met", "near", "not_met", "undetermined"):
        return
    used = [one for one in subject.figures if one.year in projection.years]
    target = goal_of(subject.indicator)
    year = subject.indicator.target_year
    if not projection.reaches:
        text = msgid(
            "A straight line through {first}-{last} comes to {fitted} {measure} in {year}; the "
            "target is {target} {measure}."
        )
        yield subject.warn(
            "projection_misses",
            used,
            Note(
                "projection-misses",
                text,
                {
                    "first": projection.years[0],
                    "last": projection.years[-1],
                    "fitted": _shown(projection.fitted),
                    "measure": subject.indicator.measure,
                    "year": year,
                    "target": "" if target is None else _shown(target),
                },
            ),
        )
        return
    needed, achieved = projection.needed, projection.achieved
    if subject.status == "met":
        return
    if needed is not None and needed > limits("pace_factor") * max(achieved, Fraction(0)):
        text = msgid(
            "{needed} {measure} a year are needed until {year}; {achieved} a year were achieved in "
            "{first}-{last}."
        )
        yield subject.warn(
            "pace_too_slow",
            used,
            Note(
                "pace-too-slow",
                text,
                {
                    "needed": _shown(needed),
                    "achieved": _shown(achieved),
                    "measure": subject.indicator.measure,
                    "year": year,
                    "first": projection.years[0],
                    "last": projection.years[-1],
                },
            ),
        )


def volatile(subject: Subject, limits: Limits, pooled: Pooled | None) -> Iterator[EarlyWarning]:
    """Yield warnings of figures that swing, and of rates that one case decides."""
    yield from _reversals(subject, limits)
    yield from _one_case(subject, limits, pooled)


def _reversals(subject: Subject, limits: Limits) -> Iterator[EarlyWarning]:
    steps = int(limits("volatile_years"))
    used = [one for one in subject.figures if one.value is not None and one.whole_year][
        -steps - 1 :
    ]
    if len(used) < 3 or used[-1].year != subject.year:
        return
    values = [one.value for one in used if one.value is not None]
    target = goal_of(subject.indicator)
    scale = abs(target) if target else abs(sum(values, Fraction(0)) / len(values))
    size = scale * limits("volatile_size") / 100
    large = [after - before for before, after in pairwise(values) if abs(after - before) > size]
    turns = sum((one > 0) != (other > 0) for one, other in pairwise(large))
    if turns >= limits("volatile_reversals"):
        text = msgid(
            "From {first} to {last} the figure turned {turns} times, each change larger than "
            "{percent} % of {what}."
        )
        base = msgid("the target") if target else msgid("its mean")
        yield subject.warn(
            "reversals",
            used,
            Note(
                "reversals",
                text,
                {
                    "first": used[0].year,
                    "last": used[-1].year,
                    "turns": turns,
                    "percent": str(limits("volatile_size")),
                    "what": base,
                },
            ),
        )


def small_numbers(indicator: Indicator, one: YearFigure | None, limits: Limits) -> bool:
    """Return whether a rate per thousand (or more) is made of a handful of cases."""
    if indicator.scale < 1000 or one is None or one.numerator is None or one.denominator is None:
        return False
    if indicator.measure.startswith("per 1000 children"):
        return False  # doctors and beds are a stock, not chance events
    few = one.numerator <= limits("small_numerator")
    return few or one.denominator < limits("small_denominator")


def _one_case(subject: Subject, limits: Limits, pooled: Pooled | None) -> Iterator[EarlyWarning]:
    """Yield a warning where one case more or less would turn the verdict."""
    now, indicator = subject.now, subject.indicator
    target = target_of(indicator)
    if now is None or target is None or not indicator.quantified:
        return
    if not small_numbers(indicator, now, limits) or not now.denominator or now.numerator is None:
        return
    if indicator.measure.startswith("% change"):
        return
    kept = {
        satisfies(
            max(now.numerator + step, Fraction(0)) * indicator.scale / now.denominator,
            target,
            indicator.comparison,
        )
        for step in (-1, 0, 1)
    }
    if len(kept) == 1:
        return
    text = msgid(
        "Cases: {cases} among {n}; one more or less turns the verdict. Pooled over {years}: "
        "{pooled_cases} among {pooled_n}, {pooled} {measure}."
    )
    three = pooled.years if pooled is not None else (now.year,)
    yield subject.warn(
        "one_case_decides",
        [one for one in subject.figures if one.year in three],
        Note(
            "one-case-decides",
            text,
            {
                "cases": int(now.numerator),
                "n": int(now.denominator),
                "years": "-".join(dict.fromkeys([str(three[0]), str(three[-1])])),
                "pooled_cases": int(pooled.numerator if pooled else now.numerator),
                "pooled_n": int(pooled.denominator if pooled else now.denominator),
                "pooled": _shown(pooled.value if pooled else now.value),
                "measure": indicator.measure,
            },
        ),
    )


def slipping(subject: Subject, limits: Limits) -> Iterator[EarlyWarning]:
    """Yield a warning if the target was met before and the figure has fallen to its line.

    Missed now: told in the year it falls below, and as long as it has stayed near the line since.
    Still met: told within the margin, if it is worse than the year before. A figure that has come
    up to the line from below does not slip, though it was better once; nor does one that stands
    still.
    """
    now, indicator, goal = subject.now, subject.indicator, goal_of(subject.indicator)
    if now is None or now.value is None or goal is None or indicator.comparison in DIRECTIONS:
        return
    earlier = [one for one in subject.figures if one.year < subject.year and one.whole_year]
    met = [one for one in earlier if _was_met(one, indicator, goal) and one.value is not None]
    if not met or not indicator.quantified:
        return
    last = met[-1]
    sign = -1 if comparison_of(indicator) in LOWER_IS_BETTER else 1
    margin, then = sign * (now.value - goal), sign * ((last.value or goal) - goal)
    in_points = indicator.measure in IN_POINTS
    room = limits("slip_points") if in_points else abs(goal) * limits("slip_percent") / 100
    since = [one.value for one in earlier if one.year > last.year and one.value is not None]
    missed = [sign * (goal - value) for value in (*since, now.value)]
    params = {
        "year": last.year,
        "then": _shown(last.value),
        "now": _shown(now.value),
        "measure": indicator.measure,
        "target": _shown(goal),
    }
    if margin < 0 and by_each(indicator):
        if last is earlier[-1]:
            yield subject.warn("fell_below", [last, now], _those_missing(subject, last))
    elif margin < 0 and (last is earlier[-1] or max(missed) <= room):
        text = msgid(
            "Met in {year} with {then} {measure}; now {now} {measure}, and the target of {target} "
            "{measure} is missed."
        )
        yield subject.warn("fell_below", [last, now], Note("fell-below", text, params))
    elif last is earlier[-1] and 0 <= margin <= room and margin < then:
        text = msgid(
            "Met in {year} with {then} {measure}; now {now} {measure}, close to the target of "
            "{target} {measure}."
        )
        yield subject.warn("near_line", [last, now], Note("near-line", text, params))


def _was_met(one: YearFigure, indicator: Indicator, goal: Fraction) -> bool:
    if one.status is not None:
        return one.status == "met"
    return one.value is not None and satisfies(one.value, goal, comparison_of(indicator))


def _those_missing(subject: Subject, last: YearFigure) -> Note:
    """Name the units that miss a target which each has to keep."""
    text = msgid(
        "In {year} every unit kept the target of {target} {measure}; missed now by {count}: "
        "{names}."
    )
    target = target_of(subject.indicator)
    params = {
        "year": last.year,
        "target": _shown(target),
        "measure": subject.indicator.measure,
        "count": len(subject.missing),
        "names": subject.missing,
    }
    return Note("units-fell-below", text, params)


def _shown(value: Fraction | float | None) -> str:
    """Return a figure with at most two decimals, rounded half up on the exact value."""
    if value is None:
        return ""
    hundredths = math.floor(abs(Fraction(value)) * 100 + Fraction(1, 2))
    sign = "-" if value < 0 and hundredths else ""
    whole, rest = divmod(hundredths, 100)
    return f"{sign}{whole}.{rest:02d}".rstrip("0").rstrip(".")


def data_problems(subject: Subject, limits: Limits) -> Iterator[EarlyWarning]:
    """Yield warnings of what a unit reported: silence, the very same figure, a sudden denominator.

    The subject's figures are reports, at least one: figures of records repeat rightly, and a unit
    that never reported is not silent. A blank cell is no report.
    """
    reports = [one for one in subject.figures if one.method == "observations"]
    silent = int(limits("silent_years"))
    wanted = range(subject.year - silent + 1, subject.year + 1)
    if reports and wanted and not any(one.year in wanted for one in reports):
        text = msgid("Nothing was reported for {first}-{last_year}; the last report is for {last}.")
        params = {"first": wanted[0], "last_year": wanted[-1], "last": reports[-1].year}
        yield subject.warn("silent", reports[-1:], Note("silent", text, params))
    yield from _same_figure(subject, reports, int(limits("same_years")))
    yield from _jump(subject, reports, limits("denominator_jump"))


def _same_figure(
    subject: Subject, reports: Sequence[YearFigure], years: int
) -> Iterator[EarlyWarning]:
    """Yield a warning if figure and counts repeat; all of them, none, yes and no repeat rightly."""
    used = reports[-years:]
    if years <= 1 or len(used) < years or used[-1].year != subject.year:
        return
    if used[-1].year - used[0].year != years - 1 or used[-1].value is None:
        return
    natural = subject.indicator.measure in ("yes/no", "count") or used[-1].value in (
        0,
        subject.indicator.scale,
    )
    if natural or len({(one.value, one.numerator, one.denominator) for one in used}) > 1:
        return
    text = msgid("The very same figure was reported for {first}-{last}: {value} {measure}.")
    params = {
        "first": used[0].year,
        "last": used[-1].year,
        "value": _shown(used[-1].value),
        "measure": subject.indicator.measure,
    }
    yield subject.warn("same_figure", used, Note("same-figure", text, params))


def _jump(
    subject: Subject, reports: Sequence[YearFigure], percent: Fraction
) -> Iterator[EarlyWarning]:
    pair = [one for one in reports if one.denominator is not None and one.whole_year][-2:]
    if len(pair) < 2 or pair[1].year != subject.year or pair[0].year != subject.year - 1:
        return
    before, after = (one.denominator or Fraction(0) for one in pair)
    if not before:
        return
    change = (after - before) / before * 100
    if abs(change) <= percent:
        return
    text = msgid(
        "The denominator went from {before} to {after} within a year: {change} %, more than "
        "{percent} %."
    )
    params = {
        "before": _shown(before),
        "after": _shown(after),
        "change": ("+" if change > 0 else "") + _shown(change),
        "percent": str(percent),
    }
    found = subject.warn("denominator_jump", pair, Note("denominator-jump", text, params))
    yield EarlyWarning(
        found.code,
        found.indicator,
        found.unit_id,
        found.unit_name,
        found.year,
        found.years,
        (before, after),
        found.because,
    )


def due_after(period: str, limits: Limits) -> str | None:
    """Return the last day on which a return for a period is in time, as ISO text."""
    known = parse_period(period)
    if known is None:
        return None
    return (known.last + timedelta(days=int(limits("return_days")))).isoformat()
