"""Search for the best order of building: two greedy starts, then the solver, then a tidying up."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csc_array

from geo_planner.siting.clock import Clock
from geo_planner.siting.phasing.program import (
    Columns,
    Part,
    Programme,
    covered_by,
    held_by,
    model_of,
)
from geo_planner.siting.solver import solve
from geo_planner.travel.arrays import Flags, Floats

Built = list[Flags]
"""Which sites stand by the end of each year, one array (years, m) a facility type."""


@dataclass(frozen=True, eq=False, slots=True)
class Order:
    """An order of building.

    Attributes
    ----------
    built
        None where nothing keeps to budgets, numbers and required sites.
    worth, bound
        Summed over the years, and what no order can exceed (``nan``: not known).
    lacking
        How many points the promises lack together.
    proven
        Whether it is proven that not all promises can be kept.
    """

    built: Built | None
    worth: float = np.nan
    bound: float = np.nan
    lacking: int = 0
    proven: bool = False


def best_order(
    programme: Programme, clock: Clock, *, gap: float, share: float, start: Built | None = None
) -> Order:
    """Return the order of building that covers most soonest and keeps the promises.

    Where not all promises can be kept, those orders count that lack least together.
    """
    columns = Columns.of(programme)
    starts = [greedy(programme, promises=True), greedy(programme, promises=False)]
    starts += [] if start is None else [start]
    known = [one for one in starts if programme.affordable(one)]
    best = max(
        known, key=lambda one: (-_lacks(programme, one), _worth(programme, one)), default=None
    )
    proven = False
    if best is None or _lacks(programme, best):
        best, least = _least_lacking(programme, columns, best, clock, share / 2)
        if best is None:
            return Order(None, proven=np.isinf(least))
        proven = least > 0
        programme = replace(programme, allowance=float(_lacks(programme, best)))
    solved = solve(
        model_of(programme, columns, elastic=False),
        clock=clock,
        gap=gap,
        start=columns.values(programme, best),
        share=share,
    )
    if len(solved.values):
        found = columns.built(programme, solved.values)
        if (
            programme.affordable(found)
            and _lacks(programme, found) <= programme.allowance
            and _worth(programme, found) > _worth(programme, best)
        ):
            best = found
    best = tidied(programme, best)
    bound = -solved.bound if np.isfinite(solved.bound) else np.nan
    worth = _worth(programme, best)
    return Order(best, worth, max(bound, worth), _lacks(programme, best), proven)


def _least_lacking(
    programme: Programme, columns: Columns, start: Built | None, clock: Clock, share: float
) -> tuple[Built | None, float]:
    """Return an order that lacks as little as can be, and the least any order lacks."""
    solved = solve(
        model_of(programme, columns, elastic=True),
        clock=clock,
        start=None if start is None else columns.values(programme, start),
        share=share,
        target=0.0,
    )
    least = float(np.ceil(solved.bound - 1e-6)) if np.isfinite(solved.bound) else solved.bound
    if not len(solved.values):
        return start, least
    found = columns.built(programme, solved.values)
    if not programme.affordable(found):
        return start, least
    if start is not None and _lacks(programme, start) <= _lacks(programme, found):
        return start, least
    return found, least


def _lacks(programme: Programme, built: Built) -> int:
    return int(sum(one.sum() for one in programme.lacking(built)))


def _worth(programme: Programme, built: Built) -> float:
    return float(programme.worth_of(built).sum())


def greedy(programme: Programme, *, promises: bool) -> Built:
    """Return sites year by year, each the best for its price that can be afforded.

    Parameters
    ----------
    promises
        Look first at what the next promise still lacks, then at the worth of what is covered.
    """
    built = [
        np.zeros((programme.years, len(part.cover.price)), dtype=np.bool_)
        for part in programme.parts
    ]
    money = 0.0
    for year in range(programme.years):
        money = programme.money[year] + (money if programme.carry_over else 0.0)
        number = programme.numbers[year]
        each = [float(part.per_year[year]) for part in programme.parts]
        while number >= 1:
            pick = max(
                (
                    _best_site(part, mine, year, money, place, promises=promises)
                    for place, (part, mine, room) in enumerate(
                        zip(programme.parts, built, each, strict=True)
                    )
                    if room >= 1
                ),
                default=None,
            )
            if pick is None or pick[0] == NOTHING:
                break
            place, site = -pick[1], -pick[2]
            built[place][year:, site] = True
            money -= float(programme.parts[place].cover.price[site])
            number -= 1
            each[place] -= 1
    return built


Score = tuple[float, float, float]
NOTHING: Score = (0.0, 0.0, 0.0)


def _best_site(
    part: Part, mine: Flags, year: int, money: float, place: int, *, promises: bool
) -> tuple[Score, int, int]:
    """Return the score, minus the place of the type, and minus the best site that is affordable."""
    cover = part.cover
    standing = mine[year]
    left = ~covered_by(part, standing[None, :])[:, 0]
    price = np.maximum(cover.price, 1e-9)
    worth = (part.worth * cover.weight * left) @ cover.covers / price
    useful = np.zeros(len(price))
    if promises:
        lacking = np.maximum(part.need - held_by(part, standing[None, :]), 0)[:, year:]
        soon = np.flatnonzero(lacking.any(axis=0))
        if len(soon):
            fresh = cover.groups @ (cover.covers * (cover.weight * left)[:, None])
            useful = np.minimum(fresh.toarray(), lacking[:, soon[0]][:, None]).sum(axis=0) / price
    must = cover.required & ~standing
    can = (cover.allowed | must) & ~standing & (cover.price <= money + 1e-9)
    can &= must | (worth > 0) | (useful > 0)
    if not can.any():
        return NOTHING, -place, 0
    order = np.lexsort((-np.arange(len(price)), worth, useful, must, can))
    best = int(order[-1])
    return (float(must[best]) + 1.0, float(useful[best]), float(worth[best])), -place, -best


def tidied(programme: Programme, built: Built) -> Built:
    """Return the order without sites all of whose points others cover as soon."""
    return [_tidied(part, mine) for part, mine in zip(programme.parts, built, strict=True)]


def _tidied(part: Part, mine: Flags) -> Flags:
    mine = mine.copy()
    by_site = csc_array(part.cover.covers)
    times = np.asarray(part.cover.covers @ mine.T.astype(np.float64))
    chosen = np.flatnonzero(mine[-1] & ~part.cover.required)
    since: Floats = mine.argmax(axis=0).astype(np.float64)
    for site in chosen[np.lexsort((-chosen, -part.cover.price[chosen], -since[chosen]))]:
        points = by_site.indices[by_site.indptr[site] : by_site.indptr[site + 1]]
        year = int(since[site])
        if (times[points, year] > 1).all():
            times[points, year:] -= 1
            mine[:, site] = False
    return mine
