"""GeoParquet, and plain Parquet tables."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError

from geo_planner.errors import EmptyLayerError, UnreadableFileError
from geo_planner.notes import msgid
from layers.sources.limits import Limits, require_file_size, require_table_size
from layers.sources.table import Cells, KnowsHeading, RawTable, cell_array


def read_parquet(
    path: Path, *, knows: KnowsHeading, sheet: str | None = None, limits: Limits
) -> RawTable:
    """Return the table of a (Geo)Parquet file; see :func:`layers.sources.read_table`."""
    del knows, sheet
    require_file_size(path, limits)
    if path.stat().st_size == 0:
        raise EmptyLayerError(path.name)
    try:
        with pq.ParquetFile(path) as file:
            count, width = file.metadata.num_rows, file.metadata.num_columns
            require_table_size(path.name, count, width, limits)
            stored = file.read()
    except (pa.ArrowException, OSError) as broken:
        raise UnreadableFileError(path.name, msgid("it is broken or not Parquet")) from broken
    if count == 0:
        raise EmptyLayerError(path.name)
    geometry, crs, by_standard, column = _geometry(stored, path)
    names = [name for name in stored.column_names if name not in (column, "__index_level_0__")]
    return RawTable(
        path.name,
        None,
        tuple(names),
        tuple(_cells(stored.column(name)) for name in names),
        np.arange(2, 2 + count, dtype=np.int64),
        geometry=geometry,
        crs=crs,
        crs_by_standard=by_standard,
    )


def _cells(column: pa.ChunkedArray) -> Cells:
    """Return a column's cells; what no table of an office holds (lists, bytes) as text."""
    kind = column.type
    if pa.types.is_decimal(kind):
        column = column.cast(pa.float64())
    values = column.to_pylist()
    if pa.types.is_nested(kind) or pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        values = [None if value is None else str(value) for value in values]
    return cell_array(values)


def _geometry(stored: pa.Table, path: Path) -> tuple[Cells | None, CRS | None, bool, str | None]:
    """Return shapes, stated system, whether only by the standard, and the column's name."""
    metadata: dict[bytes, bytes] = stored.schema.metadata or {}
    if b"geo" not in metadata:
        return None, None, False, None
    try:
        geo: dict[str, Any] = json.loads(metadata[b"geo"])
        column = str(geo["primary_column"])
        described = geo["columns"][column]
        if described.get("encoding", "WKB").upper() != "WKB":
            raise UnreadableFileError(path.name, msgid("its shapes are not stored as WKB"))
        shapes = shapely.from_wkb(stored.column(column).to_pylist())
        # By the GeoParquet standard an absent crs means WGS84 (OGC:CRS84), null means unknown.
        if "crs" not in described:
            return shapes, CRS.from_epsg(4326), True, column
        crs = described["crs"]
        return shapes, None if crs is None else CRS.from_user_input(crs), False, column
    except (KeyError, ValueError, TypeError, CRSError, shapely.errors.GEOSException) as broken:
        if isinstance(broken, UnreadableFileError):
            raise
        raise UnreadableFileError(path.name, msgid("its shapes are not readable")) from broken
