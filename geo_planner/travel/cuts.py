"""The street network cut where points meet it, each piece knowing the edge it is a part of."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, dijkstra

from geo_planner.travel.arrays import Floats, Ints, Labels, Shapes
from geo_planner.travel.network import StreetNetwork
from geo_planner.travel.snapping import Snapped


@dataclass(frozen=True, eq=False)
class CutNetwork:
    """Nodes and pieces of edges; effort is metres of a plain street that take as long.

    Attributes
    ----------
    network
        What was cut; its nodes keep their numbers.
    count
        Number of nodes, the cuts included.
    edge
        The edge each piece is a part of, shape (p,).
    opens, closes
        Where on the edge the piece begins and ends, as shares of the edge's length, shape (p,).
    start, end
        Its nodes, shape (p,).
    forward, back
        Effort from start to end and from end to start, shape (p,); ``inf`` where not allowed.
    """

    network: StreetNetwork
    count: int
    edge: Ints
    opens: Floats
    closes: Floats
    start: Ints
    end: Ints
    forward: Floats
    back: Floats

    @cached_property
    def metres(self) -> Floats:
        """Length of each piece, shape (p,)."""
        return np.asarray(self.network.metres[self.edge] * (self.closes - self.opens))

    @property
    def shapes(self) -> Shapes:
        """Courses of the network's edges, shape (m,); none where only lengths are known."""
        shapes = self.network.shapes
        return np.empty(0, dtype=object) if shapes is None else shapes

    @cached_property
    def _arcs(self) -> tuple[csr_array, Ints]:
        """Effort from node to node, and the piece behind each entry; the best of parallel ones."""
        piece = np.tile(np.arange(len(self.edge)), 2)
        effort = np.concatenate([self.forward, self.back])
        tail = np.concatenate([self.start, self.end])
        head = np.concatenate([self.end, self.start])
        order = np.lexsort((piece, effort, head, tail))
        order = order[np.isfinite(effort[order]) & (tail[order] != head[order])]
        first = np.ones(len(order), dtype=bool)
        first[1:] = (np.diff(tail[order]) != 0) | (np.diff(head[order]) != 0)
        order = order[first]
        begins = np.searchsorted(tail[order], np.arange(self.count + 1))
        matrix = csr_array(
            (effort[order], head[order].astype(np.int32), begins.astype(np.int32)),
            shape=(self.count, self.count),
        )
        return matrix, piece[order]

    @cached_property
    def _against(self) -> csr_array:
        return csr_array(self._arcs[0].T)

    @cached_property
    def component(self) -> Labels:
        """Number of the part each node is connected with, one-way or not, shape (n,)."""
        labels: Labels = connected_components(self._arcs[0], directed=True, connection="weak")[1]
        return labels

    def away(self, nodes: Ints, lead: Floats) -> tuple[Floats, Labels]:
        """Return the effort from the nearest of ``nodes`` to every node, and the node before it.

        Parameters
        ----------
        nodes, lead
            Where ways set out, and the effort already spent there.

        Returns
        -------
        effort : (n,)
            ``inf`` where no way leads.
        before : (n,)
            The node before each on its way; negative or n where a way sets out.
        """
        return _search(self._arcs[0], nodes, lead)

    def towards(self, nodes: Ints, lead: Floats) -> Floats:
        """Return the effort from every node to the nearest of ``nodes``, ``lead`` included."""
        return _search(self._against, nodes, lead)[0]

    def onward(self, nodes: Ints, lead: Floats) -> tuple[Floats, Labels]:
        """Return what :meth:`towards` does, and the node after every node on its way.

        The node after is negative or n where a way ends.
        """
        return _search(self._against, nodes, lead)

    def trail(self, before: Labels, node: int) -> tuple[Ints, list[bool]]:
        """Return the pieces from where the way set out to ``node``, and whether each runs forward.

        Parameters
        ----------
        before
            As returned by :meth:`away`.
        """
        matrix, behind = self._arcs
        pieces, forward = [], []
        while 0 <= (previous := int(before[node])) < self.count:
            arcs = np.arange(matrix.indptr[previous], matrix.indptr[previous + 1])
            piece = int(behind[arcs[matrix.indices[arcs] == node][0]])
            pieces.append(piece)
            forward.append(bool(self.start[piece] == previous))
            node = previous
        return np.array(pieces[::-1], dtype=np.int64), forward[::-1]

    def points(self, piece: Ints, share: Floats) -> Shapes:
        """Return the points at shares of pieces, in the network's CRS, shape (k,)."""
        opens, closes = self.opens[piece], self.closes[piece]
        found: Shapes = shapely.line_interpolate_point(
            self.shapes[self.edge[piece]], opens + share * (closes - opens), normalized=True
        )
        return found

    def reached(self, effort: Floats, piece: Ints, share: Floats) -> Floats:
        """Return the effort at shares of pieces, given that at every node on ways outward."""
        ahead = effort[self.start[piece]] + _part(self.forward[piece], share)
        return np.minimum(ahead, effort[self.end[piece]] + _part(self.back[piece], 1 - share))

    def left(self, effort: Floats, piece: Ints, share: Floats) -> Floats:
        """Return the effort from shares of pieces onward, given that from every node."""
        ahead = _part(self.forward[piece], 1 - share) + effort[self.end[piece]]
        return np.minimum(ahead, _part(self.back[piece], share) + effort[self.start[piece]])


