"""Lines as a network: cut where they meet, joined where they nearly do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from geo_planner.travel.arrays import Flags, Floats, Ints, Shapes
from layers.road_lines import RoadLines

GRID = 0.001
"""Metres; positions are rounded to it, so that lines which meet have one common point."""
NEAR_MISS = 10
"""Ends that stop short of another line by less than so many tolerances are told of."""


@dataclass(frozen=True, eq=False, slots=True)
class Noded:
    """Edges of a network and what happened to the lines on the way.

    Attributes
    ----------
    edges
        GeoDataFrame with ``start``, ``end`` (from 0), ``metres``, ``source_row``, the columns of
        the lines, and LineStrings in their CRS; each piece has the columns of the line it is part
        of and runs in that line's direction.
    joined
        How many ends of lines were drawn onto another end or line.
    repeated
        Rows whose line lies, whole or in part, where that of a lower row does; the lower counts.
    near_misses
        Rows of lines with an end that stops short of another line by little more than the
        tolerance.
    vanished
        Rows of lines whose ends were joined to one place, with nothing left between.
    """

    edges: gpd.GeoDataFrame
    joined: int
    repeated: tuple[int, ...]
    near_misses: tuple[int, ...]
    vanished: tuple[int, ...]


def node_lines(roads: RoadLines, *, tolerance: float) -> Noded:
    """Return edges cut at every crossing and junction.

    Lines on the ground are cut wherever they cross or touch. Bridges and tunnels are cut only
    where another line ends at them, and cut another only where they end on it. Ends nearer than
    ``tolerance`` metres to another end or line are joined to it. Where lines lie on each other one
    piece is left, that of the lowest row.
    """
    drawn = shapely.set_precision(roads.lines, GRID, mode="pointwise")
    lines, joined, missing = _join_ends(drawn, tolerance)
    on_ground = np.flatnonzero(~roads.apart & (shapely.length(lines) > 0))
    over = np.flatnonzero(roads.apart & (shapely.length(lines) > 0))
    pieces, line, lies = _noded(lines[on_ground])
    two_way = _driven_against(line, lies, roads.columns.get("oneway"), on_ground)
    pieces, which = _cut_at(pieces, _ends(lines[over]).reshape(-1, 2))
    line, two_way = on_ground[line[which]], two_way[which]
    above, which = _cut_at(
        lines[over], np.concatenate([_ends(pieces), _ends(lines[over])]).reshape(-1, 2)
    )
    above, first = _without_copies(above)
    every = np.concatenate([pieces, above])
    line = np.concatenate([line, over[which[first]]])
    long_enough = shapely.length(every) > 0
    every, line = every[long_enough], line[long_enough]
    two_way = np.concatenate([two_way, np.zeros(len(above), dtype=bool)])[long_enough]
    ends = np.round(_ends(every) / GRID).astype(np.int64)
    _, ids = np.unique(ends.reshape(-1, 2), axis=0, return_inverse=True)
    start, end = ids.reshape(-1, 2).T
    edges = gpd.GeoDataFrame(
        {
            "start": start,
            "end": end,
            "metres": shapely.length(every),
            "source_row": roads.row[line],
            **{name: values[line] for name, values in roads.columns.items()},
        },
        geometry=every,
        crs=roads.crs,
    )
    if two_way.any():
        edges.loc[two_way, "oneway"] = 0
    return Noded(
        edges,
        joined,
        _rows(roads, np.concatenate([on_ground[lies.hidden], np.delete(over[which], first)])),
        _rows(roads, missing),
        _rows(roads, np.flatnonzero(shapely.length(lines) == 0)),
    )


def _rows(roads: RoadLines, lines: Ints) -> tuple[int, ...]:
    return tuple(np.unique(roads.row[lines]).tolist())


def _ends(lines: Shapes) -> Floats:
    """Return first and last position of each line, shape (n, 2, 2)."""
    ends = np.stack([shapely.get_point(lines, 0), shapely.get_point(lines, -1)], axis=1)
    return np.stack([shapely.get_x(ends), shapely.get_y(ends)], axis=2).reshape(-1, 2, 2)


def _join_ends(lines: Shapes, tolerance: float) -> tuple[Shapes, int, Ints]:
    """Return lines with ends drawn onto other ends or lines within ``tolerance``.

    An end moves by no more than a third of its line, so that short lines keep their length however
    wide the tolerance.

    Returns
    -------
    lines, joined, missing
        The lines; how many ends moved; the lines with an end that just does not reach another.
    """
    ends = _ends(lines).reshape(-1, 2)
    reach = np.repeat(np.minimum(tolerance, shapely.length(lines) / 3), 2)
    pairs = cKDTree(ends).query_pairs(tolerance, output_type="ndarray")
    apart = np.hypot(*(ends[pairs[:, 0]] - ends[pairs[:, 1]]).T)
    pairs = pairs[apart <= reach[pairs].min(axis=1)]
    linked = coo_array((np.ones(len(pairs)), pairs.T), shape=(len(ends), len(ends)))
    _, cluster = connected_components(linked, directed=False)
    first = np.unique(cluster, return_index=True)[1]
    places = ends[first]
    tips = shapely.points(places)
    tree = shapely.STRtree(lines)
    own = cluster.reshape(-1, 2)
    tip, line = tree.query(tips, predicate="dwithin", distance=NEAR_MISS * tolerance)
    other = (own[line] != tip[:, None]).all(axis=1)
    tip, line = tip[other], line[other]
    off = shapely.distance(tips[tip], lines[line])
    order = np.lexsort((line, off, tip))
    tip, chosen = np.unique(tip[order], return_index=True)
    line, off = line[order][chosen], off[order][chosen]
    least = np.full(len(first), np.inf)
    np.minimum.at(least, cluster, reach)
    onto = off <= least[tip]
    missing = _short_of(ends, first[tip[~onto]], lines, line[~onto], tolerance)
    missing = missing[np.bincount(cluster)[cluster[missing]] == 1] // 2
    tip, line = tip[onto], line[onto]
    foot = shapely.get_point(shapely.shortest_line(lines[line], tips[tip]), 0)
    places[tip] = np.round(shapely.get_coordinates(foot) / GRID) * GRID
    # The foot becomes a vertex: where the line's own end moves as well, it still passes there.
    along = shapely.line_locate_point(lines[line], tips[tip])
    inner = (along > GRID) & (along < shapely.length(lines[line]) - GRID)
    marked, _ = _with_vertices(lines, line[inner], along[inner], places[tip[inner]], cut=False)
    moved = int((np.abs(places[cluster] - ends) > GRID / 2).any(axis=1).sum())
    return _with_ends(marked, places[cluster].reshape(-1, 2, 2)), moved, missing


def _short_of(ends: Floats, end: Ints, lines: Shapes, line: Ints, tolerance: float) -> Ints:
    """Return the ends of lines that do not touch their near line with their other end either."""
    other = shapely.points(ends[end ^ 1])
    touches = np.asarray(shapely.dwithin(other, lines[line], tolerance), dtype=np.bool_)
    return end[~touches]


def _with_ends(lines: Shapes, ends: Floats) -> Shapes:
    """Return the lines with their first and last position replaced."""
    at, which = shapely.get_coordinates(lines, return_index=True)
    first = np.searchsorted(which, np.arange(len(lines)))
    last = np.append(first[1:], len(at)) - 1
    at[first], at[last] = ends[:, 0], ends[:, 1]
    return np.asarray(shapely.linestrings(at, indices=which))


@dataclass(frozen=True, eq=False, slots=True)
class _Lies:
    """Every pair of a piece and a line it lies on, and whether both lead the same way."""

    piece: Ints
    line: Ints
    along: Flags
    hidden: Ints


def _noded(lines: Shapes) -> tuple[Shapes, Ints, _Lies]:
    """Return the lines cut at every crossing, in their own direction, and whose each piece is.

    Returns
    -------
    pieces, line, lies
        Pieces; index of the lowest line each lies on, which gives its direction; all lines it
        lies on.
    """
    none = np.empty(0, dtype=np.int64)
    if not len(lines):
        return lines, none, _Lies(none, none, none.astype(bool), none)
    pieces = shapely.get_parts(shapely.union_all(lines, grid_size=GRID))
    middle = shapely.line_interpolate_point(pieces, 0.5, normalized=True)
    tree = shapely.STRtree(lines)
    piece, line = tree.query(middle, predicate="dwithin", distance=2 * GRID)
    for end in (0, -1):
        on = shapely.dwithin(shapely.get_point(pieces[piece], end), lines[line], 2 * GRID)
        piece, line = piece[on], line[on]
    lost = np.setdiff1d(np.arange(len(pieces)), piece)
    piece = np.concatenate([piece, lost])
    line = np.concatenate([line, tree.nearest(middle[lost])])
    order = np.lexsort((line, piece))
    piece, line = piece[order], line[order]
    chosen = np.unique(piece, return_index=True)[1]
    early, late = (
        shapely.line_locate_point(
            lines[line], shapely.line_interpolate_point(pieces, share, normalized=True)[piece]
        )
        for share in (0.25, 0.75)
    )
    leads = early <= late
    turned = ~leads[chosen]
    pieces[turned] = shapely.reverse(pieces[turned])
    return (
        pieces,
        line[chosen],
        _Lies(piece, line, leads == leads[chosen][piece], np.unique(np.delete(line, chosen))),
    )


def _driven_against(
    line: Ints, lies: _Lies, oneway: npt.NDArray[Any] | None, on_ground: Ints
) -> Flags:
    """Return pieces that a one-way line leads along and another one-way line against.

    Such a pair, drawn once in each direction, is how some files say that one may drive both ways.
    """
    found = np.zeros(len(line), dtype=bool)
    if oneway is not None:
        said = np.asarray(oneway, dtype=np.int64)[on_ground]
        against = np.where(lies.along, 1, -1) * said[lies.line] * said[line[lies.piece]] < 0
        found[lies.piece[against]] = True
    return found


def _cut_at(lines: Shapes, points: Floats) -> tuple[Shapes, Ints]:
    """Return the lines cut where one of the points lies on them, ends aside, and whose pieces."""
    if not (len(lines) and len(points)):
        return lines, np.arange(len(lines), dtype=np.int64)
    marks = shapely.points(np.unique(points, axis=0))
    mark, line = shapely.STRtree(lines).query(marks, predicate="dwithin", distance=GRID)
    along = shapely.line_locate_point(lines[line], marks[mark])
    inner = (along > GRID) & (along < shapely.length(lines[line]) - GRID)
    at = shapely.get_coordinates(marks[mark[inner]])
    return _with_vertices(lines, line[inner], along[inner], at, cut=True)


def _with_vertices(
    lines: Shapes, line: Ints, along: Floats, at: Floats, *, cut: bool
) -> tuple[Shapes, Ints]:
    """Return lines with vertices put in, cut there or whole, and the index of each one's line.

    Parameters
    ----------
    line, along, at
        Where to put them: the line, metres from its start, and the position, shape (k, 2).
    """
    own, which = shapely.get_coordinates(lines, return_index=True)
    step = np.hypot(*np.diff(own, axis=0, prepend=own[:1]).T)
    run = np.cumsum(step)
    run -= run[np.searchsorted(which, which)]
    whose = np.concatenate([which, line])
    place = np.concatenate([run, along])
    every = np.concatenate([own, at])
    cuts = np.concatenate([np.zeros(len(own), dtype=bool), np.full(len(at), cut)])
    order = np.lexsort((cuts, place, whose))
    # A vertex to cut at ends one piece and begins the next.
    twice = np.repeat(order, 1 + cuts[order])
    begins = np.ones(len(twice), dtype=bool)
    begins[1:] = (twice[1:] == twice[:-1]) | (whose[twice[1:]] != whose[twice[:-1]])
    made = shapely.linestrings(every[twice], indices=np.cumsum(begins) - 1)
    return np.asarray(made), whose[twice[begins]].astype(np.int64)


def _without_copies(lines: Shapes) -> tuple[Shapes, Ints]:
    """Return the lines without those drawn again, either way round, and the indices of the rest."""
    shapes = shapely.to_wkb(shapely.normalize(lines), hex=True)
    first = np.sort(np.unique(shapes.astype(str), return_index=True)[1]).astype(np.int64)
    return lines[first], first
