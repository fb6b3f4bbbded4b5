"""Cases 1, 2 and 9: rounding, empty sets, and two classes of community, worked by hand."""

from __future__ import annotations

from fractions import Fraction

import pytest

from geo_planner.breakdown import by_unit
from geo_planner.coverage import measure
from geo_planner.targets import goal_status
from tests.worlds import communities, facilities, stations, units, world


def _codes(letter: str, count: int) -> list[str]:
    return [f"{letter}{number:03}" for number in range(1, count + 1)]


@pytest.mark.parametrize(
    ("n", "covered", "needs", "status"),
    [
        (23, 22, 1, "near"),  # 95.652 %; ceil(22.08) = 23
        (24, 23, 1, "near"),  # 95.833 %; ceil(23.04) = 24
        (25, 24, 0, "met"),  # 96 % exactly
        (26, 24, 1, "near"),  # 92.307 %; ceil(24.96) = 25
        (50, 48, 0, "met"),
        (12, 11, 1, "near"),  # ceil(11.52) = 12
        (200, 191, 1, "near"),  # 95.5 %; 192
    ],
)
def test_case_1_ninety_six_per_cent_of_n(n: int, covered: int, needs: int, status: str) -> None:
    project = world(units(*communities("urban", n)), facilities(*stations(_codes("U", covered))))
    found = measure(project, "urban")
    assert (found.n, found.covered, found.unknown) == (n, covered, 0)
    assert found.lower == found.upper == Fraction(100 * covered, n)
    assert (found.needs_more_min, found.needs_more_max) == (needs, needs)
    assert found.status == status


def _three_regiments() -> tuple[object, object]:
    rows = [{"unit_id": "D", "kind": "division"}]
    rows += [{"unit_id": f"G{i}", "kind": "regiment", "parent_id": "D"} for i in (1, 2, 3)]
    rows += communities("regiment", 4, parent_id="G1") + communities("urban", 5, parent_id="G2")
    return units(*rows), facilities(*stations(_codes("R", 4) + _codes("U", 5)))


def test_case_2_an_empty_set_does_not_apply() -> None:
    project = world(*_three_regiments())
    urban, regiment = measure(project, "urban"), measure(project, "regiment")
    assert (urban.n, urban.covered, urban.status) == (5, 5, "met")
    assert (regiment.n, regiment.covered, regiment.status) == (4, 4, "met")
    by_regiment = by_unit(urban)
    assert by_regiment.loc["G2", ["n", "covered", "lower", "status"]].tolist() == [5, 5, 100, "met"]
    for empty in ("G1", "G3"):
        assert by_regiment.at[empty, "status"] == "not_applicable"
        assert by_regiment.at[empty, "n"] == 0
        assert by_regiment["lower"].isna()[empty]
    assert by_unit(regiment).at["G1", "status"] == "met"
    assert by_unit(regiment).at["G3", "status"] == "not_applicable"


def test_case_2_a_project_without_such_units() -> None:
    found = measure(
        world(units(*communities("urban", 2)), facilities(*stations(["U001"]))), "regiment"
    )
    assert (found.n, found.status, found.lower) == (0, "not_applicable", None)
    assert (found.needs_more_min, found.needs_more_max) == (0, 0)


def test_case_2_no_children_of_the_age_is_not_applicable_and_blank_is_unknown() -> None:
    rows = [
        {"unit_id": "K1", "kind": "company", "children_3_5": 12.0},
        {"unit_id": "K2", "kind": "company", "children_3_5": 0.0},
        {"unit_id": "K3", "kind": "company", "children_3_5": float("nan")},
    ]
    project = world(units(*rows), facilities({"facility_type": "kindergarten", "unit_id": "K1"}))
    found = measure(project, "kindergarten")
    assert (found.n, found.covered, found.unknown) == (2, 1, 1)
    assert found.units["state"].to_dict() == {
        "K1": "covered",
        "K2": "not_applicable",
        "K3": "unknown",
    }


@pytest.mark.parametrize(
    ("urban", "regiment", "urban_status", "regiment_status", "needs", "goal"),
    [
        ((20, 19), (40, 38), "near", "met", (1, 0), "near"),
        ((12, 12), (32, 28), "met", "near", (0, 1), "near"),
        ((25, 24), (10, 9), "met", "met", (0, 0), "met"),
        ((25, 24), (10, 6), "met", "not_met", (0, 3), "not_met"),
    ],
)
def test_case_9_two_classes_and_the_goal_is_the_worse(
    urban: tuple[int, int],
    regiment: tuple[int, int],
    urban_status: str,
    regiment_status: str,
    needs: tuple[int, int],
    goal: str,
) -> None:
    rows = communities("urban", urban[0]) + communities("regiment", regiment[0])
    # Companies are in neither class.
    rows += [{"unit_id": f"K{i}", "kind": "company"} for i in range(7)]
    built = facilities(*stations(_codes("U", urban[1]) + _codes("R", regiment[1])))
    project = world(units(*rows), built)
    first, second = measure(project, "urban"), measure(project, "regiment")
    assert (first.n, first.covered, first.status) == (*urban, urban_status)
    assert (second.n, second.covered, second.status) == (*regiment, regiment_status)
    assert (first.needs_more_max, second.needs_more_max) == needs
    assert goal_status([first.status, second.status]) == goal


def test_case_9_a_community_of_unknown_kind_is_unknown_in_both() -> None:
    rows = communities("urban", 25) + communities("regiment", 10) + communities(None, 1)
    project = world(units(*rows), facilities(*stations(_codes("U", 24) + _codes("R", 9))))
    urban, regiment = measure(project, "urban"), measure(project, "regiment")
    # Were it urban and without a station: 24/26 = 92.3 %; with one: 25/26 = 96.2 %.
    assert (urban.n, urban.covered, urban.unknown, urban.status) == (26, 24, 1, "undetermined")
    assert (urban.lower, urban.upper) == (Fraction(2400, 26), Fraction(2500, 26))
    assert (regiment.unknown, regiment.status) == (1, "undetermined")
    assert urban.units.at["X001", "reason"] == "unknown_kind"
