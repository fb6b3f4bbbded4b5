"""What tags say of a street: direction, class, speed, name, bridges; and which lines bar a way."""

import numpy as np
import osmium
import pytest
import shapely
from pyproj import CRS

from geo_planner.crs import transformer
from geo_planner.errors import UnreadableFileError
from layers.osm_barriers import read_barriers
from layers.osm_rules import osm_rules
from layers.osm_ways import kilometres_an_hour
from layers.streets import read_streets
from tests.osm.extracts import real_extract, write_osm

METRIC = CRS.from_epsg(4540)


def at(east, north):
    return 93.5 + east / 1000, 42.8 + north / 1000


def chain(path, *tags):
    """Ways one after another from west to east, with these tags."""
    nodes = {i: at(i, 0) for i in range(1, len(tags) + 2)}
    return write_osm(
        path, nodes=nodes, ways=[(i, [i, i + 1], one) for i, one in enumerate(tags, 1)]
    )


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"oneway": "yes"}, 1),
        ({"oneway": "1"}, 1),
        ({"oneway": "-1"}, -1),
        ({"oneway": "reverse"}, -1),
        ({"oneway": "no"}, 0),
        ({"oneway": "reversible"}, 0),
        ({"junction": "roundabout"}, 1),
        ({"junction": "roundabout", "oneway": "no"}, 1),
        ({"junction": "roundabout", "oneway": "-1"}, -1),
        ({"highway": "motorway"}, 1),
        ({"highway": "motorway", "oneway": "no"}, 0),
        ({"highway": "motorway_link"}, 0),
        ({}, 0),
    ],
)
def test_directions(tags, expected):
    assert osm_rules().direction({"highway": "residential", **tags}) == expected


def test_a_footway_has_no_direction_of_driving(tmp_path):
    path = chain(tmp_path / "a.osm", {"highway": "footway", "oneway": "yes"})
    assert read_streets(path, METRIC).edges["oneway"].tolist() == [0]


def test_every_column(tmp_path):
    path = chain(
        tmp_path / "a.osm.pbf",
        {"highway": "primary", "name": "红星路", "maxspeed": "60", "oneway": "yes"},
        {"highway": "track", "bridge": "no", "maxspeed": "CN:rural"},
        {"highway": "footway", "tunnel": "yes"},
        {"highway": "secondary", "bridge": "viaduct", "maxspeed": "30 mph", "oneway": "-1"},
    )
    read = read_streets(path, METRIC)
    edges = read.edges.sort_values("start")
    assert edges["road_class"].tolist() == ["primary", "track", "footway", "secondary"]
    assert edges["oneway"].tolist() == [1, 0, 0, -1]
    assert edges["kmh"].tolist() == pytest.approx([60, np.nan, np.nan, 48.28032], nan_ok=True)
    assert edges["name"].fillna("-").tolist() == ["红星路", "-", "-", "-"]
    assert edges["bridge"].tolist() == [False, False, True, True]
    assert list(read.facts["class_km"]) == ["footway", "primary", "secondary", "track"]
    # A step of 0.001 degrees is 81.8 m here; two of four are driven one way.
    assert read.facts["oneway_km"] == pytest.approx(2 * 0.0818, abs=0.001)
    note = next(note for note in read.notes if note.code == "speeds-not-read")
    assert note.params == {"count": 1, "words": ["CN:rural"]}


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("50", 50), ("50 km/h", 50), ("30 mph", 48.28032), ("30mph", 48.28032), ("5 knots", 9.26),
        ("80;60", 60), ("12.5", 12.5),
        *((word, None) for word in ("CN:urban", "none", "signals", "walk", "0", "-5", "999", "6O")),
    ],
)  # fmt: skip
def test_speeds(said, expected):
    speed = kilometres_an_hour(said)
    assert np.isnan(speed) if expected is None else speed == pytest.approx(expected)


