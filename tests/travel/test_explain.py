"""Why a unit is far: the world of acceptance case 7 with its canal drawn, and worlds like it.

The kindergarten stands at the origin, K2 800 m north of it; the only bridge is 2 800 m west:
2 800 + 800 + 2 800 = 6 400 m. A lane of 300 m leads from the kindergarten to the south bank of the
canal. From K2 a lane leads to the north bank at (0, 450): 150 + 200 + 150 + 150 = 650 m. A crossing
between the two lane ends is 150 m long; with it the way is 650 + 150 + 300 = 1 100 m and saves
5 300 m.
"""

from dataclasses import replace
from datetime import date
from itertools import pairwise

import geopandas as gpd
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, Point, box

from geo_planner.catalogue import TravelMode
from geo_planner.errors import NotKnownError
from geo_planner.travel import access
from geo_planner.travel.explain import explain
from tests.travel.worlds import METRIC, NAME, facilities, project, streets, units

BRIDGE = [(0, 0), (-2800, 0), (-2800, 800), (0, 800)]
NORTH_LANE = [(0, 800), (150, 800), (150, 600), (0, 600), (0, 450)]
STREETS = streets(
    (0, 2, BRIDGE),
    (0, 1, [(0, 0), (0, 300)]),
    (2, 3, NORTH_LANE),
    (4, 5, [(420, 560), (420, 700)]),  # an island; 420² + 560² = 700²
)
CANAL = gpd.GeoDataFrame(
    {"kind": ["canal"], "name": ["Main Canal"]},
    geometry=[LineString([(-2700, 400), (3000, 400)])],
    crs=METRIC,
)
KG1 = facilities(("KG1", (0, 0), {"status": "active"}))
COMPANIES = units(
    ("K2", (0, 800), {"children_3_5": 35.0}),
    ("K3", (420, 560), {"children_3_5": 10.0}),
)
WORLD = replace(project(COMPANIES, KG1, STREETS), barriers=CANAL)


def codes(found):
    return [cause.code for cause in found.causes]


def test_a_crossing_saves_5_3_km_for_35_children():
    found = explain(WORLD, "K2", "kindergarten")
    assert (found.state, found.method, found.limit) == ("beyond", "streets", 1500)
    way = found.nearest
    assert (way.facility_id, way.metres, way.effort, way.straight) == ("KG1", 6400, 6400, 800)
    assert way.detour == 8.0
    assert way.minutes == pytest.approx(6400 / 60)
    assert codes(found) == ["barrier", "missing_link"]
    barrier, link = found.causes
    assert barrier.at.equals(Point(0, 400))
    assert "Main Canal" in str(barrier.note)
    assert (link.gap.start.coords[0], link.gap.end.coords[0]) == ((0, 450), (0, 300))
    assert link.gap.metres == 150
    # From one lane end to the other today: 650 + 6 400 + 300.
    assert link.gap.around == pytest.approx(7350)
    assert (link.gap.barrier_kind, link.gap.barrier_name) == ("canal", "Main Canal")

    fix = found.fixes[0]
    assert fix.kind == "link"
    assert fix.gap == link.gap
    assert (fix.effort, fix.saves, fix.within) == (1100, 5300, True)
    assert (fix.gain.units_within, fix.gain.children_within) == (1, 35)
    assert fix.gain.metre_children == 35 * 5300
    assert str(fix.notes[0]) == (
        "A crossing of canal Main Canal here (a link of 150 m) saves 5.3 km for 35 children of K2."
    )
    site = next(one for one in found.fixes if one.kind == "site")
    assert (site.effort, site.saves, site.within) == (0, 6400, True)


