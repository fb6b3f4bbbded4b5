"""Invented yearly returns: one row an indicator, unit and year, drawn from ``figures.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from layers.demo import lessons
from layers.demo.people import Counts
from layers.demo.places import CORE, DIVISION_ID, SEATS, official_units

FIGURES = Path(__file__).with_name("figures.toml")
GROWTH = (1.035, 1.015, 1.0)
"""How much larger each age group was in 2023, 2024 and 2025: fewer children are born."""


@dataclass(frozen=True, slots=True)
class Return:
    """One reported figure; ``subject`` is the facility type it is counted in, if any."""

    indicator: str
    unit_id: str
    period: str
    numerator: int | None
    denominator: int | None
    value: float | None
    owner: str
    subject: str | None = None


def draw_returns(
    people: dict[str, Counts], random: Random, *, remote: Sequence[str]
) -> list[Return]:
    """Return every reported figure, indicator by indicator, year by year, the division first.

    Parameters
    ----------
    remote
        Codes of the remote companies.
    """
    rows = tomllib.loads(FIGURES.read_text(encoding="utf-8"))["figure"]
    returns: list[Return] = []
    for row in rows:
        if "base" in row:
            base = row["base"]
            returns.append(
                _return(row, DIVISION_ID, base["period"], base["numerator"], base["denominator"])
            )
        for year, period in enumerate(lessons.PERIODS):
            if row.get("by") == "regiment":
                returns += _by_regiment(row, year, period, people, random)
            elif row.get("by") == "remote":
                value = row["values"][year]
                returns += [_return(row, code, period, None, None, value=value) for code in remote]
            else:
                returns.append(_of_division(row, year, period, people))
    return returns


def _of_division(row: dict[str, Any], year: int, period: str, people: dict[str, Counts]) -> Return:
    if "values" in row:
        return _return(row, DIVISION_ID, period, None, None, value=row["values"][year])
    if "denominators" in row:
        whole = row["denominators"][year]
    else:
        whole = _group(row["of"], people, DIVISION_ID, year)
    part = (
        row["numerators"][year] if "numerators" in row else round(whole * row["rates"][year] / 100)
    )
    return _return(row, DIVISION_ID, period, part, whole)


def _by_regiment(
    row: dict[str, Any], year: int, period: str, people: dict[str, Counts], random: Random
) -> list[Return]:
    parts = []
    for seat in (*SEATS, CORE):
        whole = _group(row["of"], people, seat.unit_id, year)
        rate = row["rates"][year] + random.uniform(-1, 1) * row["spread"]
        rate = rate if row.get("over") else min(100.0, rate)
        if year == 2 and seat.unit_id == lessons.VACCINATION_MISSED:
            rate = row.get("low", rate)
        parts.append(_return(row, seat.unit_id, period, round(whole * rate / 100), whole))
    top = sum(part.numerator or 0 for part in parts)
    bottom = sum(part.denominator or 0 for part in parts)
    return [_return(row, DIVISION_ID, period, top, bottom), *parts]


def _group(columns: list[str], people: dict[str, Counts], unit_id: str, year: int) -> int:
    """Return the size of an age group in a year."""
    return sum(round(_size(column, people, unit_id) * GROWTH[year]) for column in columns)


def _size(column: str, people: dict[str, Counts], unit_id: str) -> int:
    if column == "births":
        return round((people[unit_id]["children_0_2"] or 0) / 3)
    if column == "company_population":
        companies = [unit.unit_id for unit in official_units() if unit.kind == "company"]
        return sum(people[code]["population"] or 0 for code in companies if code in people)
    return people[unit_id][column] or 0


def _return(
    row: dict[str, Any],
    unit_id: str,
    period: str,
    part: int | None,
    whole: int | None,
    *,
    value: float | None = None,
) -> Return:
    return Return(
        row["indicator"], unit_id, period, part, whole, value, row["owner"], row.get("subject")
    )
