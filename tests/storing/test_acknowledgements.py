"""What is said about early warnings is stored, checked, looked back at and taken back."""

from datetime import date, timedelta

import pandas as pd
import pyogrio
import pytest

from geo_planner.errors import RefusedFileError
from layers.catalogue import load_catalogue
from layers.store import Store
from tests.storing.worlds import START, UNITS, put

ROW = {
    "rule": "behind",
    "indicator": "vaccination_rate",
    "unit_id": "1301",
    "year": "2025",
    "state": "open",
    "reason": "late",
    "by": "李四",
    "on": date(2026, 1, 7),
    "note": "已约谈责任单位",
}


@pytest.fixture
def store(tmp_path):
    assert ROW["indicator"] in load_catalogue().indicators
    made = Store.create(tmp_path / "project", name="试点", created_at=START)
    put(made, UNITS, "units", tmp_path)
    return made


def enter(store, *rows, minutes=1):
    moment = START + timedelta(minutes=minutes)
    return store.commit_layer(
        pd.DataFrame(list(rows)), layer="acknowledgements", file="预警处理", imported_at=moment
    )


def test_a_project_has_none_at_first(store):
    table = store.project().acknowledgements
    assert table.empty
    assert set(ROW) <= set(table.columns)


def test_they_are_stored_replaced_and_taken_back(store):
    assert enter(store, ROW).added == 1
    stored = store.project().acknowledgements.iloc[0]
    assert {name: stored[name] for name in ROW} == {**ROW, "on": pd.Timestamp(2026, 1, 7)}
    assert stored["source_file"] == "预警处理"
    settled = {**ROW, "state": "settled", "on": "2026-02-01"}
    assert enter(store, settled, {**ROW, "year": "2024"}, minutes=2).replaced == 1
    now = store.project().acknowledgements.set_index("year")["state"]
    assert now.to_dict() == {"2024": "open", "2025": "settled"}
    assert store.project(at_import=2).acknowledgements["state"].tolist() == ["open"]
    assert store.project(at_import=1).acknowledgements.empty
    assert store.undo().layer == "acknowledgements"
    assert store.project().acknowledgements["state"].tolist() == ["open"]
    assert [(one.layer, one.undone) for one in store.history()] == [
        ("units", False),
        ("acknowledgements", False),
        ("acknowledgements", True),
    ]


def test_they_are_a_table_of_the_geopackage(store):
    enter(store, ROW)
    table = pyogrio.read_dataframe(
        store.path / "project.gpkg", layer="acknowledgements", read_geometry=False
    )
    assert table["note"].tolist() == ["已约谈责任单位"]


def test_every_fault_is_told_at_once_and_nothing_is_stored(store):
    wrong = [
        {**ROW, "rule": " "},
        {**ROW, "indicator": "no_such"},
        {**ROW, "unit_id": "99"},
        {**ROW, "year": "25"},
        {**ROW, "state": "done"},
        {**ROW, "on": "昨天"},
        {**ROW, "on": None},
    ]
    with pytest.raises(RefusedFileError) as refused:
        enter(store, *wrong)
    told = {
        (fault.code, fault.params["column"], fault.params["rows"]) for fault in refused.value.faults
    }
    assert told == {
        ("missing-value", "rule", (2,)),
        ("bad-value", "indicator", (3,)),
        ("unknown-unit", "unit_id", (4,)),
        ("bad-value", "year", (5,)),
        ("bad-value", "state", (6,)),
        ("bad-date", "on", (7,)),
        ("missing-value", "on", (8,)),
    }
    assert len(store.history()) == 1


def test_a_missing_column_is_named(store):
    with pytest.raises(RefusedFileError) as refused:
        enter(store, {name: cell for name, cell in ROW.items() if name != "state"})
    assert [fault.code for fault in refused.value.faults] == ["missing-column"]


def test_one_warning_is_answered_once_in_one_entry(store):
    with pytest.raises(RefusedFileError) as refused:
        enter(store, ROW, {**ROW, "state": "settled"})
    assert [fault.code for fault in refused.value.faults] == ["duplicate-id"]
