"""Import, replace, look back, undo."""

import hashlib
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
from shapely import LineString

from geo_planner.errors import (
    CrsNotMetricError,
    DuplicateIdError,
    ExistsError,
    NothingToUndoError,
    NotKnownError,
    RefusedFileError,
    UnreadableFileError,
)
from layers import open_project
from layers.store import Store
from tests.storing.worlds import (
    CATALOGUE,
    FACILITIES,
    OBSERVATIONS,
    START,
    UNITS,
    contents,
    files_below,
    new_store,
    opened,
    put,
    read_csv,
    same_contents,
    unit,
    write_csv,
)


@pytest.fixture
def store(tmp_path):
    return new_store(tmp_path / "project")


def fill(store, tmp_path):
    put(store, UNITS, "units", tmp_path, minutes=1)
    put(store, FACILITIES, "facilities", tmp_path, minutes=2)
    put(store, OBSERVATIONS, "observations", tmp_path, minutes=3)


def test_an_empty_project_opens_as_one(store):
    project = store.project()
    assert len(project.units) == len(project.facilities) == len(project.observations) == 0
    assert project.streets is None
    assert project.name == "试点"
    assert store.crs is None
    assert store.history() == []


def test_what_was_imported_comes_back(store, tmp_path):
    fill(store, tmp_path)
    project = opened(store.path).project()
    assert project.units.index.tolist() == ["13", "1301", "130101", "130102", "130103"]
    assert project.units.loc["130101", "name"] == "一连"
    assert project.units.loc["130101", "population"] == 120.0
    assert pd.isna(project.units.loc["1301", "population"])  # blank is unknown, not zero
    assert project.units.loc["130101"].geometry.coords[0] == (540000.0, 4760000.0)
    assert project.units.loc["130103"].geometry is None
    assert project.units.crs.to_epsg() == project.crs.to_epsg() == 4540
    assert project.facilities.loc["F1", "capacity"] == 60.0
    assert pd.isna(project.facilities.loc["F2", "unit_id"])
    assert pd.isna(project.observations.set_index("unit_id").loc["13", "value"])
    assert project.units.dtypes["name"] == "str"
    assert project.units.dtypes["established_on"].kind == "M"
    assert project.units.dtypes["simulated"].kind == "b"


def test_every_row_keeps_file_sheet_and_row(store, tmp_path):
    fill(store, tmp_path)
    units = store.project().units
    assert set(units["source_file"]) == {"units.csv"}
    # The file lists them in this order under one heading row, so 三连 stands in row 6.
    assert units["source_row"].to_dict() == {
        "13": 2,
        "1301": 3,
        "130101": 4,
        "130102": 5,
        "130103": 6,
    }


def test_the_file_as_received_is_kept_under_its_hash(store, tmp_path):
    report = put(store, UNITS, "units", tmp_path)
    received = (tmp_path / "units.csv").read_bytes()
    assert report.sha256 == hashlib.sha256(received).hexdigest()
    assert (store.path / "sources" / f"{report.sha256}.csv").read_bytes() == received


def test_a_known_code_replaces_its_row(store, tmp_path):
    fill(store, tmp_path)
    news = [
        unit("130101", "一连", "company", "1301", 540000, 4760000, population=125),  # changed
        unit("130102", "二连", "company", "1301", 541000, 4760000, population=80),  # the same
        unit("130104", "四连", "company", "1301", 542000, 4760000, population=10),  # new
    ]
    report = put(store, news, "units", tmp_path, name="news.csv")
    assert (report.added, report.replaced, report.unchanged) == (1, 1, 1)
    units = store.project().units
    assert units["population"].dropna().to_dict() == {"130101": 125, "130102": 80, "130104": 10}
    assert units["source_file"].to_dict() == {
        "13": "units.csv",
        "1301": "units.csv",
        "130101": "news.csv",
        "130102": "units.csv",
        "130103": "units.csv",
        "130104": "news.csv",
    }


