"""Where units and facilities meet the streets: never across a canal, railway or expressway.

A leg leads straight from a point to its street. Up to the mode's snapping distance it is a few
steps like any others; beyond, where the mode goes off the road at all, it is an off-road leg and
slower. A leg that would cross a barrier is not taken: the next street that is reached without
crossing one is.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import shapely

from geo_planner.catalogue import TravelMode
from geo_planner.project import Project
from geo_planner.travel.arrays import Flags, Floats, Ints, Shapes
from geo_planner.travel.built import network_of
from geo_planner.travel.network import StreetNetwork
from geo_planner.travel.snapping import Snapped, along_edges

ENDS = 0.5
"""Metres at both ends of a leg that may touch a barrier: houses on the bank, roads on bridges."""


def meet(
    project: Project, mode: TravelMode, points: Shapes, *, towards: Snapped | None = None
) -> Snapped:
    """Return where points (shape (k,), the project's CRS, None for unknown) meet their street.

    Off the network is who would have to go farther than the mode goes beside the streets, or
    across a barrier.

    Parameters
    ----------
    towards
        Where one wants to go. A mode that leaves the road leaves an island of streets that leads
        nowhere near, for the nearest street that does; any other mode stays on its island.
    """
    assert project.streets is not None
    network = network_of(project.streets, mode)
    reach = mode.snap_metres + mode.offroad_metres
    snapped = network.snap(points, reach=reach)
    barriers = barriers_of(project)
    on = np.flatnonzero(snapped.edge >= 0)
    if len(barriers) and on.size and network.shapes is not None:
        legs = shapely.shortest_line(points[on], network.shapes[snapped.edge[on]])
        across = on[blocked(legs, barriers)]
        snapped = _moved(network, snapped, points, across, barriers, reach, None)
    if mode.offroad_metres > 0:
        if towards is not None and towards.on.any():
            leads = np.isin(network.component, network.component[_nodes(network, towards)])
            ashore = leads[network.start]
            lost = np.flatnonzero(~shapely.is_missing(points) & ~_leads(snapped, ashore))
            snapped = _moved(network, snapped, points, lost, barriers, reach, ashore)
        snapped = replace(snapped, aside_effort=leg_effort(mode, snapped.aside))
    return snapped


def _nodes(network: StreetNetwork, snapped: Snapped) -> Ints:
    return np.asarray(network.start[snapped.edge[snapped.on]])


def _leads(snapped: Snapped, edges: Flags) -> Flags:
    return np.asarray(snapped.on & edges[np.maximum(snapped.edge, 0)])


def leg_effort(mode: TravelMode, metres: Floats) -> Floats:
    """Return what legs take: plain up to the snapping distance, slower off the road beyond."""
    return np.minimum(metres, mode.snap_metres) + mode.offroad_pace * np.maximum(
        metres - mode.snap_metres, 0.0
    )


def direct_pairs(
    project: Project, mode: TravelMode, here: Shapes, there: Shapes
) -> tuple[Ints, Ints, Floats, Floats]:
    """Return off-road ways straight from points to facilities, no street used.

    Returns
    -------
    tuple
        Rows of ``here`` and ``there``, effort and metres; nothing for a mode that keeps to streets.
    """
    nothing = np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64), np.empty(0), np.empty(0)
    first = np.flatnonzero(~shapely.is_missing(here))
    second = np.flatnonzero(~shapely.is_missing(there))
    if mode.offroad_metres <= 0 or not (first.size and second.size):
        return nothing
    row, column = shapely.STRtree(there[second]).query(
        here[first], predicate="dwithin", distance=mode.offroad_metres
    )
    row, column = first[row], second[column]
    legs = _legs(here[row], there[column])
    open_ones = np.flatnonzero(~blocked(legs, barriers_of(project)))
    metres = shapely.length(legs[open_ones])
    return row[open_ones], column[open_ones], mode.offroad_pace * metres, metres


def barriers_of(project: Project) -> Shapes:
    """Return the single lines and areas of a project's barriers, shape (k,)."""
    if project.barriers is None:
        return np.empty(0, dtype=object)
    shapes = shapely.get_parts(project.barriers.geometry.dropna().to_numpy())
    return np.asarray(shapes[~shapely.is_empty(shapes)], dtype=object)


def blocked(legs: Shapes, barriers: Shapes) -> Flags:
    """Return which straight legs cross a barrier; touching one at an end is not crossing it."""
    found = np.zeros(len(legs), dtype=np.bool_)
    length = shapely.length(legs)
    long = np.flatnonzero(length > 2 * ENDS)
    if not (long.size and len(barriers)):
        return found
    begin = shapely.line_interpolate_point(legs[long], ENDS)
    end = shapely.line_interpolate_point(legs[long], length[long] - ENDS)
    rows = shapely.STRtree(barriers).query(_legs(begin, end), predicate="intersects")[0]
    found[long[rows]] = True
    return found


def _legs(begin: Shapes, end: Shapes) -> Shapes:
    ends = np.stack([shapely.get_coordinates(begin), shapely.get_coordinates(end)], axis=1)
    return np.asarray(shapely.linestrings(ends), dtype=object)


def _moved(
    network: StreetNetwork,
    snapped: Snapped,
    points: Shapes,
    rows: Ints,
    barriers: Shapes,
    reach: float,
    edges: Flags | None,
) -> Snapped:
    """Return the meetings with those of ``rows`` moved to the next street no barrier cuts off.

    With ``edges`` only to one of these, and those that find none stay; else they are off the
    network.
    """
    if not rows.size or network.shapes is None:
        return snapped
    row, edge = network.tree.query(points[rows], predicate="dwithin", distance=reach)
    legs = shapely.shortest_line(points[rows[row]], network.shapes[edge])
    free = ~blocked(legs, barriers)
    if edges is not None:
        free &= edges[edge]
    row, edge, off = row[free], edge[free], shapely.length(legs[free])
    order = np.lexsort((edge, off, row))
    found, first = np.unique(row[order], return_index=True)
    chosen, at = order[first], rows[found]
    meeting, along, aside = snapped.edge.copy(), snapped.along.copy(), snapped.aside.copy()
    if edges is None:
        meeting[rows], along[rows], aside[rows] = -1, 0.0, np.nan
    meeting[at], aside[at] = edge[chosen], off[chosen]
    along[at] = along_edges(network, edge[chosen], points[at])
    return Snapped(meeting, along, aside)
