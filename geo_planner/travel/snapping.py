"""Points on the network: each meets its nearest edge, at a position of its own on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from geo_planner.errors import BadGeometryError
from geo_planner.notes import msgid
from geo_planner.travel.arrays import Flags, Floats, Ints, Shapes
from geo_planner.travel.graph.given import distance

if TYPE_CHECKING:
    from geo_planner.travel.network import StreetNetwork

NO_SHAPE, POINT = -1, 0
"""Shapely's type ids."""


HAIR = 1e-6
"""Metres to which a position along a street can be told from coordinates of millions of metres."""


@dataclass(frozen=True, eq=False, slots=True)
class Snapped:
    """Where points meet the network, one a row.

    Attributes
    ----------
    edge
        Index of the nearest edge, shape (k,); -1 for a point too far from every street, or unknown.
    along
        Metres from the edge's start to the meeting point, in the edge's own metres.
    aside
        Metres between the point and the meeting point; ``nan`` where ``edge`` is -1.
    aside_effort
        What that stretch takes, in metres of a plain street; None where it is those metres.
    """

    edge: Ints
    along: Floats
    aside: Floats
    aside_effort: Floats | None = None

    @property
    def lead(self) -> Floats:
        """What the stretch between point and meeting point takes; ``nan`` off the network."""
        return self.aside if self.aside_effort is None else self.aside_effort

    @property
    def on(self) -> Flags:
        """Which points are on the network."""
        return np.asarray(self.edge >= 0)


def snap(network: StreetNetwork, points: Shapes, *, reach: float) -> Snapped:
    """Return where ``points`` meet their nearest edge within ``reach`` metres.

    Of edges equally near, the one listed first is taken. Where an edge's ``metres`` differ from
    its drawn length, the position is carried over in proportion.
    """
    points = np.asarray(points, dtype=object)
    reach = distance("reach", reach)
    others = ~np.isin(shapely.get_type_id(points), (NO_SHAPE, POINT))
    if others.any():
        reason = msgid("not a point")
        raise BadGeometryError("points", tuple(np.flatnonzero(others).tolist()), reason)
    edge = np.full(len(points), -1, dtype=np.int64)
    along, aside = np.zeros(len(points)), np.full(len(points), np.nan)
    known = np.flatnonzero(~shapely.is_missing(points) & ~shapely.is_empty(points))
    known = known[np.isfinite(shapely.get_coordinates(points[known])).all(axis=1)]
    if known.size and network.shapes is not None and len(network.tree) > 0:
        # A little wider than asked, since the index may leave out what lies exactly at the rim.
        (row, found), off = network.tree.query_nearest(
            points[known], max_distance=reach * (1 + 1e-9) + 1e-9, return_distance=True
        )
        order = np.lexsort((found, row))
        order = order[(off <= reach)[order]]
        rows, first = np.unique(row[order], return_index=True)
        chosen = order[first]
        edge[known[rows]] = found[chosen]
        aside[known[rows]] = off[chosen]
        at = known[rows]
        along[at] = along_edges(network, edge[at], points[at])
    return Snapped(edge, along, aside)


def along_edges(network: StreetNetwork, edge: Ints, points: Shapes) -> Floats:
    """Return the metres along edges with a shape at which points meet them, shape (k,).

    Within ``HAIR`` of an end it is the end, so that a rounding of coordinates never puts a point
    behind the first metre of a one-way street.
    """
    assert network.shapes is not None
    length = network.metres[edge]
    # A line without length has no share to be along.
    share = np.nan_to_num(shapely.line_locate_point(network.shapes[edge], points, normalized=True))
    along = share * length
    return np.where(along < HAIR, 0.0, np.where(along > length - HAIR, length, along))
