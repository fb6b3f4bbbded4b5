"""The street network: undirected, with points snapped onto its edges.

The graph is the office's or OpenStreetMap's edges as they are; `scipy.sparse.csgraph` does the
searching. Streets that do not touch stay apart: a point on an island has no way off it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import shapely
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from geo_planner.crs import require_metric
from geo_planner.errors import BadNumberError
from geo_planner.travel.arrays import Flags, Floats, Ints, Shapes
from geo_planner.travel.costs import TravelCosts
from geo_planner.travel.search import Nearest, clipped, nearest, rows_within, undirected
from geo_planner.travel.snapping import Snapped, snap, split

if TYPE_CHECKING:
    import geopandas as gpd

    from geo_planner.catalogue import TravelMode


@dataclass(frozen=True, eq=False)
class StreetNetwork:
    """Nodes 0..n-1 and undirected edges with a length in metres.

    Attributes
    ----------
    count
        Number of nodes, n.
    start, end, metres
        Nodes and length of every edge, shape (m,).
    shapes
        LineStrings in the project's metric CRS from ``start`` to ``end``, shape (m,); None where
        only lengths are known. Points can be snapped only onto edges that have a shape.
    """

    count: int
    start: Ints
    end: Ints
    metres: Floats
    shapes: Shapes | None = None

    @classmethod
    def from_edges(
        cls,
        start: Sequence[int] | npt.ArrayLike,
        end: Sequence[int] | npt.ArrayLike,
        metres: Sequence[float] | npt.ArrayLike,
        xy: npt.ArrayLike | None = None,
    ) -> StreetNetwork:
        """Build a network from edge arrays.

        Parameters
        ----------
        start, end
            Node ids from 0, shape (m,). Of parallel edges the shortest counts; an edge from a node
            to itself is allowed and shortens nothing; a length of zero is an edge without length.
        metres
            Lengths, shape (m,).
        xy
            Node positions in a metric CRS, shape (n, 2); edges are then straight lines between
            them. Without it there are as many nodes as the highest id says.

        Raises
        ------
        BadNumberError
            If an id is negative, not whole or not below n, or a length is negative, infinite or not
            a number; every faulty edge is named, counted from 0.
        """
        at = None if xy is None else np.asarray(xy, dtype=np.float64).reshape(-1, 2)
        first, last = np.asarray(start), np.asarray(end)
        lengths = np.asarray(metres, dtype=np.float64)
        if not len(first) == len(last) == len(lengths):
            raise ValueError("start, end and metres must be of one length")
        highest = max((int(ids.max()) for ids in (first, last) if len(ids)), default=-1)
        count = highest + 1 if at is None else len(at)
        for name, ids in (("start", first), ("end", last)):
            _refuse(name, ids, (ids < 0) | (ids >= count) | (ids != np.floor(ids)))
        _refuse("metres", lengths, ~np.isfinite(lengths) | (lengths < 0))
        first, last = first.astype(np.int64), last.astype(np.int64)
        shapes = (
            None if at is None else shapely.linestrings(np.stack([at[first], at[last]], axis=1))
        )
        return cls(count, first, last, lengths, shapes)

    @classmethod
    def from_streets(
        cls, streets: gpd.GeoDataFrame, *, mode: TravelMode | None = None
    ) -> StreetNetwork:
        """Build a network from the edges of a project.

        Parameters
        ----------
        streets
            LineStrings in a metric CRS with ``start``, ``end``, ``metres``; optionally flags
            ``walk`` and ``drive`` that say who may use an edge (a missing flag lets everybody).
        mode
            The way to travel; edges that it may not use are left out.
        """
        require_metric(streets, "streets")
        if mode is not None and mode.network in streets:
            streets = streets.loc[streets[mode.network].fillna(value=True).astype(bool)]
        bare = cls.from_edges(
            streets["start"].to_numpy(), streets["end"].to_numpy(), streets["metres"].to_numpy()
        )
        return cls(bare.count, bare.start, bare.end, bare.metres, streets.geometry.to_numpy())

    @cached_property
    def matrix(self) -> csr_array:
        """Lengths between neighbouring nodes, symmetric, shape (n, n)."""
        return undirected(self.count, self.start, self.end, self.metres)

    @cached_property
    def tree(self) -> shapely.STRtree:
        """Index of the edges' shapes."""
        return shapely.STRtree([] if self.shapes is None else self.shapes)

    @cached_property
    def component(self) -> Ints:
        """Number of the connected part each node is in, shape (n,)."""
        return np.asarray(connected_components(self.matrix, directed=False)[1], dtype=np.int64)

    def nearest(
        self, facility_nodes: Sequence[int] | npt.ArrayLike, limit: float | None = None
    ) -> Nearest:
        """Return every node's nearest facility, within ``limit`` metres (inclusive) if given."""
        nodes = self._nodes("facility_nodes", facility_nodes)
        return nearest(self.matrix, nodes, np.zeros(len(nodes)), limit)

    def costs(
        self,
        origin_nodes: Sequence[int] | npt.ArrayLike,
        facility_nodes: Sequence[int] | npt.ArrayLike,
        limit: float | None = None,
    ) -> TravelCosts:
        """Return the metres of every pair of origin and facility within ``limit`` (inclusive)."""
        origins = self._nodes("origin_nodes", origin_nodes)
        facilities = self._nodes("facility_nodes", facility_nodes)
        return _pairs(self.matrix, origins, facilities, limit)

    def snap(self, points: Shapes, *, reach: float) -> Snapped:
        """Return where points (shape (k,), metric CRS, None for unknown) meet their nearest edge.

        Farther than ``reach`` metres from every edge is not on the network.
        """
        return snap(self, points, reach=reach)

    def nearest_points(
        self, origins: Snapped, facilities: Snapped, limit: float | None = None
    ) -> Nearest:
        """Return every snapped origin's nearest snapped facility.

        The way leads from the origin to its street, along streets, and from the street to the
        facility; both short legs are walked and counted.
        """
        graph, nodes = split(self, origins, facilities)
        here, there = np.split(nodes, [len(origins.edge)])
        on = np.flatnonzero(there >= 0)
        found = nearest(graph.matrix, there[on], facilities.aside[on], limit)
        metres = np.full(len(here), np.inf)
        facility = np.full(len(here), -1, dtype=np.int32)
        ready = here >= 0
        metres[ready] = found.metres[here[ready]] + origins.aside[ready]
        if limit is not None:
            metres[metres > limit] = np.inf
        way = np.isfinite(metres)
        facility[way] = on[found.facility[here[way]]]
        return Nearest(metres, facility)

    def costs_points(
        self, origins: Snapped, facilities: Snapped, limit: float | None = None
    ) -> TravelCosts:
        """Return the metres of every pair of snapped points within ``limit``, both legs walked."""
        graph, nodes = split(self, origins, facilities)
        here, there = np.split(nodes, [len(origins.edge)])
        left, right = np.flatnonzero(here >= 0), np.flatnonzero(there >= 0)
        between = _pairs(graph.matrix, here[left], there[right], limit)
        demand, site = left[between.demand], right[between.site]
        metres = between.metres + origins.aside[demand] + facilities.aside[site]
        costs = TravelCosts(demand, site, metres, (len(here), len(there)))
        return costs if limit is None else costs.within(limit)

    def _nodes(self, name: str, ids: Sequence[int] | npt.ArrayLike) -> Ints:
        nodes = np.asarray(ids)
        _refuse(name, nodes, (nodes < 0) | (nodes >= self.count) | (nodes != np.floor(nodes)))
        return nodes.astype(np.int64)


