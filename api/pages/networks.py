"""Networks in levels on a page: counts by level, who lacks which level, each with its map."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.dependencies import DayDep, OpenDep
from api.networked import LEVEL_HEADS, level_cells, unit_lines
from api.pages.rendering import page
from api.request_language import translator_for
from api.routes.networks import report_of

if TYPE_CHECKING:
    from api.project_shelf import OpenProject
    from geo_planner.networks import NetworkReport
    from maps.text import Translator

router = APIRouter()

SHOWN = 500
"""Units a page lists of one network; the table to download has every one."""


@router.get("/projects/{project_id}/networks", response_class=HTMLResponse)
def networks_page(request: Request, opened: OpenDep, day: DayDep) -> HTMLResponse:
    """Show every network of the catalogue."""
    say = translator_for(request)
    found = [report_of(opened, name, day) for name in opened.project.catalogue.networks]
    return page(
        request,
        "networks.html",
        opened=opened,
        day=day,
        heads=LEVEL_HEADS,
        networks=[_shown(opened, report, say) for report in found],
    )


def _shown(opened: OpenProject, report: NetworkReport, say: Translator) -> dict[str, Any]:
    """Return a network as the page shows it: those that lack first, then those not known."""
    rows = [
        row
        for row in unit_lines(report, opened.project, say)
        if row["state"] != "covered" or row["chain"] == "broken"
    ]
    rank = {"uncovered": 0, "covered": 1, "unknown": 2}
    rows.sort(key=lambda row: (rank[row["state"]], row["level"]))
    return {
        "id": report.network.id,
        "label": say.label(report.network.label),
        "clause": report.network.clause,
        "quote": report.network.quote,
        "levels": level_cells(report, say),
        "rows": rows[:SHOWN],
        "more": max(0, len(rows) - SHOWN),
        "lacking": len(report.lacking),
        "hanging": len(report.hanging),
        "unknown": sum(one.unknown for one in report.levels),
        "notes": [say.note(note) for note in report.notes],
    }
