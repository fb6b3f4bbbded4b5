r"""Lagrangian bound of the common form: a price for serving each point, a knapsack for each site.

Relaxing that every point is served, with prices ``u``, leaves for each site the knapsack

.. math:: v_j(u) = \min \sum_i (c_{ij} - u_i) y_{ij}
          \quad \text{s.t.} \quad \sum_i q_i y_{ij} \le Q_j, \; 0 \le y \le 1

and a choice of sites by ``f_j + v_j``. In fractions the best prices give the bound of the linear
program with the strong rows ``y <= x``; with whole pairs, solved only for sites that could be
chosen, a better one. Pirkul (1987), Computers & Operations Research 14:207-213; prices by the
subgradient method of Held, Wolfe & Crowder (1974), Mathematical Programming 6:62-88. What a pair or
a site would cost beyond the bound shows which of them no better answer can use: Nauss (1978),
Management Science 24:1227-1237.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geo_planner.siting.capacitated.instance import Instance
from geo_planner.siting.capacitated.knapsack import forcing, knapsack
from geo_planner.travel.arrays import Flags, Floats, Ints


@dataclass(frozen=True, eq=False, slots=True)
class Priced:
    """The relaxation at some prices.

    Attributes
    ----------
    prices
        Of serving each point, shape (n,).
    bound
        What no choice can go below.
    chosen
        Sites the relaxation opens, shape (m,), those that are always open included.
    value
        Of opening each site, shape (m,).
    shadow
        Price of room at each site in fractions, shape (m,).
    exact
        Sites whose value is that of whole pairs, shape (m,).
    slope
        1 less how often each point is served, shape (n,).
    """

    prices: Floats
    bound: float
    chosen: Flags
    value: Floats
    shadow: Floats
    exact: Flags
    slope: Floats


@dataclass(frozen=True, eq=False, slots=True)
class _Filled:
    """What every site would serve at some prices: pairs of profit, by site, then profit a load."""

    pairs: Ints
    begin: Ints
    gain: Floats
    share: Floats
    value: Floats
    shadow: Floats
    exact: Flags


class Relaxation:
    """The relaxation over the pairs and sites that are still of use."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        order = np.lexsort((instance.demand, instance.site))
        self._number = order
        self._demand = instance.demand[order]
        self._site = instance.site[order]
        self._cost = instance.cost[order]
        self._load = instance.load[self._demand]
        self.open = instance.always.copy()
        self.sites = instance.always | instance.task.candidate
        self.whole = False
        self.beyond = np.zeros(len(instance.site))
        steps, self._rooms = grid(instance.load, instance.room)
        self._steps = steps[self._demand]

    @property
    def pairs(self) -> Ints:
        """Indices of the instance's pairs that are still of use, ascending."""
        return np.sort(self._number)

    def first_prices(self) -> Floats:
        """Return prices to begin with: each point's second least cost, or a part of its skip price.

        Where points may be skipped, the part is the one with the best bound: a half where sites are
        few and roomy, the whole where room is short.
        """
        instance = self.instance
        order = np.lexsort((instance.cost, instance.demand))
        second = np.minimum(instance.first[:-1] + 1, instance.first[1:] - 1)
        cost = instance.cost[order]
        prices = cost[np.maximum(second, 0)] if len(cost) else np.zeros(instance.n)
        fair = prices
        if np.isfinite(instance.skip).any():
            return max(
                (part * instance.skip for part in (0.5, 0.75, 1.0)),
                key=lambda tried: self.at(tried).bound,
            )
        if not instance.cost.any():
            # Costs are all in the sites: a point pays its part of the cheapest room.
            room = np.maximum(instance.room, 1e-200)
            each = (instance.price / room)[instance.site]
            cheap = np.full(instance.n, np.inf)
            np.minimum.at(cheap, instance.demand, each)
            fair = instance.load * np.where(np.isfinite(cheap), cheap, 0.0)
        return np.asarray(fair, dtype=np.float64)

    def at(self, prices: Floats) -> Priced:
        """Return the relaxation at some prices."""
        instance = self.instance
        filled = self._fractions(prices)
        chosen = self._settle(filled)
        skips = np.minimum(0.0, instance.skip - prices)
        bound = float(prices.sum() + skips.sum() + filled.value[chosen].sum())
        served = np.bincount(
            self._demand[filled.pairs],
            filled.share * chosen[self._site[filled.pairs]],
            minlength=instance.n,
        )
        slope = np.asarray(1.0 - served - (skips < 0), dtype=np.float64)
        return Priced(prices, bound, chosen, filled.value, filled.shadow, filled.exact, slope)

    def _fractions(self, prices: Floats) -> _Filled:
        """Fill every site in fractions, the best profit a load first."""
        m = self.instance.m
        profit = prices[self._demand] - self._cost
        good = np.flatnonzero(profit > 0)
        load, site, gain = self._load[good], self._site[good], profit[good]
        with np.errstate(divide="ignore"):
            ratio = np.where(load > 0, gain / load, np.inf)
        order = np.lexsort((-ratio, site))
        good, load, site, gain = good[order], load[order], site[order], gain[order]
        total = np.cumsum(load)
        begin = np.searchsorted(site, np.arange(m + 1))
        before = np.concatenate([[0.0], total])[begin]
        left = self.instance.room[site] - np.maximum(total - load - before[site], 0.0)
        with np.errstate(divide="ignore", invalid="ignore"):
            share = np.where(load > 0, np.clip(left / load, 0.0, 1.0), 1.0)
        # The best pair that is cut sets the price of room; pairs stand by falling profit a load.
        cut = np.flatnonzero(share < 1.0 - 1e-9)[::-1]
        shadow = np.zeros(m)
        shadow[site[cut]] = gain[cut] / load[cut]
        exact = np.ones(m, dtype=np.bool_)
        exact[site[cut]] = False
        value = self.instance.price - np.bincount(site, gain * share, minlength=m)
        return _Filled(good, begin.astype(np.int64), gain, share, value, shadow, exact)

    def _settle(self, filled: _Filled) -> Flags:
        """Choose the sites after solving the knapsacks of those that matter without fractions.

        A site whose value in fractions is above that of every one chosen cannot be chosen.
        """
        while True:
            chosen = self._choice(filled.value)
            doubtful = np.flatnonzero(chosen & ~filled.exact)
            if not self.whole or not len(doubtful):
                return chosen
            for site in doubtful.tolist():
                self._solve(filled, site)

    def _solve(self, filled: _Filled, site: int) -> None:
        own = slice(filled.begin[site], filled.begin[site + 1])
        gain, taken = knapsack(
            self._steps[filled.pairs[own]], filled.gain[own], int(self._rooms[site])
        )
        filled.value[site] = self.instance.price[site] - gain
        filled.share[own] = taken
        filled.exact[site] = True

    def _choice(self, value: Floats) -> Flags:
        """Return the best sites: those always open, and as many others as may be of use."""
        instance = self.instance
        counted = self.open & instance.task.candidate
        chosen = self.open.copy()
        others = np.flatnonzero(self.sites & ~self.open)
        order = others[np.argsort(value[others], kind="stable")]
        taken = int(counted.sum())
        useful = int((value[order] < 0).sum())
        count = min(max(useful, instance.fewest - taken), max(instance.most - taken, 0))
        chosen[order[:count]] = True
        return chosen

    def reduce(self, priced: Priced, cutoff: float) -> None:
        """Drop the pairs and sites that no choice below ``cutoff`` can use; fix the sites it needs.

        ``cutoff`` is what an answer must be better than, ``inf`` where none is known. What each
        pair would cost beyond the bound stays in ``beyond``, shape (pairs of the instance,).
        """
        instance = self.instance
        slack = cutoff - priced.bound + 1e-9 * max(1.0, abs(priced.bound))
        fixed_open = self.open
        counted = priced.chosen & instance.task.candidate
        free = priced.chosen & ~fixed_open
        unused = self.sites & ~priced.chosen
        full = counted.sum() >= instance.most
        scarce = counted.sum() <= instance.fewest
        worst = priced.value[free].max() if free.any() else -np.inf
        threshold = worst if full else (max(0.0, worst) if scarce else 0.0)
        extra = np.where(unused, priced.value - threshold, 0.0)
        extra = np.maximum(extra, 0.0)
        if full and not free.any():
            extra[unused] = np.inf
        following = priced.value[unused].min() if unused.any() else np.inf
        instead = following if scarce else min(0.0, following)
        needed = free & (instead - priced.value > slack)
        self.sites &= ~(unused & (extra > slack))
        self.open |= needed
        beyond = self._cost - priced.prices[self._demand] + priced.shadow[self._site] * self._load
        beyond = np.maximum(beyond, 0.0)
        begin = np.searchsorted(self._site, np.arange(instance.m + 1))
        if self.whole:
            profit = priced.prices[self._demand] - self._cost
            for site in np.flatnonzero(self.sites & priced.exact).tolist():
                own = slice(begin[site], begin[site + 1])
                beyond[own] = forcing(self._steps[own], profit[own], int(self._rooms[site]))
        beyond += extra[self._site]
        kept = (beyond <= slack) & self.sites[self._site]
        self.beyond = np.full(len(instance.site), np.inf)
        self.beyond[self._number] = beyond
        self._number, self._demand = self._number[kept], self._demand[kept]
        self._site, self._cost = self._site[kept], self._cost[kept]
        self._load, self._steps = self._load[kept], self._steps[kept]


