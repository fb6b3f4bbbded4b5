"""In which order chosen sites are best built, and what each adds.

Coverage by the first ``k`` sites of the order is what greedy choice among the plan's own sites
gives: at least ``1 - 1/e`` of the best ``k`` of them (Nemhauser, Wolsey & Fisher 1978, Mathematical
Programming 14:265-294).
"""

from __future__ import annotations

from heapq import heapify, heappop, heapreplace

import numpy as np

from geo_planner.siting.question import Question
from geo_planner.travel.arrays import Flags, Ints


def times_within(question: Question, open_: Ints) -> Ints:
    """Return how many of some sites are within each unit's limit, shape (n,)."""
    flags = np.zeros(question.cover.shape[1], dtype=np.int64)
    flags[open_] = 1
    return np.asarray(question.cover @ flags, dtype=np.int64)


def build_order(question: Question, sites: Ints) -> Ints:
    """Return sites so that each next one brings most children, then units, within the limit.

    Of sites that bring equally much, the lowest number comes first.

    Notes
    -----
    What a site brings only shrinks as others are built, so a site whose last known gain is still
    the largest when it is worked out again is the next (Minoux 1978, lazy greedy).
    """
    children = np.nan_to_num(question.children, nan=0.0)
    covered = times_within(question, np.arange(question.standing)) > 0

    def gain(site: int) -> tuple[float, int, int]:
        fresh = question.reached(site)
        fresh = fresh[~covered[fresh]]
        return -float(children[fresh].sum()), -len(fresh), site

    waiting = [gain(int(site)) for site in sites]
    heapify(waiting)
    order = []
    while waiting:
        now = gain(waiting[0][2])
        if now != waiting[0]:
            heapreplace(waiting, now)
            continue
        order.append(heappop(waiting)[2])
        covered[question.reached(order[-1])] = True
    return np.array(order, dtype=np.int64)


def newly_covered(question: Question, order: Ints, *, closed: Ints, backup: int = 1) -> list[Ints]:
    """Return, for each site in build order, the units it is the first to bring within the limit.

    Units that lose their cover where a facility closes are not subtracted here; they are
    ``uncovered`` after.
    """
    today = np.setdiff1d(np.arange(question.standing), closed)
    times = times_within(question, today)
    before: Flags = times_within(question, np.arange(question.standing)) >= backup
    gains = []
    for one in order:
        reached = question.reached(int(one))
        times[reached] += 1
        gains.append(reached[(times[reached] == backup) & ~before[reached]])
    return gains
