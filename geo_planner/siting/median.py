r"""Make the way to the nearest site shortest on average.

.. math:: \min \sum_i \sum_j w_i d_{ij} y_{ij} \quad \text{s.t.} \quad \sum_j y_{ij} = 1,
          \quad y_{ij} \le x_j, \quad \sum_j x_j = p

The p-median problem: Hakimi (1964), Operations Research 12:450-459; ReVelle & Swain (1970),
Geographical Analysis 2:30-42. Small problems go to the solver in the radius formulation, others are
answered by interchange and proven by Lagrangian bounds.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from geo_planner.choice_errors import MissingSettingError
from geo_planner.siting.clock import Clock
from geo_planner.siting.cover_all import cover_all
from geo_planner.siting.found import Found
from geo_planner.siting.medians.instance import Instance, instance_of
from geo_planner.siting.medians.interchange import Interchange
from geo_planner.siting.medians.proof import proven
from geo_planner.siting.medians.radius import by_radius
from geo_planner.siting.task import Task
from geo_planner.travel.arrays import Flags

SMALL = 4_000
"""Pairs up to which the solver is as quick as a compiler's pause."""


def median(task: Task) -> Found:
    """Return the candidates that make demand times cost of the way to the nearest site least.

    With a budget, ``sites`` is the most to be opened (no end to it if None); else exactly so many
    are, as far as there are so many.

    Raises
    ------
    BadNumberError
        If neither a number of sites nor a budget is given.
    """
    if task.sites is None and task.budget is None:
        raise MissingSettingError("siting", "sites", (), ["median"])
    most = int(task.candidate.sum())
    number = most if task.sites is None else min(task.sites, most)
    if (task.reached_by == 0).any() or number < task.required.sum():
        return Found(None, infeasible=True)
    if task.budget is not None and task.price[task.required].sum() > task.budget:
        return Found(None, infeasible=True)
    instance = instance_of(task, number)
    if (instance.unserved & (np.diff(instance.first) == 0)).any():
        return Found(None, infeasible=True)
    if instance.choose == 0:
        found = _as_it_is(instance)
    elif len(instance.site) <= SMALL:
        found = by_radius(instance, task.clock, task.gap)
        if found.opened is None and not found.infeasible:
            # Stopped before the solver had any answer: interchange has one at once.
            known = by_bounds(task, instance)
            found = replace(known, bound=float(np.fmax(known.bound, found.bound)))
    else:
        found = by_bounds(task, instance)
    if found.opened is None:
        return found
    opened = task.required.copy()
    opened[instance.number[found.opened]] = True
    if task.budget is None:
        # Places that make nobody's way shorter are filled all the same: so many were asked for.
        idle = np.flatnonzero(task.candidate & ~opened)
        opened[idle[: number - int(opened.sum())]] = True
    return Found(opened, found.bound)


def _as_it_is(instance: Instance) -> Found:
    """Return the only answer there is where nothing may be opened."""
    nothing = np.zeros(instance.m, dtype=np.bool_)
    if not _serves(instance, nothing):
        return Found(None, infeasible=True)
    return Found(nothing, instance.objective(nothing))


def by_bounds(task: Task, instance: Instance) -> Found:
    """Return the best of the instance's sites, shape (m,), by interchange, bounds and branching."""
    opened = np.zeros(instance.m, dtype=np.bool_)
    if instance.holds(opened):
        opened, _ = Interchange(instance, task.clock).better(opened, np.inf, opened)
    if not _serves(instance, opened):
        start = _any_choice(task, instance.choose + int(task.required.sum()))
        if start.opened is None:
            return Found(None, infeasible=start.infeasible)
        opened = start.opened[instance.number]
    # Not to serve a point is never better from here on.
    judged = instance.penalised(float(np.ceil(instance.objective(opened))) + 1.0)
    proof = proven(judged, opened, task.clock, task.gap)
    return Found(proof.opened, proof.bound)


def _any_choice(task: Task, most: int) -> Found:
    """Return some choice that keeps to the conditions and serves everybody, if there is one."""
    left = task.clock.left
    # How many sites that takes is no objective of ours: the watcher hears only that it goes on.
    clock = Clock(left if np.isfinite(left) else None, lambda _: task.clock.goes_on("heuristic"))
    return cover_all(replace(task, sites=most, gap=1.0, clock=clock))


def _serves(instance: Instance, opened: Flags) -> bool:
    """Return whether a choice keeps to the conditions and serves everybody."""
    served = instance.served(opened) < instance.away
    return instance.holds(opened) and bool((served | ~instance.unserved).all())