def test_what_the_crossing_brings_to_neighbours():
    # Along the north road: K5 at 100 m has 6 300 m today and 100 + 1 100 = 1 200 m then, K6 at
    # 200 m 6 200 and 1 300 m; nobody counted K6's children. K7 at 500 m comes to 1 600 m: nearer,
    # not within 1 500 m.
    neighbours = units(
        ("K2", (0, 800), {"children_3_5": 35.0}),
        ("K5", (-100, 800), {"children_3_5": 20.0}),
        ("K6", (-200, 800), {"children_3_5": np.nan}),
        ("K7", (-500, 800), {"children_3_5": 4.0}),
    )
    found = explain(replace(WORLD, units=neighbours), "K2", "kindergarten")
    site, crossing = found.fixes
    # A kindergarten at K2 is within 1 500 m of all four, so that it comes first.
    assert (site.kind, site.gain.units_within, site.gain.children_within) == ("site", 4, 59)
    gain = crossing.gain
    assert (gain.units_within, gain.units_within_uncounted, gain.children_within) == (3, 1, 55)
    assert (gain.units_nearer, gain.units_nearer_uncounted, gain.units_connected) == (4, 1, 0)
    assert gain.metre_children == pytest.approx(35 * 5300 + 20 * 5100 + 4 * (5900 - 1600))


def test_an_island_has_no_path_and_a_link_to_the_streets():
    found = explain(WORLD, "K3", "kindergarten")
    assert (found.state, found.route, found.nearest.metres) == ("no_path", None, None)
    assert found.nearest.straight == pytest.approx(700)
    assert codes(found)[0] == "no_path"
    assert "island of 0.14 km" in str(found.causes[0].note)
    link = next(fix for fix in found.fixes if fix.kind == "link")
    assert link.saves is None
    assert link.gain.units_connected == 1
    # Its lower end is 420 m from the lane end at (0, 300) ... the best link is no longer than
    # the one there, (420, 560) to (0, 300), and its new metres count twice.
    reference = 2 * np.hypot(420, 260) + 300
    assert link.effort + link.gap.metres <= reference + 1e-6


def test_legs_follow_one_another_and_add_up():
    named = STREETS.assign(
        name=["West Road", "School Lane", "North Lane", None], road_class=["tertiary"] * 4
    )
    # 30 m south of the north road; 20 m east of the school lane, 200 m along it.
    world = replace(
        project(
            units(("A", (-100, 770), {})), facilities(("F", (20, 200), {"status": "active"})), named
        ),
        barriers=CANAL,
    )
    found = explain(world, "A", "kindergarten")
    legs = found.route.legs
    assert [(leg.kind, leg.name) for leg in legs] == [
        ("snap", None), ("street", "West Road"), ("street", "School Lane"), ("snap", None),
    ]  # fmt: skip
    assert [leg.metres for leg in legs] == pytest.approx([30, 6300, 200, 20])
    assert found.route.metres == pytest.approx(6550) == found.nearest.metres
    assert (found.nearest.unit_aside, found.nearest.facility_aside) == (30, 20)
    assert found.route.line.coords[0] == (-100, 770)
    assert found.route.line.coords[-1] == (20, 200)
    assert found.route.line.length == pytest.approx(6550)
    for before, after in pairwise(legs):
        assert before.line.coords[-1] == pytest.approx(after.line.coords[0])


def test_nearest_in_a_straight_line_is_another_one():
    both = facilities(
        ("KG1", (0, 0), {"status": "active"}), ("KG2", (-900, 800), {"status": "active"})
    )
    found = explain(replace(WORLD, facilities=both), "K2", "kindergarten")
    assert (found.nearest.facility_id, found.nearest.metres) == ("KG2", 900)
    assert (found.second.facility_id, found.second.metres) == ("KG1", 6400)
    assert found.nearest_straight.facility_id == "KG1"
    assert found.state == "within"
    assert "the way there is 6.4 km; to KG2 it is 0.90 km" in str(found.notes[-1])


def test_within_reach_by_an_ordinary_way_needs_no_change():
    found = explain(replace(WORLD, facilities=KG1), "K2", "kindergarten", limit=6400)
    assert found.state == "within"  # inclusive
    near = project(units(("A", (-500, 0), {})), KG1, STREETS)
    found = explain(near, "A", "kindergarten")
    assert (found.state, found.causes, found.fixes) == ("within", (), ())


