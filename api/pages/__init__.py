"""Pages for people: HTML from templates, with htmx and a little script of our own."""

from __future__ import annotations

from fastapi import APIRouter, FastAPI
from fastapi.responses import FileResponse

from api.pages import (
    access,
    history,
    indicator,
    intake,
    interface,
    jobs,
    maps,
    networks,
    quality,
    reports,
    returns,
    scorecard,
    site,
    start,
    warnings,
)
from api.pages.static_files import FOLDER, LongLived, addresses
from maps import ASSETS

__all__ = ["mount_static", "pages_router"]

ROUTERS: tuple[APIRouter, ...] = (
    start.router,
    indicator.router,
    access.router,
    networks.router,
    site.router,
    scorecard.router,
    warnings.router,
    quality.router,
    reports.router,
    returns.router,
    intake.router,
    history.router,
    maps.router,
    jobs.router,
    interface.router,
)


def pages_router() -> APIRouter:
    """Return all pages together."""
    router = APIRouter(include_in_schema=False)
    router.add_api_route("/favicon.ico", icon)
    for one in ROUTERS:
        router.include_router(one)
    return router


def icon() -> FileResponse:
    """Give browsers the picture they ask for on pages that name none, such as the map."""
    return FileResponse(FOLDER / "icon.svg", media_type="image/svg+xml")


def mount_static(app: FastAPI) -> None:
    """Serve the browser files of maps and pages under addresses that change with their content."""
    where = addresses()
    app.mount(where.maps, LongLived(directory=ASSETS, check_dir=False), name="assets")
    app.mount(where.pages, LongLived(directory=where.folder), name="pages")
