"""The GeoPackage as QGIS and GDAL see it."""

import sqlite3

import geopandas as gpd
import pyogrio
import pytest
from shapely import Point, box

from tests.storing.worlds import CATALOGUE, FACILITIES, OBSERVATIONS, UNITS, new_store, opened, put


@pytest.fixture
def store(tmp_path):
    store = new_store(tmp_path / "project")
    put(store, UNITS, "units", tmp_path)
    put(store, FACILITIES, "facilities", tmp_path)
    put(store, OBSERVATIONS, "observations", tmp_path)
    return store


def rows(store, query):
    database = sqlite3.connect(store.path / "project.gpkg")
    found = database.execute(query).fetchall()
    database.close()
    return found


def test_layers_are_named_in_both_languages(store):
    named = rows(store, "SELECT table_name, data_type, identifier, description FROM gpkg_contents")
    assert sorted(named) == [
        (
            "acknowledgements",
            "attributes",
            "acknowledgements 预警处理记录",
            "预警处理记录 / Handling of early warnings",
        ),
        ("barriers", "features", "barriers 通行阻隔", "通行阻隔 / Barriers"),
        ("companies", "features", "companies 连队", "连队 / Company"),
        ("divisions", "features", "divisions 师", "师 / Division"),
        ("facilities", "features", "facilities 设施", "设施 / Facilities"),
        ("import_log", "attributes", "import_log 导入记录", "导入记录 / Import log"),
        ("observations", "attributes", "observations 指标观测值", "指标观测值 / Observations"),
        ("regiments", "features", "regiments 团场", "团场 / Regiment"),
        ("streets", "features", "streets 步行路网", "步行路网 / Walking streets"),
    ]


def test_gdal_reads_every_layer_with_its_crs(store):
    path = store.path / "project.gpkg"
    for name in ("companies", "regiments", "divisions", "facilities", "streets"):
        assert pyogrio.read_info(path, layer=name)["crs"] == "EPSG:4540"
    companies = gpd.read_file(path, layer="companies")
    assert companies["name"].tolist() == ["一连", "二连", "三连"]
    assert companies.geometry.notna().tolist() == [True, True, False]
    observations = gpd.read_file(path, layer="observations")
    assert observations["value"].tolist()[1:] == [91.5]
    log = gpd.read_file(path, layer="import_log")
    assert log["file"].tolist() == ["units.csv", "facilities.csv", "observations.csv"]
    assert log["recorded_at"].dt.year.tolist() == [2026] * 3


def test_the_file_is_a_valid_geopackage(store):
    assert rows(store, "PRAGMA application_id") == [(0x47504B47,)]  # "GPKG"
    assert rows(store, "PRAGMA integrity_check") == [("ok",)]
    assert rows(store, "PRAGMA foreign_key_check") == []
    indexed = rows(
        store, "SELECT table_name FROM gpkg_extensions WHERE extension_name LIKE '%rtree%'"
    )
    assert ("companies",) in indexed
    assert rows(store, "SELECT count(*) FROM rtree_companies_geom") == [(2,)]


def test_a_kind_with_points_and_areas(store):
    mixed = gpd.GeoDataFrame(
        {"unit_id": ["a", "b", "c"], "name": ["点", "面", "无"], "kind": ["company"] * 3},
        geometry=[Point(1, 2), box(0, 0, 1, 1), None],
        crs="EPSG:4540",
    )
    store.commit_layer(mixed, layer="units", file="mixed")
    units = store.project().units
    assert units.loc["a"].geometry.geom_type == "Point"
    assert units.loc["b"].geometry.equals(box(0, 0, 1, 1))
    assert units.loc["c"].geometry is None
    types = dict(rows(store, "SELECT table_name, geometry_type_name FROM gpkg_geometry_columns"))
    assert (types["companies"], types["facilities"]) == ("GEOMETRY", "POINT")


def test_before_a_crs_is_chosen_tables_claim_none(tmp_path):
    store = new_store(tmp_path / "project")
    put(store, UNITS[:2], "units", tmp_path)
    assert rows(store, "SELECT count(*) FROM gpkg_geometry_columns") == [(0,)]
    put(store, UNITS, "units", tmp_path, name="placed.csv")
    assert set(rows(store, "SELECT srs_id FROM gpkg_geometry_columns")) == {(4540,)}
    assert len(rows(store, "SELECT * FROM gpkg_geometry_columns")) == 6
    store.undo()
    assert rows(store, "SELECT count(*) FROM gpkg_geometry_columns") == [(0,)]


def test_styles_and_layers_people_add_in_qgis_stay(store, tmp_path):
    path = store.path / "project.gpkg"
    database = sqlite3.connect(path)
    database.execute("CREATE TABLE layer_styles (id INTEGER PRIMARY KEY, styleQML TEXT)")
    database.execute("INSERT INTO layer_styles VALUES (1, '<qgis/>')")
    database.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier) "
        "VALUES ('layer_styles', 'attributes', 'layer_styles')"
    )
    database.commit()
    database.close()
    copy = gpd.read_file(path, layer="companies")
    copy.to_file(path, layer="companies_backup")
    put(store, UNITS[:1], "units", tmp_path, name="again.csv")
    store.undo()
    assert rows(store, "SELECT styleQML FROM layer_styles") == [("<qgis/>",)]
    assert len(gpd.read_file(path, layer="companies_backup")) == 3
    assert len(opened(store.path).project().units) == 5


def test_heights_are_left_out(store):
    high = gpd.GeoDataFrame(
        {"unit_id": ["h"], "name": ["高"], "kind": ["company"]},
        geometry=[Point(1, 2, 700)], crs="EPSG:4540",
    )  # fmt: skip
    store.commit_layer(high, layer="units", file="high")
    assert not store.project().units.loc["h"].geometry.has_z


def test_columns_of_the_open_list_keep_their_types(store):
    frame = gpd.GeoDataFrame(
        {
            "unit_id": ["n"], "name": ["新"], "kind": ["company"], "households": [3],
            "远程": [True], "备注": ["x'\"; DROP TABLE companies; --"], "blank": [None],
        },
        geometry=[None], crs="EPSG:4540",
    )  # fmt: skip
    store.commit_layer(frame, layer="units", file="open")
    row = opened(store.path).project().units.loc["n"]
    assert row["households"] == 3.0
    assert row["远程"] == 1.0
    assert row["备注"] == "x'\"; DROP TABLE companies; --"
    assert "blank" not in row.index


def test_every_unit_kind_has_a_layer_from_the_start(tmp_path):
    store = new_store(tmp_path / "project", crs="EPSG:4519")
    names = {name for (name,) in rows(store, "SELECT table_name FROM gpkg_contents")}
    assert {kind.plural for kind in CATALOGUE.unit_kinds.values()} < names
    assert set(rows(store, "SELECT srs_id FROM gpkg_geometry_columns")) == {(4519,)}


def test_undoing_a_large_import_gives_its_room_back(store, tmp_path):
    path = store.path / "project.gpkg"
    before = path.stat().st_size
    many = gpd.GeoDataFrame(
        {"unit_id": [f"u{n:05}" for n in range(5000)], "name": "连", "kind": "company"},
        geometry=gpd.points_from_xy(range(5000), range(5000)), crs="EPSG:4540",
    )  # fmt: skip
    store.commit_layer(many, layer="units", file="many")
    assert path.stat().st_size > 3 * before
    store.undo()
    assert path.stat().st_size < 2 * before
    assert rows(store, "PRAGMA integrity_check") == [("ok",)]
    assert len(opened(store.path).project().units) == 5
