"""Returns on a page: each department with its counts, its form, and who is missing or late."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.dependencies import DayDep, OpenDep
from api.pages.rendering import page
from api.request_language import translator_for
from api.returned import HEADS, count_cells, due_text, names_text, outstanding
from api.routes.returns import YearQuery, status_of
from geo_planner.monitoring.years import year_range

router = APIRouter()

SHOWN = 40
"""Units named for one indicator; the table to download names every one."""


@router.get("/projects/{project_id}/returns", response_class=HTMLResponse)
def returns_page(
    request: Request, opened: OpenDep, day: DayDep, year: YearQuery = None
) -> HTMLResponse:
    """Show who has returned the figures of a year."""
    say = translator_for(request)
    status = status_of(opened, year, day)
    first, last = year_range(opened.project)
    departments = []
    for label, counts in status.departments:
        rows = [
            {
                **one,
                "missing_text": names_text(one["missing"], one["missing_more"], say),
                "late_text": names_text(one["late"], one["late_more"], say),
            }
            for one in outstanding(status, status.of(label.zh), say, SHOWN)
        ]
        departments.append(
            {
                "id": label.zh,
                "name": say.label(label),
                "cells": count_cells(counts),
                "counts": counts,
                "rows": rows,
            }
        )
    return page(
        request,
        "returns.html",
        opened=opened,
        returns=status,
        heads=HEADS,
        total=count_cells(status.total),
        departments=departments,
        due=due_text(status, say),
        years=list(range(last + 1, first - 1, -1))[:8],
    )