PATIENCE = 12
"""Steps without a better bound after which they become shorter."""

MOST_STEPS = 2000
"""Finest grid of a knapsack's room."""


def grid(load: Floats, room: Floats) -> tuple[Ints, Ints]:
    """Return loads and rooms in whole steps, both rounded down: what fits still fits."""
    widest = float(room.max(initial=0.0))
    if widest <= MOST_STEPS and bool((load == np.round(load)).all()):
        return load.astype(np.int64), np.floor(room).astype(np.int64)
    scale = MOST_STEPS / widest if widest > 0 else 1.0
    return (
        np.floor(load * scale * (1 - 1e-12)).astype(np.int64),
        np.floor(room * scale * (1 + 1e-12)).astype(np.int64),
    )


def ascend(relaxation: Relaxation, prices: Floats, target: float, steps: int) -> list[Priced]:
    """Climb towards the best prices; return the points passed on the way, in order.

    Parameters
    ----------
    target
        Value of the best choice known; ``inf`` where none is.
    """
    instance = relaxation.instance
    least = np.where(np.isfinite(instance.skip), 0.0, -np.inf)
    best = here = relaxation.at(prices)
    passed, since, pace = [best], 0, 1.5
    direction = best.slope
    # A poor answer is no goal where ways are summed: the climb would overshoot.
    widest = 2e-2 if instance.cost.any() or np.isinf(target) else np.inf
    for step in range(steps):
        if step % 10 == 0 and not instance.goes_on("bounding", target, best.bound):
            break
        direction = 0.7 * here.slope + 0.3 * direction
        size = float(direction @ direction)
        if size < 1e-12:
            break
        apart = np.clip(target - best.bound, 1e-3 * abs(best.bound), widest * abs(best.bound))
        goal = best.bound + float(apart)
        length = pace * (max(goal, here.bound + 1e-9) - here.bound) / size
        moved = np.clip(here.prices + length * direction, least, instance.skip)
        here = relaxation.at(moved)
        passed.append(here)
        if here.bound > best.bound + 1e-7 * abs(best.bound):
            best, since = here, 0
            continue
        since += 1
        if since >= PATIENCE:
            here, direction = best, best.slope
            pace, since = pace * 0.6, 0
            if pace < 1e-3:
                break
    return passed
