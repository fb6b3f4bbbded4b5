"""Units for a place that has none: squares with buildings, settlements, administrative areas."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.spatial import cKDTree

from geo_planner.travel.arrays import Floats, Ints
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
    chosen = _middle_buildings(table, ["column", "row"])
    code = chosen["column"].astype(str) + "-" + chosen["row"].astype(str)
    places = chosen[["x", "y"]].to_numpy()
    town, urban = _towns(places, settlements)
    return gpd.GeoDataFrame(
        {
            "unit_id": ("cell-" + code).to_numpy(),
            "name": [f"{name} {one}".strip() for name, one in zip(town, code, strict=True)],
            "community_kind": ["urban" if one else None for one in urban],
            "buildings": chosen["buildings"].to_numpy(),
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


@dataclass(frozen=True, eq=False, slots=True)
class AreaUnits:
    """Administrative areas as units.

    Attributes
    ----------
    units
        As of :func:`grid_cells`, and ``parent_id``: the area of the level above, or None.
    parents
        The outlines of those, with ``unit_id`` and ``name``.
    outside
        Buildings that lie in no area.
    """

    units: gpd.GeoDataFrame
    parents: gpd.GeoDataFrame
    outside: int


def area_units(
    buildings: gpd.GeoDataFrame, boundaries: gpd.GeoDataFrame, settlements: gpd.GeoDataFrame
) -> AreaUnits:
    """Return the deepest administrative areas that hold buildings.

    A building belongs to the area of the highest ``admin_level`` it lies in (of two of one level,
    to the smaller); an area with deeper ones in it stands for what these leave of it, and is its
    own parent as a whole. The parent of every other unit is the area of the next level above in
    which its position lies.

    Parameters
    ----------
    buildings, boundaries, settlements
        In one metric CRS; boundaries are areas with ``osm_id``, ``name`` and ``admin_level``.
    """
    order = np.lexsort((boundaries["osm_id"], boundaries.area, -boundaries["admin_level"]))
    areas = boundaries.iloc[order].reset_index(drop=True)
    home = _first_area(buildings, areas)
    at = shapely.get_coordinates(buildings.geometry.to_numpy())[home >= 0]
    table = pd.DataFrame({"area": home[home >= 0], "x": at[:, 0], "y": at[:, 1]})
    chosen = _middle_buildings(table, ["area"])
    area = chosen["area"].to_numpy()
    places = chosen[["x", "y"]].to_numpy()
    parent = _parent_areas(area, places, areas)
    ids, names = (areas[name].to_numpy(dtype=object) for name in ("osm_id", "name"))
    units = gpd.GeoDataFrame(
        {
            "unit_id": "unit-" + ids[area],
            "name": names[area],
            "community_kind": ["urban" if one else None for one in _towns(places, settlements)[1]],
            "buildings": chosen["buildings"].to_numpy(),
            "parent_id": [None if one < 0 else f"area-{ids[one]}" for one in parent],
        },
        geometry=shapely.points(places),
        crs=buildings.crs,
    )
    above = np.unique(parent[parent >= 0])
    parents = gpd.GeoDataFrame(
        {"unit_id": "area-" + ids[above], "name": names[above]},
        geometry=areas.geometry.to_numpy()[above],
        crs=areas.crs,
    )
    return AreaUnits(units, parents, int((home < 0).sum()))


def _first_area(points: gpd.GeoDataFrame, areas: gpd.GeoDataFrame) -> Ints:
    """Return the first area, in their order, each point lies in; -1 where in none."""
    found = np.full(len(points), len(areas), dtype=np.int64)
    point, area = areas.sindex.query(points.geometry, predicate="within")
    np.minimum.at(found, point, area)
    found[found == len(areas)] = -1
    return found


def _parent_areas(area: Ints, places: Floats, areas: gpd.GeoDataFrame) -> Ints:
    """Return the area above each unit's, or its own where that holds deeper ones; -1 for none."""
    level = areas["admin_level"].to_numpy()
    inner = shapely.point_on_surface(areas.geometry.to_numpy())
    holder, held = shapely.STRtree(inner).query(areas.geometry.to_numpy(), predicate="contains")
    has_deeper = np.zeros(len(areas), dtype=bool)
    has_deeper[holder[level[held] > level[holder]]] = True
    parent = np.full(len(area), len(areas), dtype=np.int64)
    unit, around = areas.sindex.query(shapely.points(places), predicate="within")
    higher = level[around] < level[area[unit]]
    np.minimum.at(parent, unit[higher], around[higher])
    parent[parent == len(areas)] = -1
    return np.where(has_deeper[area], area, parent)


def _middle_buildings(table: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    """Return, for each key, the building nearest to the middle of all, and how many there are.

    Parameters
    ----------
    table
        One row a building: the key's columns, ``x`` and ``y``.
    """
    groups = table.groupby(key, sort=True)
    middle = groups[["x", "y"]].transform("mean")
    off = np.round(np.hypot(table["x"] - middle["x"], table["y"] - middle["y"]), 6)
    chosen = table.assign(off=off).sort_values([*key, "off", "x", "y"]).drop_duplicates(key)
    return chosen.assign(buildings=groups.size().to_numpy())


def _towns(places: Floats, settlements: gpd.GeoDataFrame) -> tuple[list[str], list[bool]]:
    """Return each place's settlement ('' where none is near) and whether it is urban."""
    if settlements.empty:
        return [""] * len(places), [False] * len(places)
    tree = cKDTree(shapely.get_coordinates(settlements.geometry.to_numpy()))
    _, nearest = tree.query(places, distance_upper_bound=TOWN_METRES)
    names = [*settlements["name"], ""]
    urban = [*settlements["urban"].astype(bool), False]
    return [names[one] for one in nearest], [urban[one] for one in nearest]
