"""What a question about one unit is asked of: its fellow units, the facilities, all the ways."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import geopandas as gpd
import numpy as np
import shapely

from geo_planner.catalogue import FacilityType, TravelMode
from geo_planner.errors import NoLimitError, NotKnownError
from geo_planner.population import counts
from geo_planner.project import Project
from geo_planner.travel.access import assessed_rows, effort_limits, working_rows
from geo_planner.travel.arrays import Flags, Floats, Ints, Labels, Shapes
from geo_planner.travel.built import network_of
from geo_planner.travel.cuts import CutNetwork, cut
from geo_planner.travel.meeting import direct_pairs, meet
from geo_planner.travel.positions import coordinates, positions, unit_positions
from geo_planner.travel.snapping import Snapped
from geo_planner.travel.straight import nearest_straight


@dataclass(frozen=True, eq=False, slots=True)
class AskedUnit:
    """A unit, the units assessed for a type beside it, and the facilities that work on the day.

    Attributes
    ----------
    rows, here
        Rows of the assessed units and, where it is not among them, of the unit; their positions.
    place
        Which of ``rows`` is the unit.
    assessed
        Which of ``rows`` are assessed.
    children, limits
        Children the type serves (``nan`` not counted) and effort within reach (``inf`` where the
        catalogue sets none), one a row of ``rows``.
    working, there
        Rows of the facilities and their positions.
    """

    project: Project
    kind: FacilityType
    travel: TravelMode
    day: date
    rows: Ints
    here: Shapes
    place: int
    assessed: Flags
    children: Floats
    limits: Floats
    working: Ints
    there: Shapes

    @property
    def straight(self) -> Floats:
        """Straight line from the unit to each facility, metres, ``nan`` where not known."""
        away = coordinates(self.there) - coordinates(self.here[[self.place]])
        return np.asarray(np.hypot(away[:, 0], away[:, 1]))

    @property
    def streets(self) -> gpd.GeoDataFrame:
        """The project's streets that the mode may use: one row an edge of its network."""
        streets, flag = self.project.streets, self.travel.network
        if streets is None or flag not in streets:
            return streets
        return streets.loc[streets[flag].fillna(value=True).astype(bool)]

    def minutes(self, effort: float) -> float:
        """Return the time an effort takes."""
        return effort / (self.travel.pace * 60)


def ask(
    project: Project,
    unit: str,
    facility_type: str,
    *,
    mode: str,
    limit: float | None,
    as_of: date | None,
) -> AskedUnit:
    """Return what the question is asked of.

    Raises
    ------
    NotKnownError
        If the unit is not in the project, or the type or mode not in the catalogue.
    """
    kind = project.catalogue.facility_type(facility_type)
    travel = project.catalogue.travel_mode(mode)
    row = int(project.hierarchy.rows([unit])[0])
    if row < 0:
        raise NotKnownError.among("unit", unit, [str(one) for one in project.units.index])
    day = as_of or project.reference_date or date.max
    assessed = assessed_rows(project, kind, day)
    rows = np.union1d(assessed, [row])
    working = working_rows(project, kind, day)
    try:
        limits = effort_limits(project.units, rows, kind, travel, limit)
    except NoLimitError:
        limits = np.full(len(rows), np.inf)
    return AskedUnit(
        project,
        kind,
        travel,
        day,
        rows,
        unit_positions(project, rows),
        int(np.searchsorted(rows, row)),
        np.isin(rows, assessed),
        counts(project.units, kind.population)[rows],
        limits,
        working,
        positions(project.facilities, working),
    )


@dataclass(frozen=True, eq=False, slots=True)
class Efforts:
    """Efforts along the streets, all in metres of a plain street.

    Attributes
    ----------
    cut
        The streets, cut where units and facilities meet them.
    units, facilities
        Where they meet the streets, and ``unit_nodes`` and ``facility_nodes`` the nodes there.
    outward, before
        Effort from the unit to every node and the node before it; ``onward`` from every node to
        the nearest facility.
    today
        Effort of each unit to its nearest facility, shape (n,); ``inf`` where there is no way.
    to_each
        Effort of the unit to each facility, shape (k,); ``inf`` where there is no way.
    offroad
        To which facilities the quickest way leads straight over open ground, shape (k,).
    """

    cut: CutNetwork
    units: Snapped
    unit_nodes: Ints
    facilities: Snapped
    facility_nodes: Ints
    outward: Floats
    before: Labels
    onward: Floats
    today: Floats
    to_each: Floats
    offroad: Flags


def efforts_of(asked: AskedUnit) -> Efforts:
    """Return the efforts along the project's streets."""
    streets = asked.project.streets
    network = network_of(streets, asked.travel)
    facilities = meet(asked.project, asked.travel, asked.there)
    units = meet(asked.project, asked.travel, asked.here, towards=facilities)
    both = Snapped(
        np.concatenate([units.edge, facilities.edge]),
        np.concatenate([units.along, facilities.along]),
        np.concatenate([units.aside, facilities.aside]),
    )
    pieces, nodes = cut(network, both)
    mine, theirs = np.split(nodes, [len(units.edge)])
    own = mine[[asked.place]]
    own, lead = own[own >= 0], units.lead[[asked.place]][own >= 0]
    outward, before = pieces.away(own, lead)
    there = np.flatnonzero(theirs >= 0)
    onward = pieces.towards(theirs[there], facilities.lead[there])
    today = np.full(len(mine), np.inf)
    today[mine >= 0] = onward[mine[mine >= 0]] + units.lead[mine >= 0]
    row, column, direct, _ = direct_pairs(asked.project, asked.travel, asked.here, asked.there)
    np.minimum.at(today, row, direct)
    today[at_the_door(asked)] = 0.0
    to_each = np.full(len(theirs), np.inf)
    to_each[there] = outward[theirs[there]] + facilities.lead[there]
    straight = np.full(len(theirs), np.inf)
    straight[column[row == asked.place]] = direct[row == asked.place]
    offroad = straight < to_each
    to_each = np.minimum(to_each, straight)
    to_each[asked.straight == 0] = 0.0
    return Efforts(
        pieces, units, mine, facilities, theirs, outward, before, onward, today, to_each, offroad
    )


def at_the_door(asked: AskedUnit) -> Flags:
    """Return which units stand exactly where a facility stands."""
    tree = shapely.STRtree(asked.there[~shapely.is_missing(asked.there)])
    found = np.zeros(len(asked.here), dtype=bool)
    known = np.flatnonzero(~shapely.is_missing(asked.here))
    found[known[tree.query(asked.here[known], predicate="intersects")[0]]] = True
    return found


def straight_today(asked: AskedUnit) -> Floats:
    """Return each unit's straight line to its nearest facility times the detour factor."""
    found = nearest_straight(coordinates(asked.here), coordinates(asked.there))
    return found.metres * asked.travel.detour_factor
