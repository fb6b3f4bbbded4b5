"""Annealing of a choice that covers most: of the whole, and of one neighbourhood after another."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array

from geo_planner.siting.clock import Clock
from geo_planner.siting.covering import most_kernels
from geo_planner.siting.covering.greedy import covered_weight
from geo_planner.siting.covering.instance import Instance
from geo_planner.siting.covering.room import Room
from geo_planner.travel.arrays import Flags, Ints
from geo_planner.travel.graph.compiling import compiled

MOST_MOVES = 4_000_000
"""Moves of one round of annealing at most."""

CHUNK = 500_000
"""Moves of annealing between two looks at the clock."""

NEIGHBOURS = 12
"""Open columns of a neighbourhood."""

STEPS = 6
"""Steps from column to row to column at most in looking for neighbours."""


def moves_of(start: Flags) -> int:
    """Return how many moves suit a choice."""
    return int(min(max(20_000 * start.sum(), 200_000), MOST_MOVES))


def annealed(
    instance: Instance,
    room: Room,
    start: Flags,
    *,
    clock: Clock,
    seed: int,
    moves: int = 0,
    heat: float = 1.0,
    region: Flags | None = None,
) -> Flags:
    """Return the best choice that annealing meets; see :func:`.most_kernels.anneal`."""
    opened = start.copy()
    best = start.copy()
    value = covered_weight(instance, start)
    count = max(int(start.sum()), 1)
    moves = moves or moves_of(start)
    hot, cold = 0.02 * heat * value / count, 0.0005 * value / count
    if value <= 0:
        return best
    values = np.array([value, value, instance.price[start].sum()])
    spare = np.bincount(room.group[start], minlength=len(room.missing)) - room.missing
    near = np.zeros(instance.columns, dtype=np.bool_) if region is None else region
    parts = -(-moves // CHUNK)
    fall = (cold / hot) ** (1 / parts)
    for part in range(parts):
        if part and not clock.goes_on("heuristic", float(values[most_kernels.BEST])):
            break
        compiled(most_kernels.anneal)(
            instance.row_first, instance.row_column, instance.column_first, instance.column_row,
            instance.need, instance.weight, instance.price, room.number, room.budget,
            room.group, spare, opened, best, values, near,
            1_000 * seed + part, moves // parts, hot * fall**part, hot * fall ** (part + 1),
        )  # fmt: skip
    return best


def neighbours(matrix: csr_array, opened: Flags, column: int, many: int = NEIGHBOURS) -> Ints:
    """Return an open column and the open ones nearest to it, over rows that columns share.

    Parameters
    ----------
    matrix
        Ones where a column covers a row, shape (rows, columns).
    """
    size = np.maximum(matrix.sum(axis=0), 1)
    heat = np.zeros(matrix.shape[1])
    heat[column] = 1.0
    for step in range(STEPS):
        heat = matrix.T @ (matrix @ heat)
        if heat.max() <= 0:
            break
        heat /= heat.max()
        if step and np.count_nonzero(opened & (heat > 0)) >= many:
            break
    near = np.where(opened, heat / size, 0.0)
    near[column] = np.inf
    first = np.argsort(-near, kind="stable")[:many]
    return np.asarray(first[near[first] > 0], dtype=np.int64)


def neighbourhoods_annealed(
    instance: Instance, room: Room, start: Flags, *, clock: Clock, seed: int
) -> Flags:
    """Return a choice that annealing of no neighbourhood of its columns made better.

    A large-neighbourhood search (Shaw 1998, CP98, 417-431): the columns near to one may move, the
    others stay; whichever neighbourhood gains is kept, and its columns come up again.
    """
    matrix = instance.matrix
    opened, value = start, covered_weight(instance, start)
    waiting = np.flatnonzero(opened).tolist()
    moves = moves_of(start) // 8
    while waiting and clock.goes_on("heuristic", value):
        column = waiting.pop(0)
        if not opened[column]:
            continue
        region = np.zeros(instance.columns, dtype=np.bool_)
        region[neighbours(matrix, opened, column)] = True
        seed += 1
        found = annealed(instance, room, opened, clock=clock, seed=seed, moves=moves, region=region)
        gained = covered_weight(instance, found)
        if gained > value * (1 + 1e-12):
            waiting.extend(np.flatnonzero(found & ~opened).tolist())
            opened, value = found, gained
    return opened
