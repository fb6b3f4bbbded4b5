"""Rules beyond the acceptance cases, each with numbers worked by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from geo_planner.breakdown import by_unit
from geo_planner.coverage import measure, measure_all
from geo_planner.errors import CatalogueError, NoDateError, NotKnownError
from geo_planner.quality import check
from geo_planner.worklist import work_list
from tests.worlds import (
    CATALOGUE,
    EMERGENCY,
    ENROLMENT,
    TOILET,
    facilities,
    observations,
    square,
    units,
    world,
)

NAN = float("nan")
DIVISION = {"unit_id": "D", "kind": "division"}
REGIMENTS = [{"unit_id": f"G{i}", "kind": "regiment", "parent_id": "D"} for i in (1, 2)]


def test_unknown_indicator_lists_near_names() -> None:
    with pytest.raises(NotKnownError) as caught:
        measure(world(units(DIVISION)), "tap_watr")
    assert caught.value.near == ["tap_water"]


def test_no_date_at_all_is_refused() -> None:
    project = world(units(DIVISION))
    object.__setattr__(project, "reference_date", None)
    with pytest.raises(NoDateError):
        measure(project, "urban")


def test_a_rate_pools_the_regiments_where_the_division_is_silent() -> None:
    said = observations(
        {
            "indicator": "enrolment",
            "unit_id": "G1",
            "period": "2025",
            "numerator": 90.0,
            "denominator": 100.0,
        },
        {
            "indicator": "enrolment",
            "unit_id": "G2",
            "period": "2025",
            "numerator": 300.0,
            "denominator": 300.0,
        },
    )
    found = measure(world(units(DIVISION, *REGIMENTS), observations_=said), "enrolment")
    # 390/400 = 97.5 %, not the mean of rates (95 %).
    assert (found.lower, found.n, found.covered, found.status) == (
        Fraction(195, 2),
        400,
        390,
        "near",
    )


def test_a_silent_regiment_leaves_the_rate_open() -> None:
    said = observations(
        {
            "indicator": "enrolment",
            "unit_id": "G1",
            "period": "2025",
            "numerator": 100.0,
            "denominator": 100.0,
        }
    )
    found = measure(world(units(DIVISION, *REGIMENTS), observations_=said), "enrolment")
    assert found.status == "undetermined"
    assert any(note.code == "reports-missing" for note in found.notes)


def test_a_promise_of_all_is_broken_whatever_the_silent_one_says() -> None:
    said = observations(
        {
            "indicator": "enrolment",
            "unit_id": "G1",
            "period": "2025",
            "numerator": 80.0,
            "denominator": 100.0,
        }
    )
    found = measure(world(units(DIVISION, *REGIMENTS), observations_=said), "enrolment")
    assert found.status == "not_met"


def test_the_division_report_goes_before_the_regiments_and_nothing_is_added_up() -> None:
    said = observations(
        {
            "indicator": "enrolment",
            "unit_id": "D",
            "period": "2025",
            "numerator": 50.0,
            "denominator": 50.0,
        },
        {
            "indicator": "enrolment",
            "unit_id": "G1",
            "period": "2025",
            "numerator": 0.0,
            "denominator": 70.0,
        },
    )
    found = measure(world(units(DIVISION, *REGIMENTS), observations_=said), "enrolment")
    assert (found.n, found.covered) == (50, 50)


def test_the_latest_report_not_after_the_date_stands() -> None:
    said = observations(
        *(
            {
                "indicator": "enrolment",
                "unit_id": "D",
                "period": p,
                "numerator": a,
                "denominator": 100.0,
            }
            for p, a in (("2023", 91.0), ("2024", 92.0), ("2026", 99.0))
        )
    )
    found = measure(world(units(DIVISION), observations_=said), "enrolment", date(2025, 12, 31))
    assert (found.lower, found.data_date) == (92, "2024")
    assert any(note.code == "older-data" for note in found.notes)
    assert [value for _, value in found.tally.history] == [91]


def test_a_blank_report_is_no_data_and_a_zero_denominator_does_not_apply() -> None:
    blank = observations({"indicator": "enrolment", "unit_id": "D", "period": "2025"})
    assert measure(world(units(DIVISION), observations_=blank), "enrolment").status == "no_data"
    empty = observations(
        {
            "indicator": "enrolment",
            "unit_id": "D",
            "period": "2025",
            "numerator": 0.0,
            "denominator": 0.0,
        }
    )
    assert (
        measure(world(units(DIVISION), observations_=empty), "enrolment").status == "not_applicable"
    )


def test_doctors_per_thousand_children() -> None:
    built = facilities(
        {"facility_type": "hospital", "name": "甲", "paediatricians": 7.0},
        {"facility_type": "hospital", "name": "乙", "paediatricians": 4.0},
        {"facility_type": "hospital", "name": "丙", "paediatricians": 9.0, "status": "planned"},
    )
    rows = [{**row, "children_0_14": 5000.0} for row in REGIMENTS]
    found = measure(world(units(DIVISION, *rows), built), "per_1000")
    # 11 / 10 thousand = 1.1 against 1.12: attainment 98.2 %; 11.2 doctors, so one more.
    assert (found.lower, found.status) == (Fraction(11, 10), "near")
    assert (found.needs_more_min, found.needs_more_max) == (1, 1)


def test_a_hospital_that_does_not_state_its_doctors_leaves_the_rate_open() -> None:
    built = facilities(
        {"facility_type": "hospital", "name": "甲", "paediatricians": 7.0},
        {"facility_type": "hospital", "name": "乙", "paediatricians": NAN},
    )
    rows = [{**row, "children_0_14": 5000.0} for row in REGIMENTS]
    found = measure(world(units(DIVISION, *rows), built), "per_1000")
    # 11.2 are needed and 7 are known: five more if the second has none, none if it has enough.
    assert (found.status, found.needs_more_min, found.needs_more_max) == ("undetermined", 0, 5)


def test_the_age_band_is_summed_from_its_parts() -> None:
    parts = {
        "children_0_2": 100.0,
        "children_3_5": 200.0,
        "children_6_11": 300.0,
        "children_12_14": 400.0,
    }
    built = facilities({"facility_type": "hospital", "paediatricians": 2.0})
    found = measure(world(units({**REGIMENTS[0], **parts}), built), "per_1000")
    assert found.lower == 2


def test_directors_at_each_level() -> None:
    rows = [
        {"unit_id": "G", "kind": "regiment", "child_supervisor": 1.0},
        {"unit_id": "K1", "kind": "company", "child_director": 1.0},
        {"unit_id": "K2", "kind": "company", "child_director": 0.0},
        {"unit_id": "K3", "kind": "company", "child_director": NAN},
    ]
    found = measure(world(units(*rows)), "directors")
    assert (found.n, found.covered, found.uncovered, found.unknown) == (4, 2, 1, 1)
    assert found.status == "reference_only"


def test_a_duty_of_the_division() -> None:
    for value, status in ((1.0, "met"), (0.0, "not_met"), (NAN, "no_data")):
        said = observations({"indicator": "duty", "unit_id": "D", "period": "2025", "value": value})
        assert measure(world(units(DIVISION), observations_=said), "duty").status == status


def test_places_year_by_year() -> None:
    built = facilities(
        {"facility_type": "childcare", "name": "甲", "places": 30.0, "opened_on": "2021-05-01"},
        {"facility_type": "childcare", "name": "乙", "places": 20.0, "opened_on": "2025-03-01"},
    )
    found = measure(world(units(DIVISION), built), "places")
    assert dict(found.tally.history) == {"2020": 0, "2021": 30, "2022": 30, "2023": 30, "2024": 30}
    assert (found.lower, found.status) == (50, "trend_ok")


def test_ranks_most_children_first_then_farthest_then_code() -> None:
    rows = [
        {"unit_id": "K1", "kind": "company", "children_3_5": 20.0, "geometry": (1000, 0)},
        {"unit_id": "K2", "kind": "company", "children_3_5": 35.0, "geometry": (2000, 0)},
        {"unit_id": "K3", "kind": "company", "children_3_5": 20.0, "geometry": (9000, 0)},
        {"unit_id": "K4", "kind": "company", "children_3_5": 20.0, "geometry": (1000, 0)},
        {"unit_id": "K5", "kind": "company", "children_3_5": NAN, "geometry": (1000, 0)},
        {"unit_id": "K6", "kind": "company", "children_3_5": 5.0, "geometry": (0, 0)},
    ]
    built = facilities({"facility_type": "kindergarten", "unit_id": "K6", "geometry": (0, 0)})
    found = measure(world(units(*rows), built), "kindergarten")
    ranked = found.units["rank"].dropna().sort_values().index.tolist()
    assert ranked == ["K2", "K3", "K1", "K4"]
    listed = work_list(found)
    assert listed.index.tolist()[:4] == ranked
    assert listed.index[-1] == "K5"  # unknown ones apart, at the end


def test_every_figure_is_plain_json() -> None:
    import json

    project = world(units(DIVISION, *REGIMENTS))
    for found in measure_all(project):
        assert json.loads(json.dumps(found.as_json(units=True), allow_nan=False))


def test_json_percentages_are_exact_ratios() -> None:
    rows = [{"unit_id": f"U{i}", "community_kind": "urban"} for i in range(3)]
    found = measure(world(units(*rows), facilities({"unit_id": "U0"})), "urban").as_json()
    assert found["lower"] == 100 / 3
    assert (found["n"], found["target"], found["comparison"]) == (3, 96, ">=")


def test_households_by_regiment() -> None:
    rows = [
        DIVISION,
        *REGIMENTS,
        {
            "unit_id": "K1",
            "kind": "company",
            "parent_id": "G1",
            "households": 10.0,
            "households_tap_water": 10.0,
        },
        {
            "unit_id": "K2",
            "kind": "company",
            "parent_id": "G2",
            "households": 30.0,
            "households_tap_water": 27.0,
        },
    ]
    table = by_unit(measure(world(units(*rows)), "tap_water"))
    assert table["n"].tolist() == [10, 30]
    assert table["lower"].tolist() == [100, 90]
    assert table["status"].tolist() == ["met", "not_met"]
    assert table["needs_more_max"].tolist() == [0, 3]


def test_quality_gaps_and_contradicting_reports() -> None:
    rows = [
        DIVISION,
        {"unit_id": "U1", "community_kind": "urban", "parent_id": "D", "geometry": (0, 0)},
        {"unit_id": "X1", "parent_id": "D"},
        {"unit_id": "X2", "community_kind": "urban", "geometry": (5, 5)},
    ]
    said = observations({"indicator": "urban", "unit_id": "U1", "period": "2025", "value": 0.0})
    project = world(units(*rows), facilities({"unit_id": "U1"}), said)
    found = {one.code: one.ids for one in check(project)}
    assert found["no-community-kind"] == ("X1",)
    assert found["unit-no-position"] == ("X1",)
    assert found["orphan"] == ("X2",)
    assert found["report-denies-record"] == ("U1",)
    assert found["no-position"] == ("F1",)


def test_an_empty_project_answers_everything() -> None:
    project = world(units())
    assert {one.status for one in measure_all(project)} <= {"no_data", "not_applicable"}
    assert check(project) == []


def test_the_catalogue_of_the_world_is_whole() -> None:
    assert {row.rule for row in CATALOGUE.indicators.values()} == {
        "has_facility",
        "within_reach",
        "household_share",
        "per_thousand",
        "staffing",
        "rate",
        "trend",
        "yes_no",
    }


def test_pupils_are_pooled_over_schools_and_a_merged_record_counts_once() -> None:
    built = facilities(
        {"name": "一小", "unit_id": "D", "myopic": 30.0, "screened": 100.0, "geometry": (0, 0)},
        {"name": "一小", "unit_id": "D", "myopic": 30.0, "screened": 100.0, "geometry": (5, 0)},
        {"name": "二小", "myopic": 25.0, "screened": 100.0},
        {"name": "卫生室"},
    )
    found = measure(world(units(DIVISION), built), "myopia")
    # 55 of 200; the second record of the first school is the same school.
    assert (found.n, found.covered, found.lower, found.status) == (200, 55, Fraction(55, 2), "met")
    assert found.units.index.tolist() == ["F1", "F3"]


@pytest.mark.parametrize(("value", "status"), [(24.5, "met"), (26.0, "near"), (NAN, "no_data")])
def test_a_rate_the_division_carries_in_a_column(value: float, status: str) -> None:
    assert measure(world(units({**DIVISION, "caries": value})), "caries").status == status


@pytest.mark.parametrize(("value", "status"), [(0.0, "met"), (2.0, "not_met"), (NAN, "no_data")])
def test_a_count_that_must_be_zero(value: float, status: str) -> None:
    found = measure(world(units({**DIVISION, "violations": value})), "violations")
    assert found.status == status


@pytest.mark.parametrize(
    ("earlier", "now", "status"),
    [
        (112.0, 109.0, "trend_ok"),
        (112.0, 113.0, "trend_bad"),
        (101.0, 104.0, "trend_ok"),
        (104.0, 106.0, "trend_ok"),
    ],
)
def test_towards_a_range(earlier: float, now: float, status: str) -> None:
    said = observations(
        {"indicator": "sex_ratio", "unit_id": "D", "period": "2024", "value": earlier},
        {"indicator": "sex_ratio", "unit_id": "D", "period": "2025", "value": now},
    )
    assert measure(world(units(DIVISION), observations_=said), "sex_ratio").status == status


def test_one_year_tells_no_direction() -> None:
    said = observations(
        {"indicator": "sex_ratio", "unit_id": "D", "period": "2025", "value": 104.0}
    )
    found = measure(world(units(DIVISION), observations_=said), "sex_ratio")
    assert (found.status, found.lower) == ("no_data", 104)
    assert any(note.code == "one-year-only" for note in found.notes)


def test_a_clinic_on_the_ground_of_another_regiment_is_found() -> None:
    rows = [
        {"unit_id": "G1", "kind": "regiment", "geometry": square(0, 0)},
        {"unit_id": "G2", "kind": "regiment", "geometry": square(1000, 0)},
        {"unit_id": "K1", "kind": "company", "parent_id": "G1", "geometry": (900, 500)},
    ]
    built = facilities(
        {"unit_id": "K1", "geometry": (1100, 500)}, {"unit_id": "K1", "geometry": (800, 500)}
    )
    found = {one.code: one.ids for one in check(world(units(*rows), built))}
    assert found["unit-and-place-differ"] == ("F1",)


def test_earlier_reports_are_the_history_of_a_share_that_units_carry_now() -> None:
    rows = [
        {**DIVISION},
        {"unit_id": "K", "kind": "company", "households": 10.0, "households_sanitary_toilet": 9.0},
    ]
    said = observations(
        {"indicator": "toilet_trend", "unit_id": "D", "period": "2024", "value": 80.0}
    )
    row = replace(TOILET, id="toilet_trend", comparison="trend_up", assumed_target=None)
    project = world(units(*rows), observations_=said, catalogue=CATALOGUE.adding(indicators=[row]))
    # A report of the division itself stands before columns only for rates; shares count the units.
    found = measure(project, "toilet_trend")
    assert (found.lower, found.status) == (90, "trend_ok")
    assert found.tally.history == (("2024", Fraction(80)),)


def test_reach_year_by_year() -> None:
    rows = [
        {"unit_id": "K1", "kind": "company", "geometry": (0, 0)},
        {"unit_id": "K2", "kind": "company", "geometry": (50_000, 0)},
    ]
    built = facilities(
        {"facility_type": "kindergarten", "geometry": (0, 100), "opened_on": "2022-05-01"},
        {"facility_type": "kindergarten", "geometry": (50_000, 100), "opened_on": "2025-05-01"},
    )
    found = measure(world(units(*rows), built), "emergency")
    # 20 minutes at 30 km/h are 10 km: none to 2021, one of two from 2022, both since 2025.
    assert dict(found.tally.history) == {"2020": 0, "2021": 0, "2022": 50, "2023": 50, "2024": 50}
    assert (found.lower, found.status, found.method) == (100, "trend_ok", "straight_line")


def test_reach_without_streets_and_without_units_speaks_of_straight_lines() -> None:
    built = facilities({"facility_type": "kindergarten", "geometry": (0, 100)})
    found = measure(world(units(DIVISION), built), "emergency")
    assert (found.n, found.method) == (0, "straight_line")


def test_a_project_as_of_another_day() -> None:
    built = facilities({"unit_id": "U1", "opened_on": "2025-06-01"})
    project = world(units({"unit_id": "U1", "community_kind": "urban"}), built)
    assert measure(project, "urban").covered == 1
    assert measure(project.as_of(date(2025, 5, 31)), "urban").covered == 0
    assert project.reference_date == date(2025, 12, 31)


def test_reach_takes_one_facility_type() -> None:
    row = replace(EMERGENCY, id="two", further_types=("childcare",))
    with pytest.raises(CatalogueError, match="one facility type only"):
        CATALOGUE.adding(indicators=[row])


@pytest.mark.parametrize(("pupils", "found"), [(103.0, False), (125.0, True)])
def test_a_gross_rate_a_little_above_the_whole_is_no_contradiction(
    pupils: float, found: bool
) -> None:
    row = replace(ENROLMENT, id="gross", gross=True)
    said = observations(
        {
            "indicator": "gross",
            "unit_id": "D",
            "period": "2025",
            "numerator": pupils,
            "denominator": 100.0,
        }
    )
    project = world(
        units(DIVISION), observations_=said, catalogue=CATALOGUE.adding(indicators=[row])
    )
    assert ("report-over-whole" in {one.code for one in check(project)}) is found


def test_a_report_that_only_closed_records_back_is_a_contradiction() -> None:
    rows = [{"unit_id": f"U{i}", "community_kind": "urban"} for i in (1, 2)]
    said = observations(
        *(
            {"indicator": "urban", "unit_id": f"U{i}", "period": "2025", "value": 1.0}
            for i in (1, 2)
        )
    )
    built = facilities({"unit_id": "U1", "closed_on": "2025-03-01"})
    project = world(units(*rows), built, said)
    found = measure(project, "urban")
    # The shut station speaks for U1; no record speaks for U2, so its report does.
    assert found.units["state"].to_dict() == {"U1": "uncovered", "U2": "covered"}
    ids = {one.code: one.ids for one in check(project)}
    assert ids["report-without-working-record"] == ("U1",)


def test_earlier_reach_counts_the_same_class_of_units_as_today() -> None:
    row = replace(EMERGENCY, id="urban_reach", unit_kinds=("community",), community_kind="urban")
    rows = [
        {"unit_id": "U1", "community_kind": "urban", "geometry": (0, 0)},
        {"unit_id": "R1", "community_kind": "regiment", "geometry": (50_000, 0)},
        {"unit_id": "X1", "community_kind": None, "geometry": (0, 0)},
    ]
    built = facilities({"facility_type": "kindergarten", "geometry": (0, 100)})
    project = world(units(*rows), built, catalogue=CATALOGUE.adding(indicators=[row]))
    found = measure(project, "urban_reach")
    # One urban community, within; one of unknown class; the regiment one never counts.
    assert (found.n, found.covered, found.unknown) == (2, 1, 1)
    assert dict(found.tally.history)["2024"] == found.lower == 50
    assert found.tally.history_bounds[-1] == (50, 100)
