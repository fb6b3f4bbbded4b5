"""Shortest ways over a graph held as a sparse matrix, by ``scipy.sparse.csgraph.dijkstra``.

A stored zero is an edge without length, a missing entry is no edge: scipy keeps the two apart in
sparse matrices (a test holds it to that).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from geo_planner.travel.arrays import Floats, Ints, Labels, gather

_BLOCK = 1 << 23
"""Distances held at once by :func:`rows_within` (64 MiB)."""
_ROUNDING = 1e-12
"""A limit is inclusive; sums of floats may exceed it by this share and still be at it."""


@dataclass(frozen=True, eq=False, slots=True)
class Nearest:
    """The nearest facility of every node or point.

    Attributes
    ----------
    metres
        Length of the way, shape (n,); ``inf`` where no facility is within reach.
    facility
        Index into the facilities asked about, shape (n,); -1 for none. Of facilities equally
        near, the one with the lowest index.
    """

    metres: Floats
    facility: Labels


def undirected(count: int, start: Ints, end: Ints, metres: Floats) -> csr_array:
    """Return the symmetric matrix of ``count`` nodes.

    Of parallel edges the shortest stays (a plain conversion would add them up), and an edge from
    a node to itself is left out: it shortens no way.
    """
    low, high = np.minimum(start, end), np.maximum(start, end)
    proper = np.flatnonzero(low != high)
    order = proper[np.lexsort((metres[proper], high[proper], low[proper]))]
    low, high = low[order], high[order]
    first = np.ones(len(order), dtype=bool)
    first[1:] = (low[1:] != low[:-1]) | (high[1:] != high[:-1])
    low, high, length = low[first], high[first], metres[order][first]
    rows = np.concatenate([low, high]).astype(np.int32)
    columns = np.concatenate([high, low]).astype(np.int32)
    return csr_array((np.concatenate([length, length]), (rows, columns)), shape=(count, count))


def nearest(matrix: csr_array, nodes: Ints, head_start: Floats, limit: float | None) -> Nearest:
    """Return every node's nearest facility by one search from all facilities together.

    Parameters
    ----------
    matrix
        Symmetric lengths in metres, shape (n, n).
    nodes, head_start
        Each facility's node, and the metres between it and that node.
    limit
        Metres, inclusive; None for no limit.
    """
    count = matrix.shape[0]
    order = np.lexsort((np.arange(len(nodes)), head_start, nodes))
    chosen = order[np.unique(nodes[order], return_index=True)[1]]
    at, lead = nodes[chosen], head_start[chosen]
    joined = csr_array(
        (
            np.concatenate([matrix.data, lead]),
            np.concatenate([matrix.indices, at.astype(np.int32)]),
            np.concatenate([matrix.indptr, [matrix.nnz + len(at)]]).astype(np.int32),
        ),
        shape=(count + 1, count + 1),
    )
    metres, before = dijkstra(
        joined, directed=True, indices=count, limit=_slack(limit), return_predecessors=True
    )
    metres = clipped(metres[:count], limit)
    label = np.full(count, -1, dtype=np.int64)
    label[at] = chosen
    own = (before[:count] == count) | (before[:count] < 0)
    root = np.where(own, np.arange(count), before[:count])
    while True:
        further = root[root]
        if np.array_equal(further, root):
            break
        root = further
    label = np.where(np.isfinite(metres), label[root], -1)
    reached = lead == metres[at]
    label[at[reached]] = np.minimum(label[at[reached]], chosen[reached])
    return Nearest(metres, _settle_ties(matrix, metres, label).astype(np.int32))


def _settle_ties(matrix: csr_array, metres: Floats, label: Ints) -> Ints:
    """Return labels where, of equally short ways, the facility with the lowest index wins."""
    source = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    tight = np.isfinite(metres[source]) & (metres[source] + matrix.data == metres[matrix.indices])
    source, target = source[tight], matrix.indices[tight].astype(np.int64)
    first = np.searchsorted(source, np.arange(matrix.shape[0] + 1))
    label = label.copy()
    wave = np.flatnonzero(label[source] < label[target])
    while wave.size:
        changed = np.unique(target[wave])
        np.minimum.at(label, target[wave], label[source[wave]])
        after = gather(first[changed], first[changed + 1])
        wave = after[label[source[after]] < label[target[after]]]
    return label


def rows_within(
    matrix: csr_array, nodes: Ints, limit: float | None
) -> Iterator[tuple[int, Floats]]:
    """Yield blocks of distances from ``nodes`` to every node, each with its first row's number.

    Blocks have shape (rows, n), ``inf`` where there is no way within ``limit``; what lies at the
    limit may be a hair over it (see :func:`clipped`).
    """
    count = matrix.shape[0]
    step = max(1, _BLOCK // max(1, count))
    for begin in range(0, len(nodes), step):
        chunk = nodes[begin : begin + step]
        yield begin, dijkstra(matrix, directed=True, indices=chunk, limit=_slack(limit))


def _slack(limit: float | None) -> float:
    return np.inf if limit is None else limit * (1 + _ROUNDING)


def clipped(metres: Floats, limit: float | None) -> Floats:
    """Return lengths that rounding took a hair over the limit as being at it."""
    if limit is not None:
        metres = np.where(np.isfinite(metres), np.minimum(metres, limit), metres)
    return np.asarray(metres, dtype=np.float64)
