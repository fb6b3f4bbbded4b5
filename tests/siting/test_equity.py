"""Fairness among regiments and what it costs: worked by hand, and against every choice."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_planner.errors import DataError
from geo_planner.siting.choosing.inequality import gini, palma
from geo_planner.siting.equity import equity_price
from tests.siting.small_worlds import PLACES, Everything, scattered
from tests.siting.test_proposal import world


def numbers(*values):
    return np.array(values, dtype=float)


def test_gini_by_hand() -> None:
    assert gini(numbers(5, 5, 5), numbers(1, 2, 3)) == 0
    # Of two people one has everything: sum of |x - y| over all four pairs is 2, over 2 * 4 * 1/2.
    assert gini(numbers(0, 1), numbers(1, 1)) == pytest.approx(0.5)
    # 1, 2, 3: the pairs differ by 2 (1 + 2 + 1) = 8, over 2 * 9 * 2 = 36.
    assert gini(numbers(3, 1, 2), numbers(1, 1, 1)) == pytest.approx(8 / 36)
    # Three people with 0 and one with 8: 2 * 3 * 8 = 48, over 2 * 16 * 2 = 64.
    assert gini(numbers(0, 8), numbers(3, 1)) == pytest.approx(0.75)
    assert np.isnan(gini(numbers(0, 0), numbers(1, 1)))
    assert np.isnan(gini(numbers(), numbers()))


def test_palma_by_hand() -> None:
    # Ten people with 1 to 10, 55 in all: the tenth has 10, the four with least 1 + 2 + 3 + 4 = 10.
    assert palma(np.arange(1.0, 11.0), np.ones(10)) == pytest.approx(1.0)
    # All alike: a tenth over four tenths.
    assert palma(numbers(3, 3), numbers(1, 1)) == pytest.approx(0.25)
    # Half have 1 and half have 3: the tenth holds 0.1 * 3, the four tenths 0.4 * 1.
    assert palma(numbers(1, 3), numbers(50, 50)) == pytest.approx(0.75)
    assert palma(numbers(0, 8), numbers(3, 1)) == np.inf
    assert np.isnan(palma(numbers(0, 0), numbers(1, 1)))


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(1, 9)), min_size=1, max_size=8))
def test_gini_is_the_sum_over_all_pairs(rows: list[tuple[int, int]]) -> None:
    values, people = numbers(*(row[0] for row in rows)), numbers(*(row[1] for row in rows))
    total = (values * people).sum()
    found = gini(values, people)
    if total == 0:
        assert np.isnan(found)
        return
    apart = np.abs(values[:, None] - values[None]) * people[:, None] * people[None]
    assert found == pytest.approx(apart.sum() / (2 * people.sum() * total))


def two_regiments():
    # R0: U0 60 children, U2 40; R1: U1 10, U3 10; all out of each other's reach, nothing today.
    places = [(0, 0), (20_000, 0), (40_000, 0), (60_000, 0)]
    return scattered(places, [60, 10, 40, 10], regiments=2, facility=False)


def test_the_price_by_hand() -> None:
    # Two sites. Free: U0 and U2, 100 children, R1 has nothing. R1 at half: U0 (60 of 100) and U1
    # (10 of 20) or U3: 70 children, the worst share is 50 %. No choice gives both more: highest.
    found = equity_price(two_regiments(), "kindergarten", sites=2, floors=(0, 40, 60))
    table = found.table
    assert table["floor"].tolist() == [0, 0, 40, 60, 50]
    assert table["highest"].tolist() == [False] * 4 + [True]
    assert table["status"].tolist() == ["optimal", "optimal", "optimal", "infeasible", "optimal"]
    assert table["covered"].tolist()[:3] == [100, 100, 70]
    assert table["covered"].iloc[-1] == 70
    assert table["worst"].tolist()[:3] == [0, 0, 50]
    assert table["worst_regiment"].tolist()[2] == "R1"
    # 30 children fewer for 50 points.
    assert table["lost"].iloc[2] == 30
    assert table["lost_per_point"].iloc[2] == pytest.approx(0.6)
    # Shares 100 % of 100 children and 0 of 20: 2 * 100 * 20 / (2 * 120 * 120 * 100/120) = 1/6.
    assert table["gini"].iloc[0] == pytest.approx(1 / 6)
    regiments = found.regiments
    assert regiments["today"].tolist() == [0, 0]
    assert regiments["free"].tolist() == [100, 0]
    assert regiments["fairest"].tolist() == [60, 50]


def test_steps_lie_between_the_free_and_the_highest_floor() -> None:
    found = equity_price(two_regiments(), "kindergarten", sites=2)
    floors = found.table["floor"].tolist()
    assert floors[0] == 0
    assert all(0 < one < 50 for one in floors[1:-1])
    assert floors[-1] == 50
    assert set(found.table["covered"].iloc[1:]) == {70}


def test_ways_of_today() -> None:
    # A 0 m and B 1,000, C 2,000, D 3,000, E 4,000 with 10, 20, 5, 40, 7 children; G's 9 unknown.
    found = equity_price(world(), "kindergarten", sites=1)
    assert found.ways["without"] == 9
    way, many = numbers(0, 1000, 2000, 3000, 4000), numbers(10, 20, 5, 40, 7)
    assert found.ways["gini"] == pytest.approx(gini(way, many))


@settings(max_examples=20, deadline=None)
@given(PLACES, st.integers(0, 3), st.integers(1, 100))
def test_equal_to_every_choice_there_is(
    places: list[tuple[int, int]], sites: int, floor: int
) -> None:
    project = scattered(places, regiments=2)
    every = Everything(project)
    member = np.arange(len(places)) % 2

    def worst(chosen):
        inside = every.covered(chosen) * every.weights
        return min(inside[member == k].sum() / every.weights[member == k].sum() for k in (0, 1))

    found = equity_price(project, "kindergarten", sites=sites, floors=(floor,))
    table = found.table
    choices = list(every.up_to(sites))
    fair = [every.worth(one) for one in choices if worst(one) >= floor / 100 - 1e-12]
    with_floor, highest = table.iloc[1], table.iloc[2]
    assert table.iloc[0]["covered"] == every.best(sites)
    assert with_floor["status"] == ("optimal" if fair else "infeasible")
    if fair:
        assert with_floor["covered"] == max(fair)
        # A floor never raises what is covered in all.
        assert with_floor["covered"] <= table.iloc[0]["covered"]
        assert with_floor["worst"] >= floor - 1e-6
    fairest = max(worst(one) for one in choices)
    assert highest["floor"] == pytest.approx(100 * fairest)
    assert highest["covered"] == max(
        every.worth(one) for one in choices if worst(one) >= fairest - 1e-12
    )


def test_without_time_nothing_is_known() -> None:
    found = equity_price(two_regiments(), "kindergarten", sites=2, watch=lambda _: False)
    assert set(found.table["status"]) <= {"optimal", "feasible", "unknown"}
    assert (found.table["lost"].dropna() >= 0).all()


@pytest.mark.parametrize("wrong", [{"sites": -1}, {"sites": 1, "floors": (101,)}])
def test_what_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(DataError):
        equity_price(world(), "kindergarten", **wrong)
