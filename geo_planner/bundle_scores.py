"""How complete a place is: which things of a bundle each unit reaches, and which it lacks.

A unit's score is the share of the bundle's items within its limit, an exact fraction. An item is
missing only where that is known: the lists of all its facility types are there, the unit has a
position, and no working facility that may stand beside the unit lacks one. Else it is unknown, and
the score has bounds.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo_planner.assignment import assign
from geo_planner.bundle_rows import Bundle, BundleItem
from geo_planner.notes import Note, msgid
from geo_planner.population import counts, stand_in
from geo_planner.project import Project
from geo_planner.rows import TravelMode
from geo_planner.rules.within_reach import straight_line_note
from geo_planner.travel.access import assessed_rows, effort_limits, working_rows
from geo_planner.travel.arrays import Flags, Floats, Ints, Shapes
from geo_planner.travel.pairs import counted_notes
from geo_planner.travel.positions import positions, unit_positions
from geo_planner.travel.ways import ways_to

PRESENT, MISSING, UNKNOWN = 1, 0, -1
ITEM_STATES = {PRESENT: "present", MISSING: "missing", UNKNOWN: "unknown"}


@dataclass(frozen=True, eq=False, slots=True)
class BundleScores:
    """What each unit has of a bundle.

    Attributes
    ----------
    bundle, mode, day
        What was asked, how people travel, and the date.
    method
        ``streets`` or ``straight_line``.
    rows
        Rows of the units in the project's table, shape (n,).
    units
        ``name``, ``kind``, ``parent_id``, ``children``, indexed by ``unit_id``.
    counted
        Column that stands for the children.
    state
        ``PRESENT``, ``MISSING`` or ``UNKNOWN``, shape (n, items).
    metres, facility
        The way to the nearest facility of each item, ``nan`` where there is none, and its id.
    no_data
        Items of which some facility type has no record at all, shape (items,).
    placed
        Which units have a position.
    """

    bundle: Bundle
    mode: str
    day: date
    method: str
    rows: Ints
    units: pd.DataFrame
    counted: str
    state: npt.NDArray[np.int8]
    metres: Floats
    facility: npt.NDArray[np.object_]
    no_data: Flags
    placed: Flags
    notes: tuple[Note, ...]

    def score(self, row: int) -> tuple[Fraction, Fraction]:
        """Return a unit's least and greatest possible share of items within reach."""
        total = len(self.bundle.items)
        present = int((self.state[row] == PRESENT).sum())
        unknown = int((self.state[row] == UNKNOWN).sum())
        return Fraction(present, total), Fraction(present + unknown, total)

    def items(self, row: int, state: int) -> tuple[BundleItem, ...]:
        """Return the items that are present, missing or unknown for a unit."""
        return tuple(
            item
            for item, one in zip(self.bundle.items, self.state[row], strict=True)
            if one == state
        )


def bundle_scores(
    project: Project, bundle: str, *, mode: str | None = None, as_of: date | None = None
) -> BundleScores:
    """Return what of a bundle each unit reaches.

    Parameters
    ----------
    bundle, mode
        Ids of catalogue rows; the mode is the bundle's own by default.
    as_of
        Date on which units exist and facilities work; default the project's reference date.

    Raises
    ------
    NotKnownError
        If the bundle or mode is not in the catalogue.
    NoLimitError
        If the mode is one the bundle has no limit for.
    """
    row = project.catalogue.bundle(bundle)
    travel = project.catalogue.travel_mode(mode or row.mode)
    day = as_of or project.reference_date or date.max
    kind = project.catalogue.facility_type(row.facility_type)
    rows = assessed_rows(project, kind, day, kinds=row.unit_kinds)
    limited = replace(
        kind, urban_walk=row.urban_walk, regiment_walk=row.regiment_walk, drive_minutes=None
    )
    limits = effort_limits(project.units, rows, limited, travel, None)
    here = unit_positions(project, rows)
    placed = np.asarray(~shapely.is_missing(here), dtype=np.bool_)
    parts = [
        _item(project, travel, day, item, (rows, here, limits), row.unit_kinds)
        for item in row.items
    ]
    state = np.stack([part[0] for part in parts], axis=1)
    state[~placed] = UNKNOWN
    no_data = [bool(_without_record(project, item)) for item in row.items]
    counted = stand_in(project, row.population)
    units = pd.DataFrame(index=project.units.index[rows])
    for name in ("name", "kind", "parent_id"):
        units[name] = project.units[name].array[rows] if name in project.units else None
    units["children"] = counts(project.units, counted)[rows]
    return BundleScores(
        row,
        travel.id,
        day,
        "straight_line" if project.streets is None else "streets",
        rows,
        units,
        counted,
        state,
        np.stack([part[1] for part in parts], axis=1),
        np.stack([part[2] for part in parts], axis=1),
        np.array(no_data, dtype=np.bool_),
        placed,
        _notes(project, row, travel, placed, counted),
    )


