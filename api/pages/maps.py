"""The map as a page of its own, and as what stands inside other pages."""

from __future__ import annotations

import base64
import hashlib
import re
from datetime import date
from typing import TYPE_CHECKING, Annotated
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from api.dependencies import DayDep, OpenDep
from api.pages.static_files import addresses
from api.request_language import language_of
from api.ways import has_limit, travelled_types
from geo_planner.monitoring.years import read_years
from geo_planner.notes import msgid
from maps import draw_map, render_html
from maps.reach import Choice, Doors
from maps.text import translator

if TYPE_CHECKING:
    from api.project_shelf import OpenProject
    from geo_planner.catalogue import Language
    from maps.text import Translator

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
    mode: Annotated[str | None, Query(max_length=200)] = None,
    network: Annotated[str | None, Query(max_length=200)] = None,
    years: Annotated[str | None, Query(max_length=200)] = None,
    compare: Annotated[str | None, Query(max_length=200)] = None,
) -> HTMLResponse:
    """Show the interactive map; everything it loads comes from this server.

    ``years`` (2021-2025) shows the indicator year by year, ``compare`` (2021,2025) two of them.
    """
    language = language_of(request)
    indicator, facility_type, mode = indicator or None, facility_type or None, mode or None
    in_years = read_years(years) if years else None
    two = read_years(compare) if compare else None

    def draw() -> str:
        drawn = draw_map(
            opened.project,
            indicator=indicator,
            as_of=day,
            years=in_years,
            compare=two,
            facility_type=facility_type,
            mode=mode,
            network=network or None,
            language=language,
            doors=None
            if indicator or network
            else doors_of(opened, day, facility_type, mode, language),
        )
        return render_html(drawn, self_contained=False, static_url=f"{addresses().maps}/")

    text = opened.remember(
        ("map", network, indicator, facility_type, mode, in_years, two, day, language), draw
    )
    headers = {"Cache-Control": "no-cache", "Content-Security-Policy": map_policy(text)}
    return HTMLResponse(text, headers=headers)


def doors_of(
    opened: OpenProject,
    day: date,
    facility_type: str | None,
    mode: str | None,
    language: Language,
) -> Doors:
    """Return what a map may ask of this server: why a unit is far, and other types and modes."""
    say, catalogue = translator(language), opened.project.catalogue
    kept = {"as_of": day.isoformat(), "lang": language}
    types = [
        (row.id, say.label(row.label))
        for row in travelled_types(opened.project)
        if row.id != facility_type
    ]
    if facility_type is None:
        return Doors(choices=(_choice("facility_type", say, types, ""),), kept=kept)
    kind = catalogue.facility_type(facility_type)
    chosen = mode or kind.usual_mode
    modes = [
        (row.id, say.label(row.label))
        for row in catalogue.travel_modes.values()
        if has_limit(kind, row)
    ]
    types.insert(0, (kind.id, say.label(kind.label)))
    about = urlencode({"facility_type": kind.id, "mode": chosen, **kept})
    base = f"/api/projects/{quote(opened.id)}"
    return Doors(
        explain=f"{base}/explain?unit={{unit}}&{about}",
        isochrones=f"{base}/isochrones?{about}",
        catchments=f"{base}/catchments.geojson?{about}",
        choices=(
            _choice("facility_type", say, types, kind.id),
            _choice("mode", say, modes, chosen),
        ),
        kept=kept,
    )


WORDS = {"facility_type": msgid("Access to"), "mode": msgid("Mode")}


def _choice(name: str, say: Translator, values: list[tuple[str, str]], chosen: str) -> Choice:
    """Return a choice; of a type, nothing may be chosen too."""
    if name == "facility_type":
        values = [("", say(msgid("all units and facilities"))), *values]
    return Choice(name, say(WORDS[name]), tuple(values), chosen)


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
        "connect-src 'self'; frame-ancestors 'self'; base-uri 'none'; form-action 'self'"
    )
