"""The routes of all units to their nearest facility, found by one search.

Routes that lead to one facility run together, so that they are kept as a forest: stretches of
street, each with the stretch that follows it. No street is kept twice, however many units use it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
import shapely
from shapely.ops import substring

from geo_planner.errors import NoStreetsError
from geo_planner.project import Project
from geo_planner.travel.access import assessed_rows, working_rows
from geo_planner.travel.arrays import Flags, Floats, Ints, Labels, Shapes
from geo_planner.travel.built import network_of
from geo_planner.travel.cuts import CutNetwork, cut
from geo_planner.travel.meeting import direct_pairs, meet
from geo_planner.travel.network import StreetNetwork
from geo_planner.travel.positions import coordinates, positions, unit_positions
from geo_planner.travel.snapping import HAIR, Snapped
from geo_planner.travel.straight import nearest_straight


@dataclass(frozen=True, eq=False, slots=True)
class Routes:
    """Ways from each origin to the facility that is nearest by them.

    Attributes
    ----------
    pieces
        Stretches of street in the project's CRS, drawn towards the facility, shape (p,).
    onward
        The stretch that follows each one, shape (p,); -1 where the facility's street is reached.
    first
        The stretch each origin sets out on, shape (n,); -1 where there is no way, or none along a
        street.
    facility
        Row of the facility each origin is led to, shape (n,); -1 where there is no way.
    metres
        Length of the way, the stretches beside the street too, shape (n,); ``nan`` for no way.
    leaving
        Line from each origin to its street, shape (n,), or to the facility where ``direct``; None
        where there is no way.
    arriving
        Line from the street to each facility, shape (k,); None for one that is off every street.
    direct
        Which origins go straight over open ground and use no street, shape (n,).
    """

    pieces: Shapes
    onward: Ints
    first: Ints
    facility: Labels
    metres: Floats
    leaving: Shapes
    arriving: Shapes
    direct: Flags

    def line(self, origin: int) -> shapely.LineString | None:
        """Return one origin's way along streets as one line, None where there is none."""
        parts = []
        piece = self.first[origin]
        while piece >= 0:
            parts.append(shapely.get_coordinates(self.pieces[piece]))
            piece = self.onward[piece]
        return shapely.LineString(np.concatenate(parts)) if parts else None


def routes(
    project: Project,
    facility_type: str,
    *,
    mode: str = "walk",
    as_of: date | None = None,
    kinds: tuple[str, ...] = (),
) -> tuple[Routes, pd.Index, pd.Index]:
    """Return the routes of the assessed units, their ids and the ids of the working facilities.

    Parameters
    ----------
    facility_type, mode
        Ids of catalogue rows.
    as_of, kinds
        As for :func:`geo_planner.travel.access`, whose rows the routes follow.

    Raises
    ------
    NotKnownError
        If the facility type or mode is not in the catalogue.
    NoStreetsError
        If the project has no streets.
    """
    kind = project.catalogue.facility_type(facility_type)
    travel = project.catalogue.travel_mode(mode)
    if project.streets is None:
        raise NoStreetsError
    day = as_of or project.reference_date or date.max
    rows = assessed_rows(project, kind, day, kinds=kinds)
    working = working_rows(project, kind, day)
    network = network_of(project.streets, travel)
    here = unit_positions(project, rows)
    there = positions(project.facilities, working)
    facilities = meet(project, travel, there)
    found = routes_to_nearest(
        network,
        meet(project, travel, here, towards=facilities),
        facilities,
        here=here,
        there=there,
        open_ground=direct_pairs(project, travel, here, there),
    )
    return found, project.units.index[rows], project.facilities.index[working]


