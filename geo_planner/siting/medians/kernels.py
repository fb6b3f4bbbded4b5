"""Loops over the pairs of a median instance: plain functions that a compiler can take."""
# ruff: noqa: C901, PLR0912, PLR0913, PLR0915, PLR0917 - loops the compiler takes whole

from __future__ import annotations

import numpy as np

from geo_planner.travel.arrays import Flags, Floats, Ints, Labels

BEST, STEP, SINCE, UPPER, DROP, TAKEN_VALUE = range(6)
"""Places in ``control``: best bound; step factor; steps without a better bound; best known value
(or ``inf``); how far below it an answer must lie to matter; value of the best sites taken."""

GOES_ON, PRUNED, SETTLED, IMPOSSIBLE = range(4)
"""How :func:`climb` ends: steps used up; nothing better below; no more to gain; no choice at all"""


def narrow(
    first: Ints, site: Labels, cost: Floats, away: Floats, number: Labels, opened: Flags
) -> tuple[Ints, Labels, Floats, Floats]:
    """Return the pairs that still matter once some sites are open for good and some are dropped.

    ``number`` is the new number of each site, -1 for one that is dropped or open for good; pairs
    as costly as the nearest site that is open for good go. Rows are ordered by cost.
    """
    n = len(away)
    kept = np.zeros(n + 1, np.int64)
    sites = np.empty(len(site), np.int32)
    costs = np.empty(len(site), np.float64)
    nearest = away.copy()
    at = 0
    for i in range(n):
        for pair in range(first[i], first[i + 1]):
            if opened[site[pair]]:
                nearest[i] = min(nearest[i], cost[pair])
                break
        for pair in range(first[i], first[i + 1]):
            if cost[pair] >= nearest[i]:
                break
            if number[site[pair]] >= 0:
                sites[at] = number[site[pair]]
                costs[at] = cost[pair]
                at += 1
        kept[i + 1] = at
    return kept, sites[:at].copy(), costs[:at].copy(), nearest


def interchange(
    first: Ints,
    site: Labels,
    cost: Floats,
    away: Floats,
    column_first: Ints,
    column_demand: Labels,
    column_cost: Floats,
    slots: Ints,
    group: Ints,
    spare: Ints,
    price: Floats,
    money: float,
    least_gain: float,
    most_swaps: int,
) -> tuple[int, float]:
    """Swap open sites for better ones until no swap helps; return how many swaps, and the value.

    ``slots`` holds the open sites, -1 for a free place (to fill it is a swap too); ``spare`` how
    many sites each group has beyond its need; both change in place. ``money`` may still be spent.
    """
    n, m = len(away), len(price)
    opened = np.zeros(m + 1, np.bool_)
    for place in range(len(slots)):
        if slots[place] >= 0:
            opened[slots[place]] = True
    near, second = away.copy(), away.copy()
    server = np.full(n, m, np.int64)
    loss = np.zeros(m + 1)
    change = np.zeros(m + 1)
    for i in range(n):
        for pair in range(first[i], first[i + 1]):
            if opened[site[pair]]:
                if server[i] == m:
                    near[i] = cost[pair]
                    server[i] = site[pair]
                else:
                    second[i] = cost[pair]
                    break
        loss[server[i]] += second[i] - near[i]
    swaps, stale, j = 0, 0, 0
    while stale < m and swaps < most_swaps:
        if not opened[j]:
            gain = 0.0
            for place in range(column_first[j], column_first[j + 1]):
                i = column_demand[place]
                c = column_cost[place]
                if c < near[i]:
                    gain += near[i] - c
                    change[server[i]] -= second[i] - near[i]
                elif c < second[i]:
                    change[server[i]] -= second[i] - c
            least = np.inf
            out = -1
            for place in range(len(slots)):
                r = slots[place]
                lost = 0.0
                paid = price[j]
                allowed = True
                if r >= 0:
                    lost = loss[r] + change[r]
                    change[r] = 0.0
                    paid -= price[r]
                    allowed = group[r] < 0 or group[r] == group[j] or spare[group[r]] > 0
                if lost < least and allowed and paid <= money:
                    least = lost
                    out = place
            if gain - least > least_gain:
                r = slots[out]
                slots[out] = j
                opened[j] = True
                money -= price[j]
                if group[j] >= 0:
                    spare[group[j]] += 1
                if r >= 0:
                    opened[r] = False
                    money += price[r]
                    if group[r] >= 0:
                        spare[group[r]] -= 1
                swaps += 1
                stale = 0
                for turn in range(2):
                    changed = j if turn == 0 else r
                    if changed < 0:
                        continue
                    for place in range(column_first[changed], column_first[changed + 1]):
                        i = column_demand[place]
                        if column_cost[place] > second[i]:
                            continue
                        loss[server[i]] -= second[i] - near[i]
                        near[i] = away[i]
                        second[i] = away[i]
                        server[i] = m
                        for pair in range(first[i], first[i + 1]):
                            if opened[site[pair]]:
                                if server[i] == m:
                                    near[i] = cost[pair]
                                    server[i] = site[pair]
                                else:
                                    second[i] = cost[pair]
                                    break
                        loss[server[i]] += second[i] - near[i]
        stale += 1
        j = j + 1 if j + 1 < m else 0
    return swaps, near.sum()


