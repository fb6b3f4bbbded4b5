r"""Cover as much demand as a number of sites, or a budget, can.

.. math:: \max \sum_i w_i z_i \quad \text{s.t.} \quad z_i \le \sum_{j \in N_i} x_j,
          \quad \sum_j x_j \le p, \quad x_j \in \{0, 1\}, \; 0 \le z_i \le 1

Maximal covering location: Church & ReVelle (1974), Papers of the Regional Science Association
32:101-118. With backup ``k`` a point counts when ``k`` open sites reach it.
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array, diags_array, hstack, vstack

from geo_planner.siting.conditions import site_bounds, site_rows
from geo_planner.siting.found import Found
from geo_planner.siting.solver import Model, solve
from geo_planner.siting.task import Task


def cover_most(task: Task) -> Found:
    """Return the candidates that cover most demand beside the existing sites."""
    lacking = task.backup - task.reached_today
    done = float(task.demand[lacking <= 0].sum())
    rows = np.flatnonzero((lacking > 0) & (task.reached_by >= task.backup) & (task.demand > 0))
    lower, upper = site_bounds(task)
    extra, least, most = site_rows(task, at_most=task.sites)
    need = lacking[rows].astype(np.float64)
    width = len(rows)
    model = Model(
        cost=np.concatenate([np.zeros(task.m), -task.demand[rows]]),
        lower=np.concatenate([lower, np.zeros(width)]),
        upper=np.concatenate([upper, np.ones(width)]),
        # One site a point needs no whole numbers: an uncovered point is never worth a fraction.
        whole=np.concatenate(
            [np.ones(task.m, dtype=np.bool_), np.full(width, task.backup > 1, dtype=np.bool_)]
        ),
        rows=vstack(
            [
                hstack([task.incidence[rows], -diags_array(need)]),
                hstack([extra, csr_array((extra.shape[0], width))]),
            ],
            format="csr",
        ),
        row_lower=np.concatenate([np.zeros(width), least]),
        row_upper=np.concatenate([np.full(width, np.inf), most]),
    )
    solved = solve(model, clock=task.clock, gap=task.gap)
    if solved.end == "infeasible":
        return Found(None, infeasible=True)
    opened = None if not len(solved.values) else solved.values[: task.m] > 0.5
    return Found(opened, done - solved.bound)
