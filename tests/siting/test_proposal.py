"""Siting in a project: a row of companies, 1 km apart, along one street.

        A ---- B ---- C ---- D ---- E ---- F        G (no position)
     x  0    1000   2000   3000   4000   5000

A kindergarten stands at A; its limit is 1,500 m, so that A and B are within it. Children aged 3-5:
A 10, B 20, C 5, D 40, E 7, F unknown, G 9.
"""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_planner.errors import BadNumberError, NoLimitError, NotKnownError
from geo_planner.siting import Candidates, propose
from geo_planner.siting.candidates import candidate_table
from geo_planner.siting_errors import (
    InfeasibleError,
    NoCandidatesError,
    NoRoomError,
    RegimentLacksError,
    TooFewSitesError,
)
from geo_planner.travel import access
from tests.travel import worlds

NAMES = "ABCDEF"
CHILDREN = {"A": 10, "B": 20, "C": 5, "D": 40, "E": 7, "F": None, "G": 9}


def street():
    return worlds.streets(
        *(
            (number, number + 1, [(number * 1000, 0), (number * 1000 + 1000, 0)])
            for number in range(len(NAMES) - 1)
        )
    )


def world():
    units = worlds.units(
        ("R1", None, {"kind": "regiment", "parent_id": None, "children_3_5": None}),
        ("R2", None, {"kind": "regiment", "parent_id": None, "children_3_5": None}),
        *(
            (
                name,
                (place * 1000, 0),
                {"children_3_5": CHILDREN[name], "parent_id": "R1" if name in "ABC" else "R2"},
            )
            for place, name in enumerate(NAMES)
        ),
        ("G", None, {"children_3_5": 9, "parent_id": "R2"}),
    )
    facilities = worlds.facilities(("KA", (0, 0), {}))
    facilities["unit_id"] = "A"
    return worlds.project(units, facilities, street())


def candidates(project, **columns):
    return Candidates(
        candidate_table(
            list(NAMES),
            project.units.geometry.loc[list(NAMES)].tolist(),
            project,
            source="unit",
            unit_id=list(NAMES),
            name=list(NAMES),
            **columns,
        )
    )


def covered(found, when):
    return sorted(found.units.index[found.units[when] == "covered"])


def test_cover_most_children_with_one_site() -> None:
    # One more at C reaches B, C, D (new: 5 + 40), at D: C, D, E (5 + 40 + 7 = 52), at E: D, E, F
    # (40 + 7 + unknown = 47): D.
    found = propose(world(), "kindergarten", "cover-most", sites=1)
    assert list(found.sites.index) == ["D"]
    assert found.sites["newly_covered"].tolist() == [["C", "D", "E"]]
    assert found.sites["newly_children"].tolist() == [52.0]
    assert covered(found, "before") == ["A", "B"]
    assert covered(found, "after") == ["A", "B", "C", "D", "E"]
    assert found.units.at["G", "after"] == "unknown"
    assert (found.plan.status, found.plan.objective) == ("optimal", 82.0)
    codes = {note.code for note in found.notes}
    assert {"units-without-position", "children-unknown"} <= codes


def test_counting_units_alike_gives_what_covers_most_units() -> None:
    # C brings in C and D; D brings in C, D, E; E brings in D, E, F: three at most.
    found = propose(world(), "kindergarten", "cover-most", sites=1, weight="units")
    assert found.plan.objective == 5


def test_cover_all_with_the_fewest() -> None:
    # C-F are four in a row 1,000 m apart, a site reaches its neighbours: two sites are needed.
    found = propose(world(), "kindergarten", "cover-all")
    assert (len(found.sites), found.plan.status) == (2, "optimal")
    assert covered(found, "after") == list("ABCDEF")
    assert found.sites["order"].tolist() == [1, 2]
    # What the first brings in is not counted again for the second.
    gained = [one for units in found.sites["newly_covered"] for one in units]
    assert sorted(gained) == list("CDEF")


def test_what_is_proposed_is_what_access_says_afterwards() -> None:
    project = world()
    found = propose(project, "kindergarten", "cover-most", sites=2)
    then = access(project.adding(found.facilities), "kindergarten")["state"]
    assert sorted(then.index[then == "within"]) == covered(found, "after")


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 6000), st.integers(0, 6000)), min_size=2, max_size=9),
    st.integers(1, 3),
    st.sampled_from(["cover-most", "median", "center"]),
)
def test_any_world_agrees_with_access(places, sites, problem) -> None:
    units = worlds.units(
        *((f"U{number}", at, {"children_3_5": 1 + number}) for number, at in enumerate(places))
    )
    project = worlds.project(units, worlds.facilities(("K", places[0], {})))
    found = propose(project, "kindergarten", problem, sites=sites)
    then = access(project.adding(found.facilities), "kindergarten")
    assert sorted(then.index[then["state"] == "within"]) == covered(found, "after")
    assert found.plan.status == "optimal"


