from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_planner.assignment import LISTED, RECORDED, WITHIN, assign, points_in_polygons
from geo_planner.coverage import measure
from geo_planner.hierarchy import Hierarchy
from tests.worlds import communities, facilities, indicator, square, units, world


def test_the_three_ways_and_what_is_left_over() -> None:
    table = units(
        {"unit_id": "A", "geometry": square(0, 0)},
        {"unit_id": "B", "geometry": square(2000, 0)},
        {"unit_id": "C", "geometry": None},
    )
    built = facilities(
        {"unit_id": "A", "serves_units": "A; C", "geometry": (2500, 500)},
        {"unit_id": "B"},
        {"geometry": (500, 500)},
        {"geometry": (5000, 5000)},
        {"geometry": None},
    )
    found = assign(built, np.arange(5), table, Hierarchy.of(table), ("community",))
    pairs = sorted(
        zip(found.facility.tolist(), found.unit.tolist(), found.how.tolist(), strict=True)
    )
    assert pairs == [(0, 0, RECORDED), (0, 2, LISTED), (1, 1, RECORDED), (2, 0, WITHIN)]
    own = {(f, u): o for f, u, o in zip(found.facility, found.unit, found.own, strict=True)}
    assert own[0, 0]
    assert not own[0, 2]
    assert found.unassigned.tolist() == [3, 4]


def test_a_regiment_holds_what_its_companies_hold_but_not_the_other_way() -> None:
    table = units(
        {"unit_id": "G", "kind": "regiment"},
        {"unit_id": "K", "kind": "company", "parent_id": "G"},
    )
    tree = Hierarchy.of(table)
    up = assign(facilities({"unit_id": "K"}), np.arange(1), table, tree, ("regiment",))
    assert up.unit.tolist() == [0]
    down = assign(facilities({"unit_id": "G"}), np.arange(1), table, tree, ("company",))
    assert down.unit.tolist() == []
    assert down.unassigned.tolist() == []


def test_two_polygons_of_one_kind_over_a_point_are_ambiguous() -> None:
    found = points_in_polygons(
        np.array([500.0, 1500.0]),
        np.array([500.0, 500.0]),
        np.array([square(0, 0), square(400, 0, 2000)], dtype=object),
    )
    assert found.tolist() == [-1, 1]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), min_size=1, max_size=30),
    st.lists(
        st.tuples(st.integers(0, 18), st.integers(0, 18), st.integers(1, 6)), min_size=1, max_size=8
    ),
)
def test_the_sweep_equals_the_definition(
    points: list[tuple[int, int]], boxes: list[tuple[int, int, int]]
) -> None:
    polygons = np.array([square(x, y, side) for x, y, side in boxes], dtype=object)
    x, y = np.array(points, dtype=float).T
    found = points_in_polygons(x, y, polygons)
    for number, (px, py) in enumerate(points):
        inside = [k for k, (bx, by, s) in enumerate(boxes) if bx < px < bx + s and by < py < by + s]
        assert found[number] == (inside[0] if len(inside) == 1 else -1)


def test_a_polygon_with_a_hole_and_a_second_part() -> None:
    ring = shapely.difference(square(0, 0, 3000), square(1000, 1000, 1000))
    area = shapely.MultiPolygon([ring, square(5000, 0)])
    found = points_in_polygons(
        np.array([1500.0, 500.0, 5500.0, np.nan]),
        np.array([1500.0, 500.0, 500.0, np.nan]),
        np.array([area, None], dtype=object),
    )
    assert found.tolist() == [-1, 0, 0, -1]


def test_units_named_in_a_list_that_do_not_exist_count_nowhere() -> None:
    built = facilities({"serves_units": "R001;R999"}, {"serves_units": " ; "})
    found = measure(world(units(*communities("regiment", 2)), built), "regiment")
    assert (found.n, found.covered) == (2, 1)


def test_a_circular_tree_ends() -> None:
    table = units(
        {"unit_id": "A", "kind": "company", "parent_id": "B"},
        {"unit_id": "B", "kind": "company", "parent_id": "A"},
    )
    tree = Hierarchy.of(table)
    assert tree.ancestor_in(tree.of_kinds(("regiment",))).tolist() == [-1, -1]


@pytest.mark.parametrize(("kinds", "expected"), [(("regiment",), 1), (("company",), 2), ((), 0)])
def test_kinds(kinds: tuple[str, ...], expected: int) -> None:
    table = units(
        {"unit_id": "G", "kind": "regiment"},
        {"unit_id": "K1", "kind": "company"},
        {"unit_id": "K2", "kind": "company"},
    )
    assert int(Hierarchy.of(table).of_kinds(kinds).sum()) == expected


def test_an_indicator_of_regiments_sees_the_facility_of_a_company() -> None:
    row = indicator(
        "venues",
        "has_facility",
        facility_type="childcare",
        unit_kinds=("regiment",),
        comparison="must_hold",
        quantified=False,
    )
    from tests.worlds import CATALOGUE

    table = units(
        {"unit_id": "G1", "kind": "regiment"},
        {"unit_id": "G2", "kind": "regiment"},
        {"unit_id": "K", "kind": "company", "parent_id": "G1"},
    )
    project = world(
        table,
        facilities({"facility_type": "childcare", "unit_id": "K"}),
        catalogue=CATALOGUE.adding(indicators=[row]),
    )
    found = measure(project, "venues")
    assert (found.n, found.covered, found.status) == (2, 1, "reference_only")
