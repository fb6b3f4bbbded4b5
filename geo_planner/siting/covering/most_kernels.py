"""Compiled loops for covering most: annealing of a choice, and the Lagrangian bound.

Plain functions on the arrays of :class:`.instance.Instance`, to be called through
:func:`geo_planner.travel.graph.compiling.compiled`.
"""
# ruff: noqa: C901, NPY002, PLR0912, PLR0913, PLR0915, PLR0917 - loops the compiler takes whole

from __future__ import annotations

import numpy as np

from geo_planner.travel.arrays import Flags, Floats, Ints, Labels

VALUE, BEST, SPENT = range(3)
"""Places in ``values``: weight the choice covers, weight the best one covers, cost of the choice"""


def anneal(
    row_first: Ints, row_column: Labels, column_first: Ints, column_row: Labels,
    need: Ints, weight: Floats, price: Floats, number: int, budget: float,
    group: Ints, spare: Ints, opened: Flags, best: Flags, values: Floats,
    seed: int, moves: int, hot: float, cold: float,
) -> None:  # fmt: skip
    """Improve a choice by simulated annealing, in place.

    A move exchanges an open column for one that shares a row with it (now and then for any one),
    opens one while there is room, or closes one where room is a matter of cost. A move costs the
    rows of two columns; worse ones are taken with probability ``exp(change / temperature)``
    (Kirkpatrick, Gelatt & Vecchi 1983, Science 220:671-680).

    Parameters
    ----------
    number, budget
        How many columns may be open, and what they may cost together.
    group, spare
        Group of each column (a place in ``spare``), and how many open columns beyond its minimum
        each group has (plenty where there is no minimum); changed.
    opened, best, values
        The choice at hand, the best one, and what they are worth; changed.
    hot, cold
        First and last temperature, falling by one factor.
    """
    np.random.seed(seed)
    columns = len(price)
    times = np.zeros(len(need), np.int32)
    chosen = np.empty(columns, np.int32)
    count = 0
    for j in range(columns):
        if opened[j]:
            chosen[count] = j
            count += 1
            for q in range(column_first[j], column_first[j + 1]):
                times[column_row[q]] += 1
    fall = (cold / hot) ** (1000.0 / max(moves, 1000))
    heat = hot
    unsaved = False
    kept, held = chosen.copy(), -1
    drops = budget < np.inf
    for move in range(moves):
        if move % 1000 == 999:
            heat *= fall
        kind = np.random.randint(0, 16) if drops or count < number else 2
        place, out, into = -1, -1, -1
        if kind != 0 and count > 0:
            place = np.random.randint(0, count)
            out = chosen[place]
        if kind != 1 or not drops:
            size = column_first[out + 1] - column_first[out] if out >= 0 else 0
            if size == 0 or np.random.randint(0, 512) == 0:
                into = np.random.randint(0, columns)
            else:
                i = column_row[column_first[out] + np.random.randint(0, size)]
                width = row_first[i + 1] - row_first[i]
                into = row_column[row_first[i] + np.random.randint(0, width)]
            if opened[into]:
                continue
        if out < 0 and (into < 0 or count >= number):
            continue
        cost = (price[into] if into >= 0 else 0.0) - (price[out] if out >= 0 else 0.0)
        if cost > 0 and values[SPENT] + cost > budget:
            continue
        if out >= 0 and spare[group[out]] <= 0 and (into < 0 or group[into] != group[out]):
            continue
        change = 0.0
        if out >= 0:
            for q in range(column_first[out], column_first[out + 1]):
                i = column_row[q]
                if times[i] == need[i]:
                    change -= weight[i]
                times[i] -= 1
        if into >= 0:
            for q in range(column_first[into], column_first[into + 1]):
                i = column_row[q]
                if times[i] == need[i] - 1:
                    change += weight[i]
        if change < 0 and np.random.random() >= np.exp(change / heat):
            if out >= 0:
                for q in range(column_first[out], column_first[out + 1]):
                    times[column_row[q]] += 1
            continue
        if change < 0 and unsaved:  # the best choice so far is left now: keep it
            unsaved = False
            held = count
            kept[:count] = chosen[:count]
        if out >= 0:
            opened[out] = False
            spare[group[out]] -= 1
        if into >= 0:
            opened[into] = True
            spare[group[into]] += 1
            for q in range(column_first[into], column_first[into + 1]):
                times[column_row[q]] += 1
        if out >= 0 and into >= 0:
            chosen[place] = into
        elif into >= 0:
            chosen[count] = into
            count += 1
        else:
            count -= 1
            chosen[place] = chosen[count]
        values[VALUE] += change
        values[SPENT] += cost
        unsaved = unsaved or values[VALUE] > values[BEST] + 1e-9 * values[BEST]
        if unsaved:
            values[BEST] = max(values[BEST], values[VALUE])
    if unsaved:
        held = count
        kept[:count] = chosen[:count]
    if held >= 0:
        best[:] = False
        best[kept[:held]] = True


