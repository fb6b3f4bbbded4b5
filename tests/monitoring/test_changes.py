"""What changed from one year to the next: acceptance case 10, and each cause with its names."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import geopandas as gpd
import pytest
from shapely import LineString

from geo_planner.errors import NotKnownError
from geo_planner.monitoring.changes import Counted, Named, all_changes, what_changed
from geo_planner.monitoring.corrections import Rewritten
from geo_planner.monitoring.year_errors import TwoYearsError, YearsOutsideError
from geo_planner.project import Project
from tests.monitoring.worlds import division, report
from tests.worlds import METRES, communities, facilities, square, stations, units, world


def case_10(*more: dict[str, Any], **changes: Any) -> Project:
    """Return ten regiment communities, seven covered at the end of 2024."""
    built = stations([f"R{i:03}" for i in (1, 2, 4, 5, 6, 7)], opened_on="2020-01-01")
    built += stations(["R003"], opened_on="2020-01-01", closed_on="2025-10-01")
    for code, opened in (("R008", "2025-07-01"), ("R009", "2025-12-31"), ("R010", "2026-01-05")):
        built += stations([code], opened_on=opened)
    return world(units(*communities("regiment", 10), *more), facilities(*built), **changes)


def test_case_10_year_end_against_year_end() -> None:
    # 7 of 10 at the end of 2024, 8 of 10 at the end of 2025: 10 points. C8 and C9 open, C3 closes;
    # C10 opens in January and is not named. All units go by one name, so codes tell them apart.
    found = what_changed(case_10(), "regiment", 2025)
    change = found.change
    assert (change.earlier.day, change.later.day) == (date(2024, 12, 31), date(2025, 12, 31))
    assert (change.low, change.high, change.units) == (10, 10, 1)
    assert found.opened == (
        Named("F8", "R008家长学校", "R008", "单位 R008", date(2025, 7, 1)),
        Named("F9", "R009家长学校", "R009", "单位 R009", date(2025, 12, 31)),
    )
    assert [(one.name, one.day) for one in found.closed] == [("R003家长学校", date(2025, 10, 1))]
    assert [one.id for one in found.gained] == ["R008", "R009"]
    assert [one.id for one in found.lost] == ["R003"]
    assert (found.denominator, found.method, found.restated) == (None, None, None)


def test_case_10_a_community_founded_in_september() -> None:
    # 8 of 11 is 72.7 %: 2.7 points more than 7 of 10.
    new = {"unit_id": "R011", "name": "新社区", "community_kind": "regiment"}
    found = what_changed(case_10({**new, "established_on": "2025-09-01"}), "regiment", 2025)
    assert found.change.low == Fraction(800, 11) - 70
    assert found.established == (Named("R011", "新社区", day=date(2025, 9, 1)),)
    assert found.denominator == Counted("units", 10, 11)


def test_user_story_2_both_years_by_the_same_rule_of_the_reference_date() -> None:
    # The reference date lies in 2026: 2024 and 2025 both stand on their 31 December, 2026 on it.
    project = case_10(on=date(2026, 6, 30))
    found = what_changed(project, "regiment", 2025)
    assert [one.day for one in (found.change.earlier, found.change.later)] == [
        date(2024, 12, 31), date(2025, 12, 31),
    ]  # fmt: skip
    later = what_changed(project, "regiment", 2026)
    assert (later.change.earlier.day, later.change.later.day) == (
        date(2025, 12, 31), date(2026, 6, 30),
    )  # fmt: skip
    assert [one.name for one in later.opened] == ["R010家长学校"]
    # C10 opens: 9 of 10, ten points more.
    assert (later.change.low, later.change.high) == (10, 10)


def test_years_further_apart_and_in_any_order() -> None:
    found = what_changed(case_10(), "regiment", 2025, 2019)
    assert (found.change.earlier.year, found.change.later.year) == (2019, 2025)
    assert len(found.opened) == 9
    assert what_changed(case_10(), "regiment", 2019, 2025).as_json() == found.as_json()


def test_abolished_units_are_named() -> None:
    gone = {"unit_id": "R011", "name": "旧社区", "community_kind": "regiment"}
    found = what_changed(case_10({**gone, "abolished_on": "2025-03-01"}), "regiment", 2025)
    assert [one.name for one in found.abolished] == ["旧社区"]
    assert found.denominator == Counted("units", 11, 10)
    urban = {**gone, "community_kind": "urban", "abolished_on": "2025-03-01"}
    assert what_changed(case_10(urban), "regiment", 2025).abolished == ()


def test_denominators_of_reports() -> None:
    # 450 of 500 is 90 %, 540 of 600 as well: nothing moved but how many children there are.
    made = division(
        report("enrolment", "D", 2024, 450, 500), report("enrolment", "D", 2025, 540, 600)
    )
    found = what_changed(made, "enrolment", 2025)
    assert (found.change.low, found.change.high) == (0, 0)
    assert found.denominator == Counted("cases", 500, 600)
    assert found.anything


def test_reported_last_year_counted_this_year() -> None:
    # For 2024 the division reported 1 hospital of 2; since then the hospitals' own columns came,
    # which speak for 2025 alone: one of two has its doctor.
    named = [{"unit_id": "D", "facility_type": "hospital"} for _ in range(2)]
    told = division(report("doctors", "D", 2024, 1, 2)).observations
    then = replace(division(), observations=told, reference_date=date(2024, 12, 31))
    now = replace(division(), observations=told)
    counted = [{**row, "gp_child": number} for row, number in zip(named, (1.0, 0.0), strict=True)]
    now = replace(now, facilities=facilities(*counted))
    found = what_changed(now, "doctors", 2025, then=then)
    assert found.method == ("observations", "counted")
    assert what_changed(now, "doctors", 2025).method is None  # 2024 has no figure of its own now


def test_straight_line_then_streets_now() -> None:
    # A company 600 m from its kindergarten: an estimate, until the office brought its roads.
    at = [{"unit_id": "K1", "kind": "company", "geometry": (0, 0)}]
    built = facilities({"facility_type": "kindergarten", "unit_id": "K1", "geometry": (600, 0)})
    road = gpd.GeoDataFrame(
        {"start": [0], "end": [1], "metres": [600.0]},
        geometry=[LineString([(0, 0), (600, 0)])],
        crs=METRES,
    )
    then, now = world(units(*at), built), world(units(*at), built, streets=road)
    found = what_changed(now, "emergency", 2025, then=then)
    assert found.method == ("straight_line", "streets")
    assert what_changed(now, "emergency", 2025).method is None


def moved(project: Project, **columns: Any) -> Project:
    """Return a project in which the first unit reads otherwise."""
    table = project.units.copy()
    for name, cell in columns.items():
        table[name] = [cell, *table[name].tolist()[1:]]
    return replace(project, units=gpd.GeoDataFrame(table, crs=METRES))


def placed() -> Project:
    rows = communities("regiment", 2, parent_id="P1", geometry=square(0, 0))
    parents = [{"unit_id": one, "kind": "regiment", "name": one} for one in ("P1", "P2")]
    return world(units(*rows, *parents), facilities(*stations(["R001"], opened_on="2020-01-01")))


@pytest.mark.parametrize(
    ("columns", "found"),
    [
        ({"parent_id": "P2"}, Rewritten("R001", "单位", "parent", "P1", "P2")),
        (
            {"community_kind": "urban"},
            Rewritten("R001", "单位", "community_kind", "regiment", "urban"),
        ),
        ({"kind": "company"}, Rewritten("R001", "单位", "kind", "community", "company")),
        ({"geometry": square(5, 0)}, Rewritten("R001", "单位", "outline")),
        ({"geometry": None}, Rewritten("R001", "单位", "outline")),
    ],
)
def test_what_carries_no_date_is_told_against_then(
    columns: dict[str, Any], found: Rewritten
) -> None:
    then = placed()
    now = moved(then, **columns)
    assert what_changed(now, "regiment", 2025, then=then).rewritten == (found,)
    assert what_changed(now, "regiment", 2025).rewritten == ()


def test_the_same_outline_is_no_change() -> None:
    then = placed()
    turned = square(0, 0).reverse()
    near = square(0.004, 0)
    for shape in (turned, near):
        found = what_changed(moved(then, geometry=shape), "regiment", 2025, then=then)
        assert found.rewritten == ()
        assert (found.anything, found.against_then) == (False, True)


def test_units_recorded_since_and_gone() -> None:
    then, now = case_10(), case_10({"unit_id": "R012", "community_kind": "regiment"})
    (found,) = what_changed(now, "regiment", 2025, then=then).rewritten
    assert (found.what, found.unit_id) == ("recorded", "R012")
    (found,) = what_changed(then, "regiment", 2025, then=now).rewritten
    assert (found.what, found.unit_id) == ("gone", "R012")
    dated = case_10(
        {"unit_id": "R012", "community_kind": "regiment", "established_on": "2025-04-01"}
    )
    assert what_changed(dated, "regiment", 2025, then=then).rewritten == ()


def test_a_corrected_report_old_and_new_with_its_file() -> None:
    then = division(report("under5", "D", 2024, 4, 826), report("under5", "D", 2025, 3, 760))
    now = division(report("under5", "D", 2024, 5, 826), report("under5", "D", 2025, 3, 760))
    now.observations["source_file"] = "更正.xlsx"
    now.observations["source_row"] = [7, 8]
    found = what_changed(now, "under5", 2025, then=then)
    (one,) = found.corrections
    assert (one.of, one.id, one.period, one.source) == ("observation", "D", "2024", "更正.xlsx:7")
    assert one.was is not None
    assert one.now is not None
    assert (one.was["numerator"], one.now["numerator"]) == (4.0, 5.0)
    assert found.restated is not None
    assert (found.restated.known[0], found.restated.now[0]) == (
        Fraction(4000, 826), Fraction(5000, 826),
    )  # fmt: skip
    # Against the year as it reads now: 3 of 760 is 2.1 per thousand less than 5 of 826.
    assert found.change.low == Fraction(3000, 760) - Fraction(5000, 826)


def test_a_report_that_came_after_the_figure_was_given() -> None:
    then = division(report("under5", "D", 2023, 4, 826))
    now = division(report("under5", "D", 2023, 4, 826), report("under5", "D", 2024, 5, 780))
    (one,) = what_changed(now, "under5", 2025, then=then).corrections
    assert (one.was, one.period) == (None, "2024")
    (one,) = what_changed(then, "under5", 2025, then=now).corrections
    assert (one.now, one.source) == (None, None)


def test_a_station_recorded_late_changes_last_years_figure() -> None:
    # It opened in 2022 and was not in the records when 2024 was reported: 1 of 2 then, 2 of 2 now.
    then = world(
        units(*communities("regiment", 2)), facilities(*stations(["R001"], opened_on="2020-01-01"))
    )
    now = world(
        units(*communities("regiment", 2)),
        facilities(
            *stations(["R001"], opened_on="2020-01-01"),
            *stations(["R002"], opened_on="2022-01-01"),
        ),
    )  # fmt: skip
    found = what_changed(now, "regiment", 2025, then=then)
    (one,) = found.corrections
    assert (one.of, one.name, one.was, one.now) == (
        "facility", "R002家长学校", None, {"working": True},
    )  # fmt: skip
    assert found.restated is not None
    assert (found.restated.known, found.restated.now) == ((50, 50), (100, 100))
    assert (found.change.low, found.opened) == (0, ())


def test_only_what_changed_is_listed() -> None:
    ids = [one.indicator.id for one in all_changes(case_10(), 2025)]
    assert ids == ["regiment"]
    assert all_changes(case_10(), 2023) == ()


def test_a_year_without_a_figure_says_nothing_of_a_difference() -> None:
    made = division(report("under5", "D", 2025, 3, 760))
    found = what_changed(made, "under5", 2025)
    assert (found.change.low, found.change.earlier.dated, found.denominator) == (None, False, None)
    assert found.as_json()["earlier"]["lower"] is None
    assert not found.anything


def test_what_cannot_be_asked() -> None:
    with pytest.raises(NotKnownError):
        what_changed(case_10(), "regimnt", 2025)
    with pytest.raises(TwoYearsError):
        what_changed(case_10(), "regiment", 2025, 2025)
    with pytest.raises(YearsOutsideError):
        what_changed(case_10(), "regiment", 2026)
    with pytest.raises(YearsOutsideError):
        all_changes(case_10(), 2026)


def test_the_order_of_records_changes_nothing_but_their_order() -> None:
    project = case_10()
    turned = replace(
        project, units=project.units.iloc[::-1], facilities=project.facilities.iloc[::-1]
    )
    one, other = (what_changed(made, "regiment", 2025) for made in (project, turned))
    assert one.change.low == other.change.low
    assert set(one.opened) == set(other.opened)
    assert set(one.gained) == set(other.gained)
