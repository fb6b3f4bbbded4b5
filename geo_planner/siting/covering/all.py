"""Search and proof for covering all: reductions, local search, Lagrangian bound, branching.

A minimum of a group is one more row over the columns of the group. The steps, each as long as the
gap is not closed: a greedy cover; row weighting local search; a bound from Lagrangian multipliers;
branch and bound on what the reductions leave, with the best cover as start, or, where the
relaxation is far from it, branches that raise the bound with local search in between.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.sparse import csr_array, vstack

from geo_planner.siting.clock import Clock
from geo_planner.siting.covering.branching import Branching
from geo_planner.siting.covering.cover_search import Cover, CoverSearch, rounded_up
from geo_planner.siting.covering.greedy import times_open
from geo_planner.siting.covering.instance import SMALL, Instance
from geo_planner.siting.covering.reductions import (
    without_implied_rows,
    without_outdone_columns,
)
from geo_planner.siting.plan import PROVEN
from geo_planner.siting.solver import Model, solve
from geo_planner.travel.arrays import Flags, Floats, gather

IDLE, SOON = 40, 6
"""Looks at the clock without a better cover after which local search pauses; where branching may
well prove it."""

EASY, HARD = 15_000, 100_000
"""Pairs up to which branching may well prove the best cover; up to which it raises the bound."""

CLOSE = 0.02
"""Relative gap of the relaxation from which on a solver's own branching is quicker."""

LOOKS, LATE, FEW = 4, 400, 1
"""Looks at the clock of local search for one branch; after how many without a better cover it
gets fewer; how many then."""

MOST_BRANCHES = 5_000
"""Branches kept at most."""


def cheapest_cover(
    instance: Instance, *, number: int | None, cap: float, clock: Clock, gap: float
) -> Cover:
    """Return the cheapest cover, and a bound.

    Parameters
    ----------
    number
        Columns that may be opened at most; None where that does not bind.
    cap
        What they may cost at most.
    gap
        Relative gap that is good enough.
    """
    if (np.diff(instance.row_first) < instance.need).any():
        return Cover(None, np.inf, np.inf, impossible=True)
    small, forced = reduced(instance)
    base = float(instance.price[forced].sum())
    left = None if number is None else number - int(forced.sum())
    step = _least_step(instance.price)
    inner = _cheapest(
        small, number=left, cap=cap - base, step=step, base=base, clock=clock, gap=gap
    )
    if inner.opened is None:
        return replace(inner, bound=inner.bound + base)
    opened = forced.copy()
    opened[np.searchsorted(instance.site, small.site[inner.opened])] = True
    return Cover(opened, inner.cost + base, inner.bound + base)


def reduced(instance: Instance) -> tuple[Instance, Flags]:
    """Return what is left to decide, and the columns that every cheapest cover may as well have.

    Rows that need all their columns force them open; see :mod:`.reductions` for the rest.
    """
    forced = np.zeros(instance.columns, dtype=np.bool_)
    small = instance
    while small.rows:
        before = small.pairs
        must = np.diff(small.row_first) == small.need
        if must.any():
            row = np.flatnonzero(must)
            pair = gather(small.row_first[row], small.row_first[row + 1])
            column = np.zeros(small.columns, dtype=np.bool_)
            column[small.row_column[pair]] = True
            forced[np.searchsorted(instance.site, small.site[column])] = True
            need = small.need - times_open(small, column)
            small = replace(small, need=need).kept(need > 0, ~column)
        small = without_implied_rows(small)
        if (small.need == 1).all():
            small = without_outdone_columns(small)
        if small.pairs == before:
            break
    if not small.rows:
        small = small.kept(np.zeros(0, dtype=np.bool_), np.zeros(small.columns, dtype=np.bool_))
    return small, forced


def _least_step(price: Floats) -> float:
    """Return the least that two different costs can be apart: 1 for whole prices, else nearly 0."""
    return 1.0 if (price == np.floor(price)).all() and price.sum() < 2**52 else 0.0


