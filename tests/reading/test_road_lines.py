"""An office's road lines: what its columns say, and the network its lines make."""

import geopandas as gpd
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import CRS
from shapely import LineString, MultiLineString, Point, affinity

from geo_planner.errors import RefusedFileError
from geo_planner.travel import StreetNetwork
from layers.road_lines import RoadLines
from layers.road_noding import node_lines
from layers.streets import read_streets

METRIC = CRS.from_epsg(4540)
E, N = 540_000, 4_740_000


def line(*points):
    return LineString([(E + x, N + y) for x, y in points])


def office(path, lines, **columns):
    gpd.GeoDataFrame(columns, geometry=list(lines), crs=METRIC).to_file(path)
    return path


def rows_of(count):
    """Parallel lines 100 m long, 50 m apart: none meets another."""
    return [line((0, 50 * i), (100, 50 * i)) for i in range(count)]


def noded(*lines, tolerance=0.5, **columns):
    count = len(lines)
    values = {"bridge": np.zeros(count, dtype=bool)}
    values |= {name: np.array(said) for name, said in columns.items()}
    roads = RoadLines(np.array(lines, dtype=object), np.arange(2, count + 2), values, METRIC, ())
    return node_lines(roads, tolerance=tolerance)


def parts(edges):
    return len(np.unique(StreetNetwork.from_streets(edges).component))


@pytest.mark.parametrize("ending", ["gpkg", "geojson", "shp", "fgb"])
def test_columns_by_chinese_headings(tmp_path, ending):
    read = read_streets(
        office(
            tmp_path / f"roads.{ending}",
            rows_of(5),
            名称=["红星路", "团部街", None, "连队路", "步道"],
            类型=["省道", "镇区街道", "高速公路", "机耕路", "人行道"],
            单行=["否", "单向", "是", "双向", None],
            限速=["60", "40公里/小时", "80km/h", "", "0"],
            桥=["否", "否", "是", None, "否"],
        ),
        METRIC,
    )
    # FlatGeobuf stores rows in another order.
    assert sorted(read.edges["source_row"]) == [2, 3, 4, 5, 6]
    edges = read.edges.sort_values("road_class")
    assert edges["road_class"].tolist() == [
        "footway", "motorway", "primary", "residential", "track",
    ]  # fmt: skip
    assert edges["oneway"].tolist() == [0, 1, 0, 1, 0]
    assert edges["kmh"].tolist() == pytest.approx([np.nan, 80, 60, 40, np.nan], nan_ok=True)
    assert edges["bridge"].tolist() == [False, True, False, False, False]
    assert edges["walk"].tolist() == [True, False, True, True, True]
    assert edges["drive"].tolist() == [False, True, True, True, True]
    assert edges["name"].fillna("-").tolist() == ["步道", "-", "红星路", "团部街", "连队路"]
    assert read.facts["class_km"] == dict.fromkeys(edges["road_class"], 0.1)
    assert read.facts["total_km"] == 0.5
    assert (read.facts["drive_km"], read.facts["oneway_km"]) == (0.4, 0.2)
    assert read.facts["kilometres"] == 0.4


def test_shapefile_of_the_free_openstreetmap_downloads(tmp_path):
    path = office(
        tmp_path / "roads.shp",
        rows_of(3),
        fclass=["residential", "motorway_link", "footway"],
        oneway=["B", "F", "T"],
        maxspeed=[0, 60, 30],
        bridge=["F", "T", "F"],
        tunnel=["F", "F", "T"],
    )
    edges = read_streets(path, METRIC).edges.sort_values("source_row")
    assert edges["oneway"].tolist() == [0, 1, -1]
    assert edges["kmh"].tolist() == pytest.approx([np.nan, 60, 30], nan_ok=True)
    assert edges["bridge"].tolist() == [False, True, True]


def test_every_fault_with_its_rows(tmp_path):
    path = office(
        tmp_path / "roads.gpkg",
        rows_of(5),
        oneway=["yes", "sometimes", "T", "no", "F"],
        限速=["fast", "50", "900", "-5", "30mph"],
    )
    with pytest.raises(RefusedFileError) as refused:
        read_streets(path, METRIC)
    faults = {fault.column: fault for fault in refused.value.faults}
    assert faults["oneway"].rows == (3, 4, 6)
    assert list(faults["oneway"].values) == ["F", "T", "sometimes"]
    assert faults["kmh"].rows == (2, 4, 5)


def test_a_class_nobody_knows_is_named_and_left_blank(tmp_path):
    path = office(tmp_path / "roads.gpkg", rows_of(3), 道路等级=["省道", "云道", "云道"])
    read = read_streets(path, METRIC)
    classes = read.edges.sort_values("source_row")["road_class"]
    assert classes.fillna("-").tolist() == ["primary", "-", "-"]
    note = next(note for note in read.notes if note.code == "class-not-known")
    assert note.params == {"word": "云道", "rows": (3, 4)}
    assert read.facts["class_km"] == {"": 0.2, "primary": 0.1}


