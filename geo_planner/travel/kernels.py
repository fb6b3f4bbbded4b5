"""Compiled loops over street graphs: spatial order, contraction, nearest facility, bounded pairs.

Plain Python functions on arrays; :func:`compiled` hands them to numba the first time they are used,
and keeps the machine code in numba's cache, so that only the first large network of a computer pays
for the compiler. Every function releases the interpreter's lock while it runs.

Lengths are float64 multiples of one power of two (see :mod:`geo_planner.travel.reduction`): sums of
them are exact, so that no answer depends on the order of adding or on who does the search.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar, cast

import numpy as np
import numpy.typing as npt

from geo_planner.travel.arrays import Flags, Floats, Ints, Labels

Turns = npt.NDArray[np.int8]
Loop = TypeVar("Loop", bound=Callable[..., Any])


@cache
def compiled(loop: Loop) -> Loop:
    """Return the machine code of a loop, compiled now or taken from the cache of earlier runs.

    The cache lies beside this file or, where one may not write there, in the user's cache folder.
    """
    import numba  # noqa: PLC0415 - heavy, and small networks do without

    try:
        return cast("Loop", numba.njit(nogil=True, cache=True)(loop))
    except RuntimeError:  # neither place can be written to: every process compiles for itself
        return cast("Loop", numba.njit(nogil=True)(loop))


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


def nearest_seed(
    first: Labels,
    head: Labels,
    cost: Floats,
    length: Floats,
    both: bool,
    node: Labels,
    lead: Floats,
    lead_metres: Floats,
    label: Labels,
    limit: float,
    width: float,
    widest: float,
) -> tuple[Floats, Labels, Floats]:
    """Return each node's least cost to a seed, that seed's label, and the metres of the way.

    A bucket queue (Dial 1969, Denardo and Fox 1979) that corrects labels within a bucket. Of ways
    of equal cost the one to the lowest label is taken, then the one with the fewest metres.

    Parameters
    ----------
    both
        Whether metres are counted beside the cost.
    node, lead, lead_metres, label
        Seeds: where they are, the cost and metres already spent there, and who they stand for.
    limit
        Ways that cost more are not followed.
    width
        Span of a bucket.
    widest
        Largest cost of an arc or lead: the queue's ring of buckets is a little longer.
    """
    nodes = len(first) - 1
    away = np.full(nodes, np.inf, np.float64)
    owner = np.full(nodes, -1, np.int32)
    walked = np.full(nodes if both else 0, np.inf, np.float64)
    ring = 1
    while ring < widest / width + 2:
        ring *= 2
    mask = ring - 1
    bucket = np.full(ring, -1, np.int32)
    room = max(1024, 2 * len(node))
    key = np.empty(room, np.float64)
    link = np.empty((room, 2), np.int32)  # node and next entry of the bucket
    used, spare, live = 0, -1, 0
    for s in range(len(node)):
        u = node[s]
        nearer = lead[s] < away[u] or (lead[s] == away[u] and label[s] < owner[u])
        if both and lead[s] == away[u] and label[s] == owner[u] and lead_metres[s] < walked[u]:
            nearer = True
        if lead[s] > limit or not nearer:
            continue
        away[u], owner[u] = lead[s], label[s]
        if both:
            walked[u] = lead_metres[s]
        q = np.int64(lead[s] / width) & mask
        key[used], link[used, 0], link[used, 1] = lead[s], u, bucket[q]
        bucket[q] = used
        used += 1
        live += 1
    turn = 0
    while live > 0:
        i = bucket[turn & mask]
        if i < 0:
            turn += 1
            continue
        here, u = key[i], link[i, 0]
        bucket[turn & mask] = link[i, 1]
        link[i, 1] = spare
        spare = i
        live -= 1
        if here != away[u]:
            continue
        mine = owner[u]
        for p in range(first[u], first[u + 1]):
            v, there = head[p], here + cost[p]
            if there > away[v] or there > limit:
                continue
            if there == away[v]:
                if mine > owner[v]:
                    continue
                if mine == owner[v] and (not both or walked[u] + length[p] >= walked[v]):
                    continue
            away[v], owner[v] = there, mine
            if both:
                walked[v] = walked[u] + length[p]
            if spare >= 0:
                j = spare
                spare = link[j, 1]
            else:
                if used == room:
                    room *= 2
                    longer, further = np.empty(room, np.float64), np.empty((room, 2), np.int32)
                    longer[:used], further[:used] = key, link
                    key, link = longer, further
                j = used
                used += 1
            q = np.int64(there / width) & mask
            key[j], link[j, 0], link[j, 1] = there, v, bucket[q]
            bucket[q] = j
            live += 1
    return away, owner, walked


def at_nodes(
    stays: Labels,
    chain: Labels,
    at: Floats,
    tail: Labels,
    tip: Labels,
    total: Floats,
    away: Floats,
    owner: Labels,
    spot_chain: Labels,
    spot_at: Floats,
    spot_label: Labels,
    most: float,
    limit: float,
) -> tuple[Floats, Labels]:
    """Return costs and owners of all nodes from those of the nodes that stayed.

    For networks whose cost is their length.

    Parameters
    ----------
    stays, chain, at
        Each node's number among those that stayed, or -1; where along which chain the others lie.
    spot_chain, spot_at, spot_label
        Facilities amid chains, ordered by chain and place, no two at one place.
    most, limit
        Costs above ``most`` are no way; those between ``limit`` and it are at the limit.
    """
    spots = len(spot_chain)
    slot = np.full(len(tail), -1, np.int32)
    for j in range(spots - 1, -1, -1):
        slot[spot_chain[j]] = j
    count = len(stays)
    metres = np.empty(count, np.float64)
    facility = np.empty(count, np.int32)
    for v in range(count):
        if stays[v] >= 0:
            one, a = away[stays[v]], owner[stays[v]]
        else:
            c, mine = chain[v], at[v]
            one = away[tail[c]] + mine
            two = away[tip[c]] + (total[c] - mine)
            a, b = owner[tail[c]], owner[tip[c]]
            if two < one or (two == one and b < a):
                one, a = two, b
            if slot[c] >= 0:
                low, high = slot[c], slot[c]
                step = 1
                while high < spots and spot_chain[high] == c and spot_at[high] < mine:
                    low, high, step = high, high + step, 2 * step
                high = min(high, spots)
                while low < high:
                    middle = (low + high) // 2
                    if spot_chain[middle] == c and spot_at[middle] < mine:
                        low = middle + 1
                    else:
                        high = middle
                for j in range(max(low - 1, 0), min(low + 1, spots)):
                    if spot_chain[j] == c:
                        two, b = abs(spot_at[j] - mine), spot_label[j]
                        if two < one or (two == one and b < a):
                            one, a = two, b
        if one <= most and one < np.inf:
            metres[v], facility[v] = min(one, limit), a
        else:
            metres[v], facility[v] = np.inf, -1
    return metres, facility


def bounded_pairs(
    first: Labels,
    head: Labels,
    cost: Floats,
    length: Floats,
    both: bool,
    end: Labels,
    lead: Floats,
    lead_metres: Floats,
    hang_first: Labels,
    hang: Labels,
    hang_cost: Floats,
    hang_metres: Floats,
    targets: int,
    limit: float,
    width: float,
    widest: float,
) -> tuple[Ints, Labels, Floats, Floats]:
    """Return which targets each source reaches within the limit: row starts, targets, cost, metres.

    Parameters
    ----------
    both
        Whether metres are counted beside the cost.
    end, lead, lead_metres
        Shape (sources, 2): the (one or two) nodes a source starts at, -1 for none, and the cost and
        metres from it to them.
    hang_first, hang, hang_cost, hang_metres
        Targets by the node they hang at, with cost and metres from that node to them.
    """
    nodes = len(first) - 1
    away = np.full(nodes, np.inf, np.float64)
    walked = np.full(nodes if both else 0, np.inf, np.float64)
    touched = np.empty(nodes, np.int32)
    best = np.full(targets, np.inf, np.float64)
    best_metres = np.full(targets if both else 0, np.inf, np.float64)
    met = np.empty(targets, np.int32)
    ring = 1
    while ring < widest / width + 2:
        ring *= 2
    mask = ring - 1
    bucket = np.full(ring, -1, np.int32)
    room = 4096
    key = np.empty(room, np.float64)
    link = np.empty((room, 2), np.int32)
    row = np.zeros(len(end) + 1, np.int64)
    space = max(1024, 8 * len(end))
    found = np.empty(space, np.int32)
    found_cost = np.empty(space, np.float64)
    found_metres = np.empty(space if both else 0, np.float64)
    total = 0
    for s in range(len(end)):
        reached, used, spare, live, turn = 0, 0, -1, 0, np.int64(0)
        for side in range(2):
            u = end[s, side]
            if u < 0 or lead[s, side] > limit or lead[s, side] >= away[u]:
                continue
            if away[u] == np.inf:
                touched[reached] = u
                reached += 1
            away[u] = lead[s, side]
            if both:
                walked[u] = lead_metres[s, side]
            q = np.int64(lead[s, side] / width) & mask
            key[used], link[used, 0], link[used, 1] = lead[s, side], u, bucket[q]
            bucket[q] = used
            used += 1
            live += 1
        while live > 0:
            i = bucket[turn & mask]
            if i < 0:
                turn += 1
                continue
            here, u = key[i], link[i, 0]
            bucket[turn & mask] = link[i, 1]
            link[i, 1] = spare
            spare = i
            live -= 1
            if here != away[u]:
                continue
            for p in range(first[u], first[u + 1]):
                v, there = head[p], here + cost[p]
                if there > limit or there > away[v]:
                    continue
                if there == away[v] and (not both or walked[u] + length[p] >= walked[v]):
                    continue
                if away[v] == np.inf:
                    touched[reached] = v
                    reached += 1
                away[v] = there
                if both:
                    walked[v] = walked[u] + length[p]
                if spare >= 0:
                    j = spare
                    spare = link[j, 1]
                else:
                    if used == room:
                        room *= 2
                        longer, further = np.empty(room, np.float64), np.empty((room, 2), np.int32)
                        longer[:used], further[:used] = key, link
                        key, link = longer, further
                    j = used
                    used += 1
                q = np.int64(there / width) & mask
                key[j], link[j, 0], link[j, 1] = there, v, bucket[q]
                bucket[q] = j
                live += 1
        many = 0
        for t in range(reached):
            u = touched[t]
            for h in range(hang_first[u], hang_first[u + 1]):
                target, there = hang[h], away[u] + hang_cost[h]
                if there > limit or there > best[target]:
                    continue
                if best[target] == np.inf:
                    met[many] = target
                    many += 1
                if both:
                    way = walked[u] + hang_metres[h]
                    if there < best[target] or way < best_metres[target]:
                        best_metres[target] = way
                best[target] = there
            away[u] = np.inf
        if total + many > space:
            space = 2 * space + many
            more, more_cost = np.empty(space, np.int32), np.empty(space, np.float64)
            more[:total], more_cost[:total] = found[:total], found_cost[:total]
            found, found_cost = more, more_cost
            if both:
                more_metres = np.empty(space, np.float64)
                more_metres[:total] = found_metres[:total]
                found_metres = more_metres
        for m in range(many):
            target = met[m]
            found[total], found_cost[total] = target, best[target]
            if both:
                found_metres[total] = best_metres[target]
                best_metres[target] = np.inf
            best[target] = np.inf
            total += 1
        row[s + 1] = total
    return (
        row,
        found[:total].copy(),
        found_cost[:total].copy(),
        found_metres[: total if both else 0].copy(),
    )
