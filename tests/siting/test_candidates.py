"""Candidates out of streets and buildings, the unit each stands for, and land left out.

The world: two regiments drawn as squares of 10 km, side by side; in the first company A at (1000,
1000) and company B drawn as a square of 400 m around (5000, 5000); in the second company C at
(15000, 5000). Company X was abolished in 2020.
"""

from __future__ import annotations

import dataclasses
from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_planner.errors import (
    BadGeometryError,
    BadNumberError,
    DuplicateIdError,
    NoStreetsError,
    NotKnownError,
    TooLargeError,
)
from geo_planner.rows import FacilityType, Label
from geo_planner.siting import Candidates, propose
from geo_planner.siting.candidates import candidate_table, unit_candidates
from geo_planner.siting.places.building_candidates import building_candidates
from geo_planner.siting.places.exclusion import excluding, off_barriers
from geo_planner.siting.places.homes import homes_of
from geo_planner.siting.places.street_candidates import along_streets, street_candidates
from geo_planner.siting_errors import NoCandidatesError
from tests.travel import worlds

DAY = date(2025, 12, 31)
SCHOOL = FacilityType("school", Label("学校", "School"), assessed=("company",))


def world(streets=None, facilities=()):
    above = {"kind": "regiment", "parent_id": None, "abolished_on": None}
    units = worlds.units(
        ("R1", shapely.box(0, 0, 10_000, 10_000), above),
        ("R2", shapely.box(10_000, 0, 20_000, 10_000), above),
        ("A", (1000, 1000), {"parent_id": "R1"}),
        ("B", shapely.box(4800, 4800, 5200, 5200), {"parent_id": "R1"}),
        ("C", (15_000, 5000), {"parent_id": "R2"}),
        ("X", (9900, 5000), {"parent_id": "R1", "abolished_on": "2020-01-01"}),
    )
    units["abolished_on"] = pd.to_datetime(units["abolished_on"])
    units["children_3_5"] = 10.0
    return worlds.project(
        units, worlds.facilities(*facilities), streets, types=(worlds.KINDERGARTEN, SCHOOL)
    )


def homes(project, *places):
    points = np.array([None if at is None else shapely.Point(at) for at in places], dtype=object)
    rows, nearest = homes_of(project, points, DAY)
    codes = [None if row < 0 else project.units.index[row] for row in rows]
    return codes, nearest.tolist()


def test_a_place_is_in_the_smallest_area_or_at_the_nearest_unit():
    found = homes(
        world(),
        (5100, 5100),  # in B's own square
        (5300, 5000),  # in R1: B (300 m) is nearer than A
        (9800, 5000),  # in R1: B, though X, abolished, stood 100 m away and C is in R2
        (10_100, 5000),  # in R2: C, though B is nearer
        (1000, -50),  # in no area: A
        None,
    )
    assert found == (["B", "B", "B", "C", "A", None], [False, True, True, True, True, False])


def test_of_two_nearest_units_the_first_in_the_table_is_taken():
    # (8000, 5000) is 3,000 m from B's middle and from nothing else in R1; with A put at
    # (11000, 5000) and no areas, both are 3,000 m away.
    units = worlds.units(("P", (11_000, 5000), {}), ("Q", (5000, 5000), {}))
    project = worlds.project(units, worlds.facilities())
    assert homes(project, (8000, 5000)) == (["P"], [True])


def test_a_project_without_units_of_the_third_level_gives_the_area_itself():
    project = worlds.project(
        worlds.units(("R1", shapely.box(0, 0, 100, 100), {"kind": "regiment"})),
        worlds.facilities(),
    )
    assert homes(project, (50, 50), (500, 50)) == (["R1", None], [False, False])


def lines(*ways):
    return np.array([shapely.LineString(way) for way in ways], dtype=object)


def test_places_every_so_many_metres():
    # 1,000 m in parts of 200 m: 0, 200 ... 1,000. Cut in two at a node it is still one street.
    whole = along_streets(lines([(0, 0), (1000, 0)]), 200)
    assert sorted(whole[:, 0].tolist()) == [0, 200, 400, 600, 800, 1000]
    cut = along_streets(lines([(300, 0), (1000, 0)], [(0, 0), (300, 0)]), 200)
    assert np.array_equal(np.sort(cut, axis=0), np.sort(whole, axis=0))
    # 500 m: three equal parts of 166.667 m, none longer than 200 m.
    assert sorted(along_streets(lines([(0, 0), (500, 0)]), 200)[:, 0].round()) == [0, 167, 333, 500]


