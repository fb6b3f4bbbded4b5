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

BOUND, FACTOR, WAITED = range(3)
"""Places in ``at``: lowest bound so far, factor of the steps, steps since it fell"""


def anneal(
    row_first: Ints, row_column: Labels, column_first: Ints, column_row: Labels,
    need: Ints, weight: Floats, price: Floats, number: int, budget: float,
    group: Ints, spare: Ints, opened: Flags, best: Flags, values: Floats,
    region: Flags, seed: int, moves: int, hot: float, cold: float,
) -> None:  # fmt: skip
    """Improve a choice by simulated annealing, in place.

    A move exchanges an open column for one that shares a row with it (now and then for any one),
    opens one while there is room, or closes one where room is a matter of cost; worse ones are
    taken with probability ``exp(change / temperature)`` (Kirkpatrick, Gelatt & Vecchi 1983,
    Science 220:671-680). What each open column alone holds is kept up to date, so that a move that
    is not taken costs the rows of one column.

    Parameters
    ----------
    number, budget
        How many columns may be open, and what they may cost together.
    group, spare
        Group of each column (a place in ``spare``), and how many open columns beyond its minimum
        each group has (plenty where there is no minimum); changed.
    opened, best, values
        The choice at hand, the best one, and what they are worth; changed.
    region
        Open columns that may be closed; with none of them, every one may.
    hot, cold
        First and last temperature, falling by one factor.
    """
    np.random.seed(seed)
    columns = len(price)
    times = np.zeros(len(need), np.int32)
    holder = np.zeros(len(need), np.int32)  # open columns of a row, xor: of one, which it is
    chosen = np.empty(columns, np.int32)
    held_weight, whole_weight = np.zeros(columns), np.zeros(columns)
    count, active = 0, 0
    for turn in range(2):
        for j in range(columns):
            if opened[j] and region[j] == (turn == 0):
                chosen[count] = j
                count += 1
        if turn == 0:
            active = count
    if active == 0:
        active = columns
    for j in range(columns):
        for q in range(column_first[j], column_first[j + 1]):
            i = column_row[q]
            whole_weight[j] += weight[i]
            if opened[j]:
                times[i] += 1
                holder[i] ^= j
    for c in range(count):
        j = chosen[c]
        for q in range(column_first[j], column_first[j + 1]):
            i = column_row[q]
            if times[i] == need[i]:
                held_weight[j] += weight[i]
    fall = (cold / hot) ** (1000.0 / max(moves, 1000))
    heat = hot
    unsaved = False
    kept, held = chosen.copy(), -1
    drops = budget < np.inf
    for move in range(moves):
        if move % 1000 == 999:
            heat *= fall
        kind = int(np.random.random() * 16) if drops or count < number else 2
        place, out, into = -1, -1, -1
        if kind != 0 and count > 0:
            place = int(np.random.random() * min(active, count))
            out = chosen[place]
        if kind != 1 or not drops:
            size = column_first[out + 1] - column_first[out] if out >= 0 else 0
            if size == 0 or np.random.random() < 1 / 512:
                into = int(np.random.random() * columns)
            else:
                i = column_row[column_first[out] + int(np.random.random() * size)]
                width = row_first[i + 1] - row_first[i]
                into = row_column[row_first[i] + int(np.random.random() * width)]
            if opened[into]:
                continue
        if out < 0 and (into < 0 or count >= number):
            continue
        cost = (price[into] if into >= 0 else 0.0) - (price[out] if out >= 0 else 0.0)
        if cost > 0 and values[SPENT] + cost > budget:
            continue
        if out >= 0 and spare[group[out]] <= 0 and (into < 0 or group[into] != group[out]):
            continue
        least = heat * np.log(1.0 - np.random.random())
        change = -held_weight[out] if out >= 0 else 0.0
        if into >= 0:
            if change + whole_weight[into] < least:
                continue
            for q in range(column_first[into], column_first[into + 1]):
                i = column_row[q]
                lacking = need[i] - times[i]
                if lacking == 1:
                    change += weight[i]
                elif lacking == 0 and out >= 0:
                    if need[i] == 1:
                        if holder[i] == out:
                            change += weight[i]
                    else:
                        for e in range(row_first[i], row_first[i + 1]):
                            if row_column[e] == out:
                                change += weight[i]
                                break
        if change < least:
            continue
        if change < 0 and unsaved:  # the best choice so far is left now: keep it
            unsaved = False
            held = count
            kept[:count] = chosen[:count]
        if out >= 0:
            opened[out] = False
            spare[group[out]] -= 1
            held_weight[out] = 0.0
            for q in range(column_first[out], column_first[out + 1]):
                i = column_row[q]
                times[i] -= 1
                holder[i] ^= out
                over = times[i] - need[i]
                if need[i] == 1:
                    if over == 0:
                        held_weight[holder[i]] += weight[i]
                elif -1 <= over <= 0:
                    for e in range(row_first[i], row_first[i + 1]):
                        if opened[row_column[e]]:
                            held_weight[row_column[e]] += weight[i] if over == 0 else -weight[i]
        if into >= 0:
            for q in range(column_first[into], column_first[into + 1]):
                i = column_row[q]
                over = times[i] - need[i]
                if need[i] == 1:
                    if over == 0:
                        held_weight[holder[i]] -= weight[i]
                    elif over == -1:
                        held_weight[into] += weight[i]
                elif -1 <= over <= 0:
                    for e in range(row_first[i], row_first[i + 1]):
                        if opened[row_column[e]]:
                            held_weight[row_column[e]] += -weight[i] if over == 0 else weight[i]
                    if over == -1:
                        held_weight[into] += weight[i]
                times[i] += 1
                holder[i] ^= into
            opened[into] = True
            spare[group[into]] += 1
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
    multiplier: Floats, lowest: Floats, slope: Floats, at: Floats,
    target: float, enough: float, steps: int,
) -> bool:  # fmt: skip
    """Sharpen a bound on the weight that can be covered, in place; return whether to go on.

    Relaxes ``need z <= sum x`` with multipliers: what remains is the sum of
    ``max(0, weight - need * multiplier)`` over the rows and the most valuable columns that find
    room. Subgradient steps after Held, Wolfe & Crowder (1974), Mathematical Programming 6:62-88,
    deflected as Camerini, Fratta & Maffioli (1975), Mathematical Programming Study 3:26-34.

    Parameters
    ----------
    even
        Whether room is a number of columns; else it is what they may cost, and the last one fills
        up as a part.
    multiplier, lowest, slope
        Of the rows at hand, of the best bound, and the direction of the last step; changed.
    at
        The best bound, the step factor, and steps without a better bound; changed.
    target
        A weight known to be covered.
    enough
        Bound at which to stop.
    """
    rows, columns = len(need), len(price)
    worth = np.zeros(columns)
    share = np.zeros(columns)
    goes_on = True
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
        if bound < at[BOUND] - 1e-4 * abs(at[BOUND] - target):
            at[WAITED] = 0
        else:
            at[WAITED] += 1
        if bound < at[BOUND]:
            at[BOUND] = bound
            for i in range(rows):
                lowest[i] = multiplier[i]
        if at[BOUND] <= enough or at[FACTOR] < 1e-4:
            goes_on = False
            break
        if at[WAITED] >= 12:
            at[FACTOR] *= 0.7
            at[WAITED] = 0
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
            goes_on = False
            break
        step = at[FACTOR] * max(bound - target, 1e-6 * bound) / square
        for i in range(rows):
            moved = multiplier[i] - step * slope[i]
            multiplier[i] = min(weight[i] / need[i], max(0.0, moved))
    return goes_on
