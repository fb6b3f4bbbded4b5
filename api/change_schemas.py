"""Shapes of what changed from year to year."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, Field

from api.schemas import NoteText, Number, Status


class YearValue(BaseModel):
    """A year's figure; empty where the year has none of its own."""

    year: int
    as_of: date
    of_year: bool
    lower: Number | None
    upper: Number | None
    covered: int | None
    n: int | None
    status: Status | None
    method: str | None


class NamedThing(BaseModel):
    """A facility or a unit by name."""

    id: str
    name: str
    unit_id: str | None
    unit_name: str | None
    day: date | None


class CountedThings(BaseModel):
    """How many are counted, and of what."""

    basis: str
    before: int
    after: int


class MethodPair(BaseModel):
    """How both figures came about."""

    before: str
    after: str


class RewrittenUnit(BaseModel):
    """A unit that reads otherwise than it was known then."""

    unit_id: str
    name: str
    what: Literal["kind", "community_kind", "parent", "outline", "recorded", "gone"]
    was: str | None
    now: str | None


class CorrectedRecord(BaseModel):
    """A record of the earlier year that was corrected since."""

    of: Literal["observation", "facility"]
    id: str
    name: str
    period: str | None
    was: dict[str, Number | bool | None] | None
    now: dict[str, Number | bool | None] | None
    source: str | None = Field(description="File and row that say so now.")


class RestatedFigure(BaseModel):
    """The earlier figure as it was known then, and as it reads now: lower and upper."""

    known: tuple[Number | None, Number | None]
    now: tuple[Number | None, Number | None]


class CauseText(BaseModel):
    """A cause in the reader's language."""

    code: str
    heading: str
    lines: list[str]


class ChangeEntry(BaseModel):
    """What changed in one indicator."""

    indicator: str
    indicator_name: str
    measure: str
    earlier: YearValue
    later: YearValue
    earlier_text: str
    later_text: str
    difference_low: Number | None = Field(description="In the indicator's measure.")
    difference_high: Number | None
    difference: str
    open: str = Field(description="What keeps the difference open.")
    units: int | None = Field(description="Change of how many are covered.")
    incomparable: int
    opened: list[NamedThing]
    closed: list[NamedThing]
    gained: list[NamedThing]
    lost: list[NamedThing]
    established: list[NamedThing]
    abolished: list[NamedThing]
    denominator: CountedThings | None
    method: MethodPair | None
    rewritten: list[RewrittenUnit]
    corrections: list[CorrectedRecord]
    restated: RestatedFigure | None
    against_then: bool
    causes: list[CauseText]
    notes: list[NoteText]


class ChangeList(BaseModel):
    """Every indicator in which anything changed."""

    changes: list[ChangeEntry]
    simulated: bool
