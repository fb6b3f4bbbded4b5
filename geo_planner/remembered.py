"""Small results that later questions about the same project ask for again.

The history of a promised direction asks for every year before; a course of six years asks for each
of these histories. Only figures are kept, never the units behind them.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from geo_planner.catalogue import Indicator

T = TypeVar("T")

MOST = 8192
"""Results kept: four kinds of them for 145 indicators on fourteen days."""


class Remembered:
    """Results by what they are, indicator and day, as long as the indicator's row is the same."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str, date], tuple[Indicator, Any]] = {}

    def __call__(self, what: str, indicator: Indicator, day: date, work: Callable[[date], T]) -> T:
        """Return a result; ``work`` makes it of the day where it is not kept."""
        kept = self._kept.get((what, indicator.id, day))
        if kept is not None and kept[0] is indicator:
            found: T = kept[1]
            return found
        return self.keep(what, indicator, day, work(day))

    def has(self, what: str, indicator: Indicator, day: date) -> bool:
        """Return whether a result is kept."""
        kept = self._kept.get((what, indicator.id, day))
        return kept is not None and kept[0] is indicator

    def keep(self, what: str, indicator: Indicator, day: date, result: T) -> T:
        """Keep a result and return it."""
        if len(self._kept) >= MOST:
            self._kept.clear()
        self._kept[what, indicator.id, day] = indicator, result
        return result
