"""A siting problem in arrays: checked once, then read by every model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from geo_planner.choice_errors import ContradictionError
from geo_planner.siting.checking import (
    LARGEST,
    flags,
    group_minimums,
    groups,
    limits,
    numbers,
    one_number,
    whole_number,
)
from geo_planner.siting.clock import Clock
from geo_planner.travel.arrays import Flags, Floats, Ints
from geo_planner.travel.costs import TravelCosts


@dataclass(frozen=True, eq=False)
class Task:
    """What is to be sited.

    ``n`` demand points, ``m`` sites. Sites that stay open as they are (``existing``) cost nothing
    and are not counted; every other site is a candidate unless it is ``forbidden``.

    Attributes
    ----------
    costs
        Pairs that may be used: within the limit, where there is one.
    sites
        How many candidates may be opened at most (median and center: exactly, as far as there are
        so many); None where the problem itself says.
    demand
        Weight of each demand point, shape (n,), not negative.
    existing, closable, required, forbidden
        Flags of sites, shape (m,). A closable site is open today: to keep it takes one of ``sites``
        (or its opening cost), not to keep it closes it. A required site is opened in any case and
        counts.
    opening_cost
        Cost of each site, shape (m,); None where only their number matters.
    budget
        Most that the opened sites may cost together.
    capacity, load
        What each site can serve, shape (m,), and what each demand point takes of it, shape (n,);
        ``capacity`` None where there is no end to it.
    backup
        How many open sites must reach a demand point before it counts as covered.
    site_group, group_minimum
        Group of each site, shape (m,), -1 for none, and the fewest open sites of each group (the
        existing ones included).
    gap
        Relative gap that is good enough.
    clock
        Time left, and who watches.
    """

    costs: TravelCosts
    sites: int | None
    demand: Floats
    existing: Flags
    closable: Flags
    required: Flags
    forbidden: Flags
    opening_cost: Floats | None
    budget: float | None
    capacity: Floats | None
    load: Floats
    backup: int
    site_group: Ints
    group_minimum: Mapping[int, int]
    gap: float
    clock: Clock

    @property
    def n(self) -> int:
        """Number of demand points."""
        return self.costs.shape[0]

    @property
    def m(self) -> int:
        """Number of sites."""
        return self.costs.shape[1]

    @cached_property
    def candidate(self) -> Flags:
        """Which sites may be opened, shape (m,)."""
        return ~self.existing & ~self.forbidden

    @cached_property
    def usable(self) -> TravelCosts:
        """The pairs of sites that are or may be open, and hold the point's load where that ends."""
        kept = (self.existing | self.candidate)[self.costs.site]
        if self.capacity is not None:
            kept &= self.load[self.costs.demand] <= self.capacity[self.costs.site]
        return self.costs.chosen(kept)

    @cached_property
    def incidence(self) -> csr_array:
        """Which usable site reaches which demand point, shape (n, m), ones."""
        pairs = self.usable
        return csr_array((np.ones(len(pairs.site)), (pairs.demand, pairs.site)), shape=pairs.shape)

    @cached_property
    def reached_by(self) -> Ints:
        """How many usable sites reach each demand point, shape (n,)."""
        return np.bincount(self.usable.demand, minlength=self.n).astype(np.int64)

    @cached_property
    def reached_today(self) -> Ints:
        """How many existing sites reach each demand point, shape (n,)."""
        here = self.existing[self.costs.site]
        return np.bincount(self.costs.demand[here], minlength=self.n).astype(np.int64)

    @cached_property
    def price(self) -> Floats:
        """What each candidate counts: its opening cost, or 1, shape (m,)."""
        return np.ones(self.m) if self.opening_cost is None else self.opening_cost

    @property
    def is_plain(self) -> bool:
        """Whether nothing but the number of sites binds the choice."""
        return (
            self.budget is None
            and self.capacity is None
            and self.backup == 1
            and not self.group_minimum
            and not self.required.any()
        )


def task_of(  # noqa: PLR0913 - a problem has as many conditions
    costs: TravelCosts,
    *,
    sites: int | None = None,
    limit: float | npt.ArrayLike | None = None,
    demand: npt.ArrayLike | None = None,
    existing: Sequence[int] | npt.ArrayLike = (),
    closable: Sequence[int] | npt.ArrayLike = (),
    required: Sequence[int] | npt.ArrayLike = (),
    forbidden: Sequence[int] | npt.ArrayLike = (),
    opening_cost: npt.ArrayLike | None = None,
    budget: float | None = None,
    capacity: npt.ArrayLike | None = None,
    load: npt.ArrayLike | None = None,
    backup: int = 1,
    site_group: npt.ArrayLike | None = None,
    group_minimum: Mapping[int, int] | None = None,
    gap: float = 0.0,
    clock: Clock,
) -> Task:
    """Return a checked task; parameters as of :func:`geo_planner.siting.site_facilities`.

    Raises
    ------
    BadNumberError
        If a number is missing or negative, or a site is not there; rows are counted from 0.
    ContradictionError
        If a site is required and forbidden.
    WrongLengthError
        If there are more or fewer numbers than points or sites.
    """
    n, m = costs.shape
    if len(costs.cost) and not 0 <= costs.cost.min() <= costs.cost.max() <= LARGEST:
        numbers("metres", costs.cost, len(costs.cost))
    weight = np.ones(n) if demand is None else numbers("demand", demand, n)
    kept = costs if limit is None else costs.chosen(costs.cost <= limits(limit, n)[costs.demand])
    listed = {
        name: flags(name, given, m)
        for name, given in (
            ("existing", existing),
            ("closable", closable),
            ("required", required),
            ("forbidden", forbidden),
        )
    }
    # What may be closed is a candidate that happens to be open today.
    listed["existing"] &= ~listed["closable"]
    listed["required"] &= ~listed["existing"]
    clash = np.flatnonzero(listed["required"] & listed["forbidden"]).tolist()
    if clash:
        raise ContradictionError([str(site) for site in clash])
    return Task(
        costs=kept,
        sites=None if sites is None else whole_number("sites", sites),
        demand=weight,
        existing=listed["existing"],
        closable=listed["closable"],
        required=listed["required"],
        forbidden=listed["forbidden"] & ~listed["existing"],
        opening_cost=None if opening_cost is None else numbers("opening_cost", opening_cost, m),
        budget=_budget(budget),
        capacity=None if capacity is None else numbers("capacity", capacity, m, endless=True),
        load=weight if load is None else numbers("load", load, n),
        backup=whole_number("backup", backup, least=1),
        site_group=groups(site_group, m),
        group_minimum=group_minimums(group_minimum),
        gap=one_number("gap", gap),
        clock=clock,
    )


def _budget(given: float | None) -> float | None:
    """Return what may be spent; None where there is no end to it."""
    most = float("inf") if given is None else one_number("budget", given)
    return most if most < float("inf") else None
