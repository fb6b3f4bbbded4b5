"""A cover made cheaper by local search, with a Lagrangian bound; it can be gone on with."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from geo_planner.siting.clock import Clock
from geo_planner.siting.covering import all_kernels
from geo_planner.siting.covering.greedy import times_open
from geo_planner.siting.covering.instance import Instance
from geo_planner.siting.plan import PROVEN
from geo_planner.travel.arrays import Flags, Floats, gather
from geo_planner.travel.graph.compiling import compiled

CHUNK = 20_000
"""Steps of local search between two looks at the clock."""

ROUNDS = 120
"""Looks at the clock in which local search goes on at most before anything else."""


@dataclass(frozen=True, eq=False, slots=True)
class Cover:
    """Columns that cover every row, what they cost, and what no cover costs less than."""

    opened: Flags | None
    cost: float
    bound: float
    impossible: bool = False


class CoverSearch:
    """Local search that can be gone on with, the best cover, and the Lagrangian bound."""

    def __init__(
        self,
        instance: Instance,
        *,
        number: int | None,
        cap: float,
        step: float,
        base: float,
        clock: Clock,
        gap: float,
    ) -> None:
        self.instance = instance
        self.number, self.cap, self.step = number, cap, step
        self.base, self.clock, self.gap = base, clock, gap
        self.best = Cover(None, np.inf, 0.0)
        self.idle = 0
        self._turn = 0

    @property
    def fits(self) -> bool:
        """Whether the best cover keeps to what it may cost and to the number of columns."""
        opened = self.best.opened
        return (
            opened is not None
            and self.best.cost <= self.cap
            and (self.number is None or int(opened.sum()) <= self.number)
        )

    def is_settled(self) -> bool:
        """Whether the best cover is good enough, or none can fit."""
        best = self.best
        good = best.cost - best.bound <= max(self.gap, PROVEN) * (best.cost + self.base)
        return best.bound > self.cap + 1e-9 or (good and self.fits)

    @property
    def start(self) -> Cover:
        """The best cover if it fits, with the bound."""
        return self.best if self.fits else replace(self.best, opened=None, cost=np.inf)

    @property
    def answer(self) -> Cover:
        """What there is to say: the best cover that fits, or that there is none."""
        if self.best.bound > self.cap + 1e-9:
            return Cover(None, np.inf, np.inf, impossible=True)
        return replace(self.start, bound=min(self.best.bound, self.best.cost))

    def goes_on(self, stage: str = "heuristic") -> bool:
        """Tell the watcher where the search stands; return whether to go on."""
        known = self.best.cost + self.base if self.best.opened is not None else None
        return self.clock.goes_on(stage, known, self.best.bound + self.base)

    def run(self, most_idle: int) -> None:
        """Search until so many looks bring nothing better, the bound in between."""
        instance = self.instance
        self._opened = greedy_cover(instance)
        self._importance = np.ones(instance.rows)
        self._better(self._opened)
        multiplier = _first_multipliers(instance)
        factor = 1.0
        for turn in range(ROUNDS):
            if not self.goes_on():
                break
            if turn in {0, 2, 6}:
                highest = multiplier.copy()
                # A bound above the cap settles as much as one close to the best cover.
                enough = min(self.best.cost * (1 - PROVEN / 2), self.cap + 1e-6)
                bound, factor = compiled(all_kernels.ascend)(
                    instance.row_first, instance.row_column, instance.column_first,
                    instance.column_row, instance.need, instance.price, multiplier.copy(), highest,
                    self.best.cost, enough, 400, max(factor, 0.05),
                )  # fmt: skip
                multiplier = highest
                self.raise_bound(bound)
            if self.is_settled():
                break
            self.look()
            if self.idle >= most_idle:
                break

    def look(self) -> None:
        """Search for the time between two looks at the clock."""
        instance, best = self.instance, self.best
        found = self._opened.copy() if best.opened is None else best.opened.copy()
        compiled(all_kernels.exchange)(
            instance.row_first, instance.row_column, instance.column_first, instance.column_row,
            instance.need, instance.price, self.step or 1e-9 * max(best.cost, 1e-300),
            self._importance, self._opened, found, best.cost, self._turn, CHUNK,
        )  # fmt: skip
        self._turn += 1
        self.idle += 1
        self._better(found)

    def _better(self, opened: Flags) -> None:
        cost = float(self.instance.price[opened].sum())
        if cost < self.best.cost:
            self.best = replace(self.best, opened=opened.copy(), cost=cost)
            self.idle = 0

    def take(self, values: Floats) -> None:
        """Take a solution of the program."""
        self._better(values > 0.5)

    def raise_bound(self, bound: float) -> None:
        """Take a bound."""
        self.best = replace(self.best, bound=max(self.best.bound, rounded_up(bound, self.step)))


def _first_multipliers(instance: Instance) -> Floats:
    """Return multipliers to begin with: the least price a row of any column that covers it."""
    size = np.diff(instance.column_first)
    rate = instance.price / np.maximum(size, 1)
    return np.minimum.reduceat(rate[instance.row_column], instance.row_first[:-1])


def rounded_up(bound: float, step: float) -> float:
    """Return a bound on whole costs as a whole number."""
    return float(np.ceil(bound - 1e-6)) if step else bound


def greedy_cover(instance: Instance) -> Flags:
    """Return a cover, each column the one that covers most still needed for its price.

    Chvatal (1979), Mathematics of Operations Research 4:233-235; columns not needed in the end go,
    the dearest first.
    """
    lacking = instance.need.copy()
    gain = np.diff(instance.column_first).astype(np.float64)
    opened = np.zeros(instance.columns, dtype=np.bool_)
    rate = 1.0 / np.maximum(instance.price, 1e-9)
    while lacking.any():
        column = int(np.where(opened, -1.0, gain * rate).argmax())
        opened[column] = True
        span = slice(instance.column_first[column], instance.column_first[column + 1])
        row = instance.column_row[span]
        row = row[lacking[row] > 0]
        lacking[row] -= 1
        done = row[lacking[row] == 0]
        touched = gather(instance.row_first[done], instance.row_first[done + 1])
        gain -= np.bincount(instance.row_column[touched], minlength=instance.columns)
    times = times_open(instance, opened)
    chosen = np.flatnonzero(opened)
    for column in chosen[np.lexsort((-chosen, -instance.price[chosen]))]:
        span = slice(instance.column_first[column], instance.column_first[column + 1])
        row = instance.column_row[span]
        if (times[row] > instance.need[row]).all():
            opened[column] = False
            times[row] -= 1
    return opened
