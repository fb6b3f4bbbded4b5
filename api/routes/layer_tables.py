"""A project's tables as they are listed and downloaded."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from api.geojson import feature_text, shape_texts
from api.schemas import LayerEntry, LayerName
from geo_planner.errors import EmptyLayerError, NoStreetsError

if TYPE_CHECKING:
    import pandas as pd

    from geo_planner.project import Project

LAYERS: tuple[LayerName, ...] = ("units", "facilities", "observations", "streets", "barriers")
_AT_ONCE = 2000


def layer_entries(project: Project) -> list[LayerEntry]:
    """Return one entry a stored table, in the order files are imported."""
    found = []
    for name in LAYERS:
        table = getattr(project, name)
        if table is None:
            continue
        shaped = "geometry" in table
        made_up = int(table["simulated"].fillna(value=False).sum()) if "simulated" in table else 0
        found.append(
            LayerEntry(
                layer=name,
                rows=len(table),
                with_position=int(table.geometry.notna().sum()) if shaped else None,
                simulated=made_up,
                crs=project.crs.to_string() if shaped else None,
            )
        )
    return found


def table_of(project: Project, layer: LayerName) -> pd.DataFrame:
    """Return one table with its key as a column.

    Raises
    ------
    NoStreetsError
        If streets are asked of a project that has none.
    EmptyLayerError
        If barriers are asked of a project that has none.
    """
    table: pd.DataFrame | None = getattr(project, layer)
    if table is None:
        raise NoStreetsError if layer == "streets" else EmptyLayerError(layer)
    return table if table.index.name is None else table.reset_index()


def as_geojson(project: Project, layer: LayerName) -> Iterator[str]:
    """Write one table as a GeoJSON FeatureCollection in degrees, a piece at a time."""
    table = table_of(project, layer)
    shapes = shape_texts(table)
    attributes = table.drop(columns="geometry", errors="ignore")
    yield '{"type": "FeatureCollection", "features": ['
    for start in range(0, len(attributes), _AT_ONCE):
        records = attributes.iloc[start : start + _AT_ONCE].to_dict("records")
        pairs = zip(shapes[start : start + _AT_ONCE], records, strict=True)
        lead = ",\n" if start else "\n"
        yield lead + ",\n".join(feature_text(shape, record) for shape, record in pairs)
    yield "\n]}\n"


def write_geopackage(project: Project, layer: LayerName) -> Path:
    """Write one table as a GeoPackage in the project's metric CRS and return the temporary file.

    Raises
    ------
    EmptyLayerError
        If the table has no row: a GeoPackage layer of nothing has no kind of shape.
    """
    import pyogrio  # noqa: PLC0415 - only for downloads

    table = table_of(project, layer)
    if table.empty:
        raise EmptyLayerError(layer)
    path = Path(tempfile.mkdtemp(prefix="geo-planner-")) / f"{layer}.gpkg"
    pyogrio.write_dataframe(table, path, layer=layer, driver="GPKG")
    return path
