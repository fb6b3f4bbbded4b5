"""Warnings of what was reported, and of what was not."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_planner.catalogue import Catalogue
from geo_planner.monitoring import monitor
from tests.monitoring.worlds import PLAN, division, report, with_threshold


def told(
    *rows: dict[str, Any], year: int = 2025, name: str = "enrolment", plan: Catalogue = PLAN
) -> list[tuple[str, str]]:
    made = division(*rows, catalogue=plan)
    found = monitor(made, year, indicators=[name]).warnings
    return [(one.code, one.unit_id) for one in found if one.rule == "data"]


def of(unit: str, *values: tuple[Any, ...]) -> list[dict[str, Any]]:
    return [report("enrolment", unit, *row) for row in values]


def test_two_years_of_silence() -> None:
    assert told(*of("R1", (2023, 91))) == [("silent", "R1")]
    assert told(*of("R1", (2024, 91))) == []
    assert told(*of("R1", (2023, 91)), plan=with_threshold("silent_years", 3)) == []


def test_no_years_of_silence_and_one_year_of_sameness_are_no_warning() -> None:
    # Nobody is silent for no years, and one figure is the same as itself.
    assert told(*of("R1", (2023, 91)), plan=with_threshold("silent_years", 0)) == []
    for years in (0, 1):
        assert told(*of("R1", (2025, 91)), plan=with_threshold("same_years", years)) == []
    long = with_threshold("same_years", 1_000_000)
    assert told(*of("R1", (2023, 91), (2024, 91), (2025, 91)), plan=long) == []


def test_the_silence_is_told_with_its_years() -> None:
    made = division(*of("R1", (2021, 90), (2023, 91)))
    (found,) = [one for one in monitor(made, 2025).warnings if one.code == "silent"]
    assert str(found.because) == "Nothing was reported for 2024-2025; the last report is for 2023."
    assert (found.unit_name, found.level, found.years) == ("一团", "blue", (2023,))


def test_a_unit_that_never_reported_is_not_silent() -> None:
    assert told(*of("R1", (2025, 91))) == []


def test_a_blank_cell_is_no_report() -> None:
    assert told(*of("R1", (2023, 91), (2024,), (2025,))) == [("silent", "R1")]
    assert told(*of("R1", (2023,), (2024,))) == []


def test_a_unit_that_was_abolished_is_not_silent() -> None:
    made = division(*of("R1", (2023, 91)))
    made.units["abolished_on"] = pd.to_datetime([None, "2024-03-01", None])
    assert [one.code for one in monitor(made, 2025, indicators=["enrolment"]).warnings] == []


def test_the_very_same_figure_three_years_running() -> None:
    same = [(2023, 91), (2024, 91), (2025, 91)]
    assert told(*of("R1", *same)) == [("same_figure", "R1")]
    assert told(*of("R1", *same[:2], (2025, 92))) == []
    assert told(*of("R1", *same[1:])) == []
    assert told(*of("R1", (2022, 91), *same[1:])) == []  # a year between is missing
    assert told(*of("R1", *same[1:]), plan=with_threshold("same_years", 2)) == [
        ("same_figure", "R1")
    ]


def test_the_same_share_of_other_counts_is_another_figure() -> None:
    assert told(*of("R1", (2023, 9, 10), (2024, 18, 20), (2025, 90, 100)))[:1] != [
        ("same_figure", "R1")
    ]
    assert told(*of("R1", (2023, 9, 10), (2024, 9, 10), (2025, 9, 10))) == [("same_figure", "R1")]


@pytest.mark.parametrize("value", [0, 100])
def test_all_or_nothing_repeats_rightly(value: int) -> None:
    assert told(*of("R1", (2023, value), (2024, value), (2025, value))) == []


@pytest.mark.parametrize(("after", "warned"), [(120, False), (121, True), (80, False), (79, True)])
def test_a_denominator_that_jumps_by_more_than_a_fifth(after: int, warned: bool) -> None:
    rows = of("R1", (2024, 50, 100), (2025, 50, after))
    assert told(*rows) == ([("denominator_jump", "R1")] if warned else [])


def test_a_denominator_of_two_years_ago_is_not_last_years() -> None:
    assert told(*of("R1", (2023, 50, 100), (2025, 50, 200))) == []


def test_a_denominator_that_falls_to_nothing_or_rises_from_it() -> None:
    assert told(*of("R1", (2024, 50, 100), (2025, 0, 0))) == [("denominator_jump", "R1")]
    assert told(*of("R1", (2024, 0, 0), (2025, 50, 100))) == []


def test_the_jump_is_told_with_both_figures() -> None:
    made = division(*of("R1", (2024, 50, 100), (2025, 60, 133)))
    (found,) = [one for one in monitor(made, 2025).warnings if one.code == "denominator_jump"]
    assert str(found.because) == (
        "The denominator went from 100 to 133 within a year: +33 %, more than 20 %."
    )
    assert found.values == (100, 133)


def test_a_return_after_its_day() -> None:
    # A hundred days after 31 December 2025 is 10 April 2026.
    rows = [
        report("enrolment", "R1", 2025, 91, reported_on="2026-04-10"),
        report("enrolment", "R2", 2025, 92, reported_on="2026-04-11"),
    ]
    assert told(*rows) == [("late_return", "R2")]
    made = division(*rows)
    (found,) = monitor(made, 2025, indicators=["enrolment"]).warnings
    assert str(found.because) == (
        "The return for 2025 was due on 2026-04-10 and came on 2026-04-11."
    )
    assert told(*rows, plan=with_threshold("return_days", 101)) == []


def test_a_return_without_a_signature_is_not_late() -> None:
    assert told(report("enrolment", "R1", 2025, 91, reported_on=None)) == []


ROWS = [
    *of("R1", (2021, 9, 10), (2022, 9, 10), (2023, 9, 10), (2024, 30, 40), (2025, 20, 80)),
    *of("R2", (2021, 91), (2022, 80), (2023, 95)),
    *of("D", (2021, 97), (2022, 85), (2023, 99), (2024, 104), (2025, 96)),
    *(report("under5", "D", year, 4, 800 + year % 100) for year in range(2021, 2026)),
    *(report("vaccination", "R1", year, 990, 1000) for year in (2024, 2025)),
    report("vaccination", "R2", 2024, 990, 1000),
    report("vaccination", "R2", 2025, 979, 1000, reported_on=date(2026, 5, 1)),
    report("enrolment", "R1", "2025Q1", 91, reported_on=date(2026, 5, 1)),
    report("enrolment", "R1", "2025H1", 91, reported_on=date(2026, 5, 2)),
]
EXPECTED = monitor(division(*ROWS), 2025).as_json()


def test_the_world_of_the_shuffle_has_something_to_say() -> None:
    codes = {one["code"] for row in EXPECTED["indicators"] for one in row["warnings"]}
    assert codes >= {
        "silent", "denominator_jump", "late_return", "fell_below", "one_case_decides", "reversals",
    }  # fmt: skip


@settings(max_examples=15, deadline=None)
@given(st.permutations(ROWS))
def test_the_order_of_observations_changes_nothing(rows: list[dict[str, Any]]) -> None:
    assert monitor(division(*rows), 2025).as_json() == EXPECTED
