"""The fewest, or cheapest, sites that cover enough of each group, and of these the most valued."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.sparse import csc_array, csr_array, eye_array, hstack, vstack

from geo_planner.siting.clock import Clock
from geo_planner.siting.found import Found
from geo_planner.siting.reaching.group_cover import GroupCover, reduced
from geo_planner.siting.reaching.kernels import rebuild
from geo_planner.siting.solver import Model, Solved, solve
from geo_planner.travel.arrays import Flags, Floats, Ints
from geo_planner.travel.graph.compiling import compiled

BRANCHES = 2000
"""Branches spent on choosing, among equally cheap answers, the one that is worth most."""
LARGE = 5000
"""Pairs of site and point from which on the start is improved before the solver has it."""
ROUNDS = 2000


def cover_groups(cover: GroupCover, *, clock: Clock, gap: float = 0.0) -> Found:
    """Return the cheapest sites that cover enough of each group.

    Of equally cheap answers the one that covers most value is sought; that search ends after
    :data:`BRANCHES` branches, while the price is proven or bounded.
    """
    every = cover.allowed | cover.required
    if not cover.fulfilled(every):
        return Found(None, infeasible=True)
    clock.goes_on("reducing")
    small = reduced(cover)
    start = rebuilt(small, greedy(small))
    clock.goes_on("heuristic", float(cover.price[start].sum()))
    solved = solve(_cheapest(small), clock=clock, gap=gap, start=_values(small, start), share=0.8)
    opened = start if not len(solved.values) else solved.values[: len(start)] > 0.5
    if cover.price[start].sum() <= cover.price[opened].sum() or not cover.fulfilled(opened):
        opened = start
    opened = _most_valued(small, opened, clock)
    return Found(opened, _bound(cover, solved))


def _bound(cover: GroupCover, solved: Solved) -> float:
    """Return the bound on the price; whole where all prices are."""
    bound = max(solved.bound, float(cover.price[cover.required].sum()))
    whole = bool((cover.price == np.floor(cover.price)).all())
    return float(np.ceil(bound - 1e-6)) if whole and np.isfinite(bound) else bound


def greedy(cover: GroupCover) -> Flags:
    """Return sites that cover enough, each step the most of what is needed for its price.

    Then those that turn out not to be needed are left out, the dearest first. The greedy choice is
    within ``1 + ln(max gain)`` of the best (Wolsey 1982, Combinatorica 2:385-393).
    """
    opened = cover.required.copy()
    by_site = csc_array(cover.covers)
    left = ~cover.covered(opened)
    need = cover.need - cover.counted(~left)
    tally = _tally(cover, left)
    price = np.maximum(cover.price, 1e-12)
    while (need > 0).any():
        gain = np.minimum(tally, np.maximum(need, 0)[:, None]).sum(axis=0)
        score = np.where(cover.allowed & ~opened, gain / price, -1.0)
        best = int(score.argmax())
        opened[best] = True
        mine = by_site.indices[by_site.indptr[best] : by_site.indptr[best + 1]]
        fresh = mine[left[mine]]
        left[fresh] = False
        gone = np.zeros(len(left), dtype=np.bool_)
        gone[fresh] = True
        need = need - cover.counted(gone)
        tally -= _tally(cover, gone)
    return _without_spare(cover, opened, by_site)


def rebuilt(cover: GroupCover, opened: Flags) -> Flags:
    """Return sites no dearer than the given ones, after :data:`ROUNDS` rounds of rebuilding.

    Small problems are left to the solver, which proves them at once.
    """
    if cover.covers.nnz < LARGE:
        return opened
    by_site, by_group = csc_array(cover.covers), csc_array(cover.groups)
    lists = (
        by_site.indptr, by_site.indices, cover.covers.indptr, cover.covers.indices,
        by_group.indptr, by_group.indices,
    )  # fmt: skip
    found: Flags = compiled(rebuild)(
        *(np.asarray(one, dtype=np.int64) for one in lists),
        cover.weight,
        cover.need,
        cover.price,
        cover.allowed,
        cover.required,
        opened,
        ROUNDS,
    )
    return found


def _tally(cover: GroupCover, points: Flags) -> Floats:
    """Return how many of some points of each group each site covers, shape (g, m)."""
    chosen = np.flatnonzero(points)
    groups = csr_array(cover.groups[:, chosen] * cover.weight[chosen].astype(np.float64))
    found: Floats = (groups @ cover.covers[chosen]).toarray()
    return found


def _without_spare(cover: GroupCover, opened: Flags, by_site: csc_array) -> Flags:
    times = np.asarray(cover.covers @ opened.astype(np.float64))
    held = cover.counted(times > 0)
    chosen = np.flatnonzero(opened & ~cover.required)
    for site in chosen[np.lexsort((-chosen, -cover.price[chosen]))]:
        mine = by_site.indices[by_site.indptr[site] : by_site.indptr[site + 1]]
        lost = np.zeros(len(times), dtype=np.bool_)
        lost[mine[times[mine] == 1]] = True
        after = held - cover.counted(lost)
        if (after >= np.minimum(cover.need, held)).all():
            opened[site] = False
            times[mine] -= 1
            held = after
    return opened


def _rows(cover: GroupCover) -> tuple[csr_array, Floats, Floats]:
    """Return the rows over sites, then points, with their bounds."""
    points = len(cover.weight)
    link = hstack(
        [-csr_array(cover.covers * cover.weight[:, None].astype(np.float64)), eye_array(points)]
    )
    wanted = np.flatnonzero(cover.need > 0)
    quota = hstack([csr_array((len(wanted), len(cover.price))), cover.groups[wanted]])
    rows = csr_array(vstack([link, quota]))
    low = np.concatenate([np.full(points, -np.inf), cover.need[wanted].astype(np.float64)])
    high = np.concatenate([np.zeros(points), np.full(len(wanted), np.inf)])
    return rows, low, high


def _cheapest(cover: GroupCover) -> Model:
    sites, points = len(cover.price), len(cover.weight)
    rows, low, high = _rows(cover)
    return Model(
        cost=np.concatenate([cover.price, np.zeros(points)]),
        lower=np.concatenate([cover.required.astype(np.float64), np.zeros(points)]),
        upper=np.concatenate(
            [(cover.allowed | cover.required).astype(np.float64), cover.weight.astype(np.float64)]
        ),
        whole=np.arange(sites + points) < sites,
        rows=rows,
        row_lower=low,
        row_upper=high,
    )


def _most_valued(cover: GroupCover, opened: Flags, clock: Clock) -> Flags:
    """Return sites of no higher price that cover enough and are worth more, if there are any."""
    model = _cheapest(cover)
    sites, points = len(cover.price), len(cover.weight)
    # Each of equal points brings the same share of their value; then, more points are better.
    worth = cover.value / cover.weight
    worth = worth + max(float(worth.max(initial=0.0)), 1.0) * 1e-6
    most = float(cover.price[opened].sum())
    budget = csr_array(np.concatenate([cover.price, np.zeros(points)])[None, :])
    # Among equally good answers the one of fewer sites.
    least = min(1e-6, 1e-3 * float(worth.min(initial=1.0))) / max(sites, 1)
    valued = replace(
        model,
        cost=np.concatenate([np.full(sites, least), -worth]),
        rows=csr_array(vstack([model.rows, budget])),
        row_lower=np.append(model.row_lower, -np.inf),
        row_upper=np.append(model.row_upper, most * (1 + 1e-12)),
    )
    solved = solve(
        valued, clock=clock, gap=1e-9, start=_values(cover, opened), share=0.5, nodes=BRANCHES
    )
    if not len(solved.values):
        return opened
    other = solved.values[:sites] > 0.5
    better = (
        cover.fulfilled(other)
        and cover.price[other].sum() <= most * (1 + 1e-12)
        and cover.value[cover.covered(other)].sum() >= cover.value[cover.covered(opened)].sum()
    )
    return other if better else opened


def _values(cover: GroupCover, opened: Flags) -> Floats:
    covered = cover.covered(opened) * cover.weight
    return np.concatenate([opened.astype(np.float64), covered.astype(np.float64)])


def order_of(cover: GroupCover, opened: Flags, n: Ints) -> Ints:
    """Return opened sites in the order in which the groups have enough soonest.

    Each step helps the group that is farthest behind, as a share of its ``n`` points, then brings
    the most value; of equal ones the lowest number comes first.
    """
    by_site = csc_array(cover.covers)
    left = np.ones(len(cover.weight), dtype=np.bool_)
    need = cover.need.copy()
    waiting, order = [int(site) for site in np.flatnonzero(opened)], []
    while waiting:
        behind = np.maximum(need, 0) / np.maximum(n, 1)
        group = int(behind.argmax()) if (need > 0).any() else -1
        marks = []
        for site in waiting:
            mine = by_site.indices[by_site.indptr[site] : by_site.indptr[site + 1]]
            fresh = np.zeros(len(left), dtype=np.bool_)
            fresh[mine[left[mine]]] = True
            more = cover.counted(fresh)
            first = 0 if group < 0 else min(int(more[group]), int(need[group]))
            rest = int(np.minimum(more, np.maximum(need, 0)).sum())
            marks.append((-first, -rest, -float(cover.value[fresh].sum()), site))
        best = min(marks)[3]
        mine = by_site.indices[by_site.indptr[best] : by_site.indptr[best + 1]]
        fresh = np.zeros(len(left), dtype=np.bool_)
        fresh[mine[left[mine]]] = True
        left &= ~fresh
        need = need - cover.counted(fresh)
        order.append(best)
        waiting.remove(best)
    return np.array(order, dtype=np.int64)
