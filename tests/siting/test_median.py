"""The p-median: by hand, against brute force, against published optima, under every condition."""

from __future__ import annotations

import importlib
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo_planner.errors import BadNumberError
from geo_planner.siting import Progress, SitePlan, TravelCosts, site_facilities
from geo_planner.siting.clock import Clock
from geo_planner.siting.medians.instance import instance_of
from geo_planner.siting.medians.lagrangian import Effort, raised
from geo_planner.siting.task import task_of
from tests.siting.location_data import location_folder, published

# The module, not the function of its name.
MODULE = importlib.import_module("geo_planner.siting.median")


@pytest.fixture(params=["solver", "bounds"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Small problems by the solver, or by the way that large ones go."""
    if request.param == "bounds":
        monkeypatch.setattr(MODULE, "SMALL", -1)
    return str(request.param)


def best_of_all(matrix: np.ndarray, sites: int | None, **asked: Any) -> float:
    """Return the least objective of all choices; ``inf`` where none holds."""
    n, m = matrix.shape
    demand = np.asarray(asked.get("demand", np.ones(n)), dtype=float)
    existing = list(asked.get("existing", ()))
    closed = set(asked.get("forbidden", ())) | set(existing)
    candidates = [j for j in range(m) if j not in closed]
    most = len(candidates) if sites is None else min(sites, len(candidates))
    budget, price = asked.get("budget", np.inf), asked.get("opening_cost", np.ones(m))
    group = np.asarray(asked.get("site_group", np.full(m, -1)))
    best = np.inf
    for count in range(most + 1) if np.isfinite(budget) else [most]:
        for chosen in combinations(candidates, count):
            open_ = [*existing, *chosen]
            if (
                not set(asked.get("required", ())) <= set(open_)
                or sum(price[j] for j in chosen) > budget
                or any(
                    (group[open_] == g).sum() < k for g, k in asked.get("group_minimum", {}).items()
                )
            ):
                continue
            nearest = matrix[:, open_].min(axis=1) if open_ else np.full(n, np.inf)
            if np.isfinite(nearest).all():
                best = min(best, float((demand * nearest).sum()))
    return best


def agrees(plan: SitePlan, least: float) -> None:
    if np.isinf(least):
        assert plan.status == "infeasible"
        assert len(plan.sites) == 0
    else:
        assert plan.objective == pytest.approx(least, rel=1e-6)
        assert plan.status == "optimal"
        assert plan.bound <= plan.objective


@pytest.mark.usefixtures("way")
def test_three_hamlets_on_a_road() -> None:
    # Hamlets at 0, 100 and 1000 m, each a site. One site: at 100 costs 100 + 0 + 900 = 1000, at 0
    # costs 1100, at 1000 costs 1900. Two: 1000 and either of the others, 100.
    road = np.abs(np.subtract.outer([0.0, 100.0, 1000.0], [0.0, 100.0, 1000.0]))
    one = site_facilities(TravelCosts.from_dense(road), "median", sites=1)
    assert (one.sites.tolist(), one.objective, one.bound, one.status) == (
        [1],
        1000,
        1000,
        "optimal",
    )
    two = site_facilities(TravelCosts.from_dense(road), "median", sites=2)
    assert (two.objective, two.status) == (100, "optimal")
    # Twenty children at 1000 m outweigh: 1 * 1000 + 1 * 900 < 20 * 900.
    heavy = site_facilities(TravelCosts.from_dense(road), "median", sites=1, demand=[1, 1, 20])
    assert (heavy.sites.tolist(), heavy.objective) == ([2], 1900)


@pytest.mark.usefixtures("way")
def test_an_existing_site_serves_and_is_not_counted() -> None:
    # Open at 0; one more of 100 and 1000: 1000 leaves 100 m, 100 leaves 900 m.
    road = np.abs(np.subtract.outer([0.0, 100.0, 1000.0], [0.0, 100.0, 1000.0]))
    plan = site_facilities(TravelCosts.from_dense(road), "median", sites=1, existing=[0])
    assert (plan.sites.tolist(), plan.objective) == ([2], 100)
    assert plan.assigned.tolist() == [0, 0, 2]


@pytest.mark.usefixtures("way")
def test_more_sites_than_there_are_opens_all() -> None:
    plan = site_facilities(TravelCosts.from_dense([[3.0, 5.0], [4.0, 1.0]]), "median", sites=9)
    assert (plan.sites.tolist(), plan.objective, plan.status) == ([0, 1], 4, "optimal")


@pytest.mark.usefixtures("way")
def test_places_that_help_nobody_are_filled_all_the_same() -> None:
    plan = site_facilities(TravelCosts.from_dense([[1.0, 1.0, 1.0]]), "median", sites=2)
    assert (len(plan.sites), plan.objective) == (2, 1)


@pytest.mark.usefixtures("way")
def test_no_number_is_refused() -> None:
    with pytest.raises(BadNumberError, match="sites"):
        site_facilities(TravelCosts.from_dense([[1.0]]), "median")


@pytest.mark.usefixtures("way")
def test_a_budget_is_a_number_too() -> None:
    # 10 buys site 1 alone (0 + 5) or sites 0 and 2 (1 + 1).
    costs = TravelCosts.from_dense([[1.0, 0.0, 9.0], [9.0, 5.0, 1.0]])
    plan = site_facilities(costs, "median", budget=10, opening_cost=[5, 10, 5])
    assert (plan.sites.tolist(), plan.objective, plan.status) == ([0, 2], 2, "optimal")
    plan = site_facilities(costs, "median", budget=5, opening_cost=[5, 10, 5], sites=2)
    assert (plan.objective, plan.status) == (10, "optimal")


@pytest.mark.usefixtures("way")
def test_demand_without_weight_must_be_served_too() -> None:
    # The second point weighs nothing but only site 1 reaches it.
    costs = TravelCosts.from_dense([[1.0, 8.0], [np.inf, 3.0]])
    plan = site_facilities(costs, "median", sites=1, demand=[1, 0])
    assert (plan.sites.tolist(), plan.objective) == ([1], 8)


@pytest.mark.usefixtures("way")
def test_infeasible_where_too_few_can_reach_everybody() -> None:
    costs = TravelCosts.from_dense([[1.0, np.inf], [np.inf, 3.0]])
    assert site_facilities(costs, "median", sites=1).status == "infeasible"
    assert site_facilities(costs, "median", sites=2).objective == 4


@pytest.mark.usefixtures("way")
def test_nothing_to_build_and_nobody_to_serve() -> None:
    costs = TravelCosts.from_dense([[1.0, 4.0], [2.0, 3.0]])
    assert site_facilities(costs, "median", sites=0, existing=[0]).objective == 3
    assert site_facilities(costs, "median", sites=0).status == "infeasible"
    nobody = TravelCosts.from_pairs([], [], [], (0, 3))
    assert site_facilities(nobody, "median", sites=2).objective == 0


@pytest.mark.usefixtures("way")
def test_requirements_that_exceed_the_number_or_the_money() -> None:
    costs = TravelCosts.from_dense([[1.0, 4.0, 2.0]])
    assert site_facilities(costs, "median", sites=1, required=[0, 1]).status == "infeasible"
    plan = site_facilities(costs, "median", sites=2, required=[0], opening_cost=[4, 1, 1], budget=3)
    assert plan.status == "infeasible"


@st.composite
def worlds(draw: st.DrawFn) -> tuple[np.ndarray, dict[str, Any]]:
    """Draw small worlds with any mixture of conditions."""
    n, m = draw(st.integers(1, 7)), draw(st.integers(1, 7))
    seed = draw(st.integers(0, 2**32 - 1))
    random = np.random.default_rng(seed)
    matrix = random.integers(0, 30, (n, m)).astype(float)
    if draw(st.booleans()):
        matrix += random.random((n, m))
    if draw(st.booleans()):
        matrix[random.random((n, m)) < 0.3] = np.inf
    asked: dict[str, Any] = {"demand": random.integers(0, 6, n)}
    places = random.permutation(m)
    kept, must, not_here = draw(st.integers(0, 2)), draw(st.integers(0, 2)), draw(st.integers(0, 2))
    asked["existing"] = places[:kept]
    asked["required"] = places[kept : kept + must]
    asked["forbidden"] = places[kept + must : kept + must + not_here]
    if draw(st.booleans()):
        asked["site_group"] = random.integers(-1, 3, m)
        asked["group_minimum"] = {0: draw(st.integers(0, 2)), 2: draw(st.integers(0, 2))}
    if draw(st.booleans()):
        asked["opening_cost"] = random.integers(0, 9, m).astype(float)
        asked["budget"] = float(draw(st.integers(0, 25)))
    asked["sites"] = draw(st.integers(0, 5))
    return matrix, asked


@pytest.mark.usefixtures("way")
@settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(world=worlds())
def test_equals_brute_force(world: tuple[np.ndarray, dict[str, Any]]) -> None:
    matrix, asked = world
    plan = site_facilities(TravelCosts.from_dense(matrix), "median", **asked)
    agrees(plan, best_of_all(matrix, **asked))


def town(seed: int, n: int, m: int) -> tuple[TravelCosts, np.ndarray]:
    """Make up points and sites in a square of 1 km, real metres, and how many children there are"""
    random = np.random.default_rng(seed)
    apart = random.random((n, 1, 2)) - random.random((1, m, 2))
    return TravelCosts.from_dense(1000 * np.hypot(*apart.transpose(2, 0, 1))), random.integers(
        0, 50, n
    )


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"existing": [0, 1], "required": [2], "forbidden": [3, 4]},
        {"limit": 450.0},
        {"limit": 450.0, "existing": [5], "site_group": np.arange(40) % 4, "group_minimum": {3: 3}},
        {"opening_cost": 1.0 + np.arange(40) % 7, "budget": 14.0},
        {
            "opening_cost": 1.0 + np.arange(40) % 7,
            "budget": 14.0,
            "site_group": np.arange(40) % 4,
            "group_minimum": {0: 1, 1: 2, 3: 1},
        },
    ],
    ids=["plain", "fixed", "sparse", "groups", "budget", "groups and budget"],
)
def test_both_ways_agree(monkeypatch: pytest.MonkeyPatch, asked: dict[str, Any]) -> None:
    costs, demand = town(7, 60, 40)
    ends = []
    for small in (-1, 10_000):
        monkeypatch.setattr(MODULE, "SMALL", small)
        ends.append(site_facilities(costs, "median", sites=6, demand=demand, **asked))
    assert ends[0].objective == pytest.approx(ends[1].objective, rel=2e-6)
    assert ends[0].status == ends[1].status == "optimal"


def test_a_site_more_may_replace_one_that_its_group_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    # Dear sites that groups need have positive reduced costs: what an exchange of them saves counts
    # before a site is closed for good.
    costs, demand = town(45, 80, 40)
    random = np.random.default_rng(45)
    asked: dict[str, Any] = {
        "sites": 10,
        "demand": demand,
        "opening_cost": random.integers(1, 20, 40),
        "budget": 55.0,
        "site_group": np.arange(40) % 4,
        "group_minimum": {0: 1, 1: 3},
    }
    ends = []
    for small in (-1, 10_000):
        monkeypatch.setattr(MODULE, "SMALL", small)
        ends.append(site_facilities(costs, "median", **asked))
    assert ends[0].objective == pytest.approx(ends[1].objective, rel=2e-6)
    assert ends[0].status == ends[1].status == "optimal"


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**6), sites=st.integers(1, 4), height=st.floats(0, 3))
def test_no_choice_goes_below_the_bound_of_any_multipliers(
    seed: int, sites: int, height: float
) -> None:
    costs, demand = town(seed, 9, 8)
    clock = Clock(None)
    one = instance_of(task_of(costs, sites=sites, demand=demand, clock=clock), sites)
    least = best_of_all(costs.dense(), sites, demand=demand)
    begin = height * np.append(one.away / 4, 0.0)
    found = raised(one, begin, least * 1.2 + 1, Effort(200, 10, 1.5), clock)
    assert min(found.bound, found.value) <= least * (1 + 1e-9)
    assert found.value >= least * (1 - 1e-9)
    # What is fixed is so in the best answer, as that is below the value handed in.
    if found.value > least * (1 + 1e-6):
        opened, closed = found.state == 1, np.flatnonzero(found.state == -1)
        kept = best_of_all(
            costs.dense(), sites, demand=demand, forbidden=closed,
            required=np.flatnonzero(opened),
        )  # fmt: skip
        assert kept == pytest.approx(least)


@pytest.mark.parametrize("name", ["pmed1", "pmed5", "pmed11", "pmed15"])
def test_published_optimum(name: str) -> None:
    folder = location_folder()
    if folder is None:
        pytest.skip("open data is not here")
    (row,) = published(folder, name)
    plan = row.read().solve()
    assert (plan.objective, plan.bound, plan.status) == (row.value, row.value, "optimal")


def test_stopped_at_once_there_is_an_answer_and_no_false_proof() -> None:
    costs, demand = town(1, 200, 100)
    told: list[Progress] = []

    def stop(progress: Progress) -> bool:
        told.append(progress)
        return False

    plan = site_facilities(costs, "median", sites=10, demand=demand, watch=stop)
    assert len(told) == 1
    assert len(plan.sites) == 10
    assert plan.status == "feasible"
    assert plan.bound <= plan.objective


def test_a_gap_that_is_good_enough_ends_sooner() -> None:
    costs, demand = town(1, 200, 100)
    exact = site_facilities(costs, "median", sites=10, demand=demand)
    rough = site_facilities(costs, "median", sites=10, demand=demand, gap=0.05)
    assert exact.status == "optimal"
    assert 0 < rough.gap <= 0.05
    assert rough.bound <= exact.objective * (1 + 1e-9)


def test_equal_input_equal_answer() -> None:
    costs, demand = town(2, 300, 120)
    one, other = (site_facilities(costs, "median", sites=12, demand=demand) for _ in range(2))
    assert one.sites.tolist() == other.sites.tolist()
    assert (one.objective, one.bound) == (other.objective, other.bound)
