"""Isochrones: a spot is inside exactly when a unit that stands there is within the limit."""

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pyproj import Transformer
from shapely import LineString, Point, Polygon

from geo_planner.errors import NoStreetsError, NotKnownError, OutsideWorldError
from geo_planner.travel import StreetNetwork
from geo_planner.travel.areas.reached import chains, reach_streets
from geo_planner.travel.isochrones import isochrones, street_minutes
from geo_planner.travel.snapping import Snapped
from tests.travel.worlds import METRIC, WALK, facilities, project, streets, units

ROAD = streets((0, 1, [(0, 0), (3000, 0)]))


def world(*sites, roads=ROAD, people=(), barriers=None):
    made = project(
        units(*(people or [("K1", (0, 0), {"children_3_5": 1.0})])),
        facilities(*((f"F{i}", at, {}) for i, at in enumerate(sites))),
        roads,
    )
    return made if barriers is None else replace(made, barriers=barriers)


def walls(*shapes):
    return gpd.GeoDataFrame({"kind": ["canal"] * len(shapes)}, geometry=list(shapes), crs=METRIC)


def area_of(found, limit=0):
    return found.areas.geometry.iloc[limit]


def test_one_road_in_the_steppe_is_a_lens_that_can_be_worked_by_hand():
    # Facility on the road at 1500 m; limit 300 m. At x metres along the road 300 - x are left, but
    # never more than the 200 m a walker may stand off the street: half height min(200, 300 - x).
    # Upper half: 2 x (100 m x 200 m + 200 m x 200 m / 2) = 80,000 m2; both halves 160,000 m2.
    found = isochrones(world((1500, 0)), "kindergarten", metres=[300])
    area = area_of(found)
    assert area.is_valid
    assert area.geom_type == "MultiPolygon"
    assert area.area == pytest.approx(160_000, rel=0.01)
    assert area.bounds == pytest.approx((1200, -200, 1800, 200), abs=found.tolerance)
    assert area.contains(LineString([(1201, 0), (1799, 0)]))
    assert found.areas["area_km2"].iloc[0] == pytest.approx(area.area / 1e6)


def test_a_dead_end_ends_round():
    # At the road's own end whoever stands behind it meets the end: a half circle of what is left.
    area = area_of(isochrones(world((0, 0)), "kindergarten", metres=[150]))
    assert area.contains(Point(-149, 0))
    assert area.contains(Point(-104, 104))
    assert not area.contains(Point(-110, 110))
    assert not area.contains(Point(75, 85))  # 75 m along leave 75 m beside
    assert area.contains(Point(75, 70))


def test_the_stretch_from_facility_to_street_counts():
    # 100 m beside the road: of 300 m, 200 are left at the road.
    area = area_of(isochrones(world((1500, 100)), "kindergarten", metres=[300]))
    assert area.bounds == pytest.approx((1300, -200, 1700, 200), abs=8)
    far = isochrones(world((1500, 100)), "kindergarten", metres=[50])
    assert area_of(far).is_empty
    assert far.areas["units"].tolist() == [0]


def test_minutes_are_metres_by_the_pace_of_the_mode():
    timed = isochrones(world((1500, 0)), "kindergarten", minutes=[5])
    assert timed.areas["limit_m"].tolist() == [300]
    assert timed.areas["minutes"].tolist() == [5]
    assert area_of(timed).equals(
        area_of(isochrones(world((1500, 0)), "kindergarten", metres=[300]))
    )
    assert isochrones(world((1500, 0)), "kindergarten").areas["minutes"].tolist() == [5, 10, 15]


def test_an_island_is_left_out_and_holds_its_own_land():
    # A path 100 m north that touches nothing: who stands nearer to it is there, without a way.
    roads = streets((0, 1, [(0, 0), (3000, 0)]), (2, 3, [(1300, 100), (1700, 100)]))
    area = area_of(isochrones(world((1500, 0), roads=roads), "kindergarten", metres=[300]))
    assert area.contains(Point(1500, 45))
    assert not area.contains(Point(1500, 60))
    assert area.contains(Point(1500, -150))


