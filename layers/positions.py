"""Where the rows of a table are: from its columns or shapes into the project's metric CRS."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from geo_planner.crs import CHOICES, StatedCrs, choose_metric_crs, parse_crs, state_crs
from geo_planner.errors import (
    BadGeometryError,
    BadNumberError,
    DataError,
    DatumUnknownError,
    MissingColumnError,
    MissingValueError,
    NotKnownError,
)
from geo_planner.notes import Note, msgid
from geo_planner.tables import LayerName
from layers.columns import degree_cells, shown
from layers.shapes import clean_shapes
from layers.sources.table import Cells, Mask, RawTable, blank_mask
from layers.stated import (
    WGS84,
    Bounds,
    Statement,
    by_zone_number,
    degrees_of,
    impossible,
    move,
    state_rows,
)

AXES: Mapping[str, str] = {
    **dict.fromkeys(("xy", "east-north", "en"), "xy"),
    **dict.fromkeys(("yx", "north-east", "ne"), "yx"),
}
"""How the order of metres may be said: ``xy`` is x east, ``yx`` the Chinese survey order."""


@dataclass
class Placed:
    """Shapes in ``crs`` (None where a row has no position), and what was found on the way.

    ``given`` says whether the file has positions at all; ``crs`` is None if it has none and no
    target was asked for.
    """

    shapes: Cells
    crs: CRS | None
    given: bool = False
    stated: tuple[str, ...] = ()
    notes: list[Note] = field(default_factory=list)
    faults: list[DataError] = field(default_factory=list)


def place_rows(
    table: RawTable,
    places: Mapping[str, int],
    *,
    layer: LayerName,
    crs: str | None = None,
    axis: str | None = None,
    target_crs: CRS | None = None,
    known: gpd.GeoDataFrame | None = None,
) -> Placed:
    """Return the shapes of a table in a metric CRS.

    Parameters
    ----------
    places
        Position column (``lon``, ``lat``, ``x`` ...) -> place in the table.
    crs
        What the user states; goes before what the file states.
    axis
        ``xy`` (x east, y north) or ``yx`` (X north, Y east).
    target_crs
        The project's CRS; chosen from the data if None.
    known
        Units already there; swapped coordinates show against them.

    Raises
    ------
    NotKnownError, DatumUnknownError
        If ``axis`` or ``crs`` is not known.
    """
    told = parse_crs(crs) if crs else None
    if axis is not None and axis not in AXES:
        raise NotKnownError.among("axis", axis, list(AXES))
    count = len(table)
    made = Placed(np.full(count, None, dtype=object), target_crs)
    shapes = _shapes(table, places, told, AXES.get(axis or ""), layer, made)
    if shapes is None:
        return made
    made.given = True
    cleaned = clean_shapes(shapes, layer=layer, rows=table.rows)
    made.notes += cleaned.notes
    made.faults += cleaned.faults
    present = ~np.asarray(shapely.is_missing(cleaned.shapes), dtype=np.bool_)
    if not present.any():
        return made
    declared = table.columns[places["crs_declared"]] if "crs_declared" in places else None
    statement = state_rows(
        declared, _told_or_stated(table, told, made), present=present, layer=layer
    )
    bounds: Bounds = shapely.bounds(cleaned.shapes)
    statement = by_zone_number(statement, bounds, layer=layer)
    made.faults += statement.faults
    _move_all(cleaned.shapes, bounds, statement, table, layer, _home(known), made)
    return made


def _told_or_stated(table: RawTable, told: StatedCrs | None, made: Placed) -> StatedCrs | None:
    """Return the system of the whole file: what the user says before what the file says."""
    stated: StatedCrs | None = None
    if table.crs is not None:
        try:
            stated = state_crs(table.crs)
        except DatumUnknownError as unknown:
            if told is None:
                made.faults.append(unknown)
                return None
    if told is None:
        if table.crs_by_standard:
            text = msgid("The file states no coordinate system; its format's standard says WGS84.")
            made.notes.append(Note("crs-by-standard", text))
        return stated
    if told.offset and stated is not None and not stated.geographic:
        made.faults.append(
            DatumUnknownError(
                told.name, msgid("the file's positions are metres, not degrees"), CHOICES
            )
        )
        return stated
    if stated is not None and not table.crs_by_standard and stated.name != told.name:
        same = stated.crs.to_epsg() == told.crs.to_epsg() and not told.offset
        if not same:
            text = msgid("The file states {stated}; it was read as {told}, as asked.")
            made.notes.append(
                Note("crs-overridden", text, {"stated": stated.name, "told": told.name})
            )
    return told


def _shapes(
    table: RawTable,
    places: Mapping[str, int],
    told: StatedCrs | None,
    axis: str | None,
    layer: LayerName,
    made: Placed,
) -> Cells | None:
    """Return the shapes a table holds or describes, in the system it states; None if none."""
    if table.geometry is not None:
        return table.geometry
    if "wkt" in places:
        return _from_wkt(table, places["wkt"], layer, made)
    pair = _pair(places, metres_first=told is not None and not told.geographic)
    if pair is not None:
        return _from_pair(table, places, pair, axis, layer, made)
    if "lon_lat" in places:
        return _from_one_cell(table, places["lon_lat"], layer, made)
    halves = [name for name in ("lon", "lat", "x", "y", "chinese_x", "chinese_y") if name in places]
    if halves:
        other = {"lon": "lat", "lat": "lon", "x": "y", "y": "x"}
        other |= {"chinese_x": "chinese_y", "chinese_y": "chinese_x"}
        column = other[halves[0]]
        made.faults.append(MissingColumnError(layer, column, column, list(table.headings)))
    return None


def _pair(places: Mapping[str, int], *, metres_first: bool) -> tuple[str, str] | None:
    pairs = [("lon", "lat"), ("x", "y"), ("chinese_x", "chinese_y")]
    if metres_first:
        pairs = [*pairs[1:], pairs[0]]
    return next((pair for pair in pairs if pair[0] in places and pair[1] in places), None)


def _from_pair(
    table: RawTable,
    places: Mapping[str, int],
    pair: tuple[str, str],
    axis: str | None,
    layer: LayerName,
    made: Placed,
) -> Cells:
    """Return points from two columns, x east and y north."""
    values = []
    for name in pair:
        place = places[name]
        read = degree_cells(table.columns[place])
        if read.bad.any():
            cells = [shown(cell) for cell in table.columns[place][read.bad][:8]]
            where = tuple(int(row) for row in table.rows[read.bad])
            made.faults.append(BadNumberError(layer, table.headings[place], where, cells))
        values.append((read.values.astype(np.float64), read.bad))
    (first, first_bad), (second, second_bad) = values
    for name, blank, filled in (
        (pair[0], np.isnan(first) & ~first_bad, ~np.isnan(second)),
        (pair[1], np.isnan(second) & ~second_bad, ~np.isnan(first)),
    ):
        half = blank & filled
        if half.any():
            where = tuple(int(row) for row in table.rows[half])
            made.faults.append(MissingValueError(layer, table.headings[places[name]], where))
    east, north = _in_order(first, second, pair, axis, made)
    return _points(east, north)


def _in_order(
    first: NDArray[np.float64],
    second: NDArray[np.float64],
    pair: tuple[str, str],
    axis: str | None,
    made: Placed,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return east and north of two columns by their headings, or as ``axis`` says."""
    if pair == ("lon", "lat"):
        return first, second
    filled = ~np.isnan(first) & ~np.isnan(second)
    degrees = filled.any() and bool(
        (np.abs(first[filled]) <= 180).all() and (np.abs(second[filled]) <= 180).all()
    )
    if degrees and axis is None:
        # Degrees under X and Y: the survey order is meant for metres; in the country's range
        # longitude (73-136) and latitude (3-54) tell themselves apart.
        swapped = bool((np.abs(first[filled]) < 60).all() and (np.abs(second[filled]) > 60).all())
        text = msgid(
            "The columns of x and y hold degrees; they were read as longitude and latitude."
        )
        made.notes.append(Note("degrees-in-xy", text))
        return (second, first) if swapped else (first, second)
    north_first = axis == "yx" or (axis is None and pair[0] == "chinese_x")
    if north_first and axis is None:
        text = msgid("X was read as north and Y as east, as Chinese survey tables have it.")
        made.notes.append(Note("x-is-north", text))
    return (second, first) if north_first else (first, second)


