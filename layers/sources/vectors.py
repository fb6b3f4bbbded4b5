"""Vector files through GDAL (pyogrio): GeoPackage, Shapefile, GeoJSON, KML, FlatGeobuf."""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError, GeometryError
from pyproj import CRS
from pyproj.exceptions import CRSError

from geo_planner.errors import EmptyLayerError, NotKnownError, UnreadableFileError
from geo_planner.notes import Note, msgid
from layers.sources.disguises import require_driver, require_true_name
from layers.sources.limits import Limits, require_file_size, require_table_size
from layers.sources.table import Cells, KnowsHeading, RawTable, blank_mask, cell_array

_FAILURES = (
    *(DataSourceError, DataLayerError, FeatureError, GeometryError),
    *(UnicodeDecodeError, ValueError, RuntimeError, OSError, shapely.errors.GEOSException),
)
_KML_FIELDS = frozenset(
    (
        *("id", "description", "timestamp", "begin", "end", "altitudeMode", "tessellate"),
        *("extrude", "visibility", "drawOrder", "icon"),
    )
)


def read_vector(
    path: Path, *, knows: KnowsHeading, sheet: str | None = None, limits: Limits
) -> RawTable:
    """Return the table of one layer of a vector file; see :func:`layers.sources.read_table`.

    Row numbers count features from 2, as the attribute table would stand in a spreadsheet with its
    headings in row 1.
    """
    del knows
    require_file_size(path, limits)
    if path.stat().st_size == 0:
        raise EmptyLayerError(path.name)
    require_true_name(path)
    layer, notes = _choose_layer(path, sheet)
    meta, fields, shapes = read_features(path, layer=layer, limits=limits)
    crs, by_standard = _stated_crs(path, meta["crs"])
    table = table_from_features(
        file=path.name, sheet=layer, names=[str(name) for name in meta["fields"]], fields=fields
    )
    kept = [
        index
        for index, heading in enumerate(table.headings)
        if not (
            path.suffix.lower() in (".kml", ".kmz")
            and heading in _KML_FIELDS
            and _says_nothing(table.columns[index])
        )
    ]
    return RawTable(
        path.name,
        layer if len(pyogrio.list_layers(path)) > 1 else None,
        tuple(table.headings[index] for index in kept),
        tuple(table.columns[index] for index in kept),
        table.rows,
        geometry=shapes,
        crs=crs,
        crs_by_standard=by_standard,
        notes=tuple(notes),
    )


def _says_nothing(column: Cells) -> bool:
    """Return whether a KML field is blank or holds only the viewer's defaults."""
    return bool(blank_mask(column).all()) or all(
        value in (None, -1, 0, 1, False) for value in column
    )


def read_features(
    path: Path, *, layer: str | None, limits: Limits, encoding: str | None = None
) -> tuple[dict[str, Any], list[Cells], Cells]:
    """Return metadata, field columns and shapes of a layer; the number of features is checked.

    Raises
    ------
    UnreadableFileError, EmptyLayerError, TooLargeError
        If the layer is broken, has no feature, or too many.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            info = pyogrio.read_info(path, layer=layer, encoding=encoding, force_feature_count=True)
            require_driver(path, str(info["driver"]))
            count = int(info["features"])
            require_table_size(path.name, max(count, 0), len(info["fields"]), limits)
            meta, _, shapes, fields = pyogrio.raw.read(path, layer=layer, encoding=encoding)
            geometry = (
                np.full(len(fields[0]) if fields else 0, None, dtype=object)
                if shapes is None
                else shapely.from_wkb(shapes)
            )
    except _FAILURES as broken:
        raise UnreadableFileError(path.name, _first_line(broken)) from broken
    columns = [_cells(column) for column in fields]
    if count == 0:
        raise EmptyLayerError(path.name)
    if len(geometry) != count:
        raise UnreadableFileError(path.name, f"{count} features announced, {len(geometry)} read")
    return dict(meta), columns, geometry


def _first_line(broken: BaseException) -> str:
    text = str(broken).strip().splitlines()[0] if str(broken).strip() else type(broken).__name__
    return text.rsplit("/", 1)[-1].rstrip(".")  # folders of the server are nobody's business


def table_from_features(
    *, file: str, sheet: str | None, names: list[str], fields: list[Cells]
) -> RawTable:
    """Return field columns as a table without shapes."""
    count = len(fields[0]) if fields else 0
    return RawTable(
        file, sheet, tuple(names), tuple(fields), np.arange(2, 2 + count, dtype=np.int64)
    )


def _cells(column: Any) -> Cells:  # noqa: ANN401 - whatever dtype GDAL gives
    array = np.asarray(column)
    if array.dtype.kind == "M":
        values = array.astype("datetime64[us]").astype(object)
        return cell_array([None if value is None else value for value in values])
    return cell_array([_plain(value) for value in array.tolist()])


def _plain(value: Any) -> Any:  # noqa: ANN401 - a list of GeoJSON comes as an array
    """Return a value as a cell; a list as the text of its items."""
    if isinstance(value, (np.ndarray, list, tuple)):
        return ";".join(map(str, np.asarray(value).tolist()))
    return value


def _choose_layer(path: Path, wanted: str | None) -> tuple[str | None, list[Note]]:
    """Return the layer to read: the one asked for, else the first with shapes."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            layers = pyogrio.list_layers(path)
    except _FAILURES as broken:
        raise UnreadableFileError(path.name, _first_line(broken)) from broken
    names = [str(name) for name, _ in layers]
    if not names:
        raise EmptyLayerError(path.name)
    if wanted is not None:
        if wanted not in names and len(names) > 1:
            raise NotKnownError.among("sheet", wanted, names)
        return (wanted if wanted in names else names[0]), []
    chosen = next((str(name) for name, kind in layers if kind is not None), names[0])
    if len(names) == 1:
        return chosen, []
    others = [name for name in names if name != chosen]
    text = msgid("Layer '{sheet}' was read; the file also has: {others}.")
    return chosen, [Note("other-sheets", text, {"sheet": chosen, "others": others})]


def _stated_crs(path: Path, crs: str | None) -> tuple[CRS | None, bool]:
    """Return the system a file states, and whether only its format's standard says so."""
    suffix = path.suffix.lower()
    if suffix in (".geojson", ".json") and not _has_crs_member(path):
        return CRS.from_epsg(4326), True
    if suffix in (".kml", ".kmz"):
        return CRS.from_epsg(4326), True
    if crs is None:
        return None, False
    try:
        return CRS.from_user_input(crs), False
    except CRSError as broken:
        raise UnreadableFileError(path.name, _first_line(broken)) from broken


def _has_crs_member(path: Path) -> bool:
    """Return whether a GeoJSON document carries the old ``crs`` member."""
    data = path.read_bytes()
    if b'"crs"' not in data:
        return False
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        return True  # not plain JSON (GDAL read it as another dialect): trust GDAL
    return isinstance(document, dict) and bool(document.get("crs"))
