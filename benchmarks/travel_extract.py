"""From an OpenStreetMap extract to the nearest of six types for every building: ours and peers.

Each measurement in a process of its own, in turns; imports are not counted, reading the file is.
osmnx reads XML only: the extract is turned into it beforehand, ways one cannot walk on left out,
which is not counted either.

    uv run --group bench python -m benchmarks.travel_extract --rounds 3
    uv run --group bench python -m benchmarks.travel_extract --first
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks.street_graphs import CACHE, DATA
from benchmarks.turns import Turns, forget_peak, report, status_mib

TYPES = {
    "kindergarten": ("amenity", "kindergarten"),
    "childcare": ("amenity", "childcare"),
    "school": ("amenity", "school"),
    "hospital": ("amenity", "hospital"),
    "playground": ("leisure", "playground"),
    "public_library": ("amenity", "library"),
}
FAR = 60_000.0
REACH = 1000.0

Answer = np.ndarray
"""Metres of every building to its nearest facility, shape (types, buildings)."""


def ours(path: Path) -> Callable[[], Answer]:
    import geopandas as gpd
    import osmium  # noqa: F401
    import scipy.sparse.csgraph  # noqa: F401
    from pyproj import CRS

    from geo_planner.crs import choose_metric_crs
    from geo_planner.travel import StreetNetwork
    from layers.osm_places import read_places
    from layers.osm_ways import read_ways, split_ways

    def run() -> Answer:
        ways = read_ways(path)
        box = (ways.lon.min(), ways.lat.min(), ways.lon.max(), ways.lat.max())
        metric = CRS(choose_metric_crs(box))
        streets = split_ways(ways, metric)
        network = StreetNetwork.from_streets(streets.loc[streets["walk"]])
        places = read_places(path)

        def metres_of(table: gpd.GeoDataFrame) -> np.ndarray:
            return table.geometry.to_crs(metric).to_numpy()

        buildings = network.snap(metres_of(places.buildings), reach=REACH)
        found = []
        for kind in TYPES:
            some = places.facilities.loc[places.facilities["facility_type"] == kind]
            facilities = network.snap(metres_of(some), reach=REACH)
            found.append(network.nearest_points(buildings, facilities).metres)
        return np.stack(found)

    return run


def pyrosm_pandana(path: Path) -> Callable[[], Answer]:
    import pandana
    import pandas as pd
    import pyrosm

    def run() -> Answer:
        osm = pyrosm.OSM(str(path))
        nodes, edges = osm.get_network("walking", nodes=True)
        buildings = osm.get_buildings()
        wanted: dict[str, list[str]] = {}
        for key, value in TYPES.values():
            wanted.setdefault(key, []).append(value)
        pois = osm.get_pois(custom_filter=wanted)
        number = pd.Series(np.arange(len(nodes)), index=nodes["id"].to_numpy())
        network = pandana.Network(
            nodes["lon"].reset_index(drop=True),
            nodes["lat"].reset_index(drop=True),
            pd.Series(number.loc[edges["u"]].to_numpy()),
            pd.Series(number.loc[edges["v"]].to_numpy()),
            pd.DataFrame({"metres": edges["length"].to_numpy()}),
        )
        middle = buildings.geometry.centroid
        at = network.get_node_ids(middle.x, middle.y).to_numpy()
        found = []
        for kind, (key, value) in TYPES.items():
            some = pois.loc[pois[key] == value].geometry.centroid
            if some.empty:
                found.append(np.full(len(at), np.inf))
                continue
            network.set_pois(kind, FAR, 1, some.x, some.y)
            nearest = network.nearest_pois(FAR, kind, num_pois=1, max_distance=np.inf)
            found.append(nearest[1].to_numpy()[at])
        return np.stack(found)

    return run


def osmnx_networkx(path: Path) -> Callable[[], Answer]:
    import networkx as nx
    import osmnx as ox

    everything = CACHE / f"{path.name.split('.')[0]}.osm"
    streets = everything.with_suffix(".streets.osm")
    if not streets.exists():
        CACHE.mkdir(exist_ok=True)
        _as_xml(path, everything, streets)

    def run() -> Answer:
        graph = ox.graph_from_xml(streets, bidirectional=True, retain_all=True)
        graph = ox.project_graph(graph)
        crs = graph.graph["crs"]
        wanted: dict[str, list[str]] = {}
        for key, value in TYPES.values():
            wanted.setdefault(key, []).append(value)
        buildings = ox.features_from_xml(everything, tags={"building": True}).to_crs(crs)
        pois = ox.features_from_xml(everything, tags=wanted).to_crs(crs)
        middle = buildings.geometry.centroid
        at = ox.distance.nearest_nodes(graph, middle.x.to_numpy(), middle.y.to_numpy())
        found = []
        for key, value in TYPES.values():
            some = pois.loc[pois[key] == value].geometry.centroid
            if some.empty:
                found.append(np.full(len(at), np.inf))
                continue
            near = ox.distance.nearest_nodes(graph, some.x.to_numpy(), some.y.to_numpy())
            reached = nx.multi_source_dijkstra_path_length(graph, set(near), weight="length")
            found.append(np.array([reached.get(node, np.inf) for node in at]))
        return np.stack(found)

    return run


def _as_xml(path: Path, everything: Path, streets: Path) -> None:
    """Write an extract as XML, and once more with nothing but what one may walk on."""
    import osmium

    from layers.osm_rules import osm_rules

    rules = osm_rules()
    with osmium.SimpleWriter(str(everything), overwrite=True) as writer:
        for thing in osmium.FileProcessor(str(path)):
            writer.add(thing)
    with osmium.BackReferenceWriter(str(streets), ref_src=str(path), overwrite=True) as writer:
        for way in osmium.FileProcessor(str(path), osmium.osm.WAY):
            if rules.may_use("walk", dict(way.tags)):
                writer.add(way)


TOOLS = {"ours": ours, "pyrosm + pandana": pyrosm_pandana, "osmnx + networkx": osmnx_networkx}

FIRST = {
    "small: the streets of Helsinki's extract, from start of Python to answers": """
