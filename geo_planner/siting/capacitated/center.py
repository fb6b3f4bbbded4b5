r"""Make the longest way as short as possible where every site has only so much room.

.. math:: \min \max_{i, j : y_{ij} = 1} d_{ij} \quad \text{s.t.} \quad
          \sum_i q_i y_{ij} \le Q_j x_j, \quad \sum_j y_{ij} = 1, \quad \sum_j x_j \le p

The capacitated p-center, solved by bisection over the distinct distances: Özsoy & Pınar (2006),
Computers & Operations Research 33:1420-1436. Each distance is tried as a covering problem with
capacities and at most ``p`` sites.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from geo_planner.siting.capacitated.solving import capacitated
from geo_planner.siting.found import Found
from geo_planner.siting.task import Task

ANY_ANSWER = 1e9
"""Relative gap at which the first answer found is good enough."""


def capacitated_center(task: Task) -> Found:
    """Return the candidates, and who is served where, that make the longest way shortest.

    Demand weighs nothing here but as the load a point takes.
    """
    lengths = np.unique(task.usable.cost)
    if not len(lengths):
        return served_within(task, 0.0)
    best: Found | None = None
    # No way shorter than lengths[proven] is enough.
    low, high, proven = 0, len(lengths) - 1, 0
    while low <= high:
        middle = (low + high) // 2
        tried = served_within(task, float(lengths[middle]))
        if tried.opened is not None:
            best, high = tried, middle - 1
            continue
        low = middle + 1
        if tried.infeasible:
            proven = low
    if best is None:
        return Found(None, infeasible=proven == len(lengths))
    return replace(best, bound=float(lengths[proven]))


def served_within(task: Task, length: float) -> Found:
    """Return sites, at most as many as asked for, that serve everybody within a length of way."""
    asked = replace(task, costs=task.costs.within(length), gap=ANY_ANSWER)
    return capacitated(asked, "cover-all")
