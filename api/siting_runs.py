"""One question of siting from whatever door it comes: which conditions go together, who answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import geopandas as gpd

    from geo_planner.project import Project
    from geo_planner.siting.candidates import Candidates
    from geo_planner.siting.proposal import Proposal
    from geo_planner.siting.watching import Watch

BY_CLASS = "reach-target"
PROBLEMS = ("cover-all", "cover-most", "median", "center", BY_CLASS)
"""Names of siting problems, in the order they are offered."""

DEFAULTS: Mapping[str, Any] = {
    "sites": None, "weight": "children", "capacity": None, "closable": (), "regiment_minimum": None,
    "budget": None, "backup": 1, "leave_unreachable": False,
}  # fmt: skip
"""Conditions that problems on distances alone know, with what they are where nobody says."""
CLASS_DEFAULTS: Mapping[str, Any] = {"targets": None, "floor": None, "counting": None}
"""Conditions that targets by class alone know."""

SOURCES = ("units", "streets", "buildings")
"""Where candidates may come from, beside a list of one's own."""


def misplaced(problem: str, conditions: Mapping[str, Any]) -> list[str]:
    """Return the names of the conditions that were stated but do not go with a problem."""
    foreign = DEFAULTS if problem == BY_CLASS else CLASS_DEFAULTS
    return [
        name
        for name, usual in foreign.items()
        if conditions.get(name) not in (usual, None, (), [], {})
    ]


def lacks_number(problem: str, conditions: Mapping[str, Any]) -> bool:
    """Return whether a problem needs to know how many sites to build, and nobody says."""
    from geo_planner.siting.proposal import NEEDS_NUMBER  # noqa: PLC0415 - heavy

    silent = conditions.get("sites") is None and conditions.get("budget") is None
    return problem in NEEDS_NUMBER and silent


def solve(
    project: Project,
    facility_type: str,
    problem: str,
    *,
    candidates: Candidates | None = None,
    watch: Watch | None = None,
    **conditions: Any,  # noqa: ANN401 - as of the head's functions
) -> Proposal:
    """Return where to build.

    Parameters
    ----------
    conditions
        Parameters of :func:`geo_planner.siting.propose` or, for targets by class,
        :func:`geo_planner.siting.reach_target`; what does not go with the problem is left out, see
        :func:`misplaced`.
    """
    from geo_planner.siting import propose, reach_target  # noqa: PLC0415 - heavy

    foreign = DEFAULTS if problem == BY_CLASS else CLASS_DEFAULTS
    kept = {name: value for name, value in conditions.items() if name not in foreign}
    if problem == BY_CLASS:
        return reach_target(project, facility_type, candidates=candidates, watch=watch, **kept)
    return propose(project, facility_type, problem, candidates=candidates, watch=watch, **kept)


def gathered(
    project: Project,
    facility_type: str,
    *,
    sources: Sequence[str] = (),
    own: Candidates | None = None,
    excluded: gpd.GeoDataFrame | None = None,
    spacing: float | None = None,
    radius: float | None = None,
    mode: str = "walk",
    as_of: date | None = None,
) -> Candidates | None:
    """Return the candidates of several sources together; None for what a problem takes by itself.

    Units' own positions are taken wherever they are; of the others, those on the areas of barriers
    are left out. ``excluded`` holds for all.

    Raises
    ------
    NoCandidatesError, NoStreetsError, NotKnownError, DuplicateIdError
        If a source has none, or two call theirs alike.
    """
    from geo_planner.siting.candidates import Candidates as All  # noqa: PLC0415 - heavy
    from geo_planner.siting.candidates import unit_candidates  # noqa: PLC0415
    from geo_planner.siting.places.exclusion import excluding, off_barriers  # noqa: PLC0415

    if own is None and excluded is None and set(sources) <= {"units"}:
        return None
    kind = project.catalogue.facility_type(facility_type)
    parts = [] if own is None else [off_barriers(own, project)]
    for name in dict.fromkeys(sources or (("units",) if own is None else ())):
        if name == "units":
            day = as_of or project.reference_date or date.max
            parts.append(unit_candidates(project, kind, day))
        else:
            made = _made(project, facility_type, name, spacing, radius, mode, as_of)
            parts.append(off_barriers(made, project))
    found = All.combine(*parts)
    return found if excluded is None else excluding(found, excluded)


def _made(
    project: Project,
    facility_type: str,
    source: str,
    spacing: float | None,
    radius: float | None,
    mode: str,
    as_of: date | None,
) -> Candidates:
    from geo_planner.errors import NotKnownError  # noqa: PLC0415 - kept out of --help
    from geo_planner.siting.places.building_candidates import building_candidates  # noqa: PLC0415
    from geo_planner.siting.places.street_candidates import (  # noqa: PLC0415
        RADIUS,
        SPACING,
        street_candidates,
    )

    if source == "buildings":
        return building_candidates(project, facility_type, as_of=as_of)
    if source != "streets":
        raise NotKnownError.among("source of candidates", source, SOURCES)
    return street_candidates(
        project,
        facility_type,
        spacing=SPACING if spacing is None else spacing,
        radius=RADIUS if radius is None else radius,
        mode=mode,
        as_of=as_of,
    )


def pairs_of(words: Iterable[str]) -> dict[str, str]:
    """Return ``NAME=VALUE`` words as pairs.

    Raises
    ------
    ValueError
        With the first word that is none.
    """
    found = {}
    for word in words:
        name, equals, value = word.rpartition("=")
        if not (equals and name.strip() and value.strip()):
            raise ValueError(word)
        found[name.strip()] = value.strip()
    return found
