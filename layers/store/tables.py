"""The normal form of stored tables: canonical columns, fixed dtypes, rows in order of their keys.

Inside the store a layer is a plain DataFrame whose shapes are WKB bytes in the project's metric CRS
(column ``geometry``). Two tables that mean the same are equal cell by cell, whatever the order of
the imports that led to them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from pyproj import CRS

from geo_planner.errors import BadGeometryError, CrsMissingError
from geo_planner.tables import (
    ACKNOWLEDGEMENT_COLUMNS,
    BARRIER_COLUMNS,
    COLUMNS,
    GROUP_COLUMNS,
    OBSERVATION_KEY,
    PROVENANCE,
    Column,
)

StoredLayer = Literal[
    "units", "facilities", "observations", "streets", "barriers", "acknowledgements"
]

STREET_COLUMNS = (
    Column("start", "number", "起点", "start node", required=True),
    Column("end", "number", "终点", "end node", required=True),
    Column("metres", "number", "长度（米）", "metres", required=True),
    Column("geometry", "shape", "线形", "line"),
)
LAYERS: tuple[StoredLayer, ...] = (
    "units",
    "facilities",
    "observations",
    "streets",
    "barriers",
    "acknowledgements",
)
STORED_COLUMNS: dict[StoredLayer, tuple[Column, ...]] = {
    "units": COLUMNS["units"],
    "facilities": COLUMNS["facilities"],
    "observations": COLUMNS["observations"],
    "streets": STREET_COLUMNS,
    "barriers": BARRIER_COLUMNS,
    "acknowledgements": ACKNOWLEDGEMENT_COLUMNS,
}
STORED_KEYS: dict[StoredLayer, tuple[str, ...]] = {
    "units": ("unit_id",),
    "facilities": ("facility_id",),
    "observations": OBSERVATION_KEY,
    "streets": (),
    "barriers": (),
    "acknowledgements": ("rule", "indicator", "unit_id", "year"),
}
"""Columns that tell a row apart. Streets and barriers have none: each layer is replaced whole."""

SPATIAL: tuple[StoredLayer, ...] = ("units", "facilities", "streets", "barriers")

_DTYPES = {
    "key": "str",
    "text": "str",
    "word": "str",
    "list": "str",
    "number": "float64",
    "date": "datetime64[us]",
    "flag": "bool",
    "shape": "object",
}
_FIXED = {
    ("streets", "start"): "int64",
    ("streets", "end"): "int64",
}


def has_shapes(layer: StoredLayer) -> bool:
    """Whether rows of ``layer`` may have a position."""
    return layer in SPATIAL


def normal_form(rows: pd.DataFrame, layer: StoredLayer) -> pd.DataFrame:
    """Return ``rows`` with all canonical columns, canonical dtypes, and sorted by key.

    Columns beyond the canonical ones (counts, an open list) stay if any row fills them: numbers as
    float64, dates as datetime64, the rest as text. Flags stay flags on streets; in layers that are
    merged row by row a flag may be unknown, and is 1.0, 0.0 or NaN.
    """
    canonical = STORED_COLUMNS[layer]
    made: dict[str, Any] = {}
    for column in canonical:
        if column.kind != "shape":
            dtype = _FIXED.get((layer, column.name), _DTYPES[column.kind])
            made[column.name] = _as_dtype(_column(rows, column.name), dtype)
            if layer == "observations" and column.name in GROUP_COLUMNS:
                made[column.name] = made[column.name].fillna("")
    known = {column.name for column in canonical} | {*PROVENANCE, "geometry"}
    for name in sorted(str(name) for name in rows.columns if name not in known):
        if rows[name].notna().any():
            flags = layer == "streets" and pd.api.types.is_bool_dtype(rows[name])
            made[name] = _as_dtype(rows[name], "bool" if flags else _open_dtype(rows[name]))
    made["source_file"] = _as_dtype(_column(rows, "source_file"), "str")
    made["source_sheet"] = _as_dtype(_column(rows, "source_sheet"), "str")
    made["source_row"] = _as_dtype(_column(rows, "source_row"), "Int64")
    made["simulated"] = _as_dtype(_column(rows, "simulated"), "bool")
    if has_shapes(layer):
        shapes = _column(rows, "geometry").astype("object")
        made["geometry"] = shapes.where(shapes.notna(), None)
    table = pd.DataFrame(made, index=rows.index)
    key = list(STORED_KEYS[layer])
    if key:
        table = table.sort_values(key, kind="stable")
    return table.reset_index(drop=True)


def without_blank_columns(table: pd.DataFrame, layer: StoredLayer) -> pd.DataFrame:
    """Return some rows of a table without the open columns that they all leave blank."""
    known = {column.name for column in STORED_COLUMNS[layer]} | set(PROVENANCE)
    kept = [name for name in table.columns if name in known or table[name].notna().any()]
    return table[kept]


def _column(rows: pd.DataFrame, name: str) -> pd.Series:
    if name in rows.columns:
        return rows[name]
    return pd.Series(None, index=rows.index, dtype="object")


def _as_dtype(values: pd.Series, dtype: str) -> pd.Series:
    if dtype == "str":
        if values.dtype == "object":
            values = values.map(str, na_action="ignore")
        return values.astype("str")
    if dtype == "bool":
        return values.astype("boolean").fillna(value=False).astype("bool")
    if dtype == "datetime64[us]":
        return pd.to_datetime(values).dt.normalize().astype(dtype)
    if dtype == "float64":
        return pd.to_numeric(values).astype("Float64").astype("float64")
    return values.astype(dtype)


def _open_dtype(values: pd.Series) -> str:
    """Return the dtype of a column beyond the canonical ones."""
    if pd.api.types.is_datetime64_any_dtype(values):
        return "datetime64[us]"
    if pd.api.types.is_numeric_dtype(values) or pd.api.types.is_bool_dtype(values):
        return "float64"
    numbers = pd.to_numeric(values, errors="coerce") if values.dtype == "object" else None
    if numbers is not None and numbers.notna().equals(values.notna()):
        texts = values.map(lambda cell: isinstance(cell, str), na_action="ignore")
        return "str" if bool((texts == True).any()) else "float64"  # noqa: E712 - missing is neither
    return "str"


def empty_table(layer: StoredLayer) -> pd.DataFrame:
    """Return the table of a project in which nothing was imported into ``layer`` yet."""
    return normal_form(pd.DataFrame(index=pd.RangeIndex(0)), layer)


def stored_table(frame: pd.DataFrame, layer: StoredLayer, crs: CRS | None) -> pd.DataFrame:
    """Return a frame as it came from a reader in normal form, shapes in ``crs``.

    Parameters
    ----------
    frame
        Table of ``layer``; a GeoDataFrame in any CRS where it has shapes. The key may be the index.
    crs
        The project's metric CRS; None if no row has a shape.

    Raises
    ------
    CrsMissingError
        If there are shapes without a CRS.
    BadGeometryError
        If a reprojected shape has coordinates that are not finite.
    """
    rows = frame.reset_index() if frame.index.name in STORED_KEYS[layer] else frame
    rows = pd.DataFrame(rows.reset_index(drop=True))
    if has_shapes(layer) and "geometry" in rows.columns:
        rows["geometry"] = _to_wkb(frame, layer, crs)
    return normal_form(rows, layer)


def _to_wkb(frame: pd.DataFrame, layer: StoredLayer, crs: CRS | None) -> pd.Series:
    shapes = gpd.GeoSeries(frame["geometry"])
    found = ~(shapes.isna() | shapes.is_empty).to_numpy()
    if found.any():
        if shapes.crs is None:
            raise CrsMissingError(layer, ("EPSG:4490", "EPSG:4326"))
        if crs is not None and not same_crs(shapes.crs, crs):
            shapes = shapes.to_crs(crs)
    flat = shapely.force_2d(np.asarray(shapes.array, dtype=object))
    bounds = shapely.bounds(flat)
    broken = found & ~np.isfinite(bounds).all(axis=1)
    if broken.any():
        rows = tuple(int(row) for row in _spreadsheet_rows(frame)[broken])
        raise BadGeometryError(layer, rows, "coordinates are not finite in the project's CRS")
    wkb = shapely.to_wkb(flat, flavor="iso", byte_order=1)
    return pd.Series(np.where(found, wkb, None), dtype="object")


def _spreadsheet_rows(frame: pd.DataFrame) -> npt.NDArray[np.int64]:
    if "source_row" in frame.columns:
        return np.asarray(frame["source_row"].fillna(0), dtype=np.int64)
    return np.arange(2, len(frame) + 2)


def same_crs(one: CRS, other: CRS) -> bool:
    """Whether two CRS are the same: by EPSG code where both have one, as a .prj has no axes."""
    codes = one.to_epsg(), other.to_epsg()
    if None not in codes:
        return codes[0] == codes[1]
    return bool(one == other)


def is_metric(crs: CRS) -> bool:
    """Whether distances can be measured in ``crs``; those of Web Mercator are a third too long."""
    metres = crs.is_projected and crs.axis_info[0].unit_name == "metre"
    return bool(metres and crs.to_epsg() != 3857)


def spatial_frame(table: pd.DataFrame, crs: CRS | None) -> gpd.GeoDataFrame:
    """Return a stored table with its shapes as geometries in ``crs``."""
    shapes = shapely.from_wkb(table["geometry"].to_numpy(dtype=object))
    return gpd.GeoDataFrame(table.drop(columns="geometry"), geometry=shapes, crs=crs)


def indexed_by_key(frame: gpd.GeoDataFrame, layer: StoredLayer) -> gpd.GeoDataFrame:
    """Return the frame indexed by its (single) key, as the head wants it."""
    (key,) = STORED_KEYS[layer]
    return frame.set_index(key)


def key_columns(rows: pd.DataFrame, layer: StoredLayer) -> pd.DataFrame:
    """Return the columns that tell rows apart, as they are stored.

    Rows written before a layer told sexes and ages apart are about all children.
    """
    made = {name: _as_dtype(_column(rows, name), "str") for name in STORED_KEYS[layer]}
    if layer == "observations":
        made |= {name: made[name].fillna("") for name in GROUP_COLUMNS}
    return pd.DataFrame(made, index=rows.index).reset_index(drop=True)


def row_keys(table: pd.DataFrame, layer: StoredLayer) -> pd.Index:
    """Return the keys of the rows."""
    names: Sequence[str] = STORED_KEYS[layer]
    if len(names) == 1:
        return pd.Index(table[names[0]])
    return pd.MultiIndex.from_frame(table[list(names)])
