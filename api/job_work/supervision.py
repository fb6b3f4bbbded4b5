"""Looking after the process of one run: what it tells is written down, and it never hangs."""

from __future__ import annotations

import logging
import math
from collections.abc import Mapping
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path
from threading import Event
from time import monotonic
from typing import Any, Literal

from api.job_work.child import Work, work_off
from api.job_work.job_table import JobTable
from geo_planner.errors import GeoPlannerError
from geo_planner.siting.watching import Progress

log = logging.getLogger("geo_planner.jobs")

LOOK = 0.2
"""Seconds between two looks at whether the run is to stop."""
GRACE = 5.0
"""Seconds a run that was told to stop has for it."""

End = Literal["result", "refused", "fault", "died", "dismissed", "closing"]


def carry_out(
    name: str,
    work: Work,
    folder: Path,
    params: Mapping[str, Any],
    *,
    table: JobTable,
    closing: Event,
) -> tuple[End, str | GeoPlannerError]:
    """Do the work of a run in a process of its own; return how it ended, and what came of it.

    Parameters
    ----------
    closing
        Set when the server closes: the process is then ended at once.
    """
    context = get_context("spawn")  # the only way on every system, and safe beside threads
    ours, theirs = context.Pipe()
    process = context.Process(
        target=work_off,
        args=(work, str(folder), params, theirs),
        name=f"geo-planner run {name[:8]}",
        daemon=True,
    )
    try:
        process.start()
        theirs.close()
        return _look_after(name, ours, table, closing)
    finally:
        ours.close()  # at which the process ends by itself, if it still can
        _end(process)


def _look_after(
    name: str, pipe: Connection, table: JobTable, closing: Event
) -> tuple[End, str | GeoPlannerError]:
    told_to_stop: float | None = None
    while True:
        message = _next(pipe)
        if message is not None and message[0] == "progress":
            _note(table, name, message[1])
        elif message is not None:
            return message
        if closing.is_set():
            return "closing", ""
        if told_to_stop is None and table.is_stopping(name):
            told_to_stop = monotonic()
            _tell(pipe)
        if told_to_stop is not None and monotonic() - told_to_stop > GRACE:
            return "dismissed", ""


def _next(pipe: Connection) -> tuple[Any, Any] | None:
    """Return the next message, None where none came for a moment."""
    try:
        if not pipe.poll(LOOK):
            return None
        message: tuple[Any, Any] = pipe.recv()
    except (EOFError, OSError):
        return "died", ""
    return message


def _tell(pipe: Connection) -> None:
    try:
        pipe.send("stop")
    except OSError:
        log.debug("a run that is to stop has ended already")


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


def _end(process: SpawnProcess) -> None:
    """End a process that is still there."""
    if process.pid is None:
        return
    process.join(0.5)
    for end in (process.terminate, process.kill):
        if process.exitcode is None:
            end()
            process.join(2)
    process.close()