def _points(east: NDArray[np.float64], north: NDArray[np.float64]) -> Cells:
    made: Cells = np.full(len(east), None, dtype=object)
    filled = np.isfinite(east) & np.isfinite(north)
    made[filled] = shapely.points(east[filled], north[filled])
    return made


def _from_wkt(table: RawTable, place: int, layer: LayerName, made: Placed) -> Cells:
    cells = table.columns[place]
    texts = np.array([cell if isinstance(cell, str) else None for cell in cells], dtype=object)
    shapes: Any = shapely.from_wkt(texts, on_invalid="ignore")
    wrong = ~blank_mask(cells) & np.asarray(shapely.is_missing(shapes))
    if wrong.any():
        where = tuple(int(row) for row in table.rows[wrong])
        made.faults.append(BadGeometryError(layer, where, msgid("the text is not a shape (WKT)")))
    found: Cells = shapes
    return found


def _from_one_cell(table: RawTable, place: int, layer: LayerName, made: Placed) -> Cells:
    """Return points of cells such as ``93.51,42.83``, longitude first unless it cannot be."""
    count = len(table)
    parts = [np.full(count, None, dtype=object), np.full(count, None, dtype=object)]
    wrong = np.zeros(count, dtype=np.bool_)
    for row, cell in enumerate(table.columns[place]):
        if cell is None:
            continue
        halves = [half for half in _split(str(cell)) if half]
        wrong[row] = len(halves) != 2
        if len(halves) == 2:
            parts[0][row], parts[1][row] = halves
    read = [degree_cells(half) for half in parts]
    wrong |= read[0].bad | read[1].bad
    if wrong.any():
        where = tuple(int(row) for row in table.rows[wrong])
        cells = [shown(cell) for cell in table.columns[place][wrong][:8]]
        made.faults.append(BadNumberError(layer, table.headings[place], where, cells))
    first, second = read[0].values.astype(np.float64), read[1].values.astype(np.float64)
    filled = ~np.isnan(first) & ~np.isnan(second)
    if filled.any() and (first[filled] < 60).all() and (second[filled] > 60).all():
        first, second = second, first
    return _points(first, second)


