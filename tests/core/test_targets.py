from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo_planner.targets import (
    attainment,
    goal_status,
    judge,
    judge_direction,
    reached_rates,
    still_needed,
)


def test_a_displayed_figure_is_never_compared() -> None:
    # 95.833 % reads "96 %" at no decimals and is not met.
    assert (
        judge(
            Fraction(2300, 24),
            Fraction(2300, 24),
            target=Fraction(96),
            comparison=">=",
            in_points=True,
        )
        == "near"
    )


@pytest.mark.parametrize(
    ("lower", "upper", "comparison", "expected"),
    [
        (95, 97, ">=", "undetermined"),
        (96, 97, ">=", "met"),
        (90, 91, ">=", "near"),  # judged on the upper bound: five points
        (89, 90, ">=", "not_met"),
        (7, 9, "<=", "undetermined"),
        (8, 8, "<=", "met"),
        (13, 20, "<=", "near"),  # judged on the lower bound: five points
        (14, 20, "<=", "not_met"),
    ],
)
def test_bounds(lower: int, upper: int, comparison: str, expected: str) -> None:
    target = Fraction(96) if comparison == ">=" else Fraction(8)
    assert (
        judge(
            Fraction(lower), Fraction(upper), target=target, comparison=comparison, in_points=True
        )
        == expected
    )


@pytest.mark.parametrize(
    ("value", "target", "comparison", "expected"),
    [
        (Fraction(45), Fraction(90), ">=", Fraction(1, 2)),
        (Fraction(120), Fraction(90), ">=", Fraction(1)),  # capped
        (Fraction(8), Fraction(4), "<=", Fraction(1, 2)),
        (Fraction(2), Fraction(4), "<=", Fraction(1)),
        (Fraction(-19), Fraction(-20), "<=", Fraction(19, 20)),
        (Fraction(3), Fraction(-20), "<=", Fraction(0)),  # it rose
        (Fraction(1), Fraction(0), "<=", None),
    ],
)
def test_attainment(
    value: Fraction, target: Fraction, comparison: str, expected: Fraction | None
) -> None:
    assert attainment(value, target, comparison) == expected


@pytest.mark.parametrize(
    ("comparison", "history", "value", "expected"),
    [
        ("maintain_or_increase", [40, 60, 50], 60, "trend_ok"),
        ("maintain_or_increase", [40, 60, 50], 55, "trend_bad"),
        ("trend_up", [40, 60], 60, "trend_bad"),  # "continues to rise": above the last
        ("trend_up", [40, 60], 61, "trend_ok"),
        ("trend_down", [10, 8], 7, "trend_ok"),
        ("trend_flat_or_down", [10, 8], 8, "trend_ok"),
        ("trend_flat_or_down", [10, 8], 9, "trend_bad"),
        ("trend_up", [], 5, "no_data"),
    ],
)
def test_directions(comparison: str, history: list[int], value: int, expected: str) -> None:
    exact = [(Fraction(one), Fraction(one)) for one in history]
    assert judge_direction(Fraction(value), Fraction(value), exact, comparison) == expected


def test_a_direction_the_unknown_could_decide() -> None:
    sixty = (Fraction(60), Fraction(60))
    found = judge_direction(Fraction(50), Fraction(70), [sixty], "maintain_or_increase")
    assert found == "undetermined"


@pytest.mark.parametrize(
    ("comparison", "earlier", "value", "expected"),
    [
        # Between 50 and 70 last year: 60 now may be more or less, 70 is no less, 40 is less.
        ("maintain_or_increase", (50, 70), 60, "undetermined"),
        ("maintain_or_increase", (50, 70), 70, "trend_ok"),
        ("maintain_or_increase", (50, 70), 40, "trend_bad"),
        ("trend_up", (50, 70), 70, "undetermined"),
        ("trend_up", (50, 70), 71, "trend_ok"),
        ("trend_up", (50, None), 90, "undetermined"),
        ("trend_up", (50, None), 50, "trend_bad"),
        ("trend_down", (50, 70), 60, "undetermined"),
        ("trend_down", (50, None), 49, "trend_ok"),
        ("trend_flat_or_down", (50, 70), 71, "trend_bad"),
    ],
)
def test_what_was_unknown_last_year_may_have_been_covered(
    comparison: str, earlier: tuple[int, int | None], value: int, expected: str
) -> None:
    low, high = earlier
    bounds = (Fraction(low), None if high is None else Fraction(high))
    assert judge_direction(Fraction(value), Fraction(value), [bounds], comparison) == expected


@given(
    n=st.integers(1, 10_000),
    share=st.floats(0, 1),
    target=st.integers(1, 100),
    comparison=st.sampled_from([">=", "<="]),
)
def test_what_is_needed_is_enough_and_one_less_is_not(
    n: int, share: float, target: int, comparison: str
) -> None:
    covered = int(share * n)
    fewest, most = still_needed(
        covered=covered, unknown=0, n=n, target=Fraction(target), scale=100, comparison=comparison
    )
    assert fewest == most

    def holds(count: int) -> bool:
        return 100 * count <= target * n if comparison == "<=" else 100 * count >= target * n

    step = -1 if comparison == "<=" else 1
    assert holds(covered + step * fewest)
    assert fewest == 0 or not holds(covered + step * (fewest - 1))


def test_both_customary_shares_of_targets_reached() -> None:
    statuses = ["met"] * 3 + ["near", "not_met", "undetermined", "no_data", "trend_ok"]
    # 3 of the 5 that can be judged; 3 of the 7 with a target.
    assert reached_rates(statuses) == ((3, 5), (3, 7))


def test_a_goal_is_as_good_as_its_worst_target() -> None:
    assert goal_status(["met", "undetermined"]) == "undetermined"
    assert goal_status(["met", "not_applicable"]) == "met"
    assert goal_status(["not_applicable"]) == "not_applicable"
