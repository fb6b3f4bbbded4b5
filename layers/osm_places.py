"""Buildings, facilities, settlements and boundaries out of an OpenStreetMap extract."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo_planner.travel.positions import positions
from layers.osm_files import refuse_broken
from layers.osm_rules import OsmRules, osm_rules

WGS84 = "EPSG:4326"
_Tags = Callable[[str], str | None]
"""Gives the value of a tag, or None."""


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
    with refuse_broken(path):
        _walk(path, rules, found)
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

    shape_of = osmium.geom.WKBFactory().create_multipolygon
    facility_keys = sorted(rules.facility_keys)
    keys = osmium.filter.KeyFilter("building", "place", "boundary", *facility_keys)
    # Of the ways themselves only facilities are of interest: their outline may be cut off.
    as_way = osmium.filter.KeyFilter(*facility_keys)
    as_way.enable_for(osmium.osm.WAY)
    as_area = osmium.filter.EntityFilter(osmium.osm.NODE | osmium.osm.WAY | osmium.osm.AREA)
    open_ways: dict[str, tuple[_Tags, tuple[float, float]]] = {}
    things = osmium.FileProcessor(str(path)).with_areas(keys)
    for thing in things.with_filter(as_area).with_filter(keys).with_filter(as_way):
        if isinstance(thing, osmium.osm.Area):
            name = f"{'w' if thing.from_way() else 'r'}{thing.orig_id()}"
            try:
                shape = shape_of(thing)
            except RuntimeError:
                found.broken += 1
                continue
            open_ways.pop(name, None)
            _sort(name, thing.tags.get, shape, rules, found)
        elif isinstance(thing, osmium.osm.Node):
            _sort(f"n{thing.id}", thing.tags.get, (thing.lon, thing.lat), rules, found)
        elif isinstance(thing, osmium.osm.Way) and rules.facility_types(thing.tags.get):
            places = [(node.lon, node.lat) for node in thing.nodes if node.location.valid()]
            if places:
                open_ways[f"w{thing.id}"] = dict(thing.tags).get, places[len(places) // 2]
    # An outline cut off at the rim of the extract is still a facility: it stands on its outline.
    for name, (tag, place) in open_ways.items():
        _sort(name, tag, place, rules, found)


def _sort(
    osm_id: str,
    tag: _Tags,
    shape: str | tuple[float, float],
    rules: OsmRules,
    found: _Found,
) -> None:
    building = tag("building")
    if building is not None and building not in rules.not_lived_in:
        found.buildings.append((osm_id, shape))
    for kind in rules.facility_types(tag):
        found.facilities.append((osm_id, tag("name"), kind, shape))
    place, boundary = tag("place"), tag("boundary")
    if place is None and boundary is None:
        return
    name = tag("name")
    if name is None:
        return
    if place in rules.urban_places or place in rules.rural_places:
        found.settlements.append((osm_id, name, place in rules.urban_places, shape))
    level = tag("admin_level") or ""
    if boundary == "administrative" and level.isdecimal() and osm_id[0] == "r":
        found.boundaries.append((osm_id, name, int(level), shape))


def _frame(rows: list[Any], columns: list[str]) -> gpd.GeoDataFrame:
    """Return rows as a table in the order of their ids, shapes made of WKB or positions."""
    table = pd.DataFrame([row[:-1] for row in rows], columns=columns)
    said = np.empty(len(rows), dtype=object)
    said[:] = [row[-1] for row in rows]
    is_area = np.array([isinstance(one, str) for one in said], dtype=bool)
    shapes = np.empty(len(rows), dtype=object)
    # Hexadecimal text is turned to bytes here: shapely takes three times as long over it.
    shapes[is_area] = shapely.from_wkb([bytes.fromhex(one) for one in said[is_area]])
    if not is_area.all():
        shapes[~is_area] = shapely.points(np.array(said[~is_area].tolist()))
    frame = gpd.GeoDataFrame(table, geometry=shapes, crs=WGS84)
    return frame.sort_values(columns, kind="stable").reset_index(drop=True)


def _points(rows: list[Any], columns: list[str]) -> gpd.GeoDataFrame:
    frame = _frame(rows, columns)
    return frame.set_geometry(gpd.GeoSeries(positions(frame), index=frame.index, crs=WGS84))
