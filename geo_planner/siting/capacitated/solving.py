"""Sites with capacities: bound, answers, reduction, and a program for what is left.

A Lagrangian bound with knapsacks, first answers from the sites it opens, neighbourhoods solved
exactly, pairs dropped that no better answer can use, and HiGHS on the rest: the scheme of Ceselli &
Righini (2005), Networks 45:125-142, with a solver in the place of their branch and price.
"""

from __future__ import annotations

import numpy as np

from geo_planner.siting.capacitated.instance import Instance, instance_of
from geo_planner.siting.capacitated.neighbourhoods import Neighbourhoods, with_part
from geo_planner.siting.capacitated.pricing import Priced, Relaxation, ascend
from geo_planner.siting.capacitated.program import Part, program_of, whole
from geo_planner.siting.capacitated.starts import Answer, allowed, answer_of, build, serve, settle
from geo_planner.siting.capacitated.telling import StepClock
from geo_planner.siting.conditions import site_bounds, site_rows
from geo_planner.siting.found import Found
from geo_planner.siting.solver import Model, Solved, solve
from geo_planner.siting.task import Task
from geo_planner.travel.arrays import Flags, Floats

SWEEPS = ((30, 500), (50, 1000), (70, 1500), (100, 2500))
"""Demand points and pairs of a part, sweep by sweep."""
EACH = 5
"""Pairs a demand point in the core."""
CORE = 4000
"""Most pairs of a core."""
BRANCHES = 300
"""Branches after which the search of the core ends."""
FEW = 8000
"""Pairs left that are given to the solver all at once."""
MANY = 100_000
"""Pairs left beyond which the solver would not come past its first relaxation."""
STARTS = 12
"""Choices of sites of one climb that are tried as answers."""


def capacitated(task: Task, problem: str) -> Found:
    """Return the candidates to open and who is served where; each point wholly at one site.

    Parameters
    ----------
    task
        With a capacity; a point whose load no site in reach can hold counts as unreached.
    problem
        ``median``, ``cover-most`` or ``cover-all``.
    """
    instance = instance_of(task, problem)
    if too_little(instance):
        return Found(None, infeasible=True)
    search = Search(instance)
    search.run()
    answer = search.answer
    bound = instance.told(search.bound) if np.isfinite(search.bound) else np.nan
    if answer is None or answer.unserved:
        return Found(None, bound, infeasible=search.impossible)
    return Found(answer.opened, bound, assigned=answer.assigned)


def too_little(instance: Instance) -> bool:
    """Return whether somebody cannot be served anywhere, or all sites allowed have no room."""
    must = ~np.isfinite(instance.skip)
    if (must & (np.diff(instance.first) == 0)).any():
        return True
    task = instance.task
    largest = np.sort(np.where(task.candidate, instance.room, 0.0))[::-1]
    room = instance.room[task.existing].sum() + largest[: instance.most].sum()
    return bool(instance.load[must].sum() > room * (1 + 1e-12))


