"""What is unknown, undated or no longer there, worked by hand: never counted as no, never twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from geo_planner.breakdown import by_unit
from geo_planner.coverage import measure
from geo_planner.hierarchy import Hierarchy
from geo_planner.periods import parse_period
from geo_planner.population import year_ends
from geo_planner.quality import check
from tests.worlds import (
    CATALOGUE,
    ENROLMENT,
    SEX_RATIO,
    communities,
    facilities,
    indicator,
    observations,
    square,
    stations,
    units,
    world,
)

NAN = float("nan")
DIVISION = {"unit_id": "D", "kind": "division"}
REGIMENTS = [{"unit_id": f"G{i}", "kind": "regiment", "parent_id": "D"} for i in (1, 2)]


def homes(*codes: str, **more: object) -> list[dict[str, object]]:
    return [
        {"facility_type": "child_home", "unit_id": code, "name": code, **more} for code in codes
    ]


def test_a_unit_unknown_last_year_may_have_been_covered() -> None:
    # End of 2024: R001 has a home, R002 is unknown (blank return), R003 has none: 1/3 to 2/3.
    # End of 2025: R002 reports none: 1/3. It may have fallen, it may have stayed.
    said = observations(
        {"indicator": "child_home", "unit_id": "R002", "period": "2020"},
        {"indicator": "child_home", "unit_id": "R002", "period": "2025", "value": 0.0},
    )
    built = facilities(*homes("R001"))
    found = measure(world(units(*communities("regiment", 3)), built, said), "child_home")
    assert (found.lower, found.upper) == (Fraction(100, 3), Fraction(100, 3))
    assert found.status == "undetermined"
    # Back to the best earlier share: none more if R002 had none, one more if it had one.
    assert (found.needs_more_min, found.needs_more_max) == (0, 1)


def test_years_of_which_nothing_is_known_are_no_history() -> None:
    # No home was ever imported; the returns begin in 2025. 2020-2024 are not 0 %.
    said = observations(
        {"indicator": "child_home", "unit_id": "R001", "period": "2025", "value": 1.0}
    )
    found = measure(world(units(*communities("regiment", 2)), None, said), "child_home")
    assert (found.covered, found.unknown) == (1, 1)
    assert found.tally.history == ()
    assert found.status == "no_data"


def test_a_facility_that_opens_later_does_not_silence_a_report() -> None:
    said = observations(
        {"indicator": "regiment", "unit_id": "R001", "period": "2023", "value": 1.0}
    )
    built = facilities({"unit_id": "R001", "opened_on": "2025-07-01"}, {"unit_id": "R002"})
    project = world(units(*communities("regiment", 2)), built, said)
    before = measure(project, "regiment", date(2024, 12, 31))
    assert before.covered == 2
    assert before.units.loc["R001", "reason"] == "observed_yes"


def test_the_outline_of_an_abolished_community_holds_nothing() -> None:
    # R001 was merged into R002, whose outline covers both; the station lies in the old part.
    rows = [
        {
            "unit_id": "R001",
            "community_kind": "regiment",
            "geometry": square(0, 0),
            "abolished_on": "2023-01-01",
        },
        {
            "unit_id": "R002",
            "community_kind": "regiment",
            "geometry": square(0, 0, 2000),
            "established_on": "2023-01-01",
        },
    ]
    project = world(units(*rows), facilities({"geometry": (500, 500)}))
    now, then = measure(project, "regiment"), measure(project, "regiment", date(2022, 12, 31))
    assert (now.covered, now.n, list(now.units.index)) == (1, 1, ["R002"])
    assert (then.covered, then.n, list(then.units.index)) == (1, 1, ["R001"])
    assert "unassigned" not in {one.code for one in check(project)}


def test_stations_recorded_for_the_regiment_are_imported_and_counted_for_no_community() -> None:
    rows = [*communities("regiment", 2, parent_id="G"), {"unit_id": "G", "kind": "regiment"}]
    found = measure(world(units(*rows), facilities({"unit_id": "G"})), "regiment")
    assert (found.status, found.uncovered) == ("not_met", 2)
    note = next(one for one in found.notes if one.code == "facilities-elsewhere")
    assert note.params["count"] == 1


def test_a_station_of_an_abolished_community_is_told() -> None:
    rows = [*communities("regiment", 2), {"unit_id": "OLD", "abolished_on": "2020-01-01"}]
    found = measure(world(units(*rows), facilities(*stations(["R001", "OLD"]))), "regiment")
    assert (found.covered, found.n) == (1, 2)
    assert "facilities-elsewhere" in {one.code for one in found.notes}


def test_a_year_stands_before_its_last_quarter_whatever_the_order_of_rows() -> None:
    rows = [
        {"indicator": "under5", "unit_id": "D", "period": period, "value": value}
        for period, value in (("2025Q4", 9.0), ("2025", 4.0), ("2025H1", 7.0), ("2025Q1", 8.0))
    ]
    for turned in (rows, rows[::-1]):
        project = world(units(DIVISION), observations_=observations(*turned))
        assert measure(project, "under5").lower == 4


@pytest.mark.parametrize("text", ["0000", "0025", "2025H3", "2025-13", ""])
def test_what_is_no_period(text: str) -> None:
    assert parse_period(text) is None


def test_observations_without_the_columns_that_may_be_left_out() -> None:
    rows = units(DIVISION, *communities("regiment", 1))
    said = observations(
        {"indicator": "regiment", "unit_id": "R001", "period": "2025"},
        {"indicator": "duty", "unit_id": "D", "period": "2025"},
        {"indicator": "enrolment", "unit_id": "D", "period": "2025"},
    ).drop(columns=["value", "numerator", "denominator", "source"])
    project = world(rows, facilities({"unit_id": "D"}), said)
    assert measure(project, "regiment").unknown == 1
    assert measure(project, "duty").status == "no_data"
    assert measure(project, "enrolment").status == "no_data"
    assert check(project)


def test_what_an_abolished_regiment_reported_is_not_added_to_its_successor() -> None:
    rows = [DIVISION, REGIMENTS[0], {**REGIMENTS[1], "abolished_on": "2023-01-01"}]
    said = observations(
        *(
            {
                "indicator": "enrolment",
                "unit_id": code,
                "period": period,
                "numerator": part,
                "denominator": 100.0,
            }
            for code, period, part in (("G1", "2025", 100.0), ("G2", "2022", 10.0))
        )
    )
    found = measure(world(units(*rows), observations_=said), "enrolment")
    assert (found.covered, found.n, found.status) == (100, 100, "met")


def test_last_years_report_is_not_its_own_history() -> None:
    # Asked in March 2026, the reports for 2025 stand; they are compared with those for 2024.
    row = replace(ENROLMENT, id="up", comparison="trend_up", target=None, quantified=False)
    said = observations(
        *(
            {
                "indicator": "up",
                "unit_id": code,
                "period": period,
                "numerator": part,
                "denominator": 100.0,
            }
            for code in ("G1", "G2")
            for period, part in (("2024", 80.0), ("2025", 90.0))
        )
    )
    project = world(
        units(DIVISION, *REGIMENTS),
        observations_=said,
        catalogue=CATALOGUE.adding(indicators=[row]),
        on=date(2026, 3, 1),
    )
    found = measure(project, "up")
    assert (found.lower, found.status) == (90, "trend_ok")
    assert found.tally.history == (("2024", Fraction(80)),)


def test_places_that_may_be_new_are_not_held_against_anybody() -> None:
    # Nobody says when the two opened: 15 places now, anything from 0 to 15 last year.
    built = facilities(
        {"facility_type": "childcare", "name": "甲", "places": 10.0},
        {"facility_type": "childcare", "name": "乙", "places": 5.0},
        {"facility_type": "child_home", "name": "丙"},
    )
    found = measure(world(units(DIVISION), built), "places")
    assert (found.lower, found.status) == (15, "undetermined")
    note = next(one for one in found.notes if one.code == "undated-facilities")
    assert note.params["count"] == 2
    without = world(units(DIVISION), built.drop(columns="opened_on"))
    again = next(
        one for one in measure(without, "places").notes if one.code == "undated-facilities"
    )
    assert again.params["count"] == 2


def test_a_facility_that_hid_its_places_last_year_leaves_the_trend_open() -> None:
    # 2024: 10 places and an unknown number in a nursery shut in 2025. 2025: 12 places.
    built = facilities(
        {"facility_type": "childcare", "name": "甲", "places": 10.0, "opened_on": "2020-01-01"},
        {"facility_type": "childcare", "name": "丙", "places": 2.0, "opened_on": "2025-02-01"},
        {
            "facility_type": "childcare",
            "name": "乙",
            "places": NAN,
            "opened_on": "2020-01-01",
            "closed_on": "2025-01-15",
        },
    )
    assert measure(world(units(DIVISION), built), "places").status == "undetermined"


def test_a_far_date_looks_at_the_years_of_the_plan_only() -> None:
    project = world(units(DIVISION))
    assert [day.year for day in year_ends(project, date.max)] == list(range(2020, 2031))


def test_a_blank_kind_is_of_no_kind() -> None:
    table = units({"unit_id": "A", "kind": "company"}, {"unit_id": "B", "kind": None})
    assert Hierarchy.of(table).of_kinds(("company",)).tolist() == [True, False]


def test_a_value_around_the_range_may_lie_in_it() -> None:
    # Between 100 and 110 while 103-107 is normal, and 104 last year: it may still be normal.
    from geo_planner.coverage import verdict
    from geo_planner.tally import Tally

    tally = Tally("value", "counted", lower=Fraction(100), upper=Fraction(110))
    tally = replace(tally, history=(("2024", Fraction(104)),))
    project = world(units(DIVISION))
    assert verdict(project, SEX_RATIO, date(2025, 12, 31), tally).status == "undetermined"


def test_the_known_share_of_hospitals_is_a_share_whatever_the_row_is_measured_in() -> None:
    built = facilities(
        *(
            {"facility_type": "hospital", "name": name, "gp_child": doctors}
            for name, doctors in (("甲", 1.0), ("乙", 0.0), ("丙", NAN))
        )
    )
    found = measure(world(units(DIVISION), built), "doctors")
    # One of three for sure, two of three at most; one of the two that are known.
    assert (found.lower, found.upper) == (Fraction(100, 3), Fraction(200, 3))
    assert found.known == 50


def test_nobody_may_have_any() -> None:
    row = indicator(
        "cases",
        "rate",
        comparison="<=",
        target=0,
        unit_kinds=("regiment",),
        aggregation="all_units_must_meet",
    )
    said = observations(
        *(
            {
                "indicator": "cases",
                "unit_id": code,
                "period": "2025",
                "numerator": cases,
                "denominator": 100.0,
            }
            for code, cases in (("G1", 0.0), ("G2", 3.0))
        )
    )
    project = world(
        units(DIVISION, *REGIMENTS),
        observations_=said,
        catalogue=CATALOGUE.adding(indicators=[row]),
    )
    found = measure(project, "cases")
    assert (found.covered, found.uncovered, found.status) == (1, 1, "not_met")
    assert by_unit(found).loc["G2", "status"] == "not_met"


def test_regiments_that_are_no_more_are_not_listed_and_no_data_stays_no_data() -> None:
    gone = {"unit_id": "OLD", "kind": "regiment", "abolished_on": "2020-01-01"}
    rows = [*REGIMENTS, gone, *communities("regiment", 2, parent_id="G1")]
    table = by_unit(measure(world(units(*rows)), "regiment"))
    assert table["status"].to_dict() == {"G1": "no_data", "G2": "not_applicable"}
    built = facilities(*stations(["R001"]))
    table = by_unit(measure(world(units(*rows), built), "regiment"))
    assert table.loc["G1", ["n", "covered", "lower"]].tolist() == [2, 1, 50]


@pytest.mark.parametrize("dtype", ["category", "string", "str"])
def test_text_columns_of_any_kind(dtype: str) -> None:
    rows = units(*communities("regiment", 2), *communities(None, 1))
    built = facilities({"unit_id": "R001"}, {"serves_units": "R002"}, {"status": "closed"})
    plain = measure(world(rows, built), "regiment").as_json(units=True)
    for name in ("community_kind", "kind", "name"):
        rows[name] = rows[name].astype(dtype)
    for name in ("unit_id", "serves_units", "status", "facility_type", "name"):
        built[name] = built[name].astype(dtype)
    assert measure(world(rows, built), "regiment").as_json(units=True) == plain
    assert check(world(rows, built))