def _item(
    project: Project,
    travel: TravelMode,
    day: date,
    item: BundleItem,
    asked: tuple[Ints, Shapes, Floats],
    kinds: tuple[str, ...],
) -> tuple[npt.NDArray[np.int8], Floats, npt.NDArray[np.object_]]:
    """Return how each unit stands to an item: state, metres to the nearest, and which that is."""
    rows, here, limits = asked
    types = [project.catalogue.facility_type(name) for name in dict.fromkeys(item.any_of)]
    working = np.sort(np.concatenate([working_rows(project, kind, day) for kind in types]))
    there = positions(project.facilities, working)
    ways = ways_to(project, travel, here, there)
    within = np.round(ways.effort, 3) <= np.round(limits, 3)
    state = np.where(within, PRESENT, MISSING).astype(np.int8)
    maybe = np.full(len(rows), bool(_without_record(project, item)))
    maybe |= _may_stand_by(project, working[shapely.is_missing(there)], rows, kinds)
    state[maybe & ~within] = UNKNOWN
    names = np.array([*project.facilities.index[working], None], dtype=object)
    there_is = np.isfinite(ways.metres)
    return state, np.round(ways.metres, 3), names[np.where(there_is, ways.facility, -1)]


def _without_record(project: Project, item: BundleItem) -> tuple[str, ...]:
    """Return the facility types of an item of which the project has no record."""
    there = set(project.facilities["facility_type"])
    return tuple(name for name in item.any_of if name not in there)


def _may_stand_by(project: Project, lost: Ints, rows: Ints, kinds: tuple[str, ...]) -> Flags:
    """Return which units a facility without a position may stand beside.

    Its own unit and those it serves, or the units below the one it is recorded for; every unit
    where nothing is recorded.
    """
    if not len(lost):
        return np.zeros(len(rows), dtype=np.bool_)
    tree = project.hierarchy
    found = assign(project.facilities, lost, project.units, tree, kinds)
    if len(found.unassigned):
        return np.ones(len(rows), dtype=np.bool_)
    recorded = project.facilities["unit_id"].iloc[found.elsewhere].to_numpy(dtype=object)
    tops = np.concatenate([found.unit, tree.rows(recorded)])
    near = np.zeros(len(project.units), dtype=np.bool_)
    near[tops[tops >= 0]] = True
    return np.asarray(tree.ancestor_in(near)[rows] >= 0, dtype=np.bool_)


def _notes(
    project: Project, bundle: Bundle, travel: TravelMode, placed: Flags, counted: str
) -> tuple[Note, ...]:
    found = []
    if project.streets is None:
        found.append(straight_line_note(travel.detour_factor))
    for item in bundle.items:
        lost = _without_record(project, item)
        if lost:
            text = msgid(
                "The project has no record of {types}: '{item}' is unknown, not missing, where "
                "nothing of the sort is within reach."
            )
            labels = [project.catalogue.facility_type(name).label for name in lost]
            found.append(Note("bundle-no-data", text, {"types": labels, "item": item.label}))
    if not placed.all():
        text = msgid("{count} units have no position: what they reach is unknown.")
        found.append(Note("units-without-position", text, {"count": int((~placed).sum())}))
    found.extend(counted_notes(bundle.population, counted))
    return tuple(found)