def test_observations_are_told_apart_by_indicator_unit_and_period(store, tmp_path):
    fill(store, tmp_path)
    news = [
        {"indicator": "water", "unit_id": "1301", "period": "2025", "value": 92},
        {"indicator": "water", "unit_id": "1301", "period": "2026", "value": 95},
    ]
    report = put(store, news, "observations", tmp_path, name="news.csv")
    assert (report.added, report.replaced, report.unchanged) == (1, 1, 0)
    found = store.project().observations.query("unit_id == '1301'")
    assert found[["period", "value"]].values.tolist() == [["2025", 92.0], ["2026", 95.0]]


def water(period, unit_id="1301", **cells):
    return {"indicator": "water", "unit_id": unit_id, "period": period, **cells}


def replaced_note(report):
    return [str(note) for note in report.notes if note.code == "figures-replaced"]


@pytest.mark.parametrize("dry_run", [True, False])
def test_replaced_figures_are_told_by_period(store, tmp_path, dry_run):
    fill(store, tmp_path)
    put(store, [water("2024", value=80)], "observations", tmp_path, name="old.csv")
    # 91.5 of 2025 gives way; the blank of unit 13 was no figure, and 2026 is new.
    news = [water("2025", value=92), water("2025", "13", value=90), water("2026", value=95)]
    report = put(store, news, "observations", tmp_path, name="news.csv", dry_run=True)
    assert replaced_note(report) == ["1 figures for 2025 replace what was stored."]
    more = [*news, water("2024", value="")]  # a blank takes a figure away
    report = put(store, more, "observations", tmp_path, name="more.csv", dry_run=dry_run)
    assert replaced_note(report) == ["2 figures for 2024 (1), 2025 (1) replace what was stored."]


def test_nothing_is_told_where_figures_stay(store, tmp_path):
    fill(store, tmp_path)
    news = [water("2025", value=91.5, source="快报"), water("2026", value=95)]
    report = put(store, news, "observations", tmp_path, name="news.csv")
    assert (report.added, report.replaced) == (1, 1)
    assert replaced_note(report) == []


def test_a_column_the_file_lacks_is_kept_and_a_blank_cell_is_not(store, tmp_path):
    fill(store, tmp_path)
    news = [
        {
            "unit_id": "130101",
            "name": "一连",
            "kind": "company",
            "parent_id": "1301",
            "population": "",
            "children_0_2": 7,
        }
    ]
    report = put(store, news, "units", tmp_path, name="children.csv")
    row = store.project().units.loc["130101"]
    assert row.geometry is not None  # the file has no position column
    assert pd.isna(row["population"])  # it has this one, and says it does not know
    assert row["children_0_2"] == 7
    (note,) = report.notes
    assert note.code == "kept-columns"
    assert "geometry" in str(note)


def test_a_kept_cell_of_a_made_up_row_keeps_the_row_made_up(store, tmp_path):
    frame = gpd.GeoDataFrame(
        [{"unit_id": "1", "name": "甲", "kind": "company", "population": 5.0, "simulated": True}],
        geometry=gpd.points_from_xy([540000], [4760000]),
        crs="EPSG:4540",
    )
    store.commit_layer(frame, layer="units", file="demo")
    put(store, [{"unit_id": "1", "name": "乙", "kind": "company"}], "units", tmp_path)
    assert store.project().simulated


def test_a_unit_may_change_its_kind(store, tmp_path):
    fill(store, tmp_path)
    put(store, [unit("130103", "三连", "regiment", "13")], "units", tmp_path, name="b.csv")
    units = store.project().units
    assert units.loc["130103", "kind"] == "regiment"
    assert len(units) == 5


