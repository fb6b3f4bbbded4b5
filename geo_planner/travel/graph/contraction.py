"""Compiled loops that make the graph to search: spatial order, contraction, arcs.

Plain Python functions on arrays, to be called through :func:`.compiling.compiled`. Amounts are
float64 multiples of one power of two (see :mod:`.reduction`), so that sums of them are exact.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from geo_planner.travel.arrays import Flags, Floats, Ints, Labels

Turns = npt.NDArray[np.int8]


def hilbert_rank(x: Floats, y: Floats, bits: int) -> Labels:
    """Return each point's place along a Hilbert curve through ``2**bits`` squares a side.

    Points of one square keep their order. Neighbours on the map become neighbours in memory.
    """
    count = len(x)
    west, south = x[0], y[0]
    east, north = west, south
    for i in range(count):
        west, east = min(west, x[i]), max(east, x[i])
        south, north = min(south, y[i]), max(north, y[i])
    side = (1 << bits) - 1
    span = max(east - west, north - south)
    scale = side / span if span > 0 else 0.0
    key = np.empty(count, np.int32)
    first = np.zeros((1 << (2 * bits)) + 1, np.int32)
    for i in range(count):
        a, b = np.int64((x[i] - west) * scale), np.int64((y[i] - south) * scale)
        place = np.int64(0)
        half = np.int64(1 << bits) >> 1
        while half > 0:
            right = np.int64(1) if a & half else np.int64(0)
            upper = np.int64(1) if b & half else np.int64(0)
            place += half * half * ((3 * right) ^ upper)
            if upper == 0:
                if right == 1:
                    a, b = side - a, side - b
                a, b = b, a
            half >>= 1
        key[i] = place
        first[place + 1] += 1
    for cell in range(len(first) - 1):
        first[cell + 1] += first[cell]
    rank = np.empty(count, np.int32)
    for i in range(count):
        rank[i] = first[key[i]]
        first[key[i]] += 1
    return rank


def arcs_of_edges(
    count: int, start: Ints, end: Ints, rank: Labels
) -> tuple[Labels, Labels, Labels]:
    """Return both directions of every edge by node: row starts, heads, and edge codes.

    Nodes are renumbered by ``rank``. A code is twice the edge's index, plus 1 against its drawing.
    """
    first = np.zeros(count + 1, np.int32)
    for e in range(len(start)):
        first[rank[start[e]] + 1] += 1
        first[rank[end[e]] + 1] += 1
    for v in range(count):
        first[v + 1] += first[v]
    free = first[:-1].copy()
    head = np.empty(2 * len(start), np.int32)
    code = np.empty(2 * len(start), np.int32)
    for e in range(len(start)):
        a, b = rank[start[e]], rank[end[e]]
        head[free[a]], code[free[a]] = b, 2 * e
        free[a] += 1
        head[free[b]], code[free[b]] = a, 2 * e + 1
        free[b] += 1
    return first, head, code


def junctions(
    count: int, first: Labels, head: Labels, code: Labels, forward: Floats, back: Floats
) -> Flags:
    """Return which nodes must stay: all but those amid a chain that passes the same either way.

    ``forward`` and ``back`` are each edge's effort along and against its drawing (``inf``: not
    allowed); empty where every edge is passed both ways.
    """
    keep = np.ones(count, np.bool_)
    for v in range(count):
        p = first[v]
        if first[v + 1] - p != 2 or head[p] == v or code[p] >> 1 == code[p + 1] >> 1:
            continue
        if len(forward) == 0:
            keep[v] = False
            continue
        one, two = code[p], code[p + 1]
        out_one = np.isfinite(back[one >> 1] if one & 1 else forward[one >> 1])
        in_one = np.isfinite(forward[one >> 1] if one & 1 else back[one >> 1])
        out_two = np.isfinite(back[two >> 1] if two & 1 else forward[two >> 1])
        in_two = np.isfinite(forward[two >> 1] if two & 1 else back[two >> 1])
        passed = in_one or in_two
        keep[v] = not passed or in_one != out_two or in_two != out_one
    return keep


def chains(
    first: Labels,
    head: Labels,
    code: Labels,
    keep: Flags,
    weights: Floats,
    ways: int,
) -> tuple[Labels, Labels, Labels, Floats, Labels, Floats, Turns, Floats, int]:
    """Follow every chain of edges between nodes that stay.

    Parameters
    ----------
    keep
        Which nodes stay; of a ring without any, one is added.
    weights, ways
        Shape (edges, k * ways): of k quantities, the amount along each edge's drawing and, where
        there are two ways, next to it the amount against it; with one way both are alike.

    Returns
    -------
    tuple
        ``tail`` and ``tip`` of each chain (nodes), ``edge_chain``, ``edge_at`` (amounts from the
        chain's tail to the edge, along and against, as ``weights``), ``node_chain`` (-1 for nodes
        that stay), ``node_at``, ``turned`` (1 where an edge is drawn against its chain), ``total``
        of each chain, and the number of chains, beyond which arrays of chains mean nothing.
    """
    nodes, edges, width = len(keep), len(weights), weights.shape[1]
    tail, tip = np.empty(edges, np.int32), np.empty(edges, np.int32)
    total = np.empty((edges, width), np.float64)
    edge_chain = np.full(edges, -1, np.int32)
    edge_at = np.empty((edges, width), np.float64)
    turned = np.zeros(edges, np.int8)
    node_chain = np.full(nodes, -1, np.int32)
    node_at = np.zeros((nodes, width), np.float64)
    so_far = np.zeros(width, np.float64)
    count = 0
    for ring in range(2):
        for u in range(nodes):
            if ring == 1 and not keep[u] and node_chain[u] < 0:
                keep[u] = True
            elif ring == 1 or not keep[u]:
                continue
            for began in range(first[u], first[u + 1]):
                if edge_chain[code[began] >> 1] >= 0:
                    continue
                p, v = began, u
                for k in range(width):
                    so_far[k] = 0.0
                while True:
                    e, against = code[p] >> 1, code[p] & 1
                    edge_chain[e] = count
                    turned[e] = against
                    for k in range(width):
                        edge_at[e, k] = so_far[k]
                        so_far[k] += weights[e, k ^ against if ways == 2 else k]
                    v = head[p]
                    if keep[v]:
                        break
                    node_chain[v] = count
                    for k in range(width):
                        node_at[v, k] = so_far[k]
                    p = first[v] if code[first[v]] >> 1 != e else first[v] + 1
                tail[count], tip[count] = u, v
                for k in range(width):
                    total[count, k] = so_far[k]
                count += 1
    return tail, tip, edge_chain, edge_at, node_chain, node_at, turned, total, count


def arcs_of_chains(
    count: int, tail: Labels, tip: Labels, cost: Floats, metres: Floats, *, into: bool
) -> tuple[Labels, Labels, Floats, Floats]:
    """Return the arcs that searches run along: row starts, heads, costs and metres.

    Parameters
    ----------
    cost
        Shape (chains, ways): from tail to tip and, where there are two ways, back (``inf``: not
        allowed).
    metres
        Length of each chain; empty where the cost is the length, and then so is the result's.
    into
        Whether arcs stand with the node they lead to (to search against the direction of travel).
    """
    ways = cost.shape[1]
    first = np.zeros(count + 1, np.int32)
    for c in range(len(tail)):
        if tail[c] == tip[c]:
            continue
        if np.isfinite(cost[c, 0]):
            first[(tip[c] if into else tail[c]) + 1] += 1
        if np.isfinite(cost[c, ways - 1]):
            first[(tail[c] if into else tip[c]) + 1] += 1
    for v in range(count):
        first[v + 1] += first[v]
    free = first[:-1].copy()
    size = first[count]
    head, away = np.empty(size, np.int32), np.empty(size, np.float64)
    length = np.empty(size if len(metres) else 0, np.float64)
    for c in range(len(tail)):
        if tail[c] == tip[c]:
            continue
        for way in range(2):
            effort = cost[c, way if ways == 2 else 0]
            if not np.isfinite(effort):
                continue
            a, b = (tail[c], tip[c]) if (way == 0) != into else (tip[c], tail[c])
            p = free[a]
            head[p], away[p] = b, effort
            if len(metres):
                length[p] = metres[c]
            free[a] += 1
    return first, head, away, length
