"""Proof by branching on sites, with Lagrangian bounds that start from their parent's multipliers.

Best bound first: the bound of the whole is that of the next branch. Christofides & Beasley (1982),
European Journal of Operational Research 10:196-208; Beasley (1985), ibid. 21:270-273.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import count

import numpy as np

from geo_planner.siting.clock import Clock
from geo_planner.siting.medians.instance import CLOSED, FREE, OPEN, Instance
from geo_planner.siting.medians.interchange import Interchange
from geo_planner.siting.medians.lagrangian import Effort, raised
from geo_planner.travel.arrays import Flags, Floats, Labels

EFFORT = Effort(steps=100, patience=10, factor=1.0)


@dataclass(frozen=True, eq=False, slots=True)
class Branch:
    """Part of the choices: those with some sites open and some closed.

    Attributes
    ----------
    state
        Open, closed or free, shape (m,).
    dual
        Multipliers to begin with, shape (n + 1,).
    share
        How often each site was taken by the bound, shape (m,).
    """

    state: Labels
    dual: Floats
    share: Floats


class Branching:
    """A search through all choices of an instance for one that is better than a value.

    Attributes
    ----------
    opened
        The best choice found, shape (m,); None while nothing is better than what was known.
    value, bound
        Of the best choice, or of the one that was known; what no choice goes below.
    """

    def __init__(self, instance: Instance, value: float, clock: Clock, gap: float) -> None:
        self.opened: Flags | None = None
        self.value, self.bound = value, -np.inf
        self._instance, self._clock, self._gap = instance, clock, gap
        self._interchange = Interchange(instance, clock)

    def run(self, root: Branch, bound: float) -> None:
        """Search; every choice is known to cost at least ``bound``."""
        number = count()
        heap: list[tuple[float, int, Branch]] = [(bound, next(number), root)]
        while heap:
            self.bound = heap[0][0]
            if self._good_enough() or not self._clock.goes_on("solving", self.value, self.bound):
                return
            least, _, branch = heappop(heap)
            for child in _children(branch):
                reached, part = self._bounded(child)
                if part is not None and reached <= self._cutoff:
                    heappush(heap, (max(least, reached), next(number), part))
        self.bound = self.value

    @property
    def _cutoff(self) -> float:
        return self.value - self._instance.drop_below(self.value)

    def _good_enough(self) -> bool:
        return self.bound > self._cutoff or self.value - self.bound <= self._gap * abs(self.value)

    def _bounded(self, branch: Branch) -> tuple[float, Branch | None]:
        """Return the bound of a branch, and what is left to branch on; None for nothing."""
        one = self._instance.narrowed(branch.state)
        free = np.flatnonzero(branch.state == FREE)
        if one.choose < 0 or (one.members(np.ones(one.m, dtype=np.bool_)) < one.need).any():
            return np.inf, None
        found = raised(one, branch.dual, self.value, EFFORT, self._clock)
        if np.isfinite(found.value):
            opened = branch.state == OPEN
            opened[free[found.taken]] = True
            self._meet(opened)
        state, share = branch.state.copy(), np.zeros(self._instance.m)
        state[free], share[free] = found.state, found.share
        if not (state == FREE).any():
            self._meet(state == OPEN)
            return found.bound, None
        return found.bound, Branch(state, found.dual, share)

    def _meet(self, opened: Flags) -> None:
        """Keep a choice that is better, and what swaps make of it."""
        if not self._instance.holds(opened):
            return
        value = self._instance.objective(opened)
        if value < self.value:
            self.opened, self.value = opened, value
        best = opened if self.opened is None else self.opened
        found, value = self._interchange.better(best, self.value, opened)
        if value < self.value:
            self.opened, self.value = found, value


def _children(branch: Branch) -> Iterator[Branch]:
    """Part a branch by the site about which its bound is least decided."""
    free = np.flatnonzero(branch.state == FREE)
    parted = free[np.argmin(np.abs(branch.share[free] - 0.5))]
    for decided in (OPEN, CLOSED):
        state = branch.state.copy()
        state[parted] = decided
        yield Branch(state, branch.dual, branch.share)