def test_undo_takes_imports_back_one_by_one(store, tmp_path):
    states = [contents(store)]
    put(store, UNITS, "units", tmp_path, minutes=1)
    states.append(contents(store))
    put(store, FACILITIES, "facilities", tmp_path, minutes=2)
    states.append(contents(store))
    put(
        store,
        [UNITS[2] | {"population": 1}, unit("1302", "红星二场", "regiment", "13")],
        "units",
        tmp_path,
        name="news.csv",
        minutes=3,
    )
    for id_ in (3, 2, 1):
        assert store.undo().id == id_
        assert same_contents(contents(store), states[id_ - 1])
    with pytest.raises(NothingToUndoError):
        store.undo()


def test_the_history_shows_what_was_undone_and_ids_are_never_given_twice(store, tmp_path):
    put(store, UNITS, "units", tmp_path, minutes=1)
    put(store, FACILITIES, "facilities", tmp_path, minutes=2)
    undone = store.undo(undone_at=START + timedelta(minutes=3))
    assert undone.undone_at == START + timedelta(minutes=3)
    report = put(store, FACILITIES, "facilities", tmp_path, minutes=4)
    assert report.import_id == 4  # 3 was the undoing
    assert [(one.id, one.layer, one.added, one.undone) for one in store.history()] == [
        (1, "units", 5, False),
        (2, "facilities", 2, True),
        (4, "facilities", 2, False),
    ]
    store.undo()
    store.undo()
    assert [one.undone for one in store.history()] == [True, True, True]


def test_the_project_can_be_seen_as_it_was_known_after_any_import(store, tmp_path):
    fill(store, tmp_path)
    put(store, [UNITS[2] | {"population": 1}], "units", tmp_path, name="news.csv", minutes=5)
    store.undo()
    put(store, [UNITS[2] | {"population": 2}], "units", tmp_path, name="newer.csv", minutes=7)
    seen = {
        id_: store.project(at_import=id_).units.loc["130101", "population"]
        for id_ in (1, 3, 4, 5, 6)
    }
    assert seen == {1: 120, 3: 120, 4: 1, 5: 120, 6: 2}
    assert len(store.project(at_import=0).units) == 0
    assert len(store.project(at_import=1).facilities) == 0
    with pytest.raises(NotKnownError):
        store.project(at_import=99)


def test_the_first_positions_decide_the_crs_and_undo_unmakes_the_decision(store, tmp_path):
    put(store, UNITS[:2], "units", tmp_path, minutes=1)
    assert store.crs is None
    degrees = gpd.GeoDataFrame(
        [{"facility_id": "F", "name": "园", "facility_type": "kindergarten"}],
        geometry=gpd.points_from_xy([94.6], [42.8]),
        crs="EPSG:4490",
    )
    store.commit_layer(degrees, layer="facilities", file="degrees")
    # 94.6 E lies in the 3-degree zone of 96 E (94.5-97.5), which is EPSG 4534 + (96 - 75) / 3.
    assert store.crs.to_epsg() == 4541
    assert store.project().units.crs.to_epsg() == 4541
    # At 1.4 degrees west of the meridian: 500 km - 1.4 * 111.32 km * cos(42.8) = about 385.6 km.
    assert store.project().facilities.geometry.x.iloc[0] == pytest.approx(385_500, abs=500)
    store.undo()
    assert store.crs is None


def test_a_stated_crs_wins(tmp_path):
    store = new_store(tmp_path / "p", crs="EPSG:4519")
    put(store, UNITS, "units", tmp_path)
    # Zone 31 carries its number before the easting; the rest is the same.
    assert store.project().units.loc["130101"].geometry.x == pytest.approx(31_540_000, abs=1e-6)
    with pytest.raises(CrsNotMetricError):
        new_store(tmp_path / "q", crs="EPSG:4490")
    assert not (tmp_path / "q").exists()


def test_a_dry_run_changes_nothing_on_disk(store, tmp_path):
    put(store, UNITS, "units", tmp_path)
    before = files_below(store.path)
    report = put(store, FACILITIES, "facilities", tmp_path, dry_run=True)
    assert (report.added, report.import_id) == (2, None)
    assert files_below(store.path) == before