def test_nodes_that_repeat_and_ways_of_one_place(tmp_path):
    path = write_osm(
        tmp_path / "a.osm",
        nodes={1: at(0, 0), 2: at(1, 0)},
        ways=[
            (10, [1, 1, 2, 2], {"highway": "residential"}),
            (11, [1, 1], {"highway": "residential"}),
            (12, [1], {"highway": "residential"}),
        ],
    )
    edges = read_streets(path, METRIC).edges
    assert len(edges) == 1
    assert len(edges.geometry.iloc[0].coords) == 2


def test_directions_are_those_of_osmnx():
    """Of every way a car may use in real extracts, motorways aside: osmnx drives them both ways."""
    from osmnx.graph import _is_path_one_way, _is_path_reversed

    rules = osm_rules()
    checked = 0
    for name in ("helsinki", "monaco"):
        ways = osmium.FileProcessor(str(real_extract(name)), osmium.osm.WAY)
        for way in ways.with_filter(osmium.filter.KeyFilter("highway")):
            tags = dict(way.tags)
            if not rules.may_use("drive", tags) or tags["highway"] == "motorway":
                continue
            one = _is_path_one_way(tags, False, {"yes", "true", "1", "-1", "reverse", "T", "F"})
            against = one and _is_path_reversed(tags, {"-1", "reverse", "T"})
            assert rules.direction(tags) == (-1 if against else int(one)), tags
            checked += one
    assert checked > 100


def test_barriers_and_what_is_none(tmp_path):
    path = chain(
        tmp_path / "a.osm.pbf",
        {"waterway": "canal", "name": "红星渠"},
        {"waterway": "canal", "tunnel": "culvert"},
        {"waterway": "ditch"},
        {"railway": "rail"},
        {"railway": "rail", "bridge": "yes"},
        {"railway": "abandoned"},
        {"highway": "motorway"},
        {"highway": "motorway", "tunnel": "yes"},
        {"highway": "trunk"},
        {"highway": "trunk", "motorroad": "yes"},
        {"waterway": "river", "tunnel": "no"},
    )
    found = read_barriers(path, METRIC)
    assert found["kind"].tolist() == ["canal", "railway", "expressway", "expressway", "river"]
    assert found["name"].fillna("-").tolist() == ["红星渠", "-", "-", "-", "-"]
    assert found.crs == METRIC
    assert found.length.to_numpy() == pytest.approx(81.8, abs=0.2)


def test_barriers_that_leave_the_extract_and_none_at_all(tmp_path):
    path = write_osm(
        tmp_path / "cut.osm",
        nodes={1: at(0, 0), 2: at(1, 0), 4: at(5, 0)},
        ways=[(10, [1, 2, 3, 4], {"waterway": "canal"})],
    )
    found = read_barriers(path, METRIC)
    assert [len(one.coords) for one in found.geometry] == [2]
    dry = chain(tmp_path / "dry.osm", {"highway": "residential"})
    assert read_barriers(dry, METRIC).empty
    (tmp_path / "no.osm.pbf").write_bytes(b"nothing")
    with pytest.raises(UnreadableFileError):
        read_barriers(tmp_path / "no.osm.pbf", METRIC)


def test_splitting_loses_no_metre_and_no_column():
    from layers.osm_ways import read_ways, split_ways

    ways = read_ways(real_extract("helsinki"))
    crs = CRS.from_epsg(32635)
    edges = split_ways(ways, crs)
    whole = shapely.length(
        shapely.transform(
            shapely.linestrings(
                np.stack([ways.lon, ways.lat], axis=1),
                indices=np.repeat(np.arange(len(ways.first) - 1), np.diff(ways.first)),
            ),
            lambda at: np.stack(transformer(CRS.from_epsg(4326), crs).transform(*at.T), axis=1),
        )
    )
    assert edges["metres"].sum() == pytest.approx(whole.sum(), rel=1e-12)
    by_class = edges.groupby("road_class")["metres"].sum()
    for name, length in by_class.items():
        assert length == pytest.approx(whole[ways.columns["road_class"] == name].sum(), rel=1e-9)
