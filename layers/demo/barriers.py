"""Invented barriers, and how roads pass them: by a bridge or an underpass, and nowhere else."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from layers.demo.ground import Line, Point, Road, along, length
from layers.demo.noding import ROUND, crossing

RAILWAY_SOUTH = 2200.0
EXPRESSWAY_SOUTH = 5600.0
"""How far south of the old main road the railway and the expressway run, metres."""
BEYOND = 25_000.0
"""How much farther than the last places on the main road they run, metres east and west."""
NEAR_CANAL = 900.0
"""Companies within this of a canal are watered by it."""
CLEAR_OF_TOWN = 750.0
PASSES = {"canal": ("桥", 20.0), "gully": ("桥", 30.0), "railway": ("下穿", 25.0)}
PASSES["expressway"] = ("下穿", 30.0)
"""How a road passes a kind of barrier, and how far to each side the structure reaches, metres."""
BANK = 15.0
"""Lanes that no bridge is built for end this far from a barrier, metres."""


@dataclass(frozen=True, slots=True)
class Barrier:
    """A line nobody crosses on the ground: kind, name and vertices in metres."""

    kind: str
    name: str
    points: Line


def corridor(west: Sequence[Road], east: Sequence[Road]) -> list[Barrier]:
    """Return the railway and the expressway, straighter copies of the old main road to the south.

    Parameters
    ----------
    west, east
        The stretches of the main road from the core area to either end.
    """
    line = [point for road in reversed(west) for point in reversed(road.points)]
    line += [point for road in east for point in road.points]
    line = list(dict.fromkeys(line))
    bends = [*line[:-1:2], line[-1]]
    (west_x, west_y), (east_x, east_y) = bends[0], bends[-1]
    bends = [(west_x - BEYOND, west_y + BEYOND / 5), *bends, (east_x + BEYOND, east_y)]
    return [
        Barrier(kind, name, [(x, y - south) for x, y in bends])
        for kind, name, south in (
            ("railway", "兰新铁路", RAILWAY_SOUTH),
            ("expressway", "连霍高速", EXPRESSWAY_SOUTH),
        )
    ]


def main_canal(
    name: str, drawn: Sequence[Line], places: Sequence[Point], seat: Point
) -> Barrier | None:
    """Return the canal that waters most companies and runs clear of the town; None if none does."""
    clear = [line for line in drawn if off(seat, line) > CLEAR_OF_TOWN]
    if not clear:
        return None
    chosen = max(clear, key=lambda line: sum(off(place, line) < NEAR_CANAL for place in places))
    return Barrier("canal", f"{name}干渠", chosen)


def off(point: Point, line: Line) -> float:
    """Return the distance of a point from a line in metres."""
    return min(_off_segment(point, a, b) for a, b in pairwise(line))


def _off_segment(point: Point, a: Point, b: Point) -> float:
    dx, dy = b[0] - a[0], b[1] - a[1]
    square = dx * dx + dy * dy
    share = ((point[0] - a[0]) * dx + (point[1] - a[1]) * dy) / square if square else 0.0
    share = min(1.0, max(0.0, share))
    return math.dist(point, (a[0] + share * dx, a[1] + share * dy))


def crossings(line: Line, barrier: Line) -> list[float]:
    """Return how far along ``line`` it meets ``barrier``, metres, ascending."""
    found = []
    done = 0.0
    for a, b in pairwise(line):
        for c, d in pairwise(barrier):
            if max(a[0], b[0]) < min(c[0], d[0]) or max(c[0], d[0]) < min(a[0], b[0]):
                continue
            met = crossing((a, b), (c, d))
            if met is not None:
                found.append(done + math.dist(a, met))
        done += math.dist(a, b)
    return sorted(found)


def count_crossings(line: Line, barriers: Sequence[Barrier]) -> int:
    """Return how many times a line meets barriers."""
    return sum(len(crossings(line, barrier.points)) for barrier in barriers)


def ended_at_bank(lane: Road, home: int, barriers: Sequence[Barrier]) -> Road:
    """Return a lane without what lies beyond a barrier from its vertex number ``home``."""
    arms = []
    for arm in (lane.points[home::-1], lane.points[home:]):
        met = [at for barrier in barriers for at in crossings(arm, barrier.points)]
        arms.append(part(arm, 0.0, max(1.0, min(met) - BANK)) if met else arm)
    return replace(lane, points=[*arms[0][:0:-1], *arms[1]])


def part(line: Line, start: float, end: float) -> Line:
    """Return a line from ``start`` to ``end`` metres along it."""
    kept = [along(line, start, 0.0)]
    done = 0.0
    for a, b in pairwise(line):
        done += math.dist(a, b)
        if start < done < end:
            kept.append(b)
    return [*kept, along(line, min(end, length(line)), 0.0)]


Span = tuple[float, float, str, str]
"""Start and end of a structure along its road, how it passes the barrier, and its name."""


def with_passes(roads: Sequence[Road], barriers: Sequence[Barrier]) -> list[Road]:
    """Return noded roads cut before and behind every barrier, the piece between marked as passing.

    Vertices are rounded as noding rounds them.
    """
    return [piece for road in roads for piece in _cut(road, _spans(road, barriers))]


def _spans(road: Road, barriers: Sequence[Barrier]) -> list[Span]:
    """Return where a road passes barriers, in order; what would leave less than a metre is one."""
    found: list[Span] = []
    for barrier in barriers:
        word, reach = PASSES[barrier.kind]
        title = f"{barrier.name}{'桥' if word == '桥' else '下穿通道'}"
        for at in crossings(road.points, barrier.points):
            start = at - reach if at - reach >= 1.0 else 0.0
            end = at + reach if road.metres - at - reach >= 1.0 else road.metres
            found.append((start, end, word, title))
    kept: list[Span] = []
    for span in sorted(found):
        if kept and span[0] - kept[-1][1] < 1.0:
            kept[-1] = (kept[-1][0], max(span[1], kept[-1][1]), *kept[-1][2:])
        else:
            kept.append(span)
    return kept


def _cut(road: Road, spans: Sequence[Span]) -> list[Road]:
    if not spans:
        return [road]
    pieces = []
    done = 0.0
    for start, end, word, title in spans:
        if start > done:
            pieces.append(replace(road, points=_tidy(part(road.points, done, start))))
        passing = _tidy(part(road.points, start, end))
        pieces.append(replace(road, name=title, points=passing, over=word))
        done = end
    if done < road.metres:
        pieces.append(replace(road, points=_tidy(part(road.points, done, road.metres))))
    return pieces


def _tidy(points: Line) -> Line:
    rounded = [(round(x, ROUND), round(y, ROUND)) for x, y in points]
    return [point for n, point in enumerate(rounded) if n == 0 or rounded[n - 1] != point]
