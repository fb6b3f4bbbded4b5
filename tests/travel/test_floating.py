"""Floating catchments against PySAL ``access``, and what is not known in a project."""

from dataclasses import replace

import access as pysal
import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_planner.errors import NotKnownError
from geo_planner.travel import TravelCosts
from geo_planner.travel.floating import gaussian, steps, supply_ratio, three_step, two_step
from tests.travel.worlds import facilities, project, streets, units

DECAYS = (
    (
        steps({300: 1.0, 600: 0.68, 900: 0.22}),
        pysal.weights.step_fn({300: 1, 600: 0.68, 900: 0.22}),
    ),
    (gaussian(400.0), pysal.weights.gaussian(400.0)),
)


@st.composite
def markets(draw):
    """Distances (some pairs without way), heads (some places without), places (some closed)."""
    rows, columns = draw(st.integers(1, 6)), draw(st.integers(1, 5))
    metres = draw(
        st.lists(
            st.one_of(st.integers(0, 12).map(lambda n: n * 100.0), st.just(np.inf)),
            min_size=rows * columns,
            max_size=rows * columns,
        )
    )
    heads = draw(st.lists(st.integers(0, 50), min_size=rows, max_size=rows))
    places = draw(st.lists(st.integers(0, 90), min_size=columns, max_size=columns))
    matrix = np.array(metres).reshape(rows, columns)
    return matrix, np.array(places, dtype=float), np.array(heads, dtype=float)


def frames(matrix, places, heads):
    """The same market as PySAL takes it: tables by index, pairs with ``cost``."""
    demand, site = np.nonzero(np.isfinite(matrix))
    costs = pd.DataFrame({"origin": demand, "dest": site, "cost": matrix[demand, site]})
    at = pd.DataFrame({"demand": heads}, index=pd.Index(range(len(heads)), name="geoid"))
    offered = pd.DataFrame({"supply": places}, index=pd.Index(range(len(places)), name="geoid"))
    return at, offered, costs


def theirs(function, market, **more):
    at, offered, costs = frames(*market)
    if costs.empty:
        return np.zeros(len(at))
    with np.errstate(invalid="ignore", divide="ignore"):
        found = function(at, offered, costs, demand_index=True, supply_index=True, **more)
    return found.reindex(at.index).fillna(0).to_numpy()


def same(ours, pysals):
    # PySAL's 0 x inf (weight 0, places nobody asks for) is nan and left out of sums; so is ours.
    assert np.array_equal(np.isinf(ours), np.isinf(pysals))
    finite = np.isfinite(ours)
    assert np.allclose(ours[finite], pysals[finite], rtol=1e-9, atol=1e-12)


@given(markets(), st.sampled_from([250.0, 500.0, 1000.0, 1500.0]))
@settings(max_examples=150, deadline=None)
def test_two_steps_equal_pysal(market, limit):
    matrix, places, heads = market
    ours = two_step(TravelCosts.from_dense(matrix), places, heads, limit=limit)
    same(ours, theirs(pysal.fca.two_stage_fca, market, max_cost=limit))


@given(markets(), st.sampled_from([500.0, 1000.0]), st.sampled_from(DECAYS))
@settings(max_examples=150, deadline=None)
def test_enhanced_two_steps_equal_pysal(market, limit, decay):
    matrix, places, heads = market
    ours = two_step(TravelCosts.from_dense(matrix), places, heads, limit=limit, decay=decay[0])
    same(ours, theirs(pysal.fca.two_stage_fca, market, max_cost=limit, weight_fn=decay[1]))


@given(markets(), st.sampled_from([500.0, 1000.0, None]), st.sampled_from(DECAYS))
@settings(max_examples=150, deadline=None)
def test_three_steps_equal_pysal(market, limit, decay):
    matrix, places, heads = market
    ours = three_step(TravelCosts.from_dense(matrix), places, heads, limit=limit, decay=decay[0])
    same(ours, theirs(pysal.fca.three_stage_fca, market, max_cost=limit, weight_fn=decay[1]))


def test_steps_are_inclusive_and_end():
    assert steps({300: 1.0, 600: 0.5})(np.array([0.0, 300.0, 300.1, 600.0, 601.0])).tolist() == [
        1.0, 1.0, 0.5, 0.5, 0.0,
    ]  # fmt: skip