def test_the_other_bank_is_not_reached_across_the_canal():
    # Streets on both banks, 60 m apart, joined by a bridge 2 km away: the far bank is 4 km round.
    roads = streets(
        (0, 1, [(0, 0), (2000, 0)]), (1, 2, [(2000, 0), (2000, 60)]), (2, 3, [(2000, 60), (0, 60)])
    )
    area = area_of(isochrones(world((0, 0), roads=roads), "kindergarten", metres=[400]))
    assert not area.contains(Point(50, 40))
    assert area.contains(Point(50, 20))


def test_no_leg_crosses_a_barrier_even_where_no_street_is_beyond():
    canal = LineString([(0, 50), (3000, 50)])
    found = isochrones(world((1500, 0), barriers=walls(canal)), "kindergarten", metres=[300])
    area = area_of(found)
    assert area.contains(Point(1500, 49))
    assert not area.contains(Point(1500, 51))
    assert area.contains(Point(1500, -150))
    assert area.is_valid


def test_a_street_over_a_bridge_has_land_on_both_banks():
    canal = Polygon([(1600, -500), (1620, -500), (1620, 500), (1600, 500)])
    area = area_of(
        isochrones(world((1500, 0), barriers=walls(canal)), "kindergarten", metres=[300])
    )
    assert area.contains(Point(1590, 30))
    assert area.contains(Point(1630, 30))
    assert not area.contains(Point(1610, 30))  # nobody lives in the canal
    line = LineString([(1600, -500), (1600, 500)])
    thin = area_of(isochrones(world((1500, 0), barriers=walls(line)), "kindergarten", metres=[300]))
    assert len(thin.geoms) == 1
    assert thin.area == pytest.approx(160_000, rel=0.01)


def test_units_and_children_within_are_those_of_access():
    people = [
        ("near", (1400, 50), {"children_3_5": 7.0}),
        ("unsaid", (1600, 0), {"children_3_5": None}),
        ("far", (2490, 0), {"children_3_5": 100.0}),
        ("lost", None, {"children_3_5": 9.0}),
    ]
    found = isochrones(world((1500, 0), people=people), "kindergarten", metres=[200, 1000])
    assert found.areas["units"].tolist() == [2, 3]
    assert found.areas["children"].tolist() == [7, 107]
    assert found.areas["children_unknown"].tolist() == [1, 1]
    for limit, area in zip([200, 1000], found.areas.geometry, strict=True):
        for name, at, _ in people[:3]:
            assert area.contains(Point(at)) == (abs(at[0] - 1500) + at[1] <= limit), name


def test_each_facility_alone_a_chosen_one_and_a_point():
    here = world((500, 0), (2500, 0))
    each = isochrones(here, "kindergarten", metres=[100, 200], each=True)
    assert each.areas["facility_id"].tolist() == ["F0", "F0", "F1", "F1"]
    assert each.areas["facilities"].tolist() == [1, 1, 1, 1]
    chosen = isochrones(here, "kindergarten", metres=[200], facilities=["F1"])
    assert area_of(chosen).bounds[0] == pytest.approx(2300, abs=8)
    both = isochrones(here, "kindergarten", metres=[200])
    assert len(area_of(both).geoms) == 2
    roads = ROAD.set_geometry(ROAD.translate(500_000, 4_740_000))
    lon, lat = Transformer.from_crs(METRIC, 4326, always_xy=True).transform(500_700, 4_740_000)
    trial = isochrones(world(roads=roads), "kindergarten", metres=[200], point=(lon, lat))
    assert area_of(trial).bounds[0] == pytest.approx(500_500, abs=8)


def test_nothing_to_start_from_is_said():
    none = isochrones(world(), "kindergarten", metres=[100])
    assert area_of(none).is_empty
    assert [note.code for note in none.notes] == ["no-facility"]
    off = isochrones(world((1500, 900)), "kindergarten", metres=[1000])
    assert area_of(off).is_empty
    assert any(note.code == "facilities-off-streets" and "F0" in str(note) for note in off.notes)
    assert len(isochrones(world(), "kindergarten", metres=[100], each=True).areas) == 0


