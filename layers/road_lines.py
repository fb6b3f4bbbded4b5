"""An office's own road lines as a network: cut where they meet, joined where they nearly do."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely
from pyproj import CRS
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from geo_planner.crs import (
    CHOICES,
    StatedCrs,
    choose_metric_crs,
    parse_crs,
    state_crs,
    to_wgs84,
    transformer,
)
from geo_planner.errors import CrsMissingError, NoStreetsInFileError, RefusedFileError
from geo_planner.notes import msgid
from geo_planner.travel.arrays import Flags, Floats, Ints, Shapes
from layers.sources import RawTable, read_table
from layers.stated import impossible

GRID = 0.001
"""Metres; positions are rounded to it, so that lines which meet have one common point."""


@dataclass(frozen=True, eq=False, slots=True)
class RoadLines:
    """Lines of a file in a metric CRS.

    Attributes
    ----------
    lines
        LineStrings, shape (n,).
    apart
        Which are bridges or tunnels: they meet others only at their ends.
    crs
        The metric CRS.
    left_out
        Rows without a line: points, areas, empty shapes.
    """

    lines: Shapes
    apart: Flags
    crs: CRS
    left_out: int


def read_road_lines(path: Path, target: CRS | None, stated: str | None) -> RoadLines:
    """Return the lines of any vector file, in ``target`` (or the CRS best for where they lie).

    Raises
    ------
    CrsMissingError
        If neither the file nor ``stated`` says in which coordinate system they are.
    RefusedFileError
        If lines cannot lie where that system puts them.
    NoStreetsInFileError
        If the file holds no line.
    """
    table = read_table(path, knows=lambda heading: heading.lower() in _words()["apart"])
    # A file of bare lines has no columns and hence no rows: its shapes are counted.
    shapes = np.empty(0, dtype=object) if table.geometry is None else table.geometry
    lines, row = _parts(shapes)
    if not len(lines):
        raise NoStreetsInFileError(path.name, msgid("no row is a line"))
    crs = _stated(table, stated)
    _require_possible(lines, row + 2, crs, path.name)
    lines, metric = _projected(lines, crs, target)
    long_enough = shapely.length(lines) > GRID
    return RoadLines(
        lines[long_enough],
        _apart(table, len(shapes))[row][long_enough],
        metric,
        len(shapes) - len(np.unique(row[long_enough])),
    )


def node_lines(roads: RoadLines, *, tolerance: float) -> gpd.GeoDataFrame:
    """Return edges cut at every crossing and junction.

    Lines on the ground are cut wherever they cross or touch. Bridges and tunnels are cut only
    where another line ends at them, and cut another only where they end on it. Ends nearer than
    ``tolerance`` metres to another end or line are joined to it.

    Returns
    -------
    GeoDataFrame
        ``start``, ``end`` (from 0), ``metres`` and LineStrings in the CRS of ``roads``.
    """
    lines = _join_ends(shapely.set_precision(roads.lines, GRID, mode="pointwise"), tolerance)
    ground, above = lines[~roads.apart], lines[roads.apart]
    noded = shapely.union_all(ground, grid_size=GRID) if len(ground) else None
    pieces = shapely.get_parts(noded) if noded is not None else ground
    pieces = _cut_at(pieces, _ends(above).reshape(-1, 2))
    above = _cut_at(above, np.concatenate([_ends(pieces), _ends(above)]).reshape(-1, 2))
    every = np.concatenate([pieces, above])
    every = every[shapely.length(every) > 0]
    ends = np.round(_ends(every) / GRID).astype(np.int64)
    _, ids = np.unique(ends.reshape(-1, 2), axis=0, return_inverse=True)
    start, end = ids.reshape(-1, 2).T
    return gpd.GeoDataFrame(
        {"start": start, "end": end, "metres": shapely.length(every)}, geometry=every, crs=roads.crs
    )


@cache
def _words() -> dict[str, frozenset[str]]:
    text = Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")
    return {name: frozenset(words) for name, words in tomllib.loads(text).items()}


def _parts(shapes: Shapes) -> tuple[Shapes, Ints]:
    """Return single lines and the row each came from."""
    known = np.flatnonzero(~shapely.is_missing(shapes))
    parts, which = shapely.get_parts(shapely.force_2d(shapes[known]), return_index=True)
    kinds = (shapely.GeometryType.LINESTRING, shapely.GeometryType.LINEARRING)
    is_line = np.isin(shapely.get_type_id(parts), kinds) & ~shapely.is_empty(parts)
    return parts[is_line], known[which[is_line]]


def _stated(table: RawTable, stated: str | None) -> StatedCrs:
    if stated is not None:
        return parse_crs(stated)
    if table.crs is None:
        raise CrsMissingError("streets", CHOICES)
    return state_crs(table.crs)


def _require_possible(lines: Shapes, rows: Ints, stated: StatedCrs, file: str) -> None:
    """Refuse lines that cannot lie where the stated system puts them, such as swapped degrees."""
    bounds = shapely.bounds(lines)
    every = np.ones(len(lines), dtype=np.bool_)
    faults, _ = impossible(bounds, stated, mask=every, layer="streets", rows=rows)
    if faults:
        raise RefusedFileError(file, tuple(faults))


def _projected(lines: Shapes, stated: StatedCrs, target: CRS | None) -> tuple[Shapes, CRS]:
    """Return the lines in the project's metric CRS, or in one chosen for them."""
    source = stated.crs
    if stated.offset:
        lines = shapely.transform(
            lines, lambda at: np.stack(to_wgs84(at[:, 0], at[:, 1], stated.datum), axis=1)
        )
    if target is None:
        to_degrees = transformer(source, CRS.from_epsg(4326))
        degrees = to_degrees.transform_bounds(*shapely.total_bounds(lines))
        target = choose_metric_crs(degrees)
    moved = transformer(source, target)
    return (
        shapely.transform(lines, lambda at: np.stack(moved.transform(*at.T), axis=1)),
        target,
    )


