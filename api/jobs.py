"""Long runs: taken in, carried out one after the other, and taken up again after a restart.

What was asked and how far it is stands in :class:`api.job_work.job_table.JobTable`; huey's queue in
the same SQLite file hands the runs to worker threads of this server, each of which looks after a
process that does the work. One server owns the queue, by a lock that goes when its process does.
Nothing is made or started before there is a first run.
"""

from __future__ import annotations

import json
import logging
import sqlite3
import traceback
from collections.abc import Mapping
from pathlib import Path
from threading import Event, Lock, RLock
from typing import TYPE_CHECKING, Any

from filelock import FileLock, Timeout
from huey import SqliteHuey
from huey.consumer import Consumer
from huey.registry import Message
from huey.serializer import Serializer

from api.job_errors import (
    JobsElsewhereError,
    JobsUnavailableError,
    NoResultError,
    WorkerDiedError,
)
from api.job_work.job import Job
from api.job_work.job_table import JobTable
from api.job_work.kept import kept, kept_error
from api.job_work.kinds import KINDS, Kind
from api.job_work.supervision import End, Ending, carry_out
from api.problems import DETAILS, status_of
from geo_planner.errors import GeoPlannerError, NotKnownError
from geo_planner.notes import Note, msgid

if TYPE_CHECKING:
    from api.project_shelf import ProjectShelf
    from api.settings.server import Settings

log = logging.getLogger("geo_planner.jobs")

FILE = "jobs.sqlite3"
MOST_DEATHS = 2
"""How often a run may be cut off by the end of its process, or of the server, before it fails."""

NO_RESULT = {
    "accepted": msgid("it waits to begin"),
    "running": msgid("it is not finished"),
    "dismissed": msgid("it was stopped"),
}
"""Status -> why there is no result."""


class JsonSerializer(Serializer):  # type: ignore[misc]
    """Messages of the queue as JSON: what is read from a file is never run."""

    def _serialize(self, data: Message) -> bytes:
        return json.dumps(data).encode()

    def _deserialize(self, data: bytes) -> Message:
        return Message(*json.loads(data))


class OwnConsumer(Consumer):  # type: ignore[misc]
    """huey's consumer as a part of a server, which has signal handlers of its own."""

    def _set_signal_handlers(self) -> None:
        """Leave the server's handlers as they are."""


