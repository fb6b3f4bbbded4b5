"""What the types of a row cannot say: figures that cannot be, texts left empty, broken names.

A fault is a field and what is wrong with it. The checks read rows as they stand in the file, so
that a row with a fault of type shows its other faults at the same time. A field that is absent or
of the wrong type is not their business.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from typing import Any, TypeGuard

from geo_planner.notes import Note, msgid
from geo_planner.tables import UNIT_COLUMNS

NAME = re.compile(r"[a-z][a-z0-9_]*")
"""Ids and column names: they stand in addresses, file names and headings."""

NAMES = (
    "id",
    "population",
    "facility_columns",
    "unit_columns.column",
    "levels.unit_columns",
    "bases.numerator",
    "bases.denominator",
    "denominator_column",
    "base_column",
    "items.any_of",
)
TEXTS = (
    *(
        f"{label}.{language}"
        for label in (
            "label",
            "title",
            "numerator",
            "denominator",
            "data_owner",
            "reading",
            "note",
            "source",
            "items.label",
            "criteria.label",
            "levels.label",
            "measure",
        )
        for language in ("zh", "en")
    ),
    "clause",
    "quote",
)
DECIMALS = ("target", "threshold", "assumed_target", "assumed_range", "baselines.value", "value")
COUNTED = ("unit_columns.column", "levels.unit_columns")
"""Columns of a unit that are read as numbers."""
NO_COUNTS = frozenset(column.name for column in UNIT_COLUMNS)
MORE_THAN_ZERO = (
    "level",
    "metres_per_second",
    "urban_walk.metres",
    "urban_walk.minutes",
    "regiment_walk.metres",
    "regiment_walk.minutes",
    "drive_minutes",
    "drive_outer_minutes",
    "limit_minutes",
    "weather_factor",
    "yuan",
    "criteria.weight",
)
SLOWEST_KMH, FASTEST_KMH = 0.1, 300.0
RANGES = (
    ("metres_per_second", 0.01, 100.0),
    ("weather_factor", 0.01, 1.0),
    ("value", 0, 1_000_000),
)
"""Least and most: weather leaves a part of the pace, nothing on streets is faster, and a setting of
days or years leads to no day there is not."""
ORDERED = ("assumed_range", "period")

BAD_NAME = msgid("'{value}' must be small letters, digits and '_', beginning with a letter")
NO_COUNT = msgid("'{value}' is not a column of numbers")
NO_NUMBER = msgid("must be a number, without quotes")

FieldFault = tuple[str, Note]


def nonsense(raw: Mapping[str, Any]) -> Iterator[FieldFault]:
    """Yield what is wrong with a row whatever its types say."""
    for path, value in _values(raw, NAMES):
        if isinstance(value, str) and not NAME.fullmatch(value):
            yield path, Note("bad-name", BAD_NAME, {"value": value})
    for path, value in _values(raw, TEXTS):
        if isinstance(value, str) and not value.strip():
            yield path, Note("empty", msgid("is empty"))
    for path, value in _values(raw, DECIMALS):
        if isinstance(value, str):
            yield path, Note("no-number", NO_NUMBER)
    for path, value in _values(raw, COUNTED):
        if value in NO_COUNTS:
            yield path, Note("no-count", NO_COUNT, {"value": value})
    yield from _figures(raw)


def _figures(raw: Mapping[str, Any]) -> Iterator[FieldFault]:
    """Find figures that cannot be: a walk of no metres, a way shorter than the straight line."""
    classes = raw.get("road_kmh")
    by_class = tuple(f"road_kmh.{name}" for name in classes) if isinstance(classes, Mapping) else ()
    for path, value in _values(raw, (*MORE_THAN_ZERO, *by_class)):
        if _is_number(value) and not (math.isfinite(value) and value > 0):
            yield (
                path,
                Note("too-small", msgid("must be more than 0, not {value}"), {"value": value}),
            )
    for name, least in (
        ("detour_factor", 1),
        ("snap_metres", 0),
        ("offroad_metres", 0),
        ("offroad_pace", 1),
        ("value", 0),
    ):
        value = raw.get(name)
        if _is_number(value) and not (math.isfinite(value) and value >= least):
            template = msgid("must be at least {least}, not {value}")
            yield name, Note("too-small", template, {"least": least, "value": value})
    ranges = (*RANGES, *((path, SLOWEST_KMH, FASTEST_KMH) for path in by_class))
    for path, lowest, most in ranges:
        for shown, value in _values(raw, (path,)):
            if not _is_number(value) or not (math.isfinite(value) and value > 0):
                continue
            if value < lowest:
                template = msgid("must be at least {least}, not {value}")
                yield shown, Note("too-small", template, {"least": lowest, "value": value})
            elif value > most:
                template = msgid("must be at most {most}, not {value}")
                yield shown, Note("too-large", template, {"most": most, "value": value})
    for name in ORDERED:
        match raw.get(name):
            case [first, last] if _is_number(first) and _is_number(last) and first > last:
                yield name, Note("wrong-order", msgid("ends before it begins"))


def _is_number(value: Any) -> TypeGuard[float]:  # noqa: ANN401 - anything may stand in a file
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _values(raw: Mapping[str, Any], paths: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    """Yield (path, value) of what stands at dotted paths, entry by entry through lists."""
    for path in paths:
        found: list[tuple[str, Any]] = [("", raw)]
        for part in path.split("."):
            found = [
                inner
                for shown, value in found
                if isinstance(value, Mapping) and part in value
                for inner in _entries(f"{shown}.{part}" if shown else part, value[part])
            ]
        yield from found


def _entries(path: str, value: Any) -> list[tuple[str, Any]]:  # noqa: ANN401
    if isinstance(value, list):
        return [(f"{path}[{number}]", one) for number, one in enumerate(value, start=1)]
    return [(path, value)]
