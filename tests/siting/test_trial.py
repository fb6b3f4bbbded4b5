"""Sites on trial: worked by hand, and equal to what access says of a project with those sites."""

import json
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, Point

from geo_planner.catalogue import TravelMode
from geo_planner.errors import NoLimitError, NotKnownError, OutsideWorldError
from geo_planner.siting.trial import FacilityIndex
from geo_planner.travel import access
from tests.travel.worlds import METRIC, NAME, facilities, project, streets, units

TYPE = "kindergarten"
ROAD = streets((0, 1, [(0, 0), (4000, 0)]))
# On one road, a kindergarten at its begin. The limit outside towns is 1 500 m.
TOWN = project(
    units(
        ("A", (1000, 0), {"children_3_5": 10}),
        ("B", (2000, 0), {"children_3_5": 20}),
        ("C", (3000, 0), {"children_3_5": None}),
        ("D", (3400, 100), {"children_3_5": 7}),
        ("E", None, {"children_3_5": 99}),
    ),
    facilities(("K", (0, 0), {})),
    ROAD,
)


def test_a_site_dropped_and_taken_back() -> None:
    index = FacilityIndex.of(TOWN, TYPE)
    found = index.drop(Point(2500, 0))
    # B 500 m, C 500 m, D 900 + 100 m are newly within 1 500 m; A stays nearer to K (1 000 m)
    # than to the site (1 500 m).
    assert found.newly_reached == ("B", "C", "D")
    assert (found.gained.units, found.gained.children, found.gained.children_unknown) == (3, 27, 1)
    assert (found.before.units, found.after.units) == (1, 4)
    assert (found.lost, found.nearer, found.assessed, found.unknown) == ((), (), 5, 1)
    row = found.units.loc["D"]
    assert (row["facility_before"], row["facility_after"], row["metres_after"]) == (
        None, "trial-1", 1000,
    )  # fmt: skip
    back = index.undo()
    assert (back.lost, back.after.units, back.change) == (("B", "C", "D"), 1, "undo")
    assert index.together().units.empty
    with pytest.raises(NotKnownError):
        index.undo()


def test_a_facility_removed_leaves_its_units_to_the_next() -> None:
    index = FacilityIndex.of(TOWN, TYPE)
    index.drop(Point(1800, 0))  # reaches A (800 m, nearer than 1 000), B, C (1 200), not D (1 700)
    gone = index.remove("K")
    assert (gone.lost, gone.farther) == ((), ())  # A has the nearer site already
    gone = index.remove("trial-1")
    assert gone.lost == ("A", "B", "C")
    both = index.together()
    assert (both.lost, both.newly_reached) == (("A",), ())
    again = index.undo("K")
    assert again.newly_reached == ("A",)
    assert index.undo("trial-1").newly_reached == ("B", "C")
    assert index.undo().site == "trial-1"
    assert index.standing == ("K",)


def test_what_is_established_stays() -> None:
    from geo_planner import measure
    from tests.worlds import KINDERGARTEN

    world = replace(TOWN, catalogue=TOWN.catalogue.adding(indicators=(KINDERGARTEN,)))
    before = measure(world, KINDERGARTEN.id)
    index = FacilityIndex.of(world, TYPE)
    found = index.drop(Point(2500, 0))
    after = measure(world, KINDERGARTEN.id)
    assert (after.covered, after.uncovered) == (before.covered, before.uncovered)
    assert "trial-no-record" in {note.code for note in found.notes}


def test_unknown_is_never_reached() -> None:
    # E has no position: neither reached nor lost, whatever stands.
    index = FacilityIndex.of(TOWN, TYPE, limit=1e6)
    assert pd.isna(index.within["E"])
    assert index.drop(Point(0, 0)).unknown == 1
    assert "E" not in index.remove("K").units.index


def test_as_json_says_none_where_nothing_is_known() -> None:
    # C had no facility within its limit, so no metres to one, and states no children.
    made = FacilityIndex.of(TOWN, TYPE).drop(Point(3000, 0)).as_json()
    assert json.dumps(made, allow_nan=False)
    assert None in made["units"][0].values()