def climb(
    first: Ints,
    site: Labels,
    cost: Floats,
    away: Floats,
    choose: int,
    group: Ints,
    need: Ints,
    price: Floats,
    money: float,
    state: Labels,
    dual: Floats,
    best_dual: Floats,
    direction: Floats,
    share: Floats,
    best_taken: Flags,
    control: Floats,
    steps: int,
    patience: int,
) -> int:
    """Raise the Lagrangian bound by some steps of deflected subgradients; return how it ended.

    The multipliers ``dual`` are one a demand point, of its being served once, and one of the
    money, at the end. ``state`` (0 free, 1 open, -1 closed for any better answer), ``share`` (how
    often a site was taken of late), ``best_taken`` and ``control`` are kept up in place.
    """
    n, m = len(away), len(state)
    limited = money < np.inf
    reduced = np.empty(m)
    taken = np.zeros(m, np.bool_)
    order = np.arange(m)
    short = need.copy()
    for _ in range(steps):
        bound = 0.0
        reduced[:] = 0.0
        if limited:
            bound -= dual[n] * money
            for j in range(m):
                reduced[j] = dual[n] * price[j]
        for i in range(n):
            u = dual[i]
            bound += u
            for pair in range(first[i], first[i + 1]):
                c = cost[pair]
                if c >= u:
                    break
                reduced[site[pair]] += c - u
        # Shell's sort: the order of the step before is nearly the order of this one.
        span = 1
        while span < m // 9:
            span = 3 * span + 1
        while span > 0:
            for k in range(span, m):
                j = order[k]
                place = k
                while place >= span:
                    other = order[place - span]
                    if reduced[other] < reduced[j] or (reduced[other] == reduced[j] and other < j):
                        break
                    order[place] = other
                    place -= span
                order[place] = j
            span //= 3
        # The best choice: what must be open, what groups still need, then what pays.
        count = 0
        short[:] = need
        for j in range(m):
            taken[j] = state[j] == 1
            if taken[j]:
                count += 1
                if group[j] >= 0:
                    short[group[j]] -= 1
        for place in range(m):
            j = order[place]
            if state[j] == 0 and group[j] >= 0 and short[group[j]] > 0:
                short[group[j]] -= 1
                taken[j] = True
                count += 1
        if count > choose:
            return 3
        for wanted in range(len(need)):
            if short[wanted] > 0:
                return 3
        for place in range(m):
            j = order[place]
            if count == choose or reduced[j] >= 0.0:
                break
            if state[j] == 0 and not taken[j]:
                taken[j] = True
                count += 1
        worst, other_best, spent = -np.inf, 0.0, 0.0
        for j in range(m):
            share[j] *= 0.9
            if taken[j]:
                share[j] += 0.1
                bound += reduced[j]
                spent += price[j]
                if state[j] == 0:
                    worst = max(worst, reduced[j])
            elif state[j] == 0:
                other_best = min(other_best, reduced[j])
        # A site more takes the place of the worst that may go, which a group may have needed.
        if count < choose:
            worst = max(worst, 0.0)
        cutoff = control[3] - control[4]
        if bound > control[0]:
            if bound > control[0] + 1e-4 * (control[3] - control[0]):
                control[2] = 0.0
            control[0] = bound
            best_dual[:] = dual
            if bound > cutoff:
                return 1
            for j in range(m):
                if state[j] == 0:
                    if taken[j]:
                        if bound - reduced[j] + other_best > cutoff:
                            state[j] = 1
                    elif bound + reduced[j] - worst > cutoff:
                        state[j] = -1
        else:
            control[2] += 1.0
            if control[2] >= patience:
                control[1] *= 0.7
                control[2] = 0.0
                dual[:] = best_dual
        # Who is served how often, and what the taken sites would cost in truth.
        value, length = 0.0, 0.0
        for i in range(n):
            lacking = 1.0
            nearest = away[i]
            for pair in range(first[i], first[i + 1]):
                c = cost[pair]
                if c >= dual[i] and nearest < away[i]:
                    break
                if taken[site[pair]]:
                    nearest = min(nearest, c)
                    if c < dual[i]:
                        lacking -= 1.0
            value += nearest
            direction[i] = 0.3 * direction[i] + 0.7 * lacking
            if dual[i] >= away[i] and direction[i] > 0.0:
                direction[i] = 0.0
            length += direction[i] * direction[i]
        if limited:
            direction[n] = 0.3 * direction[n] + 0.7 * (spent - money)
            if dual[n] <= 0.0 and direction[n] < 0.0:
                direction[n] = 0.0
            length += direction[n] * direction[n]
        if spent <= money and value < control[5]:
            control[5] = value
            best_taken[:] = taken
            control[3] = min(control[3], value)
        if length < 1e-12 or control[1] < 0.005:
            return 2
        step = control[1] * (control[3] - bound) / length
        for i in range(n):
            dual[i] = min(max(dual[i] + step * direction[i], 0.0), away[i])
        if limited:
            dual[n] = max(dual[n] + step * direction[n], 0.0)
    return 0
