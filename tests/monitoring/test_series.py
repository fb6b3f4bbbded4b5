"""What each year of the plan says, and nothing from another year."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import geo_planner.monitoring as package
from geo_planner.catalogue import Baseline
from geo_planner.monitoring import monitor
from geo_planner.monitoring.series import comparison_of, goal_of, reported_by, yearly
from tests.monitoring.worlds import PLAN, division, report
from tests.worlds import (
    CATALOGUE,
    INFANT,
    UNDER5,
    VACCINATION,
    communities,
    facilities,
    units,
    world,
)


def test_the_package_hands_out_the_function_whatever_was_imported_before() -> None:
    assert callable(package.monitor)
    assert package.monitor is monitor


def test_each_year_has_its_own_report_and_a_gap_stays_one() -> None:
    made = division(
        report("under5", "D", 2022, 4, 826),
        report("under5", "D", 2024, 5, 780),
        report("under5", "D", 2025, 3, 760),
    )
    figures = yearly(made, "under5", range(2020, 2026))
    assert [(one.year, one.numerator, one.denominator) for one in figures] == [
        (2022, 4, 826), (2024, 5, 780), (2025, 3, 760),
    ]  # fmt: skip
    # 4 of 826 is 4.84 per thousand and keeps 5; 5 of 780 is 6.41 and does not.
    assert [one.status for one in figures] == ["met", "not_met", "met"]
    assert figures[0].value == Fraction(4000, 826)


def test_the_base_year_the_plan_prints_stands_unless_a_report_comes_to_the_same() -> None:
    printed = replace(UNDER5, baselines=(Baseline(Decimal("7.5"), 2020),))
    plan = PLAN.adding(indicators=[printed])
    made = division(report("under5", "D", 2025, 3, 760), catalogue=plan)
    base = yearly(made, "under5", range(2020, 2026))[0]
    assert (base.year, base.value, base.method, base.status) == (
        2020, Fraction(15, 2), "plan", None,
    )  # fmt: skip
    made = division(report("under5", "D", 2020, 6, 1000), catalogue=plan)
    base = yearly(made, "under5", range(2020, 2026))[0]
    assert (base.value, base.method) == (Fraction(15, 2), "plan")
    noted = monitor(made, 2025, indicators=["under5"]).of["under5"].notes
    assert [(one.code, one.params["printed"], one.params["reported"]) for one in noted] == [
        ("base-differs", "7.50", "6.00")
    ]
    # 6 of 800 is 7.5 exactly, so the report and its counts stand.
    made = division(report("under5", "D", 2020, 6, 800), catalogue=plan)
    base = yearly(made, "under5", range(2020, 2026))[0]
    assert (base.value, base.method, base.numerator) == (Fraction(15, 2), "observations", 6)
    assert monitor(made, 2025, indicators=["under5"]).of["under5"].notes == ()


def test_half_a_year_is_shown_and_not_compared() -> None:
    made = division(report("under5", "D", 2024, 5, 780), report("under5", "D", "2025H1", 3, 400))
    standing = monitor(made, 2025, indicators=["under5"]).of["under5"]
    assert standing.now is not None
    assert (standing.now.period, standing.now.whole_year) == ("2025H1", False)
    assert (standing.change, standing.turn) == (None, None)


def test_half_a_year_alone_has_nothing_to_be_pooled() -> None:
    made = division(report("under5", "D", "2025H1", 3, 400))
    assert monitor(made, 2025, indicators=["under5"]).of["under5"].pooled is None


def test_facilities_carry_dates_so_every_year_has_its_figure() -> None:
    # One of two communities from 2023, both from 2025.
    made = world(
        units(*communities("regiment", 2)),
        facilities(
            {"unit_id": "R001", "opened_on": "2023-05-01"},
            {"unit_id": "R002", "opened_on": "2025-12-31"},
        ),
        catalogue=CATALOGUE,
    )
    figures = yearly(made, "regiment", range(2022, 2026))
    assert [(one.year, one.value) for one in figures] == [
        (2022, 0), (2023, 50), (2024, 50), (2025, 100),
    ]  # fmt: skip


def test_an_unknown_part_leaves_bounds_and_no_value() -> None:
    made = world(
        units(*communities("regiment", 2)),
        facilities({"unit_id": "R001"}),
        division(report("regiment", "R002", 2025)).observations,
    )
    last = yearly(made, "regiment", [2025])[-1]
    assert (last.lower, last.upper, last.value) == (50, 100, None)


def test_reports_of_units_are_whole_years_oldest_first() -> None:
    made = division(
        report("vaccination", "R1", 2025, 99), report("vaccination", "R1", "2025H1", 50),
        report("vaccination", "R1", 2023, 97), report("vaccination", "R2", 2025),
    )  # fmt: skip
    found = reported_by(made, VACCINATION)
    assert [(one.year, one.value, one.status) for one in found["R1"]] == [
        (2023, 97, "not_met"), (2025, 99, "met"),
    ]  # fmt: skip
    assert [(one.value, one.status) for one in found["R2"]] == [(None, "no_data")]
    assert reported_by(made, INFANT) == {}


def test_where_each_has_to_keep_it_all_of_them_are_the_goal() -> None:
    assert (goal_of(VACCINATION), comparison_of(VACCINATION)) == (100, ">=")
    low = replace(VACCINATION, comparison="<=")
    assert (goal_of(low), comparison_of(low)) == (100, ">=")
    assert (goal_of(INFANT), comparison_of(INFANT)) == (4, "<=")


def test_change_turn_and_gap() -> None:
    made = division(report("infant", "D", 2024, 6, 1000), report("infant", "D", 2025, 5, 1000))
    one = monitor(made, 2025, indicators=["infant"]).of["infant"]
    assert (one.change, one.turn, one.gap) == (-1, "better", 1)
    made = division(report("infant", "D", 2024, 5, 1000), report("infant", "D", 2025, 5, 1000))
    assert monitor(made, 2025, indicators=["infant"]).of["infant"].turn == "same"


def test_a_later_report_does_not_reach_back() -> None:
    made = division(report("under5", "D", 2025, 3, 760), on=date(2025, 12, 31))
    assert yearly(made, "under5", range(2020, 2025)) == ()
    standing = monitor(made, 2024, indicators=["under5"]).of["under5"]
    assert (standing.status, standing.now, standing.warnings) == ("no_data", None, ())


def test_one_regiment_at_97_9_and_the_clause_is_not_met() -> None:
    # 979/1000 = 97.9 % misses 98 % although pooled 1474/1500 = 98.3 % would keep it.
    rows = [
        report("vaccination", "R1", 2024, 990, 1000),
        report("vaccination", "R2", 2024, 495, 500),
    ]
    rows += [
        report("vaccination", "R1", 2025, 979, 1000),
        report("vaccination", "R2", 2025, 495, 500),
    ]
    standing = monitor(division(*rows), 2025, indicators=["vaccination"]).of["vaccination"]
    assert standing.status == "not_met"
    assert (standing.change, standing.turn, standing.gap) == (-50, "worse", 50)
    assert standing.projection is None
    (warning,) = standing.warnings
    assert (warning.code, warning.unit_id) == ("fell_below", "D")
    assert warning.because.params["names"] == ("一团",)
    assert str(warning.because) == (
        "In 2024 every unit kept the target of 98 %; missed now by 1: 一团."
    )
