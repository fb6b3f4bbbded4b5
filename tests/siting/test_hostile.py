"""Siting on arrays asked with anything: the best of all choices, or one sentence why not."""

from __future__ import annotations

import warnings
from contextlib import suppress
from typing import Any

import numpy as np
import pytest

from geo_planner.choice_errors import ContradictionError
from geo_planner.errors import DataError
from geo_planner.siting import Progress, SitePlan, TravelCosts, site_facilities
from tests.siting.every_choice import PROBLEMS, World, drawn

ROAD = TravelCosts.from_dense([[1.0, 5, 9], [4, 2, 8], [7, 6, 3], [9, 9, 1]])
ROOM = (None, [3.0, 3.0, 3.0])


def costs_of(ways: np.ndarray) -> TravelCosts:
    here = np.isfinite(ways)
    return TravelCosts.from_pairs(*np.nonzero(here), ways[here], ways.shape)


def keeps_its_promises(world: World, plan: SitePlan) -> None:
    opened = np.isin(np.arange(world.shape[1]), plan.sites)
    assert world.holds(opened)
    assert plan.closed.tolist() == np.flatnonzero(world.closable & ~opened).tolist()
    served = plan.assigned >= 0
    assert (opened | world.existing)[plan.assigned[served]].all()
    if world.capacity is not None:
        used = np.bincount(plan.assigned[served], world.load[served], world.shape[1])
        assert (used <= world.capacity + 1e-6).all()


@pytest.mark.parametrize("part", range(8))
def test_any_mixture_of_conditions_equals_the_best_of_all_choices(part: int) -> None:
    for seed in range(60 * part, 60 * part + 60):
        ways, problem, asked = drawn(seed)
        world = World(ways, problem, asked)
        costs = costs_of(ways)
        if world.contradicts:
            with pytest.raises(ContradictionError):
                site_facilities(costs, problem, **asked)
            continue
        plan, best = site_facilities(costs, problem, **asked), world.best()
        if best is None:
            assert plan.status == "infeasible", (seed, plan)
            assert not any(note.code == "nothing-found" for note in plan.notes), seed
            assert np.isnan(plan.bound) or np.isfinite(plan.bound)
            continue
        assert plan.status == "optimal", (seed, plan)
        assert plan.objective == pytest.approx(best, rel=2e-6, abs=1e-12), seed
        keeps_its_promises(world, plan)


def test_a_budget_without_a_number_is_all_that_it_pays_for() -> None:
    # 6 pays for sites 0 and 2 (2 + 3): ways 1, 4, 3, 1. All three would be 9.
    plan = site_facilities(ROAD, "center", budget=6, opening_cost=[2, 4, 3])
    assert (plan.sites.tolist(), plan.objective, plan.status) == ([0, 2], 4, "optimal")
    # With room for two points each: the same.
    plan = site_facilities(ROAD, "center", budget=6, opening_cost=[2, 4, 3], capacity=2)
    assert (plan.sites.tolist(), plan.objective, plan.status) == ([0, 2], 4, "optimal")


@pytest.mark.parametrize("capacity", ROOM)
@pytest.mark.parametrize("problem", ["median", "center"])
def test_neither_number_nor_money_is_refused(problem: str, capacity: list[float] | None) -> None:
    with pytest.raises(DataError, match="sites"):
        site_facilities(ROAD, problem, capacity=capacity)


@pytest.mark.parametrize("problem", ["median", "center"])
def test_the_nearest_site_needs_no_second_one(problem: str) -> None:
    # Only site 0 reaches the second point: it is served all the same, whatever is asked of covers.
    costs = TravelCosts.from_dense([[1.0, 2.0], [3.0, np.inf]])
    asked: dict[str, Any] = {"sites": 1, "leave_unreachable": True}
    plan = site_facilities(costs, problem, backup=2, **asked)
    assert plan.assigned.tolist() == [0, 0]
    assert plan.unreachable.tolist() == []
    assert plan.objective == site_facilities(costs, problem, **asked).objective


