"""Shapes of the plan in a year."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.schemas import NoteText, Number


class Degree(BaseModel):
    """A share between bounds, or the code of the reason why there is none."""

    lower: Number | None
    upper: Number | None
    withheld: str | None


class FigureOfYear(BaseModel):
    """What is known of one year; `value` is null where it is not certain."""

    year: int
    period: str
    lower: Number | None
    upper: Number | None
    value: Number | None
    numerator: Number | None
    denominator: Number | None
    status: str | None
    method: str = Field(description="`plan` for a figure the plan prints.")


class Pooled(BaseModel):
    """A rate over several years together, where cases are few."""

    years: list[int]
    numerator: Number
    denominator: Number
    value: Number


class Line(BaseModel):
    """A straight line through the latest years, with its band in the target year."""

    years: list[int]
    slope: float
    target_year: int
    fitted: float
    lower: float
    upper: float
    reaches: bool
    year: int | None = Field(description="First year that keeps the target; null if not foreseen.")
    earliest: int | None
    latest: int | None
    needed_a_year: Number | None
    achieved_a_year: Number | None


class IndicatorStanding(BaseModel):
    """How one indicator stands; also every field of its verdict."""

    model_config = ConfigDict(extra="allow")

    indicator: str
    label: str
    domain: str
    clause: str
    priority: str
    status: str
    lower: Number | None
    upper: Number | None
    target: Number | None
    target_year: int
    measure: str
    of_year: bool = Field(description="Whether the figure is the year's own.")
    figures: list[FigureOfYear]
    change: Number | None = Field(description="Against the year before, in the measure.")
    turn: Literal["better", "worse", "same"] | None
    gap: Number | None = Field(description="What is missing to the target at the least.")
    attainment: Degree
    progress: Degree = Field(description="Way made from the base year.")
    pooled: Pooled | None
    projection: Line | None
    warnings: list[dict[str, Any]] = Field(description="As in `/warnings`, without words.")
    notes: list[NoteText]


class PartRow(BaseModel):
    """How one indicator stands in one regiment or district."""

    unit_id: str
    name: str
    lower: Number | None
    upper: Number | None
    covered: int | None
    n: int | None
    status: str
    measure: str
    attainment: Number | None
    period: str | None = Field(description="What a report is for; null where it was counted.")


class GroupRow(BaseModel):
    """One reported figure of a group of children."""

    unit_id: str
    name: str
    period: str
    sex: Literal["male", "female"] | None = Field(description="Null for both.")
    age_band: str | None = Field(description="Such as 0-2; null for all ages.")
    numerator: Number | None
    denominator: Number | None
    value: Number | None
    status: str = Field(description="Whether the figure alone keeps the plan's target.")


class Reached(BaseModel):
    """How many targets are met, out of how many."""

    reached: int
    of: int


class PlanInYear(BaseModel):
    """The plan in a year, and its indicators by regiment and district."""

    year: int
    as_of: date
    counts: dict[str, int] = Field(description="Indicators by status.")
    reached_of_judged: Reached
    reached_of_all: Reached
    indicators: list[IndicatorStanding]
    parts: dict[str, list[PartRow]] = Field(description="By indicator.")
    groups: dict[str, list[GroupRow]] = Field(
        description="Figures by sex and age band, by indicator; those with any."
    )
    simulated: bool
