"""A project of ten units whose answers fit in your head, with names that try to break pages.

Regiment communities C1-C4: S1 (home C1) serves C1 and C2, S2 stands in C3, C4 has none: 3 of 4
established = 75 %, for the plan's 90 % ceil(3.6) - 3 = 1 more. Urban U1, U2: one of two has a
station, for 96 % ceil(1.92) - 1 = 1 more.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import geopandas as gpd
import pandas as pd
from shapely import Point

from layers.store import Store

CRS = "EPSG:4540"
DAY = date(2025, 12, 31)
MOMENT = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
SCRIPT = "<script>alert(1)</script>"
FORMULA = '=HYPERLINK("http://evil.example","x")'
URBAN, REGIMENT = "parent_school_urban", "parent_school_regiment"


def units() -> gpd.GeoDataFrame:
    rows = [
        ("D", "第十三师", "division", None, None, 0, 0, None),
        ("R1", "一团", "regiment", None, "D", 0, 0, None),
        ("C1", f"幸福社区{SCRIPT}", "community", "regiment", "R1", 0, 0, 30),
        ("C2", FORMULA, "community", "regiment", "R1", 700, 0, 40),
        ("C3", "阳光'\"社区", "community", "regiment", "R1", 0, 5000, 20),
        ("C4", "和谐社区", "community", "regiment", "R1", 900, 0, 50),
        ("U1", "核心社区", "community", "urban", "D", 0, 9000, 80),
        ("U2", "新城社区", "community", "urban", "D", 400, 9000, None),
        ("K1", "一连", "company", None, "R1", 2000, 0, 10),
        ("K2", "二连", "company", None, "R1", 3000, 0, 15),
    ]
    columns = ("unit_id", "name", "kind", "community_kind", "parent_id", "x", "y", "children_0_17")
    frame = pd.DataFrame(rows, columns=columns)
    frame["children_0_17"] = frame["children_0_17"].astype(float)
    return _placed(frame)


def facilities() -> gpd.GeoDataFrame:
    rows = [
        ("S1", "幸福家长学校", "parent_school_station", "C1", "C1;C2", "active", 0, 150),
        ("S2", f"阳光{SCRIPT}", "parent_school_station", "C3", None, "active", 0, 5100),
        ("S3", "核心家长学校", "parent_school_station", "U1", None, "active", 0, 9000),
        ("G1", "幼儿园", "kindergarten", "C1", None, "active", 100, 0),
    ]
    columns = (
        "facility_id", "name", "facility_type", "unit_id", "serves_units", "status", "x", "y",
    )  # fmt: skip
    frame = pd.DataFrame(rows, columns=columns)
    frame["opened_on"] = pd.Timestamp("2022-05-01")
    return _placed(frame)


def observations() -> pd.DataFrame:
    # 1 infant death in 826 live births: 1.21 per thousand, the plan promises at most 4.
    return pd.DataFrame(
        [("infant_mortality_rate", "D", "2025", 1.0, 826.0, "统计局", 2)],
        columns=[
            "indicator", "unit_id", "period", "numerator", "denominator", "source", "source_row",
        ],
    )  # fmt: skip


def _placed(frame: pd.DataFrame) -> gpd.GeoDataFrame:
    shapes = [Point(500_000 + x, 4_740_000 + y) for x, y in zip(frame.x, frame.y, strict=True)]
    frame = frame.drop(columns=["x", "y"]).assign(source_row=range(2, len(frame) + 2))
    return gpd.GeoDataFrame(frame, geometry=shapes, crs=CRS)


def streets() -> gpd.GeoDataFrame:
    """One road along y = 0 with its junctions, and one far away along y = 9000."""
    from shapely import LineString

    at = [(0, 0), (700, 0), (900, 0), (2000, 0), (3000, 0), (0, 9000), (400, 9000)]
    ends = [(0, 1), (1, 2), (2, 3), (3, 4), (5, 6)]
    point = [(500_000 + x, 4_740_000 + y) for x, y in at]
    lines = [LineString([point[a], point[b]]) for a, b in ends]
    return gpd.GeoDataFrame(
        {
            "start": [a for a, _ in ends],
            "end": [b for _, b in ends],
            "metres": [line.length for line in lines],
            "source_row": range(1, len(ends) + 1),
        },
        geometry=lines,
        crs=CRS,
    )


def new_project(folder: Path, *, name: str = "小世界", day: date | None = DAY) -> Store:
    """Make the project and import its three tables."""
    store = Store.create(folder, name=name, crs=CRS, as_of=day, created_at=MOMENT)
    store.commit_layer(units(), layer="units", file="units.xlsx", imported_at=MOMENT)
    store.commit_layer(facilities(), layer="facilities", file="facilities.xlsx", imported_at=MOMENT)
    store.commit_layer(observations(), layer="observations", file="returns.csv", imported_at=MOMENT)
    return store
