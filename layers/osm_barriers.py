"""Canals, rivers, railways and expressways out of an OpenStreetMap extract."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely
from pyproj import CRS

from geo_planner.crs import transformer
from geo_planner.travel.arrays import Shapes
from layers.osm_files import refuse_broken
from layers.osm_rules import OsmRules, osm_rules
from layers.osm_ways import known_runs


def read_barriers(
    path: Path | str, target_crs: CRS, rules: OsmRules | None = None
) -> gpd.GeoDataFrame:
    """Return the lines nobody crosses except where a street does.

    Parameters
    ----------
    path
        ``.osm`` or ``.osm.pbf``.
    target_crs
        The project's metric CRS.

    Returns
    -------
    GeoDataFrame
        ``kind`` (an id of the rows in ``osm_rules.toml``), ``name`` (None where the map has none)
        and LineStrings in ``target_crs``, in the order of the file; no rows where the extract has
        no such line. A line that leaves the extract is kept as far as its places are known.

    Raises
    ------
    UnreadableFileError
        If the file is not OpenStreetMap data, or broken.
    """
    path = Path(path)
    with refuse_broken(path):
        kinds, names, lines = _collect(path, rules or osm_rules())
    move = transformer(CRS.from_epsg(4326), target_crs)
    shapes = shapely.transform(lines, lambda at: np.stack(move.transform(*at.T), axis=1))
    return gpd.GeoDataFrame(
        {
            "kind": np.array(kinds, dtype=object),
            "name": np.array(names, dtype=object),
        },
        geometry=shapes,
        crs=target_crs,
    )


def _collect(path: Path, rules: OsmRules) -> tuple[list[str], list[str | None], Shapes]:
    import osmium  # noqa: PLC0415 - heavy

    pairs = {
        (key, value)
        for row in rules.barriers
        for key, values in row.tags.items()
        for value in values
    }
    ways = (
        osmium.FileProcessor(str(path), osmium.osm.NODE | osmium.osm.WAY)
        .with_locations()
        .with_filter(osmium.filter.EntityFilter(osmium.osm.WAY))
        .with_filter(osmium.filter.TagFilter(*sorted(pairs)))
    )
    kinds: list[str] = []
    names: list[str | None] = []
    lines = []
    for way in ways:
        if not isinstance(way, osmium.osm.Way):
            continue
        kind = rules.barrier_kind(dict(way.tags))
        if kind is None:
            continue
        for run in known_runs(way)[0]:
            lines.append(shapely.LineString([(node.lon, node.lat) for node in run]))
            kinds.append(kind)
            names.append(way.tags.get("name"))
    return kinds, names, np.array(lines, dtype=object)
