"""Long runs: asked for, watched, stopped, and their results."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Annotated, Any

import anyio
from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from sse_starlette.event import ServerSentEvent
from sse_starlette.sse import EventSourceResponse

from api.dependencies import JobsDep, OpenDep, TranslatorDep
from api.job_schemas import JobEntry, JobRequest, KindEntry, job_entry
from api.job_work.kept import said
from api.problems import answer, answers, kept_problem
from api.reader import day_of
from geo_planner.errors import NotKnownError

if TYPE_CHECKING:
    from api.job_work.job import Job
    from api.jobs import Jobs

router = APIRouter(tags=["jobs"], responses=answers(429, 503))

JobId = Annotated[str, Path(description="Id of a run.", max_length=64)]
LOOK = 0.4
"""Seconds between two looks at a run whose events are followed."""
HEARTBEAT = 15
"""Seconds between two signs of life on a stream of events."""


@router.get("/job-kinds")
def list_kinds(jobs: JobsDep, translator: TranslatorDep) -> list[KindEntry]:
    """List the kinds of work that can be asked for, with their parameters."""
    return [
        KindEntry(kind=name, label=translator(kind.label), params=kind.asked.model_json_schema())
        for name, kind in jobs.kinds.items()
    ]


@router.post("/projects/{project_id}/jobs", status_code=202)
def submit_job(
    request: Request, response: Response, opened: OpenDep, jobs: JobsDep, body: JobRequest
) -> JobEntry:
    """Take a long run in; it is carried out as soon as those before it are done.

    Names that are not known and parameters that cannot be are refused at once. The run outlives a
    restart of the server: it is then begun again from the beginning.
    """
    kind = jobs.kind_of(body.kind)
    try:
        asked = kind.asked.model_validate(body.params)
    except ValidationError as exc:
        faults = [{**one, "loc": ("body", "params", *one["loc"])} for one in exc.errors()]
        raise RequestValidationError(faults) from exc
    about = kind.about(opened.project, asked)
    # The day is settled now, so that a run begun again tomorrow gives the same answer.
    dated = asked.model_copy(update={"as_of": day_of(opened.project, asked.as_of)})
    job = jobs.submit(opened.id, body.kind, dated.model_dump(mode="json"), about)
    response.headers["Location"] = f"/api/jobs/{job.id}"
    return job_entry(job, request)


@router.get("/jobs")
def list_jobs(
    request: Request,
    jobs: JobsDep,
    project: Annotated[
        str | None, Query(max_length=255, description="Only the runs of this project.")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
) -> list[JobEntry]:
    """List the long runs of the projects of this server, the latest first."""
    return [job_entry(one, request) for one in jobs.listed(project=project, limit=limit)]


@router.get("/jobs/{job_id}")
def read_job(request: Request, jobs: JobsDep, job_id: JobId) -> JobEntry:
    """Tell where a long run stands."""
    return job_entry(jobs.get(job_id), request)


@router.get("/jobs/{job_id}/result", response_model=dict[str, Any])
def read_result(
    request: Request, jobs: JobsDep, translator: TranslatorDep, job_id: JobId
) -> dict[str, Any] | Response:
    """Return what a long run found, or the problem that ended it."""
    job = jobs.get(job_id)
    if job.problem is not None:
        return answer(request, kept_problem(job.problem, request))
    found: dict[str, Any] = said(jobs.result(job), translator)
    return found


@router.delete("/jobs/{job_id}")
def dismiss_job(request: Request, jobs: JobsDep, job_id: JobId) -> JobEntry:
    """Stop a long run that waits or runs; forget one that has ended, its result too.

    A running one is `stopping` until its work has heard of it, most often within a second.
    """
    return job_entry(jobs.dismiss(job_id), request)


@router.get(
    "/jobs/{job_id}/events",
    response_class=EventSourceResponse,
    responses={200: {"content": {"text/event-stream": {}}, "description": "Events"}},
)
async def follow_job(request: Request, jobs: JobsDep, job_id: JobId) -> EventSourceResponse:
    """Follow a long run: an event `progress` whenever it changes, at the end one `end`.

    Each event holds the whole run as `/api/jobs/{job_id}` gives it; the first comes at once, so
    that a stream that broke off is followed again without loss.
    """
    first = await run_in_threadpool(jobs.get, job_id)
    closing = anyio.Event()
    return EventSourceResponse(
        _events(first, jobs, request, closing),
        ping=HEARTBEAT,
        shutdown_event=closing,
        shutdown_grace_period=2,
    )


async def _events(
    job: Job, jobs: Jobs, request: Request, closing: anyio.Event
) -> AsyncIterator[ServerSentEvent]:
    known: Job | None = None
    while not closing.is_set():
        if job != known:
            text = json.dumps(job_entry(job, request).model_dump(mode="json"), ensure_ascii=False)
            yield ServerSentEvent(text, event="end" if job.ended else "progress")
        if job.ended:
            return
        known = job
        await anyio.sleep(LOOK)
        try:
            job = await run_in_threadpool(jobs.get, job.id)
        except NotKnownError:
            return  # forgotten meanwhile
