"""Errors of long runs.

::

    JobError                  409
    ├ NoResultError           there is no result, or not yet
    ├ WorkerDiedError         the computation ended without an answer
    ├ TooManyJobsError   429  too many runs wait already
    ├ JobsElsewhereError 423  another server looks after the runs
    └ JobsUnavailableError 503  the folder of the runs cannot be used
"""

from __future__ import annotations

from dataclasses import dataclass

from geo_planner.errors import GeoPlannerError
from geo_planner.notes import msgid


class JobError(GeoPlannerError):
    """A long run cannot do what is asked of it."""

    code = "job"


@dataclass(eq=False)
class NoResultError(JobError):
    """The result of a run was asked for that has none, or none yet."""

    code = "no-result"
    template = msgid("Run {job} has no result: {reason}.")
    job: str
    reason: str


@dataclass(eq=False)
class WorkerDiedError(JobError):
    """The process that did the work ended, several times, without an answer."""

    code = "worker-died"
    template = msgid(
        "The computation was cut off {times} times without an answer and is not tried again; most "
        "often the memory of the computer was not enough."
    )
    times: int


@dataclass(eq=False)
class TooManyJobsError(JobError):
    """As many runs wait as may wait."""

    code = "too-many-jobs"
    template = msgid("{count} runs are waiting already; try again when some of them are done.")
    count: int


@dataclass(eq=False)
class JobsElsewhereError(JobError):
    """Another server on this computer looks after the runs of the same projects."""

    code = "jobs-elsewhere"
    template = msgid(
        "Another server looks after the long runs of these projects: ask it, or stop it first."
    )


@dataclass(eq=False)
class JobsUnavailableError(JobError):
    """Runs cannot be kept."""

    code = "jobs-unavailable"
    template = msgid("Long runs are not possible here: '{folder}' cannot be used ({fault}).")
    folder: str
    fault: str
