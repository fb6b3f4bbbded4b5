"""Looking after the process of one run: what it tells is written down, and it never hangs.

The process is a fresh interpreter that imports what it needs, not one of ``multiprocessing``: those
import the program's main module again, which a plain script does not stand.
"""

from __future__ import annotations

import contextlib
import logging
import math
import pickle
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Event, Thread
from time import monotonic
from typing import Any, BinaryIO, Literal

from api.job_work.child import START, Message, Work
from api.job_work.job_table import JobTable
from geo_planner.errors import GeoPlannerError
from geo_planner.siting.watching import Progress

log = logging.getLogger("geo_planner.jobs")

LOOK = 0.2
"""Seconds between two looks at whether the run is to stop."""
GRACE = 5.0
"""Seconds a run that was told to stop has for it."""

End = Literal["result", "refused", "fault", "died", "dismissed", "closing"]
Ending = tuple[End, str | GeoPlannerError]
"""How a run ended, and its result as JSON, the error or the traceback."""

Messages = SimpleQueue[Message | None]


def carry_out(
    name: str,
    work: Work,
    folder: Path,
    params: Mapping[str, Any],
    *,
    table: JobTable,
    closing: Event,
) -> Ending:
    """Do the work of a run in a process of its own; return how it ended, and what came of it.

    Parameters
    ----------
    closing
        Set when the server closes: the process is then ended at once.
    """
    process = subprocess.Popen(
        [sys.executable, "-P", "-c", START],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,  # Ctrl+C is for the server alone
    )
    with process:
        try:
            messages: Messages = SimpleQueue()
            reader = Thread(target=_read, args=(process.stdout, messages), daemon=True)
            reader.start()
            _say(process, pickle.dumps(sys.path) + pickle.dumps((work, str(folder), params)))
            return _look_after(name, process, messages, table, closing)
        finally:
            _end(process)


def _look_after(
    name: str,
    process: subprocess.Popen[bytes],
    messages: Messages,
    table: JobTable,
    closing: Event,
) -> Ending:
    told_to_stop: float | None = None
    while True:
        with contextlib.suppress(Empty):
            message = messages.get(timeout=LOOK)
            if message is None:
                return "died", ""
            if message[0] != "progress":
                return message[0], message[1]
            _note(table, name, message[1])
        if closing.is_set():
            return "closing", ""
        if told_to_stop is None and table.is_stopping(name):
            told_to_stop = monotonic()
            _say(process, b"stop\n")
        if told_to_stop is not None and monotonic() - told_to_stop > GRACE:
            return "dismissed", ""


def _read(out: BinaryIO, messages: Messages) -> None:
    """Pass the messages of a process on, and at the end None."""
    with contextlib.suppress(EOFError, OSError, ValueError, pickle.UnpicklingError):
        while True:
            messages.put(pickle.load(out))
    messages.put(None)


def _say(process: subprocess.Popen[bytes], order: bytes) -> None:
    if process.stdin is None:
        raise AssertionError
    try:
        process.stdin.write(order)
        process.stdin.flush()
    except OSError:
        log.debug("a run has ended before it heard its order")


def _note(table: JobTable, name: str, now: Progress) -> None:
    done = None if now.done is None else round(100 * min(max(now.done, 0.0), 1.0), 1)
    table.told(
        name,
        stage=now.stage,
        progress=done,
        objective=_finite(now.objective),
        bound=_finite(now.bound),
    )


def _finite(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else float(value)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process that is still there: by closing its input, at last by force."""
    with contextlib.suppress(OSError):
        if process.stdin is not None:
            process.stdin.close()
    for end in (process.terminate, process.kill):
        try:
            process.wait(1)
        except subprocess.TimeoutExpired:
            end()
