"""Kinds of work for the tests of long runs, at the top of a module so that a process can import it.

Files in a folder, named by a parameter, tell the test how far the work is, and the work to go on.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from api.job_work.kinds import KINDS, Asked, Kind
from geo_planner.errors import NoLimitError
from geo_planner.notes import Note, msgid
from geo_planner.rows import Label
from geo_planner.siting.watching import Progress


class SlowAsked(Asked):
    folder: str
    name: str = "one"
    listens: bool = True


def slow(project: Any, params: Mapping[str, Any], watch: Any) -> dict[str, Any]:
    """Count until the file ``go`` is there; leave a line in ``<name>.log`` at each beginning."""
    folder, name = Path(params["folder"]), params["name"]
    with (folder / f"{name}.log").open("a") as log:
        log.write(f"{os.getpid()}\n")
    for count in range(100_000):
        going = watch(Progress("solving", 0.0, objective=40.0 - count, bound=30.5, done=0.25))
        if params["listens"] and not going:
            (folder / f"{name}.stopped").touch()
            return {"partial": True}
        if (folder / "go").exists():
            break
        time.sleep(0.02)
    note = Note("no-bound", msgid("No bound: how far from the best possible is not known."))
    return {"units": len(project.units), "as_of": params["as_of"], "notes": (note,)}


def refused(project: Any, params: Mapping[str, Any], watch: Any) -> dict[str, Any]:
    raise NoLimitError(
        "kindergarten", "walk", Label("幼儿园", "Kindergarten"), Label("步行", "Walk")
    )


def faulty(project: Any, params: Mapping[str, Any], watch: Any) -> dict[str, Any]:
    raise RuntimeError("secret of the inside at /srv/geo")


def huge(project: Any, params: Mapping[str, Any], watch: Any) -> dict[str, Any]:
    return {"text": "x" * 21_000_000}


def deadly(project: Any, params: Mapping[str, Any], watch: Any) -> dict[str, Any]:
    os._exit(3)


def about(project: Any, asked: Any) -> Note:
    return Note("test", "A test")


SLOW_KINDS = {
    **KINDS,
    "slow": Kind("slow", SlowAsked, slow, about),
    "refused": Kind("refused", Asked, refused, about),
    "faulty": Kind("faulty", Asked, faulty, about),
    "huge": Kind("huge", Asked, huge, about),
    "deadly": Kind("deadly", Asked, deadly, about),
}
