"""The nearest of six facility types for every node of a planar street graph: ours beside its peers.

From arrays to answers, building included, each measurement in a process of its own, tools in turns.
Imports are not counted, nor is the compiler: machine code is in numba's cache, and loaded, before.

    uv run --group bench python -m benchmarks.travel_nearest --nodes 1000000 --rounds 5
    uv run --group bench python -m benchmarks.travel_nearest --nodes 100000 --rounds 3 --tools all
    uv run --group bench python -m benchmarks.travel_nearest --growth benchmarks/travel_growth.svg
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.street_graphs import CACHE, TYPES, Graph, made_up, real
from benchmarks.turns import Turns, forget_peak, report, status_mib

FARTHEST = 10_000.0
"""What pandana is told not to search beyond; every nearest facility is nearer."""

Tool = tuple[Callable[[], Any], Callable[[Any], Any], Callable[[Any], np.ndarray]]
"""How to build, to ask, and to read metres (types, nodes) out of the answer."""


def ours(graph: Graph, *, threads: bool = True) -> Tool:
    from geo_planner.travel import StreetNetwork

    def network(of: Graph) -> StreetNetwork:
        made = StreetNetwork.from_edges(of.start, of.end, of.metres, of.xy)
        _ = made.graph.into
        return made

    def ask(built: StreetNetwork) -> Any:
        if threads:
            return built.nearest_of_each(list(graph.groups))
        return [built.nearest(group) for group in graph.groups]

    warm = made_up(100_000)
    network(warm).nearest_of_each(list(warm.groups))
    return (
        lambda: network(graph), ask, lambda found: np.stack([each.metres for each in found])
    )  # fmt: skip


def scipy(graph: Graph) -> Tool:
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import dijkstra

    def build() -> Any:
        both = (
            np.concatenate([graph.start, graph.end]), np.concatenate([graph.end, graph.start])
        )  # fmt: skip
        return coo_array((np.tile(graph.metres, 2), both), shape=(len(graph), len(graph))).tocsr()

    def ask(matrix: Any) -> Any:
        return [
            dijkstra(matrix, indices=group, min_only=True, return_predecessors=True)
            for group in graph.groups
        ]

    return build, ask, lambda found: np.stack([metres for metres, *_ in found])


def _arcs(graph: Graph) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return arcs both ways, and of no length from a further node a type to its facilities."""
    begin = np.repeat(len(graph) + np.arange(TYPES), graph.groups.shape[1])
    return (
        np.concatenate([graph.start, graph.end, begin]),
        np.concatenate([graph.end, graph.start, graph.groups.ravel()]),
        np.concatenate([graph.metres, graph.metres, np.zeros(graph.groups.size)]),
    )


def edsger(graph: Graph) -> Tool:
    import pandas as pd
    from edsger.path import Dijkstra

    def build() -> Any:
        tail, head, weight = _arcs(graph)
        arcs = pd.DataFrame(
            {"tail": tail.astype(np.uint32), "head": head.astype(np.uint32), "weight": weight}
        )
        return Dijkstra(arcs, orientation="out", check_edges=False, permute=False)

    def ask(paths: Any) -> Any:
        return [paths.run(len(graph) + kind, return_inf=True) for kind in range(TYPES)]

    return build, ask, lambda found: np.stack([np.asarray(one)[: len(graph)] for one in found])


def networkit(graph: Graph) -> Tool:
    import networkit as nk

    def build() -> Any:
        tail, head, weight = _arcs(graph)
        return nk.GraphFromCoo(
            (weight, (tail.astype(np.uint64), head.astype(np.uint64))),
            n=len(graph) + TYPES,
            weighted=True,
            directed=True,
        )

    def ask(built: Any) -> Any:
        found = []
        for kind in range(TYPES):
            search = nk.distance.Dijkstra(built, len(graph) + kind, False, False)
            search.run()
            found.append(np.asarray(search.getDistances(asarray=True)))
        return found

    def read(found: Any) -> np.ndarray:
        metres = np.stack(found)[:, : len(graph)]
        return np.where(metres > 1e300, np.inf, metres)

    return build, ask, read


def pandana(graph: Graph) -> Tool:
    import pandana as pdna
    import pandas as pd

    x, y = pd.Series(graph.xy[:, 0]), pd.Series(graph.xy[:, 1])

    def build() -> Any:
        lengths = pd.DataFrame({"metres": graph.metres})
        return pdna.Network(x, y, pd.Series(graph.start), pd.Series(graph.end), lengths)

    def ask(network: Any) -> Any:
        found = []
        for kind, group in enumerate(graph.groups):
            at = pd.Series(x[group].to_numpy()), pd.Series(y[group].to_numpy())
            network.set_pois(f"type {kind}", FARTHEST, 1, *at)
            found.append(
                network.nearest_pois(
                    FARTHEST, f"type {kind}", num_pois=1, include_poi_ids=True, max_distance=np.inf
                )
            )
        return found

    return build, ask, lambda found: np.stack([table[1].to_numpy() for table in found])


