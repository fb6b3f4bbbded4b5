"""Cumulative opportunities: how much is within reach of each unit, and whom each facility reaches.

The simplest measure of access there is (Hansen 1959; Wachs and Kumagai 1973): what lies within the
limit counts whole, what lies beyond it not at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from geo_planner.notes import Note
from geo_planner.project import Project


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
    """
    raise NotImplementedError
