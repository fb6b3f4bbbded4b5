"""The scorecard of a year: inside the application, and as one file to keep."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING, Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response
from markupsafe import Markup

from api.dependencies import OpenDep
from api.headers import PAGE_POLICY
from api.monitored import parts_of
from api.pages.rendering import page
from api.request_language import translator_for
from api.warned import monitoring_of
from geo_planner.monitoring.year_errors import BadYearsError
from maps.scorecard import scorecard_body, scorecard_html, script, style

if TYPE_CHECKING:
    from geo_planner.monitoring import Monitoring
    from geo_planner.project import Project

router = APIRouter()

Year = Annotated[str, Query(max_length=20)]


@router.get("/projects/{project_id}/scorecard", response_class=HTMLResponse)
def scorecard_page(request: Request, opened: OpenDep, year: Year = "") -> HTMLResponse:
    """Show the scorecard with a choice of years."""
    translator = translator_for(request)
    monitoring = monitoring_of(opened, _asked(year))
    parts = parts_of(opened, monitoring)
    body = opened.remember(
        ("scorecard", monitoring.year, translator.language),
        lambda: scorecard_body(monitoring, parts, translator),
    )
    shown = page(
        request,
        "scorecard.html",
        opened=opened,
        year=monitoring.year,
        years=_years(opened.project, monitoring),
        body=body,
        style=Markup(style()),
        script=Markup(script()),
    )
    shown.headers["Content-Security-Policy"] = _policy()
    return shown


@router.get("/projects/{project_id}/scorecard.html", response_class=HTMLResponse)
def scorecard_file(request: Request, opened: OpenDep, project_id: str, year: Year = "") -> Response:
    """Give the scorecard as one file that opens without any network."""
    monitoring = monitoring_of(opened, _asked(year))
    made = scorecard_html(monitoring, parts_of(opened, monitoring), translator_for(request))
    name = quote(f"{project_id}_scorecard_{monitoring.year}.html")
    return Response(
        made,
        media_type="text/html; charset=utf-8",
        headers={"Content-Disposition": f"attachment; filename*=UTF-8''{name}"},
    )


def _policy() -> str:
    """Return the policy of a page that may also run the scorecard's own script."""
    digest = hashlib.sha256(script().encode()).digest()
    allowed = f"script-src 'self' 'sha256-{base64.b64encode(digest).decode()}'"
    return PAGE_POLICY.replace("script-src 'self'", allowed)


def _asked(year: str) -> int | None:
    """Return the year an address names, None where it names none.

    Raises
    ------
    BadYearsError
        If it is no year.
    """
    text = year.strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) == 4):
        raise BadYearsError(text)
    return int(text)


def _years(project: Project, monitoring: Monitoring) -> list[int]:
    """Return the years to choose from, the latest first: from the base year on."""
    last = monitoring.year if project.reference_date is None else project.reference_date.year
    first = min(project.catalogue.period[0] - 1, monitoring.year)
    return list(range(last, first - 1, -1))
