"""The findings of the quality check as a page."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.dependencies import DayDep, OpenDep
from api.findings import written_findings
from api.pages.rendering import page
from api.project_shelf import OpenProject
from api.request_language import translator_for
from api.words import WEIGHTS
from geo_planner import quality

router = APIRouter()


@router.get("/projects/{project_id}/quality", response_class=HTMLResponse)
def quality_page(request: Request, opened: OpenDep, day: DayDep) -> HTMLResponse:
    """Show what in the data needs a look."""
    found = opened.remember(("check", day), lambda: quality.check(opened.project, day))
    rows = written_findings(found, translator_for(request))
    for row in rows:
        row["named"] = _named(opened, row["layer"], row["ids"])
    groups = [
        (code, word, [row for row in rows if row["severity"] == code])
        for code, word in WEIGHTS.items()
    ]
    return page(request, "quality.html", opened=opened, day=day, groups=groups, count=len(rows))


MOST_NAMED = 30


def _named(opened: OpenProject, layer: str, ids: list[str]) -> list[tuple[str, str]]:
    """Return the codes a finding names, each with the name a clerk knows it by."""
    tables = {"units": opened.project.units, "facilities": opened.project.facilities}
    if layer not in tables:
        return []
    names = tables[layer]["name"]
    shown = names[names.index.isin(ids)].head(MOST_NAMED)
    return [(str(key), str(name)) for key, name in shown.items()]
