"""A bound by branching on the columns that tell most, the lowest branch first.

Where the relaxation is far from any whole solution, a solver's own search spends its time on
finding one. Here every branch is chosen for what it adds to the bound: columns are tried both ways
by a few dual simplex steps, in the order of what trying them told before (strong branching with
pseudo-costs: Achterberg, Koch & Martin 2005, Branching rules revisited, Operations Research Letters
33:42-54).
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from geo_planner.siting.clock import Clock
from geo_planner.siting.solver import Model, Relaxation
from geo_planner.travel.arrays import Floats, Ints

STEPS = 30
"""Dual simplex steps with which a column is tried."""

FIRST, LATER, IDLE = 60, 30, 3
"""Columns tried at the root; at most at a later branch; without finding a better one there."""

WHOLE = 1e-6
"""How far from a whole number a whole column may be."""


@dataclass(frozen=True, eq=False, slots=True)
class Branch:
    """Column bounds, with the relaxation within them."""

    lower: Floats
    upper: Floats
    values: Floats
    basis: object


class Branching:
    """Branches still open; none of their solutions costs less than ``bound``."""

    def __init__(self, model: Model, clock: Clock) -> None:
        self._relaxation = Relaxation(model, clock)
        self._open: list[tuple[float, int, Branch]] = []
        self._count = 0
        self._rate = np.full((2, len(model.cost)), np.nan)
        self.values: Floats | None = None
        root = self._relaxation.solved(model.lower, model.upper)
        self.bound = root.objective if root.proven else -np.inf
        self.begun = root.proven
        if root.proven and root.basis is not None:
            self._add(root.objective, Branch(model.lower, model.upper, root.values, root.basis))

    @property
    def branches(self) -> int:
        """Branches added so far."""
        return self._count

    @property
    def done(self) -> bool:
        """Whether no branch is open that may hold a better solution than is known."""
        return not self._open or self.values is not None

    def branch(self, cutoff: float, aim: float, goes_on: Callable[[], bool]) -> None:
        """Divide the lowest branch in two.

        Parameters
        ----------
        cutoff
            Branches above it are of no interest.
        aim
            Bound to reach next: what a column adds beyond it does not count.
        goes_on
            Asked before each relaxation; where it says no, everything stays as it was.
        """
        while self._open and self._open[0][0] > cutoff:
            heapq.heappop(self._open)
        if not self._open:
            self.bound = np.inf
            return
        low, _, branch = self._open[0]
        free = np.flatnonzero(np.abs(branch.values - np.rint(branch.values)) > WHOLE)
        if not len(free):
            self.values = branch.values
            return
        column = self._most_telling(branch, low, free, aim, goes_on)
        children = []
        for value in (1.0, 0.0):
            lower, upper = _with(branch, column, value)
            if not goes_on():
                return
            found = self._relaxation.solved(lower, upper, branch.basis)
            if not found.proven:
                return
            if found.objective <= cutoff:
                child = Branch(lower, upper, found.values, found.basis)
                children.append((max(low, found.objective), child))
        heapq.heappop(self._open)
        for objective, child in children:
            self._add(objective, child)
        self.bound = self._open[0][0] if self._open else np.inf

    def _add(self, objective: float, branch: Branch) -> None:
        heapq.heappush(self._open, (objective, self._count, branch))
        self._count += 1

    def _most_telling(
        self, branch: Branch, low: float, free: Ints, aim: float, goes_on: Callable[[], bool]
    ) -> int:
        """Return the column whose lesser gain is greatest, of those tried."""
        first = self._count == 1
        distance = np.stack([1 - branch.values[free], branch.values[free]])
        rate = self._rate[:, free]
        if first:
            guess = distance
        else:
            mean = np.nan_to_num(np.nanmean(self._rate, axis=1))[:, None]
            guess = np.where(np.isnan(rate), mean, rate) * distance
        order = free[np.argsort(-_score(guess), kind="stable")]
        best, chosen, idle = -1.0, int(order[0]), 0
        needed = max(aim - low, WHOLE)
        for column in order[: FIRST if first else LATER].tolist():
            if not goes_on():
                break
            gains = np.array([self._gain(branch, low, column, value) for value in (1.0, 0.0)])
            score = float(_score(np.minimum(gains, needed)))
            idle += 1
            if score > best + 1e-9:
                best, chosen, idle = score, column, 0
            if gains.min() >= needed or (idle >= IDLE and not first):
                break
        return chosen

    def _gain(self, branch: Branch, low: float, column: int, value: float) -> float:
        """Return what fixing a column adds to the bound, as far as a few steps show."""
        lower, upper = _with(branch, column, value)
        found = self._relaxation.solved(lower, upper, branch.basis, steps=STEPS)
        gain = max(found.objective - low, 0.0)
        side = 0 if value else 1
        distance = abs(value - branch.values[column])
        rate = (gain if np.isfinite(gain) else 1.0) / distance
        known = self._rate[side, column]
        self._rate[side, column] = rate if np.isnan(known) else (known + rate) / 2
        return gain


def _with(branch: Branch, column: int, value: float) -> tuple[Floats, Floats]:
    lower, upper = branch.lower.copy(), branch.upper.copy()
    lower[column] = upper[column] = value
    return lower, upper


def _score(gains: Floats) -> Floats:
    """Return how telling columns are by their gains, shape (2, n): the lesser one counts most."""
    return np.asarray(5.0 * gains.min(axis=0) + gains.max(axis=0))
