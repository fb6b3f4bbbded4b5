"""What routes ask for: the shelf, an open project, a store, the language, the day."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import Depends, Path, Query, Request

from api.jobs import Jobs
from api.project_shelf import OpenProject, ProjectShelf
from api.reader import day_of
from api.request_language import language_dependency
from api.settings.server import Settings
from geo_planner.catalogue import Language
from layers.store import Store
from maps.text import Translator, translator

ProjectId = Annotated[
    str,
    Path(description="Folder name of the project.", examples=["geo-planner-demo"], max_length=255),
]
AsOfQuery = Annotated[
    date | None,
    Query(description="Day the result is given for; the project's own day, else today."),
]
LanguageDep = Annotated[Language, Depends(language_dependency)]


def shelf_of(request: Request) -> ProjectShelf:
    """Give the projects of the server."""
    shelf: ProjectShelf = request.app.state.shelf
    return shelf


def settings_of(request: Request) -> Settings:
    """Give the settings of the server."""
    settings: Settings = request.app.state.settings
    return settings


def jobs_of(request: Request) -> Jobs:
    """Give the long runs of the server."""
    jobs: Jobs = request.app.state.jobs
    return jobs


ShelfDep = Annotated[ProjectShelf, Depends(shelf_of)]
JobsDep = Annotated[Jobs, Depends(jobs_of)]
SettingsDep = Annotated[Settings, Depends(settings_of)]


def open_project_of(project_id: ProjectId, shelf: ShelfDep) -> OpenProject:
    """Give the project an address names."""
    return shelf.opened(project_id)


def store_of(project_id: ProjectId, shelf: ShelfDep) -> Store:
    """Give the store an address names."""
    return shelf.store(project_id)


def translator_dependency(language: LanguageDep) -> Translator:
    """Give the sentences of the request's language."""
    return translator(language)


OpenDep = Annotated[OpenProject, Depends(open_project_of)]
StoreDep = Annotated[Store, Depends(store_of)]
TranslatorDep = Annotated[Translator, Depends(translator_dependency)]


def day_dependency(opened: OpenDep, as_of: AsOfQuery = None) -> date:
    """Give the day results are for."""
    return day_of(opened.project, as_of)


DayDep = Annotated[date, Depends(day_dependency)]
