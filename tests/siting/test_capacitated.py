"""Siting with capacities, against every choice of sites and every assignment of small worlds."""

from __future__ import annotations

from itertools import combinations, product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_planner.siting import Progress, SitePlan, TravelCosts, site_facilities
from geo_planner.siting.capacitated.knapsack import forcing, knapsack
from geo_planner.siting.capacitated.pricing import grid

PROBLEMS = ("median", "cover-most", "cover-all", "center")


def solve(ways: Any, problem: str, **conditions: Any) -> SitePlan:
    return site_facilities(TravelCosts.from_dense(ways), problem, **conditions)


# Two villages of 3 children each stand 0 m and 1 m from site 0, and 10 m and 5 m from site 1.
LINE = [[0.0, 10.0], [1.0, 5.0]]
CHILDREN = [3.0, 3.0]


def test_a_full_site_sends_the_second_village_on() -> None:
    # Site 0 holds 4: one village of 3. Village 0 stays (0 m), village 1 walks 5 m: 3 x 5 = 15; the
    # other way round is 3 x 10 + 3 x 1 = 33.
    plan = solve(LINE, "median", sites=2, demand=CHILDREN, capacity=[4, 4])
    assert (plan.status, plan.objective, plan.assigned.tolist()) == ("optimal", 15.0, [0, 1])


def test_with_room_for_both_the_nearer_site_serves_both() -> None:
    # 3 x 0 + 3 x 1 = 3.
    plan = solve(LINE, "median", sites=1, demand=CHILDREN, capacity=[6, 6])
    assert (plan.objective, plan.assigned.tolist(), plan.sites.tolist()) == (3.0, [0, 0], [0])


def test_a_point_is_never_split() -> None:
    # Room for 8 of 6 children, but 4 + 4 holds one village a site: one site is not enough.
    plan = solve(LINE, "median", sites=1, demand=CHILDREN, capacity=[4, 4])
    assert plan.status == "infeasible"
    assert plan.sites.tolist() == []


def test_who_fits_nowhere_is_named() -> None:
    plan = solve(LINE, "cover-all", limit=10, demand=[3, 9], capacity=[8, 8])
    assert plan.status == "infeasible"
    assert plan.unreachable.tolist() == [1]


def test_an_existing_site_serves_as_far_as_it_has_room() -> None:
    # Site 0 is open and holds one village; nobody needs a second site but the other village.
    plan = solve(LINE, "cover-all", limit=10, demand=CHILDREN, capacity=[3, 9], existing=[0])
    assert (plan.objective, plan.sites.tolist()) == (1.0, [1])
    both = solve(LINE, "cover-all", limit=10, demand=CHILDREN, capacity=[6, 9], existing=[0])
    assert (both.objective, both.sites.tolist(), both.status) == (0.0, [], "optimal")


def test_cover_most_counts_only_those_who_have_a_place() -> None:
    # Loads 3, 3, 2 at a site of 5: the best are 3 + 2.
    plan = solve(
        [[1.0], [1.0], [1.0]], "cover-most", sites=1, limit=2, demand=[3, 3, 2], capacity=5
    )
    assert (plan.status, plan.objective, plan.bound) == ("optimal", 5.0, 5.0)
    assert (plan.assigned >= 0).sum() == 2


def test_load_is_not_weight() -> None:
    # A heavy weight of little load comes first: 10 of load 1 and 4 of load 3 fill a site of 4.
    plan = solve(
        [[1.0]] * 3, "cover-most", sites=1, limit=2, demand=[10, 5, 4], load=[1, 4, 3], capacity=4
    )
    assert plan.objective == 14.0


def test_a_site_without_end_is_one_without_capacity() -> None:
    ways = np.random.default_rng(3).integers(1, 50, (9, 4)).astype(float)
    with_room = solve(ways, "median", sites=2, capacity=np.inf)
    assert with_room.objective == solve(ways, "median", sites=2).objective


