"""One table on its way into the project: what arrived, its checks, the change it makes."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from pyproj import CRS

from geo_planner.catalogue import Catalogue
from geo_planner.crs import choose_metric_crs, crs_label
from geo_planner.errors import CrsMissingError, RefusedFileError
from geo_planner.notes import Note, msgid
from geo_planner.observations import NUMBERS
from layers.store.checks import (
    find_key_faults,
    find_kind_faults,
    find_merged_faults,
    find_reference_faults,
)
from layers.store.log import Entry
from layers.store.merging import Change, merge
from layers.store.sources import StagedFile
from layers.store.state import State
from layers.store.tables import SPATIAL, STORED_KEYS, StoredLayer, is_metric, row_keys

Reader = Callable[..., Any]
"""Anything that reads a file as :func:`layers.reading.read_layer` does."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A table to be stored, and where it came from.

    Attributes
    ----------
    frame
        Canonical columns; a GeoDataFrame in any CRS where it has shapes.
    file
        What the history calls it.
    staged
        The file to keep; None for a table that did not come from one.
    given
        Columns the file has; None if all.
    """

    frame: pd.DataFrame
    layer: StoredLayer
    file: str
    kind: str | None = None
    sheet: str | None = None
    staged: StagedFile | None = None
    given: Collection[str] | None = None
    notes: tuple[Note, ...] = ()


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


def checked_change(
    state: State, arrival: Arrival, incoming: pd.DataFrame, catalogue: Catalogue
) -> Change:
    """Return the change that the rows of an arrival, in normal form, make.

    Faults are looked for in the rows as they will stand: a list of households may contradict the
    households with tap water that an earlier file brought.

    Raises
    ------
    RefusedFileError
        With every fault.
    """
    layer = arrival.layer
    faults = find_key_faults(incoming, layer)
    faults = faults or find_kind_faults(incoming, layer, catalogue)
    if faults:
        raise RefusedFileError(arrival.file, faults)
    change = merge(state.tables[layer], incoming, layer, given=arrival.given)
    units = change.table if layer == "units" else state.tables["units"]
    faults = find_reference_faults(incoming, layer, units)
    faults += find_merged_faults(change, incoming, catalogue)
    if faults:
        raise RefusedFileError(arrival.file, faults)
    return change


def chosen_crs(frame: pd.DataFrame, layer: StoredLayer) -> CRS | None:
    """Return the metric CRS that the first layer with positions decides; None if it has none."""
    if layer not in SPATIAL or "geometry" not in frame.columns:
        return None
    shapes = gpd.GeoSeries(frame["geometry"])
    if (shapes.isna() | shapes.is_empty).all():
        return None
    if shapes.crs is None:
        raise CrsMissingError(layer, ("EPSG:4490", "EPSG:4326"))
    if is_metric(shapes.crs):
        return CRS(shapes.crs)
    degrees = shapes.to_crs(shapes.crs.geodetic_crs)
    west, south, east, north = (float(edge) for edge in degrees.total_bounds)
    return choose_metric_crs((west, south, east, north))


def with_source(frame: pd.DataFrame, file: str) -> pd.DataFrame:
    """Return the frame with ``file`` as the origin of its rows, unless they name one already."""
    return frame if "source_file" in frame.columns else frame.assign(source_file=file)


def _kept_notes(change: Change) -> tuple[Note, ...]:
    if not change.kept:
        return ()
    note = Note(
        "kept-columns",
        msgid(
            "{rows} stored rows were replaced; the file has no column {columns}, "
            "whose stored values were kept."
        ),
        {"rows": change.replaced_rows, "columns": list(change.kept)},
    )
    return (note,)


def _figure_notes(change: Change) -> tuple[Note, ...]:
    """Say for which periods stored figures give way to others: a period may be a mistake."""
    before = change.before
    if change.layer != "observations" or before.empty:
        return ()
    table = change.table[change.table["period"].isin(before["period"].unique())]
    at = row_keys(table, change.layer).get_indexer(row_keys(before, change.layer))
    old = before[list(NUMBERS)].to_numpy(dtype=float, na_value=np.nan)
    new = table[list(NUMBERS)].to_numpy(dtype=float, na_value=np.nan)[at]
    told = ~np.isnan(old).all(axis=1)
    other = told & ~((old == new) | (np.isnan(old) & np.isnan(new))).all(axis=1)
    if not other.any():
        return ()
    counts = before["period"][other].value_counts().sort_index()
    one = len(counts) == 1
    periods = [str(name) if one else f"{name} ({count})" for name, count in counts.items()]
    note = Note(
        "figures-replaced",
        msgid("{count} figures for {periods} replace what was stored."),
        {"count": int(other.sum()), "periods": periods},
    )
    return (note,)


def _kind_notes(change: Change) -> tuple[Note, ...]:
    """Say which rows took the place of another kind of thing under the same code."""
    column = {"units": "kind", "facilities": "facility_type"}.get(change.layer)
    if column is None or change.before.empty:
        return ()
    before = change.before
    at = row_keys(change.table, change.layer).get_indexer(row_keys(before, change.layer))
    after = change.table.iloc[at].reset_index(drop=True)
    other = (before[column].astype(str) != after[column].astype(str)).to_numpy(dtype=bool)
    if not other.any():
        return ()
    key = STORED_KEYS[change.layer][0]
    told = zip(before[key][other], before[column][other], after[column][other], strict=True)
    note = Note(
        "kind-changed",
        msgid(
            "{count} rows took the place of stored ones of another kind: {changes}. If they are "
            "other things that happen to have the same codes, take this import back and give them "
            "codes of their own."
        ),
        {
            "count": int(other.sum()),
            "changes": [f"{code} ({old} > {new})" for code, old, new in told][:_SHOWN],
        },
    )
    return (note,)


_SHOWN = 8


def new_entry(
    state: State, arrival: Arrival, change: Change, *, moment: str, crs: CRS | None
) -> Entry:
    """Return the line of the log for an import."""
    return Entry(
        id=state.last_id + 1,
        action="import",
        layer=arrival.layer,
        kind=arrival.kind,
        file=arrival.file,
        sheet=arrival.sheet,
        sha256=arrival.staged.sha256 if arrival.staged else None,
        stored_as=arrival.staged.stored_name if arrival.staged else None,
        added=change.added_rows,
        replaced=change.replaced_rows,
        unchanged=change.unchanged_rows,
        recorded_at=moment,
        crs=_crs_text(crs),
    )


def _crs_text(crs: CRS | None) -> str | None:
    if crs is None:
        return None
    return crs_label(crs) if crs.to_epsg() else crs.to_wkt()


def import_report(entry: Entry, arrival: Arrival, change: Change, *, dry_run: bool) -> ImportReport:
    """Return what is told about an import."""
    return ImportReport(
        layer=arrival.layer,
        file=arrival.file,
        sha256=entry.sha256,
        added=change.added_rows,
        replaced=change.replaced_rows,
        unchanged=change.unchanged_rows,
        import_id=None if dry_run else entry.id,
        notes=(
            *arrival.notes,
            *_kept_notes(change),
            *_figure_notes(change),
            *_kind_notes(change),
        ),
    )
