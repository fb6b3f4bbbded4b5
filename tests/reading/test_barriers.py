"""An office's barriers: kinds in its words, lines and areas in any system, faults with rows."""

import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import CRS
from shapely import LineString, MultiLineString, Point, Polygon, box

from geo_planner.crs import from_wgs84
from geo_planner.errors import (
    BadGeometryError,
    BadValueError,
    CrsMissingError,
    EmptyLayerError,
    MissingColumnError,
    MissingValueError,
    NotKnownError,
    RefusedFileError,
)
from geo_planner.table_errors import MistakenCrsError
from layers.barriers import read_barriers
from layers.catalogue import load_catalogue
from maps.text import translator
from tests.osm.extracts import write_osm

CATALOGUE = load_catalogue()
METRIC = CRS.from_epsg(4540)
CANAL = LineString([(540_000, 4_760_000), (541_000, 4_760_000)])
RAIL = LineString([(540_000, 4_761_000), (541_500, 4_763_000)])


def read(path, **more):
    return read_barriers(path, catalogue=CATALOGUE, target_crs=METRIC, **more)


def faults_of(path, **more):
    with pytest.raises(RefusedFileError) as caught:
        read(path, **more)
    return caught.value.faults


def geojson(path, *features, crs="urn:ogc:def:crs:EPSG::4540"):
    """(shape as GeoJSON or None, properties) in metres, or as the file says."""
    text = {
        "type": "FeatureCollection",
        "crs": {"type": "name", "properties": {"name": crs}},
        "features": [
            {
                "type": "Feature",
                "properties": properties,
                "geometry": None
                if shape is None
                else json.loads(json.dumps(shape.__geo_interface__)),
            }
            for shape, properties in features
        ],
    }
    path.write_text(json.dumps(text, ensure_ascii=False), encoding="utf-8")
    return path


def test_kinds_by_their_chinese_and_english_names(tmp_path):
    words = ["水渠", "铁路", "高速公路", "河流", "围栏", "冲沟", "Canal", "motorway", "湖泊"]
    path = geojson(tmp_path / "障碍.geojson", *((CANAL, {"类型": word}) for word in words))
    assert read(path).frame["kind"].tolist() == [
        "canal", "railway", "expressway", "river", "fence", "gully", "canal", "expressway", "water",
    ]  # fmt: skip


def test_columns_rows_and_shapes_as_they_stand(tmp_path):
    area = box(540_000, 4_760_000, 540_030, 4_760_020)
    path = geojson(
        tmp_path / "b.geojson",
        (CANAL, {"渠名": "红星干渠", "阻隔类型": "渠道", "模拟数据": "是", "管理单位": "水管站"}),
        (MultiLineString([CANAL, RAIL]), {"渠名": None, "阻隔类型": "铁路", "模拟数据": "否"}),
        (Polygon(area), {"渠名": "水库", "阻隔类型": "水库", "模拟数据": None}),
    )
    found = read(path)
    frame = found.frame
    assert list(frame.columns) == [
        "kind", "name", "source_file", "source_sheet", "source_row", "simulated", "geometry",
    ]  # fmt: skip
    assert frame["name"].fillna("-").tolist() == ["红星干渠", "-", "水库"]
    assert frame["source_row"].tolist() == [2, 3, 4]
    assert frame["simulated"].tolist() == [True, False, False]
    assert frame.geom_type.tolist() == ["LineString", "MultiLineString", "Polygon"]
    assert frame.geometry.iloc[0].equals(CANAL)
    # 1 000 m of canal, again in the second row with 2 500 m of railway (1500, 2000, 2500), and the
    # outline of 30 m by 20 m: 100 m.
    assert found.facts["kilometres"] == 1 + 1 + 2.5 + 0.1
    assert [note.code for note in found.notes] == ["unknown-headings"]
    assert "管理单位" in str(found.notes[0])


