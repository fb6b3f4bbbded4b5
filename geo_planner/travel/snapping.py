"""Points on the network: each meets its nearest edge, and edges are split at meeting points."""

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
    """

    edge: Ints
    along: Floats
    aside: Floats

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


def split(network: StreetNetwork, *groups: Snapped) -> tuple[StreetNetwork, Ints]:
    """Return the network with a node wherever a point meets it, and each point's node.

    Points of all groups follow one another in the second result; -1 for a point that is off the
    network. A meeting point at an edge's end is that end's node; several points on one edge cut it
    in order, so that the way between two of them along the edge is exact.
    """
    edge = np.concatenate([group.edge for group in groups])
    along = np.concatenate([group.along for group in groups])
    nodes = np.full(len(edge), -1, dtype=np.int64)
    on = np.flatnonzero(edge >= 0)
    if not on.size:
        return network, nodes
    length = network.metres[edge[on]]
    at_start, at_end = along[on] <= 0, along[on] >= length
    nodes[on[at_end]] = network.end[edge[on[at_end]]]
    nodes[on[at_start]] = network.start[edge[on[at_start]]]
    inside = on[~at_start & ~at_end]
    if not inside.size:
        return network, nodes
    cuts, which = np.unique(
        np.stack([edge[inside].astype(np.float64), along[inside]], axis=1),
        axis=0,
        return_inverse=True,
    )
    nodes[inside] = network.count + which.reshape(-1)
    return _cut(network, cuts[:, 0].astype(np.int64), cuts[:, 1]), nodes


def _cut(network: StreetNetwork, edge: Ints, along: Floats) -> StreetNetwork:
    """Return the network without shapes, cut at sorted distinct positions inside its edges."""
    fresh = network.count + np.arange(len(edge))
    opens = np.ones(len(edge), dtype=bool)
    opens[1:] = edge[1:] != edge[:-1]
    closes = np.roll(opens, -1)
    previous = np.where(opens, network.start[edge], np.roll(fresh, 1))
    piece = along - np.where(opens, 0.0, np.roll(along, 1))
    last = edge[closes]
    whole = np.ones(len(network.start), dtype=bool)
    whole[edge] = False
    return type(network)(
        network.count + len(edge),
        np.concatenate([network.start[whole], previous, fresh[closes]]),
        np.concatenate([network.end[whole], fresh, network.end[last]]),
        np.concatenate([network.metres[whole], piece, network.metres[last] - along[closes]]),
    )
