"""Streets from OpenStreetMap and from an office's lines."""

import json

import geopandas as gpd
import numpy as np
import pytest
from pyproj import CRS
from shapely import LineString, Point

from geo_planner.crs import from_wgs84
from geo_planner.errors import (
    CrsMissingError,
    CrsNotMetricError,
    NoStreetsInFileError,
    RefusedFileError,
    UnknownFormatError,
    UnreadableFileError,
)
from geo_planner.travel import StreetNetwork
from layers.osm_barriers import read_barriers
from layers.osm_rules import osm_rules
from layers.streets import read_streets
from tests.osm.extracts import write_osm

METRIC = CRS.from_epsg(4540)
HAMI = (93.5, 42.8)


def around(east, north):
    """Degrees of a place given in steps of 0.001° from Hami."""
    return HAMI[0] + east / 1000, HAMI[1] + north / 1000


@pytest.mark.parametrize("ending", ["osm", "osm.pbf"])
def test_ways_are_cut_at_shared_nodes_and_only_there(tmp_path, ending):
    # A road 1-2-3-4 (2 is only a bend) with a side road at 3, and a bridge over the road between
    # 1 and 2 that shares no node with it.
    nodes = {
        1: around(0, 0), 2: around(1, 0.2), 3: around(2, 0), 4: around(3, 0),
        5: around(2, 1), 6: around(0.5, -1), 7: around(0.5, 1),
    }  # fmt: skip
    path = write_osm(
        tmp_path / f"town.{ending}",
        nodes=nodes,
        ways=[
            (10, [1, 2, 3, 4], {"highway": "residential"}),
            (11, [3, 5], {"highway": "footway"}),
            (12, [6, 7], {"highway": "service", "bridge": "yes"}),
        ],
    )
    read = read_streets(path, METRIC)
    ends = {frozenset(pair) for pair in zip(read.edges["start"], read.edges["end"], strict=True)}
    # Node ids follow the order of the nodes that are junctions: 1 3 4 5 6 7.
    assert ends == {frozenset(pair) for pair in [(0, 1), (1, 2), (1, 3), (4, 5)]}
    assert read.facts["components"] == 2
    assert read.facts["drawn_walking_nodes"] == 7
    assert read.facts["drawn_walking_edges"] == 5
    assert read.edges.crs.to_epsg() == 4540
    bent = read.edges.set_index("start").loc[0]
    assert bent["metres"] == pytest.approx(bent.geometry.length)
    assert len(bent.geometry.coords) == 3
    assert [note.code for note in read.notes] == ["streets-size", "street-islands"]


def test_who_may_use_a_way(tmp_path):
    ways = {
        "residential": ({"highway": "residential"}, (True, True)),
        "footway": ({"highway": "footway"}, (True, False)),
        "steps": ({"highway": "steps"}, (True, False)),
        "motorway": ({"highway": "motorway"}, (False, True)),
        "cycleway": ({"highway": "cycleway"}, (False, False)),
        "construction": ({"highway": "construction"}, (False, False)),
        "private": ({"highway": "service", "access": "private"}, (False, False)),
        "no foot": ({"highway": "trunk", "foot": "no"}, (False, True)),
        "no car": ({"highway": "residential", "motor_vehicle": "no"}, (True, False)),
        "cars after all": (
            {"highway": "primary", "motor_vehicle": "no", "motorcar": "yes"},
            (True, True),
        ),
        "no car of any sort": (
            {"highway": "primary", "motor_vehicle": "no", "motorcar": "no"},
            (True, False),
        ),
        "plaza": ({"highway": "pedestrian", "area": "yes"}, (False, False)),
        "pavement apart": ({"highway": "primary", "sidewalk": "separate"}, (False, True)),
        "listed": ({"highway": "path", "foot": "no;private"}, (False, False)),
        "river": ({"waterway": "river"}, (False, False)),
    }
    rules = osm_rules()
    for name, (tags, expected) in ways.items():
        found = tuple(rules.may_use(network, tags) for network in ("walk", "drive"))
        assert found == expected, name
    nodes = {i: around(i, 0) for i in range(1, len(ways) + 2)}
    path = write_osm(
        tmp_path / "kinds.osm",
        nodes=nodes,
        ways=[(i, [i, i + 1], tags) for i, (tags, _) in enumerate(ways.values(), start=1)],
    )
    read = read_streets(path, METRIC)
    usable = [expected for _, expected in ways.values() if any(expected)]
    flags = read.edges.sort_values("start")[["walk", "drive"]]
    assert [tuple(row) for row in flags.to_numpy().tolist()] == usable
    assert read.facts["ways_left_out"] == len(ways) - 1 - len(usable)  # the river is no street
    assert read.facts["edges"] == sum(walk for walk, _ in usable)


