"""Pages for people: HTML from templates, with htmx and a little script of our own."""

from __future__ import annotations

from fastapi import APIRouter, FastAPI

from api.pages import history, indicator, intake, maps, quality, start
from api.pages.static_files import LongLived, addresses
from maps import ASSETS

__all__ = ["mount_static", "pages_router"]

ROUTERS: tuple[APIRouter, ...] = (
    start.router,
    indicator.router,
    quality.router,
    intake.router,
    history.router,
    maps.router,
)


def pages_router() -> APIRouter:
    """Return all pages together."""
    router = APIRouter(include_in_schema=False)
    for one in ROUTERS:
        router.include_router(one)
    return router


def mount_static(app: FastAPI) -> None:
    """Serve the browser files of maps and pages under addresses that change with their content."""
    where = addresses()
    app.mount(where.maps, LongLived(directory=ASSETS, check_dir=False), name="assets")
    app.mount(where.pages, LongLived(directory=where.folder), name="pages")
