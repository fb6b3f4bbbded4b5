"""Points on edges, against a brute force that cuts every edge into decimetre pieces."""

from itertools import pairwise

import geopandas as gpd
import networkx as nx
import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, Point

from geo_planner.catalogue import Label, TravelMode
from geo_planner.travel import StreetNetwork

CRS = "EPSG:4540"


def streets(*rows):
    """Edges from (start, end, coordinates): a length is what is drawn."""
    lines = [LineString(points) for _, _, points in rows]
    return gpd.GeoDataFrame(
        {
            "start": [row[0] for row in rows],
            "end": [row[1] for row in rows],
            "metres": [line.length for line in lines],
        },
        geometry=lines,
        crs=CRS,
    )


def way(table, origin, facility, reach=1000.0):
    network = StreetNetwork.from_streets(table)
    found = network.nearest_points(
        network.snap(np.array([Point(origin)], dtype=object), reach=reach),
        network.snap(np.array([Point(facility)], dtype=object), reach=reach),
    )
    return float(found.metres[0])


ROAD = streets((0, 1, [(0, 0), (1000, 0)]))
ELBOW = streets((0, 1, [(0, 0), (300, 0)]), (1, 2, [(300, 0), (300, 400)]))


def test_two_points_on_one_edge_walk_along_it_and_not_to_its_ends():
    # 30 m to the road, 500 m along it, 40 m from it.
    assert way(ROAD, (200, 30), (700, -40)) == 570


def test_same_meeting_point_leaves_only_the_two_legs():
    assert way(ROAD, (200, 30), (200, -40)) == 70


def test_round_the_corner():
    # 100 m to the corner, then 150 m up; both houses 10 m beside the street.
    assert way(ELBOW, (200, -10), (310, 150)) == 10 + 100 + 150 + 10


def test_a_loop_street_has_two_ways_out():
    # A square of 4 x 100 m that begins and ends at node 0; the stub leads 50 m away from there.
    loop = streets(
        (0, 0, [(0, 0), (100, 0), (100, 100), (0, 100), (0, 0)]), (0, 1, [(0, 0), (-50, 0)])
    )
    assert way(loop, (0, 90), (-50, 0)) == 90 + 50
    assert way(loop, (90, 0), (-50, 0)) == 90 + 50


def test_the_longer_of_two_parallel_edges_is_still_walked_by_those_who_live_on_it():
    # Direct 100 m, round about 300 m; the house stands in the middle of the detour's far side.
    pair = streets((0, 1, [(0, 0), (100, 0)]), (0, 1, [(0, 0), (0, 100), (100, 100), (100, 0)]))
    assert way(pair, (50, 100), (100, 0)) == 150


def test_islands_are_not_snapped_across_however_near():
    # The path ends 1 m before the road; who lives on the path has no way.
    apart = streets((0, 1, [(0, 0), (1000, 0)]), (2, 3, [(500, 1), (500, 200)]))
    assert way(apart, (501, 100), (100, 0)) == np.inf


def test_reach_is_inclusive_and_its_end_is_off_the_network():
    assert way(ROAD, (200, 50), (700, 0), reach=50) == 550
    assert way(ROAD, (200, 50.01), (700, 0), reach=50) == np.inf


def test_edge_metres_rule_over_the_drawn_length():
    # A path drawn 1000 m long climbs: 1200 m to walk; a quarter of it is 300 m.
    steep = ROAD.assign(metres=1200.0)
    assert way(steep, (0, 0), (250, 0)) == 300


def test_flags_keep_walkers_off_the_motorway():
    table = streets((0, 1, [(0, 0), (1000, 0)]), (0, 1, [(0, 0), (500, 500), (1000, 0)]))
    table["walk"] = [False, True]
    walk = TravelMode("walk", Label("", ""), 1.0, "walk", 1.3, 100)
    drive = TravelMode("drive", Label("", ""), 10.0, "drive", 1.3, 100)
    assert len(StreetNetwork.from_streets(table, mode=walk).start) == 1
    assert len(StreetNetwork.from_streets(table, mode=drive).start) == 2


coordinate = st.integers(0, 12).map(lambda tens: tens * 10.0)
spot = st.tuples(coordinate, coordinate)
offset = st.integers(0, 120).map(float)


