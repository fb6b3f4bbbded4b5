"""What is broken is said to be broken; what cannot be written leaves everything as it was."""

import errno
import os
import resource
import shutil
import sqlite3

import pyogrio
import pytest

from geo_planner.errors import (
    DamagedError,
    LockedError,
    NewerFormatError,
    NoProjectError,
    NotKnownError,
    NotWrittenError,
)
from layers.store import Store
from tests.storing.worlds import (
    CATALOGUE,
    FACILITIES,
    OBSERVATIONS,
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
    store = new_store(tmp_path / "十三师")
    put(store, UNITS, "units", tmp_path)
    return store


def damage(store):
    with pytest.raises(DamagedError) as caught:
        opened(store.path).project()
    assert caught.value.project == "十三师"
    return caught.value.reason


def test_a_missing_part_is_named(store):
    (store.path / "project.gpkg").unlink()
    assert "project.gpkg is missing" in damage(store)
    (store.path / "project.toml").unlink()
    assert "project.toml is missing" in damage(store)


def test_a_folder_that_is_no_project_is_not_called_damaged(store):
    for other in (store.path / "nowhere", store.path / "project.toml"):
        with pytest.raises(NoProjectError, match="no project"):
            Store(other)


@pytest.mark.parametrize("left", [0, 50, 4096, 0.5, 0.99])
def test_a_cut_geopackage_is_damaged(store, left):
    path = store.path / "project.gpkg"
    whole = path.read_bytes()
    path.write_bytes(whole[: left if left >= 1 else int(len(whole) * left)])
    assert "project.gpkg" in damage(store)


def test_overwritten_pages_are_damage(store):
    path = store.path / "project.gpkg"
    whole = bytearray(path.read_bytes())
    whole[4096:] = b"\xa5" * (len(whole) - 4096)
    path.write_bytes(whole)
    assert "project.gpkg" in damage(store)


def test_another_program_s_database_is_damage(store):
    path = store.path / "project.gpkg"
    path.unlink()
    database = sqlite3.connect(path)
    database.execute("CREATE TABLE notes (text)")
    database.close()
    assert "project.gpkg" in damage(store)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('format = 1\nname = "甲\n', "line 2"),
        ('name = "甲"\n', "'format' is missing"),
        ('format = 1\nname = 7\nlanguage = "fr"\n', "'name' must be a str; 'language' must be"),
        ('format = 1\nname = "甲"\napprovalnumber = "1"\n', "did you mean 'approval_number'"),
        ('format = 1\nname = "甲"\ncrs = "EPSG:4490"\n', "metres"),
        ('format = 1\nname = "甲"\ncrs = "EPSG:1"\n', "EPSG:1"),
        ('format = true\nname = "甲"\n', "'format' must be a int"),
        ('format = 1\nname = "甲"\nas_of = 2025-01-01T00:00:00\n', "'as_of' must be a date"),
        ('format = 1\nname = "甲"\ncrs = "EPSG:32646"\n', "the layers are in EPSG:4540"),
    ],
)
def test_a_wrong_project_file_names_its_faults(store, text, reason):
    (store.path / "project.toml").write_text(text, encoding="utf-8")
    assert reason in damage(store)


def test_a_project_file_in_another_encoding_is_damage_and_a_mark_of_notepad_is_not(store):
    path = store.path / "project.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text, encoding="utf-8-sig")
    assert opened(store.path).name == "试点"
    path.write_text(text, encoding="gb18030")
    assert "UTF-8" in damage(store)


def test_a_newer_format_is_not_touched(store):
    path = store.path / "project.toml"
    path.write_text('format = 99\nname = "甲"\nfuture = "x"\n', encoding="utf-8")
    with pytest.raises(NewerFormatError) as caught:
        opened(store.path)
    assert (caught.value.found, caught.value.known) == (99, 1)


def test_undo_without_its_history_is_refused_and_changes_nothing(store):
    (store.path / "history" / "000001.parquet").write_bytes(b"PAR1")
    before = files_below(store.path)
    with pytest.raises(DamagedError, match=r"history/000001\.parquet"):
        store.undo()
    assert files_below(store.path) == before
    assert len(store.project().units) == 5


def test_units_of_a_kind_that_left_the_catalogue_are_not_lost_silently(store):
    kinds = [row for row in CATALOGUE.unit_kinds.values() if row.id != "company"]
    smaller = CATALOGUE.of(
        plan_id="toy", title=CATALOGUE.title, period=CATALOGUE.period, unit_kinds=kinds
    )
    with pytest.raises(NotKnownError, match="company"):
        Store(store.path, catalogue=smaller).project()


def test_the_catalogue_s_plan_must_be_the_project_s(store):
    path = store.path / "project.toml"
    path.write_text(path.read_text(encoding="utf-8").replace('"toy"', '"other"'), encoding="utf-8")
    with pytest.raises(NotKnownError, match="other"):
        _ = Store(store.path).catalogue


FULL = OSError(errno.ENOSPC, "No space left on device")


