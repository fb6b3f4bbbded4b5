"""Heights along streets out of a height model (GeoTIFF), for walking on slopes."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError

from geo_planner.crs import transformer
from geo_planner.errors import UnreadableFileError
from geo_planner.notes import Note, msgid
from geo_planner.travel.arrays import Floats, Ints, Shapes
from geo_planner.travel.slopes import edge_pace

STEP_METRES = 25.0
"""Heights are read at most this far apart: about a cell of the height models one can get."""
HIGHEST = 9000.0
BLOCK = 4096
"""Rows and columns of the raster read at a time."""


@dataclass(frozen=True, eq=False, slots=True)
class StreetsWithHeights:
    """Streets with ``pace_forward`` and ``pace_back``, and what to know about these."""

    edges: gpd.GeoDataFrame
    notes: tuple[Note, ...]
    facts: dict[str, float]


def with_heights(edges: gpd.GeoDataFrame, path: Path | str) -> StreetsWithHeights:
    """Return streets that know how their slopes slow a walk.

    Parameters
    ----------
    edges
        LineStrings in a metric CRS. One with the flag ``bridge`` climbs evenly from end to end: the
        model shows the ground below or above it.
    path
        GeoTIFF of heights in metres, in any CRS; its first band counts.

    Returns
    -------
    StreetsWithHeights
        ``facts`` holds ``heights_known_km`` and ``heights_missing_km``. An edge of which a height
        is missing (outside the model, or in a hole of it) has no pace and counts as level.

    Raises
    ------
    UnreadableFileError
        If the file is no raster, says no coordinate system, holds other than numbers, lies
        elsewhere, or its figures cannot be metres above the sea.
    """
    path = Path(path)
    lines = edges.geometry.to_numpy()
    apart = (
        edges["bridge"].to_numpy(dtype=bool) if "bridge" in edges else np.zeros(len(lines), bool)
    )
    edge, metres, at = _samples(lines, apart)
    heights = _read(path, at, edges.crs)
    if not np.isfinite(heights).any():
        raise UnreadableFileError(path.name, msgid("it has no height where the streets are"))
    if np.nanmax(np.abs(heights)) > HIGHEST:
        raise UnreadableFileError(path.name, msgid("its figures cannot be heights in metres"))
    pace = edge_pace(edge, metres, heights, count=len(lines))
    missing = np.isnan(pace.forward)
    length = edges["metres"].to_numpy()
    known_km, missing_km = (
        round(float(length[rows].sum()) / 1000, 3) for rows in (~missing, missing)
    )
    text = msgid(
        "Heights of {known} km of streets were read from '{file}'; {missing} km lie outside it or "
        "in holes of it and count as level."
    )
    params = {"known": known_km, "file": path.name, "missing": missing_km}
    return StreetsWithHeights(
        edges.assign(pace_forward=pace.forward, pace_back=pace.back),
        (Note("heights", text, params),),
        {"heights_known_km": known_km, "heights_missing_km": missing_km},
    )


def _samples(lines: Shapes, apart: np.ndarray[Any, Any]) -> tuple[Ints, Floats, Floats]:
    """Return edge, metres along it and position of every place where a height is wanted."""
    length = shapely.length(lines)
    steps = np.where(apart, 1, np.maximum(1, np.ceil(length / STEP_METRES))).astype(np.int64)
    edge = np.repeat(np.arange(len(lines)), steps + 1)
    first = np.repeat(np.cumsum(steps + 1) - (steps + 1), steps + 1)
    metres = (np.arange(len(edge)) - first) / steps[edge] * length[edge]
    places = shapely.line_interpolate_point(lines[edge], metres)
    return edge, metres, shapely.get_coordinates(places)


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    """Open a raster; whatever rasterio says against it becomes one sentence."""
    import rasterio  # noqa: PLC0415 - heavy

    if not path.is_file():
        raise UnreadableFileError(path.name, msgid("there is no such file"))
    try:
        with warnings.catch_warnings():
            # A raster without a place is refused with a sentence.
            warnings.simplefilter("ignore", rasterio.errors.NotGeoreferencedWarning)
            with rasterio.open(path) as raster:
                yield raster
    except rasterio.errors.RasterioError as problem:
        reason = str(problem).replace(str(path), path.name)
        raise UnreadableFileError(path.name, reason) from problem


def _read(path: Path, at: Floats, crs: CRS) -> Floats:
    """Return heights at positions in ``crs``, ``nan`` where the raster has none."""
    with _opened(path) as raster:
        if raster.crs is None:
            raise UnreadableFileError(path.name, msgid("it says no coordinate system"))
        if raster.dtypes[0].startswith("complex"):
            raise UnreadableFileError(path.name, msgid("its figures cannot be heights in metres"))
        if "f" in (raster.units[0] or "").lower():
            raise UnreadableFileError(path.name, msgid("its heights are in feet, not in metres"))
        if raster.transform.is_identity or raster.transform.is_degenerate:
            raise UnreadableFileError(path.name, msgid("it does not say where it lies"))
        try:
            there = CRS.from_user_input(raster.crs.to_wkt())
        except CRSError as problem:
            raise UnreadableFileError(path.name, str(problem)) from problem
        x, y = np.asarray(transformer(crs, there).transform(*at.T))
        back = ~raster.transform
        column = back.a * x + back.b * y + back.c
        row = back.d * x + back.e * y + back.f
        scale, offset = float(raster.scales[0]), float(raster.offsets[0])
        return _bilinear(raster, row - 0.5, column - 0.5) * scale + offset


def _bilinear(raster: Any, row: Floats, column: Floats) -> Floats:  # noqa: ANN401 - rasterio
    """Return values between the middles of cells; in the outermost half cell that of the rim.

    Parameters
    ----------
    row, column
        Places in cells, 0 being the middle of the first.
    """
    heights = np.full(len(row), np.nan)
    tall, wide = raster.height, raster.width
    inside = (row >= -0.5) & (row <= tall - 0.5) & (column >= -0.5) & (column <= wide - 0.5)
    inside &= np.isfinite(row) & np.isfinite(column)
    places = np.flatnonzero(inside)
    row, column = np.clip(row[places], 0, tall - 1), np.clip(column[places], 0, wide - 1)
    top, left = np.floor(row).astype(np.int64), np.floor(column).astype(np.int64)
    block = (top // BLOCK) * (wide // BLOCK + 1) + left // BLOCK
    for one in np.unique(block):
        mine = np.flatnonzero(block == one)
        r, c = top[mine], left[mine]
        window = (
            (int(r.min()), min(int(r.max()) + 2, tall)),
            (int(c.min()), min(int(c.max()) + 2, wide)),
        )
        cells = raster.read(1, window=window, masked=True).astype(np.float64).filled(np.nan)
        r, c = r - window[0][0], c - window[1][0]
        below, right = np.minimum(r + 1, len(cells) - 1), np.minimum(c + 1, cells.shape[1] - 1)
        down, across = row[mine] - top[mine], column[mine] - left[mine]
        heights[places[mine]] = _weighted(
            ((1 - down) * (1 - across), cells[r, c]),
            ((1 - down) * across, cells[r, right]),
            (down * (1 - across), cells[below, c]),
            (down * across, cells[below, right]),
        )
    return heights


def _weighted(*parts: tuple[Floats, Floats]) -> Floats:
    """Return the weighted sum of cells; a cell without weight may be unknown."""
    return np.asarray(
        sum(np.where(weight > 0, weight * cell, 0.0) for weight, cell in parts), dtype=np.float64
    )
