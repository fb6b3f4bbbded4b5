"""Contraction and compiled loops against scipy on the graph as drawn, exactly; and by hand."""

from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from geo_planner.travel import StreetNetwork
from geo_planner.travel.graph.reduction import reduced
from geo_planner.travel.snapping import Snapped


def engines(network):
    """The same network searched as drawn, and contracted in compiled loops."""
    made = []
    for is_compiled in (False, True):
        one = replace(network)
        one.__dict__["graph"] = reduced(
            one.count, one.start, one.end, one.metres,
            forward=one.forward, back=one.back, xy=one.xy, is_compiled=is_compiled,
        )  # fmt: skip
        made.append(one)
    return made


@st.composite
def worlds(draw, *, directed):
    """Few nodes, long chains: many nodes of two neighbours, rings, parallels, loops, islands."""
    count = draw(st.integers(1, 14))
    node = st.integers(0, count - 1)
    length = st.integers(0, 6)
    chained = draw(st.integers(0, count - 1))
    edges = [(i, i + 1, draw(length)) for i in range(chained)]
    edges += draw(st.lists(st.tuples(node, node, length), max_size=10))
    start, end, metres = (np.array(part) for part in zip(*edges, strict=True)) if edges else (
        np.empty(0, int), np.empty(0, int), np.empty(0)
    )  # fmt: skip
    xy = np.array([[draw(st.integers(0, 50)), draw(st.integers(0, 50))] for _ in range(count)])
    efforts = {}
    if directed:
        effort = st.one_of(st.integers(0, 9), st.just(np.inf))
        for name in ("forward", "back"):
            efforts[name] = np.array([draw(effort) for _ in edges], dtype=float)
    return StreetNetwork.from_edges(start, end, metres.astype(float), xy, **efforts)


def points(draw, network):
    """Positions on edges, some off the network, with whole and half metres aside."""
    if not len(network.start):
        return Snapped(np.full(2, -1), np.zeros(2), np.full(2, np.nan))
    edge = np.array(draw(st.lists(st.integers(-1, len(network.start) - 1), max_size=6)), dtype=int)
    share = np.array([draw(st.sampled_from([0.0, 0.25, 0.5, 1.0])) for _ in edge])
    aside = np.array([draw(st.integers(0, 4)) / 2 for _ in edge], dtype=float)
    along = np.where(edge >= 0, share * network.metres[edge], 0.0)
    # An edge of no length has no share to be along.
    return Snapped(edge, along, np.where(edge >= 0, aside, np.nan))


def ways(network, origins, facilities):
    """Effort of every pair by brute force: points become nodes of a graph searched by scipy."""
    forward = network.metres if network.forward is None else network.forward
    back = network.metres if network.back is None else network.back
    count = network.count
    arcs = {}

    def arc(a, b, effort):
        if np.isfinite(effort):
            arcs[a, b] = min(arcs.get((a, b), np.inf), effort)

    for e in range(len(network.start)):
        arc(network.start[e], network.end[e], forward[e])
        arc(network.end[e], network.start[e], back[e])
    every = [(origins, i) for i in range(len(origins.edge))]
    every += [(facilities, i) for i in range(len(facilities.edge))]
    spots = []
    for number, (group, i) in enumerate(every):
        e = group.edge[i]
        if e < 0:
            continue
        length = network.metres[e]
        share = group.along[i] / length if length > 0 else 0.0
        spots.append((count + number, e, share, group.aside[i]))
    for me, e, share, aside in spots:
        for a, b, there, here in ((network.start[e], network.end[e], forward[e], back[e]),):
            arc(a, me, (there * share if share else 0) + aside)
            arc(me, a, (here * share if share else 0) + aside)
            arc(me, b, (there * (1 - share) if share < 1 else 0) + aside)
            arc(b, me, (here * (1 - share) if share < 1 else 0) + aside)
        for you, other, place, off in spots:
            if you != me and other == e:
                step = place - share
                if step == 0:
                    arc(me, you, aside + off)
                else:
                    arc(me, you, (forward[e] * step if step > 0 else back[e] * -step) + aside + off)
    size = count + len(every)
    rows = np.array([a for a, _ in arcs], dtype=np.int32)
    columns = np.array([b for _, b in arcs], dtype=np.int32)
    matrix = csr_array((np.array(list(arcs.values()), dtype=float), (rows, columns)), (size, size))
    away = dijkstra(matrix, directed=True)
    # A point on the way of others is no short cut: both its legs would be walked.
    here = np.arange(len(origins.edge)) + count
    there = np.arange(len(facilities.edge)) + count + len(origins.edge)
    return away[np.ix_(here, there)]


