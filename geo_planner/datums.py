"""The offset datums of Chinese map services, GCJ-02 and BD-09, forward and exactly back.

GCJ-02 is WGS84 moved by a published pseudo-random offset of some hundred metres; BD-09 is GCJ-02
moved once more. The formulas are the public ones (as in ``eviltransform`` and ``prcoords``); they
are not a survey standard, so "exact" means the inverse of these formulas, not survey accuracy.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo_planner.errors import DatumUnknownError
from geo_planner.notes import msgid

Datum = Literal["WGS84", "CGCS2000", "GCJ-02", "BD-09"]
Degrees: TypeAlias = NDArray[np.float64]

DATUMS: tuple[Datum, ...] = ("WGS84", "CGCS2000", "GCJ-02", "BD-09")

# Krasovsky 1940 ellipsoid, which the published formula uses.
_AXIS = 6_378_245.0
_ECCENTRICITY_SQUARED = 0.006_693_421_622_965_943
_BD_PI = np.pi * 3000.0 / 180.0


def inside_offset_area(lon: Degrees, lat: Degrees) -> NDArray[np.bool_]:
    """Return where the map services apply the offset: the box of the published formula."""
    inside = (lon >= 72.004) & (lon <= 137.8347) & (lat >= 0.8293) & (lat <= 55.8271)
    return np.asarray(inside, dtype=np.bool_)


def _gcj_from_wgs(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    x, y = lon - 105.0, lat - 35.0
    root = np.sqrt(np.abs(x))
    wave = 20.0 * np.sin(6.0 * np.pi * x) + 20.0 * np.sin(2.0 * np.pi * x)
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    north = north + 2.0 / 3.0 * (
        wave
        + 20.0 * np.sin(np.pi * y)
        + 40.0 * np.sin(np.pi / 3.0 * y)
        + 160.0 * np.sin(np.pi / 12.0 * y)
        + 320.0 * np.sin(np.pi / 30.0 * y)
    )
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
    east = east + 2.0 / 3.0 * (
        wave
        + 20.0 * np.sin(np.pi * x)
        + 40.0 * np.sin(np.pi / 3.0 * x)
        + 150.0 * np.sin(np.pi / 12.0 * x)
        + 300.0 * np.sin(np.pi / 30.0 * x)
    )
    phi = np.radians(lat)
    curvature = 1.0 - _ECCENTRICITY_SQUARED * np.sin(phi) ** 2
    meridian = _AXIS * (1.0 - _ECCENTRICITY_SQUARED) / (curvature * np.sqrt(curvature))
    parallel = _AXIS / np.sqrt(curvature) * np.cos(phi)
    return lon + np.degrees(east / parallel), lat + np.degrees(north / meridian)


def _bd_from_gcj(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    radius = np.hypot(lon, lat) + 2e-5 * np.sin(lat * _BD_PI)
    angle = np.arctan2(lat, lon) + 3e-6 * np.cos(lon * _BD_PI)
    return radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006


def _bd_from_wgs(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    return _bd_from_gcj(*_gcj_from_wgs(lon, lat))


_FORWARD: dict[str, Callable[[Degrees, Degrees], tuple[Degrees, Degrees]]] = {
    "GCJ-02": _gcj_from_wgs,
    "BD-09": _bd_from_wgs,
}


def _arrays(lon: ArrayLike, lat: ArrayLike, datum: str) -> tuple[Degrees, Degrees]:
    if datum not in DATUMS:
        raise DatumUnknownError(datum, msgid("no such datum is known"), DATUMS)
    first: Any
    second: Any
    first, second = np.broadcast_arrays(
        np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    )
    return first.copy(), second.copy()


def from_wgs84(lon: ArrayLike, lat: ArrayLike, datum: str = "GCJ-02") -> tuple[Degrees, Degrees]:
    """Return WGS84 degrees as ``datum`` shows them.

    Parameters
    ----------
    lon, lat
        Degrees, any shape; ``NaN`` stays ``NaN``.
    datum
        ``GCJ-02``, ``BD-09``, or ``CGCS2000`` and ``WGS84``, which differ by less than the accuracy
        of planning data and are returned unchanged.

    Returns
    -------
    tuple of float64 arrays
        Longitude and latitude. Outside the services' box around China the input is unchanged.

    Raises
    ------
    DatumUnknownError
        If ``datum`` is none of these.
    """
    lon, lat = _arrays(lon, lat, datum)
    forward = _FORWARD.get(datum)
    if forward is None:
        return lon, lat
    inside = inside_offset_area(lon, lat)
    lon[inside], lat[inside] = forward(lon[inside], lat[inside])
    return lon, lat


def to_wgs84(lon: ArrayLike, lat: ArrayLike, datum: str = "GCJ-02") -> tuple[Degrees, Degrees]:
    """Return ``datum`` degrees as WGS84; the exact inverse of :func:`from_wgs84`.

    Solved by fixed-point iteration, which shrinks the error about fifty-fold a step. Points outside
    the services' box are unchanged; within a kilometre of its edge (sea and foreign land) the
    inverse is not unique.

    Parameters
    ----------
    lon, lat
        Degrees in ``datum``, any shape; ``NaN`` stays ``NaN``.
    datum
        ``GCJ-02``, ``BD-09``, ``CGCS2000`` or ``WGS84``.

    Returns
    -------
    tuple of float64 arrays
        Longitude and latitude.

    Raises
    ------
    DatumUnknownError
        If ``datum`` is none of these.
    """
    lon, lat = _arrays(lon, lat, datum)
    forward = _FORWARD.get(datum)
    if forward is None:
        return lon, lat
    inside = inside_offset_area(lon, lat)
    seen_lon, seen_lat = lon[inside], lat[inside]
    true_lon, true_lat = seen_lon.copy(), seen_lat.copy()
    for _ in range(30):
        there_lon, there_lat = forward(true_lon, true_lat)
        off_lon, off_lat = there_lon - seen_lon, there_lat - seen_lat
        true_lon, true_lat = true_lon - off_lon, true_lat - off_lat
        if max(np.abs(off_lon).max(initial=0.0), np.abs(off_lat).max(initial=0.0)) < 3e-14:
            break
    lon[inside], lat[inside] = true_lon, true_lat
    return lon, lat
