"""The project on disk: a folder an office can copy, mail and open in QGIS."""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import Literal

import geopandas as gpd
import pandas as pd
from pyproj import CRS

from geo_planner.catalogue import Catalogue, Language
from geo_planner.crs import crs_label, parse_metric_crs
from geo_planner.errors import DamagedError, NothingToUndoError, NotKnownError
from geo_planner.notes import Note
from geo_planner.project import Project
from geo_planner.tables import LayerName
from layers.catalogue import load_catalogue
from layers.store.acknowledgements import require_sound
from layers.store.changes import write_change
from layers.store.committing import (
    Arrival,
    ImportReport,
    Reader,
    checked_change,
    chosen_crs,
    import_report,
    new_entry,
    with_source,
)
from layers.store.creating import create_project
from layers.store.log import Entry, ImportRecord, last_by, records, stamp_text, standing
from layers.store.merging import Change, taking_back
from layers.store.settings import ProjectSettings, read_settings
from layers.store.sources import keep, stage
from layers.store.state import State, crs_after, read_recorded, read_state, rewound
from layers.store.tables import (
    LAYERS,
    SPATIAL,
    StoredLayer,
    indexed_by_key,
    same_crs,
    spatial_frame,
    stored_table,
)
from layers.store.versions import Version, versions_of
from layers.store.writing import Folder, swap_in, writing

_NOWHERE = CRS.from_epsg(4540)
"""CRS of a project without a position: any metric one does, as there is nothing to measure."""


