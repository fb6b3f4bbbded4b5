"""Cumulative opportunities: counted by hand, by brute force, and with what is not known."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_planner.errors import NoLimitError, NotKnownError
from geo_planner.rows import FacilityType
from geo_planner.travel.opportunities import opportunities
from tests.travel.worlds import NAME, facilities, project, streets, units

ROAD = streets((0, 1, [(0, 0), (3000, 0)]), (2, 3, [(0, 9000), (100, 9000)]))
PEOPLE = (
    ("K1", (0, 0), {"children_3_5": 20.0}),
    ("K2", (1000, 0), {"children_3_5": None}),
    ("K3", (2500, 0), {"children_3_5": 12.0}),
    ("island", (50, 9000), {"children_3_5": 3.0}),
    ("lost", None, {"children_3_5": 4.0}),
)


def world(*, capacities=(40.0, None), road=ROAD, people=PEOPLE):
    """F1 at 200 m, F2 at 800 m along the road."""
    sites = facilities(("F1", (200, 0), {}), ("F2", (800, 0), {}))
    return project(units(*people), sites.assign(capacity=list(capacities)), road)


def test_several_limits_by_hand():
    found = opportunities(world(), "kindergarten", limits=[1000, 300, 300])
    table = found.units.set_index(["unit_id", "limit_m"])
    assert len(table) == 10
    # K1: F1 at 200 m, F2 at 800 m. K2: F2 at 200 m, F1 at 800 m. K3: 1700 m and more.
    assert table.loc[("K1", 300.0), ["facilities", "places", "places_unknown"]].tolist() == [
        1,
        40,
        0,
    ]
    assert table.loc[("K1", 1000.0), ["facilities", "places", "places_unknown"]].tolist() == [
        2,
        40,
        1,
    ]
    assert table.loc[("K2", 300.0), ["facilities", "places_unknown"]].tolist() == [1, 1]
    assert np.isnan(table.loc[("K2", 300.0), "places"])  # F2 alone, and it states none
    assert table.loc[("K3", 1000.0), ["facilities", "places"]].tolist() == [0, 0]
    assert table["state"].unstack().loc[:, 1000.0].to_dict() == {
        "K1": "within", "K2": "within", "K3": "beyond", "island": "no_path", "lost": "no_position",
    }  # fmt: skip
    assert table.loc[("lost", 300.0), ["facilities", "places", "places_unknown"]].isna().all()
    assert table.loc[("island", 300.0), "facilities"] == 0


def test_whom_each_facility_reaches_by_hand():
    found = opportunities(world(), "kindergarten", limits=[300, 1000])
    table = found.facilities.set_index(["facility_id", "limit_m"])
    assert table.loc[("F1", 300.0), ["units", "children", "children_unknown"]].tolist() == [
        1,
        20,
        0,
    ]
    assert table.loc[("F1", 1000.0), ["units", "children", "children_unknown"]].tolist() == [
        2,
        20,
        1,
    ]
    assert table.loc[("F2", 300.0), ["units", "children_unknown"]].tolist() == [1, 1]
    assert np.isnan(table.loc[("F2", 300.0), "children"])
    totals = found.totals.set_index("limit_m")
    # 39 children are stated; within 300 m and 1000 m of any only K1's 20.
    assert totals.loc[300.0, ["units", "units_within", "units_unknown"]].tolist() == [5, 2, 1]
    assert totals.loc[1000.0, ["children", "children_within", "children_unknown"]].tolist() == [
        39, 20, 1,
    ]  # fmt: skip
    assert totals.loc[1000.0, "share"] == pytest.approx(100 * 20 / 39)
    codes = {note.code for note in found.notes}
    assert {"children-unknown", "capacity-unknown", "units-without-position"} <= codes


def test_each_unit_by_its_own_limit_where_none_is_asked():
    people = (
        ("town", (700, 0), {"community_kind": "urban", "children_3_5": 1.0}),
        ("village", (2200, 0), {"community_kind": "regiment", "children_3_5": 1.0}),
    )
    found = opportunities(world(people=people), "kindergarten")
    # 300 m in town: F2 at 100 m; 1500 m elsewhere: F2 at 1400 m, F1 at 2000 m is beyond.
    assert found.units["limit_m"].tolist() == [300, 1500]
    assert found.units["facilities"].tolist() == [1, 1]
    assert found.totals["limit_m"].isna().all()


def test_no_facility_no_streets_no_limit():
    none = opportunities(project(units(*PEOPLE), facilities(), ROAD), "kindergarten", limits=[500])
    assert set(none.units["state"]) == {"no_facility"}
    assert none.units["facilities"].tolist() == [0] * 5
    assert len(none.facilities) == 0
    straight = opportunities(world(road=None), "kindergarten", limits=[500])
    assert straight.method == "straight_line"
    # 1.3 x 200 m and 1.3 x 800 m.
    assert straight.units["facilities"].tolist()[:2] == [1, 1]
    assert any(note.code == "straight-line" for note in straight.notes)
    library = FacilityType("library", NAME, assessed=("company",))
    with pytest.raises(NoLimitError):
        opportunities(project(units(*PEOPLE), facilities(), ROAD, types=(library,)), "library")
    with pytest.raises(NotKnownError):
        opportunities(world(), "nursery", limits=[500])


@given(
    st.lists(st.integers(0, 3000).map(float), min_size=1, max_size=8),
    st.lists(st.integers(0, 3000).map(float), max_size=5),
    st.lists(st.integers(0, 3200).map(float), min_size=1, max_size=3),
    st.booleans(),
)
@settings(max_examples=50, deadline=None)
def test_equal_to_counting_every_pair(people, sites, limits, on_streets):
    made = project(
        units(*((f"K{i}", (at, 0), {"children_3_5": float(i)}) for i, at in enumerate(people))),
        facilities(*((f"F{i}", (at, 0), {}) for i, at in enumerate(sites))).assign(capacity=10.0),
        ROAD if on_streets else None,
    )
    found = opportunities(made, "kindergarten", limits=limits)
    factor = 1.0 if on_streets else 1.3
    way = np.abs(np.subtract.outer(np.array(people), np.array(sites))) * factor
    inside = np.round(way, 3)[:, :, None] <= np.unique(limits)
    assert found.units["facilities"].tolist() == inside.sum(axis=1).ravel().tolist()
    assert found.units["places"].tolist() == (10 * inside.sum(axis=1)).ravel().tolist()
    children = np.arange(len(people), dtype=float)
    reached = (inside * children[:, None, None]).sum(axis=0)
    assert found.facilities["children"].tolist() == reached.T.ravel().tolist()
    within = (inside.any(axis=1) * children[:, None]).sum(axis=0)
    assert found.totals["children_within"].tolist() == within.tolist()
    # A wider limit never holds less.
    assert found.totals["units_within"].is_monotonic_increasing
