"""Routes of all units at once: lines that are as long as the ways they stand for."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_planner.catalogue import TravelMode
from geo_planner.errors import NoStreetsError
from geo_planner.travel import StreetNetwork, access
from geo_planner.travel.explain import explain
from geo_planner.travel.routes import routes, routes_to_nearest
from tests.travel.worlds import NAME, facilities, project, streets, units


def a_cross():
    """A road from west to east with a branch to the north at (1000, 0).

    A and B lie on the branch, C stands 30 m beside the road; the kindergarten is 40 m south of the
    road's eastern end.
    """
    return project(
        units(("A", (1000, 600), {}), ("B", (1000, 200), {}), ("C", (300, 30), {})),
        facilities(("K", (2000, -40), {})),
        streets(
            (0, 1, [(0, 0), (1000, 0)]),
            (1, 2, [(1000, 0), (2000, 0)]),
            (1, 3, [(1000, 0), (1000, 600)]),
        ),
    )


def test_ways_that_run_together_are_kept_once() -> None:
    found, names, led_to = routes(a_cross(), "kindergarten")
    assert list(names) == ["A", "B", "C"]
    assert list(led_to) == ["K"]
    # A: 600 down the branch, 1000 east, 40 to the door; B starts 400 m further down the branch;
    # C walks 30 to the road, 700 + 1000 along it, 40 to the door.
    assert found.metres.tolist() == [1640.0, 1240.0, 1770.0]
    # Four stretches: A to B, B to the junction, C to the junction, the junction to the end.
    lengths = sorted(line.length for line in found.pieces)
    assert lengths == [200.0, 400.0, 700.0, 1000.0]
    assert found.line(0).length == 1600.0
    assert found.leaving[2].coords[:] == [(300, 30), (300, 0)]
    assert found.arriving[0].coords[:] == [(2000, 0), (2000, -40)]


def test_an_island_has_no_route_and_a_door_needs_none() -> None:
    world = project(
        units(("far", (5000, 5000), {}), ("door", (2000, 0), {}), ("on", (500, 0), {})),
        facilities(("K", (2000, 0), {})),
        streets((0, 1, [(0, 0), (2000, 0)]), (2, 3, [(5000, 5000), (6000, 5000)])),
    )
    found, _, _ = routes(world, "kindergarten")
    assert found.facility.tolist() == [-1, 0, 0]
    assert np.isnan(found.metres[0])
    assert found.metres[1:].tolist() == [0.0, 1500.0]
    assert found.line(0) is None
    assert found.line(1) is None
    assert found.leaving[0] is None


@pytest.mark.parametrize("names", [("A", "B"), ("B", "A")])
def test_of_facilities_equally_near_all_answers_name_the_first(names) -> None:
    # 300 m to either side; cut at 0.2, 0.5 and 0.8 of the street, whose differences are rounded.
    at = {"A": (-300, 0), "B": (300, 0)}
    world = project(
        units(("U", (0, 0), {})),
        facilities(*((name, at[name], {}) for name in names)),
        streets((0, 1, [(-500, 0), (500, 0)])),
    )
    found, _, led_to = routes(world, "kindergarten")
    assert led_to[found.facility[0]] == names[0]
    assert access(world, "kindergarten")["facility_id"].tolist() == [names[0]]
    assert explain(world, "U", "kindergarten").nearest.facility_id == names[0]


def test_no_streets_no_routes() -> None:
    with pytest.raises(NoStreetsError):
        routes(replace(a_cross(), streets=None), "kindergarten")


@st.composite
def worlds(draw: st.DrawFn):
    """Random points on a random planar-ish graph, with duplicates, loops and separate parts."""
    count = draw(st.integers(2, 9))
    whole = st.integers(0, 12)
    at = np.array([[draw(whole) * 100.0, draw(whole) * 100.0] for _ in range(count)])
    edges = draw(
        st.lists(
            st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)), min_size=1, max_size=14
        )
    )
    spot = st.tuples(whole, whole).map(lambda one: (one[0] * 100.0 + 17.0, one[1] * 100.0 - 9.0))
    return (
        at,
        edges,
        draw(st.lists(spot, min_size=1, max_size=6)),
        draw(st.lists(spot, min_size=1, max_size=4)),
    )


@settings(deadline=None, max_examples=120)
@given(worlds())
def test_routes_are_as_long_as_the_ways(world) -> None:
    at, edges, here, there = world
    start, end = np.array(edges).T
    metres = np.hypot(*(at[start] - at[end]).T)
    network = StreetNetwork.from_edges(start, end, metres, xy=at)
    origins, doors = shapely.points(here), shapely.points(there)
    snapped = network.snap(origins, reach=400), network.snap(doors, reach=400)
    near = network.nearest_points(*snapped)
    found = routes_to_nearest(network, *snapped, here=origins, there=doors)
    at_door = np.array([shapely.distance(one, doors).min() == 0 for one in origins])
    expected = np.where(at_door, 0.0, np.where(np.isfinite(near.metres), near.metres, np.nan))
    np.testing.assert_allclose(found.metres, expected, atol=1e-6)
    for row in np.flatnonzero(~np.isnan(found.metres) & ~at_door):
        line = found.line(row)
        legs = found.leaving[row].length + found.arriving[found.facility[row]].length
        drawn = legs + (0.0 if line is None else line.length)
        assert drawn == pytest.approx(found.metres[row], abs=1e-6)
        if line is not None:
            # The line begins where the unit meets the street and ends where the facility does.
            assert (
                shapely.get_point(found.leaving[row], -1).distance(shapely.get_point(line, 0))
                < 1e-6
            )
            last = found.arriving[found.facility[row]]
            assert shapely.get_point(last, 0).distance(shapely.get_point(line, -1)) < 1e-6


def test_routes_follow_the_rows_of_access() -> None:
    world = a_cross()
    table = access(world, "kindergarten")
    found, names, led_to = routes(world, "kindergarten")
    assert list(names) == list(table.index)
    assert [led_to[one] for one in found.facility] == table["facility_id"].tolist()
    np.testing.assert_allclose(found.metres, table["network_m"], atol=1e-3)


def test_a_way_over_open_ground_is_drawn_straight() -> None:
    # Three sides of a square of 1000 m. A to K: 3000 m along it, or 1000 m straight over open
    # ground, which take 1.67 times as long, 1670. B: 1500 m along it, or 1118 x 1.67 = 1867.
    world = project(
        units(("A", (0, 0), {}), ("B", (500, 1000), {})),
        facilities(("K", (1000, 0), {})),
        streets((0, 1, [(0, 0), (0, 1000), (1000, 1000), (1000, 0)])),
    )
    own = TravelMode(
        "own", NAME, 1.0, "walk", 1.3, snap_metres=200, offroad_metres=1500.0, offroad_pace=1.67
    )
    world = replace(world, catalogue=world.catalogue.adding(travel_modes=(own,)))
    found, _, _ = routes(world, "kindergarten", mode="own")
    assert found.direct.tolist() == [True, False]
    assert found.facility.tolist() == [0, 0]
    assert found.metres.tolist() == [1000.0, 1500.0]
    assert found.leaving[0].coords[:] == [(0, 0), (1000, 0)]
    assert found.line(0) is None
    assert found.line(1).length == 1500.0
    table = access(world, "kindergarten", mode="own")
    np.testing.assert_allclose(found.metres, table["network_m"], atol=1e-3)
    assert table["method"].tolist() == ["offroad", "streets"]
