"""What can be asked of long runs: one row a kind of work."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.job_work.child import Work
from api.phase_schemas import PhasesAsked
from api.reader import day_of
from api.words import PROBLEM_WORDS
from geo_planner.errors import BadNumberError, NotKnownError
from geo_planner.notes import Note, msgid
from geo_planner.siting.watching import Progress, Watch
from geo_planner.siting_errors import CancelledError

if TYPE_CHECKING:
    from geo_planner.project import Project

Name = Annotated[str, Field(min_length=1, max_length=200)]
Names = Annotated[list[Name], Field(max_length=2000)]
Few = Annotated[int, Field(ge=0, le=100_000)]
Amount = Annotated[float, Field(gt=0, le=1e12, allow_inf_nan=False)]


class Asked(BaseModel):
    """What every kind of work may be asked."""

    model_config = ConfigDict(extra="forbid")

    as_of: date | None = Field(
        default=None,
        description="Day the result is given for; the project's own day, else the day of asking.",
    )


class AccessAsked(Asked):
    """Access to many types of facility."""

    facility_types: Names | None = Field(
        default=None, description="Ids of facility types; else every type with a limit."
    )
    mode: Name | None = Field(
        default=None, description="Id of a travel mode; else the usual one of each type."
    )


class SiteAsked(Asked):
    """Where to build facilities of one type."""

    facility_type: Name = Field(examples=["kindergarten"])
    problem: Name = Field(examples=["cover-most"])
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
    time_limit: Annotated[float, Field(gt=0, le=86_400, allow_inf_nan=False)] = Field(
        default=60.0, description="Seconds to search for."
    )
    gap: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)] = Field(
        default=0.0, description="Relative gap that is good enough."
    )


class PhasesJob(PhasesAsked, Asked):
    """What to build in which year."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of work.

    Attributes
    ----------
    label
        What it does, for people.
    asked
        Its parameters.
    work
        A function at the top of a module: another process imports it by name.
    about
        Says in a sentence what is asked; refuses at once names that are not known.
    """

    label: str
    asked: type[Asked]
    work: Work
    about: Callable[[Project, Any], Note]


def _about_access(project: Project, asked: AccessAsked) -> Note:
    labels = [project.catalogue.facility_type(one).label for one in asked.facility_types or ()]
    if asked.mode is not None:
        project.catalogue.travel_mode(asked.mode)
    if len(labels) == 1:
        return Note("access", msgid("{type}: access"), {"type": labels[0]})
    if labels:
        return Note("access", msgid("{count} types: access"), {"count": len(labels)})
    return Note("access", msgid("Access to every type"))


def work_access(project: Project, params: Mapping[str, Any], watch: Watch) -> dict[str, Any]:
    """Add up access to one type after the other; see ``summarise_access``."""
    from geo_planner.travel.summary import summarise_access  # noqa: PLC0415 - in the worker only

    asked = AccessAsked.model_validate(params)
    types = asked.facility_types
    if types is None:
        present = set(project.facilities["facility_type"])
        types = [name for name in project.catalogue.facility_types if name in present]
    rows = []
    for place, name in enumerate(types):
        if not watch(Progress("measuring", 0.0, done=place / len(types))):
            raise CancelledError
        found = summarise_access(project, [name], mode=asked.mode, as_of=asked.as_of)
        rows += found.reset_index().to_dict("records")
    return {"as_of": asked.as_of, "simulated": project.simulated, "facility_types": rows}


def _about_site(project: Project, asked: SiteAsked) -> Note:
    from geo_planner.siting.facilities import PROBLEMS  # noqa: PLC0415 - heavy
    from geo_planner.siting.proposal import NEEDS_NUMBER  # noqa: PLC0415

    kind = project.catalogue.facility_type(asked.facility_type)
    project.catalogue.travel_mode(asked.mode)
    if asked.problem not in PROBLEMS:
        raise NotKnownError.among(msgid("siting problem"), asked.problem, list(PROBLEMS))
    if asked.problem in NEEDS_NUMBER and asked.sites is None and asked.budget is None:
        raise BadNumberError("siting", "sites", (), ["-"])
    params = {"type": kind.label, "what": PROBLEM_WORDS.get(asked.problem, asked.problem)}
    if asked.sites is None:
        return Note("site", msgid("{type}: {what}"), params)
    return Note("site", msgid("{type}: {what}, {sites} sites"), {**params, "sites": asked.sites})


def work_site(project: Project, params: Mapping[str, Any], watch: Watch) -> dict[str, Any]:
    """Find where to build; see ``geo_planner.siting.proposal.propose``."""
    from geo_planner.siting.proposal import propose  # noqa: PLC0415 - in the worker only

    asked = SiteAsked.model_validate(params)
    found = propose(project, watch=watch, **asked.model_dump())
    refusal = found.refusal()
    if refusal is not None:
        raise refusal
    about = {"as_of": asked.as_of, "simulated": project.simulated}
    return {**about, **found.as_json(), "notes": found.notes}


def _about_phases(project: Project, asked: PhasesJob) -> Note:
    types = [project.catalogue.facility_type(one.facility_type).label for one in asked.wants]
    for one in asked.wants:
        project.catalogue.travel_mode(one.mode)
    return Note("phases", msgid("{types}: what to build in which year"), {"types": types})


def work_phases(project: Project, params: Mapping[str, Any], watch: Watch) -> dict[str, Any]:
    """Find what to build in which year; see ``geo_planner.siting.phases.plan_phases``."""
    from api.phased import find_phases  # noqa: PLC0415 - in the worker only

    asked = PhasesJob.model_validate(params)
    found = find_phases(project, asked, day_of(project, asked.as_of), watch)
    about = {"as_of": asked.as_of, "simulated": project.simulated, "refusal": found.refusal()}
    return {**about, **found.as_json(), "notes": found.notes}


KINDS: Mapping[str, Kind] = {
    "access": Kind(msgid("Access to every type"), AccessAsked, work_access, _about_access),
    "site": Kind(msgid("Where to build"), SiteAsked, work_site, _about_site),
    "phases": Kind(msgid("What to build in which year"), PhasesJob, work_phases, _about_phases),
}
"""Name -> kind of work. Another kind is one more row."""
