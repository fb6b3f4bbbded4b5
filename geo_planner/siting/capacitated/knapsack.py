r"""The 0-1 knapsack by dynamic programming over the room, and what forcing an item in would cost.

.. math:: F_t(c) = \max(F_{t-1}(c), \; g_t + F_{t-1}(c - q_t))

Bellman (1957), Dynamic Programming; Kellerer, Pferschy & Pisinger (2004), Knapsack Problems, ch. 2.
Loads are whole steps of a grid, rounded down by whoever calls, so that the value is a bound.
"""

from __future__ import annotations

import numpy as np

from geo_planner.travel.arrays import Flags, Floats, Ints


def knapsack(load: Ints, gain: Floats, room: int) -> tuple[float, Flags]:
    """Return the greatest gain that fits into ``room``, and which items, shape (k,), make it."""
    best = np.zeros(room + 1)
    better = np.zeros((len(load), room + 1), dtype=np.bool_)
    for item, (weight, worth) in enumerate(zip(load.tolist(), gain.tolist(), strict=True)):
        if weight > room:
            continue
        tried = best[: room + 1 - weight] + worth
        np.greater(tried, best[weight:], out=better[item, weight:])
        np.maximum(tried, best[weight:], out=best[weight:])
    taken = np.zeros(len(load), dtype=np.bool_)
    left = room
    for item in range(len(load) - 1, -1, -1):
        if better[item, left]:
            taken[item] = True
            left -= int(load[item])
    return float(best[room]), taken


def forcing(load: Ints, gain: Floats, room: int) -> Floats:
    """Return what the greatest gain loses when each item must be taken, shape (k,), not negative.

    Gains may be negative. ``inf`` for an item that does not fit.
    """
    good = np.flatnonzero((gain > 0) & (load <= room))
    before = np.zeros((len(good) + 1, room + 1))
    for row, item in enumerate(good.tolist()):
        weight = int(load[item])
        before[row + 1] = before[row]
        tried = before[row, : room + 1 - weight] + gain[item]
        np.maximum(before[row, weight:], tried, out=before[row + 1, weight:])
    greatest = before[-1, room]
    fits = load <= room
    loss = np.full(len(load), np.inf)
    loss[fits] = greatest - gain[fits] - before[-1, room - load[fits]]
    after = np.zeros(room + 1)
    for row in range(len(good) - 1, -1, -1):
        item = int(good[row])
        weight, worth = int(load[item]), float(gain[item])
        left = room - weight
        loss[item] = greatest - worth - (before[row, : left + 1] + after[left::-1]).max()
        tried = after[: room + 1 - weight] + worth
        after[weight:] = np.maximum(tried, after[weight:])
    return np.asarray(np.maximum(loss, 0.0), dtype=np.float64)
