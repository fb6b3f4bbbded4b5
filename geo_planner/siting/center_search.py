"""A shorter longest way by exchanging two sites, from a greedy choice on.

Mladenović, Labbé & Hansen (2003), Solving the p-center problem with tabu search and variable
neighborhood search, Networks 42:48-64: only a site nearer to the point that has the longest way can
shorten it, so only those are tried; from a choice that no exchange betters the search starts anew
with a few sites moved at random (from a fixed seed).
"""

from __future__ import annotations

import numpy as np

from geo_planner.siting.task import Task
from geo_planner.travel.arrays import Flags, Floats, Ints

LARGEST = 20_000_000
"""Most entries of the matrix of ways that is laid out."""
KICKS = 150
"""New starts."""
MOVED = 3
"""Most sites moved at a new start."""


def exchanged(task: Task, opened: Flags) -> Flags:
    """Return candidates, shape (m,), whose longest way is not longer than that of ``opened``."""
    leave = opened & ~task.required
    if task.n * task.m > LARGEST or not leave.any() or task.budget is not None:
        return opened
    if task.group_minimum:
        return opened
    pairs = task.usable
    ways = np.full((task.n, task.m), np.inf)
    ways[pairs.demand, pairs.site] = pairs.cost
    random = np.random.default_rng(0)
    best, shortest = _descended(task, ways, opened)
    for kick in range(KICKS):
        if not task.clock.goes_on("heuristic", shortest):
            break
        tried, length = _descended(task, ways, _kicked(task, best, 1 + kick % MOVED, random))
        if length <= shortest:
            best, shortest = tried, length
    return best


def _kicked(task: Task, opened: Flags, count: int, random: np.random.Generator) -> Flags:
    leave = np.flatnonzero(opened & ~task.required)
    enter = np.flatnonzero(task.candidate & ~opened)
    count = min(count, len(leave), len(enter))
    moved = opened.copy()
    moved[random.choice(leave, count, replace=False)] = False
    moved[random.choice(enter, count, replace=False)] = True
    return moved


def _descended(task: Task, ways: Floats, opened: Flags) -> tuple[Flags, float]:
    """Make the best exchange as long as there is one that shortens the longest way."""
    opened = opened.copy()
    while True:
        open_ = np.flatnonzero(opened | task.existing)
        here = ways[:, open_]
        nearest = np.argmin(here, axis=1)
        each = np.arange(task.n)
        first = here[each, nearest]
        longest = float(first.max())
        here[each, nearest] = np.inf
        second = here.min(axis=1)
        farthest = int(np.argmax(first))
        enter = np.flatnonzero(task.candidate & ~opened & (ways[farthest] < longest))
        if not len(enter):
            return opened, longest
        may_leave = (opened & ~task.required)[open_]
        lengths = _lengths(ways[:, enter], nearest, first, second, len(open_))
        lengths[~may_leave] = np.inf
        out, into = np.unravel_index(int(np.argmin(lengths)), lengths.shape)
        if lengths[out, into] >= longest:
            return opened, longest
        opened[open_[out]], opened[enter[into]] = False, True


def _lengths(ways: Floats, nearest: Ints, first: Floats, second: Floats, count: int) -> Floats:
    """Return the longest way after every exchange, shape (leaving, entering).

    Parameters
    ----------
    ways
        To the entering sites, shape (n, entering).
    nearest, first, second
        Of each point: its site's place among the ``count`` open ones, its way, its second way.
    """
    order = np.argsort(nearest, kind="stable")
    begin = np.searchsorted(nearest[order], np.arange(count))
    ways = ways[order]
    stays = np.zeros((count, ways.shape[1]))
    goes = np.zeros_like(stays)
    some = np.flatnonzero(np.bincount(nearest, minlength=count))
    stays[some] = np.maximum.reduceat(np.minimum(ways, first[order][:, None]), begin[some])
    goes[some] = np.maximum.reduceat(np.minimum(ways, second[order][:, None]), begin[some])
    others = np.zeros_like(stays)
    if count > 1:
        top = np.argmax(stays, axis=0)
        columns = np.arange(stays.shape[1])
        others[:] = stays[top, columns]
        stays[top, columns] = 0.0
        others[top, columns] = stays.max(axis=0)
    return np.maximum(others, goes)