def test_simply_far():
    # 9 000 m of straight road.
    world = project(
        units(("K4", (0, -9000), {"children_3_5": 15.0})),
        KG1,
        streets((0, 1, [(0, 0), (0, -9000)])),
    )
    found = explain(world, "K4", "kindergarten")
    assert codes(found) == ["simply_far"]
    (site,) = found.fixes
    assert (site.kind, site.saves, site.gain.children_within) == ("site", 9000, 15)


def test_winding_streets_without_one_place_to_mend():
    # 1 000 m straight (1 300 m at an ordinary pace) but 1 000 + 2 x 400 = 1 800 m by road; a link
    # has to save more than its own length, and none of up to 1 000 m saves a tenth.
    world = project(
        units(("A", (1000, 0), {})),
        KG1,
        streets((0, 1, [(0, 0), (0, 400), (1000, 400), (1000, 0)])),
    )
    found = explain(world, "A", "kindergarten")
    assert found.state == "beyond"
    assert codes(found) == ["winding"]


def test_far_from_every_street():
    # 1 000 m south of the lane's end; 200 m count as standing at a street.
    world = project(units(("A", (0, -1000), {"children_3_5": 7.0})), KG1, STREETS)
    found = explain(world, "A", "kindergarten")
    assert (found.state, codes(found)) == ("no_path", ["far_from_street"])
    assert "1000 m from the nearest street; up to 200 m" in str(found.causes[0].note)
    link = next(fix for fix in found.fixes if fix.kind == "link")
    assert (link.effort, link.gap.metres, link.within) == (1000, 1000, True)
    assert link.gain.units_connected == 1


def test_a_facility_far_from_every_street():
    lonely = facilities(("F", (900, 300), {"status": "active"}))
    found = explain(replace(WORLD, facilities=lonely, barriers=None), "K2", "kindergarten")
    assert found.state == "no_path"
    assert codes(found)[0] == "far_from_street"
    assert "F lies" in str(found.causes[0].note)
    assert any(fix.kind == "link" and fix.gap.end.equals(Point(900, 300)) for fix in found.fixes)


def test_no_position_and_no_facility():
    unplaced = project(units(("A", None, {})), KG1, STREETS)
    found = explain(unplaced, "A", "kindergarten")
    assert (found.state, codes(found), found.fixes, found.at) == (
        "no_position", ["no_position"], (), None,
    )  # fmt: skip
    nowhere = facilities(("F", None, {"status": "active"}))
    found = explain(replace(WORLD, facilities=nowhere), "K2", "kindergarten")
    assert (found.state, codes(found)) == ("no_position", ["no_position"])
    shut = facilities(("F", (0, 0), {"status": "closed"}))
    found = explain(replace(WORLD, facilities=shut), "K2", "kindergarten")
    assert (found.state, codes(found), found.nearest) == ("no_facility", ["no_facility"], None)
    (site,) = found.fixes
    assert (site.kind, site.saves, site.gain.units_within) == ("site", None, 1)
    assert "on the spot" in str(site.notes[0])


def test_without_streets_it_says_so():
    found = explain(project(COMPANIES, KG1), "K2", "kindergarten")
    # 800 x 1.3.
    assert (found.method, found.state, found.nearest.metres) == ("straight_line", "within", 1040)
    assert [leg.kind for leg in found.route.legs] == ["straight_line"]
    assert found.notes[0].code == "straight-line"
    found = explain(project(COMPANIES, KG1), "K2", "kindergarten", limit=1000)
    assert (found.state, codes(found)) == ("beyond", ["simply_far"])
    # A site at K2 is 800 m from nobody else: K3 lies hypot(420, 240) = 483.7 m away, 628.8 x-way,
    # and has 910 m (within 1 000) already.
    assert found.fixes[0].gain.units_within == 1


