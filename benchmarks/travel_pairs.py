"""Pairs of origins and facilities within a walk: ours beside pandana, in turns.

pandana's ``nodes_in_range`` lists pairs as ours does; its ``aggregate`` only counts them, but for
every node: it is compared by the source.

    uv run --group bench python -m benchmarks.travel_pairs --rounds 3
"""

from __future__ import annotations

import argparse
import os
import time
from statistics import median
from typing import Any

import numpy as np

from benchmarks.street_graphs import made_up


def main() -> None:
    import pandana
    import pandas as pd

    from geo_planner.travel import StreetNetwork

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nodes", type=int, default=100_000)
    parser.add_argument("--origins", type=int, default=10_000)
    parser.add_argument("--metres", type=float, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    graph = made_up(given.nodes)
    rng = np.random.default_rng(5)
    origins = rng.choice(len(graph), given.origins, replace=False)
    few = rng.choice(len(graph), len(graph) // 100, replace=False)
    many = rng.choice(len(graph), given.origins, replace=False)

    began = time.perf_counter()
    network = StreetNetwork.from_edges(graph.start, graph.end, graph.metres, graph.xy)
    network.costs(origins[:100], few[:50], given.metres)
    print(f"built: ours {time.perf_counter() - began:.2f} s (machine code loaded in it)", end=", ")
    began = time.perf_counter()
    peer = pandana.Network(
        pd.Series(graph.xy[:, 0]), pd.Series(graph.xy[:, 1]), pd.Series(graph.start),
        pd.Series(graph.end), pd.DataFrame({"metres": graph.metres}),
    )  # fmt: skip
    print(f"pandana {time.perf_counter() - began:.2f} s")

    def ours(facilities: np.ndarray) -> Any:
        return network.costs(origins, facilities, given.metres).metres

    def in_range() -> Any:
        reached = peer.nodes_in_range(origins.tolist(), given.metres)
        return reached[reached["destination"].isin(few)]

    def counted(facilities: np.ndarray) -> Any:
        peer.set(pd.Series(facilities), pd.Series(np.ones(len(facilities))), name="facilities")
        counts = peer.aggregate(given.metres, type="sum", decay="flat", name="facilities")
        return counts.to_numpy()

    ways = {
        "ours, few facilities": lambda: ours(few),
        "ours, as many facilities": lambda: ours(many),
        "pandana nodes_in_range, few": in_range,
        "pandana aggregate, few": lambda: counted(few),
        "pandana aggregate, as many": lambda: counted(many),
    }
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    pairs: dict[str, int] = {}
    for _ in range(given.rounds):
        for name, ask in ways.items():
            began = time.perf_counter()
            found = ask()
            seconds[name].append(time.perf_counter() - began)
            is_count = name.startswith("pandana aggregate")
            pairs[name] = int(found[origins].sum()) if is_count else len(found)
    print(
        f"{len(graph):,} nodes, {len(origins):,} origins, {len(few):,} or {len(many):,} facilities,"
        f" {given.metres:.0f} m, {given.rounds} rounds, load {os.getloadavg()[0]:.1f}"
    )
    for name, spent in seconds.items():
        to = "ours, as many facilities" if name.endswith("as many") else "ours, few facilities"
        ratio = median([one / mine for one, mine in zip(spent, seconds[to], strict=True)])
        sources = len(graph) if name.startswith("pandana aggregate") else len(origins)
        per_source = 1e6 * median(spent) / sources
        relative = ratio * len(origins) / sources
        print(
            f"{name:28}{median(spent):8.3f} s {ratio:8.2f} x ours; a source {per_source:7.1f} µs,"
            f" {relative:6.2f} x ours; {pairs[name]:,} pairs"
        )


if __name__ == "__main__":
    main()
