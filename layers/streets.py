"""The walking network of a project, read from OpenStreetMap or from an office's own road lines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from pyproj import CRS, Geod

from geo_planner.crs import choose_metric_crs, crs_label
from geo_planner.errors import CrsNotMetricError, UnknownFormatError, UnreadableFileError
from geo_planner.notes import Note, msgid
from geo_planner.travel import StreetNetwork
from layers.osm_ways import drawn_size, read_ways, split_ways
from layers.road_lines import node_lines, read_road_lines
from layers.sources import FORMATS

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
        Ends of an office's lines nearer than this are joined.

    Raises
    ------
    UnknownFormatError, UnreadableFileError
        If the file is not one of these.
    NoStreetsInFileError
        If it holds no street that can be used.
    CrsMissingError
        If nothing says in which coordinate system lines are.
    """
    path = Path(path)
    if target_crs is not None and not target_crs.is_projected:
        raise CrsNotMetricError("streets", crs_label(target_crs))
    if not path.is_file():
        raise UnreadableFileError(path.name, msgid("there is no such file"))
    if is_osm(path):
        edges, notes, facts = _from_osm(path, target_crs)
    elif path.suffix.lower() in FORMATS:
        edges, notes, facts = _from_lines(path, target_crs, crs, join_metres)
    else:
        raise UnknownFormatError(path.name, sorted({*FORMATS, *OSM_ENDINGS}))
    facts |= _size(edges)
    return StreetsRead(edges, (*notes, *_doubts(edges, facts)), facts)


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
        notes.append(
            Note(
                "ways-left-out",
                msgid("{count} ways are neither for walking nor for driving and were left out."),
                {"count": ways.left_out},
            )
        )
    if ways.cut:
        notes.append(
            Note(
                "ways-cut",
                msgid("{count} ways leave the extract; only their parts inside it are kept."),
                {"count": ways.cut},
            )
        )
    return split_ways(ways, target), notes, facts


def _from_lines(
    path: Path, target: CRS | None, crs: str | None, join_metres: float
) -> tuple[gpd.GeoDataFrame, list[Note], dict[str, Any]]:
    roads = read_road_lines(path, target, crs)
    notes = []
    if roads.left_out:
        notes.append(
            Note(
                "rows-without-line",
                msgid("{count} rows of '{file}' hold no line and were left out."),
                {"count": roads.left_out, "file": path.name},
            )
        )
    facts = {
        "lines": len(roads.lines),
        "rows_left_out": roads.left_out,
        "bridges_and_tunnels": int(roads.apart.sum()),
    }
    return node_lines(roads, tolerance=join_metres), notes, facts


def _size(edges: gpd.GeoDataFrame) -> dict[str, Any]:
    """Return how big the walking network is and into how many parts it falls."""
    walked = edges.loc[edges["walk"]] if "walk" in edges else edges
    network = StreetNetwork.from_streets(walked)
    used = np.unique(np.concatenate([network.start, network.end]))
    parts = np.unique(network.component[used], return_counts=True)[1]
    return {
        "edges": len(walked),
        "nodes": len(used),
        "kilometres": round(float(walked["metres"].sum()) / 1000, 3),
        "components": len(parts),
        "largest_share": round(float(parts.max(initial=0)) / max(1, len(used)), 4),
        "crs": crs_label(edges.crs),
        "ruler_error": round(_ruler_error(edges), 6),
    }


def _ruler_error(edges: gpd.GeoDataFrame) -> float:
    """Return by which share lengths in the metric CRS differ from those on the ellipsoid."""
    some = edges.iloc[:: max(1, len(edges) // 1000)]
    at, which = shapely.get_coordinates(some.to_crs(4326).geometry.to_numpy(), return_index=True)
    same = which[1:] == which[:-1]
    away = Geod(ellps="WGS84").inv(*at[:-1][same].T, *at[1:][same].T)[2]
    true = float(np.sum(away))
    return float(some.geometry.length.sum()) / true - 1 if true > 0 else 0.0


def _doubts(edges: gpd.GeoDataFrame, facts: Mapping[str, Any]) -> list[Note]:
    notes = []
    if facts["components"] > 1:
        notes.append(
            Note(
                "street-islands",
                msgid(
                    "The walking network falls into {count} parts that do not touch; the largest "
                    "holds {percent} % of its junctions. From one part to another there is no way."
                ),
                {
                    "count": facts["components"],
                    "percent": round(100 * facts["largest_share"], 1),
                },
            )
        )
    if abs(facts["ruler_error"]) > 0.001:
        notes.append(
            Note(
                "ruler-error",
                msgid("Lengths in {crs} differ from true lengths by {percent} % here."),
                {"crs": crs_label(edges.crs), "percent": round(100 * facts["ruler_error"], 2)},
            )
        )
    return notes
