"""How long a run may still take, and who watches it."""

from __future__ import annotations

from time import monotonic

from geo_planner.siting.checking import one_number
from geo_planner.siting.watching import Progress, Watch


class Clock:
    """The time left of one run; the watcher is asked at every look.

    The head knows no time of day: only how long it has been at work.
    """

    def __init__(self, time_limit: float | None, watch: Watch | None = None) -> None:
        self._began = monotonic()
        self._limit = None if time_limit is None else one_number("time_limit", time_limit)
        self._watch = watch
        self.stopped = False

    @property
    def seconds(self) -> float:
        """Seconds since the run began."""
        return monotonic() - self._began

    @property
    def left(self) -> float:
        """Seconds left; ``inf`` without a limit, 0 when stopped."""
        if self.stopped:
            return 0.0
        return float("inf") if self._limit is None else max(0.0, self._limit - self.seconds)

    def goes_on(
        self,
        stage: str,
        objective: float | None = None,
        bound: float | None = None,
        done: float | None = None,
    ) -> bool:
        """Tell the watcher where the run stands; return whether to go on."""
        if self._watch is not None and not self.stopped:
            told = Progress(stage, self.seconds, objective, bound, done)
            self.stopped = not self._watch(told)
        return self.left > 0
