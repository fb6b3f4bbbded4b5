"""Straight lines against all pairs."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_planner.travel.straight import nearest_straight, second_straight

points = st.lists(st.tuples(st.integers(-4, 4), st.integers(-4, 4)), max_size=12).map(
    lambda rows: np.array(rows, dtype=float).reshape(-1, 2)
)


@given(points, points)
@settings(max_examples=300, deadline=None)
def test_nearest_of_all_pairs_and_lowest_index(origins, facilities):
    found = nearest_straight(origins, facilities)
    for row, origin in enumerate(origins):
        if not len(facilities):
            assert (found.metres[row], found.facility[row]) == (np.inf, -1)
            continue
        away = np.hypot(*(facilities - origin).T)
        assert found.metres[row] == away.min()
        assert found.facility[row] == int(np.argmin(away))


@given(points, points)
@settings(max_examples=300, deadline=None)
def test_second_nearest_of_all_pairs_and_lowest_index(origins, facilities):
    first = nearest_straight(origins, facilities)
    found = second_straight(origins, facilities, first)
    for row, origin in enumerate(origins):
        if len(facilities) < 2:
            assert (found.metres[row], found.facility[row]) == (np.inf, -1)
            continue
        away = np.hypot(*(facilities - origin).T)
        away[first.facility[row]] = np.inf
        assert found.metres[row] == away.min()
        assert found.facility[row] == int(np.argmin(away))


def test_company_five_hundred_metres_away():
    # 300 m east and 400 m north: a 3-4-5 triangle.
    assert nearest_straight(np.array([[0.0, 0]]), np.array([[300.0, 400]])).metres.tolist() == [500]


def test_unknown_positions_reach_nothing():
    nowhere = np.array([[np.nan, np.nan], [0.0, 0.0]])
    found = nearest_straight(nowhere, nowhere)
    assert found.metres.tolist() == [np.inf, 0]
    assert found.facility.tolist() == [-1, 1]
    assert nearest_straight(nowhere, nowhere[:1]).facility.tolist() == [-1, -1]
