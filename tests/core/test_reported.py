"""Reports of several units: counts are added up, old ones are told."""

from __future__ import annotations

from fractions import Fraction

import pytest

from geo_planner.coverage import measure
from tests.worlds import observations, units, world

NAN = float("nan")
ROWS = [
    {"unit_id": "D", "kind": "division"},
    {"unit_id": "G1", "kind": "regiment", "parent_id": "D"},
    {"unit_id": "G2", "kind": "regiment", "parent_id": "D"},
]


def said(indicator: str, *rows: dict[str, object]) -> object:
    reports = [{"indicator": indicator, "period": "2025", **row} for row in rows]
    return measure(world(units(*ROWS), observations_=observations(*reports)), indicator)


@pytest.mark.parametrize(
    ("first", "second", "status", "lower"),
    [
        (0.0, 0.0, "met", 0),
        (0.0, 2.0, "not_met", 2),
        (0.0, NAN, "undetermined", 0),  # the blank may hide a case
        (2.0, NAN, "not_met", 2),  # two already, whatever the blank hides
        (NAN, NAN, "no_data", 0),
    ],
)
def test_cases_of_the_regiments_are_added_up(
    first: float, second: float, status: str, lower: int
) -> None:
    found = said(
        "violations", {"unit_id": "G1", "value": first}, {"unit_id": "G2", "numerator": second}
    )
    assert (found.status, found.lower) == (status, lower)


def test_a_count_may_stand_in_the_numerator() -> None:
    found = said("violations", {"unit_id": "D", "numerator": 3.0})
    assert (found.lower, found.status) == (3, "not_met")


def test_an_older_report_among_them_is_told() -> None:
    found = said(
        "enrolment",
        {"unit_id": "G1", "numerator": 90.0, "denominator": 100.0},
        {"unit_id": "G2", "numerator": 100.0, "denominator": 100.0, "period": "2023"},
    )
    assert (found.lower, found.data_date) == (Fraction(95), "2025")
    note = next(one for one in found.notes if one.code == "reports-older")
    assert note.params == {"count": 1, "period": "2025"}


@pytest.mark.parametrize(
    ("regiments", "value", "date"),
    [
        # Both regiments have reported 2025: 190 of 200 goes before the division's older figure.
        ((90.0, 100.0), 95, "2025"),
        # One is silent, so the division's own figure of 2024 stands.
        ((90.0, None), 80, "2024"),
    ],
)
def test_a_newer_level_stands_once_it_is_complete(
    regiments: tuple[float, float | None], value: int, date: str
) -> None:
    rows = [
        {"unit_id": unit, "numerator": count, "denominator": 100.0}
        for unit, count in zip(("G1", "G2"), regiments, strict=True)
        if count is not None
    ]
    division = {"unit_id": "D", "period": "2024", "numerator": 80.0, "denominator": 100.0}
    found = said("enrolment", division, *rows)
    assert (found.lower, found.data_date) == (value, date)
