"""Land where nothing may be built: candidates on it are left out, and counted."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely

from geo_planner.crs import require_metric
from geo_planner.errors import BadGeometryError
from geo_planner.notes import Note, msgid
from geo_planner.project import Project
from geo_planner.siting.candidates import Candidates
from geo_planner.siting_errors import NoCandidatesError
from geo_planner.travel.arrays import Shapes

EXCLUDED = msgid("{count} candidates lie where nothing may be built and were left out.")
ON_BARRIERS = msgid(
    "{count} candidates lie on barriers (water, railway land ...) and were left out."
)


def excluding(candidates: Candidates, areas: gpd.GeoDataFrame | Shapes) -> Candidates:
    """Return the candidates outside areas; on an edge is inside.

    Parameters
    ----------
    areas
        Polygons in the candidates' CRS (a GeoDataFrame of another CRS is moved there).

    Raises
    ------
    BadGeometryError
        If anything but areas is among them; rows are counted from 0.
    NoCandidatesError
        If none is left.
    """
    shapes = areas
    if isinstance(areas, gpd.GeoDataFrame):
        require_metric(candidates.table, "candidates")
        shapes = areas.to_crs(candidates.table.crs).geometry.to_numpy()
    kinds = shapely.get_dimensions(shapes)
    if (kinds != 2).any():
        rows = tuple(int(row) for row in np.flatnonzero(kinds != 2))
        raise BadGeometryError("areas", rows, msgid("it is not an area"))
    return _outside(candidates, np.asarray(shapes, dtype=object), "candidates-excluded", EXCLUDED)


def off_barriers(candidates: Candidates, project: Project) -> Candidates:
    """Return the candidates outside the areas among a project's barriers.

    Raises
    ------
    NoCandidatesError
        If none is left.
    """
    if project.barriers is None:
        return candidates
    shapes = project.barriers.geometry.to_numpy()
    areas = shapes[shapely.get_dimensions(shapes) == 2]
    return _outside(candidates, areas, "candidates-on-barriers", ON_BARRIERS)


def _outside(candidates: Candidates, areas: Shapes, code: str, text: str) -> Candidates:
    points = candidates.table.geometry.to_numpy()
    inside = np.zeros(len(points), dtype=np.bool_)
    if len(areas):
        point, _ = shapely.STRtree(areas).query(points, predicate="intersects")
        inside[point] = True
    if not inside.any():
        return candidates
    if inside.all():
        raise NoCandidatesError(why=msgid("every one lies where nothing may be built"))
    return candidates.chosen(~inside, Note(code, text, {"count": int(inside.sum())}))
