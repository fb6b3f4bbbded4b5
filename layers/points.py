"""The shapes a table holds or describes: its own, text, or points from columns of coordinates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from geo_planner.crs import StatedCrs
from geo_planner.errors import (
    BadGeometryError,
    BadNumberError,
    DataError,
    MissingColumnError,
    MissingValueError,
)
from geo_planner.notes import Note, msgid
from layers.columns import degree_cells, shown
from layers.sources.table import Cells, RawTable, blank_mask


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


def shapes_of(
    table: RawTable,
    places: Mapping[str, int],
    told: StatedCrs | None,
    axis: str | None,
    layer: str,
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
    layer: str,
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


def _from_wkt(table: RawTable, place: int, layer: str, made: Placed) -> Cells:
    cells = table.columns[place]
    texts = np.array([cell if isinstance(cell, str) else None for cell in cells], dtype=object)
    shapes: Any = shapely.from_wkt(texts, on_invalid="ignore")
    wrong = ~blank_mask(cells) & np.asarray(shapely.is_missing(shapes))
    if wrong.any():
        where = tuple(int(row) for row in table.rows[wrong])
        made.faults.append(BadGeometryError(layer, where, msgid("the text is not a shape (WKT)")))
    found: Cells = shapes
    return found


def _from_one_cell(table: RawTable, place: int, layer: str, made: Placed) -> Cells:
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
