"""An office's barriers -> lines and areas that no off-road leg may cross: canals, railways, fences.

Any vector format, or a sheet with shapes as text; OpenStreetMap extracts too. Whatever is wrong is
found here, all of it at once, with the row numbers a clerk sees.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from geo_planner.catalogue import Catalogue
from geo_planner.crs import crs_label
from geo_planner.errors import (
    BadValueError,
    DataError,
    EmptyLayerError,
    MissingColumnError,
    MissingValueError,
    RefusedFileError,
)
from geo_planner.notes import Note, msgid
from geo_planner.table_errors import StrayCellsError
from geo_planner.tables import BARRIER_COLUMNS
from layers.columns import flag_cells, shown, text_cells, word_cells
from layers.headings import Resolved, folded
from layers.points import Placed
from layers.positions import place_rows
from layers.reading import LayerRead
from layers.small_layers import small_headings, unknown_headings, with_bare_rows
from layers.sources import DEFAULT_LIMITS, Limits, read_table
from layers.sources.table import Cells, Mask, RawTable, blank_mask
from layers.stated import WGS84
from layers.streets import is_osm

LAYER = "barriers"
_COLUMNS = {column.name: (column.zh, column.en) for column in BARRIER_COLUMNS}
_SHOWN = 12


def read_barriers(
    path: Path | str,
    *,
    catalogue: Catalogue,
    kind: str | None = None,
    sheet: str | None = None,
    crs: str | None = None,
    mapping: Mapping[str, str] | None = None,
    axis: str | None = None,
    target_crs: CRS | None = None,
    limits: Limits = DEFAULT_LIMITS,
    **_: object,
) -> LayerRead:
    """Return the barriers of a file, or refuse the file with every fault in it.

    Takes what :func:`layers.reading.read_layer` takes; what a barrier has no use for is ignored.

    Parameters
    ----------
    kind
        Kind of barrier of rows that do not say theirs, by id or name.
    target_crs
        The project's metric CRS; chosen from the data if None.

    Returns
    -------
    LayerRead
        ``frame`` has ``kind`` (an id of ``catalogue.barrier_kinds``), ``name`` (None where there is
        none), provenance, and lines or areas in a metric CRS, in the order of the file.

    Raises
    ------
    RefusedFileError
        With every fault of the content.
    DataError
        If the file cannot be read at all, or holds no barrier.
    NotKnownError
        If ``kind``, ``sheet`` or ``axis`` is not known.
    """
    path = Path(path)
    if is_osm(path):
        return _from_osm(path, target_crs)
    if kind is not None:
        kind = catalogue.barrier_kind(catalogue.barrier_kind_names.get(kind.casefold(), kind)).id
    headings = small_headings(LAYER, _COLUMNS)
    said = set((mapping or {}).keys())
    table = with_bare_rows(
        read_table(
            path,
            knows=lambda heading: heading in said or headings.knows(heading),
            sheet=sheet,
            limits=limits,
        )
    )
    resolved = headings.resolve(table.headings, mapping, truncated=table.truncated)
    placed = place_rows(
        table, resolved.places, layer=LAYER, crs=crs, axis=axis, target_crs=target_crs
    )
    notes = [*table.notes, *unknown_headings(resolved), *placed.notes]
    faults: list[DataError] = [*resolved.faults, *placed.faults]
    if table.stray_rows:
        faults.append(StrayCellsError(table.file, table.stray_rows))
    if not placed.given:
        faults.append(_missing(table, "geometry"))
    drawn = ~blank_mask(placed.shapes)
    columns = _cells(table, resolved, catalogue, kind, drawn, faults)
    if faults:
        raise RefusedFileError(path.name, tuple(faults))
    if not drawn.any():
        raise EmptyLayerError(path.name)
    if not drawn.all():
        text = msgid("{count} rows hold no line or area and were left out: rows {rows}.")
        params = {"count": int((~drawn).sum()), "rows": _rows(table, ~drawn)}
        notes.append(Note("rows-without-shape", text, params))
    return _finished(table, columns, placed, drawn, notes)


def _from_osm(path: Path, target: CRS | None) -> LayerRead:
    """Return what an OpenStreetMap extract draws as barriers."""
    from layers.osm_barriers import read_barriers as read_osm  # noqa: PLC0415 - osmium is heavy

    found = read_osm(path, target or WGS84)
    if found.empty:
        raise EmptyLayerError(path.name)
    facts = {"columns": ("geometry", "kind", "name"), "rows": len(found)}
    return LayerRead(found, (), facts)


def _missing(table: RawTable, column: str) -> MissingColumnError:
    return MissingColumnError(LAYER, column, ", ".join(_COLUMNS[column]), list(table.headings))


def _cells(
    table: RawTable,
    resolved: Resolved,
    catalogue: Catalogue,
    kind: str | None,
    drawn: Mask,
    faults: list[DataError],
) -> dict[str, Any]:
    """Return kind, name and the mark of made-up rows; what cannot be read is added to faults."""
    count = len(table)
    columns: dict[str, Any] = {
        "kind": _kinds(table, resolved, catalogue, kind, drawn, faults),
        "name": np.full(count, None, dtype=object),
        "simulated": np.zeros(count, dtype=np.bool_),
    }
    if "name" in resolved.places:
        columns["name"] = text_cells(table.columns[resolved.places["name"]]).values
    if "simulated" in resolved.places:
        cells = table.columns[resolved.places["simulated"]]
        read = flag_cells(cells)
        columns["simulated"] = read.values.astype(np.bool_)
        _refuse(table, "simulated", cells, read.bad, ("是", "否", "1", "0"), faults)
    return columns


def _kinds(
    table: RawTable,
    resolved: Resolved,
    catalogue: Catalogue,
    kind: str | None,
    drawn: Mask,
    faults: list[DataError],
) -> NDArray[np.object_]:
    place = resolved.places.get("kind")
    if place is None:
        if kind is None:
            faults.append(_missing(table, "kind"))
        return np.full(len(table), kind, dtype=object)
    cells = table.columns[place]
    words = {folded(word): name for word, name in catalogue.barrier_kind_names.items()}
    read = word_cells(cells, words)
    known = [f"{row.id} ({row.label.zh})" for row in catalogue.barrier_kinds.values()]
    _refuse(table, "kind", cells, read.bad & drawn, known, faults)
    blank = blank_mask(read.values)
    if kind is None and (blank & drawn).any():
        faults.append(MissingValueError(LAYER, "kind", _rows(table, blank & drawn)))
    kinds: NDArray[np.object_] = read.values.copy()
    kinds[blank] = kind
    return kinds


def _refuse(
    table: RawTable,
    column: str,
    cells: Cells,
    wrong: Mask,
    allowed: list[str] | tuple[str, ...],
    faults: list[DataError],
) -> None:
    if wrong.any():
        values = list(dict.fromkeys(shown(cell) for cell in cells[wrong]))[:_SHOWN]
        faults.append(BadValueError(LAYER, column, values, _rows(table, wrong), allowed))


def _rows(table: RawTable, mask: Mask) -> tuple[int, ...]:
    return tuple(int(row) for row in table.rows[mask])


def _finished(
    table: RawTable, columns: dict[str, Any], placed: Placed, drawn: Mask, notes: list[Note]
) -> LayerRead:
    count = int(drawn.sum())
    rows = pd.DataFrame(
        {
            "kind": pd.array(columns["kind"][drawn], dtype="str"),
            "name": pd.array(columns["name"][drawn], dtype="str"),
            "source_file": pd.array([table.file] * count, dtype="str"),
            "source_sheet": pd.array([table.sheet] * count, dtype="str"),
            "source_row": table.rows[drawn].astype(np.int64),
            "simulated": columns["simulated"][drawn],
        }
    )
    frame = gpd.GeoDataFrame(rows, geometry=gpd.GeoSeries(placed.shapes[drawn], crs=placed.crs))
    facts = {
        "columns": ("geometry", "kind", "name"),
        "rows": count,
        "sheet": table.sheet,
        "stated_crs": placed.stated,
        "crs": None if placed.crs is None else crs_label(placed.crs),
        "positions": count,
        "kinds": {
            str(name): int(total) for name, total in frame["kind"].value_counts(sort=False).items()
        },
        "kilometres": round(float(np.sum(shapely.length(frame.geometry))) / 1000, 3),
    }
    return LayerRead(frame, tuple(notes), facts)
