"""What if a site stood here: one question at many units, ours beside working everything out anew.

Peers take turns with ours on the same sites: ``access`` of the project with the site added (what a
program without an index does), and, without streets, ``geopandas.sjoin`` of a buffer and plain
numpy over all units. All give the same units; the benchmark checks it.

    uv run python -m benchmarks.siting_trial --units 100000
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from datetime import date
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS

from benchmarks.street_graphs import made_up
from geo_planner.project import Project
from geo_planner.siting.trial import FacilityIndex
from geo_planner.travel import access
from geo_planner.travel.positions import coordinates
from layers.catalogue import load_catalogue

TYPE = "kindergarten"
Times = list[tuple[float, float]]
"""Seconds by the clock, and of the processor."""
METRIC = CRS.from_epsg(4540)


def world(units: int, facilities: int, nodes: int, *, streets: bool) -> Project:
    """Return a made-up land: units beside a street graph, facilities at some of them."""
    graph = made_up(nodes)
    rng = np.random.default_rng(7)
    edge = rng.integers(0, len(graph.start), units)
    share = rng.random((units, 1))
    at = graph.xy[graph.start[edge]] * (1 - share) + graph.xy[graph.end[edge]] * share
    at += rng.normal(0, 20, at.shape)
    lines = shapely.linestrings(np.stack([graph.xy[graph.start], graph.xy[graph.end]], axis=1))
    drawn = gpd.GeoDataFrame(
        {"start": graph.start, "end": graph.end, "metres": shapely.length(lines)},
        geometry=lines,
        crs=METRIC,
    )
    people = gpd.GeoDataFrame(
        {
            "name": [f"U{i}" for i in range(units)],
            "kind": "community",
            "community_kind": rng.choice(["urban", "regiment"], units),
            "parent_id": None,
            "children_3_5": rng.integers(0, 60, units).astype(float),
        },
        index=pd.Index([f"U{i}" for i in range(units)], name="unit_id"),
        geometry=shapely.points(at),
        crs=METRIC,
    )
    chosen = rng.choice(units, facilities, replace=False)
    there = gpd.GeoDataFrame(
        {"name": [f"F{i}" for i in range(facilities)], "facility_type": TYPE, "unit_id": None},
        index=pd.Index([f"F{i}" for i in range(facilities)], name="facility_id"),
        geometry=shapely.points(at[chosen]),
        crs=METRIC,
    )
    return Project(
        "made up", load_catalogue(), people, there, pd.DataFrame({"indicator": []}), METRIC,
        streets=drawn if streets else None, reference_date=date(2025, 12, 31),
    )  # fmt: skip


def timed(seconds: Times, ask: Callable[[], Any]) -> Any:
    began, busy = time.perf_counter(), time.process_time()
    found = ask()
    seconds.append((time.perf_counter() - began, time.process_time() - busy))
    return found


def told(name: str, seconds: Times) -> None:
    ms, busy = np.array(seconds).T * 1000
    print(
        f"  {name}: median {np.median(ms):.1f} ms, worst {ms.max():.1f} ms; processor time "
        f"{np.median(busy):.1f} ms, worst {busy.max():.1f} ms ({len(ms)} questions)"
    )


def run(project: Project, mode: str, questions: int, peers: int) -> None:
    how = "streets" if project.streets is not None else "straight lines"
    built: Times = []
    access(project, TYPE, mode=mode)  # the street graph is built and its machine code loaded
    index = timed(built, lambda: FacilityIndex.of(project, TYPE, mode=mode))
    index.undo(index.drop(project.units.geometry.iloc[0]).site)
    print(f"{mode}, {how}: {len(project.units):,} units, {len(index.standing):,} facilities, "
          f"index in {built[0][0]:.2f} s")  # fmt: skip
    rng = np.random.default_rng(11)
    points = project.units.geometry.to_numpy()[rng.integers(0, len(project.units), questions)]
    points = shapely.points(coordinates(points) + rng.normal(0, 100, (questions, 2)))
    before = access(project, TYPE, mode=mode)["state"].eq("within").to_numpy()
    drop, back, gone, again, anew, joined, brute = ([] for _ in range(7))
    xy = coordinates(project.units.geometry.to_numpy())
    limits = index.limits / project.catalogue.travel_mode(mode).detour_factor
    for number, point in enumerate(points):
        found = timed(drop, lambda point=point: index.drop(point))
        timed(back, index.undo)
        name = index.standing[int(rng.integers(0, len(index.standing)))]
        timed(gone, lambda name=name: index.remove(name))
        timed(again, index.undo)
        if number >= peers:
            continue
        site = gpd.GeoDataFrame(
            {"name": ["trial"], "facility_type": [TYPE], "unit_id": [None]},
            index=pd.Index(["trial"], name="facility_id"), geometry=[point], crs=METRIC,
        )  # fmt: skip
        table = timed(anew, lambda site=site: access(project.adding(site), TYPE, mode=mode))
        now = table["state"].eq("within").to_numpy()
        assert found.newly_reached == tuple(table.index[now & ~before])
        if project.streets is None:
            discs = gpd.GeoDataFrame(
                {"limit": np.unique(limits)},
                geometry=[point.buffer(one, quad_segs=64) for one in np.unique(limits)],
                crs=METRIC,
            )
            timed(joined, lambda discs=discs: gpd.sjoin(project.units, discs, predicate="within"))

            def over_all(point: shapely.Point = point) -> Any:
                near = np.hypot(xy[:, 0] - point.x, xy[:, 1] - point.y) <= limits
                return project.units.index[near & ~before]

            assert found.newly_reached == tuple(timed(brute, over_all))
    told("drop a site", drop)
    told("take it back", back)
    told("remove a facility", gone)
    told("put it back", again)
    told("access() of the project with the site", anew)
    times = np.median(np.array(anew)[:, 1]) / np.median(np.array(drop)[:, 1])
    print(f"    that is {times:,.0f} x the processor time of a drop")
    if joined:
        told("geopandas.sjoin of the limits' discs (no nearest, no children)", joined)
        told("numpy over all units (newly reached only)", brute)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--units", type=int, default=100_000)
    parser.add_argument("--facilities", type=int, default=2_000)
    parser.add_argument("--nodes", type=int, default=300_000)
    parser.add_argument("--questions", type=int, default=100)
    parser.add_argument("--peers", type=int, default=3)
    given = parser.parse_args()
    for streets, mode in ((True, "walk"), (True, "drive"), (False, "walk")):
        project = world(given.units, given.facilities, given.nodes, streets=streets)
        run(project, mode, given.questions, given.peers)


if __name__ == "__main__":
    main()