def _pairs(matrix: csr_array, origins: Ints, facilities: Ints, limit: float | None) -> TravelCosts:
    """Search from whichever side has fewer nodes and list the pairs found."""
    shape = (len(origins), len(facilities))
    turned = len(np.unique(facilities)) < len(np.unique(origins))
    near, far = (facilities, origins) if turned else (origins, facilities)
    nodes, which = np.unique(near, return_inverse=True)
    rows, columns, lengths = [], [], []
    for begin, block in rows_within(matrix, nodes, limit):
        mine = np.flatnonzero((which >= begin) & (which < begin + len(block)))
        found = clipped(block[:, far][which[mine] - begin], limit)
        row, column = np.nonzero(np.isfinite(found))
        rows.append(mine[row])
        columns.append(column)
        lengths.append(found[row, column])
    if not rows:
        rows, columns, lengths = [np.empty(0, np.int64)], [np.empty(0, np.int64)], [np.empty(0)]
    pair = np.concatenate(rows), np.concatenate(columns)
    demand, site = pair[::-1] if turned else pair
    return TravelCosts.from_pairs(demand, site, np.concatenate(lengths), shape)


def _refuse(column: str, values: npt.NDArray[np.generic], wrong: Flags) -> None:
    """Raise :class:`BadNumberError` naming every edge in which ``wrong`` holds."""
    if wrong.any():
        faulty = sorted({str(value) for value in values[wrong]})
        raise BadNumberError("streets", column, tuple(np.flatnonzero(wrong).tolist()), faulty)
