r"""Cover everybody with the fewest, or cheapest, sites.

.. math:: \min \sum_j c_j x_j \quad \text{s.t.} \quad \sum_{j \in N_i} x_j \ge k
          \;\; \forall i, \quad x_j \in \{0, 1\}

with ``N_i`` the sites within the limit of demand point ``i`` and ``k`` the backup wanted.
Location set covering: Toregas, Swain, ReVelle & Bergman (1971), Operations Research 19:1363-1373;
backup: Hogan & ReVelle (1986), Management Science 32:1434-1444.
"""

from __future__ import annotations

import numpy as np

from geo_planner.siting.covering.all import cheapest_cover
from geo_planner.siting.covering.instance import instance_of, with_more_rows
from geo_planner.siting.found import Found
from geo_planner.siting.task import Task


def cover_all(task: Task) -> Found:
    """Return the cheapest candidates so that every demand point is covered.

    Infeasible where a point is reached by fewer usable sites than it needs.
    """
    if (task.reached_by < task.backup).any():
        return Found(None, infeasible=True)
    opened = task.required.copy()
    base = float(task.price[opened].sum())
    instance = instance_of(task, opened=opened)
    open_ = opened | task.existing
    groups = []
    for group, fewest in sorted(task.group_minimum.items()):
        member = task.site_group == group
        missing = fewest - int((member & open_).sum())
        if missing > 0:
            groups.append((member[instance.site], missing))
    instance = with_more_rows(instance, groups)
    cap = np.inf if task.budget is None else task.budget * (1 + 1e-12) - base
    number = None if task.sites is None else task.sites - int(opened.sum())
    if number is not None and task.opening_cost is None:
        cap, number = min(cap, float(number)), None
    if cap < 0 or (number is not None and number < 0):
        return Found(None, infeasible=True)
    cover = cheapest_cover(instance, number=number, cap=cap, clock=task.clock, gap=task.gap)
    if cover.opened is None:
        return Found(None, cover.bound + base, infeasible=cover.impossible)
    opened[instance.site[cover.opened]] = True
    return Found(opened, cover.bound + base)
