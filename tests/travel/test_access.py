"""Access on worlds whose answers fit in the head: a straight road along the x axis."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Polygon, box

from geo_planner.errors import NoLimitError, NotKnownError
from geo_planner.travel import access, reach
from tests.travel import worlds
from tests.travel.worlds import facilities, project, streets, units

ROAD = streets((0, 1, [(0, 0), (5000, 0)]))
KG = facilities(("KG", (0, 0), {}))


def one(table):
    assert len(table) == 1
    return table.iloc[0]


def test_columns_and_figures_over_streets():
    # 30 m to the road and 1200 m along it, at 1 m/s.
    row_units = units(("A", (1200, 30), {"children_3_5": 7.0}))
    table = access(project(row_units, KG, ROAD), "kindergarten")
    assert table.index.name == "unit_id"
    assert list(table.columns) == [
        "name", "kind", "parent_id", "children", "facility_id", "straight_m", "network_m",
        "minutes", "detour_ratio", "state", "method", "limit_m",
        "second_id", "second_m", "snap_m", "facility_snap_m",
    ]  # fmt: skip
    row = one(table)
    assert row["network_m"] == 1230
    assert row["straight_m"] == 1200.375  # sqrt(1200² + 30²) = 1200.37494
    assert row["minutes"] == 20.5
    assert row["detour_ratio"] == pytest.approx(1230 / 1200.37494, abs=1e-6)
    assert (row["state"], row["method"], row["facility_id"]) == ("within", "streets", "KG")
    assert (row["children"], row["limit_m"], row["parent_id"]) == (7, 1500, "R")


def test_limit_is_inclusive_and_differs_in_town():
    rows = units(
        ("C", (1500, 0), {"kind": "company"}),
        ("D", (1500.001, 0), {"kind": "company"}),
        ("T", (300, 0), {"kind": "community", "community_kind": "urban"}),
        ("U", (301, 0), {"kind": "community", "community_kind": "urban"}),
        ("V", (301, 0), {"kind": "community", "community_kind": "regiment"}),
    )
    table = access(project(rows, KG, ROAD), "kindergarten")
    assert table["state"].tolist() == ["within", "beyond", "within", "beyond", "within"]
    assert table["limit_m"].tolist() == [1500, 1500, 300, 300, 1500]
    wider = access(project(rows, KG, ROAD), "kindergarten", limit=1500.001)
    assert wider["state"].tolist() == ["within"] * 5


def test_without_streets_a_declared_factor_and_its_label():
    # 1000 m x 1.3 = 1300 m is within 1500 m; 1200 m x 1.3 = 1560 m is not.
    rows = units(("A", (1000, 0), {}), ("B", (1200, 0), {}), ("C", (0, 0), {}))
    table = access(project(rows, KG), "kindergarten")
    assert table["network_m"].tolist() == [1300, 1560, 0]
    assert table["straight_m"].tolist() == [1000, 1200, 0]
    assert table["state"].tolist() == ["within", "beyond", "within"]
    assert set(table["method"]) == {"straight_line"}
    assert table["detour_ratio"].tolist()[:2] == [1.3, 1.3]
    assert pd.isna(table["detour_ratio"].iloc[2])
    assert [note.code for note in table.attrs["notes"]] == ["straight-line"]


def test_every_unit_has_a_number_or_a_reason():
    rows = units(("near", (100, 0), {}), ("far", (100, 300), {}), ("lost", None, {}))
    table = access(project(rows, KG, ROAD), "kindergarten")
    # 300 m from the road is beyond the 200 m of snapping; the straight line is told all the same.
    assert table["state"].tolist() == ["within", "no_path", "no_position"]
    assert table.loc["far", "straight_m"] == pytest.approx(316.228)
    assert table.loc["far", "facility_id"] == "KG"
    assert np.isnan(table.loc["far", "network_m"])
    assert table.loc["lost", ["facility_id", "straight_m", "network_m"]].isna().all()


def test_no_facility_and_no_position_of_any_facility():
    rows = units(("A", (100, 0), {}), ("lost", None, {}))
    none = access(
        project(rows, facilities(("P", (0, 0), {"status": "planned"})), ROAD), "kindergarten"
    )
    assert none["state"].tolist() == ["no_facility", "no_facility"]
    unplaced = access(project(rows, facilities(("P", None, {})), ROAD), "kindergarten")
    assert unplaced["state"].tolist() == ["no_position", "no_position"]
    some = access(
        project(rows, facilities(("P", None, {}), ("Q", (0, 0), {})), ROAD), "kindergarten"
    )
    assert some["state"].tolist() == ["within", "no_position"]
    assert [note.code for note in some.attrs["notes"]] == ["facilities-without-position"]


def test_only_what_works_on_the_day_counts():
    # The near home shuts on 30 June, its first day without service.
    homes = facilities(
        ("near", (100, 0), {"closed_on": "2025-06-30", "status": "closed"}), ("far", (900, 0), {})
    )
    world = project(units(("A", (0, 0), {})), homes, ROAD)
    assert one(access(world, "kindergarten", as_of=date(2025, 6, 29)))["facility_id"] == "near"
    assert one(access(world, "kindergarten", as_of=date(2025, 6, 30)))["facility_id"] == "far"
    assert one(access(world, "kindergarten"))["network_m"] == 900


def test_only_units_that_exist_on_the_day():
    rows = units(("A", (0, 0), {}), ("B", (0, 0), {"abolished_on": pd.Timestamp("2025-01-01")}))
    assert access(project(rows, KG, ROAD), "kindergarten").index.tolist() == ["A"]


def test_kinds_assessed_or_else_everything_from_the_third_level_down():
    rows = units(("R", (0, 0), {"kind": "regiment"}), ("A", (0, 0), {"kind": "company"}))
    assert access(project(rows, KG, ROAD), "kindergarten").index.tolist() == ["A"]
    other = replace(worlds.KINDERGARTEN, assessed=("community",))
    assert access(project(rows, KG, ROAD, types=(other,)), "kindergarten").index.tolist() == ["A"]


def test_same_door_is_no_walk_even_far_from_the_street():
    table = access(
        project(units(("A", (50, 150), {})), facilities(("K", (50, 150), {})), ROAD), "kindergarten"
    )
    assert one(table)["network_m"] == 0
    assert pd.isna(one(table)["detour_ratio"])


def test_straight_line_and_way_are_to_one_facility():
    # Over the canal 100 m to N, but its street is an island; along the road 2000 m to S.
    table = streets((0, 1, [(0, 0), (5000, 0)]), (2, 3, [(0, 100), (100, 100)]))
    both = facilities(("N", (0, 100), {}), ("S", (2000, 0), {}))
    row = one(access(project(units(("A", (0, 0), {})), both, table), "kindergarten"))
    assert (row["facility_id"], row["straight_m"], row["network_m"]) == ("S", 2000, 2000)


def test_polygons_stand_at_their_middle_or_their_own_nearest_point():
    square = units(("A", box(900, -100, 1100, 100), {}))
    assert one(access(project(square, KG, ROAD), "kindergarten"))["network_m"] == 1000
    # A U open to the right: its centroid lies in the gap, 0 m from the road; the shape's own
    # nearest point is on the inner wall of the left bar, x = 1010.
    walls = Polygon(
        [
            (1000, -100),
            (1100, -100),
            (1100, -90),
            (1010, -90),
            (1010, 90),
            (1100, 90),
            (1100, 100),
            (1000, 100),
        ]
    )
    bent = one(access(project(units(("A", walls, {})), KG, ROAD), "kindergarten"))
    assert bent["network_m"] == pytest.approx(1010, abs=1e-3)


def test_long_detours_are_named():
    # Up 400, over 100, down 400 for 100 m in a straight line: nine times as long.
    bend = streets((0, 1, [(0, 0), (0, 400), (100, 400), (100, 0)]))
    table = access(project(units(("A", (100, 0), {})), KG, bend), "kindergarten")
    assert one(table)["detour_ratio"] == 9
    (note,) = table.attrs["notes"]
    assert (note.code, note.params["count"]) == ("long-detour", 1)
    assert "A" in str(note)


def test_unknown_names_and_missing_limits_are_refused():
    world = project(units(("A", (0, 0), {})), KG, ROAD)
    with pytest.raises(NotKnownError, match="kindergarden"):
        access(world, "kindergarden")
    bare = replace(worlds.KINDERGARTEN, urban_walk=None, regiment_walk=None, drive_minutes=None)
    world = project(units(("A", (0, 0), {})), KG, ROAD, types=(bare,))
    for mode in ("walk", "drive"):
        with pytest.raises(NoLimitError):
            access(world, "kindergarten", mode=mode)
    with pytest.raises(NoLimitError):
        reach(world, "kindergarten")
    assert one(access(world, "kindergarten", limit=0))["state"] == "within"


def test_a_type_without_a_walking_limit_is_judged_by_road_alone():
    far = replace(worlds.KINDERGARTEN, urban_walk=None, regiment_walk=None)
    world = project(units(("A", (4000, 0), {})), KG, ROAD, types=(far,))
    row = one(reach(world, "kindergarten"))
    assert row["state"] is None or pd.isna(row["state"])
    assert (row["drive_state"], row["walk_or_drive"], row["network_m"]) == (
        "within",
        "within",
        4000,
    )


metre = st.integers(-300, 5300).map(float)
place = st.tuples(metre, st.integers(-250, 250).map(float))


@given(st.lists(place, min_size=1, max_size=5), st.lists(place, max_size=4), place, st.booleans())
@settings(max_examples=60, deadline=None)
def test_more_facilities_never_lengthen_a_way(homes, schools, more, along_streets):
    rows = units(*[(f"U{i}", at, {}) for i, at in enumerate(homes)])
    road = ROAD if along_streets else None
    fewer = facilities(*[(f"F{i}", at, {}) for i, at in enumerate(schools)])
    added = facilities(*[(f"F{i}", at, {}) for i, at in enumerate([*schools, more])])
    before = access(project(rows, fewer, road), "kindergarten")["network_m"].fillna(np.inf)
    after = access(project(rows, added, road), "kindergarten")["network_m"].fillna(np.inf)
    assert (after <= before).all()


@given(st.lists(place, min_size=1, max_size=5), st.lists(place, min_size=1, max_size=4))
@settings(max_examples=40, deadline=None)
def test_moving_the_world_moves_nothing(homes, schools):
    # Whole metres keep float coordinates exact, so the tables must be equal to the last digit.
    answers = []
    for east, north in ((0, 0), (500_000, 4_700_000)):
        road = streets((0, 1, [(east, north), (east + 5000, north)]))
        rows = units(*[(f"U{i}", (x + east, y + north), {}) for i, (x, y) in enumerate(homes)])
        doors = facilities(
            *[(f"F{i}", (x + east, y + north), {}) for i, (x, y) in enumerate(schools)]
        )
        answers.append(access(project(rows, doors, road), "kindergarten"))
    pd.testing.assert_frame_equal(*answers)
