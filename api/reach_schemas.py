"""Shapes of answers about reach: isochrones, streets by minutes, catchments, opportunities."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.schemas import NoteText, Number

Method = Literal["streets", "offroad", "straight_line"]
State = Literal["within", "beyond", "no_path", "no_position", "no_facility"]


class Feature(BaseModel):
    """A GeoJSON feature in degrees (WGS 84)."""

    type: Literal["Feature"] = "Feature"
    geometry: dict[str, Any] | None
    properties: dict[str, Any]


class Features(BaseModel):
    """A GeoJSON feature collection with what its figures rest on."""

    type: Literal["FeatureCollection"] = "FeatureCollection"
    facility_type: str
    mode: str
    method: Method
    simulated: bool = Field(description="True where made-up data is behind it.")
    notes: list[NoteText]
    features: list[Feature]


class Areas(Features):
    """Isochrones, the smallest first: limit, units and children within, and the land."""

    tolerance_m: float = Field(description="Metres by which a border may be off.")


class Catchment(BaseModel):
    """One facility and the units it is nearest to."""

    model_config = ConfigDict(extra="allow")

    facility_id: str
    name: str | None
    units: int
    units_within: int
    children: Number | None
    children_unknown: int = Field(description="Units that do not state their children.")
    farthest_m: float | None
    farthest_unit: str | None
    capacity: Number | None
    load_percent: Number | None = Field(description="Children over capacity, times 100.")
    lacking: Number | None = Field(description="Children over capacity; 0 where they fit.")
    unit_ids: list[str]


class LeftOut(BaseModel):
    """One unit without a way to any facility, and why."""

    unit_id: str
    name: str | None
    kind: str | None
    parent_id: str | None
    children: Number | None
    state: State


class CatchmentTable(BaseModel):
    """Who is nearest to which facility, and who is left out."""

    facility_type: str
    mode: str
    method: Method
    simulated: bool
    notes: list[NoteText]
    facilities: list[Catchment]
    unreached: list[LeftOut]


class UnitOpportunities(BaseModel):
    """How many facilities and places are within one limit of one unit."""

    model_config = ConfigDict(extra="allow")

    unit_id: str
    name: str | None
    children: Number | None
    limit_m: float | None
    facilities: int | None
    places: Number | None
    places_unknown: int | None = Field(description="Facilities within that state no capacity.")
    state: State


class OpportunityTable(BaseModel):
    """Cumulative opportunities within each limit."""

    facility_type: str
    mode: str
    method: Method
    counted: str = Field(description="Column of units that stands for the children.")
    simulated: bool
    notes: list[NoteText]
    units: list[UnitOpportunities]
    facilities: list[dict[str, Any]]
    totals: list[dict[str, Any]]