def test_records_of_one_facility_go_together() -> None:
    twice = facilities(("K", (0, 0), {}), ("K2", (10, 0), {}))
    twice["name"], twice["unit_id"] = "一园", "A"
    world = replace(TOWN, facilities=twice)
    assert FacilityIndex.of(world, TYPE).remove("K").lost == ("A",)


def test_a_site_off_the_streets_reaches_who_stands_there() -> None:
    at = units(("A", (1000, 900), {"children_3_5": 1}), ("B", (1000, 0), {"children_3_5": 1}))
    index = FacilityIndex.of(project(at, facilities(), ROAD), TYPE)
    found = index.drop(Point(1000, 900))
    assert found.newly_reached == ("A",)
    assert "trial-off-streets" in {note.code for note in found.notes}


def test_a_barrier_between_site_and_street() -> None:
    canal = gpd.GeoDataFrame(
        {"kind": ["canal"], "name": [None]},
        geometry=[LineString([(0, 50), (4000, 50)])],
        crs=METRIC,
    )
    index = FacilityIndex.of(replace(TOWN, barriers=canal), TYPE)
    assert index.drop(Point(2500, 80)).newly_reached == ()
    # D itself lies behind the canal.
    assert index.drop(Point(2500, 20)).newly_reached == ("B", "C")


def test_refusals() -> None:
    index = FacilityIndex.of(TOWN, TYPE)
    with pytest.raises(NotKnownError, match="K"):
        index.remove("no such")
    with pytest.raises(OutsideWorldError):
        index.drop(lonlat=(1e9, 95))
    with pytest.raises(OutsideWorldError):
        index.drop(Point(np.nan, 0))
    with pytest.raises(ValueError, match="point"):
        index.drop()
    with pytest.raises(NotKnownError):
        FacilityIndex.of(TOWN, "no_such")
    bare = replace(TOWN.catalogue.facility_type(TYPE), drive_minutes=None)
    with pytest.raises(NoLimitError):
        FacilityIndex.of(
            replace(TOWN, catalogue=TOWN.catalogue.adding(facility_types=(bare,))),
            TYPE,
            mode="drive",
        )


def test_degrees_are_where_metres_are() -> None:
    lon, lat = gpd.GeoSeries([Point(500_000, 4_740_000)], crs=METRIC).to_crs(4326).iloc[0].coords[0]
    near = units(("A", (500_000, 4_740_000), {}))
    index = FacilityIndex.of(project(near, facilities()), TYPE)
    found = index.drop(lonlat=(lon, lat))
    assert found.newly_reached == ("A",)
    assert found.units.loc["A", "metres_after"] == pytest.approx(0, abs=0.01)
    assert found.method == "straight_line"


PLACE = st.tuples(st.integers(-2, 12), st.integers(-2, 12)).map(
    lambda at: (at[0] * 200.0, at[1] * 200.0)
)
MODES = (
    TravelMode("plain", NAME, 1.0, "walk", 1.3, 300),
    TravelMode("slow", NAME, 1.0, "walk", 1.3, 300, weather_factor=0.8),
    TravelMode("off", NAME, 1.0, "walk", 1.3, 150, offroad_metres=400, offroad_pace=1.67),
    TravelMode("car", NAME, 8.0, "drive", 1.4, 300, road_kmh={"primary": 90.0}),
)


@st.composite
def worlds(draw):
    at = draw(st.lists(st.one_of(PLACE, st.just(None)), min_size=1, max_size=12))
    kinds = draw(st.lists(st.sampled_from(["urban", "regiment", None]), min_size=12, max_size=12))
    there = draw(st.lists(st.one_of(PLACE, st.just(None)), max_size=5))
    known = units(
        *(
            (f"U{i}", place, {"children_3_5": i, "community_kind": kind, "kind": "community"})
            for i, (place, kind) in enumerate(zip(at, kinds, strict=False))
        )
    )
    made = project(known, facilities(*((f"F{i}", place, {}) for i, place in enumerate(there))))
    made = replace(made, catalogue=made.catalogue.adding(travel_modes=MODES))
    if draw(st.booleans()):
        ends = draw(st.lists(st.tuples(PLACE, PLACE), min_size=1, max_size=8))
        places = {
            place: i for i, place in enumerate(dict.fromkeys(p for pair in ends for p in pair))
        }
        lines = streets(*((places[a], places[b], [a, b]) for a, b in ends))
        # Some lengths are an office's own: shorter or longer than what is drawn.
        lines["metres"] *= draw(st.sampled_from([1.0, 0.5, 1.5]))
        lines["road_class"] = draw(st.sampled_from(["primary", "residential"]))
        lines["oneway"] = draw(st.sampled_from([0, 1]))
        made = replace(made, streets=lines)
    if draw(st.booleans()):
        wall = LineString([(draw(PLACE)), (2500.0, 1234.0)])
        made = replace(
            made,
            barriers=gpd.GeoDataFrame(
                {"kind": ["canal"], "name": [None]}, geometry=[wall], crs=METRIC
            ),
        )
    return made