@st.composite
def towns(draw):
    nodes = draw(st.lists(spot, min_size=2, max_size=7, unique=True))
    index = st.integers(0, len(nodes) - 1)
    pairs = draw(st.lists(st.tuples(index, index), min_size=1, max_size=10))
    pairs = [(a, b) for a, b in pairs if a != b]
    rows = [(a, b, [nodes[a], nodes[b]]) for a, b in pairs]
    points = draw(st.lists(st.tuples(offset, offset), min_size=2, max_size=6))
    return rows, points


def brute(table, points, reach):
    """Every edge in pieces of at most 0.1 m; points joined to the piece end nearest to them."""
    graph = nx.Graph()
    spots, names = [], []
    for edge, (a, b, line) in enumerate(
        zip(table["start"], table["end"], table.geometry, strict=True)
    ):
        pieces = int(np.ceil(line.length / 0.1))
        chain = [a, *[(edge, i) for i in range(1, pieces)], b]
        for i, name in enumerate(chain):
            spots.append(line.interpolate(i / pieces, normalized=True))
            names.append((edge, name))
        for one, two in pairwise(chain):
            graph.add_edge(one, two, weight=line.length / pieces)
    joined = {}
    lines = table.geometry.to_numpy()
    for number, point in enumerate(points):
        off = shapely.distance(lines, point)
        if off.min() > reach:
            continue
        # Edges equally near are compared by the same rule: the first listed.
        edge = int(np.argmin(off))
        near = [i for i, (of, _) in enumerate(names) if of == edge]
        best = min(near, key=lambda i: point.distance(spots[i]))
        joined[number] = names[best][1], off[edge]
    return graph, joined


@given(towns())
@settings(max_examples=60, deadline=None)
def test_snapped_ways_equal_a_dense_cutting_of_the_streets(town):
    rows, spots = town
    if not rows:
        return
    table = streets(*rows)
    points = np.array([Point(spot) for spot in spots], dtype=object)
    network = StreetNetwork.from_streets(table)
    snapped = network.snap(points, reach=60)
    found = network.costs_points(snapped, snapped).dense()
    graph, joined = brute(table, points, 60)
    for i in range(len(points)):
        for j in range(len(points)):
            if i not in joined or j not in joined:
                assert found[i, j] == np.inf
                continue
            (one, leg), (two, other) = joined[i], joined[j]
            try:
                along = nx.shortest_path_length(graph, one, two, weight="weight")
            except nx.NetworkXNoPath:
                assert found[i, j] == np.inf
                continue
            assert abs(found[i, j] - (leg + along + other)) <= 0.2 + 1e-6
    near = network.nearest_points(snapped, snapped)
    assert np.allclose(near.metres, found.min(axis=1), rtol=0, atol=1e-9)


@given(towns(), st.sampled_from([(100_000.0, -2_000_000.0), (-7_000.0, 4_800_000.0)]))
@settings(max_examples=40, deadline=None)
def test_moving_the_world_moves_nothing(town, shift):
    rows, spots = town
    if not rows:
        return
    here = streets(*rows)
    there = here.set_geometry(here.translate(*shift))
    points = np.array([Point(spot) for spot in spots], dtype=object)
    moved = shapely.transform(points, lambda xy: xy + np.asarray(shift))
    found = []
    for table, at in ((here, points), (there, moved)):
        network = StreetNetwork.from_streets(table)
        snapped = network.snap(at, reach=500)
        # Distances to the whole set: which of two equally near edges is met may change with
        # rounding, so only points with one nearest edge are compared.
        found.append(network.costs_points(snapped, snapped).dense())
    off = shapely.distance(here.geometry.to_numpy()[:, None], points[None, :])
    clear = (
        (np.sort(off, axis=0)[1:2] - off.min(axis=0) > 1e-6).all(axis=0)
        if len(off) > 1
        else np.full(len(points), True)
    )
    one, two = (dense[np.ix_(clear, clear)] for dense in found)
    assert np.array_equal(np.isinf(one), np.isinf(two))
    assert np.allclose(one[np.isfinite(one)], two[np.isfinite(two)], rtol=0, atol=1e-5)