def test_median_counts_metre_children() -> None:
    # Today: B 1,000 x 20, C 2,000 x 5, D 3,000 x 40, E 4,000 x 7. With a site at D what is left is
    # B 20,000 + C 5,000 + E 7,000 = 32,000; F states no children.
    found = propose(world(), "kindergarten", "median", sites=1)
    assert list(found.sites.index) == ["D"]
    assert found.plan.objective == pytest.approx(32_000, abs=1)


def test_center_shortens_the_longest_way() -> None:
    # With a site at D, F has 2,000 m to go; with one at E, C has 2,000 m to A or E alike.
    found = propose(world(), "kindergarten", "center", sites=1)
    assert found.plan.objective == pytest.approx(2_000, abs=1)


def test_required_and_forbidden_sites() -> None:
    must = propose(world(), "kindergarten", "cover-most", sites=1, required=["F"])
    assert list(must.sites.index) == ["F"]
    never = propose(world(), "kindergarten", "cover-most", sites=1, forbidden=["D"])
    assert list(never.sites.index) == ["E"]


def test_a_facility_that_need_not_be_kept() -> None:
    # Two places for everybody: A's own may be given up. B reaches A-C, E reaches D-F.
    found = propose(world(), "kindergarten", "cover-all", closable=["KA"])
    assert list(found.sites.index) in (["B", "E"], ["E", "B"])
    assert found.closed == ("KA",)
    assert covered(found, "after") == list("ABCDEF")


def test_a_minimum_in_every_regiment() -> None:
    # One site goes to D for most children; two facilities in R1 want one more of A-C first.
    found = propose(world(), "kindergarten", "cover-most", sites=2, regiment_minimum={"R1": 2})
    homes = set(found.sites["unit_id"])
    assert len(homes & set("ABC")) >= 1


def test_costs_and_a_budget() -> None:
    project = world()
    priced = candidates(project, cost=[1, 1, 2, 10, 3, 1])
    # 3 buys C (2: brings in C 5 and D 40) and F (1: brings in E 7), or E (3: D 40 and E 7).
    found = propose(project, "kindergarten", "cover-most", budget=3, candidates=priced)
    assert (sorted(found.sites.index), found.plan.objective) == (["C", "F"], 82.0)
    # The same two bring everybody within the limit, at least cost: any other pair costs more.
    cheapest = propose(project, "kindergarten", "cover-all", by_cost=True, candidates=priced)
    assert (sorted(cheapest.sites.index), cheapest.plan.objective) == (["C", "F"], 3.0)


def test_unknown_cost_is_taken_as_the_dearest_and_said() -> None:
    project = world()
    priced = candidates(project, cost=[1, 1, 2, 10, np.nan, 1])
    found = propose(project, "kindergarten", "cover-all", by_cost=True, candidates=priced)
    assert "cost-unknown" in {note.code for note in found.notes}
    assert sorted(found.sites.index) == ["C", "F"]


def test_suitability_weighs_and_forbids() -> None:
    project = world()
    judged = candidates(project, suitability=[1, 1, 1, 0, 1, 0.5])
    found = propose(project, "kindergarten", "cover-all", candidates=judged)
    # D is not allowed and F counts double: C covers C and D, E covers D, E, F.
    assert sorted(found.sites.index) == ["C", "E"]


def test_suitability_leaves_a_budget_alone_and_says_what_it_does() -> None:
    project = world()
    judged = candidates(project, cost=[9, 9, 4, 9, 4, 9], suitability=[1, 1, 0.5, 1, 0.5, 1])
    # C and E, at 4 each, are within a budget of 8 and bring all that is not covered (C to F); over
    # their suitability they would cost 16, and only one of them could be had.
    found = propose(project, "kindergarten", "cover-most", budget=8, candidates=judged)
    assert sorted(found.sites.index) == ["C", "E"]
    assert "suitability-aside" in {note.code for note in found.notes}
    all_of_them = propose(project, "kindergarten", "cover-all", candidates=judged)
    assert "suitability-weighs" in {note.code for note in all_of_them.notes}


def test_the_money_is_what_is_stated() -> None:
    project = world()
    priced = candidates(project, cost=[1, 1, 2, 10, np.nan, 1], suitability=[1, 1, 0.5, 1, 1, 1])
    found = propose(project, "kindergarten", "cover-all", candidates=priced, required=["E", "F"])
    # E and F must be built; D is brought in by E, C by none of them: B, C or D once more.
    assert found.measure == "suitability"
    assert found.cost_unknown == 1
    known = {"A": 1, "B": 1, "C": 2, "D": 10, "F": 1}
    assert found.total_cost == sum(known.get(one, 0) for one in found.sites.index)
    bare = propose(project, "kindergarten", "cover-all", candidates=candidates(project))
    assert (bare.total_cost, bare.cost_unknown, bare.measure) == (None, 2, "sites")