def test_without_streets_circles_say_what_they_are():
    # 1.3 times the straight line is 300 m at 230.8 m.
    found = isochrones(world((0, 0), roads=None), "kindergarten", metres=[300, 600])
    assert found.method == "straight_line"
    assert area_of(found).area == pytest.approx(np.pi * (300 / 1.3) ** 2, rel=0.002)
    assert area_of(found, 1).contains(area_of(found))
    assert found.notes[0].code == "straight-line"


def test_wrong_requests():
    here = world((0, 0))
    with pytest.raises(ValueError, match="not both"):
        isochrones(here, "kindergarten", minutes=[5], metres=[300])
    for bad in (0, -5, np.inf, np.nan):
        with pytest.raises(ValueError, match="above 0"):
            isochrones(here, "kindergarten", minutes=[bad])
    with pytest.raises(NotKnownError):
        isochrones(here, "kindergarten", facilities=["F9"])
    with pytest.raises(NotKnownError):
        isochrones(here, "nursery")
    with pytest.raises(NoStreetsError):
        street_minutes(world((0, 0), roads=None), "kindergarten")


# Laws over random towns: a hundred metres a step, edges that cross without a junction (bridges),
# double edges, dead ends and islands.
step = st.integers(0, 8).map(lambda hundred: hundred * 100.0)
spot = st.tuples(step, step)
anywhere = st.tuples(st.integers(-50, 850).map(float), st.integers(-50, 850).map(float))


@st.composite
def towns(draw):
    nodes = draw(st.lists(spot, min_size=2, max_size=8, unique=True))
    index = st.integers(0, len(nodes) - 1)
    pairs = draw(st.lists(st.tuples(index, index), min_size=1, max_size=12))
    rows = [(a, b, [nodes[a], nodes[b]]) for a, b in pairs if a != b]
    sites = draw(st.lists(anywhere, min_size=1, max_size=3))
    return rows or [(0, 1, [nodes[0], nodes[1]])], sites


def ways(table, sites, points):
    """Least and greatest way of each point, where its nearest street is a matter of a few metres.

    Brute force: the distance to every edge, and from the foot on it by the network's own search.
    """
    network = StreetNetwork.from_streets(table)
    there = network.snap(np.array([Point(at) for at in sites], dtype=object), reach=200)
    lines = table.geometry.to_numpy()
    off = shapely.distance(lines[:, None], points[None, :])
    foot = shapely.line_locate_point(lines[:, None], points[None, :])
    edge = np.repeat(np.arange(len(lines)), len(points))
    found = network.nearest_points(Snapped(edge, foot.ravel(), off.ravel()), there).metres.reshape(
        off.shape
    )
    found = np.where(off <= 200, found, np.inf)
    return network, there, off, found


@given(towns(), st.lists(st.integers(2, 12).map(lambda n: n * 50.0), min_size=1, max_size=3))
@settings(max_examples=60, deadline=None)
def test_inside_is_within_by_brute_force_and_areas_are_nested(town, limits):
    rows, sites = town
    table = streets(*rows)
    found = isochrones(world(*sites, roads=table), "kindergarten", metres=limits)
    grid = np.arange(-250, 1060, 37.0)
    points = shapely.points(np.stack(np.meshgrid(grid, grid), axis=-1).reshape(-1, 2))
    _, _, off, way = ways(table, sites, points)
    slack = found.tolerance
    near = off <= off.min(axis=0) + slack
    least = np.where(near, way, np.inf).min(axis=0)
    most = np.where(near, np.where(off <= 200 - slack, way, np.inf), -np.inf).max(axis=0)
    before = None
    for limit, area in zip(found.areas["limit_m"], found.areas.geometry, strict=True):
        assert area.is_valid
        assert area.geom_type == "MultiPolygon"
        inside = shapely.contains_xy(area, shapely.get_coordinates(points))
        assert not (inside & (least > limit + slack)).any()
        assert not (~inside & (most <= limit - slack)).any()
        if before is not None:
            assert before.difference(area).area <= 1e-6
        before = area


