"""Barriers as a stored layer: replaced whole, traced, undone, and new to projects of before."""

import json
import sqlite3
from datetime import timedelta

import geopandas as gpd
import pyogrio
import pytest
from shapely import LineString, box

from geo_planner.errors import BadValueError, CrsMissingError, MissingValueError, RefusedFileError
from layers.store import Store
from tests.storing.worlds import START, UNITS, contents, files_below, opened, put, same_contents

CANAL = LineString([(540_000, 4_760_000), (541_000, 4_760_000)])


def barriers(*kinds, crs="EPSG:4540", **more):
    return gpd.GeoDataFrame(
        {"kind": list(kinds), "name": [f"第{n}" for n in range(len(kinds))], **more},
        geometry=[CANAL] * len(kinds),
        crs=crs,
    )


@pytest.fixture
def store(tmp_path):
    # The packaged catalogue: it has the kinds of barriers.
    return Store.create(tmp_path / "project", name="试点", created_at=START)


def office_file(path, *kinds):
    barriers(*kinds).to_file(path, driver="GeoJSON")
    return path


def bring(store, path, **more):
    return store.import_file(path, layer="barriers", imported_at=START, **more)


def test_a_project_without_barriers_has_none(store):
    assert store.project().barriers is None


def test_what_was_imported_comes_back_with_where_it_came_from(store, tmp_path):
    report = bring(store, office_file(tmp_path / "渠道.geojson", "渠道", "铁路"))
    assert (report.added, report.replaced, report.layer) == (2, 0, "barriers")
    found = store.project().barriers
    assert found["kind"].tolist() == ["canal", "railway"]
    assert found["name"].tolist() == ["第0", "第1"]
    assert found[["source_file", "source_row"]].values.tolist() == [
        ["渠道.geojson", 2],
        ["渠道.geojson", 3],
    ]
    assert found["simulated"].tolist() == [False, False]
    assert found.geometry.iloc[0].equals(CANAL)
    assert found.crs == store.project().crs
    # The first layer with positions decides the project's system: barriers may be it.
    assert store.crs.to_epsg() == 4540


def test_they_are_replaced_as_a_whole_undone_and_seen_as_of_an_import(store, tmp_path):
    bring(store, office_file(tmp_path / "a.geojson", "渠道", "渠道", "铁路"))
    before = contents(store)
    report = bring(store, office_file(tmp_path / "b.geojson", "河流"))
    assert (report.added, report.replaced) == (1, 3)
    assert store.project().barriers["kind"].tolist() == ["river"]
    assert store.project(at_import=1).barriers["kind"].tolist() == ["canal", "canal", "railway"]
    again = bring(store, tmp_path / "b.geojson")
    assert (again.added, again.replaced, again.unchanged) == (0, 0, 1)
    store.undo()
    assert store.undo().file == "b.geojson"
    assert same_contents(contents(store), before)
    store.undo()
    assert store.project().barriers is None
    assert [(one.layer, one.undone) for one in store.history()] == [("barriers", True)] * 3


def test_dry_runs_and_refusals_change_nothing(store, tmp_path):
    before = files_below(store.path)
    report = bring(store, office_file(tmp_path / "a.geojson", "渠道"), dry_run=True)
    assert (report.import_id, report.added) == (None, 1)
    with pytest.raises(RefusedFileError) as caught:
        bring(store, office_file(tmp_path / "b.geojson", "渠道", "长城"))
    (fault,) = caught.value.faults
    assert fault.rows == (3,)
    assert files_below(store.path) == before


@pytest.mark.parametrize(
    ("frame", "fault"),
    [
        (barriers("wall of china"), BadValueError),
        (barriers(None), MissingValueError),
        (barriers("canal").set_geometry([None]), MissingValueError),
    ],
)
def test_tables_of_other_origin_stand_under_the_same_checks(store, frame, fault):
    with pytest.raises(RefusedFileError) as caught:
        store.commit_layer(frame, layer="barriers", file="made")
    assert isinstance(caught.value.faults[0], fault)
    with pytest.raises(CrsMissingError):
        store.commit_layer(barriers("canal", crs=None), layer="barriers", file="made")


