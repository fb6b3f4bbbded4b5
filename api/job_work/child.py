"""The process that does the work of one run: told to stop through a pipe, telling how far it is.

It knows no database and no web: what it finds goes back through the pipe. When the pipe closes,
because the server is no more, it ends.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import threading
import traceback
from collections.abc import Callable, Mapping
from multiprocessing.connection import Connection
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

from geo_planner.errors import GeoPlannerError, TooLargeError
from geo_planner.notes import msgid
from geo_planner.siting.watching import Progress, Watch

if TYPE_CHECKING:
    from geo_planner.project import Project

Work = Callable[["Project", Mapping[str, Any], Watch], Mapping[str, Any]]
"""Works out a JSON-able answer, its notes kept as notes, from a project and checked parameters."""

BETWEEN = 0.2
"""Seconds between two reports of the same stage."""
RESULT_LIMIT_MB = 20
NICE = 5
"""How far the work stands back behind the server's answers on a busy computer."""


def work_off(work: Work, folder: str, params: Mapping[str, Any], pipe: Connection) -> None:
    """Do the work and send what came of it.

    Messages: ``("progress", Progress)``, then one of ``("result", text)``, ``("refused", error)``
    or ``("fault", traceback)``.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the server, which then ends us
    if hasattr(os, "nice"):
        with contextlib.suppress(OSError):
            os.nice(NICE)
    stop = threading.Event()
    threading.Thread(target=_listen, args=(pipe, stop), daemon=True).start()
    try:
        pipe.send(("result", _answer(work, folder, params, _watching(pipe, stop))))
    except GeoPlannerError as error:
        pipe.send(("refused", error))
    except Exception:  # whatever it is, the server must hear of it
        pipe.send(("fault", traceback.format_exc()))


def _answer(work: Work, folder: str, params: Mapping[str, Any], watch: Watch) -> str:
    from api.job_work.kept import kept  # noqa: PLC0415 - only in the process that works
    from layers import open_project  # noqa: PLC0415

    found = kept(work(open_project(Path(folder)), params, watch))
    text = json.dumps(found, ensure_ascii=False, allow_nan=False)
    size = len(text.encode())
    if size > RESULT_LIMIT_MB * 1_000_000:
        limit = f"{RESULT_LIMIT_MB} MB"
        raise TooLargeError(what=msgid("result"), size=f"{size / 1e6:.0f} MB", limit=limit)
    return text


def _listen(pipe: Connection, stop: threading.Event) -> None:
    """Wait for the word to stop; end when nobody is there any more to hear the answer."""
    while True:
        try:
            pipe.recv()
        except (EOFError, OSError):
            os._exit(1)
        stop.set()


def _watching(pipe: Connection, stop: threading.Event) -> Watch:
    last: tuple[str, float] = ("", 0.0)

    def watch(now: Progress) -> bool:
        nonlocal last
        if now.stage != last[0] or monotonic() - last[1] >= BETWEEN:
            last = (now.stage, monotonic())
            pipe.send(("progress", now))
        return not stop.is_set()

    return watch
