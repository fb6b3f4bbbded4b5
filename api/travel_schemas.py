"""Shapes of the answers about travel, for OpenAPI and for the programs that read them."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, Field

from api.schemas import NoteText, Number

GeoJson = dict[str, Any]
"""A GeoJSON geometry, longitude and latitude in degrees (WGS 84)."""


class FacilityWay(BaseModel):
    """A facility and one unit's way to it."""

    facility_id: str
    name: str | None
    point: GeoJson | None
    straight_m: float | None
    network_m: float | None = Field(description="Length of the way; null where there is none.")
    effort_m: float | None = Field(description="Metres of a plain street that take as long.")
    minutes: float | None
    detour_ratio: float | None
    unit_snap_m: float | None = Field(description="From the unit to its street.")
    facility_snap_m: float | None = Field(description="From the street to the facility.")


class RouteLeg(BaseModel):
    """One stretch of a route, from the unit towards the facility."""

    kind: Literal["snap", "street", "offroad", "straight_line"]
    metres: float
    minutes: float
    name: str | None = Field(description="Of the street, where known.")
    road_class: str | None
    line: GeoJson


class UnitRoute(BaseModel):
    """The way from a unit to its nearest facility."""

    metres: float
    minutes: float
    line: GeoJson
    legs: list[RouteLeg]


class StreetGap(BaseModel):
    """Two places close together and far apart, or not connected, along the streets."""

    metres: float
    around_m: float | None = Field(description="Along the streets; null where not connected.")
    barrier_kind: str | None
    barrier_name: str | None
    line: GeoJson


class WayCause(BaseModel):
    """Why there is no way, or a long one."""

    code: str = Field(examples=["missing_link"])
    text: str
    point: GeoJson | None
    gap: StreetGap | None


class ChangeGain(BaseModel):
    """What one change brings to all units assessed for the type."""

    units_within: int = Field(description="Newly within reach.")
    children_within: Number = Field(description="Known children of these units.")
    units_within_uncounted: int = Field(description="Of these units, those without a count.")
    units_connected: int = Field(description="That have no way today and get one.")
    units_nearer: int
    units_nearer_uncounted: int
    metre_children: float = Field(description="Metres saved times children, all added up.")


class SingleChange(BaseModel):
    """One change that would help, alone."""

    kind: Literal["link", "site"]
    texts: list[str] = Field(description="What it brings to this unit, then to all.")
    point: GeoJson
    line: GeoJson | None = Field(description="Course of a link; null for a site.")
    link_m: float | None
    effort_m: float = Field(description="The unit's way afterwards.")
    minutes: float
    saves_m: float | None = Field(description="Null where the unit has no way today.")
    within: bool = Field(description="Whether it brings this unit within its limit.")
    gain: ChangeGain


class UnitExplanation(BaseModel):
    """Why a unit is, or is not, within reach of a type of facility."""

    unit_id: str
    name: str | None
    point: GeoJson | None
    children: Number | None
    facility_type: str
    mode: str
    as_of: date
    assessed: bool = Field(description="Whether reach of the type is judged for the unit.")
    state: Literal["within", "beyond", "no_path", "no_position", "no_facility"]
    method: Literal["streets", "offroad", "straight_line"]
    limit_m: float | None = Field(description="Null where the catalogue sets none.")
    nearest: FacilityWay | None
    second: FacilityWay | None
    nearest_straight: FacilityWay | None = Field(
        description="Nearest in a straight line, where that is not the nearest by the way."
    )
    route: UnitRoute | None
    causes: list[WayCause]
    fixes: list[SingleChange] = Field(description="Most helpful first.")
    notes: list[NoteText]
    simulated: bool
