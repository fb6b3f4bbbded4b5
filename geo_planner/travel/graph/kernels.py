"""Compiled loops that search street graphs: nearest facility, all nodes, bounded pairs.

Plain Python functions on arrays, to be called through :func:`.compiling.compiled`, so that only the
first large network of a computer pays for the compiler. Costs are float64 multiples of one power of
two (see :mod:`.reduction`): sums of them are exact, so that no answer depends on the order of
adding or on who does the search.
"""

from __future__ import annotations

import numpy as np

from geo_planner.travel.arrays import Floats, Ints, Labels


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
