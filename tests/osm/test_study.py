"""A study of a village made for the test: one road, six buildings, one kindergarten."""

from datetime import UTC, datetime
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import CRS, Transformer
from shapely import Point, box

from geo_planner import measure
from geo_planner.errors import (
    EmptyLayerError,
    ExistsError,
    NoStreetsInFileError,
)
from geo_planner.table_errors import NoBoundariesError
from geo_planner.travel import access
from layers.osm_places import read_places
from layers.osm_rules import osm_rules
from layers.osm_study import ATTRIBUTION, STEPS, _parents, build_study, study_summary
from layers.osm_units import area_units
from layers.store import Store
from maps import draw_map, render_html
from tests.osm.extracts import real_extract, write_osm

MOMENT = datetime(2026, 1, 2, tzinfo=UTC)
DAY = MOMENT.date()
# Both multiples of 500 m, so that the squares of the grid begin here.
EAST, NORTH = 540_000, 4_740_000
DEGREES = Transformer.from_crs(CRS.from_epsg(4540), CRS.from_epsg(4326), always_xy=True)


def at(x, y, **tags):
    lon, lat = DEGREES.transform(EAST + x, NORTH + y)
    return lon, lat, tags


def village(path, *, place="village", buildings=True, road=True, boundary=True, canal=False):
    """The road runs 3 km east along y = 0; squares are 500 m.

    Square A holds three buildings in a row, B one at 2.7 km, C one 800 m from the road.
    """
    nodes = {
        1: at(0, 0),
        2: at(1500, 0),
        3: at(3000, 0),
        10: at(210, 100, place=place, name="柳树村"),
        11: at(1000, -30, amenity="kindergarten", name="柳树幼儿园"),
        12: at(1100, -10, leisure="playground"),
        # A school drawn as an area of 20 m x 20 m, its middle 40 m from the road at 2 km.
        13: at(1990, 30), 14: at(2010, 30), 15: at(2010, 50), 16: at(1990, 50),
        # The boundary of the district: everything but square B.
        17: at(-500, -500), 18: at(2600, -500), 19: at(2600, 1500), 20: at(-500, 1500),
    }  # fmt: skip
    if buildings:
        nodes |= {
            30: at(100, 20, building="yes"),
            31: at(200, 20, building="house"),
            32: at(310, 20, building="yes"),
            33: at(2700, 20, building="yes"),
            34: at(1200, 800, building="apartments"),
            35: at(3300, 20, building="garage"),
        }
    ways = [
        (50, [1, 2, 3], {"highway": "residential"} if road else {"waterway": "canal"}),
        (51, [13, 14, 15, 16, 13], {"amenity": "school", "name": "柳树小学"}),
        (52, [17, 18, 19, 20, 17], {}),
    ]
    if canal:
        # North of the road, between it and the school.
        nodes |= {40: at(-100, 25), 41: at(2900, 25)}
        ways.append((53, [40, 41], {"waterway": "canal", "name": "东干渠"}))
    area = {"type": "boundary", "boundary": "administrative", "admin_level": "8", "name": "柳树乡"}
    relations = [(60, [("w", 52, "outer")], area)] if boundary else []
    return write_osm(path, nodes=nodes, ways=ways, relations=relations)


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    folder = tmp_path_factory.mktemp("study")
    source = village(folder / "liushu.osm.pbf")
    return build_study(folder / "project", source, imported_at=MOMENT)


def test_squares_with_buildings_are_units(study):
    project = study.project()
    cells = project.units.loc[project.units["kind"] == "cell"]
    # A is the square at the origin, C the third to the east and second up, B the sixth.
    assert cells.index.tolist() == ["cell-1080-9480", "cell-1082-9481", "cell-1085-9480"]
    assert cells["buildings"].tolist() == [3, 1, 1]  # the garage is nobody's home
    assert cells["name"].tolist() == ["柳树村 1080-9480", "柳树村 1082-9481", "1085-9480"]
    # The middle of A's three buildings is x = 203: the building at 200 stands for the square.
    place = cells.geometry.iloc[0]
    assert (place.x - EAST, place.y - NORTH) == pytest.approx((200, 20), abs=0.02)
    assert project.crs.to_epsg() == 4540