def descend(
    row_first: Ints, row_column: Labels, column_first: Ints, column_row: Labels,
    need: Ints, weight: Floats, price: Floats, even: bool, room: float,
    multiplier: Floats, lowest: Floats, target: float, enough: float, steps: int, factor: float,
) -> tuple[float, float]:  # fmt: skip
    """Return a bound on the weight that can be covered, and the step factor it ended with.

    Relaxes ``need z <= sum x`` with multipliers: what remains is the sum of
    ``max(0, weight - need * multiplier)`` over the rows and the most valuable columns that find
    room. Subgradient steps after Held, Wolfe & Crowder (1974), Mathematical Programming 6:62-88,
    deflected as Camerini, Fratta & Maffioli (1975), Mathematical Programming Study 3:26-34.

    Parameters
    ----------
    even
        Whether room is a number of columns; else it is what they may cost, and the last one fills
        up as a part.
    multiplier, lowest
        Of the rows at hand, and of the best bound; changed.
    target
        A weight known to be covered.
    enough
        Bound at which to stop.
    """
    rows, columns = len(need), len(price)
    worth = np.zeros(columns)
    share = np.zeros(columns)
    slope = np.zeros(rows)
    best = np.inf
    waited = 0
    for _ in range(steps):
        for j in range(columns):
            total = 0.0
            for q in range(column_first[j], column_first[j + 1]):
                total += multiplier[column_row[q]]
            worth[j] = total
        bound = 0.0
        if even:
            take = int(min(room, columns))
            limit = np.inf
            if take > 0:
                limit = np.partition(worth, columns - take)[columns - take]
            for j in range(columns):
                share[j] = 0.0
                if worth[j] > limit:
                    share[j] = 1.0
                    bound += worth[j]
                    take -= 1
            for j in range(columns):
                if take > 0 and worth[j] == limit:
                    share[j] = 1.0
                    bound += worth[j]
                    take -= 1
        else:
            left = room
            order = np.argsort(-worth / np.maximum(price, 1e-12), kind="mergesort")
            for j in order:
                share[j] = 0.0
                if worth[j] > 0:
                    share[j] = 1.0 if price[j] <= left else left / price[j]
                    left -= share[j] * price[j]
                    bound += share[j] * worth[j]
        for i in range(rows):
            bound += max(0.0, weight[i] - need[i] * multiplier[i])
        if bound < best - 1e-4 * abs(best - target):
            waited = 0
        else:
            waited += 1
        if bound < best:
            best = bound
            for i in range(rows):
                lowest[i] = multiplier[i]
        if best <= enough or factor < 1e-4:
            break
        if waited >= 12:
            factor *= 0.7
            waited = 0
        square = 0.0
        for i in range(rows):
            over = -float(need[i])
            for e in range(row_first[i], row_first[i + 1]):
                over += share[row_column[e]]
            slope[i] = over + 0.7 * slope[i]
            if multiplier[i] <= 0 and slope[i] > 0:
                continue
            if multiplier[i] * need[i] >= weight[i] and slope[i] < 0:
                continue
            square += slope[i] * slope[i]
        if square == 0:
            break
        step = factor * max(bound - target, 1e-6 * bound) / square
        for i in range(rows):
            moved = multiplier[i] - step * slope[i]
            multiplier[i] = min(weight[i] / need[i], max(0.0, moved))
    return best, factor
