"""Sentences about what changed from one year to another: the causes, with names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from geo_planner.monitoring.corrections import REWRITTEN
from geo_planner.notes import msgid
from maps.text.changes import change_texts
from maps.text.numbers import NOTHING, decimal, digits_of
from maps.text.values import bounds_text, value_text
from maps.text.verdicts import measure_of, things
from maps.text.words import METHOD_WORDS

if TYPE_CHECKING:
    from fractions import Fraction

    from geo_planner.monitoring.changes import Changes, Named
    from geo_planner.monitoring.corrections import Correction, Rewritten
    from geo_planner.monitoring.year_figures import YearFigure
    from maps.text import Translator

CAUSES: Mapping[str, str] = {
    "opened": msgid("Facilities opened"),
    "closed": msgid("Facilities closed"),
    "gained": msgid("Covered now, not then"),
    "lost": msgid("Covered then, not now"),
    "established": msgid("Units established"),
    "abolished": msgid("Units abolished"),
    "denominator": msgid("How many are counted"),
    "method": msgid("How the figure came about"),
    "rewritten": msgid("Units read otherwise than was known then"),
    "corrections": msgid("Corrected since"),
    "restated": msgid("The earlier figure as it was known then"),
}
"""Cause -> its heading, in the order they are told."""


@dataclass(frozen=True, slots=True)
class Cause:
    """One cause of a change: its heading, and a line for each thing by name."""

    code: str
    heading: str
    lines: tuple[str, ...]


def causes(changes: Changes, say: Translator) -> tuple[Cause, ...]:
    """Return what made the change, only what there is."""
    counted, method, restated = changes.denominator, changes.method, changes.restated
    lines: dict[str, list[str]] = {
        name: [_named(one, say) for one in getattr(changes, name)]
        for name in ("opened", "closed", "gained", "lost", "established", "abolished")
    }
    if counted is not None:
        was, now = (
            things(counted.basis, number, say, text=decimal(number, 0))
            for number in (counted.before, counted.after)
        )
        lines["denominator"] = [_turned(was, now)]
    if method is not None:
        was, now = (say(METHOD_WORDS.get(one, one)) for one in method)
        lines["method"] = [_turned(was, now)]
    lines["rewritten"] = [_rewritten(one, changes, say) for one in changes.rewritten]
    lines["corrections"] = [_correction(one, changes, say) for one in changes.corrections]
    if restated is not None:
        measure = measure_of(changes.change.earlier.coverage)
        was, now = (_bounds(one, measure, say) for one in (restated.known, restated.now))
        lines["restated"] = [_turned(was, now)]
    return tuple(
        Cause(code, say(heading), tuple(lines[code]))
        for code, heading in CAUSES.items()
        if lines.get(code)
    )


def year_value(one: YearFigure, say: Translator) -> str:
    """Return a year's value; a dash where the year has no figure of its own."""
    return value_text(one.coverage, say) if one.dated else NOTHING


def difference(changes: Changes, say: Translator) -> str:
    """Return the change of the value: ``+10 percentage points``; a dash where it cannot be told."""
    return change_texts(changes.change, say)["difference"]


def open_text(changes: Changes, say: Translator) -> str:
    """Return what keeps the difference open, empty where nothing does."""
    return change_texts(changes.change, say)["open"]


def _named(one: Named, say: Translator) -> str:
    day = None if one.day is None else one.day.isoformat()
    more = [part for part in (one.unit_name, day) if part]
    return _with(f"{one.name} {one.id}", more, say)


def _with(text: str, more: list[str], say: Translator) -> str:
    if not more:
        return text
    chinese = say.language == "zh-CN"
    listed = ("，" if chinese else ", ").join(more)
    return f"{text}（{listed}）" if chinese else f"{text} ({listed})"


def _turned(was: str, now: str) -> str:
    return f"{was} → {now}"


def _bounds(bounds: tuple[Fraction | None, Fraction | None], measure: str, say: Translator) -> str:
    return bounds_text(*bounds, measure, say)


def _rewritten(one: Rewritten, changes: Changes, say: Translator) -> str:
    more = [say(REWRITTEN[one.what])]
    if one.was is not None or one.now is not None:
        more.append(_turned(_word(one, one.was, changes, say), _word(one, one.now, changes, say)))
    return _with(f"{one.name} {one.unit_id}", more, say)


CLASS_WORDS: Mapping[str, str] = {
    "urban": msgid("urban community"),
    "regiment": msgid("regiment community"),
}


def _word(one: Rewritten, code: str | None, changes: Changes, say: Translator) -> str:
    """Return a kind, class or parent as the reader knows it."""
    project = changes.change.later.coverage.project
    if code is None:
        return NOTHING
    if one.what == "parent":
        known = code in project.units.index
        return f"{project.units.at[code, 'name']} {code}" if known else code
    if one.what == "community_kind":
        return say(CLASS_WORDS.get(code, code))
    row = project.catalogue.unit_kinds.get(code)
    return code if row is None else say.label(row.label)


def _correction(one: Correction, changes: Changes, say: Translator) -> str:
    if one.of == "facility":
        was, now = (_working(side, say) for side in (one.was, one.now))
    else:
        digits = max(2, digits_of(changes.indicator.measure))
        was, now = (_reported(side, digits, say) for side in (one.was, one.now))
    parts = [part for part in (one.period, _turned(was, now), one.source) if part]
    return _with(f"{one.name} {one.id}", parts, say)


def _working(side: dict[str, Any] | None, say: Translator) -> str:
    if side is None:
        return say("not in the records")
    return say("working") if side["working"] else say("not working")


def _reported(side: dict[str, Any] | None, digits: int, say: Translator) -> str:
    """Return a report: ``4 / 826``, or its value."""
    if side is None:
        return say("no report")
    top, bottom, value = (
        decimal(side[name], digits) for name in ("numerator", "denominator", "value")
    )
    if side["denominator"] is not None:
        return f"{top} / {bottom}"
    return top if side["value"] is None else value
