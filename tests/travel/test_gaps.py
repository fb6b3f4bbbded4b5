"""Missing links against brute force, and the network cut where points meet it."""

import geopandas as gpd
import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, Point

from geo_planner.travel.cuts import cut
from geo_planner.travel.network import StreetNetwork
from geo_planner.travel.snapping import Snapped
from geo_planner.travel.why.gaps import (
    LONGEST_GAP,
    SAMPLE,
    Places,
    barriers_between,
    best_links,
    places,
)
from tests.travel.worlds import METRIC, streets


def network(*rows):
    return StreetNetwork.from_streets(streets(*rows))


def some(*rows):
    """Places off the streets: (x, y, effort)."""
    table = np.array(rows, dtype=float).reshape(-1, 3)
    many = len(table)
    return Places(np.full(many, -1), np.zeros(many), table[:, 2], table[:, :2])


def snapped(*rows):
    edge, along = zip(*rows, strict=True)
    return Snapped(np.array(edge), np.array(along, dtype=float), np.zeros(len(rows)))


def test_an_edge_is_cut_in_order_and_knows_its_parts():
    # Cuts at 700 and 300 of an edge of 1 000 m, one of them twice; an end is no cut.
    lanes = network((0, 1, [(0, 0), (1000, 0)]), (1, 2, [(1000, 0), (1000, 500)]))
    pieces, nodes = cut(lanes, snapped((0, 700), (0, 300), (0, 700), (0, 0), (1, 500), (-1, 0)))
    assert nodes.tolist() == [4, 3, 4, 0, 2, -1]
    assert pieces.edge.tolist() == [0, 0, 0, 1]
    assert pieces.opens == pytest.approx([0, 0.3, 0.7, 0])
    assert pieces.closes == pytest.approx([0.3, 0.7, 1, 1])
    assert pieces.start.tolist() == [0, 3, 4, 1]
    assert pieces.end.tolist() == [3, 4, 1, 2]
    assert pieces.metres == pytest.approx([300, 400, 300, 500])
    at = pieces.points(np.array([1, 3]), np.array([0.5, 1.0]))
    assert [tuple(point.coords[0]) for point in at] == [(500, 0), (1000, 500)]


def test_nothing_to_cut():
    lanes = network((0, 1, [(0, 0), (1000, 0)]))
    pieces, nodes = cut(lanes, Snapped(np.array([-1]), np.zeros(1), np.full(1, np.nan)))
    assert (nodes.tolist(), pieces.count, pieces.metres.tolist()) == ([-1], 2, [1000])
    none = np.empty(0, dtype=np.int64)
    effort, before = pieces.away(none, np.empty(0))
    assert np.isinf(effort).all()
    assert (before < 0).all()


edges = st.lists(
    st.tuples(st.integers(0, 6), st.integers(0, 6), st.integers(0, 50)), min_size=1, max_size=15
)


@settings(max_examples=100, deadline=None)
@given(edges, st.integers(0, 6), st.integers(0, 20))
def test_searches_are_those_of_networkx(rows, source, lead):
    # Parallel edges, loops and edges without length among them.
    start, end, metres = (np.array(column) for column in zip(*rows, strict=True))
    at = np.random.default_rng(0).uniform(0, 100, (7, 2))
    lanes = StreetNetwork.from_edges(start, end, metres.astype(float), xy=at)
    pieces, _ = cut(lanes, Snapped(np.array([-1]), np.zeros(1), np.zeros(1)))
    effort, before = pieces.away(np.array([source]), np.array([float(lead)]))
    graph = nx.MultiGraph()
    graph.add_nodes_from(range(7))
    graph.add_weighted_edges_from(rows)
    known = nx.single_source_dijkstra_path_length(graph, source)
    assert effort.tolist() == [known.get(node, np.inf) + lead for node in range(7)]
    assert pieces.towards(np.array([source]), np.array([float(lead)])).tolist() == effort.tolist()
    for node in known:
        taken, forward = pieces.trail(before, node)
        here = source
        for piece, ahead in zip(taken, forward, strict=True):
            ends = (pieces.start[piece], pieces.end[piece])
            assert here == ends[0 if ahead else 1]
            here = ends[1 if ahead else 0]
        assert here == node
        assert pieces.metres[taken].sum() == known[node]


def test_effort_between_nodes_is_the_better_of_both_ends():
    lanes = network((0, 1, [(0, 0), (100, 0)]), (1, 2, [(100, 0), (100, 300)]))
    pieces, _ = cut(lanes, snapped((0, 0)))
    effort, _ = pieces.away(np.array([0, 2]), np.array([0.0, 0.0]))
    # Half way along the 300 m lane: 250 from the near end, 150 from the far one.
    assert pieces.reached(effort, np.array([1]), np.array([0.5])).tolist() == [150]
    assert pieces.left(effort, np.array([1]), np.array([0.5])).tolist() == [150]


