"""Other choices nearly as good: worked by hand, and against every choice there is."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_planner.errors import DataError, NotKnownError
from geo_planner.siting.alternatives import alternatives
from geo_planner.siting_errors import TooFewSitesError
from tests.siting.small_worlds import PLACES, Everything, scattered
from tests.siting.test_proposal import world


def far_apart(*children):
    """Companies out of each other's reach: a site serves its own alone."""
    places = [(number * 20_000, 0) for number in range(len(children))]
    return scattered(places, list(children), facility=False)


def test_what_may_be_exchanged_by_hand() -> None:
    # Two of 100, 50, 49, 30: 150 is best; within 1 % (148.5) also 100 + 49 = 149 alone.
    found = alternatives(far_apart(100, 50, 49, 30), "kindergarten", sites=2)
    assert found.plans["objective"].tolist() == [150, 149]
    assert found.plans["instead"].tolist() == [(), ("U2",)]
    assert found.plans["leaves_out"].tolist() == [(), ("U1",)]
    assert found.plans["worse"].tolist() == [0, pytest.approx(100 / 150)]
    assert found.plans["apart"].tolist() == [0, 2]
    # Without U0 the best is 50 + 49 = 99; without U1 it is 149.
    assert found.needed == found.in_all == ("U0",)
    assert found.sites.loc["U0", "without"] == 99
    assert found.sites.loc["U1", "without"] == 149
    assert found.sites["role"].tolist() == ["needed", "exchangeable", "exchangeable"]
    assert "alternatives-all" in {note.code for note in found.notes}


def test_the_most_different_is_there_and_all_stand_by_objective() -> None:
    # Two of 50, 50, 49, 49: 100 is best; within 5 % every pair will do. The pair of 49s differs in
    # all four sites and brings least; whatever is between differs in two.
    found = alternatives(far_apart(50, 50, 49, 49), "kindergarten", sites=2, within=0.05)
    assert found.plans["objective"].tolist() == [100, 99, 99, 99, 98]
    assert found.plans["chosen"].iloc[0] == ("U0", "U1")
    assert found.plans["chosen"].iloc[-1] == ("U2", "U3")
    assert found.plans["differs"].tolist() == [0, 2, 2, 2, 4]
    assert found.sites.loc["U2", "in_plans"][-1] == 5
    assert found.needed == ()


def test_a_site_that_adds_nothing_is_no_alternative() -> None:
    # All is covered by two; a third would be idle wherever it stands.
    found = alternatives(far_apart(5, 5), "kindergarten", sites=3)
    assert found.plans["sites"].tolist() == [2]
    assert "alternatives-none" in {note.code for note in found.notes}


def test_cover_all_with_as_few_sites() -> None:
    # See test_proposal: C-F in a row, a site reaches its neighbours, C is reached from B as well:
    # {B, E}, {C, E}, {D, E}, {D, F} cover C, D, E, F; {C, F} also (C reaches C, D; F reaches E, F).
    found = alternatives(world(), "kindergarten", "cover-all", many=9)
    assert found.plans["objective"].tolist() == [2] * 5
    fewest = {("B", "E"), ("C", "E"), ("D", "E"), ("D", "F"), ("C", "F")}
    assert {tuple(sorted(one)) for one in found.plans["chosen"]} == fewest
    assert "alternatives-all" in {note.code for note in found.notes}


@settings(max_examples=20, deadline=None)
@given(PLACES, st.integers(1, 3), st.sampled_from([0.0, 0.05, 0.2]))
def test_within_the_loss_different_and_truly_needed(
    places: list[tuple[int, int]], sites: int, within: float
) -> None:
    project = scattered(places)
    every = Everything(project)
    found = alternatives(project, "kindergarten", sites=sites, within=within, many=4)
    best = every.best(sites)
    assert found.plans["objective"].iloc[0] == best
    chosen = [set(one) for one in found.plans["chosen"]]
    for number, (one, objective) in enumerate(zip(chosen, found.plans["objective"], strict=True)):
        assert every.worth(every.named(one)) == objective >= (1 - within) * best - 1e-6
        assert len(one) <= sites
        assert all(one ^ other for other in chosen[:number])
    good = [
        one for one in every.up_to(len(chosen[0])) if every.worth(one) >= (1 - within) * best - 1e-9
    ]
    for name, role in found.sites["role"].items():
        place = every.names.index(name)
        assert role == ("needed" if all(place in one for one in good) else "exchangeable")
    # As different as can be: no choice is farther from the best one than one of those found.
    if len(chosen) > 1:
        first = set(every.named(chosen[0]))
        farthest = max(len(one ^ chosen[0]) for one in chosen)
        assert farthest == max(len(first ^ set(one)) for one in good)


def test_required_sites_are_in_every_plan() -> None:
    found = alternatives(
        far_apart(50, 50, 49, 49), "kindergarten", sites=2, within=0.05, required=["U3"]
    )
    assert all("U3" in one for one in found.plans["chosen"])
    assert "U3" in found.needed


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"sites": None}, DataError),
        ({"sites": 1, "within": 1.0}, DataError),
        ({"sites": 1, "many": 0}, DataError),
        ({"sites": 1, "problem": "center"}, NotKnownError),
        ({"sites": 1, "required": ["A", "B"]}, TooFewSitesError),
    ],
)
def test_what_is_refused(wrong: dict[str, object], error: type[Exception]) -> None:
    with pytest.raises(error):
        alternatives(world(), "kindergarten", **wrong)
