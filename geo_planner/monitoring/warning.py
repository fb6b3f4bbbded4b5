"""An early warning: which rule found it, in which years and values, and who took note of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Literal

from geo_planner.coverage import number
from geo_planner.notes import Note, msgid

WarningRule = Literal["hard_to_reach", "volatile", "slipping", "data"]
Level = Literal["red", "amber", "blue"]

RULE_LABELS: Mapping[str, str] = {
    "hard_to_reach": msgid("Hard to reach"),
    "volatile": msgid("Volatile"),
    "slipping": msgid("Slipping"),
    "data": msgid("Data"),
}

CODES: Mapping[str, tuple[WarningRule, Level]] = {
    "projection_misses": ("hard_to_reach", "red"),
    "pace_too_slow": ("hard_to_reach", "red"),
    "fell_below": ("slipping", "red"),
    "near_line": ("slipping", "amber"),
    "reversals": ("volatile", "amber"),
    "one_case_decides": ("volatile", "amber"),
    "silent": ("data", "blue"),
    "same_figure": ("data", "blue"),
    "denominator_jump": ("data", "blue"),
    "late_return": ("data", "blue"),
    "silent_units": ("data", "blue"),
    "same_figure_units": ("data", "blue"),
    "denominator_jump_units": ("data", "blue"),
    "late_return_units": ("data", "blue"),
}
"""Reason code -> its rule and colour; the colour always comes with the rule's word."""

LEVEL_LABELS: Mapping[Level, str] = {
    "red": msgid("red: act"),
    "amber": msgid("amber: watch"),
    "blue": msgid("blue: check the data"),
}
"""Colour -> its word, the gravest first."""

_LINE = ("projection_years", "projection_least_years", "projection_band")
_MARGINS = ("slip_points", "slip_percent")

THRESHOLDS: Mapping[str, tuple[str, ...]] = {
    "projection_misses": _LINE,
    "pace_too_slow": ("pace_factor", *_LINE),
    "fell_below": _MARGINS,
    "near_line": _MARGINS,
    "reversals": ("volatile_years", "volatile_reversals", "volatile_size"),
    "one_case_decides": ("small_numerator", "small_denominator"),
    "silent": ("silent_years",),
    "same_figure": ("same_years",),
    "denominator_jump": ("denominator_jump",),
    "late_return": ("return_days",),
    "silent_units": ("silent_years",),
    "same_figure_units": ("same_years",),
    "denominator_jump_units": ("denominator_jump",),
    "late_return_units": ("return_days",),
}
"""Reason code -> the rows of the catalogue (``Catalogue.thresholds``) it goes by."""

STATES: Mapping[str, str] = {
    "open": msgid("not yet handled"),
    "in_hand": msgid("in hand"),
    "settled": msgid("settled"),
}
"""What an office has said about a warning."""


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """What an office said about a warning: in which state it is, why, by whom and when."""

    state: str
    reason: str | None
    by: str | None
    on: date | None
    note: str | None


@dataclass(frozen=True, slots=True)
class EarlyWarning:
    """One warning.

    Attributes
    ----------
    code
        Reason code, a key of :data:`CODES`.
    indicator, unit_id, unit_name
        Whose figure it is; the division itself or a unit below it.
    year
        The year it is given for.
    years, values
        What the rule looked at: figures in the indicator's measure, or denominators.
    because
        The rule in words, with the figures in it.
    acknowledged
        What the office said about it; None while nobody has.
    """

    code: str
    indicator: str
    unit_id: str
    unit_name: str
    year: int
    years: tuple[int, ...]
    values: tuple[Fraction | None, ...]
    because: Note
    acknowledged: Acknowledgement | None = None

    @property
    def rule(self) -> WarningRule:
        """The rule that found it."""
        return CODES[self.code][0]

    @property
    def level(self) -> Level:
        """Its colour: red, amber or blue."""
        return CODES[self.code][1]

    @property
    def state(self) -> str:
        """``open`` until an office says otherwise."""
        return "open" if self.acknowledged is None else self.acknowledged.state

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        said = self.acknowledged
        return {
            "rule": self.rule,
            "code": self.code,
            "level": self.level,
            "indicator": self.indicator,
            "unit_id": self.unit_id,
            "unit_name": self.unit_name,
            "year": self.year,
            "years": list(self.years),
            "values": [number(value) for value in self.values],
            "because": {
                "code": self.because.code,
                "text": str(self.because),
                "params": {name: _plain(value) for name, value in self.because.params.items()},
            },
            "state": self.state,
            "acknowledged": None
            if said is None
            else {
                "state": said.state,
                "reason": said.reason,
                "by": said.by,
                "on": None if said.on is None else said.on.isoformat(),
                "note": said.note,
            },
        }


def _plain(value: object) -> object:
    return number(value) if isinstance(value, Fraction) else value