def test_headings_the_user_explains(tmp_path):
    path = office(tmp_path / "roads.gpkg", rows_of(2), V1=["国道", "村道"], V2=["2", "3"])
    read = read_streets(path, METRIC, mapping={"V1": "road_class", "v2": "direction"})
    edges = read.edges.sort_values("source_row")
    assert edges["road_class"].tolist() == ["trunk", "unclassified"]
    assert edges["oneway"].tolist() == [1, -1]
    with pytest.raises(RefusedFileError) as refused:
        read_streets(path, METRIC, mapping={"V9": "road_class", "V1": "colour"})
    assert [fault.code for fault in refused.value.faults] == ["unknown-column", "unknown-column"]


def test_of_two_headings_for_one_column_the_better_is_read_and_said(tmp_path):
    path = office(tmp_path / "roads.gpkg", rows_of(1), 技术等级=["二级公路"], 行政等级=["国道"])
    read = read_streets(path, METRIC)
    assert read.edges["road_class"].tolist() == ["trunk"]
    note = next(note for note in read.notes if note.code == "headings-not-read")
    assert note.params == {"heading": "行政等级", "column": "road_class", "others": ["技术等级"]}


def test_pieces_keep_the_direction_and_columns_of_their_line():
    # A one-way street drawn from east to west, cut in three by two lines from south to north.
    made = noded(
        line((300, 0), (0, 0)), line((100, -50), (100, 50)), line((200, -50), (200, 50)),
        oneway=[1, -1, 0], name=["西行", "北行", "路"],
    )  # fmt: skip
    edges = made.edges
    assert len(edges) == 7
    for row, (name, way, count) in {2: ("西行", 1, 3), 3: ("北行", -1, 2), 4: ("路", 0, 2)}.items():
        mine = edges.loc[edges["source_row"] == row]
        assert (len(mine), set(mine["name"]), set(mine["oneway"])) == (count, {name}, {way})
    west = edges.loc[edges["source_row"] == 2]
    assert all(shape.coords[0][0] > shape.coords[-1][0] for shape in west.geometry)
    assert sorted(west["metres"]) == [100, 100, 100]
    # Start and end are those of the shape.
    by_node = {}
    for row in edges.itertuples():
        assert by_node.setdefault(row.start, row.geometry.coords[0]) == row.geometry.coords[0]
        assert by_node.setdefault(row.end, row.geometry.coords[-1]) == row.geometry.coords[-1]


def test_where_lines_lie_on_each_other_the_lowest_row_counts():
    # Row 3 lies on the last 40 m of row 2, against it, and goes on for 60 m.
    made = noded(line((0, 0), (100, 0)), line((160, 0), (60, 0)), oneway=[1, 1], name=["甲", "乙"])
    edges = made.edges.sort_values("metres")
    assert edges["metres"].tolist() == [40, 60, 60]
    assert edges["metres"].sum() == 160
    shared = edges.iloc[0]
    assert (shared["source_row"], shared["name"]) == (2, "甲")
    assert shared.geometry.coords[0][0] < shared.geometry.coords[-1][0]
    assert made.repeated == (3,)


def test_two_ends_that_stop_short_of_a_line_together_reach_it():
    # Both side streets end at one point 0.4 m short of the main street.
    made = noded(
        line((0, 0), (100, 0)),
        line((50, 0.4), (50, 80)),
        line((50, 0.4), (90, 80)),
    )
    assert parts(made.edges) == 1
    assert made.joined == 2


def test_an_end_drawn_onto_a_line_whose_own_end_moves_still_touches_it():
    # The main street's east end moves 0.4 m north to meet another; the side street's foot is 1 m
    # before that end, on the part that tilts.
    made = noded(
        line((0, 0), (3, 0)),
        line((3, 0.4), (80, 0.4)),
        line((2, -0.3), (2, -60)),
    )
    assert parts(made.edges) == 1


def test_one_line_drawn_in_each_direction_is_driven_both_ways():
    made = noded(line((0, 0), (100, 0)), line((100, 0), (40, 0)), oneway=[1, 1])
    edges = made.edges.sort_values("metres")
    assert edges["metres"].tolist() == [40, 60]
    assert edges["oneway"].tolist() == [1, 0]
    # Drawn twice in the same direction, or against each other and said so, it stays one way.
    for second, way in ((line((0, 0), (100, 0)), 1), (line((100, 0), (0, 0)), -1)):
        assert noded(line((0, 0), (100, 0)), second, oneway=[1, way]).edges["oneway"].tolist() == [
            1
        ]