@pytest.mark.parametrize("scale", [1e-9, 1e9])
@pytest.mark.parametrize("capacity", ROOM)
@pytest.mark.parametrize("problem", PROBLEMS)
def test_no_tolerance_is_a_sum_of_money(
    problem: str, capacity: list[float] | None, scale: float
) -> None:
    # 5 pays for site 1 and one of the others, not for sites 0 and 2 (3 + 3), in any currency.
    asked: dict[str, Any] = {"sites": 2, "limit": 7.0, "capacity": capacity}
    unit = site_facilities(ROAD, problem, budget=5, opening_cost=[3, 2, 3], **asked)
    price = np.array([3, 2, 3]) * scale
    plan = site_facilities(ROAD, problem, budget=5 * scale, opening_cost=price, **asked)
    assert unit.status == plan.status == "optimal"
    assert plan.sites.tolist() == unit.sites.tolist()
    nothing = site_facilities(
        ROAD, "cover-most", sites=2, limit=7.0, budget=0, opening_cost=price, capacity=capacity
    )
    assert nothing.sites.tolist() == []


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("sites", -1), ("sites", 1.5), ("sites", np.nan), ("sites", "2"), ("sites", [1]),
        ("limit", np.nan), ("limit", -1), ("limit", [1, 2]), ("limit", [[1]] * 4),
        ("limit", "far"), ("demand", [1, 2]), ("demand", [np.nan] * 4), ("demand", [-1] * 4),
        ("demand", "x"), ("demand", [np.inf] * 4), ("demand", 1e300), ("demand", [[1], [2, 3]]),
        ("existing", [5]), ("existing", [-1]), ("existing", [0.5]), ("existing", [np.nan]),
        ("existing", [True, False]), ("existing", None), ("required", ["a"]),
        ("closable", [9]), ("forbidden", [10**30]), ("capacity", np.nan), ("capacity", -1),
        ("capacity", [1, 2]), ("load", [1, 2]), ("load", np.inf), ("opening_cost", -1),
        ("opening_cost", np.nan), ("opening_cost", np.inf), ("opening_cost", [1, 2]),
        ("opening_cost", 1e308), ("budget", -1), ("budget", np.nan), ("budget", "x"),
        ("budget", [1]), ("backup", 0), ("backup", 1.5), ("backup", np.nan), ("backup", None),
        ("site_group", [0, 1]), ("site_group", [np.nan] * 3), ("site_group", ["a"] * 3),
        ("group_minimum", [1]), ("group_minimum", 5), ("group_minimum", {0: np.nan}),
        ("group_minimum", {0: 1.5}), ("group_minimum", {"a": 1}), ("time_limit", "x"),
        ("time_limit", np.nan), ("time_limit", -1), ("gap", "x"), ("gap", np.nan), ("gap", -1),
    ],
)  # fmt: skip
def test_what_cannot_be_is_named(name: str, given: Any) -> None:
    asked: dict[str, Any] = {"sites": 2, "limit": 6.0, "capacity": [3, 3, 3], name: given}
    for problem in PROBLEMS:
        with pytest.raises(DataError, match=name):
            site_facilities(ROAD, problem, **asked)


@pytest.mark.parametrize("capacity", ROOM)
@pytest.mark.parametrize("problem", PROBLEMS)
@pytest.mark.parametrize(
    "odd",
    [
        {"sites": 0}, {"sites": 10**30}, {"limit": 0}, {"limit": np.inf}, {"demand": 0},
        {"limit": [1, 2, 3, np.nan]}, {"demand": [1e12, 1e-9, 1, 1]}, {"existing": range(3)},
        {"forbidden": range(3)}, {"required": {0}, "sites": 0}, {"capacity": 0},
        {"capacity": 1e-300}, {"load": 1e9}, {"opening_cost": 0, "budget": 0}, {"budget": np.inf},
        {"backup": 10**30}, {"site_group": [0, 0, 1], "group_minimum": {0: 10**30}},
        {"group_minimum": {9: 1}}, {"group_minimum": {9: -5}}, {"time_limit": 0},
        {"time_limit": 1e-9}, {"time_limit": None}, {"time_limit": np.inf}, {"gap": 1.0},
        {"gap": np.inf},
    ],
    ids=str,
)  # fmt: skip
def test_what_is_only_odd_has_an_answer(
    problem: str, capacity: list[float] | None, odd: dict[str, Any]
) -> None:
    asked = {"sites": 2, "limit": 8.0, "capacity": capacity, **odd}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        plan = site_facilities(ROAD, problem, **asked)
    assert plan.status in ("optimal", "feasible", "infeasible")
    assert np.isfinite(plan.objective) or plan.status == "infeasible"
    assert not np.isinf(plan.bound)
    if plan.status == "optimal":
        assert plan.gap <= 1e-6


@pytest.mark.parametrize("shape", [(0, 0), (0, 3), (3, 0)])
@pytest.mark.parametrize("capacity", [None, 3.0])
@pytest.mark.parametrize("problem", PROBLEMS)
def test_nobody_or_nowhere(problem: str, capacity: float | None, shape: tuple[int, int]) -> None:
    plan = site_facilities(costs_of(np.ones(shape)), problem, sites=1, capacity=capacity)
    waits = shape[0] > 0 and problem != "cover-most"
    assert plan.status == ("infeasible" if waits else "optimal")
    assert plan.unreachable.tolist() == list(range(shape[0]))
    # More in a group than there are: proven impossible, not merely unfound.
    plan = site_facilities(
        costs_of(np.ones(shape)), problem, sites=1, capacity=capacity, group_minimum={0: 1}
    )
    assert plan.status == "infeasible"
    assert plan.notes == ()


