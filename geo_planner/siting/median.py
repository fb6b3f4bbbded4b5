r"""Make the way to the nearest site shortest on average.

.. math:: \min \sum_i \sum_j w_i d_{ij} y_{ij} \quad \text{s.t.} \quad \sum_j y_{ij} = 1,
          \quad y_{ij} \le x_j, \quad \sum_j x_j = p

The p-median problem: Hakimi (1964), Operations Research 12:450-459; ReVelle & Swain (1970),
Geographical Analysis 2:30-42.
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array, hstack, vstack

from geo_planner.siting.conditions import site_bounds, site_rows
from geo_planner.siting.found import Found
from geo_planner.siting.solver import Model, solve
from geo_planner.siting.task import Task


def median(task: Task) -> Found:
    """Return the candidates that make demand times cost of the way to the nearest site least."""
    pairs = task.usable
    count = len(pairs.site)
    number = int(min(task.sites or 0, task.candidate.sum()))
    lower, upper = site_bounds(task)
    lower = np.where(task.existing, 1.0, lower)
    upper = np.where(task.existing, 1.0, upper)
    each = np.arange(count)
    ones = np.ones(count)
    extra, least, most = site_rows(task, exactly=number)
    rows = vstack(
        [
            hstack(
                [
                    csr_array((task.n, task.m)),
                    csr_array((ones, (pairs.demand, each)), shape=(task.n, count)),
                ]
            ),
            hstack(
                [
                    csr_array((ones, (each, pairs.site)), shape=(count, task.m)),
                    csr_array((-ones, (each, each)), shape=(count, count)),
                ]
            ),
            hstack([extra, csr_array((extra.shape[0], count))]),
        ],
        format="csr",
    )
    model = Model(
        cost=np.concatenate([np.zeros(task.m), task.demand[pairs.demand] * pairs.cost]),
        lower=np.concatenate([lower, np.zeros(count)]),
        upper=np.concatenate([upper, np.ones(count)]),
        whole=np.concatenate([np.ones(task.m, dtype=np.bool_), np.zeros(count, dtype=np.bool_)]),
        rows=rows,
        row_lower=np.concatenate([np.ones(task.n), np.zeros(count), least]),
        row_upper=np.concatenate([np.ones(task.n), np.full(count, np.inf), most]),
    )
    solved = solve(model, clock=task.clock, gap=task.gap)
    if solved.end == "infeasible":
        return Found(None, infeasible=True)
    opened = None if not len(solved.values) else (solved.values[: task.m] > 0.5) & ~task.existing
    return Found(opened, solved.bound)
