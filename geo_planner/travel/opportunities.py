"""Cumulative opportunities: how much is within reach of each unit, and whom each facility reaches.

The simplest measure of access there is (Hansen 1959; Wachs and Kumagai 1973): what lies within the
limit counts whole, what lies beyond it not at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from geo_planner.notes import Note
from geo_planner.project import Project
from geo_planner.travel.arrays import Floats, Ints
from geo_planner.travel.pairs import Asked, summed


@dataclass(frozen=True, eq=False, slots=True)
class Opportunities:
    """What is within each limit.

    Attributes
    ----------
    units
        One row a unit and limit, units in the project's order, limits rising: ``unit_id``,
        ``name``, ``kind``, ``parent_id``, ``children``, ``limit_m``, ``facilities`` (how many
        within), ``places`` (their capacities as far as stated; missing where there are some and
        none states it), ``places_unknown`` (facilities within that state none) and ``state``:
        ``within`` (at least one), ``beyond``, or why nothing can be said: ``no_path``,
        ``no_position`` (``facilities`` is missing then), ``no_facility``.
    facilities
        One row a working facility and limit: ``facility_id``, ``name``, ``capacity``, ``limit_m``,
        ``units`` and ``children`` within (as far as stated; missing where there are units within
        and none states them), ``children_unknown`` (units within that state none).
    totals
        One row a limit: ``limit_m``, ``units`` (all), ``units_within``, ``units_unknown`` (without
        position), ``children`` (all stated), ``children_within``, ``children_unknown`` (units that
        state none), ``share`` (percent of the stated children within; missing where there are
        none).
    facility_type, mode, method
        Ids of catalogue rows; ``streets`` or ``straight_line``.
    counted
        Column of units that stands for the children: the type's, or what stands in for it where no
        unit states it (``buildings`` of a study without people).
    notes
        Caveats.
    """

    units: pd.DataFrame
    facilities: pd.DataFrame
    totals: pd.DataFrame
    facility_type: str
    mode: str
    method: str
    counted: str
    notes: tuple[Note, ...]


def opportunities(
    project: Project,
    facility_type: str,
    *,
    mode: str = "walk",
    limits: Sequence[float] = (),
    as_of: date | None = None,
) -> Opportunities:
    """Return how many facilities and places are within reach of each unit.

    Parameters
    ----------
    limits
        Metres, inclusive; default each unit's own limit (``limit_m`` then differs from unit to
        unit, and is missing in ``facilities`` and ``totals``).

    Raises
    ------
    NotKnownError
        If the facility type or mode is not in the catalogue.
    NoLimitError
        If no limit is given and the catalogue has none for this type and mode.
    """
    wanted = sorted({float(limit) for limit in limits})
    asked = Asked.of(
        project, facility_type, mode=mode, limit=wanted[-1] if wanted else None, as_of=as_of
    )
    own = asked.limits
    widest = wanted[-1] if wanted else float(np.max(own, initial=0.0))
    pairs = asked.pairs(widest)
    parts = []
    for limit in wanted or [np.nan]:
        bound = np.full(len(own), limit) if wanted else own
        near = pairs.cost <= np.round(bound, 3)[pairs.demand]
        parts.append(_within(asked, pairs.demand[near], pairs.site[near], bound, limit))
    units, facilities, totals = (pd.concat(tables) for tables in zip(*parts, strict=True))
    order = np.argsort(np.tile(np.arange(len(own)), len(parts)), kind="stable")
    return Opportunities(
        units.iloc[order].reset_index(drop=True),
        facilities.reset_index(drop=True),
        totals.reset_index(drop=True),
        asked.kind.id,
        asked.travel.id,
        asked.method,
        asked.counted,
        (*asked.notes(), *asked.capacity_notes()),
    )


def _within(
    asked: Asked, demand: Ints, site: Ints, bound: Floats, limit: float
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return units, facilities and totals for the pairs within one limit."""
    table, children, capacity = asked.nearest, asked.children, asked.capacity
    many, places, unstated = summed(demand, capacity[site], len(table))
    placed = ~table["state"].isin(["no_position", "no_facility"]).to_numpy()
    none_works = (table["state"] == "no_facility").to_numpy()
    known = placed | none_works
    nowhere = table["state"].isin(["no_path", "no_position", "no_facility"]).to_numpy()
    units = table.reset_index()[["unit_id", "name", "kind", "parent_id"]].assign(
        children=children,
        limit_m=bound,
        facilities=np.where(known, many, np.nan),
        places=np.where(known, places, np.nan),
        places_unknown=np.where(known, unstated, np.nan),
        state=np.select(
            [many > 0, nowhere], ["within", table["state"].astype(object)], default="beyond"
        ),
    )
    held, reached, unheard = summed(site, children[demand], len(asked.working))
    facilities = asked.facilities.reset_index(names="facility_id").assign(
        limit_m=limit, units=held, children=reached, children_unknown=unheard
    )
    inside, stated = many > 0, ~np.isnan(children)
    total = float(children[stated].sum())
    within = float(children[stated & inside].sum())
    totals = pd.DataFrame(
        {
            "limit_m": [limit],
            "units": [len(table)],
            "units_within": [int(inside.sum())],
            "units_unknown": [int((~known).sum())],
            "children": [total if stated.any() else np.nan],
            "children_within": [within if stated.any() else np.nan],
            "children_unknown": [int((~stated).sum())],
            "share": [100 * within / total if total else np.nan],
        }
    )
    return units, facilities, totals
