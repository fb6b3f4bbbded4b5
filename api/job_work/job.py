"""One long run: what was asked, and how far it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

JobStatus = Literal["accepted", "running", "successful", "failed", "dismissed"]
"""The words of OGC API - Processes, part 1 (18-062r2), table 14."""

ENDED: frozenset[JobStatus] = frozenset({"successful", "failed", "dismissed"})


@dataclass(frozen=True, slots=True)
class Job:
    """A long run as it stands.

    Attributes
    ----------
    id
        32 hexadecimal digits.
    kind, project, params
        What was asked: name of the kind of work, id of the project, parameters as JSON values.
    about
        What was asked, as a note; see :mod:`api.job_work.kept`.
    status
        ``accepted`` while it waits, then ``running``, and at the end one of :data:`ENDED`.
    stopping
        Whether a running one has been told to stop.
    progress
        0 to 100; None where it cannot be told.
    stage
        What it is at; None while it waits.
    objective, bound
        Best answer and best bound so far.
    created, started, finished
        Moments in UTC, ISO 8601.
    restarts
        How often it was begun again from the beginning.
    deaths
        How many of these times because its process, or the server, ended unasked.
    problem
        Why it failed; see :mod:`api.job_work.kept`.
    """

    id: str
    kind: str
    project: str
    params: dict[str, Any]
    about: dict[str, Any]
    status: JobStatus
    stopping: bool
    progress: float | None
    stage: str | None
    objective: float | None
    bound: float | None
    created: str
    started: str | None
    finished: str | None
    restarts: int
    deaths: int
    problem: dict[str, Any] | None

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.status in ENDED