def test_a_way_that_leaves_the_extract_is_cut_and_said(tmp_path):
    # Node 3 is not in the file: 1-2 and 4-5 stay, without a straight line across the hole.
    path = write_osm(
        tmp_path / "cut.osm",
        nodes={1: around(0, 0), 2: around(1, 0), 4: around(9, 0), 5: around(10, 0)},
        ways=[(10, [1, 2, 3, 4, 5], {"highway": "residential"})],
    )
    read = read_streets(path, METRIC)
    assert len(read.edges) == 2
    assert {"ways-cut", "street-islands"} <= {note.code for note in read.notes}


def test_a_closed_way_that_touches_nothing_is_a_loop(tmp_path):
    path = write_osm(
        tmp_path / "loop.osm",
        nodes={1: around(0, 0), 2: around(1, 0), 3: around(1, 1)},
        ways=[(10, [1, 2, 3, 1], {"highway": "residential"})],
    )
    edges = read_streets(path, METRIC).edges
    assert (edges["start"] == edges["end"]).all()
    assert len(edges) == 1


def test_nothing_read_is_an_error_and_never_an_empty_network(tmp_path):
    empty = write_osm(
        tmp_path / "empty.osm.pbf",
        nodes={1: around(0, 0), 2: around(1, 0)},
        ways=[(10, [1, 2], {"waterway": "river"})],
    )
    with pytest.raises(NoStreetsInFileError, match=r"empty\.osm\.pbf"):
        read_streets(empty, METRIC)
    broken = tmp_path / "broken.osm.pbf"
    broken.write_bytes(b"these are not the bytes of a map")
    with pytest.raises(UnreadableFileError):
        read_streets(broken, METRIC)
    truncated = tmp_path / "half.osm.pbf"
    truncated.write_bytes(empty.read_bytes()[:-20])
    with pytest.raises((UnreadableFileError, NoStreetsInFileError)):
        read_streets(truncated, METRIC)
    nowhere = tmp_path / "nowhere.osm"
    nowhere.write_text('<osm version="0.6"><node id="1" lat="444" lon="87"/></osm>')
    for read in (read_streets, read_barriers):
        with pytest.raises(UnreadableFileError, match="444"):
            read(nowhere, METRIC)
    with pytest.raises(UnreadableFileError):
        read_streets(tmp_path / "absent.osm.pbf", METRIC)
    (tmp_path / "streets.doc").write_text("")
    with pytest.raises(UnknownFormatError):
        read_streets(tmp_path / "streets.doc", METRIC)
    with pytest.raises(CrsNotMetricError):
        read_streets(empty, CRS.from_epsg(4326))


def office(path, *lines, crs=METRIC, **columns):
    gpd.GeoDataFrame(columns, geometry=list(lines), crs=crs).to_file(path)
    return path


def joined(edges):
    """Number of connected parts, edges, and whole length."""
    network = StreetNetwork.from_streets(edges)
    return len(np.unique(network.component)), len(edges), round(edges["metres"].sum(), 2)


E, N = 540_000, 4_740_000


def line(*points):
    return LineString([(E + x, N + y) for x, y in points])


def test_office_lines_are_cut_where_they_cross(tmp_path):
    # A cross of two undivided lines of 200 m: four edges of 100 m round one junction.
    path = office(tmp_path / "cross.gpkg", line((-100, 0), (100, 0)), line((0, -100), (0, 100)))
    read = read_streets(path, METRIC)
    assert joined(read.edges) == (1, 4, 400.0)
    assert read.facts["nodes"] == 5


