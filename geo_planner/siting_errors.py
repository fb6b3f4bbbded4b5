"""Errors of siting: what was asked cannot be built, and why.

::

    SitingError
    ├ InfeasibleError        demand that no candidate reaches
    ├ NoRoomError            demand too large for the places of every site that reaches it
    ├ RegimentLacksError     regiments with fewer candidates than facilities wanted
    ├ TooFewSitesError       conditions that no choice of sites fulfils together
    ├ NothingFoundError      stopped before there was an answer; nothing is proven
    ├ MilestonesError        promises by year that no order of building keeps
    ├ NoCandidatesError      there is nowhere to build
    ├ NoClassTargetError     nothing says what share of which units is to be covered
    └ CancelledError         stopped by the reader before anything was found
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from geo_planner.errors import SitingError
from geo_planner.notes import Note, msgid
from geo_planner.rows import Label


@dataclass(eq=False)
class InfeasibleError(SitingError):
    """No choice of sites does what is asked; ``unreachable`` names the demand nobody can reach."""

    code = "infeasible"
    template = msgid("{count} places are within reach of no candidate site: {unreachable}.")
    count: int
    unreachable: Sequence[str]


@dataclass(eq=False)
class NoRoomError(SitingError):
    """Sites reach the units, but none has places enough for one of them."""

    code = "no-room"
    template = msgid("No site within reach has places enough for: {units}.")
    units: Sequence[str]


@dataclass(eq=False)
class RegimentLacksError(SitingError):
    """Regiments with fewer facilities and candidates than facilities wanted in them."""

    code = "regiment-lacks"
    template = msgid("There are too few possible sites in: {lacking}.")
    lacking: Sequence[Note]


@dataclass(eq=False)
class TooFewSitesError(SitingError):
    """Every place can be reached, but not all of them with what is allowed."""

    code = "too-few-sites"
    template = msgid(
        "No choice of sites fulfils every condition asked for at once ({asked}); allow more sites, "
        "a wider limit, or lower the conditions."
    )
    asked: str


@dataclass(eq=False)
class NothingFoundError(SitingError):
    """The search ended before it found an answer; that there is none is not proven."""

    code = "nothing-found"
    template = msgid("No answer was found within the time limit; that there is none is not proven.")


@dataclass(eq=False)
class MilestonesError(SitingError):
    """Promises by year that no order of building keeps with the means there are."""

    code = "milestones"
    template = msgid(
        "No order of building keeps every promise with these means; least lacking: {lacking}."
    )
    lacking: Sequence[Note]


@dataclass(eq=False)
class NoCandidatesError(SitingError):
    """There is nowhere to build."""

    code = "no-candidates"
    template = msgid("There are no candidate sites: {why}.")
    why: str


@dataclass(eq=False)
class NoClassTargetError(SitingError):
    """Nothing says what share of which units is to be covered."""

    code = "no-class-target"
    template = msgid(
        "The plan promises no share of units for '{label} ({facility_type})'; state targets in "
        "percent, for any of: {classes}."
    )
    facility_type: str
    known: Sequence[str]
    label: Label
    classes: Sequence[Note]


@dataclass(eq=False)
class CancelledError(SitingError):
    """Stopped before there was an answer."""

    code = "cancelled"
    template = msgid("Stopped before there was an answer.")
