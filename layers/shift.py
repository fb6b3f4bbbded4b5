"""Does an import look shifted? Its points against the places already known of the same units."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from geo_planner.crs import from_wgs84, transformer
from geo_planner.notes import Note, msgid
from layers.sources.table import Cells, Mask
from layers.stated import WGS84

NEAREST, FARTHEST = 150.0, 1500.0
"""Metres between which a common offset is suspicious: GCJ-02 moves by 200-700 m, BD-09 to 1.4 km.
Less is the size of a village; more is another place."""
_FEWEST = 3
_COMPASS = (
    *(msgid("north"), msgid("north-east"), msgid("east"), msgid("south-east")),
    *(msgid("south"), msgid("south-west"), msgid("west"), msgid("north-west")),
)


@dataclass(frozen=True, slots=True)
class _Offsets:
    """Metres east and north from the known place, and where the imported points are."""

    vectors: NDArray[np.float64]
    points: NDArray[np.float64]


def looks_shifted(
    shapes: Cells, units: NDArray[np.object_], known: gpd.GeoDataFrame, crs: CRS
) -> Note | None:
    """Return a note if imported points lie off their units all the same way.

    Parameters
    ----------
    shapes
        Imported shapes in ``crs``.
    units
        Code of the unit each belongs to (its own, or the home unit of a facility).
    known
        Units already in the project, indexed by code.
    crs
        A metric system.

    Notes
    -----
    Two signs are taken: points that lie off the known *points* of their units by one common vector,
    and points outside the known *areas* of their units that fall inside when the offset of a map
    service is taken back.
    """
    if known.crs is None or not len(known):
        return None
    places = known.geometry.to_crs(crs)
    point = np.asarray(shapely.get_type_id(shapes) == 0)
    index = places.index.get_indexer(pd.Index(units))
    rows = point & (index >= 0)
    homes = np.full(len(shapes), None, dtype=object)
    homes[rows] = places.to_numpy()[index[rows]]
    kinds = shapely.get_type_id(homes)
    return _off_points(shapes, homes, rows & (kinds == 0), crs) or _off_areas(
        shapes, homes, rows & np.isin(kinds, (3, 6)), crs
    )


def _off_points(shapes: Cells, homes: Cells, rows: Mask, crs: CRS) -> Note | None:
    here, there = shapely.get_coordinates(shapes[rows]), shapely.get_coordinates(homes[rows])
    if len(here) < _FEWEST:
        return None
    offsets = here - there
    middle = np.median(offsets, axis=0)
    size = float(np.hypot(*middle))
    spread = float(np.median(np.hypot(*(offsets - middle).T)))
    if not NEAREST <= size <= FARTHEST or spread > 0.3 * size:
        return None
    return _note(len(here), middle, _fitting(here, offsets, crs))


def _off_areas(shapes: Cells, homes: Cells, rows: Mask, crs: CRS) -> Note | None:
    here, areas = shapely.get_coordinates(shapes[rows]), homes[rows]
    if len(here) < _FEWEST:
        return None
    inside = shapely.covers(areas, shapely.points(here)).mean()
    best: tuple[float, str, NDArray[np.float64]] | None = None
    for datum in ("GCJ-02", "BD-09"):
        vectors = _service_offset(here, datum, crs)
        back = shapely.covers(areas, shapely.points(here - vectors)).mean()
        if back >= 0.8 and back - inside >= 0.3 and (best is None or back > best[0]):
            best = (back, datum, np.median(vectors, axis=0))
    return None if best is None else _note(len(here), best[2], best[1])


def _service_offset(points: NDArray[np.float64], datum: str, crs: CRS) -> NDArray[np.float64]:
    """Return by how many metres east and north a map service moves each point."""
    lon, lat = transformer(crs, WGS84).transform(points[:, 0], points[:, 1])
    moved = transformer(WGS84, crs).transform(*from_wgs84(lon, lat, datum))
    return np.column_stack(moved) - points


def _fitting(points: NDArray[np.float64], offsets: NDArray[np.float64], crs: CRS) -> str | None:
    """Return the datum whose offset the points show to within a tenth, if one does."""
    for datum in ("GCJ-02", "BD-09"):
        expected = _service_offset(points, datum, crs)
        miss = np.median(np.hypot(*(offsets - expected).T))
        if miss < 0.1 * np.median(np.hypot(*expected.T)):
            return datum
    return None


def _note(count: int, vector: NDArray[np.float64], datum: str | None) -> Note:
    bearing = np.degrees(np.arctan2(vector[0], vector[1])) % 360
    params = {
        "count": count,
        "metres": round(float(np.hypot(*vector))),
        "direction": _COMPASS[round(bearing / 45) % 8],
    }
    if datum is None:
        text = msgid(
            "{count} points lie about {metres} m {direction} of the places known for them, all the "
            "same way: the coordinate system may be another than stated."
        )
        return Note("looks-shifted", text, params)
    text = msgid(
        "{count} points lie about {metres} m {direction} of the places known for them, as {datum} "
        "would shift them: if they come from a map service, import again with --crs {datum}."
    )
    return Note("looks-shifted", text, {**params, "datum": datum})
