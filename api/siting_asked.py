"""A question of siting as programs, pages and long runs ask it, and how it is answered."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.job_work.asked import Amount, Asked, Few, Name, Names
from api.siting_runs import PROBLEMS, gathered, lacks_number, misplaced, solve
from geo_planner.errors import BadGeometryError, DataError, NotKnownError, OutsideWorldError
from geo_planner.notes import msgid

if TYPE_CHECKING:
    import geopandas as gpd

    from geo_planner.project import Project
    from geo_planner.siting.candidates import Candidates
    from geo_planner.siting.proposal import Proposal
    from geo_planner.siting.watching import Watch

Share = Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)]
MOST_CANDIDATES = 20_000
MOST_AREAS = 1000


@dataclass(eq=False)
class MisplacedConditionError(DataError):
    """A condition that does not go with the problem asked for."""

    code = "misplaced-condition"
    template = msgid("'{name}' does not go with the problem '{problem}'.")
    name: str
    problem: str


@dataclass(eq=False)
class NumberNeededError(DataError):
    """A problem that needs to know how many sites to build, and nobody says."""

    code = "number-needed"
    template = msgid("The problem '{problem}' needs to know how many sites to build ('sites').")
    problem: str


class CandidateGiven(BaseModel):
    """A place where one may build."""

    model_config = ConfigDict(extra="forbid")

    candidate_id: Name
    lon: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)] = Field(
        description="Degrees, WGS 84."
    )
    lat: Annotated[float, Field(ge=-85, le=85, allow_inf_nan=False)]
    name: Name | None = None
    unit_id: Name | None = Field(
        default=None, description="The unit it stands for; else the one it lies in, or the nearest."
    )
    cost: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None
    capacity: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None
    suitability: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)] | None = Field(
        default=None, description="0 (not allowed) to 1; a lower one makes a site count for more."
    )


class SiteAsked(Asked):
    """Where to build facilities of one type."""

    facility_type: Name = Field(examples=["kindergarten"])
    problem: Name = Field(
        examples=["cover-most"],
        description="`cover-all`, `cover-most`, `median`, `center` or `reach-target`.",
    )
    sites: Annotated[int, Field(ge=0, le=1_000_000)] | None = Field(
        default=None, description="How many to build; `cover-all` finds the number itself."
    )
    limit: Amount | None = Field(
        default=None, description="Covering distance in metres of a plain street; else the type's."
    )
    mode: Name = "walk"
    weight: Literal["children", "units"] = "children"
    capacity: Amount | None = Field(default=None, description="Places of a new facility.")
    closable: Names = Field(default=[], description="Working facilities that need not be kept.")
    required: Names = Field(default=[], description="Candidates that must be built.")
    forbidden: Names = Field(default=[], description="Candidates that must not be built.")
    regiment_minimum: Few | Annotated[dict[Name, Few], Field(max_length=2000)] | None = Field(
        default=None, description="Fewest facilities in each regiment, or in those named."
    )
    budget: Amount | None = None
    by_cost: bool = Field(default=False, description="Look for the cheapest, not the fewest.")
    backup: Annotated[int, Field(ge=1, le=100)] = Field(
        default=1, description="Facilities that must be within the limit."
    )
    leave_unreachable: bool = Field(
        default=False, description="Leave units aside that no site can reach."
    )
    targets: Annotated[dict[Name, Share], Field(max_length=200)] | None = Field(
        default=None,
        description="For `reach-target`: percent by indicator, kind of community or kind of unit, "
        "in place of the plan's.",
    )
    floor: Share | None = Field(
        default=None,
        description="For `reach-target`: least percent of units covered in each regiment.",
    )
    counting: Literal["shared", "own", "reachable"] | None = Field(
        default=None,
        description="For `reach-target`: whom a new facility counts for: all units within the "
        "limit, its own unit, or whoever can reach it.",
    )
    candidates: Annotated[list[CandidateGiven], Field(max_length=MOST_CANDIDATES)] = Field(
        default=[], description="Places where one may build, of one's own."
    )
    candidates_from: Annotated[
        list[Literal["units", "streets", "buildings"]], Field(max_length=3)
    ] = Field(
        default=[],
        description="Positions of units, places along streets, facilities of other types; beside "
        "`candidates` too. Without either: units.",
    )
    spacing: Annotated[float, Field(ge=10, le=1e5, allow_inf_nan=False)] | None = Field(
        default=None, description="Metres of street between two candidates; else 200."
    )
    radius: Annotated[float, Field(ge=0, le=1e6, allow_inf_nan=False)] | None = Field(
        default=None, description="Metres from a unit within which streets are taken; else 1,000."
    )
    excluded: Annotated[list[dict[str, Any]], Field(max_length=MOST_AREAS)] = Field(
        default=[], description="Polygons (GeoJSON, degrees) where nothing may be built."
    )
    time_limit: Annotated[float, Field(gt=0, le=86_400, allow_inf_nan=False)] = Field(
        default=60.0, description="Seconds to search for."
    )
    gap: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)] = Field(
        default=0.0, description="Relative gap that is good enough."
    )

    @property
    def conditions(self) -> dict[str, Any]:
        """What is asked beside type, problem, and candidates."""
        where = {"candidates", "candidates_from", "spacing", "radius", "excluded"}
        return self.model_dump(exclude={"facility_type", "problem"} | where)


def check_asked(project: Project, asked: SiteAsked) -> None:
    """Refuse at once what cannot be answered.

    Raises
    ------
    NotKnownError
        If the type, the mode or the problem is not known.
    MisplacedConditionError, NumberNeededError
        If a condition does not go with the problem, or is lacking.
    """
    project.catalogue.facility_type(asked.facility_type)
    project.catalogue.travel_mode(asked.mode)
    if asked.problem not in PROBLEMS:
        raise NotKnownError.among(msgid("siting problem"), asked.problem, list(PROBLEMS))
    for name in misplaced(asked.problem, asked.conditions):
        raise MisplacedConditionError(name, asked.problem)
    if lacks_number(asked.problem, asked.conditions):
        raise NumberNeededError(asked.problem)


def answer_asked(project: Project, asked: SiteAsked, watch: Watch | None = None) -> Proposal:
    """Return where to build; see :func:`api.siting_runs.solve`."""
    check_asked(project, asked)
    return solve(
        project,
        asked.facility_type,
        asked.problem,
        candidates=candidates_of(project, asked),
        watch=watch,
        **asked.conditions,
    )


def candidates_of(project: Project, asked: SiteAsked) -> Candidates | None:
    """Return where one might build; None for what the problem takes by itself."""
    return gathered(
        project,
        asked.facility_type,
        sources=asked.candidates_from,
        own=_given(project, asked) if asked.candidates else None,
        excluded=_areas(project, asked.excluded) if asked.excluded else None,
        spacing=asked.spacing,
        radius=asked.radius,
        mode=asked.mode,
        as_of=asked.as_of,
    )


def _given(project: Project, asked: SiteAsked) -> Candidates:
    """Return candidates a program states, checked as those of a file; rows are counted from 1."""
    import geopandas as gpd  # noqa: PLC0415 - heavy
    import pandas as pd  # noqa: PLC0415

    from geo_planner.errors import RefusedFileError  # noqa: PLC0415
    from geo_planner.siting.places.stated_candidates import (  # noqa: PLC0415
        candidate_faults,
        stated_candidates,
    )

    frame = pd.DataFrame([one.model_dump() for one in asked.candidates])
    points = gpd.GeoSeries.from_xy(frame["lon"], frame["lat"], crs=4326).to_crs(project.crs)
    frame = frame.drop(columns=["lon", "lat"]).astype(
        {"cost": float, "capacity": float, "suitability": float}
    )
    frame["geometry"] = points.to_numpy(dtype=object)
    frame["source_row"] = range(1, len(frame) + 1)
    faults = candidate_faults(frame, project)
    if faults:
        raise RefusedFileError("candidates", tuple(faults))
    return stated_candidates(frame, project, asked.as_of or project.reference_date or date.max)


def _areas(project: Project, shapes: list[dict[str, Any]]) -> gpd.GeoDataFrame:
    import geopandas as gpd  # noqa: PLC0415 - heavy
    import shapely  # noqa: PLC0415

    found = shapely.from_geojson([json.dumps(one) for one in shapes], on_invalid="ignore")
    wrong = shapely.is_missing(found) | ~shapely.is_valid(found)
    wrong |= (shapely.get_dimensions(found) != 2) | shapely.is_empty(found)
    if wrong.any():
        rows = tuple(int(row) + 1 for row in wrong.nonzero()[0])
        raise BadGeometryError("excluded areas", rows, msgid("it is not an area"))
    # Beyond the world an area would forbid nothing, and nobody would notice.
    away = (abs(shapely.bounds(found)) > [180, 90, 180, 90]).any(axis=1)
    if away.any():
        rows = tuple(int(row) + 1 for row in away.nonzero()[0])
        corners = [f"{east:g} {north:g}" for _, _, east, north in shapely.bounds(found[away])]
        raise OutsideWorldError("excluded areas", rows, "EPSG:4326", corners[:12])
    return gpd.GeoDataFrame(geometry=list(found), crs=4326).to_crs(project.crs)
