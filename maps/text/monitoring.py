"""Sentences about a year: what changed, how much is attained, where a figure is heading."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING

from geo_planner.monitoring.attainment import WITHHELD
from geo_planner.notes import msgid
from geo_planner.verdicts import target_of
from maps.text.changes import signed
from maps.text.numbers import NOTHING, digits_of, in_measure
from maps.text.values import (
    bounds_text,
    counted_text,
    measure_text,
    rounded,
    target_text,
    value_text,
)
from maps.text.verdicts import is_each, measure_of, nothing_known, shown_bounds, things

if TYPE_CHECKING:
    from geo_planner.monitoring.attainment import Degree
    from geo_planner.monitoring.projection import Projection
    from geo_planner.monitoring.series import YearFigure
    from geo_planner.monitoring.standing import Standing
    from maps.text import Translator

POINT_WORDS: Mapping[str, str] = {
    "%": msgid("{difference} percentage points"),
    "yes/no": msgid("{difference} percentage points"),
    "% change vs 2020": msgid("{difference} percentage points"),
    "‰": msgid("{difference} per-mille points"),
}
"""How a difference of a measure is counted; others in the measure itself."""

TURN_WORDS: Mapping[str, str] = {
    "better": msgid("better"),
    "worse": msgid("worse"),
    "same": msgid("unchanged"),
}


def turn_text(standing: Standing, say: Translator) -> str:
    """Return whether a figure got better, with an arrow the way the figure itself went.

    Empty where nothing can be compared. A rate that should fall and rose reads ``↑ worse``.
    """
    if standing.turn is None:
        return ""
    change = standing.change or 0
    arrow = "↑" if change > 0 else "↓" if change < 0 else "→"
    return f"{arrow} {say(TURN_WORDS[standing.turn])}"


def in_points(value: Fraction, measure: str, say: Translator, *, digits: int | None = None) -> str:
    """Return the size of a difference: ``1.2 percentage points``, ``0.04 per-mille points``."""
    size = abs(value)
    template = POINT_WORDS.get(measure)
    if template is None:
        if digits is None:
            return in_measure(size, measure, say)
        return f"{rounded(size, digits)} {measure_text(measure, say)}".strip()
    return say(template, difference=rounded(size, digits_of(measure) if digits is None else digits))


def change_text(standing: Standing, say: Translator, *, since: YearFigure | None = None) -> str:
    """Return the change against the year before (or another figure) as half a sentence.

    ``up 1.2 percentage points on 2024``; empty where either figure is not certain.
    """
    now, before = standing.now, since or standing.before
    if now is None or before is None or now.value is None or before.value is None:
        return ""
    if is_each(standing.coverage):
        return _units_then_and_now(now, before, say)
    difference = now.value - before.value
    if difference == 0:
        return say("unchanged on {year}", year=before.period)
    amount = in_points(difference, measure_of(standing.coverage), say)
    if measure_of(standing.coverage) == "count":
        template = (
            msgid("{amount} more than in {year}")
            if difference > 0
            else msgid("{amount} fewer than in {year}")
        )
    else:
        template = (
            msgid("up {amount} on {year}") if difference > 0 else msgid("down {amount} on {year}")
        )
    return say(template, amount=amount, year=before.period)


def _units_then_and_now(now: YearFigure, before: YearFigure, say: Translator) -> str:
    """Say how many units kept the target then and now: a share of units is not the rate itself."""
    if None in (now.numerator, before.numerator):
        return ""
    return say(
        "{then} units reached it in {year}",
        then=rounded(before.numerator, 0),
        year=before.period,
    )


def signed_change(standing: Standing, say: Translator) -> str:
    """Return the change against the year before for a table: ``+1.2``, ``-0.04``, ``0``.

    Where each unit has to keep the target, it is how many more or fewer do: ``-1 unit``.
    """
    change, now, before = standing.change, standing.now, standing.before
    if change is None or now is None or before is None:
        return NOTHING
    if is_each(standing.coverage) and None not in (now.numerator, before.numerator):
        units = (now.numerator or Fraction(0)) - (before.numerator or Fraction(0))
        text = signed(units, 0)
        return things(standing.coverage.basis, int(abs(units)), say, text=text) if units else "0"
    return signed(change, digits_of(measure_of(standing.coverage)))


def figure_text(one: YearFigure | None, standing: Standing, say: Translator) -> str:
    """Return a year's figure in its measure, or its bounds; a dash where there is none.

    Where each unit has to keep the target, it is how many of them did: a share of units would be
    read as the rate itself.
    """
    if one is None or (one.lower is None and one.upper is None):
        return NOTHING
    if is_each(standing.coverage) and one.numerator is not None and one.denominator is not None:
        basis, n = standing.coverage.basis, int(one.denominator)
        return say(
            "{count} of {things} reach it",
            count=rounded(one.numerator, 0),
            things=things(basis, n, say),
        )
    low = one.lower if one.lower is not None else one.upper
    high = one.upper if one.upper is not None else one.lower
    return bounds_text(low, high, measure_of(standing.coverage), say)


def percent(degree: Degree) -> str:
    """Return a degree as a percentage, a range where it is not certain, a dash where withheld."""
    if degree.lower is None or degree.upper is None:
        return NOTHING
    low, high = rounded(degree.lower * 100), rounded(degree.upper * 100)
    return f"{low} %" if low == high else f"{low}–{high} %"


def withheld_text(degree: Degree, say: Translator) -> str:
    """Return why a degree is not given; empty where it is."""
    return say(WITHHELD[degree.withheld]) if degree.withheld else ""


def projected_year(line: Projection | None, say: Translator) -> str:
    """Return the projected year of attainment with its band: ``2031 (2029–2036)``."""
    if line is None:
        return NOTHING
    if line.year is not None and line.year == line.years[-1]:
        return say("attained")
    if line.year is None:
        first = "" if line.earliest is None else say(" (at best {year})", year=line.earliest)
        return say("not foreseeable") + first
    last = say("open") if line.latest is None else str(line.latest)
    earliest = line.year if line.earliest is None else line.earliest
    return f"{line.year} ({earliest}–{last})"


def projection_text(standing: Standing, say: Translator) -> str:
    """Return where the figure is heading, as a sentence; empty without a projection."""
    line, indicator = standing.projection, standing.indicator
    if line is None:
        return ""
    measure = indicator.measure
    target = target_of(indicator)
    digits = digits_of(measure)
    low, high = rounded(line.lower, digits), rounded(line.upper, digits)
    # A band that the end of the scale has closed (100.0 to 100.0) tells nothing.
    template = (
        msgid(
            "A straight line through {first}-{last} comes to {fitted} {measure} in {year}; the "
            "target is {target} {measure}."
        )
        if low == high
        else msgid(
            "A straight line through {first}-{last} comes to {fitted} {measure} in {year} "
            "({percent} % band {low} to {high}); the target is {target} {measure}."
        )
    )
    text = say(
        template,
        first=line.years[0],
        last=line.years[-1],
        percent=f"{line.band_percent:g}",
        fitted=rounded(line.fitted, digits),
        low=low,
        high=high,
        measure=measure_text(measure, say),
        year=indicator.target_year,
        target=rounded(target, 3).rstrip("0").rstrip("."),
    )
    if standing.status in ("met", "trend_ok") or line.needed is None:
        return text
    pace = say(
        msgid(
            "Needed until then: {needed} a year for the better; achieved so far: {achieved} a year."
        )
        if line.achieved >= 0
        else msgid(
            "Needed until then: {needed} a year for the better; lost so far: {achieved} a year."
        ),
        needed=in_points(line.needed, measure, say, digits=2),
        achieved=in_points(line.achieved, measure, say, digits=2),
    )
    return f"{text}{'' if say.language == 'zh-CN' else ' '}{pace}"


def finding_text(standing: Standing, say: Translator, *, since: YearFigure | None = None) -> str:
    """Return one indicator's finding: figure, counts, change, promise and verdict, one sentence."""
    coverage = standing.coverage
    label = say.label(standing.indicator.label)
    value = value_text(coverage, say)
    counted = "" if nothing_known(coverage) else counted_text(coverage, say)
    change = change_text(standing, say, since=since)
    sign, lower, upper = shown_bounds(coverage)
    open_ended = bool(sign) or lower != upper
    if is_each(coverage):
        parts = [say("{label}: {value}", label=label, value=value)]
    elif counted in ("", NOTHING):
        parts = [say("{label} is {value}", label=label, value=value)]
    else:
        parts = [say("{label} is {value} ({counted})", label=label, value=value, counted=counted)]
    if change and not open_ended:
        parts.append(change)
    if standing.indicator.quantified:
        parts.append(say("the target is {target}", target=target_text(coverage, say)))
    elif standing.indicator.comparison in ("must_hold", ">=", "<=") and coverage.status not in (
        "met",
        "not_met",
    ):
        parts.append(say("the plan gives no number"))
    else:
        parts.append(say("promised: {target}", target=target_text(coverage, say)))
    parts.append(say.status(coverage.status))
    comma, stop = ("，", "。") if say.language == "zh-CN" else (", ", ".")
    return comma.join(parts) + stop
