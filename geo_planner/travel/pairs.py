"""Every pair of unit and facility within a limit, and what all measures over pairs start from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
import shapely
from scipy.spatial import cKDTree

from geo_planner.counts import COUNT_LABELS
from geo_planner.notes import Note, msgid
from geo_planner.population import counts, stand_in
from geo_planner.project import Project
from geo_planner.rows import FacilityType, Label, TravelMode
from geo_planner.travel.access import access, working_rows
from geo_planner.travel.arrays import Flags, Floats, Ints, Shapes
from geo_planner.travel.built import network_of
from geo_planner.travel.costs import TravelCosts
from geo_planner.travel.meeting import direct_pairs, meet
from geo_planner.travel.positions import coordinates, positions, unit_positions

NAMED = 20
"""Facilities named in a note before the rest are only counted."""


@dataclass(frozen=True, eq=False, slots=True)
class Asked:
    """A question about units and the facilities of a type: who, what and how far at most.

    Attributes
    ----------
    nearest
        The table of :func:`access`: every assessed unit, its limit and its way.
    working
        Rows of the facilities that work on the date.
    children
        What each unit states in the column ``counted``, shape (n,), ``nan`` where it states none.
    counted
        Column that stands for the children of the type.
    capacity
        Places of each working facility, ``nan`` where it states none.
    """

    project: Project
    kind: FacilityType
    travel: TravelMode
    nearest: pd.DataFrame
    working: Ints
    children: Floats
    counted: str
    capacity: Floats

    @classmethod
    def of(
        cls,
        project: Project,
        facility_type: str,
        *,
        mode: str,
        limit: float | None,
        as_of: date | None,
        kinds: tuple[str, ...] = (),
    ) -> Asked:
        """Look everything up; parameters and errors as of :func:`access`."""
        nearest = access(project, facility_type, mode=mode, limit=limit, as_of=as_of, kinds=kinds)
        kind = project.catalogue.facility_type(facility_type)
        day = as_of or project.reference_date or date.max
        working = working_rows(project, kind, day)
        counted = stand_in(project, kind.population)
        rows = project.units.index.get_indexer(nearest.index)
        facilities = project.facilities
        capacity = (
            pd.to_numeric(facilities["capacity"], errors="coerce").to_numpy(dtype=np.float64)
            if "capacity" in facilities
            else np.full(len(facilities), np.nan)
        )
        return cls(
            project,
            kind,
            project.catalogue.travel_mode(mode),
            nearest,
            working,
            counts(project.units, counted)[rows],
            counted,
            capacity[working],
        )

    @property
    def method(self) -> str:
        """How ways are measured; ``offroad`` where any of the nearest leads off the road."""
        if self.project.streets is None:
            return "straight_line"
        return "offroad" if self.nearest["method"].eq("offroad").any() else "streets"

    @property
    def unplaced(self) -> Flags:
        """Which working facilities have no position, shape (k,)."""
        there = positions(self.project.facilities, self.working)
        return np.asarray(shapely.is_missing(there), dtype=np.bool_)

    @property
    def limits(self) -> Floats:
        """Each unit's limit in metres."""
        return np.asarray(self.nearest["limit_m"], dtype=np.float64)

    @property
    def facilities(self) -> pd.DataFrame:
        """Name and capacity of the working facilities, indexed by ``facility_id``."""
        rows = self.project.facilities.iloc[self.working]
        names = rows["name"].array if "name" in rows else None
        return pd.DataFrame({"name": names, "capacity": self.capacity}, index=rows.index)

    def pairs(self, limit: float) -> TravelCosts:
        """Return the metres of all units and working facilities within ``limit`` of each other."""
        rows = self.project.units.index.get_indexer(self.nearest.index)
        return pairs_within(
            self.project,
            self.travel,
            unit_positions(self.project, rows),
            positions(self.project.facilities, self.working),
            limit,
        )

    def notes(self) -> tuple[Note, ...]:
        """Return the caveats of the ways, what is counted, and whose capacity is unknown."""
        found = list(self.nearest.attrs["notes"])
        found.extend(counted_notes(self.kind.population, self.counted))
        lost = int((self.nearest["state"] == "no_position").sum())
        if lost:
            found.append(
                Note(
                    "units-without-position",
                    msgid("{count} units have no position: whom they would reach is unknown."),
                    {"count": lost},
                )
            )
        missing = int(np.isnan(self.children).sum())
        if missing:
            found.append(
                Note(
                    "children-unknown",
                    msgid("{count} of {total} units do not state '{counted}': theirs are unknown."),
                    {
                        "count": missing,
                        "total": len(self.children),
                        "counted": count_label(self.counted),
                    },
                )
            )
        return tuple(found)

    def capacity_notes(self) -> tuple[Note, ...]:
        """Return the note that names facilities of unknown capacity."""
        unknown = self.facilities.index[np.isnan(self.capacity)]
        if not len(unknown):
            return ()
        named = ", ".join(str(name) for name in unknown[:NAMED])
        return (
            Note(
                "capacity-unknown",
                msgid("{count} of {total} facilities do not state their capacity: {facilities}."),
                {
                    "count": len(unknown),
                    "total": len(self.capacity),
                    "facilities": named + (" …" if len(unknown) > NAMED else ""),
                },
            ),
        )


