"""Ways along one chain: from places to the facilities on the same stretch of street.

A search knows the nodes that stayed; between two places of one chain there is a way that meets
none of them. The least of these is found for all places at once by running minima along each chain.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geo_planner.travel.arrays import Flags, Floats, Ints, Labels, gather
from geo_planner.travel.graph.places import Places


@dataclass(frozen=True, eq=False, slots=True)
class Choices:
    """Ways each of k places may take, c of them: effort (``inf`` for none), label, and metres.

    All of shape (c, k).
    """

    effort: Floats
    label: Ints
    metres: Floats

    def joined(self, other: Choices) -> Choices:
        """Return both one after another."""
        return Choices(
            np.concatenate([self.effort, other.effort]),
            np.concatenate([self.label, other.label]),
            np.concatenate([self.metres, other.metres]),
        )

    def best(self, *, other_than: Labels | None = None) -> tuple[Floats, Ints, Floats]:
        """Return each place's least effort, of equal ones the lowest label; -1 for none.

        With ``other_than``, shape (k,), of the ways to somebody else.
        """
        effort = self.effort
        if other_than is not None:
            effort = np.where(self.label == other_than, np.inf, effort)
        least = effort.min(axis=0)
        label = np.where(effort == least, self.label, np.iinfo(np.int64).max).min(axis=0)
        same = (effort == least) & (self.label == label)
        metres = np.where(same, self.metres, np.inf).min(axis=0)
        none = ~np.isfinite(least)
        return least, np.where(none, -1, label), np.where(none, np.inf, metres)


def choices_along(origins: Places, facilities: Places) -> Choices:
    """Return each origin's two best ways along its own chain in either direction, four in all.

    Labels are rows of ``facilities``.
    """
    count = len(origins)
    made = Choices(
        np.full((4, count), np.inf), np.full((4, count), -1), np.full((4, count), np.inf)
    )
    there = np.flatnonzero(facilities.chain >= 0)
    here = np.flatnonzero(np.isin(origins.chain, facilities.chain[there]) & (origins.chain >= 0))
    if not (here.size and there.size):
        return made
    there = _in_order(facilities, there)
    chain = facilities.chain[there]
    segment = np.cumsum(np.r_[0, np.diff(chain) != 0])
    for row, ahead in ((0, True), (2, False)):
        offset = facilities.along[there] if ahead else -facilities.against[there]
        own = origins.along[here] if ahead else -origins.against[here]
        first, second = _running_minima(offset + facilities.aside[there], there, segment, ahead)
        place = _rank(
            origins.chain[here], _spot(origins, here), chain, _spot(facilities, there),
            after=not ahead,
        )  # fmt: skip
        place = place if ahead else place - 1
        valid = (place >= 0) & (place < len(there))
        valid[valid] = chain[place[valid]] == origins.chain[here[valid]]
        for number, chosen in enumerate((first, second)):
            found = np.where(valid, chosen[np.clip(place, 0, len(there) - 1)], -1)
            some = found >= 0
            target, origin = there[found[some]], here[some]
            with np.errstate(invalid="ignore"):
                effort = offset[found[some]] - own[some]
            effort = np.where(np.isnan(effort), np.inf, effort)
            effort[_same_spot(origins, origin, facilities, target)] = 0.0
            made.effort[row + number, origin] = (
                effort + facilities.aside[target] + origins.aside[origin]
            )
            made.label[row + number, origin] = target
            made.metres[row + number, origin] = (
                np.abs(facilities.at[target] - origins.at[origin])
                + facilities.aside_metres[target]
                + origins.aside_metres[origin]
            )
    return made


def pairs_along(
    origins: Places, facilities: Places, limit: float, *, plain: bool
) -> tuple[Ints, Ints, Floats, Floats]:
    """Return all pairs on one chain: rows of origins and facilities, effort and metres.

    Parameters
    ----------
    plain
        Whether efforts are the metres, so that nothing farther than the limit need be looked at.
    """
    there = np.flatnonzero(facilities.chain >= 0)
    here = np.flatnonzero(np.isin(origins.chain, facilities.chain[there]) & (origins.chain >= 0))
    there = _in_order(facilities, there)
    chain, spot = facilities.chain[there], _spot(facilities, there)
    window = limit if plain else np.inf
    own, place = origins.chain[here], origins.at[here]
    rim = np.full(len(here), np.inf)
    low = _rank(own, (place - window, -rim, -rim), chain, spot, after=False)
    high = _rank(own, (place + window, rim, rim), chain, spot, after=True)
    origin = np.repeat(here, high - low)
    target = there[gather(low, high)]
    forward = _is_ahead(_spot(facilities, target), _spot(origins, origin))
    with np.errstate(invalid="ignore"):
        effort = np.where(
            forward,
            facilities.along[target] - origins.along[origin],
            origins.against[origin] - facilities.against[target],
        )
    effort = np.where(np.isnan(effort), np.inf, effort)
    effort[_same_spot(origins, origin, facilities, target)] = 0.0
    effort += facilities.aside[target] + origins.aside[origin]
    metres = np.abs(facilities.at[target] - origins.at[origin])
    metres += facilities.aside_metres[target] + origins.aside_metres[origin]
    kept = np.isfinite(effort) & (effort <= limit)
    return origin[kept], target[kept], effort[kept], metres[kept]


Spot = tuple[Floats, Floats, Floats]
"""Metres from the chain's tail, and effort from it and back: none falls on the way to the tip."""


