"""Errors of asking for years: what is no year, too early, not reached yet, or too many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from geo_planner.errors import DataError
from geo_planner.notes import msgid


@dataclass(eq=False)
class BadYearsError(DataError):
    """What was given for the years names none."""

    code = "bad-years"
    template = msgid("'{given}' does not name years: write 2021-2025, or 2021,2023,2025.")
    given: str


@dataclass(eq=False)
class YearsOutsideError(DataError):
    """Years lie before the first one that can be asked for, or after the reference year."""

    code = "years-outside"
    template = msgid(
        "There is no figure for {outside}: ask for years from {first} to {last}, the year of the "
        "reference date."
    )
    outside: Sequence[str]
    first: str
    last: str


@dataclass(eq=False)
class TooManyYearsError(DataError):
    """More years than one page takes."""

    code = "too-many-years"
    template = msgid("{count} years are too many for one page; at most {most} can be shown.")
    count: int
    most: int


@dataclass(eq=False)
class TwoYearsError(DataError):
    """A comparison of anything but two different years."""

    code = "two-years"
    template = msgid(
        "Two different years are needed side by side, such as 2021,2025; given: {given}."
    )
    given: Sequence[str]


@dataclass(eq=False)
class YearsOfOneError(DataError):
    """Years of no indicator, or asked for both ways at once."""

    code = "years-of-one"
    template = msgid(
        "Years are shown of one indicator: name it, and ask either for years or for two of them "
        "side by side."
    )