def routes_to_nearest(
    network: StreetNetwork,
    origins: Snapped,
    facilities: Snapped,
    *,
    here: Shapes,
    there: Shapes,
    open_ground: tuple[Ints, Ints, Floats, Floats] | None = None,
) -> Routes:
    """Return the routes of snapped origins to the nearest of snapped facilities.

    Parameters
    ----------
    here, there
        Positions of the origins, shape (n,), and of the facilities, shape (k,).
    open_ground
        Ways straight from origins to facilities, as
        :func:`~geo_planner.travel.meeting.direct_pairs` returns them.
    """
    pieces, nodes = cut(network, _together(origins, facilities))
    start, goal = np.split(nodes, [len(origins.edge)])
    # Of facilities equally near the first is led to, as everywhere: the later ones lie a hair on.
    lead = facilities.lead + HAIR * np.arange(len(goal)) / max(1, len(goal))
    entry = _entries(goal, lead)
    effort, after = pieces.onward(goal[entry], lead[entry])
    follows = after.astype(np.int64)
    ends = (follows < 0) | (follows >= pieces.count)
    follows[ends] = np.flatnonzero(ends)
    at_door = nearest_straight(coordinates(here), coordinates(there))
    door = at_door.metres == 0
    by_street = np.where(start >= 0, effort[np.maximum(start, 0)] + origins.lead, np.inf)
    across, across_metres = _straight_over(open_ground, by_street)
    direct = (across >= 0) & ~door
    reached = np.isfinite(by_street) & ~door & ~direct
    lines, onward, first, length = _forest(pieces, follows, start, reached)
    owner = np.full(pieces.count, -1, dtype=np.int64)
    owner[goal[entry]] = entry
    facility = np.where(reached, owner[_roots(follows)[np.maximum(start, 0)]], -1)
    metres = np.where(first >= 0, np.append(length, 0.0)[first], 0.0) + origins.aside
    metres += np.append(facilities.aside, np.nan)[facility]
    leaving = _legs(network, origins, here, reached, outward=False)
    leaving[direct] = shapely.linestrings(
        np.stack([coordinates(here[direct]), coordinates(there[across[direct]])], axis=1)
    )
    facility = np.where(direct, across, np.where(door, at_door.facility, facility))
    return Routes(
        lines,
        onward,
        first,
        facility.astype(np.int32),
        np.where(door, 0.0, np.where(direct, across_metres, metres)),
        leaving,
        _legs(network, facilities, there, facilities.on, outward=True),
        direct,
    )


def _straight_over(
    open_ground: tuple[Ints, Ints, Floats, Floats] | None, by_street: Floats
) -> tuple[Ints, Floats]:
    """Return the facility of each origin that is reached easier over open ground, -1 else.

    Its metres come with it, ``nan`` where there is none.
    """
    facility, length = np.full(len(by_street), -1, dtype=np.int64), np.full(len(by_street), np.nan)
    if open_ground is None:
        return facility, length
    row, column, effort, metres = open_ground
    easier = np.flatnonzero(effort < by_street[row])
    order = easier[np.lexsort((column[easier], effort[easier], row[easier]))]
    origin, first = np.unique(row[order], return_index=True)
    chosen = order[first]
    facility[origin], length[origin] = column[chosen], metres[chosen]
    return facility, length


def _together(one: Snapped, other: Snapped) -> Snapped:
    return Snapped(
        np.concatenate([one.edge, other.edge]),
        np.concatenate([one.along, other.along]),
        np.concatenate([one.aside, other.aside]),
    )


def _entries(goal: Ints, aside: Floats) -> Ints:
    """Return, of the facilities at one node, the one nearest to it."""
    on = np.flatnonzero(goal >= 0)
    order = on[np.lexsort((on, aside[on], goal[on]))]
    return np.asarray(order[np.unique(goal[order], return_index=True)[1]])


def _roots(follows: Ints) -> Ints:
    """Return the last node of each node's way; a node without a way is its own."""
    root = follows
    while True:
        further = root[root]
        if np.array_equal(further, root):
            return root
        root = further


