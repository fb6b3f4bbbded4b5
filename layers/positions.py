"""Where the rows of a table are: from its columns or shapes into the project's metric CRS."""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from geo_planner.crs import (
    CHOICES,
    StatedCrs,
    choose_metric_crs,
    crs_label,
    parse_crs,
    state_crs,
)
from geo_planner.errors import (
    DatumUnknownError,
    NotKnownError,
)
from geo_planner.notes import Note, msgid
from layers.points import Placed, shapes_of
from layers.shapes import clean_shapes
from layers.sources.table import Cells, Mask, RawTable
from layers.stated import (
    WGS84,
    Bounds,
    Statement,
    by_zone_number,
    degrees_of,
    impossible,
    move,
    outside_area,
    state_rows,
)

AXES: Mapping[str, str] = {
    **dict.fromkeys(("xy", "east-north", "en"), "xy"),
    **dict.fromkeys(("yx", "north-east", "ne"), "yx"),
}
"""How the order of metres may be said: ``xy`` is x east, ``yx`` the Chinese survey order."""


def place_rows(
    table: RawTable,
    places: Mapping[str, int],
    *,
    layer: str,
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
    shapes = shapes_of(table, places, told, AXES.get(axis or ""), layer, made)
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
    layer: str,
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
    _tell_far(made, bounds, groups, table.rows)
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


def _tell_far(
    made: Placed,
    bounds: Bounds,
    groups: list[tuple[StatedCrs, Mask]],
    rows: NDArray[np.int64],
) -> None:
    """Say which rows lie where the project's system is no longer a good ruler."""
    far = np.zeros(len(rows), dtype=np.bool_)
    for stated, mask in groups:
        far[mask] = outside_area(degrees_of(stated, bounds[mask][:, :2]), made.crs)
    if far.any() and made.crs is not None:
        text = msgid(
            "{count} positions lie far outside the area of the project's coordinate system {crs}, "
            "where lengths come out wrong: rows {rows}."
        )
        where = tuple(int(row) for row in rows[far])
        params = {"count": int(far.sum()), "crs": crs_label(made.crs), "rows": where}
        made.notes.append(Note("far-from-crs", text, params))
