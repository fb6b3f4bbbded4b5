"""Real units on invented ground: oases along a mountain foot, a canal, a place without a road."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import combinations, pairwise
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components, dijkstra
from shapely import LineString, MultiLineString, Point, STRtree

from layers.demo import lessons
from layers.demo.barriers import Barrier, crossings, ended_at_bank, part, with_passes
from layers.demo.ground import Road, length, wind
from layers.demo.places import CORE_ID, OLD_CODE_OF, SEATS, official_units
from layers.demo.world import World, build_world, straight, to_degrees


class Streets:
    """The invented roads as a graph of their end points."""

    def __init__(self, roads: list[Road]) -> None:
        ends = [(road.points[0], road.points[-1]) for road in roads]
        self.nodes = sorted({point for pair in ends for point in pair})
        number = {point: place for place, point in enumerate(self.nodes)}
        metres = [road.metres for road in roads]
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
    return Streets(world.roads)


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
    special = {
        lessons.BEHIND_CANAL,
        lessons.ACROSS_CANAL,
        lessons.BEHIND_RAILWAY,
        lessons.ACROSS_RAILWAY,
        lessons.NO_ROAD,
    }
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
    (canal,) = (LineString(one.points) for one in world.barriers if one.name == "分水干渠")
    crossing = {road.name for road in world.roads if LineString(road.points).intersects(canal)}
    assert crossing == {"分水干渠桥"}


def test_company_behind_the_railway_is_700_metres_away_and_5200_by_road(
    world: World, streets: Streets
) -> None:
    pair = (lessons.BEHIND_RAILWAY, lessons.ACROSS_RAILWAY)
    assert straight(world, *pair) == pytest.approx(700, abs=0.5)
    here, there = (world.positions[unit] for unit in pair)
    assert streets.metres(here, there) == pytest.approx(5200, abs=10)


def test_without_its_one_underpass_the_company_behind_the_railway_is_cut_off(
    world: World,
) -> None:
    here = Point(world.positions[lessons.BEHIND_RAILWAY])
    passes = [road for road in world.roads if road.name == "兰新铁路下穿通道"]
    nearest = min(passes, key=lambda road: here.distance(LineString(road.points)))
    cut = Streets([road for road in world.roads if road is not nearest])
    there = world.positions[lessons.ACROSS_RAILWAY]
    assert math.isinf(cut.metres((here.x, here.y), there))


def unmarked(world: World) -> list[tuple[str, str]]:
    """Roads that meet a barrier without a bridge or underpass, and the barrier."""
    barriers = [LineString(one.points) for one in world.barriers]
    roads = [road for road in world.roads if not road.over]
    tree = STRtree([LineString(road.points) for road in roads])
    return [
        (roads[number].name, world.barriers[place].name)
        for place, number in tree.query(barriers, predicate="intersects").T
    ]


def test_no_road_passes_a_barrier_but_by_a_bridge_or_underpass(world: World) -> None:
    assert unmarked(world) == []
    words = {barrier.kind: set[str]() for barrier in world.barriers}
    for road in world.roads:
        if road.over:
            line = LineString(road.points)
            met = [one for one in world.barriers if LineString(one.points).intersects(line)]
            assert met, road.name
            assert road.metres < 400
            words[met[0].kind].add(road.over)
    # A road goes over water and under rails; the bridge over the gully is gone.
    assert words == {"canal": {"桥"}, "railway": {"下穿"}, "expressway": {"下穿"}, "gully": set()}


@pytest.mark.parametrize("seed", [1, 99])
def test_grounds_of_other_seeds_keep_to_it_too(seed: int) -> None:
    drawn = build_world(Random(seed))
    assert unmarked(drawn) == []
    pair = (lessons.BEHIND_RAILWAY, lessons.ACROSS_RAILWAY)
    assert straight(drawn, *pair) == pytest.approx(700, abs=0.5)
    streets = Streets(drawn.roads)
    there = drawn.positions[lessons.ACROSS_RAILWAY]
    assert streets.metres(drawn.positions[lessons.BEHIND_RAILWAY], there) == pytest.approx(
        5200, abs=10
    )


def test_every_oasis_has_a_main_canal_that_roads_seldom_pass(world: World) -> None:
    for seat in SEATS:
        (canal,) = (one for one in world.barriers if one.name == f"{seat.name}干渠")
        passes = [road for road in world.roads if road.name == f"{canal.name}桥"]
        assert 1 <= len(passes) <= 5, seat.name


def test_a_washed_out_bridge_leaves_streets_that_reach_nothing(
    world: World, streets: Streets
) -> None:
    _, label = connected_components(streets.graph, directed=False)
    home = label[streets.nearest(world.positions[lessons.WASHED_OUT])]
    island = [point for point, own in zip(streets.nodes, label, strict=True) if own == home]
    assert 4 < len(island) < 12  # two lanes and the stump of the road
    rest = [point for point, own in zip(streets.nodes, label, strict=True) if own != home]
    gap = min(math.dist(a, b) for a in island for b in rest)
    assert gap == pytest.approx(70, abs=0.3)
    (gully,) = (LineString(one.points) for one in world.barriers if one.kind == "gully")
    ends = min(((a, b) for a in island for b in rest), key=lambda pair: math.dist(*pair))
    assert LineString(ends).crosses(gully)


def test_one_company_has_no_road_and_all_others_are_on_one_network(
    world: World, streets: Streets
) -> None:
    roads = MultiLineString([road.points for road in world.roads])
    assert roads.distance(Point(world.positions[lessons.NO_ROAD])) > 5000
    _, label = connected_components(streets.graph, directed=False)
    assert len(set(label)) == 2  # the other part is what the flood has cut off
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


CANAL = Barrier("canal", "渠", [(0.0, -100.0), (0.0, 100.0)])


def test_a_road_is_cut_twenty_metres_to_each_side_of_a_canal() -> None:
    road = Road("路", "company", [(-100.0, 0.0), (100.0, 0.0)])
    before, over, behind = with_passes([road], [CANAL])
    assert before.points == [(-100.0, 0.0), (-20.0, 0.0)]
    assert (over.points, over.over, over.name) == ([(-20.0, 0.0), (20.0, 0.0)], "桥", "渠桥")
    assert behind.points == [(20.0, 0.0), (100.0, 0.0)]
    assert with_passes([replace(road, points=[(5.0, 0.0), (9.0, 0.0)])], [CANAL])[0].over == ""
    # One that begins on the bank is a bridge from there; two canals side by side are one bridge.
    (over, behind) = with_passes([replace(road, points=[(-3.0, 0.0), (100.0, 0.0)])], [CANAL])
    assert over.points == [(-3.0, 0.0), (20.0, 0.0)]
    twin = replace(CANAL, points=[(30.0, -100.0), (30.0, 100.0)])
    names = [(one.over, one.metres) for one in with_passes([road], [CANAL, twin])]
    assert names == [("", 80.0), ("桥", 70.0), ("", 50.0)]


def test_a_lane_ends_at_the_bank() -> None:
    lane = Road("巷", "lane", [(-80.0, 0.0), (-30.0, 0.0), (60.0, 0.0)])
    assert ended_at_bank(lane, 1, [CANAL]).points == [(-80.0, 0.0), (-30.0, 0.0), (-15.0, 0.0)]
    assert ended_at_bank(lane, 1, []).points == lane.points


@given(
    st.lists(
        st.tuples(st.integers(-90, 90), st.integers(-90, 90)), min_size=2, max_size=6, unique=True
    )
)
def test_pieces_of_a_road_add_up_and_only_bridges_meet_the_canal(
    points: list[tuple[int, int]],
) -> None:
    # Off the canal by half a metre, as a junction on a canal is not drawn.
    line = [(x + 0.5, float(y)) for x, y in points]
    road = Road("路", "company", line)
    pieces = with_passes([road], [CANAL])
    assert pieces[0].points[0] == pytest.approx(line[0], abs=0.05)
    assert pieces[-1].points[-1] == pytest.approx(line[-1], abs=0.05)
    for first, second in pairwise(pieces):
        assert first.points[-1] == second.points[0]
    assert sum(piece.metres for piece in pieces) == pytest.approx(length(line), abs=0.1 * 12)
    for piece in pieces:
        assert bool(piece.over) or not crossings(piece.points, CANAL.points)
    assert any(piece.over for piece in pieces) == bool(crossings(line, CANAL.points))


def test_part_of_a_line_keeps_the_bends_between() -> None:
    line = [(0.0, 0.0), (10.0, 0.0), (10.0, 10.0)]
    assert part(line, 4.0, 15.0) == [(4.0, 0.0), (10.0, 0.0), (10.0, 5.0)]
    assert part(line, 0.0, 20.0) == line
