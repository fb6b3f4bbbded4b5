r"""Cover as much demand as a number of sites, or a budget, can.

.. math:: \max \sum_i w_i z_i \quad \text{s.t.} \quad k z_i \le \sum_{j \in N_i} x_j,
          \quad \sum_j x_j \le p, \quad x_j \in \{0, 1\}, \; 0 \le z_i \le 1

Maximal covering location: Church & ReVelle (1974), Papers of the Regional Science Association
32:101-118. With backup ``k`` a point counts when ``k`` open sites reach it.
"""

from __future__ import annotations

import numpy as np

from geo_planner.siting.covering.greedy import without_idle
from geo_planner.siting.covering.instance import instance_of
from geo_planner.siting.covering.most import choose_most, reduced
from geo_planner.siting.covering.room import room_of, rows_of
from geo_planner.siting.found import Found
from geo_planner.siting.task import Task


def cover_most(task: Task) -> Found:
    """Return the candidates that cover most demand beside the existing sites.

    A site that adds nothing is not opened, unless it is required or its group needs it.
    """
    opened = task.required.copy()
    whole = instance_of(task, opened=opened)
    worthy = whole.weight > 0
    if not worthy.all():
        whole = whole.kept(worthy, np.ones(whole.columns, dtype=np.bool_))
    instance = reduced(whole, room_of(task, whole, opened, most=task.sites))
    room = room_of(task, instance, opened, most=task.sites)
    choice = choose_most(
        instance,
        room,
        rows_of(task, instance, opened, most=task.sites),
        clock=task.clock,
        gap=task.gap,
    )
    if choice.opened is None:
        return Found(None, infeasible=choice.impossible)
    kept = without_idle(instance, room, choice.opened)
    opened[instance.site[kept]] = True
    done = covered_today(task, task.existing | task.required)
    return Found(opened, done + choice.bound)


def covered_today(task: Task, open_: np.ndarray) -> float:
    """Return the demand that enough of some sites reach."""
    pairs = task.costs
    have = np.bincount(pairs.demand[open_[pairs.site]], minlength=task.n)
    return float(task.demand[have >= task.backup].sum())