def test_a_refused_file_changes_nothing_and_names_all_faults(store, tmp_path):
    put(store, UNITS, "units", tmp_path)
    before = files_below(store.path)
    bad = [*FACILITIES, FACILITIES[0], {**FACILITIES[1], "facility_id": "F1"}]
    with pytest.raises(RefusedFileError) as caught:
        put(store, bad, "facilities", tmp_path)
    (fault,) = caught.value.faults
    assert isinstance(fault, DuplicateIdError)
    assert fault.rows == (2, 4, 5)
    lost = [{**FACILITIES[0], "unit_id": "999"}, {**FACILITIES[1], "serves_units": "130101; 888"}]
    with pytest.raises(RefusedFileError) as caught:
        put(store, lost, "facilities", tmp_path)
    assert [(fault.column, fault.values, fault.rows) for fault in caught.value.faults] == [
        ("unit_id", ["999"], (2,)),
        ("serves_units", ["888"], (3,)),
    ]
    assert files_below(store.path) == before


def test_parents_must_exist_and_not_go_round_over_the_whole_table(store, tmp_path):
    put(store, UNITS, "units", tmp_path)
    # 13 is the parent of 1301, which is the parent of 130101; the file alone has no circle.
    news = [unit("13", "第十三师", "division", "130101"), unit("14", "师", "division", "77")]
    with pytest.raises(RefusedFileError) as caught:
        put(store, news, "units", tmp_path)
    assert [(fault.code, fault.rows) for fault in caught.value.faults] == [
        ("unknown-parent", (3,)),
        ("circular-parent", (2,)),
    ]


def test_a_missing_file_is_said_to_be_missing(store, tmp_path):
    with pytest.raises(UnreadableFileError, match="no such file"):
        store.import_file(tmp_path / "nothing.csv", layer="units", reader=read_csv)


