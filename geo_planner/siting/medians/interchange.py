r"""Good sites by interchange: swap one open site for another as long as that helps, then kick.

Vertex substitution: Teitz & Bart (1968), Operations Research 16:955-961. What the best site to
close is for a site to open follows from each point's nearest and second nearest open site in one
look at the pairs of the site to open: Whitaker (1983), INFOR 21:95-108; Resende & Werneck (2007),
European Journal of Operational Research 174:54-68. Kicks of growing size from the best answer:
Hansen & Mladenovic (1997), Location Science 5:207-226.
"""

from __future__ import annotations

import numpy as np

from geo_planner.siting.clock import Clock
from geo_planner.siting.medians import kernels
from geo_planner.siting.medians.instance import Instance
from geo_planner.travel.arrays import Flags, Ints
from geo_planner.travel.graph.compiling import compiled

WIDEST_KICK = 8
"""Most sites that one kick moves."""
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

    def _kicked(self, opened: Flags, size: int) -> Flags:
        """Return the choice with some sites moved at random; as it is where that must not be."""
        ins, outs = np.flatnonzero(opened), np.flatnonzero(~opened)
        count = min(size, len(ins), len(outs))
        moved = opened.copy()
        moved[self._random.choice(ins, count, replace=False)] = False
        moved[self._random.choice(outs, count, replace=False)] = True
        return moved if self._whole.holds(moved) else opened

    def kicks(
        self, best: Flags, value: float, *, patience: int, bound: float
    ) -> tuple[Flags, float]:
        """Return the best sites found by kicks and swaps from a choice, and their value.

        Ends after ``patience`` kicks without a better answer, or at ``bound``, which nothing is
        below.
        """
        widest = max(1, min(WIDEST_KICK, self._whole.choose // 2))
        size, idle = 1, 0
        while idle < patience and value > bound and self.clock.goes_on("heuristic", value, bound):
            found, reached = self.better(best, value, self._kicked(best, size))
            size, idle = size % widest + 1, idle + 1
            if reached < value:
                best, value, size, idle = found, reached, 1, 0
        return best, value