def _apart(table: RawTable, count: int) -> Flags:
    """Return which rows say that they pass over or under."""
    flags = np.zeros(count, dtype=bool)
    words = _words()
    for heading, column in zip(table.headings, table.columns, strict=True):
        if heading.strip().lower() in words["apart"]:
            flags |= [
                cell is not None and str(cell).strip().lower() not in words["no"] for cell in column
            ]
    return flags


def _ends(lines: Shapes) -> Floats:
    """Return first and last position of each line, shape (n, 2, 2)."""
    ends = np.stack([shapely.get_point(lines, 0), shapely.get_point(lines, -1)], axis=1)
    return np.stack([shapely.get_x(ends), shapely.get_y(ends)], axis=2).reshape(-1, 2, 2)


def _join_ends(lines: Shapes, tolerance: float) -> Shapes:
    """Return the lines with ends drawn onto other ends or lines within ``tolerance``."""
    ends = _ends(lines).reshape(-1, 2)
    pairs = cKDTree(ends).query_pairs(tolerance, output_type="ndarray")
    linked = coo_array((np.ones(len(pairs)), pairs.T), shape=(len(ends), len(ends)))
    _, cluster = connected_components(linked, directed=False)
    first = np.unique(cluster, return_index=True)[1]
    joined = ends[first][cluster]
    alone = np.flatnonzero(np.bincount(cluster)[cluster] == 1)
    tips = shapely.points(joined[alone])
    tree = shapely.STRtree(lines)
    tip, line = tree.query(tips, predicate="dwithin", distance=tolerance)
    other = line != alone[tip] // 2
    tip, line = tip[other], line[other]
    off = shapely.distance(tips[tip], lines[line])
    order = np.lexsort((line, off, tip))
    tip, chosen = np.unique(tip[order], return_index=True)
    onto = shapely.get_point(shapely.shortest_line(lines[line[order][chosen]], tips[tip]), 0)
    joined[alone[tip]] = np.round(shapely.get_coordinates(onto) / GRID) * GRID
    return _with_ends(lines, joined.reshape(-1, 2, 2))


def _with_ends(lines: Shapes, ends: Floats) -> Shapes:
    """Return the lines with their first and last position replaced."""
    at, which = shapely.get_coordinates(lines, return_index=True)
    first = np.searchsorted(which, np.arange(len(lines)))
    last = np.append(first[1:], len(at)) - 1
    at[first], at[last] = ends[:, 0], ends[:, 1]
    return np.asarray(shapely.linestrings(at, indices=which))


def _cut_at(lines: Shapes, points: Floats) -> Shapes:
    """Return the lines cut where one of the points lies on them, ends aside."""
    if not (len(lines) and len(points)):
        return lines
    marks = shapely.points(np.unique(points, axis=0))
    mark, line = shapely.STRtree(lines).query(marks, predicate="dwithin", distance=GRID)
    along = shapely.line_locate_point(lines[line], marks[mark])
    inner = (along > GRID) & (along < shapely.length(lines[line]) - GRID)
    mark, line, along = mark[inner], line[inner], along[inner]
    whole = np.ones(len(lines), dtype=bool)
    whole[line] = False
    cut = [
        piece
        for one in np.unique(line)
        for piece in _pieces(lines[one], marks[mark[line == one]], along[line == one])
    ]
    return np.concatenate([lines[whole], np.array(cut, dtype=object)])


def _pieces(line: shapely.LineString, marks: Shapes, along: Floats) -> list[shapely.LineString]:
    """Return a line cut at marks that lie on it; the marks become its vertices."""
    at = shapely.get_coordinates(line)
    own = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(at, axis=0).T))])
    places = np.concatenate([own, along])
    every = np.concatenate([at, shapely.get_coordinates(marks)])
    cuts = np.concatenate([np.zeros(len(own), dtype=bool), np.ones(len(along), dtype=bool)])
    order = np.argsort(places, kind="stable")
    every, cuts = every[order], cuts[order]
    bounds = [0, *np.flatnonzero(cuts).tolist(), len(every) - 1]
    made = [shapely.LineString(every[a : b + 1]) for a, b in pairwise(bounds)]
    return [piece for piece in made if piece.length > 0]
