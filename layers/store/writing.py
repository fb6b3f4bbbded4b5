"""Changing a project: one writer at a time, and one atomic rename.

What an entry of the log needs (the file as received, the rows it replaced) is on the disk before
the rename; the tables and the log itself are inside the file that is renamed. A crash at any moment
therefore leaves the old or the new state, and at most strays that nothing names: they are removed
when the next writer begins.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import pandas as pd
from filelock import FileLock, Timeout
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError, FieldError
from pyproj import CRS

from geo_planner.catalogue import Catalogue
from geo_planner.errors import DamagedError, GeoPlannerError, LockedError, NotWrittenError
from layers.store import changes, sources
from layers.store.durable import put_file
from layers.store.geopackage import compact, connected, stamp, write_layer
from layers.store.log import Entry, append_entry, create_log, read_log
from layers.store.tables import StoredLayer, empty_table

_BESIDE = "project.new.gpkg"
_JOURNALS = ("-journal", "-wal", "-shm")


class Folder:
    """Where the parts of a project lie."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.settings = path / "project.toml"
        self.database = path / "project.gpkg"
        self.beside = path / _BESIDE
        self.sources = path / "sources"
        self.history = path / "history"
        self.catalogue = path / "catalogue"
        self.incoming = path / "incoming"
        self.lock = path / "project.lock"

    @property
    def label(self) -> str:
        """Name of the folder, for messages."""
        return self.path.name


@contextmanager
def writing(folder: Folder, *, timeout: float) -> Iterator[None]:
    """Hold the project's lock; begin and end without strays.

    The lock belongs to the process, not to the lock file: it is gone when the process is.

    Raises
    ------
    LockedError
        If another process writes for longer than ``timeout`` seconds, or has the GeoPackage open
        for editing (as QGIS does).
    NotWrittenError
        If the disk is full or may not be written. The project is as it was before.
    """
    try:
        with FileLock(folder.lock, timeout=timeout):
            _settle(folder)
            _tidy(folder)
            try:
                yield
            finally:
                with suppress(OSError):  # the next writer tidies up too
                    _tidy(folder)
    except Timeout:
        raise LockedError(folder.label) from None
    except GeoPlannerError:
        raise
    except (OSError, sqlite3.Error) as problem:
        raise NotWrittenError(folder.label, str(problem)) from problem


def _settle(folder: Folder) -> None:
    """Bring in what another program left in a journal beside the file.

    A journal of the old file beside the new one would destroy it: SQLite would play it back.
    """
    if not folder.database.is_file():
        return
    left = [folder.database.with_name(folder.database.name + ending) for ending in _JOURNALS]
    if not any(path.exists() for path in left):
        return
    try:
        with connected(folder.database) as database:
            (mode,) = database.execute("PRAGMA journal_mode = DELETE").fetchone()
            database.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.OperationalError as problem:
        raise LockedError(folder.label) from problem
    except sqlite3.DatabaseError as problem:
        raise DamagedError(folder.label, f"project.gpkg: {problem}") from problem
    if mode != "delete" or any(path.exists() for path in left):
        raise LockedError(folder.label)


def _tidy(folder: Folder) -> None:
    """Remove what an interrupted or refused import left behind."""
    for ending in ("", *_JOURNALS):
        folder.beside.with_name(folder.beside.name + ending).unlink(missing_ok=True)
    shutil.rmtree(folder.incoming, ignore_errors=True)
    folder.sources.mkdir(exist_ok=True)
    folder.history.mkdir(exist_ok=True)
    if not folder.database.is_file():
        return
    try:
        with connected(folder.database) as database:
            log = read_log(database)
    except sqlite3.Error:
        return  # damaged: whoever reads it next says so; nothing is thrown away
    changes.remove_strays(folder.history, log[-1].id if log else 0)
    sources.remove_strays(folder.sources, {entry.stored_as for entry in log if entry.stored_as})


def swap_in(
    folder: Folder,
    entry: Entry,
    tables: Mapping[StoredLayer, pd.DataFrame],
    *,
    catalogue: Catalogue,
    crs: CRS | None,
) -> None:
    """Build the next state beside the current one and rename it into its place."""
    shutil.copyfile(folder.database, folder.beside)
    rows: dict[str, int] = {}
    for layer, table in tables.items():
        rows |= _write(folder, layer, table, catalogue, crs)
    with connected(folder.beside) as database:
        stamp(database, {**rows}, entry.recorded_at)
        append_entry(database, entry)
        database.execute(
            "UPDATE gpkg_contents SET last_change = ? WHERE table_name = 'import_log'",
            (entry.recorded_at,),
        )
    compact(folder.beside)
    put_file(folder.beside, folder.database)


def _write(
    folder: Folder,
    layer: StoredLayer,
    table: pd.DataFrame,
    catalogue: Catalogue,
    crs: CRS | None,
) -> dict[str, int]:
    try:
        return write_layer(folder.beside, layer, table, catalogue=catalogue, crs=crs)
    except (DataLayerError, DataSourceError, FeatureError, FieldError) as problem:
        raise NotWrittenError(folder.label, str(problem)) from problem


def create_database(
    folder: Folder,
    layers: Iterable[StoredLayer],
    *,
    catalogue: Catalogue,
    crs: CRS | None,
    moment: str,
) -> None:
    """Write the GeoPackage of an empty project: every layer, no rows."""
    rows: dict[str, int] = {}
    for layer in layers:
        rows |= _write(folder, layer, empty_table(layer), catalogue, crs)
    with connected(folder.beside) as database:
        create_log(database, moment)
        stamp(database, rows, moment)
    put_file(folder.beside, folder.database)
