"""Shapes of the question where to build, asked for an answer at once, and of its answer."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from api.reach_schemas import Feature, Method
from api.schemas import Labels, NoteText, Number
from api.siting_asked import SiteAsked

QUICK = 20
"""Most seconds a question may take that is answered at once."""


class SiteRequest(SiteAsked):
    """Where to build, answered at once; what takes longer is a run of the kind `site`."""

    time_limit: Annotated[float, Field(gt=0, le=QUICK, allow_inf_nan=False)] = Field(
        default=10.0, description="Seconds to search for; longer as a run (`/jobs`)."
    )


class ProposedSite(BaseModel):
    """One site to build."""

    candidate_id: str
    order: int = Field(description="Place in the order to build in, from 1.")
    name: str | None
    unit_id: str | None = Field(description="The unit it stands for.")
    source: str = Field(examples=["unit", "file", "street", "building"])
    x: float = Field(description="Longitude, WGS 84.")
    y: float = Field(description="Latitude.")
    cost: Number | None
    newly_covered: list[str] = Field(description="Units that it is the first to reach.")
    newly_covered_children: Number | None
    serves: int = Field(description="Units whose nearest site it will be.")
    serves_units: str | None = Field(
        default=None, description="Units it is recorded for, semicolons between; by class only."
    )
    spare_if_unknown_yes: bool | None = Field(
        default=None,
        description="Not needed if every unknown unit turns out covered; by class only.",
    )


class ClassOutcome(BaseModel):
    """A class of units and its target."""

    indicator: str
    label: Labels
    target: Number
    n: int
    covered_before: int
    unknown_before: int
    needed_min: int
    needed_max: int
    covered_after: int
    unknown_after: int
    met: bool
    lacking: int
    sites_if_unknown_yes: Number | None


class ProposalAnswer(BaseModel):
    """Where to build, in the order to build in, and how far from the best that can be."""

    problem: str
    facility_type: str
    mode: str
    method: Method
    simulated: bool = Field(description="True where made-up data is behind it.")
    status: Literal["optimal", "feasible", "infeasible"]
    objective: Number | None
    bound: Number | None = Field(description="No answer is better; null where none is known.")
    gap: Number | None = Field(description="Relative; null without a bound.")
    sites: list[ProposedSite]
    covered_before: int
    covered_after: int
    uncovered_after: int
    unknown: int
    units: int
    children_counted: str
    children: Number | None
    children_before: Number
    children_after: Number
    closed: list[str] = Field(description="Working facilities that need not be kept.")
    unreachable: list[str] = Field(description="Units that no site can reach.")
    notes: list[NoteText]
    measure: Literal["sites", "cost", "suitability"] = Field(
        description="What is as little as can be: a number of sites, their costs, or either over "
        "the suitability of each."
    )
    total_cost: Number | None = Field(
        description="Of the sites that state a cost; null where none states any."
    )
    cost_unknown: int = Field(description="Sites that state no cost.")
    mean_way: Number | None = Field(description="Metres on average, with `median`.")
    served_units: int | None = Field(
        description="Given places, units of unknown children not; null where places do not end."
    )
    served_children: Number | None
    no_room: list[str] = Field(
        description="Units in reach of sites, none of which has places enough."
    )
    classes: list[ClassOutcome] | None = None


class CandidateFeatures(BaseModel):
    """Candidate sites as GeoJSON points in degrees (WGS 84)."""

    type: Literal["FeatureCollection"] = "FeatureCollection"
    facility_type: str
    simulated: bool = Field(description="True where made-up data is behind it.")
    notes: list[NoteText]
    features: list[Feature]