def test_the_geopackage_names_the_layer_in_both_languages(store, tmp_path):
    frame = barriers("canal", "water").set_geometry([CANAL, box(0, 0, 9, 9)], crs="EPSG:4540")
    path = tmp_path / "extract.osm"
    path.write_text("as received", encoding="utf-8")
    store.import_barriers(frame, source=path, imported_at=START)
    database = sqlite3.connect(store.path / "project.gpkg")
    (row,) = database.execute(
        "SELECT data_type, identifier, description, srs_id FROM gpkg_contents "
        "WHERE table_name = 'barriers'"
    ).fetchall()
    database.close()
    assert row == ("features", "barriers 通行阻隔", "通行阻隔 / Barriers", 4540)
    seen = gpd.read_file(store.path / "project.gpkg", layer="barriers")
    assert seen.geom_type.tolist() == ["LineString", "Polygon"]
    assert sorted(one.suffix for one in (store.path / "sources").iterdir()) == [".osm"]


def test_a_kind_of_the_projects_own_is_a_row(store, tmp_path):
    rows = store.path / "catalogue" / "more.toml"
    rows.write_text(
        '[[barrier_kind]]\nid = "pipeline"\nlabel = { zh = "输气管廊", en = "Pipeline rack" }\n',
        encoding="utf-8",
    )
    bring(Store(store.path), office_file(tmp_path / "a.geojson", "输气管廊"))
    project = Store(store.path).project()
    assert project.barriers["kind"].tolist() == ["pipeline"]
    assert project.catalogue.barrier_kind("pipeline").label.zh == "输气管廊"


def as_of_before(store):
    """Take the table of barriers out of the file: projects of earlier versions have none."""
    database = sqlite3.connect(store.path / "project.gpkg")
    for table in ("gpkg_contents", "gpkg_geometry_columns", "gpkg_extensions", "gpkg_ogr_contents"):
        database.execute(f"DELETE FROM {table} WHERE table_name = 'barriers'")
    database.execute("DROP TABLE IF EXISTS rtree_barriers_geom")
    database.execute("DROP TABLE barriers")
    database.commit()
    database.close()
    assert "barriers" not in [name for name, _ in pyogrio.list_layers(store.path / "project.gpkg")]


@pytest.mark.parametrize("crs", ["EPSG:4540", None])
def test_a_project_of_an_earlier_version_opens_imports_and_undoes(tmp_path, crs):
    old = Store.create(tmp_path / "old", name="旧", crs=crs, created_at=START)
    put(old, UNITS, "units", tmp_path)
    as_of_before(old)
    project = Store(old.path).project()
    assert (len(project.units), project.barriers) == (5, None)
    before = contents(old)
    bring(old, office_file(tmp_path / "a.geojson", "渠道"))
    assert Store(old.path).project().barriers["kind"].tolist() == ["canal"]
    old.undo()
    assert same_contents(contents(old), before)
    # Taking back the first positions writes every spatial table anew, the missing one too.
    old.undo()
    assert len(opened(old.path).project().units) == 0
    put(old, UNITS, "units", tmp_path, minutes=int(timedelta(hours=1).total_seconds() // 60))
    assert len(Store(old.path).project().units) == 5


def test_download_text_is_plain(store, tmp_path):
    from api.routes.layer_tables import as_geojson, layer_entries, table_of, write_geopackage
    from geo_planner.errors import EmptyLayerError

    with pytest.raises(EmptyLayerError):
        table_of(store.project(), "barriers")
    bring(store, office_file(tmp_path / "a.geojson", "渠道"))
    project = store.project()
    document = json.loads("".join(as_geojson(project, "barriers")))
    (feature,) = document["features"]
    assert feature["properties"]["kind"] == "canal"
    assert feature["geometry"]["type"] == "LineString"
    written = write_geopackage(project, "barriers")
    assert gpd.read_file(written)["kind"].tolist() == ["canal"]
    assert [one.layer for one in layer_entries(project)] == [
        "units", "facilities", "observations", "barriers",
    ]  # fmt: skip
