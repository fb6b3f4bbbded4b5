"""The land beside streets: to whom a spot belongs and how far from the street it still counts.

People off the street walk straight to the street nearest to them. So every straight stretch of
street owns the land that is nearest to it, and of that land what lies not farther from the street
than the way that is left: a strip that narrows towards the limit. No strip reaches across another
street, which would be nearer, nor across a barrier. What is built of strips holds for one road in
the steppe as well as for a town, and is what :func:`access` says of any unit that stands there.

The land nearest to a stretch is the Voronoi cell of its middle among the middles of all stretches.
Stretches are at most ``detail`` metres long, so that borders are off by less than that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

import numpy as np
import shapely
from scipy.spatial import Voronoi, cKDTree

from geo_planner.travel.areas.reached import Reached, chains
from geo_planner.travel.areas.shade import unshaded
from geo_planner.travel.arrays import Flags, Floats, Ints, Labels, Shapes, gather

GRID = 0.001
"""Metres to which corners are rounded, so that neighbouring pieces of land fit without a gap."""
ROUND = 16
"""Corners of a half circle at the end of a street (chord error 0.5 % of its radius)."""


@dataclass(frozen=True, eq=False)
class Stretches:
    """Straight stretches of street and the land nearest to each.

    Attributes
    ----------
    begin, end
        Both ends in metres, shape (n, 2).
    way_begin, way_end
        What is travelled from both ends to the facility, in metres (or effort), all finite.
    label
        Index of the facility.
    others
        Middles of stretches that are not reached but own land nearby, shape (k, 2).
    width
        Metres from the street beyond which nobody counts as standing at it.
    detail
        Metres a stretch is long at most.
    """

    begin: Floats
    end: Floats
    way_begin: Floats
    way_end: Floats
    label: Labels
    others: Floats
    width: float
    detail: float

    @classmethod
    def of(
        cls,
        shapes: Shapes,
        reached: Reached,
        *,
        width: float,
        limit: float,
        detail: float,
        effort: bool = True,
    ) -> Stretches:
        """Return the stretches of reached streets.

        Parameters
        ----------
        shapes
            Lines of the network's edges.
        limit
            The farthest way that matters.
        effort
            Whether ways are in effort or in metres.
        """
        reached = reached.chosen(_nearby(shapes, reached, limit, 2 * (width + detail), effort))
        lines = shapely.simplify(shapes, detail / 10)
        drawn = chains(lines, reached.edge, reached.begin, reached.end)
        way = reached.at(drawn.share, drawn.piece, effort=effort)
        first = np.flatnonzero(drawn.piece[1:] == drawn.piece[:-1])
        length = np.hypot(*(drawn.xy[first + 1] - drawn.xy[first]).T)
        first, length = first[length > 0], length[length > 0]
        parts = np.maximum(np.ceil(length / detail).astype(np.int64), 1)
        whole = np.repeat(np.arange(len(first)), parts)
        number = gather(np.zeros(len(first), dtype=np.int64), parts)
        low, high = (number / parts[whole])[:, None], ((number + 1) / parts[whole])[:, None]
        one, other = drawn.xy[first[whole]], drawn.xy[first[whole] + 1]
        begin, end = one + low * (other - one), one + high * (other - one)
        here, there = way[first[whole]], way[first[whole] + 1]
        known = np.isfinite(here) & np.isfinite(there)
        rise = np.where(known, there, 0.0) - np.where(known, here, 0.0)
        way_begin = np.where(known, here, np.inf) + low[:, 0] * rise
        way_end = np.where(known, here, np.inf) + high[:, 0] * rise
        label = reached.facility[drawn.piece[first[whole]]]
        middle = (begin + end) / 2
        # Of stretches that lie on one another the one with the shorter way owns the land.
        order = np.lexsort(
            (way_begin + way_end, np.round(middle[:, 1], 3), np.round(middle[:, 0], 3))
        )
        fresh = np.ones(len(order), dtype=bool)
        fresh[1:] = (np.diff(np.round(middle[order], 3), axis=0) != 0).any(axis=1)
        kept = np.sort(order[fresh])
        nearer = np.minimum(way_begin, way_end)
        inside = kept[nearer[kept] < limit]
        outside = kept[nearer[kept] >= limit]
        strip = np.minimum(limit - nearer[inside], width)
        # Among reached stretches alone land is at its largest: no rival matters from farther off.
        largest = _radius(cells_of(middle[inside], len(inside), 4 * width + 1), middle[inside])
        strip = np.minimum(strip, largest)
        rivals = outside[_within_twice(middle[outside], middle[inside], strip, detail)]
        return cls(
            begin[inside], end[inside], way_begin[inside], way_end[inside], label[inside],
            middle[rivals], width, detail,
        )  # fmt: skip

    @cached_property
    def cells(self) -> Shapes:
        """The land nearest to each stretch's middle, a convex polygon each, shape (n,)."""
        middle = (self.begin + self.end) / 2
        return cells_of(np.concatenate([middle, self.others]), len(middle), 4 * self.width + 1)

    def land(self, limit: float, barriers: Shapes) -> Land:
        """Return the land within ``limit``, stretch by stretch; no leg crosses ``barriers``."""
        left_begin, left_end = limit - self.way_begin, limit - self.way_end
        rows = np.flatnonzero((left_begin > 0) | (left_end > 0))
        if not len(rows):
            return Land(np.empty(0, dtype=object), rows, np.empty(0, dtype=bool))
        begin, end = self.begin[rows], self.end[rows]
        left_begin, left_end = left_begin[rows], left_end[rows]
        # A stretch is cut exactly where the limit is met.
        crossed = (left_begin < 0) | (left_end < 0)
        part = np.zeros(len(rows))
        part[crossed] = left_begin[crossed] / (left_begin[crossed] - left_end[crossed])
        spot = begin + part[:, None] * (end - begin)
        begin = np.where((left_begin < 0)[:, None], spot, begin)
        end = np.where((left_end < 0)[:, None], spot, end)
        radius = np.clip(np.stack([left_begin, left_end]), 0.0, self.width)
        whole = _covered(self.cells[rows], begin, end, radius)
        found = self.cells[rows]
        strips = _strips(begin[~whole], end[~whole], radius[:, ~whole])
        found[~whole] = shapely.intersection(found[~whole], strips)
        if len(barriers):
            found, cut = unshaded(found, begin, end, barriers, step=self.detail)
            whole &= ~cut
        kept = ~shapely.is_empty(found)
        return Land(found[kept], rows[kept], whole[kept])