class Search:
    """The best answer and bound so far, and the steps that better them."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.relaxation = Relaxation(instance)
        clock = instance.task.clock
        self.step_clock = StepClock(clock, self._tell_best)
        self.last_clock = StepClock(clock, self._tell_whole)
        self.neighbourhoods = Neighbourhoods(instance, self.relaxation, self.step_clock)
        self.answer: Answer | None = None
        self.bound = -np.inf
        self.impossible = False

    def run(self) -> None:
        """Go through all stages, as long as there is time and anything to gain."""
        instance = self.instance
        if not instance.cost.any():
            self._try(build(instance), np.zeros(instance.m))
        prices = self._climb(self.relaxation.first_prices(), 300)
        self.relaxation.whole = True
        prices = self._climb(prices, 300)
        if instance.n * EACH <= CORE and not self._done():
            self._core()
            prices = self._climb(prices, 300)
        for points, pairs in SWEEPS:
            if self._done() or len(self.relaxation.pairs) <= FEW:
                break
            self._improve(points, pairs)
            prices = self._climb(prices, 100)
        too_many = len(self.relaxation.pairs) > MANY and np.isfinite(self.worth)
        if not too_many and not self._done():
            self._finish()

    @property
    def worth(self) -> float:
        """Worth of the best answer; ``inf`` while somebody is not served."""
        return np.inf if self.answer is None or self.answer.unserved else self.answer.worth

    def _enough(self) -> float:
        """Return the worth that is good enough: within the gap asked for."""
        if not np.isfinite(self.bound):
            return -np.inf
        objective = abs(self.instance.told(self.worth)) if np.isfinite(self.worth) else 0.0
        return self.bound + max(self.instance.task.gap * objective, 1e-9 * abs(self.bound))

    def _tell_best(self, stage: str, _objective: float | None, _bound: float | None) -> bool:
        return self.instance.goes_on(stage, self.worth, self.bound)

    def _tell_whole(self, stage: str, objective: float | None, bound: float | None) -> bool:
        worth = self.worth if objective is None else min(self.worth, objective)
        least = self.bound if bound is None else min(max(self.bound, bound), worth)
        return self.instance.goes_on(stage, worth, least)

    def _done(self) -> bool:
        return self.worth <= self._enough() or not self.instance.goes_on(
            "bounding", self.worth, self.bound
        )

    def _climb(self, prices: Floats, steps: int) -> Floats:
        """Better the bound, try its sites as answers, drop what is of no use; return the prices."""
        passed = ascend(self.relaxation, prices, self.worth, steps)
        best = max(passed, key=lambda one: one.bound)
        self._raise(best.bound)
        for priced in _spread(passed):
            if self.worth <= self._enough():
                break
            self._try(self._choice(priced), priced.shadow)
        self._reduce(best)
        return best.prices

    def _raise(self, bound: float) -> None:
        self.bound = min(max(self.bound, self.instance.raised(bound)), self.worth)

    def _reduce(self, priced: Priced) -> None:
        self.relaxation.reduce(priced, self._cutoff())

    def _cutoff(self) -> float:
        """Return what a better answer is worth at most."""
        if self.instance.is_whole:
            return self.worth - 1.0 + 1e-6
        return self.worth

    def _choice(self, priced: Priced) -> Flags | None:
        """Return the candidates of a point of the climb, made to fit the conditions."""
        task = self.instance.task
        opened = priced.chosen & task.candidate
        if allowed(self.instance, opened):
            return opened
        lower, upper = site_bounds(task)
        exactly = self.instance.fewest if self.instance.fewest == self.instance.most else None
        rows, least, most = site_rows(task, exactly=exactly, at_most=self.instance.most)
        whole_ = np.ones(task.m, dtype=np.bool_)
        model = Model(priced.value, lower, upper, whole_, rows, least, most)
        solved = solve(model, clock=self.step_clock, nodes=100)
        return solved.values > 0.5 if len(solved.values) else None

    def _try(self, opened: Flags | None, shadow: Floats) -> None:
        if opened is None or not allowed(self.instance, opened):
            return
        made = serve(self.instance, opened, shadow)
        if self.instance.cost.any():
            made = settle(self.instance, made, shadow)
        if made.better_than(self.answer):
            self.answer = made

    def _improve(self, points: int, pairs: int) -> None:
        if self.answer is not None:
            self.answer = self.neighbourhoods.improve(
                self.answer, points=points, pairs=pairs, enough=self._enough()
            )
            self._raise(self.bound)

    def _core(self) -> None:
        """Solve over the most promising pairs only, a few a point: a kernel search."""
        instance, relaxation = self.instance, self.relaxation
        order = np.argsort(relaxation.beyond, kind="stable")[: EACH * instance.n]
        kept = np.zeros(len(instance.site), dtype=np.bool_)
        kept[order] = np.isfinite(relaxation.beyond[order])
        if self.answer is not None:
            kept |= self.answer.assigned[instance.demand] == instance.site
        sites = relaxation.open | (instance.task.site_group >= 0) & relaxation.sites
        sites[instance.site[kept]] = True
        part = whole(instance, np.flatnonzero(kept), sites)
        self._take(part, self._solved(part, nodes=BRANCHES, share=0.4))

    def _finish(self) -> None:
        """Solve over every pair that a better answer can use."""
        instance, relaxation = self.instance, self.relaxation
        part = whole(instance, relaxation.pairs, relaxation.sites)
        solved = self._solved(part)
        self._take(part, solved)
        if solved.end == "infeasible":
            self.impossible = not np.isfinite(self.worth)
            self._raise(self.worth)
        elif np.isfinite(solved.bound):
            self._raise(solved.bound)

    def _solved(self, part: Part, *, nodes: int | None = None, share: float = 1.0) -> Solved:
        task = self.instance.task
        return solve(
            program_of(self.instance, part),
            clock=self.last_clock if nodes is None else self.step_clock,
            gap=task.gap,
            cutoff=self.worth if np.isfinite(self.worth) else None,
            nodes=nodes,
            share=share,
        )

    def _take(self, part: Part, solved: Solved) -> None:
        if not len(solved.values):
            return
        instance = self.instance
        nobody = np.full(instance.n, -1, dtype=np.int64)
        nothing = np.zeros(instance.m, dtype=np.bool_)
        made = with_part(instance, answer_of(instance, nothing, nobody), part, solved.values)
        if made.better_than(self.answer):
            self.answer = made


def _spread(passed: list[Priced]) -> list[Priced]:
    """Return some points of a climb with different sites: the best, and others evenly."""
    seen: set[bytes] = set()
    kept = []
    best = max(passed, key=lambda one: one.bound)
    every = max(1, len(passed) // STARTS)
    for priced in [best, *passed[::-1][::every]]:
        key = priced.chosen.tobytes()
        if key not in seen:
            seen.add(key)
            kept.append(priced)
    return kept
