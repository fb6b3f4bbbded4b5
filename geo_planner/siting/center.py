r"""Make the longest way to the nearest site as short as possible.

.. math:: \min \max_i \min_{j : x_j = 1} d_{ij} \quad \text{s.t.} \quad \sum_j x_j = p

The p-center problem: Hakimi (1964), Operations Research 12:450-459. Solved exactly by bisection
over the distinct distances, each tried as a covering problem: Minieka (1970), SIAM Review 12:138-
139; Daskin (2000), Communications of the Operations Research Society of Japan 45:428-436.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from geo_planner.siting.cover_all import cover_all
from geo_planner.siting.found import Found
from geo_planner.siting.task import Task
from geo_planner.travel.arrays import Flags


def center(task: Task) -> Found:
    """Return the candidates that make the longest way to the nearest site shortest."""
    lengths = np.unique(task.usable.cost)
    opened: Flags | None = None
    low, high = 0, len(lengths) - 1
    proven = True
    while low <= high:
        middle = (low + high) // 2
        tried = cover_all(
            replace(task, costs=task.costs.within(lengths[middle]), opening_cost=None)
        )
        if tried.opened is not None:
            opened, high = tried.opened, middle - 1
        else:
            proven = proven and tried.infeasible
            low = middle + 1
    if opened is None:
        return Found(None, infeasible=proven)
    return Found(opened, float(lengths[low]) if proven else np.nan)
