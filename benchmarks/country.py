"""A made-up country: units, facilities and reports at any size, from a fixed seed.

Regiments are squares on a grid; companies and communities are points inside them. Nine facilities
in ten name their home unit, one in ten has only a position.
"""

from __future__ import annotations

from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS

from geo_planner.catalogue import Catalogue
from geo_planner.project import Project

METRES = CRS.from_epsg(4540)
SIDE = 20_000.0


def country(
    catalogue: Catalogue,
    *,
    units: int,
    facilities: int,
    seed: int = 1,
    regiments: int | None = None,
) -> Project:
    """Return a project with about ``units`` units and exactly ``facilities`` facilities.

    Parameters
    ----------
    regiments
        How many regiments the companies and communities are spread over; one for every 300 units
        if None.
    """
    rng = np.random.default_rng(seed)
    table = _units(rng, catalogue, units, regiments or max(4, units // 300))
    return Project(
        name=f"country of {units} units",
        catalogue=catalogue,
        units=table,
        facilities=_facilities(rng, catalogue, table, facilities),
        observations=_observations(rng, catalogue, table),
        crs=METRES,
        reference_date=date(2025, 12, 31),
    )


def _units(
    rng: np.random.Generator, catalogue: Catalogue, count: int, regiments: int
) -> gpd.GeoDataFrame:
    across = int(np.ceil(np.sqrt(regiments)))
    column, row = np.arange(regiments) % across, np.arange(regiments) // across
    squares = shapely.box(column * SIDE, row * SIDE, (column + 1) * SIDE, (row + 1) * SIDE)
    small = count - regiments - 1
    home = rng.integers(0, regiments, small)
    x = (column[home] + rng.random(small)) * SIDE
    y = (row[home] + rng.random(small)) * SIDE
    is_company = rng.random(small) < 0.85
    kinds = np.concatenate(
        [["division"], np.full(regiments, "regiment"), np.where(is_company, "company", "community")]
    )
    community_kind = np.full(count, None, dtype=object)
    community_kind[1 + regiments :][~is_company] = np.where(
        rng.random(int((~is_company).sum())) < 0.3, "urban", "regiment"
    )
    codes = np.array([f"{number:012d}" for number in range(count)], dtype=object)
    parent = np.concatenate([[None], np.full(regiments, codes[0]), codes[1 + home]])
    frame = pd.DataFrame(
        {
            "name": np.char.add("单位", np.arange(count).astype(str)),
            "kind": kinds,
            "community_kind": community_kind,
            "parent_id": parent,
            "established_on": np.datetime64("NaT", "s"),
            "abolished_on": np.datetime64("NaT", "s"),
        },
        index=pd.Index(codes, name="unit_id"),
    )
    counted = np.arange(count) > regiments
    for name in sorted(catalogue.unit_counts):
        values = rng.integers(0, 60, count).astype(float)
        values[rng.random(count) < 0.01] = np.nan
        frame[name] = np.where(counted, values, np.nan)
    frame["households"] = np.where(counted, rng.integers(60, 200, count), np.nan)
    frame["population"] = frame["households"] * 3
    shapes = np.concatenate([[None], squares, shapely.points(x, y)])
    return gpd.GeoDataFrame(frame, geometry=shapes, crs=METRES)


def _facilities(
    rng: np.random.Generator, catalogue: Catalogue, units: gpd.GeoDataFrame, count: int
) -> gpd.GeoDataFrame:
    types = np.array(sorted(catalogue.facility_types), dtype=object)
    small = np.flatnonzero(units["kind"].isin(["company", "community"]).to_numpy())
    home = rng.choice(small, count)
    points = units.geometry.to_numpy()[home]
    x = shapely.get_x(points) + rng.normal(0, 800, count)
    y = shapely.get_y(points) + rng.normal(0, 800, count)
    recorded = rng.random(count) < 0.9
    opened = np.datetime64("2005-01-01", "s") + rng.integers(0, 21 * 365, count).astype(
        "timedelta64[D]"
    )
    frame = pd.DataFrame(
        {
            "name": np.char.add("设施", np.arange(count).astype(str)),
            "facility_type": types[rng.integers(0, len(types), count)],
            "unit_id": np.where(recorded, units.index.to_numpy(dtype=object)[home], None),
            "serves_units": None,
            "status": np.where(rng.random(count) < 0.97, "active", "suspended"),
            "opened_on": opened,
            "closed_on": np.datetime64("NaT", "s"),
        },
        index=pd.Index([f"F{number:08d}" for number in range(count)], name="facility_id"),
    )
    for name in sorted(catalogue.facility_counts):
        frame[name] = rng.integers(0, 4, count).astype(float)
    return gpd.GeoDataFrame(frame, geometry=shapely.points(x, y), crs=METRES)


def _observations(
    rng: np.random.Generator, catalogue: Catalogue, units: gpd.GeoDataFrame
) -> pd.DataFrame:
    regiments = units.index[units["kind"] == "regiment"]
    parts = []
    for row in catalogue.indicators.values():
        if row.rule in ("rate", "trend", "yes_no") and row.priority == "A":
            below = rng.integers(50, 900, len(regiments)).astype(float)
            parts.append(
                pd.DataFrame(
                    {
                        "indicator": row.id,
                        "unit_id": regiments,
                        "period": "2025",
                        "numerator": np.floor(below * rng.uniform(0.9, 1.0, len(regiments))),
                        "denominator": below,
                        "value": np.nan,
                    }
                )
            )
    return pd.concat(parts, ignore_index=True)
