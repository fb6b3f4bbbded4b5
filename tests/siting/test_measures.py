"""A facility, a crossing or a mobile service: two banks of a canal.

     C ---------- D ------------+      y = 400
     ~~~~~~~ canal ~~~~~~~~     |
     A ---------- B ------------+      y = 0         E (20 km off, no street)
     0          1000          3000

A kindergarten stands at A; its limit is 1,500 m. From D the road leads 4,400 m around to B, so that
C has 6,400 m to go and D 5,400. A crossing at x = 0 is 400 m long: C then has 400 m, D 1,400.
Children aged 3-5: A 10, B 20, C 30, D 10, E 5.
"""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString

from geo_planner.errors import DataError, NoLimitError
from geo_planner.siting import Candidates
from geo_planner.siting.candidates import candidate_table
from geo_planner.siting.measures import rank_measures
from geo_planner.siting.measuring.measure_costs import MeasureCosts
from geo_planner.travel import access
from tests.siting import small_worlds
from tests.travel import worlds

PLACES = {"A": (0, 0), "B": (1000, 0), "C": (0, 400), "D": (1000, 400), "E": (20_000, 0)}
CHILDREN = {"A": 10, "B": 20, "C": 30, "D": 10, "E": 5}
ROADS = (
    (0, 1, [(0, 0), (1000, 0)]),
    (2, 3, [(0, 400), (1000, 400)]),
    (3, 4, [(1000, 400), (3000, 400)]),
    (4, 5, [(3000, 400), (3000, 0)]),
    (5, 1, [(3000, 0), (1000, 0)]),
)
# A site 100,000; a crossing 400 x 100 + 10,000 = 50,000; a stop 100 x 50 x 10 = 50,000.
COSTS = MeasureCosts(facility=100_000, link_metre=100, crossing=10_000, visit=100, visits=50)


def world(roads=ROADS, places=PLACES, children=CHILDREN, *, barrier=True):
    units = worlds.units(
        *((name, at, {"children_3_5": children[name]}) for name, at in places.items())
    )
    project = worlds.project(
        units, worlds.facilities(("K", places["A"], {})), worlds.streets(*roads)
    )
    canal = gpd.GeoDataFrame(
        {"kind": ["canal"], "name": ["Main Canal"]},
        geometry=[LineString([(-500, 200), (2500, 200)])],
        crs=project.crs,
    )
    return replace(project, barriers=canal) if barrier else project


def told(table):
    return [
        (row.kind, row.unit_ids, row.children, row.cost, round(row.per_cost, 6))
        for row in table.itertuples()
    ]


def test_ranked_alone_and_in_a_list() -> None:
    found = rank_measures(world(), "kindergarten", costs=COSTS)
    assert (found.units, found.within_units, found.within_children) == (5, 2, 30)
    assert told(found.ranking) == [
        ("link", ("C", "D"), 40, 50_000, 8.0),
        ("service", ("C",), 30, 50_000, 6.0),
        ("site", ("C", "D"), 40, 100_000, 4.0),
        ("site", ("C", "D"), 40, 100_000, 4.0),
        ("service", ("D",), 10, 50_000, 2.0),
        ("service", ("E",), 5, 50_000, 1.0),
        ("site", ("E",), 5, 100_000, 0.5),
    ]
    # The crossing first; then only E is left.
    assert told(found.steps) == [
        ("link", ("C", "D"), 40, 50_000, 8.0),
        ("service", ("E",), 5, 50_000, 1.0),
    ]
    assert found.steps["total_children"].tolist() == [40, 45]
    assert found.steps["total_cost"].tolist() == [50_000, 100_000]
    link = found.ranking.iloc[0]
    assert (link["metres"], link["step"]) == (400, 1)
    assert sorted(link.geometry.coords) == [(0, 0), (0, 400)]
    assert str(link["name"]) == "Crossing of canal Main Canal for C (a link of 400 m)"
    assert found.ranking["step"].isna().sum() == 5
    codes = {note.code for note in found.notes}
    assert {"measure-costs", "link-on-the-map", "service-is-no-facility"} <= codes


def test_the_crossing_does_what_it_says() -> None:
    built = world((*ROADS, (2, 0, [(0, 400), (0, 0)])))
    then = access(built, "kindergarten")
    assert then.index[then["state"] == "within"].tolist() == ["A", "B", "C", "D"]


