"""How far it is from every spot of the streets to the nearest facility.

Along a street between two spots whose way is known, the way from between them is the shorter of
going to either: it rises evenly from both ends to the one spot where both are equally far. Streets
fall into pieces on which it changes evenly, so that a limit is met at an exact spot.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import shapely

from geo_planner.travel.arrays import Flags, Floats, Ints, Labels, Shapes, gather
from geo_planner.travel.cuts import efforts
from geo_planner.travel.network import StreetNetwork
from geo_planner.travel.snapping import Snapped

SHORTEST = 1e-9
"""Share of an edge below which a piece is rounding and nothing else."""


@dataclass(frozen=True, eq=False, slots=True)
class Reached:
    """Pieces of streets on which the way to the nearest facility changes evenly.

    Attributes
    ----------
    edge
        Edge each piece is of, shape (p,), rising; an edge's pieces follow one another.
    begin, end
        Where on its edge the piece begins and ends, as shares of the edge, 0 to 1.
    effort_begin, effort_end
        Effort from both ends to the nearest facility; ``inf`` on a piece without any way.
    metres_begin, metres_end
        Length of that way.
    facility
        Index of the facility it leads to, -1 for none.
    """

    edge: Ints
    begin: Floats
    end: Floats
    effort_begin: Floats
    effort_end: Floats
    metres_begin: Floats
    metres_end: Floats
    facility: Labels

    def at(self, share: Floats, piece: Ints, *, effort: bool = True) -> Floats:
        """Return effort (or metres) at spots given by their share of the edge, one a piece."""
        first = (self.effort_begin if effort else self.metres_begin)[piece]
        last = (self.effort_end if effort else self.metres_end)[piece]
        begin, span = self.begin[piece], (self.end - self.begin)[piece]
        along = np.clip((share - begin) / span, 0.0, 1.0)
        found = np.full(len(piece), np.inf)
        way = np.isfinite(first) & np.isfinite(last)
        found[way] = first[way] + along[way] * (last[way] - first[way])
        return found

    def chosen(self, rows: Flags | Ints) -> Reached:
        """Return only some of the pieces."""
        return Reached(
            self.edge[rows], self.begin[rows], self.end[rows],
            self.effort_begin[rows], self.effort_end[rows],
            self.metres_begin[rows], self.metres_end[rows], self.facility[rows],
        )  # fmt: skip

    def cut(self, bounds: Floats) -> Reached:
        """Return the pieces cut where the effort is one of ``bounds``."""
        low = np.minimum(self.effort_begin, self.effort_end)
        high = np.maximum(self.effort_begin, self.effort_end)
        rising = np.sort(bounds)
        first = np.searchsorted(rising, low, side="right")
        last = np.maximum(np.searchsorted(rising, high, side="left"), first)
        last = np.where(np.isfinite(high), last, first)
        which = np.repeat(np.arange(len(low)), last - first)
        effort = rising[gather(first, last)]
        rise = self.effort_end[which] - self.effort_begin[which]
        part = (effort - self.effort_begin[which]) / rise
        rows = np.concatenate([np.arange(len(low)), which])
        parts = np.concatenate([np.zeros(len(low)), part])
        order = np.lexsort((parts, rows))
        rows, parts = rows[order], parts[order]
        until = np.ones(len(rows))
        same = rows[1:] == rows[:-1]
        until[:-1][same] = parts[1:][same]

        def between(one: Floats, other: Floats, share: Floats) -> Floats:
            way = np.isfinite(one[rows])
            found = np.full(len(rows), np.inf)
            found[way] = (one[rows] + share * (other[rows] - one[rows]))[way]
            return found

        with np.errstate(invalid="ignore"):
            return Reached(
                self.edge[rows],
                between(self.begin, self.end, parts),
                between(self.begin, self.end, until),
                between(self.effort_begin, self.effort_end, parts),
                between(self.effort_begin, self.effort_end, until),
                between(self.metres_begin, self.metres_end, parts),
                between(self.metres_begin, self.metres_end, until),
                self.facility[rows],
            )


def reach_streets(network: StreetNetwork, facilities: Snapped) -> Reached:
    """Return every street in pieces with the way to the nearest of snapped facilities.

    The way ends at the facility itself: its distance from its street counts. Streets without
    length have no piece.
    """
    edge, share = _known_spots(network, facilities)
    spots = Snapped(edge, share * network.metres[edge], np.zeros(len(edge)))
    found = network.nearest_points(spots, facilities)
    effort = found.effort
    first = np.flatnonzero(edge[1:] == edge[:-1])
    of, length = edge[first], share[first + 1] - share[first]
    forward, back = efforts(network)
    onward, backward = forward[of] * length, back[of] * length
    meeting = _meeting(effort[first], effort[first + 1], onward, backward)

    def leading(kept: Ints, known: Ints, pace: Floats, spots: tuple[Floats, Floats]) -> Reached:
        """Return the pieces between two spots whose way leads by the known spot at one end."""
        apart = [np.abs(spot - (known - first)[kept]) for spot in spots]
        begin, end = (share[first[kept]] + spot * length[kept] for spot in spots)
        from_known = effort[known[kept]], found.metres[known[kept]]
        metres = network.metres[of[kept]] * length[kept]
        way = np.isfinite(from_known[0]) & np.isfinite(pace[kept])
        rise = np.where(way, pace[kept], 0.0)
        efforts = [np.where(way, from_known[0] + part * rise, np.inf) for part in apart]
        lengths = [np.where(way, from_known[1] + part * metres, np.inf) for part in apart]
        facility = np.where(way, found.facility[known[kept]], -1).astype(np.int32)
        return Reached(
            of[kept], begin, end, efforts[0], efforts[1], lengths[0], lengths[1], facility
        )

    to_begin, to_end = np.flatnonzero(meeting > 0), np.flatnonzero(meeting < 1)
    near = leading(to_begin, first, backward, (np.zeros(len(to_begin)), meeting[to_begin]))
    far = leading(to_end, first + 1, onward, (meeting[to_end], np.ones(len(to_end))))
    pieces = Reached(
        *(
            np.concatenate([getattr(near, item.name), getattr(far, item.name)])
            for item in fields(Reached)
        )
    )
    order = np.lexsort((pieces.begin, pieces.edge))
    order = order[(pieces.end - pieces.begin > SHORTEST)[order]]
    return pieces.chosen(order)


def _known_spots(network: StreetNetwork, facilities: Snapped) -> tuple[Ints, Floats]:
    """Return the spots between which the way changes evenly: edges' ends, facilities on them."""
    edges = np.flatnonzero(network.metres > 0)
    on = np.flatnonzero(facilities.edge >= 0)
    on = on[network.metres[facilities.edge[on]] > 0]
    held = facilities.edge[on]
    spots = np.stack(
        [
            np.concatenate([edges, edges, held]).astype(np.float64),
            np.concatenate(
                [
                    np.zeros(len(edges)),
                    np.ones(len(edges)),
                    np.clip(facilities.along[on] / network.metres[held], 0.0, 1.0),
                ]
            ),
        ]
    )
    edge, share = np.unique(spots, axis=1)
    return edge.astype(np.int64), share


