"""Road lines out of an office's file, with what its columns say of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import CRS

from geo_planner.crs import (
    CHOICES,
    StatedCrs,
    choose_metric_crs,
    parse_crs,
    state_crs,
    to_wgs84,
    transformer,
)
from geo_planner.errors import (
    BadGeometryError,
    CrsMissingError,
    DataError,
    NoStreetsInFileError,
    RefusedFileError,
)
from geo_planner.notes import Note, msgid
from geo_planner.travel.arrays import Flags, Ints, Shapes
from layers.road_columns import knows_heading, read_road_columns
from layers.sources import RawTable, read_table
from layers.stated import impossible

SHORTEST = 0.001
"""Metres; a line not longer than this is none."""


@dataclass(frozen=True, eq=False, slots=True)
class RoadLines:
    """Lines of a file in a metric CRS.

    Attributes
    ----------
    lines
        LineStrings, shape (n,), in the order of the file's rows.
    row
        Row of the file each came from, as a spreadsheet counts, shape (n,).
    columns
        What the file says of each line, by column of streets, each of shape (n,); ``bridge`` is
        always there: bridges and tunnels meet others only at their ends.
    crs
        The metric CRS.
    left_out
        Rows without a line: points, areas, empty shapes.
    notes
        What the file says and was not read.
    """

    lines: Shapes
    row: Ints
    columns: Mapping[str, npt.NDArray[Any]]
    crs: CRS
    left_out: tuple[int, ...]
    notes: tuple[Note, ...] = ()

    @property
    def apart(self) -> Flags:
        """Which lines pass over or under others."""
        return np.asarray(self.columns["bridge"], dtype=np.bool_)


def read_road_lines(
    path: Path, target: CRS | None, stated: str | None, mapping: Mapping[str, str] | None = None
) -> RoadLines:
    """Return the lines of any vector file, in ``target`` (or the CRS best for where they lie).

    Parameters
    ----------
    mapping
        Heading -> column of streets, said by the user.

    Raises
    ------
    CrsMissingError
        If neither the file nor ``stated`` says in which coordinate system they are.
    RefusedFileError
        With every fault: lines that cannot lie where that system puts them, cells that are no
        direction or speed, headings that are not there.
    NoStreetsInFileError
        If the file holds no line.
    """
    table = read_table(path, knows=knows_heading)
    # A file of bare lines has no columns and hence no rows: its shapes are counted.
    shapes = np.empty(0, dtype=object) if table.geometry is None else table.geometry
    lines, place = _parts(shapes)
    if not len(lines):
        raise NoStreetsInFileError(path.name, msgid("no row is a line"))
    crs = _stated(table, stated)
    rows = table.rows if len(table.rows) == len(shapes) else np.arange(2, len(shapes) + 2)
    said = read_road_columns(table, rows, mapping)
    misplaced, _ = impossible(
        shapely.bounds(lines),
        crs,
        mask=np.ones(len(lines), dtype=np.bool_),
        layer="streets",
        rows=rows[place],
    )
    faults = [*_not_finite(lines, rows[place]), *misplaced, *said.faults]
    if faults:
        raise RefusedFileError(path.name, tuple(faults))
    lines, metric = _projected(lines, crs, target)
    long_enough = shapely.length(lines) > SHORTEST
    if not long_enough.any():
        raise NoStreetsInFileError(path.name, msgid("no row is a line"))
    kept = place[long_enough]
    return RoadLines(
        lines[long_enough],
        rows[kept],
        {name: values[kept] for name, values in said.values.items()},
        metric,
        tuple(np.delete(rows, np.unique(kept)).tolist()),
        (*table.notes, *said.notes),
    )


def _parts(shapes: Shapes) -> tuple[Shapes, Ints]:
    """Return single lines and the row each came from."""
    known = np.flatnonzero(~shapely.is_missing(shapes))
    parts, which = shapely.get_parts(shapely.force_2d(shapes[known]), return_index=True)
    kinds = (shapely.GeometryType.LINESTRING, shapely.GeometryType.LINEARRING)
    is_line = np.isin(shapely.get_type_id(parts), kinds) & ~shapely.is_empty(parts)
    return parts[is_line], known[which[is_line]]


def _not_finite(lines: Shapes, rows: Ints) -> list[DataError]:
    at, which = shapely.get_coordinates(lines, return_index=True)
    wrong = np.unique(rows[which[~np.isfinite(at).all(axis=1)]])
    if not len(wrong):
        return []
    return [BadGeometryError("streets", tuple(wrong.tolist()), msgid("coordinates are not finite"))]


def _stated(table: RawTable, stated: str | None) -> StatedCrs:
    if stated is not None:
        return parse_crs(stated)
    if table.crs is None:
        raise CrsMissingError("streets", CHOICES)
    return state_crs(table.crs)


def _projected(lines: Shapes, stated: StatedCrs, target: CRS | None) -> tuple[Shapes, CRS]:
    """Return the lines in the project's metric CRS, or in one chosen for them."""
    source = stated.crs
    if stated.offset:
        lines = shapely.transform(
            lines, lambda at: np.stack(to_wgs84(at[:, 0], at[:, 1], stated.datum), axis=1)
        )
    if target is None:
        to_degrees = transformer(source, CRS.from_epsg(4326))
        degrees = to_degrees.transform_bounds(*shapely.total_bounds(lines))
        target = choose_metric_crs(degrees)
    moved = transformer(source, target)
    return (
        shapely.transform(lines, lambda at: np.stack(moved.transform(*at.T), axis=1)),
        target,
    )
