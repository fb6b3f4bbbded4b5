r"""Good sites by interchange: swap one open site for another as long as that helps.

Vertex substitution: Teitz & Bart (1968), Operations Research 16:955-961. What the best site to
close is for a site to open follows from each point's nearest and second nearest open site in one
look at the pairs of the site to open: Whitaker (1983), INFOR 21:95-108; Resende & Werneck (2007),
European Journal of Operational Research 174:54-68. Begun again and again from what a Lagrangian
bound takes, blurred at random.
"""

from __future__ import annotations

import numpy as np

from geo_planner.siting.clock import Clock
from geo_planner.siting.medians import kernels
from geo_planner.siting.medians.instance import Instance
from geo_planner.travel.arrays import Flags, Floats, Ints
from geo_planner.travel.graph.compiling import compiled

TAKEN = 0.01
"""Share of the bound's steps from which on a site counts as taken."""
SWAPS_A_LOOK = 50
"""Swaps after which to look at the clock."""


class Interchange:
    """Interchange on one instance.

    Swaps look only at the sites nearest each point, some times as many as there are points to a
    site; what they find is judged by all pairs.
    """

    def __init__(self, instance: Instance, clock: Clock) -> None:
        self.clock = clock
        self._whole = instance
        self._near = instance.nearest(max(20, 5 * instance.m // max(instance.choose, 1)))
        self._columns = self._near.columns()
        self._least_gain = 1e-12 * float(instance.away.sum())
        self._random = np.random.default_rng(0)

    def better(self, best: Flags, value: float, opened: Flags) -> tuple[Flags, float]:
        """Swap sites of a choice that holds; return the result if it is below ``value``.

        ``best`` is the choice of that value, shape (m,).
        """
        slots = np.full(self._whole.choose, -1, dtype=np.int64)
        slots[: int(opened.sum())] = np.flatnonzero(opened)
        swaps, at_least = self._swap(slots)
        while swaps >= SWAPS_A_LOOK and self.clock.left > 0:
            swaps, at_least = self._swap(slots)
        if at_least < value - self._least_gain:
            moved = self._flags(slots)
            reached = self._whole.objective(moved)
            if reached < value - self._least_gain:
                return moved, reached
        return best, value

    def _swap(self, slots: Ints) -> tuple[int, float]:
        one, opened = self._near, self._flags(slots)
        swaps, value = compiled(kernels.interchange)(
            one.first, one.site, one.cost, one.away, *self._columns, slots,
            one.group, one.members(opened) - one.need, one.price,
            float(one.money - one.price[opened].sum()), self._least_gain, SWAPS_A_LOOK,
        )  # fmt: skip
        return int(swaps), float(value)

    def _flags(self, slots: Ints) -> Flags:
        opened = np.zeros(self._whole.m, dtype=np.bool_)
        opened[slots[slots >= 0]] = True
        return opened

    def rounded(
        self, best: Flags, value: float, share: Floats, *, patience: int, bound: float
    ) -> tuple[Flags, float]:
        """Return the best sites found from what a bound takes, and their value.

        Parameters
        ----------
        best, value
            A choice that holds, shape (m,), and its value.
        share
            How often the bound takes each site, 0 to 1, shape (m,).
        patience
            Beginnings without a better answer after which to end.
        bound
            Value that nothing is below.
        """
        idle, turn = 0, 0
        while idle < patience and value > bound and self.clock.goes_on("heuristic", value, bound):
            turn, idle = turn + 1, idle + 1
            noise = self._random.random(len(share)) * (share > TAKEN)
            # From afresh to close by the best answer.
            begin = self._chosen(share + noise + turn % 4 / 4 * best)
            found, reached = self.better(best, value, best if begin is None else begin)
            if reached < value:
                best, value, idle = found, reached, 0
        return best, value

    def _chosen(self, worth: Floats) -> Flags | None:
        """Return the sites of most worth that hold together; None where that finds none."""
        one = self._whole
        order = np.argsort(-worth, kind="stable")
        chosen = np.zeros(one.m, dtype=np.bool_)
        for place, wanted in enumerate(one.need):
            chosen[order[one.group[order] == place][:wanted]] = True
        rest = order[~chosen[order]]
        left = one.money - one.price[chosen].sum()
        affordable = np.cumsum(one.price[rest]) <= left
        chosen[rest[affordable][: max(0, one.choose - int(chosen.sum()))]] = True
        return chosen if one.holds(chosen) else None
