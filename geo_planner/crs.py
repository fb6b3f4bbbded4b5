"""Coordinate systems: what a file states, the metric one of a project, and the Chinese family.

Axis order is always x east, y north (``always_xy``), whatever the authority's definition says.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import geopandas as gpd
import numpy as np
from numpy.typing import ArrayLike, NDArray
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

from geo_planner.datums import DATUMS, Datum, from_wgs84, inside_offset_area, to_wgs84
from geo_planner.errors import CrsNotMetricError, DatumUnknownError
from geo_planner.notes import msgid

__all__ = [
    "CHOICES",
    "DATUMS",
    "Datum",
    "StatedCrs",
    "choose_metric_crs",
    "crs_label",
    "from_wgs84",
    "gauss_kruger_crs",
    "inside_offset_area",
    "parse_crs",
    "parse_metric_crs",
    "require_metric",
    "state_crs",
    "to_wgs84",
    "transformer",
    "zone_prefix",
]

CHOICES: tuple[str, ...] = (
    "WGS84",
    "CGCS2000 (EPSG:4490)",
    "GCJ-02",
    "BD-09",
    msgid("EPSG:4534-4554 (CGCS2000 3-degree Gauss-Kruger, 75E-135E)"),
    msgid("EPSG:4513-4533 (the same with zone number 25-45 before the easting)"),
)
"""What an office may state; any other EPSG code that needs no guessing is taken too."""

_WORDS: dict[str, Datum] = {
    **dict.fromkeys(
        ("wgs84", "gps", "wgs1984", "epsg:4326", "4326", "世界大地坐标系", "ogc:crs84", "crs84"),
        "WGS84",
    ),
    **dict.fromkeys(
        (
            *("cgcs2000", "cgcs", "epsg:4490", "4490", "国家2000", "2000", "大地2000", "天地图"),
            *(
                "国家2000坐标系",
                "国家大地2000",
                "2000坐标系",
                "2000国家大地坐标系",
                "cgcs2000坐标系",
            ),
            *("2000大地坐标系", "国家2000大地坐标系", "china2000"),
        ),
        "CGCS2000",
    ),
    **dict.fromkeys(
        (
            *("gcj02", "gcj", "火星", "火星坐标", "火星坐标系", "高德", "高德坐标", "高德地图"),
            *("腾讯", "腾讯地图", "腾讯坐标", "国测局", "国测局坐标", "gcj02坐标系"),
        ),
        "GCJ-02",
    ),
    **dict.fromkeys(
        ("bd09", "bd09ll", "百度", "百度坐标", "百度地图", "百度坐标系", "bd09坐标系"), "BD-09"
    ),
}
_GUESSED = ("Xian 1980", "Beijing 1954", "New Beijing")
_GUESSED_WORDS = (
    "bj54",
    "西安80",
    "西安1980",
    "1980西安",
    "北京54",
    "北京1954",
    "1954北京",
    "xian80",
)


@dataclass(frozen=True, slots=True)
class StatedCrs:
    """A coordinate system as a file or a person states it.

    Attributes
    ----------
    name
        Short name for sentences: ``GCJ-02``, ``EPSG:4519``.
    crs
        The pyproj system; for GCJ-02 and BD-09, which have none, WGS84, reached through ``datum``.
    datum
        The datum of geographic degrees; ``CGCS2000`` for its projected systems, else ``WGS84``.
    """

    name: str
    crs: CRS
    datum: Datum

    @property
    def geographic(self) -> bool:
        """Whether positions are degrees."""
        return bool(self.crs.is_geographic)

    @property
    def offset(self) -> bool:
        """Whether positions carry the offset of a map service."""
        return self.datum in ("GCJ-02", "BD-09")


def crs_label(crs: CRS) -> str:
    """Return ``EPSG:4540`` where the system has a code, else its name."""
    code = crs.to_epsg()
    return f"EPSG:{code}" if code else str(crs.name)


def require_metric(layer: gpd.GeoDataFrame, name: str) -> None:
    """Raise :class:`CrsNotMetricError` unless ``layer`` is projected with metres as its unit."""
    crs = layer.crs
    if crs is None or not crs.is_projected or crs.axis_info[0].unit_name != "metre":
        raise CrsNotMetricError(name, "no CRS" if crs is None else crs.to_string())


def state_crs(crs: CRS, *, name: str | None = None) -> StatedCrs:
    """Return a pyproj system as a stated one, reduced to two dimensions and its EPSG code.

    Raises
    ------
    DatumUnknownError
        For Xian 1980 and Beijing 1954 (their shift to CGCS2000 is a secret of each survey office),
        and for systems that are neither geographic nor projected.
    """
    flat = crs.to_2d() if len(crs.axis_info) > 2 or crs.is_compound else crs
    if flat.is_compound:
        flat = flat.sub_crs_list[0]
    shown = name or crs_label(flat)
    words = f"{flat.name} {flat.datum.name if flat.datum else ''}"
    if flat.geodetic_crs is not None:
        words += f" {flat.geodetic_crs.name}"
    if any(old in words for old in _GUESSED):
        raise DatumUnknownError(
            shown,
            msgid("its shift to CGCS2000 differs by place; have the survey office convert it"),
            CHOICES,
        )
    if not (flat.is_geographic or flat.is_projected):
        raise DatumUnknownError(
            shown, msgid("a local system is tied to no place on the earth"), CHOICES
        )
    code = flat.to_epsg()
    if code:
        flat = CRS.from_epsg(code)
    chinese = "China 2000" in words or "China_2000" in words or "CGCS2000" in words
    return StatedCrs(shown, flat, "CGCS2000" if chinese else "WGS84")


def parse_crs(text: str) -> StatedCrs:
    """Return the coordinate system that a word or code names.

    Parameters
    ----------
    text
        ``WGS84``, ``CGCS2000``, ``GCJ-02``, ``BD-09``, their common Chinese names, an EPSG code, or
        anything pyproj understands.

    Raises
    ------
    DatumUnknownError
        If it is not known, or cannot be converted without guessing; the choices are named.
    """
    word = re.sub(r"[\s_\-（）()]", "", text).lower()
    if word in _WORDS:
        datum = _WORDS[word]
        code = 4490 if datum == "CGCS2000" else 4326
        return StatedCrs(datum, CRS.from_epsg(code), datum)
    if any(old in word for old in _GUESSED_WORDS):
        return state_crs(CRS.from_epsg(4610 if "80" in word else 4214), name=text)
    try:
        crs = CRS.from_user_input(int(word) if word.isdigit() else text.strip())
    except CRSError:
        raise DatumUnknownError(
            text, msgid("no such coordinate system is known"), CHOICES
        ) from None
    return state_crs(crs)


def parse_metric_crs(text: str, *, name: str = "project") -> CRS:
    """Return the system that ``text`` names if distances can be measured in it.

    Raises
    ------
    DatumUnknownError
        If it is not known.
    CrsNotMetricError
        If it is in degrees or feet, or is Web Mercator, whose metres are a third too long in
        Xinjiang.
    """
    stated = parse_crs(text)
    crs = stated.crs
    if not crs.is_projected or crs.axis_info[0].unit_name != "metre" or crs.to_epsg() == 3857:
        raise CrsNotMetricError(name, stated.name)
    return crs


def choose_metric_crs(bounds: tuple[float, float, float, float]) -> CRS:
    """Return the metric system of the middle of ``bounds`` (degrees: west, south, east, north).

    In the box of the CGCS2000 area of use: 3-degree Gauss-Krüger of the nearest central meridian,
    without zone number. Elsewhere: UTM on WGS84.
    """
    west, south, east, north = bounds
    lon, lat = (west + east) / 2, (south + north) / 2
    if 73.0 <= lon <= 136.0 and 3.0 <= lat <= 54.0:
        meridian = min(max(3 * round(lon / 3), 75), 135)
        return CRS.from_epsg(4534 + (meridian - 75) // 3)
    zone = int((lon + 180.0) // 6) % 60 + 1
    return CRS.from_epsg((32600 if lat >= 0 else 32700) + zone)


def zone_prefix(easting: ArrayLike) -> NDArray[np.int64]:
    """Return the zone number written before each easting (31 of 31 540 770), 0 where there is none.

    Three-degree zones of China are 25 to 45, six-degree zones 13 to 23: they cannot be confused.
    """
    metres = np.asarray(easting, dtype=np.float64)
    prefix = np.floor_divide(np.nan_to_num(metres, nan=0.0, posinf=0.0, neginf=0.0), 1e6)
    zones = prefix.astype(np.int64)
    known = ((zones >= 25) & (zones <= 45)) | ((zones >= 13) & (zones <= 23))
    return np.where(known, zones, 0)


def gauss_kruger_crs(zone: int, *, width: Literal[3, 6] | None = None, prefix: bool = True) -> CRS:
    """Return the CGCS2000 Gauss-Krüger system of a zone number (prefixed), or a central meridian.

    Parameters
    ----------
    zone
        Zone number 13-23 or 25-45 if ``prefix``, else the central meridian in degrees.
    width
        Width of the zone when a central meridian is given; 3 if not said. (Six-degree systems give
        the same numbers on the same meridian.)
    prefix
        Whether eastings carry the zone number.

    Raises
    ------
    DatumUnknownError
        If China has no such zone.
    """
    if prefix and 25 <= zone <= 45:
        return CRS.from_epsg(4513 + zone - 25)
    if prefix and 13 <= zone <= 23:
        return CRS.from_epsg(4491 + zone - 13)
    if not prefix and width == 6 and 75 <= zone <= 135 and zone % 6 == 3:
        return CRS.from_epsg(4502 + (zone - 75) // 6)
    if not prefix and width != 6 and 75 <= zone <= 135 and zone % 3 == 0:
        return CRS.from_epsg(4534 + (zone - 75) // 3)
    raise DatumUnknownError(
        f"Gauss-Kruger {zone}", msgid("China has no such zone or central meridian"), CHOICES
    )


@lru_cache(maxsize=64)
def transformer(source: CRS, target: CRS) -> Transformer:
    """Return a transformer between two systems, x east and y north in both."""
    return Transformer.from_crs(source, target, always_xy=True)
