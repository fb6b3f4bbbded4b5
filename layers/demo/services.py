"""Invented facilities of every type, drawn from ``services.toml`` and then bent to teach."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from layers.demo import lessons
from layers.demo.figures import Return
from layers.demo.ground import Point, ahead
from layers.demo.places import CORE, SEATS, OfficialUnit, official_units
from layers.demo.world import World

SERVICES = Path(__file__).with_name("services.toml")
KINDERGARTEN = "幼儿园"
ACTIVE, PLANNED, SUSPENDED = "在用", "筹建", "暂停"


@dataclass(frozen=True)
class Facility:
    """One record of the facility list; positions in metres of ``places.CRS``."""

    facility_id: str
    name: str
    word: str
    unit_id: str | None
    position: Point | None
    opened_on: str | None
    status: str = ACTIVE
    closed_on: str | None = None
    serves: tuple[str, ...] = ()
    figures: dict[str, int | str] = field(default_factory=dict)
    remark: str | None = None


def draw_facilities(world: World, random: Random) -> list[Facility]:
    """Return the facility list in the order of its codes."""
    rows = _said()["service"]
    units = [unit for unit in official_units() if not unit.stale]
    drawn: list[Facility] = []
    for row in rows:
        for number, unit in enumerate(_homes(row, units, random)):
            facility = _facility(world, row, unit, number, random)
            if unit.unit_id not in lessons.WITHOUT_SERVICES:
                drawn.append(facility)
    taught = _teach(world, drawn)
    return [
        replace(facility, facility_id=f"SS{number:04d}")
        for number, facility in enumerate(taught, start=1)
    ]


@cache
def _said() -> dict[str, Any]:
    return tomllib.loads(SERVICES.read_text(encoding="utf-8"))


def figure_headings() -> dict[str, str]:
    """Return the columns that hold figures, by canonical name, with their headings."""
    headings: dict[str, str] = _said()["headings"]
    return headings


def _homes(row: dict[str, Any], units: list[OfficialUnit], random: Random) -> list[OfficialUnit]:
    """Return the units that have a facility of one kind."""
    seats = row.get("seats", [])
    communities = [unit for unit in units if unit.kind == "community"]
    order = {seat.unit_id: number for number, seat in enumerate((*SEATS, CORE))}
    communities.sort(key=lambda unit: (order[unit.parent_id], unit.unit_id))
    firsts = [
        unit
        for number, unit in enumerate(communities)
        if number == 0 or communities[number - 1].parent_id != unit.parent_id
    ]
    homes = communities if seats == "community" else firsts
    if isinstance(seats, list):
        homes = [unit for code in seats for unit in firsts if unit.parent_id == code]
    share = row.get("companies", 0.0)
    for unit in units:
        chosen = random.random() < share
        if unit.kind == "company" and chosen:
            homes = [*homes, unit]
    return homes


def _facility(
    world: World, row: dict[str, Any], unit: OfficialUnit, number: int, random: Random
) -> Facility:
    years = row["opened"]
    year = years[number] if len(years) > 2 else random.randint(*years)
    opened = f"{year}-{random.randint(1, 12):02d}-01"
    figures: dict[str, int | str] = {}
    for column, bounds in row.get("figures", {}).items():
        listed = len(bounds) > 2
        figures[column] = bounds[number] if listed else random.randint(*bounds)
    town = next(seat.name for seat in (*SEATS, CORE) if seat.unit_id == unit.parent_id)
    short = unit.name.removesuffix("生活区")
    return Facility(
        facility_id="",
        name=row["name"].format(town=town, unit=short if short.startswith(town) else town + short),
        word=row["word"],
        unit_id=unit.unit_id,
        position=ahead(
            world.positions[unit.unit_id],
            random.uniform(0, 360),
            row["near"] * random.uniform(0.25, 1.0),
        ),
        opened_on=opened,
        figures=figures,
    )


def _teach(world: World, drawn: list[Facility]) -> list[Facility]:
    """Bend single records so that each lesson has its row."""
    lessons_of = {
        ("家长学校", lessons.MISSED_BY_ONE): _planned,
        ("儿童之家", lessons.SHUT_UNIT): _shut,
        ("儿童活动场地", lessons.SUSPENDED_UNIT): _suspended,
        ("家长学校", lessons.SHARED_STATION_UNITS[0]): _shared,
    }
    bent = []
    for facility in drawn:
        if (facility.word, facility.unit_id) == ("家长学校", lessons.SHARED_STATION_UNITS[1]):
            continue
        change = lessons_of.get((facility.word, facility.unit_id or ""))
        bent.append(facility if change is None else change(facility))
    for home in (lessons.ACROSS_CANAL, lessons.ACROSS_RAILWAY):
        bent = _kindergarten_at(world, home, bent)
    return [*bent, *_second_records(bent), *_oddities(world, bent)]


def _planned(facility: Facility) -> Facility:
    return replace(facility, status=PLANNED, opened_on="2026-09-01", remark="2026年秋季启用")


def _shut(facility: Facility) -> Facility:
    return replace(facility, closed_on="2025-09-30")


def _suspended(facility: Facility) -> Facility:
    return replace(facility, status=SUSPENDED, remark="维修，复开日期未定")


def _shared(facility: Facility) -> Facility:
    return replace(facility, serves=lessons.SHARED_STATION_UNITS)


def _kindergarten_at(world: World, home: str, facilities: list[Facility]) -> list[Facility]:
    """Keep one kindergarten in a company, right where the one across the barrier can see it."""
    kept = [one for one in facilities if (one.word, one.unit_id) != (KINDERGARTEN, home)]
    model = next(one for one in facilities if one.word == KINDERGARTEN)
    seat = next(seat for seat in SEATS if seat.unit_id == home[:9])
    unit = next(unit for unit in official_units() if unit.unit_id == home)
    return [
        *kept,
        replace(
            model,
            name=f"{seat.name}{unit.name.removesuffix('生活区')}幼儿园",
            unit_id=home,
            position=world.positions[home],
            opened_on="2012-09-01",
            figures={"capacity": 90},
        ),
    ]


def _second_records(facilities: list[Facility]) -> list[Facility]:
    """Return the records that stand for a station already listed."""

    def station(unit_id: str) -> Facility:
        return next(one for one in facilities if (one.word, one.unit_id) == ("家长学校", unit_id))

    twice, shifted = station(lessons.DUPLICATE_UNIT), station(lessons.REVIEW_UNIT)
    return [
        replace(
            twice,
            name=twice.name.replace("家长学校", " 家长学校（站）"),
            # 8 m east and 9 m north: 12.0 m.
            position=_moved(twice.position, 8, 9),
        ),
        # 300 m east and 180 m north: 349.9 m, as wide as a forgotten datum.
        replace(shifted, position=_moved(shifted.position, 300, 180)),
    ]


def _oddities(world: World, facilities: list[Facility]) -> list[Facility]:
    """Return the records that need a person: no unit, no point, a point elsewhere, an old code."""
    ground = next(one for one in facilities if one.word == "儿童活动场地")
    clinic = next(one for one in facilities if one.word == "连队卫生室")
    desert = _moved(world.centres["659011501"], -9000, -14_000)
    core = world.centres[CORE.unit_id]
    elsewhere = world.positions["650502501503"]
    return [
        replace(
            ground,
            name="南湖路口儿童活动场地",
            unit_id=None,
            position=desert,
            remark="归属待确认",
        ),
        replace(
            ground, name="新星公园儿童活动场地", unit_id=None, position=_moved(core, 310, -420)
        ),
        replace(ground, name="红星路口袋公园儿童活动场地", unit_id="650521500401", position=None),
        replace(
            ground,
            name="三仙社区儿童活动场地（二期）",
            unit_id=lessons.PLACE_DIFFERS[0],
            position=_moved(world.positions[lessons.PLACE_DIFFERS[1]], 40, -30),
        ),
        replace(
            clinic,
            name="火箭农场五连卫生室（新址）",
            unit_id=lessons.LOCATION_DIFFERS,
            position=_moved(elsewhere, 60, 40),
        ),
        replace(
            clinic,
            name="黄田农场九连卫生室（旧代码）",
            unit_id="650502503508",
            position=_moved(world.positions["650502503508"], -30, 25),
            closed_on="2021-12-31",
            status="关闭",
        ),
    ]


def enrol(facilities: list[Facility], returns: list[Return]) -> list[Facility]:
    """Share out the children each regiment reports in kindergarten over its kindergartens."""
    parents = {unit.unit_id: unit.parent_id for unit in official_units()}
    last = max(one.period for one in returns)
    made = list(facilities)
    reported = [one for one in returns if one.subject == KINDERGARTEN and one.period == last]
    for one in reported:
        own = [
            number
            for number, facility in enumerate(made)
            if facility.word == KINDERGARTEN and parents[facility.unit_id or ""] == one.unit_id
        ]
        places = [int(made[number].figures["capacity"]) for number in own]
        shares = _shares(one.numerator or 0, places)
        for number, children in zip(own, shares, strict=True):
            figures = {**made[number].figures, "enrolled": children}
            figures["capacity"] = max(int(figures["capacity"]), -(-children // 30) * 30)
            made[number] = replace(made[number], figures=figures)
    return made


def _shares(whole: int, weights: list[int]) -> list[int]:
    """Split a whole number in proportion to weights, exactly."""
    ends = [whole * sum(weights[: number + 1]) // sum(weights) for number in range(len(weights))]
    return [end - start for start, end in zip([0, *ends], ends, strict=False)]


def _moved(point: Point | None, east: float, north: float) -> Point:
    if point is None:
        raise ValueError("a record without a position cannot be moved")
    return (point[0] + east, point[1] + north)
