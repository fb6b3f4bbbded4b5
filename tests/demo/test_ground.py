"""Real units on invented ground: oases along a mountain foot, a canal, a place without a road."""

from __future__ import annotations

import math
from itertools import combinations, pairwise
from random import Random

import numpy as np
import pytest
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components, dijkstra
from shapely import LineString, MultiLineString, Point, STRtree

from layers.demo import lessons
from layers.demo.ground import wind
from layers.demo.places import CORE_ID, OLD_CODE_OF, SEATS, official_units
from layers.demo.world import World, straight, to_degrees


class Streets:
    """The invented roads as a graph of their end points."""

    def __init__(self, world: World) -> None:
        ends = [(road.points[0], road.points[-1]) for road in world.roads]
        self.nodes = sorted({point for pair in ends for point in pair})
        number = {point: place for place, point in enumerate(self.nodes)}
        metres = [road.metres for road in world.roads]
        shape = (len(self.nodes), len(self.nodes))
        start = [number[first] for first, _ in ends]
        end = [number[last] for _, last in ends]
        self.graph = coo_array((metres, (start, end)), shape=shape).tocsr()

    def nearest(self, point: tuple[float, float]) -> int:
        return min(range(len(self.nodes)), key=lambda node: math.dist(self.nodes[node], point))

    def metres(self, first: tuple[float, float], second: tuple[float, float]) -> float:
        source, target = self.nearest(first), self.nearest(second)
        return float(dijkstra(self.graph, directed=False, indices=source)[target])


@pytest.fixture(scope="module")
def streets(world: World) -> Streets:
    return Streets(world)


def test_the_units_are_the_91_official_ones_in_eight_regiments_and_a_core_area() -> None:
    units = official_units()
    assert len(units) == len({unit.unit_id for unit in units}) == 91
    assert sum(unit.kind == "company" for unit in units) == 81
    assert [unit.unit_id for unit in units if unit.community_kind == "urban"] == ["659011400498"]
    assert sum(unit.community_kind == "regiment" for unit in units) == 9
    assert {unit.parent_id for unit in units} == {seat.unit_id for seat in SEATS} | {CORE_ID}


def test_membership_is_a_column_and_never_a_code_prefix() -> None:
    # Only three of the eight regiments carry a code of the city itself (659011).
    assert sum(seat.unit_id.startswith("659011") for seat in SEATS) == 3
    stale = [unit for unit in official_units() if unit.stale]
    assert [unit.unit_id for unit in stale] == ["650502502508", "650502503508", "650502503512"]
    assert all(OLD_CODE_OF[unit.unit_id[:9]] == unit.parent_id for unit in stale)


def test_regiments_lie_tens_of_kilometres_apart_around_hami_barkol_and_yiwu(world: World) -> None:
    centres = [world.centres[seat.unit_id] for seat in SEATS]
    gaps = [math.dist(a, b) for a, b in combinations(centres, 2)]
    assert min(gaps) > 15_000
    assert 150_000 < max(gaps) < 297_000  # the division is 297 km from west to east
    degrees = to_degrees(list(world.positions.values()))
    assert 92 < min(lon for lon, _ in degrees) < max(lon for lon, _ in degrees) < 96
    assert 42 < min(lat for _, lat in degrees) < max(lat for _, lat in degrees) < 44.2


def test_no_company_lies_in_the_mountains(world: World) -> None:
    # The ridge runs at about 43.15-43.45 degrees north; every oasis is at its foot, not on it.
    for lon, lat in to_degrees(list(world.positions.values())):
        assert not 43.12 < lat < 43.55, (lon, lat)


def test_companies_lie_two_to_eight_kilometres_apart(world: World) -> None:
    special = {lessons.BEHIND_CANAL, lessons.ACROSS_CANAL, lessons.NO_ROAD}
    for seat in SEATS:
        places = [
            world.positions[unit.unit_id]
            for unit in official_units()
            if unit.parent_id == seat.unit_id and unit.kind == "company"
            if unit.unit_id not in special
        ]
        for place in places:
            near = min(math.dist(place, other) for other in places if other != place)
            assert 2000 <= near <= 8000, seat.name


def test_company_behind_the_canal_is_800_metres_away_and_6400_by_road(
    world: World, streets: Streets
) -> None:
    pair = (lessons.BEHIND_CANAL, lessons.ACROSS_CANAL)
    assert straight(world, *pair) == pytest.approx(800, abs=0.5)
    here, there = (world.positions[unit] for unit in pair)
    assert streets.metres(here, there) == pytest.approx(6400, abs=10)


def test_the_canal_is_crossed_by_its_one_bridge_only(world: World) -> None:
    canal = LineString(world.barrier)
    crossing = {road.name for road in world.roads if LineString(road.points).intersects(canal)}
    assert crossing == {"干渠桥"}


def test_one_company_has_no_road_and_all_others_are_on_one_network(
    world: World, streets: Streets
) -> None:
    roads = MultiLineString([road.points for road in world.roads])
    assert roads.distance(Point(world.positions[lessons.NO_ROAD])) > 5000
    _, label = connected_components(streets.graph, directed=False)
    assert len(set(label)) == 1
    for unit in official_units():
        if unit.unit_id != lessons.NO_ROAD:
            assert roads.distance(Point(world.positions[unit.unit_id])) < 150, unit.unit_id


def test_roads_meet_only_at_their_ends(world: World) -> None:
    lines = [LineString(road.points) for road in world.roads]
    tree = STRtree(lines)
    for first, second in tree.query(lines, predicate="intersects").T:
        if first < second:
            ends = {world.roads[first].points[0], world.roads[first].points[-1]}
            met = lines[first].intersection(lines[second])
            for x, y in np.asarray([point.coords[0] for point in getattr(met, "geoms", [met])]):
                assert min(math.dist((x, y), end) for end in ends) < 0.2


def test_outlines_hold_their_own_companies_and_do_not_overlap(world: World) -> None:
    for unit in official_units():
        assert world.outlines[unit.parent_id].contains(Point(world.positions[unit.unit_id]))
    for first, second in combinations(world.outlines.values(), 2):
        assert first.intersection(second).area == 0
    assert all(outline.is_valid for outline in world.outlines.values())


def test_a_winding_line_starts_and_ends_where_it_should(world: World) -> None:
    line = wind((0.0, 0.0), (9000.0, 0.0), random=Random(1), bend=0.1)
    assert (line[0], line[-1]) == ((0.0, 0.0), (9000.0, 0.0))
    assert all(math.dist(a, b) < 720 for a, b in pairwise(line))
