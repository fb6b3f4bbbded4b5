"""The import log: a table of the GeoPackage itself, so that it changes in the same atomic step."""

from __future__ import annotations

import sqlite3
from dataclasses import astuple, dataclass, fields
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Literal

from layers.store.geopackage import LOG_TABLE
from layers.store.tables import StoredLayer

_BEIJING = timezone(timedelta(hours=8))
"""The offices' clock: a file imported late in the evening belongs to their day."""

_COLUMNS = {
    "id": "INTEGER PRIMARY KEY",
    "action": "TEXT NOT NULL",
    "layer": "TEXT NOT NULL",
    "kind": "TEXT",
    "file": "TEXT NOT NULL",
    "sheet": "TEXT",
    "sha256": "TEXT",
    "stored_as": "TEXT",
    "added": "INTEGER NOT NULL",
    "replaced": "INTEGER NOT NULL",
    "unchanged": "INTEGER NOT NULL",
    "recorded_at": "DATETIME NOT NULL",
    "crs": "TEXT",
    "undoes": "INTEGER",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the log: an import, or the undoing of one.

    ``crs`` is the project's metric CRS afterwards (None while undecided); ``undoes`` is the id of
    the import that an entry with action ``undo`` took back.
    """

    id: int
    action: Literal["import", "undo"]
    layer: StoredLayer
    kind: str | None
    file: str
    sheet: str | None
    sha256: str | None
    stored_as: str | None
    added: int
    replaced: int
    unchanged: int
    recorded_at: str
    crs: str | None
    undoes: int | None = None


@dataclass(frozen=True, slots=True)
class ImportRecord:
    """One import as the history shows it.

    Attributes
    ----------
    id
        Number of the import; never given twice.
    file, sheet, sha256
        What was received. ``sha256`` is that of the file kept in ``sources/`` (of the zip file for
        a shapefile with its companions); None for a table that did not come from a file.
    added, replaced, unchanged
        Rows.
    imported_at, undone_at
        Moments in UTC; ``undone_at`` is None while the import stands.
    """

    id: int
    layer: str
    kind: str | None
    file: str
    sheet: str | None
    sha256: str | None
    added: int
    replaced: int
    unchanged: int
    imported_at: datetime
    undone_at: datetime | None = None

    @property
    def undone(self) -> bool:
        """Whether the import was taken back."""
        return self.undone_at is not None


def create_log(database: sqlite3.Connection, moment: str) -> None:
    """Make the empty table and list it among the layers."""
    columns = ", ".join(f"{name} {kind}" for name, kind in _COLUMNS.items())
    database.execute(f"CREATE TABLE {LOG_TABLE} ({columns})")
    database.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change)"
        " VALUES (?, 'attributes', ?, ?, ?)",
        (LOG_TABLE, f"{LOG_TABLE} 导入记录", "导入记录 / Import log", moment),
    )


def read_log(database: sqlite3.Connection) -> tuple[Entry, ...]:
    """Return all entries, oldest first."""
    names = ", ".join(item.name for item in fields(Entry))
    rows = database.execute(f"SELECT {names} FROM {LOG_TABLE} ORDER BY id")
    return tuple(Entry(*row) for row in rows)


def append_entry(database: sqlite3.Connection, entry: Entry) -> None:
    """Write one entry."""
    names = ", ".join(item.name for item in fields(Entry))
    marks = ", ".join("?" for _ in fields(Entry))
    database.execute(
        f"INSERT INTO {LOG_TABLE} ({names}) VALUES ({marks})",
        astuple(entry),
    )


def standing(entries: tuple[Entry, ...]) -> list[Entry]:
    """Return the imports that were not taken back, oldest first."""
    undone = {entry.undoes for entry in entries}
    return [entry for entry in entries if entry.action == "import" and entry.id not in undone]


def last_by(entries: tuple[Entry, ...], day: date) -> int:
    """Return the id of the last entry recorded by the end of ``day``, Beijing time; 0 if none."""
    known = [
        entry.id
        for entry in entries
        if moment(entry.recorded_at).astimezone(_BEIJING).date() <= day
    ]
    return max(known, default=0)


def records(entries: tuple[Entry, ...]) -> list[ImportRecord]:
    """Return the imports, oldest first, each with the moment it was taken back, if it was."""
    undone = {entry.undoes: moment(entry.recorded_at) for entry in entries}
    return [
        ImportRecord(
            entry.id,
            entry.layer,
            entry.kind,
            entry.file,
            entry.sheet,
            entry.sha256,
            entry.added,
            entry.replaced,
            entry.unchanged,
            moment(entry.recorded_at),
            undone.get(entry.id),
        )
        for entry in entries
        if entry.action == "import"
    ]


def stamp_text(when: datetime) -> str:
    """Return a moment as GeoPackages write it: UTC, milliseconds.

    Raises
    ------
    ValueError
        If ``when`` does not say its time zone.
    """
    if when.tzinfo is None:
        raise ValueError("the moment of an import needs a time zone")
    utc = when.astimezone(UTC)
    return f"{utc:%Y-%m-%dT%H:%M:%S}.{utc.microsecond // 1000:03d}Z"


def moment(text: str) -> datetime:
    """Return the moment that :func:`stamp_text` wrote."""
    return datetime.fromisoformat(text)