@dataclass(frozen=True, eq=False, slots=True)
class Land:
    """Land within a limit, in pieces that do not overlap.

    Attributes
    ----------
    pieces
        Polygons, shape (n,).
    stretch
        Index of the stretch each is of.
    whole
        Which of them are whole cells, whose corners are exactly those of their neighbours.
    """

    pieces: Shapes
    stretch: Ints
    whole: Flags

    def joined(self, chosen: Flags | None = None) -> shapely.MultiPolygon:
        """Return the pieces (or some) as one valid shape, corners rounded to ``GRID``."""
        some = np.ones(len(self.whole), dtype=bool) if chosen is None else chosen
        cells = self.pieces[some & self.whole]
        try:
            inner = shapely.coverage_union_all(cells)
        except shapely.GEOSException:
            # Where streets lie on each other, corners of neighbours can differ by a rounding.
            inner = shapely.union_all(shapely.set_precision(cells, GRID), grid_size=GRID)
        edge = shapely.set_precision(self.pieces[some & ~self.whole], GRID)
        return polygonal(shapely.union_all([inner, *edge], grid_size=GRID))


def polygonal(shape: shapely.Geometry) -> shapely.MultiPolygon:
    """Return the areas of a shape as one MultiPolygon, its parts in a fixed order."""
    parts = shapely.get_parts(shapely.get_parts(shapely.normalize(shapely.make_valid(shape))))
    is_area = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
    return shapely.MultiPolygon(list(parts[is_area & ~shapely.is_empty(parts)]))


def nested(areas: Sequence[shapely.MultiPolygon], tolerance: float) -> list[shapely.MultiPolygon]:
    """Return areas of rising limits with fewer corners, each holding all before it."""
    found: list[shapely.MultiPolygon] = []
    for area in areas:
        simple = polygonal(shapely.simplify(area, tolerance))
        if found:
            simple = polygonal(shapely.union(simple, found[-1]))
        found.append(simple)
    return found


