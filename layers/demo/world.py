"""Put the real units on invented ground: positions, canals, roads and outlines."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import pairwise
from random import Random

from pyproj import Transformer
from shapely import LineString, MultiPolygon, Polygon, unary_union
from shapely import Point as Spot

from layers.demo import lessons
from layers.demo.barriers import (
    Barrier,
    corridor,
    count_crossings,
    ended_at_bank,
    main_canal,
    off,
    with_passes,
)
from layers.demo.ground import (
    Line,
    Point,
    Road,
    ahead,
    canals,
    lanes,
    neighbours,
    settle,
    town_grid,
    wind,
)
from layers.demo.noding import node
from layers.demo.places import (
    CORE,
    CRS,
    MAIN_ROADS,
    SEATS,
    WAYPOINTS,
    OfficialUnit,
    Seat,
    official_units,
)
from layers.demo.special import (
    put_behind_canal,
    put_behind_gully,
    put_behind_railway,
    put_off_road,
    straightened,
)

DECIMALS = 6
CORRIDOR = ("连霍公路西段", "连霍公路东段")
"""The main road along which railway and expressway run too."""
SPECIAL = (
    lessons.BEHIND_CANAL,
    lessons.BEHIND_RAILWAY,
    lessons.ACROSS_RAILWAY,
    lessons.NO_ROAD,
)
"""Companies that are set where they teach, and not where there is room."""
KEPT_OFF = 300.0
"""Companies stay farther than this from barriers that are there before them, metres."""
ONE_WAY = {"新星3街": 1, "新星5街": -1}
OUTLINE_ROUND = 800.0
REMOTE_METRES = 9_500.0
"""Companies farther than this from their seat are listed as remote (an invented rule)."""


@dataclass
class World:
    """Places and lines in metres of ``places.CRS``, keyed by unit code."""

    centres: dict[str, Point]
    positions: dict[str, Point] = field(default_factory=dict)
    roads: list[Road] = field(default_factory=list)
    canals: dict[str, list[Line]] = field(default_factory=dict)
    barriers: list[Barrier] = field(default_factory=list)
    outlines: dict[str, MultiPolygon] = field(default_factory=dict)
    areas: dict[str, Polygon] = field(default_factory=dict)


def build_world(random: Random) -> World:
    """Draw the whole ground from one source of chance."""
    units = official_units()
    world = World(centres=_centres())
    waypoints = {name: to_metres(lon, lat) for name, (lon, lat) in WAYPOINTS.items()}
    known = {**world.centres, **waypoints}
    for name, stops in MAIN_ROADS:
        for start, end in pairwise(stops):
            bend = 0.13 if {"天山垭口", "松树塘", "苇子峡"} & {start, end} else 0.05
            line = wind(known[start], known[end], random=random, bend=bend, step=1500.0)
            world.roads.append(Road(name, "main", line))
    west, east = ([road for road in world.roads if road.name == name] for name in CORRIDOR)
    world.barriers += corridor(west, east)
    for seat in SEATS:
        _lay_oasis(world, seat, units, random)
    _lay_core(world, units)
    put_behind_canal(world)
    put_behind_railway(world)
    put_off_road(world)
    world.roads = with_passes(node(world.roads), world.barriers)
    for seat in SEATS:
        _outline(world, seat, units)
    return world


def to_metres(lon: float, lat: float) -> Point:
    """Return degrees (CGCS2000) in metres of ``places.CRS``."""
    x, y = Transformer.from_crs("EPSG:4490", CRS, always_xy=True).transform(lon, lat)
    return (x, y)


def to_degrees(points: list[Point]) -> list[Point]:
    """Return metres of ``places.CRS`` in degrees (CGCS2000), six decimals (a decimetre)."""
    turn = Transformer.from_crs(CRS, "EPSG:4490", always_xy=True)
    lons, lats = turn.transform([x for x, _ in points], [y for _, y in points])
    return [
        (round(lon, DECIMALS), round(lat, DECIMALS)) for lon, lat in zip(lons, lats, strict=True)
    ]


def _centres() -> dict[str, Point]:
    return {seat.unit_id: to_metres(seat.lon, seat.lat) for seat in (*SEATS, CORE)}


def _lay_oasis(world: World, seat: Seat, units: tuple[OfficialUnit, ...], random: Random) -> None:
    """Lay one regiment's canals, companies, streets and company roads."""
    centre = world.centres[seat.unit_id]
    own = [unit for unit in units if unit.parent_id == seat.unit_id]
    companies = [unit for unit in own if unit.kind == "company" and unit.unit_id not in SPECIAL]
    count = min(len(companies), max(3, round(len(companies) / 3.2)))
    drawn = canals(
        centre, downstream=seat.downstream, spread=seat.spread, count=count, random=random
    )
    taken = [*world.positions.values(), *world.centres.values()]
    places = settle(
        drawn,
        count=len(companies),
        seat=centre,
        taken=taken,
        free=lambda place: all(off(place, one.points) > KEPT_OFF for one in world.barriers),
        random=random,
    )
    world.canals[seat.unit_id] = drawn
    world.positions.update(
        {unit.unit_id: place for unit, place in zip(companies, places, strict=True)}
    )
    canal = main_canal(seat.name, drawn, places, centre)
    world.barriers += [] if canal is None else [canal]
    _lay_company_roads(world, seat, random)
    for place in places:
        world.roads += [
            ended_at_bank(lane, 1, world.barriers) for lane in lanes(place, random=random)
        ]
    turned = seat.downstream + random.uniform(-8, 8)
    world.roads += town_grid(
        centre, across=4, down=4, block=240.0, bearing=turned, name=seat.name[:2]
    )
    _lay_communities(world, centre, turned, [unit for unit in own if unit.kind == "community"])


