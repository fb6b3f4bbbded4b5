"""Points on the network: each meets its nearest edge, at a position of its own on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from geo_planner.travel.arrays import Flags, Floats, Ints, Shapes

if TYPE_CHECKING:
    from geo_planner.travel.network import StreetNetwork


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
    edge = np.full(len(points), -1, dtype=np.int64)
    along, aside = np.zeros(len(points)), np.full(len(points), np.nan)
    known = np.flatnonzero(~shapely.is_missing(points) & ~shapely.is_empty(points))
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
        share = shapely.line_locate_point(network.shapes[edge[at]], points[at], normalized=True)
        # A line without length has no share to be along.
        along[at] = np.nan_to_num(share) * network.metres[edge[at]]
    return Snapped(edge, along, aside)
