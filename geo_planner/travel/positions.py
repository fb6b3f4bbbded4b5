"""Where a unit or a facility is taken to be."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely

from geo_planner.travel.arrays import Floats, Shapes


def positions(layer: gpd.GeoDataFrame) -> Shapes:
    """Return one point a row, None where the position is not known.

    A point stands for itself. Any other shape stands at its centroid or, where the centroid falls
    outside (a crescent, a ring, two separate parts), at the shape's own point nearest to it.
    """
    shapes = layer.geometry.to_numpy()
    found = np.full(len(shapes), None, dtype=object)
    known = np.flatnonzero(~shapely.is_missing(shapes) & ~shapely.is_empty(shapes))
    is_point = shapely.get_type_id(shapes[known]) == shapely.GeometryType.POINT
    found[known[is_point]] = shapely.force_2d(shapes[known[is_point]])
    spread = known[~is_point]
    between = shapely.shortest_line(shapes[spread], shapely.centroid(shapes[spread]))
    found[spread] = shapely.force_2d(shapely.get_point(between, 0))
    return found


def coordinates(points: Shapes) -> Floats:
    """Return points as metres, shape (n, 2); ``nan`` where there is none."""
    return np.stack([shapely.get_x(points), shapely.get_y(points)], axis=1)