def every_plan(
    ways: np.ndarray, problem: str, conditions: dict[str, Any], room: np.ndarray, load: np.ndarray
) -> float | None:
    """Return the best objective over every choice of sites and every assignment."""
    n, m = ways.shape
    weight = conditions.get("demand", np.ones(n))
    limit = conditions.get("limit", np.inf)
    existing = set(conditions.get("existing", ()))
    required = set(conditions.get("required", ()))
    forbidden = set(conditions.get("forbidden", ()))
    price = conditions.get("opening_cost", np.ones(m))
    budget = conditions.get("budget", np.inf)
    group = conditions.get("site_group", np.full(m, -1))
    minimum = conditions.get("group_minimum", {})
    free = [site for site in range(m) if site not in existing | forbidden]
    sites = min(conditions.get("sites", len(free)), len(free))
    found = []
    counts = [sites] if problem == "median" and "budget" not in conditions else range(sites + 1)
    for count in counts:
        for chosen in combinations(free, count):
            open_ = sorted(existing | set(chosen))
            if not required - existing <= set(chosen) or price[list(chosen)].sum() > budget:
                continue
            if any(sum(group[site] == g for site in open_) < k for g, k in minimum.items()):
                continue
            skips = [-1] if problem == "cover-most" else []
            for served in product([*open_, *skips], repeat=n):
                used = np.zeros(m)
                ok = True
                for point, site in enumerate(served):
                    if site >= 0:
                        ok = ok and ways[point, site] <= limit and np.isfinite(ways[point, site])
                        used[site] += load[point]
                if not ok or (used > room).any():
                    continue
                if problem == "cover-all":
                    found.append(float(price[list(chosen)].sum()))
                elif problem == "cover-most":
                    found.append(float(weight[np.array(served) >= 0].sum()))
                else:
                    lengths = ways[np.arange(n), list(served)]
                    total = (weight * lengths).sum() if problem == "median" else lengths.max()
                    found.append(float(total))
    if not found:
        return None
    return max(found) if problem == "cover-most" else min(found)


@st.composite
def worlds(draw: st.DrawFn) -> tuple[np.ndarray, str, dict[str, Any], np.ndarray, np.ndarray]:
    """Up to five points and four sites, tight room, and one or another condition."""
    n, m = draw(st.integers(1, 5)), draw(st.integers(1, 4))
    whole = st.integers(0, 9)
    ways = np.array(draw(st.lists(whole, min_size=n * m, max_size=n * m)), dtype=float)
    ways = ways.reshape(n, m)
    load = np.array(draw(st.lists(st.integers(0, 4), min_size=n, max_size=n)), dtype=float)
    room = np.array(draw(st.lists(st.integers(0, 8), min_size=m, max_size=m)), dtype=float)
    if draw(st.booleans()):
        load, room = load * 1.37, room * 1.21
    problem = draw(st.sampled_from(PROBLEMS))
    conditions: dict[str, Any] = {}
    if problem != "cover-all" or draw(st.booleans()):
        conditions["sites"] = draw(st.integers(0, m))
    if problem in {"cover-most", "cover-all"}:
        conditions["limit"] = draw(whole)
    if draw(st.booleans()):
        weight = st.lists(st.integers(0, 5), min_size=n, max_size=n)
        conditions["demand"] = np.array(draw(weight), dtype=float)
    for name in draw(st.sets(st.sampled_from(["existing", "required", "opening_cost", "group"]))):
        if name == "opening_cost":
            prices = st.lists(st.integers(1, 4), min_size=m, max_size=m)
            conditions["opening_cost"] = np.array(draw(prices), dtype=float)
            if draw(st.booleans()):
                conditions["budget"] = float(draw(st.integers(0, 8)))
        elif name == "group":
            conditions["site_group"] = np.arange(m) % 2
            conditions["group_minimum"] = {draw(st.integers(0, 1)): 1}
        else:
            conditions[name] = [draw(st.integers(0, m - 1))]
    return ways, problem, conditions, room, load


