"""Compiled loops on covering instances: which set lies in which.

Plain Python functions on arrays, to be called through
:func:`geo_planner.travel.graph.compiling.compiled`. Sets are compressed lists: the members of set
``s`` are ``member[first[s]:first[s + 1]]``, and the sets of member ``e`` likewise in ``owner``.
"""

from __future__ import annotations

import numpy as np

from geo_planner.travel.arrays import Flags, Floats, Ints, Labels


def contained(
    first: Ints, member: Labels, owner_first: Ints, owner: Labels, price: Floats
) -> Flags:
    """Return the sets that lie in another one of no higher price; of equal ones the lowest stays.

    A set is compared with those that hold its member of fewest owners.
    """
    sets = len(first) - 1
    found = np.zeros(sets, np.bool_)
    stamp = np.full(len(owner_first) - 1, -1, np.int64)
    for s in range(sets):
        size = first[s + 1] - first[s]
        if size == 0:
            continue
        rare = member[first[s]]
        for q in range(first[s], first[s + 1]):
            e = member[q]
            stamp[e] = s
            if owner_first[e + 1] - owner_first[e] < owner_first[rare + 1] - owner_first[rare]:
                rare = e
        for q in range(owner_first[rare], owner_first[rare + 1]):
            o = owner[q]
            other = first[o + 1] - first[o]
            if o == s or other < size or found[o] or price[o] > price[s]:
                continue
            if price[o] == price[s] and other == size and o > s:
                continue
            common, left = 0, other
            for k in range(first[o], first[o + 1]):
                if stamp[member[k]] == s:
                    common += 1
                left -= 1
                if common + left < size:
                    break
            if common == size:
                found[s] = True
                break
    return found


def containing(first: Ints, member: Labels, owner_first: Ints, owner: Labels, need: Ints) -> Flags:
    """Return the sets that hold another one of no lower need; of equal ones the lowest stays."""
    sets = len(first) - 1
    found = np.zeros(sets, np.bool_)
    stamp = np.full(len(owner_first) - 1, -1, np.int64)
    for s in range(sets):
        size = first[s + 1] - first[s]
        if size == 0 or found[s]:
            continue
        rare = member[first[s]]
        for q in range(first[s], first[s + 1]):
            e = member[q]
            stamp[e] = s
            if owner_first[e + 1] - owner_first[e] < owner_first[rare + 1] - owner_first[rare]:
                rare = e
        for q in range(owner_first[rare], owner_first[rare + 1]):
            o = owner[q]
            other = first[o + 1] - first[o]
            if o == s or other < size or found[o] or need[o] > need[s]:
                continue
            if need[o] == need[s] and other == size and o < s:
                continue
            common, left = 0, other
            for k in range(first[o], first[o + 1]):
                if stamp[member[k]] == s:
                    common += 1
                left -= 1
                if common + left < size:
                    break
            if common == size:
                found[o] = True
    return found
