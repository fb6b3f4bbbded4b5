"""One test a lesson: what the demonstration shows, from the files as imported."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from geo_planner import measure
from geo_planner.observations import about_all
from geo_planner.project import Project
from geo_planner.quality import check
from geo_planner.travel import access
from layers import demo_project
from layers.demo import lessons
from layers.demo.places import DIVISION_ID

DAY = date.fromisoformat(lessons.REFERENCE_DATE)
KINDERGARTEN = "kindergarten"


@pytest.fixture(scope="module")
def project() -> Project:
    return demo_project()


@pytest.fixture(scope="module")
def findings(project: Project) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for finding in check(project, DAY):
        found.setdefault(finding.note.code, set()).update(finding.ids)
    return found


def stations(project: Project, kind: str, unit_ids: Iterable[str]) -> list[str]:
    rows = project.facilities
    chosen = (rows["facility_type"] == kind) & rows["unit_id"].isin(list(unit_ids))
    return rows.index[chosen].tolist()


def test_everything_is_there_and_marked_as_made_up(project: Project) -> None:
    assert len(project.units) == 91 + 8 + 1 + 1
    assert project.units["simulated"].all()
    assert project.facilities["simulated"].all()
    assert project.observations["simulated"].all()
    assert project.streets is not None
    assert len(project.streets) > 500
    assert project.reference_date == DAY


def test_every_type_of_facility_of_the_norms_is_there(project: Project) -> None:
    with_limits = {
        kind.id
        for kind in project.catalogue.facility_types.values()
        if kind.basis != "plan" and kind.assessed and kind.walk_limit(urban=False)
    }
    assert len(set(project.facilities["facility_type"])) >= 17
    assert len(with_limits & set(project.facilities["facility_type"])) >= 10


def test_a_target_met_every_urban_community_has_its_parent_school(project: Project) -> None:
    found = measure(project, "parent_school_urban")
    assert (found.covered, found.n, found.lower, found.status) == (1, 1, 100, "met")


def test_a_target_missed_by_one_unit(project: Project) -> None:
    # 8 of 9 communities; ceil(0.9 x 9) = ceil(8.1) = 9, so one more is needed.
    found = measure(project, "parent_school_regiment")
    assert (found.covered, found.n, found.unknown) == (8, 9, 0)
    assert found.lower == Fraction(800, 9)
    assert (found.needs_more_min, found.needs_more_max, found.status) == (1, 1, "near")
    units = found.units
    assert units.index[units["state"] == "uncovered"].tolist() == [lessons.MISSED_BY_ONE]
    assert units.at[lessons.MISSED_BY_ONE, "reason"] == "only_inactive"


def test_a_target_nobody_can_decide_because_one_cell_is_blank(project: Project) -> None:
    # Eight of nine hospitals have a general practitioner, one has not said: 88.9 % to 100 %.
    found = measure(project, "regiment_hospital_gp")
    assert (found.covered, found.uncovered, found.unknown) == (8, 0, 1)
    assert (found.status, found.needs_more_min, found.needs_more_max) == ("undetermined", 0, 1)


def test_one_station_serves_two_communities_and_is_one_station(project: Project) -> None:
    home, other = lessons.SHARED_STATION_UNITS
    found = measure(project, "parent_school_regiment")
    assert found.units.loc[[home, other], "state"].tolist() == ["covered", "covered"]
    assert found.units.at[home, "established_own"]
    assert not found.units.at[other, "established_own"]
    assert found.own_covered == 7
    assert len(stations(project, "parent_school_station", (home, other))) == 1


def test_a_station_listed_twice_counts_once(
    project: Project, findings: dict[str, set[str]]
) -> None:
    records = stations(project, "parent_school_station", [lessons.DUPLICATE_UNIT])
    first, second = project.facilities.loc[records].geometry
    assert len(records) == 2
    assert first.distance(second) == pytest.approx(12.0, abs=0.3)  # 8 m east, 9 m north
    assert findings["duplicate-merged"] == {records[1]}


def test_a_station_listed_twice_a_datum_apart_goes_to_review(
    project: Project, findings: dict[str, set[str]]
) -> None:
    records = stations(project, "parent_school_station", [lessons.REVIEW_UNIT])
    first, second = project.facilities.loc[records].geometry
    assert first.distance(second) == pytest.approx(349.9, abs=0.5)
    assert findings["duplicate-review"] == {records[1]}


def test_a_shut_home_counts_until_its_last_day_although_the_list_says_active(
    project: Project, findings: dict[str, set[str]]
) -> None:
    (home,) = stations(project, "child_home", [lessons.SHUT_UNIT])
    assert project.facilities.at[home, "status"] == "active"
    assert findings["active-but-closed"] == {home}
    before = measure(project, "child_home_coverage", date(2025, 9, 29))
    assert (before.covered, before.n) == (10, 10)
    after = measure(project, "child_home_coverage", date(2025, 9, 30))
    assert (after.covered, after.n) == (9, 10)


def test_trends_that_went_bad(project: Project) -> None:
    # A child home shut: 10 of 10 a year ago, 9 of 10 now. Insurance: 98.7 % a year ago.
    assert measure(project, "child_home_coverage").status == "trend_bad"
    assert measure(project, "child_medical_insurance").status == "trend_bad"
    assert measure(project, "child_medical_insurance", date(2024, 12, 31)).status == "trend_ok"


def test_planned_and_suspended_count_on_no_day(
    project: Project, findings: dict[str, set[str]]
) -> None:
    (planned,) = stations(project, "parent_school_station", [lessons.MISSED_BY_ONE])
    assert project.facilities.at[planned, "status"] == "planned"
    (ground,) = stations(project, "playground", [lessons.SUSPENDED_UNIT])
    assert project.facilities.at[ground, "status"] == "suspended"
    assert findings["suspended-without-date"] == {ground}


def test_a_playground_nobody_owns_counts_nowhere(
    project: Project, findings: dict[str, set[str]]
) -> None:
    assert len(findings["unassigned"]) == 1
    (loose,) = findings["unassigned"]
    point = project.facilities.geometry[loose]
    outlines = project.units.geometry[project.units.geom_type.isin(["Polygon", "MultiPolygon"])]
    assert not outlines.contains(point).any()


def test_a_playground_recorded_for_one_community_stands_in_another(
    project: Project, findings: dict[str, set[str]]
) -> None:
    recorded, actual = lessons.PLACE_DIFFERS
    homes = project.facilities.loc[sorted(findings["unit-and-place-differ"]), "unit_id"]
    assert len(homes) == 2
    (ground,) = homes.index[homes == recorded]
    point = project.facilities.geometry[ground]
    assert project.units.geometry[actual].contains(point)


def test_a_clinic_stands_in_another_regiment_than_its_company(
    project: Project, findings: dict[str, set[str]]
) -> None:
    clinics = project.facilities.loc[
        stations(project, "company_clinic", [lessons.LOCATION_DIFFERS])
    ]
    home = project.units.geometry[lessons.LOCATION_DIFFERS[:9]]
    outside = ~clinics.within(home)
    assert outside.sum() == 1
    assert set(clinics.index[outside]) < findings["unit-and-place-differ"]


def test_behind_the_canal_a_straight_line_lies(project: Project) -> None:
    ways = access(project, KINDERGARTEN)
    row = ways.loc[lessons.BEHIND_CANAL]
    assert row["straight_m"] == pytest.approx(800, abs=2)
    assert row["network_m"] == pytest.approx(6400, abs=15)
    assert row["detour_ratio"] == pytest.approx(8.0, abs=0.05)
    assert (row["state"], row["method"]) == ("beyond", "streets")


def test_behind_the_railway_a_straight_line_lies_too(project: Project) -> None:
    row = access(project, KINDERGARTEN).loc[lessons.BEHIND_RAILWAY]
    assert row["straight_m"] == pytest.approx(700, abs=2)
    assert row["network_m"] == pytest.approx(5200, abs=15)
    assert row["detour_ratio"] == pytest.approx(5200 / 700, abs=0.05)
    assert (row["state"], row["method"]) == ("beyond", "streets")


def test_without_streets_both_would_be_told_that_they_are_near(project: Project) -> None:
    # 800 m and 700 m times the detour factor are within 1500 m: 67 children who are not.
    straight = access(replace(project, streets=None), KINDERGARTEN)
    walked = access(project, KINDERGARTEN)
    both = [lessons.BEHIND_CANAL, lessons.BEHIND_RAILWAY]
    assert straight.loc[both, "state"].tolist() == ["within", "within"]
    assert walked.loc[both, "state"].tolist() == ["beyond", "beyond"]
    children = project.units.loc[both, "children_3_5"]
    assert children.tolist() == [35, 32]
    typical = project.units.loc[project.units["kind"] == "company", "children_3_5"].median()
    assert (children > 2 * typical).all()


def test_a_washed_out_bridge_is_no_path_although_there_are_streets(project: Project) -> None:
    row = access(project, KINDERGARTEN).loc[lessons.WASHED_OUT]
    assert row["state"] == "no_path"
    assert row["straight_m"] < 3000
    assert row["children"] > 0
    home = project.units.geometry[lessons.WASHED_OUT]
    assert project.streets is not None
    assert project.streets.distance(home).min() < 1


def test_barriers_are_named_and_marked_as_made_up(project: Project) -> None:
    barriers = project.barriers
    assert barriers is not None
    assert barriers["simulated"].all()
    assert barriers["name"].notna().all()
    assert barriers["kind"].value_counts().to_dict() == {
        "canal": 9,
        "railway": 1,
        "expressway": 1,
        "gully": 1,
    }
    assert set(barriers["kind"]) <= set(project.catalogue.barrier_kinds)
    assert set(barriers["source_file"]) == {"barriers.geojson"}


def test_streets_of_the_project_meet_barriers_only_on_bridges(project: Project) -> None:
    streets, barriers = project.streets, project.barriers
    assert streets is not None
    assert barriers is not None
    ground = streets.loc[~streets["bridge"].astype(bool)]
    assert not ground.intersects(barriers.union_all()).any()
    bridges = streets.loc[streets["bridge"].astype(bool)]
    assert bridges.intersects(barriers.union_all()).all()
    # Bridges are streets like others: both their ends are junctions of the network.
    ends = set(ground["start"]) | set(ground["end"])
    assert set(bridges["start"]) | set(bridges["end"]) <= ends


def test_streets_say_class_speed_and_direction(project: Project) -> None:
    streets = project.streets
    assert streets is not None
    assert set(streets["road_class"]) == {
        "primary",
        "unclassified",
        "residential",
        "living_street",
    }
    assert set(streets.loc[streets["road_class"] == "primary", "kmh"]) == {80}
    assert streets.loc[streets["road_class"] == "unclassified", "kmh"].isna().all()
    # Two streets of the core area, five blocks each; they are cut at the crossing streets.
    one_way = streets.loc[streets["oneway"] == 1]
    assert set(one_way["name"]) == {"新星3街", "新星5街"}
    assert streets["simulated"].all()


def test_no_road_is_no_path_and_not_far(project: Project) -> None:
    row = access(project, KINDERGARTEN).loc[lessons.NO_ROAD]
    assert row["state"] == "no_path"
    assert row["network_m"] != row["network_m"]  # not a number: neither 0 nor the straight line


def test_a_company_without_a_position_says_so(
    project: Project, findings: dict[str, set[str]]
) -> None:
    assert findings["unit-no-position"] == {lessons.NO_POSITION}
    assert access(project, KINDERGARTEN).at[lessons.NO_POSITION, "state"] == "no_position"


def test_children_not_counted_are_unknown(project: Project, findings: dict[str, set[str]]) -> None:
    assert findings["no-children-figure"] == {lessons.BLANK_CHILDREN}
    units = measure(project, "preschool_service_coverage").units
    assert units.at[lessons.BLANK_CHILDREN, "state"] == "unknown"
    # Its regiment's own return still holds everybody.
    regiment = project.units.loc[project.units["parent_id"] == lessons.BLANK_CHILDREN[:9]]
    known = regiment["children_3_5"].sum()
    assert project.units.at[lessons.BLANK_CHILDREN[:9], "children_3_5"] > known


def test_one_regiment_misses_vaccination_while_the_mean_is_above(project: Project) -> None:
    found = measure(project, "vaccination_rate")
    assert found.tally.pooled is not None
    assert found.tally.pooled > 98
    assert found.status == "not_met"
    units = found.units
    assert units.index[units["state"] == "uncovered"].tolist() == [lessons.VACCINATION_MISSED]


def test_tap_water_at_ninety_nine_point_something_is_not_a_hundred(project: Project) -> None:
    found = measure(project, "company_tap_water")
    assert found.lower is not None
    assert 99 < found.lower < 100
    assert found.status == "near"
    lacking = found.units[found.units["lacking"] > 0]
    assert set(lacking.index) == set(lessons.DRY_COMPANIES)


def test_none_is_zero_and_not_unknown(project: Project) -> None:
    assert project.units.at[lessons.NO_DIRECTOR, "child_director"] == 0
    found = measure(project, "child_directors_supervisors")
    assert (found.uncovered, found.unknown) == (1, 0)


def test_old_codes_are_abolished_and_count_no_more(project: Project) -> None:
    old = ["650502502508", "650502503508", "650502503512"]
    assert project.units.loc[old, "abolished_on"].notna().all()
    found = measure(project, "company_tap_water")
    assert not set(old) & set(found.units.index)
    assert len(found.units) == 78


def test_most_numbered_and_spatial_targets_have_a_figure(project: Project) -> None:
    rows = [row for row in project.catalogue.indicators.values() if row.priority == "A"]
    status = {row.id: measure(project, row.id).status for row in rows}
    silent = sorted(name for name, said in status.items() if said == "no_data")
    assert len(silent) <= 2, silent
    assert {"met", "near", "not_met", "undetermined", "trend_ok", "trend_bad"} <= set(
        status.values()
    )


def test_years_add_up_to_the_same_division(project: Project) -> None:
    reported = project.observations
    reported = reported[about_all(reported)]
    silent, _, since = lessons.SILENT
    for (indicator, period), group in reported.groupby(["indicator", "period"]):
        parts = group[group["unit_id"] != DIVISION_ID]
        whole = group[group["unit_id"] == DIVISION_ID]
        if len(parts) and len(whole) and (indicator != silent or period < since):
            assert parts["numerator"].sum() == whole["numerator"].iloc[0]
            assert parts["denominator"].sum() == whole["denominator"].iloc[0]
