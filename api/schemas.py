"""Shapes of the answers, for OpenAPI and for the programs that read them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Status = Literal[
    "met", "near", "not_met", "undetermined", "no_data", "not_applicable", "reference_only",
    "trend_ok", "trend_bad",
]  # fmt: skip
LayerName = Literal["units", "facilities", "observations", "streets", "barriers"]
Number = int | float


class Health(BaseModel):
    """The server is up."""

    status: Literal["ok"] = "ok"
    version: str = Field(examples=["0.1.0"])
    projects: int = Field(description="How many projects it holds.")


class Labels(BaseModel):
    """A name in both languages."""

    model_config = ConfigDict(from_attributes=True)

    zh: str
    en: str


class ProjectEntry(BaseModel):
    """A project in the list."""

    id: str = Field(description="Folder name; the id in addresses.", examples=["geo-planner-demo"])
    name: str
    language: str | None = None
    readable: bool = Field(description="False where the project is damaged or of a newer format.")


class LayerEntry(BaseModel):
    """One stored table."""

    layer: LayerName
    rows: int
    with_position: int | None = Field(description="Rows that have a shape; none for observations.")
    simulated: int = Field(description="Rows of made-up data.")
    crs: str | None = Field(examples=["EPSG:4540"])


class ProjectDetail(BaseModel):
    """One project."""

    id: str
    name: str
    plan: str
    plan_title: Labels
    period: tuple[int, int]
    crs: str = Field(description="The metric CRS distances are measured in.")
    as_of: date = Field(description="The day results are given for when none is asked.")
    simulated: bool = Field(description="True where any row is made-up data.")
    approval_number: str | None
    layers: list[LayerEntry]
    notes: list[str]


class NoteText(BaseModel):
    """A caveat that stands with a result."""

    code: str
    text: str = Field(description="In the reader's language.")
    params: dict[str, Any] = Field(default_factory=dict)


class Verdict(BaseModel):
    """One target and its verdict. Percentages are exact ratios times 100, unrounded."""

    model_config = ConfigDict(extra="allow")

    indicator: str
    as_of: date
    n: Number | None
    covered: Number | None
    uncovered: Number | None
    unknown: Number | None = Field(description="Never counted as no.")
    lower: Number | None = Field(description="Value if every unknown one is not covered.")
    upper: Number | None = Field(description="Value if every unknown one is covered.")
    target: Number | None
    comparison: str
    status: Status
    needs_more_min: int | None
    needs_more_max: int | None
    notes: list[NoteText]


class UnitState(BaseModel):
    """One unit behind a figure."""

    model_config = ConfigDict(extra="allow")

    unit_id: str
    name: str | None
    kind: str | None
    parent_id: str | None
    state: Literal["covered", "uncovered", "unknown", "not_applicable"]
    established_own: bool | None
    reachable: bool | None = Field(description="Within the walking limit; null where not known.")
    facility_ids: list[str]


class VerdictWithUnits(Verdict):
    """One target, its verdict and the units behind it."""

    units: list[UnitState]


class Verdicts(BaseModel):
    """All targets of a project."""

    as_of: date
    met: int
    judged: int = Field(description="Met, nearly met and not met together: the first denominator.")
    everything: int = Field(description="The undetermined and those without data too: the second.")
    counts: dict[str, int] = Field(description="Targets by status.")
    indicators: list[Verdict]


class Cell(BaseModel):
    """One cell of the planners' work list."""

    cell: str
    text: str
    units: list[str]


class Walk(BaseModel):
    """One unit's way to its nearest facility."""

    unit_id: str
    name: str | None
    kind: str | None
    parent_id: str | None
    children: Number | None
    facility_id: str | None
    straight_m: float | None
    network_m: float | None
    minutes: float | None
    detour_ratio: float | None
    state: Literal["within", "beyond", "no_path", "no_position", "no_facility"]
    method: str | None
    limit_m: float | None = Field(description="Effort within reach, inclusive, in metres.")
    second_id: str | None = Field(default=None, description="The second nearest facility.")
    second_m: float | None = Field(default=None, description="The way to it.")
    snap_m: float | None = Field(default=None, description="From the unit to its street.")
    facility_snap_m: float | None = Field(
        default=None, description="From the facility to its street."
    )
    drive_facility_id: str | None = Field(default=None, description="The nearest by road.")
    drive_network_m: float | None = Field(default=None, description="The way there by road.")
    drive_minutes: float | None = None
    drive_state: str | None = Field(default=None, description="Reach by road, as `state`.")
    walk_or_drive: str | None = Field(default=None, description="The better of the two states.")


class FindingEntry(BaseModel):
    """One finding of the quality check."""

    code: str
    severity: Literal["contradiction", "review", "gap"]
    weight: str = Field(description="The severity in the reader's language.")
    layer: str
    layer_name: str
    ids: list[str]
    places: list[str] = Field(description="Where each record came from: file and spreadsheet row.")
    text: str


class ImportEntry(BaseModel):
    """One import of the history."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    layer: str
    kind: str | None
    file: str
    sheet: str | None
    sha256: str | None
    added: int
    replaced: int
    unchanged: int
    imported_at: datetime
    undone_at: datetime | None


class ImportResult(BaseModel):
    """What an upload did, or would do."""

    layer: LayerName
    file: str
    dry_run: bool
    added: int
    replaced: int
    unchanged: int
    notes: list[NoteText]


class IndicatorRow(BaseModel):
    """An indicator as the catalogue has it."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    label: Labels
    domain: str
    clause: str
    quote: str
    rule: str
    comparison: str
    measure: str
    quantified: bool
    priority: Literal["A", "B", "C"]
    target: float | None
    target_year: int
    unit_kinds: list[str]
    community_kind: str | None
    facility_type: str | None
    responsible: str | None


class WalkLimitRow(BaseModel):
    """A walking limit."""

    model_config = ConfigDict(from_attributes=True)

    metres: int
    minutes: int


class FacilityTypeRow(BaseModel):
    """A facility type as the catalogue has it."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    label: Labels
    assessed: list[str]
    urban_walk: WalkLimitRow | None
    regiment_walk: WalkLimitRow | None
    drive_minutes: int | None
    population: str
    basis: str
    source: Labels


class UnitKindRow(BaseModel):
    """A kind of unit as the catalogue has it."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    label: Labels
    level: int
    plural: str


class TravelModeRow(BaseModel):
    """A travel mode as the catalogue has it."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    label: Labels
    metres_per_second: float
    network: str
    detour_factor: float
    snap_metres: float


class BarrierKindRow(BaseModel):
    """A kind of barrier as the catalogue has it."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    label: Labels


class CatalogueRows(BaseModel):
    """The plan's rows as a project knows them."""

    plan_id: str
    title: Labels
    period: tuple[int, int]
    unit_kinds: list[UnitKindRow]
    facility_types: list[FacilityTypeRow]
    travel_modes: list[TravelModeRow]
    barrier_kinds: list[BarrierKindRow]
    indicators: list[IndicatorRow]