def expected(world, standing, sites, **how):
    """What access says of the project with exactly these facilities."""
    more = facilities(*((name, sites[name], {}) for name in standing if name in sites))
    kept = world.facilities.loc[[name for name in standing if name not in sites]]
    return access(replace(world, facilities=kept).adding(more), TYPE, **how)


@settings(max_examples=60, deadline=None)
@given(
    worlds(),
    st.sampled_from([mode.id for mode in MODES]),
    st.sampled_from([None, 0.0, 520.0, 1500.0, 1e9, np.inf]),
    st.lists(
        st.tuples(st.sampled_from(["drop", "remove", "undo"]), PLACE, st.integers(0, 9)), max_size=6
    ),
)
def test_every_answer_is_what_access_says(world, mode, limit, changes) -> None:
    how = {"mode": mode, "limit": limit}
    index = FacilityIndex.of(world, TYPE, **how)
    sites: dict[str, tuple[float, float]] = {}
    today = before = expected(world, index.standing, sites, **how)
    for what, at, which in changes:
        if what == "drop":
            found = index.drop(Point(at))
            sites[found.site] = at
        elif what == "remove" and index.standing:
            found = index.remove(index.standing[which % len(index.standing)])
        elif what == "undo" and index._steps:
            found = index.undo(index._steps[which % len(index._steps)].name)
        else:
            continue
        after = expected(world, index.standing, sites, **how)
        same(index, after)
        compare(found, before, after)
        compare(index.together(), today, after)
        before = after


def same(index, table) -> None:
    inside = table["state"].eq("within")
    assert index.within.fillna(value=False).astype(bool).equals(inside.astype(bool))


def compare(found, before, after) -> None:
    was, now = before["state"].eq("within"), after["state"].eq("within")
    assert found.newly_reached == tuple(after.index[~was & now])
    assert found.lost == tuple(after.index[was & ~now])
    metres = [table["minutes"].round(9) for table in (before, after)]
    assert found.nearer == tuple(after.index[was & now & (metres[1] < metres[0])])
    assert found.farther == tuple(after.index[was & now & (metres[1] > metres[0])])
    children = after["children"]
    assert found.gained.children == children[~was & now].sum()
    assert (found.before.units, found.after.units) == (was.sum(), now.sum())
    for name, row in found.units.iterrows():
        for word, table, inside in (("before", before, was), ("after", after, now)):
            if inside[name]:
                assert row[f"facility_{word}"] == table.loc[name, "facility_id"]
                assert row[f"metres_{word}"] == table.loc[name, "network_m"]
            else:
                assert pd.isna(row[f"facility_{word}"])


def test_what_if_leaves_nothing_behind() -> None:
    index = FacilityIndex.of(with_degrees(TOWN), TYPE)
    place = gpd.GeoSeries([Point(502_600, 4_740_000)], crs=METRIC).to_crs(4326).iloc[0]
    for _ in range(2):
        steps, together = index.what_if(at=[(place.x, place.y)], remove=["K"])
        assert [one.site for one in steps] == ["trial-1", "K"]
        assert (together.newly_reached, together.lost) == (("B", "C", "D"), ("A",))
        with pytest.raises(NotKnownError):
            index.what_if(at=[(place.x, place.y)], remove=["no such"])
        assert index.standing == ("K",)
        assert index.together().units.empty


def with_degrees(world):
    """The same world moved to where its CRS has degrees."""
    moved = {
        name: getattr(world, name).set_geometry(getattr(world, name).translate(500_000, 4_740_000))
        for name in ("units", "facilities", "streets")
    }
    return replace(world, **moved)
