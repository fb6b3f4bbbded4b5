"""Figures that stand alone: SVG, PDF or PNG, the same bytes for the same facts.

``FIGURES`` names the pictures of monitoring: ``draw("status", Asked(monitoring, parts, say))``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from geo_planner.errors import NotKnownError
from geo_planner.monitoring.figure_errors import FigureOfOneError
from geo_planner.notes import msgid

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from geo_planner.monitoring import Monitoring, PartFigure, Standing
    from maps.text import Translator

__all__ = ["FIGURES", "OF_ONE", "Asked", "draw"]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a figure of monitoring is made of.

    Attributes
    ----------
    monitoring
        The plan in the year.
    parts
        Figures of regiments and districts, from :func:`geo_planner.monitoring.by_part`.
    say
        Translator of the reader's language.
    indicator
        The one that the figures in :data:`OF_ONE` show.
    """

    monitoring: Monitoring
    parts: Mapping[str, tuple[PartFigure, ...]]
    say: Translator
    indicator: str | None = None

    def standing(self, figure: str) -> Standing:
        """Return the indicator's standing, for a figure that shows one.

        Raises
        ------
        FigureOfOneError
            If no indicator was named.
        NotKnownError
            If the monitoring has none of that name; near names are listed.
        """
        if not self.indicator:
            raise FigureOfOneError(figure)
        found = self.monitoring.of.get(self.indicator)
        if found is None:
            raise NotKnownError.among("indicator", self.indicator, list(self.monitoring.of))
        return found


def _status(asked: Asked) -> Figure:
    from maps.figures.status_bars import status_by_domain  # noqa: PLC0415 - drawn on demand

    return status_by_domain(asked.monitoring, asked.say)


def _timeline(asked: Asked) -> Figure:
    from maps.figures.timeline import timeline  # noqa: PLC0415

    return timeline(asked.standing("timeline"), asked.monitoring, asked.say)


def _heat(asked: Asked) -> Figure:
    from maps.figures.heat import heat_table  # noqa: PLC0415

    return heat_table(asked.monitoring, asked.parts, asked.say)


def _regiments(asked: Asked) -> Figure:
    from maps.figures.regiments import regiments  # noqa: PLC0415

    one = asked.standing("regiments")
    return regiments(asked.monitoring, asked.parts, one.indicator.id, asked.say)


def _map(asked: Asked) -> Figure:
    from maps.figures.coverage_map import coverage_map  # noqa: PLC0415

    one = asked.standing("map")
    return coverage_map(asked.monitoring.project, one.coverage, asked.say)


FIGURES: Mapping[str, Callable[[Asked], Figure]] = {
    "status": _status,
    "timeline": _timeline,
    "heat": _heat,
    "regiments": _regiments,
    "map": _map,
}
"""Figures of monitoring by the name that doors and reports ask for them by."""

OF_ONE = frozenset({"timeline", "regiments", "map"})
"""Figures that show one indicator."""


def draw(name: str, asked: Asked) -> Figure:
    """Return a figure by its name.

    Raises
    ------
    NotKnownError
        If there is no such figure, or no such indicator.
    FigureOfOneError
        If it shows one indicator and none was named.
    NoPartsError
        If no regiment or district has a figure for the indicator.
    """
    if name not in FIGURES:
        raise NotKnownError.among(msgid("figure"), name, list(FIGURES))
    return FIGURES[name](asked)
