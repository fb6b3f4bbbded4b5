"""Compiled loops for covering all: weighting local search, and the Lagrangian bound.

Plain functions on the arrays of :class:`.instance.Instance`, to be called through
:func:`geo_planner.travel.graph.compiling.compiled`.
"""
# ruff: noqa: C901, NPY002, PLR0912, PLR0913, PLR0915, PLR0917 - loops the compiler takes whole

from __future__ import annotations

import numpy as np

from geo_planner.travel.arrays import Flags, Floats, Ints, Labels


def exchange(
    row_first: Ints, row_column: Labels, column_first: Ints, column_row: Labels,
    need: Ints, price: Floats, least: float, importance: Floats, opened: Flags, best: Flags,
    best_cost: float, seed: int, steps: int,
) -> float:  # fmt: skip
    """Make a cover cheaper by exchanging columns, in place; return the cost of the best cover.

    Row weighting local search: the column whose rows matter least is closed, one that covers an
    uncovered row is opened, and rows that stay uncovered come to matter more (Gao, Weise & Li 2015,
    An efficient local search heuristic with row weighting for the unicost set covering problem,
    European Journal of Operational Research 246:750-761); with prices, what a column's rows matter
    is divided by its price.

    Parameters
    ----------
    least
        Least step between two costs: a cover has to be cheaper by as much to be better.
    importance
        What each row matters; changed.
    opened
        Columns of the cover to begin with; changed.
    best
        Columns of the best cover; changed.
    """
    np.random.seed(seed)
    rows, columns = len(need), len(price)
    times = np.zeros(rows, np.int32)
    gain = np.zeros(columns)
    loss = np.zeros(columns)
    stamp = np.zeros(columns, np.int64)
    may = np.ones(columns, np.bool_)
    chosen = np.empty(columns, np.int32)
    place = np.full(columns, -1, np.int32)
    count, cost = 0, 0.0
    for j in range(columns):
        if opened[j]:
            chosen[count] = j
            place[j] = count
            count += 1
            cost += price[j]
            for q in range(column_first[j], column_first[j + 1]):
                times[column_row[q]] += 1
    lacking = np.empty(rows, np.int32)
    where = np.full(rows, -1, np.int32)
    open_rows = 0
    for i in range(rows):
        for e in range(row_first[i], row_first[i + 1]):
            j = row_column[e]
            if times[i] < need[i]:
                gain[j] += importance[i]
            if opened[j] and times[i] <= need[i]:
                loss[j] += importance[i]
        if times[i] < need[i]:
            lacking[open_rows] = i
            where[i] = open_rows
            open_rows += 1
    fresh = -1
    for step in range(1, steps + 1):
        further = False
        while count > 0 and (open_rows == 0 or not further):
            covered = open_rows == 0
            if covered and cost <= best_cost - least:
                best_cost = cost
                for j in range(columns):
                    best[j] = opened[j]
            further = not covered
            # Close the column whose rows matter least for its price; of equal ones the eldest.
            worst = -1
            tries = count if count <= 400 else 200
            for k in range(tries):
                j = chosen[k] if tries == count else chosen[np.random.randint(0, count)]
                if j == fresh and not covered:
                    continue
                if worst >= 0:
                    mine, other = loss[j] * price[worst], loss[worst] * price[j]
                    if mine > other or (mine == other and stamp[j] >= stamp[worst]):
                        continue
                worst = j
            if worst < 0:
                break
            opened[worst] = False
            cost -= price[worst]
            count -= 1
            last = chosen[count]
            chosen[place[worst]] = last
            place[last] = place[worst]
            stamp[worst] = step
            for q in range(column_first[worst], column_first[worst + 1]):
                i = column_row[q]
                times[i] -= 1
                short = need[i] - times[i]
                for e in range(row_first[i], row_first[i + 1]):
                    j = row_column[e]
                    may[j] = True
                    if short == 1:
                        gain[j] += importance[i]
                    elif short == 0 and opened[j]:
                        loss[j] += importance[i]
                if short == 1:
                    lacking[open_rows] = i
                    where[i] = open_rows
                    open_rows += 1
            may[worst] = False
            loss[worst] = 0.0
        # Open columns for uncovered rows while that may still end up cheaper.
        while open_rows > 0:
            i = lacking[np.random.randint(0, open_rows)]
            into = -1
            for e in range(row_first[i], row_first[i + 1]):
                j = row_column[e]
                if opened[j] or not may[j] or cost + price[j] > best_cost - least:
                    continue
                if into >= 0:
                    mine, other = gain[j] * price[into], gain[into] * price[j]
                    if mine < other or (mine == other and stamp[j] >= stamp[into]):
                        continue
                into = j
            if into < 0:
                break
            opened[into] = True
            cost += price[into]
            chosen[count] = into
            place[into] = count
            count += 1
            stamp[into] = step
            fresh = into
            own = 0.0
            for q in range(column_first[into], column_first[into + 1]):
                i = column_row[q]
                short = need[i] - times[i]
                times[i] += 1
                if short >= 1:
                    own += importance[i]
                for e in range(row_first[i], row_first[i + 1]):
                    j = row_column[e]
                    may[j] = True
                    if short == 1:
                        gain[j] -= importance[i]
                    elif short == 0 and opened[j] and j != into:
                        loss[j] -= importance[i]
                if short == 1:
                    open_rows -= 1
                    last = lacking[open_rows]
                    lacking[where[i]] = last
                    where[last] = where[i]
            loss[into] = own
        for k in range(open_rows):
            i = lacking[k]
            importance[i] += 1.0
            for e in range(row_first[i], row_first[i + 1]):
                j = row_column[e]
                gain[j] += 1.0
                if opened[j]:
                    loss[j] += 1.0
    if open_rows == 0 and cost <= best_cost - least:
        best_cost = cost
        for j in range(columns):
            best[j] = opened[j]
    return best_cost


