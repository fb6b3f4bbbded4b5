"""The bonus checks: each unit on its own, staffing, small numbers, a relative fall, gross rates."""

from __future__ import annotations

from fractions import Fraction

import pytest

from geo_planner.coverage import Coverage, measure
from tests.worlds import facilities, observations, units, world

DIVISION = {"unit_id": "D", "kind": "division"}


def _reported(indicator: str, *figures: tuple[str, float, float]) -> Coverage:
    said = [
        {"indicator": indicator, "unit_id": "D", "period": p, "numerator": a, "denominator": b}
        for p, a, b in figures
    ]
    return measure(world(units(DIVISION), observations_=observations(*said)), indicator)


def test_every_regiment_has_to_reach_98_on_its_own() -> None:
    rows = [
        DIVISION,
        *({"unit_id": f"R{i}", "kind": "regiment", "parent_id": "D"} for i in (1, 2, 3)),
    ]
    counted = {"R1": (990.0, 1000.0), "R2": (495.0, 500.0), "R3": (97.0, 100.0)}
    said = [
        {
            "indicator": "vaccination",
            "unit_id": u,
            "period": "2025",
            "numerator": a,
            "denominator": b,
        }
        for u, (a, b) in counted.items()
    ]
    found = measure(world(units(*rows), observations_=observations(*said)), "vaccination")
    assert found.tally.pooled == Fraction(158200, 1600)  # 98.875 %, and yet
    assert found.status == "not_met"
    assert (found.n, found.covered, found.uncovered) == (3, 2, 1)
    assert found.units.loc[found.units["state"] == "uncovered"].index.tolist() == ["R3"]
    assert found.units.at["R3", "needs_more"] == 1  # ceil(98) - 97


def test_every_regiment_undetermined_while_one_is_silent() -> None:
    rows = [{"unit_id": f"R{i}", "kind": "regiment"} for i in (1, 2)]
    said = observations(
        {
            "indicator": "vaccination",
            "unit_id": "R1",
            "period": "2025",
            "numerator": 99.0,
            "denominator": 100.0,
        }
    )
    found = measure(world(units(*rows), observations_=said), "vaccination")
    assert (found.status, found.unknown) == ("undetermined", 1)


def test_staffing_blank_is_unknown() -> None:
    built = facilities(
        {"facility_type": "hospital", "name": "甲", "gp_child": 1.0},
        {"facility_type": "hospital", "name": "乙", "gp_child": 0.0},
        {"facility_type": "hospital", "name": "丙", "gp_child": float("nan")},
    )
    found = measure(world(units(DIVISION), built), "doctors")
    assert (found.n, found.covered, found.uncovered, found.unknown) == (3, 1, 1, 1)
    assert (found.lower, found.upper) == (Fraction(100, 3), Fraction(200, 3))
    assert found.status == "not_met"
    assert found.units["state"].tolist() == ["covered", "uncovered", "unknown"]


@pytest.mark.parametrize(
    ("indicator", "deaths", "shown", "status"),
    [("infant", 1, 1.21, "met"), ("under5", 4, 4.84, "met"), ("under5", 5, 6.05, "not_met")],
)
def test_small_numbers(indicator: str, deaths: int, shown: float, status: str) -> None:
    found = _reported(indicator, ("2025", deaths, 826))
    assert found.lower == Fraction(1000 * deaths, 826)
    assert round(float(found.lower), 2) == shown
    assert found.status == status
    assert any(note.code == "small-numbers" for note in found.notes)


def test_small_numbers_are_pooled_over_three_years() -> None:
    found = _reported("under5", ("2023", 4, 826), ("2024", 5, 780), ("2025", 3, 760))
    note = next(note for note in found.notes if note.code == "small-numbers")
    assert (note.params["pooled_cases"], note.params["pooled_n"]) == (12, 2366)
    assert note.params["pooled"] == "5.07 ‰"
    assert note.params["years"] == "2023–2025"


@pytest.mark.parametrize(
    ("base", "now", "change", "status"),
    [
        (10.0, 8.0, -20, "met"),
        (10.0, 8.1, -19, "near"),  # attainment 19/20 = 95 %
        (10.0, 9.0, -10, "not_met"),
        (None, 8.0, None, "no_data"),
        (0.0, 8.0, None, "no_data"),  # undefined, not met
    ],
)
def test_relative_fall(base: float | None, now: float, change: int | None, status: str) -> None:
    said = [{"indicator": "injury", "unit_id": "D", "period": "2025", "value": now}]
    if base is not None:
        said.append({"indicator": "injury", "unit_id": "D", "period": "2020", "value": base})
    found = measure(world(units(DIVISION), observations_=observations(*said)), "injury")
    assert (found.lower, found.status) == (change, status)


def test_no_number_in_the_plan_is_never_met() -> None:
    rows = [
        {
            "unit_id": "K",
            "kind": "company",
            "households": 300.0,
            "households_sanitary_toilet": 270.0,
        }
    ]
    found = measure(world(units(*rows)), "toilet")
    assert (found.lower, found.status) == (90, "reference_only")
    assert {"no-number-in-plan", "tool-assumption"} <= {note.code for note in found.notes}


def test_gross_rate_above_one_hundred() -> None:
    found = _reported("enrolment", ("2025", 515, 500))
    assert (found.lower, found.status, found.n, found.covered) == (103, "met", 500, 515)
