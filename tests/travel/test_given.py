"""What is no network, no distance and no point is refused with every faulty row."""

import numpy as np
import pytest
import shapely

from geo_planner.errors import BadGeometryError, BadNumberError, TooLargeError
from geo_planner.travel import StreetNetwork

NAN, INF = float("nan"), float("inf")


def line():
    return StreetNetwork.from_edges(
        [0, 1], [1, 2], [10.0, 20.0], np.array([[0.0, 0.0], [10.0, 0.0], [30.0, 0.0]])
    )


@pytest.mark.parametrize(
    ("start", "rows"),
    [
        ([0, NAN, 1, NAN], (1, 3)),
        ([0, INF, 1, -INF], (1, 3)),
        ([0, None, 1, "1"], (1, 3)),
        (["0", "1", "2", "3"], (0, 1, 2, 3)),
        ([0, 1j, 1, 2], (0, 1, 2, 3)),
        ([0, -1, 1, 1.5], (1, 3)),
    ],
)
def test_ids_that_are_none_are_named(start, rows):
    with pytest.raises(BadNumberError) as refused:
        StreetNetwork.from_edges(start, [1, 1, 1, 1], [1.0, 1.0, 1.0, 1.0])
    assert refused.value.column == "start"
    assert refused.value.rows == rows


@pytest.mark.parametrize("highest", [2**31, 2**40, 2**63 + 5, 10**30, 1e30, 5_234_567_890])
def test_ids_of_something_else_take_no_memory(highest):
    with pytest.raises(TooLargeError, match="node id"):
        StreetNetwork.from_edges([0], [highest], [1.0])


def test_positions_that_are_none_are_named():
    with pytest.raises(BadNumberError) as refused:
        StreetNetwork.from_edges([0], [1], [1.0], [[NAN, 0.0], [1.0, 1.0], [2.0, INF]])
    assert (refused.value.column, refused.value.rows) == ("xy", (0, 2))


@pytest.mark.parametrize("metres", [["a"], [None], [1j], [INF], [NAN], [-1.0]])
def test_lengths_that_are_none_are_named(metres):
    with pytest.raises(BadNumberError, match="metres"):
        StreetNetwork.from_edges([0], [1], metres)


@pytest.mark.parametrize("metres", [[1e18, 1.0], [1.7e308, 1.7e308]])
def test_lengths_that_cannot_be_added_are_refused_not_rounded(metres):
    with pytest.raises(TooLargeError, match="streets"):
        StreetNetwork.from_edges([0, 1], [1, 2], metres)


def test_a_thousand_thousand_million_metres_still_add_up():
    # 1,000 edges of 999,999,999.5 m: halves of a metre, every sum exact.
    metres = np.full(1_000, 999_999_999.5)
    network = StreetNetwork.from_edges(np.arange(1_000), np.arange(1, 1_001), metres)
    assert network.nearest([0]).metres[1_000] == 999_999_999_500.0


@pytest.mark.parametrize(
    "build",
    [
        lambda: StreetNetwork.from_edges(0, 1, 1.0),
        lambda: StreetNetwork.from_edges([[0, 1]], [[1, 2]], [[1.0, 1.0]]),
        lambda: StreetNetwork.from_edges([0, 1], [1, 2], [1.0, 1.0], forward=[1.0], back=[1.0]),
        lambda: StreetNetwork.from_edges([0], [1], [1.0], [[0, 0, 0], [1, 1, 1]]),
        lambda: line().nearest(0),
        lambda: line().nearest([[0, 1]]),
    ],
)
def test_arrays_that_do_not_belong_together_are_refused(build):
    with pytest.raises(ValueError, match="must be"):
        build()


@pytest.mark.parametrize("limit", [-1, -1e-12, NAN, -INF, "5"])
def test_a_limit_that_is_none_is_refused_by_every_question(limit):
    network = line()
    points = network.snap([shapely.Point(5, 1), shapely.Point(20, 1)], reach=5)
    for ask in (
        lambda: network.nearest([0], limit),
        lambda: network.nearest_of_each([[0]], limit),
        lambda: network.costs([0], [1], limit),
        lambda: network.nearest_points(points, points, limit),
        lambda: network.two_nearest_points(points, points, limit),
        lambda: network.costs_points(points, points, limit),
    ):
        with pytest.raises(BadNumberError, match="limit"):
            ask()


def test_a_limit_of_nothing_holds_what_is_there():
    network = line()
    for limit in (0, -0.0):
        metres = network.nearest([1], limit).metres
        assert metres.tolist() == [INF, 0.0, INF]
        assert not np.signbit(metres).any()
    assert network.nearest([1], INF).metres.tolist() == [10, 0, 20]


def test_only_points_are_snapped_and_each_other_shape_is_named():
    shapes = [shapely.Point(1, 1), shapely.MultiPoint([(1, 1), (2, 2)]), shapely.box(0, 0, 1, 1)]
    with pytest.raises(BadGeometryError) as refused:
        line().snap(shapes, reach=5)
    assert refused.value.rows == (1, 2)


def test_a_point_without_a_place_is_off_the_network():
    shapes = [None, shapely.Point(), shapely.Point(NAN, 1), shapely.Point(INF, 1)]
    snapped = line().snap([*shapes, shapely.Point(4, 3, 99)], reach=5)
    assert snapped.edge.tolist() == [-1, -1, -1, -1, 0]
    # Heights are no part of the stretch to the street.
    assert snapped.aside[4] == 3


@pytest.mark.parametrize("reach", [-1, NAN, None, "x"])
def test_a_reach_that_is_none_is_refused(reach):
    with pytest.raises(BadNumberError, match="reach"):
        line().snap([shapely.Point(1, 1)], reach=reach)
