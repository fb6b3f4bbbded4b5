r"""One form for every siting problem with capacities.

.. math::
    \min \; & \sum_j f_j x_j + \sum_i \sum_j c_{ij} y_{ij} + \sum_i h_i s_i \\
    \text{s.t.} \; & \sum_j y_{ij} + s_i = 1 \quad \forall i, \\
    & \sum_i q_i y_{ij} \le Q_j x_j \quad \forall j, \qquad y_{ij} \le x_j, \\
    & \underline{p} \le \sum_j x_j \le \overline{p}, \qquad x, y, s \in \{0, 1\}

The capacitated p-median has ``c = w d`` and no ``s``; covering most demand has ``c = 0`` and
``h = w`` (what is lost); covering all has ``c = 0``, ``f`` the opening cost and no ``s``. Single
source: a demand point is served by one site wholly. Mulvey & Beck (1984), European Journal of
Operational Research 18:339-348; Chung, Schilling & Carbone (1983), Proceedings of the Fourteenth
Annual Pittsburgh Conference on Modeling and Simulation 1423-1428.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from geo_planner.siting.task import Task
from geo_planner.travel.arrays import Flags, Floats, Ints


@dataclass(frozen=True, eq=False)
class Instance:
    """A task with capacities in that form; ``n`` demand points, ``m`` sites.

    Attributes
    ----------
    task
        Where number, budget and groups stand.
    demand, site, cost
        Pairs that may serve, shape (pairs,), ordered by demand point: in reach, and the site alone
        is large enough.
    skip
        Price of serving a demand point nowhere, shape (n,); ``inf`` where it must be served.
    price
        Price of opening each site, shape (m,).
    room
        What each site can serve, shape (m,), never more than there is to serve.
    fewest, most
        Candidates that may be opened.
    backup
        Open sites that must reach a demand point that is served.
    lost
        Whether the worth is the demand that is not served.
    """

    task: Task
    demand: Ints
    site: Ints
    cost: Floats
    skip: Floats
    price: Floats
    room: Floats
    fewest: int
    most: int
    backup: int
    lost: bool

    @property
    def n(self) -> int:
        """Number of demand points."""
        return self.task.n

    @property
    def m(self) -> int:
        """Number of sites."""
        return self.task.m

    @property
    def load(self) -> Floats:
        """What each demand point takes of a site, shape (n,)."""
        return self.task.load

    @cached_property
    def always(self) -> Flags:
        """Sites that are open in any case, shape (m,)."""
        return self.task.existing | self.task.required

    @cached_property
    def first(self) -> Ints:
        """Where the pairs of each demand point begin, shape (n + 1,)."""
        return np.searchsorted(self.demand, np.arange(self.n + 1)).astype(np.int64)

    @cached_property
    def is_whole(self) -> bool:
        """Whether every choice is worth a whole number."""
        told = (self.cost, self.skip[np.isfinite(self.skip)], self.price)
        return all(bool((part == np.round(part)).all()) for part in told)

    def worth(self, opened: Flags, assigned: Ints) -> float:
        """Return what a choice costs: opened candidates (m,), site of each point or -1 (n,)."""
        own = assigned[self.demand] == self.site
        lost = self.skip[assigned < 0].sum()
        return float(self.price[opened].sum() + self.cost[own].sum() + lost)

    def told(self, worth: float) -> float:
        """Return a worth, or a bound of it, in the objective of the problem."""
        if not self.lost:
            return worth
        demand = float(self.task.demand.sum())
        told = demand - worth
        # Less than what adding up took is nothing.
        return told if abs(told) > self.n * np.finfo(np.float64).eps * demand else 0.0

    def goes_on(self, stage: str, worth: float, bound: float) -> bool:
        """Tell the watcher where the run stands; return whether to go on."""
        best, least = (self.told(value) if np.isfinite(value) else None for value in (worth, bound))
        return self.task.clock.goes_on(stage, best, least)

    def raised(self, bound: float) -> float:
        """Return a bound as high as it may be stated: whole where every choice is."""
        return float(np.ceil(bound - 1e-6)) if self.is_whole else bound


def instance_of(task: Task, problem: str) -> Instance:
    """Return a task with capacities in the common form.

    Parameters
    ----------
    problem
        ``median``, ``cover-most`` or ``cover-all``.
    """
    assert task.capacity is not None
    pairs = task.usable
    if problem == "cover-most":
        pairs = pairs.chosen(task.demand[pairs.demand] > 0)
    demand, site, way = pairs.demand, pairs.site, pairs.cost
    reach = np.bincount(site, task.load[demand], minlength=task.m)
    candidates = int(task.candidate.sum())
    number = candidates if task.sites is None else min(task.sites, candidates)
    must = np.full(task.n, np.inf)
    nothing = np.zeros(task.m)
    exactly = problem == "median" and task.budget is None
    if exactly and task.sites is None:
        number = 0
    return Instance(
        task=task,
        demand=demand,
        site=site,
        cost=task.demand[demand] * way if problem == "median" else np.zeros(len(site)),
        skip=task.demand if problem == "cover-most" else must,
        price=np.where(task.candidate, task.price, 0.0) if problem == "cover-all" else nothing,
        room=np.minimum(task.capacity, reach),
        fewest=number if exactly else 0,
        most=number,
        backup=1 if problem == "median" else task.backup,
        lost=problem == "cover-most",
    )