def test_a_wall_before_a_dead_end_throws_a_shadow():
    # The road ends at (0, 0); a wall 40 m long stands across 50 m behind it. From the end, the
    # shadow opens fanwise: behind the wall at twice the distance it is twice as wide.
    wall = LineString([(-50, -20), (-50, 20)])
    area = area_of(isochrones(world((0, 0), barriers=walls(wall)), "kindergarten", metres=[190]))
    for at, open_land in (
        ((-45, 0), True), ((-60, 0), False), ((-100, 35), False), ((-100, 45), True),
        ((-150, -50), False), ((-150, 70), True), ((100, 50), True),
    ):  # fmt: skip
        assert area.contains(Point(at)) == open_land, at


@given(towns(), st.lists(st.tuples(spot, spot), min_size=1, max_size=3))
@settings(max_examples=30, deadline=None)
def test_no_leg_crosses_any_barrier_by_brute_force(town, canals):
    rows, sites = town
    table = streets(*rows)
    lines = [LineString([(a + 31, b + 17), (c + 31, d + 17)]) for (a, b), (c, d) in canals]
    barriers = walls(*(line for line in lines if line.length))
    # Facilities are walked to as units are: one behind a barrier is another facility's business.
    doors = shapely.shortest_line(shapely.union_all(table.geometry), shapely.points(sites))
    assume(not shapely.intersects(doors, shapely.union_all(barriers.geometry.to_numpy())).any())
    made = replace(world(*sites, roads=table), barriers=barriers)
    found = isochrones(made, "kindergarten", metres=[500])
    area, slack = area_of(found), found.tolerance
    free = area_of(isochrones(world(*sites, roads=table), "kindergarten", metres=[500]))
    assert area.is_valid
    assert area.difference(free.buffer(slack)).is_empty
    shrunk = free.buffer(-2 * slack)
    grid = np.arange(-150, 960, 61.0)
    points = shapely.points(np.stack(np.meshgrid(grid, grid), axis=-1).reshape(-1, 2))
    edges = table.geometry.to_numpy()
    off = shapely.distance(edges[:, None], points[None, :])
    clear = shapely.distance(area.boundary, points) > 2 * slack
    walled = shapely.union_all(barriers.geometry.to_numpy())
    for number in np.flatnonzero(clear & (off.min(axis=0) > 0)):
        near = np.flatnonzero(off[:, number] <= off[:, number].min() + slack)
        legs = shapely.shortest_line(edges[near], points[number])
        crossed = shapely.intersects(legs, walled)
        if len(set(crossed)) == 1 and shrunk.contains(points[number]):
            assert area.contains(points[number]) != crossed[0]


@given(towns())
@settings(max_examples=60, deadline=None)
def test_streets_are_cut_where_the_way_turns_and_at_the_breaks(town):
    rows, sites = town
    table = streets(*rows)
    network = StreetNetwork.from_streets(table)
    there = network.snap(np.array([Point(at) for at in sites], dtype=object), reach=200)
    whole = reach_streets(network, there)
    cut = whole.cut(np.array([100.0, 250.0, 400.0]))
    rng = np.random.default_rng(0)
    edge, share = rng.integers(0, len(network.start), 50), rng.random(50)
    spots = Snapped(edge, share * network.metres[edge], np.zeros(50))
    way = network.nearest_points(spots, there).metres
    for pieces in (whole, cut):
        piece = np.searchsorted(pieces.edge * 2 + pieces.begin, edge * 2 + share, side="right") - 1
        assert np.allclose(pieces.at(share, piece), way, atol=1e-6)
        assert np.allclose(pieces.at(share, piece, effort=False), way, atol=1e-6)
    lines = chains(network.shapes, cut.edge, cut.begin, cut.end).lines()
    assert shapely.length(lines).sum() == pytest.approx(table.length.sum())
    for bound in (100.0, 250.0, 400.0):
        low, high = (pick(cut.effort_begin, cut.effort_end) for pick in (np.minimum, np.maximum))
        assert not ((low < bound - 1e-6) & (high > bound + 1e-6) & np.isfinite(high)).any()


