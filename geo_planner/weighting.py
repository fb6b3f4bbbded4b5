"""Weighted sums of criteria between 0 and 1, and how much a ranking owes to its weights.

A criterion's value becomes ``(value - least) / (greatest - least)`` among the known values of the
units compared (min-max), turned round where less is preferred; 0 where all are alike, since it then
tells nobody from anybody. The sum of these times the weights (which add up to 1) is the priority,
so that what each criterion contributes can be read off and adds up.

References
----------
Keeney and Raiffa (1976), Decisions with Multiple Objectives: additive values.
Lahdelma and Salminen (2001), "SMAA-2", Operations Research 49, 444-454: the share of weights that
put a unit among the first (rank acceptability), here over weights drawn evenly from all there are.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geo_planner.travel.arrays import Flags, Floats, Ints

BLOCK = 1 << 22
"""Priorities held at once while weights are drawn (32 MiB)."""
DIGITS = 9
"""Decimals to which priorities are compared: rounding of sums must not rank units."""


@dataclass(frozen=True, eq=False, slots=True)
class Values:
    """A criterion's values between 0 and 1, with bounds where they are not known, shape (n,).

    ``least`` and ``greatest`` are the values that became 0 and 1 (or 1 and 0).
    """

    low: Floats
    high: Floats
    least: float
    greatest: float


def normalised(low: Floats, high: Floats, *, more: bool) -> Values:
    """Return values between 0 and 1.

    Parameters
    ----------
    low, high
        Bounds of each unit's value, alike where it is known, ``nan`` where nothing is.
    more
        Whether more of it puts a unit first.
    """
    known = low == high
    least = float(low[known].min()) if known.any() else np.nan
    greatest = float(low[known].max()) if known.any() else np.nan
    span = greatest - least
    if not span > 0:
        nothing = np.zeros(len(low))
        return Values(nothing, np.where(known, 0.0, 1.0), least, greatest)
    parts = [np.clip((one - least) / span, 0.0, 1.0) for one in (low, high)]
    first = np.where(np.isnan(parts[0]), 0.0, parts[0])
    last = np.where(np.isnan(parts[1]), 1.0, parts[1])
    if more:
        return Values(first, last, least, greatest)
    return Values(1.0 - last, 1.0 - first, least, greatest)


def ranks_of(priority: Floats, order: Ints) -> Ints:
    """Return ranks from 1, the greatest priority first.

    Parameters
    ----------
    priority
        Shape (..., n).
    order
        The units in the order in which equal ones come.
    """
    by_priority = np.argsort(-np.round(priority[..., order], DIGITS), axis=-1, kind="stable")
    rank = np.empty(priority.shape, dtype=np.int64)
    places = np.broadcast_to(np.arange(1, len(order) + 1), priority.shape)
    np.put_along_axis(rank, order[by_priority], places, axis=-1)
    return rank


@dataclass(frozen=True, eq=False, slots=True)
class Sensitivity:
    """How ranks change with the weights.

    Attributes
    ----------
    criterion, factor
        Which weight is changed, and by what it is multiplied (the others make room), shape (c,).
    rank
        Ranks then, shape (c, n).
    top_share
        Share of weights drawn at random with which each unit is among the first, shape (n,).
    """

    criterion: Ints
    factor: Floats
    rank: Ints
    top_share: Floats


def sensitivity(
    values: Floats, weights: Floats, order: Ints, *, top: int, draws: int, seed: int
) -> Sensitivity:
    """Return how ranks change when each weight changes by half, and when weights are drawn.

    Parameters
    ----------
    values
        Criteria of the ranked units, between 0 and 1, shape (n, criteria).
    weights
        Shape (criteria,); they add up to 1.
    order
        The units in the order in which equal ones come.
    top
        How many units count as the first.
    draws, seed
        How many weights are drawn, evenly from all that add up to 1 (Dirichlet with ones), and
        where the drawing starts: the same seed draws the same weights.
    """
    criteria = len(weights)
    which = np.repeat(np.arange(criteria), 2)
    factor = np.tile([0.5, 1.5], criteria)
    changed = np.tile(weights, (2 * criteria, 1))
    changed[np.arange(2 * criteria), which] *= factor
    changed /= changed.sum(axis=1, keepdims=True)
    return Sensitivity(
        which,
        factor,
        ranks_of(changed @ values.T, order),
        _top_share(values, order, top=top, draws=draws, seed=seed),
    )


def _top_share(values: Floats, order: Ints, *, top: int, draws: int, seed: int) -> Floats:
    count = len(values)
    first = np.zeros(count)
    if not (count and draws):
        return first
    drawn = np.random.default_rng(seed).dirichlet(np.ones(values.shape[1]), draws)
    step = max(1, BLOCK // count)
    for begin in range(0, draws, step):
        first += (ranks_of(drawn[begin : begin + step] @ values.T, order) <= top).sum(axis=0)
    return np.asarray(first / draws, dtype=np.float64)


def steady(rank: Ints, sensitivities: Sensitivity, *, top: int) -> Flags:
    """Return which units stay among the first, or out of them, whichever weight changes by half."""
    inside: npt.NDArray[np.bool_] = rank <= top
    return np.asarray(((sensitivities.rank <= top) == inside).all(axis=0), dtype=np.bool_)