def test_a_gbk_shapefile_without_cpg_and_with_cut_headings(tmp_path):
    frame = gpd.GeoDataFrame({"种类": ["干渠"], "名称": ["东干渠"]}, geometry=[CANAL], crs=METRIC)
    path = tmp_path / "渠道.shp"
    frame.to_file(path, encoding="GBK")
    path.with_suffix(".cpg").unlink()
    row = read(path).frame.iloc[0]
    assert (row["kind"], row["name"]) == ("canal", "东干渠")


def test_one_kind_said_for_all_rows(tmp_path):
    path = geojson(tmp_path / "b.geojson", (CANAL, {"名称": "一"}), (RAIL, {"名称": "二"}))
    for said in ("canal", "渠道", "水渠"):
        assert read(path, kind=said).frame["kind"].tolist() == ["canal", "canal"]
    (fault,) = faults_of(path)
    assert isinstance(fault, MissingColumnError)
    assert fault.column == "kind"
    with pytest.raises(NotKnownError, match="canal"):
        read(path, kind="cannal")
    # A row that says its own kind keeps it.
    mixed = geojson(tmp_path / "m.geojson", (CANAL, {"kind": None}), (RAIL, {"kind": "铁路"}))
    assert read(mixed, kind="canal").frame["kind"].tolist() == ["canal", "railway"]


def test_bare_lines_without_any_column(tmp_path):
    path = geojson(tmp_path / "b.geojson", (CANAL, {}), (RAIL, {}))
    frame = read(path, kind="river").frame
    assert frame["source_row"].tolist() == [2, 3]
    assert frame["kind"].tolist() == ["river", "river"]


def test_lines_as_text_in_a_sheet(tmp_path):
    path = tmp_path / "渠道.csv"
    path.write_text(
        '类型,名称,WKT\n渠道,东干渠,"LINESTRING (93.5 42.8, 93.6 42.8)"\n', encoding="utf-8"
    )
    found = read(path, crs="EPSG:4490")
    # A tenth of a degree at 42.8 N: 11.132 km * cos 42.8 = 8.17 km, half a per mille for the zone.
    assert found.facts["kilometres"] == pytest.approx(8.18, abs=0.02)
    with pytest.raises(RefusedFileError) as caught:
        read(path)
    assert isinstance(caught.value.faults[0], CrsMissingError)


def test_unknown_kinds_are_refused_with_their_rows_and_the_known_ones(tmp_path):
    path = geojson(
        tmp_path / "b.geojson",
        (CANAL, {"kind": "长城"}),
        (RAIL, {"kind": "铁路"}),
        (CANAL, {"kind": None}),
        (CANAL, {"kind": "输电线"}),
    )
    unknown, blank = faults_of(path)
    assert isinstance(unknown, BadValueError)
    assert (unknown.rows, unknown.values) == ((2, 5), ["长城", "输电线"])
    assert "canal (渠道)" in unknown.allowed
    assert len(unknown.allowed) == len(CATALOGUE.barrier_kinds)
    assert isinstance(blank, MissingValueError)
    assert blank.rows == (4,)


def test_every_fault_at_once(tmp_path):
    path = geojson(
        tmp_path / "b.geojson",
        (Point(540_000, 4_760_000), {"类型": "渠道", "模拟": "也许"}),
        (LineString([(5, 5), (5, 5)]), {"类型": "什么", "模拟": "是"}),
    )
    faults = faults_of(path)
    assert [type(one) for one in faults] == [
        BadGeometryError,
        BadGeometryError,
        BadValueError,
    ]
    assert "a point where a line or an area is needed" in str(faults[0])
    assert "the line has no length" in str(faults[1])
    assert faults[2].column == "simulated"