def test_a_budget_and_a_number() -> None:
    # 50,000 pay for the crossing alone; 40,000 for nothing.
    asked = {"costs": COSTS}
    assert len(rank_measures(world(), "kindergarten", budget=50_000, **asked).steps) == 1
    assert len(rank_measures(world(), "kindergarten", budget=40_000, **asked).steps) == 0
    assert len(rank_measures(world(), "kindergarten", most=1, **asked).steps) == 1


def test_the_vehicle_is_paid_once() -> None:
    # A stop 1,000 x 10 years, the vehicle 100 a year: the first stop 11,000, each other 10,000.
    costs = MeasureCosts(visit=20, visits=50, service_year=100)
    found = rank_measures(world(), "kindergarten", costs=costs)
    assert found.steps["unit_ids"].tolist() == [("C",), ("D",), ("E",)]
    assert found.steps["cost"].tolist() == [11_000, 10_000, 10_000]
    assert set(found.ranking["cost"]) == {11_000}
    codes = [note.code for note in found.notes]
    assert codes.count("measure-not-ranked") == 2


def test_a_stop_that_reaches_its_neighbours() -> None:
    costs = MeasureCosts(visit=100)
    found = rank_measures(world(), "kindergarten", costs=costs, service_limit=1000)
    assert found.steps["unit_ids"].tolist() == [("C", "D"), ("E",)]


def test_running_a_facility_and_costs_of_its_own() -> None:
    project = world()
    points = [worlds.shape(PLACES[name]) for name in "CE"]
    sites = Candidates(
        candidate_table(["C", "E"], points, project, source="file", cost=[7.0, None])
    )
    found = rank_measures(
        project,
        "kindergarten",
        costs=MeasureCosts(facility=90, facility_year=2, years=5),
        candidates=sites,
    )
    assert found.ranking["cost"].to_dict() == {"site:C": 17, "site:E": 100}
    # Without a cost for others, only the one that states its own is ranked.
    only = rank_measures(project, "kindergarten", costs=MeasureCosts(), candidates=sites)
    assert only.ranking.index.tolist() == ["site:C"]


def test_after_a_link_a_site_on_the_other_bank_reaches_across() -> None:
    # C stands at x = 700, D at 1,500 and the roads of the banks do not meet. A link at C: 700 + 400
    # = 1,100 m for C; D would have 1,900, and 1,552 m straight across. A site at B reaches nobody
    # new before, and D after it: 300 + 400 + 800 = 1,500 m.
    places = {"A": (0, 0), "B": (1000, 0), "C": (700, 400), "D": (1500, 400)}
    roads = ((0, 1, [(0, 0), (1000, 0)]), (2, 3, [(700, 400), (1500, 400)]))
    project = world(roads, places)
    site = Candidates(candidate_table(["B"], [worlds.shape(places["B"])], project, source="file"))
    costs = MeasureCosts(facility=10_000, link_metre=10)
    found = rank_measures(project, "kindergarten", costs=costs, candidates=site)
    assert found.ranking["kind"].tolist() == ["link"]
    assert found.steps["kind"].tolist() == ["link", "site"]
    assert found.steps["unit_ids"].tolist() == [("C",), ("D",)]


def test_a_unit_off_the_streets_gets_a_link_of_its_own() -> None:
    # E stands 300 m beside the road at B (farther than 200 m from any street): a link of 300 m
    # and 1,000 m to A.
    places = {"A": (0, 0), "B": (1000, 0), "E": (1000, -300)}
    project = world(((0, 1, [(0, 0), (1000, 0)]),), places)
    found = rank_measures(project, "kindergarten", costs=MeasureCosts(link_metre=10))
    assert told(found.ranking) == [("link", ("E",), 5, 3000, pytest.approx(5 / 0.3))]


def test_without_streets_no_links() -> None:
    project = replace(world(), streets=None)
    found = rank_measures(project, "kindergarten", costs=COSTS)
    assert "link" not in set(found.ranking["kind"])
    assert "links-need-streets" in {note.code for note in found.notes}


def test_children_nobody_counted_are_not_none() -> None:
    found = rank_measures(world(children={**CHILDREN, "C": None}), "kindergarten", costs=COSTS)
    link = found.ranking.iloc[0]
    assert (link["unit_ids"], link["children"], link["uncounted"]) == (("C", "D"), 10, 1)
    by_units = rank_measures(
        world(children={**CHILDREN, "C": None}), "kindergarten", costs=COSTS, weight="units"
    )
    assert by_units.ranking["per_cost"].iloc[0] == pytest.approx(2 / 5)


