"""In which order chosen sites are best built, and what each adds.

Coverage by the first ``k`` sites of the order is what greedy choice among the plan's own sites
gives: at least ``1 - 1/e`` of the best ``k`` of them (Nemhauser, Wolsey & Fisher 1978, Mathematical
Programming 14:265-294).
"""

from __future__ import annotations

import numpy as np

from geo_planner.siting.question import Question
from geo_planner.travel.arrays import Flags, Ints


def times_within(question: Question, open_: Ints) -> Ints:
    """Return how many of some sites are within each unit's limit, shape (n,)."""
    pairs = question.within(question.costs)
    flags = np.zeros(pairs.shape[1], dtype=np.bool_)
    flags[open_] = True
    found = np.bincount(pairs.demand[flags[pairs.site]], minlength=pairs.shape[0])
    return found.astype(np.int64)


def build_order(question: Question, sites: Ints) -> Ints:
    """Return sites so that each next one brings most children, then units, within the limit.

    Of sites that bring equally much, the lowest number comes first.
    """
    pairs = question.within(question.costs)
    children = np.nan_to_num(question.children, nan=0.0)
    covered = times_within(question, np.arange(question.standing)) > 0
    reached = [pairs.demand[pairs.site == one] for one in sites]
    left, order = list(range(len(sites))), []
    while left:
        gains = []
        for place in left:
            fresh = reached[place][~covered[reached[place]]]
            gains.append((-children[fresh].sum(), -len(fresh), place))
        best = min(gains)[2]
        order.append(best)
        left.remove(best)
        covered[reached[best]] = True
    return sites[order]


def newly_covered(question: Question, order: Ints, *, closed: Ints, backup: int = 1) -> list[Ints]:
    """Return, for each site in build order, the units it is the first to bring within the limit.

    Units that lose their cover where a facility closes are not subtracted here; they are
    ``uncovered`` after.
    """
    pairs = question.within(question.costs)
    today = np.setdiff1d(np.arange(question.standing), closed)
    times = times_within(question, today)
    before: Flags = times_within(question, np.arange(question.standing)) >= backup
    gains = []
    for one in order:
        reached = pairs.demand[pairs.site == one]
        times[reached] += 1
        gains.append(reached[(times[reached] == backup) & ~before[reached]])
    return gains
