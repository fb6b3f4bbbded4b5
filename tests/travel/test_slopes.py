"""Tobler's hiking function on streets, figures worked by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo_planner.travel.slopes import STEEPEST, edge_pace, relative_pace


def test_figures_of_the_function():
    # W(0) = 6 exp(-0.175) = 5.0367 km/h, W(-0.05) = 6, W(0.1) = 6 exp(-0.525) = 3.5493,
    # W(-0.1) = 6 exp(-0.175) again.
    slopes = np.array([0.0, -0.05, 0.1, -0.1])
    expected = [1.0, 5.0367 / 6, 5.0367 / 3.5493, 1.0]
    assert relative_pace(slopes) == pytest.approx(expected, rel=1e-4)


def test_slopes_are_cut():
    # 0.5: exp(3.5 * 0.5) = 5.7546; -0.5: exp(3.5 * 0.4) = 4.0552.
    assert relative_pace(np.array([0.5, 3.0, np.inf])) == pytest.approx([5.7546] * 3, rel=1e-4)
    assert relative_pace(np.array([-0.5, -9.0])) == pytest.approx([4.0552] * 2, rel=1e-4)
    assert STEEPEST == 0.5


def test_an_edge_up_and_level_again():
    # Edge 0: 100 m rising 10 m, then 100 m level: (1.4191 + 1) / 2 forward, (1 + 1) / 2 back.
    # Edge 1 has a hole, edge 2 one sample only, edge 3 no length.
    pace = edge_pace(
        np.array([0, 0, 0, 1, 1, 1, 2, 3, 3]),
        np.array([0.0, 100, 200, 0, 25, 50, 0, 0, 0]),
        np.array([500.0, 510, 510, 1, np.nan, 1, 7, 5, 5]),
        count=4,
    )
    assert pace.forward == pytest.approx([1.20953, np.nan, np.nan, np.nan], rel=1e-5, nan_ok=True)
    assert pace.back == pytest.approx([1.0, np.nan, np.nan, np.nan], rel=1e-5, nan_ok=True)


@given(st.lists(st.floats(-50, 50), min_size=2, max_size=30))
def test_turning_an_edge_swaps_its_paces(heights):
    places = np.arange(len(heights)) * 20.0
    edge = np.zeros(len(heights), dtype=np.int64)
    one = edge_pace(edge, places, np.array(heights), count=1)
    other = edge_pace(edge, places, np.array(heights[::-1]), count=1)
    assert one.forward == pytest.approx(other.back)
    assert one.back == pytest.approx(other.forward)
    assert one.forward[0] >= np.exp(-0.175) - 1e-12