from pathlib import Path
from benchmarks.street_graphs import DATA
from benchmarks.travel_extract import ours
print(ours(DATA / "networks" / "helsinki.osm.pbf")().shape)
""",
    "large: 1,000,000 nodes, from start of Python to answers": """
from benchmarks.street_graphs import made_up
from geo_planner.travel import StreetNetwork
graph = made_up(1_000_000)
network = StreetNetwork.from_edges(graph.start, graph.end, graph.metres, graph.xy)
print(len(network.nearest_of_each(list(graph.groups))))
""",
}


def first_calls() -> None:
    """Time the first call ever, with nothing in the compiler's cache, and the next one."""
    for name, code in FIRST.items():
        with tempfile.TemporaryDirectory() as folder:
            spent = []
            for _ in range(2):
                start = time.perf_counter()
                subprocess.run(
                    [sys.executable, "-c", code],
                    check=True,
                    capture_output=True,
                    env={**os.environ, "NUMBA_CACHE_DIR": folder},
                )
                spent.append(time.perf_counter() - start)
        print(f"{name}: first ever {spent[0]:.2f} s, next {spent[1]:.2f} s")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--extract", default="liechtenstein")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--tools", default=";".join(TOOLS), help="divided by ';'")
    parser.add_argument("--first", action="store_true", help="the first call ever instead")
    parser.add_argument("--child")
    parser.add_argument("--answer", type=Path)
    given = parser.parse_args()
    if given.first:
        first_calls()
        return
    if given.child:
        warnings.simplefilter("ignore")
        run = TOOLS[given.child](DATA / "networks" / f"{given.extract}.osm.pbf")
        before = forget_peak()
        start, busy = time.perf_counter(), time.process_time()
        found = run()
        spent, busy = time.perf_counter() - start, time.process_time() - busy
        report(
            given.answer,
            np.empty(0),
            total=spent,
            cpu=busy,
            peak_mib=status_mib("VmHWM") - before,
            buildings=found.shape[1],
            school_m=float(np.median(found[2][np.isfinite(found[2])])),
        )
        return
    tools = given.tools.split(";")
    turns = Turns(__spec__.name, tools, given.rounds, ["--extract", given.extract])
    print(
        f"{given.extract}.osm.pbf, {given.rounds} rounds; school_m is the median walk to a school"
    )
    turns.table(
        ["total", "cpu", "peak_mib", "buildings", "school_m"],
        to=tools[0],
        ratios=["total", "cpu"],
    )


if __name__ == "__main__":
    main()
