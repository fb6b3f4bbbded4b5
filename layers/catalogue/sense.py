"""What the types of a row cannot say: figures that cannot be, texts left empty, broken names."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import fields
from typing import Any

from geo_planner.catalogue import FacilityType, Indicator, Label, TravelMode, UnitKind

NAME = re.compile(r"[a-z][a-z0-9_]*")
"""Ids and column names: they stand in addresses, file names and headings."""

OPTIONAL_TEXTS = frozenset({"source"})
"""Labels that may be left out; one language alone is a fault all the same."""


def nonsense(row: Any) -> list[str]:  # noqa: ANN401 - any row of the catalogue
    """Return what is wrong with a row whose types are right."""
    return [*_names(row), *_texts(row), *_figures(row)]


def _names(row: Any) -> Iterator[str]:  # noqa: ANN401
    if not NAME.fullmatch(row.id):
        yield "field 'id': must be small letters, digits and '_', beginning with a letter"
    if isinstance(row, FacilityType):
        yield from _column("population", row.population)
    if not isinstance(row, Indicator):
        return
    for name in row.facility_columns:
        yield from _column("facility_columns", name)
    for item in row.unit_columns:
        yield from _column("unit_columns", item.column)
    for basis in row.bases:
        yield from _column("bases.numerator", basis.numerator)
        yield from _column("bases.denominator", basis.denominator)
    for where, column in (
        ("denominator_column", row.denominator_column),
        ("base_column", row.base_column),
    ):
        if column is not None:
            yield from _column(where, column)


def _column(where: str, name: str) -> Iterator[str]:
    if not NAME.fullmatch(name):
        yield (
            f"field '{where}': '{name}' cannot be a column; "
            "use small letters, digits and '_', beginning with a letter"
        )


def _texts(row: Any) -> Iterator[str]:  # noqa: ANN401
    """Find labels that are empty in a language."""
    for one in fields(row):
        value = getattr(row, one.name)
        if isinstance(value, Label):
            empty = [tongue for tongue in ("zh", "en") if not getattr(value, tongue).strip()]
            if empty and not (one.name in OPTIONAL_TEXTS and len(empty) == 2):
                yield f"field '{one.name}': has no text in {' and '.join(empty)}"
    if isinstance(row, Indicator):
        for name in ("clause", "quote"):
            if not getattr(row, name).strip():
                yield f"field '{name}': is empty"


def _figures(row: Any) -> Iterator[str]:  # noqa: ANN401
    """Find figures that cannot be: a walk of no metres, a detour shorter than the straight line."""
    if isinstance(row, UnitKind) and row.level < 1:
        yield "field 'level': must be 1 or more"
    if isinstance(row, TravelMode):
        yield from _at_least("metres_per_second", row.metres_per_second, 0, beyond=True)
        yield from _at_least("detour_factor", row.detour_factor, 1)
        yield from _at_least("snap_metres", row.snap_metres, 0)
    if isinstance(row, FacilityType):
        for name in ("urban_walk", "regiment_walk"):
            limit = getattr(row, name)
            if limit is not None:
                yield from _at_least(f"{name}.metres", limit.metres, 0, beyond=True)
                yield from _at_least(f"{name}.minutes", limit.minutes, 0, beyond=True)
        for name in ("drive_minutes", "drive_outer_minutes"):
            if getattr(row, name) is not None:
                yield from _at_least(name, getattr(row, name), 0, beyond=True)
    if isinstance(row, Indicator):
        if row.limit_minutes is not None:
            yield from _at_least("limit_minutes", row.limit_minutes, 0, beyond=True)
        if row.assumed_range is not None and row.assumed_range[0] > row.assumed_range[1]:
            yield "field 'assumed_range': its end lies before its beginning"
    if isinstance(period := getattr(row, "period", None), tuple) and period[0] > period[1]:
        yield "field 'period': its end lies before its beginning"


def _at_least(name: str, value: float, least: float, *, beyond: bool = False) -> Iterator[str]:
    enough = value > least if beyond else value >= least
    if not (math.isfinite(value) and enough):
        bound = "more than" if beyond else "at least"
        yield f"field '{name}': must be {bound} {least}, not {value}"