def failing(*, call, error):
    """Return a wrapper of a function that raises at its ``call``-th call."""
    calls = [0]

    def wrap(original):
        def wrapped(*args, **kwargs):
            calls[0] += 1
            if calls[0] == call:
                raise error
            return original(*args, **kwargs)

        return wrapped

    return wrap


BROKEN = pyogrio.errors.DataLayerError("disk I/O error")
FAULTS = [
    *((os, "fsync", FULL, call) for call in (1, 3, 5)),  # 2, 4 and 6 come after a rename
    *((os, "replace", FULL, call) for call in (1, 2, 3)),
    *((shutil, "copyfile", FULL, call) for call in (1, 2)),
    *((pyogrio, "write_arrow", BROKEN, call) for call in (1, 2, 3)),
    (pyogrio, "write_arrow", pyogrio.errors.FeatureError("database or disk is full"), 2),
]


@pytest.mark.parametrize(("owner", "name", "error", "call"), FAULTS)
def test_a_full_disk_leaves_the_old_state(store, tmp_path, monkeypatch, owner, name, error, call):
    before = files_below(store.path)
    news = [unit("130105", "五连", "company", "1301", 540000, 4760000)]
    with monkeypatch.context() as patch:
        patch.setattr(owner, name, failing(call=call, error=error)(getattr(owner, name)))
        with pytest.raises(NotWrittenError):
            put(store, news, "units", tmp_path, name="news.csv")
    assert files_below(store.path) == before
    put(opened(store.path), news, "units", tmp_path, name="news.csv")


def test_a_limit_of_file_size_leaves_the_old_state(store, tmp_path):
    """GDAL itself meets the limit here, in the middle of its writing, not a stand-in."""
    before = files_below(store.path)
    rows = [unit(f"1301{n:05}", f"{n}连", "company", "1301", n, 4760000) for n in range(6000)]
    path = write_csv(tmp_path / "large.csv", rows)
    child = os.fork()
    if child == 0:
        ended = 1
        try:
            import signal

            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            limit = 400_000
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
            opened(store.path).import_file(path, layer="units", reader=read_csv)
        except NotWrittenError:
            ended = 7
        finally:
            os._exit(ended)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 7
    assert files_below(store.path) == before


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="gives up being root")
def test_a_folder_that_may_only_be_read_can_be_read(store, tmp_path):
    # Everything pytest made on the way there is closed to others.
    last = next(at for at in tmp_path.parents if at.name.startswith("pytest-of-"))
    for path in [tmp_path, *(at for at in tmp_path.parents if at.is_relative_to(last))]:
        path.chmod(0o755)
    write_csv(tmp_path / "news.csv", UNITS)
    child = os.fork()
    if child == 0:
        ended = 1
        try:
            os.setuid(65534)
            readable = opened(store.path)
            if len(readable.project().units) == 5:
                try:
                    readable.import_file(tmp_path / "news.csv", layer="units", reader=read_csv)
                except NotWrittenError:
                    ended = 7
        finally:
            os._exit(ended)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 7


def test_edits_another_program_left_in_its_journal_are_brought_in(store, tmp_path):
    """QGIS writes through a -wal file; a new file beside an old -wal would be destroyed by it."""
    put(store, OBSERVATIONS, "observations", tmp_path)
    path = store.path / "project.gpkg"
    child = os.fork()
    if child == 0:  # edits in WAL mode and dies without tidying up
        try:
            database = sqlite3.connect(path, isolation_level=None)
            database.execute("PRAGMA journal_mode = WAL")
            database.execute("UPDATE observations SET note = 'edited'")
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    assert (store.path / "project.gpkg-wal").stat().st_size > 0
    put(store, FACILITIES, "facilities", tmp_path)
    assert not (store.path / "project.gpkg-wal").exists()
    project = opened(store.path).project()
    assert project.observations["note"].tolist() == ["edited"] * 2
    assert len(project.facilities) == 2


def test_a_program_that_is_editing_keeps_imports_away(store, tmp_path):
    before = contents(store)
    database = sqlite3.connect(store.path / "project.gpkg", isolation_level=None)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("BEGIN IMMEDIATE")
    database.execute("UPDATE import_log SET file = 'x'")
    try:
        with pytest.raises(LockedError):
            put(store, FACILITIES, "facilities", tmp_path)
    finally:
        database.execute("ROLLBACK")
        database.close()
    assert same_contents(contents(store), before)
    put(store, FACILITIES, "facilities", tmp_path)


def test_strays_of_a_crash_go_and_other_files_stay(store, tmp_path):
    mine = store.path / "sources" / "封面说明.docx"
    mine.write_bytes(b"mine")
    strays = [
        store.path / "project.new.gpkg",
        store.path / "project.new.gpkg-journal",
        store.path / "sources" / ("a" * 64 + ".csv"),
        store.path / "history" / "000002.parquet",
        store.path / "history" / "000001.parquet.new",
    ]
    for stray in strays:
        stray.write_bytes(b"stray")
    put(store, OBSERVATIONS, "observations", tmp_path)
    assert mine.exists()
    left = [stray.name for stray in strays if stray.exists()]
    assert left == ["000002.parquet"]
    assert (store.path / "history" / "000002.parquet").read_bytes() != b"stray"
