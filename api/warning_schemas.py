"""Shapes of early warnings and of what is said about them."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, Field

from api.schemas import NoteText, Number

Level = Literal["red", "amber", "blue"]
Rule = Literal["hard_to_reach", "volatile", "slipping", "data"]
State = Literal["open", "in_hand", "settled"]


class Said(BaseModel):
    """What an office said about a warning."""

    state: State
    reason: str | None
    by: str | None
    on: date | None
    note: str | None


class ProjectedYear(BaseModel):
    """When a straight line keeps the target, and the edges of its band; null if not in 30 years."""

    year: int | None
    earliest: int | None
    latest: int | None


class WarningRow(BaseModel):
    """One early warning."""

    rule: Rule
    rule_name: str
    code: str = Field(examples=["fell_below"])
    level: Level
    level_name: str
    shape: str = Field(description="Stands beside the colour's word.")
    indicator: str
    indicator_name: str
    unit_id: str
    unit_name: str
    year: int
    years: list[int] = Field(description="What the rule looked at.")
    values: list[Number | None] = Field(description="Figures of those years, or denominators.")
    looked_at: str = Field(description="Both as text.")
    text: str = Field(description="Why, in the reader's language.")
    because: NoteText
    projected: str | None = Field(description="Projected year with its band, as text.")
    projection: ProjectedYear | None
    state: State
    state_name: str
    handling: str = Field(description="State, reason, name and day as text.")
    acknowledged: Said | None
    thresholds: list[str] = Field(description="Ids of the thresholds it goes by.")


class ThresholdRow(BaseModel):
    """A threshold in use, and who says so."""

    id: str
    label: str
    value: float
    measure: str
    source: str
    text: str


class Warnings(BaseModel):
    """The early warnings of a year, the gravest colour first."""

    year: int
    as_of: date
    counts: dict[Level, int]
    warnings: list[WarningRow]
    thresholds: list[ThresholdRow]
    simulated: bool


class Answer(BaseModel):
    """What is to be said about a warning."""

    code: str = Field(max_length=100, examples=["fell_below"])
    indicator: str = Field(max_length=100)
    unit_id: str | None = Field(
        default=None, max_length=255, description="The unit the plan is for if null."
    )
    year: int | None = Field(default=None, description="The year of the project's day if null.")
    state: State
    reason: str | None = Field(
        default=None, max_length=100, description="A reason of the catalogue; needed unless open."
    )
    by: str = Field(max_length=100, description="Name of who says so.")
    on: date | None = Field(default=None, description="Today if null.")
    note: str | None = Field(default=None, max_length=2000)


class Answered(BaseModel):
    """What was stored; undo takes it back."""

    rule: str = Field(description="The warning's code.")
    indicator: str
    unit_id: str
    year: str
    state: State
    reason: str | None
    by: str
    on: date
    note: str | None


def answer_fields(asked: Answer, today: date) -> dict[str, Any]:
    """Return the fields of an answer as :func:`api.warned.answer` takes them."""
    return {
        "code": asked.code,
        "indicator": asked.indicator,
        "unit": asked.unit_id or None,
        "state": asked.state,
        "reason": asked.reason,
        "by": asked.by,
        "on": asked.on or today,
        "note": asked.note,
    }