def test_a_ring_and_a_street_shorter_than_the_spacing():
    ring = [(0, 0), (100, 0), (100, 100), (0, 100), (0, 0)]
    # 400 m round: two parts, from the corner where it closes to the corner opposite.
    assert sorted(map(tuple, along_streets(lines(ring), 200).tolist())) == [(0, 0), (100, 100)]
    # Its ends are 50 m apart, closer than half the spacing: one remains.
    assert along_streets(lines([(0, 0), (50, 0)]), 200).tolist() == [[0, 0]]


@st.composite
def grids(draw):
    """Streets on a grid of 300 m, some of its edges."""
    edges = [((x, y), (x + 1, y)) for x in range(4) for y in range(4)]
    edges += [((x, y), (x, y + 1)) for x in range(4) for y in range(4)]
    kept = draw(st.lists(st.sampled_from(edges), min_size=1, unique=True))
    return [[(300 * x, 300 * y) for x, y in edge] for edge in kept]


@settings(deadline=None, max_examples=60)
@given(ways=grids(), spacing=st.integers(20, 900), data=st.data())
def test_every_street_is_near_a_place_and_no_two_places_are_close(ways, spacing, data):
    places = along_streets(lines(*ways), spacing)
    apart = np.hypot(*(places[:, None, :] - places[None, :, :]).transpose(2, 0, 1))
    apart[np.diag_indices(len(places))] = np.inf
    assert apart.min() >= spacing / 2 - 0.002
    # Half a part to a place, and half the spacing from one left out to the one that is kept.
    steps = [
        shapely.LineString(way).interpolate(step) for way in ways for step in range(0, 301, 50)
    ]
    near = shapely.distance(np.array(steps)[:, None], shapely.points(places)[None, :]).min(axis=1)
    assert near.max() <= spacing + 0.002
    again = along_streets(lines(*data.draw(st.permutations(ways))), spacing)
    assert np.array_equal(places, again)


def street_world():
    """One street of 4 km from A eastwards, and one near nobody."""
    street = worlds.streets((0, 1, [(0, 1000), (4000, 1000)]), (2, 3, [(0, 9000), (300, 9000)]))
    return world(street)


def test_streets_around_units_within_the_radius():
    found = street_candidates(street_world(), "kindergarten", spacing=500, radius=1000)
    # A stands at 1,000 m along: places at 0, 500 ... 2,000 are within 1,000 m.
    assert sorted(found.table.geometry.x) == [0, 500, 1000, 1500, 2000]
    row = found.table.loc["street-1500-1000"]
    assert (row["name"], row["unit_id"], row["source"]) == ("A · 500 m", "A", "street")
    assert np.isnan(row["cost"])
    assert propose(street_world(), "kindergarten", "cover-all", candidates=found,
                   leave_unreachable=True).plan.status == "optimal"  # fmt: skip


def test_only_streets_the_mode_may_use():
    street = worlds.streets((0, 1, [(0, 1000), (2000, 1000)]), (2, 3, [(0, 1200), (2000, 1200)]))
    street["walk"] = [False, True]
    found = street_candidates(world(street), "kindergarten", spacing=500, radius=400)
    assert set(found.table.geometry.y) == {1200}


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        ({"spacing": 0}, BadNumberError),
        ({"spacing": float("nan")}, BadNumberError),
        ({"spacing": -5}, BadNumberError),
        ({"radius": -1}, BadNumberError),
        ({"radius": float("inf")}, BadNumberError),
        ({"radius": 0.0, "spacing": 3000}, NoCandidatesError),
        ({"mode": "fly"}, NotKnownError),
        ({"as_of": date(1900, 1, 1)}, None),
    ],
)
def test_questions_that_cannot_be(asked, error):
    if error is None:
        assert len(street_candidates(street_world(), "kindergarten", **asked))
        return
    with pytest.raises(error):
        street_candidates(street_world(), "kindergarten", **asked)


def test_no_streets_none_near_and_far_too_many():
    with pytest.raises(NoStreetsError):
        street_candidates(world(), "kindergarten")
    far = world(worlds.streets((0, 1, [(0, 90_000), (400, 90_000)])))
    with pytest.raises(NoCandidatesError, match="no street is near"):
        street_candidates(far, "kindergarten")
    long = world(worlds.streets((0, 1, [(0, 1000), (20_000_000, 1000)])))
    with pytest.raises(TooLargeError):
        street_candidates(long, "kindergarten", spacing=10)