@given(markets())
@settings(max_examples=60, deadline=None)
def test_places_are_shared_out_whole(market):
    # What all heads get together is what is offered where anybody asks: sum_i P_i A_i = sum_j S_j.
    matrix, places, heads = market
    costs = TravelCosts.from_dense(matrix)
    got = two_step(costs, places, heads)
    asked = np.bincount(costs.site, heads[costs.demand], len(places)) > 0
    mine = got[heads > 0]
    assert np.isclose((mine * heads[heads > 0]).sum(), places[asked].sum(), rtol=1e-9)


ROAD = streets((0, 1, [(0, 0), (1000, 0)]), (1, 2, [(1000, 0), (3000, 0)]))


def world(capacities, children, *, road=ROAD):
    """K1 at 0 m with 20 children, K2 at 1000 m with 30; F1 at 200 m, F2 at 1800 m."""
    table = units(
        ("K1", (0, 0), {"children_3_5": children[0]}),
        ("K2", (1000, 0), {"children_3_5": children[1]}),
    )
    sites = facilities(("F1", (200, 0), {}), ("F2", (1800, 0), {}))
    return project(table, sites.assign(capacity=capacities), road)


def test_worked_by_hand():
    # Limit 1000 m. F1 (40 places) is 200 m from K1 and 800 m from K2: 40 / (20 + 30) = 0.8.
    # F2 (15 places) is 800 m from K2 only: 15 / 30 = 0.5. K1: 800 per 1,000; K2: 800 + 500.
    found = supply_ratio(world([40.0, 15.0], [20.0, 30.0]), "kindergarten", limit=1000)
    assert found.units["places_per_1000"].tolist() == pytest.approx([800, 1300])
    assert found.units["bound"].tolist() == ["exact", "exact"]
    assert found.facilities["places_per_1000"].tolist() == pytest.approx([800, 500])
    assert found.facilities["children"].tolist() == [50, 30]
    assert (found.method, found.measure, found.counted) == ("streets", "2sfca", "children_3_5")


def test_enhanced_worked_by_hand():
    # Thirds of 1000 m: 200 m weighs 1, 800 m weighs 0.22. F1: 40 / (20 + 0.22 x 30) = 40 / 26.6;
    # F2: 15 / 6.6. K1: 40 / 26.6. K2: 0.22 x (40 / 26.6 + 15 / 6.6).
    found = supply_ratio(
        world([40.0, 15.0], [20.0, 30.0]), "kindergarten", method="e2sfca", limit=1000
    )
    expected = [40 / 26.6 * 1000, 0.22 * (40 / 26.6 + 15 / 6.6) * 1000]
    assert found.units["places_per_1000"].tolist() == pytest.approx(expected)


def test_choosing_worked_by_hand():
    # The weight at share s of the limit is 0.01 ** (s * s): w1 = 0.01 ** 0.04, w2 = 0.01 ** 0.64.
    # K1 reaches F1 alone: it goes there whole. K2 is as far from both: half to each.
    near, far = 0.01**0.04, 0.01**0.64
    found = supply_ratio(
        world([40.0, 15.0], [20.0, 30.0]), "kindergarten", method="3sfca", limit=1000
    )
    first, second = 40 / (20 * near + 30 * far / 2), 15 / (30 * far / 2)
    expected = [near * first * 1000, far / 2 * (first + second) * 1000]
    assert found.units["places_per_1000"].tolist() == pytest.approx(expected)


def test_unknown_capacity_is_a_lower_bound_and_never_zero():
    # F2's places are not stated: K2 has at least F1's 0.8. Where none are, there is no figure.
    found = supply_ratio(world([40.0, None], [20.0, 30.0]), "kindergarten", limit=1000)
    assert found.units["places_per_1000"].tolist() == pytest.approx([800, 800])
    assert found.units["bound"].tolist() == ["exact", "at_least"]
    assert any(note.code == "capacity-unknown" and "F2" in str(note) for note in found.notes)
    silent = supply_ratio(world([None, None], [20.0, 30.0]), "kindergarten", limit=1000)
    assert silent.units["places_per_1000"].isna().all()
    assert silent.units["state"].tolist() == ["no_capacity", "no_capacity"]
    assert silent.units["bound"].isna().all()


