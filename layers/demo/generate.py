"""Write the committed office files: ``python -m layers.demo.generate [FOLDER]``.

The seed is fixed; running it again writes the same bytes.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from random import Random

from geo_planner.crs import from_wgs84
from layers.demo import lessons
from layers.demo.figures import Return, draw_earlier, draw_returns
from layers.demo.office import (
    FOOT,
    MADE_UP,
    TITLE_MARK,
    Cell,
    Sheet,
    write_csv,
    write_geojson,
    write_workbook,
)
from layers.demo.people import draw_people
from layers.demo.services import Facility, draw_facilities, enrol, figure_headings
from layers.demo.stories import sign, tell
from layers.demo.unit_lists import write_units
from layers.demo.world import World, build_world, remote_companies, to_degrees

FILES = Path(__file__).with_name("files")

ROAD_WORDS = {"main": "干线公路", "company": "连队公路", "town": "镇区街道", "lane": "巷道"}
SPEED_LIMITS = {"main": 80, "town": 30}
"""Kilometres an hour where signs say so; elsewhere the class of the road decides."""
BARRIER_WORDS = {
    "canal": "渠道",
    "railway": "铁路",
    "expressway": "高速公路",
    "gully": "冲沟",
}

WHOSE = {"指标代码": "indicator", "单位代码": "unit_id", "报告期": "period"}
FIGURES = {"分子": "numerator", "分母": "denominator", "数值": "value"}
ORIGIN = {"数据来源": "source", "责任部门": "owner"}
OLD_COLUMNS = {**WHOSE, **FIGURES, **ORIGIN}
"""Headings of the older returns, and what stands below each."""
RETURN_COLUMNS = {
    **WHOSE,
    "性别": "sex",
    "年龄段": "age_band",
    **FIGURES,
    **ORIGIN,
    "填报人": "reported_by",
    "审核人": "checked_by",
    "填报日期": "reported_on",
}
"""Headings since returns are parted by group and signed."""


def write_files(folder: Path) -> None:
    """Write every office file of the demonstration into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    world = build_world(Random(lessons.SEED))
    people = draw_people(Random(lessons.SEED + 1))
    facilities = draw_facilities(world, Random(lessons.SEED + 2))
    write_units(folder, world, people)
    remote = remote_companies(world)
    returns = tell(draw_returns(people, Random(lessons.SEED + 3), remote=remote))
    facilities = enrol(facilities, returns)
    _facilities(folder / "facilities_2025.xlsx", facilities)
    signed = sign(returns, Random(lessons.SEED + 4))
    _returns(folder / "returns_2023_2025.csv", signed, RETURN_COLUMNS)
    earlier = draw_earlier(people, Random(lessons.SEED + 5), remote=remote)
    _returns(folder / "returns_2020_2022.csv", earlier, OLD_COLUMNS)
    _streets(folder / "streets.geojson", world)
    _barriers(folder / "barriers.geojson", world)


def _facilities(path: Path, facilities: list[Facility]) -> None:
    heads = [
        "设施代码",
        "设施名称",
        "设施类型",
        "所在单位代码",
        "服务单位代码",
        "状态",
        "启用日期",
        "停用日期",
    ]
    heads += [*figure_headings().values(), "经度", "纬度", "备注", "模拟数据"]
    rows = [_facility(one) for one in facilities]
    sheet = Sheet(
        name="设施",
        title=f"第十三师新星市儿童服务设施名录（2025年底）{TITLE_MARK}",
        caption="坐标取自地图应用（GCJ-02）",
        heads=[(word,) for word in heads],
        rows=rows,
        foot=FOOT,
    )
    write_workbook(path, [sheet])


def _facility(one: Facility) -> list[Cell]:
    figures = [one.figures.get(column) for column in figure_headings()]
    return [
        one.facility_id,
        one.name,
        one.word,
        one.unit_id,
        ";".join(one.serves) or None,
        one.status,
        one.opened_on,
        one.closed_on,
        *(None if figure == "" else figure for figure in figures),
        *_shifted(one),
        one.remark,
        MADE_UP,
    ]


def _shifted(facility: Facility) -> list[Cell]:
    """Return the position as a map application shows it, GCJ-02 degrees."""
    if facility.position is None:
        return [None, None]
    lon, lat = to_degrees([facility.position])[0]
    east, north = from_wgs84([lon], [lat], datum="GCJ-02")
    return [round(float(east[0]), 6), round(float(north[0]), 6)]


def _returns(path: Path, returns: list[Return], columns: Mapping[str, str]) -> None:
    rows: list[list[Cell]] = [
        [*(getattr(one, name) for name in columns.values()), MADE_UP] for one in returns
    ]
    write_csv(path, [*columns, "模拟数据"], rows, encoding="gb18030")


def _streets(path: Path, world: World) -> None:
    features = []
    for road in world.roads:
        line = {"type": "LineString", "coordinates": to_degrees(road.points)}
        row: dict[str, Cell] = {"名称": road.name, "道路类型": ROAD_WORDS[road.kind]}
        row |= {"桥梁": road.over} if road.over else {}
        row |= {"单向": "是"} if road.oneway else {}
        row |= {"限速": SPEED_LIMITS[road.kind]} if road.kind in SPEED_LIMITS else {}
        features.append((line, {**row, "模拟数据": MADE_UP}))
    write_geojson(path, features)


def _barriers(path: Path, world: World) -> None:
    features = []
    for barrier in world.barriers:
        line = {"type": "LineString", "coordinates": to_degrees(barrier.points)}
        kind = BARRIER_WORDS[barrier.kind]
        features.append((line, {"名称": barrier.name, "阻隔类型": kind, "模拟数据": MADE_UP}))
    write_geojson(path, features)


def main() -> None:
    """Write the files into the folder named on the command line, or over the committed ones."""
    write_files(Path(sys.argv[1]) if len(sys.argv) > 1 else FILES)


if __name__ == "__main__":
    main()
