r"""One order of building that is good at every length, and what no choice can do better.

Each next site is the one that adds most coverage. After ``k`` steps the order covers at least
``1 - 1/e`` of what the best ``k`` sites can add: Nemhauser, Wolsey & Fisher (1978), Mathematical
Programming 14:265-294. Every step also bounds every number of sites: for the sites ``S`` chosen so
far and any ``p`` others,

.. math:: \max_{|T| = p} f(T) \le f(S) + \sum_{j = 1}^{p} \delta_{(j)}(S)

with the gains beside ``S`` in falling order (the same paper; Leskovec et al. 2007, KDD, 420-429).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geo_planner.siting.task import Task
from geo_planner.travel.arrays import Floats, Ints, gather


@dataclass(frozen=True, eq=False, slots=True)
class Nested:
    """Sites in the order of building, one after another.

    Attributes
    ----------
    sites
        Chosen candidates in order, shape (k,); it ends where nothing more is gained.
    covered
        Demand covered by none, one, two ... of them, shape (k + 1,).
    bound
        What no ``p`` sites can exceed, for p from 0 to the number asked for, shape (P + 1,).
    """

    sites: Ints
    covered: Floats
    bound: Floats


def nested_order(task: Task, most: int) -> Nested:
    """Return candidates so that each next one adds most demand, then most points, covered.

    Of candidates that add equally much the lowest number comes first.

    Parameters
    ----------
    task
        Points need one site each (``backup`` 1); conditions on sites other than ``forbidden`` are
        not looked at.
    most
        How many sites at most.
    """
    pairs = task.usable
    by_site = np.argsort(pairs.site, kind="stable")
    demand_of = pairs.demand[by_site]
    site_first = np.searchsorted(pairs.site[by_site], np.arange(task.m + 1))
    point_first = np.searchsorted(pairs.demand, np.arange(task.n + 1))
    open_ = task.reached_today == 0
    gain: Floats = np.bincount(
        pairs.site, (task.demand * open_)[pairs.demand], minlength=task.m
    ).astype(np.float64)
    many: Floats = np.bincount(pairs.site, open_[pairs.demand], minlength=task.m).astype(np.float64)
    gain[~task.candidate] = many[~task.candidate] = 0
    chosen: list[int] = []
    covered = [float(task.demand[~open_].sum())]
    bound = _bounds(covered[0], gain, most)
    while len(chosen) < most and many.any():
        best = np.flatnonzero(gain == gain.max())
        one = int(best[np.argmax(many[best])])
        if many[one] == 0:
            break
        fresh = demand_of[site_first[one] : site_first[one + 1]]
        fresh = fresh[open_[fresh]]
        open_[fresh] = False
        _take(gain, many, pairs.site, task.demand, (point_first, fresh))
        chosen.append(one)
        covered.append(covered[-1] + float(task.demand[fresh].sum()))
        bound = np.minimum(bound, _bounds(covered[-1], gain, most))
    # Fewer sites never do better than more.
    bound = np.minimum.accumulate(bound[::-1])[::-1]
    return Nested(np.array(chosen, dtype=np.int64), np.array(covered), bound)


def _take(gain: Floats, many: Floats, site: Ints, demand: Floats, fresh: tuple[Ints, Ints]) -> None:
    """Take points that are now covered out of what sites would gain."""
    first, points = fresh
    places = gather(first[points], first[points + 1])
    times = first[points + 1] - first[points]
    reached = site[places]
    gain -= np.bincount(reached, np.repeat(demand[points], times), minlength=len(gain))
    many -= np.bincount(reached, minlength=len(many))
    # What was never a candidate has no gain to lose; sums of fractions end at nothing exactly.
    np.maximum(many, 0.0, out=many)
    gain[many == 0] = 0.0


def _bounds(done: float, gain: Floats, most: int) -> Floats:
    """Return what 0, 1, ... ``most`` sites can cover at best beside those chosen."""
    enough = most == 0 or most >= len(gain)
    kept = gain if enough else np.partition(gain, len(gain) - most)[len(gain) - most :]
    best = np.sort(kept)[::-1][:most]
    sums = np.concatenate([[0.0], np.cumsum(best)])
    return done + np.pad(sums, (0, most + 1 - len(sums)), mode="edge")
