"""A made-up division: 8 regiments in a row, 105 units, nearly 400 facilities, streets.

Everything follows from row numbers, so that two builds are equal.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from math import cos, pi, sin

import geopandas as gpd
import pandas as pd
from shapely import LineString, Point, box

from geo_planner.project import Project
from tests.worlds import METRES

REGIMENTS = (
    "红星一场",
    "红星二场",
    "红星四场",
    "火箭农场",
    "红山农场",
    "黄田农场",
    "柳树泉农场",
    "淖毛湖农场",
)
NUMERALS = "一二三四五六七八九十"
HOSTILE = "<script>alert('x')</script> \"七连\" {{ 7*7 }} {% raw %} </script>"
EAST, NORTH = 440_000, 4_740_000
TYPES = ("parent_school_station", "child_home", "kindergarten", "primary_school", "company_clinic")


def _centre(number: int) -> tuple[float, float]:
    return EAST + 26_000 * number, NORTH + 9_000 * sin(number * 1.3)


def _units() -> list[dict[str, object]]:
    rows: list[dict[str, object]] = [
        {
            "unit_id": "659011",
            "name": "第十三师新星市",
            "kind": "division",
            "parent_id": None,
            "geometry": None,
        }
    ]
    for number, name in enumerate(REGIMENTS):
        x, y = _centre(number)
        regiment = f"6590115{number:02d}"
        rows.append(
            {
                "unit_id": regiment,
                "name": name,
                "kind": "regiment",
                "parent_id": "659011",
                "geometry": box(x - 9_000, y - 7_000, x + 9_000, y + 7_000),
            }
        )
        for child in range(12):
            company = child < 8
            label = f"{NUMERALS[child]}连" if company else f"第{NUMERALS[child - 8]}社区"
            angle, far = 2 * pi * child / 12, 2_500 + 700 * (child % 5)
            rows.append(
                {
                    "unit_id": f"{regiment}{500 + child}",
                    "name": HOSTILE if (number, child) == (0, 6) else f"{name}{label}",
                    "kind": "company" if company else "community",
                    "community_kind": None if company else ("urban" if number < 2 else "regiment"),
                    "parent_id": regiment,
                    "geometry": None
                    if (number, child) == (3, 3)
                    else Point(x + far * cos(angle), y + far * sin(angle)),
                    "population": 300 + 40 * child,
                    "households": 100 + 11 * child,
                    "households_tap_water": None
                    if child == 5
                    else 100 + 11 * child - (child % 3) * 9,
                    "children_0_17": 60 + 7 * child,
                    "children_3_5": 10 + child,
                }
            )
    return [{**row, **_provenance("单位表.xlsx", place + 4)} for place, row in enumerate(rows)]


def _facilities(units: list[dict[str, object]]) -> list[dict[str, object]]:
    rows = []
    homes = [row for row in units if isinstance(row["geometry"], Point)]
    for place in range(400):
        home = homes[(place * 7) % len(homes)]
        kind = TYPES[place % len(TYPES)]
        if kind == "parent_school_station" and home["kind"] == "community" and place % 4 == 0:
            continue
        point = home["geometry"]
        assert isinstance(point, Point)
        rows.append(
            {
                "facility_id": f"F{place:04d}",
                "name": f"{home['name']}设施{place}",
                "facility_type": kind,
                "unit_id": home["unit_id"],
                "serves_units": None,
                "status": "planned" if place % 23 == 0 else "active",
                "opened_on": pd.Timestamp("2022-09-01"),
                "closed_on": pd.NaT,
                "geometry": Point(point.x + 40 * (place % 9), point.y - 35 * (place % 7)),
                **_provenance("设施.csv", place + 2),
            }
        )
    return rows


def _provenance(file: str, row: int) -> dict[str, object]:
    return {"source_file": file, "source_sheet": None, "source_row": row, "simulated": True}


def _streets(units: list[dict[str, object]]) -> gpd.GeoDataFrame:
    lines = []
    for number in range(len(REGIMENTS)):
        here = _centre(number)
        if number:
            lines.append(LineString([_centre(number - 1), (here[0] - 13_000, here[1] + 900), here]))
        for row in units:
            if isinstance(row["geometry"], Point) and row["parent_id"] == f"6590115{number:02d}":
                end = row["geometry"]
                lines.append(LineString([here, (end.x, here[1]), (end.x, end.y)]))
    ends = {
        point: place
        for place, point in enumerate(
            sorted({p for line in lines for p in (line.coords[0], line.coords[-1])})
        )
    }
    return gpd.GeoDataFrame(
        {
            "start": [ends[line.coords[0]] for line in lines],
            "end": [ends[line.coords[-1]] for line in lines],
            "metres": [line.length for line in lines],
        },
        geometry=lines,
        crs=METRES,
    )


@cache
def oasis() -> Project:
    """Return the made-up division, with the plan's own catalogue."""
    from layers.catalogue import load_catalogue

    units = _units()
    facilities = _facilities(units)
    return Project(
        name="第十三师示例 <b>项目</b>",
        catalogue=load_catalogue(),
        units=gpd.GeoDataFrame(units, geometry="geometry", crs=METRES).set_index("unit_id"),
        facilities=gpd.GeoDataFrame(facilities, geometry="geometry", crs=METRES).set_index(
            "facility_id"
        ),
        observations=pd.DataFrame(
            columns=[
                "indicator",
                "unit_id",
                "period",
                "numerator",
                "denominator",
                "value",
                "source",
                "responsible",
                "note",
            ]
        ),
        streets=_streets(units),
        crs=METRES,
        reference_date=date(2025, 12, 31),
    )
