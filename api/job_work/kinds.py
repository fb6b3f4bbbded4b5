"""What can be asked of long runs: one row a kind of work."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import Field

from api.job_work.asked import Asked, Name, Names
from api.job_work.child import Work
from api.phase_schemas import PhasesAsked
from api.reader import day_of
from api.siting_asked import SiteAsked, answer_asked, check_asked
from geo_planner.notes import Note, msgid
from geo_planner.siting.watching import Progress, Watch
from geo_planner.siting_errors import CancelledError
from maps.text.words import PROBLEM_WORDS

if TYPE_CHECKING:
    from geo_planner.project import Project


class AccessAsked(Asked):
    """Access to many types of facility."""

    facility_types: Names | None = Field(
        default=None, description="Ids of facility types; else every type with a limit."
    )
    mode: Name | None = Field(
        default=None, description="Id of a travel mode; else the usual one of each type."
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
    check_asked(project, asked)
    kind = project.catalogue.facility_type(asked.facility_type)
    params = {"type": kind.label, "what": PROBLEM_WORDS[asked.problem]}
    if asked.sites is None:
        return Note("site", msgid("{type}: {what}"), params)
    return Note("site", msgid("{type}: {what}, {sites} sites"), {**params, "sites": asked.sites})


def work_site(project: Project, params: Mapping[str, Any], watch: Watch) -> dict[str, Any]:
    """Find where to build; see :func:`api.siting_asked.answer_asked`."""
    from api.sited import refusal_of  # noqa: PLC0415 - in the worker only

    asked = SiteAsked.model_validate(params)
    found = answer_asked(project, asked, watch)
    refusal = refusal_of(found)
    if refusal is not None:
        raise refusal
    about = {"as_of": asked.as_of, "simulated": project.simulated}
    return {**about, **found.as_json(), "notes": found.notes}


def _about_phases(project: Project, asked: PhasesJob) -> Note:
    catalogue = project.catalogue
    labels = [catalogue.facility_type(one.facility_type).label for one in asked.wants]
    for one in asked.wants:
        catalogue.travel_mode(one.mode)
    return Note("phases", msgid("What to build in which year: {types}"), {"types": labels})


def work_phases(project: Project, params: Mapping[str, Any], watch: Watch) -> dict[str, Any]:
    """Find what to build in which year; see :func:`api.phased.find_phases`."""
    from api.phased import find_phases  # noqa: PLC0415 - in the worker only

    asked = PhasesJob.model_validate(params)
    plan = find_phases(project, asked, day_of(project, asked.as_of), watch)
    about = {"as_of": asked.as_of, "simulated": project.simulated, "refusal": plan.refusal()}
    return {**about, **plan.as_json(), "notes": plan.notes}


KINDS: Mapping[str, Kind] = {
    "access": Kind(msgid("Access to every type"), AccessAsked, work_access, _about_access),
    "site": Kind(msgid("Where to build"), SiteAsked, work_site, _about_site),
    "phases": Kind(msgid("What to build in which year"), PhasesJob, work_phases, _about_phases),
}
"""Name -> kind of work. Another kind is one more row."""
