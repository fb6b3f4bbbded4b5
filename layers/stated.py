"""Which coordinate system each row of a table states, and whether its coordinates can be in it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pyproj import CRS

from geo_planner.crs import (
    CHOICES,
    StatedCrs,
    crs_label,
    gauss_kruger_crs,
    parse_crs,
    state_crs,
    to_wgs84,
    transformer,
    zone_prefix,
)
from geo_planner.datums import inside_offset_area
from geo_planner.errors import (
    CrsMissingError,
    DataError,
    DatumUnknownError,
    OutsideWorldError,
)
from geo_planner.notes import msgid
from geo_planner.table_errors import MistakenCrsError
from layers.sources.table import Cells, Mask

Bounds = NDArray[np.float64]  # one row a shape: west, south, east, north in the stated system
WGS84 = CRS.from_epsg(4326)
_SHOWN = 6


@dataclass(frozen=True, slots=True)
class Statement:
    """Coordinate systems by row: ``which`` is an index into ``systems``, -1 where there is none."""

    systems: tuple[StatedCrs, ...]
    which: NDArray[np.int64]
    faults: tuple[DataError, ...]


def state_rows(
    declared: Cells | None, told: StatedCrs | None, *, present: Mask, layer: str
) -> Statement:
    """Return the system of every row with a position.

    Parameters
    ----------
    declared
        Cells of the file's own column 坐标系, which goes before everything else, or None.
    told
        What the user or the file as a whole states.
    present
        Rows that have a position.
    """
    systems: list[StatedCrs] = [] if told is None else [told]
    which = np.full(len(present), -1 if told is None else 0, dtype=np.int64)
    faults: list[DataError] = []
    words: dict[str, int] = {}
    for row in np.flatnonzero(present) if declared is not None else ():
        cell = declared[row] if declared is not None else None
        if cell is None:
            continue
        word = str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
        if word not in words:
            try:
                stated = parse_crs(word)
            except DatumUnknownError as unknown:
                faults.append(unknown)
                words[word] = -2
            else:
                names = [system.name for system in systems]
                if stated.name in names:
                    words[word] = names.index(stated.name)
                else:
                    systems.append(stated)
                    words[word] = len(systems) - 1
        which[row] = words[word]
    if (present & (which == -1)).any():
        faults.append(CrsMissingError(layer, CHOICES))
    which[~present] = -1
    return Statement(tuple(systems), np.maximum(which, -1), tuple(faults))


def by_zone_number(statement: Statement, bounds: Bounds, *, layer: str) -> Statement:
    """Return the statement with metres of "CGCS2000" resolved by their zone numbers.

    CGCS2000 alone says the datum, not the projection; an easting such as 31 540 770 says the zone.
    Metres without a zone number cannot be placed: the fault names the choices.
    """
    systems = list(statement.systems)
    which = statement.which.copy()
    faults = list(statement.faults)
    metres = (np.abs(bounds[:, 0]) > 1000) & (np.abs(bounds[:, 1]) > 1000)
    plain = np.array([one.geographic and one.datum == "CGCS2000" for one in systems], dtype=bool)
    if not plain.any():
        return statement
    open_rows = (which >= 0) & plain[which] & metres
    zones = np.where(open_rows, zone_prefix(bounds[:, 0]), 0)
    for zone in np.unique(zones[open_rows]):
        if zone == 0:
            choices = [f"EPSG:{4534 + step} (CM {75 + 3 * step}E)" for step in range(21)]
            faults.append(CrsMissingError(layer, choices))
            which[open_rows & (zones == 0)] = -1
            continue
        systems.append(state_crs(gauss_kruger_crs(int(zone))))
        which[open_rows & (zones == zone)] = len(systems) - 1
    return Statement(tuple(systems), which, tuple(faults))


def degrees_of(stated: StatedCrs, xy: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return coordinates in a stated system as WGS84 longitude and latitude (inf if impossible)."""
    if stated.geographic:
        return np.column_stack(to_wgs84(xy[:, 0], xy[:, 1], stated.datum))
    return np.column_stack(transformer(stated.crs, WGS84).transform(xy[:, 0], xy[:, 1]))


def move(xy: NDArray[np.float64], stated: StatedCrs, target: CRS) -> NDArray[np.float64]:
    """Return coordinates of a stated system in the target system; offset datums undone once."""
    if stated.offset:
        lon, lat = to_wgs84(xy[:, 0], xy[:, 1], stated.datum)
        return np.column_stack(transformer(WGS84, target).transform(lon, lat))
    return np.column_stack(transformer(stated.crs, target).transform(xy[:, 0], xy[:, 1]))


