"""Laws of the store, whatever is imported."""

import tempfile
from datetime import timedelta
from pathlib import Path

import geopandas as gpd
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Point

from layers.store.merging import merge, rewind, taking_back
from layers.store.tables import stored_table
from tests.storing.worlds import CRS, START, contents, new_store, same_contents

CODES = st.sampled_from("甲乙丙丁戊己")
BLANK = st.none()


def unit_row(code, name, number, place, simulated):
    return {
        "unit_id": code, "name": name, "kind": "company", "population": number,
        "geometry": place, "simulated": simulated,
    }  # fmt: skip


ROWS = st.builds(
    unit_row,
    code=CODES,
    name=st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1),
    number=BLANK | st.integers(0, 9),
    place=BLANK | st.builds(Point, st.integers(0, 9), st.integers(0, 9)),
    simulated=st.booleans(),
)
FILES = st.lists(ROWS, min_size=1, max_size=5, unique_by=lambda row: row["unit_id"])
COLUMNS = st.none() | st.just({"unit_id", "name", "kind"})


def frame(rows):
    made = gpd.GeoDataFrame(pd.DataFrame(rows), geometry="geometry", crs=CRS)
    made["source_row"] = range(2, len(rows) + 2)
    return made


def table(rows):
    return stored_table(frame(rows), "units", gpd.GeoSeries(crs=CRS).crs)


@given(st.lists(st.tuples(FILES, COLUMNS), min_size=1, max_size=5))
@settings(max_examples=25, deadline=None)
def test_every_change_can_be_rewound_and_undone(files):
    now = table(files[0][0]).iloc[:0]
    for rows, columns in files:
        change = merge(now, table(rows), "units", given=columns)
        assert change.added_rows + change.replaced_rows + change.unchanged_rows == len(rows)
        assert equal(rewind(change.table, change), now)
        undoing = taking_back(change.table, change)
        assert equal(undoing.table, now)
        assert equal(rewind(now, undoing), change.table)
        assert set(change.table["unit_id"]) == set(now["unit_id"]) | {r["unit_id"] for r in rows}
        now = change.table


@given(FILES)
@settings(max_examples=20, deadline=None)
def test_the_same_file_twice_changes_nothing(rows):
    empty = table(rows).iloc[:0]
    once = merge(empty, table(rows), "units").table
    twice = merge(once, table(rows), "units")
    assert (twice.added_rows, twice.replaced_rows) == (0, 0)
    assert equal(twice.table, once)


@given(FILES, st.randoms(use_true_random=False))
@settings(max_examples=20, deadline=None)
def test_the_order_of_rows_does_not_matter(rows, random):
    mixed = random.sample(rows, len(rows))
    kept = [name for name in table(rows).columns if name != "source_row"]
    assert equal(table(rows)[kept], table(mixed)[kept])


@given(st.lists(FILES, min_size=1, max_size=3))
@settings(max_examples=4, deadline=None)
def test_any_imports_then_undoing_all_is_the_empty_start(files):
    with tempfile.TemporaryDirectory() as folder:
        store = new_store(Path(folder) / "p")
        seen = [contents(store)]
        for turn, rows in enumerate(files):
            moment = START + timedelta(minutes=turn)
            store.commit_layer(frame(rows), layer="units", file="f", imported_at=moment)
            seen.append(contents(store))
        for before in reversed(seen[:-1]):
            store.undo()
            assert same_contents(contents(store), before)
        for turn, then in enumerate(seen):
            known = store.project(at_import=turn).units
            assert known.index.tolist() == then["units"]["unit_id"].tolist()


def equal(one, other):
    """Whether two tables are equal, columns that are blank throughout left aside."""
    left, right = (part.dropna(axis="columns", how="all") for part in (one, other))
    return sorted(left.columns) == sorted(right.columns) and left.equals(right[left.columns])
