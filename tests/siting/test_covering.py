"""Covering all and covering most: by hand, and by trying everything."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from geo_planner.siting import TravelCosts, site_facilities
from geo_planner.siting.clock import Clock
from geo_planner.siting.covering import all as covering_all
from geo_planner.siting.covering import annealing, cover_search, reductions
from geo_planner.siting.covering import most as covering_most
from geo_planner.siting.covering.branching import Branching
from geo_planner.siting.covering.frontier import coverage_frontier
from geo_planner.siting.covering.instance import instance_of
from geo_planner.siting.covering.room import PLENTY, Room
from geo_planner.siting.solver import Model
from geo_planner.siting.task import Task, task_of


@dataclass
class World:
    """A small problem with every condition that covering knows."""

    reach: np.ndarray
    demand: np.ndarray
    price: np.ndarray | None
    sites: int | None
    budget: float | None
    existing: list[int]
    closable: list[int]
    required: list[int]
    forbidden: list[int]
    backup: int
    group: np.ndarray
    minimum: dict[int, int]

    def asked(self) -> dict:
        return {
            "sites": self.sites,
            "demand": self.demand,
            "existing": self.existing,
            "closable": self.closable,
            "required": self.required,
            "forbidden": self.forbidden,
            "opening_cost": self.price,
            "budget": self.budget,
            "backup": self.backup,
            "site_group": self.group,
            "group_minimum": self.minimum,
        }

    @property
    def costs(self) -> TravelCosts:
        return TravelCosts.from_dense(np.where(self.reach, 1.0, np.inf))

    def choices(self):
        """Every choice of candidates that keeps to the conditions, with who is covered."""
        m = self.reach.shape[1]
        free = [j for j in range(m) if j not in self.existing and j not in self.forbidden]
        price = np.ones(m) if self.price is None else self.price
        for count in range(len(free) + 1):
            for chosen in combinations(free, count):
                if not set(self.required) - set(self.existing) <= set(chosen):
                    continue
                if self.sites is not None and count > self.sites:
                    continue
                cost = price[list(chosen)].sum()
                if self.budget is not None and cost > self.budget:
                    continue
                open_ = sorted({*chosen, *self.existing})
                if any((self.group[open_] == g).sum() < k for g, k in self.minimum.items()):
                    continue
                yield chosen, cost, self.reach[:, open_].sum(axis=1) >= self.backup


@st.composite
def worlds(draw, *, must_limit: bool) -> World:
    n, m = draw(st.integers(1, 7)), draw(st.integers(1, 6))
    flags = st.lists(st.booleans(), min_size=n * m, max_size=n * m)
    some = st.lists(st.integers(0, m - 1), unique=True, max_size=2)
    forbidden = draw(some)
    existing = [j for j in draw(some) if j not in forbidden]
    closable = [j for j in draw(some) if j in existing]
    existing = [j for j in existing if j not in closable]
    required = [j for j in draw(some) if j not in forbidden]
    priced = draw(st.booleans())
    price = draw(st.lists(st.integers(0, 5), min_size=m, max_size=m)) if priced else None
    limits = draw(st.sampled_from(["sites", "budget", "both"] + ([] if must_limit else ["none"])))
    grouped = draw(st.booleans())
    return World(
        reach=np.array(draw(flags)).reshape(n, m),
        demand=np.array(draw(st.lists(st.integers(0, 9), min_size=n, max_size=n)), dtype=float),
        price=None if price is None else np.array(price, dtype=float),
        sites=draw(st.integers(0, m)) if limits in {"sites", "both"} else None,
        budget=float(draw(st.integers(0, 8))) if limits in {"budget", "both"} else None,
        existing=existing,
        closable=closable,
        required=required,
        forbidden=forbidden,
        backup=draw(st.integers(1, 2)),
        group=np.array(draw(st.lists(st.integers(-1, 1), min_size=m, max_size=m))),
        minimum={0: draw(st.integers(0, 2))} if grouped else {},
    )


@pytest.fixture(params=["small", "searched", "branched"], scope="module")
def searched(request):
    """All ways: small problems as they are, as if they were large, and hard as well."""
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "branched":
            patch.setattr(covering_all, "EASY", -1)
            patch.setattr(covering_all, "CLOSE", -1.0)
        if request.param != "small":
            for module in (covering_all, covering_most, reductions):
                patch.setattr(module, "SMALL", -1)
            patch.setattr(cover_search, "ROUNDS", 2)
            patch.setattr(cover_search, "CHUNK", 200)
            patch.setattr(covering_most, "ROUNDS", 2)
            patch.setattr(annealing, "MOST_MOVES", 2_000)
        yield


@given(world=worlds(must_limit=True))
@settings(max_examples=100, deadline=None)
def test_covering_most_is_the_best_of_all_choices(searched, world: World) -> None:
    best = max((world.demand[covered].sum() for _, _, covered in world.choices()), default=None)
    plan = site_facilities(world.costs, "cover-most", **world.asked())
    if best is None:
        assert plan.status == "infeasible"
        return
    assert plan.status == "optimal"
    assert plan.objective == pytest.approx(best)
    assert plan.bound == pytest.approx(best)
    assert any(tuple(plan.sites) == chosen for chosen, _, _ in world.choices())
    # No site stands idle unless it is required or its group asks for it.
    for site in set(plan.sites.tolist()) - set(world.required):
        rest = tuple(j for j in plan.sites.tolist() if j != site)
        for chosen, _, covered in world.choices():
            if chosen == rest:
                assert world.demand[covered].sum() < best


@given(world=worlds(must_limit=False))
@settings(max_examples=100, deadline=None)
def test_covering_all_is_the_cheapest_of_all_choices(searched, world: World) -> None:
    best = min((cost for _, cost, covered in world.choices() if covered.all()), default=None)
    plan = site_facilities(world.costs, "cover-all", **world.asked())
    if best is None:
        assert plan.status == "infeasible"
        return
    assert plan.status == "optimal"
    assert plan.objective == pytest.approx(best)
    assert any(tuple(plan.sites) == chosen and covered.all()
               for chosen, _, covered in world.choices())  # fmt: skip


def task(reach, **asked) -> Task:
    costs = TravelCosts.from_dense(np.where(np.asarray(reach, dtype=bool), 1.0, np.inf))
    return task_of(costs, clock=Clock(None), **asked)


def test_equal_rows_are_merged_and_outdone_columns_go() -> None:
    # Rows 0 and 2 are the same (weights 1 + 4); column 1 covers what column 0 does, and row 1.
    reach = [[1, 1, 0], [0, 1, 1], [1, 1, 0]]
    one = instance_of(task(reach, demand=[1, 2, 4]), opened=np.zeros(3, dtype=bool))
    merged = reductions.with_equal_rows_merged(one)
    assert merged.weight.tolist() == [5, 2]
    kept = reductions.without_outdone_columns(merged)
    assert kept.site.tolist() == [1]


def test_a_row_that_another_implies_goes_and_a_lonely_one_forces_its_column() -> None:
    # Row 1 holds row 0's columns and more; row 2 has column 3 alone.
    reach = [[1, 1, 0, 0], [1, 1, 1, 0], [0, 0, 0, 1]]
    one = instance_of(task(reach), opened=np.zeros(4, dtype=bool))
    assert reductions.without_implied_rows(one).rows == 2
    _, forced = covering_all.reduced(one)
    assert forced[3]
    plan = site_facilities(TravelCosts.from_dense(np.where(reach, 1.0, np.inf)), "cover-all")
    assert plan.sites.tolist() == [0, 3]


def square(n: int, m: int, seed: int) -> tuple[TravelCosts, np.ndarray]:
    """Made-up points in a square; each site reaches what lies within 0.12 of it."""
    random = np.random.default_rng(seed)
    demand, site = random.random((n, 2)), random.random((m, 2))
    apart = np.hypot(*(demand[:, None] - site[None]).transpose(2, 0, 1))
    reach = np.where(apart <= np.maximum(0.12, apart.min(axis=1))[:, None], apart, np.inf)
    return TravelCosts.from_dense(reach), random.integers(1, 100, n).astype(float)


def test_neighbours_are_the_open_columns_nearest_over_shared_rows() -> None:
    # Five columns in a chain, each sharing a row with the next; 1 is closed. From 0 over the rows:
    # 2 is two steps away, 3 three, 4 four, beyond the two that are asked for.
    one = instance_of(
        task([[1, 1, 0, 0, 0], [0, 1, 1, 0, 0], [0, 0, 1, 1, 0], [0, 0, 0, 1, 1]]),
        opened=np.zeros(5, dtype=bool),
    )
    opened = np.array([True, False, True, True, True])
    assert annealing.neighbours(one.matrix, opened, 0, 2).tolist() == [0, 2]


def test_neighbourhoods_lead_a_bad_choice_to_the_best_of_all(monkeypatch) -> None:
    # All choices of 4 sites of 14 are tried; the search begins with those that cover least.
    monkeypatch.setattr(annealing, "MOST_MOVES", 400_000)
    costs, demand = square(120, 14, 4)
    one = instance_of(
        task_of(costs, demand=demand, clock=Clock(None)), opened=np.zeros(14, dtype=bool)
    )
    reach = one.matrix.toarray() > 0
    worth = {
        chosen: one.weight[reach[:, chosen].any(axis=1)].sum()
        for chosen in combinations(range(14), 4)
    }
    nothing = np.array([-PLENTY], dtype=np.int64)
    room = Room(4, np.inf, np.zeros(14, dtype=np.int64), nothing)
    start = np.isin(np.arange(14), min(worth, key=worth.__getitem__))
    found = annealing.neighbourhoods_annealed(one, room, start, clock=Clock(None), seed=1)
    assert found.sum() <= 4
    assert one.weight[reach[:, found].any(axis=1)].sum() == max(worth.values())


def test_equal_input_gives_equal_answers_and_honest_bounds_at_a_gap() -> None:
    costs, demand = square(800, 150, 1)
    plans = [
        site_facilities(costs, "cover-most", sites=12, demand=demand, gap=0.02) for _ in range(2)
    ]
    assert plans[0].sites.tolist() == plans[1].sites.tolist()
    assert plans[0].bound == plans[1].bound
    assert plans[0].gap <= 0.02
    exact = site_facilities(costs, "cover-most", sites=12, demand=demand)
    assert exact.status == "optimal"
    assert plans[0].objective <= exact.objective <= plans[0].bound


def test_a_watcher_that_stops_gets_the_best_so_far_with_a_bound() -> None:
    costs, demand = square(800, 150, 2)
    for problem in ("cover-most", "cover-all"):
        plan = site_facilities(costs, problem, sites=40, demand=demand, watch=lambda _: False)
        assert plan.status == "feasible"
        assert len(plan.sites) > 0
        assert np.isfinite(plan.bound)


def test_the_frontier_holds_every_single_optimum_between_its_curves() -> None:
    costs, demand = square(300, 60, 3)
    given = task_of(costs, demand=demand, clock=Clock(None), required=[7], existing=[3])
    found = coverage_frontier(given, 10, moves=20_000)
    assert (np.diff(found.nested) >= 0).all()
    assert found.order[0] == 7
    for number in range(1, 11):
        best = site_facilities(
            costs, "cover-most", sites=number, demand=demand, required=[7], existing=[3]
        )
        assert found.nested[number] <= found.covered[number] <= best.objective
        assert best.objective <= found.bound[number]
        sites = found.sites(number)
        assert len(sites) <= number
        open_ = np.zeros(60, dtype=bool)
        open_[[*sites, 3]] = True
        reached = np.zeros(300, dtype=bool)
        reached[costs.demand[open_[costs.site]]] = True
        assert demand[reached].sum() == found.covered[number]
    assert found.gap[1:].max() < 0.05


def test_backup_counts_in_the_frontier_too() -> None:
    # One point, two sites that reach it: covered twice only by both.
    found = coverage_frontier(task([[1, 1]], backup=2), 2)
    assert found.covered.tolist() == [0, 0, 1]


def ring(rows: int) -> Model:
    """Columns j and j + 1 cover row j: half of each column will do, unless columns are whole."""
    line = np.arange(rows)
    return Model(
        cost=np.ones(rows),
        lower=np.zeros(rows),
        upper=np.ones(rows),
        whole=np.ones(rows, dtype=bool),
        rows=csr_array(np.eye(rows)[line] + np.eye(rows)[(line + 1) % rows]),
        row_lower=np.ones(rows),
        row_upper=np.full(rows, np.inf),
    )


def branched(model: Model, cutoff: float) -> Branching:
    branching = Branching(model, Clock(None))
    while not branching.done:
        branching.branch(cutoff, np.inf, lambda: True)
    return branching


def test_branching_proves_what_the_relaxation_does_not() -> None:
    # Five rows in a ring, each column in two of them: 5 / 2 in parts, 3 in whole columns.
    assert Branching(ring(5), Clock(None)).bound == pytest.approx(2.5)
    found = branched(ring(5), 4.0)
    assert found.bound == pytest.approx(3)
    assert found.values is not None
    assert found.values.sum() == pytest.approx(3)
    # Nothing at 2 or less: every branch is closed, and no solution is told.
    closed = branched(ring(5), 2.0)
    assert (closed.bound, closed.values) == (np.inf, None)


def test_branching_that_is_told_to_stop_keeps_its_bound() -> None:
    branching = Branching(ring(7), Clock(None))
    branching.branch(7.0, np.inf, lambda: False)
    assert branching.bound == pytest.approx(3.5)
    assert branching.branches == 1
    # In no time there may be no relaxation, and so no bound.
    assert Branching(ring(7), Clock(0.0)).bound <= 3.5 + 1e-9


def test_a_hard_cover_is_bounded_alike_twice_and_never_above_what_is_found() -> None:
    costs, _ = square(2_000, 300, 4)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(covering_all, "SMALL", 100)
        patch.setattr(covering_all, "EASY", 100)
        patch.setattr(covering_all, "CLOSE", -1.0)
        patch.setattr(cover_search, "ROUNDS", 3)
        hard = [site_facilities(costs, "cover-all") for _ in range(2)]
    plan = site_facilities(costs, "cover-all")
    assert hard[0].sites.tolist() == hard[1].sites.tolist()
    assert hard[0].status == plan.status == "optimal"
    assert hard[0].objective == hard[0].bound == plan.objective


def test_a_cover_within_a_number_is_taken_as_soon_as_it_is_found_or_refused() -> None:
    costs, _ = square(2_000, 300, 4)
    fewest = int(site_facilities(costs, "cover-all").objective)
    some = site_facilities(costs, "cover-all", sites=fewest, gap=1e9)
    assert len(some.sites) == fewest
    none = site_facilities(costs, "cover-all", sites=fewest - 1, gap=1e9)
    assert none.status == "infeasible"
