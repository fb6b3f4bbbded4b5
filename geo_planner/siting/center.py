r"""Make the longest way to the nearest site as short as possible.

.. math:: \min \max_i \min_{j : x_j = 1} d_{ij} \quad \text{s.t.} \quad \sum_j x_j = p

The p-center problem: Hakimi (1964), Operations Research 12:450-459. Solved exactly by bisection
over the distinct distances, each tried as a covering problem: Minieka (1970), SIAM Review 12:138-
139; Daskin (2000), Communications of the Operations Research Society of Japan 45:428-436. Most
distances are settled without a search: a greedy cover shows that one is long enough (Chvatal 1979,
Mathematics of Operations Research 4:233-235), points no two of which share a site that it is not.

The weight of a demand point does not count: every point is somebody's home. Weights only choose
among sites that are left to open when the longest way is as short as it can be.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from geo_planner.siting.center_search import exchanged
from geo_planner.siting.conditions import conditions_hold
from geo_planner.siting.cover_all import cover_all
from geo_planner.siting.found import Found
from geo_planner.siting.task import Task
from geo_planner.travel.arrays import Flags, Floats

ANY_ANSWER = 1e9
"""Relative gap at which the first cover found is good enough."""


def center(task: Task) -> Found:
    """Return the candidates that make the longest way to the nearest site shortest.

    Stopped early, the bound is the shortest length that is not proven too short.
    """
    most = int(task.candidate.sum())
    task = replace(task, sites=most if task.sites is None else min(task.sites, most), backup=1)
    if (task.reached_by == 0).any():
        return Found(None, infeasible=True)
    search = Bisection(task)
    search.without_search()
    while search.low <= search.high and task.clock.goes_on("solving", search.best, search.bound):
        search.try_exactly((search.low + search.high) // 2)
    if search.opened is None:
        return Found(None, search.bound, infeasible=search.low == len(search.lengths))
    return Found(with_all_sites(task, search.opened), search.bound)


class Bisection:
    """Lengths of way, which of them are proven too short, and the best choice so far."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self.way = task.usable.cost
        self.lengths = np.unique(self.way) if len(self.way) else np.zeros(1)
        nearest = np.zeros(task.n)
        if task.n:
            first = np.searchsorted(task.usable.demand, np.arange(task.n))
            nearest = np.minimum.reduceat(self.way, first)
        # Nothing below ``low`` is enough; nothing from ``high + 1`` on is still of interest.
        self.low = int(np.searchsorted(self.lengths, nearest.max(initial=0.0)))
        self.high = len(self.lengths) - 1
        self.opened: Flags | None = None

    @property
    def bound(self) -> float:
        """What no choice can go below."""
        return float(self.lengths[min(self.low, len(self.lengths) - 1)])

    @property
    def best(self) -> float | None:
        """Longest way of the best choice so far."""
        return None if self.opened is None else float(longest_way(self.task, self.opened))

    def without_search(self) -> None:
        """Bisect with a greedy cover and exchanges from above, with points far apart from below."""
        low, high = self.low, self.high
        while low <= high:
            middle = (low + high) // 2
            opened = greedy_cover(self.task, self.lengths[middle])
            if opened is None:
                low = middle + 1
            else:
                self._take(opened)
                high = min(middle - 1, self.high)
        if self.opened is not None:
            self._take(exchanged(self.task, self.opened))
        low, high = self.low, self.high
        while low <= high:
            middle = (low + high) // 2
            if too_far_apart(self.task, self.lengths[middle]):
                self.low = low = middle + 1
            else:
                high = middle - 1

    def try_exactly(self, at: int) -> None:
        """Settle one length by a covering problem with at most so many sites."""
        asked = replace(
            self.task,
            costs=self.task.costs.within(self.lengths[at]),
            opening_cost=None if self.task.budget is None else self.task.opening_cost,
            gap=ANY_ANSWER,
        )
        tried = cover_all(asked)
        if tried.opened is not None:
            self._take(tried.opened)
        elif tried.infeasible:
            self.low = at + 1
        else:
            # Neither shown: there is no time for it, and none for any other length.
            self.high = self.low - 1

    def _take(self, opened: Flags) -> None:
        length = longest_way(self.task, opened)
        at = int(np.searchsorted(self.lengths, length))
        if at <= self.high:
            self.opened, self.high = opened, at - 1


def longest_way(task: Task, opened: Flags) -> float:
    """Return the longest way to the nearest open site; ``inf`` where somebody has none."""
    return float(nearest_ways(task, opened).max(initial=0.0))


def nearest_ways(task: Task, opened: Flags) -> Floats:
    """Return each point's way to the nearest open site, shape (n,)."""
    pairs = task.usable
    kept = (opened | task.existing)[pairs.site]
    nearest = np.full(task.n, np.inf)
    np.minimum.at(nearest, pairs.demand[kept], pairs.cost[kept])
    return nearest


def greedy_cover(task: Task, length: float) -> Flags | None:
    """Return candidates that reach everybody within a length; None where greed finds none.

    Each time the candidate is opened that reaches most of those who wait.
    """
    assert task.sites is not None
    pairs = task.usable.within(length)
    opened = task.required.copy()
    waits = np.ones(task.n, dtype=np.bool_)
    waits[pairs.demand[(opened | task.existing)[pairs.site]]] = False
    left = task.candidate[pairs.site]
    demand, site = pairs.demand[left], pairs.site[left]
    while waits.any():
        kept = waits[demand]
        demand, site = demand[kept], site[kept]
        if not len(site) or opened.sum() >= task.sites:
            return None
        best = int(np.bincount(site, minlength=task.m).argmax())
        opened[best] = True
        waits[demand[site == best]] = False
    return opened if conditions_hold(task, opened, at_most=task.sites) else None


def too_far_apart(task: Task, length: float) -> bool:
    """Return whether more points than sites may be opened share no site within a length."""
    assert task.sites is not None
    pairs = task.usable.within(length)
    free = np.ones(task.n, dtype=np.bool_)
    free[pairs.demand[(task.required | task.existing)[pairs.site]]] = False
    first = np.searchsorted(pairs.demand, np.arange(task.n + 1))
    order = np.argsort(np.diff(first), kind="stable")
    taken = np.zeros(task.m, dtype=np.bool_)
    apart = 0
    for point in order[free[order]].tolist():
        own = pairs.site[first[point] : first[point + 1]]
        if not taken[own].any():
            taken[own] = True
            apart += 1
    return apart > task.sites - int(task.required.sum())


def with_all_sites(task: Task, opened: Flags) -> Flags:
    """Return the choice with the sites that are left, where they shorten most weighted way."""
    assert task.sites is not None
    opened = opened.copy()
    pairs = task.usable
    weight = task.demand[pairs.demand]
    while opened.sum() < task.sites:
        saved = np.maximum(nearest_ways(task, opened)[pairs.demand] - pairs.cost, 0.0)
        gain = np.bincount(pairs.site, weight * saved, minlength=task.m)
        spent = 0.0 if task.budget is None else task.price[opened].sum()
        within = np.inf if task.budget is None else task.budget - spent
        may = task.candidate & ~opened & (task.price <= within)
        if not may.any():
            break
        opened[int(np.argmax(np.where(may, gain, -1.0)))] = True
    return opened
