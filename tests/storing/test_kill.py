"""``kill -9`` at any point of an import or undo leaves the old or the new state, never another.

Real processes are killed: at every call that touches the disk, one after the other, and at moments
spread over the whole time an import takes. After each death the project must be whole, hold exactly
the old or the new state, and take the next import.
"""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path
from unittest.mock import ANY

import pytest

from tests.storing.worlds import (
    FACILITIES,
    UNITS,
    contents,
    new_store,
    opened,
    put,
    same_contents,
    unit,
    write_csv,
)

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-m", "tests.storing.importing_process"]
MORE = [
    unit("130101", "一连", "company", "1301", 540000, 4760000, population=125),
    *(unit(f"1301{n:02}", f"{n}连", "company", "1301", 540000 + n, 4760000) for n in range(4, 30)),
]
PARTS = {"project.toml", "project.gpkg", "project.lock", "sources", "history", "catalogue"}

pytestmark = pytest.mark.skipif(os.name != "posix", reason="processes are forked and killed")


class Killer:
    """Orders imports from a process that forks and kills."""

    def __init__(self):
        self.process = subprocess.Popen(
            COMMAND, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def order(self, **order):
        self.process.stdin.write(json.dumps(order, default=str) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def close(self):
        self.process.stdin.close()
        self.process.wait(timeout=10)
        self.process.stdout.close()


@pytest.fixture(scope="module")
def killer():
    made = Killer()
    yield made
    made.close()


@pytest.fixture
def world(tmp_path):
    """Return a folder with a project of two imports (old), one import later (new), and the file.

    Equal imports give equal bytes, so that a project is in the new state exactly if its GeoPackage
    has the bytes of the one that nobody killed.
    """
    store = new_store(tmp_path / "old")
    put(store, UNITS, "units", tmp_path)
    put(store, FACILITIES, "facilities", tmp_path)
    file = write_csv(tmp_path / "more.csv", MORE)
    shutil.copytree(tmp_path / "old", tmp_path / "new")
    put(opened(tmp_path / "new"), MORE, "units", tmp_path, name="more.csv")
    assert gpkg(tmp_path / "old") != gpkg(tmp_path / "new")
    return tmp_path, file


def gpkg(project):
    return (project / "project.gpkg").read_bytes()


def fresh_copy(path, source="old"):
    project = path / "project"
    shutil.rmtree(project, ignore_errors=True)
    return Path(shutil.copytree(path / source, project))


def state_after_death(project, before, after):
    """Return "before" or "after"; fail if the project is anything else, or not whole."""
    found = gpkg(project)
    assert found in (before, after)
    for entry in opened(project)._state().log:
        # What the log names is on the disk: the file as received, and what it takes to undo it.
        assert (project / "sources" / entry.stored_as).is_file()
        assert (project / "history" / f"{entry.id:06d}.parquet").is_file()
    return "before" if found == before else "after"


def assert_usable(project, path, expected):
    """The next import works at once: nothing is locked; and no stray is left."""
    put(opened(project, lock_timeout=0), MORE, "units", path, name="more.csv")
    assert same_contents(contents(opened(project)), contents(opened(expected)))
    with sqlite3.connect(project / "project.gpkg") as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    database.close()
    assert {one.name for one in project.iterdir()} == PARTS
    log = opened(project)._state().log
    assert {one.name for one in (project / "sources").iterdir()} == {one.stored_as for one in log}
    assert len(list((project / "history").iterdir())) == len(log)


def test_death_at_every_touch_of_the_disk(killer, world):
    path, file = world
    before, after = gpkg(path / "old"), gpkg(path / "new")
    seen = []
    for call in range(200):
        project = fresh_copy(path)
        end = killer.order(do="import", project=project, file=file, layer="units", at=call)
        seen.append(state_after_death(project, before, after))
        if call % 10 == 0 or seen[-1] == "after":
            assert_usable(project, path, path / "new")
        if not end["killed"]:
            break
    assert end["exit"] == 0
    assert len(seen) > 20
    assert seen.count("after") > 1  # deaths after the rename were among them
    assert seen == sorted(seen, reverse=True)  # "before" ... "before" "after": one step


def test_death_at_every_touch_of_the_disk_while_undoing(killer, world):
    path, _ = world
    project = fresh_copy(path, "new")
    killer.order(do="undo", project=project)
    before, after = gpkg(path / "new"), gpkg(project)
    assert same_contents(contents(opened(project)), contents(opened(path / "old")))
    seen = []
    for call in range(0, 200, 2):
        project = fresh_copy(path, "new")
        end = killer.order(do="undo", project=project, at=call)
        found = gpkg(project)
        assert found in (before, after)
        seen.append("before" if found == before else "after")
        if not end["killed"]:
            break
    assert end["exit"] == 0
    assert len(seen) > 8
    assert seen.count("after") > 1
    assert seen == sorted(seen, reverse=True)


def test_death_at_any_moment(killer, tmp_path):
    """A larger file, so that most of the time goes into writing; twelve moments over it."""
    store = new_store(tmp_path / "old")
    put(store, UNITS, "units", tmp_path)
    rows = [
        unit(f"1301{n:05}", f"{n}连", "company", "1301", 540000 + n, 4760000) for n in range(3000)
    ]
    file = write_csv(tmp_path / "large.csv", rows)
    project = fresh_copy(tmp_path)
    whole = killer.order(do="import", project=project, file=file, layer="units")
    assert len(opened(project).project().units) == 3005
    before, after = gpkg(tmp_path / "old"), gpkg(project)
    killed = 0
    for moment in range(12):
        project = fresh_copy(tmp_path)
        wait = whole["seconds"] * moment / 11
        end = killer.order(do="import", project=project, file=file, layer="units", after=wait)
        killed += end["killed"]
        assert state_after_death(project, before, after) == "after" or end["killed"]
        if moment % 4 == 0:
            opened(project, lock_timeout=0).undo()
    assert killed > 5


def test_a_process_killed_from_outside_frees_its_lock(killer, world):
    path, file = world
    project = fresh_copy(path)
    holder = killer.order(do="hold", project=project)
    assert holder["locked"]
    order = {"do": "import", "project": str(project), "file": str(file), "layer": "units"}
    assert killer.order(**order, timeout=0.1) == {"killed": False, "exit": 2, "seconds": ANY}
    assert gpkg(project) == gpkg(path / "old")
    os.kill(holder["number"], signal.SIGKILL)
    assert killer.order(**order, timeout=5)["exit"] == 0
    assert gpkg(project) == gpkg(path / "new")


def test_processes_at_once_lose_nothing(killer, tmp_path):
    project = new_store(tmp_path / "project").path
    put(opened(project), UNITS, "units", tmp_path)
    orders = []
    for worker in range(6):
        row = {"facility_id": f"F{worker}", "name": "园", "facility_type": "k"}
        file = write_csv(tmp_path / f"{worker}.csv", [row])
        orders.append({"do": "import", "project": project, "file": file, "layer": "facilities"})
    ends = killer.order(together=orders)
    assert [end["exit"] for end in ends] == [0] * 6
    store = opened(project)
    assert store.project().facilities.index.tolist() == ["F0", "F1", "F2", "F3", "F4", "F5"]
    assert [one.id for one in store.history()] == [1, 2, 3, 4, 5, 6, 7]


def test_whoever_reads_while_others_write_sees_whole_states(killer, tmp_path):
    """Every import adds one facility and one line of the log: they must always agree."""
    project = new_store(tmp_path / "project").path
    orders = []
    for turn in range(6):
        row = {"facility_id": f"F{turn}", "name": "园", "facility_type": "k"}
        file = write_csv(tmp_path / f"{turn}.csv", [row])
        orders.append({"do": "import", "project": str(project), "file": str(file),
                       "layer": "facilities"})  # fmt: skip
    killer.process.stdin.write(json.dumps({"together": orders}) + "\n")
    killer.process.stdin.flush()
    seen = set()
    while max(seen, default=0) < 6:
        state = opened(project)._state("facilities")
        assert len(state.tables["facilities"]) == len(state.log)
        seen.add(len(state.log))
    assert all(end["exit"] == 0 for end in json.loads(killer.process.stdout.readline()))
    assert len(seen) > 1
