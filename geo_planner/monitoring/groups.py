"""Figures by sex and age band, where reports state them, and whether they add up to the whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import pandas as pd

from geo_planner.catalogue import Indicator
from geo_planner.coverage import number
from geo_planner.monitoring.series import judged
from geo_planner.notes import Note, msgid
from geo_planner.observations import Figure, figure
from geo_planner.project import Project
from geo_planner.rules.reported import gives_answers
from geo_planner.targets import Status


@dataclass(frozen=True, slots=True)
class GroupFigure:
    """One reported figure of a group of children.

    Attributes
    ----------
    sex
        ``male``, ``female`` or blank for both.
    age_band
        Such as ``0-2``; blank for all ages.
    value
        In the indicator's measure; None where the report is blank.
    status
        Whether the figure alone keeps the plan's target, which is the whole's and not a group's.
    """

    unit_id: str
    name: str
    period: str
    sex: str
    age_band: str
    numerator: Fraction | None
    denominator: Fraction | None
    value: Fraction | None
    status: Status

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "unit_id": self.unit_id,
            "name": self.name,
            "period": self.period,
            "sex": self.sex or None,
            "age_band": self.age_band or None,
            "numerator": number(self.numerator),
            "denominator": number(self.denominator),
            "value": number(self.value),
            "status": self.status,
        }


def by_group(project: Project, indicator_id: str, year: int) -> tuple[GroupFigure, ...]:
    """Return the whole-year figures of every group reported for a year.

    Returns
    -------
    tuple
        In the order of unit code, sex and age band; empty where no report states a group.
    """
    indicator = project.catalogue.indicator(indicator_id)
    return tuple(_figures(project, indicator, year))


def _figures(project: Project, indicator: Indicator, year: int) -> Iterator[GroupFigure]:
    part = project.groups_of.get(indicator.id)
    if part is None:
        return
    part = part[part["period"].astype(str).str.strip() == str(year)]
    for row in part.sort_values(["unit_id", "sex", "age_band"], kind="stable").to_dict("records"):
        if row["unit_id"] not in project.units.index:
            continue
        one = _read(row, indicator)
        yield GroupFigure(
            str(row["unit_id"]),
            str(project.units.at[row["unit_id"], "name"]),
            one.period.text,
            _text(row["sex"]),
            _text(row["age_band"]),
            one.numerator,
            one.denominator,
            one.value,
            "not_applicable" if one.empty else judged(indicator, one.value),
        )


def sums_that_differ(project: Project, indicator_id: str, year: int) -> tuple[Note, ...]:
    """Say where the groups of one kind do not add up to the figure reported for the whole.

    Sexes are added up where no age band is stated, and bands where no sex is.
    """
    indicator = project.catalogue.indicator(indicator_id)
    whole = project.observations_of.get(indicator.id)
    if whole is None:
        return ()
    of_year = whole[whole["period"].astype(str).str.strip() == str(year)]
    totals = {str(row["unit_id"]): _read(row, indicator) for row in of_year.to_dict("records")}
    groups: dict[tuple[str, str], list[GroupFigure]] = {}
    for one in by_group(project, indicator_id, year):
        if bool(one.sex) != bool(one.age_band):
            groups.setdefault((one.unit_id, "sex" if one.sex else "age band"), []).append(one)
    notes = []
    for (unit_id, kind), figures in groups.items():
        total = totals.get(unit_id)
        if total is None:
            continue
        for name in ("numerator", "denominator"):
            parts = [getattr(one, name) for one in figures]
            stated = getattr(total, name)
            if stated is None or any(part is None for part in parts):
                continue
            added = sum(parts, Fraction(0))
            if added != stated:
                text = msgid(
                    "{unit}, {year}: the figures by {kind} add up to {added}, the whole is {stated}"
                    " ({column})."
                )
                notes.append(
                    Note(
                        "groups-differ",
                        text,
                        {
                            "unit": figures[0].name,
                            "year": year,
                            "kind": kind,
                            "added": number(added),
                            "stated": number(stated),
                            "column": name,
                        },
                    )
                )
    return tuple(notes)


def _read(row: dict[Any, Any], indicator: Indicator) -> Figure:
    return figure(row, scale=indicator.scale, answers=gives_answers(indicator))


def _text(cell: object) -> str:
    return "" if cell is None or cell is pd.NA or not isinstance(cell, str) else cell
