"""Tiny worlds for travel: a catalogue of one facility type, and tables from a few rows."""

from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
from pyproj import CRS
from shapely import LineString, Point

from geo_planner.catalogue import (
    Catalogue,
    FacilityType,
    Label,
    TravelMode,
    UnitKind,
    WalkLimit,
)
from geo_planner.project import Project

METRIC = CRS.from_epsg(4540)
NAME = Label("", "")
KINDS = tuple(
    UnitKind(name, Label(name, name), level, name)
    for name, level in (("division", 1), ("regiment", 2), ("company", 3), ("community", 3))
)
KINDERGARTEN = FacilityType(
    "kindergarten",
    NAME,
    assessed=("company", "community"),
    urban_walk=WalkLimit(300, 5),
    regiment_walk=WalkLimit(1500, 25),
    drive_minutes=20,
    population="children_3_5",
)
# 1.0 m/s on foot; 30 km/h by road, so that 20 minutes are 10 000 m.
WALK = TravelMode("walk", NAME, 1.0, "walk", detour_factor=1.3, snap_metres=200)
DRIVE = TravelMode("drive", NAME, 30 / 3.6, "drive", detour_factor=1.3, snap_metres=500)


def catalogue(*types):
    return Catalogue.of(
        plan_id="tiny",
        title=NAME,
        period=(2021, 2030),
        unit_kinds=KINDS,
        facility_types=types or (KINDERGARTEN,),
        travel_modes=(WALK, DRIVE),
    )


def units(*rows):
    """(id, position or shape or None, columns)."""
    table = pd.DataFrame(
        [
            {"unit_id": name, "name": name, "kind": "company", "parent_id": "R", **more}
            for name, _, more in rows
        ],
        columns=[
            "unit_id",
            "name",
            "kind",
            "parent_id",
            *dict.fromkeys(
                key
                for _, _, more in rows
                for key in more
                if key not in {"name", "kind", "parent_id"}
            ),
        ],
    ).set_index("unit_id")
    return gpd.GeoDataFrame(table, geometry=[shape(at) for _, at, _ in rows], crs=METRIC)


def facilities(*rows):
    """(id, position or None, columns)."""
    table = pd.DataFrame(
        {
            "name": [row[0] for row in rows],
            "facility_type": [row[2].get("facility_type", "kindergarten") for row in rows],
            "unit_id": None,
            "status": [row[2].get("status") for row in rows],
            "opened_on": pd.to_datetime([row[2].get("opened_on") for row in rows]),
            "closed_on": pd.to_datetime([row[2].get("closed_on") for row in rows]),
        },
        index=pd.Index([row[0] for row in rows], name="facility_id", dtype=object),
    )
    return gpd.GeoDataFrame(table, geometry=[shape(at) for _, at, _ in rows], crs=METRIC)


def streets(*rows):
    """(start, end, coordinates); a length is what is drawn."""
    lines = [LineString(points) for _, _, points in rows]
    return gpd.GeoDataFrame(
        {
            "start": np.array([row[0] for row in rows]),
            "end": np.array([row[1] for row in rows]),
            "metres": [line.length for line in lines],
        },
        geometry=lines,
        crs=METRIC,
    )


def shape(at):
    return Point(at) if isinstance(at, tuple) else at


def project(units_table, facilities_table, streets_table=None, *, types=()):
    return Project(
        name="tiny",
        catalogue=catalogue(*types),
        units=units_table,
        facilities=facilities_table,
        observations=pd.DataFrame(
            columns=["indicator", "unit_id", "period", "numerator", "denominator", "value"]
        ),
        crs=METRIC,
        streets=streets_table,
        reference_date=date(2025, 12, 31),
    )
