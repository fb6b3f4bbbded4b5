"""Land where nothing may be built, out of a file: farmland, floodplains, protected areas."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely
from pyproj import CRS

from geo_planner.errors import (
    BadGeometryError,
    DataError,
    EmptyLayerError,
    MissingColumnError,
    RefusedFileError,
)
from geo_planner.notes import msgid
from layers.headings import POSITION_COLUMNS, Headings, folded, heading_lists
from layers.positions import place_rows
from layers.small_layers import with_bare_rows
from layers.sources import DEFAULT_LIMITS, Limits, read_table

LAYER = "excluded areas"


def read_exclusions(
    path: Path | str, *, target_crs: CRS, crs: str | None = None, limits: Limits = DEFAULT_LIMITS
) -> gpd.GeoDataFrame:
    """Return the areas of a file in a project's CRS, or refuse the file with every fault in it.

    Parameters
    ----------
    path
        Any format an import reads that holds shapes, or a sheet with shapes as text (WKT).
    target_crs
        The project's metric CRS.
    crs
        Coordinate system of the shapes, where the file does not state it.

    Raises
    ------
    RefusedFileError
        If a shape is broken, is no area, or cannot be where it is said to be; every row is named.
    DataError
        If the file cannot be read at all, or holds no area.
    """
    path = Path(path)
    lists = heading_lists()["position"]
    words = {folded(word): name for name in POSITION_COLUMNS for word in (name, *lists[name])}
    headings = Headings(LAYER, words, {}, frozenset(), POSITION_COLUMNS)
    table = read_table(path, knows=headings.knows, limits=limits)
    resolved = headings.resolve(table.headings, truncated=table.truncated)
    table = with_bare_rows(table)
    placed = place_rows(table, resolved.places, layer=LAYER, crs=crs, target_crs=target_crs)
    faults: list[DataError] = [*resolved.faults, *placed.faults]
    if not placed.given:
        faults.append(MissingColumnError(LAYER, "geometry", "geometry", list(table.headings)))
    drawn = ~np.asarray(shapely.is_missing(placed.shapes), dtype=np.bool_)
    flat = drawn & (shapely.get_dimensions(placed.shapes) != 2)
    if flat.any():
        where = tuple(int(row) for row in table.rows[flat])
        faults.append(BadGeometryError(LAYER, where, msgid("it is not an area")))
    if faults:
        raise RefusedFileError(path.name, tuple(faults))
    if not drawn.any():
        raise EmptyLayerError(path.name)
    return gpd.GeoDataFrame(geometry=list(placed.shapes[drawn]), crs=target_crs)
