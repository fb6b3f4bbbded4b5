"""Cut invented roads wherever they meet, so that every junction is an end point of each road."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import replace
from itertools import pairwise

from shapely import LineString, STRtree

from layers.demo.ground import Point, Road

Segment = tuple[Point, Point]
ROUND = 1
"""Decimals of a vertex: ten centimetres."""


def node(roads: list[Road]) -> list[Road]:
    """Return the roads cut at every crossing and shared vertex, vertices rounded to a decimetre.

    A vertex is put into both roads where two of them cross; then roads are cut at every vertex that
    two roads share.
    """
    rounded = [replace(road, points=_rounded(road.points)) for road in roads]
    crossed = _with_crossings(rounded)
    uses: dict[Point, int] = defaultdict(int)
    for road in crossed:
        for point in set(road.points):
            uses[point] += 1
    return [piece for road in crossed for piece in _cut(road, uses)]


def _rounded(points: list[Point]) -> list[Point]:
    kept: list[Point] = []
    for x, y in points:
        point = (round(x, ROUND), round(y, ROUND))
        if not kept or kept[-1] != point:
            kept.append(point)
    return kept


def _with_crossings(roads: list[Road]) -> list[Road]:
    segments: list[tuple[int, int, Segment]] = [
        (number, place, (a, b))
        for number, road in enumerate(roads)
        for place, (a, b) in enumerate(pairwise(road.points))
    ]
    lines = [LineString(ends) for _, _, ends in segments]
    tree = STRtree(lines)
    extra: dict[tuple[int, int], list[Point]] = defaultdict(list)
    for first, line in enumerate(lines):
        for second in sorted(int(found) for found in tree.query(line)):
            if second <= first or segments[first][0] == segments[second][0]:
                continue
            met = crossing(segments[first][2], segments[second][2])
            if met is not None:
                extra[segments[first][:2]].append(met)
                extra[segments[second][:2]].append(met)
    made = []
    for number, road in enumerate(roads):
        points = [road.points[0]]
        for place, (a, b) in enumerate(pairwise(road.points)):
            points += sorted(extra.get((number, place), ()), key=lambda met, a=a: math.dist(a, met))
            points.append(b)
        made.append(replace(road, points=_rounded(points)))
    return made


def crossing(first: Segment, second: Segment) -> Point | None:
    """Return where two segments cross, or None if they do not or are parallel."""
    (ax, ay), (bx, by) = first
    (cx, cy), (dx, dy) = second
    ux, uy, vx, vy = bx - ax, by - ay, dx - cx, dy - cy
    cross = ux * vy - uy * vx
    if cross == 0:
        return None
    s = ((cx - ax) * vy - (cy - ay) * vx) / cross
    t = ((cx - ax) * uy - (cy - ay) * ux) / cross
    if not (0 <= s <= 1 and 0 <= t <= 1):
        return None
    return (round(ax + s * ux, ROUND), round(ay + s * uy, ROUND))


def _cut(road: Road, uses: dict[Point, int]) -> list[Road]:
    pieces = []
    current = [road.points[0]]
    for point in road.points[1:]:
        current.append(point)
        if uses[point] > 1:
            pieces.append(replace(road, points=current))
            current = [point]
    if len(current) > 1:
        pieces.append(replace(road, points=current))
    return pieces