def test_the_district_is_the_parent_of_what_lies_in_it(study):
    units = study.project().units
    assert units.loc["area-r60", ["kind", "name"]].tolist() == ["municipality", "柳树乡"]
    parents = units.loc[units["kind"] == "cell", "parent_id"]
    assert parents.fillna("-").tolist() == ["area-r60", "area-r60", "-"]


def test_facilities_of_nodes_and_areas(study):
    facilities = study.project().facilities
    assert facilities.index.tolist() == ["kindergarten-n11", "playground-n12", "school-w51"]
    school = facilities.loc["school-w51"].geometry
    assert (school.x - EAST, school.y - NORTH) == pytest.approx((2000, 40), abs=0.02)
    # A playground without a name goes by its type.
    assert facilities["name"].tolist() == ["柳树幼儿园", "儿童活动场地 n12", "柳树小学"]


def test_distances_and_shares_by_hand(study):
    project = study.project()
    table = access(project, "kindergarten")
    # A: 20 to the road, 800 along it, 30 to the kindergarten. C is 800 m from any street.
    # B: 20 + 1700 + 30 = 1750 m, beyond the 1500 m outside towns.
    assert table["network_m"].tolist() == pytest.approx(
        [850, float("nan"), 1750], abs=0.1, nan_ok=True
    )
    assert table["state"].tolist() == ["within", "no_path", "beyond"]
    summary = study_summary(project)
    row = summary.loc["kindergarten"]
    assert row[["facilities", "units", "within", "beyond", "no_path"]].tolist() == [1, 3, 1, 1, 1]
    assert (row["weight_within"], row["weight"], row["share"]) == (3, 5, 60.0)
    # School, 2000 m: A 20 + 1800 + 40 = 1860 and B 20 + 700 + 40 = 760, so 4 of 5 buildings.
    assert summary.loc["school", "share"] == 80.0
    assert summary.loc["hospital", ["facilities", "no_facility"]].tolist() == [0, 3]


def test_urban_limits_hold_in_a_town(tmp_path):
    store = build_study(tmp_path / "town", village(tmp_path / "town.osm", place="town"))
    table = access(store.project(), "kindergarten")
    # Within 2 km of the town 300 m are too far to walk 850; B lies farther out.
    assert table["limit_m"].tolist() == [300, 300, 1500]
    assert table["state"].tolist() == ["beyond", "no_path", "beyond"]


def test_settlements_as_units(tmp_path):
    store = build_study(tmp_path / "places", village(tmp_path / "v.osm"), units="places")
    units = store.project().units
    places = units.loc[units["kind"] == "place"]
    assert places.index.tolist() == ["place-n10"]
    assert places["buildings"].tolist() == [5]


def test_administrative_areas_as_units(tmp_path):
    store = build_study(tmp_path / "areas", village(tmp_path / "v.osm"), units="boundaries")
    project = store.project()
    (unit,) = project.units.itertuples()
    assert (unit.Index, unit.name, unit.kind, unit.buildings) == ("unit-r60", "柳树乡", "area", 4)
    assert unit.parent_id != unit.parent_id  # nothing lies above
    # Buildings at x = 100, 200, 310 (y = 20) and (1200, 800): their middle is (452.5, 215), and
    # the one at 310 is nearest to it: 241 m away, the one at 200 is 319 m.
    place = unit.geometry
    assert (place.x - EAST, place.y - NORTH) == pytest.approx((310, 20), abs=0.02)
    # The building at 2.7 km lies outside, and the study says so wherever it is shown.
    assert [note for note in project.notes if note.startswith("1 栋建筑")]
    assert any("1 buildings lie in no whole administrative area" in note for note in project.notes)
    # 20 m to the road, 690 along it, 30 to the kindergarten.
    assert access(project, "kindergarten")["network_m"].tolist() == pytest.approx([740], abs=0.1)
    found = measure(project, "osm_walk_kindergarten", as_of=DAY)
    assert (found.n, found.covered) == (1, 1)