def test_create_does_not_touch_what_is_there(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(ExistsError):
        new_store(tmp_path)
    (tmp_path / "empty").mkdir()
    assert new_store(tmp_path / "empty").name == "试点"
    with pytest.raises(ExistsError):
        new_store(tmp_path / "empty")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["empty", "notes.txt"]


def test_settings_come_back(tmp_path):
    name = '十三师 "试点" \\ 2026\n第二行'
    store = Store.create(
        tmp_path / "p",
        name=name,
        language="en",
        as_of=date(2025, 12, 31),
        plan="toy",
        approval_number="新S(2026)001号",
        catalogue=CATALOGUE,
    )
    project = opened(store.path).project()
    assert project.name == name
    assert project.reference_date == date(2025, 12, 31)
    assert project.approval_number == "新S(2026)001号"


def test_streets_are_stored_and_undone_like_any_layer(store, tmp_path):
    source = tmp_path / "roads.osm"
    source.write_text("<osm/>")

    def edges(n):
        return gpd.GeoDataFrame(
            {"start": range(n), "end": range(1, n + 1), "metres": [100.0] * n},
            geometry=[
                LineString([(540000 + 100 * i, 4760000), (540100 + 100 * i, 4760000)])
                for i in range(n)
            ],
            crs="EPSG:4540",
        )

    assert store.import_streets(edges(3), source=source).added == 3
    streets = store.project().streets
    assert streets[["start", "end"]].values.tolist() == [[0, 1], [1, 2], [2, 3]]
    assert streets["start"].dtype == "int64"
    again = store.import_streets(edges(3), source=source)
    assert (again.added, again.replaced, again.unchanged) == (0, 0, 3)
    store.import_streets(edges(5), source=source)
    assert len(store.project().streets) == 5
    assert len(store.project(at_import=2).streets) == 3
    store.undo()
    assert len(store.project().streets) == 3
    store.undo()
    store.undo()
    assert store.project().streets is None


def test_names_with_spaces_and_chinese_and_links(tmp_path):
    real = tmp_path / "真 实 #1 100%"
    real.mkdir()
    link = tmp_path / "链接"
    link.symlink_to(real, target_is_directory=True)
    store = new_store(link / "十三师 项目")
    write_csv(tmp_path / "名 单.csv", UNITS)
    linked = tmp_path / "今年 名单.csv"
    linked.symlink_to(tmp_path / "名 单.csv")
    store.import_file(linked, layer="units", reader=read_csv)
    assert set(opened(real / "十三师 项目").project().units["source_file"]) == {"今年 名单.csv"}
    kept = list((real / "十三师 项目" / "sources").iterdir())
    assert len(kept) == 1
    assert not kept[0].is_symlink()


def test_a_shapefile_is_kept_with_its_companions(store, tmp_path):
    frame = gpd.GeoDataFrame(
        {"unit_id": ["1"], "name": ["甲"], "kind": ["company"]},
        geometry=gpd.points_from_xy([540000], [4760000]),
        crs="EPSG:4540",
    )
    frame.to_file(tmp_path / "a.v1.shp", encoding="utf-8")
    (tmp_path / "a.dbf").write_bytes(b"of another file")

    def read(path, **_):
        found = gpd.read_file(path)  # needs the .dbf and .shx beside the .shp it is given
        return type("Read", (), {"frame": found, "notes": (), "facts": {}})

    first = store.import_file(tmp_path / "a.v1.shp", layer="units", reader=read)
    (kept,) = (store.path / "sources").iterdir()
    assert kept.name == f"{first.sha256}.zip"
    assert hashlib.sha256(kept.read_bytes()).hexdigest() == first.sha256
    inside = gpd.read_file(f"zip://{kept}")
    assert inside["name"].tolist() == ["甲"]
    again = store.import_file(tmp_path / "a.v1.shp", layer="units", reader=read)
    assert (again.sha256, again.unchanged) == (first.sha256, 1)


def test_a_file_saved_while_it_is_read_is_stored_as_it_was_read(store, tmp_path):
    path = write_csv(tmp_path / "units.csv", UNITS)
    received = path.read_bytes()

    def read(staged, **options):
        write_csv(path, UNITS[:1])
        return read_csv(staged, **options)

    report = store.import_file(path, layer="units", reader=read)
    assert report.added == 5
    assert (store.path / "sources" / f"{report.sha256}.csv").read_bytes() == received


def test_equal_histories_give_equal_bytes(tmp_path):
    for name in ("one", "two"):
        fill(new_store(tmp_path / name), tmp_path)
    assert files_below(tmp_path / "one") == files_below(tmp_path / "two")


def test_the_order_of_imports_does_not_show(tmp_path):
    one, two = new_store(tmp_path / "one"), new_store(tmp_path / "two")
    put(one, UNITS, "units", tmp_path)
    put(two, UNITS[:3][::-1], "units", tmp_path, name="units.csv")
    put(two, UNITS[3:], "units", tmp_path, name="units.csv")
    kept = ["name", "kind", "parent_id", "population", "geometry"]
    assert one.project().units[kept].equals(two.project().units[kept])


@pytest.mark.skipif(sys.platform != "linux", reason="names of open files are read from /proc")
def test_bytes_are_on_the_disk_before_their_name_is(store, tmp_path, monkeypatch):
    """Every file that is renamed was synced before; its folder is synced afterwards."""
    calls = []
    fsync, replace = os.fsync, os.replace

    def recorded_fsync(handle):
        calls.append(("sync", os.path.realpath(f"/proc/self/fd/{handle}")))
        fsync(handle)

    def recorded_replace(made, final):
        calls.append(("rename", os.path.realpath(made)))
        replace(made, final)

    monkeypatch.setattr(os, "fsync", recorded_fsync)
    monkeypatch.setattr(os, "replace", recorded_replace)
    put(store, UNITS, "units", tmp_path)
    folder = store.path.resolve()
    assert calls == [
        ("sync", f"{folder}/incoming/units.csv"),
        ("rename", f"{folder}/incoming/units.csv"),
        ("sync", f"{folder}/sources"),
        ("sync", f"{folder}/history/000001.parquet.new"),
        ("rename", f"{folder}/history/000001.parquet.new"),
        ("sync", f"{folder}/history"),
        ("sync", f"{folder}/project.new.gpkg"),
        ("rename", f"{folder}/project.new.gpkg"),
        ("sync", f"{folder}"),
    ]


def test_threads_of_one_process_take_turns(store, tmp_path):
    put(store, UNITS, "units", tmp_path)

    def work(number):
        row = {"facility_id": f"F{number}", "name": "园", "facility_type": "k"}
        return put(opened(store.path), [row], "facilities", tmp_path, name=f"{number}.csv")

    with ThreadPoolExecutor(4) as pool:
        reports = list(pool.map(work, range(6)))
    assert sorted(report.import_id for report in reports) == [2, 3, 4, 5, 6, 7]
    assert len(store.project().facilities) == 6


def test_the_project_s_own_catalogue_rows_count(tmp_path):
    store = Store.create(tmp_path / "p", name="p")
    (store.path / "catalogue" / "own.toml").write_text(OWN_KIND, encoding="utf-8")
    row = {"unit_id": "1", "name": "甲牧区", "kind": "pasture", "parent_id": ""}
    put(Store(store.path), [row], "units", tmp_path)
    assert open_project(store.path).units["kind"].tolist() == ["pasture"]
    assert "pastures" in pyogrio.list_layers(store.path / "project.gpkg")[:, 0]


OWN_KIND = """
[[unit_kind]]
id = "pasture"
label = { zh = "牧区", en = "Pasture" }
level = 3
plural = "pastures"
"""


def test_the_office_reader_is_the_usual_door(tmp_path):
    """One real file through the real reader: Chinese headings, a datum, a kind for every row."""
    store = Store.create(tmp_path / "p", name="p", crs="EPSG:4540")
    file = tmp_path / "连队.csv"
    file.write_text(
        "单位代码,名称,经度,纬度,户数\n1,甲连,93.0,43.0,12\n2,乙连,,,\n", encoding="gb18030"
    )
    report = store.import_file(file, layer="units", kind="company", crs="EPSG:4490")
    assert (report.added, report.file) == (2, "连队.csv")
    units = open_project(store.path).units
    assert units["kind"].tolist() == ["company", "company"]
    assert units.loc["1", "households"] == 12
    # On the central meridian the easting is the false one, 500 km.
    assert units.loc["1"].geometry.x == pytest.approx(500_000, abs=1e-3)
    assert units[["source_file", "source_row"]].values.tolist() == [
        ["连队.csv", 2],
        ["连队.csv", 3],
    ]
    # A later list without positions or households: a new kind, the rest kept.
    file.write_text("单位代码,名称\n1,甲社区\n", encoding="utf-8")
    report = store.import_file(file, layer="units", kind="community")
    assert (report.added, report.replaced) == (0, 1)
    row = open_project(store.path).units.loc["1"]
    assert (row["name"], row["kind"], row["households"]) == ("甲社区", "community", 12)
    assert row.geometry is not None


def test_a_refusal_names_the_file_as_the_office_knows_it(tmp_path):
    store = Store.create(tmp_path / "p", name="p")
    file = tmp_path / "连队.csv"
    file.write_text("单位代码,名称\n1,甲连\n1,乙连\n", encoding="utf-8")
    with pytest.raises(RefusedFileError) as caught:
        store.import_file(file, layer="units", kind="company")
    assert caught.value.file == "连队.csv"
    assert caught.value.faults[0].rows == (2, 3)
    assert store.history() == []
