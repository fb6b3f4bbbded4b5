"""Run imports in processes of their own and kill them; started by ``test_kill.py``.

Reads one JSON order a line and answers each with one JSON line. For every order it forks a child
that does the import, so that a crash costs no new interpreter. The child dies by ``kill -9``:

``{"at": k}``      by its own hand, right before its k-th call that touches the disk
``{"after": s}``   by its parent's hand, s seconds after it began

``{"do": "hold"}`` leaves a child alive that holds the project's lock, and answers with its number;
``{"together": [...]}`` runs several orders at once.
"""

import functools
import json
import os
import shutil
import signal
import sys
import time
from pathlib import Path

import pyarrow as pa
import pyogrio

from geo_planner.errors import LockedError
from layers.store import changes, geopackage, writing
from tests.storing.worlds import START, opened, read_csv

_TOUCHING = [
    (os, "fsync"),
    (os, "replace"),
    (os, "rename"),
    (os, "unlink"),
    (os, "mkdir"),
    (shutil, "copyfile"),
    (shutil, "rmtree"),
    (pyogrio, "write_arrow"),
    (geopackage, "stamp"),
    (writing, "append_entry"),
    (writing, "connected"),
    (changes, "put_file"),
    (writing, "put_file"),
]


def die_at(call):
    """Make the process kill itself right before its ``call``-th call that touches the disk."""
    left = [call]

    def wrapped(original):
        @functools.wraps(original)
        def counted(*args, **kwargs):
            left[0] -= 1
            if left[0] < 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return original(*args, **kwargs)

        return counted

    for owner, name in _TOUCHING:
        setattr(owner, name, wrapped(getattr(owner, name)))


def do(order):
    store = opened(order["project"], lock_timeout=order.get("timeout", 30))
    if order["do"] == "undo":
        store.undo(undone_at=START)
    else:
        path = Path(order["file"])
        store.import_file(path, layer=order["layer"], reader=read_csv, imported_at=START)


def run_child(order):
    pa.set_cpu_count(1)
    if "at" in order:
        die_at(order["at"])
    try:
        do(order)
    except LockedError:
        os._exit(2)
    except BaseException as problem:
        os.write(2, f"{type(problem).__name__}: {problem}\n".encode())
        os._exit(1)
    os._exit(0)


def start(order):
    child = os.fork()
    if child == 0:
        run_child(order)
    return child


def hold(order):
    """Start a child that takes the lock and keeps it; return its number once it has it."""
    heard, said = os.pipe()
    child = os.fork()
    if child == 0:
        with writing.writing(writing.Folder(Path(order["project"])), timeout=0):
            os.write(said, b"locked")
            time.sleep(60)
        os._exit(0)
    os.close(said)
    locked = os.read(heard, 6) == b"locked"
    os.close(heard)
    return {"locked": locked, "number": child}


def end_of(child):
    _, status = os.waitpid(child, 0)
    killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    return {"killed": killed, "exit": None if killed else os.waitstatus_to_exitcode(status)}


def answer(order):
    if order.get("do") == "hold":
        return hold(order)
    if "together" in order:
        return [end_of(child) for child in [start(one) for one in order["together"]]]
    began = time.monotonic()
    child = start(order)
    if "after" in order:
        time.sleep(order["after"])
        os.kill(child, signal.SIGKILL)
    return end_of(child) | {"seconds": time.monotonic() - began}


for line in sys.stdin:
    sys.stdout.write(json.dumps(answer(json.loads(line))) + "\n")
    sys.stdout.flush()
