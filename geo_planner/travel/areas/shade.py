"""What lies behind a barrier, seen from a street: nobody walks there straight from it.

A leg leads from a spot to the foot on its stretch of street. So a barrier throws a shadow away from
the stretch: beside it straight out, around its ends fanwise. Where the street itself crosses the
barrier, on a bridge or in a passage, each bank is walked to from its own side.
"""

from __future__ import annotations

import numpy as np
import shapely

from geo_planner.travel.arrays import Flags, Floats, Ints, Shapes


def unshaded(
    land: Shapes, begin: Floats, end: Floats, barriers: Shapes, *, step: float
) -> tuple[Shapes, Flags]:
    """Return pieces of land without what lies in or behind a barrier, and which were cut.

    Parameters
    ----------
    land
        Polygons, shape (n,).
    begin, end
        Ends of the straight stretch each is walked to from, metres, shapes (n, 2).
    barriers
        Lines or areas, shape (k,).
    step
        Metres of a barrier that throw one straight shadow: how exact its fan is.
    """
    row, barrier = shapely.STRtree(barriers).query(land, predicate="intersects")
    cut = np.isin(np.arange(len(land)), row)
    if not len(row):
        return land, cut
    is_area = shapely.get_dimensions(barriers) == 2
    rims = barriers.copy()
    rims[is_area] = shapely.boundary(barriers[is_area])
    near, far, owner = _segments(shapely.intersection(rims[barrier], land[row]), row, step)
    reach = 4 * np.hypot(*(_size(land[cut])).T).max()
    corners = np.stack(
        [
            near,
            far,
            _pushed(far, begin[owner], end[owner], reach),
            _pushed(near, begin[owner], end[owner], reach),
        ],
        axis=1,
    )
    shadows = shapely.convex_hull(shapely.linestrings(corners))
    shadows = np.concatenate([shadows, barriers[barrier][is_area[barrier]]])
    owner = np.concatenate([owner, row[is_area[barrier]]])
    is_land = shapely.get_dimensions(shadows) == 2
    order = np.flatnonzero(is_land)[np.argsort(owner[is_land], kind="stable")]
    kept = land.copy()
    rows, first = np.unique(owner[order], return_index=True)
    last = np.searchsorted(owner[order], rows, side="right")
    for one, begins, ends in zip(rows, first, last, strict=True):
        kept[one] = shapely.difference(land[one], shapely.union_all(shadows[order[begins:ends]]))
    return kept, cut


def _size(land: Shapes) -> Floats:
    """Return width and height of shapes, shape (n, 2)."""
    box = shapely.bounds(land)
    return np.asarray(box[:, 2:] - box[:, :2], dtype=np.float64)


def _segments(lines: Shapes, row: Ints, step: float) -> tuple[Floats, Floats, Ints]:
    """Return both ends of straight parts at most ``step`` long, and the row each belongs to."""
    parts, pair = shapely.get_parts(lines, return_index=True)
    parts, deeper = shapely.get_parts(parts, return_index=True)
    pair = pair[deeper]
    is_line = (shapely.get_dimensions(parts) == 1) & ~shapely.is_empty(parts)
    at, of = shapely.get_coordinates(shapely.segmentize(parts[is_line], step), return_index=True)
    first = np.flatnonzero(of[1:] == of[:-1])
    return at[first], at[first + 1], row[pair[is_line]][of[first]]


def _pushed(spots: Floats, begin: Floats, end: Floats, reach: float) -> Floats:
    """Return spots moved ``reach`` metres on, away from their foot on the stretch."""
    along = end - begin
    length = np.maximum((along**2).sum(axis=1), 1e-12)
    part = np.clip(((spots - begin) * along).sum(axis=1) / length, 0.0, 1.0)
    leg = spots - (begin + part[:, None] * along)
    away = np.hypot(*leg.T)[:, None]
    return np.asarray(spots + np.divide(leg, away, out=np.zeros_like(leg), where=away > 0) * reach)
