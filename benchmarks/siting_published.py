"""Published location problems: what is published, what ours finds, and what is proven of it.

Every row of the open data's table of published answers goes through ``site_facilities``; a row is
printed as soon as it is done, so that a long run can be read while it lasts.

    uv run python -m benchmarks.siting_published
    uv run python -m benchmarks.siting_published --family "OR-Library p-median" --time-limit 300
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from itertools import groupby

import numpy as np

from geo_planner.siting import SitePlan
from tests.siting.location_data import Published, location_folder, published

HEAD = "| instance | published | known as | ours | off | status | bound | gap | seconds |"
LINE = "|---|---:|---|---:|---:|---|---:|---:|---:|"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--family", action="append", help="family's beginning, or an instance; may be repeated"
    )
    parser.add_argument("--time-limit", type=float, default=60.0, help="seconds a row")
    given = parser.parse_args()
    folder = location_folder()
    if folder is None:
        parser.error("the open data is not there; GEO_PLANNER_OPEN_DATA names its folder")
    rows = [row for name in given.family or [""] for row in published(folder, name)]
    if not rows:
        families = sorted({row.family for row in published(folder)})
        parser.error(f"no such family; there are: {'; '.join(families)}")
    for family, members in groupby(rows, key=lambda row: row.family):
        print(f"\n### {family}\n\n{HEAD}\n{LINE}", flush=True)
        ends = []
        for line, end in answered(members, given.time_limit):
            print(line, flush=True)
            ends.append(end)
        print(f"\n{summary(ends)}", flush=True)


Row = tuple[float, str, float]
"""How far from the published value (better is negative), status, seconds."""


def answered(rows: Iterator[Published], time_limit: float) -> Iterator[tuple[str, Row]]:
    """Solve row by row; a row that fails says so and does not end the run."""
    for row in rows:
        problem = row.read()
        start = time.perf_counter()
        try:
            plan = problem.solve(time_limit=time_limit)
        except Exception as fault:
            seconds = time.perf_counter() - start
            yield (
                f"| {row.name} | {row.value:.10g} | {type(fault).__name__}: {fault} |",
                (
                    np.inf,
                    "failed",
                    seconds,
                ),
            )
            continue
        seconds = time.perf_counter() - start
        off = distance(plan, row.value, most=problem.problem == "cover-most")
        known_as = row.known_as.split(" (")[0].split(",")[0]
        told = (
            f"| {row.name} | {row.value:.10g} | {known_as} | {plan.objective:.10g} "
            f"| {off:+.3%} | {plan.status} | {plan.bound:.10g} | {plan.gap:.3%} | {seconds:.1f} |"
        )
        yield told, (off, plan.status, seconds)


def distance(plan: SitePlan, value: float, *, most: bool) -> float:
    """Return how much worse than published, as a share; what printing rounded off is nothing."""
    if not np.isfinite(plan.objective):
        return np.inf
    off = (value - plan.objective if most else plan.objective - value) / value
    return 0.0 if abs(off) < 1e-6 else float(off)


def summary(ends: list[Row]) -> str:
    off = np.array([end[0] for end in ends])
    proven = sum(end[1] == "optimal" for end in ends)
    seconds = sum(end[2] for end in ends)
    return (
        f"{len(ends)} rows: {proven} proven, {(off <= 0).sum()} at the published value or better, "
        f"worst {off.max():+.3%}; {seconds:.0f} s together."
    )


if __name__ == "__main__":
    main()