@pytest.mark.parametrize(
    "matrix", [[["a"]], [[np.nan]], [[-1]], [[-np.inf]], [[1, 2], [3]], [[[1.0]]], "abc"], ids=str
)
def test_a_matrix_that_is_none_is_refused(matrix: Any) -> None:
    with pytest.raises(ValueError, match=r"travel costs|metres"):
        TravelCosts.from_dense(matrix)


@pytest.mark.parametrize(
    ("pairs", "effort"),
    [
        (([0.5], [0], [1.0]), None), (([np.nan], [0], [1.0]), None), ((["x"], [0], [1.0]), None),
        (([0], [9], [1.0]), None), (([0], [0, 0], [1.0]), None), (([[0]], [[0]], [[1.0]]), None),
        (([0], [0], [np.inf]), None), (([0], [0], [1.0]), [np.nan]), (([0], [0], [1.0]), [-1.0]),
        (([0], [0], [1.0]), [1.0, 2.0]),
    ],
)  # fmt: skip
def test_pairs_that_are_none_are_refused(pairs: Any, effort: Any) -> None:
    with pytest.raises(ValueError, match=r"travel costs|of one length"):
        TravelCosts.from_pairs(*pairs, (1, 1), effort)


def town(n: int = 80, m: int = 40) -> tuple[np.ndarray, np.ndarray]:
    """Make up points and sites in a square of 1 km, and how many children there are."""
    random = np.random.default_rng(1)
    apart = random.random((n, 1, 2)) - random.random((1, m, 2))
    return 1000 * np.hypot(*apart.transpose(2, 0, 1)), random.integers(1, 50, n).astype(float)


def conditions(problem: str, capacity: float | None) -> dict[str, Any]:
    demand = town()[1]
    asked: dict[str, Any] = {"limit": 350.0, "demand": demand, "capacity": capacity}
    return asked if problem == "cover-all" else {**asked, "sites": 8}


@pytest.mark.parametrize("capacity", [None, 400.0])
@pytest.mark.parametrize("problem", PROBLEMS)
def test_stopped_before_it_began_there_is_an_answer_with_a_bound(
    problem: str, capacity: float | None
) -> None:
    costs = TravelCosts.from_dense(town()[0])
    asked = conditions(problem, capacity)
    for stop in ({"time_limit": 0}, {"watch": lambda _: False}):
        plan = site_facilities(costs, problem, **asked, **stop)
        assert plan.status in ("optimal", "feasible")
        assert np.isfinite(plan.bound)
        assert plan.status == "optimal" or plan.gap > 0


@pytest.mark.parametrize("at", [1, 4])
@pytest.mark.parametrize("capacity", [None, 400.0])
@pytest.mark.parametrize("problem", PROBLEMS)
def test_a_fault_of_the_watcher_is_the_callers(
    problem: str, capacity: float | None, at: int
) -> None:
    told: list[Progress] = []

    def watch(progress: Progress) -> bool:
        told.append(progress)
        if len(told) >= at:
            raise RuntimeError("the watcher fell asleep")
        return True

    costs = TravelCosts.from_dense(town()[0])
    heard = False
    with suppress(RuntimeError):
        site_facilities(costs, problem, **conditions(problem, capacity), watch=watch)
        heard = True
    # Heard of at once and nothing after it; or the search was over before.
    assert len(told) < at if heard else len(told) == at


@pytest.mark.parametrize("capacity", [None, 400.0])
@pytest.mark.parametrize("problem", PROBLEMS)
def test_equal_twice_and_shuffled_and_with_pairs_listed_twice(
    problem: str, capacity: float | None
) -> None:
    ways = town()[0][:40, :20]
    asked = conditions(problem, capacity)
    asked["demand"] = asked["demand"][:40]
    costs = TravelCosts.from_dense(ways)
    one, other = (site_facilities(costs, problem, **asked) for _ in range(2))
    assert one.sites.tolist() == other.sites.tolist()
    assert (one.objective, one.bound) == (other.objective, other.bound)
    order = np.random.default_rng(0).permutation(ways.size)
    row, column = np.divmod(order, 20)
    metres = ways[row, column]
    twice = TravelCosts.from_pairs(
        np.r_[row, row], np.r_[column, column], np.r_[metres, metres + 5.0], ways.shape
    )
    assert site_facilities(twice, problem, **asked).sites.tolist() == one.sites.tolist()
