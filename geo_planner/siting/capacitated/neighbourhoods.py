"""Better answers by solving a part anew: a few neighbouring sites and everybody they serve.

A large neighbourhood search with an exact solver inside: Shaw (1998), CP98, LNCS 1520:417-431; for
the capacitated p-median Stefanello, de Araujo & Mueller (2015), International Transactions in
Operational Research 22:149-167. The number of branches ends each search, so that equal input gives
an equal answer.
"""

from __future__ import annotations

import numpy as np

from geo_planner.siting.capacitated.instance import Instance
from geo_planner.siting.capacitated.pricing import Relaxation
from geo_planner.siting.capacitated.program import Part, program_of
from geo_planner.siting.capacitated.starts import Answer, allowed, answer_of
from geo_planner.siting.clock import Clock
from geo_planner.siting.solver import solve
from geo_planner.travel.arrays import Flags, Floats, Ints

SITES = 8
"""Most open sites of a part."""
BRANCHES = 60


class Neighbourhoods:
    """Parts of an answer, and the search through them."""

    def __init__(self, instance: Instance, relaxation: Relaxation, clock: Clock) -> None:
        self.instance = instance
        self.relaxation = relaxation
        self._clock = clock
        usable = instance.task.usable
        self._way = usable.cost
        self._from, self._to = usable.demand, usable.site

    def improve(self, answer: Answer, *, points: int, pairs: int, enough: float) -> Answer:
        """Solve part after part until no part improves, time ends, or ``enough`` is reached.

        Parameters
        ----------
        points, pairs
            Demand points and pairs of a part, about.
        """
        since, centre = 0, 0
        settled: set[tuple[int, ...]] = set()
        while answer.worth > enough and self._clock.goes_on("heuristic"):
            centres = self._centres(answer)
            if not len(centres) or since >= len(centres):
                break
            around = self._around(answer, int(centres[centre % len(centres)]), points)
            centre += 1
            key = (*around.tolist(), *answer.assigned[np.isin(answer.assigned, around)].tolist())
            if key in settled:
                since += 1
                continue
            better = self._resolved(answer, around, pairs)
            if better is None:
                settled.add(key)
                since += 1
            else:
                answer, since = better, 0
        return answer

    def _centres(self, answer: Answer) -> Ints:
        """Return open sites; those near somebody who waits for a place come first."""
        open_ = answer.opened | self.instance.task.existing
        waits = np.flatnonzero((answer.assigned < 0)[self._from] & open_[self._to])
        urgent = np.unique(self._to[waits]) if answer.unserved else np.empty(0, dtype=np.int64)
        return np.concatenate([urgent, np.setdiff1d(np.flatnonzero(open_), urgent)])

    def _around(self, answer: Answer, centre: int, points: int) -> Ints:
        """Return the centre and the open sites nearest to those it serves, ascending."""
        open_ = answer.opened | self.instance.task.existing
        own = answer.assigned == centre
        if not own.any():
            own = np.zeros(self.instance.n, dtype=np.bool_)
            own[self._from[self._to == centre]] = True
        mine = own[self._from] & open_[self._to]
        m = self.instance.m
        count = np.bincount(self._to[mine], minlength=m)
        total = np.bincount(self._to[mine], self._way[mine], minlength=m)
        far = float(self._way.max(initial=1.0))
        distance = np.where(count > 0, (total + far * (own.sum() - count)) / max(own.sum(), 1), far)
        distance[centre] = -1.0
        near = np.flatnonzero(open_ & (count > 0) | (np.arange(m) == centre))
        near = near[np.argsort(distance[near], kind="stable")][:SITES]
        served = np.cumsum(np.bincount(answer.assigned[answer.assigned >= 0], minlength=m)[near])
        kept = max(int(np.searchsorted(served, points)) + 1, 3)
        return np.sort(near[:kept])

    def _resolved(self, answer: Answer, around: Ints, pairs: int) -> Answer | None:
        """Return the answer with a part solved anew; None where that is no better."""
        instance = self.instance
        part = self._part(answer, around, pairs)
        start = self._start(answer, part)
        model = program_of(instance, part)
        now = float(model.cost @ start)
        solved = solve(model, clock=self._clock, start=start, nodes=BRANCHES, cutoff=now)
        if not len(solved.values):
            return None
        made = with_part(instance, answer, part, solved.values)
        return made if made.better_than(answer) and allowed(instance, made.opened) else None

    def _part(self, answer: Answer, around: Ints, pairs: int) -> Part:
        instance = self.instance
        open_ = answer.opened | instance.task.existing
        inside = np.zeros(instance.m, dtype=np.bool_)
        inside[around] = True
        # Sites that stay open outside keep whom they serve; closed ones may come in.
        may = inside | (~open_ & self.relaxation.sites)
        mine = np.zeros(instance.n, dtype=np.bool_)
        served = answer.assigned >= 0
        mine[served] = inside[answer.assigned[served]]
        reach = np.unique(instance.demand[inside[instance.site]])
        waiting = np.zeros(instance.n, dtype=np.bool_)
        waiting[reach] = ~served[reach]
        mine |= waiting
        own = answer.assigned[instance.demand] == instance.site
        keep = np.flatnonzero(mine[instance.demand] & may[instance.site])
        price = np.where(own[keep], -1.0, self._price(keep, inside))
        chosen = keep[np.argsort(price, kind="stable")][:pairs]
        chosen = np.sort(chosen)
        sites = np.union1d(np.unique(instance.site[chosen]), around)
        points = np.flatnonzero(mine)
        outside = answer.opened.copy()
        outside[sites] = False
        skip = instance.skip[points]
        if answer.unserved:
            skip = np.where(np.isfinite(skip), skip, self._penalty())
        return Part(
            pairs=chosen,
            points=points,
            sites=sites,
            room=instance.room[sites],
            fixed=instance.always[sites],
            opened=outside,
            skip=skip,
        )

    def _price(self, keep: Ints, inside: Flags) -> Floats:
        """Return how promising pairs are, the least most; pairs that are of no use come last."""
        beyond = self.relaxation.beyond[keep]
        away = ~inside[self.instance.site[keep]]
        return np.where(np.isfinite(beyond), beyond, np.where(away, np.inf, 1e300))

    def _penalty(self) -> float:
        return 10.0 * float(self.instance.cost.max(initial=1.0) + self.instance.price.max()) + 1.0

    def _start(self, answer: Answer, part: Part) -> Floats:
        instance = self.instance
        own = answer.assigned[instance.demand[part.pairs]] == instance.site[part.pairs]
        skipped = answer.assigned[part.points] < 0
        open_ = answer.opened | instance.task.existing
        return np.concatenate([open_[part.sites], own, skipped[np.isfinite(part.skip)]]).astype(
            np.float64
        )


def with_part(instance: Instance, answer: Answer, part: Part, values: Floats) -> Answer:
    """Return the answer with a part as its program says."""
    s, y = len(part.sites), len(part.pairs)
    opened, assigned = answer.opened.copy(), answer.assigned.copy()
    opened[part.sites] = values[:s] > 0.5
    opened &= ~instance.task.existing
    assigned[part.points] = -1
    used = part.pairs[values[s : s + y] > 0.5]
    assigned[instance.demand[used]] = instance.site[used]
    return answer_of(instance, opened, assigned)
