"""Missing links: where streets come close to each other and do not meet."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from scipy.spatial import cKDTree

from geo_planner.travel.arrays import Flags, Floats, Ints
from geo_planner.travel.cuts import CutNetwork

LONGEST_GAP = 1000.0
"""Metres: about one field between two roads, the longest that a link in a street pattern bridges;
beyond it one speaks of a new road. A unit, facility or island of streets without any connection is
told its shortest link however long that is."""
SAMPLE = 25.0
"""Metres between the places along a street where a link may begin."""
APART = 500.0
"""Metres between the middles of two links worth telling apart."""
ALTERNATIVE = 1.5
"""Other links are told if their way afterwards, with their own length, is at most this many times
that of the best."""
WORTH = 0.1
"""Share of the way that a link has to save to be called missing."""
SHORTLIST = 400
"""How many pairs near the best are looked at for a barrier between them."""
MOST_PAIRS = 2_000_000
"""Pairs looked at in one go; where there are more, the places are thinned first."""


@dataclass(frozen=True, eq=False, slots=True)
class Places:
    """Places on streets, or points beside them, where a link may begin or end.

    Attributes
    ----------
    piece, share
        Piece of the cut network and how far along it; piece -1 for a point off the streets.
    effort
        Effort between the place and the unit, or the nearest facility, shape (k,).
    at
        Metres in the network's CRS, shape (k, 2).
    """

    piece: Ints
    share: Floats
    effort: Floats
    at: Floats

    def only(self, chosen: Ints | Flags) -> Places:
        """Return some of the places."""
        return Places(self.piece[chosen], self.share[chosen], self.effort[chosen], self.at[chosen])

    def one(self, number: int) -> Places:
        """Return one of the places."""
        return self.only(np.array([number]))

    def off(self, at: Floats) -> Places:
        """Return the places and points off the streets, shape (j, 2), that need no effort."""
        return Places(
            np.concatenate([self.piece, np.full(len(at), -1)]),
            np.concatenate([self.share, np.zeros(len(at))]),
            np.concatenate([self.effort, np.zeros(len(at))]),
            np.concatenate([self.at, at]),
        )


@dataclass(frozen=True, eq=False, slots=True)
class Links:
    """Links from places on the unit's side to places on the facility's, best first.

    Attributes
    ----------
    near, far
        The two ends, one a link.
    metres
        Their lengths, shape (k,).
    barrier
        Row of a barrier each crosses, shape (k,); -1 for none.
    """

    near: Places
    far: Places
    metres: Floats
    barrier: Ints


def places(
    cut: CutNetwork, outward: Floats, onward: Floats, current: float, level: Flags
) -> tuple[Places, ...]:
    """Return where links may begin and where they may end.

    Parameters
    ----------
    outward, onward
        Effort from the unit to every node, and from every node to the nearest facility.
    current
        The unit's effort today; what lies as far off from either end shortens nothing.
    level
        Which edges of the network lie on the ground, shape (m,): nothing begins on a bridge or in
        a tunnel but at its ends.
    """
    steps = np.maximum(1, np.ceil(cut.metres / SAMPLE)).astype(np.int64)
    nearest = np.minimum(outward, onward)
    alive = (np.minimum(nearest[cut.start], nearest[cut.end]) < current) & level[cut.edge]
    piece = np.repeat(np.flatnonzero(alive), steps[alive] + 1)
    number = np.arange(len(piece)) - np.repeat(
        np.cumsum(steps[alive] + 1) - steps[alive] - 1, steps[alive] + 1
    )
    share = number / steps[piece]
    from_unit = cut.reached(outward, piece, share)
    to_facility = cut.left(onward, piece, share)
    of_use = (from_unit < current) | (to_facility < current)
    piece, share = piece[of_use], share[of_use]
    at = shapely.get_coordinates(cut.points(piece, share))
    both = (from_unit[of_use], to_facility[of_use])
    return tuple(
        Places(piece, share, effort, at).only(np.isfinite(effort) & (effort < current))
        for effort in both
    )


def best_links(
    near: Places,
    far: Places,
    current: float,
    *,
    barriers: gpd.GeoDataFrame | None,
    many: int,
) -> Links:
    """Return the links that would shorten a way of ``current`` effort most.

    A new metre has to save more than itself: links are ranked by the way afterwards plus their own
    length, since otherwise every diagonal across a field would be one. Of links nearly as good
    (within ``SAMPLE`` metres of the best) one that crosses a barrier comes first.

    Parameters
    ----------
    current
        Effort today, ``inf`` where there is no way; then a link of any length is told if there is
        none within ``LONGEST_GAP``.
    barriers
        Lines or areas with ``kind`` and ``name``.
    many
        Most links returned, any two of them ``APART`` metres from each other.
    """
    first, second, gap, cell = _close_pairs(near, far)
    if not len(first) and np.isinf(current):
        first, second, gap = _closest_pairs(near, far)
    after = near.effort[first] + gap + far.effort[second]
    cost = after + gap
    use = (gap > 0) & (cost < current) & (current - after >= _least(current))
    first, second, gap, cost = first[use], second[use], gap[use], cost[use]
    middle = (near.at[first] + far.at[second]) / 2
    order = np.lexsort((second, first, gap, cost))
    order = order[cost[order] <= ALTERNATIVE * cost[order[:1]]]
    chosen: list[tuple[int, int]] = []
    while order.size and len(chosen) < many:
        short = order[:SHORTLIST]
        short = short[cost[short] <= cost[short[0]] + SAMPLE]
        crossing = barriers_between(near.at[first[short]], far.at[second[short]], barriers)
        best = short[np.argmax(crossing >= 0)]
        chosen.append(_sharpened(near, far, int(first[best]), int(second[best]), cell))
        order = order[np.hypot(*(middle[order] - middle[best]).T) > APART]
    ends = np.array(chosen, dtype=np.int64).reshape(-1, 2).T
    begin, end = near.only(ends[0]), far.only(ends[1])
    return Links(
        begin,
        end,
        np.hypot(*(begin.at - end.at).T),
        barriers_between(begin.at, end.at, barriers),
    )


def _sharpened(near: Places, far: Places, first: int, second: int, cell: float) -> tuple[int, int]:
    """Return the best pair about one found among places that were thinned to one in a cell."""
    if cell <= SAMPLE:
        return first, second
    here = np.flatnonzero(np.hypot(*(near.at - near.at[first]).T) <= 1.5 * cell)
    there = np.flatnonzero(np.hypot(*(far.at - far.at[second]).T) <= 1.5 * cell)
    gap = np.hypot(*(near.at[here][:, None] - far.at[there][None]).transpose(2, 0, 1))
    cost = near.effort[here][:, None] + 2 * gap + far.effort[there][None]
    longest = max(LONGEST_GAP, gap[here == first][0, there == second][0])
    cost[(gap == 0) | (gap > longest)] = np.inf
    best = np.unravel_index(np.argmin(cost), cost.shape)
    return int(here[best[0]]), int(there[best[1]])


def barriers_between(here: Floats, there: Floats, barriers: gpd.GeoDataFrame | None) -> Ints:
    """Return the row of the first barrier that each line from here to there crosses, -1 for none.

    Parameters
    ----------
    here, there
        Metres, shape (k, 2).
    """
    found = np.full(len(here), -1, dtype=np.int64)
    if barriers is None or not len(barriers) or not len(here):
        return found
    lines = shapely.linestrings(np.stack([here, there], axis=1))
    line, row = barriers.sindex.query(lines, predicate="intersects")
    order = np.lexsort((row, line))[::-1]
    found[line[order]] = row[order]
    return found


def _least(current: float) -> float:
    return WORTH * current if np.isfinite(current) else -np.inf


def _close_pairs(near: Places, far: Places) -> tuple[Ints, Ints, Floats, float]:
    """Return pairs of places within ``LONGEST_GAP``, and the metres they were thinned to."""
    none = np.empty(0, dtype=np.int64)
    cell = SAMPLE
    if not (len(near.at) and len(far.at)):
        return none, none, np.empty(0), cell
    first, second = np.arange(len(near.at)), np.arange(len(far.at))
    while _pair_count(near.at[first], cKDTree(far.at[second])) > MOST_PAIRS:
        cell *= 2
        first, second = _thinned(near, cell), _thinned(far, cell)
    found = cKDTree(near.at[first]).sparse_distance_matrix(
        cKDTree(far.at[second]), LONGEST_GAP, output_type="ndarray"
    )
    return first[found["i"]], second[found["j"]], found["v"], cell


def _pair_count(here: Floats, there: cKDTree) -> float:
    """Return about how many pairs are within ``LONGEST_GAP``, from every so many places."""
    probed = here[:: max(1, len(here) // 500)]
    counts = there.query_ball_point(probed, LONGEST_GAP, return_length=True)
    return float(np.mean(counts)) * len(here)


def _closest_pairs(near: Places, far: Places) -> tuple[Ints, Ints, Floats]:
    """Return, for each place on the unit's side, the closest one on the facility's."""
    none = np.empty(0, dtype=np.int64)
    if not (len(near.at) and len(far.at)):
        return none, none, np.empty(0)
    gap, second = cKDTree(far.at).query(near.at)
    return np.arange(len(near.at)), np.asarray(second, dtype=np.int64), gap


def _thinned(some: Places, cell: float) -> Ints:
    """Return, of the places in each square of ``cell`` metres, the one with the least effort."""
    square = np.floor(some.at / cell).astype(np.int64)
    order = np.lexsort((some.effort, square[:, 1], square[:, 0]))
    first = np.ones(len(order), dtype=bool)
    first[1:] = (np.diff(square[order], axis=0) != 0).any(axis=1)
    return np.sort(order[first])