@settings(max_examples=150, deadline=None)
@given(worlds())
def test_equal_to_every_choice_and_assignment(
    world: tuple[np.ndarray, str, dict[str, Any], np.ndarray, np.ndarray],
) -> None:
    ways, problem, conditions, room, load = world
    best = every_plan(ways, problem, conditions, room, load)
    plan = solve(ways, problem, capacity=room, load=load, time_limit=None, **conditions)
    if best is None:
        assert plan.status == "infeasible"
        assert plan.notes == ()
        return
    assert plan.status == "optimal"
    assert plan.objective == pytest.approx(best)
    served = plan.assigned >= 0
    used = np.bincount(plan.assigned[served], load[served], len(room))
    assert (used <= room + 1e-9).all()
    open_ = set(plan.sites.tolist()) | set(conditions.get("existing", ()))
    assert set(plan.assigned[served].tolist()) <= open_


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 6), st.integers(-3, 9)), max_size=7), st.integers(0, 12))
def test_knapsack_is_the_best_of_all_subsets(items: list[tuple[int, int]], room: int) -> None:
    load = np.array([item[0] for item in items], dtype=np.int64)
    gain = np.array([item[1] for item in items], dtype=float)

    def best(forced: int | None = None) -> float:
        fitting = [
            sum(gain[list(kept)])
            for count in range(len(items) + 1)
            for kept in combinations(range(len(items)), count)
            if sum(load[list(kept)]) <= room and (forced is None or forced in kept)
        ]
        return float(max(fitting, default=-np.inf))

    worth, taken = knapsack(load, np.maximum(gain, 0.0), room)
    assert worth == pytest.approx(best())
    assert load[taken].sum() <= room
    assert gain[taken].sum() == pytest.approx(worth)
    losses = forcing(load, gain, room)
    assert losses.tolist() == pytest.approx([best() - best(item) for item in range(len(items))])


def test_a_coarse_grid_lets_in_whatever_fits() -> None:
    # 12.4 + 7.6 = 20 fills a room of 20 exactly, on any grid.
    steps, room = grid(np.array([12.4, 7.6, 1e5]), np.array([20.0, 1e5]))
    assert steps[0] + steps[1] <= room[0]
    assert steps[2] <= room[1]


def middle_world(n: int, m: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(5)
    points, places = rng.random((n, 2)), rng.random((m, 2))
    ways = np.hypot(*(points[:, None] - places[None]).transpose(2, 0, 1)) * 1000
    return ways, rng.integers(1, 20, n).astype(float)


def test_equal_input_equal_answer_and_the_bound_holds() -> None:
    ways, load = middle_world(60, 20)
    asked = {"sites": 6, "capacity": load.sum() / 5, "load": load}
    plan, again = (solve(ways, "median", time_limit=None, **asked) for _ in range(2))
    assert plan.status == "optimal"
    assert plan.assigned.tolist() == again.assigned.tolist()
    assert plan.objective >= solve(ways, "median", sites=6).objective


def test_a_time_limit_ends_with_an_honest_gap() -> None:
    ways, load = middle_world(150, 60)
    plan = solve(ways, "median", sites=12, capacity=load.sum() / 11, load=load, time_limit=0.3)
    if plan.status == "feasible":
        assert plan.bound < plan.objective
        assert plan.gap == pytest.approx(1 - plan.bound / plan.objective)
        assert [note.code for note in plan.notes] == ["stopped-by-limit"]
    else:
        assert [note.code for note in plan.notes] in ([], ["nothing-found"])


def test_the_watcher_sees_the_problem_s_own_objective_and_may_stop() -> None:
    ways, load = middle_world(80, 30)
    seen: list[Progress] = []

    def watch(progress: Progress) -> bool:
        seen.append(progress)
        return len(seen) < 12

    plan = solve(
        ways, "cover-most", sites=4, limit=250, demand=load, capacity=60, time_limit=None,
        watch=watch,
    )  # fmt: skip
    told = [one.objective for one in seen if one.objective is not None]
    assert told == sorted(told)
    assert 0 < told[-1] <= plan.objective <= plan.bound
    assert all(one.bound >= plan.objective for one in seen if one.bound is not None)
