"""Figures as they are printed: exact values, rounded half up only when shown."""

from __future__ import annotations

import math
from fractions import Fraction

from maps.text.translation import Translator
from maps.text.words import MEASURE_WORDS

NOTHING = "—"


def is_number(value: object) -> bool:
    """Return whether a cell holds a figure (not None, NaN or pandas' NA)."""
    if value is None or isinstance(value, str):
        return False
    try:
        return math.isfinite(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return False


def decimal(value: Fraction | float | None, digits: int = 1) -> str:
    """Return ``value`` with at most ``digits`` decimals, rounded half up on the exact value."""
    if value is None or not is_number(value):
        return NOTHING
    exact = Fraction(value)
    step = 10**digits
    scaled = math.floor(abs(exact) * step + Fraction(1, 2))
    whole, rest = divmod(scaled, step)
    tail = f"{rest:0{digits}d}".rstrip("0") if digits else ""
    sign = "−" if exact < 0 and scaled else ""
    return f"{sign}{whole:,}" + (f".{tail}" if tail else "")


def digits_of(measure: str) -> int:
    """Return how many decimals a figure of a measure is shown with at most."""
    return 2 if measure.startswith(("‰", "per 1000")) else 1


def in_measure(value: Fraction | float | None, measure: str, say: Translator) -> str:
    """Return a figure with its measure: ``68.8 %``, ``4.24 ‰``, ``3.51 per 1000 children``.

    Rates that are small by nature get a second decimal.
    """
    if value is None or not is_number(value):
        return NOTHING
    word = say(MEASURE_WORDS[measure]) if MEASURE_WORDS.get(measure) else ""
    return f"{decimal(value, digits_of(measure))} {word}".strip()


def duration(minutes: float | None, say: Translator) -> str:
    """Return a time: whole minutes up to three hours, then hours; empty where unknown."""
    if minutes is None or not is_number(minutes):
        return ""
    if minutes < 180:
        return say("{count} min", count=decimal(minutes, 0))
    return say("{count} h", count=decimal(minutes / 60))


def metres(value: float | None, say: Translator) -> str:
    """Return a distance: whole metres up to 10 km, then kilometres with one decimal."""
    if value is None or not is_number(value):
        return NOTHING
    if value < 10_000:
        return say("{count} m", count=f"{math.floor(value + 0.5):,}")
    return say("{count} km", count=decimal(value / 1000))
