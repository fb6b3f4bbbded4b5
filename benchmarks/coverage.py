"""How coverage grows: every priority-A indicator over made-up countries of several sizes.

Each size runs in a process of its own, so that peak memory is that of one run.

    uv run python -m benchmarks.coverage
    uv run python -m benchmarks.coverage --units 600000 --facilities 1000000
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import time

SIZES = ((10_000, 16_667), (60_000, 100_000), (600_000, 1_000_000))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--units", type=int)
    parser.add_argument("--facilities", type=int)
    given = parser.parse_args()
    if given.units:
        run(given.units, given.facilities or given.units)
        return
    for units, facilities in SIZES:
        subprocess.run(
            [
                sys.executable,
                "-m",
                __spec__.name,
                "--units",
                str(units),
                "--facilities",
                str(facilities),
            ],
            check=True,
        )


def run(units: int, facilities: int) -> None:
    from benchmarks.country import country
    from geo_planner import measure
    from layers.catalogue import load_catalogue

    catalogue = load_catalogue()
    project = country(catalogue, units=units, facilities=facilities)
    built = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    slowest: list[tuple[float, str]] = []
    start = time.perf_counter()
    found = []
    for row in catalogue.indicators.values():
        if row.priority == "A":
            before = time.perf_counter()
            found.append(measure(project, row.id))
            slowest.append((time.perf_counter() - before, row.id))
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{units:>8,} units {facilities:>9,} facilities {len(found)} indicators: "
        f"{seconds:6.2f} s, {1e6 * seconds / units:6.1f} µs a unit, "
        f"peak {peak:,.0f} MiB (of which building the world {built:,.0f})"
    )
    for spent, name in sorted(slowest, reverse=True)[:4]:
        print(f"           {spent:5.2f} s {name}")


if __name__ == "__main__":
    main()
