"""Real extracts against osmnx's own filter and networkx's own shortest ways."""

import re

import networkx as nx
import numpy as np
import osmium
import pytest
import shapely

from geo_planner.travel import StreetNetwork
from layers.osm_rules import osm_rules
from layers.streets import read_streets
from tests.osm.extracts import real_extract


@pytest.mark.parametrize(
    ("name", "nodes", "edges", "largest"),
    [
        ("helsinki", 5_559, 6_363, 0.947),
        ("monaco", 24_381, 25_497, 0.974),
        ("liechtenstein", 53_294, 54_661, 0.986),
    ],
)
def test_size_of_the_walking_network(name, nodes, edges, largest):
    # The figures that came with the extracts, counted by another program with its own filter.
    facts = read_streets(real_extract(name)).facts
    assert facts["drawn_walking_nodes"] == pytest.approx(nodes, rel=0.011)
    assert facts["drawn_walking_edges"] == pytest.approx(edges, rel=0.011)
    assert facts["largest_share"] == pytest.approx(largest, abs=0.02)
    assert abs(facts["ruler_error"]) < 0.0005


def test_filter_means_what_osmnx_means():
    from osmnx import _overpass

    path = real_extract("helsinki")
    ours = osm_rules()
    for network, theirs in (("walk", "walk"), ("drive", "drive_service")):
        asked = re.findall(r'\["([^"]+)"(?:!~"([^"]+)")?\]', _overpass._get_network_filter(theirs))
        differ = []
        for way in osmium.FileProcessor(str(path)).with_filter(osmium.filter.KeyFilter("highway")):
            if not isinstance(way, osmium.osm.Way):
                continue
            tags = {tag.k: tag.v for tag in way.tags}
            kept = all(
                key in tags if not values else not re.search(values, tags.get(key, ""))
                for key, values in asked
            )
            if kept != ours.may_use(network, tags):
                differ.append(tags)
        assert differ == []


def test_ways_equal_those_of_networkx():
    edges = read_streets(real_extract("helsinki")).edges
    network = StreetNetwork.from_streets(edges.loc[edges["walk"]])
    graph = nx.MultiGraph()
    graph.add_nodes_from(range(network.count))
    graph.add_weighted_edges_from(
        zip(network.start.tolist(), network.end.tolist(), network.metres.tolist(), strict=True)
    )
    origins = np.random.default_rng(7).choice(network.count, 60, replace=False)
    facilities = np.random.default_rng(8).choice(network.count, 12, replace=False)
    costs = network.costs(origins, facilities).dense()
    for row, origin in enumerate(origins.tolist()):
        reached = nx.single_source_dijkstra_path_length(graph, origin, weight="weight")
        expected = [reached.get(node, np.inf) for node in facilities.tolist()]
        assert costs[row] == pytest.approx(expected, abs=1e-6)
    nearest = network.nearest(facilities)
    assert np.array_equal(nearest.metres[origins], costs.min(axis=1))


@pytest.mark.slow
def test_ways_equal_those_of_osmnx(tmp_path):
    """The whole chain again by osmnx: its reader, its topology, its distances."""
    import osmnx

    path = real_extract("helsinki")
    rules = osm_rules()
    walkable = tmp_path / "walk.osm"
    with osmium.SimpleWriter(str(walkable)) as writer:
        ways = [
            # Nodes that the extract does not hold are left away here as they are there.
            way.replace(
                nodes=[node.ref for node in way.nodes if node.location.valid()],
                tags={tag.k: tag.v for tag in way.tags},
            )
            for way in osmium.FileProcessor(str(path)).with_locations()
            if isinstance(way, osmium.osm.Way)
            and rules.may_use("walk", {tag.k: tag.v for tag in way.tags})
        ]
        used = {ref for way in ways for ref in way.nodes}
        for node in osmium.FileProcessor(str(path), osmium.osm.NODE):
            if node.id in used:
                writer.add_node(node)
        for way in ways:
            writer.add_way(way)
    graph = osmnx.graph_from_xml(walkable, bidirectional=True, simplify=False, retain_all=True)
    edges = read_streets(path).edges
    network = StreetNetwork.from_streets(edges.loc[edges["walk"]])
    # A way of which one node lies in the extract leaves a lone node there, and nothing here.
    used_nodes = sum(degree > 0 for _, degree in graph.degree)
    assert used_nodes == read_streets(path).facts["drawn_walking_nodes"]

    graph = osmnx.project_graph(graph, to_crs=edges.crs)
    ends = shapely.get_point(edges.geometry.to_numpy(), 0)
    rows = np.random.default_rng(3).choice(np.flatnonzero(edges["walk"]), 40, replace=False)
    ours = edges["start"].to_numpy()[rows]
    theirs = osmnx.nearest_nodes(graph, shapely.get_x(ends)[rows], shapely.get_y(ends)[rows])
    costs = network.costs(ours, ours).dense()
    reachable = 0
    for i, origin in enumerate(theirs):
        reached = nx.single_source_dijkstra_path_length(graph, origin, weight="length")
        for j, target in enumerate(theirs):
            expected = reached.get(target, np.inf)
            reachable += np.isfinite(expected)
            # osmnx measures on a sphere, the project in UTM: 0.4 % apart at this latitude.
            assert costs[i, j] == pytest.approx(expected, rel=5e-3, abs=0.5)
    assert reachable > 1000
