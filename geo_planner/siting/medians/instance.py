"""A median problem in compressed arrays, and the smaller one that is left of it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_array

from geo_planner.siting.medians import kernels
from geo_planner.siting.task import Task
from geo_planner.travel.arrays import Flags, Floats, Ints, Labels
from geo_planner.travel.graph.compiling import compiled

CLOSED, FREE, OPEN = -1, 0, 1


@dataclass(frozen=True, eq=False, slots=True)
class Instance:
    """``n`` demand points, ``m`` sites, of which ``choose`` may be opened.

    Sites that are open in any case are no sites here: they are what ``away`` costs.

    Attributes
    ----------
    first, site, cost
        Sites that can serve point ``i`` for less than ``away[i]``, by cost (demand times way):
        ``site[first[i]:first[i + 1]]``; pairs of equal cost by site.
    away
        What a point costs that none of the sites serves, shape (n,).
    unserved
        Points for which ``away`` is a penalty, because nothing open in any case reaches them.
    choose
        Most sites to open.
    group, need
        Group of each site, shape (m,), -1 for none, and the fewest still to be opened of each.
    price, money
        Cost of each site, shape (m,), and what may be spent (``inf`` for no end), in a unit in
        which the multiplier of the money is about as large as those of the points.
    number
        Each site's number in the task, shape (m,), ascending.
    whole
        Whether every objective is a whole number.
    """

    first: Ints
    site: Labels
    cost: Floats
    away: Floats
    unserved: Flags
    choose: int
    group: Ints
    need: Ints
    price: Floats
    money: float
    number: Ints
    whole: bool

    @property
    def n(self) -> int:
        """Number of demand points."""
        return len(self.away)

    @property
    def m(self) -> int:
        """Number of sites."""
        return len(self.number)

    def drop_below(self, value: float) -> float:
        """Return how much better than ``value`` an answer must be to be told apart from it."""
        return 1.0 - _slack(value) if self.whole else max(abs(value) * 5e-7, 1e-12)

    def rounded(self, bound: float) -> float:
        """Return a bound, raised to the next whole number where every objective is one."""
        return float(np.ceil(bound - _slack(bound))) if self.whole and np.isfinite(bound) else bound

    def objective(self, opened: Flags) -> float:
        """Return the sum of demand times cost of the way with these sites open, shape (m,)."""
        return float(self.served(opened).sum())

    def served(self, opened: Flags) -> Floats:
        """Return what each point costs with these sites open, shape (n,)."""
        nearest = self.away.copy()
        kept = opened[self.site]
        who = np.repeat(np.arange(self.n), np.diff(self.first))[kept]
        # Rows are ordered by cost: the first of each point counts.
        who, at = np.unique(who, return_index=True)
        nearest[who] = self.cost[kept][at]
        return nearest

    def holds(self, opened: Flags) -> bool:
        """Return whether a choice keeps to number, groups and money."""
        return bool(
            opened.sum() <= self.choose
            and (self.members(opened) >= self.need).all()
            and self.price[opened].sum() <= self.money * (1 + 1e-12)
        )

    def members(self, kept: Flags) -> Ints:
        """Return how many of the flagged sites each group has."""
        grouped = self.group[kept]
        counts = np.bincount(grouped[grouped >= 0], minlength=len(self.need))
        return counts.astype(np.int64)

    def columns(self) -> tuple[Ints, Labels, Floats]:
        """Return the pairs by site: first of each, demand point, cost."""
        place = np.arange(1, len(self.site) + 1)
        by_site = csr_array((place, self.site, self.first), shape=(self.n, self.m)).tocsc()
        return (
            by_site.indptr.astype(np.int64),
            by_site.indices.astype(np.int32),
            self.cost[by_site.data - 1],
        )

    def narrowed(self, state: Labels) -> Instance:
        """Return what is left when sites are closed or open for good, shape (m,)."""
        opened, free = state == OPEN, state == FREE
        number = np.where(free, np.cumsum(free) - 1, -1).astype(np.int32)
        loop = compiled(kernels.narrow)
        first, site, cost, away = loop(self.first, self.site, self.cost, self.away, number, opened)
        return replace(
            self,
            first=first,
            site=site,
            cost=cost,
            away=away,
            unserved=self.unserved & (away == self.away),
            choose=self.choose - int(opened.sum()),
            group=self.group[free],
            need=np.maximum(self.need - self.members(opened), 0),
            price=self.price[free],
            money=self.money - float(self.price[opened].sum()),
            number=self.number[free],
        )

    def nearest(self, count: int) -> Instance:
        """Return the same with only the least costly sites of each point.

        A point that none of them serves costs what the next one would: never too much.
        """
        rank = np.arange(len(self.site)) - np.repeat(self.first[:-1], np.diff(self.first))
        kept = rank < count
        if kept.all():
            return self
        away = self.away.copy()
        more = np.flatnonzero(np.diff(self.first) > count)
        away[more] = self.cost[self.first[more] + count]
        first = np.concatenate([[0], np.cumsum(np.minimum(np.diff(self.first), count))])
        return replace(self, first=first, site=self.site[kept], cost=self.cost[kept], away=away)

    def penalised(self, penalty: float) -> Instance:
        """Return the same with another penalty for points that nothing serves."""
        return replace(self, away=np.where(self.unserved, penalty, self.away))


def instance_of(task: Task, choose: int) -> Instance:
    """Return the task's instance; required sites are open in any case and count.

    Every point must be within reach of something that is or may be open.
    """
    pairs = task.usable
    fixed = task.existing | task.required
    chosen = int(task.required.sum())
    money = np.inf if task.budget is None else float(task.budget - task.price[task.required].sum())
    free = task.candidate & ~task.required & (task.price <= (money if money < np.inf else np.inf))
    cost = task.demand[pairs.demand] * pairs.cost
    penalty = 4.0 * float(cost.max(initial=0.0)) + 1.0
    away = np.full(task.n, np.inf)
    np.minimum.at(away, pairs.demand[fixed[pairs.site]], cost[fixed[pairs.site]])
    unserved = np.isinf(away)
    away[unserved] = penalty
    kept = free[pairs.site] & (cost < away[pairs.demand])
    demand, site, cost = pairs.demand[kept], pairs.site[kept], cost[kept]
    number = (np.cumsum(free) - 1).astype(np.int32)
    order = _by_row_and_cost(demand, cost, task.n)
    groups = sorted(task.group_minimum)
    group = np.full(task.m, -1, dtype=np.int64)
    need = np.zeros(len(groups), dtype=np.int64)
    for place, name in enumerate(groups):
        member = task.site_group == name
        group[member] = place
        need[place] = max(0, task.group_minimum[name] - int((member & fixed).sum()))
    unit = 1.0
    if np.isfinite(money) and money > 0:
        unit = np.sqrt(task.n * max(choose - chosen, 1)) / money
    whole = bool((cost == np.rint(cost)).all() and (away == np.rint(away)).all())
    return Instance(
        first=np.concatenate([[0], np.cumsum(np.bincount(demand, minlength=task.n))]),
        site=number[site[order]],
        cost=cost[order],
        away=away,
        unserved=unserved,
        choose=min(choose - chosen, int(free.sum())),
        group=group[free],
        need=need,
        price=np.where(np.isfinite(money), task.price, 0.0)[free] * unit,
        money=money * unit,
        number=np.flatnonzero(free),
        whole=whole and float(away.sum()) < 1e11,
    )


def _slack(value: float) -> float:
    """Return what rounding may have put on or taken off a sum of so much."""
    return max(1e-6, 1e-12 * abs(value))


def _by_row_and_cost(demand: Ints, cost: Floats, n: int) -> Ints:
    """Return the order of pairs by row, then cost; they come by row, then site."""
    width = len(demand) // max(n, 1)
    if width and len(demand) == n * width:
        rows = demand.reshape(n, width)
        if (rows[:, 0] == np.arange(n)).all() and (rows[:, -1] == np.arange(n)).all():
            order = np.argsort(cost.reshape(n, width), axis=1, kind="stable")
            return np.asarray((order + np.arange(n)[:, None] * width).ravel(), dtype=np.int64)
    return np.lexsort((cost, demand))