def _split(text: str) -> Sequence[str]:
    for mark in (",", "，", "、", ";", "；", "/", " "):
        if mark in text.strip():
            return [part.strip() for part in text.strip("()（）[] ").split(mark)]
    return [text]


def _home(known: gpd.GeoDataFrame | None) -> tuple[float, float, float, float] | None:
    """Return the degrees of the known units, a degree wider on each side; None if unknown."""
    if known is None or known.crs is None or known.geometry.isna().all():
        return None
    box = known.geometry.total_bounds
    if not np.isfinite(box).all():
        return None
    west, south, east, north = known.geometry.to_crs(WGS84).total_bounds
    return west - 1, south - 1, east + 1, north + 1


def _move_all(
    shapes: Cells,
    bounds: Bounds,
    statement: Statement,
    table: RawTable,
    layer: LayerName,
    home: tuple[float, float, float, float] | None,
    made: Placed,
) -> None:
    """Check every row against its system and move it into the target: the one reprojection."""
    groups: list[tuple[StatedCrs, Mask]] = []
    degrees: list[NDArray[np.float64]] = []
    for number, stated in enumerate(statement.systems):
        mask = statement.which == number
        if not mask.any():
            continue
        faults, wrong = impossible(
            bounds, stated, mask=mask, layer=layer, rows=table.rows, home=home
        )
        made.faults += faults
        good = mask & ~wrong
        if good.any():
            groups.append((stated, good))
            degrees += [degrees_of(stated, bounds[good][:, side]) for side in ((0, 1), (2, 3))]
    made.stated = tuple(stated.name for stated, _ in groups)
    if not groups:
        return
    if made.crs is None:
        corners = np.vstack(degrees)
        made.crs = choose_metric_crs((*corners.min(axis=0), *corners.max(axis=0)))
    for stated, mask in groups:
        target = made.crs
        made.shapes[mask] = shapely.transform(
            shapes[mask],
            lambda xy, stated=stated, target=target: move(xy, stated, target),
        )
        if stated.offset:
            text = msgid("{count} positions were converted from {datum} to WGS84, once.")
            params = {"count": int(mask.sum()), "datum": stated.name}
            made.notes.append(Note("datum-converted", text, params))
    if len(groups) > 1:
        text = msgid("The rows state different coordinate systems, each was honoured: {systems}.")
        made.notes.append(Note("mixed-crs", text, {"systems": list(made.stated)}))