def _cheapest(
    instance: Instance,
    *,
    number: int | None,
    cap: float,
    step: float,
    base: float,
    clock: Clock,
    gap: float,
) -> Cover:
    if not instance.rows:
        impossible = cap < 0 or (number is not None and number < 0)
        if impossible:
            return Cover(None, np.inf, np.inf, impossible=True)
        return Cover(np.zeros(instance.columns, dtype=np.bool_), 0.0, 0.0)
    search = CoverSearch(
        instance, number=number, cap=cap, step=step, base=base, clock=clock, gap=gap
    )
    if instance.pairs > SMALL:
        search.run(SOON if instance.pairs <= EASY else IDLE)
        if search.is_settled():
            return search.answer
        if number is None and EASY < instance.pairs <= HARD and _branched_by_gain(search):
            return search.answer
    return _branched(
        instance, search.start, number=number, cap=cap, step=step, clock=clock, gap=gap
    )


def _branched_by_gain(search: CoverSearch) -> bool:
    """Raise the bound branch by branch, local search in between; return whether that is all.

    Where the relaxation is close to the best cover, a solver's own branching is quicker.
    """
    model = program(search.instance, number=search.number, cap=search.cap)
    branching = Branching(model, search.clock)
    if not branching.begun:
        return search.clock.left <= 0
    search.raise_bound(branching.bound)
    wanted = min(search.best.cost, search.cap + search.step)
    if search.is_settled() or wanted - branching.bound < CLOSE * wanted:
        return search.is_settled()
    while branching.branches < MOST_BRANCHES:
        if not search.goes_on("solving"):
            return True
        cutoff = min(search.best.cost - search.step, search.cap) + PROVEN
        aim = np.floor(branching.bound + 1 + PROVEN) if search.step else np.inf
        branching.branch(cutoff, aim, lambda: search.goes_on("solving"))
        if branching.values is not None:
            search.take(branching.values)
        search.raise_bound(
            branching.bound if branching.bound <= cutoff or not search.fits else search.best.cost
        )
        if search.is_settled() or branching.done:
            return True
        for _ in range(LOOKS if search.idle < LATE else FEW):
            if not search.goes_on():
                return True
            search.look()
            if search.is_settled():
                return True
    return False


def _branched(
    instance: Instance,
    best: Cover,
    *,
    number: int | None,
    cap: float,
    step: float,
    clock: Clock,
    gap: float,
) -> Cover:
    """Return what branch and bound makes of it in the time left."""
    model = program(instance, number=number, cap=cap)
    start = None if best.opened is None else best.opened.astype(np.float64)
    solved = solve(model, clock=clock, gap=gap, start=start)
    if solved.end == "infeasible":
        return Cover(None, np.inf, np.inf, impossible=True)
    bound = max(best.bound, rounded_up(solved.bound, step))
    if len(solved.values):
        opened = solved.values > 0.5
        cost = float(instance.price[opened].sum())
        if cost < best.cost:
            best = replace(best, opened=opened, cost=cost)
    return replace(best, bound=min(bound, best.cost))


def program(instance: Instance, *, number: int | None, cap: float) -> Model:
    """Return the program: the rows, and what the columns may cost and number together."""
    m = instance.columns
    rows: list[csr_array] = [instance.matrix]
    lower = [instance.need.astype(np.float64)]
    upper = [np.full(instance.rows, np.inf)]
    if number is not None:
        rows.append(csr_array(np.ones((1, m))))
        lower.append(np.array([-np.inf]))
        upper.append(np.array([float(number)]))
    if cap < instance.price.sum():
        rows.append(csr_array(instance.price[None, :]))
        lower.append(np.array([-np.inf]))
        upper.append(np.array([cap * (1 + 1e-12)]))
    return Model(
        cost=instance.price,
        lower=np.zeros(m),
        upper=np.ones(m),
        whole=np.ones(m, dtype=np.bool_),
        rows=vstack(rows, format="csr"),
        row_lower=np.concatenate(lower),
        row_upper=np.concatenate(upper),
    )
