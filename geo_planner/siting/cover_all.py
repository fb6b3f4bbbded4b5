r"""Cover everybody with the fewest, or cheapest, sites.

.. math:: \min \sum_j c_j x_j \quad \text{s.t.} \quad \sum_{j \in N_i} x_j \ge k
          \;\; \forall i, \quad x_j \in \{0, 1\}

with ``N_i`` the sites within the limit of demand point ``i`` and ``k`` the backup wanted.
Location set covering: Toregas, Swain, ReVelle & Bergman (1971), Operations Research 19:1363-1373;
backup: Hogan & ReVelle (1986), Management Science 32:1434-1444.
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import vstack

from geo_planner.siting.conditions import site_bounds, site_rows
from geo_planner.siting.found import Found
from geo_planner.siting.solver import Model, solve
from geo_planner.siting.task import Task


def cover_all(task: Task) -> Found:
    """Return the cheapest candidates so that every demand point is covered.

    Infeasible where a point is reached by fewer usable sites than it needs.
    """
    lacking = task.backup - task.reached_today
    if (task.reached_by < task.backup).any():
        return Found(None, infeasible=True)
    open_rows = np.flatnonzero(lacking > 0)
    lower, upper = site_bounds(task)
    extra, least, most = site_rows(task, at_most=task.sites)
    model = Model(
        cost=np.where(task.candidate, task.price, 0.0),
        lower=lower,
        upper=upper,
        whole=np.ones(task.m, dtype=np.bool_),
        rows=vstack([task.incidence[open_rows], extra], format="csr"),
        row_lower=np.concatenate([lacking[open_rows].astype(np.float64), least]),
        row_upper=np.concatenate([np.full(len(open_rows), np.inf), most]),
    )
    solved = solve(model, clock=task.clock, gap=task.gap)
    if solved.end == "infeasible":
        return Found(None, infeasible=True)
    opened = None if not len(solved.values) else solved.values > 0.5
    return Found(opened, solved.bound)