def test_places_lie_along_streets_and_only_where_they_help():
    # Unit at node 0, facility at node 3, no way between them: two lanes of 100 m, 5 places each.
    lanes = network((0, 1, [(0, 0), (100, 0)]), (2, 3, [(0, 50), (100, 50)]))
    pieces, _ = cut(lanes, snapped((0, 0)))
    outward, _ = pieces.away(np.array([0]), np.zeros(1))
    onward = pieces.towards(np.array([3]), np.zeros(1))
    near, far = places(pieces, outward, onward, np.inf, np.array([True, True]))
    assert near.at[:, 0].tolist() == near.effort.tolist() == [0, 25, 50, 75, 100]
    assert far.effort.tolist() == [100, 75, 50, 25, 0]
    near, far = places(pieces, outward, onward, 60.0, np.array([True, True]))
    assert near.effort.tolist() == [0, 25, 50]
    assert far.effort.tolist() == [50, 25, 0]
    # Nothing begins on a bridge.
    near, far = places(pieces, outward, onward, np.inf, np.array([False, True]))
    assert (len(near.at), len(far.at)) == (0, 5)


point = st.tuples(st.integers(0, 1500), st.integers(0, 1500), st.integers(0, 4000))


@settings(max_examples=150, deadline=None)
@given(
    st.lists(point, min_size=1, max_size=12),
    st.lists(point, min_size=1, max_size=12),
    st.one_of(st.just(np.inf), st.integers(0, 9000).map(float)),
)
def test_the_best_link_is_that_of_brute_force(one, other, current):
    near, far = some(*one), some(*other)
    found = best_links(near, far, current, barriers=None, many=3)
    costs = [
        n[2] + 2 * gap + f[2]
        for n in one
        for f in other
        if 0 < (gap := np.hypot(n[0] - f[0], n[1] - f[1])) <= LONGEST_GAP
        and (after := n[2] + gap + f[2]) + gap < current
        and (np.isinf(current) or current - after >= 0.1 * current)
    ]
    mine = found.near.effort + 2 * found.metres + found.far.effort
    if costs:
        assert mine[0] == pytest.approx(min(costs), abs=SAMPLE)
    elif np.isfinite(current):
        assert not len(mine)
    middles = (found.near.at + found.far.at) / 2
    for number in range(1, len(middles)):
        assert np.hypot(*(middles[:number] - middles[number]).T).min() > 500


def test_too_many_pairs_are_thinned_and_the_best_is_sharpened(monkeypatch):
    # Two banks 40 m apart, a place every 25 m: the best pair stays within a place of the best.
    east = np.arange(0, 5000, 25.0)
    near = some(*((x, 0, 1000 + abs(x - 2500)) for x in east))
    far = some(*((x, 40, 500 + abs(x - 2500) / 2) for x in east))
    exact = best_links(near, far, np.inf, barriers=None, many=1)
    monkeypatch.setattr("geo_planner.travel.why.gaps.MOST_PAIRS", 200)
    thinned = best_links(near, far, np.inf, barriers=None, many=1)
    assert exact.near.at.tolist() == [[2500, 0]]
    assert exact.metres.tolist() == thinned.metres.tolist() == [40]
    assert thinned.near.at.tolist() == [[2500, 0]]


def test_an_island_farther_than_the_longest_gap_is_told_its_closest_link():
    near, far = some((0, 0, 10)), some((5000, 0, 0), (9000, 0, 0))
    found = best_links(near, far, np.inf, barriers=None, many=3)
    assert found.metres.tolist() == [5000]
    # With a way of 7 000 m today, a link of 5 000 m is no missing link.
    assert not len(best_links(near, far, 7000.0, barriers=None, many=3).metres)


def test_among_equals_a_link_across_a_barrier_comes_first():
    rail = gpd.GeoDataFrame(
        {"kind": ["railway"], "name": ["Lanxin Line"]},
        geometry=[LineString([(590, 50), (700, 50)])],
        crs=METRIC,
    )
    near, far = some((0, 0, 0), (600, 0, 10)), some((0, 100, 0), (600, 100, 0))
    assert best_links(near, far, 5000.0, barriers=None, many=1).near.at.tolist() == [[0, 0]]
    found = best_links(near, far, 5000.0, barriers=rail, many=1)
    assert (found.near.at.tolist(), found.barrier.tolist()) == ([[600, 0]], [0])


def test_nobody_near_and_no_barriers():
    nobody = some()
    assert not len(best_links(nobody, some((0, 0, 0)), np.inf, barriers=None, many=3).metres)
    assert barriers_between(np.zeros((1, 2)), np.ones((1, 2)), None).tolist() == [-1]
    empty = gpd.GeoDataFrame({"kind": [], "name": []}, geometry=[], crs=METRIC)
    assert barriers_between(np.zeros((1, 2)), np.ones((1, 2)), empty).tolist() == [-1]
    crossed = gpd.GeoDataFrame(
        {"kind": ["a", "b"], "name": [None, None]},
        geometry=[Point(0.5, 0.5).buffer(0.1), Point(0.5, 0.5).buffer(0.2)],
        crs=METRIC,
    )
    assert barriers_between(np.zeros((1, 2)), np.ones((1, 2)), crossed).tolist() == [0]
