"""Metric coordinate systems and the Chinese datums."""

from __future__ import annotations

import geopandas as gpd

from geo_planner.errors import CrsNotMetricError


def require_metric(layer: gpd.GeoDataFrame, name: str) -> None:
    """Raise :class:`CrsNotMetricError` unless ``layer`` is projected with metres as its unit."""
    crs = layer.crs
    if crs is None or not crs.is_projected or crs.axis_info[0].unit_name != "metre":
        raise CrsNotMetricError(name, "no CRS" if crs is None else crs.to_string())