def count_label(column: str) -> Label:
    """Return what a column of units counts, in words."""
    return COUNT_LABELS.get(column, Label(column, column))


def counted_notes(wanted: str, counted: str) -> tuple[Note, ...]:
    """Return the note that something else stands for the children of a type."""
    if wanted == counted:
        return ()
    text = msgid("No unit states '{wanted}': '{counted}' are counted instead.")
    params = {"wanted": count_label(wanted), "counted": count_label(counted)}
    return (Note("counted-instead", text, params),)


def pairs_within(
    project: Project, travel: TravelMode, here: Shapes, there: Shapes, limit: float
) -> TravelCosts:
    """Return metres and effort between points, along streets or, without any, estimated.

    Both are rounded to the millimetre; ``limit`` is effort, inclusive, as in :func:`access`. Who
    stands exactly where a facility stands has 0 m to go.
    """
    origins, targets = coordinates(here), coordinates(there)
    shape = (len(origins), len(targets))
    reach = limit + 0.001
    if project.streets is None:
        factor = travel.detour_factor
        demand, site = _near(origins, targets, reach / factor if factor else np.inf)
        metres = np.hypot(*(origins[demand] - targets[site]).T) * factor
        effort = metres
    else:
        facilities = meet(project, travel, there)
        found = network_of(project.streets, travel).costs_points(
            meet(project, travel, here, towards=facilities),
            facilities,
            limit=reach if np.isfinite(reach) else None,
        )
        door, own = _near(origins, targets, 0.0)
        row, column, offroad, length = direct_pairs(project, travel, here, there)
        at_door = np.zeros(len(door))
        demand = np.concatenate([found.demand, door, row])
        site = np.concatenate([found.site, own, column])
        metres = np.concatenate([found.metres, at_door, length])
        effort = np.concatenate([found.cost, at_door, offroad])
    pairs = TravelCosts.from_pairs(demand, site, np.round(metres, 3), shape, np.round(effort, 3))
    return pairs.within(float(np.round(limit, 3)))


def _near(origins: Floats, targets: Floats, reach: float) -> tuple[Ints, Ints]:
    """Return the pairs of known positions at most ``reach`` metres apart in a straight line."""
    first = np.flatnonzero(~np.isnan(origins).any(axis=1))
    second = np.flatnonzero(~np.isnan(targets).any(axis=1))
    if not (len(first) and len(second)):
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    tree = cKDTree(targets[second])
    lists = tree.query_ball_point(origins[first], reach, return_sorted=True)
    sizes = np.array([len(one) for one in lists])
    found = np.concatenate([np.asarray(one, dtype=np.int64) for one in lists])
    return np.repeat(first, sizes), second[found]


def summed(group: Ints, values: Floats, count: int) -> tuple[Ints, Floats, Ints]:
    """Return how many each group has, the sum of the known, and how many are not known.

    The sum is missing where a group has some and none of them is known.
    """
    known = ~np.isnan(values)
    many = np.bincount(group, minlength=count)
    unknown = np.bincount(group, ~known, minlength=count).astype(np.int64)
    total = np.bincount(group, np.where(known, values, 0.0), minlength=count)
    return many, np.where((many > 0) & (unknown == many), np.nan, total), unknown