def test_an_extract_without_whole_areas_has_no_such_units(tmp_path):
    source = village(tmp_path / "v.osm", boundary=False)
    with pytest.raises(NoBoundariesError, match="grid cells"):
        build_study(tmp_path / "p", source, units="boundaries")
    assert not (tmp_path / "p").exists()


def test_barriers_of_the_extract_are_stored(study, tmp_path):
    assert study.project().barriers is None
    store = build_study(tmp_path / "wet", village(tmp_path / "v.osm", canal=True))
    barriers = store.project().barriers
    assert barriers[["kind", "name", "source_file"]].values.tolist() == [
        ["canal", "东干渠", "v.osm"]
    ]
    assert barriers.length.tolist() == pytest.approx([3000], abs=0.1)
    assert [one.layer for one in store.history()] == [
        "units", "units", "facilities", "barriers", "streets",
    ]  # fmt: skip


def squares(*rows):
    """(id, level, west, south, east, north) in metres."""
    return gpd.GeoDataFrame(
        {
            "osm_id": [row[0] for row in rows],
            "name": [row[0].upper() for row in rows],
            "admin_level": [row[1] for row in rows],
        },
        geometry=[box(*row[2:]) for row in rows],
        crs="EPSG:4540",
    )


def points(*places, **columns):
    return gpd.GeoDataFrame(columns, geometry=[Point(*at) for at in places], crs="EPSG:4540")


NOWHERE = points(name=[], urban=[])


def test_a_building_belongs_to_the_deepest_area_it_lies_in():
    areas = squares(
        ("country", 2, 0, 0, 1000, 1000),
        ("town", 8, 0, 0, 500, 500),
        ("ward", 10, 0, 0, 100, 100),
        ("moor", 8, 600, 600, 900, 900),  # nobody lives here
    )
    laid = area_units(
        points((50, 50), (60, 50), (300, 300), (800, 100), (5000, 5000)), areas, NOWHERE
    )
    units = laid.units.set_index("unit_id").sort_index()
    # The ward's two buildings; what is left of the town, and of the country; one outside.
    assert units["buildings"].to_dict() == {"unit-country": 1, "unit-town": 1, "unit-ward": 2}
    assert laid.outside == 1
    # What is left of an area belongs to the whole of it; the ward to its town.
    assert units["parent_id"].to_dict() == {
        "unit-country": "area-country",
        "unit-town": "area-town",
        "unit-ward": "area-town",
    }
    assert laid.parents["unit_id"].tolist() == ["area-town", "area-country"]


def test_of_two_areas_of_one_level_the_smaller_has_the_building():
    areas = squares(("large", 8, 0, 0, 300, 100), ("small", 8, 100, 0, 200, 100))
    laid = area_units(points((150, 50), (50, 50)), areas, NOWHERE)
    assert laid.units.set_index("unit_id")["buildings"].to_dict() == {
        "unit-small": 1,
        "unit-large": 1,
    }
    assert laid.units["parent_id"].isna().all()


@given(
    st.lists(
        st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(1, 5), st.integers(2, 10)),
        max_size=6,
    ),
    st.lists(st.tuples(st.integers(0, 14), st.integers(0, 14)), min_size=1, max_size=12),
)
@settings(max_examples=40, deadline=None)
def test_every_building_is_counted_once(areas, buildings):
    rows = [
        (f"r{number}", level, x, y, x + side, y + side)
        for number, (x, y, side, level) in enumerate(areas)
    ]
    # Half a metre off, so that no building stands on a border.
    homes = points(*[(x + 0.5, y + 0.5) for x, y in buildings])
    laid = area_units(homes, squares(*rows), NOWHERE)
    assert laid.units["buildings"].sum() + laid.outside == len(buildings)
    held = set(laid.parents["unit_id"])
    assert set(laid.units["parent_id"].dropna()) == held
    places = {(point.x, point.y) for point in homes.geometry}
    assert {(point.x, point.y) for point in laid.units.geometry} <= places
    level = {row[0]: row[1] for row in rows}
    for code, parent in zip(laid.units["unit_id"], laid.units["parent_id"], strict=True):
        own, above = code.removeprefix("unit-"), None if pd.isna(parent) else parent[5:]
        assert above is None or above == own or level[above] < level[own]