def test_streets_are_coloured_by_minutes():
    # 1 m/s: 5 minutes are 300 m, 10 are 600 m to both sides of 1500 m.
    roads = streets((0, 1, [(0, 0), (3000, 0)]), (2, 3, [(0, 900), (100, 900)]))
    found = street_minutes(world((1500, 0), roads=roads), "kindergarten", breaks=[10, 5])
    assert found.breaks == (5, 10)
    lengths = found.streets.length.groupby(found.streets["upto"]).sum()
    assert lengths.to_dict() == pytest.approx({5.0: 600, 10.0: 600})
    states = found.streets.length.groupby(found.streets["state"]).sum()
    assert states.to_dict() == pytest.approx({"within": 1200, "beyond": 1800, "no_path": 100})
    assert found.streets.loc[found.streets["state"] == "no_path", "minutes"].isna().all()
    assert found.streets.loc[found.streets["state"] == "no_path", "facility_id"].isna().all()
    assert (found.streets.loc[found.streets["state"] != "no_path", "facility_id"] == "F0").all()


def test_the_same_question_has_the_same_answer_to_the_last_byte():
    here = world((1400, 30), (2600, -10))
    one, two = (isochrones(here, "kindergarten", metres=[250, 700]) for _ in range(2))
    assert [area.wkb for area in one.areas.geometry] == [area.wkb for area in two.areas.geometry]


def test_a_real_town_against_the_network_itself(liechtenstein):
    found = isochrones(liechtenstein, "kindergarten", minutes=[5, 10, 15])
    network = StreetNetwork.from_streets(liechtenstein.streets, mode=WALK)
    sites = liechtenstein.facilities.geometry.to_numpy()
    there = network.snap(sites, reach=WALK.snap_metres)
    rng = np.random.default_rng(1)
    low, high = np.array(found.areas.total_bounds).reshape(2, 2)
    points = shapely.points(rng.uniform(low - 100, high + 100, (20_000, 2)))
    way = network.nearest_points(network.snap(points, reach=WALK.snap_metres), there).metres
    for limit, area in zip(found.areas["limit_m"], found.areas.geometry, strict=True):
        assert area.is_valid
        inside = shapely.contains_xy(area, shapely.get_coordinates(points))
        wrong = points[inside != (way <= limit)]
        assert (shapely.distance(area.boundary, wrong) <= found.tolerance).all()
        assert len(wrong) < 20


@pytest.fixture(scope="module")
def liechtenstein():
    """Real streets, with six made-up kindergartens at junctions."""
    from layers.streets import read_streets
    from tests.osm.extracts import real_extract

    read = read_streets(real_extract("liechtenstein"))
    edges = read.edges
    ends = shapely.get_point(edges.geometry.to_numpy()[::1200][:6], 0)
    sites = facilities(*((f"F{i}", at, {}) for i, at in enumerate(ends))).set_crs(
        edges.crs, allow_override=True
    )
    people = units(("K1", ends[0], {"children_3_5": 1.0})).set_crs(edges.crs, allow_override=True)
    made = project(units(("K1", (0, 0), {})), facilities())
    return replace(made, units=people, facilities=sites, streets=edges, crs=edges.crs)


@pytest.mark.parametrize("place", [(0.0, 0.0), (float("nan"), 42.8)])
def test_a_point_that_the_projects_crs_does_not_hold_is_refused(place):
    # A quarter of the globe from its meridian a transverse Mercator has no positions.
    with pytest.raises(OutsideWorldError, match="point"):
        isochrones(world(), "kindergarten", metres=[200], point=place)
