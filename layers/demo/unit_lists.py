"""Lay out the unit lists as an office would send them: four files in four formats."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
from shapely import Polygon
from shapely.geometry import mapping

from layers.demo import lessons
from layers.demo.office import (
    FOOT,
    MADE_UP,
    TITLE_MARK,
    Cell,
    Sheet,
    write_csv,
    write_geojson,
    write_shapefile,
    write_workbook,
)
from layers.demo.people import BANDS, Counts
from layers.demo.places import (
    CORE,
    CRS,
    DIVISION_ID,
    DIVISION_NAME,
    SEATS,
    OfficialUnit,
    official_units,
)
from layers.demo.world import World, remote_companies, to_degrees

BAND_WORDS = dict(zip(BANDS, ("0-2岁", "3-5岁", "6-11岁", "12-14岁", "15-17岁"), strict=True))
UNKNOWN = "—"


def write_units(folder: Path, world: World, people: dict[str, Counts]) -> None:
    """Write division, regiments, companies and communities into ``folder``."""
    _division(folder / "division.csv", people)
    _regiments(folder / "regiments.shp", world, people)
    _companies(folder / "companies_2025.xlsx", world, people)
    _communities(folder, world, people)


def _division(path: Path, people: dict[str, Counts]) -> None:
    heads = ["单位代码", "单位名称", "英文名称", "单位类型", "所属师代码", "人口", "户数"]
    heads += [f"{word}儿童" for word in BAND_WORDS.values()]
    heads += ["经度", "纬度", "模拟数据"]
    counts = people[DIVISION_ID]
    row: list[Cell] = [
        DIVISION_ID,
        DIVISION_NAME,
        "13th Division, Xinxing City",
        "师市",
        DIVISION_ID,
    ]
    row += [counts["population"], counts["households"], *(counts[band] for band in BANDS)]
    row += [CORE.lon, CORE.lat, MADE_UP]
    write_csv(path, heads, [row], encoding="utf-8-sig")


def _regiments(path: Path, world: World, people: dict[str, Counts]) -> None:
    seats = (*SEATS, CORE)
    table: dict[str, list[Cell]] = {
        "单位代码": [seat.unit_id for seat in seats],
        "单位名称": [seat.name for seat in seats],
        "英文名称": [seat.name_en for seat in seats],
        "单位类型": [*["团场"] * len(SEATS), "街道"],
        "上级代码": [DIVISION_ID] * len(seats),
        "师代码": [DIVISION_ID] * len(seats),
        "人口": [people[seat.unit_id]["population"] for seat in seats],
        "户数": [people[seat.unit_id]["households"] for seat in seats],
    }
    for band, word in BAND_WORDS.items():
        table[word] = [people[seat.unit_id][band] for seat in seats]
    table["督导员"] = [people[seat.unit_id]["child_supervisor"] for seat in seats]
    table["模拟数据"] = [MADE_UP] * len(seats)
    outlines = [world.outlines[seat.unit_id] for seat in seats]
    shapes = [shape.geoms[0] if len(shape.geoms) == 1 else shape for shape in outlines]
    write_shapefile(path, gpd.GeoDataFrame(table, geometry=shapes, crs=CRS))


def _companies(path: Path, world: World, people: dict[str, Counts]) -> None:
    heads: list[tuple[str, ...]] = [
        ("序号",),
        ("团场",),
        ("单位代码",),
        ("单位名称",),
        ("上级单位代码",),
        ("人口",),
        ("户数",),
    ]
    heads += [("儿童人数", word) for word in BAND_WORDS.values()]
    heads += [("自来水", "通自来水户数"), ("自来水", "通自来水人口")]
    heads += [("水质", "水样数"), ("水质", "合格水样数"), ("卫生厕所户数",), ("儿童主任",)]
    heads += [
        ("连部坐标", "经度"),
        ("连部坐标", "纬度"),
        ("边远连队",),
        ("撤销日期",),
        ("模拟数据",),
    ]
    rows: list[list[Cell]] = []
    number = 0
    every: list[OfficialUnit] = []
    for seat in SEATS:
        own = [
            unit
            for unit in official_units()
            if unit.parent_id == seat.unit_id and unit.kind == "company"
        ]
        for unit in sorted(own, key=lambda unit: (unit.stale, unit.unit_id)):
            number += 1
            rows.append([number, seat.name, *_company(unit, world, people)])
        rows.append(_sum_row("小计", own, people, len(heads)))
        every += own
    rows.append(_sum_row("合计", every, people, len(heads)))
    sheet = Sheet(
        name="连队",
        title=f"第十三师新星市连队基本情况统计表（2025年）{TITLE_MARK}",
        caption="填报单位：第十三师新星市妇儿工委办公室　　单位：人、户　　坐标：CGCS2000",
        heads=heads,
        rows=rows,
        down=1,
        foot=FOOT,
    )
    write_workbook(path, [sheet])


COMPANY_COUNTS = (
    "population",
    "households",
    *BANDS,
    "households_tap_water",
    "population_tap_water",
    "water_samples",
    "water_samples_pass",
    "households_sanitary_toilet",
    "child_director",
)


def _company(unit: OfficialUnit, world: World, people: dict[str, Counts]) -> list[Cell]:
    lon, lat = to_degrees([world.positions[unit.unit_id]])[0]
    where: list[Cell] = [None, None] if unit.unit_id == lessons.NO_POSITION else [lon, lat]
    counts = people.get(unit.unit_id, {})
    cells: list[Cell] = [counts.get(column) for column in COMPANY_COUNTS]
    if unit.unit_id == lessons.BLANK_CHILDREN:
        cells = [UNKNOWN if cell is None else cell for cell in cells]
    cells[-1] = "无" if cells[-1] == 0 else cells[-1]
    return [
        unit.unit_id,
        unit.name,
        unit.parent_id,
        *cells,
        *where,
        None if unit.stale else int(unit.unit_id in remote_companies(world)),
        "2021-12-31" if unit.stale else None,
        MADE_UP,
    ]


def _sum_row(
    word: str, units: list[OfficialUnit], people: dict[str, Counts], width: int
) -> list[Cell]:
    sums: list[Cell] = [
        sum(people.get(unit.unit_id, {}).get(column) or 0 for unit in units)
        for column in COMPANY_COUNTS
    ]
    row: list[Cell] = [word, None, None, None, None, *sums]
    return row + [None] * (width - len(row))


def _communities(folder: Path, world: World, people: dict[str, Counts]) -> None:
    heads = ["单位代码", "单位名称", "单位类型", "社区类别", "上级单位代码", "人口", "户数"]
    heads += [f"{word}儿童" for word in BAND_WORDS.values()]
    heads += ["儿童主任", "儿童友好社区", "模拟数据"]
    units = [unit for unit in official_units() if unit.kind == "community"]
    points: list[list[Cell]] = []
    areas = []
    for unit in units:
        counts = people[unit.unit_id]
        kind = "城市社区" if unit.community_kind == "urban" else "团场社区"
        row: list[Cell] = [unit.unit_id, unit.name, "社区", kind, unit.parent_id]
        row += [counts["population"], counts["households"], *(counts[band] for band in BANDS)]
        row += [counts["child_director"], int(unit.unit_id in lessons.FRIENDLY), MADE_UP]
        if unit.unit_id in world.areas:
            ring = to_degrees([(x, y) for x, y in world.areas[unit.unit_id].exterior.coords])
            areas.append((mapping(Polygon(ring)), dict(zip(heads, row, strict=True))))
        else:
            lon, lat = to_degrees([world.positions[unit.unit_id]])[0]
            points.append([*row, lon, lat])
    write_csv(folder / "communities.csv", [*heads, "经度", "纬度"], points, encoding="gb18030")
    write_geojson(folder / "community_areas.geojson", areas)