def split_at(roads, line):
    """Return the roads with a link between two places on them, each road straight and level."""
    nodes = []
    for number, (x, y) in enumerate(line.coords):
        node = 100 + number
        nodes.append(node)
        cut = []
        for start, end, ((x1, y1), (x2, y2)) in roads:
            inside = y1 == y2 == y and min(x1, x2) < x < max(x1, x2)
            if inside:
                cut += [(start, node, [(x1, y1), (x, y)]), (node, end, [(x, y), (x2, y2)])]
            else:
                cut.append((start, end, [(x1, y1), (x2, y2)]))
            if (x, y) in ((x1, y1), (x2, y2)):
                nodes[-1] = start if (x, y) == (x1, y1) else end
        roads = cut
    return (*roads, (nodes[0], nodes[1], list(line.coords)))


@settings(max_examples=12, deadline=None)
@given(
    st.lists(st.integers(0, 80), min_size=2, max_size=4, unique=True),
    st.lists(st.integers(0, 80), min_size=2, max_size=4, unique=True),
)
def test_every_link_brings_whom_access_says(south: list[int], north: list[int]) -> None:
    places = {name: (x * 50, 0) for name, x in zip("ABGH", south, strict=False)}
    places |= {name: (x * 50, 400) for name, x in zip("CDIJ", north, strict=False)}
    roads = ((0, 1, [(0, 0), (4000, 0)]), (2, 3, [(0, 400), (4000, 400)]))
    children = {name: 1 + number for number, name in enumerate("ABCDGHIJ")}
    costs = MeasureCosts(link_metre=10, facility=500)
    found = rank_measures(world(roads, places, children), "kindergarten", costs=costs)
    before = access(world(roads, places, children), "kindergarten")["state"] == "within"
    for row in found.ranking[found.ranking["kind"] == "link"].itertuples():
        built = world(split_at(roads, row.geometry), places, children)
        after = access(built, "kindergarten")["state"] == "within"
        assert tuple(after.index[after & ~before]) == row.unit_ids
    # What the whole list brings: with its first link built, and its sites.
    reached = [one for units in found.steps["unit_ids"] for one in units]
    assert len(reached) == len(set(reached))
    assert set(reached) == set(before.index[~before])


@settings(max_examples=15, deadline=None)
@given(small_worlds.PLACES, st.integers(20, 400), st.integers(0, 30), st.integers(0, 300))
def test_each_step_is_the_best_of_all_that_are_left(
    places: list[tuple[int, int]], visit: int, vehicle: int, budget: int
) -> None:
    # Without links what a measure brings is what it reaches less what is covered.
    costs = MeasureCosts(
        facility=100, visit=visit / 100, service_year=vehicle / 10, visits=10, years=2
    )
    found = rank_measures(
        small_worlds.scattered(places),
        "kindergarten",
        costs=costs,
        service_limit=600,
        budget=budget,
    )
    spent, covered, served = 0.0, set(), False
    children = {f"U{k}": k + 1 for k in range(len(places))}
    for step in found.steps.itertuples():
        ratios = []
        for row in found.ranking.itertuples():
            stop = row.kind == "service"
            cost = row.cost - (costs.service_year * costs.years if stop and served else 0)
            fresh = sum(children[one] for one in set(row.unit_ids) - covered)
            if cost <= budget - spent + 1e-9 and fresh:
                ratios.append(fresh / cost)
        assert step.per_cost == pytest.approx(10_000 * max(ratios))
        covered |= set(step.unit_ids)
        spent += step.cost
        served |= step.kind == "service"
    assert spent <= budget + 1e-6


@pytest.mark.parametrize(
    "wrong",
    [
        {"facility": -1.0},
        {"facility": np.inf},
        {"facility": np.nan},
        {"visit": 1.0, "years": 0.0},
        {"visit": 1.0, "visits": 0.0},
    ],
)
def test_costs_that_cannot_be(wrong: dict[str, float]) -> None:
    with pytest.raises(DataError):
        MeasureCosts(**wrong)


def test_what_is_refused() -> None:
    with pytest.raises(DataError):
        rank_measures(world(), "kindergarten", costs=MeasureCosts())
    with pytest.raises(DataError):
        rank_measures(world(), "kindergarten", costs=COSTS, budget=-1)
    limitless = worlds.project(
        worlds.units(("A", (0, 0), {})),
        worlds.facilities(("K", (0, 0), {})),
        types=(replace(worlds.KINDERGARTEN, urban_walk=None, regiment_walk=None),),
    )
    with pytest.raises(NoLimitError):
        rank_measures(limitless, "kindergarten", costs=COSTS)