def _meeting(at_begin: Floats, at_end: Floats, onward: Floats, backward: Floats) -> Floats:
    """Return where the ways by both ends are equally far, as a share; 1 where only the first is."""
    by_begin, by_end = np.isfinite(at_begin + backward), np.isfinite(at_end + onward)
    both = by_begin & by_end
    spot = np.where(by_end & ~by_begin, 0.0, 1.0)
    spot[both] = (at_end[both] - at_begin[both] + onward[both]) / (backward + onward)[both]
    return np.clip(spot, 0.0, 1.0)


@dataclass(frozen=True, eq=False, slots=True)
class Chains:
    """Drawn pieces of lines, as the corners of all of them one after another.

    Attributes
    ----------
    xy
        Corners in metres, shape (v, 2).
    piece
        Piece each corner is of, shape (v,), rising.
    share
        Where on its line each corner lies, 0 to 1.
    """

    xy: Floats
    piece: Ints
    share: Floats

    def lines(self) -> Shapes:
        """Return a LineString a piece."""
        return np.asarray(shapely.linestrings(self.xy, indices=self.piece), dtype=object)


def chains(lines: Shapes, row: Ints, begin: Floats, end: Floats) -> Chains:
    """Return the pieces of ``lines[row]`` from share ``begin`` to ``end`` of their drawn length."""
    xy, of = shapely.get_coordinates(lines, return_index=True)
    step = np.zeros(len(xy))
    step[1:] = np.where(of[1:] == of[:-1], np.hypot(*np.diff(xy, axis=0).T), 0.0)
    first = np.searchsorted(of, np.arange(len(lines)))
    last = np.searchsorted(of, np.arange(len(lines)), side="right") - 1
    run = np.cumsum(step)
    run -= run[first][of]
    whole = run[last]
    share = np.divide(run, whole[of], out=np.zeros(len(run)), where=whole[of] > 0)
    # One rising key over all lines lets all pieces be looked up at once.
    key = share + 2.0 * of
    low = np.clip(np.searchsorted(key, begin + 2.0 * row, side="right"), first[row] + 1, last[row])
    high = np.clip(np.searchsorted(key, end + 2.0 * row, side="left"), low, last[row])
    inner, owner = gather(low, high), np.repeat(np.arange(len(row)), high - low)

    def spot(after: Ints, at: Floats) -> Floats:
        span = share[after] - share[after - 1]
        part = np.divide(at - share[after - 1], span, out=np.zeros(len(at)), where=span > 0)
        part = np.clip(part, 0.0, 1.0)[:, None]
        return np.asarray(xy[after - 1] + part * (xy[after] - xy[after - 1]))

    number = np.arange(len(row))
    piece = np.concatenate([number, owner, number])
    place = np.concatenate([begin, share[inner], end])
    rank = np.repeat([0, 1, 2], [len(row), len(inner), len(row)])
    order = np.lexsort((np.arange(len(piece)), rank, piece))
    corners = np.concatenate([spot(low, begin), xy[inner], spot(high, end)])
    return Chains(corners[order], piece[order], place[order])
