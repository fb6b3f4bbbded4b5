"""Shapes of answers about many choices of sites: frontiers, equity, alternatives, measures."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.schemas import NoteText, Number

ChoiceStatus = Literal["optimal", "feasible", "infeasible", "unknown"]
Percent = float


class CandidateSite(BaseModel):
    """A candidate named in an answer."""

    candidate_id: str
    name: str | None
    unit_id: str | None
    x: float = Field(description="Longitude, degrees (WGS 84).")
    y: float


class AboutSites(BaseModel):
    """What every answer about sites says of its question."""

    facility_type: str
    mode: str
    method: Literal["streets", "offroad", "straight_line"]
    children_counted: str = Field(description="Column of units that stands for the children.")
    units_asked: int
    simulated: bool
    weight: Literal["children", "units"]
    notes: list[NoteText]


class SitesAnswer(AboutSites):
    """An answer that names candidates."""

    sites: list[CandidateSite] = Field(description="Every candidate named in the answer.")


class NumberOfSites(BaseModel):
    """One number of new sites: the best choice of it, and the order of building up to it."""

    sites: int
    covered: Number
    percent: Percent | None
    bound: Number = Field(description="No choice of as many sites covers more.")
    gap: float | None
    status: ChoiceStatus
    units: int
    children: Number | None
    chosen: list[str]
    nested: Number = Field(description="Covered by the first so many of the order of building.")
    nested_percent: Percent | None
    nested_units: int
    nested_children: Number | None
    added: str | None = Field(description="The site the order adds; null where nothing is gained.")
    added_name: str | None
    newly_covered: list[str]


class TargetShare(BaseModel):
    """With how many sites a share of the whole is reached."""

    percent: Percent
    sites: int | None = Field(description="Null where not reached in the range.")
    at_least: int | None = Field(description="No fewer can.")
    nested: int | None


class FrontierAnswer(SitesAnswer):
    """Coverage against the number of new sites."""

    as_of: date
    whole: Number = Field(description="All children or units asked about.")
    unknown: Number = Field(description="Those of them in units without a position.")
    knee: int | None
    order: list[str]
    targets: list[TargetShare]
    numbers: list[NumberOfSites]


class FloorPrice(BaseModel):
    """Coverage with every regiment at a floor or above."""

    floor: Percent | None
    highest: bool
    status: ChoiceStatus
    covered: Number | None
    bound: Number | None
    gap: float | None
    units: int | None
    children: Number | None
    worst: Percent | None
    worst_regiment: str | None
    gini: float | None
    palma: float | None
    lost: Number | None
    lost_per_point: float | None
    chosen: list[str]


class RegimentShare(BaseModel):
    """Share of one regiment that is covered: today, with most coverage, and fairest."""

    unit_id: str
    name: str
    weight: Number
    units: int
    today: Percent | None
    free: Percent | None
    fairest: Percent | None


class EquityAnswer(SitesAnswer):
    """What fairness among regiments costs in coverage."""

    sites_allowed: int
    floors: list[FloorPrice]
    regiments: list[RegimentShare]
    ways: dict[str, float | None] = Field(description="Gini and Palma of today's ways.")


class AlternativePlan(BaseModel):
    """A choice of sites nearly as good as the best."""

    plan: int
    objective: Number
    worse: Percent = Field(description="Percent of the best objective.")
    units: int
    children: Number | None
    sites: int
    chosen: list[str]
    names: list[str] = Field(description="What the sites chosen are called.")
    differs: int = Field(description="Sites by which it differs from the best.")
    instead: list[str]
    leaves_out: list[str]
    apart: int = Field(description="Least number of sites it differs by from an earlier plan.")


class SiteRole(BaseModel):
    """What a site is to good choices."""

    candidate_id: str
    name: str
    plans: int
    in_plans: list[int] = Field(description="The plans that have it.")
    without: Number | None = Field(description="Best objective without it; null where none.")
    without_bound: Number | None
    role: Literal["needed", "exchangeable", "unknown"]


class AlternativesAnswer(SitesAnswer):
    """Other choices of sites that are nearly as good."""

    problem: str
    within: float
    bound: Number | None
    plans: list[AlternativePlan]
    needed: list[str] = Field(description="No choice as good as asked is without these.")
    in_all: list[str] = Field(description="In all of the plans found.")
    roles: list[SiteRole]


class AtLimit(BaseModel):
    """The answer at one part of the limit."""

    percent: Percent
    limit_least: float | None
    limit_most: float
    status: ChoiceStatus
    objective: Number | None
    bound: Number | None
    gap: float | None
    units_today: int
    units: int
    children: Number | None
    sites: int
    chosen: list[str]
    kept: int
    own_units: int
    own_children: Number | None
    own_objective: Number


class ChosenAt(BaseModel):
    """At which parts of the limit a site is chosen."""

    candidate_id: str
    name: str
    times: int
    percents: list[Percent]


class CoveredAt(BaseModel):
    """At which parts of the limit a unit is covered."""

    unit_id: str
    name: str
    children: Number | None
    percents: list[Percent]


class LimitsAnswer(SitesAnswer):
    """How the best sites change with the limit."""

    problem: str
    limits: list[AtLimit]
    chosen_at: list[ChosenAt]
    units: list[CoveredAt] = Field(description="Units that only some parts cover.")


class MeasureRow(BaseModel):
    """A new facility, a link in the streets, or a stop of a mobile service."""

    model_config = ConfigDict(extra="allow")

    measure: str
    kind: Literal["site", "link", "service"]
    name: str
    unit_ids: list[str] = Field(description="Units newly within reach.")
    units: list[str]
    children: Number
    uncounted: int = Field(description="Of these units, those without a count.")
    cost: Number
    per_cost: float | None = Field(description="Children (or units) per 10,000 of cost.")


class RankedMeasure(MeasureRow):
    """A measure taken alone."""

    metres: float | None
    step: int | None = Field(description="Place in the list to carry out.")
    x: float
    y: float
    geometry: dict[str, Any]


class MeasureStep(MeasureRow):
    """A measure beside those carried out before it."""

    step: int
    total_units: int
    total_children: Number
    total_cost: Number


class MeasuresAnswer(AboutSites):
    """Measures by what they reach for their cost, and the list to carry out."""

    costs: dict[str, float | None]
    within_units: int
    within_children: Number
    ranking: list[RankedMeasure]
    steps: list[MeasureStep]