def ascend(
    row_first: Ints, row_column: Labels, column_first: Ints, column_row: Labels,
    need: Ints, price: Floats, multiplier: Floats, highest: Floats,
    target: float, enough: float, steps: int, factor: float,
) -> tuple[float, float]:  # fmt: skip
    """Return a bound on the cost of a cover, and the step factor it ended with.

    Relaxes the rows with multipliers: what remains is ``need @ multiplier`` and the columns whose
    reduced price is negative. Subgradient steps after Held, Wolfe & Crowder (1974), Mathematical
    Programming 6:62-88, deflected as Camerini, Fratta & Maffioli (1975), Mathematical Programming
    Study 3:26-34; for set covering: Caprara, Fischetti & Toth (1999), Operations Research
    47:730-743.

    Parameters
    ----------
    multiplier, highest
        Of the rows at hand, and of the best bound; changed.
    target
        Cost of a known cover.
    enough
        Bound at which to stop.
    """
    rows, columns = len(need), len(price)
    taken = np.zeros(columns, np.bool_)
    slope = np.zeros(rows)
    best = -np.inf
    waited = 0
    for _ in range(steps):
        bound = 0.0
        for i in range(rows):
            bound += need[i] * multiplier[i]
        for j in range(columns):
            reduced = price[j]
            for q in range(column_first[j], column_first[j + 1]):
                reduced -= multiplier[column_row[q]]
            taken[j] = reduced < 0
            if taken[j]:
                bound += reduced
        if bound > best + 1e-4 * abs(target - best):
            waited = 0
        else:
            waited += 1
        if bound > best:
            best = bound
            for i in range(rows):
                highest[i] = multiplier[i]
        if best >= enough or factor < 1e-4:
            break
        if waited >= 12:
            factor *= 0.7
            waited = 0
        square = 0.0
        for i in range(rows):
            short = float(need[i])
            for e in range(row_first[i], row_first[i + 1]):
                if taken[row_column[e]]:
                    short -= 1.0
            slope[i] = short + 0.7 * slope[i]
            if multiplier[i] > 0 or slope[i] > 0:
                square += slope[i] * slope[i]
        if square == 0:
            break
        step = factor * max(target - bound, 1e-6 * abs(target)) / square
        for i in range(rows):
            multiplier[i] = max(0.0, multiplier[i] + step * slope[i])
    return best, factor