def breadth_first(graph: Graph, *, sorted_nodes: bool = True) -> Tool:
    """Count links instead of metres: as little as a search that looks at every link can do."""
    from numba import njit

    from geo_planner.travel.graph import contraction
    from geo_planner.travel.graph.compiling import compiled

    @njit(nogil=True)
    def spread(first, head, seeds):
        links = np.full(len(first) - 1, -1, np.int32)
        queue = np.empty(len(first) - 1, np.int32)
        last = 0
        for u in seeds:
            links[u] = 0
            queue[last] = u
            last += 1
        for place in range(len(queue)):
            if place == last:
                break
            u = queue[place]
            for p in range(first[u], first[u + 1]):
                v = head[p]
                if links[v] < 0:
                    links[v] = links[u] + 1
                    queue[last] = v
                    last += 1
        return links

    rank = np.arange(len(graph), dtype=np.int32)
    if sorted_nodes:
        east, north = np.ascontiguousarray(graph.xy.T)
        rank = compiled(contraction.hilbert_rank)(east, north, 11)
    first, head, _ = compiled(contraction.arcs_of_edges)(
        len(graph), graph.start.astype(np.int32), graph.end.astype(np.int32), rank
    )
    seeds = [rank[group] for group in graph.groups]
    spread(first, head, seeds[0])
    return (
        lambda: None,
        lambda _: [spread(first, head, some) for some in seeds],
        lambda _: np.empty(0),
    )


TOOLS: dict[str, Callable[[Graph], Tool]] = {
    "ours": ours,
    "ours, one thread": lambda graph: ours(graph, threads=False),
    "scipy": scipy,
    "edsger": edsger,
    "networkit": networkit,
    "pandana": pandana,
    "breadth first": breadth_first,
    "breadth first, unsorted": lambda graph: breadth_first(graph, sorted_nodes=False),
}
USUAL = ["ours", "ours, one thread", "scipy", "edsger", "networkit", "breadth first"]
MEASURED = CACHE / "nearest.json"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nodes", type=int, default=1_000_000)
    parser.add_argument("--real", action="store_true", help="real extracts instead")
    parser.add_argument("--one", action="store_true", help="one facility a type: long ways")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--tools", default=";".join(USUAL), help="divided by ';', or 'all'")
    parser.add_argument("--growth", type=Path, help="draw all sizes measured so far into this file")
    parser.add_argument("--child")
    parser.add_argument("--answer", type=Path)
    given = parser.parse_args()
    tools = list(TOOLS) if given.tools == "all" else given.tools.split(";")
    if given.child:
        graph = real() if given.real else made_up(given.nodes)
        if given.one:
            graph = replace(graph, groups=graph.groups[:, :1])
        measure(graph, given.child, given.answer)
    elif given.growth:
        draw(given.growth)
    else:
        compare(given.nodes, tools, given.rounds, is_real=given.real, is_one=given.one)


def measure(graph: Graph, tool: str, answer: Path) -> None:
    build, ask, read = TOOLS[tool](graph)
    before = forget_peak()
    spent = time.process_time()
    start = time.perf_counter()
    built = build()
    ready = time.perf_counter()
    found = ask(built)
    end = time.perf_counter()
    spent = time.process_time() - spent
    report(
        answer,
        read(found),
        build=ready - start,
        query=end - ready,
        total=end - start,
        cpu=spent,
        peak_mib=status_mib("VmHWM") - before,
    )


def compare(
    nodes: int, tools: list[str], rounds: int, *, is_real: bool = False, is_one: bool = False
) -> None:
    graph = real() if is_real else made_up(nodes)
    facilities = 1 if is_one else graph.groups.shape[1]
    print(
        f"{'real' if is_real else 'made-up'} graph: {len(graph):,} nodes, "
        f"{len(graph.start):,} edges, {TYPES} types of {facilities:,} facilities; "
        f"{rounds} rounds"
    )
    given = ["--real"] if is_real else ["--nodes", str(nodes)]
    given += ["--one"] if is_one else []
    turns = Turns(__spec__.name, tools, rounds, given)
    turns.table(
        ["build", "query", "total", "cpu", "peak_mib"],
        to=tools[0],
        ratios=["query", "total", "cpu"],
    )
    if not (is_real or is_one):
        keep(turns, nodes)


def keep(turns: Turns, nodes: int) -> None:
    """Add a run's medians to those of other sizes."""
    kept = json.loads(MEASURED.read_text(encoding="utf-8")) if MEASURED.exists() else {}
    for tool, rows in turns.rows.items():
        if rows and "breadth" not in tool:
            kept.setdefault(tool, {})[str(nodes)] = turns.typical(tool, "total")
    MEASURED.write_text(json.dumps(kept), encoding="utf-8")


def draw(file: Path) -> None:
    """Draw seconds over nodes, of all sizes measured so far."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "travel"
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(6, 4))
    for tool, seconds in json.loads(MEASURED.read_text(encoding="utf-8")).items():
        nodes = sorted(seconds, key=int)
        axes.loglog([int(one) for one in nodes], [seconds[one] for one in nodes], "o-", label=tool)
    axes.set_xlabel("nodes")
    axes.set_ylabel("seconds, arrays to answers")
    axes.set_title("Nearest of six types for every node, building included")
    axes.grid(visible=True, which="both", alpha=0.3)
    axes.legend()
    figure.tight_layout()
    figure.savefig(file, metadata={"Date": None})


if __name__ == "__main__":
    main()
