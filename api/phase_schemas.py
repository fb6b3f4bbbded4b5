"""Shapes of the question what to build in which year, and of its answer."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.schemas import Labels, NoteText, Number

Name = Annotated[str, Field(min_length=1, max_length=200)]
Names = Annotated[list[Name], Field(max_length=2000)]
Percent = Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)]
Money = Annotated[float, Field(ge=0, le=1e15, allow_inf_nan=False)]
Few = Annotated[int, Field(ge=0, le=1_000_000)]
Year = Annotated[int, Field(ge=1900, le=2200)]
ByYear = Annotated[dict[Year, Few], Field(max_length=50)]


class WantAsked(BaseModel):
    """Facilities of one type."""

    model_config = ConfigDict(extra="forbid")

    facility_type: Name = Field(description="Id of a facility type.")
    targets: Annotated[dict[Name, Percent], Field(max_length=50)] | None = Field(
        default=None,
        description="Percent by indicator, kind of community or kind of unit: in place of the "
        "plan's figures, or where it prints none.",
    )
    counting: Literal["shared", "own", "reachable"] | None = Field(
        default=None,
        description="Whether a new facility is recorded for every unit within the limit, for its "
        "own alone, or reach counts instead of records.",
    )
    limit: Annotated[float, Field(gt=0, le=1e9, allow_inf_nan=False)] | None = Field(
        default=None, description="Metres of a plain street; else the type's own limits."
    )
    mode: Name = "walk"
    cost: Money | None = Field(default=None, description="Of one building, as the budgets are.")
    weight: Annotated[float, Field(ge=0, le=1e6, allow_inf_nan=False)] = Field(
        default=1.0, description="What covering a child counts for, beside other types."
    )
    per_year: Few | ByYear | None = Field(
        default=None, description="Most buildings of the type in a year."
    )
    required: Names = Field(default=[], description="Candidates that must be built.")
    forbidden: Names = Field(default=[], description="Candidates that must not be built.")


class MilestoneAsked(BaseModel):
    """A share of a class that must be covered by the end of a year."""

    model_config = ConfigDict(extra="forbid")

    year: Year
    indicator: Name
    percent: Percent
    facility_type: Name | None = None


class PhasesAsked(BaseModel):
    """What is to be built over the years, and what there is for it."""

    model_config = ConfigDict(extra="forbid")

    as_of: date | None = Field(
        default=None,
        description="Day whose state is the start; the project's own day, else the day of asking.",
    )
    wants: Annotated[list[WantAsked], Field(min_length=1, max_length=20)]
    years: Annotated[list[Year], Field(max_length=50)] | None = Field(
        default=None,
        description="Years of building; else those of the budgets, else to the plan's last year.",
    )
    budgets: Annotated[dict[Year, Money], Field(max_length=50)] | None = Field(
        default=None, description="Money by year; without it there is no end to it."
    )
    buildings: Few | ByYear | None = Field(
        default=None, description="Most buildings of all types in a year."
    )
    carry_over: bool = Field(
        default=True, description="Whether money not spent may be spent in later years."
    )
    milestones: Annotated[list[MilestoneAsked], Field(max_length=200)] = []
    final: bool = Field(
        default=True, description="Whether each class must have its target by the last year."
    )
    worth: Literal["children", "units"] = "children"
    time_limit: Annotated[float, Field(gt=0, le=86_400, allow_inf_nan=False)] = Field(
        default=60.0, description="Seconds to search for."
    )
    gap: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)] = Field(
        default=0.0, description="Relative gap that is good enough."
    )


class PhaseYear(BaseModel):
    """One year of building."""

    year: int
    budget: Number | None
    spent: Number | None
    spent_total: Number | None
    left: Number | None = Field(description="Money not yet spent at the year's end.")
    built: int
    units: int = Field(description="Newly covered so far, all types.")
    children: Number
    covered_worth: Number = Field(description="Weighted; what is to be large soonest.")
    alone: Number = Field(description="The same, if that year alone counted and nothing stayed.")
    alone_bound: Number | None
    regret: Number
    regret_percent: Number


class PhaseSite(BaseModel):
    """A facility to build."""

    order: int
    year: int
    facility_type: str
    candidate_id: str
    name: str | None
    unit_id: str | None
    cost: Number | None
    newly_covered: list[str]
    newly_children: Number | None
    serves_units: str | None = Field(description="Ids of units, semicolons between.")
    x: float
    y: float


class PhaseClass(BaseModel):
    """How a class stands at the end of a year."""

    year: int
    facility_type: str
    indicator: str
    label: Labels
    n: int
    covered: int
    unknown: int
    share: Number | None = Field(description="Percent, whatever the unknown ones are.")
    goal: Number | None
    needed: int
    met: bool | None
    lacking: int


class Phases(BaseModel):
    """What to build in which year."""

    problem: Literal["phases"]
    status: Literal["optimal", "feasible", "infeasible"]
    objective: Number | None
    bound: Number | None
    gap: Number | None
    worth: Literal["children", "units"]
    facility_types: list[str]
    years: list[PhaseYear]
    sites: list[PhaseSite]
    classes: list[PhaseClass]
    lacking: list[PhaseClass] = Field(description="Promises that are not kept.")
    refusal: str | None = Field(description="Why not all promises can be kept, in a sentence.")
    simulated: bool
    as_of: date
    notes: list[NoteText]
