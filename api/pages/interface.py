"""The interface for programs, listed for the people who write them."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.pages.rendering import page

router = APIRouter()


@router.get("/api", response_class=HTMLResponse)
def interface_page(request: Request) -> HTMLResponse:
    """List every operation; the whole description is at ``/openapi.json``."""
    described = request.app.openapi()
    operations = [
        (method.upper(), path, operation)
        for path, methods in described["paths"].items()
        for method, operation in methods.items()
    ]
    groups = [
        (tag, [one for one in operations if tag["name"] in one[2]["tags"]])
        for tag in described["tags"]
    ]
    return page(request, "interface.html", groups=groups)
