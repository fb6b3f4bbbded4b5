"""The project on disk: a folder an office can copy, mail and open in QGIS."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, cast

import geopandas as gpd
import pandas as pd
from pyproj import CRS

from geo_planner.catalogue import Catalogue, Language
from geo_planner.crs import choose_metric_crs, crs_label, parse_metric_crs
from geo_planner.errors import (
    CrsMissingError,
    DamagedError,
    ExistsError,
    NothingToUndoError,
    NotKnownError,
    NotWrittenError,
    RefusedFileError,
)
from geo_planner.notes import Note, msgid
from geo_planner.project import Project
from layers.store.changes import write_change
from layers.store.checks import find_key_faults, find_reference_faults
from layers.store.log import Entry, ImportRecord, records, stamp_text, standing
from layers.store.merging import Change, merge, taking_back
from layers.store.settings import ProjectSettings, read_settings, write_settings
from layers.store.sources import StagedFile, keep, stage
from layers.store.state import State, crs_after, read_recorded, read_state, rewound
from layers.store.tables import (
    LAYERS,
    SPATIAL,
    StoredLayer,
    empty_table,
    indexed_by_key,
    is_metric,
    same_crs,
    spatial_frame,
    stored_table,
)
from layers.store.writing import Folder, create_database, swap_in, writing

Reader = Callable[..., Any]
_NOWHERE = CRS.from_epsg(4540)
"""CRS of a project without a single position: any metric one does, as there is nothing to measure."""


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did, or would do.

    Attributes
    ----------
    added, replaced, unchanged
        Rows of the file that are new, that took the place of a stored one, that said nothing new.
    import_id
        Number in the history; None for a dry run.
    sha256
        Of the file as kept in ``sources/``; None for a table that did not come from a file.
    """

    layer: StoredLayer
    file: str
    sha256: str | None
    added: int
    replaced: int
    unchanged: int
    import_id: int | None
    notes: tuple[Note, ...] = ()


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
        catalogue: Catalogue | None = None,
        created_at: datetime | None = None,
    ) -> Store:
        """Make the folder of an empty project, whole or not at all, and open it.

        Parameters
        ----------
        crs
            Metric CRS; None leaves it to the first layer with positions.

        Raises
        ------
        ExistsError
            If there is something at ``path`` already.
        CrsNotMetricError, DatumUnknownError
            If distances cannot be measured in ``crs``.
        """
        final = Path(path)
        if final.exists() and not (final.is_dir() and not any(final.iterdir())):
            raise ExistsError(str(path))
        stated = None if crs is None else crs_label(parse_metric_crs(crs))
        settings = ProjectSettings(name, language, plan, stated, as_of, approval_number)
        try:
            final.parent.mkdir(parents=True, exist_ok=True)
            with _made_beside(final) as made:
                _furnish(made, settings, catalogue, created_at)
        except OSError as problem:
            raise NotWrittenError(final.name, str(problem)) from problem
        return cls(final, catalogue=catalogue)

    @property
    def name(self) -> str:
        """What the office calls the project."""
        return self.settings.name

    @cached_property
    def catalogue(self) -> Catalogue:
        """The plan's rows, and the project's own from ``catalogue/*.toml``."""
        from layers.catalogue import load_catalogue

        extra = self._folder.catalogue
        found: Catalogue = load_catalogue(extra=extra if extra.is_dir() else None)
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
        return Project(
            name=self.name,
            catalogue=self.catalogue,
            units=indexed_by_key(spatial_frame(state.tables["units"], crs), "units"),
            facilities=indexed_by_key(spatial_frame(state.tables["facilities"], crs), "facilities"),
            observations=state.tables["observations"],
            crs=crs,
            streets=streets if len(streets) else None,
            reference_date=self.settings.as_of,
            approval_number=self.settings.approval_number,
        )

    def import_file(
        self,
        path: Path | str,
        *,
        layer: StoredLayer,
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
            As :func:`layers.reading.read_layer` takes them.
        dry_run
            Check everything and change nothing on disk.
        imported_at
            The moment to record, with its time zone; now if not given.
        reader
            What to read with instead of :func:`layers.reading.read_layer`.

        Raises
        ------
        RefusedFileError
            If anything in the file is wrong; every fault with its rows.
        LockedError, NotWrittenError, DamagedError
            If the project cannot be changed. It is as it was before.
        """
        if reader is None:
            from layers.reading import read_layer as reader
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
                known_units=frozenset(state.tables["units"]["unit_id"]),
                target_crs=self._crs(state),
            )
            return self._commit(
                state,
                read.frame.assign(source_file=path.name),
                layer=layer,
                kind=kind,
                sheet=sheet,
                file=path.name,
                staged=staged,
                given=_given_columns(read),
                notes=tuple(read.notes),
                dry_run=dry_run,
                imported_at=imported_at,
            )

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
        path = Path(source)
        with self._staging(dry_run=dry_run) as folder:
            staged = stage(path, folder)
            return self._commit(
                self._state("streets", "units"),
                edges.assign(source_file=path.name),
                layer="streets",
                file=path.name,
                staged=staged,
                notes=notes,
                dry_run=dry_run,
                imported_at=imported_at,
            )

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
        with self._staging(dry_run=dry_run):
            if "source_file" not in frame.columns:
                frame = frame.assign(source_file=file)
            return self._commit(
                self._state(layer, "units"),
                frame,
                layer=layer,
                file=file,
                given=given,
                notes=notes,
                dry_run=dry_run,
                imported_at=imported_at,
            )

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
        self,
        state: State,
        frame: pd.DataFrame,
        *,
        layer: StoredLayer,
        file: str,
        kind: str | None = None,
        sheet: str | None = None,
        staged: StagedFile | None = None,
        given: Collection[str] | None = None,
        notes: tuple[Note, ...] = (),
        dry_run: bool,
        imported_at: datetime | None,
    ) -> ImportReport:
        crs = self._crs(state) or _chosen_crs(frame, layer)
        incoming = stored_table(frame, layer, crs)
        change = _checked(state, incoming, layer, file=file, given=given)
        if change.kept:
            notes = (*notes, _kept_note(change))
        sha256 = staged.sha256 if staged else None
        entry = Entry(
            state.last_id + 1,
            "import",
            layer,
            kind,
            file,
            sheet,
            sha256,
            staged.stored_name if staged else None,
            change.added_rows,
            change.replaced_rows,
            change.unchanged_rows,
            _moment(imported_at),
            None if crs is None else crs_label(crs) if crs.to_epsg() else crs.to_wkt(),
        )
        if not dry_run:
            if staged is not None:
                keep(staged, self._folder.sources)
            self._swap(state, change, entry, crs)
        return ImportReport(
            layer,
            file,
            sha256,
            change.added_rows,
            change.replaced_rows,
            change.unchanged_rows,
            None if dry_run else entry.id,
            notes,
        )

    def _swap(self, state: State, change: Change, entry: Entry, crs: CRS | None) -> None:
        write_change(self._folder.history, entry.id, change)
        tables = {change.layer: change.table}
        if (self._crs(state) is None) != (crs is None):
            others = self._state(*SPATIAL).tables
            tables = {**others, **tables}
        swap_in(self._folder, entry, tables, catalogue=self.catalogue, crs=crs)


@contextmanager
def _made_beside(final: Path) -> Iterator[Path]:
    """Yield an empty folder that gets the name ``final`` at the end; it is gone after an error."""
    made = Path(tempfile.mkdtemp(prefix=f".{final.name}.", dir=final.parent))
    try:
        inside = made / "project"
        inside.mkdir()
        yield inside
        if final.exists():
            final.rmdir()
        inside.rename(final)
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _furnish(
    made: Path,
    settings: ProjectSettings,
    catalogue: Catalogue | None,
    created_at: datetime | None,
) -> None:
    folder = Folder(made)
    for part in (folder.sources, folder.history, folder.catalogue):
        part.mkdir()
    if catalogue is None:
        from layers.catalogue import load_catalogue

        catalogue = cast("Catalogue", load_catalogue())
    create_database(
        folder, LAYERS, catalogue=catalogue, crs=settings.metric_crs, moment=_moment(created_at)
    )
    write_settings(folder.settings, settings)


def _moment(given: datetime | None) -> str:
    return stamp_text(datetime.now(UTC) if given is None else given)


def _checked(
    state: State,
    incoming: pd.DataFrame,
    layer: StoredLayer,
    *,
    file: str,
    given: Collection[str] | None,
) -> Change:
    """Return the change an import makes, or raise with every fault."""
    faults = find_key_faults(incoming, layer)
    if faults:
        raise RefusedFileError(file, faults)
    change = merge(state.tables[layer], incoming, layer, given=given)
    units = change.table if layer == "units" else state.tables["units"]
    faults = find_reference_faults(incoming, layer, units)
    if faults:
        raise RefusedFileError(file, faults)
    return change


def _chosen_crs(frame: pd.DataFrame, layer: StoredLayer) -> CRS | None:
    """Return the metric CRS that the first layer with positions decides; None if it has none."""
    if layer not in SPATIAL or "geometry" not in frame.columns:
        return None
    shapes = gpd.GeoSeries(frame["geometry"])
    if (shapes.isna() | shapes.is_empty).all():
        return None
    if shapes.crs is None:
        raise CrsMissingError(layer, ("EPSG:4490", "EPSG:4326"))
    if is_metric(shapes.crs):
        return shapes.crs
    degrees = shapes.to_crs(shapes.crs.geodetic_crs)
    west, south, east, north = (float(edge) for edge in degrees.total_bounds)
    return choose_metric_crs((west, south, east, north))


def _given_columns(read: Any) -> Collection[str] | None:  # noqa: ANN401 - any reader's result
    facts = getattr(read, "facts", None)
    found = facts.get("columns") if isinstance(facts, Mapping) else getattr(facts, "columns", None)
    return None if found is None else frozenset(found)


def _kept_note(change: Change) -> Note:
    return Note(
        "kept-columns",
        msgid(
            "{rows} stored rows were replaced; the file has no column {columns}, "
            "whose stored values were kept."
        ),
        {"rows": change.replaced_rows, "columns": list(change.kept)},
    )
