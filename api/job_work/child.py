"""The process that does the work of one run: told to stop, telling how far it is.

It knows no database and no web. Its order comes through standard input, what it finds goes out
through standard output, as pickled messages between two processes of one program. When its input
closes, because the server is no more, it ends.
"""

from __future__ import annotations

import contextlib
import json
import os
import pickle
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any, BinaryIO, Literal

from geo_planner.errors import GeoPlannerError, TooLargeError
from geo_planner.notes import msgid
from geo_planner.siting.watching import Progress, Watch

if TYPE_CHECKING:
    from geo_planner.project import Project

Work = Callable[["Project", Mapping[str, Any], Watch], Mapping[str, Any]]
"""Works out a JSON-able answer, its notes kept as notes, from a project and checked parameters."""

Message = tuple[Literal["progress", "result", "refused", "fault"], Any]
"""A :class:`Progress`; or, once and last, a JSON text, an error of the product, a traceback."""

START = (
    "import pickle, sys; sys.path[:] = pickle.load(sys.stdin.buffer); "
    "from api.job_work.child import main; main()"
)
"""What the interpreter of the process is told; first on its input is the path of modules."""

BETWEEN = 0.2
"""Seconds between two reports of the same stage."""
RESULT_LIMIT_MB = 20
NICE = 5
"""How far the work stands back behind the server's answers on a busy computer."""


def main() -> None:
    """Read the order, do the work and send what came of it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the server, which then ends us
    if hasattr(os, "nice"):
        with contextlib.suppress(OSError):
            os.nice(NICE)
    orders, out = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what libraries print goes to the log, not between the messages
    try:
        work, folder, params = pickle.load(orders)
        stop = threading.Event()
        threading.Thread(target=_listen, args=(orders, stop), daemon=True).start()
        _send(out, ("result", _answer(work, folder, params, _watching(out, stop))))
    except GeoPlannerError as error:
        _send(out, ("refused", error))
    except Exception:  # whatever it is, the server must hear of it
        _send(out, ("fault", traceback.format_exc()))
    os._exit(0)  # the listener still reads


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


def _listen(orders: BinaryIO, stop: threading.Event) -> None:
    """Wait for the word to stop; end when nobody is there any more to hear the answer."""
    while orders.readline():
        stop.set()
    os._exit(1)


def _watching(out: BinaryIO, stop: threading.Event) -> Watch:
    last: tuple[str, float] = ("", 0.0)

    def watch(now: Progress) -> bool:
        nonlocal last
        if now.stage != last[0] or monotonic() - last[1] >= BETWEEN:
            last = (now.stage, monotonic())
            _send(out, ("progress", now))
        return not stop.is_set()

    return watch


def _send(out: BinaryIO, message: Message) -> None:
    pickle.dump(message, out)
    out.flush()