@given(st.data(), st.booleans(), st.one_of(st.none(), st.integers(0, 12)))
@settings(max_examples=250, deadline=None)
def test_points_on_streets_equal_brute_force_in_both_engines(data, directed, limit):
    network = data.draw(worlds(directed=directed))
    origins, facilities = points(data.draw, network), points(data.draw, network)
    expected = ways(network, origins, facilities)
    if limit is not None:
        expected[expected > limit] = np.inf
    for one in engines(network):
        first, second = one.two_nearest_points(origins, facilities, limit)
        found = one.costs_points(origins, facilities, limit)
        dense = np.full(expected.shape, np.inf)
        effort = found.metres if found.effort is None else found.effort
        dense[found.demand, found.site] = effort
        assert np.allclose(dense, expected)
        for row in range(len(expected)):
            order = np.argsort(expected[row], kind="stable") if expected.shape[1] else []
            best = expected[row][order[0]] if len(order) else np.inf
            assert first.effort[row] == pytest.approx(best)
            assert first.facility[row] == (order[0] if np.isfinite(best) else -1)
            next_best = expected[row][order[1]] if len(order) > 1 else np.inf
            assert second.effort[row] == pytest.approx(next_best)
            if np.isfinite(next_best):
                chosen = second.facility[row]
                assert chosen != first.facility[row]
                assert expected[row][chosen] == pytest.approx(next_best)
            else:
                assert second.facility[row] == -1


@given(st.data(), st.booleans(), st.one_of(st.none(), st.integers(0, 12)))
@settings(max_examples=250, deadline=None)
def test_engines_give_the_same_bits(data, directed, limit):
    network = data.draw(worlds(directed=directed))
    node = st.integers(0, network.count - 1)
    facilities, origins = (
        data.draw(st.lists(node, max_size=5)),
        data.draw(st.lists(node, max_size=5)),
    )
    drawn, contracted = engines(network)
    one, two = drawn.nearest(facilities, limit), contracted.nearest(facilities, limit)
    assert np.array_equal(one.effort, two.effort)
    assert np.array_equal(one.facility, two.facility)
    assert np.allclose(one.metres, two.metres)
    left, right = (
        drawn.costs(origins, facilities, limit),
        contracted.costs(origins, facilities, limit),
    )
    assert np.array_equal(left.demand, right.demand)
    assert np.array_equal(left.site, right.site)
    assert np.array_equal(
        left.metres if left.effort is None else left.effort,
        right.metres if right.effort is None else right.effort,
    )


def test_chains_become_one_arc_and_keep_every_place():
    # 0-1-2-3 of 10, 20 and 30 m, then a fork 3-4 and 3-5: two chains of one edge, one of three.
    network = StreetNetwork.from_edges([0, 1, 2, 3, 3], [1, 2, 3, 4, 5], [10, 20, 30, 5, 5])
    graph = engines(network)[1].graph
    assert graph.count == 4
    assert sorted(graph.total[:, 0, 0].tolist()) == [5, 5, 60]
    assert graph.node_at[[1, 2], 0, 0].tolist() == [10, 30]
    assert (graph.stays >= 0).tolist() == [True, False, False, True, True, True]


def test_a_ring_without_a_junction_is_walked_both_ways_round():
    # A ring of 4 x 10 m: from one corner to the next but one is 20 m either way.
    network = StreetNetwork.from_edges([0, 1, 2, 3], [1, 2, 3, 0], [10, 10, 10, 10])
    for one in engines(network):
        assert one.nearest([1]).metres.tolist() == [10, 0, 10, 20]


def test_one_way_streets_are_driven_one_way():
    # A one-way triangle of 10 m a side: with it one side, against it two.
    network = StreetNetwork.from_edges(
        [0, 1, 2], [1, 2, 0], [10, 10, 10], forward=[10, 10, 10], back=[np.inf] * 3
    )
    for one in engines(network):
        assert one.nearest([1]).metres.tolist() == [10, 0, 20]
        assert one.costs([0, 1], [0, 1]).dense().tolist() == [[0, 10], [20, 0]]


def test_the_quicker_way_is_taken_and_its_metres_told():
    # By the motorway 300 m that take as long as 100 m; by the lane 200 m at plain pace.
    network = StreetNetwork.from_edges(
        [0, 0], [1, 1], [300, 200], forward=[100, 200], back=[100, 200]
    )
    for one in engines(network):
        found = one.nearest([1])
        assert found.effort.tolist() == [100, 0]
        assert found.metres.tolist() == [300, 0]


def test_lengths_stay_within_a_tenth_of_a_metre_in_ten_kilometres():
    # 100,000 edges of 0.1 m: the worst case of rounding, a thousand kilometres of total network.
    count = 100_001
    rest = np.full(9_900, 100.0)
    start = np.concatenate([np.arange(count - 1), np.full(9_900, count - 1)])
    end = np.concatenate([np.arange(1, count), np.full(9_900, 0)])
    network = StreetNetwork.from_edges(start, end, np.concatenate([np.full(count - 1, 0.1), rest]))
    one = engines(network)[1]
    found = one.costs([0], [50_000])
    assert found.metres[0] == pytest.approx(5_000, abs=0.01)