class Jobs:
    """The long runs of one server."""

    def __init__(
        self, settings: Settings, shelf: ProjectShelf, kinds: Mapping[str, Kind] = KINDS
    ) -> None:
        self.kinds = kinds
        self._settings = settings
        self._shelf = shelf
        self._folder: Path = settings.jobs_at
        self._table = JobTable(self._folder / FILE)
        self._closing = Event()
        self._guard = RLock()
        self._lock: FileLock | None = None
        self._huey: SqliteHuey | None = None
        self._consumer: OwnConsumer | None = None
        self._at_work: set[str] = set()
        self._counting = Lock()

    def start(self) -> None:
        """Take up what an earlier server left; a folder that cannot be used stops no server."""
        self._closing.clear()
        try:
            self._look_in()
        except GeoPlannerError as error:
            log.warning("long runs: %s", error)

    def stop(self) -> None:
        """End the work; what was running is put back in line for the next server."""
        self._closing.set()
        with self._guard:
            if self._consumer is not None:
                self._consumer.stop(graceful=True)
            if self._huey is not None:
                self._huey.storage.close()
            if self._lock is not None:
                self._lock.release()
            self._consumer = self._huey = self._lock = None

    def submit(self, project: str, kind: str, params: Mapping[str, Any], about: Note) -> Job:
        """Take a run in; its kind has checked the parameters and said what it is about.

        Raises
        ------
        JobsElsewhereError, JobsUnavailableError, TooManyJobsError
            If no run can be taken in now.
        """
        with self._guard:
            if not self._own():
                raise JobsElsewhereError
            most = self._settings.jobs_waiting
            job = self._table.add(kind, project, params, kept(about), most_waiting=most)
            self._enqueue(job.id)
            return job

    def kind_of(self, name: str) -> Kind:
        """Return a kind of work.

        Raises
        ------
        NotKnownError
            If there is none of that name.
        """
        if name not in self.kinds:
            raise NotKnownError.among(msgid("kind of work"), name, list(self.kinds))
        return self.kinds[name]

    def listed(self, *, project: str | None = None, limit: int = 50) -> list[Job]:
        """Return the runs of the projects there are, or of one of them, the latest first."""
        wanted = list(self._shelf.folders())
        if project is not None:
            self._shelf.folder(project)
            wanted = [project]
        return self._table.listed(wanted, limit=limit) if self._look_in() else []

    def get(self, name: str) -> Job:
        """Return a run.

        Raises
        ------
        NotKnownError
            If there is none of that id.
        """
        found = self._table.get(name) if self._look_in() else None
        if found is None or found.project not in self._shelf.folders():
            raise NotKnownError(what=msgid("run"), name=name, near=())
        return found

    def result(self, job: Job) -> dict[str, Any]:
        """Return the result of a run that succeeded, notes as they were kept.

        Raises
        ------
        NoResultError
            If there is none, and why.
        """
        found: dict[str, Any] | None = self._table.result(job.id)
        if found is None:
            reason = NO_RESULT.get(job.status, job.status)
            raise NoResultError(job=job.id[:8], reason=reason)
        return found

    def dismiss(self, name: str) -> Job:
        """Stop a run, or forget one that has ended; see :meth:`JobTable.dismiss`."""
        left = self._table.dismiss(self.get(name).id)
        if left is None:
            raise NotKnownError(what=msgid("run"), name=name, near=())
        return left

    def _look_in(self) -> bool:
        """Return whether there are any runs; take them up if nobody else looks after them."""
        if not self._table.path.is_file():
            return False
        with self._guard:
            if not self._closing.is_set() and self._own():
                self._miss_none()
        return True

    def _miss_none(self) -> None:
        """Take up runs that nobody works at, though the table says so: a write that failed."""
        for name in self._table.left_running():
            if name not in self._at_work and self._begin_again(name):
                self._enqueue(name)
        if self._huey is not None and not self._huey.storage.queue_size():
            for name in self._table.waiting():
                self._enqueue(name)  # a second time in line does no harm: it is taken once

    def _own(self) -> bool:
        """Own the queue; return whether it could be had."""
        if self._consumer is not None:
            return True
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock = FileLock(self._folder / f"{FILE}.lock", timeout=0, thread_local=False)
            lock.acquire()
            try:
                self._open()
            except BaseException:
                lock.release()
                raise
        except Timeout:
            return False
        except (OSError, sqlite3.Error) as error:
            raise JobsUnavailableError(folder=str(self._folder), fault=str(error)) from error
        self._lock = lock
        return True

    def _open(self) -> None:
        """Start from what is in the table, whatever the queue still says."""
        self._table.make()
        self._table.clear(days=self._settings.jobs_kept_days, most=self._settings.jobs_kept)
        for name in self._table.left_running():
            self._begin_again(name)
        self._huey = SqliteHuey(
            "jobs",
            results=False,
            serializer=JsonSerializer(),
            filename=str(self._table.path),
            strict_fifo=True,
        )
        self._run = self._huey.task(name="run")(self._carry_out)
        self._huey.storage.flush_queue()
        for name in self._table.waiting():
            self._enqueue(name)
        self._consumer = OwnConsumer(
            self._huey,
            workers=self._settings.jobs_at_once,
            periodic=False,
            max_delay=0.5,
            check_worker_health=False,
            shutdown_timeout=10,
        )
        self._consumer.start()

    def _enqueue(self, name: str) -> None:
        self._run(name)

    def _carry_out(self, name: str) -> None:
        """Carry a run out in a worker thread, from taking it to its end."""
        if self._closing.is_set():
            return  # it stays accepted, for the next server
        with self._counting:
            if name in self._at_work:
                return
            self._at_work.add(name)
        again = False
        try:
            job = self._table.take(name)
            if job is not None:
                again = self._finish(job, *self._worked_off(job))
        finally:
            self._at_work.discard(name)
        if again:
            self._enqueue(name)

    def _worked_off(self, job: Job) -> Ending:
        """Return how the work of a run ended, and what came of it."""
        try:
            kind, folder = self.kind_of(job.kind), self._shelf.folder(job.project)
            return carry_out(
                job.id, kind.work, folder, job.params, table=self._table, closing=self._closing
            )
        except GeoPlannerError as error:
            return "refused", error
        except Exception:
            return "fault", traceback.format_exc()

    def _finish(self, job: Job, end: End, what: str | GeoPlannerError) -> bool:
        """Write down how a run ended; return whether it is to be begun again now."""
        again = False
        if end == "result":
            self._table.succeed(job.id, str(what))
        elif isinstance(what, GeoPlannerError):
            self._table.fail(job.id, kept_error(what, status_of(what)))
        elif end == "fault":
            log.error("run %s of kind %s\n%s", job.id, job.kind, what)
            fault = {"code": "internal", "template": DETAILS[500], "params": {}}
            self._table.fail(job.id, {**fault, "status": 500, "faults": []})
        elif end == "dismissed":
            self._table.dismissed(job.id)
        elif end == "closing":
            self._table.again(job.id, died=False)
        else:
            again = self._begin_again(job.id)
        self._table.clear(days=self._settings.jobs_kept_days, most=self._settings.jobs_kept)
        return again

    def _begin_again(self, name: str) -> bool:
        """Put a run that was cut off back in line; return False where it has ended instead."""
        job = self._table.get(name)
        if job is not None and job.deaths + 1 >= MOST_DEATHS:
            error = WorkerDiedError(times=job.deaths + 1)
            self._table.fail(name, kept_error(error, status_of(error)))
            return False
        return self._table.again(name, died=True) is not None
