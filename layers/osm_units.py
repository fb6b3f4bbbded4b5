"""Units for a place that has none: squares with buildings, or settlements."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.spatial import cKDTree

from geo_planner.travel.arrays import Floats
from geo_planner.travel.straight import nearest_straight

CELL_METRES = 500.0
TOWN_METRES = 2000.0
"""A square belongs to the nearest settlement within this distance, and is urban if that is."""


def grid_cells(
    buildings: gpd.GeoDataFrame, settlements: gpd.GeoDataFrame, *, metres: float = CELL_METRES
) -> gpd.GeoDataFrame:
    """Return the squares of a grid that hold at least one building.

    Parameters
    ----------
    buildings, settlements
        Points in one metric CRS; settlements with ``name`` and ``urban``.
    metres
        Side of a square. The grid starts at the CRS's origin, so that it is the same in every
        extract of a region.

    Returns
    -------
    GeoDataFrame
        ``unit_id``, ``name``, ``community_kind`` (``urban`` or None), ``buildings`` (how many), and
        one of the square's buildings as its position: the one nearest to the middle of them all.
    """
    at = shapely.get_coordinates(buildings.geometry.to_numpy())
    column, row = np.floor(at / metres).astype(np.int64).T
    table = pd.DataFrame({"column": column, "row": row, "x": at[:, 0], "y": at[:, 1]})
    cells = table.groupby(["column", "row"], sort=True)
    middle = cells[["x", "y"]].transform("mean")
    table["off"] = np.round(np.hypot(table["x"] - middle["x"], table["y"] - middle["y"]), 6)
    count = cells.size()
    chosen = table.sort_values(["column", "row", "off", "x", "y"]).drop_duplicates(
        ["column", "row"]
    )
    code = chosen["column"].astype(str) + "-" + chosen["row"].astype(str)
    places = chosen[["x", "y"]].to_numpy()
    town, urban = _towns(places, settlements)
    return gpd.GeoDataFrame(
        {
            "unit_id": ("cell-" + code).to_numpy(),
            "name": [f"{name} {one}".strip() for name, one in zip(town, code, strict=True)],
            "community_kind": ["urban" if one else None for one in urban],
            "buildings": count.to_numpy(),
        },
        geometry=shapely.points(places),
        crs=buildings.crs,
    )


def place_units(buildings: gpd.GeoDataFrame, settlements: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return settlements as units, each with the number of buildings nearest to it."""
    places = shapely.get_coordinates(settlements.geometry.to_numpy())
    found = nearest_straight(shapely.get_coordinates(buildings.geometry.to_numpy()), places)
    return gpd.GeoDataFrame(
        {
            "unit_id": ("place-" + settlements["osm_id"]).to_numpy(),
            "name": settlements["name"].to_numpy(),
            "community_kind": ["urban" if one else None for one in settlements["urban"]],
            "buildings": np.bincount(found.facility, minlength=len(settlements)),
        },
        geometry=settlements.geometry.to_numpy(),
        crs=settlements.crs,
    )


def _towns(places: Floats, settlements: gpd.GeoDataFrame) -> tuple[list[str], list[bool]]:
    """Return each place's settlement ('' where none is near) and whether it is urban."""
    if settlements.empty:
        return [""] * len(places), [False] * len(places)
    tree = cKDTree(shapely.get_coordinates(settlements.geometry.to_numpy()))
    _, nearest = tree.query(places, distance_upper_bound=TOWN_METRES)
    names = [*settlements["name"], ""]
    urban = [*settlements["urban"].astype(bool), False]
    return [names[one] for one in nearest], [urban[one] for one in nearest]
