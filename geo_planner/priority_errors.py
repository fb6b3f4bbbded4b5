"""Errors of weighing: weights that cannot be."""

from __future__ import annotations

from dataclasses import dataclass

from geo_planner.errors import DataError
from geo_planner.notes import msgid


@dataclass(eq=False)
class BadWeightError(DataError):
    """A weight is negative or no number, or no criterion has one."""

    code = "bad-weight"
    template = msgid("Weights must be numbers not below 0, and one of them above: {given}.")
    given: str


@dataclass(eq=False)
class BadCostError(DataError):
    """A cost is negative or no number."""

    code = "bad-cost"
    template = msgid("What a facility costs must be a number not below 0: {given}.")
    given: str
