"""The p-median: the OR-Library's problems proven, and one the size of a province with its gap.

A problem's value is checked against the published one. Then made-up points in a square, with 1 to
1,000 children each, every site or only the nearest ones at hand: how far apart answer and bound are
as time goes by. Data beside the repository, or in the folder GEO_PLANNER_OPEN_DATA names.

    uv run python -m benchmarks.siting_pmedian
    uv run python -m benchmarks.siting_pmedian --only-large --nearest 1000 --seconds 60
"""

from __future__ import annotations

import argparse
import time

import numpy as np
from scipy.spatial import KDTree

from geo_planner.siting import Progress, TravelCosts, site_facilities
from tests.siting.location_data import location_folder, published

FAMILY = "OR-Library p-median"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only-large", action="store_true")
    parser.add_argument("--demand", type=int, default=5000)
    parser.add_argument("--sites", type=int, default=1000)
    parser.add_argument("--open", type=int, default=50)
    parser.add_argument("--nearest", type=int, default=60, help="sites at hand a point")
    parser.add_argument("--seconds", type=float, default=30)
    given = parser.parse_args()
    warm()
    if not given.only_large:
        prove_library()
    bound_large(given.demand, given.sites, given.open, given.nearest, given.seconds)


def warm() -> None:
    """Load the machine code, or have it made."""
    began = time.perf_counter()
    random = np.random.default_rng(0)
    site_facilities(TravelCosts.from_dense(random.random((100, 100))), "median", sites=9)
    print(f"machine code ready after {time.perf_counter() - began:.1f} s\n")


def prove_library() -> None:
    folder = location_folder()
    if folder is None:
        print("the open data is not there; GEO_PLANNER_OPEN_DATA names its folder")
        return
    print("| instance | n | p | published | ours | status | seconds |")
    print("|---|---:|---:|---:|---:|---|---:|")
    together = 0.0
    for row in published(folder, FAMILY):
        problem = row.read()
        began = time.perf_counter()
        plan = problem.solve(time_limit=300)
        seconds = time.perf_counter() - began
        together += seconds
        print(
            f"| {row.instance} | {problem.costs.shape[0]} | {row.sites} | {row.value:.0f} "
            f"| {plan.objective:.0f} | {plan.status} | {seconds:.2f} |",
            flush=True,
        )
    print(f"\n{together:.1f} s together\n")


def bound_large(n: int, m: int, sites: int, nearest: int, seconds: float) -> None:
    random = np.random.default_rng(3)
    side = 10_000.0 * np.sqrt(n / 500)
    points, places = random.random((n, 2)) * side, random.random((m, 2)) * side
    children = random.integers(1, 1001, n)
    metres, site = KDTree(places).query(points, k=nearest)
    costs = TravelCosts.from_pairs(
        np.repeat(np.arange(n), nearest), site.ravel(), np.rint(metres).ravel(), (n, m)
    )
    print(f"{n:,} points, {m:,} sites, {nearest} nearest at hand, {sites} to open")
    shown = [0.0]

    def watch(progress: Progress) -> bool:
        known = progress.objective is not None and progress.bound is not None
        if known and progress.seconds >= shown[0]:
            shown[0] = max(1.0, progress.seconds * 1.5)
            apart = (progress.objective - progress.bound) / progress.objective
            print(f"  {progress.seconds:5.1f} s {progress.stage:10} {apart:.3%}", flush=True)
        return True

    plan = site_facilities(
        costs, "median", sites=sites, demand=children, time_limit=seconds, watch=watch
    )
    print(f"{plan.status}: {plan.objective:,.0f}, bound {plan.bound:,.0f}, gap {plan.gap:.3%}")


if __name__ == "__main__":
    main()