def cut(network: StreetNetwork, snapped: Snapped) -> tuple[CutNetwork, Ints]:
    """Return the network cut where points meet it, and each point's node (-1 off the network)."""
    nodes = np.full(len(snapped.edge), -1, dtype=np.int64)
    on = np.flatnonzero(snapped.edge >= 0)
    edge, length = snapped.edge[on], network.metres[snapped.edge[on]]
    share = np.divide(snapped.along[on], length, out=np.zeros(len(on)), where=length > 0)
    nodes[on[share >= 1]] = network.end[edge[share >= 1]]
    nodes[on[share <= 0]] = network.start[edge[share <= 0]]
    inside = (share > 0) & (share < 1)
    pairs = np.stack([edge[inside].astype(np.float64), share[inside]], axis=1)
    cuts, which = np.unique(pairs, axis=0, return_inverse=True)
    nodes[on[inside]] = network.count + which.reshape(-1)
    return _pieces(network, cuts[:, 0].astype(np.int64), cuts[:, 1]), nodes


def _pieces(network: StreetNetwork, edge: Ints, share: Floats) -> CutNetwork:
    """Return the network cut at sorted distinct shares inside its edges."""
    many = len(network.start)
    last = np.cumsum(np.bincount(edge, minlength=many) + 1)
    closing = np.zeros(many + len(edge), dtype=bool)
    closing[last - 1] = True
    closes = np.ones(len(closing))
    closes[~closing] = share
    end = np.empty(len(closing), dtype=np.int64)
    end[closing], end[~closing] = network.end, network.count + np.arange(len(edge))
    opening = np.roll(closing, 1)
    opens, start = np.roll(closes, 1), np.roll(end, 1)
    opens[opening], start[opening] = 0.0, network.start
    whole = np.repeat(np.arange(many), np.diff(last, prepend=0))
    forward, back = efforts(network)
    part = closes - opens
    return CutNetwork(
        network,
        network.count + len(edge),
        whole,
        opens,
        closes,
        start,
        end,
        forward[whole] * part,
        back[whole] * part,
    )


def efforts(network: StreetNetwork) -> tuple[Floats, Floats]:
    """Return the effort of each edge from start to end and back, shape (m,)."""
    return (
        network.metres if network.forward is None else network.forward,
        network.metres if network.back is None else network.back,
    )


def _part(effort: Floats, share: Floats) -> Floats:
    """Return a share of an effort; none of it is nothing even of a way that is not allowed."""
    return np.multiply(effort, share, out=np.zeros(len(share)), where=share > 0)


def _search(matrix: csr_array, nodes: Ints, lead: Floats) -> tuple[Floats, Labels]:
    """Search from all nodes together, by a further node that leads to each of them."""
    count = matrix.shape[0]
    order = np.lexsort((lead, nodes))
    first = np.unique(nodes[order], return_index=True)[1]
    at, ahead = nodes[order][first], lead[order][first]
    joined = csr_array(
        (
            np.concatenate([matrix.data, ahead]),
            np.concatenate([matrix.indices, at.astype(np.int32)]),
            np.concatenate([matrix.indptr, [matrix.nnz + len(at)]]).astype(np.int32),
        ),
        shape=(count + 1, count + 1),
    )
    effort, before = dijkstra(joined, directed=True, indices=count, return_predecessors=True)
    return effort[:count], before[:count]