def test_the_average_way() -> None:
    found = propose(world(), "kindergarten", "median", sites=1, leave_unreachable=True)
    # G has no position and F states no children.
    assert found.mean_way == pytest.approx(found.plan.objective / (10 + 20 + 5 + 40 + 7))
    assert found.as_json()["mean_way"] == pytest.approx(found.mean_way)
    alike = propose(world(), "kindergarten", "median", sites=1, weight="units")
    assert alike.mean_way == pytest.approx(alike.plan.objective / 6)


def test_who_has_no_room_is_not_out_of_reach() -> None:
    # 20 places: D's 40 children fit nowhere, though C, D and E reach them.
    found = propose(world(), "kindergarten", "cover-most", sites=6, capacity=20)
    assert (found.no_room, found.unreachable) == (("D",), ())
    # A 10, B 20, C 5, E 7 are served; F states none and is given none.
    assert found.plan.objective == 42
    assert found.served == (4, 42.0)
    refused = propose(world(), "kindergarten", "cover-all", capacity=20).refusal()
    assert isinstance(refused, NoRoomError)
    assert "D" in str(refused)


def test_the_regiment_that_lacks_candidates_is_named() -> None:
    project = world()
    # R1 has the kindergarten KA and three candidates, R2 three candidates.
    found = propose(project, "kindergarten", "cover-most", sites=6, regiment_minimum=4)
    refused = found.refusal()
    assert isinstance(refused, RegimentLacksError)
    (one,) = refused.lacking
    assert (one.params["possible"], one.params["wanted"]) == (3, 4)


def test_nobody_within_reach_is_named() -> None:
    project = world()
    only = candidates(project)
    near_a = dataclasses.replace(only, table=only.table.loc[["A", "B", "C"]])
    found = propose(project, "kindergarten", "cover-all", candidates=near_a)
    refused = found.refusal()
    assert isinstance(refused, InfeasibleError)
    assert (found.plan.status, found.unreachable) == ("infeasible", ("E", "F"))
    assert "E, F" in str(refused)
    rest = propose(project, "kindergarten", "cover-all", candidates=near_a, leave_unreachable=True)
    assert (rest.plan.status, covered(rest, "after")) == ("optimal", list("ABCD"))
    assert "unreachable-left-aside" in {note.code for note in rest.notes}


def test_conditions_that_clash_are_no_crash() -> None:
    found = propose(world(), "kindergarten", "cover-most", sites=1, required=["B", "F"])
    assert isinstance(found.refusal(), TooFewSitesError)


@pytest.mark.parametrize("problem", ["cover-most", "median", "center"])
def test_a_number_is_needed(problem: str) -> None:
    with pytest.raises(BadNumberError):
        propose(world(), "kindergarten", problem)


def test_unknown_names_list_near_ones() -> None:
    for more in ({"required": ["Z"]}, {"closable": ["KZ"]}, {"regiment_minimum": {"R9": 1}}):
        with pytest.raises(NotKnownError):
            propose(world(), "kindergarten", "cover-most", sites=1, **more)
    with pytest.raises(NotKnownError):
        propose(world(), "kindergarten", "best")
    with pytest.raises(NotKnownError):
        propose(world(), "kindergartn", "cover-all")


def test_nowhere_to_build() -> None:
    units = worlds.units(("A", None, {"children_3_5": 1}))
    project = worlds.project(units, worlds.facilities())
    with pytest.raises(NoCandidatesError):
        propose(project, "kindergarten", "cover-all")


def test_without_a_limit_nothing_can_be_covered_but_ways_can_be_shortened() -> None:
    bare = dataclasses.replace(worlds.KINDERGARTEN, urban_walk=None, regiment_walk=None)
    project = dataclasses.replace(world(), catalogue=worlds.catalogue(bare))
    with pytest.raises(NoLimitError):
        propose(project, "kindergarten", "cover-all")
    assert list(propose(project, "kindergarten", "median", sites=1).sites.index) == ["D"]


def test_plain_values_carry_the_contract() -> None:
    found = propose(world(), "kindergarten", "cover-most", sites=1).as_json()
    assert {
        "problem", "status", "objective", "bound", "gap", "sites", "covered_before", "covered_after"
    } <= set(found)  # fmt: skip
    site = found["sites"][0]
    assert (site["candidate_id"], site["order"]) == ("D", 1)
    assert -180 <= site["x"] <= 180
    assert -90 <= site["y"] <= 90
    assert site["newly_covered"] == ["C", "D", "E"]
    assert (found["covered_before"], found["covered_after"], found["unknown"]) == (2, 5, 1)
