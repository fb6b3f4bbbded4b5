"""Shapes a layer can use: points and areas, or lines and areas; flat, whole and valid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import GeometryType

from geo_planner.errors import BadGeometryError, DataError
from geo_planner.notes import Note, msgid
from layers.sources.table import Cells, Mask

_POINT, _MULTIPOINT = GeometryType.POINT.value, GeometryType.MULTIPOINT.value
_AREAS = (GeometryType.POLYGON.value, GeometryType.MULTIPOLYGON.value)
_LINES = (
    GeometryType.LINESTRING.value,
    GeometryType.LINEARRING.value,
    GeometryType.MULTILINESTRING.value,
)
_COLLECTION = GeometryType.GEOMETRYCOLLECTION.value


@dataclass(frozen=True, slots=True)
class CleanShapes:
    """Usable shapes (None where missing or faulty), and what was found on the way."""

    shapes: Cells
    notes: tuple[Note, ...]
    faults: tuple[DataError, ...]


def clean_shapes(shapes: Cells, *, layer: str, rows: NDArray[np.int64]) -> CleanShapes:
    """Return shapes as points and areas; those of layer ``barriers`` as lines and areas.

    Heights are dropped, a multi-point of one point becomes that point, invalid areas are repaired,
    areas of facilities become a point inside them. Lines (of barriers: points), collections,
    several points, areas and lines of no size and coordinates that are not numbers are faults.
    """
    notes: list[Note] = []
    faults: list[DataError] = []
    made: Cells = shapes.copy()
    made[shapely.is_missing(made) | shapely.is_empty(made)] = None
    made, dropped = _flat(made)
    _say(
        notes, "height-dropped", msgid("Heights (3-D) were dropped in rows {rows}."), rows, dropped
    )
    single = (shapely.get_type_id(made) == _MULTIPOINT) & (shapely.get_num_geometries(made) == 1)
    made[single] = shapely.get_geometry(made[single], 0)
    for reason, wrong in _unusable(made, _LINES if layer == "barriers" else (_POINT,)):
        if wrong.any():
            faults.append(BadGeometryError(layer, _rows(rows, wrong), reason))
            made[wrong] = None
    areas = np.isin(shapely.get_type_id(made), _AREAS)
    broken = areas & ~shapely.is_valid(made)
    made[broken] = _repaired(made[broken])
    hollow = areas & ~(shapely.area(made) > 0)
    if hollow.any():
        faults.append(BadGeometryError(layer, _rows(rows, hollow), msgid("the area has no size")))
        made[hollow] = None
    short = np.isin(shapely.get_type_id(made), _LINES) & ~(shapely.length(made) > 0)
    if short.any():
        faults.append(BadGeometryError(layer, _rows(rows, short), msgid("the line has no length")))
        made[short] = None
    repaired = msgid("Areas that crossed themselves were repaired: rows {rows}.")
    _say(notes, "area-repaired", repaired, rows, broken & ~hollow)
    if layer == "facilities":
        wide = areas & ~hollow
        made[wide] = shapely.point_on_surface(made[wide])
        text = msgid("Outlines of facilities were replaced by a point inside them: rows {rows}.")
        _say(notes, "outline-to-point", text, rows, wide)
    return CleanShapes(made, tuple(notes), tuple(faults))


def _flat(shapes: Cells) -> tuple[Cells, Mask]:
    high = np.asarray(shapely.has_z(shapes), dtype=np.bool_)
    made: Any = shapely.force_2d(shapes)
    return made, high


def _unusable(shapes: Cells, wanted: tuple[int, ...]) -> list[tuple[str, Mask]]:
    kinds = shapely.get_type_id(shapes)
    present = ~shapely.is_missing(shapes)
    several = kinds == _MULTIPOINT
    collection = kinds == _COLLECTION
    other = present & ~several & ~collection & ~np.isin(kinds, (*wanted, *_AREAS))
    needed = (
        msgid("a line where a point or an area is needed")
        if _POINT in wanted
        else msgid("a point where a line or an area is needed")
    )
    bounds = shapely.bounds(shapes)
    endless = present & ~np.isfinite(bounds).all(axis=1)
    return [
        (msgid("several points in one row"), several),
        (msgid("a collection of different shapes"), collection),
        (needed, other & ~endless),
        (msgid("a coordinate is not a number"), endless),
    ]


def _repaired(shapes: Cells) -> Cells:
    """Return the areas that are left of invalid areas, None where nothing is."""
    made = np.empty(len(shapes), dtype=object)
    for place, shape in enumerate(shapely.make_valid(shapes)):
        parts = [
            part
            for part in shapely.get_parts(np.array([shape], dtype=object))
            if part.geom_type in ("Polygon", "MultiPolygon")
        ]
        made[place] = shapely.union_all(parts) if parts else None
    return made


def _rows(rows: NDArray[np.int64], mask: Mask) -> tuple[int, ...]:
    return tuple(int(row) for row in rows[mask])


def _say(notes: list[Note], code: str, text: str, rows: NDArray[np.int64], mask: Mask) -> None:
    if mask.any():
        notes.append(Note(code, text, {"rows": _rows(rows, mask)}))
