"""From edges to the small graph that is searched.

Nodes amid a chain of edges (two neighbours, passed the same either way) say nothing to a search: on
real street maps about four nodes in five. Chains become one arc, and every edge and node keeps its
place along its chain, so that nothing is moved. Nodes are numbered along a Hilbert curve, so that
neighbours on the map are neighbours in memory. Networks below :data:`COMPILED_FROM` edges stay as
they are: they are searched in no time, and nobody waits for a compiler.

Amounts are rounded to multiples of one power of two, as fine as float64 still adds without error: a
way is wrong by at most half a step for each of its streets, and a step is 0.1 micrometres where all
streets together are 100,000 km long, 1 micrometre where they are 1,000,000 km. Sums then do not
depend on their order: a small and a large engine, a way and its way back give the same figure.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from geo_planner.travel.arrays import Flags, Floats, Ints, Labels
from geo_planner.travel.graph import contraction
from geo_planner.travel.graph.compiling import compiled

COMPILED_FROM = 100_000
"""Edges from which compiled loops pay for their compilation."""
_FINEST = 30
_BITS = 50
_SLACK = 1024
"""A limit is inclusive: rounded amounts may exceed it by this many grid steps and be at it."""


@dataclass(frozen=True, eq=False, slots=True)
class Arcs:
    """Directed arcs by node, as compressed sparse rows.

    Attributes
    ----------
    first, head
        Row starts, shape (nodes + 1,), and the node at the other end of each arc.
    cost
        Effort of each arc.
    metres
        Length of each arc; empty where the cost is the length.
    both
        Whether cost and length differ.
    """

    first: Labels
    head: Labels
    cost: Floats
    metres: Floats
    both: bool


@dataclass(frozen=True, eq=False)
class Reduced:
    """Chains between the nodes that stayed, and where along them all edges and nodes lie.

    Amounts have a last axis of ways: one where travel is alike both ways, else along and against.
    Their middle axis are the kinds of amount: effort, then metres where those differ.

    Attributes
    ----------
    count
        Number of nodes that stayed.
    tail, tip, total
        Ends of each chain, and its amounts.
    edge_chain, edge_at, turned
        Chain of each edge, amounts from the chain's tail to the edge, and whether the edge is drawn
        against its chain.
    stays
        Number of each original node among those that stayed, or -1.
    node_chain, node_at
        Chain of each other node, and the amounts from the chain's tail to it.
    grid
        Step of the rounding, a power of two.
    is_compiled
        Whether searches run in compiled loops.
    """

    count: int
    tail: Labels
    tip: Labels
    total: Floats
    edge_chain: Labels
    edge_at: Floats
    turned: Flags
    stays: Labels
    node_chain: Labels
    node_at: Floats
    grid: float
    is_compiled: bool

    @cached_property
    def out(self) -> Arcs:
        """Arcs by the node they leave, for searches in the direction of travel."""
        return self._arcs(into=False)

    @cached_property
    def into(self) -> Arcs:
        """Arcs by the node they lead to, for searches against the direction of travel."""
        return self.out if self.total.shape[2] == 1 else self._arcs(into=True)

    @cached_property
    def longest(self) -> float:
        """Largest effort of a chain that can be passed."""
        efforts = self.total[:, 0]
        return float(efforts[np.isfinite(efforts)].max(initial=0.0))

    @cached_property
    def bucket(self) -> float:
        """Span of a bucket of the queue: a share of the usual chain, and not too many of them."""
        efforts = self.total[:, 0]
        usual = float(efforts[np.isfinite(efforts)].sum()) / max(1, efforts.size)
        return max(usual / 4, self.longest / 4096, self.grid)

    def rounded(self, amounts: Floats) -> Floats:
        """Return amounts on the grid."""
        return np.asarray(np.rint(amounts / self.grid) * self.grid, dtype=np.float64)

    def slack(self, limit: float | None) -> float:
        """Return the largest rounded amount that is still at the limit."""
        return math.inf if limit is None else limit + _SLACK * self.grid

    def _arcs(self, *, into: bool) -> Arcs:
        cost = np.ascontiguousarray(self.total[:, 0])
        both = self.total.shape[1] > 1
        metres = np.ascontiguousarray(self.total[:, 1, 0]) if both else np.empty(0)
        if self.is_compiled:
            loop = compiled(contraction.arcs_of_chains)
            first, head, efforts, lengths = loop(
                self.count, self.tail, self.tip, cost, metres, into
            )
            return Arcs(first, head, efforts, lengths, both)
        return _arcs_of_edges(self.count, self.tail, self.tip, cost, metres if both else None, into)


def _arcs_of_edges(
    count: int,
    start: Labels,
    end: Labels,
    cost: Floats,
    metres: Floats | None,
    into: bool,
) -> Arcs:
    """Return arcs without parallels, of which the cheapest (then shortest) stays, and loops."""
    edge = np.tile(np.arange(len(start)), 2)
    tail, head = np.concatenate([start, end]), np.concatenate([end, start])
    effort = np.concatenate([cost[:, 0], cost[:, -1]])
    if into:
        tail, head = head, tail
    length = effort if metres is None else metres[edge]
    order = np.lexsort((length, effort, head, tail))
    order = order[np.isfinite(effort[order]) & (tail[order] != head[order])]
    once = np.ones(len(order), dtype=bool)
    once[1:] = (np.diff(tail[order]) != 0) | (np.diff(head[order]) != 0)
    order = order[once]
    first = np.searchsorted(tail[order], np.arange(count + 1)).astype(np.int32)
    return Arcs(
        first,
        head[order].astype(np.int32),
        effort[order],
        np.empty(0) if metres is None else length[order],
        metres is not None,
    )


def grid_of(*amounts: Floats) -> float:
    """Return the step of the rounding: sums of everything stay exact in float64."""
    total = sum(float(part[np.isfinite(part)].sum()) for part in amounts)
    return float(2.0 ** -min(_FINEST, _BITS - math.ceil(math.log2(total + 1.0))))


def reduced(
    count: int,
    start: Ints,
    end: Ints,
    metres: Floats,
    *,
    forward: Floats | None = None,
    back: Floats | None = None,
    xy: Floats | None = None,
    is_compiled: bool | None = None,
) -> Reduced:
    """Return the graph to search.

    Parameters
    ----------
    count, start, end, metres
        Number of nodes; ends and length of each edge, shape (m,).
    forward, back
        Effort from start to end and back, ``inf`` where not allowed; None where it is the length.
    xy
        Positions of nodes, shape (count, 2), for their order; None to keep the order.
    is_compiled
        Whether to contract and to search in compiled loops; None decides by size.
    """
    plain = forward is None or back is None
    grid = grid_of(metres) if plain else grid_of(metres, forward, back)  # type: ignore[arg-type]
    amounts = (
        metres[:, None, None]
        if plain
        else np.stack(
            [np.stack([forward, back], axis=1), np.stack([metres, metres], axis=1)],  # type: ignore[list-item]
            axis=1,
        )
    )
    weights = np.rint(amounts / grid)
    weights *= grid
    if is_compiled is None:
        is_compiled = len(start) >= COMPILED_FROM
    if is_compiled:
        return _contracted(count, start, end, weights, xy, grid)
    kinds, ways = weights.shape[1:]
    return Reduced(
        count,
        start.astype(np.int32),
        end.astype(np.int32),
        weights,
        np.arange(len(start), dtype=np.int32),
        np.zeros_like(weights),
        np.zeros(len(start), dtype=np.bool_),
        np.arange(count, dtype=np.int32),
        np.full(count, -1, dtype=np.int32),
        np.zeros((count, kinds, ways)),
        grid,
        is_compiled=False,
    )


def _contracted(
    count: int, start: Ints, end: Ints, weights: Floats, xy: Floats | None, grid: float
) -> Reduced:
    if xy is None or count == 0:
        rank = np.arange(count, dtype=np.int32)
    else:
        bits = max(1, min(11, math.ceil(math.log2(count + 1) / 2)))
        east, north = np.nan_to_num(xy).T
        rank = compiled(contraction.hilbert_rank)(
            np.ascontiguousarray(east), np.ascontiguousarray(north), bits
        )
    first, head, code = compiled(contraction.arcs_of_edges)(
        count, start.astype(np.int32), end.astype(np.int32), rank
    )
    one_way = weights.shape[2] > 1
    nothing = np.empty(0)
    forward, back = (
        (np.ascontiguousarray(weights[:, 0, 0]), np.ascontiguousarray(weights[:, 0, 1]))
        if one_way
        else (nothing, nothing)
    )
    keep = compiled(contraction.junctions)(count, first, head, code, forward, back)
    if one_way:
        # Places along a chain are told apart by their metres: a street without any that cannot be
        # passed either way stays an arc of its own.
        door = (weights[:, 1, 0] == 0) & ~np.isfinite(weights[:, 0]).all(axis=1)
        keep[rank[start[door]]] = keep[rank[end[door]]] = True
    edges, kinds, ways = weights.shape
    tail, tip, edge_chain, edge_at, node_chain, node_at, turned, total, chains = compiled(
        contraction.chains
    )(first, head, code, keep, weights.reshape(edges, kinds * ways), ways)
    number = np.cumsum(keep, dtype=np.int32) - np.int32(1)
    stays = np.where(keep, number, np.int32(-1))[rank]
    return Reduced(
        int(keep.sum()),
        number[tail[:chains]],
        number[tip[:chains]],
        total[:chains].reshape(chains, kinds, ways).copy(),
        edge_chain,
        edge_at.reshape(weights.shape),
        turned.astype(np.bool_),
        stays,
        node_chain[rank],
        node_at.reshape(count, kinds, ways)[rank],
        grid,
        is_compiled=True,
    )
