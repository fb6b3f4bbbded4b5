"""What was known when: corrections, undoing, and the wordings of one figure."""

import sqlite3
from datetime import UTC, date, datetime, timedelta

import pandas as pd
import pytest

from layers.store.changes import change_path
from tests.storing.worlds import UNITS, new_store, opened, put

KEY = ("water", "1301", "2025")


def said(value, **more):
    return [{"indicator": "water", "unit_id": "1301", "period": "2025", "value": value, **more}]


def day(number):
    """Return 00:30 UTC of a day in January 2026 as minutes after the worlds' start (5th, 08:00)."""
    return (number - 5) * 24 * 60 - 450


@pytest.fixture
def store(tmp_path):
    """Return a figure of 91 (6th), corrected to 92 (8th), undone (10th), corrected to 93 (12th)."""
    made = new_store(tmp_path / "project")
    put(made, UNITS, "units", tmp_path, minutes=day(6))
    signed = {"reported_by": "张三", "reported_on": "2026-01-05"}
    put(made, said(91, **signed), "observations", tmp_path, minutes=day(6), name="年报.csv")
    put(made, said(92), "observations", tmp_path, minutes=day(8), name="更正.csv")
    made.undo(undone_at=datetime(2026, 1, 10, tzinfo=UTC))
    put(made, said(93), "observations", tmp_path, minutes=day(12), name="再更正.csv")
    return made


def test_the_project_as_it_was_known_on_a_day(store):
    known = {
        number: store.project(at_import=store.known_on(date(2026, 1, number))).observations
        for number in range(5, 14)
    }
    assert {number: table["value"].tolist() for number, table in known.items()} == {
        5: [],
        6: [91.0],
        7: [91.0],
        8: [92.0],
        9: [92.0],
        10: [91.0],  # taken back that day
        11: [91.0],
        12: [93.0],
        13: [93.0],
    }
    assert store.known_on(date(2026, 1, 5)) == 0
    assert store.known_on(date(2026, 1, 10)) == 4  # the undoing has a number of its own


def test_an_evening_in_utc_is_the_next_day_of_the_office(tmp_path):
    store = new_store(tmp_path / "project")
    put(
        store, UNITS, "units", tmp_path, minutes=(15 - 8) * 60 + 59
    )  # 15:59 UTC is 23:59 in Beijing
    put(store, said(1), "observations", tmp_path, minutes=(16 - 8) * 60)  # 16:00 UTC is midnight
    assert store.known_on(date(2026, 1, 5)) == 1
    assert store.known_on(date(2026, 1, 6)) == 2


def test_every_wording_of_a_figure(store):
    first, taken_back, last = store.versions(*KEY)
    assert (first.import_id, first.file, first.row, first.value) == (2, "年报.csv", 2, 91.0)
    assert (first.reported_by, first.reported_on) == ("张三", date(2026, 1, 5))
    assert first.recorded_at == datetime(2026, 1, 6, 0, 30, tzinfo=UTC)
    assert (first.sheet, first.numerator, first.denominator) == (None, None, None)
    assert (taken_back.import_id, taken_back.file, taken_back.value) == (3, "更正.csv", 92.0)
    assert [one.taken_back for one in (first, taken_back, last)] == [False, True, False]
    # The correction has no signature columns, and those of the first stay.
    assert (last.import_id, last.value, last.reported_by) == (5, 93.0, "张三")


def test_wordings_of_other_figures_and_groups_stay_apart(store, tmp_path):
    put(store, said(40, sex="female"), "observations", tmp_path, minutes=day(13))
    put(store, said(41, sex="female"), "observations", tmp_path, minutes=day(14))
    assert [one.value for one in store.versions(*KEY, sex="female")] == [40.0, 41.0]
    assert [one.value for one in store.versions(*KEY)] == [91.0, 92.0, 93.0]
    assert store.versions("water", "1301", "2024") == []
    store.undo()
    store.undo()
    assert [one.taken_back for one in store.versions(*KEY, sex="female")] == [True, True]


def test_an_import_that_says_nothing_new_is_no_wording(store, tmp_path):
    put(store, said(93), "observations", tmp_path, minutes=day(15))
    assert len(store.versions(*KEY)) == 3


def test_sexes_and_ages_of_one_period_stand_side_by_side(tmp_path):
    store = new_store(tmp_path / "project")
    put(store, UNITS, "units", tmp_path)
    rows = [
        *said(91),
        *said(90, sex="male"),
        *said(92, sex="female"),
        *said(89, sex="female", age_band="0-2"),
    ]
    assert put(store, rows, "observations", tmp_path).added == 4
    project = store.project()
    assert project.observations["sex"].tolist() == ["", "female", "female", "male"]
    assert project.observations["age_band"].tolist() == ["", "", "0-2", ""]
    # Figures are worked out from the row about all children only.
    assert project.observations_of["water"]["value"].tolist() == [91.0]
    assert project.groups_of["water"]["value"].tolist() == [92.0, 89.0, 90.0]
    report = put(store, said(95, sex="female"), "observations", tmp_path)
    assert (report.added, report.replaced) == (0, 1)
    values = store.project().groups_of["water"]["value"]
    assert values.tolist() == [95.0, 89.0, 90.0]


def test_a_file_without_groups_keeps_nothing_of_them_silently(tmp_path):
    store = new_store(tmp_path / "project")
    put(store, UNITS, "units", tmp_path)
    put(store, said(91), "observations", tmp_path)
    report = put(store, said(92), "observations", tmp_path)
    assert "kept-columns" not in {note.code for note in report.notes}


def test_a_project_from_before_sexes_and_ages_opens_rewinds_and_is_undone(store):
    """Drop what earlier versions did not write: from the table and from the history."""
    new = ("sex", "age_band", "reported_by", "checked_by", "reported_on")
    with sqlite3.connect(store.path / "project.gpkg") as database:
        for name in new:
            database.execute(f'ALTER TABLE observations DROP COLUMN "{name}"')
        database.execute("DROP TABLE acknowledgements")
        database.execute("DELETE FROM gpkg_contents WHERE table_name = 'acknowledgements'")
    for id_ in (2, 3, 4, 5):
        path = change_path(store.path / "history", id_)
        pd.read_parquet(path).drop(columns=list(new), errors="ignore").to_parquet(path)
    old = opened(store.path)
    assert old.project().observations["sex"].tolist() == [""]
    assert old.project().acknowledgements.empty
    assert [one.value for one in old.versions(*KEY)] == [91.0, 92.0, 93.0]
    assert old.project(at_import=2).observations["value"].tolist() == [91.0]
    assert old.project(at_import=1).observations.empty
    old.undo(undone_at=datetime(2026, 1, 20, tzinfo=UTC) + timedelta(hours=1))
    assert old.project().observations["value"].tolist() == [91.0]
