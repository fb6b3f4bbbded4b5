"""One file of an office -> one layer in canonical columns and the project's metric CRS.

The door every file goes through: whatever is wrong is found here, all of it at once, with the row
numbers a clerk sees.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from pyproj import CRS

from geo_planner.catalogue import Catalogue
from geo_planner.checks import find_faults
from geo_planner.crs import crs_label
from geo_planner.errors import (
    DataError,
    EmptyLayerError,
    MissingColumnError,
    MissingValueError,
    NotKnownError,
    RefusedFileError,
)
from geo_planner.notes import Note, msgid
from geo_planner.table_errors import NothingReturnedError, StrayCellsError
from geo_planner.tables import COLUMNS, GROUP_COLUMNS, KEYS, LayerName
from layers.frames import Frame, fill_frame, to_pandas
from layers.headings import Headings, Resolved
from layers.known_units import KnownUnits
from layers.leftovers import without_leftovers
from layers.points import Placed
from layers.positions import place_rows
from layers.returns import is_return, return_faults, return_notes, returned_rows
from layers.shift import looks_shifted
from layers.sources import DEFAULT_LIMITS, Limits, read_table
from layers.sources.table import RawTable

__all__ = ["LayerRead", "read_layer"]

_NAMING = ("unit_id", "facility_id", "name")
_BY_NAME: Mapping[LayerName, tuple[str, ...]] = {
    "units": ("parent_id", "division_id"),
    "facilities": ("unit_id",),
    "observations": ("unit_id",),
}


@dataclass(frozen=True, eq=False)
class LayerRead:
    """A layer as read.

    Attributes
    ----------
    frame
        Canonical columns (``geo_planner.tables``), all of them, and the counts the file has.
        ``units`` and ``facilities`` are GeoDataFrames indexed by their key, in a metric CRS (None
        if there is no position and no target CRS was given); ``observations`` is a DataFrame.
    notes
        What was left out, assumed, or looks wrong.
    facts
        Plain values for people and programs: ``columns`` given by the file, ``headings`` (column ->
        heading), ``rows``, ``sheet``, ``stated_crs``, ``crs``, ``positions``.
    """

    frame: pd.DataFrame
    notes: tuple[Note, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)


def read_layer(  # noqa: PLR0913 - each is a thing the person at the door may say
    path: Path | str,
    *,
    layer: LayerName,
    catalogue: Catalogue,
    kind: str | None = None,
    sheet: str | None = None,
    crs: str | None = None,
    mapping: Mapping[str, str] | None = None,
    axis: str | None = None,
    target_crs: CRS | None = None,
    known_units: pd.DataFrame | Collection[str] | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> LayerRead:
    """Return one layer of a file, or refuse the file with every fault in it.

    Parameters
    ----------
    path
        xlsx, xls, ods, csv, tsv, gpkg, shp, geojson, kml, kmz, fgb, parquet, or a zip of one.
    layer
        ``units``, ``facilities`` or ``observations``.
    kind
        Unit kind (or facility type) of rows that do not say theirs.
    sheet
        Sheet or layer inside the file; the most likely one if None.
    crs
        Coordinate system of the positions: ``EPSG:4490``, ``WGS84``, ``GCJ-02`` ...
    mapping
        Heading -> column, for headings that are not known by themselves.
    axis
        ``xy`` or ``yx``: order of plain coordinates in metres, where the headings do not say.
    target_crs
        The project's metric CRS; chosen from the data if None.
    known_units
        The project's units: their codes, or better their table, by which names are understood and
        shifted positions show. None: references to units are not checked.
    limits
        Largest sizes taken.

    Raises
    ------
    RefusedFileError
        With every fault of the content.
    DataError
        If the file cannot be read at all: unreadable, empty, too large, of unknown format.
    NotKnownError
        If ``layer``, ``kind``, ``sheet`` or ``axis`` is not known.
    NothingReturnedError
        If the file is a return form in which nobody has filled in a row.
    """
    path = Path(path)
    if layer not in COLUMNS:
        raise NotKnownError.among("layer", layer, list(COLUMNS))
    kind = _known_kind(kind, layer, catalogue)
    headings = Headings.of(layer, catalogue)
    said = set((mapping or {}).keys())
    table = read_table(
        path,
        knows=lambda heading: heading in said or headings.knows(heading),
        sheet=sheet,
        limits=limits,
    )
    resolved = headings.resolve(table.headings, mapping, truncated=table.truncated)
    naming = [resolved.places[name] for name in _NAMING if name in resolved.places]
    parts = [resolved.places[name] for name in GROUP_COLUMNS if name in resolved.places]
    table = without_leftovers(table, naming, parts)
    if len(table) == 0:
        raise EmptyLayerError(path.name)
    missing = _missing_columns(table, resolved, layer, kind)
    faults: list[DataError] = [*resolved.faults, *missing]
    if table.stray_rows:
        faults.append(StrayCellsError(table.file, table.stray_rows))
    known = KnownUnits.of(known_units)
    made = fill_frame(table, resolved.places, layer=layer, catalogue=catalogue, kind=kind)
    made.notes[:0] = [*table.notes, *_unknown_headings(resolved)]
    _names_to_codes(made, known)
    placed = _place(made, resolved, layer, crs, axis, target_crs, known)
    rows = to_pandas(made)
    if layer == "observations" and is_return(made.columns):
        rows, unreturned = returned_rows(rows)
        made.notes += [*unreturned, *return_notes(rows, catalogue, table.above)]
        faults += return_faults(rows, catalogue)
    faults += [*made.faults, *placed.faults]
    codes = None if known is None else known.codes
    absent = {column.column for column in missing}
    faults += [
        fault
        for fault in find_faults(rows, layer=layer, catalogue=catalogue, known_units=codes)
        if not (isinstance(fault, MissingValueError) and fault.column in absent)
    ]
    if faults:
        raise RefusedFileError(path.name, tuple(faults))
    if rows.empty:
        raise NothingReturnedError(path.name)
    return _finished(rows, made, placed, resolved, layer, known)


def _known_kind(kind: str | None, layer: LayerName, catalogue: Catalogue) -> str | None:
    """Return the id of a unit kind or facility type given by id or label."""
    if kind is None or layer == "observations":
        return None
    if layer == "units":
        return catalogue.unit_kind(catalogue.unit_kind_names.get(kind.casefold(), kind)).id
    return catalogue.facility_type(catalogue.facility_type_names.get(kind.casefold(), kind)).id


def _missing_columns(
    table: RawTable, resolved: Resolved, layer: LayerName, kind: str | None
) -> list[MissingColumnError]:
    given = set(resolved.places)
    if kind is not None:
        given |= {"kind", "facility_type"}
    return [
        MissingColumnError(layer, column.name, f"{column.zh}, {column.en}", list(table.headings))
        for column in COLUMNS[layer]
        if column.required and column.name not in given
    ]


def _unknown_headings(resolved: Resolved) -> list[Note]:
    if not resolved.unknown:
        return []
    text = msgid("Columns with headings that are not known were left out: {headings}.")
    return [Note("unknown-headings", text, {"headings": list(resolved.unknown)})]


def _names_to_codes(made: Frame, known: KnownUnits | None) -> None:
    """Replace names of units by their codes in the columns that refer to units."""
    if not any(column in made.columns for column in _BY_NAME[made.layer]):
        return
    if made.layer == "units" and "unit_id" in made.columns and "name" in made.columns:
        known = (known or KnownUnits()).adding(made.columns["unit_id"], made.columns["name"])
    if known is None:
        return
    for column in _BY_NAME[made.layer]:
        if column not in made.columns:
            continue
        codes, replaced = known.codes_for(made.columns[column])
        made.columns[column] = codes
        if replaced.any():
            text = msgid(
                "Column '{column}': names of units were replaced by their codes in rows {rows}."
            )
            params = {"column": column, "rows": made.rows(replaced)}
            made.notes.append(Note("names-to-codes", text, params))


def _place(
    made: Frame,
    resolved: Resolved,
    layer: LayerName,
    crs: str | None,
    axis: str | None,
    target_crs: CRS | None,
    known: KnownUnits | None,
) -> Placed:
    if layer == "observations":
        return Placed(np.full(len(made.table), None, dtype=object), None)
    placed = place_rows(
        made.table,
        resolved.places,
        layer=layer,
        crs=crs,
        axis=axis,
        target_crs=target_crs,
        known=None if known is None else known.places,
    )
    made.notes += placed.notes
    return placed


def _finished(
    rows: pd.DataFrame,
    made: Frame,
    placed: Placed,
    resolved: Resolved,
    layer: LayerName,
    known: KnownUnits | None,
) -> LayerRead:
    notes = list(made.notes)
    positions = int(np.sum([shape is not None for shape in placed.shapes]))
    facts: dict[str, Any] = {
        "columns": tuple(sorted({*made.columns, *(("geometry",) if placed.given else ())})),
        "headings": {name: made.table.headings[at] for name, at in resolved.places.items()},
        "rows": len(rows),
        "sheet": made.table.sheet,
        "stated_crs": placed.stated,
        "crs": None if placed.crs is None else crs_label(placed.crs),
        "positions": positions,
    }
    key = KEYS[layer]
    if key is None:
        return LayerRead(rows, tuple(notes), facts)
    if placed.given and positions < len(rows):
        missing = np.array([shape is None for shape in placed.shapes], dtype=np.bool_)
        text = msgid("{count} rows have no position: rows {rows}.")
        notes.append(
            Note("no-position", text, {"count": len(rows) - positions, "rows": made.rows(missing)})
        )
    if known is not None and known.places is not None and placed.crs is not None:
        units = rows["unit_id"].to_numpy(dtype=object)
        shifted = looks_shifted(placed.shapes, units, known.places, placed.crs)
        if shifted is not None:
            notes.append(shifted)
    frame = gpd.GeoDataFrame(rows, geometry=gpd.GeoSeries(placed.shapes, crs=placed.crs)).set_index(
        key
    )
    return LayerRead(frame, tuple(notes), facts)
