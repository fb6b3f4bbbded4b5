"""Which unit a place is in: the unit a site there stands for."""

from __future__ import annotations

from datetime import date

import numpy as np
import shapely
from scipy.spatial import cKDTree

from geo_planner.activity import existing_on
from geo_planner.project import Project
from geo_planner.travel.arrays import Flags, Floats, Ints, Shapes
from geo_planner.travel.positions import coordinates, unit_positions


def homes_of(project: Project, points: Shapes, day: date) -> tuple[Ints, Flags]:
    """Return the unit each place is in, and where that is only the nearest one.

    A place is in the smallest unit whose area holds it. Where that is an area of higher rank (a
    regiment) with units of the third level or below in it, the nearest of these is taken; where no
    area holds the place, the nearest unit of the third level or below. A unit counts if it exists
    on the day.

    Parameters
    ----------
    points
        Points in the project's CRS, None for unknown, shape (m,).

    Returns
    -------
    tuple
        Rows in the units table, -1 for none, shape (m,); and which of them are nearest ones.
    """
    here = existing_on(project.units, day)
    deep = tuple(row.id for row in project.catalogue.unit_kinds.values() if row.level >= 3)
    low = project.hierarchy.of_kinds(deep) & here
    known = ~np.asarray(shapely.is_missing(points), dtype=np.bool_)
    area = _smallest_area(project, points, here)
    home = area.copy()
    near = np.zeros(len(points), dtype=np.bool_)
    members = np.flatnonzero(low)
    at = coordinates(unit_positions(project, members))
    members, at = members[~np.isnan(at[:, 0])], at[~np.isnan(at[:, 0])]
    where = coordinates(points)
    for within in np.unique(area[known & ((area < 0) | ~low[area])]):
        asked = np.flatnonzero(known & (area == within))
        below = members
        place = at
        if within >= 0:
            only = np.zeros(len(low), dtype=np.bool_)
            only[within] = True
            inside = project.hierarchy.ancestor_in(only)[members] == within
            below, place = members[inside], at[inside]
        if len(below):
            home[asked] = below[_nearest(place, where[asked])]
            near[asked] = True
    return home, near


def _smallest_area(project: Project, points: Shapes, here: Flags) -> Ints:
    """Return the row of the smallest unit area that holds each point, -1 for none, shape (m,)."""
    shapes = project.units.geometry.to_numpy()
    # Two dimensions or more: an area; a lone point holds nothing but itself.
    areas = np.flatnonzero(here & (shapely.get_dimensions(shapes) >= 2))
    found = np.full(len(points), -1, dtype=np.int64)
    if not len(areas):
        return found
    point, area = shapely.STRtree(shapes[areas]).query(points, predicate="intersects")
    size = shapely.area(shapes[areas])
    order = np.lexsort((-area, -size[area]))  # the smallest comes last and stays
    found[point[order]] = areas[area[order]]
    return found


def _nearest(places: Floats, points: Floats) -> Ints:
    """Return the nearest place to each point, the first of equally near ones, shape (m,)."""
    tree = cKDTree(places)
    metres, found = tree.query(points)
    rivals = tree.query_ball_point(points, metres * (1 + 1e-12), return_length=True)
    for row in np.flatnonzero(rivals > 1):
        found[row] = min(tree.query_ball_point(points[row], metres[row] * (1 + 1e-12)))
    return np.asarray(found, dtype=np.int64)