def test_legs_off_the_road_are_part_of_the_route():
    # The canal still bars K2's straight line. K3 leaves its island for K2's lane: from x = 420 to
    # x = 150 at y = 600, hypot(270, 40) = 272.95 m, of which 200 count plainly.
    rough = TravelMode("rough", NAME, 1.0, "walk", 1.3, 200, offroad_metres=500, offroad_pace=2.0)
    world = replace(WORLD, catalogue=WORLD.catalogue.adding(travel_modes=(rough,)))
    found = explain(world, "K3", "kindergarten", mode="rough", limit=9000)
    leg = np.hypot(270, 40)
    assert [part.kind for part in found.route.legs] == ["offroad", "snap", "street"]
    assert found.method == "offroad"
    # Along the lane from (150, 600) back to (0, 800): 200 + 150, then 6 400.
    assert found.nearest.metres == pytest.approx(leg + 350 + 6400)
    assert found.nearest.effort == pytest.approx(200 + 2 * (leg - 200) + 350 + 6400)
    row = access(world, "kindergarten", mode="rough", limit=9000).loc["K3"]
    assert (row["state"], row["method"]) == ("within", "offroad")
    assert row["network_m"] == pytest.approx(found.nearest.metres, abs=1e-3)
    assert row["minutes"] == pytest.approx(found.nearest.minutes, abs=1e-4)
    # Where nothing bars it, K2 walks straight: 800 m at half the pace take as long as 1 600 m.
    rough = replace(rough, offroad_metres=1000.0)
    open_ground = replace(WORLD, barriers=None)
    world = replace(open_ground, catalogue=WORLD.catalogue.adding(travel_modes=(rough,)))
    found = explain(world, "K2", "kindergarten", mode="rough")
    assert [part.kind for part in found.route.legs] == ["offroad"]
    assert (found.nearest.metres, found.nearest.effort, found.state) == (800, 1600, "beyond")


def test_at_the_very_door():
    # On the streets, and off all of them: 0 m in both cases.
    for at in ((0, 0), (5000, 5000)):
        world = project(units(("A", at, {})), facilities(("F", at, {"status": "active"})), STREETS)
        found = explain(world, "A", "kindergarten")
        assert (found.state, found.nearest.metres, found.nearest.detour) == ("within", 0, None)
        assert (found.route.legs, found.route.line.length, found.causes) == ((), 0, ())


def test_on_one_edge():
    # Both stand on the north road, 300 m apart.
    world = project(
        units(("A", (-500, 800), {})), facilities(("F", (-800, 800), {"status": "active"})), STREETS
    )
    found = explain(world, "A", "kindergarten")
    assert found.nearest.metres == 300
    assert list(found.route.line.coords) == [(-500, 800), (-800, 800)]


def test_a_unit_that_is_not_assessed_is_explained_and_said():
    regiment = units(
        ("R", (0, 800), {"kind": "regiment", "parent_id": None}),
        ("K", (0, 800), {"abolished_on": "2020-01-01"}),
        ("K2", (-10, 800), {"children_3_5": 1.0}),
    )
    regiment["abolished_on"] = [None, "2020-01-01", None]
    regiment["abolished_on"] = regiment["abolished_on"].astype("datetime64[ns]")
    world = replace(WORLD, units=regiment)
    for unit in ("R", "K"):
        found = explain(world, unit, "kindergarten")
        assert not found.assessed
        assert found.nearest.metres == 6400
        assert "not-assessed" in [note.code for note in found.notes]
        # Only K2 is assessed: 1 200 children-free units do not count.
        assert found.fixes[0].gain.units_within == 1
    assert explain(world, "K2", "kindergarten").assessed


def test_a_type_without_a_limit_for_the_mode():
    kind = WORLD.catalogue.facility_type("kindergarten")
    free = replace(kind, drive_minutes=None)
    catalogue = WORLD.catalogue.adding(facility_types=(free,))
    found = explain(replace(WORLD, catalogue=catalogue), "K2", "kindergarten", mode="drive")
    assert (found.limit, found.state) == (None, "within")
    assert "no-limit" in [note.code for note in found.notes]