def test_unknown_children_make_an_upper_bound():
    # K1 does not state its children: of F1's 40 places K2's 30 children have 1.333 each, or fewer.
    found = supply_ratio(world([40.0, 15.0], [None, 30.0]), "kindergarten", limit=1000)
    assert found.units.loc["K2", "places_per_1000"] == pytest.approx(1000 * (40 / 30 + 0.5))
    assert found.units["bound"].tolist() == ["at_most", "at_most"]
    assert found.facilities["bound"].tolist() == ["at_most", "exact"]
    both = supply_ratio(world([40.0, None], [None, 30.0]), "kindergarten", limit=1000)
    assert both.units.loc["K2", "bound"] == "uncertain"


def test_who_has_no_position_may_be_anywhere():
    # F3 stands nobody knows where: its 10 places may be within reach of anyone. K3 likewise: its
    # 5 children may ask for anyone's places. With nothing to offer or to ask neither matters.
    both = world([40.0, 15.0], [20.0, 30.0])
    lost = replace(both, facilities=gpd.GeoDataFrame(pd.concat(
        [both.facilities, facilities(("F3", None, {})).assign(capacity=[10.0])]
    ), crs=both.crs))  # fmt: skip
    assert bounds(lost) == ["at_least", "at_least"]
    empty = replace(lost, facilities=lost.facilities.assign(capacity=[40.0, 15.0, 0.0]))
    assert bounds(empty) == ["exact", "exact"]
    stray = units(("K3", None, {"children_3_5": 5.0}))
    more = replace(both, units=gpd.GeoDataFrame(pd.concat([both.units, stray]), crs=both.crs))
    assert bounds(more) == ["at_most", "at_most", None]


def bounds(made):
    table = supply_ratio(made, "kindergarten", limit=1000).units["bound"]
    return [one if isinstance(one, str) else None for one in table]


def test_nobody_counted_anywhere_is_no_figure():
    found = supply_ratio(world([40.0, 15.0], [0.0, 0.0]), "kindergarten", limit=1000)
    assert found.units["state"].tolist() == ["no_children", "no_children"]
    assert found.units["places_per_1000"].isna().all()


def test_out_of_reach_is_zero_with_its_reason():
    table = units(
        ("far", (3000, 0), {"children_3_5": 5.0}),
        ("island", (9000, 0), {"children_3_5": 5.0}),
        ("lost", None, {"children_3_5": 5.0}),
    )
    sites = facilities(("F1", (0, 0), {})).assign(capacity=[30.0])
    road = streets((0, 1, [(0, 0), (3000, 0)]), (2, 3, [(8900, 0), (9100, 0)]))
    found = supply_ratio(project(table, sites, road), "kindergarten", limit=1000)
    assert found.units["state"].tolist() == ["beyond", "no_path", "no_position"]
    assert found.units["places_per_1000"].tolist()[:2] == [0, 0]
    assert np.isnan(found.units["places_per_1000"].iloc[2])


def test_no_working_facility_and_no_streets():
    bare = project(units(("K1", (0, 0), {"children_3_5": 5.0})), facilities())
    found = supply_ratio(bare, "kindergarten", limit=500)
    assert found.units["state"].tolist() == ["no_facility"]
    assert found.units["places_per_1000"].tolist() == [0]
    straight = supply_ratio(
        world([40.0, 15.0], [20.0, 30.0], road=None), "kindergarten", limit=1000
    )
    # Straight lines times 1.3: 800 m become 1040 m, beyond; only K1 reaches F1: 40 / 20.
    assert straight.method == "straight_line"
    assert straight.units["places_per_1000"].tolist() == pytest.approx([2000, 0])
    assert any(note.code == "straight-line" for note in straight.notes)


def test_a_unit_where_its_facility_stands_needs_no_street():
    table = units(("K1", (0, 5000), {"children_3_5": 10.0}))
    sites = facilities(("F1", (0, 5000), {})).assign(capacity=[20.0])
    found = supply_ratio(project(table, sites, ROAD), "kindergarten", limit=0)
    assert found.units["places_per_1000"].tolist() == [2000]


def test_names_and_limits_are_checked():
    with pytest.raises(NotKnownError):
        supply_ratio(world([1, 1], [1, 1]), "nursery")
    with pytest.raises(NotKnownError):
        supply_ratio(world([1, 1], [1, 1]), "kindergarten", mode="fly")
