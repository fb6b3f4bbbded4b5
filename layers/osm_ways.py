"""Streets out of an OpenStreetMap extract (``.osm``, ``.osm.pbf``), by pyosmium."""

from __future__ import annotations

import re
from array import array
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from pyproj import CRS

from geo_planner.crs import transformer
from geo_planner.errors import NoStreetsInFileError
from geo_planner.notes import msgid
from geo_planner.travel.arrays import Floats, Ints, gather
from layers.osm_files import refuse_broken
from layers.osm_rules import OsmRules, osm_rules

NETWORKS = ("walk", "drive")
KMH = {"": 1.0, "kmh": 1.0, "km/h": 1.0, "kph": 1.0, "mph": 1.609344, "knots": 1.852}
"""Kilometres an hour in the units that ``maxspeed`` may name."""
FASTEST = 200.0


@dataclass(frozen=True, eq=False, slots=True)
class Ways:
    """Usable ways, node after node.

    Attributes
    ----------
    ref, lon, lat
        Node ids and degrees (WGS84) of all ways after one another, shape (nodes,).
    first
        Where each way begins in them, shape (ways + 1,).
    columns
        What is known of each way, by column of streets: ``walk`` and ``drive`` (who may use it),
        ``oneway`` (1 along, -1 against, 0 both; 0 where nobody drives), ``road_class`` (value of
        the tag ``highway``), ``kmh``, ``name``, ``bridge`` (or tunnel); each of shape (ways,).
    left_out
        Ways with a ``highway`` tag that no network uses.
    cut
        Ways that leave the extract; only their parts inside are kept.
    speeds_not_read
        Values of ``maxspeed`` that are no number, such as ``CN:urban``, and on how many ways.
    """

    ref: Ints
    lon: Floats
    lat: Floats
    first: Ints
    columns: dict[str, npt.NDArray[Any]]
    left_out: int
    cut: int
    speeds_not_read: dict[str, int]


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
    with refuse_broken(path):
        ways = _collect(path, rules)
    if len(ways.first) == 1:
        raise NoStreetsInFileError(path.name, msgid("none of its ways can be walked or driven"))
    return ways


@dataclass(frozen=True, slots=True)
class _Use:
    """What the tags of a way say about its use."""

    walk: bool
    drive: bool
    oneway: int
    bridge: bool


def _use(rules: OsmRules, tags: dict[str, str]) -> _Use | None:
    """Return what a way may be used for, None if nobody may use it."""
    walk, drive = (rules.may_use(name, tags) for name in NETWORKS)
    if not (walk or drive):
        return None
    return _Use(walk, drive, rules.direction(tags) if drive else 0, rules.passes_apart(tags))


def _collect(path: Path, rules: OsmRules) -> Ways:
    """Read the file once; nodes and ways that are no street never leave the C++ side."""
    import osmium  # noqa: PLC0415 - heavy

    shape_of = osmium.geom.WKBFactory().create_linestring
    keys = rules.way_keys
    uses: dict[tuple[str | None, ...], _Use | None] = {}
    refs, lines = array("q"), []
    rows: list[tuple[_Use, str, str | None, str | None]] = []
    left_out = cut = 0
    streets = (
        osmium.FileProcessor(str(path), osmium.osm.NODE | osmium.osm.WAY)
        .with_locations()
        .with_filter(osmium.filter.EntityFilter(osmium.osm.WAY))
        .with_filter(osmium.filter.KeyFilter("highway"))
    )
    for way in streets:
        if not isinstance(way, osmium.osm.Way):
            continue
        tag = way.tags.get
        said = tuple([tag(key) for key in keys])
        if said not in uses:
            uses[said] = _use(rules, {k: v for k, v in zip(keys, said, strict=True) if v})
        use = uses[said]
        if use is None:
            left_out += 1
            continue
        row = use, way.tags["highway"], tag("maxspeed"), tag("name")
        try:
            lines.append(shape_of(way, osmium.geom.use_nodes.ALL))
        except (osmium.InvalidLocationError, RuntimeError):
            runs, whole = known_runs(way)
            cut += not whole
            for run in runs:
                refs.extend([node.ref for node in run])
                place = shapely.LineString([(node.lon, node.lat) for node in run])
                lines.append(shapely.to_wkb(place, hex=True, byte_order=1))
                rows.append(row)
        else:
            refs.extend([node.ref for node in way.nodes])
            rows.append(row)
    return _ways(np.array(refs, dtype=np.int64), lines, rows, left_out, cut)


