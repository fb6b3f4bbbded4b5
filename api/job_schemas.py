"""Shapes of long runs, for OpenAPI and for the programs that read them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, Field

from api.job_work.kept import note_of
from api.problems import Problem, kept_problem
from api.request_language import translator_for
from api.words import JOB_STATUSES, STAGES

if TYPE_CHECKING:
    from fastapi import Request

    from api.job_work.job import Job

StatusWord = Literal["accepted", "running", "successful", "failed", "dismissed"]


class JobRequest(BaseModel):
    """A long run to be taken in."""

    model_config = ConfigDict(extra="forbid")

    kind: Annotated[str, Field(max_length=100, description="Name of a kind of work.")] = Field(
        examples=["access"]
    )
    params: dict[str, Any] = Field(
        default_factory=dict, description="Its parameters; `/api/job-kinds` describes them."
    )


class KindEntry(BaseModel):
    """A kind of work that can be asked for."""

    kind: str
    label: str = Field(description="In the reader's language.")
    params: dict[str, Any] = Field(description="JSON Schema of its parameters.")


class JobEntry(BaseModel):
    """A long run as it stands."""

    id: str
    kind: str
    project: str
    params: dict[str, Any]
    about: str = Field(description="What was asked, in the reader's language.")
    status: StatusWord = Field(description="In the words of OGC API - Processes.")
    stopping: bool = Field(description="Told to stop, and not yet stopped.")
    progress: float | None = Field(description="0 to 100; null where it cannot be told.")
    stage: str | None
    message: str = Field(description="Where it stands, in the reader's language.")
    objective: float | None = Field(description="Best answer so far.")
    bound: float | None = Field(description="What no answer can be better than, so far.")
    created: datetime
    started: datetime | None
    finished: datetime | None
    restarts: int = Field(description="How often it was begun again from the beginning.")
    result: str | None = Field(description="Address of the result.")
    events: str = Field(description="Address of its events, as they happen (SSE).")
    problem: Problem | None = Field(description="Why it failed.")


def job_entry(job: Job, request: Request) -> JobEntry:
    """Return a run for a reader: sentences in the language of the request."""
    address = f"/api/jobs/{quote(job.id)}"
    return JobEntry(
        id=job.id,
        kind=job.kind,
        project=job.project,
        params=job.params,
        about=translator_for(request).note(note_of(job.about)),
        status=job.status,
        stopping=job.stopping,
        progress=job.progress,
        stage=job.stage,
        message=_message(job, request),
        objective=job.objective,
        bound=job.bound,
        created=datetime.fromisoformat(job.created),
        started=None if job.started is None else datetime.fromisoformat(job.started),
        finished=None if job.finished is None else datetime.fromisoformat(job.finished),
        restarts=job.restarts,
        result=f"{address}/result" if job.status == "successful" else None,
        events=f"{address}/events",
        problem=None if job.problem is None else kept_problem(job.problem, request),
    )


def _message(job: Job, request: Request) -> str:
    word = JOB_STATUSES["stopping" if job.stopping else job.status]
    if job.status == "running" and not job.stopping and job.stage in STAGES:
        word = STAGES[job.stage]
    return translator_for(request)(word)
