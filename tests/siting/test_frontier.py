"""Coverage against number of sites: worked by hand, and against every choice there is."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_planner.errors import DataError
from geo_planner.siting import Candidates
from geo_planner.siting.candidates import candidate_table
from geo_planner.siting.choosing.coverage_program import CoverageProgram
from geo_planner.siting.choosing.nested import nested_order
from geo_planner.siting.clock import Clock
from geo_planner.siting.frontier import best_along, best_of_each, frontier, knee_of, nested_choices
from geo_planner.siting.task import task_of
from geo_planner.travel.costs import TravelCosts
from tests.siting.small_worlds import PLACES, Everything, scattered
from tests.siting.test_proposal import world


def test_a_row_of_companies() -> None:
    # See test_proposal: A and B are within reach today (30 children). D brings C, D, E: + 5 + 40 +
    # 7 = 82. Then only F is left, which states no children: E is the first site that reaches it.
    found = frontier(world(), "kindergarten", up_to=9)
    table = found.table
    assert table.index.tolist() == list(range(7))  # there are six candidates
    assert table["covered"].tolist() == [30, 82, 82, 82, 82, 82, 82]
    assert table["units"].tolist() == [2, 5, 6, 6, 6, 6, 6]
    assert table["added"].tolist() == [None, "D", "E", None, None, None, None]
    assert table["newly_covered"].tolist()[:3] == [(), ("C", "D", "E"), ("F",)]
    assert set(table["status"]) == {"optimal"}
    assert found.order == ("D", "E")
    # Of 10 + 20 + 5 + 40 + 7 + 9 = 91 children, G's 9 are nobody knows where: 80 % are 72.8, 90 %
    # are 81.9, 96 % are 87.36.
    assert (found.whole, found.unknown) == (91, 9)
    assert found.targets["sites"].tolist()[:2] == [1, 1]
    assert found.targets["sites"].isna().tolist() == [False, False, True, True]
    assert found.targets["at_least"].isna().tolist() == [False, False, True, True]


def middle_trap():
    # a 20 - b 30 - c 30 - d 20, 1,000 m apart; M between b and c reaches both (60), L reaches a and
    # b (50), R c and d (50). One site: M. Two in turn: M, then L or R: 80. The best two: L and R.
    project = scattered([(0, 0), (1000, 0), (2000, 0), (3000, 0)], [20, 30, 30, 20], facility=False)
    points = project.units.geometry.loc[["U0", "U1", "U2"]].translate(500, 0).tolist()
    return project, Candidates(candidate_table(["L", "M", "R"], points, project, source="file"))


def test_the_best_of_each_number_is_not_always_nested() -> None:
    project, sites = middle_trap()
    found = frontier(project, "kindergarten", up_to=3, candidates=sites, limit=700)
    assert found.table["covered"].tolist() == [0, 60, 100, 100]
    assert found.table["nested"].tolist() == [0, 60, 80, 100]
    assert found.table["chosen"].tolist()[:3] == [(), ("M",), ("L", "R")]
    assert found.order == ("M", "L", "R")
    assert found.targets.loc[100.0].tolist() == [2, 2, 3]
    assert found.targets.loc[80.0].tolist() == [2, 2, 2]


def test_the_bound_of_the_order_alone() -> None:
    # The first gains are 60, 50, 50: two sites cover at most 110. After M the gains are 20 and 20:
    # at most 60 + 40 = 100; which is what three cover.
    project, sites = middle_trap()
    every = Everything(project, candidates=sites, limit=700)
    task = task_of(
        every.question.costs,
        demand=every.weights,
        existing=[0],
        clock=Clock(None),
    )
    found = nested_order(task, 3)
    assert found.sites.tolist() == [2, 1, 3]
    assert found.covered.tolist() == [0, 60, 80, 100]
    assert found.bound.tolist() == [0, 60, 100, 100]
    choices = nested_choices(CoverageProgram(task), found, 3)
    assert [one.covered for one in choices] == [0, 60, 80, 100]
    assert [one.bound for one in choices] == [0, 60, 100, 100]


def test_a_run_that_is_stopped_keeps_the_order_and_its_bound() -> None:
    project, sites = middle_trap()
    found = frontier(
        project, "kindergarten", up_to=3, candidates=sites, limit=700, watch=lambda _: False
    )
    assert found.table["covered"].tolist() == [0, 60, 80, 100]
    assert found.table["bound"].tolist() == [0, 60, 100, 100]
    assert found.table["status"].tolist() == ["optimal", "optimal", "feasible", "optimal"]
    assert found.targets.loc[100.0].tolist() == [3, 2, 3]


@pytest.mark.parametrize(
    ("curve", "knee"),
    [
        # Steps of 1/4 along, heights 60, 80, 90, 100 %: 60 - 25 = 35, 80 - 50 = 30, 90 - 75 = 15.
        ([0, 60, 80, 90, 100], 1),
        # 30 - 25 = 5, 80 - 50 = 30, 90 - 75 = 15.
        ([0, 30, 80, 90, 100], 2),
        # The flat end is no part of the curve: 60 - 50 = 10.
        ([40, 100, 140, 140, 140], 1),
        ([0, 50, 100], None),
        ([7, 7, 7], None),
        ([0, 100], None),
    ],
)
def test_the_knee(curve: list[float], knee: int | None) -> None:
    assert knee_of(np.array(curve, dtype=float)) == knee


@settings(max_examples=25, deadline=None)
@given(PLACES, st.integers(1, 4))
def test_equal_to_every_choice_there_is(places: list[tuple[int, int]], up_to: int) -> None:
    project = scattered(places)
    every = Everything(project)
    found = frontier(project, "kindergarten", up_to=up_to)
    table = found.table
    assert table["covered"].tolist() == [every.best(many) for many in table.index]
    assert (table["covered"].diff().dropna() >= 0).all()
    assert (table["nested"].diff().dropna() >= 0).all()
    assert (table["nested"] <= table["covered"]).all()
    for chosen, worth in zip(table["chosen"], table["covered"], strict=True):
        assert every.worth(every.named(chosen)) == worth
    for many in table.index:
        assert every.worth(every.named(found.order[:many])) == table["nested"][many]


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 5))
def test_no_choice_exceeds_the_bound_of_the_order(seed: int, most: int) -> None:
    random = np.random.default_rng(seed)
    near = random.random((9, 6)) < 0.35
    demand, site = np.nonzero(near)
    costs = TravelCosts.from_pairs(demand, site, np.ones(len(demand)), near.shape)
    task = task_of(costs, demand=random.integers(0, 20, 9) / 4, clock=Clock(None))
    nested = nested_order(task, most)
    program = CoverageProgram(task)
    starts = nested_choices(program, nested, most)
    choices = best_of_each(program, starts, watch=None)
    good = best_along(program, starts)
    for many, (choice, other) in enumerate(zip(choices, good, strict=True)):
        assert nested.covered[min(many, len(nested.sites))] <= other.covered <= choice.covered
        assert choice.covered <= other.bound + 1e-9
        assert choice.covered <= nested.bound[many] + 1e-9
        assert choice.bound == pytest.approx(choice.covered)
        assert nested.covered[min(many, len(nested.sites))] >= (1 - 1 / np.e) * choice.covered


@pytest.mark.parametrize(
    "wrong", [{"up_to": 0}, {"up_to": 2, "targets": (101,)}, {"up_to": 2, "targets": (-1,)}]
)
def test_what_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(DataError):
        frontier(world(), "kindergarten", **wrong)
