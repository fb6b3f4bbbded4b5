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
import time
from pathlib import Path

import pytest

from layers.store.log import standing
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
    """Return a project with two imports, the same one import later, and the file between them."""
    store = new_store(tmp_path / "old")
    put(store, UNITS, "units", tmp_path)
    put(store, FACILITIES, "facilities", tmp_path)
    file = write_csv(tmp_path / "more.csv", MORE)
    shutil.copytree(tmp_path / "old", tmp_path / "new")
    put(opened(tmp_path / "new"), MORE, "units", tmp_path, name="more.csv")
    old, new = contents(opened(tmp_path / "old")), contents(opened(tmp_path / "new"))
    assert not same_contents(old, new)
    return tmp_path, file, old, new


def fresh_copy(world_path, source="old"):
    project = world_path / "project"
    shutil.rmtree(project, ignore_errors=True)
    return Path(shutil.copytree(world_path / source, project))


def state_after_death(project, old, new):
    """Return "old" or "new"; fail if the project is anything else, or not whole."""
    found = contents(opened(project))
    state = "old" if same_contents(found, old) else "new"
    assert same_contents(found, old if state == "old" else new)
    with sqlite3.connect(project / "project.gpkg") as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    database.close()
    log = opened(project)._state().log
    # What the log names is on the disk: the file as received, and what is needed to undo.
    for entry in log:
        assert (project / "sources" / entry.stored_as).is_file()
        assert (project / "history" / f"{entry.id:06d}.parquet").is_file()
    return state, standing(log)


def test_death_at_every_touch_of_the_disk(killer, world):
    path, file, old, new = world
    seen = []
    for call in range(200):
        project = fresh_copy(path)
        end = killer.order(do="import", project=project, file=file, layer="units", at=call)
        state, imports = state_after_death(project, old, new)
        assert len(imports) == (2 if state == "old" else 3)
        seen.append(state)
        if call % 3 == 0:  # the next import works, nothing is locked, no stray is left
            put(opened(project, lock_timeout=0), MORE, "units", path, name="more.csv")
            assert same_contents(contents(opened(project)), new)
            assert {one.name for one in project.iterdir()} == {
                "project.toml", "project.gpkg", "project.lock", "sources", "history", "catalogue"
            }  # fmt: skip
        if not end["killed"]:
            break
    assert end == {"killed": False, "exit": 0, "seconds": end["seconds"]}
    assert len(seen) > 20
    assert seen == ["old"] * seen.count("old") + ["new"] * seen.count("new")  # one step, no between
    assert seen.count("new") > 1  # the deaths after the rename were among them


def test_death_at_every_touch_of_the_disk_while_undoing(killer, world):
    path, _, old, new = world
    seen = []
    for call in range(200):
        project = fresh_copy(path, "new")
        end = killer.order(do="undo", project=project, at=call)
        seen.append(state_after_death(project, new, old)[0])
        if not end["killed"]:
            break
    assert end["exit"] == 0
    assert len(seen) > 15
    assert seen == ["old"] * seen.count("old") + ["new"] * seen.count("new")


def test_death_at_any_moment(killer, tmp_path):
    """A larger file, so that most of the time goes into writing; twenty-five moments over it."""
    store = new_store(tmp_path / "old")
    put(store, UNITS, "units", tmp_path)
    rows = [
        unit(f"1301{n:05}", f"{n}连", "company", "1301", 540000 + n, 4760000) for n in range(4000)
    ]
    file = write_csv(tmp_path / "large.csv", rows)
    old = contents(store)
    project = fresh_copy(tmp_path)
    whole = killer.order(do="import", project=project, file=file, layer="units")
    new = contents(opened(project))
    assert len(new["units"]) == 4005
    killed = 0
    for moment in range(25):
        project = fresh_copy(tmp_path)
        after = whole["seconds"] * moment / 24
        end = killer.order(do="import", project=project, file=file, layer="units", after=after)
        killed += end["killed"]
        state, _ = state_after_death(project, old, new)
        assert state == "new" or end["killed"]
        opened(project, lock_timeout=0).undo()  # nothing is locked, and it can be worked with
    assert killed > 10


def test_a_process_killed_from_outside_frees_its_lock(world):
    path, file, old, new = world
    project = fresh_copy(path)
    order = json.dumps(
        {"do": "import", "project": str(project), "file": str(file), "layer": "units"}
    )
    other = subprocess.Popen(
        [sys.executable, "-c", HOLDING, str(project)], cwd=ROOT, stdout=subprocess.PIPE
    )
    assert other.stdout.readline() == b"locked\n"
    started = subprocess.run(
        COMMAND, cwd=ROOT, input=order.replace("}", ', "timeout": 0.1}'), capture_output=True,
        text=True, check=True,
    )  # fmt: skip
    assert json.loads(started.stdout)["exit"] == 1
    assert "LockedError" in started.stderr
    assert same_contents(contents(opened(project)), old)
    other.send_signal(signal.SIGKILL)
    other.wait()
    other.stdout.close()
    began = time.monotonic()
    put(opened(project, lock_timeout=0), MORE, "units", path, name="more.csv")
    assert time.monotonic() - began < 5
    assert same_contents(contents(opened(project)), new)


HOLDING = """
import sys, time
from pathlib import Path
from layers.store.writing import Folder, writing
with writing(Folder(Path(sys.argv[1])), timeout=0):
    print("locked", flush=True)
    time.sleep(60)
"""


def test_two_processes_at_once_lose_nothing(tmp_path):
    project = new_store(tmp_path / "project").path
    put(opened(project), UNITS, "units", tmp_path)
    running = []
    for worker in range(3):
        orders = []
        for turn in range(2):
            file = write_csv(
                tmp_path / f"{worker}-{turn}.csv",
                [{"facility_id": f"F{worker}{turn}", "name": "园", "facility_type": "k"}],
            )
            orders.append({"do": "import", "project": str(project), "file": str(file),
                           "layer": "facilities"})  # fmt: skip
        process = subprocess.Popen(
            COMMAND, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        process.stdin.write("".join(json.dumps(order) + "\n" for order in orders))
        process.stdin.close()
        running.append(process)
    for process in running:
        assert [json.loads(line)["exit"] for line in process.stdout] == [0, 0]
        process.wait(timeout=30)
        process.stdout.close()
    store = opened(project)
    assert len(store.project().facilities) == 6
    assert [one.id for one in store.history()] == [1, 2, 3, 4, 5, 6, 7]
