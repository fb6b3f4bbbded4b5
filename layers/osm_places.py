"""Buildings, facilities, settlements and boundaries out of an OpenStreetMap extract."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo_planner.errors import UnreadableFileError
from geo_planner.travel.positions import positions
from layers.osm_rules import OsmRules, osm_rules

WGS84 = "EPSG:4326"


@dataclass(frozen=True, eq=False, slots=True)
class OsmPlaces:
    """What stands where, in degrees (WGS84).

    Attributes
    ----------
    buildings
        One point a building that may be lived in.
    facilities
        Points with ``osm_id`` (``n12``, ``w7``, ``r3``), ``name`` (None where the map has none) and
        ``facility_type``.
    settlements
        Points with ``osm_id``, ``name`` and ``urban``.
    boundaries
        Administrative areas with ``osm_id``, ``name`` and ``admin_level``; only those that lie
        whole in the extract.
    broken_areas
        Areas whose outline is not closed in the extract, left out.
    """

    buildings: gpd.GeoDataFrame
    facilities: gpd.GeoDataFrame
    settlements: gpd.GeoDataFrame
    boundaries: gpd.GeoDataFrame
    broken_areas: int


@dataclass(slots=True)
class _Found:
    buildings: list[tuple[str, Any]] = field(default_factory=list)
    facilities: list[tuple[str, str | None, str, Any]] = field(default_factory=list)
    settlements: list[tuple[str, str, bool, Any]] = field(default_factory=list)
    boundaries: list[tuple[str, str, int, Any]] = field(default_factory=list)
    broken: int = 0


def read_places(path: Path, rules: OsmRules | None = None) -> OsmPlaces:
    """Return what stands where.

    Raises
    ------
    UnreadableFileError
        If the file is not OpenStreetMap data, or broken.
    """
    rules = rules or osm_rules()
    found = _Found()
    try:
        _walk(path, rules, found)
    except RuntimeError as problem:
        raise UnreadableFileError(path.name, str(problem)) from problem
    return OsmPlaces(
        _points(found.buildings, ["osm_id"]),
        _points(found.facilities, ["osm_id", "name", "facility_type"]),
        _points(found.settlements, ["osm_id", "name", "urban"]),
        _frame(found.boundaries, ["osm_id", "name", "admin_level"]),
        found.broken,
    )


def _walk(path: Path, rules: OsmRules, found: _Found) -> None:
    """Sort every node and area of the file into what it is."""
    import osmium  # noqa: PLC0415 - heavy

    wkb = osmium.geom.WKBFactory()
    keys = osmium.filter.KeyFilter("building", "place", "boundary", *sorted(rules.facility_keys))
    open_ways: dict[str, tuple[dict[str, str], tuple[float, float]]] = {}
    for thing in osmium.FileProcessor(str(path)).with_areas(keys).with_filter(keys):
        tags = {tag.k: tag.v for tag in thing.tags}
        if isinstance(thing, osmium.osm.Way):
            if rules.facility_types(tags):
                places = [(node.lon, node.lat) for node in thing.nodes if node.location.valid()]
                if places:
                    open_ways[f"w{thing.id}"] = tags, places[len(places) // 2]
        elif isinstance(thing, osmium.osm.Node):
            _sort(f"n{thing.id}", tags, (thing.lon, thing.lat), rules, found)
        elif isinstance(thing, osmium.osm.Area):
            name = f"{'w' if thing.from_way() else 'r'}{thing.orig_id()}"
            try:
                shape = wkb.create_multipolygon(thing)
            except RuntimeError:
                found.broken += 1
                continue
            open_ways.pop(name, None)
            _sort(name, tags, shape, rules, found)
    # An outline cut off at the rim of the extract is still a facility: it stands on its outline.
    for name, (tags, place) in open_ways.items():
        _sort(name, tags, place, rules, found)


def _sort(
    osm_id: str,
    tags: dict[str, str],
    shape: str | tuple[float, float],
    rules: OsmRules,
    found: _Found,
) -> None:
    building = tags.get("building")
    if building is not None and building not in rules.not_lived_in:
        found.buildings.append((osm_id, shape))
    for kind in rules.facility_types(tags):
        found.facilities.append((osm_id, tags.get("name"), kind, shape))
    place = tags.get("place")
    if "name" in tags and place in rules.urban_places | rules.rural_places:
        found.settlements.append((osm_id, tags["name"], place in rules.urban_places, shape))
    level = tags.get("admin_level", "")
    if (
        tags.get("boundary") == "administrative"
        and "name" in tags
        and level.isdecimal()
        and osm_id[0] == "r"
    ):
        found.boundaries.append((osm_id, tags["name"], int(level), shape))


def _frame(rows: list[Any], columns: list[str]) -> gpd.GeoDataFrame:
    """Return rows as a table in the order of their ids, shapes made of WKB or positions."""
    table = pd.DataFrame([row[:-1] for row in rows], columns=columns)
    shapes = np.array(
        [
            shapely.from_wkb(row[-1]) if isinstance(row[-1], str) else shapely.Point(row[-1])
            for row in rows
        ],
        dtype=object,
    )
    frame = gpd.GeoDataFrame(table, geometry=shapes, crs=WGS84)
    return frame.sort_values(columns, kind="stable").reset_index(drop=True)


def _points(rows: list[Any], columns: list[str]) -> gpd.GeoDataFrame:
    frame = _frame(rows, columns)
    return frame.set_geometry(gpd.GeoSeries(positions(frame), index=frame.index, crs=WGS84))
