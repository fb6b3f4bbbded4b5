"""The common form as a mixed-integer program for HiGHS, whole or around a part of an answer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array, hstack, vstack

from geo_planner.siting.capacitated.instance import Instance
from geo_planner.siting.conditions import site_rows
from geo_planner.siting.solver import Model
from geo_planner.travel.arrays import Flags, Floats, Ints


@dataclass(frozen=True, eq=False)
class Part:
    """Which of an instance's choices are open to a program; the rest stays as it is.

    Attributes
    ----------
    pairs
        Indices of the instance's pairs that may be used.
    points
        Demand points to be served anew, ascending.
    sites
        Sites that may be opened, closed, or serve the points, ascending.
    room
        What is left at each of ``sites`` for the points.
    fixed
        Of ``sites``, those that may only be open: existing and required ones.
    opened
        Candidates opened outside ``sites``, shape (m,).
    skip
        Price of leaving each point out, ``inf`` where that may not be.
    """

    pairs: Ints
    points: Ints
    sites: Ints
    room: Floats
    fixed: Flags
    opened: Flags
    skip: Floats


def whole(instance: Instance, pairs: Ints, sites: Flags) -> Part:
    """Return the whole instance over some pairs and sites."""
    kept = np.flatnonzero(sites)
    return Part(
        pairs=pairs,
        points=np.arange(instance.n),
        sites=kept,
        room=instance.room[kept],
        fixed=instance.always[kept],
        opened=np.zeros(instance.m, dtype=np.bool_),
        skip=instance.skip,
    )


def program_of(instance: Instance, part: Part) -> Model:
    """Return the program of a part; columns are its sites, its pairs, its points that may skip."""
    s, y, n = len(part.sites), len(part.pairs), len(part.points)
    place = np.full(instance.m, -1)
    place[part.sites] = np.arange(s)
    line = np.full(instance.n, -1)
    line[part.points] = np.arange(n)
    row, column = line[instance.demand[part.pairs]], place[instance.site[part.pairs]]
    load = instance.load[instance.demand[part.pairs]]
    loose = np.flatnonzero(np.isfinite(part.skip))
    each, ones, h = np.arange(y), np.ones(y), len(loose)
    serve = _beside(
        csr_array((n, s)),
        csr_array((ones, (row, each)), shape=(n, y)),
        csr_array((np.ones(h), (loose, np.arange(h))), shape=(n, h)),
    )
    hold = _beside(
        csr_array((-part.room, (np.arange(s), np.arange(s))), shape=(s, s)),
        csr_array((load, (column, each)), shape=(s, y)),
        csr_array((s, h)),
    )
    tied = np.flatnonzero(~part.fixed[column])
    t = len(tied)
    tie = _beside(
        csr_array((-np.ones(t), (np.arange(t), column[tied])), shape=(t, s)),
        csr_array((np.ones(t), (np.arange(t), tied)), shape=(t, y)),
        csr_array((t, h)),
    )
    side, least, most = _sides(instance, part)
    reach, needed = _backup(instance, part, row, each, (n, y), h)
    k, b = side.shape[0], reach.shape[0]
    return Model(
        cost=np.concatenate(
            [instance.price[part.sites], instance.cost[part.pairs], part.skip[loose]]
        ),
        lower=np.concatenate([part.fixed.astype(np.float64), np.zeros(y + h)]),
        upper=np.ones(s + y + h),
        whole=np.ones(s + y + h, dtype=np.bool_),
        rows=vstack(
            [serve, hold, tie, _beside(side, csr_array((k, y)), csr_array((k, h))), reach],
            format="csr",
        ),
        row_lower=np.concatenate([np.ones(n), np.full(s + t, -np.inf), least, needed]),
        row_upper=np.concatenate([np.ones(n), np.zeros(s + t), most, np.full(b, np.inf)]),
    )


def _beside(*blocks: csr_array) -> csr_array:
    return hstack(blocks, format="csr")


def _sides(instance: Instance, part: Part) -> tuple[csr_array, Floats, Floats]:
    """Return number, budget, groups and room enough over the part's sites."""
    task = instance.task
    exactly = instance.fewest if instance.fewest == instance.most else None
    rows, least, most = site_rows(task, exactly=exactly, at_most=instance.most)
    stays = rows @ part.opened.astype(np.float64)
    rows = csr_array(rows[:, part.sites])
    must = ~np.isfinite(part.skip)
    room = csr_array(part.room[None, :])
    return (
        vstack([rows, room], format="csr"),
        np.append(least - stays, instance.load[part.points[must]].sum()),
        np.append(most - stays, np.inf),
    )


def _backup(
    instance: Instance, part: Part, row: Ints, each: Ints, shape: tuple[int, int], loose: int
) -> tuple[csr_array, Floats]:
    """Return that who is served lies within reach of so many open sites."""
    s = len(part.sites)
    if instance.backup == 1:
        return csr_array((0, s + shape[1] + loose)), np.empty(0)
    near = instance.task.incidence[part.points]
    served = csr_array((np.full(len(each), -float(instance.backup)), (row, each)), shape=shape)
    outside = near @ (part.opened | instance.always).astype(np.float64)
    inside = near[:, part.sites]
    return (
        _beside(csr_array(inside), served, csr_array((shape[0], loose))),
        -(outside - inside @ part.fixed.astype(np.float64)),
    )