@pytest.mark.parametrize(
    ("words", "near"),
    [
        (("K22", "kindergarten", "walk"), "K2"),
        (("K2", "kindergraten", "walk"), "kindergarten"),
        (("K2", "kindergarten", "wolk"), "walk"),
    ],
)
def test_unknown_names_list_near_ones(words, near):
    unit, kind, mode = words
    with pytest.raises(NotKnownError) as caught:
        explain(WORLD, unit, kind, mode=mode)
    assert near in caught.value.near


def test_a_site_is_also_reached_over_open_ground():
    # Both lie farther than 200 + 500 m from the only road; 300 m apart, which off the road take as
    # long as 600: a site at A has B within 1,000, too.
    rough = TravelMode("rough", NAME, 1.0, "walk", 1.3, 200, offroad_metres=500, offroad_pace=2.0)
    lone = project(
        units(("A", (0, 4000), {"children_3_5": 10.0}), ("B", (0, 4300), {"children_3_5": 20.0})),
        KG1,
        streets((0, 1, [(0, 0), (5000, 0)])),
    )
    lone = replace(lone, catalogue=lone.catalogue.adding(travel_modes=(rough,)))
    found = explain(lone, "A", "kindergarten", mode="rough", limit=1000)
    site = next(fix for fix in found.fixes if fix.kind == "site")
    assert (site.gain.units_within, site.gain.children_within) == (2, 30)


def test_on_another_day():
    later = facilities(("KG1", (0, 0), {"status": "active", "opened_on": "2025-06-01"}))
    world = replace(WORLD, facilities=later)
    found = explain(world, "K2", "kindergarten", as_of=date(2025, 5, 31))
    assert (found.state, found.as_of) == ("no_facility", date(2025, 5, 31))
    assert explain(world, "K2", "kindergarten", as_of=date(2025, 6, 1)).state == "beyond"


def test_a_barrier_that_is_an_area_and_one_without_a_name():
    wide = gpd.GeoDataFrame(
        {"kind": ["river", None], "name": [None, "Old Wall"]},
        geometry=[box(-2700, 380, 3000, 420), LineString([(-100, 500), (100, 500)])],
        crs=METRIC,
    )
    found = explain(replace(WORLD, barriers=wide), "K2", "kindergarten")
    barriers = [cause for cause in found.causes if cause.code == "barrier"]
    # Met from the north: the wall at 500, then the river's near bank at 420.
    assert [cause.at.y for cause in barriers] == [500, 420]
    assert "Old Wall" in str(barriers[0].note)
    assert "river" in str(barriers[1].note)


def test_a_footbridge_of_one_way_streets_leads_one_way():
    from geo_planner.travel.built import network_of

    world = replace(WORLD, streets=STREETS.copy())
    network = network_of(world.streets, world.catalogue.travel_mode("walk"))
    closed = network.metres.copy()
    closed[0] = np.inf
    # The bridge road may be used from the kindergarten to K2 only.
    object.__setattr__(network, "forward", network.metres.copy())
    object.__setattr__(network, "back", closed)
    found = explain(world, "K2", "kindergarten")
    assert found.state == "no_path"
    assert "in the direction" in str(found.causes[0].note)
    link = next(fix for fix in found.fixes if fix.kind == "link")
    assert link.effort == 1100


coordinate = st.integers(0, 12).map(lambda number: number * 100.0)
spot = st.tuples(coordinate, coordinate)


@st.composite
def worlds(draw):
    """Lanes between the points of a grid, some missing; units and facilities anywhere on it."""
    at = [(east * 300.0, north * 300.0) for east in range(4) for north in range(4)]
    pairs = [
        (one, other)
        for one in range(16)
        for other in range(one + 1, 16)
        if np.hypot(*np.subtract(at[one], at[other])) == 300
    ]
    kept = draw(st.lists(st.sampled_from(pairs), min_size=1, unique=True))
    lanes = streets(*((one, other, [at[one], at[other]]) for one, other in kept))
    people = draw(st.lists(spot, min_size=1, max_size=5))
    sites = draw(st.lists(spot, min_size=1, max_size=4))
    return project(
        units(*((f"U{n}", p, {"children_3_5": float(n + 1)}) for n, p in enumerate(people))),
        facilities(*((f"F{n}", p, {"status": "active"}) for n, p in enumerate(sites))),
        lanes,
    )


