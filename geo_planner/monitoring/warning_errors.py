"""Errors of taking note of an early warning."""

from __future__ import annotations

from dataclasses import dataclass

from geo_planner.errors import DataError, NotKnownError
from geo_planner.notes import msgid


@dataclass(eq=False)
class NoSuchWarningError(NotKnownError):
    """A warning that was not given in that year."""

    code = "no-such-warning"
    template = msgid("There is no warning {name} for {year}. Warnings near it: {near}.")
    year: int


@dataclass(eq=False)
class NoNameGivenError(DataError):
    """Somebody takes note of a warning and does not say who."""

    code = "no-name-given"
    template = msgid("Say by name who takes note of the warning.")


@dataclass(eq=False)
class NoReasonGivenError(DataError):
    """A warning is in hand or settled for no reason."""

    code = "no-reason-given"
    template = msgid("Say why the warning is in hand or settled: one of {choices}.")
    choices: tuple[str, ...]
