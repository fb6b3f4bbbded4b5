"""The walking network of a project, read from OpenStreetMap or from an office's own road lines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
from pyproj import CRS

from geo_planner.crs import choose_metric_crs, crs_label
from geo_planner.errors import (
    CrsNotMetricError,
    NoStreetsInFileError,
    UnknownFormatError,
    UnreadableFileError,
)
from geo_planner.notes import Note, msgid
from layers.osm_ways import drawn_size, read_ways, split_ways
from layers.road_lines import read_road_lines
from layers.road_noding import NEAR_MISS, node_lines
from layers.sources import FORMATS
from layers.street_report import street_facts, street_notes

OSM_ENDINGS = (".osm", ".osm.pbf", ".pbf", ".osm.gz", ".osm.bz2")
JOIN_METRES = 0.5
"""Line ends nearer than this are one place; wider than a drawing error, narrower than a canal."""


@dataclass(frozen=True, eq=False, slots=True)
class StreetsRead:
    """A network as read, with what is worth knowing about it.

    Attributes
    ----------
    edges
        GeoDataFrame of LineStrings in a metric CRS with ``start``, ``end`` (from 0) and ``metres``,
        measured in that CRS like every other distance; and the further columns of
        :attr:`geo_planner.project.Project.streets` as far as the file knows them.
    notes
        What was left out or looks wrong.
    facts
        ``edges nodes kilometres components largest_share`` and more, for reports.
    """

    edges: gpd.GeoDataFrame
    notes: tuple[Note, ...]
    facts: Mapping[str, Any]


def is_osm(path: Path) -> bool:
    """Return whether the file's name says OpenStreetMap."""
    return path.name.lower().endswith(OSM_ENDINGS)


def read_streets(
    path: Path | str,
    target_crs: CRS | None = None,
    *,
    crs: str | None = None,
    join_metres: float = JOIN_METRES,
    mapping: Mapping[str, str] | None = None,
) -> StreetsRead:
    """Read a network and cut it into edges from junction to junction.

    Parameters
    ----------
    path
        ``.osm`` or ``.osm.pbf``, or lines in any vector format.
    target_crs
        The project's metric CRS; chosen by where the streets lie if None.
    crs
        Coordinate system of an office's lines, where the file does not say it: ``EPSG:4490``,
        ``GCJ-02`` and so on. OpenStreetMap is always WGS84.
    join_metres
        Ends of an office's lines nearer than this are joined to another end or line.
    mapping
        Heading -> column of streets (``road_class oneway direction kmh name bridge simulated``) of
        an office's lines, where the headings do not say it themselves.

    Raises
    ------
    UnknownFormatError, UnreadableFileError
        If the file is not one of these.
    NoStreetsInFileError
        If it holds no street that can be used.
    CrsMissingError
        If nothing says in which coordinate system lines are.
    RefusedFileError
        With every fault of an office's lines and its rows.
    """
    path = Path(path)
    if target_crs is not None and not target_crs.is_projected:
        raise CrsNotMetricError("streets", crs_label(target_crs))
    if not path.is_file():
        raise UnreadableFileError(path.name, msgid("there is no such file"))
    if is_osm(path):
        edges, notes, facts = _from_osm(path, target_crs)
    elif path.suffix.lower() in FORMATS:
        edges, notes, facts = _from_lines(path, target_crs, crs, join_metres, mapping)
    else:
        raise UnknownFormatError(path.name, sorted({*FORMATS, *OSM_ENDINGS}))
    if edges.empty:
        raise NoStreetsInFileError(path.name, msgid("no row is a line"))
    facts |= street_facts(edges)
    return StreetsRead(edges, (*notes, *street_notes(edges, facts)), facts)


def _from_osm(
    path: Path, target: CRS | None
) -> tuple[gpd.GeoDataFrame, list[Note], dict[str, Any]]:
    ways = read_ways(path)
    if target is None:
        target = choose_metric_crs((ways.lon.min(), ways.lat.min(), ways.lon.max(), ways.lat.max()))
    nodes, stretches = drawn_size(ways, "walk")
    facts = {
        "ways": len(ways.first) - 1,
        "ways_left_out": ways.left_out,
        "ways_cut": ways.cut,
        "drawn_walking_nodes": nodes,
        "drawn_walking_edges": stretches,
    }
    notes = []
    if ways.left_out:
        text = msgid("{count} ways are neither for walking nor for driving and were left out.")
        notes.append(Note("ways-left-out", text, {"count": ways.left_out}))
    if ways.cut:
        text = msgid("{count} ways leave the extract; only their parts inside it are kept.")
        notes.append(Note("ways-cut", text, {"count": ways.cut}))
    if ways.speeds_not_read:
        text = msgid(
            "The speeds of {count} ways are words, not numbers, and were left blank: {words}."
        )
        words, count = list(ways.speeds_not_read), sum(ways.speeds_not_read.values())
        notes.append(Note("speeds-not-read", text, {"count": count, "words": words}))
    return split_ways(ways, target), notes, facts


def _from_lines(
    path: Path,
    target: CRS | None,
    crs: str | None,
    join_metres: float,
    mapping: Mapping[str, str] | None,
) -> tuple[gpd.GeoDataFrame, list[Note], dict[str, Any]]:
    roads = read_road_lines(path, target, crs, mapping)
    noded = node_lines(roads, tolerance=join_metres)
    notes = list(roads.notes)
    if roads.left_out:
        text = msgid("{count} rows of '{file}' hold no line and were left out: rows {rows}.")
        params = {"count": len(roads.left_out), "file": path.name, "rows": roads.left_out}
        notes.append(Note("rows-without-line", text, params))
    if noded.joined:
        text = msgid(
            "{count} ends of lines within {metres} m of another end or line were joined to it."
        )
        notes.append(Note("ends-joined", text, {"count": noded.joined, "metres": join_metres}))
    if noded.vanished:
        text = msgid(
            "Both ends of these lines were joined to one place, so that nothing is left: "
            "rows {rows}."
        )
        notes.append(Note("lines-vanished", text, {"rows": noded.vanished}))
    if noded.repeated:
        text = msgid(
            "These lines lie, whole or in part, on a line of an earlier row, which counts: "
            "rows {rows}."
        )
        notes.append(Note("lines-repeated", text, {"rows": noded.repeated}))
    if noded.near_misses:
        text = msgid(
            "Ends of these lines stop between {near} and {far} m short of another line without "
            "touching it: rows {rows}. Where that is a drawing error, join them with --join-metres."
        )
        far = NEAR_MISS * join_metres
        params = {"near": join_metres, "far": far, "rows": noded.near_misses}
        notes.append(Note("near-misses", text, params))
    facts = {
        "lines": len(roads.lines),
        "rows_left_out": len(roads.left_out),
        "bridges_and_tunnels": int(roads.apart.sum()),
        "ends_joined": noded.joined,
    }
    return noded.edges, notes, facts