class Store:
    """A project folder, opened.

    Parameters
    ----------
    path
        The folder.
    catalogue
        Rows to use instead of the packaged ones and those of ``catalogue/*.toml``.
    lock_timeout
        Seconds to wait for another writer.

    Raises
    ------
    DamagedError
        If a part of the project is missing or broken.
    NewerFormatError
        If a newer version wrote it.
    """

    def __init__(
        self, path: Path | str, *, catalogue: Catalogue | None = None, lock_timeout: float = 30.0
    ) -> None:
        self.path = Path(path)
        self._folder = Folder(self.path)
        self._lock_timeout = lock_timeout
        self.settings = read_settings(self._folder.settings, self._folder.label)
        if catalogue is not None:
            self.__dict__["catalogue"] = catalogue
        self._state()

    @classmethod
    def create(
        cls,
        path: Path | str,
        *,
        name: str,
        crs: str | None = None,
        plan: str | None = None,
        language: Language = "zh-CN",
        as_of: date | None = None,
        approval_number: str | None = None,
        notes: tuple[str, ...] = (),
        catalogue: Catalogue | None = None,
        created_at: datetime | None = None,
    ) -> Store:
        """Make the folder of an empty project, whole or not at all, and open it.

        Parameters
        ----------
        crs
            Metric CRS; None leaves it to the first layer with positions.
        plan
            Id of the catalogue's plan, to be sure that it is the one.
        notes
            Sentences to print with maps and reports, such as whose data it is.

        Raises
        ------
        ExistsError
            If there is something at ``path`` already.
        CrsNotMetricError, DatumUnknownError
            If distances cannot be measured in ``crs``.
        """
        stated = None if crs is None else crs_label(parse_metric_crs(crs))
        rows = load_catalogue() if catalogue is None else catalogue
        if plan not in (None, rows.plan_id):
            raise NotKnownError.among("plan", str(plan), [rows.plan_id])
        settings = ProjectSettings(
            name, language, rows.plan_id, stated, as_of, approval_number, notes
        )
        create_project(Path(path), settings, catalogue=rows, moment=_moment(created_at))
        return cls(path, catalogue=catalogue)

    @property
    def name(self) -> str:
        """What the office calls the project."""
        return self.settings.name

    @cached_property
    def catalogue(self) -> Catalogue:
        """The plan's rows, and the project's own from ``catalogue/*.toml``."""
        extra = self._folder.catalogue
        found = load_catalogue(extra=extra if extra.is_dir() else None)
        if self.settings.plan not in (None, found.plan_id):
            raise NotKnownError.among("plan", str(self.settings.plan), [found.plan_id])
        return found

    @property
    def crs(self) -> CRS | None:
        """The project's metric CRS; None until the first layer with positions decides it."""
        return self._crs(self._state())

    def history(self) -> list[ImportRecord]:
        """Return all imports, oldest first, those taken back included."""
        return records(self._state().log)

    def known_on(self, day: date) -> int:
        """Return the number of what was recorded last by the end of ``day`` (Beijing time), or 0.

        ``project(at_import=known_on(day))`` is the project as it was known then: an import that was
        taken back later still counts, one that was taken back by then does not.
        """
        return last_by(self._state().log, day)

    def known_imports(self, at_import: int | None = None) -> list[ImportRecord]:
        """Return the imports that stood right after ``at_import`` (now if None), oldest first.

        What was taken back later stands among them, and does not say so: it was not known then.
        """
        log = self._state().log
        last = at_import if at_import is not None else max((one.id for one in log), default=0)
        return records(tuple(standing(tuple(one for one in log if one.id <= last))))

    def versions(
        self, indicator: str, unit_id: str, period: str, *, sex: str = "", age_band: str = ""
    ) -> list[Version]:
        """Return what an observation said after each import that changed it, oldest first.

        Imports taken back since are among them, and say so.

        Raises
        ------
        DamagedError
            If a file of the project is broken.
        """
        key = (indicator, unit_id, period, sex, age_band)
        state = self._state("observations")
        return list(versions_of(state, self._folder.history, self._folder.label, key))

    def project(self, *, at_import: int | None = None) -> Project:
        """Return the project as a value.

        Parameters
        ----------
        at_import
            Return it as it was right after this import, whatever was imported or undone since
            (0: before the first).

        Raises
        ------
        NotKnownError
            If there is no such import.
        DamagedError
            If a file of the project is broken.
        """
        state = self._state(*LAYERS)
        if at_import is not None:
            state = rewound(state, self._folder.history, self._folder.label, at_import)
        crs = self._crs(state) or _NOWHERE
        streets = spatial_frame(state.tables["streets"], crs)
        barriers = spatial_frame(state.tables["barriers"], crs)
        return Project(
            name=self.name,
            catalogue=self.catalogue,
            units=_units_of(state, crs),
            facilities=indexed_by_key(spatial_frame(state.tables["facilities"], crs), "facilities"),
            observations=state.tables["observations"],
            crs=crs,
            streets=streets if len(streets) else None,
            barriers=barriers if len(barriers) else None,
            reference_date=self.settings.as_of,
            approval_number=self.settings.approval_number,
            notes=self.settings.notes,
            acknowledgements=state.tables["acknowledgements"],
        )

    def import_file(
        self,
        path: Path | str,
        *,
        layer: LayerName | Literal["barriers"],
        kind: str | None = None,
        sheet: str | None = None,
        crs: str | None = None,
        mapping: Mapping[str, str] | None = None,
        axis: str | None = None,
        dry_run: bool = False,
        imported_at: datetime | None = None,
        reader: Reader | None = None,
    ) -> ImportReport:
        """Read, check and store one file: all of it or nothing.

        Parameters
        ----------
        layer, kind, sheet, crs, mapping, axis
            As :func:`layers.reading.read_layer` takes them, or
            :func:`layers.barriers.read_barriers`, which reads layer ``barriers``.
        dry_run
            Check everything and change nothing on disk.
        imported_at
            The moment to record, with its time zone; now if not given.
        reader
            What to read with instead.

        Raises
        ------
        RefusedFileError
            If anything in the file is wrong; every fault with its rows.
        LockedError, NotWrittenError, DamagedError
            If the project cannot be changed. It is as it was before.
        """
        reader = reader or _reader(layer)
        path = Path(path)
        with self._staging(dry_run=dry_run) as folder:
            staged = stage(path, folder)
            state = self._state(layer, "units")
            read = reader(
                staged.path,
                layer=layer,
                catalogue=self.catalogue,
                kind=kind,
                sheet=sheet,
                crs=crs,
                mapping=mapping,
                axis=axis,
                known_units=_units_of(state, self._crs(state)),
                target_crs=self._crs(state),
            )
            arrival = Arrival(
                with_source(read.frame, path.name),
                layer,
                path.name,
                kind=kind,
                sheet=read.facts.get("sheet", sheet),
                staged=staged,
                given=read.facts.get("columns"),
                notes=tuple(read.notes),
            )
            return self._commit(state, arrival, dry_run=dry_run, imported_at=imported_at)

    def import_streets(
        self,
        edges: gpd.GeoDataFrame,
        *,
        source: Path | str,
        notes: tuple[Note, ...] = (),
        dry_run: bool = False,
        imported_at: datetime | None = None,
    ) -> ImportReport:
        """Store noded street edges in place of those the project has.

        Parameters
        ----------
        edges
            LineStrings with ``start``, ``end`` (whole numbers from 0) and ``metres``.
        source
            The file they were made from; it is kept like any imported file.
        """
        return self._import_whole(
            edges, "streets", source, notes=notes, dry_run=dry_run, imported_at=imported_at
        )

    def import_barriers(
        self,
        barriers: gpd.GeoDataFrame,
        *,
        source: Path | str,
        notes: tuple[Note, ...] = (),
        dry_run: bool = False,
        imported_at: datetime | None = None,
    ) -> ImportReport:
        """Store barriers that were read already in place of those the project has.

        Parameters
        ----------
        barriers
            Lines and areas with ``kind`` (ids of the catalogue's kinds) and ``name``.
        source
            The file they were read from; it is kept like any imported file.
        """
        return self._import_whole(
            barriers, "barriers", source, notes=notes, dry_run=dry_run, imported_at=imported_at
        )

    def _import_whole(
        self,
        frame: gpd.GeoDataFrame,
        layer: Literal["streets", "barriers"],
        source: Path | str,
        *,
        notes: tuple[Note, ...],
        dry_run: bool,
        imported_at: datetime | None,
    ) -> ImportReport:
        path = Path(source)
        with self._staging(dry_run=dry_run) as folder:
            staged = stage(path, folder)
            arrival = Arrival(
                with_source(frame, path.name), layer, path.name, staged=staged, notes=notes
            )
            state = self._state(layer, "units")
            return self._commit(state, arrival, dry_run=dry_run, imported_at=imported_at)

    def commit_layer(
        self,
        frame: pd.DataFrame,
        *,
        layer: StoredLayer,
        file: str,
        given: Collection[str] | None = None,
        notes: tuple[Note, ...] = (),
        dry_run: bool = False,
        imported_at: datetime | None = None,
    ) -> ImportReport:
        """Store a table that did not come from a file of the office, under the same checks.

        Parameters
        ----------
        frame
            Canonical columns; a GeoDataFrame in any CRS where it has shapes.
        file
            What the history calls it; also the provenance of rows that have none.
        given
            Columns that replace stored values; None if all of the layer's.
        """
        frame = with_source(frame, file)
        arrival = Arrival(frame, layer, file, given=given, notes=notes)
        with self._staging(dry_run=dry_run):
            state = self._state(layer, "units")
            if layer == "acknowledgements":
                require_sound(frame, file, self.catalogue, state.tables["units"]["unit_id"])
            return self._commit(state, arrival, dry_run=dry_run, imported_at=imported_at)

    def undo(self, *, undone_at: datetime | None = None) -> ImportRecord:
        """Take the last import back, and return what was taken back.

        Raises
        ------
        NothingToUndoError
            If no import stands.
        LockedError, NotWrittenError, DamagedError
            If the project cannot be changed. It is as it was before.
        """
        with writing(self._folder, timeout=self._lock_timeout):
            stands = standing(self._state().log)
            if not stands:
                raise NothingToUndoError(self._folder.label)
            last = stands[-1]
            state = self._state(last.layer, *SPATIAL)
            recorded = read_recorded(self._folder.history, self._folder.label, last)
            change = taking_back(state.tables[last.layer], recorded)
            earlier = tuple(entry for entry in state.log if entry.id < last.id)
            entry = replace(
                last,
                id=state.last_id + 1,
                action="undo",
                added=0,
                replaced=change.replaced_rows,
                unchanged=0,
                recorded_at=_moment(undone_at),
                crs=earlier[-1].crs if earlier else None,
                undoes=last.id,
            )
            self._swap(state, change, entry, crs_after(earlier) or self.settings.metric_crs)
        return next(one for one in self.history() if one.id == last.id)

    def _state(self, *layers: StoredLayer) -> State:
        folder = self._folder
        catalogue = self.catalogue if layers else None
        return read_state(folder.database, folder.label, catalogue, dict.fromkeys(layers))

    def _crs(self, state: State) -> CRS | None:
        stated, stored = self.settings.metric_crs, state.crs
        if stated is not None and stored is not None and not same_crs(stated, stored):
            raise DamagedError(
                self._folder.label,
                f"project.toml says {crs_label(stated)}, the layers are in {crs_label(stored)}",
            )
        return stored or stated

    @contextmanager
    def _staging(self, *, dry_run: bool) -> Iterator[Path]:
        """Yield a folder for copies: in the project under its lock, or elsewhere for a dry run."""
        if dry_run:
            with tempfile.TemporaryDirectory() as elsewhere:
                yield Path(elsewhere)
        else:
            with writing(self._folder, timeout=self._lock_timeout):
                yield self._folder.incoming

    def _commit(
        self, state: State, arrival: Arrival, *, dry_run: bool, imported_at: datetime | None
    ) -> ImportReport:
        crs = self._crs(state) or chosen_crs(arrival.frame, arrival.layer)
        incoming = stored_table(arrival.frame, arrival.layer, crs)
        change = checked_change(state, arrival, incoming, self.catalogue)
        entry = new_entry(state, arrival, change, moment=_moment(imported_at), crs=crs)
        if not dry_run:
            if arrival.staged is not None:
                keep(arrival.staged, self._folder.sources)
            self._swap(state, change, entry, crs)
        return import_report(entry, arrival, change, dry_run=dry_run)

    def _swap(self, state: State, change: Change, entry: Entry, crs: CRS | None) -> None:
        write_change(self._folder.history, entry.id, change)
        tables = {change.layer: change.table}
        if (self._crs(state) is None) != (crs is None):
            others = self._state(*SPATIAL).tables
            tables = {**others, **tables}
        swap_in(self._folder, entry, tables, catalogue=self.catalogue, crs=crs)


def _reader(layer: str) -> Reader:
    """Return what reads the files of a layer; imported on use, since it is heavy."""
    if layer == "barriers":
        from layers.barriers import read_barriers  # noqa: PLC0415

        return read_barriers
    from layers.reading import read_layer  # noqa: PLC0415

    return read_layer


def _moment(given: datetime | None) -> str:
    return stamp_text(datetime.now(UTC) if given is None else given)


def _units_of(state: State, crs: CRS | None) -> gpd.GeoDataFrame:
    return indexed_by_key(spatial_frame(state.tables["units"], crs), "units")
