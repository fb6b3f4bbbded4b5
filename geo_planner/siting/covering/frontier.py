r"""Coverage against the number of sites, for every number up to a largest, in one run.

Three curves over the number ``p`` of opened candidates: what the nested order covers (each next one
the most useful beside the earlier), the best choice found of each number, and what no choice can
exceed. One set of multipliers bounds every ``p`` at once, for

.. math:: L(\lambda, p) = \sum_i \max(0, w_i - k_i \lambda_i)
          + \text{the } p \text{ largest of } \sum_{i \in R_j} \lambda_i

is concave in ``p``; some sets, each sharpened at one ``p``, together bound the whole curve (the
relaxation of Galvao & ReVelle 1996, European Journal of Operational Research 88:114-123).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geo_planner.siting.covering.annealing import annealed
from geo_planner.siting.covering.greedy import Gains
from geo_planner.siting.covering.instance import Instance, instance_of
from geo_planner.siting.covering.lagrangian import Lagrangian
from geo_planner.siting.covering.reductions import with_equal_rows_merged
from geo_planner.siting.covering.room import PLENTY, Room
from geo_planner.siting.task import Task
from geo_planner.travel.arrays import Floats, Ints

PIECES = 10
"""Numbers of sites at which the bound is sharpened."""

WORK = 900_000_000
"""Pairs looked at in sharpening the bound at one number of sites."""

SHIFTS = 50_000_000
"""Rows of columns looked at in improving the choice at one number of sites."""


@dataclass(frozen=True, eq=False, slots=True)
class CoverageFrontier:
    """Coverage for each number of opened candidates, 0 to the largest asked for.

    Attributes
    ----------
    order
        Candidates in the order of building, shape (k,); it ends where nothing more is gained.
        Required ones stand first.
    nested
        Demand that the existing sites and the first ``p`` of the order cover, shape (p + 1,).
    covered
        Demand that the best choice found of ``p`` candidates covers, shape (p + 1,).
    bound
        Demand that no choice of ``p`` candidates can exceed, shape (p + 1,).
    choices
        Choices better than the order's, by the number they were found for: so many sites, then
        what is best added to them, one by one.
    source
        Which of the choices covers most at each number, -1 for the nested order, shape (p + 1,).
    """

    order: Ints
    nested: Floats
    covered: Floats
    bound: Floats
    choices: dict[int, Ints]
    source: Ints

    @property
    def gap(self) -> Floats:
        """Relative gap of each number, shape (p + 1,)."""
        apart = self.bound - self.covered
        return np.divide(apart, self.covered, out=np.where(apart > 0, np.inf, 0.0),
                         where=self.covered > 0)  # fmt: skip

    def sites(self, number: int) -> Ints:
        """Return the best candidates found of at most so many, ascending."""
        source = int(self.source[number])
        chosen = self.order if source < 0 else self.choices[source]
        return np.sort(chosen[:number])


def coverage_frontier(
    task: Task, up_to: int, *, pieces: int = PIECES, moves: int = 0
) -> CoverageFrontier:
    """Return what each number of candidates up to ``up_to`` can cover.

    Parameters
    ----------
    task
        Demand, existing, required and forbidden sites, backup and clock; other conditions do not
        count here.
    up_to
        Largest number of candidates, required ones included.
    pieces
        Numbers at which the bound is sharpened and the choice is improved.
    moves
        Of annealing at each piece; 0 for as many as its size asks for, negative for none.
    """
    required = np.flatnonzero(task.required)
    opened = task.required.copy()
    instance = instance_of(task, opened=opened)
    worthy = instance.weight > 0
    if not worthy.all():
        instance = instance.kept(worthy, np.ones(instance.columns, dtype=np.bool_))
    instance = with_equal_rows_merged(instance)
    start, before = _before(task, required, up_to)
    left = max(up_to - len(required), 0)
    order, gained = _added(instance, Gains(instance), left)
    nested = np.full(up_to + 1, start + gained[-1])
    nested[: len(before)] = before[: up_to + 1]
    span = min(len(gained), max(up_to + 1 - len(required), 0))
    nested[len(required) : len(required) + span] = start + gained[:span]
    covered, bound = nested.copy(), np.full(up_to + 1, start + instance.weight.sum())
    choices: dict[int, Ints] = {}
    source = np.full(up_to + 1, -1, dtype=np.int64)
    shift = len(required)
    multiplier = 0.5 * instance.weight / instance.need
    numbers = _pieces(min(left, len(order)), pieces)
    for number, after in zip(numbers, [*numbers[1:], left], strict=True):
        if not task.clock.goes_on("bounding", float(covered[-1]), float(bound[-1])):
            break
        if moves >= 0:
            columns, reached = _improved(task, instance, order[:number], after, moves)
            here = slice(shift + number, shift + number + len(reached))
            better = start + reached > covered[here]
            if better.any():
                covered[here] = np.maximum(covered[here], start + reached)
                source[here][better] = shift + number
                choices[shift + number] = np.concatenate([required, instance.site[columns]])
        multiplier = _sharpened(task, instance, multiplier, number, covered[shift + number] - start)
        bound[shift:] = np.minimum(bound[shift:], start + _curve(instance, multiplier, left))
    bound[:shift] = np.minimum(bound[:shift], bound[shift] if shift <= up_to else np.inf)
    if instance.whole and float(start).is_integer():
        bound = np.floor(bound + 1e-6)
    return CoverageFrontier(
        np.concatenate([required, instance.site[order]]),
        nested, covered, np.maximum(bound, covered), choices, source,
    )  # fmt: skip


def _before(task: Task, required: Ints, up_to: int) -> tuple[float, Floats]:
    """Return what existing and required sites cover, and as the required ones are opened."""
    covered = []
    for count in range(min(len(required), up_to) + 1):
        open_ = task.existing.copy()
        open_[required[:count]] = True
        have = np.bincount(task.costs.demand[open_[task.costs.site]], minlength=task.n)
        covered.append(float(task.demand[have >= task.backup].sum()))
    return covered[-1], np.array(covered)


def _added(instance: Instance, gains: Gains, most: int) -> tuple[Ints, Floats]:
    """Return columns in the order of most gain, and the weight covered by the first 0, 1, ..."""
    order: list[int] = []
    covered = [0.0]
    while len(order) < min(most, instance.columns):
        column = int(gains.gain.argmax())
        if gains.gain[column] <= 1e-12:
            break
        covered.append(covered[-1] + gains.open(column))
        order.append(column)
    return np.array(order, dtype=np.int64), np.array(covered)


def _pieces(most: int, pieces: int) -> list[int]:
    """Return numbers of sites at which to sharpen: closer together where the curve bends."""
    steps = (np.arange(1, pieces + 1) / pieces) ** 2
    return sorted({max(1, round(most * step)) for step in steps}) if most > 0 else []


def _improved(
    task: Task, instance: Instance, order: Ints, after: int, moves: int
) -> tuple[Ints, Floats]:
    """Return a better choice of so many columns, what to add to it, and what each length covers."""
    start = np.zeros(instance.columns, dtype=np.bool_)
    start[order] = True
    room = _room(instance, len(order))
    length = max(instance.pairs / max(instance.columns, 1), 1.0)
    moves = moves or int(min(10_000 * len(order), SHIFTS / length))
    found = annealed(instance, room, start, clock=task.clock, seed=len(order), moves=moves)
    gains = Gains(instance)
    covered = sum(gains.open(int(column)) for column in np.flatnonzero(found))
    more, reached = _added(instance, gains, after - len(order))
    return np.concatenate([np.flatnonzero(found), more]), covered + reached


def _sharpened(
    task: Task, instance: Instance, multiplier: Floats, number: int, best: float
) -> Floats:
    """Return multipliers of a lower bound at one number of columns."""
    lagrangian = Lagrangian(instance, _room(instance, number), multiplier)
    steps = int(np.clip(WORK / max(instance.pairs, 1), 30, 300))
    lagrangian.sharpen(best, steps=steps, clock=task.clock)
    return lagrangian.lowest


def _room(instance: Instance, number: int) -> Room:
    nothing = np.array([-PLENTY], dtype=np.int64)
    return Room(number, np.inf, np.zeros(instance.columns, dtype=np.int64), nothing)


def _curve(instance: Instance, multiplier: Floats, most: int) -> Floats:
    """Return the bound of one set of multipliers for 0 to ``most`` columns, shape (most + 1,)."""
    counts = np.diff(instance.column_first)
    column = np.repeat(np.arange(instance.columns), counts)
    worth = np.bincount(column, multiplier[instance.column_row], minlength=instance.columns)
    base = np.maximum(instance.weight - instance.need * multiplier, 0.0).sum()
    largest = np.sort(worth)[::-1][:most]
    curve = np.full(most + 1, base + largest.sum())
    curve[0] = base
    curve[1 : len(largest) + 1] = base + np.cumsum(largest)
    return curve