def buildings():
    return world(
        facilities=(
            ("K1", (1000, 1000), {}),
            ("S1", (1100, 1000), {"facility_type": "school"}),
            ("S2", (1110, 1000), {"facility_type": "school"}),
            ("S3", None, {"facility_type": "school"}),
            ("S4", (5000, 5000), {"facility_type": "school", "status": "planned"}),
        )
    )


def test_buildings_of_other_types_that_work_on_the_day():
    project = buildings()
    project.facilities["name"] = ["一幼", "学校", "学校", "三校", "四校"]
    found = building_candidates(project, "kindergarten", as_of=DAY)
    # S2 is S1 recorded again, 10 m away; S3 has no position; S4 is only planned.
    assert found.table.index.tolist() == ["S1"]
    assert found.table.loc["S1", ["name", "unit_id", "source"]].tolist() == [
        "学校", "A", "building",
    ]  # fmt: skip
    assert [note.params["count"] for note in found.notes] == [1]


def test_buildings_by_id_or_type():
    assert building_candidates(buildings(), "kindergarten", ids=["S2"]).table.index[0] == "S2"
    with pytest.raises(NotKnownError):
        building_candidates(buildings(), "kindergarten", ids=["S9"])
    with pytest.raises(NotKnownError):  # a kindergarten already
        building_candidates(buildings(), "kindergarten", ids=["K1"])
    with pytest.raises(NotKnownError):
        building_candidates(buildings(), "kindergarten", types=["castle"])
    with pytest.raises(NoCandidatesError):
        building_candidates(world(), "kindergarten")


def three(project=None):
    points = [shapely.Point(at) for at in ((0, 0), (100, 0), (200, 0))]
    return Candidates(candidate_table(["a", "b", "c"], points, project or world(), source="file"))


def test_candidates_in_areas_are_left_out_and_counted():
    # The area ends at b, whose place on the edge is inside.
    found = excluding(three(), gpd.GeoDataFrame(geometry=[shapely.box(50, -1, 100, 1)], crs=4540))
    assert found.table.index.tolist() == ["a", "c"]
    assert [(note.code, note.params["count"]) for note in found.notes] == [
        ("candidates-excluded", 1)
    ]
    assert len(excluding(three(), np.array([shapely.box(900, 0, 901, 1)]))) == 3
    assert len(excluding(three(), np.array([], dtype=object))) == 3


def test_areas_in_degrees_are_moved():
    box = gpd.GeoDataFrame(geometry=[shapely.box(50, -10, 150, 10)], crs=4540).to_crs(4326)
    assert excluding(three(), box).table.index.tolist() == ["a", "c"]


def test_land_that_takes_every_candidate_or_is_no_land():
    with pytest.raises(NoCandidatesError, match="nothing may be built"):
        excluding(three(), np.array([shapely.box(-1, -1, 300, 1)]))
    for shape in (shapely.Point(0, 0), shapely.LineString([(0, 0), (1, 1)]), None):
        with pytest.raises(BadGeometryError):
            excluding(three(), np.array([shapely.box(0, 0, 1, 1), shape], dtype=object))


def test_areas_of_barriers_take_candidates_and_lines_do_not():
    project = world()
    assert off_barriers(three(), project).table.index.tolist() == ["a", "b", "c"]
    shapes = [shapely.box(50, -9, 150, 9), shapely.LineString([(200, -9), (200, 9)])]
    barriers = gpd.GeoDataFrame(
        {"kind": ["water", "canal"], "name": None}, geometry=shapes, crs=project.crs
    )
    wet = dataclasses.replace(project, barriers=barriers)
    found = off_barriers(three(), wet)
    assert found.table.index.tolist() == ["a", "c"]
    assert found.notes[-1].code == "candidates-on-barriers"


def test_sources_together_need_ids_of_their_own():
    project = world()
    kind = project.catalogue.facility_type("kindergarten")
    units = unit_candidates(project, kind, DAY)
    both = Candidates.combine(units, three())
    assert both.table.index.tolist() == ["A", "B", "C", "a", "b", "c"]
    assert both.table.crs == project.crs
    with pytest.raises(DuplicateIdError) as caught:
        Candidates.combine(units, three(), three())
    assert caught.value.values == ["a", "b", "c"]
    with pytest.raises(NoCandidatesError):
        Candidates.combine()
