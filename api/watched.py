"""A long search at the command line: shown while it goes on, ended early by Ctrl-C."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from api.words import STAGES
from geo_planner.siting.plan import gap_between
from maps.text.siting import gap_text

if TYPE_CHECKING:
    from api.printing import Step
    from api.reader import Reader
    from geo_planner.siting.watching import Progress, Watch


@contextmanager
def interruptible() -> Iterator[threading.Event]:
    """Give a flag that the first Ctrl-C sets; the second one ends the program as ever."""
    stopped = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield stopped
        return
    usual = signal.getsignal(signal.SIGINT)

    def stop(number: int, frame: object) -> None:
        if stopped.is_set() and callable(usual):
            usual(number, frame)  # type: ignore[arg-type]
        stopped.set()

    signal.signal(signal.SIGINT, stop)
    try:
        yield stopped
    finally:
        signal.signal(signal.SIGINT, usual)


def shown_on(step: Step, stopped: threading.Event, reader: Reader) -> Watch:
    """Return what shows the best answer, the bound and the gap so far, and stops when told to."""

    def watch(told: Progress) -> bool:
        parts = [reader.text(STAGES[told.stage]) if told.stage in STAGES else told.stage]
        if told.objective is not None:
            parts.append(reader.text("best {number}", number=f"{told.objective:.8g}"))
        if told.bound is not None:
            parts.append(reader.text("bound {number}", number=f"{told.bound:.8g}"))
        if told.objective is not None and told.bound is not None:
            apart = gap_between(told.objective, told.bound)
            if apart < float("inf"):
                parts.append(reader.text("gap {number} %", number=gap_text(apart)))
        step(int(1000 * (told.done or 0.0)), 1000, " · ".join(parts))
        return not stopped.is_set()

    return watch