def known_runs(way: Any) -> tuple[list[list[Any]], bool]:  # noqa: ANN401 - pyosmium has no types
    """Return a way's stretches of two known places or more, and whether every place is known."""
    runs: list[list[Any]] = [[]]
    whole = True
    for node in way.nodes:
        if node.location.valid():
            runs[-1].append(node)
        else:
            whole = False
            runs.append([])
    return [run for run in runs if len(run) > 1], whole


def _ways(
    ref: Ints,
    lines: list[str],
    rows: list[tuple[_Use, str, str | None, str | None]],
    left_out: int,
    cut: int,
) -> Ways:
    """Return ways as arrays, without nodes that repeat and ways that are but one place."""
    # Behind 18 hexadecimal digits of heading, well-known binary holds 32 a place.
    at = np.frombuffer(bytes.fromhex("".join([line[18:] for line in lines])), dtype="<f8")
    at = at.reshape(-1, 2)
    way = np.repeat(np.arange(len(rows)), [len(line) // 32 for line in lines])
    new = np.ones(len(ref), dtype=bool)
    new[1:] = (ref[1:] != ref[:-1]) | (way[1:] != way[:-1])
    long_enough = np.bincount(way[new], minlength=len(rows)) > 1
    kept = new & long_enough[way]
    first = np.concatenate([[0], np.cumsum(np.bincount(way[kept], minlength=len(rows)))])
    chosen = np.flatnonzero(long_enough)
    used = [rows[row] for row in chosen]
    speeds = [row[2] for row in used]
    kmh = {said: kilometres_an_hour(said) for said in set(speeds) if said}
    return Ways(
        ref[kept],
        at[kept, 0],
        at[kept, 1],
        first[np.append(chosen, len(rows))].astype(np.int64),
        {
            "walk": np.array([row[0].walk for row in used], dtype=bool),
            "drive": np.array([row[0].drive for row in used], dtype=bool),
            "oneway": np.array([row[0].oneway for row in used], dtype=np.int64),
            "road_class": np.array([row[1] for row in used], dtype=object),
            "kmh": np.array([kmh.get(said or "", np.nan) for said in speeds], dtype=np.float64),
            "name": np.array([row[3] for row in used], dtype=object),
            "bridge": np.array([row[0].bridge for row in used], dtype=bool),
        },
        left_out,
        cut,
        {
            said: count
            for said, count in sorted(Counter(filter(None, speeds)).items())
            if np.isnan(kmh[said])
        },
    )


def kilometres_an_hour(said: str) -> float:
    """Return the speed a ``maxspeed`` states, ``nan`` where it is a word or cannot be.

    Of several speeds in one tag (``80;60``) the lowest counts.
    """
    found = []
    for part in said.lower().split(";"):
        number = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([a-z/]*)\s*", part)
        if number is None or number[2] not in KMH:
            return float("nan")
        found.append(float(number[1]) * KMH[number[2]])
    return min(found) if all(0 < speed <= FASTEST for speed in found) else float("nan")


def split_ways(ways: Ways, crs: CRS) -> gpd.GeoDataFrame:
    """Return edges from junction to junction.

    A junction is a node that several ways, or one way several times, pass, or at which a way ends.
    Ways that cross without a common node (bridges, tunnels) stay apart.

    Returns
    -------
    GeoDataFrame
        ``start``, ``end`` (from 0, in the order of OpenStreetMap's node ids), ``metres`` (in
        ``crs``), the columns of ``ways`` and LineStrings in ``crs``, in the ways' direction.
    """
    place, _ = pd.factorize(ways.ref)
    times = np.bincount(place)
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
            **{name: values[way] for name, values in ways.columns.items()},
        },
        geometry=lines,
        crs=crs,
    )


def drawn_size(ways: Ways, network: str) -> tuple[int, int]:
    """Return how many nodes, and different stretches between them, a network has as drawn."""
    used = ways.columns[network]
    place, places = pd.factorize(ways.ref)
    nodes = gather(ways.first[:-1][used], ways.first[1:][used])
    inner = gather(ways.first[:-1][used], ways.first[1:][used] - 1)
    low, high = np.sort(np.stack([place[inner], place[inner + 1]]), axis=0)
    stretches = pd.unique(low * len(places) + high)
    return len(pd.unique(place[nodes])), len(stretches)
