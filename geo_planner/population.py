"""Who is counted: the units of a row's kinds on a date, and the figures they carry."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo_planner.catalogue import Indicator
from geo_planner.exact import exact_sum
from geo_planner.hierarchy import IntArray

if TYPE_CHECKING:
    from geo_planner.project import Project

DERIVED: dict[str, tuple[str, ...]] = {
    "children_0_6": ("children_0_2", "children_3_5", "children_6"),
    "children_0_14": ("children_0_2", "children_3_5", "children_6_11", "children_12_14"),
    "children_6_14": ("children_6_11", "children_12_14"),
    "children_0_17": (
        "children_0_2",
        "children_3_5",
        "children_6_11",
        "children_12_14",
        "children_15_17",
    ),
}
"""Columns that are the exact sum of age bands, used where they are not given themselves."""


def counts(units: pd.DataFrame, column: str) -> npt.NDArray[np.float64]:
    """Return a number column, one entry a unit, NaN where unknown or absent.

    A band such as ``children_0_14`` that a unit does not state is the sum of its parts, unknown if
    any part is.
    """
    stated = (
        units[column].to_numpy(dtype=float, na_value=np.nan)
        if column in units
        else np.full(len(units), np.nan)
    )
    parts = DERIVED.get(column, ())
    if parts and all(part in units for part in parts):
        summed = sum(
            (units[part].to_numpy(dtype=float, na_value=np.nan) for part in parts[1:]),
            start=units[parts[0]].to_numpy(dtype=float, na_value=np.nan),
        )
        return np.where(np.isnan(stated), summed, stated)
    return stated


def stand_in(project: Project, column: str) -> str:
    """Return ``column`` or, where no unit states it, the count that stands in for people.

    Cells and places of a study without people carry buildings (``UnitKind.counts``).
    """
    kinds = project.catalogue.unit_kinds.values()
    for name in (column, *(name for kind in kinds for name in kind.counts)):
        if not np.isnan(counts(project.units, name)).all():
            return name
    return column


def members_of(
    project: Project, indicator: Indicator, as_of: date
) -> tuple[IntArray, npt.NDArray[np.bool_]]:
    """Return the rows of the units an indicator counts, and which of them are of unknown class.

    Notes
    -----
    A community whose ``community_kind`` is blank may belong to either class: it is counted, as
    unknown, in both.
    """
    kinds = indicator.unit_kinds
    chosen = project.hierarchy.of_kinds(kinds) & project.register.units_on(as_of)
    unsure = np.zeros(len(chosen), dtype=bool)
    if indicator.community_kind is not None:
        stated = (
            project.units["community_kind"]
            if "community_kind" in project.units
            else pd.Series(None, index=project.units.index, dtype=object)
        )
        unsure = chosen & stated.isna().to_numpy()
        chosen &= unsure | (stated == indicator.community_kind).fillna(value=False).to_numpy(
            dtype=bool
        )
    rows = np.flatnonzero(chosen)
    return rows, unsure[rows]


def coarsest_level(
    project: Project, column: str, as_of: date, kinds: tuple[str, ...] = ()
) -> IntArray:
    """Return the rows of the one level of the tree whose units together hold ``column``.

    Parameters
    ----------
    column
        A number column of units.
    kinds
        Kinds to look at; all where empty. Levels are never added up, so nobody is counted twice.
    """
    known = ~np.isnan(counts(project.units, column))
    alive = project.register.units_on(as_of)
    levels: dict[int, list[str]] = {}
    for kind in kinds or tuple(project.catalogue.unit_kinds):
        levels.setdefault(project.catalogue.unit_kind(kind).level, []).append(kind)
    for level in sorted(levels):
        holders = tuple(
            kind
            for kind in levels[level]
            if (known & alive & project.hierarchy.of_kinds((kind,))).any()
        )
        if holders:
            # Kinds that were asked for count although all of theirs are blank: unknown, not none.
            counted = tuple(levels[level]) if kinds else holders
            return np.flatnonzero(project.hierarchy.of_kinds(counted) & alive)
    return np.zeros(0, dtype=np.intp)


def total(values: npt.NDArray[np.float64]) -> Fraction:
    """Return the exact sum of known values."""
    known = values[~np.isnan(values)]
    if np.all(known == np.floor(known)):
        return Fraction(int(known.sum()))
    return exact_sum(known.tolist())


def year_ends(project: Project, as_of: date) -> list[date]:
    """Return the ends of the plan's years before ``as_of``, the base year included."""
    first, last = project.catalogue.period
    days = [date(year, 12, 31) for year in range(first - 1, min(last, as_of.year) + 1)]
    return [day for day in days if day < as_of]
