"""Where a unit or a facility is taken to be."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely

from geo_planner.project import Project
from geo_planner.travel.arrays import Floats, Ints, Shapes


def unit_positions(project: Project, rows: Ints) -> Shapes:
    """Return where the people of each unit in ``rows`` are taken to be, None where not known.

    As :func:`positions`; but a unit drawn as an area that has other units in it stands at the one
    of these with a position that is nearest to its middle. A regiment's outline is mostly fields,
    and its middle may lie kilometres from any street.
    """
    found = positions(project.units, rows)
    shapes = project.units.geometry.to_numpy()
    is_point = shapely.get_type_id(shapes) == shapely.GeometryType.POINT
    areas = np.full(len(shapes), -1, dtype=np.intp)
    spread = np.flatnonzero(~is_point[rows] & ~shapely.is_missing(found))
    if not len(spread):
        return found
    areas[rows[spread]] = spread
    inner = np.flatnonzero(is_point & (project.hierarchy.parent >= 0))
    inner = inner[areas[project.hierarchy.parent[inner]] >= 0]
    middle = found[areas[project.hierarchy.parent[inner]]]
    # Farthest first, so that the nearest is what remains; the lower row wins a tie.
    order = np.lexsort((-inner, -shapely.distance(shapes[inner], middle)))
    nearest_last = inner[order]
    found[areas[project.hierarchy.parent[nearest_last]]] = shapely.force_2d(shapes[nearest_last])
    return found


def positions(layer: gpd.GeoDataFrame, rows: Ints | None = None) -> Shapes:
    """Return one point a row (of ``rows``), None where the position is not known.

    A point stands for itself. Any other shape stands at its centroid or, where the centroid falls
    outside (a crescent, a ring, two separate parts), at the shape's own point nearest to it.
    """
    shapes = layer.geometry.to_numpy()
    shapes = shapes if rows is None else shapes[rows]
    found = np.full(len(shapes), None, dtype=object)
    known = np.flatnonzero(~shapely.is_missing(shapes) & ~shapely.is_empty(shapes))
    is_point = shapely.get_type_id(shapes[known]) == shapely.GeometryType.POINT
    found[known[is_point]] = _flat(shapes[known[is_point]])
    spread = known[~is_point]
    between = shapely.shortest_line(shapes[spread], shapely.centroid(shapes[spread]))
    found[spread] = shapely.force_2d(shapely.get_point(between, 0))
    return found


def _flat(points: Shapes) -> Shapes:
    """Return points without heights; flat ones are passed on as they are."""
    return shapely.force_2d(points) if shapely.has_z(points).any() else points


def coordinates(points: Shapes) -> Floats:
    """Return points as metres, shape (n, 2); ``nan`` where there is none."""
    return np.stack([shapely.get_x(points), shapely.get_y(points)], axis=1)
