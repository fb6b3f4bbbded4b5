"""Catchments: who goes where, how full it is, and whose land it is."""

from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from shapely import Point

from geo_planner.travel import access
from geo_planner.travel.catchments import DETAIL, catchment_areas, catchments
from tests.travel.test_isochrones import towns, ways
from tests.travel.worlds import facilities, project, streets, units

ROAD = streets((0, 1, [(0, 0), (3000, 0)]), (2, 3, [(0, 9000), (100, 9000)]))
PEOPLE = (
    ("K1", (0, 0), {"children_3_5": 20.0}),
    ("K2", (1000, 0), {"children_3_5": None}),
    ("K3", (1100, 0), {"children_3_5": 12.0}),
    ("K4", (2900, 0), {"children_3_5": 30.0}),
    ("island", (50, 9000), {"children_3_5": 3.0}),
    ("lost", None, {"children_3_5": 4.0}),
    ("empty", (80, 9000), {"children_3_5": 9.0}),
)


def world(capacities=(40.0, None, 0.0), road=ROAD, people=PEOPLE):
    """F1 at 200 m, F2 at 2000 m, F3 at the same spot as F2 (which wins as the first)."""
    sites = facilities(("F1", (200, 0), {}), ("F2", (2000, 0), {}), ("F3", (2000, 0), {}))
    return project(units(*people), sites.assign(capacity=list(capacities)), road)


def test_who_goes_where_by_hand():
    found = catchments(world(), "kindergarten", limit=850)
    table = found.facilities
    # K1 200 m and K2 800 m go to F1; K3 is 900 m from both F1 and F2: the first; K4 900 m to F2.
    assert table.loc["F1", "unit_ids"] == ("K1", "K2", "K3")
    assert table.loc["F2", "unit_ids"] == ("K4",)
    assert table.loc["F3", "unit_ids"] == ()
    assert table["units"].tolist() == [3, 1, 0]
    assert table["units_within"].tolist() == [2, 0, 0]
    assert table["children"].tolist() == [32, 30, 0]
    assert table["children_unknown"].tolist() == [1, 0, 0]
    assert table["at_least"].tolist() == [True, False, False]
    assert table.loc["F1", ["farthest_m", "farthest_unit"]].tolist() == [900, "K3"]
    assert table.loc["F1", "load_percent"] == pytest.approx(80)
    assert np.isnan(table.loc["F2", "load_percent"])  # its places are not stated
    assert np.isnan(table.loc["F3", "load_percent"])  # none at all, and nobody comes
    assert table["lacking"].tolist()[0] == 0
    assert np.isnan(table["lacking"].tolist()[1])
    assert found.unreached["state"].to_dict() == {
        "empty": "no_path", "lost": "no_position", "island": "no_path",
    }  # fmt: skip
    assert list(found.unreached.index) == ["empty", "lost", "island"]  # most children first
    assert any(note.code == "capacity-unknown" and "F2" in str(note) for note in found.notes)


def test_a_full_house_says_how_many_are_too_many():
    found = catchments(world(capacities=(10.0, 60.0, 5.0)), "kindergarten").facilities
    assert found["load_percent"].tolist() == pytest.approx([320, 50, 0])
    assert found["lacking"].tolist() == [22, 0, 0]


def test_nobody_works():
    none = catchments(project(units(*PEOPLE), facilities(), ROAD), "kindergarten")
    assert len(none.facilities) == 0
    assert set(none.unreached["state"]) == {"no_facility"}
    assert len(none.unreached) == len(PEOPLE)
    assert len(catchment_areas(project(units(*PEOPLE), facilities(), ROAD), "kindergarten")) == 0


def test_every_unit_is_in_one_place():
    found = catchments(world(), "kindergarten")
    going = [unit for ids in found.facilities["unit_ids"] for unit in ids]
    assert sorted([*going, *found.unreached.index]) == sorted(name for name, _, _ in PEOPLE)
    assert found.units["network_m"].equals(access(world(), "kindergarten")["network_m"])


def test_land_meets_half_way_along_the_street():
    # Between 200 m and 2000 m the middle is 1100 m; walkers stand at most 200 m off the street.
    found = catchment_areas(world(), "kindergarten")
    assert list(found.index) == ["F1", "F2"]
    first, second = found.geometry
    assert first.bounds == pytest.approx((-200, -200, 1100, 200), abs=DETAIL)
    assert second.bounds == pytest.approx((1100, -200, 3200, 200), abs=DETAIL)
    assert first.intersection(second).area < 1
    assert found.attrs["method"] == "streets"
    # 300 m: past the road's end, 200 m away, 100 m are left.
    near = catchment_areas(world(), "kindergarten", minutes=5).geometry.iloc[0]
    assert near.bounds == pytest.approx((-100, -200, 500, 200), abs=DETAIL)


def test_land_without_streets_is_drawn_by_straight_lines():
    found = catchment_areas(world(road=None), "kindergarten")
    assert list(found.index) == ["F1", "F2"]
    assert found.geometry.iloc[0].bounds[2] == pytest.approx(1100, abs=1)
    assert found.attrs["method"] == "straight_line"
    assert found.attrs["notes"][0].code == "straight-areas"
    near = catchment_areas(world(road=None), "kindergarten", minutes=5)
    # 300 m by the estimate of 1.3 times the straight line.
    assert near.geometry.iloc[0].bounds == pytest.approx((-30.8, -230.8, 430.8, 230.8), abs=0.1)
    alone = replace(world(road=None), facilities=facilities(("F1", None, {})))
    assert len(catchment_areas(alone, "kindergarten")) == 0


@given(towns())
@settings(max_examples=30, deadline=None)
def test_land_is_whose_street_leads_there_first(town):
    rows, sites = town
    table = streets(*rows)
    made = project(
        units(("K1", (0, 0), {})),
        facilities(*((f"F{i}", at, {}) for i, at in enumerate(sites))),
        table,
    )
    found = catchment_areas(made, "kindergarten")
    assert found.is_valid.all()
    shapes = found.geometry.to_numpy()
    for i in range(len(shapes)):
        for j in range(i):
            assert shapes[i].intersection(shapes[j]).area < 1
    grid = np.arange(-150, 960, 111.0)
    points = shapely.points(np.stack(np.meshgrid(grid, grid), axis=-1).reshape(-1, 2))
    alone = [ways(table, [at], points)[2:] for at in sites]
    for number, point in enumerate(points):
        off = alone[0][0][:, number]
        near = off <= off.min() + DETAIL
        way = np.stack([one[1][near, number] for one in alone])
        inside = [name for name, shape in found.geometry.items() if shape.contains(Point(point))]
        # Only where one facility is the nearest by every street that may be the nearest.
        best = way.argmin(axis=0)
        clear = np.isfinite(way.min(axis=0)).all() and len(set(best)) == 1
        lead = np.sort(way, axis=0)
        if clear and len(sites) > 1:
            clear = (lead[1] - lead[0] > 2 * DETAIL).all()
        if clear and (off[near] <= 200 - DETAIL).all():
            assert inside == [f"F{best[0]}"]
