"""Shapes of answers about networks in levels."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, Field

from api.schemas import Labels, NoteText


class NetworkLevelCount(BaseModel):
    """How the units of one level stand."""

    level: int = Field(description="1 at the top.")
    label: Labels
    unit_kinds: list[str]
    facility_types: list[str] = Field(description="Any one of them holds the level.")
    unit_columns: list[str] = Field(description="As does any one of these above zero.")
    n: int
    covered: int
    uncovered: int
    unknown: int = Field(description="Never counted as no.")
    hanging: int = Field(description="Of the covered: those below a unit that lacks its level.")
    complete: int = Field(description="Units whose chain is whole up to the top.")
    broken: int
    open: int = Field(description="Units of whose chain it is not known.")


class NetworkUnit(BaseModel):
    """One unit on one level."""

    unit_id: str
    name: str | None
    kind: str | None
    level: int
    parent_id: str | None = Field(description="The unit of a level above that it hangs on.")
    parent_level: int | None
    state: Literal["covered", "uncovered", "unknown"]
    reason: str
    facility_ids: list[str]
    chain: Literal["complete", "broken", "unknown"]
    broken_at: int | None = Field(description="First lacking level, going up from the unit's own.")


class NetworkEntry(BaseModel):
    """One network with its counts by level."""

    network: str
    label: Labels
    clause: str
    quote: str
    as_of: date
    levels: list[NetworkLevelCount]
    notes: list[NoteText]
    simulated: bool


class NetworkAnswer(NetworkEntry):
    """One network with the units behind its counts."""

    units: list[NetworkUnit]


class NetworkList(BaseModel):
    """All networks of a project."""

    as_of: date
    networks: list[NetworkEntry]
