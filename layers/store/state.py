"""One consistent state of a project, read while others may be writing."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from pyproj import CRS

from geo_planner.catalogue import Catalogue
from geo_planner.errors import DamagedError, GeoPlannerError, LockedError, NotKnownError
from geo_planner.notes import msgid
from layers.store.changes import read_change
from layers.store.geopackage import connected, read_layer_table
from layers.store.log import Entry, read_log
from layers.store.merging import Change, rewind
from layers.store.tables import StoredLayer

_TRIES = 20


@dataclass(frozen=True, slots=True)
class State:
    """The log and some layers, all of the same moment."""

    log: tuple[Entry, ...]
    tables: Mapping[StoredLayer, pd.DataFrame]

    @property
    def last_id(self) -> int:
        """Id of the last entry; 0 before the first."""
        return self.log[-1].id if self.log else 0

    @property
    def crs(self) -> CRS | None:
        """The CRS the layers are in; None while no layer had positions and none was stated."""
        return crs_after(self.log)


def crs_after(log: tuple[Entry, ...]) -> CRS | None:
    """Return the metric CRS after the last of the entries."""
    text = log[-1].crs if log else None
    return None if text is None else CRS.from_user_input(text)


def read_state(
    path: Path, project: str, catalogue: Catalogue | None, layers: Iterable[StoredLayer] = ()
) -> State:
    """Return the log and ``layers`` of ``project.gpkg``.

    The file is swapped as a whole by whoever writes; if that happens while it is read, it is read
    again.

    Raises
    ------
    DamagedError
        If the file is missing or is not a whole GeoPackage of this product.
    """
    for _ in range(_TRIES):
        try:
            before = _signature(path)
            state = _read(path, catalogue, tuple(layers))
            if _signature(path) == before:
                return state
        except FileNotFoundError:
            raise DamagedError(project, msgid("project.gpkg is missing")) from None
        except GeoPlannerError:
            raise
        except Exception as problem:  # pyogrio, pyarrow and sqlite3 share no root of errors
            if _signature(path) == before:
                raise DamagedError(project, f"project.gpkg: {problem}") from problem
    raise LockedError(project)


def _signature(path: Path) -> tuple[int, int, int]:
    found = path.stat()
    return found.st_ino, found.st_mtime_ns, found.st_size


def _read(path: Path, catalogue: Catalogue | None, layers: tuple[StoredLayer, ...]) -> State:
    _require_whole(path)
    with connected(path) as database:
        log = read_log(database)
    if catalogue is None:
        return State(log, {})
    return State(log, {layer: read_layer_table(path, layer, catalogue) for layer in layers})


def _require_whole(path: Path) -> None:
    """Raise unless the file is a SQLite database as long as its header says."""
    with path.open("rb") as file:
        head = file.read(100)
    if len(head) < 100 or not head.startswith(b"SQLite format 3\x00"):
        raise sqlite3.DatabaseError("not a GeoPackage")
    page = int.from_bytes(head[16:18], "big")
    wanted = (65536 if page == 1 else page) * int.from_bytes(head[28:32], "big")
    if path.stat().st_size < wanted:
        raise sqlite3.DatabaseError(f"cut short: {path.stat().st_size} of {wanted} bytes")


def rewound(state: State, history: Path, project: str, at_import: int) -> State:
    """Return the state as it was right after the entry ``at_import`` (0: before the first).

    Raises
    ------
    NotKnownError
        If the log has no such entry.
    DamagedError
        If a file of ``history/`` is missing or broken.
    """
    known = [0, *(entry.id for entry in state.log)]
    if at_import not in known:
        raise NotKnownError.among("import", str(at_import), [str(one) for one in known])
    tables = dict(state.tables)
    for entry in reversed(state.log):
        if entry.id > at_import and entry.layer in tables:
            change = read_recorded(history, project, entry)
            tables[entry.layer] = rewind(tables[entry.layer], change)
    return State(tuple(entry for entry in state.log if entry.id <= at_import), tables)


def read_recorded(history: Path, project: str, entry: Entry) -> Change:
    """Return the recorded change of a log entry."""
    try:
        return read_change(history, entry.id, entry.layer)
    except Exception as problem:  # pyarrow has its own errors
        raise DamagedError(project, f"history/{entry.id:06d}.parquet: {problem}") from problem
