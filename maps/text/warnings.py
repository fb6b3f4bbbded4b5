"""Sentences about early warnings: rule, colour, what the rule looked at, what was said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo_planner.monitoring.series import by_each
from geo_planner.monitoring.warning import LEVEL_LABELS, RULE_LABELS, STATES
from maps.text.numbers import NOTHING, decimal, in_measure

if TYPE_CHECKING:
    from fractions import Fraction

    from geo_planner.catalogue import Catalogue, Indicator
    from geo_planner.monitoring.warning import Acknowledgement, EarlyWarning, Level, WarningRule
    from geo_planner.monitoring_rows import Threshold
    from maps.text import Translator

LEVEL_SHAPES: dict[Level, str] = {"red": "■", "amber": "▲", "blue": "●"}
"""Colour -> a shape beside its word, so that none is told by colour alone. All are in GB 2312."""


def level_word(level: Level, say: Translator) -> str:
    """Return the word of a colour."""
    return say(LEVEL_LABELS[level])


def rule_word(rule: WarningRule, say: Translator) -> str:
    """Return the word of a rule."""
    return say(RULE_LABELS[rule])


def state_word(state: str, say: Translator) -> str:
    """Return the word of how far the handling has come."""
    return say(STATES.get(state, state))


def looked_at(warning: EarlyWarning, indicator: Indicator, say: Translator) -> str:
    """Return the years and values the rule looked at: ``2023: 70 %, 2024: 72 %``."""
    values = warning.values
    if not values:
        return ", ".join(str(year) for year in warning.years)
    parts = [
        say("{year}: {value}", year=year, value=_value(warning, value, indicator, say))
        for year, value in zip(warning.years, values, strict=True)
    ]
    return ("；" if say.language == "zh-CN" else ", ").join(parts)


def _value(
    warning: EarlyWarning, value: Fraction | None, indicator: Indicator, say: Translator
) -> str:
    if value is None:
        return NOTHING
    if warning.code == "denominator_jump":
        return decimal(value, 2)
    if by_each(indicator):
        return say("{share} of them keep it", share=in_measure(value, "%", say))
    return in_measure(value, indicator.measure, say)


def handling(said: Acknowledgement | None, catalogue: Catalogue, say: Translator) -> str:
    """Return what an office said: ``in hand: an error of reporting (Li, 2026-01-07)``."""
    if said is None:
        return state_word("open", say)
    reason = "" if said.reason is None else reason_word(said.reason, catalogue, say)
    who = [part for part in (said.by, said.on and said.on.isoformat()) if part]
    colon, comma, brackets = (
        ("：", "，", "（{}）") if say.language == "zh-CN" else (": ", ", ", " ({})")
    )
    text = state_word(said.state, say) + (colon + reason if reason else "")
    return text + (brackets.format(comma.join(who)) if who else "")


def reason_word(reason: str, catalogue: Catalogue, say: Translator) -> str:
    """Return the word of a reason; its id where the catalogue has it no more."""
    row = catalogue.warning_reasons.get(reason)
    return reason if row is None else say.label(row.label)


def threshold_text(row: Threshold, say: Translator) -> str:
    """Return a threshold in use: what it is, its figure, and who says so."""
    return say(
        "{label}: {value} {unit} ({source})",
        label=say.label(row.label),
        value=decimal(row.exact, 2),
        unit=say.label(row.measure),
        source=say.label(row.source),
    )
