"""A clock for programs that are steps of a longer search: the watcher hears of the whole."""

from __future__ import annotations

from collections.abc import Callable

from geo_planner.siting.clock import Clock

Tell = Callable[[str, float | None, float | None], bool]
"""Told the stage and a program's own objective and bound; returns whether to go on."""


class StepClock(Clock):
    """The time of the whole run; what a step says of itself goes through ``tell``."""

    def __init__(self, whole: Clock, tell: Tell) -> None:
        super().__init__(None)
        self._whole = whole
        self._tell = tell

    @property
    def left(self) -> float:
        """Seconds left of the whole run."""
        return self._whole.left

    def goes_on(
        self,
        stage: str,
        objective: float | None = None,
        bound: float | None = None,
        done: float | None = None,  # noqa: ARG002 - a step knows nothing of the whole
    ) -> bool:
        """Tell the watcher where the whole run stands; return whether to go on."""
        return self._tell(stage, objective, bound)
