"""Search and proof for covering most: annealing, merging of choices, bounds, branching.

The steps, each as long as the gap is not closed: a greedy choice; rounds of annealing, of the whole
and of neighbourhoods; after each round the best choice from all columns that the choices so far
use, by branch and bound (a small program: Aggarwal, Orlin & Tai 1997, Operations Research
45:226-234, call it optimized crossover), and of some more that the multipliers of the relaxation
value most (kernel search: Angelelli, Mansini & Speranza 2010, Computers & Operations Research
37:2017-2026); a bound from Lagrangian multipliers, with which columns that no better choice can
contain are dropped; the whole program with the best choice as start.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_array, diags_array, hstack, vstack

from geo_planner.siting.clock import Clock
from geo_planner.siting.covering.annealing import annealed, moves_of, neighbourhoods_annealed
from geo_planner.siting.covering.greedy import covered_weight, greedy_choice, times_open
from geo_planner.siting.covering.instance import SMALL, Instance
from geo_planner.siting.covering.lagrangian import Lagrangian
from geo_planner.siting.covering.reductions import (
    with_equal_rows_merged,
    without_outdone_columns,
)
from geo_planner.siting.covering.room import Room
from geo_planner.siting.plan import PROVEN
from geo_planner.siting.solver import Model, Solved, solve
from geo_planner.travel.arrays import Flags, Floats

HARD = 60_000
"""Pairs from which branching has no chance."""

ROUNDS, HARD_ROUNDS = 8, 120
"""Rounds at most, where branching has a chance and where not."""

IDLE, HARD_IDLE = 6, 25
"""Rounds without a better choice after which the search ends."""

RESERVE, HARD_RESERVE = 0.3, 0.08
"""Part of the time that is left for branching, where it has a chance and where not."""

EARLY = 6
"""Rounds that are hot and short; later ones are cooler and longer."""

ELITE = 8
"""Best choices whose columns are merged."""

BRANCHES, MERGED_SHARE = 200, 0.3
"""Branches of a merging, and part of the time left that it may take near the end."""

RELAXING = 2e-4
"""Seconds a pair that must be left for the relaxation to be solved as a whole."""

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
    best = _bounded(best, lagrangian, steps=300, clock=clock)
    first = best.opened
    assert first is not None
    hard = instance.pairs > HARD
    if hard and clock.left > RELAXING * instance.pairs:
        best = _relaxed(instance, conditions, best, lagrangian, clock=clock)
    reserve = (HARD_RESERVE if hard else RESERVE) * clock.left if np.isfinite(clock.left) else 0.0
    elite = [(best.value, first)]
    kernel = Kernel(2 * room.number if hard and np.isinf(room.budget) else 0)
    idle = 0
    for turn in range(HARD_ROUNDS if hard else ROUNDS):
        if not _told(clock, "heuristic", best) or _is_enough(best, gap):
            break
        if turn > 1 and clock.left < reserve:
            break
        before = best.value
        early = turn < EARLY
        found = annealed(
            instance,
            room,
            first,
            clock=clock,
            seed=turn,
            moves=(1 if early else 2) * moves_of(first),
            heat=2.0 if early else 1.0,
        )
        best = _better(best, instance, found)
        elite.append((covered_weight(instance, found), found))
        if turn % 2 == 1:
            used: Flags = np.zeros(instance.columns, dtype=np.bool_)
            for _, one in elite:
                used |= one
            used |= kernel.columns(lagrangian, seed=turn)
            best = _merged(instance, conditions, best, used, kernel, clock=clock)
            assert best.opened is not None
            if best.value > before:
                better = neighbourhoods_annealed(
                    instance, room, best.opened, clock=clock, seed=1_000 * (turn + 1)
                )
                best = _better(best, instance, better)
            assert best.opened is not None
            elite.append((best.value, best.opened))
        elite = _distinct(elite)
        best = _bounded(best, lagrangian, steps=100, clock=clock)
        idle = idle + 1 if best.value == before else 0
        if idle >= (HARD_IDLE if hard else IDLE):
            break
    best = _bounded(best, lagrangian, steps=400, clock=clock)
    if _is_enough(best, gap):
        return best
    hopeful = lagrangian.hopeful(best.value)
    if best.opened is not None:
        hopeful |= best.opened
    return _branched(instance, hopeful, conditions, best, clock=clock, gap=gap)


def _bounded(best: Choice, lagrangian: Lagrangian, *, steps: int, clock: Clock) -> Choice:
    """Return the choice with the bound after some more steps."""
    lagrangian.sharpen(best.value, steps=steps, clock=clock)
    return replace(best, bound=min(best.bound, lagrangian.floor))


def _relaxed(
    instance: Instance,
    conditions: Conditions,
    best: Choice,
    lagrangian: Lagrangian,
    *,
    clock: Clock,
) -> Choice:
    """Return the choice with the bound of the linear relaxation, its prices as multipliers."""
    model = program(instance, conditions)
    solved = solve(model, clock=clock, share=MERGED_SHARE, relaxed=True, interior=True)
    if len(solved.prices):
        lagrangian.take(solved.prices[: instance.rows], best.value, clock=clock)
    return replace(best, bound=min(best.bound, lagrangian.floor))


def _distinct(elite: list[tuple[float, Flags]]) -> list[tuple[float, Flags]]:
    """Return the best choices, those of one value once."""
    kept: list[tuple[float, Flags]] = []
    for value, one in sorted(elite, key=lambda each: -each[0]):
        if not kept or kept[-1][0] != value:
            kept.append((value, one))
    return kept[:ELITE]


class Kernel:
    """How many columns beside those of the choices a merging takes; fewer when it was too hard."""

    def __init__(self, many: int) -> None:
        self._many = many

    def columns(self, lagrangian: Lagrangian, *, seed: int) -> Flags:
        """Return columns that cost the bound little, others at every seed."""
        slack = lagrangian.slack()
        found = np.zeros(len(slack), dtype=np.bool_)
        many = min(self._many, len(slack))
        if many:
            scale = float(np.sort(slack)[min(3 * many, len(slack) - 1)])
            noise = np.random.default_rng(seed).exponential(size=len(slack))
            found[np.argsort(slack + (scale + 1e-9) * noise, kind="stable")[:many]] = True
        return found

    def learn(self, solved: Solved) -> None:
        """Take more columns after a merging that was proven, fewer after one that was not."""
        self._many = int(self._many * (1.3 if solved.end == "optimal" else 0.7))


def _merged(
    instance: Instance,
    conditions: Conditions,
    best: Choice,
    used: Flags,
    kernel: Kernel,
    *,
    clock: Clock,
) -> Choice:
    """Return the best choice of the columns that are in use."""
    solved = _programmed(
        instance, used, conditions, best, clock=clock, gap=1e-5, share=MERGED_SHARE, nodes=BRANCHES
    )
    kernel.learn(solved)
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
