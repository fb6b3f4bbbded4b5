"""The tables of a year's monitoring over a made-up division, six years of history behind them.

Sixty regiments; the division and each regiment report every rate for six years, and companies and
communities answer two duties yes or no, one by one, for six years (6.7 million of the 7 million
reports at 600,000 units). Facilities open and close over the years, units carry the catalogue's
columns.

Beside it stands pandas: the pooled rates of the same reports by regiment and year with ``groupby``
on the same tables. It does a small part of the work only. It counts no facility, knows no unit that
is missing, gives no bounds, no verdict, no attainment, no line to the target year and no warning,
and it takes every report at its word whatever the day asked about.

    uv run python -m benchmarks.monitoring
    uv run python -m benchmarks.monitoring --units 600000 --facilities 1000000
    uv run python -m benchmarks.monitoring --demonstration --rounds 5
"""

from __future__ import annotations

import argparse
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from geo_planner.catalogue import Catalogue, Indicator
    from geo_planner.project import Project

YEARS = range(2020, 2026)
REGIMENTS = 60
SIZES = ((6_000, 10_000), (60_000, 100_000), (600_000, 1_000_000))
PEER = "pandas: pooled rates by regiment and year"
POOLED = ("rate", "trend", "household_share", "per_thousand")
"""Rules whose figures units report with both counts."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--units", type=int)
    parser.add_argument("--facilities", type=int)
    parser.add_argument("--demonstration", action="store_true")
    parser.add_argument("--rounds", type=int, default=1)
    given = parser.parse_args()
    if given.demonstration:
        demonstration(given.rounds)
        return
    if given.units:
        run(given.units, given.facilities or given.units * 5 // 3)
        return
    for units, facilities in SIZES:
        size = ["--units", str(units), "--facilities", str(facilities)]
        subprocess.run([sys.executable, "-m", __spec__.name, *size], check=True)


def run(units: int, facilities: int) -> None:
    from geo_planner.monitoring.changes import all_changes
    from geo_planner.networks import all_networks
    from layers.catalogue import load_catalogue

    project = division(load_catalogue(), units=units, facilities=facilities)
    print(
        f"{units:,} units, {facilities:,} facilities, {len(project.observations):,} reports, "
        f"{len(project.catalogue.indicators)} indicators; building the world: {_peak()}"
    )
    clock = Clock()
    monitoring, parts = _division_tables(clock, project)
    clock("networks", lambda: all_networks(project))
    together = clock.total
    first = _answered(project.catalogue)[0].id
    clock(f"changes of {first}", lambda: all_changes(project, YEARS[-1], indicators=[first]))
    peer = clock(PEER, lambda: peer_rates(project))
    print(
        f"    monitor, by part, return status and networks together {together:.1f} s; "
        f"{sum(map(len, parts.values())):,} figures of parts, {len(monitoring.warnings):,} "
        f"warnings; {_agree(peer, parts):,} rates of {YEARS[-1]} are those of pandas, which took "
        f"{clock.of[PEER][1] / (clock.of['monitor'][1] + clock.of['by part'][1]):.2f} of the "
        "processor time of monitor and by part"
    )


def demonstration(rounds: int) -> None:
    from layers import demo_project

    found = []
    for _ in range(rounds):
        clock = Clock(quiet=True)
        project = demo_project()  # anew, so that nothing is remembered
        _division_tables(clock, project)
        found.append(clock.of["monitor"])
        told = (f"{name} {wall:.2f} s (cpu {cpu:.2f})" for name, (wall, cpu) in clock.of.items())
        print("; ".join(told))
    wall, cpu = (statistics.median(one[number] for one in found) for number in (0, 1))
    print(f"monitor, median of {rounds}: {wall:.2f} s, {cpu:.2f} s of processor time")


def _division_tables(clock: Clock, project: Project) -> tuple[Any, Any]:
    """Work out the year of the division and of its parts, and who has sent returns."""
    from geo_planner.monitoring import by_part, monitor
    from geo_planner.monitoring.return_status import return_status

    monitoring = clock("monitor", lambda: monitor(project, YEARS[-1]))
    parts = clock("by part", lambda: by_part(monitoring))
    clock("return status", lambda: return_status(project, YEARS[-1]).as_json())
    return monitoring, parts


class Clock:
    """Seconds by the wall and of the processor, by what was done in them."""

    def __init__(self, *, quiet: bool = False) -> None:
        self.of: dict[str, tuple[float, float]] = {}
        self.quiet = quiet

    def __call__(self, name: str, work: Callable[[], Any]) -> Any:
        """Do some work, print what it took and return what it made."""
        wall, cpu = time.perf_counter(), time.process_time()
        made = work()
        self.of[name] = time.perf_counter() - wall, time.process_time() - cpu
        if not self.quiet:
            seconds, spent = self.of[name]
            print(f"    {name:44} {seconds:7.2f} s, cpu {spent:7.2f} s, {_peak()}", flush=True)
        return made

    @property
    def total(self) -> float:
        """Seconds by the wall so far."""
        return sum(wall for wall, _ in self.of.values())


def _peak() -> str:
    return f"peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MiB"


def division(catalogue: Catalogue, *, units: int, facilities: int) -> Project:
    """Return the made-up division with its reports."""
    from dataclasses import replace

    import numpy as np
    import pandas as pd

    from benchmarks.country import country

    made = country(catalogue, units=units, facilities=facilities, regiments=REGIMENTS)
    rng = np.random.default_rng(2)
    shut = made.facilities["opened_on"].to_numpy() + rng.integers(100, 9000, facilities).astype(
        "timedelta64[D]"
    )
    made.facilities["closed_on"] = np.where(
        rng.random(facilities) < 0.2, shut, np.datetime64("NaT")
    )
    level = {row.id: row.level for row in catalogue.unit_kinds.values()}
    levels = made.units["kind"].map(level).to_numpy()
    ids = made.units.index.to_numpy(dtype=object)
    tables = [
        _counts(rng, row, ids[levels <= 2])
        for row in catalogue.indicators.values()
        if row.rule in POOLED
    ]
    for row in _answered(catalogue):
        asked = np.isin(made.units["kind"].to_numpy(dtype=object), row.unit_kinds)
        tables.append(_yes_no(rng, row, ids[asked]))
    table = pd.concat(tables, ignore_index=True)
    table["sex"] = table["age_band"] = table["source"] = table["reported_by"] = ""
    # Due are a hundred days after the year's end, on 10 April; one in ninety comes after.
    days = np.datetime64("2026-01-12", "s") + rng.integers(0, 90, len(table)).astype(
        "timedelta64[D]"
    )
    last = (table["period"] == str(YEARS[-1])).to_numpy()
    table["reported_on"] = np.where(last, days, np.datetime64("NaT", "s"))
    return replace(made, observations=table)


def _answered(catalogue: Catalogue) -> list[Indicator]:
    """Return the two rows that most kinds of units answer yes or no, one by one."""
    from geo_planner.monitoring.returns import answered_by_unit

    small = {row.id for row in catalogue.unit_kinds.values() if row.level == 3}
    found = [row for row in catalogue.indicators.values() if answered_by_unit(row)]
    return sorted(found, key=lambda row: (-len(small & set(row.unit_kinds)), row.id))[:2]


def _counts(rng: Any, row: Indicator, ids: Any) -> pd.DataFrame:
    """Return numerators and denominators of some units in every year."""
    import numpy as np
    import pandas as pd

    size = len(ids) * len(YEARS)
    usual = np.tile(rng.integers(500, 900, len(ids)), len(YEARS))
    below = np.floor(usual * rng.uniform(0.93, 1.07, size))
    return pd.DataFrame(
        {
            "indicator": row.id,
            "unit_id": np.tile(ids, len(YEARS)),
            "period": np.repeat([str(year) for year in YEARS], len(ids)),
            "numerator": np.floor(below * rng.uniform(0.9, 1.0, size)),
            "denominator": below,
            "value": np.nan,
        }
    )


def _yes_no(rng: Any, row: Indicator, ids: Any) -> pd.DataFrame:
    """Return the answers of some units in every year, one in fifty blank."""
    import numpy as np

    table = _counts(rng, row, ids)
    answer = (rng.random(len(table)) < 0.9).astype(float)
    answer[rng.random(len(table)) < 0.02] = np.nan
    return table.assign(numerator=np.nan, denominator=np.nan, value=answer)


def peer_rates(project: Project) -> pd.DataFrame:
    """Return pooled rates by indicator, regiment and year as pandas alone works them out."""
    import numpy as np

    reports = project.observations
    home = project.units["parent_id"].where(
        (project.units["kind"] != "regiment").to_numpy(), project.units.index.to_series()
    )
    table = reports[["indicator", "unit_id", "period"]].assign(
        regiment=reports["unit_id"].map(home),
        top=reports["numerator"].fillna(reports["value"]),
        bottom=reports["denominator"].fillna(reports["value"].notna().astype(float)),
    )
    sums = table.groupby(["indicator", "regiment", "period"])[["top", "bottom"]].sum()
    return sums.assign(rate=sums["top"] / sums["bottom"].replace(0, np.nan))


def _agree(peer: pd.DataFrame, parts: Any) -> int:
    """Return how many regiments' reported rates of the last year are the same in both."""
    same = 0
    for indicator, figures in parts.items():
        for one in figures:
            key = (indicator, one.unit_id, str(YEARS[-1]))
            if one.period is None or one.n is None or key not in peer.index:
                continue
            same += int(peer.at[key, "top"]) == one.covered and int(peer.at[key, "bottom"]) == one.n
    return same


if __name__ == "__main__":
    main()
