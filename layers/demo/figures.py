"""Invented yearly returns: one row an indicator, unit and year, drawn from ``figures.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any

from layers.demo import lessons
from layers.demo.people import Counts
from layers.demo.places import CORE, DIVISION_ID, SEATS, official_units

FIGURES = Path(__file__).with_name("figures.toml")
GROWTH = {"2020": 1.113, "2021": 1.09, "2022": 1.063, "2023": 1.035, "2024": 1.015, "2025": 1.0}
"""How much larger each age group was than in 2025: fewer children are born."""


@dataclass(frozen=True, slots=True)
class Return:
    """One reported figure.

    Attributes
    ----------
    subject
        The facility type it is counted in, if any.
    sex, age_band
        Which children alone it is about; None for all.
    reported_by, checked_by, reported_on
        Who signed it and when; None where returns were not signed yet.
    """

    indicator: str
    unit_id: str
    period: str
    numerator: int | None
    denominator: int | None
    value: float | None
    owner: str
    subject: str | None = None
    sex: str | None = None
    age_band: str | None = None
    reported_by: str | None = None
    checked_by: str | None = None
    reported_on: str | None = None
    source: str = "模拟年报"


def draw_returns(
    people: dict[str, Counts], random: Random, *, remote: Sequence[str]
) -> list[Return]:
    """Return every reported figure, indicator by indicator, year by year, the division first.

    Parameters
    ----------
    remote
        Codes of the remote companies.
    """
    return _drawn(_rows(), lessons.PERIODS, people, random, remote)


def draw_earlier(
    people: dict[str, Counts], random: Random, *, remote: Sequence[str]
) -> list[Return]:
    """Return the figures of the years before; they were not parted by sex or age band.

    Parameters are those of :func:`draw_returns`.
    """
    rows = [{**row, **row["earlier"], "groups": []} for row in _rows()]
    return _drawn(rows, lessons.EARLIER_PERIODS, people, random, remote)


def _rows() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = tomllib.loads(FIGURES.read_text(encoding="utf-8"))["figure"]
    return rows


def _drawn(
    rows: list[dict[str, Any]],
    periods: Sequence[str],
    people: dict[str, Counts],
    random: Random,
    remote: Sequence[str],
) -> list[Return]:
    returns: list[Return] = []
    for row in rows:
        for year, period in enumerate(periods):
            if row.get("printed") and period == periods[0]:
                continue  # the plan prints it, and nobody reports it again
            if row.get("by") == "regiment":
                returns += _by_regiment(row, year, period, people, random)
            elif row.get("by") == "remote":
                value = row["values"][year]
                returns += [_return(row, code, period, None, None, value=value) for code in remote]
            else:
                whole = _of_division(row, year, period, people)
                returns += [whole, *_groups(row, whole, people)]
    return returns


def _of_division(row: dict[str, Any], year: int, period: str, people: dict[str, Counts]) -> Return:
    if "values" in row:
        return _return(row, DIVISION_ID, period, None, None, value=row["values"][year])
    if "denominators" in row:
        whole = row["denominators"][year]
    else:
        whole = _group(row["of"], people, DIVISION_ID, period)
    part = (
        row["numerators"][year] if "numerators" in row else round(whole * row["rates"][year] / 100)
    )
    return _return(row, DIVISION_ID, period, part, whole)


def _groups(row: dict[str, Any], whole: Return, people: dict[str, Counts]) -> list[Return]:
    """Return the figure of each sex or age band; they add up to the whole."""
    top, bottom = whole.numerator or 0, whole.denominator or 0
    parted: list[Return] = []
    for group in row.get("groups", ()):
        if "part" not in group:
            part, size = top, bottom
        elif "of" in group:
            part = round(top * group["part"])
            size = _group(group["of"], people, whole.unit_id, whole.period)
        else:
            part, size = round(top * group["part"]), round(bottom * group["whole"])
        top, bottom = top - part, bottom - size
        sex, band = group.get("sex"), group.get("age_band")
        parted.append(replace(whole, numerator=part, denominator=size, sex=sex, age_band=band))
    return parted


def _by_regiment(
    row: dict[str, Any], year: int, period: str, people: dict[str, Counts], random: Random
) -> list[Return]:
    parts = []
    for seat in (*SEATS, CORE):
        whole = _group(row["of"], people, seat.unit_id, period)
        rate = row["rates"][year] + random.uniform(-1, 1) * row["spread"]
        rate = rate if row.get("over") else min(100.0, rate)
        if period == lessons.PERIODS[-1] and seat.unit_id == lessons.VACCINATION_MISSED:
            rate = row.get("low", rate)
        parts.append(_return(row, seat.unit_id, period, round(whole * rate / 100), whole))
    top = sum(part.numerator or 0 for part in parts)
    bottom = sum(part.denominator or 0 for part in parts)
    return [_return(row, DIVISION_ID, period, top, bottom), *parts]


def _group(columns: list[str], people: dict[str, Counts], unit_id: str, period: str) -> int:
    """Return the size of an age group in a year."""
    return sum(round(_size(column, people, unit_id) * GROWTH[period]) for column in columns)


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
