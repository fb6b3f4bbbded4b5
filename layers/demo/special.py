"""Places that teach: behind a canal, a railway or a washed-out bridge, and off every road."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from shapely import LineString, MultiLineString, Polygon
from shapely import Point as Spot

from layers.demo import lessons
from layers.demo.barriers import Barrier, count_crossings, crossings, part
from layers.demo.ground import Line, Point, Road, ahead, along, length

if TYPE_CHECKING:
    from layers.demo.world import World

SIDE_ROAD = (0.0, 0.030, -0.020, 0.025, 0.0)
"""Sideways bends of the two canal roads at each quarter, as shares of their length."""
RAILWAY_SIDE = lessons.RAILWAY_STRAIGHT_METRES / 2
FROM_SEAT = 11_000.0
"""How far from its seat the company behind the railway may lie, metres."""
GULLY_GAP = 35.0
"""How far to each side of the gully the road is gone, metres."""


def put_behind_canal(world: World) -> None:
    """Set a company across a canal from another, where no other road can shorten its way."""
    lines = _everything(world)
    depth = (lessons.CANAL_ROAD_METRES - lessons.CANAL_STRAIGHT_METRES) / 2 / _stretch()
    regiment = lessons.ACROSS_CANAL[:9]
    found = [
        (_room(lines, home, bearing, turn, depth), code, bearing, turn)
        for code, home in world.positions.items()
        if code.startswith(regiment)
        for bearing in range(0, 360, 10)
        for turn in (90, -90)
    ]
    _, chosen, bearing, turn = max(found)
    # The company with the freest bank becomes the one with the kindergarten.
    places = world.positions
    places[chosen], places[lessons.ACROSS_CANAL] = places[lessons.ACROSS_CANAL], places[chosen]
    home = places[lessons.ACROSS_CANAL]
    far = ahead(home, bearing, lessons.CANAL_STRAIGHT_METRES)
    banks = [
        [
            ahead(ahead(start, bearing + turn, depth * share / 4), bearing, depth * bend)
            for share, bend in enumerate(SIDE_ROAD)
        ]
        for start in (home, far)
    ]
    world.roads.append(Road("干渠东岸路", "company", banks[0]))
    world.roads.append(Road("过渠路", "company", [banks[0][-1], banks[1][-1]]))
    world.roads.append(Road("干渠西岸路", "company", banks[1]))
    world.positions[lessons.BEHIND_CANAL] = far
    world.barriers.append(Barrier("canal", "分水干渠", _canal(home, bearing, turn, depth)))


def _everything(world: World) -> MultiLineString:
    """Return all roads and barriers as one shape, to keep clear of."""
    return MultiLineString(_lines(world))


def _lines(world: World) -> list[Line]:
    return [road.points for road in world.roads] + [one.points for one in world.barriers]


def _room(lines: MultiLineString, home: Point, bearing: float, turn: float, depth: float) -> float:
    """Return how far every road and barrier stays from the far bank and the canal, metres."""
    far = ahead(home, bearing, lessons.CANAL_STRAIGHT_METRES)
    ends = [ahead(point, bearing + turn, depth) for point in (home, far)]
    bank = Polygon([ahead(home, bearing, 350), far, ends[1], ahead(ends[0], bearing, 120)])
    canal = LineString(_canal(home, bearing, turn, depth))
    return round(float(min(lines.distance(bank), lines.distance(canal))), 3)


def _canal(home: Point, bearing: float, turn: float, depth: float) -> Line:
    """Return the canal half way between two companies, from above them to below the bridge."""
    middle = ahead(home, bearing, lessons.CANAL_STRAIGHT_METRES / 2)
    return [ahead(middle, bearing + turn, reach) for reach in (-600.0, depth + 600.0)]


def _stretch() -> float:
    """Return how much longer a canal road is than the straight line it winds along."""
    return length([(bend, share / 4) for share, bend in enumerate(SIDE_ROAD)])


def put_behind_railway(world: World) -> None:
    """Set two companies on the two sides of the railway, with one underpass far down the line.

    The one to the north is joined to the nearest place it can be joined to without passing a
    barrier; the one to the south has no road but the one through the underpass.
    """
    railway = next(one for one in world.barriers if one.kind == "railway").points
    regiment = lessons.ACROSS_RAILWAY[:9]
    centre = world.centres[regiment]
    lines = MultiLineString([line for line in _lines(world) if line is not railway])
    found = []
    for step in range(0, int(length(railway)), 200):
        for way in (1, -1):
            if math.dist(along(railway, step, 0.0), centre) < FROM_SEAT:
                sides = _railway_sides(railway, float(step), way)
                if sides is not None:
                    found.append((_strip_room(lines, sides), step, way))
    _, step, way = max(found)
    sides = _railway_sides(railway, float(step), way)
    assert sides is not None
    north, south = sides
    places = [
        centre,
        *(place for code, place in world.positions.items() if code.startswith(regiment)),
    ]
    joined = min(
        places,
        key=lambda place: (
            count_crossings([north[0], place], world.barriers),
            math.dist(north[0], place),
        ),
    )
    world.roads.append(Road("火箭农场连队路", "company", [joined, north[0]]))
    world.roads.append(Road("铁路北侧路", "company", north))
    world.roads.append(Road("铁路下穿路", "company", [north[-1], south[-1]]))
    world.roads.append(Road("铁路南侧路", "company", south))
    world.positions[lessons.ACROSS_RAILWAY] = north[0]
    world.positions[lessons.BEHIND_RAILWAY] = south[0]


def _railway_sides(railway: Line, start: float, way: int) -> tuple[Line, Line] | None:
    """Return the roads along both sides of the railway, as long as the lesson wants them.

    None where the railway ends too soon, or bends so that the straight line is another.
    """
    wanted = lessons.RAILWAY_ROAD_METRES
    least, most = 500.0, wanted
    for _ in range(40):
        depth = (least + most) / 2
        if not 0 < start + way * depth < length(railway):
            return None
        north, south = (
            _beside(railway, start, start + way * depth, side)
            for side in (RAILWAY_SIDE, -RAILWAY_SIDE)
        )
        metres = length(north) + length(south) + math.dist(north[-1], south[-1])
        least, most = (depth, most) if metres < wanted else (least, depth)
    apart = math.dist(north[0], south[0])
    return (north, south) if abs(apart - lessons.RAILWAY_STRAIGHT_METRES) < 0.1 else None


def _beside(line: Line, start: float, end: float, aside: float) -> Line:
    """Return the line that runs ``aside`` metres to the left of a stretch of another."""
    steps = max(2, round(abs(end - start) / 300))
    return [along(line, start + (end - start) * n / steps, aside) for n in range(steps + 1)]


def _strip_room(lines: MultiLineString, sides: tuple[Line, Line]) -> float:
    """Return how far every road and other barrier stays from the strip between the two roads."""
    north, south = sides
    return round(float(lines.distance(Polygon([*north, *reversed(south)]))), 3)


def put_behind_gully(world: World, neighbour: Point) -> None:
    """Take the bridge out of the only road of a company: its streets reach nothing any more."""
    home = world.positions[lessons.WASHED_OUT]
    whole = [neighbour, home]
    others = MultiLineString([road.points for road in world.roads])
    bearing = math.degrees(math.atan2(home[0] - neighbour[0], home[1] - neighbour[1]))
    metres = length(whole)
    found = []
    for percent in range(40, 85, 5):
        for reach in (500.0, 900.0, 1300.0):
            line = _gully(along(whole, metres * percent / 100, 0.0), bearing, reach)
            if others.distance(LineString(line)) > 60:
                found.append((reach, -percent, line))
    gully = Barrier("gully", "东泉冲沟", max(found)[2])
    (at,) = crossings(whole, gully.points)
    name = "黄田农场连队路"
    world.roads.append(Road(name, "company", part(whole, 0.0, at - GULLY_GAP)))
    world.roads.append(Road(name, "company", part(whole, at + GULLY_GAP, metres)))
    world.barriers.append(gully)


def _gully(middle: Point, bearing: float, reach: float) -> Line:
    """Return a gully that runs across a road, in gentle bends."""
    bends = ((-1.0, 60.0), (-0.5, -40.0), (0.0, 0.0), (0.5, 45.0), (1.0, -50.0))
    return [
        ahead(ahead(middle, bearing + 90, reach * share), bearing, bend) for share, bend in bends
    ]


def put_off_road(world: World) -> None:
    """Set a company on its own, between five and nine kilometres from every road."""
    roads = MultiLineString([road.points for road in world.roads])
    regiment = lessons.NO_ROAD[:9]
    centre = world.centres[regiment]
    spots = [
        ahead(centre, bearing, reach)
        for reach in range(8000, 30_000, 1000)
        for bearing in range(310, 430, 15)
    ]
    world.positions[lessons.NO_ROAD] = next(
        spot for spot in spots if 5000 < roads.distance(Spot(spot)) < 9000
    )


def straightened(line: Line, barriers: Sequence[Barrier]) -> Line:
    """Return a winding road, drawn straight where its bends alone would pass a barrier."""
    ends = [line[0], line[-1]]
    if count_crossings(line, barriers) <= count_crossings(ends, barriers):
        return line
    return ends
