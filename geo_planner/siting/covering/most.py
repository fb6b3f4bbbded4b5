"""Search and proof for covering most: annealing, merging of choices, Lagrangian bound, branching.

The steps, each as long as the gap is not closed: a greedy choice; rounds of annealing, and after
each round the best choice from all columns that the choices so far use, by branch and bound (a
small program: Aggarwal, Orlin & Tai 1997, Operations Research 45:226-234, call it optimized
crossover); a bound from Lagrangian multipliers, with which columns that no better choice can
contain are dropped; the whole program with the best choice as start.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_array, diags_array, hstack, vstack

from geo_planner.siting.clock import Clock
from geo_planner.siting.covering import most_kernels
from geo_planner.siting.covering.greedy import covered_weight, greedy_choice, times_open
from geo_planner.siting.covering.instance import SMALL, Instance
from geo_planner.siting.covering.reductions import (
    with_equal_rows_merged,
    without_outdone_columns,
)
from geo_planner.siting.covering.room import Room
from geo_planner.siting.plan import PROVEN
from geo_planner.siting.solver import Model, Solved, solve
from geo_planner.travel.arrays import Flags, Floats
from geo_planner.travel.graph.compiling import compiled

LONGER = (1, 1, 1, 1, 1, 1, 6, 6, *(24,) * 16)
"""How many times as long each round of annealing is, where nothing closes the gap before."""

HARD, ROUNDS = 60_000, 8
"""Pairs from which branching has no chance, and rounds where it has."""

IDLE = 6
"""Rounds without a better choice after which annealing ends."""

RESERVE, HARD_RESERVE = 0.3, 0.1
"""Part of the time that is left for branching, where it has a chance and where not."""

MOST_MOVES = 4_000_000
"""Moves of one round of annealing at most."""

CHUNK = 500_000
"""Moves of annealing between two looks at the clock."""

Conditions = tuple[csr_array, Floats, Floats]


@dataclass(frozen=True, eq=False, slots=True)
class Choice:
    """Columns, the weight they cover, and what no choice covers more than; None without columns."""

    opened: Flags | None
    value: float
    bound: float
    impossible: bool = False


def choose_most(
    instance: Instance, room: Room, conditions: Conditions, *, clock: Clock, gap: float
) -> Choice:
    """Return the columns that cover most weight, and a bound.

    Parameters
    ----------
    conditions
        What ``room`` says, as rows over the columns.
    gap
        Relative gap that is good enough.
    """
    if room.is_impossible(instance.price):
        return Choice(None, -np.inf, -np.inf, impossible=True)
    opened = greedy_choice(instance, room)
    best = Choice(opened, covered_weight(instance, opened), float(instance.weight.sum()))
    if _is_enough(best, gap):
        return best
    if instance.pairs > SMALL:
        return _searched(instance, room, conditions, best, clock=clock, gap=gap)
    every = np.ones(instance.columns, dtype=np.bool_)
    return _branched(instance, every, conditions, best, clock=clock, gap=gap)


def _is_enough(best: Choice, gap: float) -> bool:
    return best.bound - best.value <= max(gap, PROVEN) * best.value


def _better(best: Choice, instance: Instance, opened: Flags) -> Choice:
    value = covered_weight(instance, opened)
    return replace(best, opened=opened.copy(), value=value) if value > best.value else best


def _told(clock: Clock, stage: str, best: Choice) -> bool:
    return clock.goes_on(stage, best.value, best.bound)


def _searched(
    instance: Instance,
    room: Room,
    conditions: Conditions,
    best: Choice,
    *,
    clock: Clock,
    gap: float,
) -> Choice:
    """Return a better choice by annealing and merging, with the Lagrangian bound."""
    lagrangian = Lagrangian(instance, room)
    best = lagrangian.sharpened(best, steps=300)
    first = best.opened
    assert first is not None
    hard = instance.pairs > HARD
    share = HARD_RESERVE if hard else RESERVE
    reserve = share * clock.left if np.isfinite(clock.left) else 0.0
    recent: deque[Flags] = deque([first], maxlen=8)
    idle = 0
    for turn, longer in enumerate(LONGER if hard else LONGER[:ROUNDS]):
        if not _told(clock, "heuristic", best) or _is_enough(best, gap):
            break
        if turn > 1 and clock.left < reserve:
            break
        before = best.value
        start = first if turn % 2 == 0 or best.opened is None else best.opened
        found = annealed(
            instance,
            room,
            start,
            clock=clock,
            seed=turn,
            moves=longer * _moves(start),
            heat=2.0 if longer == 1 else 1.0 if start is first else 0.3,
        )
        recent.append(found)
        best = _better(best, instance, found)
        if turn % 2 == 1:
            used: Flags = np.zeros(instance.columns, dtype=np.bool_)
            for one in recent:
                used |= one
            used |= best.opened if best.opened is not None else first
            best = _merged(instance, conditions, best, used, clock=clock)
            assert best.opened is not None
            recent.append(best.opened)
        best = lagrangian.sharpened(best, steps=100)
        idle = idle + 1 if best.value == before else 0
        if idle >= IDLE:
            break
    best = lagrangian.sharpened(best, steps=400)
    if _is_enough(best, gap):
        return best
    return _branched(instance, lagrangian.hopeful(best), conditions, best, clock=clock, gap=gap)


def _moves(start: Flags) -> int:
    return int(min(max(10_000 * start.sum(), 200_000), MOST_MOVES))


def annealed(
    instance: Instance,
    room: Room,
    start: Flags,
    *,
    clock: Clock,
    seed: int,
    moves: int = 0,
    heat: float = 1.0,
) -> Flags:
    """Return the best choice that annealing meets; see :func:`.most_kernels.anneal`."""
    opened = start.copy()
    best = start.copy()
    value = covered_weight(instance, start)
    count = max(int(start.sum()), 1)
    moves = moves or _moves(start)
    hot, cold = 0.02 * heat * value / count, 0.0005 * value / count
    if value <= 0:
        return best
    values = np.array([value, value, instance.price[start].sum()])
    spare = np.bincount(room.group[start], minlength=len(room.missing)) - room.missing
    parts = -(-moves // CHUNK)
    fall = (cold / hot) ** (1 / parts)
    for part in range(parts):
        if part and not clock.goes_on("heuristic", float(values[most_kernels.BEST])):
            break
        compiled(most_kernels.anneal)(
            instance.row_first, instance.row_column, instance.column_first, instance.column_row,
            instance.need, instance.weight, instance.price, room.number, room.budget,
            room.group, spare, opened, best, values,
            1_000 * seed + part, moves // parts, hot * fall**part, hot * fall ** (part + 1),
        )  # fmt: skip
    return best


class Lagrangian:
    """The bound that multipliers of the rows prove, sharpened step by step."""

    def __init__(self, instance: Instance, room: Room) -> None:
        self._instance = instance
        self.lowest = 0.5 * instance.weight / instance.need
        self._factor = 1.0
        self._bounded = np.isfinite(room.budget)
        self._room = float(room.budget if self._bounded else room.number)
        self._whole = instance.whole
        self._bound = np.inf

    def sharpened(self, best: Choice, *, steps: int) -> Choice:
        """Return the choice with the bound after some more steps; whole weights round it down."""
        instance = self._instance
        multiplier = self.lowest.copy()
        lowest = self.lowest.copy()
        bound, factor = compiled(most_kernels.descend)(
            instance.row_first, instance.row_column, instance.column_first, instance.column_row,
            instance.need, instance.weight, instance.price, not self._bounded, self._room,
            multiplier, lowest, best.value, best.value * (1 + PROVEN / 2), steps,
            max(self._factor, 0.05),
        )  # fmt: skip
        self._factor = factor
        if bound < self._bound:
            self._bound, self.lowest = bound, lowest
        if self._whole:
            bound = float(np.floor(bound + 1e-6))
        return replace(best, bound=min(best.bound, bound))

    def hopeful(self, best: Choice) -> Flags:
        """Return the columns that a better choice may contain, and those of the best one.

        To open a column beside the most valuable ones costs the bound what it is worth less than
        the least of them.
        """
        instance = self._instance
        take = int(self._room)
        if self._bounded or not 0 < take < instance.columns:
            return np.ones(instance.columns, dtype=np.bool_)
        column = np.repeat(np.arange(instance.columns), np.diff(instance.column_first))
        worth = np.bincount(column, self.lowest[instance.column_row], minlength=instance.columns)
        least = np.sort(worth)[-take]
        better = best.value + (1.0 - 1e-6 if self._whole else -PROVEN * best.value)
        hopeful: Flags = self._bound - np.maximum(least - worth, 0.0) >= better
        return hopeful if best.opened is None else hopeful | best.opened


def _merged(
    instance: Instance, conditions: Conditions, best: Choice, used: Flags, *, clock: Clock
) -> Choice:
    """Return the best choice of the columns that are in use."""
    solved = _programmed(
        instance, used, conditions, best, clock=clock, gap=1e-5, share=0.2, nodes=200
    )
    return _chosen(instance, used, best, solved)


def _branched(
    instance: Instance,
    hopeful: Flags,
    conditions: Conditions,
    best: Choice,
    *,
    clock: Clock,
    gap: float,
) -> Choice:
    """Return what branch and bound makes of the columns that may matter in the time left."""
    if not _told(clock, "solving", best):
        return best
    solved = _programmed(instance, hopeful, conditions, best, clock=clock, gap=gap)
    if solved.end == "infeasible":
        return best
    bound = min(best.bound, -solved.bound)
    best = _chosen(instance, hopeful, best, solved)
    return replace(best, bound=max(bound, best.value))


def _chosen(instance: Instance, among: Flags, best: Choice, solved: Solved) -> Choice:
    """Return the solver's choice where it is better."""
    if not len(solved.values):
        return best
    opened = np.zeros(instance.columns, dtype=np.bool_)
    opened[among] = solved.values[: among.sum()] > 0.5
    return _better(best, instance, opened)


