"""The page on which the committee's office makes its report."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.dependencies import OpenDep, StoreDep
from api.pages.rendering import page
from geo_planner.notes import msgid

router = APIRouter()

KINDS = {
    "annual": msgid("Annual report: against the year before"),
    "midterm": msgid("Mid-term report: against the base year, and the way to the plan's end"),
    "final": msgid("Final report: against the base year"),
}

FORMS = {
    "docx": msgid("Word"),
    "xlsx": msgid("Excel"),
    "pdf": msgid("PDF"),
    "html": msgid("Page"),
}


@router.get("/projects/{project_id}/report", response_class=HTMLResponse)
def report_page(request: Request, opened: OpenDep, store: StoreDep) -> HTMLResponse:
    """Show what a report can be made of: kind, year, form, and up to which import it knows."""
    first = opened.project.catalogue.period[0]
    reference = opened.project.reference_date
    years = list(range(reference.year, first - 1, -1)) if reference is not None else []
    return page(
        request,
        "report.html",
        opened=opened,
        years=years,
        kinds=KINDS,
        forms=FORMS,
        imports=list(reversed(store.known_imports())),
    )
