"""Ways by hand: barriers beside streets, legs off the road, classes, weather, slopes, second."""

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pytest
from shapely import LineString, box

from geo_planner.catalogue import TravelMode
from geo_planner.travel import access, reach
from tests.travel.worlds import METRIC, NAME, facilities, project, streets, units

ROAD = streets((0, 1, [(0, 0), (2000, 0)]))
KG = facilities(("KG", (0, 0), {}))


def barriers(*lines):
    table = {"kind": ["canal"] * len(lines), "name": [None] * len(lines)}
    return gpd.GeoDataFrame(table, geometry=list(lines), crs=METRIC)


def with_mode(world, **fields):
    mode = TravelMode("own", NAME, 1.0, "walk", 1.3, 200, **fields)
    return replace(world, catalogue=world.catalogue.adding(travel_modes=(mode,)))


def row(world, **how):
    return access(world, "kindergarten", **how).iloc[0]


def test_no_one_steps_over_a_canal_to_the_street():
    # The road lies 40 m south of A, behind a canal; another street 100 m north is a detour of
    # 100 + 1 000 + 100 + 1 000 = 2 200 m; without it there is no path.
    canal = barriers(LineString([(500, 20), (1500, 20)]))
    at = units(("A", (1000, 40), {}))
    cut_off = replace(project(at, KG, ROAD), barriers=canal)
    assert row(cut_off, limit=5000)["state"] == "no_path"
    assert row(replace(cut_off, barriers=None), limit=5000)["network_m"] == 1040
    round_about = streets((0, 1, [(0, 0), (2000, 0)]), (0, 2, [(0, 0), (0, 140), (1000, 140)]))
    found = row(replace(cut_off, streets=round_about), limit=5000)
    assert (found["network_m"], found["snap_m"]) == (100 + 1000 + 140, 100)


def test_a_house_on_the_bank_and_a_road_on_a_bridge_are_not_barred():
    # A stands on the canal itself, the canal ends on the road: no leg crosses it.
    canal = barriers(LineString([(1000, 40), (1000, 0)]))
    world = replace(project(units(("A", (1000, 40), {})), KG, ROAD), barriers=canal)
    assert row(world, limit=5000)["state"] == "no_path"  # the leg runs inside the canal
    beside = replace(world, units=units(("A", (990, 40), {})))
    assert row(beside, limit=5000)["network_m"] == 1030
    lake = barriers(box(900, 10, 1100, 30))
    assert row(replace(beside, barriers=lake), limit=5000)["state"] == "no_path"


def test_a_leg_off_the_road_is_slower_and_labelled():
    # 500 m to the road: 200 plainly, 300 at 5/3 of the time = 500; then 1 000 m of road.
    at = units(("A", (1000, 500), {}))
    world = with_mode(project(at, KG, ROAD), offroad_metres=400, offroad_pace=5 / 3)
    found = row(world, mode="own", limit=5000)
    assert (found["method"], found["state"]) == ("offroad", "within")
    assert found["network_m"] == 1500
    assert found["minutes"] == pytest.approx((200 + 500 + 1000) / 60)
    too_far = with_mode(project(at, KG, ROAD), offroad_metres=299)
    assert row(too_far, mode="own", limit=5000)["state"] == "no_path"
    assert row(world, limit=5000)["state"] == "no_path"  # walking keeps to the streets


def test_open_ground_is_crossed_where_it_is_quicker():
    # By the road 300 + 1 000; straight hypot(300, 400) = 500 m at twice the time = 1 000.
    bent = streets((0, 1, [(0, 0), (-300, 0), (-300, 400), (300, 400)]))
    world = with_mode(
        project(units(("A", (300, 400), {})), KG, bent), offroad_metres=600, offroad_pace=2.0
    )
    found = row(world, mode="own", limit=5000)
    assert (found["network_m"], found["method"], found["detour_ratio"]) == (500, "offroad", 1.0)
    assert found["minutes"] == pytest.approx(1000 / 60)
    wall = replace(world, barriers=barriers(LineString([(0, 200), (400, 200)])))
    found = row(wall, mode="own", limit=5000)
    assert (found["network_m"], found["method"]) == (300 + 400 + 600, "streets")


