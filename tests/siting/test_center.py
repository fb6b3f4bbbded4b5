"""The p-center: worked cases, every choice of sites of small worlds, honest ends."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_planner.siting import SitePlan, TravelCosts, site_facilities


def solve(ways: Any, **conditions: Any) -> SitePlan:
    return site_facilities(TravelCosts.from_dense(ways), "center", **conditions)


# Three hamlets on a road at 0, 4 and 10 km; a site may stand at each.
ROAD = [[0.0, 4.0, 10.0], [4.0, 0.0, 6.0], [10.0, 6.0, 0.0]]


def test_the_middle_hamlet_is_the_center() -> None:
    # From 0 the longest way is 10 km, from 4 it is 6 km, from 10 it is 10 km.
    plan = solve(ROAD, sites=1)
    assert (plan.status, plan.objective, plan.bound) == ("optimal", 6.0, 6.0)
    assert plan.sites.tolist() == [1]


def test_weights_do_not_move_the_center() -> None:
    assert solve(ROAD, sites=1, demand=[1000, 1, 1]).sites.tolist() == [1]


def test_an_existing_site_takes_its_end_of_the_road() -> None:
    # Hamlet 10 is served; a site at 0 or at 4 leaves 4 km.
    plan = solve(ROAD, sites=1, existing=[2])
    assert plan.objective == 4.0
    assert len(plan.sites) == 1


def test_sites_left_over_stand_where_most_way_is_saved() -> None:
    # Everybody has a way of 5 to site 0 that nothing can shorten for point 0; the second site goes
    # to point 2 with its weight of 9.
    ways = [[5.0, 9.0, 9.0], [5.0, 1.0, 9.0], [5.0, 9.0, 1.0]]
    plan = solve(ways, sites=2, demand=[1, 1, 9])
    assert (plan.objective, plan.sites.tolist()) == (5.0, [0, 2])


def test_a_limit_that_somebody_cannot_keep_is_infeasible_and_named() -> None:
    plan = solve(ROAD, sites=1, limit=[3, 3, 0], forbidden=[2])
    assert plan.status == "infeasible"
    assert plan.unreachable.tolist() == [2]
    some = solve(ROAD, sites=1, limit=[9, 9, 0], forbidden=[2], leave_unreachable=True)
    assert (some.objective, some.assigned.tolist()[2]) == (4.0, -1)


def test_no_site_at_all_serves_nobody() -> None:
    assert solve(ROAD, sites=0).status == "infeasible"
    assert solve(ROAD, sites=0, existing=[1]).objective == 6.0


def test_a_limit_too_short_for_so_few_is_infeasible() -> None:
    assert solve(ROAD, sites=1, limit=4).status == "infeasible"


@st.composite
def worlds(draw: st.DrawFn) -> tuple[np.ndarray, dict[str, Any]]:
    n, m = draw(st.integers(1, 7)), draw(st.integers(1, 6))
    lengths = st.sampled_from([0.0, 1.0, 2.0, 2.5, 3.0, 5.0, 8.0, np.inf])
    ways = np.array(draw(st.lists(lengths, min_size=n * m, max_size=n * m))).reshape(n, m)
    conditions: dict[str, Any] = {"sites": draw(st.integers(0, m))}
    named = st.sets(st.sampled_from(["existing", "closable", "required", "forbidden"]))
    for name in draw(named):
        conditions[name] = [draw(st.integers(0, m - 1))]
    if set(conditions.get("required", ())) & set(conditions.get("forbidden", ())):
        del conditions["forbidden"]
    if draw(st.booleans()):
        conditions["site_group"] = np.arange(m) % 2
        conditions["group_minimum"] = {0: draw(st.integers(0, 2)), 1: draw(st.integers(0, 1))}
    if draw(st.booleans()):
        prices = st.lists(st.integers(1, 4), min_size=m, max_size=m)
        conditions["opening_cost"] = np.array(draw(prices), dtype=float)
        conditions["budget"] = float(draw(st.integers(0, 9)))
    if draw(st.booleans()):
        conditions["limit"] = draw(lengths.filter(np.isfinite))
    return ways, conditions


def every_choice(ways: np.ndarray, conditions: dict[str, Any]) -> float:
    """Return the shortest longest way over every choice; ``inf`` where there is none."""
    m = ways.shape[1]
    ways = np.where(ways <= conditions.get("limit", np.inf), ways, np.inf)
    closable = set(conditions.get("closable", ()))
    existing = set(conditions.get("existing", ())) - closable
    required = set(conditions.get("required", ())) - existing
    free = sorted(set(range(m)) - existing - set(conditions.get("forbidden", ())))
    price = conditions.get("opening_cost", np.zeros(m))
    budget = conditions.get("budget", np.inf)
    group = conditions.get("site_group", np.full(m, -1))
    best = np.inf
    for count in range(min(conditions["sites"], len(free)) + 1):
        for chosen in combinations(free, count):
            open_ = sorted(existing | set(chosen))
            if not open_ or not required <= set(chosen) or price[list(chosen)].sum() > budget:
                continue
            minimum = conditions.get("group_minimum", {})
            if any((group[open_] == g).sum() < fewest for g, fewest in minimum.items()):
                continue
            best = min(best, ways[:, open_].min(axis=1).max())
    return float(best)


@settings(max_examples=150, deadline=None)
@given(worlds())
def test_equal_to_every_choice(world: tuple[np.ndarray, dict[str, Any]]) -> None:
    ways, conditions = world
    best = every_choice(ways, conditions)
    plan = solve(ways, time_limit=None, **conditions)
    if np.isinf(best):
        assert plan.status == "infeasible"
        assert plan.notes == ()
        return
    assert (plan.status, plan.objective, plan.bound) == ("optimal", best, best)
    open_ = sorted({*plan.sites.tolist(), *conditions.get("existing", ())})
    lengths = ways[np.arange(len(ways)), plan.assigned]
    assert lengths.max() == best
    assert set(plan.assigned.tolist()) <= set(open_)
    assert plan.sites.tolist() == solve(ways, time_limit=None, **conditions).sites.tolist()


def middle_world(n: int, m: int) -> np.ndarray:
    rng = np.random.default_rng(7)
    points, places = rng.random((n, 2)), rng.random((m, 2))
    return np.asarray(np.hypot(*(points[:, None] - places[None]).transpose(2, 0, 1)) * 1000)


def test_more_sites_never_lengthen_the_longest_way() -> None:
    ways = middle_world(120, 40)
    longest = [solve(ways, sites=count).objective for count in (2, 4, 8, 16)]
    assert longest == sorted(longest, reverse=True)


def test_stopped_at_once_the_bound_still_holds() -> None:
    ways = middle_world(200, 80)
    plan = solve(ways, sites=8, time_limit=0.0)
    proven = solve(ways, sites=8, time_limit=None)
    assert proven.status == "optimal"
    assert plan.status == "feasible"
    assert plan.bound <= proven.objective <= plan.objective
    assert plan.gap == pytest.approx(1 - plan.bound / plan.objective)
    # No center is shorter than the way of who lives farthest from everything.
    assert plan.bound >= ways.min(axis=1).max()
