"""Bundle scores and priorities: numbers worked by hand, unknown kept unknown, weights turned."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo_planner.bundle_rows import Bundle, BundleItem, Criterion, FacilityCost
from geo_planner.bundle_scores import MISSING, PRESENT, UNKNOWN, bundle_scores
from geo_planner.catalogue import Label, WalkLimit
from geo_planner.errors import CatalogueError, NotKnownError
from geo_planner.priorities import priorities
from geo_planner.priority_errors import BadCostError, BadWeightError
from geo_planner.weighting import normalised, ranks_of, sensitivity
from layers.catalogue import load_catalogue
from tests.worlds import CATALOGUE, LABEL, facilities, facility_type, units, world


def item(*types: str) -> BundleItem:
    return BundleItem(Label("/".join(types), "/".join(types)), types)


CRITERIA = (
    Criterion("children", LABEL, 0.5),
    Criterion("missing", LABEL, 0.3),
    Criterion("distance", LABEL, 0.2),
)
BUNDLE = Bundle(
    "friendly",
    LABEL,
    "friendly_place",
    (item("child_home"), item("kindergarten", "childcare"), item("parent_school")),
    ("community", "company"),
    WalkLimit(500, 8),
    WalkLimit(1000, 17),
    LABEL,
    criteria=CRITERIA,
)
ROWS = CATALOGUE.adding(
    facility_types=(facility_type("friendly_place", assessed=("community",)),),
    bundles=(BUNDLE,),
    facility_costs=(
        FacilityCost("child_home", 100, LABEL),
        FacilityCost("kindergarten", 900, LABEL),
        FacilityCost("childcare", 400, LABEL),
        FacilityCost("parent_school", 50, LABEL),
    ),
)


def place(name, x, children, **more):
    return {"unit_id": name, "geometry": (x, 0), "children_0_17": children, **more}


def at(kind, x, **more):
    return {"facility_type": kind, "geometry": None if x is None else (x, 0), **more}


# Straight lines times 1.3. A at 0 and urban (500 m), B at 10 000 (1 000 m), C at 20 000, P
# recognised.
UNITS = units(
    place("A", 0, 100.0, community_kind="urban"),
    place("B", 10_000, 300.0, kind="company"),
    place("C", 20_000, 200.0, kind="company"),
    place("P", 50_000, 900.0),
)
FACILITIES = facilities(
    at("child_home", 300),  # 390 m from A
    at("kindergarten", 390),  # 507 m from A: too far in a town
    at("childcare", 10_700),  # 910 m from B
    at("parent_school", 10_000),
    at("friendly_place", 50_000, unit_id="P"),
)
WORLD = world(UNITS, FACILITIES, catalogue=ROWS)


def test_scores_by_hand() -> None:
    scores = bundle_scores(WORLD, "friendly")
    assert scores.state.tolist() == [
        [PRESENT, MISSING, MISSING],
        [MISSING, PRESENT, PRESENT],
        [MISSING, MISSING, MISSING],
        [MISSING, MISSING, MISSING],
    ]
    assert scores.score(0) == (Fraction(1, 3), Fraction(1, 3))
    assert [one.label.en for one in scores.items(0, MISSING)] == [
        "kindergarten/childcare", "parent_school",
    ]  # fmt: skip
    assert (scores.metres[0, 0], scores.facility[0, 0]) == (390, "F1")


def test_no_list_of_a_type_is_unknown() -> None:
    bare = replace(WORLD, facilities=FACILITIES.iloc[[0, 1, 3, 4]])  # no childcare at all
    scores = bundle_scores(bare, "friendly")
    assert scores.no_data.tolist() == [False, True, False]
    assert scores.state[:, 1].tolist() == [UNKNOWN] * 4
    assert scores.score(0) == (Fraction(1, 3), Fraction(2, 3))
    assert "bundle-no-data" in {note.code for note in scores.notes}
    # What nobody's list tells apart does not enter the ranking.
    assert priorities(bare, "friendly").units.loc["C", "state"] == "ranked"


def test_a_facility_without_a_position_may_stand_at_its_home() -> None:
    lost = facilities(
        at("child_home", None, unit_id="C"), at("childcare", 0), at("kindergarten", 0),
        at("parent_school", 0),
    )  # fmt: skip
    scores = bundle_scores(replace(WORLD, facilities=lost), "friendly")
    assert scores.state[:, 0].tolist() == [MISSING, MISSING, UNKNOWN, MISSING]
    anywhere = facilities(at("child_home", None))
    scores = bundle_scores(replace(WORLD, facilities=anywhere), "friendly")
    assert scores.state[:, 0].tolist() == [UNKNOWN] * 4


def test_ranking_by_hand() -> None:
    # P is recognised. Children 100, 300, 200 -> 0, 1, 0.5. Missing 2, 1, 3 -> 0.5, 0, 1.
    # Distance to P 65 000, 52 000, 39 000 -> 1, 0.5, 0.
    # A 0.15 + 0.2 = 0.35; B 0.5 + 0.1 = 0.6; C 0.25 + 0.3 = 0.55.
    found = priorities(WORLD, "friendly", top=1)
    table = found.units
    assert list(table.index) == ["B", "C", "A", "P"]
    assert table["priority"].tolist()[:3] == pytest.approx([0.6, 0.55, 0.35])
    assert table.loc["C", ["part_children", "part_missing", "part_distance"]].tolist() == (
        pytest.approx([0.25, 0.3, 0])
    )
    assert table["state"].tolist() == ["ranked", "ranked", "ranked", "recognised"]
    # The cheaper of kindergarten and childcare makes the item present.
    assert table["cost_low"].to_dict() == {"B": 100, "C": 550, "A": 450, "P": 550}
    # Children halved: weights 1/3, 0.4, 0.2667: B 0.467, C 0.567. C leads.
    halved = found.sensitivity.iloc[0]
    assert (halved["measure"], halved["factor"]) == ("children", 0.5)
    assert (halved["kept"], halved["entering"], halved["leaving"]) == (0, ["C"], ["B"])
    assert table["stable"].tolist()[:3] == [False, False, True]
    assert table.loc["B", ["rank_best", "rank_worst"]].tolist() == [1, 2]
    assert table["top_share"][:3].sum() == pytest.approx(1)


def test_who_lacks_nothing_is_not_to_be_built_for() -> None:
    # D has all three items at its door: nothing to build, so that it takes no rank from others.
    whole = units(
        place("A", 0, 100.0, community_kind="urban"),
        place("D", 90_000, 5_000.0, kind="company"),
        place("P", 50_000, 900.0),
    )
    beside = facilities(
        *(at(kind, 90_000) for kind in ("child_home", "kindergarten", "parent_school")),
        at("child_home", 300),
        at("friendly_place", 50_000, unit_id="P"),
    )
    found = priorities(world(whole, beside, catalogue=ROWS), "friendly").units
    assert found["state"].to_dict() == {"A": "ranked", "D": "nothing_missing", "P": "recognised"}
    assert found.at["D", "score"] == 1


def test_unknown_children_are_not_ranked_but_bounded() -> None:
    blank = UNITS.copy()
    blank.loc["C", "children_0_17"] = np.nan
    table = priorities(replace(WORLD, units=blank), "friendly").units
    # A 100 -> 0, B 300 -> 1 as before; C 0.3 to 0.8: before or after B (0.6), A (0.35).
    row = table.loc["C"]
    assert (row["state"], row["rank_best"], row["rank_worst"]) == ("unranked", 1, 3)
    assert (row["priority"], row["priority_upper"]) == (pytest.approx(0.3), pytest.approx(0.8))


def test_a_place_without_position_has_every_score() -> None:
    nowhere = UNITS.copy()
    nowhere.loc["C", "geometry"] = None
    found = priorities(replace(WORLD, units=nowhere), "friendly")
    row = found.units.loc["C"]
    assert (row["score"], row["score_upper"]) == (0, 1)
    assert len(row["unknown"]) == 3
    assert row["state"] == "unranked"
    assert np.isnan(row["cost_low"])


def test_own_weights_and_costs() -> None:
    only = priorities(WORLD, "friendly", weights={"children": 0, "missing": 0})
    assert [one.weight for one in only.criteria] == [0, 0, 1]
    assert list(only.units.index[:3]) == ["A", "B", "C"]
    dear = priorities(WORLD, "friendly", costs={"childcare": 5000})
    assert dear.units.loc["A", "cost_low"] == 950  # the kindergarten is cheaper now
    for weights in ({"children": -1.0}, {"children": float("nan")}, dict.fromkeys(
        ("children", "missing", "distance"), 0.0
    )):  # fmt: skip
        with pytest.raises(BadWeightError):
            priorities(WORLD, "friendly", weights=weights)
    with pytest.raises(BadCostError):
        priorities(WORLD, "friendly", costs={"childcare": -1})
    for wrong in ({"weights": {"colour": 1}}, {"costs": {"pool": 1}}):
        with pytest.raises(NotKnownError):
            priorities(WORLD, "friendly", **wrong)
    with pytest.raises(NotKnownError):
        priorities(WORLD, "frendly")


def test_unknown_costs_stay_unknown() -> None:
    by_cost = replace(BUNDLE, criteria=(Criterion("cost", LABEL, 1.0, "less"),))
    rows = CATALOGUE.adding(
        facility_types=(facility_type("friendly_place"),),
        bundles=(by_cost,),
        facility_costs=(FacilityCost("child_home", 100, LABEL),),
    )
    table = priorities(replace(WORLD, catalogue=rows), "friendly").units
    assert table["state"].to_dict() == {
        "B": "ranked", "A": "unranked", "C": "unranked", "P": "recognised",
    }  # fmt: skip
    none = replace(rows, facility_costs={})
    found = priorities(replace(WORLD, catalogue=none), "friendly")
    assert "criterion-left-out" in {note.code for note in found.notes}
    assert set(found.units["state"]) == {"unranked", "recognised"}


def test_nobody_recognised_leaves_distance_out() -> None:
    found = priorities(replace(WORLD, facilities=FACILITIES.iloc[:4]), "friendly")
    assert [one.weight for one in found.criteria] == pytest.approx([0.625, 0.375, 0])
    assert found.units["state"].eq("ranked").all()


def test_equal_questions_have_equal_answers() -> None:
    first, second = (priorities(WORLD, "friendly") for _ in range(2))
    assert first.units.equals(second.units)
    shuffled = replace(WORLD, units=UNITS.iloc[::-1], facilities=FACILITIES.iloc[::-1])
    third = priorities(shuffled, "friendly").units
    assert third["priority"].equals(first.units["priority"])
    assert third["top_share"].equals(first.units["top_share"])


def test_no_units_at_all() -> None:
    found = priorities(replace(WORLD, units=UNITS.iloc[:0]), "friendly")
    assert found.units.empty
    assert found.as_json()["units"] == []


def test_the_packaged_bundle() -> None:
    rows = load_catalogue()
    bundle = rows.bundle("child_friendly_community")
    assert [one.label.en for one in bundle.items] == [
        "Child home", "Playground", "Kindergarten or childcare", "Health station or clinic",
        "Parent school", "Reading corner",
    ]  # fmt: skip
    assert (bundle.urban_walk, bundle.regiment_walk) == (WalkLimit(500, 8), WalkLimit(1000, 17))
    assert sum(one.weight for one in bundle.criteria) == pytest.approx(1)
    types = {name for one in bundle.items for name in one.any_of}
    assert types <= set(rows.facility_costs)
    # No cost was read in a price list, so all call themselves assumptions.
    assert {row.basis for row in rows.facility_costs.values()} == {"ours"}


def test_bundles_that_cannot_be() -> None:
    wrong = replace(BUNDLE, id="wrong", items=(item(), item("no_such")), criteria=CRITERIA * 2)
    with pytest.raises(CatalogueError) as caught:
        ROWS.adding(bundles=(wrong,), facility_costs=(FacilityCost("pool", 1, LABEL),))
    assert len(caught.value.faults) == 4


VALUES = st.lists(st.floats(0, 1e6), min_size=1, max_size=12)


@given(VALUES, st.booleans())
def test_normalised_values_keep_their_order(values: list[float], more: bool) -> None:
    low = np.array(values)
    made = normalised(low, low, more=more)
    assert (made.low == made.high).all()
    assert ((made.low >= 0) & (made.low <= 1)).all()
    step = np.diff(made.low[np.argsort(low, kind="stable")])
    assert (step >= 0).all() if more else (step <= 0).all()


@given(st.integers(1, 8), st.integers(1, 8), st.integers(0, 5))
def test_shares_of_the_first_add_up(count: int, top: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    values, order = rng.random((count, 3)), rng.permutation(count)
    found = sensitivity(values, np.full(3, 1 / 3), order, top=top, draws=50, seed=seed)
    assert found.top_share.sum() == pytest.approx(min(top, count))
    rank = ranks_of(values @ np.full(3, 1 / 3), order)
    assert sorted(rank) == list(range(1, count + 1))