def test_rows_without_a_shape_are_left_out_and_told(tmp_path):
    path = geojson(tmp_path / "b.geojson", (None, {"kind": "?"}), (CANAL, {"kind": "渠道"}))
    found = read(path)
    assert found.frame["source_row"].tolist() == [3]
    (note,) = found.notes
    assert (note.code, note.params["rows"]) == ("rows-without-shape", (2,))
    none = geojson(tmp_path / "n.geojson", (None, {"kind": "渠道"}))
    with pytest.raises((EmptyLayerError, RefusedFileError)):
        read(none)


def test_a_table_without_shapes_says_so(tmp_path):
    path = tmp_path / "b.csv"
    path.write_text("类型,名称\n渠道,东干渠\n", encoding="utf-8")
    (fault,) = faults_of(path)
    assert isinstance(fault, MissingColumnError)
    assert fault.column == "geometry"


def test_map_services_positions_are_shifted_back_once(tmp_path):
    lon, lat = np.array([93.5, 93.6]), np.array([42.8, 42.85])
    shifted = np.stack(from_wgs84(lon, lat, datum="GCJ-02"), axis=1)
    path = geojson(
        tmp_path / "b.geojson", (LineString(shifted), {"kind": "canal"}), crs="EPSG:4326"
    )
    back = read(path, crs="GCJ-02").frame.to_crs(4326).geometry.iloc[0]
    assert np.allclose(np.array(back.coords), np.stack([lon, lat], axis=1), atol=1e-7)
    # As it stands it would lie some 500 m away.
    wrong = read(path).frame.geometry.iloc[0]
    assert wrong.distance(Point(read(path, crs="GCJ-02").frame.geometry.iloc[0].coords[0])) > 100


def test_swapped_degrees_show(tmp_path):
    path = geojson(
        tmp_path / "b.geojson",
        (LineString([(42.8, 93.5), (42.9, 93.5)]), {"kind": "canal"}),
        crs="EPSG:4490",
    )
    (fault,) = faults_of(path)
    assert isinstance(fault, MistakenCrsError)


def test_an_extract_of_openstreetmap(tmp_path):
    pytest.importorskip("layers.osm_barriers")
    path = write_osm(
        tmp_path / "x.osm.pbf",
        nodes={1: (93.50, 42.80), 2: (93.51, 42.80), 3: (93.50, 42.81), 4: (93.51, 42.81)},
        ways=[
            (10, [1, 2], {"waterway": "canal", "name": "东干渠"}),
            (11, [3, 4], {"railway": "rail"}),
        ],
    )
    frame = read(path).frame
    assert sorted(frame["kind"]) == ["canal", "railway"]
    assert frame.crs == METRIC
    dry = write_osm(tmp_path / "dry.osm.pbf", nodes={1: (93.5, 42.8)})
    with pytest.raises(EmptyLayerError):
        read(dry)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(sorted(CATALOGUE.barrier_kind_names)),
            st.integers(500_000, 580_000),
            st.integers(4_700_000, 4_800_000),
        ),
        min_size=1,
        max_size=6,
    )
)
@settings(max_examples=15, deadline=None)
def test_whatever_is_drawn_comes_back_in_order(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("any") / "b.geojson"
    lines = [LineString([(x, y), (x + 1, y + 2)]) for _, x, y in rows]
    geojson(path, *((line, {"kind": word}) for line, (word, _, _) in zip(lines, rows, strict=True)))
    frame = read(Path(path)).frame
    assert frame["kind"].tolist() == [CATALOGUE.barrier_kind_names[word] for word, _, _ in rows]
    assert [one.equals(other) for one, other in zip(frame.geometry, lines, strict=True)] == [
        True
    ] * len(rows)


def test_a_clerk_reads_the_column_by_its_own_name(tmp_path):
    with pytest.raises(RefusedFileError) as caught:
        read(geojson(tmp_path / "b.geojson", (CANAL, {"kind": "长城"})))
    said = translator("zh-CN").error(caught.value)
    assert "“阻隔类型 kind”" in said
    assert "canal (渠道)" in said