@settings(max_examples=60, deadline=None)
@given(worlds(), st.integers(100, 1500))
def test_it_agrees_with_access_and_with_itself(world, limit):
    table = access(world, "kindergarten", limit=limit)
    for unit, row in table.iterrows():
        found = explain(world, unit, "kindergarten", limit=limit)
        assert found.state == row["state"]
        if np.isnan(row["network_m"]):
            assert found.route is None
            continue
        assert found.nearest.metres == pytest.approx(row["network_m"], abs=2e-3)
        assert found.route.metres == pytest.approx(sum(leg.metres for leg in found.route.legs))
        assert found.route.line.length == pytest.approx(found.nearest.metres, abs=1e-6)
        if found.second is not None:
            assert found.second.effort >= found.nearest.effort - 1e-9
        for fix in found.fixes:
            assert fix.effort <= found.nearest.effort + 1e-9


@settings(max_examples=40, deadline=None)
@given(worlds(), st.integers(100, 900))
def test_what_a_site_brings_is_what_building_it_brings(world, limit):
    before = access(world, "kindergarten", limit=limit)
    for unit in before.index[before["state"] == "beyond"]:
        site = next(
            fix for fix in explain(world, unit, "kindergarten", limit=limit).fixes
            if fix.kind == "site"
        )  # fmt: skip
        built = facilities(("NEW", site.at.coords[0], {"status": "active"}))
        after = access(world.adding(built), "kindergarten", limit=limit)
        fresh = (after["state"] == "within") & (before["state"] != "within")
        assert site.gain.units_within == fresh.sum()
        assert site.gain.children_within == after.loc[fresh, "children"].sum()


@settings(max_examples=40, deadline=None)
@given(worlds(), st.integers(100, 900))
def test_what_a_link_brings_is_what_building_it_brings(world, limit):
    before = access(world, "kindergarten", limit=limit)
    for unit in before.index[before["state"] != "within"][:2]:
        found = explain(world, unit, "kindergarten", limit=limit)
        for fix in found.fixes:
            if fix.gap is None or not _beside_nobody(world, fix.gap):
                continue
            built = replace(world, streets=_with_street(world.streets, fix.gap))
            after = access(built, "kindergarten", limit=limit)
            fresh = (after["state"] == "within") & (before["state"] != "within")
            assert after.loc[unit, "network_m"] == pytest.approx(fix.effort, abs=2e-3)
            assert fix.gain.units_within == fresh.sum()
            saved = (before["network_m"] - after["network_m"]) * after["children"]
            assert fix.gain.metre_children == pytest.approx(saved.sum(), abs=0.1)


def _beside_nobody(world, gap):
    """Return whether a link joins two streets and is nobody's nearest street."""
    if max(world.streets.distance(end).min() for end in (gap.start, gap.end)) > 1e-6:
        return False
    points = [*world.units.geometry, *world.facilities.geometry]
    return all(
        world.streets.distance(point).min() < gap.line.distance(point) - 1e-6
        or world.streets.distance(point).min() == 0
        for point in points
    )


def _with_street(lanes, gap):
    """Return the streets with the gap built, its ends made junctions."""
    rows = [(int(row.start), int(row.end), list(row.geometry.coords)) for row in lanes.itertuples()]
    fresh = max(max(row[0], row[1]) for row in rows) + 1
    ends = []
    for point in (gap.start, gap.end):
        at = point.coords[0]
        index = int(np.argmin([LineString(row[2]).distance(point) for row in rows]))
        start, end, line = rows[index]
        if Point(line[0]).distance(point) < 1e-9:
            ends.append(start)
        elif Point(line[-1]).distance(point) < 1e-9:
            ends.append(end)
        else:
            rows[index] = (start, fresh, [line[0], at])
            rows.append((fresh, end, [at, line[-1]]))
            ends.append(fresh)
            fresh += 1
    rows.append((ends[0], ends[1], [gap.start.coords[0], gap.end.coords[0]]))
    return streets(*rows)