def _spot(places: Places, rows: Ints) -> Spot:
    return places.at[rows], places.along[rows], places.against[rows]


def _in_order(places: Places, rows: Ints) -> Ints:
    """Return rows by chain, and along it from tail to tip."""
    at, along, against = _spot(places, rows)
    return np.asarray(rows[np.lexsort((against, along, at, places.chain[rows]))])


def _is_ahead(spot: Spot, of: Spot) -> Flags:
    """Return which spots come after others of the same chain; a street of no metres has effort."""
    ahead = spot[2] > of[2]
    for mine, theirs in zip(spot[1::-1], of[1::-1], strict=True):
        ahead = (mine > theirs) | ((mine == theirs) & ahead)
    return np.asarray(ahead)


def _same_spot(origins: Places, origin: Ints, facilities: Places, target: Ints) -> Flags:
    """Return which pairs of one chain meet the street at one spot, passable or not."""
    same = facilities.at[target] == origins.at[origin]
    same &= facilities.along[target] == origins.along[origin]
    return np.asarray(same & (facilities.against[target] == origins.against[origin]))


def _running_minima(value: Floats, label: Ints, segment: Ints, ahead: bool) -> tuple[Ints, Ints]:
    """Return, at each row, which row from there on (or up to there) has the least value.

    And the second least, -1 for none; of equal values the lower label comes first. Rows of one
    segment stand together.
    """
    count = len(value)
    order = np.lexsort((label, value))
    rank = np.empty(count, dtype=np.int64)
    rank[order] = np.arange(count)
    if ahead:
        rank, segment = rank[::-1], segment[-1] - segment[::-1]
    # Each later segment lies wholly below the earlier ones: there the running minimum starts anew.
    shift = segment * (count + 1)
    least = np.minimum.accumulate(rank - shift) + shift
    opens = np.r_[True, np.diff(segment) != 0]
    before = np.where(opens, count, np.r_[count, least[:-1]])
    second = np.minimum.accumulate(np.maximum(before, rank) - shift) + shift
    if ahead:
        least, second = least[::-1], second[::-1]
    at = np.r_[order, -1]
    return at[least], at[second]


def _rank(own: Labels, place: Spot, chain: Labels, spot: Spot, *, after: bool) -> Ints:
    """Return how many of the sorted (chain, spot) come before each (own, place).

    Those at the same place count as before only with ``after``.
    """
    mine = np.r_[np.ones(len(own)), np.zeros(len(chain))]
    at, along, against = (np.r_[one, other] for one, other in zip(place, spot, strict=True))
    first = mine if after else 1 - mine
    order = np.lexsort((first, against, along, at, np.r_[own, chain]))
    passed = np.cumsum(order >= len(own))
    found = np.empty(len(own), dtype=np.int64)
    rows = order < len(own)
    found[order[rows]] = passed[rows]
    return found
