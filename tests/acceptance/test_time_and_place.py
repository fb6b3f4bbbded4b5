"""Cases 5, 6, 8 and 10: dates, borders, duplicates, and a year as it passes."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import numpy as np
import pytest

from geo_planner.coverage import measure
from geo_planner.quality import check
from tests.worlds import communities, facilities, square, stations, units, world


def _case_5(on: date) -> object:
    rows = [{"unit_id": f"C{i}", "community_kind": "urban"} for i in range(1, 6)]
    dates = [
        ("2020-03-01", None, "active"),
        ("2019-09-01", "2025-06-30", "closed"),
        ("2018-01-01", None, "suspended"),
        ("2026-09-01", None, "planned"),
        ("2021-05-01", "2025-12-31", "active"),
    ]
    homes = [
        {
            "facility_id": f"H{i}",
            "facility_type": "child_home",
            "unit_id": f"C{i}",
            "opened_on": opened,
            "closed_on": closed,
            "status": status,
        }
        for i, (opened, closed, status) in enumerate(dates, 1)
    ]
    return world(units(*rows), facilities(*homes), on=on)


@pytest.mark.parametrize(
    ("on", "covered"),
    [
        (date(2025, 6, 29), 3),  # H1, H2, H5
        (date(2025, 6, 30), 2),  # H2's first day without service
        (date(2025, 12, 30), 2),
        (date(2025, 12, 31), 1),
        (date(2026, 9, 1), 1),  # a planned date that has passed does not open H4
    ],
)
def test_case_5_dates_decide(on: date, covered: int) -> None:
    found = measure(_case_5(on), "child_home")
    assert (found.n, found.covered) == (5, covered)


def test_case_5_worse_than_the_best_earlier_year() -> None:
    found = measure(_case_5(date(2025, 12, 31)), "child_home")
    # 60 % at the ends of 2021 to 2024, 20 % now: three homes then, one now, two short.
    assert max(value for _, value in found.tally.history) == 60
    assert (found.lower, found.status) == (20, "trend_bad")
    assert (found.needs_more_min, found.needs_more_max) == (2, 2)


def test_case_5_warnings() -> None:
    def codes(on: date) -> dict[str, tuple[str, ...]]:
        return {one.code: one.ids for one in check(_case_5(on)) if one.layer == "facilities"}

    before, after = codes(date(2025, 12, 30)), codes(date(2026, 9, 1))
    assert "active-but-closed" not in before
    assert after["active-but-closed"] == ("H5",)
    assert before["suspended-without-date"] == after["suspended-without-date"] == ("H3",)
    assert "planned-date-passed" not in before
    assert after["planned-date-passed"] == ("H4",)


def _case_6(recorded: str | None) -> object:
    rows = [
        {"unit_id": "C1", "community_kind": "regiment", "geometry": square(0, 0)},
        {"unit_id": "C2", "community_kind": "regiment", "geometry": square(1000, 0)},
    ]
    built = facilities(
        {"unit_id": recorded, "geometry": (1030, 500), "name": "甲"},
        {"geometry": (500, 1040), "name": "乙"},
        {"geometry": (1500, 300), "name": "丙"},
        {"geometry": (1000, 500), "name": "丁"},
    )
    return world(units(*rows), built)


def test_case_6_the_record_goes_before_the_place() -> None:
    project = _case_6("C1")
    found = measure(project, "regiment")
    assert (found.covered, found.lower) == (2, 100)
    assert found.units["facility_ids"].to_dict() == {"C1": ["F1"], "C2": ["F3"]}
    findings = {one.code: one.ids for one in check(project)}
    assert findings["unit-and-place-differ"] == ("F1",)
    assert findings["unassigned"] == ("F2", "F4")
    loose = next(note for note in found.notes if note.code == "unassigned-facilities")
    assert loose.params["count"] == 2


def test_case_6_without_the_record_one_is_missing() -> None:
    project = _case_6(None)
    found = measure(project, "regiment")
    assert (found.covered, found.lower, found.needs_more_max) == (1, 50, 1)
    assert found.units["facility_ids"].to_dict() == {"C1": [], "C2": ["F1", "F3"]}
    assert {one.code: one.ids for one in check(project)}["unassigned"] == ("F2", "F4")


def test_case_8_duplicates_never_raise_coverage() -> None:
    rows = [{"unit_id": f"C{i}", "community_kind": "urban"} for i in (1, 2, 3)]
    built = facilities(
        {"name": "幸福社区家长学校", "unit_id": "C1", "geometry": (100, 100)},
        {"name": "幸福社区 家长学校（站）", "unit_id": "C1", "geometry": (108, 109)},
        {
            "name": "幸福社区儿童之家",
            "unit_id": "C1",
            "geometry": (100, 100),
            "facility_type": "child_home",
        },
        {"name": "阳光社区家长学校", "unit_id": "C2", "geometry": (5000, 5000)},
        {"name": "阳光社区家长学校", "unit_id": "C2", "geometry": (5300, 5180)},
        {"name": "幸福社区第二家长学校", "unit_id": "C1", "geometry": (900, 700)},
    )
    project = world(units(*rows), built)
    twins = project.duplicates.standing(np.arange(6))
    # Hypotenuse of 8 and 9 is 12.0 m: merged. Of 300 and 180 it is 349.9 m: review.
    assert twins.merged.tolist() == [False, True, False, False, False, False]
    assert twins.review.tolist() == [False, False, False, False, True, False]
    schools = (project.facilities["facility_type"] == "parent_school").to_numpy()
    assert int((twins.confirmed & schools).sum()) == 3
    found = measure(project, "urban")
    assert (found.n, found.covered, found.needs_more_max) == (3, 2, 1)
    assert (found.lower, found.status) == (Fraction(200, 3), "not_met")


@pytest.mark.parametrize(
    ("on", "covered", "needs", "status"),
    [
        (date(2024, 12, 31), 7, 2, "not_met"),
        (date(2025, 6, 30), 7, 2, "not_met"),
        (date(2025, 7, 1), 8, 1, "not_met"),  # a gap of ten points
        (date(2025, 9, 30), 8, 1, "not_met"),
        (date(2025, 10, 1), 7, 2, "not_met"),
        (date(2025, 12, 31), 8, 1, "not_met"),
        (date(2026, 1, 5), 9, 0, "met"),
    ],
)
def test_case_10_a_year_as_it_passes(on: date, covered: int, needs: int, status: str) -> None:
    found = measure(_case_10(), "regiment", on)
    assert (found.n, found.covered, found.needs_more_max, found.status) == (
        10,
        covered,
        needs,
        status,
    )


def _case_10(extra: list[dict[str, object]] | None = None) -> object:
    built = stations([f"R{i:03}" for i in (1, 2, 4, 5, 6, 7)], opened_on="2020-01-01")
    built += stations(["R003"], opened_on="2020-01-01", closed_on="2025-10-01")
    for code, opened in (("R008", "2025-07-01"), ("R009", "2025-12-31"), ("R010", "2026-01-05")):
        built += stations([code], opened_on=opened)
    return world(units(*communities("regiment", 10), *(extra or [])), facilities(*built))


def test_case_10_a_community_founded_in_september_counts_from_then() -> None:
    project = _case_10(communities("regiment", 1, first=11, established_on="2025-09-01"))
    assert measure(project, "regiment", date(2025, 8, 31)).n == 10
    found = measure(project, "regiment", date(2025, 12, 31))
    assert (found.n, found.covered, found.needs_more_max) == (11, 8, 2)  # ceil(9.9) - 8
    assert found.lower == Fraction(800, 11)
