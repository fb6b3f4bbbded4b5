"""Errors of asking for a project as it was known then."""

from __future__ import annotations

from dataclasses import dataclass

from geo_planner.errors import DataError
from geo_planner.notes import msgid


@dataclass(eq=False)
class NothingKnownError(DataError):
    """Nothing had been recorded by the day asked for."""

    code = "nothing-known"
    template = msgid("Nothing had been imported by {day}.")
    day: str


@dataclass(eq=False)
class TwoMomentsError(DataError):
    """A day and the number of an import are both given."""

    code = "two-moments"
    template = msgid("Say either the day or the number of the import that is to be known.")
