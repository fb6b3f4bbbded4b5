r"""The median as a mixed-integer program over the radii at which points can be served.

.. math:: \min \sum_i \Big(D_{i1} + \sum_k (D_{i,k+1} - D_{ik}) z_{ik}\Big) \quad \text{s.t.} \quad
          z_{ik} + \sum_{j : c_{ij} = D_{ik}} x_j \ge z_{i,k-1}, \quad z_{i0} = 1

with ``D_i1 < D_i2 < ...`` the different costs of point ``i`` below what it costs when no site
serves it, which stands at the end, and ``z_ik`` whether it is served for more than ``D_ik``: as
strong as the classical program, with fewer columns. Elloumi (2010), Journal of Combinatorial
Optimization 19:69-83.
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array, hstack, vstack

from geo_planner.siting.clock import Clock
from geo_planner.siting.found import Found
from geo_planner.siting.medians.instance import Instance
from geo_planner.siting.solver import Model, solve


def by_radius(instance: Instance, clock: Clock, gap: float) -> Found:
    """Return the best sites, shape (m,), and the bound, as the solver finds them."""
    one = instance
    who = np.repeat(np.arange(one.n), np.diff(one.first))
    begins = np.ones(len(who), dtype=np.bool_)
    begins[1:] = (who[1:] != who[:-1]) | (one.cost[1:] != one.cost[:-1])
    level = np.cumsum(begins) - 1
    point, radius = who[begins], one.cost[begins]
    count = len(point)
    each = np.arange(count)
    has_before = np.flatnonzero(point[1:] == point[:-1]) + 1
    beyond = one.away[point]
    beyond[has_before - 1] = radius[has_before]
    last = np.ones(count, dtype=np.bool_)
    last[has_before - 1] = False
    served = csr_array((np.ones(len(who)), (level, one.site)), shape=(count, one.m))
    farther = csr_array((np.ones(count), (each, each)), shape=(count, count)) - csr_array(
        (np.ones(len(has_before)), (has_before, has_before - 1)), shape=(count, count)
    )
    chosen, least, most = _conditions(one)
    first_row = np.ones(count)
    first_row[has_before] = 0.0
    solved = solve(
        Model(
            cost=np.concatenate([np.zeros(one.m), beyond - radius]),
            lower=np.zeros(one.m + count),
            upper=np.concatenate([np.ones(one.m), ~(last & one.unserved[point])]).astype(float),
            whole=np.arange(one.m + count) < one.m,
            rows=vstack(
                [
                    hstack([served, farther]),
                    hstack([chosen, csr_array((chosen.shape[0], count))]),
                ],
                format="csr",
            ),
            row_lower=np.concatenate([first_row, least]),
            row_upper=np.concatenate([np.full(count, np.inf), most]),
        ),
        clock=clock,
        gap=gap,
    )
    if solved.end == "infeasible":
        return Found(None, infeasible=True)
    always = one.away.copy()
    always[point[first_row > 0]] = radius[first_row > 0]
    # No step outwards costs less than nothing: that much is a bound without a search.
    bound = float(always.sum()) + max(solved.bound, 0.0)
    return Found(solved.values[: one.m] > 0.5 if len(solved.values) else None, bound)


def _conditions(one: Instance) -> tuple[csr_array, np.ndarray, np.ndarray]:
    """Return rows over the sites with their bounds: number, groups and money."""
    rows = [np.ones(one.m)] + [(one.group == place) * 1.0 for place in range(len(one.need))]
    least, most = [-np.inf, *one.need], [float(one.choose)] + [np.inf] * len(one.need)
    if np.isfinite(one.money):
        # In parts of the dearest: a solver's tolerance is no sum of money.
        unit = float(one.price.max(initial=0.0)) or 1.0
        rows, least, most = [*rows, one.price / unit], [*least, -np.inf], [*most, one.money / unit]
    return csr_array(np.stack(rows)), np.array(least, dtype=float), np.array(most)