def test_short_lines_keep_their_length_however_wide_the_tolerance():
    blocks = [line((4 * i, 0), (4 * i + 4, 0)) for i in range(10)]
    made = noded(*blocks, tolerance=5.0)
    assert (len(made.edges), made.edges["metres"].sum(), parts(made.edges)) == (10, 40, 1)


def test_shapes_that_are_nowhere_are_refused_with_their_rows(tmp_path):
    path = office(
        tmp_path / "roads.gpkg", [line((0, 0), (9, 9)), LineString([(E, N), (np.inf, N)])]
    )
    with pytest.raises(RefusedFileError, match="rows 3: coordinates are not finite"):
        read_streets(path, METRIC)


def test_near_misses_are_named_and_a_wider_tolerance_joins_them():
    lines = line((0, 0), (100, 0)), line((50, 2), (50, 80)), line((20, 6), (20, 90))
    made = noded(*lines)
    assert parts(made.edges) == 3
    assert made.near_misses == (3,)  # two metres short; row 4 is six metres away
    assert parts(noded(*lines, tolerance=2.0).edges) == 2


def test_a_line_shorter_than_the_tolerance_is_named():
    made = noded(line((0, 0), (100, 0)), line((100, 0), (100.3, 0)), line((100.3, 0), (200, 0)))
    assert parts(made.edges) == 1
    assert made.vanished == (3,)


def test_bridges_keep_apart_and_are_cut_only_where_something_ends_on_them():
    made = noded(
        line((0, 0), (200, 0)), line((100, -50), (100, 50)), line((150, 0), (150, 60)),
        line((0, 20), (200, 20)), line((50, 20), (50, 90)), line((50, 20), (50, 90)),
        bridge=[True, False, False, False, True, True], oneway=[1, 0, 0, 0, 0, 0],
    )  # fmt: skip
    bridge = made.edges.loc[made.edges["source_row"] == 2].sort_values("metres")
    # Crossed at x = 100 without touching, met at x = 150 by a line that ends on it.
    assert bridge["metres"].tolist() == [50, 150]
    assert bridge["oneway"].tolist() == [1, 1]
    assert all(one.coords[0][0] < one.coords[-1][0] for one in bridge.geometry)
    # The second bridge starts on the street of row 5 and cuts it; drawn twice it counts once.
    assert (made.edges["source_row"] == 6).sum() == 1
    assert made.repeated == (7,)


def test_a_ring_keeps_its_direction_in_all_its_pieces():
    # A roundabout of four corners, drawn anticlockwise from its corner, met at two sides.
    made = noded(
        line((0, 0), (40, 0), (40, 40), (0, 40), (0, 0)), line((20, 0), (20, -50)),
        line((20, 40), (20, 90)), oneway=[1, 0, 0],
    )  # fmt: skip
    ring = made.edges.loc[made.edges["source_row"] == 2]
    assert ring["metres"].sum() == 160
    follows = dict(zip(ring["start"], ring["end"], strict=True))
    node = start = ring["start"].iloc[0]
    seen = []
    while node not in seen:
        seen.append(node)
        node = follows[node]
    assert node == start
    assert len(seen) == len(ring)


def test_parts_of_a_row_and_rows_without_line(tmp_path):
    path = tmp_path / "parts.gpkg"
    shapes = [
        MultiLineString([line((0, 0), (50, 0)), line((50, 0), (50, 50))]), None,
        Point(E, N), line((0, 0), (0, 0.0005)),
    ]  # fmt: skip
    read = read_streets(office(path, shapes, name=["两段", "空", "点", "短"]), METRIC)
    assert read.edges["source_row"].tolist() == [2, 2]
    note = next(note for note in read.notes if note.code == "rows-without-line")
    assert note.params["rows"] == (3, 4, 5)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(*[st.integers(0, 12)] * 4).filter(lambda p: p[:2] != p[2:]),
        min_size=1,
        max_size=12,
    )
)
def test_noding_loses_no_ground_and_every_piece_lies_on_its_line(segments):
    lines = [line((10 * a, 10 * b), (10 * c, 10 * d)) for a, b, c, d in segments]
    edges = noded(*lines, tolerance=0.01).edges
    whole = gpd.GeoSeries(lines).union_all()
    assert edges["metres"].sum() == pytest.approx(whole.length, abs=0.05)
    for row in edges.itertuples():
        source = lines[row.source_row - 2]
        assert source.distance(row.geometry.interpolate(0.5, normalized=True)) < 0.003
        first, last = (source.project(Point(row.geometry.coords[end])) for end in (0, -1))
        assert first < last
    moved = [affinity.translate(one, 1000, -700) for one in lines]
    again = noded(*moved, tolerance=0.01).edges
    assert sorted(again["metres"].round(2)) == sorted(edges["metres"].round(2))
