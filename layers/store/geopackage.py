"""Tables as layers of a GeoPackage that QGIS opens: named in both languages, CRS right."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyogrio
import shapely
from pyproj import CRS

from geo_planner.catalogue import Catalogue, Label
from geo_planner.errors import NotKnownError
from layers.store.tables import (
    StoredLayer,
    empty_table,
    has_shapes,
    normal_form,
    without_blank_columns,
)

TITLES: dict[StoredLayer, Label] = {
    "facilities": Label("设施", "Facilities"),
    "observations": Label("指标观测值", "Observations"),
    "streets": Label("步行路网", "Walking streets"),
    "barriers": Label("通行阻隔", "Barriers"),
    "acknowledgements": Label("预警处理记录", "Handling of early warnings"),
}
LOG_TABLE = "import_log"
_SHAPE_NAME = "geom"
_ARROW = {"float64": "float64", "int64": "int64", "Int64": "int64", "bool": "bool_"}


def write_layer(
    path: Path, layer: StoredLayer, table: pd.DataFrame, *, catalogue: Catalogue, crs: CRS | None
) -> dict[str, int]:
    """Write one layer into the GeoPackage at ``path``, in place of what it held of that layer.

    Units are written as one table a kind, shapes as points or as what they are. While the project's
    CRS is undecided there are no shapes yet, and the tables have no shape column.

    Returns
    -------
    dict
        Rows by table name.

    Raises
    ------
    NotKnownError
        If a unit is of a kind the catalogue does not have.
    """
    written = {}
    for name, title, rows in _split(layer, table, catalogue):
        _write_table(path, name, title, rows, crs=crs if has_shapes(layer) else None)
        written[name] = len(rows)
    return written


def _split(
    layer: StoredLayer, table: pd.DataFrame, catalogue: Catalogue
) -> Iterator[tuple[str, Label, pd.DataFrame]]:
    if layer != "units":
        yield layer, TITLES[layer], table
        return
    for kind in table["kind"].dropna().unique():
        catalogue.unit_kind(kind)
    for row in catalogue.unit_kinds.values():
        part = table.loc[table["kind"] == row.id]
        yield row.plural, row.label, without_blank_columns(part, layer)


def _write_table(
    path: Path, name: str, title: Label, rows: pd.DataFrame, *, crs: CRS | None
) -> None:
    options: dict[str, Any] = {
        "IDENTIFIER": f"{name} {title.zh}",
        "DESCRIPTION": f"{title.zh} / {title.en}",
    }
    if crs is None:
        pyogrio.write_arrow(
            _arrow_table(rows.drop(columns="geometry", errors="ignore")),
            path,
            layer=name,
            driver="GPKG",
            layer_options={**options, "ASPATIAL_VARIANT": "GPKG_ATTRIBUTES"},
        )
    else:
        pyogrio.write_arrow(
            _arrow_table(rows),
            path,
            layer=name,
            driver="GPKG",
            geometry_name=_SHAPE_NAME,
            geometry_type=_shape_type(rows),
            crs=crs.to_wkt(),
            layer_options={**options, "GEOMETRY_NAME": _SHAPE_NAME},
        )


def _shape_type(rows: pd.DataFrame) -> str:
    """Return the narrowest type that takes every shape, as QGIS draws those best."""
    shapes = rows["geometry"].dropna().to_numpy(dtype=object)
    kinds = set(np.unique(shapely.get_type_id(shapely.from_wkb(shapes)))) if len(shapes) else set()
    names = {
        0: "Point",
        1: "LineString",
        3: "Polygon",
        5: "MultiLineString",
        6: "MultiPolygon",
    }
    return names.get(kinds.pop(), "Unknown") if len(kinds) == 1 else "Unknown"


def _arrow_table(rows: pd.DataFrame) -> Any:  # noqa: ANN401 - pyarrow has no types
    """Return the rows as an Arrow table whose types do not depend on what the cells hold."""
    columns = {}
    for name in rows.columns:
        values = rows[name]
        if name == "geometry":
            columns[_SHAPE_NAME] = pa.array(values, type=pa.binary(), from_pandas=True)
        elif pd.api.types.is_datetime64_any_dtype(values):
            columns[name] = pa.array(values, type=pa.timestamp("us"), from_pandas=True).cast(
                "date32"
            )
        else:
            arrow_type = getattr(pa, _ARROW.get(str(values.dtype), "string"))()
            columns[name] = pa.array(values, type=arrow_type, from_pandas=True)
    return pa.table(columns)


def read_layer_table(path: Path, layer: StoredLayer, catalogue: Catalogue) -> pd.DataFrame:
    """Return one layer of the GeoPackage in normal form.

    Raises
    ------
    NotKnownError
        If the file holds units of a kind the catalogue does not have.
    """
    there = table_names(path)
    if layer != "units":
        return (
            normal_form(_read_table(path, layer), layer) if layer in there else empty_table(layer)
        )
    plurals = [row.plural for row in catalogue.unit_kinds.values()]
    _refuse_strange_kinds(path, there - set(plurals), catalogue)
    parts = [_read_table(path, name) for name in plurals if name in there]
    filled = [part for part in parts if len(part)]
    return normal_form(pd.concat(filled), layer) if filled else empty_table(layer)


def _read_table(path: Path, name: str) -> pd.DataFrame:
    _, found = pyogrio.read_arrow(path, layer=name)
    if _SHAPE_NAME in found.column_names:
        at = found.column_names.index(_SHAPE_NAME)
        shapes = pd.Series(found.column(at).to_pylist(), dtype="object")
        rows = found.remove_column(at).to_pandas(date_as_object=False)
        rows["geometry"] = shapes
    else:
        rows = found.to_pandas(date_as_object=False)
    return rows


def _refuse_strange_kinds(path: Path, tables: set[str], catalogue: Catalogue) -> None:
    """Raise if a table of units is of a kind that was taken out of the catalogue since.

    A table somebody copied in QGIS holds kinds that are known; it is left alone.
    """
    with connected(path) as database:
        for name in sorted(tables):
            columns = {row[1] for row in database.execute(f'PRAGMA table_info("{name}")')}
            if not {"unit_id", "kind", "source_file", "source_row"} <= columns:
                continue
            for (kind,) in database.execute(f'SELECT DISTINCT kind FROM "{name}"'):
                if kind is not None and kind not in catalogue.unit_kinds:
                    raise NotKnownError.among("unit kind", str(kind), list(catalogue.unit_kinds))


@contextmanager
def connected(path: Path) -> Iterator[sqlite3.Connection]:
    """Open the database behind a GeoPackage, commit at the end and close it."""
    if not path.is_file():
        raise FileNotFoundError(path)
    with closing(sqlite3.connect(path, timeout=1.0)) as database, database:
        yield database


def table_names(path: Path) -> set[str]:
    """Return the names of the tables the GeoPackage lists."""
    with connected(path) as database:
        return {row[0] for row in database.execute("SELECT table_name FROM gpkg_contents")}


def stamp(database: sqlite3.Connection, tables: dict[str, int], moment: str) -> None:
    """Give tables the time of the import, so that equal imports give equal bytes, and count them.

    Raises
    ------
    sqlite3.DatabaseError
        If a table does not hold the rows that were given to it.
    """
    for name, rows in tables.items():
        database.execute(
            "UPDATE gpkg_contents SET last_change = ? WHERE table_name = ?", (moment, name)
        )
        (found,) = database.execute(f'SELECT count(*) FROM "{name}"').fetchone()
        if found != rows:
            raise sqlite3.DatabaseError(f"table {name} holds {found} of {rows} rows")


def compact(path: Path) -> None:
    """Give back the room of rows that are gone, once it is most of the file."""
    with connected(path) as database:
        (pages,) = database.execute("PRAGMA page_count").fetchone()
        (free,) = database.execute("PRAGMA freelist_count").fetchone()
        if 2 * free > pages:
            database.execute("VACUUM")