def test_a_hair_along_a_one_way_street_is_its_end():
    # One way from 0 to 1. The facility stands at node 0, the point a hair (rounding) behind it: the
    # same spot, so that the way is 0 m, and never less.
    network = StreetNetwork.from_edges(
        [0, 1], [1, 0], [100.0, 300.0], forward=[100.0, 300.0], back=[np.inf, np.inf]
    )
    hair = Snapped(np.array([0]), np.array([1e-12]), np.zeros(1))
    corner = Snapped(np.array([0]), np.zeros(1), np.zeros(1))
    for engine in engines(network):
        assert engine.nearest_points(corner, hair).effort.tolist() == [0.0]
        assert engine.nearest_points(hair, corner).effort.tolist() == [0.0]
        assert engine.costs_points(hair, corner).effort.tolist() == [0.0]


def test_a_pair_on_one_street_may_be_farther_in_metres_than_the_limit():
    # The way back takes half: 1,100 m of street from the point to the facility cost 550.
    network = StreetNetwork.from_edges([0], [1], [1200.0], forward=[1200.0], back=[600.0])
    facility = Snapped(np.array([0]), np.array([50.0]), np.zeros(1))
    point = Snapped(np.array([0]), np.array([1150.0]), np.zeros(1))
    for engine in engines(network):
        found = engine.costs_points(point, facility, limit=600.0)
        assert found.effort.tolist() == [550.0]
        assert found.metres.tolist() == [1100.0]


@pytest.mark.parametrize("directed", [False, True])
def test_points_on_streets_of_any_length_get_the_same_bits(directed):
    # Two thousand nodes in chains drawn either way, lengths and places that no grid holds exactly.
    rng = np.random.default_rng(7)
    count, more = 2_000, 150
    start = np.concatenate([np.arange(count - 1), rng.integers(0, count, more)])
    end = np.concatenate([np.arange(1, count), rng.integers(0, count, more)])
    turned = rng.random(len(start)) < 0.5
    start, end = np.where(turned, end, start), np.where(turned, start, end)
    metres = rng.random(len(start)) * 100
    efforts = {}
    if directed:
        for name in ("forward", "back"):
            effort = metres * rng.uniform(0.3, 3, len(metres))
            effort[rng.random(len(metres)) < 0.1] = np.inf
            efforts[name] = effort
    network = StreetNetwork.from_edges(start, end, metres, **efforts)

    def some(number):
        edge = rng.integers(0, len(start), number)
        return Snapped(edge, rng.random(number) * metres[edge], rng.random(number) * 30)

    origins, facilities = some(300), some(40)
    drawn, contracted = engines(network)
    for one, two in zip(
        drawn.two_nearest_points(origins, facilities),
        contracted.two_nearest_points(origins, facilities),
        strict=True,
    ):
        assert np.array_equal(one.effort, two.effort)
        assert np.array_equal(one.metres, two.metres)
        assert np.array_equal(one.facility, two.facility)
    left = drawn.costs_points(origins, facilities)
    right = contracted.costs_points(origins, facilities)
    assert np.array_equal(left.metres, right.metres)
    assert np.array_equal(left.site, right.site)


def test_a_one_way_street_without_length_is_no_way_back():
    # 0 <- 1 <- 2 without length: from node 0 nothing leads to node 1, from node 2 all is there.
    network = StreetNetwork.from_edges(
        [0, 1], [1, 2], [0.0, 0.0], forward=[np.inf, np.inf], back=[0.0, 0.0]
    )
    middle = Snapped(np.array([1]), np.zeros(1), np.zeros(1))
    first = Snapped(np.array([0]), np.zeros(1), np.zeros(1))
    for engine in engines(network):
        assert engine.nearest_points(first, middle).effort.tolist() == [np.inf]
        assert engine.nearest_points(middle, first).effort.tolist() == [0.0]


def test_a_house_square_to_the_corner_stands_at_the_corner():
    # Slanting one-way streets far from the origin; the house lies square to the street's first end,
    # where coordinates of 5,000,000 m are rounded.
    for turn in np.linspace(0.1, 6.2, 50):
        ahead = np.array([np.cos(turn), np.sin(turn)])
        corner = np.array([487_654.321, 4_876_543.21])
        network = StreetNetwork.from_edges([0], [1], [100.0], [corner, corner + 100 * ahead])
        house = shapely.points(corner + 30 * np.array([-ahead[1], ahead[0]]))
        assert network.snap(np.array([house]), reach=50.0).along.tolist() == [0.0]


def test_a_street_of_no_metres_may_take_effort():
    # A lift: nothing to walk, one to wait on the way back. Node 3 is above, the facility below.
    network = StreetNetwork.from_edges(
        [0, 1, 2, 3], [1, 2, 3, 4], [0, 0, 0, 0], forward=[0, 0, 0, 0], back=[0, 0, 1, 0]
    )
    for one in engines(network):
        assert one.nearest([1]).effort.tolist() == [0, 0, 0, 1, 1]
        assert one.costs([3, 2, 0], [1]).effort.tolist() == [1, 0, 0]
