"""The graph against a brute force: every pair by Floyd and Warshall."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_planner.errors import BadNumberError
from geo_planner.travel import StreetNetwork


def all_pairs(count, start, end, metres):
    """Every shortest way by Floyd and Warshall: three loops, nothing to get wrong."""
    away = np.full((count, count), np.inf)
    np.fill_diagonal(away, 0)
    for a, b, length in zip(start, end, metres, strict=True):
        away[a, b] = min(away[a, b], length)
        away[b, a] = min(away[b, a], length)
    for k in range(count):
        away = np.minimum(away, away[:, [k]] + away[[k], :])
    return away


@st.composite
def graphs(draw):
    """Few nodes and many edges: islands, parallels, loops and zero lengths come by themselves."""
    count = draw(st.integers(1, 9))
    node = st.integers(0, count - 1)
    # Whole metres and a small range, so that ties are common and sums exact.
    edges = draw(st.lists(st.tuples(node, node, st.integers(0, 6)), max_size=20))
    xy = [(float(i), 0.0) for i in range(count)]
    start, end, metres = (
        (list(part) for part in zip(*edges, strict=True)) if edges else ([], [], [])
    )
    facilities = draw(st.lists(node, max_size=6))
    return count, start, end, metres, xy, facilities


@given(graphs(), st.one_of(st.none(), st.integers(0, 12)))
@settings(max_examples=300, deadline=None)
def test_nearest_is_the_brute_force_minimum_and_the_lowest_index(graph, limit):
    count, start, end, metres, xy, facilities = graph
    found = StreetNetwork.from_edges(start, end, metres, xy).nearest(facilities, limit=limit)
    away = all_pairs(count, start, end, metres)[:, facilities]
    if limit is not None:
        away[away > limit] = np.inf
    for node in range(count):
        best = away[node].min() if facilities else np.inf
        assert found.metres[node] == best
        expected = int(np.argmin(away[node])) if np.isfinite(best) else -1
        assert found.facility[node] == expected
    assert found.metres.dtype == np.float64
    assert found.facility.dtype == np.int32


@given(graphs(), st.one_of(st.none(), st.integers(0, 12)))
@settings(max_examples=200, deadline=None)
def test_costs_list_every_pair_within_the_limit(graph, limit):
    count, start, end, metres, xy, facilities = graph
    origins = [*range(count), 0]
    costs = StreetNetwork.from_edges(start, end, metres, xy).costs(origins, facilities, limit=limit)
    away = all_pairs(count, start, end, metres)[np.ix_(origins, facilities)]
    if limit is not None:
        away[away > limit] = np.inf
    assert np.array_equal(costs.dense(), away)
    assert costs.shape == away.shape


@given(graphs(), st.integers(0, 8))
@settings(max_examples=100, deadline=None)
def test_more_facilities_never_lengthen(graph, more):
    count, start, end, metres, xy, facilities = graph
    network = StreetNetwork.from_edges(start, end, metres, xy)
    before = network.nearest(facilities).metres
    after = network.nearest([*facilities, more % count]).metres
    assert (after <= before).all()


@given(graphs(), st.randoms())
@settings(max_examples=100, deadline=None)
def test_order_and_direction_of_edges_do_not_matter(graph, random):
    _, start, end, metres, xy, facilities = graph
    edges = list(zip(start, end, metres, strict=True))
    random.shuffle(edges)
    turned = [(b, a, m) if random.random() < 0.5 else (a, b, m) for a, b, m in edges]
    other = [list(part) for part in zip(*turned, strict=True)] if turned else [[], [], []]
    one = StreetNetwork.from_edges(start, end, metres, xy).nearest(facilities)
    two = StreetNetwork.from_edges(*other, xy).nearest(facilities)
    assert np.array_equal(one.metres, two.metres)
    assert np.array_equal(one.facility, two.facility)


def test_parallel_edges_keep_the_shorter_one():
    # coo -> csr would make 700 + 300 = 1000 of these.
    network = StreetNetwork.from_edges([0, 1], [1, 0], [700, 300])
    assert network.nearest([0]).metres.tolist() == [0, 300]


def test_zero_length_is_an_edge_and_not_a_gap():
    network = StreetNetwork.from_edges([0, 1], [1, 2], [0.0, 5.0])
    assert network.nearest([0]).metres.tolist() == [0, 0, 5]
    assert network.component.tolist() == [0, 0, 0]


def test_limit_is_inclusive_even_where_floats_add_up_to_a_hair_more():
    # 0.1 + 0.2 is 0.30000000000000004 in binary.
    network = StreetNetwork.from_edges([0, 1], [1, 2], [0.1, 0.2])
    found = network.nearest([0], limit=0.3)
    assert found.facility.tolist() == [0, 0, 0]
    assert found.metres[2] == pytest.approx(0.3, abs=1e-8)


def test_island_and_empty_facilities_are_unreached():
    network = StreetNetwork.from_edges([0, 2], [1, 3], [10.0, 10.0])
    found = network.nearest([0])
    assert found.metres.tolist() == [0, 10, np.inf, np.inf]
    assert found.facility.tolist() == [0, 0, -1, -1]
    assert network.nearest([]).facility.tolist() == [-1] * 4


def test_every_faulty_edge_is_named():
    with pytest.raises(BadNumberError, match=r"metres.*1-3"):
        StreetNetwork.from_edges([0, 0, 0, 0], [1, 1, 1, 1], [1.0, -1.0, np.nan, np.inf])
    with pytest.raises(BadNumberError, match=r"end.*1"):
        StreetNetwork.from_edges([0, 0], [1, 2], [1.0, 1.0], xy=[(0, 0), (1, 0)])
    with pytest.raises(BadNumberError, match=r"start.*0"):
        StreetNetwork.from_edges([-1], [1], [1.0])
    with pytest.raises(BadNumberError, match="facility_nodes"):
        StreetNetwork.from_edges([0], [1], [1.0]).nearest([2])


def test_ties_far_from_their_source_are_settled_too():
    # A square ring of 400 edges: node 200 is equally far from the neighbours of node 0 both ways.
    ring = np.arange(400)
    network = StreetNetwork.from_edges(ring, (ring + 1) % 400, np.ones(400))
    one, two = network.nearest([1, 399]), network.nearest([399, 1])
    assert one.facility[[0, 200]].tolist() == [0, 0]
    assert two.facility[[0, 200]].tolist() == [0, 0]
    assert np.array_equal(one.metres, two.metres)
