"""Tables with shapes as GeoJSON in degrees: the one reprojection on the way out."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from fastapi.responses import JSONResponse

from api.shown import plain

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

SERVED_CRS = "EPSG:4326"


class GeoJson(JSONResponse):
    """GeoJSON on the wire."""

    media_type = "application/geo+json"


def shape_texts(table: pd.DataFrame) -> list[str]:
    """Return each row's shape as GeoJSON text in degrees; ``null`` where there is none."""
    import shapely  # noqa: PLC0415 - only for downloads

    if "geometry" not in table:
        return ["null"] * len(table)
    found = shapely.to_geojson(table.geometry.to_crs(SERVED_CRS).to_numpy())
    return ["null" if text is None else str(text) for text in found]


def feature_text(shape: str, record: dict[str, Any]) -> str:
    """Return a feature as text from its shape's text and its values."""
    properties = json.dumps(plain(record), ensure_ascii=False, allow_nan=False)
    return f'{{"type": "Feature", "geometry": {shape}, "properties": {properties}}}'


def features_of(table: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    """Return a table's rows as features, coordinates to 0.1 m."""
    import shapely  # noqa: PLC0415 - only for downloads

    web = table.geometry.to_crs(SERVED_CRS)
    shapes = [
        shape
        if shape is None or shape.is_empty
        else shapely.transform(shape, lambda at: at.round(6))
        for shape in web
    ]
    records = table.drop(columns=table.geometry.name).to_dict("records")
    return [
        {
            "type": "Feature",
            "geometry": None
            if shape is None or shape.is_empty
            else json.loads(shapely.to_geojson(shape)),
            "properties": plain(record),
        }
        for shape, record in zip(shapes, records, strict=True)
    ]
