"""Errors of asking for choices of sites: a number is missing, or cannot be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from geo_planner.errors import BadNumberError, BadValueError, DataError
from geo_planner.notes import Note, msgid


@dataclass(eq=False)
class BadSettingError(BadNumberError):
    """A number asked with, and in no file, cannot be; ``rows`` are empty."""

    code = "bad-setting"
    template = msgid("'{column}' cannot be {values}.")


@dataclass(eq=False)
class MissingSettingError(BadNumberError):
    """A number has to be asked with and is not; ``values`` say for what, ``rows`` are empty."""

    code = "missing-setting"
    template = msgid("'{column}' is needed for {values} and not stated.")


@dataclass(eq=False)
class BadChoiceError(BadValueError):
    """A word asked with, and in no file, is not one of the allowed ones; ``rows`` are empty."""

    code = "bad-choice"
    template = msgid("'{column}' cannot be {values}; allowed: {allowed}.")


@dataclass(eq=False)
class SitesNeededError(DataError):
    """Nobody says how many sites there are to be."""

    code = "sites-needed"
    template = msgid("Say how many sites are to be built.")


@dataclass(eq=False)
class CostNeededError(DataError):
    """Measures are to be ranked by cost, and no cost is known."""

    code = "cost-needed"
    template = msgid(
        "Say what at least one kind of measure costs: a facility, a metre of link, or a visit of "
        "the mobile service."
    )


NOT_BELOW_0 = Note("not-below-0", msgid("not below 0"))
ABOVE_0 = Note("above-0", msgid("above 0"))
PERCENT = Note("percent", msgid("from 0 to 100"))
PART = Note("part", msgid("above 0 and at most 1000"))
SHARE = Note("share", msgid("from 0 to below 1"))
COUNT = Note("count", msgid("at least 1"))


@dataclass(eq=False)
class ImpossibleNumberError(DataError):
    """A number asked with cannot be."""

    code = "impossible-number"
    template = msgid("'{name}' must be {allowed}: {given}.")
    name: str
    allowed: Note
    given: str


@dataclass(eq=False)
class ContradictionError(DataError):
    """Sites that must be built and must not."""

    code = "contradiction"
    template = msgid("Sites that are required may not be built on: {sites}.")
    sites: Sequence[str]


@dataclass(eq=False)
class WrongLengthError(DataError):
    """A list holds more or fewer numbers than there are rows they belong to."""

    code = "wrong-length"
    template = msgid("'{name}' must be one number, or {wanted} of them; there are {found}.")
    name: str
    wanted: int
    found: int
