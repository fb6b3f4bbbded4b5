"""Sums of ways, by hand: who is within the limit, and who nobody counted."""

from __future__ import annotations

import math

from geo_planner.travel.summary import summarise_access
from tests.worlds import facilities, units, world

NAN = math.nan


def _world(*children: float) -> object:
    rows = [
        {"unit_id": f"K{i}", "kind": "company", "children_3_5": count, "geometry": (1000 * i, 0)}
        for i, count in enumerate(children)
    ]
    built = facilities(
        {"facility_type": "kindergarten", "geometry": (0, 0)}, {"facility_type": "hospital"}
    )
    return world(units(*rows), built)


def test_children_within_and_those_nobody_counted() -> None:
    # 1500 m on foot, straight lines times 1.3: 0 and 1300 m are within, 2600 m is not.
    row = summarise_access(_world(5, NAN, 15), ["kindergarten"]).loc["kindergarten"]
    assert (row["units"], row["within"], row["beyond"]) == (3, 2, 1)
    assert (row["weight"], row["weight_within"], row["weight_missing"]) == (20, 5, 1)
    assert (row["share"], row["weight_of"], row["mode"]) == (25.0, "children_3_5", "walk")
    assert row["median_m"] == 1300


def test_by_road_every_one_is_within() -> None:
    row = summarise_access(_world(5, 5, 15), ["kindergarten"], mode="drive").loc["kindergarten"]
    assert (row["within"], row["share"]) == (3, 100.0)


def test_a_type_without_a_limit_is_left_out() -> None:
    assert summarise_access(_world(1), ["hospital", "kindergarten"]).index.tolist() == [
        "kindergarten"
    ]


def test_no_children_no_share() -> None:
    row = summarise_access(_world(NAN, NAN), ["kindergarten"]).loc["kindergarten"]
    assert math.isnan(row["share"])
    assert row["weight_missing"] == 2
