"""Where long runs are kept: two tables in one SQLite file, beside the queue's own.

Each step of a run is one transaction, so that a crash at any moment leaves a state to go on from.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from api.job_errors import JobsUnavailableError, TooManyJobsError
from api.job_work.job import Job

FORMAT = 1
SCHEMA = """
create table if not exists job (
  place integer primary key autoincrement, id text not null unique, kind text not null,
  project text not null, params text not null, about text not null, status text not null,
  stopping integer not null default 0, progress real, stage text, objective real, bound real,
  created text not null, started text, finished text, restarts integer not null default 0,
  deaths integer not null default 0, problem text
);
create table if not exists result (
  id text primary key references job (id) on delete cascade, body text not null
);
"""
COLUMNS = ", ".join(item.name for item in fields(Job))
FRESH = "progress = null, stage = null, objective = null, bound = null, started = null"
"""What a run has that is to begin again."""


class JobTable:
    """The runs of one server.

    A connection is opened for each call: any thread may call at any time. Every call raises
    ``JobsUnavailableError`` where the file is none of ours, of a newer version, or cannot be
    written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def make(self) -> None:
        """Make the tables where they are not there yet."""
        with self._open() as db:
            found = db.execute("pragma user_version").fetchone()[0]
            if found > FORMAT:
                raise sqlite3.DatabaseError(f"format {found}, a newer one")
            db.executescript(f"pragma journal_mode = wal; {SCHEMA} pragma user_version = {FORMAT};")

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            with closing(sqlite3.connect(self.path, timeout=10, isolation_level=None)) as db:
                db.row_factory = sqlite3.Row
                db.execute("pragma foreign_keys = on")
                yield db
        except sqlite3.Error as error:
            raise JobsUnavailableError(folder=str(self.path.parent), fault=str(error)) from error

    @contextmanager
    def _change(self) -> Iterator[sqlite3.Connection]:
        with self._open() as db:
            db.execute("begin immediate")
            try:
                yield db
            except BaseException:
                db.execute("rollback")
                raise
            db.execute("commit")

    def add(
        self,
        kind: str,
        project: str,
        params: Mapping[str, Any],
        about: Mapping[str, Any],
        *,
        most_waiting: int,
    ) -> Job:
        """Take a run in.

        Raises
        ------
        TooManyJobsError
            If ``most_waiting`` runs wait already.
        """
        name = uuid4().hex
        with self._change() as db:
            count = "select count(*) from job where status = 'accepted'"
            if db.execute(count).fetchone()[0] >= most_waiting:
                raise TooManyJobsError(count=most_waiting)
            db.execute(
                "insert into job (id, kind, project, params, about, status, created) "
                "values (?, ?, ?, ?, ?, 'accepted', ?)",
                (name, kind, project, _text(params), _text(about), _now()),
            )
            return _job(db.execute(f"select {COLUMNS} from job where id = ?", (name,)).fetchone())

    def get(self, name: str) -> Job | None:
        """Return a run, None where there is none of that id."""
        with self._open() as db:
            row = db.execute(f"select {COLUMNS} from job where id = ?", (name,)).fetchone()
        return None if row is None else _job(row)

    def listed(self, projects: Sequence[str], *, limit: int) -> list[Job]:
        """Return the runs of some projects, the latest first."""
        marks = ", ".join("?" * len(projects))
        wanted = f"select {COLUMNS} from job where project in ({marks}) order by place desc limit ?"
        with self._open() as db:
            return [_job(row) for row in db.execute(wanted, (*projects, limit))]

    def waiting(self) -> list[str]:
        """Return the ids of the runs that wait, the longest waiting first."""
        with self._open() as db:
            found = db.execute("select id from job where status = 'accepted' order by place")
            return [row["id"] for row in found]

    def result(self, name: str) -> Any:  # noqa: ANN401 - any JSON value
        """Return the result of a run, None where there is none."""
        with self._open() as db:
            row = db.execute("select body from result where id = ?", (name,)).fetchone()
        return None if row is None else json.loads(row["body"])

    def take(self, name: str) -> Job | None:
        """Let a waiting run begin; None where it does not wait any more."""
        with self._change() as db:
            row = db.execute(
                "update job set status = 'running', started = ?, stage = 'reading' "
                f"where id = ? and status = 'accepted' returning {COLUMNS}",
                (_now(), name),
            ).fetchone()
        return None if row is None else _job(row)

    def told(
        self,
        name: str,
        *,
        stage: str,
        progress: float | None,
        objective: float | None,
        bound: float | None,
    ) -> None:
        """Note how far a run is."""
        with self._change() as db:
            db.execute(
                "update job set stage = ?, progress = coalesce(?, progress), "
                "objective = coalesce(?, objective), bound = coalesce(?, bound) "
                "where id = ? and status = 'running'",
                (stage, progress, objective, bound, name),
            )

    def is_stopping(self, name: str) -> bool:
        """Return whether a run is to stop, or is not there any more."""
        with self._open() as db:
            row = db.execute("select stopping from job where id = ?", (name,)).fetchone()
        return row is None or bool(row["stopping"])

    def succeed(self, name: str, body: str) -> None:
        """End a run with its result, whose objective and bound are then those of the run.

        One that was told to stop is dismissed instead.
        """
        found = json.loads(body)
        best = (found.get("objective"), found.get("bound"))
        with self._change() as db:
            done = db.execute(
                "update job set status = 'successful', progress = 100, stage = null, finished = ?, "
                "objective = coalesce(?, objective), bound = coalesce(?, bound) "
                "where id = ? and status = 'running' and not stopping",
                (_now(), *best, name),
            ).rowcount
            if done:
                db.execute("insert or replace into result (id, body) values (?, ?)", (name, body))
            else:
                _dismiss(db, name)

    def fail(self, name: str, problem: Mapping[str, Any]) -> None:
        """End a run with the reason it failed; one that was told to stop is dismissed instead."""
        with self._change() as db:
            done = db.execute(
                "update job set status = 'failed', problem = ?, finished = ? "
                "where id = ? and status = 'running' and not stopping",
                (_text(problem), _now(), name),
            ).rowcount
            if not done:
                _dismiss(db, name)

    def again(self, name: str, *, died: bool) -> Job | None:
        """Put a running run back in line, to begin again; None where it was told to stop."""
        with self._change() as db:
            row = db.execute(
                f"update job set status = 'accepted', {FRESH}, restarts = restarts + 1, "
                "deaths = deaths + ? where id = ? and status = 'running' and not stopping "
                f"returning {COLUMNS}",
                (int(died), name),
            ).fetchone()
            if row is None:
                _dismiss(db, name)
        return None if row is None else _job(row)

    def dismiss(self, name: str) -> Job | None:
        """Stop a run, or forget one that has ended; return it as it was left.

        A waiting one is dismissed at once, a running one when it has stopped.
        """
        with self._change() as db:
            found = db.execute(f"select {COLUMNS} from job where id = ?", (name,)).fetchone()
            if found is None:
                return None
            if _job(found).ended:
                db.execute("delete from job where id = ?", (name,))
                return _job(found)
            db.execute("update job set stopping = 1 where id = ?", (name,))
            _dismiss(db, name, only="accepted")
            return _job(db.execute(f"select {COLUMNS} from job where id = ?", (name,)).fetchone())

    def dismissed(self, name: str) -> None:
        """End a running run that was told to stop."""
        with self._change() as db:
            _dismiss(db, name)

    def left_running(self) -> list[str]:
        """Return the ids of runs that were running when nobody looked after them any more."""
        with self._open() as db:
            found = db.execute("select id from job where status = 'running' order by place")
            return [row["id"] for row in found]

    def clear(self, *, days: int, most: int) -> None:
        """Forget the runs that ended more than ``days`` ago, and all but the latest ``most``."""
        oldest = (datetime.now(UTC) - timedelta(days=days)).isoformat(timespec="milliseconds")
        ended = "status in ('successful', 'failed', 'dismissed')"
        with self._change() as db:
            db.execute(
                f"delete from job where {ended} and (finished < ? or id in (select id from job "
                f"where {ended} order by finished desc, place desc limit -1 offset ?))",
                (oldest, most),
            )


def _dismiss(db: sqlite3.Connection, name: str, *, only: str = "running") -> None:
    db.execute(
        "update job set status = 'dismissed', finished = ?, stopping = 0 "
        "where id = ? and status = ?",
        (_now(), name, only),
    )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _text(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _job(row: sqlite3.Row) -> Job:
    held = dict(row)
    problem = held.pop("problem")
    return Job(
        **{
            **held,
            "params": json.loads(held["params"]),
            "about": json.loads(held["about"]),
            "stopping": bool(held["stopping"]),
            "problem": None if problem is None else json.loads(problem),
        }
    )