def test_a_bridge_is_not_cut_but_joined_at_its_ends(tmp_path):
    # The bridge's ends lie on the middle of two streets; it passes over a third.
    lines = [
        line((0, 0), (200, 0)), line((0, 100), (200, 100)), line((0, 50), (200, 50)),
        line((100, 0), (100, 100)),
    ]  # fmt: skip
    path = office(tmp_path / "bridge.gpkg", *lines, 桥梁=["否", None, "0", "是"])
    read = read_streets(path, METRIC)
    # Streets 1 and 2 fall into two pieces each; the third stays whole and alone.
    assert joined(read.edges) == (2, 6, 700.0)
    assert read.facts["bridges_and_tunnels"] == 1


def test_ends_that_nearly_meet_are_joined_and_a_canal_is_not(tmp_path):
    # 0.3 m to another end; 0.4 m short of a street's middle; 3 m apart on either bank.
    lines = [line((0, 0), (100, 0)), line((100.3, 0), (200, 0)), line((50, 0.4), (50, 80)),
             line((50, 83), (50, 120))]  # fmt: skip
    parts, edges, _ = joined(read_streets(office(tmp_path / "near.gpkg", *lines), METRIC).edges)
    assert (parts, edges) == (2, 5)


def test_lines_drawn_twice_count_once_and_rows_without_lines_are_named(tmp_path):
    path = office(
        tmp_path / "twice.gpkg", line((0, 0), (100, 0)), line((100, 0), (0, 0)), Point(E, N)
    )
    read = read_streets(path, METRIC)
    assert joined(read.edges) == (1, 1, 100.0)
    assert [note.code for note in read.notes] == [
        "rows-without-line", "lines-repeated", "streets-size",
    ]  # fmt: skip
    assert read.notes[0].params["rows"] == (4,)
    assert read.notes[1].params["rows"] == (3,)


def test_coordinate_systems_of_office_lines(tmp_path):
    degrees = [around(0, 0), around(10, 0)]
    plain = gpd.GeoSeries([LineString(degrees)], crs=4490)
    expected = float(plain.to_crs(METRIC).length.iloc[0])
    shifted = [tuple(map(float, from_wgs84(*place, datum="GCJ-02"))) for place in degrees]
    path = tmp_path / "gcj.shp"
    with pytest.warns(UserWarning, match="crs"):
        gpd.GeoDataFrame({"id": [1]}, geometry=[LineString(shifted)]).to_file(path)
    with pytest.raises(CrsMissingError):
        read_streets(path, METRIC)
    edges = read_streets(path, METRIC, crs="GCJ-02").edges
    assert edges["metres"].sum() == pytest.approx(expected, abs=0.01)
    place = gpd.GeoSeries([Point(degrees[0])], crs=4490).to_crs(METRIC).iloc[0]
    assert edges.geometry.iloc[0].distance(place) < 0.01
    # Without a project CRS the one for Hami is chosen: central meridian 93° E.
    assert read_streets(path, crs="GCJ-02").edges.crs.to_epsg() == 4540


def test_no_line_in_an_office_file_is_an_error(tmp_path):
    path = tmp_path / "points.geojson"
    feature = {
        "type": "Feature", "properties": {},
        "geometry": {"type": "Point", "coordinates": list(HAMI)},
    }  # fmt: skip
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    with pytest.raises(NoStreetsInFileError):
        read_streets(path, METRIC)
    dots = office(tmp_path / "dots.gpkg", line((0, 0), (0, 0)), line((5, 5), (5, 5)))
    with pytest.raises(NoStreetsInFileError):
        read_streets(dots, METRIC)


def test_lines_that_cannot_lie_where_they_say(tmp_path):
    # Latitude before longitude: 93.5 degrees north is nowhere.
    swapped = gpd.GeoDataFrame(geometry=[LineString([(42.8, 93.5), (42.8, 93.6)])], crs=4326)
    swapped.to_file(tmp_path / "a.geojson")
    with pytest.raises(RefusedFileError, match="rows 2 cannot be EPSG:4326"):
        read_streets(tmp_path / "a.geojson", METRIC)
