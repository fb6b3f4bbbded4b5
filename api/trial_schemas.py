"""Shapes of answers about sites on trial, and of priorities."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.reach_schemas import Method
from api.schemas import Labels, NoteText, Number

MOST_SITES = 50
Longitude = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
Latitude = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
Amount = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class WhatIf(BaseModel):
    """A question: sites to try, facilities to take away."""

    model_config = ConfigDict(extra="forbid")

    facility_type: str
    mode: str = "walk"
    limit: Amount | None = Field(None, description="Metres; else the type's own.")
    at: list[tuple[Longitude, Latitude]] = Field(
        default_factory=list,
        max_length=MOST_SITES,
        description="Sites to try: longitude, latitude.",
    )
    remove: list[str] = Field(
        default_factory=list, max_length=MOST_SITES, description="Facilities to take away, by id."
    )


class Counted(BaseModel):
    """Units and their children."""

    units: int
    children: Number | None
    children_unknown: int = Field(description="Units that do not state their children.")


class CountedUnits(Counted):
    """Units by id and their children."""

    unit_ids: list[str]


class ChangedUnit(BaseModel):
    """A unit whose reach, or nearest facility within its limit, changes."""

    unit_id: str
    name: str | None
    kind: str | None
    parent_id: str | None
    children: Number | None
    change: Literal["reached", "lost", "nearer", "farther"]
    facility_before: str | None
    metres_before: float | None
    facility_after: str | None
    metres_after: float | None


class TrialAnswer(BaseModel):
    """What one change does to what was before it; ``together`` is beside today."""

    change: Literal["drop", "remove", "undo", "together"]
    site: str | None
    assessed: int
    unknown: int = Field(description="Units without a position: not known whether reached.")
    before: Counted
    after: Counted
    newly_reached: CountedUnits
    lost: CountedUnits
    nearer: list[str]
    farther: list[str]
    units: list[ChangedUnit]


class WhatIfAnswer(BaseModel):
    """What each change does in turn, and all together."""

    facility_type: str
    mode: str
    method: Method
    counted: str = Field(description="Column of units that stands for the children.")
    as_of: date
    simulated: bool
    changes: list[TrialAnswer]
    together: TrialAnswer
    notes: list[NoteText]


class PriorityQuestion(BaseModel):
    """A question with weights and costs of one's own."""

    model_config = ConfigDict(extra="forbid")

    bundle: str | None = Field(None, description="Id of a bundle; else the first there is.")
    weights: dict[str, Amount] = Field(
        default_factory=dict, max_length=20, description="By measure; 0 leaves one out."
    )
    costs: dict[str, Amount] = Field(
        default_factory=dict, max_length=200, description="Yuan by facility type."
    )
    top: int = Field(10, ge=1, le=1000)
    mode: str | None = None


class UsedCriterion(BaseModel):
    """A criterion as it was used."""

    measure: str
    label: Labels
    prefer: Literal["more", "less"]
    weight: float
    least: float | None
    greatest: float | None


class PriorityUnit(BaseModel):
    """A unit's score, and its place among the others; `part_<measure>` adds up to `priority`."""

    model_config = ConfigDict(extra="allow")

    unit_id: str
    name: str | None
    state: Literal["ranked", "unranked", "nothing_missing", "recognised"]
    rank: int | None
    rank_best: int | None
    rank_worst: int | None
    children: Number | None
    score: float
    score_upper: float
    items: int
    items_present: int
    present: list[Labels]
    missing: list[Labels]
    unknown: list[Labels]
    distance_m: float | None
    cost_low: float | None
    cost_high: float | None
    priority: float | None
    priority_upper: float | None
    top_share: float | None = Field(description="Share of random weights that put it first.")
    stable: bool | None


class WeightChange(BaseModel):
    """What half more or less of one weight does."""

    measure: str
    factor: float
    kept: int
    entering: list[str]
    leaving: list[str]
    largest_shift: int


class PriorityAnswer(BaseModel):
    """Units in the order in which they are worth completing."""

    bundle: str
    as_of: date
    mode: str
    method: Method
    counted: str
    simulated: bool
    top: int
    draws: int
    seed: int
    criteria: list[UsedCriterion]
    costs: dict[str, Any]
    units: list[PriorityUnit]
    sensitivity: list[WeightChange]
    notes: list[NoteText]
