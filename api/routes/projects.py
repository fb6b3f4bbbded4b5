"""The projects of the server."""

from __future__ import annotations

from fastapi import APIRouter

from api.dependencies import OpenDep, ShelfDep
from api.project_shelf import ProjectShelf
from api.reader import day_of, stated_language
from api.routes.layer_tables import layer_entries
from api.schemas import Labels, ProjectDetail, ProjectEntry
from geo_planner.errors import GeoPlannerError
from layers.store import Store

router = APIRouter(prefix="/projects", tags=["server"])


@router.get("")
def list_projects(shelf: ShelfDep) -> list[ProjectEntry]:
    """List the projects; a damaged one is listed and marked, not hidden."""
    return project_entries(shelf)


def project_entries(shelf: ProjectShelf) -> list[ProjectEntry]:
    """Return the projects of a shelf, by name of folder."""
    found = []
    for name, folder in shelf.folders().items():
        try:
            stated, readable = Store(folder).settings.name, True
        except GeoPlannerError:
            stated, readable = name, False
        language = stated_language(folder)
        found.append(ProjectEntry(id=name, name=stated, language=language, readable=readable))
    return found


@router.get("/{project_id}")
def read_project(opened: OpenDep) -> ProjectDetail:
    """Tell what a project holds."""
    project = opened.project
    catalogue = project.catalogue
    return ProjectDetail(
        id=opened.id,
        name=project.name,
        plan=catalogue.plan_id,
        plan_title=Labels.model_validate(catalogue.title),
        period=catalogue.period,
        crs=project.crs.to_string(),
        as_of=day_of(project, None),
        simulated=project.simulated,
        approval_number=project.approval_number,
        layers=layer_entries(project),
        notes=list(project.notes),
    )