def _nearby(shapes: Shapes, reached: Reached, limit: float, margin: float, effort: bool) -> Flags:
    """Return which pieces lie in the box around what may be within the limit, and a margin."""
    box = shapely.bounds(shapes)[reached.edge]
    way = (reached.effort_begin, reached.effort_end)
    inside = np.minimum(*(way if effort else (reached.metres_begin, reached.metres_end))) < limit
    if not inside.any():
        return inside
    low, high = box[inside, :2].min(axis=0) - margin, box[inside, 2:].max(axis=0) + margin
    return np.asarray((box[:, :2] <= high).all(axis=1) & (box[:, 2:] >= low).all(axis=1))


def _within_twice(points: Floats, centres: Floats, strip: Floats, detail: float) -> Flags:
    """Return which points may own land of a strip: they lie within twice its width."""
    near = np.zeros(len(points), dtype=bool)
    if not (len(points) and len(centres)):
        return near
    level = np.ceil(np.log2(np.maximum(strip, detail) / detail)).astype(np.int64)
    for step in np.unique(level):
        tree = cKDTree(centres[level == step])
        rest = np.flatnonzero(~near)
        reach = 2 * detail * 2.0**step + 2 * detail
        off, _ = tree.query(points[rest], distance_upper_bound=reach)
        near[rest[np.isfinite(off)]] = True
    return near


def cells_of(points: Floats, count: int, margin: float) -> Shapes:
    """Return the Voronoi cells of the first ``count`` of distinct points.

    Cells are bounded by far points around all; ``margin`` keeps those out of what matters.
    """
    if not count:
        return np.empty(0, dtype=object)
    low, high = points.min(axis=0), points.max(axis=0)
    centre, half = (low + high) / 2, (high - low).max() + margin
    frame = centre + 4 * half * np.array([(-1, -1), (-1, 1), (1, -1), (1, 1)])
    found = Voronoi(np.concatenate([points, frame]) - centre)
    regions = [found.regions[region] for region in found.point_region[:count]]
    sizes = np.array([len(region) for region in regions])
    corner = np.fromiter(chain.from_iterable(regions), dtype=np.int64, count=int(sizes.sum()))
    owner = np.repeat(np.arange(count), sizes)
    at = found.vertices[corner] + centre
    angle = np.arctan2(*(at - points[owner]).T[::-1])
    order = np.lexsort((angle, owner))
    return np.asarray(
        shapely.polygons(shapely.linearrings(at[order], indices=owner[order])), dtype=object
    )


def _radius(cells: Shapes, centres: Floats) -> Floats:
    """Return how far each cell's farthest corner is from its centre."""
    at, of = shapely.get_coordinates(cells, return_index=True)
    found = np.zeros(len(cells))
    np.maximum.at(found, of, np.hypot(*(at - centres[of]).T))
    return found


def _covered(cells: Shapes, begin: Floats, end: Floats, radius: Floats) -> Flags:
    """Return which cells lie wholly within their strip, judged by their corners."""
    at, of = shapely.get_coordinates(cells, return_index=True)
    along = (end - begin)[of]
    length = np.maximum((along**2).sum(axis=1), 1e-12)
    part = np.clip(((at - begin[of]) * along).sum(axis=1) / length, 0.0, 1.0)
    foot = begin[of] + part[:, None] * along
    room = radius[0][of] + part * (radius[1] - radius[0])[of]
    out = np.hypot(*(at - foot).T) > room
    return np.asarray(np.bincount(of, out, len(cells)) == 0)


def _strips(begin: Floats, end: Floats, radius: Floats) -> Shapes:
    """Return each stretch's strip: half a circle behind it, both its sides, half a circle ahead."""
    heading = np.arctan2(*(end - begin).T[::-1])
    turn = np.linspace(np.pi / 2, 3 * np.pi / 2, ROUND + 1)
    behind, ahead = heading[:, None] + turn, heading[:, None] + turn - np.pi
    ring = [
        centre[:, None, :] + room[:, None, None] * np.stack([np.cos(angle), np.sin(angle)], axis=2)
        for centre, room, angle in ((begin, radius[0], behind), (end, radius[1], ahead))
    ]
    return np.asarray(
        shapely.make_valid(shapely.polygons(np.concatenate(ring, axis=1))), dtype=object
    )