def test_second_nearest_and_both_stretches_beside_the_road():
    two = facilities(("F", (0, 30), {}), ("G", (2000, 0), {}), ("H", (5000, 5000), {}))
    found = row(project(units(("A", (900, 20), {})), two, ROAD), limit=5000)
    assert (found["facility_id"], found["network_m"]) == ("F", 950)
    assert (found["second_id"], found["second_m"]) == ("G", 1120)
    assert (found["snap_m"], found["facility_snap_m"]) == (20, 30)
    straight = row(project(units(("A", (900, 20), {})), two), limit=5000)
    assert (straight["second_id"], straight["second_m"]) == (
        "G",
        round(1.3 * np.hypot(1100, 20), 3),
    )
    alone = row(project(units(("A", (900, 20), {})), KG, ROAD), limit=5000)
    assert alone["second_id"] is None
    assert np.isnan(alone["second_m"])


def test_classes_and_stated_speeds_decide_the_drive():
    # Short lane: 2 000 m at 30 km/h = 4 min. Long way round: 4 000 m at 80 km/h = 3 min.
    both = streets((0, 1, [(0, 0), (2000, 0)]), (0, 1, [(0, 0), (1000, 1732.0508), (2000, 0)]))
    both["metres"] = [2000.0, 4000.0]
    both["road_class"] = ["track", "trunk"]
    drive = TravelMode(
        "fast", NAME, 30 / 3.6, "drive", 1.3, 500, road_kmh={"track": 30.0, "trunk": 80.0}
    )
    world = project(units(("A", (2000, 0), {})), KG, both)
    world = replace(world, catalogue=world.catalogue.adding(travel_modes=(drive,)))
    found = row(world, mode="fast")
    assert (found["network_m"], round(found["minutes"], 6)) == (4000, 3.0)
    stated = replace(world, streets=both.assign(kmh=[60.0, np.nan]))
    found = row(stated, mode="fast")
    assert (found["network_m"], round(found["minutes"], 6)) == (2000, 2.0)
    # 20 minutes at 30 km/h are 10 000 m of a plain street.
    assert found["limit_m"] == pytest.approx(10_000)
    away = replace(world, streets=both.assign(oneway=[0.0, 1.0]))  # from the kindergarten only
    assert row(away, mode="fast")["network_m"] == 2000


def test_winter_holds_the_minutes_and_shortens_the_walk():
    # 1 300 m of the 1 500 m limit (25 min); at four fifths of the pace 27.1 min: beyond 1 200 m.
    world = with_mode(project(units(("A", (1300, 0), {})), KG, ROAD), weather_factor=0.8)
    found = row(world, mode="own")
    assert (found["limit_m"], found["state"]) == (1200, "beyond")
    assert found["minutes"] == pytest.approx(1300 / 0.8 / 60)
    assert row(world)["state"] == "within"


def test_slopes_count_only_for_modes_that_heed_them():
    hill = ROAD.assign(pace_forward=[1.5], pace_back=[2.0])
    world = with_mode(project(units(("A", (1000, 0), {})), KG, hill), slopes=True)
    found = row(world, mode="own", limit=1999)
    # Against the drawn direction: 1 000 m take as long as 2 000 m on the level.
    assert (found["network_m"], found["state"]) == (1000, "beyond")
    assert found["minutes"] == pytest.approx(2000 / 60)
    assert row(world, limit=1000)["state"] == "within"
    level = with_mode(project(units(("A", (1000, 0), {})), KG, ROAD), slopes=True)
    table = access(level, "kindergarten", mode="own")
    assert "streets-without-heights" in [note.code for note in table.attrs["notes"]]


def test_case_7_with_its_driving():
    # Acceptance case 7: K2 walks 6 400 m; by car at 30 km/h 12.8 minutes.
    world = project(
        units(("K2", (0, 800), {"children_3_5": 35.0})),
        KG,
        streets((0, 1, [(0, 0), (-2800, 0), (-2800, 800), (0, 800)])),
    )
    found = reach(world, "kindergarten").iloc[0]
    assert (found["state"], found["drive_state"], found["walk_or_drive"]) == (
        "beyond", "within", "within",
    )  # fmt: skip
    assert found["drive_minutes"] == pytest.approx(12.8)
    assert found["detour_ratio"] == 8.0
