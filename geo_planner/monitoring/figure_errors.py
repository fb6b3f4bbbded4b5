"""Errors of asking for a figure: of no indicator, or of one that says nothing there."""

from __future__ import annotations

from dataclasses import dataclass

from geo_planner.errors import DataError
from geo_planner.notes import msgid


@dataclass(eq=False)
class NoPartsError(DataError):
    """No regiment or district has a figure for the indicator."""

    code = "no-parts"
    template = msgid("No regiment or district has a figure for '{indicator}'.")
    indicator: str


@dataclass(eq=False)
class FigureOfOneError(DataError):
    """The figure shows one indicator, and none was named."""

    code = "figure-of-one"
    template = msgid("The figure '{figure}' shows one indicator: name it.")
    figure: str
