"""The map as a page of its own, and as what stands inside other pages."""

from __future__ import annotations

import base64
import hashlib
import re
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from api.dependencies import DayDep, OpenDep
from api.pages.static_files import addresses
from api.request_language import language_of
from maps import draw_map, render_html

router = APIRouter()

_INLINE_SCRIPT = re.compile(
    r"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", re.DOTALL | re.IGNORECASE
)


@router.get("/projects/{project_id}/map", response_class=HTMLResponse)
def map_page(
    request: Request,
    opened: OpenDep,
    day: DayDep,
    indicator: Annotated[str | None, Query(max_length=200)] = None,
    facility_type: Annotated[str | None, Query(max_length=200)] = None,
) -> HTMLResponse:
    """Show the interactive map; everything it loads comes from this server."""
    language = language_of(request)
    indicator, facility_type = indicator or None, facility_type or None

    def draw() -> str:
        drawn = draw_map(
            opened.project,
            indicator=indicator,
            as_of=day,
            facility_type=facility_type,
            language=language,
        )
        return render_html(drawn, self_contained=False, static_url=f"{addresses().maps}/")

    text = opened.remember(("map", indicator, facility_type, day, language), draw)
    headers = {"Cache-Control": "no-cache", "Content-Security-Policy": map_policy(text)}
    return HTMLResponse(text, headers=headers)


def map_policy(text: str) -> str:
    """Return a policy that lets exactly the scripts written into this page run, by their hashes.

    The measuring tool builds its panel from templates that it compiles in the browser, which is why
    evaluation is let through; a script that a name brought into the page still cannot start.
    """
    hashes = " ".join(
        f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
        for script in dict.fromkeys(_INLINE_SCRIPT.findall(text))
    )
    return (
        f"default-src 'none'; script-src 'self' 'unsafe-eval' {hashes}; "
        "style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; "
        "connect-src 'self'; frame-ancestors 'self'; base-uri 'none'; form-action 'none'"
    )