def impossible(
    bounds: Bounds,
    stated: StatedCrs,
    *,
    mask: Mask,
    layer: str,
    rows: NDArray[np.int64],
    home: tuple[float, float, float, float] | None = None,
) -> tuple[list[DataError], Mask]:
    """Return faults of rows whose coordinates cannot be in the stated system, and these rows.

    Parameters
    ----------
    bounds
        West, south, east, north of each shape, in the stated system.
    mask
        The rows that state this system.
    home
        Degrees around the units already known, in which swapped coordinates show.
    """
    guesses = (
        _degree_guesses(bounds, stated, home)
        if stated.geographic
        else _metre_guesses(bounds, stated)
    )
    faults: list[DataError] = []
    told = np.zeros(len(mask), dtype=np.bool_)
    for likely, wrong in guesses:
        found = mask & wrong & ~told
        if not found.any():
            continue
        told |= found
        where = tuple(int(row) for row in rows[found])
        shown = [f"{x:.10g} {y:.10g}" for x, y in bounds[found][:_SHOWN, :2]]
        if likely is None:
            faults.append(OutsideWorldError(layer, where, stated.name, shown))
        else:
            faults.append(MistakenCrsError(layer, where, stated.name, shown, likely))
    return faults, told


def _degree_guesses(
    bounds: Bounds, stated: StatedCrs, home: tuple[float, float, float, float] | None
) -> list[tuple[str | None, Mask]]:
    x, y = np.abs(bounds[:, [0, 2]]).max(axis=1), np.abs(bounds[:, [1, 3]]).max(axis=1)
    metres = (x > 1000) & (y > 1000)
    # Beyond 82 degrees north there is no land between 3 and 54 degrees east: 87 N is Kashgar's
    # longitude in the wrong column.
    polar = (bounds[:, 1] > 82) & (bounds[:, 0] > 3) & (bounds[:, 2] < 54)
    swapped = ((y > 90) & (y <= 180) & (x <= 90)) | polar
    if home is not None:
        west, south, east, north = home
        swapped |= (
            (bounds[:, 1] >= west) & (bounds[:, 3] <= east)
            & (bounds[:, 0] >= south) & (bounds[:, 2] <= north)
            & ~((bounds[:, 0] >= west) & (bounds[:, 2] <= east))
        )  # fmt: skip
    nowhere = (x > 180) | (y > 90) | ((x == 0) & (y == 0))
    if stated.offset:  # the map services of that datum show no point elsewhere
        nowhere |= ~inside_offset_area(bounds[:, 0], bounds[:, 1])
    return [
        (msgid("metres"), metres),
        (msgid("latitude and longitude in each other's place"), swapped & ~metres),
        (None, nowhere),
    ]


def _metre_guesses(bounds: Bounds, stated: StatedCrs) -> list[tuple[str | None, Mask]]:
    x, y = bounds[:, 0], bounds[:, 1]
    degrees = (np.abs(bounds[:, [0, 2]]).max(axis=1) <= 180) & (
        np.abs(bounds[:, [1, 3]]).max(axis=1) <= 90
    )
    guesses: list[tuple[str | None, Mask]] = [(msgid("degrees"), degrees)]
    code = stated.crs.to_epsg() or 0
    prefixed = 4491 <= code <= 4501 or 4513 <= code <= 4533
    if prefixed or 4502 <= code <= 4512 or 4534 <= code <= 4554:
        northing = (x > 1.8e6) & (x < 6.3e6)
        easting = ((y > 1e5) & (y < 1e6)) | (zone_prefix(y) > 0)
        text = msgid("north before east (state it with --axis yx)")
        guesses.append((text, northing & easting))
        zones = zone_prefix(x)
        mine = 0
        if prefixed:
            mine = 25 + code - 4513 if code >= 4513 else 13 + code - 4491
            bare = _without_number(code)
            guesses.append((bare, (zones == 0) & (x > 0) & (x < 1e6)))
        guesses += [
            (crs_label(gauss_kruger_crs(int(zone))), zones == zone)
            for zone in np.unique(zones[(zones != 0) & (zones != mine)])
        ]
    guesses.append((None, outside_area(degrees_of(stated, bounds[:, :2]), stated.crs)))
    return guesses


def _without_number(code: int) -> str:
    """Return the system of the same meridian whose eastings have no zone number."""
    return f"EPSG:{code + 21}" if code >= 4513 else f"EPSG:{code + 11}"


def outside_area(degrees: NDArray[np.float64], crs: CRS | None) -> Mask:
    """Return which degrees lie more than six degrees outside a system's area of use."""
    finite = np.isfinite(degrees).all(axis=1)
    area = None if crs is None else crs.area_of_use
    if area is None:
        return np.asarray(~finite, dtype=np.bool_)
    lon, lat = degrees[:, 0], degrees[:, 1]
    near = (lon >= area.west - 6) & (lon <= area.east + 6)
    if area.west > area.east:  # across the date line
        near = (lon >= area.west - 6) | (lon <= area.east + 6)
    near &= (lat >= area.south - 6) & (lat <= area.north + 6)
    return np.asarray(~(finite & near), dtype=np.bool_)
