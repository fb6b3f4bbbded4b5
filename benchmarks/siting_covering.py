"""Covering problems side by side with other tools, and at scale.

Every tool gets the same pairs of demand point and site, the same time limit and one thread; the
time to state the model stands apart from the time to solve it. Words and bounds are each tool's own
(spopt reports no bound). Published problems: :mod:`benchmarks.siting_published`.

    uv run --group bench python -m benchmarks.siting_covering            # everything
    uv run --group bench python -m benchmarks.siting_covering frontier large
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import time

import numpy as np
from scipy.sparse import csr_array, hstack, identity, vstack
from scipy.spatial import cKDTree

from geo_planner.siting import TravelCosts, site_facilities

SECTIONS = ("tools", "frontier", "large")


def square(n: int, m: int, cover: int = 15, seed: int = 3) -> tuple[TravelCosts, np.ndarray]:
    """Made-up points in a square; a demand point is within reach of about ``cover`` sites."""
    random = np.random.default_rng(seed)
    side = 10_000.0 * np.sqrt(n / 500)
    demand, site = random.random((n, 2)) * side, random.random((m, 2)) * side
    tree = cKDTree(site)
    around = tree.query_ball_point(demand, np.sqrt(cover * side * side / m / np.pi))
    nearest = tree.query(demand)[1]
    rows = [np.array(sorted({*some, int(one)})) for some, one in zip(around, nearest, strict=True)]
    weight = random.integers(1, 1001, n).astype(float)
    first = np.repeat(np.arange(n), [len(row) for row in rows])
    column = np.concatenate(rows)
    metres = np.rint(np.hypot(*(demand[first] - site[column]).T))
    return TravelCosts.from_pairs(first, column, metres, (n, m)), weight


def grid(side: int, radius: int = 5, seed: int = 5) -> tuple[TravelCosts, np.ndarray]:
    """Made-up grid of cells, each demand and candidate, with people of a heavy-tailed number."""
    random = np.random.default_rng(seed)
    y, x = np.divmod(np.arange(side * side), side)
    rows, columns, metres = [], [], []
    for a in range(-radius, radius + 1):
        for b in range(-radius, radius + 1):
            if a * a + b * b <= radius * radius:
                inside = (y + a >= 0) & (y + a < side) & (x + b >= 0) & (x + b < side)
                rows.append(np.flatnonzero(inside))
                columns.append(((y + a) * side + x + b)[inside])
                metres.append(np.full(len(rows[-1]), 1_000 * np.hypot(a, b)))
    row, column, way = np.concatenate(rows), np.concatenate(columns), np.concatenate(metres)
    order = np.lexsort((column, row))
    people = np.floor(random.pareto(1.2, side * side) * 20)
    return TravelCosts(row[order], column[order], way[order], (side * side, side * side)), people


def line(name: str, build: float, solve: float, value: float, bound: float, word: str) -> None:
    gap = abs(bound - value) / value * 100 if value else float("nan")
    print(
        f"| {name} | {build:.4f} | {solve:.2f} | {value:.0f} | {bound:.0f} | {gap:.2f} | {word} |",
        flush=True,
    )


def tools(sizes: tuple[tuple[int, int, float], ...] = ((5_000, 1_000, 5), (20_000, 2_000, 15))):
    """Run each tool on the same problems."""
    for problem in ("cover-most", "cover-all"):
        few, weights = square(1_000, 300)  # so that nobody waits for a compiler or an import
        site_facilities(few, problem, demand=weights, sites=15 if problem == "cover-most" else None)
        for n, m, limit in sizes:
            seconds = 15 if problem == "cover-all" else limit
            costs, weight = square(n, m)
            print(f"\n### {problem} {n:,} x {m:,}, {len(costs.site):,} pairs, limit {seconds:g} s")
            print("| tool | build s | solve s | objective | bound | gap % | its word |")
            print("|---|---|---|---|---|---|---|")
            ours(problem, costs, weight, m // 20, seconds)
            for tool in ("highs", "scip", "cpsat"):
                program(tool, problem, costs, weight, m // 20, seconds)
            if n <= 5_000 and problem == "cover-most":
                for solver in ("HiGHS", "CBC"):
                    spopt(solver, problem, costs, weight, m // 20, seconds)


def ours(problem: str, costs: TravelCosts, weight: np.ndarray, p: int, seconds: float) -> None:
    from geo_planner.siting.clock import Clock
    from geo_planner.siting.covering.instance import instance_of
    from geo_planner.siting.covering.most import program as stated
    from geo_planner.siting.task import task_of

    nothing = csr_array((0, costs.shape[1])), np.empty(0), np.empty(0)
    before = time.perf_counter()
    task = task_of(costs, demand=weight, sites=p, clock=Clock(None))
    stated(instance_of(task, opened=np.zeros(task.m, dtype=bool)), nothing)
    built = time.perf_counter()
    plan = site_facilities(
        costs, problem, demand=weight, sites=p if problem == "cover-most" else None,
        time_limit=seconds,
    )  # fmt: skip
    line("geo_planner", built - before, time.perf_counter() - built, plan.objective, plan.bound,
         plan.status)  # fmt: skip


def program(
    tool: str, problem: str, costs: TravelCosts, weight: np.ndarray, p: int, seconds: float
) -> None:
    """State the textbook program in arrays and hand it to a solver."""
    before = time.perf_counter()
    n, m = costs.shape
    cover = csr_array((np.ones(len(costs.site)), (costs.demand, costs.site)), shape=(n, m))
    if problem == "cover-all":
        rows, cost, least, most = cover, np.ones(m), np.ones(n), np.full(n, np.inf)
        whole = np.ones(m, dtype=bool)
    else:
        count = csr_array(np.concatenate([np.ones(m), np.zeros(n)])[None, :])
        rows = csr_array(vstack([hstack([cover, -identity(n)]), count]))
        cost = np.concatenate([np.zeros(m), -weight])
        least, most = np.append(np.zeros(n), 0), np.append(np.full(n, np.inf), p)
        whole = np.arange(m + n) < m
    sign = -1 if problem == "cover-most" else 1
    solver = {"highs": by_highs, "scip": by_scip, "cpsat": by_cpsat}[tool]
    built, value, bound, word = solver(rows, cost, least, most, whole, seconds)
    line(tool, built - before, time.perf_counter() - built, sign * value, sign * bound, word)


def by_highs(rows, cost, least, most, whole, seconds):
    from geo_planner.siting.clock import Clock
    from geo_planner.siting.solver import Model, solve

    width = len(cost)
    model = Model(cost, np.zeros(width), np.ones(width), whole, rows, least, most)
    built = time.perf_counter()
    found = solve(model, clock=Clock(seconds))
    return built, found.objective, found.bound, found.end


def by_scip(rows, cost, least, most, whole, seconds):
    from ortools.linear_solver import pywraplp

    solver = pywraplp.Solver.CreateSolver("SCIP")
    x = [solver.IntVar(0, 1, "") if one else solver.NumVar(0, 1, "") for one in whole]
    for i in range(rows.shape[0]):
        upper = solver.infinity() if most[i] == np.inf else float(most[i])
        row = solver.RowConstraint(float(least[i]), upper, "")
        for e in range(rows.indptr[i], rows.indptr[i + 1]):
            row.SetCoefficient(x[rows.indices[e]], float(rows.data[e]))
    for j in np.flatnonzero(cost):
        solver.Objective().SetCoefficient(x[j], float(cost[j]))
    solver.Objective().SetMinimization()
    solver.SetTimeLimit(int(seconds * 1000))
    built = time.perf_counter()
    word = solver.Solve()
    return built, solver.Objective().Value(), solver.Objective().BestBound(), f"status {word}"


def by_cpsat(rows, cost, least, most, whole, seconds):  # noqa: ARG001
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    x = [model.new_bool_var("") for _ in cost]
    for i in range(rows.shape[0]):
        span = slice(rows.indptr[i], rows.indptr[i + 1])
        left = cp_model.LinearExpr.weighted_sum(
            [x[j] for j in rows.indices[span]], rows.data[span].astype(int).tolist()
        )
        model.add(left >= int(least[i])) if most[i] == np.inf else model.add(left <= int(most[i]))
    model.minimize(cp_model.LinearExpr.weighted_sum(x, cost.astype(int).tolist()))
    built = time.perf_counter()
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = 1
    word = solver.status_name(solver.solve(model))
    if word == "UNKNOWN":
        return built, float("nan"), float("nan"), word
    return built, solver.objective_value, solver.best_objective_bound, word


def spopt(
    name: str, problem: str, costs: TravelCosts, weight: np.ndarray, p: int, seconds: float
) -> None:
    import pulp
    from spopt.locate import LSCP, MCLP

    matrix = costs.dense()
    matrix[~np.isfinite(matrix)] = 1e9
    before = time.perf_counter()
    if problem == "cover-all":
        model = LSCP.from_cost_matrix(matrix, 1e8)
    else:
        model = MCLP.from_cost_matrix(matrix, weight, 1e8, p_facilities=p)
    built = time.perf_counter()
    command = pulp.PULP_CBC_CMD if name == "CBC" else pulp.HiGHS
    try:
        model.solve(command(msg=False, timeLimit=seconds, threads=1), results=False)
        value, word = pulp.value(model.problem.objective), pulp.LpStatus[model.problem.status]
    except Exception as error:  # what the tool says is the result
        value, word = float("nan"), type(error).__name__
    line(f"spopt + {name}", built - before, time.perf_counter() - built, value or float("nan"),
         float("nan"), word)  # fmt: skip


def frontier(side: int = 432, up_to: int = 2_500) -> None:
    """Coverage against the number of sites over 186,624 candidates."""
    from geo_planner.siting.clock import Clock
    from geo_planner.siting.covering.frontier import coverage_frontier
    from geo_planner.siting.task import task_of

    costs, people = grid(side)
    before = time.perf_counter()
    found = coverage_frontier(task_of(costs, demand=people, clock=Clock(None)), up_to)
    seconds = time.perf_counter() - before
    print(f"\n### frontier: {side * side:,} candidates, {len(costs.site):,} pairs, to {up_to:,} "
          f"sites: {seconds:.0f} s, peak {peak():.0f} MiB")  # fmt: skip
    print("| sites | nested % | best % | bound % | gap % |\n|---|---|---|---|---|")
    for p in (1, 10, 100, up_to // 4, up_to // 2, up_to):
        share = [
            100 * curve[p] / people.sum() for curve in (found.nested, found.covered, found.bound)
        ]
        print(
            f"| {p} | "
            + " | ".join(f"{one:.2f}" for one in share)
            + f" | {100 * found.gap[p]:.2f} |"
        )


def large() -> None:
    """Cover most at 100,000 x 5,000, with the peak of memory."""
    costs, weight = square(100_000, 5_000)
    base = peak()
    before = time.perf_counter()
    plan = site_facilities(costs, "cover-most", demand=weight, sites=250, time_limit=60)
    seconds = time.perf_counter() - before
    print(f"\n### cover-most 100,000 x 5,000, {len(costs.site):,} pairs, limit 60 s")
    print(f"{plan.objective:.0f}, bound {plan.bound:.0f}, gap {100 * plan.gap:.2f} %, "
          f"{seconds:.0f} s, peak {peak():.0f} MiB ({base:.0f} before)")  # fmt: skip


def peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sections", nargs="*", help=" ".join(SECTIONS))
    chosen = parser.parse_args().sections or list(SECTIONS)
    if len(chosen) == 1:
        {"tools": tools, "frontier": frontier, "large": large}[chosen[0]]()
        return
    for section in chosen:  # each in a process of its own, for its own peak of memory
        subprocess.run([sys.executable, "-m", __spec__.name, section], check=True)


if __name__ == "__main__":
    main()