@pytest.mark.parametrize(
    ("name", "areas", "parents", "inside", "outside"),
    [
        # Eleven municipalities in two constituencies; 32 buildings stand across the border.
        ("liechtenstein", 11, ["Wahlkreis Oberland", "Wahlkreis Unterland"], 8620, 32),
        # Monaco's wards, and the French communes that lie whole in the extract.
        ("monaco", 12, ["Monaco"], 10_208, 13_107),
    ],
)
def test_areas_of_real_extracts(name, areas, parents, inside, outside):
    found = read_places(real_extract(name))
    metric = CRS.from_epsg(32632)
    laid = area_units(
        found.buildings.to_crs(metric), found.boundaries.to_crs(metric), NOWHERE.to_crs(metric)
    )
    assert (len(laid.units), sorted(laid.parents["name"])) == (areas, parents)
    assert (laid.units["buildings"].sum(), laid.outside) == (inside, outside)


def test_every_row_says_where_it_came_from(study):
    project = study.project()
    assert set(project.units["source_file"]) == {"liushu-areas.geojson", "liushu-grid.geojson"}
    assert set(project.facilities["source_file"]) == {"liushu-facilities.geojson"}
    assert set(project.streets["source_file"]) == {"liushu.osm.pbf"}
    assert ATTRIBUTION in project.notes
    assert not project.simulated


def test_the_study_measures_reach_as_indicators_of_its_own(study):
    project = study.project()
    own = [row for row in project.catalogue.indicators.values() if "cell" in row.unit_kinds]
    assert {row.facility_type for row in own} == set(osm_rules().facilities)
    found = measure(project, "osm_walk_kindergarten", as_of=DAY)
    # One of three squares is within 1500 m; without a way is not unknown.
    assert (found.n, found.covered, found.uncovered, found.unknown) == (3, 1, 2, 0)
    assert (found.status, found.method) == ("reference_only", "streets")
    assert found.units["state"].tolist() == ["covered", "uncovered", "uncovered"]


def test_the_map_names_whose_data_it_is(study):
    drawn = draw_map(study.project(), indicator="osm_walk_kindergarten", as_of=DAY)
    page = render_html(drawn)
    assert ATTRIBUTION in page


def test_streets_remember_who_may_use_them(study):
    streets = study.project().streets
    assert streets[["walk", "drive"]].to_numpy().tolist() == [[1, 1]]


def test_same_extract_same_files_and_every_step_told(study, tmp_path):
    told = []
    again = build_study(
        tmp_path / "project",
        village(tmp_path / "liushu.osm.pbf"),
        imported_at=MOMENT,
        progress=lambda *step: told.append(step),
    )
    stored = [
        sorted(one.name for one in (store.path / "sources").iterdir()) for store in (study, again)
    ]
    # Files are named by their SHA-256.
    assert stored[0] == stored[1]
    assert len(stored[0]) == 4
    assert told == [(number, len(STEPS), name) for number, name in enumerate(STEPS)]
    again.undo()
    assert Store(again.path).project().streets is None


def test_what_cannot_be_studied_leaves_nothing_behind(tmp_path):
    folder = tmp_path / "p"
    with pytest.raises(EmptyLayerError):
        build_study(folder, village(tmp_path / "bare.osm", buildings=False))
    with pytest.raises(NoStreetsInFileError):
        build_study(folder, village(tmp_path / "wet.osm", road=False))
    assert not folder.exists()
    folder.mkdir()
    (folder / "mine.txt").write_text("")
    with pytest.raises(ExistsError):
        build_study(folder, village(tmp_path / "v.osm"))
    assert [path.name for path in Path(folder).iterdir()] == ["mine.txt"]


def test_a_place_in_two_districts_belongs_to_neither():
    # Squares of 200 m that overlap between x = 100 and 200.
    districts = gpd.GeoDataFrame(
        {"unit_id": ["left", "right"]}, geometry=[box(0, 0, 200, 200), box(100, 0, 300, 200)]
    )
    places = gpd.GeoDataFrame(
        geometry=[Point(50, 100), Point(150, 100), Point(250, 100), Point(0, 0)]
    )
    assert _parents(places, districts).tolist() == ["left", None, "right", None]
