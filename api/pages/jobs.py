"""The long runs on a page: how far each is, a button to stop it, a link to what it found."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from api.dependencies import JobsDep
from api.job_schemas import job_entry
from api.pages.rendering import page

router = APIRouter()

MOST = 100


@router.get("/jobs", response_class=HTMLResponse)
def jobs_page(
    request: Request,
    jobs: JobsDep,
    project: Annotated[str, Query(max_length=255)] = "",
) -> HTMLResponse:
    """Show the runs; while one of them is under way, the list looks again every two seconds."""
    rows = [job_entry(one, request) for one in jobs.listed(project=project or None, limit=MOST)]
    return page(
        request,
        "piece_jobs.html" if request.headers.get("hx-request") == "true" else "jobs.html",
        rows=rows,
        project=project,
        under_way=any(one.status in ("accepted", "running") for one in rows),
    )


@router.post("/jobs/{job_id}/dismiss")
def dismiss_job(request: Request, jobs: JobsDep, job_id: str) -> RedirectResponse:
    """Stop a run, or forget one that has ended, and show the list again."""
    jobs.dismiss(job_id)
    address = request.url_for("jobs_page").include_query_params(**request.query_params)
    return RedirectResponse(
        f"{address.path}?{address.query}" if address.query else address.path, 303
    )
