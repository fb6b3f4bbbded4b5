"""Streets out of an OpenStreetMap extract (``.osm``, ``.osm.pbf``), by pyosmium."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely
from pyproj import CRS

from geo_planner.crs import transformer
from geo_planner.errors import NoStreetsInFileError, UnreadableFileError
from geo_planner.notes import msgid
from geo_planner.travel.arrays import Flags, Floats, Ints, gather
from layers.osm_rules import OsmRules, osm_rules

NETWORKS = ("walk", "drive")


@dataclass(frozen=True, eq=False, slots=True)
class Ways:
    """Usable ways, node after node.

    Attributes
    ----------
    ref, lon, lat
        Node ids and degrees (WGS84) of all ways after one another, shape (nodes,).
    first
        Where each way begins in them, shape (ways + 1,).
    highway
        Value of the tag, one a way.
    allowed
        By network, who may use it, one flag a way.
    left_out
        Ways with a ``highway`` tag that no network uses.
    cut
        Ways that leave the extract; only their parts inside are kept.
    """

    ref: Ints
    lon: Floats
    lat: Floats
    first: Ints
    highway: list[str]
    allowed: dict[str, Flags]
    left_out: int
    cut: int


def read_ways(path: Path, rules: OsmRules | None = None) -> Ways:
    """Return the ways that somebody may use.

    Raises
    ------
    UnreadableFileError
        If the file is not OpenStreetMap data, or broken.
    NoStreetsInFileError
        If no way in it can be used.
    """
    rules = rules or osm_rules()
    try:
        ways = _collect(path, rules)
    except RuntimeError as problem:
        raise UnreadableFileError(path.name, str(problem)) from problem
    if len(ways.first) == 1:
        raise NoStreetsInFileError(path.name, msgid("none of its ways can be walked or driven"))
    return ways


def _collect(path: Path, rules: OsmRules) -> Ways:
    import osmium  # noqa: PLC0415 - heavy

    ref, lon, lat, first, highway = [], [], [], [0], []
    allowed: dict[str, list[bool]] = {name: [] for name in NETWORKS}
    left_out = cut = 0
    streets = osmium.filter.KeyFilter("highway")
    for way in osmium.FileProcessor(str(path)).with_locations().with_filter(streets):
        if not isinstance(way, osmium.osm.Way):
            continue
        tags = {tag.k: tag.v for tag in way.tags}
        use = [rules.may_use(name, tags) for name in NETWORKS]
        if not any(use):
            left_out += 1
            continue
        runs = _runs(way)
        cut += not all(node.location.valid() for node in way.nodes)
        for run in runs:
            ref += [node.ref for node in run]
            lon += [node.lon for node in run]
            lat += [node.lat for node in run]
            first.append(len(ref))
            highway.append(tags["highway"])
            for name, may in zip(NETWORKS, use, strict=True):
                allowed[name].append(may)
    return Ways(
        np.array(ref, dtype=np.int64),
        np.array(lon, dtype=np.float64),
        np.array(lat, dtype=np.float64),
        np.array(first, dtype=np.int64),
        highway,
        {name: np.array(flags, dtype=bool) for name, flags in allowed.items()},
        left_out,
        cut,
    )


def _runs(way: Any) -> list[list[Any]]:  # noqa: ANN401 - pyosmium has no types
    """Return a way's stretches of two nodes or more whose places are in the extract."""
    runs: list[list[Any]] = [[]]
    for node in way.nodes:
        if not node.location.valid():
            runs.append([])
        elif not runs[-1] or runs[-1][-1].ref != node.ref:
            runs[-1].append(node)
    return [run for run in runs if len(run) > 1]


def split_ways(ways: Ways, crs: CRS) -> gpd.GeoDataFrame:
    """Return edges from junction to junction.

    A junction is a node that several ways, or one way several times, pass, or at which a way ends.
    Ways that cross without a common node (bridges, tunnels) stay apart.

    Returns
    -------
    GeoDataFrame
        ``start``, ``end`` (from 0, in the order of OpenStreetMap's node ids), ``metres`` (in
        ``crs``), ``highway``, ``walk``, ``drive`` and LineStrings in ``crs``.
    """
    _, place, times = np.unique(ways.ref, return_inverse=True, return_counts=True)
    ends = np.zeros(len(ways.ref), dtype=bool)
    ends[ways.first[:-1]] = ends[ways.first[1:] - 1] = True
    cuts = np.flatnonzero(ends | (times[place] > 1))
    way = np.searchsorted(ways.first, cuts, side="right") - 1
    begins = np.flatnonzero(way[:-1] == way[1:])
    begin, stop, way = cuts[begins], cuts[begins + 1], way[begins]
    x, y = transformer(CRS.from_epsg(4326), crs).transform(ways.lon, ways.lat)
    points = gather(begin, stop + 1)
    lines = shapely.linestrings(
        np.stack([x[points], y[points]], axis=1),
        indices=np.repeat(np.arange(len(begin)), stop + 1 - begin),
    )
    ids = np.unique(np.concatenate([ways.ref[begin], ways.ref[stop]]), return_inverse=True)[1]
    start, end = np.split(ids.astype(np.int64), 2)
    return gpd.GeoDataFrame(
        {
            "start": start,
            "end": end,
            "metres": shapely.length(lines),
            "highway": np.array(ways.highway, dtype=object)[way],
            **{name: flags[way] for name, flags in ways.allowed.items()},
        },
        geometry=lines,
        crs=crs,
    )


def drawn_size(ways: Ways, network: str) -> tuple[int, int]:
    """Return how many nodes, and different stretches between them, a network has as drawn."""
    used = ways.allowed[network]
    nodes = gather(ways.first[:-1][used], ways.first[1:][used])
    inner = gather(ways.first[:-1][used], ways.first[1:][used] - 1)
    pairs: npt.NDArray[np.int64] = np.sort(
        np.stack([ways.ref[inner], ways.ref[inner + 1]], axis=1), axis=1
    )
    return len(np.unique(ways.ref[nodes])), len(np.unique(pairs, axis=0))
