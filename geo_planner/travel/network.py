"""The street network: points snapped onto its edges, ways along it.

Streets are kept as drawn; what is searched is their reduced graph (:mod:`.graph.reduction`), in
which a point keeps its exact place along its street. Streets that do not touch stay apart: a point
on an island has no way off it.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import shapely
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from geo_planner.crs import require_metric
from geo_planner.travel.arrays import Floats, Ints, Shapes
from geo_planner.travel.costs import TravelCosts
from geo_planner.travel.graph.efforts import efforts_of
from geo_planner.travel.graph.given import (
    amounts,
    listed,
    node_ids,
    node_positions,
    nodes_of_edges,
    reach_of,
    require_exact,
)
from geo_planner.travel.graph.places import Places, places_of_nodes, places_on_edges
from geo_planner.travel.graph.reduction import Reduced, reduced
from geo_planner.travel.shortest import (
    Nearest,
    arrival_seeds,
    nearest,
    nearest_at_nodes,
    pairs,
    search,
    second_nearest,
)
from geo_planner.travel.snapping import Snapped, snap

if TYPE_CHECKING:
    import geopandas as gpd

    from geo_planner.catalogue import TravelMode


@dataclass(frozen=True, eq=False)
class StreetNetwork:
    """Nodes 0..n-1 and edges with a length in metres.

    Attributes
    ----------
    count
        Number of nodes, n.
    start, end, metres
        Nodes and length of every edge, shape (m,).
    given_shapes
        LineStrings in the project's metric CRS from ``start`` to ``end``, shape (m,); None where
        only lengths are known.
    xy
        Positions of nodes in a metric CRS, shape (n, 2), or None.
    forward, back
        Effort from start to end and from end to start, shape (m,): metres of a plain street that
        take as long, ``inf`` where that way is not allowed. None for both where every edge is
        passed either way and its effort is its length.
    """

    count: int
    start: Ints
    end: Ints
    metres: Floats
    given_shapes: Shapes | None = None
    xy: Floats | None = None
    forward: Floats | None = None
    back: Floats | None = None

    @classmethod
    def from_edges(
        cls,
        start: Sequence[int] | npt.ArrayLike,
        end: Sequence[int] | npt.ArrayLike,
        metres: Sequence[float] | npt.ArrayLike,
        xy: npt.ArrayLike | None = None,
        *,
        forward: Sequence[float] | npt.ArrayLike | None = None,
        back: Sequence[float] | npt.ArrayLike | None = None,
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
        forward, back
            Effort along and against each edge, ``inf`` for not allowed; without them the network is
            undirected and effort is length.

        Raises
        ------
        BadNumberError
            If an id is negative, not whole or not below n, if a length is negative, infinite or not
            a number, or a position is none; every faulty edge or node is named, counted from 0.
        TooLargeError
            If the ids leave gaps too wide to keep nodes for, or all lengths together are more than
            can be added exactly.
        ValueError
            If the arrays do not belong together.
        """
        at = None if xy is None else node_positions(xy)
        first, last = listed("start", start), listed("end", end)
        lengths = listed("metres", metres)
        if not len(first) == len(last) == len(lengths):
            raise ValueError("start, end and metres must be of one length")
        if (forward is None) != (back is None):
            raise ValueError("forward and back belong together")
        count = nodes_of_edges(first, last) if at is None else len(at)
        first, last = node_ids("start", first, count), node_ids("end", last, count)
        lengths = amounts("metres", lengths, is_open=True)
        efforts = []
        for name, given in (("forward", forward), ("back", back)):
            effort = None if given is None else amounts(name, listed(name, given), is_open=False)
            if effort is not None and len(effort) != len(lengths):
                raise ValueError("forward and back must be as many as there are edges")
            efforts.append(effort)
        require_exact(lengths, *efforts)
        return cls(count, first, last, lengths, None, at, *efforts)

    @classmethod
    def from_streets(
        cls, streets: gpd.GeoDataFrame, *, mode: TravelMode | None = None
    ) -> StreetNetwork:
        """Build a network from the edges of a project.

        Parameters
        ----------
        streets
            LineStrings in a metric CRS with ``start``, ``end``, ``metres``; optionally what
            :class:`geo_planner.project.Project` says of streets (a missing flag lets everybody
            pass).
        mode
            The way to travel; edges that it may not use are left out, one-way streets, speeds and
            slopes are heeded. Without it every edge is walked.
        """
        require_metric(streets, "streets")
        if mode is not None and mode.network in streets:
            streets = streets.loc[streets[mode.network].fillna(value=True).astype(bool)]
        forward, back = (None, None) if mode is None else efforts_of(streets, mode)
        bare = cls.from_edges(
            streets["start"].to_numpy(),
            streets["end"].to_numpy(),
            streets["metres"].to_numpy(),
            forward=forward,
            back=back,
        )
        shapes = streets.geometry.to_numpy()
        return cls(
            bare.count, bare.start, bare.end, bare.metres, shapes, _node_positions(bare, shapes),
            bare.forward, bare.back,
        )  # fmt: skip

    @cached_property
    def shapes(self) -> Shapes | None:
        """LineStrings from ``start`` to ``end``, shape (m,); None where only lengths are known.

        Points can be snapped only onto edges that have a shape.
        """
        if self.given_shapes is not None or self.xy is None:
            return self.given_shapes
        ends = np.stack([self.xy[self.start], self.xy[self.end]], axis=1)
        return np.asarray(shapely.linestrings(ends), dtype=object)

    @cached_property
    def graph(self) -> Reduced:
        """What is searched."""
        return reduced(
            self.count, self.start, self.end, self.metres,
            forward=self.forward, back=self.back, xy=self.xy,
        )  # fmt: skip

    @cached_property
    def tree(self) -> shapely.STRtree:
        """Index of the edges' shapes."""
        return shapely.STRtree([] if self.shapes is None else self.shapes)

    @cached_property
    def component(self) -> Ints:
        """Number of the connected part each node is in, shape (n,), one-way or not."""
        links = csr_array(
            (np.ones(len(self.start), dtype=np.int8), (self.start, self.end)),
            shape=(self.count, self.count),
        )
        return np.asarray(connected_components(links, directed=False)[1], dtype=np.int64)

    def nearest(
        self, facility_nodes: Sequence[int] | npt.ArrayLike, limit: float | None = None
    ) -> Nearest:
        """Return every node's nearest facility, within ``limit`` metres (inclusive) if given."""
        nodes = self._nodes("facility_nodes", facility_nodes)
        limit = reach_of(limit)
        graph, facilities = self.graph, places_of_nodes(self.graph, nodes)
        most = graph.slack(limit)
        field = search(graph, graph.into, arrival_seeds(facilities), most)
        if not graph.is_compiled or self.forward is not None:
            every = places_of_nodes(graph, np.arange(self.count))
            return self._clipped(nearest(every, facilities, field, most)[0], limit)
        reach = np.inf if limit is None else limit
        return nearest_at_nodes(graph, facilities, field, most, reach)

    def nearest_of_each(
        self, groups: Sequence[Sequence[int] | npt.ArrayLike], limit: float | None = None
    ) -> list[Nearest]:
        """Return :meth:`nearest` for several groups of facilities at once, on threads."""
        _ = self.graph.into  # built once, before the threads ask for it
        with ThreadPoolExecutor() as threads:
            return list(threads.map(lambda nodes: self.nearest(nodes, limit), groups))

    def costs(
        self,
        origin_nodes: Sequence[int] | npt.ArrayLike,
        facility_nodes: Sequence[int] | npt.ArrayLike,
        limit: float | None = None,
    ) -> TravelCosts:
        """Return the metres of every pair of origin and facility within ``limit`` (inclusive)."""
        origins = self._nodes("origin_nodes", origin_nodes)
        facilities = self._nodes("facility_nodes", facility_nodes)
        return self._pairs(
            places_of_nodes(self.graph, origins), places_of_nodes(self.graph, facilities), limit
        )

    def snap(self, points: Shapes, *, reach: float) -> Snapped:
        """Return where points (shape (k,), metric CRS, None for unknown) meet their nearest edge.

        Farther than ``reach`` metres from every edge is not on the network.

        Raises
        ------
        BadNumberError
            If ``reach`` is negative or not a number.
        BadGeometryError
            If anything but points is among ``points``; every row is named, counted from 0.
        """
        return snap(self, points, reach=reach)

    def nearest_points(
        self, origins: Snapped, facilities: Snapped, limit: float | None = None
    ) -> Nearest:
        """Return every snapped origin's nearest snapped facility.

        The way leads from the origin to its street, along streets, and from the street to the
        facility; both short legs are walked and counted. ``limit`` is effort, inclusive.
        """
        return self.two_nearest_points(origins, facilities, limit, second=False)[0]

    def two_nearest_points(
        self,
        origins: Snapped,
        facilities: Snapped,
        limit: float | None = None,
        *,
        second: bool = True,
    ) -> tuple[Nearest, Nearest | None]:
        """Return every snapped origin's nearest snapped facility, and the nearest but that one."""
        limit, graph = reach_of(limit), self.graph
        here, there = self.places(origins), self.places(facilities)
        most = graph.slack(limit)
        seeds = arrival_seeds(there)
        field = search(graph, graph.into, seeds, most)
        first = nearest(here, there, field, most)
        again = second_nearest(graph, here, field, seeds, first, most) if second else None
        return (
            self._clipped(first[0], limit),
            None if again is None else self._clipped(again, limit),
        )

    def costs_points(
        self, origins: Snapped, facilities: Snapped, limit: float | None = None
    ) -> TravelCosts:
        """Return the metres of every pair of snapped points within ``limit``, both legs walked."""
        return self._pairs(self.places(origins), self.places(facilities), limit)

    def places(self, points: Snapped) -> Places:
        """Return where snapped points are on the reduced graph."""
        edge = np.maximum(points.edge, 0)
        on = points.edge >= 0
        if not len(self.start):
            on = np.zeros(len(edge), dtype=np.bool_)
            amounts = np.zeros((len(edge), 3))
        else:
            forward = self.metres if self.forward is None else self.forward
            back = self.metres if self.back is None else self.back
            amounts = np.stack([forward[edge], back[edge], self.metres[edge]], axis=1)
        length = amounts[:, 2]
        share = np.divide(points.along, length, out=np.zeros(len(edge)), where=length > 0)
        return places_on_edges(
            self.graph,
            np.where(on, points.edge, -1),
            np.clip(share, 0.0, 1.0),
            amounts,
            aside=points.lead,
            aside_metres=points.aside,
        )

    def _pairs(self, origins: Places, facilities: Places, limit: float | None) -> TravelCosts:
        limit = reach_of(limit)
        most = self.graph.slack(limit)
        row, column, effort, metres = pairs(self.graph, origins, facilities, most)
        shape = (len(origins), len(facilities))
        if limit is not None:
            effort = np.minimum(effort, limit)
        if self.forward is None:
            return TravelCosts.from_pairs(row, column, effort, shape)
        return TravelCosts.from_pairs(row, column, metres, shape, effort)

    def _clipped(self, found: Nearest, limit: float | None) -> Nearest:
        """Return lengths that rounding took a hair over the limit as being at it."""
        if limit is None:
            return found
        effort = np.where(np.isfinite(found.effort), np.minimum(found.effort, limit), np.inf)
        metres = effort if self.forward is None else found.metres
        return Nearest(metres, found.facility, effort)

    def _nodes(self, name: str, ids: Sequence[int] | npt.ArrayLike) -> Ints:
        return node_ids(name, listed(name, ids), self.count)


def _node_positions(network: StreetNetwork, shapes: Shapes) -> Floats:
    """Return where the nodes are: at the ends of the lines that meet there."""
    xy = np.zeros((network.count, 2))
    at, of = shapely.get_coordinates(shapes, return_index=True)
    if len(at) and len(np.unique(of)) == len(shapes):
        first = np.searchsorted(of, np.arange(len(shapes)))
        last = np.append(first[1:], len(at)) - 1
        xy[network.start], xy[network.end] = at[first], at[last]
    return xy
