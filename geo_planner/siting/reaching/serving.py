"""Whom each new site would cover, by the indicator's own way of counting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from geo_planner.assignment import assign
from geo_planner.siting.question import Question
from geo_planner.siting.reaching.unit_classes import UnitClass
from geo_planner.travel.arrays import Flags, Ints, Shapes


@dataclass(frozen=True, eq=False, slots=True)
class Served:
    """Whom new sites would serve.

    Attributes
    ----------
    lists
        For each candidate the ids of the units it is recorded for, semicolons between, None for
        none, shape (m,); None where nothing is recorded.
    covers
        One a class: which candidate covers which of its units, shape (k, m), ones.
    """

    lists: Shapes | None
    covers: tuple[csr_array, ...]


def served(
    question: Question,
    classes: Sequence[UnitClass],
    reaching: Sequence[Question],
    outlines: Flags,
) -> Served:
    """Return whom the candidates would serve.

    Parameters
    ----------
    question
        Gives the candidates, and who is within the limit of each.
    reaching
        One a class: the question whose ways and limits decide reach.
    outlines
        Units whose outline holds the facilities that stand in them, shape (units,).
    """
    recorded = [one for one in classes if one.counting != "reachable"]
    shared = any(one.counting == "shared" for one in recorded)
    lists = _lists(question) if shared else None
    rows = _as_facilities(question, lists) if recorded else None
    covers = []
    for one, asked in zip(classes, reaching, strict=True):
        if rows is None or one.counting == "reachable":
            pairs = asked.within(asked.costs)
            fresh = pairs.site >= asked.standing
            unit = asked.rows[pairs.demand[fresh]]
            site = pairs.site[fresh] - asked.standing
        else:
            unit, site = _recorded(question, rows, one, outlines)
        covers.append(_incidence(one, unit, site, len(question.candidates)))
    return Served(lists, tuple(covers))


def _recorded(
    question: Question, rows: gpd.GeoDataFrame, one: UnitClass, outlines: Flags
) -> tuple[Ints, Ints]:
    """Return units and candidates as the register would assign them."""
    project = question.project
    found = assign(
        rows,
        np.arange(len(rows)),
        project.units,
        project.hierarchy,
        one.row.unit_kinds,
        outlined=outlines & project.hierarchy.of_kinds(one.row.unit_kinds),
    )
    return found.unit.astype(np.int64), found.facility.astype(np.int64)


def _incidence(one: UnitClass, unit: Ints, site: Ints, m: int) -> csr_array:
    """Return the pairs whose unit is of the class and can be made to count, ones."""
    place = np.searchsorted(one.units, unit)
    place = np.minimum(place, max(one.n - 1, 0))
    kept = (one.units[place] == unit) if one.n else np.zeros(len(unit), dtype=np.bool_)
    kept[kept] = one.gains[place[kept]]
    key = np.unique(place[kept] * m + site[kept])
    return csr_array((np.ones(len(key)), (key // m, key % m)), shape=(one.n, m))


def _lists(question: Question) -> Shapes:
    """Return the units within the limit of each candidate, as a register lists them."""
    pairs = question.within(question.costs)
    fresh = pairs.site >= question.standing
    site, demand = pairs.site[fresh] - question.standing, pairs.demand[fresh]
    order = np.lexsort((demand, site))
    ids = question.asked.nearest.index.to_numpy(dtype=object)[demand[order]]
    ends = np.searchsorted(site[order], np.arange(len(question.candidates) + 1))
    found = np.full(len(question.candidates), None, dtype=object)
    for one in np.flatnonzero(np.diff(ends)):
        found[one] = ";".join(str(name) for name in ids[ends[one] : ends[one + 1]])
    return found


def _as_facilities(question: Question, lists: Shapes | None) -> gpd.GeoDataFrame:
    table = question.candidates.table
    rows = gpd.GeoDataFrame(
        {"unit_id": table["unit_id"].to_numpy(dtype=object)},
        index=pd.RangeIndex(len(table)),
        geometry=table.geometry.to_numpy(),
        crs=table.crs,
    )
    if lists is not None:
        rows["serves_units"] = lists
    return rows