def _forest(
    pieces: CutNetwork, follows: Ints, start: Ints, reached: Flags
) -> tuple[Shapes, Ints, Ints, Floats]:
    """Return the stretches of street the origins use.

    A stretch ends where ways meet, where an origin sets out, and at the facility's street.

    Returns
    -------
    tuple
        Lines, the stretch that follows each, the one each origin sets out on, and the metres from
        the beginning of each to the facility's street.
    """
    count = pieces.count
    nodes = _used(follows, start[reached])
    joins = np.bincount(follows[nodes], minlength=count)
    heads = joins > 1
    heads[start[reached]] = True
    begins = nodes[heads[nodes]]
    number = np.full(count, -1, dtype=np.int64)
    number[begins] = np.arange(len(begins))
    place = np.full(count, -1, dtype=np.int64)
    place[nodes] = np.arange(len(nodes))
    piece, forward = _pieces_between(pieces, nodes, follows[nodes])
    lines = np.full(len(begins), None, dtype=object)
    onward = np.full(len(begins), -1, dtype=np.int64)
    length = np.zeros(len(begins))
    for row, begin in enumerate(begins.tolist()):
        steps, node = [int(place[begin])], int(follows[begin])
        while place[node] >= 0 and not heads[node]:
            steps.append(int(place[node]))
            node = int(follows[node])
        lines[row] = _joined(pieces, piece[steps], forward[steps])
        onward[row] = number[node]
        length[row] = pieces.metres[piece[steps]].sum()
    first = np.where(reached, number[np.maximum(start, 0)], -1)
    return lines, onward, first, _summed(length, onward)


def _summed(length: Floats, onward: Ints) -> Floats:
    """Return the length of each stretch with all that follow it."""
    total, ahead = np.append(length, 0.0), np.append(onward, -1)
    while (ahead >= 0).any():
        total, ahead = total + total[ahead], ahead[ahead]
    return total[:-1]


def _used(follows: Ints, begins: Ints) -> Ints:
    """Return the nodes on the ways from ``begins``, the last of each way left out."""
    used = np.zeros(len(follows), dtype=bool)
    wave = np.unique(begins)
    while wave.size:
        used[wave] = True
        ahead = np.unique(follows[wave])
        wave = ahead[~used[ahead]]
    return np.flatnonzero(used & (follows != np.arange(len(follows))))


def _pieces_between(pieces: CutNetwork, tail: Ints, head: Ints) -> tuple[Ints, Flags]:
    """Return the easiest piece from each node to the next, and whether it is drawn that way."""
    many = len(pieces.edge)
    begin = np.concatenate([pieces.start, pieces.end])
    end = np.concatenate([pieces.end, pieces.start])
    order = np.lexsort((np.concatenate([pieces.forward, pieces.back]), end, begin))
    keys = begin[order] * pieces.count + end[order]
    found = order[np.searchsorted(keys, tail * pieces.count + head)]
    return found % many, found < many


def _joined(pieces: CutNetwork, piece: Ints, forward: Flags) -> shapely.LineString:
    """Return pieces that follow one another as one line."""
    parts = []
    for one, ahead in zip(piece.tolist(), forward.tolist(), strict=True):
        shape, opens, closes = (
            pieces.shapes[pieces.edge[one]],
            pieces.opens[one],
            pieces.closes[one],
        )
        if opens > 0 or closes < 1:
            shape = substring(shape, opens, closes, normalized=True)
        parts.append(shapely.get_coordinates(shape)[:: 1 if ahead else -1])
    whole = np.concatenate(parts)
    changed = np.ones(len(whole), dtype=bool)
    changed[1:] = (np.diff(whole, axis=0) != 0).any(axis=1)
    changed[-1] |= changed.sum() < 2
    return shapely.LineString(whole[changed])


def _legs(
    network: StreetNetwork, snapped: Snapped, points: Shapes, wanted: Flags, *, outward: bool
) -> Shapes:
    """Return the lines between points and where they meet their street."""
    legs = np.full(len(points), None, dtype=object)
    rows = np.flatnonzero(wanted & snapped.on)
    if not rows.size or network.shapes is None:
        return legs
    edge = snapped.edge[rows]
    length = network.metres[edge]
    share = np.divide(snapped.along[rows], length, out=np.zeros(len(rows)), where=length > 0)
    meets = shapely.line_interpolate_point(network.shapes[edge], share, normalized=True)
    ends = (meets, points[rows]) if outward else (points[rows], meets)
    legs[rows] = shapely.linestrings(np.stack([shapely.get_coordinates(end) for end in ends], 1))
    return legs
