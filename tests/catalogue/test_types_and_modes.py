"""Facility types, travel modes and unit kinds: the defaults agreed, and what they are based on."""

from __future__ import annotations

import pytest

from geo_planner.catalogue import Catalogue, WalkLimit
from layers.catalogue import load_catalogue

# metres / minutes of urban and of other walks, minutes of the drive; None: no such limit.
LIMITS = {
    "child_home": ((500, 8), (1000, 17), 20),
    "parent_school_station": ((500, 8), (1000, 17), 30),
    "kindergarten": ((300, 5), (1500, 25), 20),
    "childcare": ((300, 5), (1500, 25), 20),
    "primary_school": ((500, 8), (2000, 30), 30),
    "junior_school": ((1000, 17), (3000, 50), 40),
    "community_health_station": ((300, 5), None, None),
    "company_clinic": (None, (1000, 17), 15),
    "regiment_hospital": ((1000, 17), None, 30),
    "mch_hospital": (None, None, 60),
    "emergency_point": (None, None, 60),
    "playground": ((300, 5), (500, 8), None),
    "activity_venue": ((1000, 17), None, 30),
    "public_library": ((1000, 17), None, 45),
    "water_supply": (None, None, None),
    "sanitary_toilet": (None, None, None),
    "child_friendly_community": ((500, 8), (1000, 17), None),
}


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.mark.parametrize("name", LIMITS)
def test_limits(catalogue: Catalogue, name: str) -> None:
    urban, other, drive = LIMITS[name]
    row = catalogue.facility_type(name)
    assert row.urban_walk == (WalkLimit(*urban) if urban else None)
    assert row.regiment_walk == (WalkLimit(*other) if other else None)
    assert row.drive_minutes == drive


def test_outer_limit_of_two_hours(catalogue: Catalogue) -> None:
    outer = {
        row.id: row.drive_outer_minutes
        for row in catalogue.facility_types.values()
        if row.drive_outer_minutes
    }
    assert outer == {"mch_hospital": 120, "emergency_point": 120}


def test_minutes_are_metres_at_sixty_a_minute(catalogue: Catalogue) -> None:
    for row in catalogue.facility_types.values():
        for limit in (row.urban_walk, row.regiment_walk):
            # The half-hour rule of 2000 m to a primary school is at 1.1 m/s: 30.3, not 33.3.
            if limit is not None and limit.metres != 2000:
                assert limit.minutes == round(limit.metres / 60), row.id


def test_whom_a_facility_serves(catalogue: Catalogue) -> None:
    served = {row.id: row.population for row in catalogue.facility_types.values()}
    assert served["kindergarten"] == "children_3_5"
    assert served["childcare"] == "children_0_2"
    assert served["primary_school"] == "children_6_11"
    assert served["junior_school"] == "children_12_14"
    assert served["child_home"] == "children_0_17"


def test_no_limit_claims_more_than_its_source(catalogue: Catalogue) -> None:
    # No standard was read in the original, so nothing may call itself a norm.
    assert {row.basis for row in catalogue.facility_types.values()} == {
        "second_hand",
        "unverified",
        "ours",
        "plan",
    }


def test_symbols_tell_types_apart(catalogue: Catalogue) -> None:
    looks = [(row.symbol, row.colour) for row in catalogue.facility_types.values()]
    assert len(set(looks)) == len(looks)
    shipped = {catalogue.facility_type(name).colour for name in LIMITS}
    assert "grey" not in shipped


def test_every_type_an_indicator_looks_for_is_there(catalogue: Catalogue) -> None:
    assert len(catalogue.facility_types) == 34
    assert set(LIMITS) <= set(catalogue.facility_types)


def test_names_offices_write(catalogue: Catalogue) -> None:
    names = catalogue.facility_type_names
    assert names["家长学校"] == "parent_school_station"
    assert names["家庭教育指导服务站点"] == "parent_school_station"
    assert names["社区卫生服务中心"] == "regiment_hospital"
    assert names["儿童之家"] == "child_home"
    assert names["kindergarten"] == "kindergarten"
    assert catalogue.unit_kind_names["连"] == "company"
    assert catalogue.unit_kind_names["团场社区"] == "community"


def test_speeds(catalogue: Catalogue) -> None:
    speeds = {row.id: row.metres_per_second for row in catalogue.travel_modes.values()}
    assert speeds["walk"] == 1.0
    assert speeds["preschooler"] == 0.85
    assert speeds["schoolchild"] == 1.1
    assert speeds["adult"] == 1.3
    # 30 km/h: twenty minutes are ten kilometres.
    assert speeds["drive"] * 20 * 60 == pytest.approx(10_000, abs=1e-6)
    for row in catalogue.travel_modes.values():
        assert row.detour_factor > 1
        assert row.snap_metres > 0


def test_levels_of_units(catalogue: Catalogue) -> None:
    assert {row.id: row.level for row in catalogue.unit_kinds.values()} == {
        "division": 1,
        "regiment": 2,
        "district": 2,
        "municipality": 2,
        "company": 3,
        "community": 3,
        "place": 3,
        "cell": 3,
        "area": 3,
    }