def _lay_company_roads(world: World, seat: Seat, random: Random) -> None:
    """Join a regiment's companies to its seat and to each other, across as few bridges as can be.

    One company hangs on a single road, out of which a flood has taken the bridge.
    """
    own = {
        code: place
        for code, place in world.positions.items()
        if code != lessons.WASHED_OUT and _parents()[code] == seat.unit_id
    }
    ends = [world.centres[seat.unit_id], *own.values()]
    for i, j in neighbours(
        ends,
        crossed=lambda a, b: count_crossings([a, b], world.barriers),
        random=random,
        extra=0.45,
    ):
        line = wind(ends[i], ends[j], random=random, bend=0.06, step=650.0)
        line = straightened(line, world.barriers)
        world.roads.append(Road(f"{seat.name}连队路", "company", line))
    if _parents()[lessons.WASHED_OUT] == seat.unit_id:
        home = world.positions[lessons.WASHED_OUT]
        put_behind_gully(
            world,
            min(
                ends,
                key=lambda end: (
                    count_crossings([home, end], world.barriers),
                    math.dist(home, end),
                ),
            ),
        )


@cache
def _parents() -> dict[str, str]:
    return {unit.unit_id: unit.parent_id for unit in official_units()}


def _lay_communities(
    world: World, centre: Point, turned: float, communities: list[OfficialUnit]
) -> None:
    """Set a seat's communities side by side, each with an outline where there are two."""
    for number, unit in enumerate(communities):
        side = 1 if number == 0 else -1
        east = 120.0 if len(communities) == 1 else 240.0 * side
        world.positions[unit.unit_id] = ahead(centre, turned + 90, east)
        if len(communities) > 1:
            inner, outer = 0.0, 620.0 * side
            corners = [
                ahead(ahead(centre, turned + 90, reach), turned, along)
                for reach, along in ((inner, -600), (outer, -560), (outer, 540), (inner, 600))
            ]
            world.areas[unit.unit_id] = _tidy(Polygon(corners))


def _lay_core(world: World, units: tuple[OfficialUnit, ...]) -> None:
    centre = world.centres[CORE.unit_id]
    community = next(unit for unit in units if unit.parent_id == CORE.unit_id)
    world.positions[community.unit_id] = ahead(centre, 90, 150)
    grid = town_grid(centre, across=6, down=5, block=280.0, bearing=4.0, name="新星")
    world.roads += [_one_way(road) for road in grid]
    for unit_id, east, north in ((community.unit_id, 1050, 900), (CORE.unit_id, 2600, 2100)):
        ring = [
            ahead(ahead(centre, 90, east * sx), 0, north * sy)
            for sx, sy in ((-1, -1), (0.1, -1.08), (1, -0.9), (1.06, 0.2), (0.95, 1), (-0.9, 1.04))
        ]
        area = _tidy(Polygon(ring))
        if unit_id == CORE.unit_id:
            world.outlines[unit_id] = MultiPolygon([area])
        else:
            world.areas[unit_id] = area


def _outline(world: World, seat: Seat, units: tuple[OfficialUnit, ...]) -> None:
    """Draw the regiment's farmland round its companies, canals and roads."""
    own = [world.positions[unit.unit_id] for unit in units if unit.parent_id == seat.unit_id]
    near = Spot(world.centres[seat.unit_id]).buffer(1800)
    fields = unary_union([near, *(Spot(place).buffer(1250) for place in own)])
    watered = [
        LineString(line).intersection(fields.buffer(1800)).buffer(420)
        for line in world.canals[seat.unit_id]
    ]
    roads = [
        LineString(road.points).buffer(380)
        for road in world.roads
        if road.name == f"{seat.name}连队路"
    ]
    shape = unary_union([fields, *watered, *roads]).buffer(OUTLINE_ROUND).buffer(-OUTLINE_ROUND)
    for other in world.outlines.values():
        shape = shape.difference(other.buffer(30))
    parts = getattr(shape.simplify(70), "geoms", None) or [shape.simplify(70)]
    kept = [_tidy(Polygon(part.exterior)) for part in parts if part.area > 400_000]
    world.outlines[seat.unit_id] = MultiPolygon(sorted(kept, key=lambda part: -part.area))


def _one_way(road: Road) -> Road:
    """Return a street of the core area; two neighbouring ones are driven in one direction each."""
    if road.name not in ONE_WAY:
        return road
    return replace(road, oneway=True, points=road.points[:: ONE_WAY[road.name]])


def _tidy(area: Polygon) -> Polygon:
    return Polygon([(round(x, 1), round(y, 1)) for x, y in area.exterior.coords])


def remote_companies(world: World) -> list[str]:
    """Return the codes of companies far from their regiment's seat."""
    return [
        unit.unit_id
        for unit in official_units()
        if unit.kind == "company" and not unit.stale
        if math.dist(world.positions[unit.unit_id], world.centres[unit.parent_id]) > REMOTE_METRES
    ]


def straight(world: World, first: str, second: str) -> float:
    """Return the straight line between two units in metres."""
    return math.dist(world.positions[first], world.positions[second])