def _part(instance: Instance, columns: Flags) -> Instance:
    """Return the instance of some columns, without rows that none of them covers."""
    part = instance.kept(np.ones(instance.rows, dtype=np.bool_), columns)
    rows = np.diff(part.row_first) >= part.need
    if not rows.all():
        part = part.kept(rows, np.ones(part.columns, dtype=np.bool_))
    return with_equal_rows_merged(part)


def _programmed(
    instance: Instance,
    among: Flags,
    conditions: Conditions,
    best: Choice,
    *,
    clock: Clock,
    gap: float,
    share: float = 1.0,
    nodes: int | None = None,
) -> Solved:
    """Return what the solver finds among some columns, the best choice its start."""
    rows, least, most = conditions
    part = _part(instance, among)
    model = program(part, (csr_array(rows[:, np.flatnonzero(among)]), least, most))
    start = None
    if best.opened is not None:
        opened = best.opened[among]
        covered = times_open(part, opened) >= part.need
        start = np.concatenate([opened, covered]).astype(np.float64)
    return solve(model, clock=clock, gap=gap, start=start, share=share, nodes=nodes)


def program(instance: Instance, conditions: Conditions) -> Model:
    """Return the covering program: columns, then rows covered."""
    rows, least, most = conditions
    n, m = instance.rows, instance.columns
    return Model(
        cost=np.concatenate([np.zeros(m), -instance.weight]),
        lower=np.zeros(m + n),
        upper=np.ones(m + n),
        # One column a row needs no whole numbers: a row is never worth a fraction.
        whole=np.concatenate([np.ones(m, dtype=np.bool_), instance.need > 1]),
        rows=vstack(
            [
                hstack([instance.matrix, -diags_array(instance.need.astype(np.float64))]),
                hstack([rows, csr_array((rows.shape[0], n))]),
            ],
            format="csr",
        ),
        row_lower=np.concatenate([np.zeros(n), least]),
        row_upper=np.concatenate([np.full(n, np.inf), most]),
    )


def reduced(instance: Instance, room: Room) -> Instance:
    """Return the instance without what its conditions let go."""
    found = with_equal_rows_merged(instance)
    if not room.has_groups and (instance.need == 1).all():
        found = with_equal_rows_merged(without_outdone_columns(found))
    return found
