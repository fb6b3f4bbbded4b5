"""Invented ground: alluvial fans with canals, the places on them, and the roads between.

Everything is in metres of ``places.CRS`` and drawn from one ``random.Random``, so that a seed
gives one world on every machine. An oasis is a fan: canals leave its head and run away from the
mountains, companies lie along them two to eight kilometres apart.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from random import Random

Point = tuple[float, float]
Line = list[Point]

CANAL_STEP = 500.0
COMPANY_GAP = 2200.0
HEAD_DISTANCE = 1600.0


@dataclass(frozen=True, slots=True)
class Road:
    """One stretch of road: name, class and vertices in metres.

    ``over`` says how it passes a barrier (桥 or 下穿), and is empty on the ground; ``oneway`` roads
    are driven only in the order of their vertices.
    """

    name: str
    kind: str
    points: Line
    over: str = ""
    oneway: bool = False

    @property
    def metres(self) -> float:
        """Length along the road."""
        return length(self.points)


def length(line: Sequence[Point]) -> float:
    """Return the length of a line in metres."""
    return sum(math.dist(a, b) for a, b in pairwise(line))


def ahead(start: Point, bearing: float, metres: float) -> Point:
    """Return the point ``metres`` from ``start`` in a compass bearing (degrees)."""
    angle = math.radians(bearing)
    return (start[0] + metres * math.sin(angle), start[1] + metres * math.cos(angle))


def wind(start: Point, end: Point, *, random: Random, bend: float, step: float = 700.0) -> Line:
    """Return a winding line from ``start`` to ``end`` by midpoint displacement.

    Parameters
    ----------
    bend
        Largest sideways shift of a midpoint, as a share of the stretch it halves.
    step
        Stretches shorter than this many metres stay straight.
    """
    gap = math.dist(start, end)
    if gap < step:
        return [start, end]
    shift = gap * bend * random.uniform(-1, 1)
    across = ((end[1] - start[1]) / gap, (start[0] - end[0]) / gap)
    middle = (
        (start[0] + end[0]) / 2 + across[0] * shift,
        (start[1] + end[1]) / 2 + across[1] * shift,
    )
    first = wind(start, middle, random=random, bend=bend, step=step)
    return first + wind(middle, end, random=random, bend=bend, step=step)[1:]


def canals(
    seat: Point, *, downstream: float, spread: float, count: int, random: Random
) -> list[Line]:
    """Return ``count`` canals from the fan's head, upstream of the seat, wandering downstream."""
    head = ahead(seat, downstream + 180, HEAD_DISTANCE)
    drawn = []
    for number in range(count):
        share = number / (count - 1) - 0.5 if count > 1 else 0.0
        bearing = downstream + spread * share + random.uniform(-5, 5)
        line = [head]
        turn = 0.0
        for _ in range(36):
            turn = 0.8 * turn + random.uniform(-7, 7)
            # A fan opens near its head; farther down the canals run nearly side by side.
            ease = 1.0 / (1.0 + len(line) / 14)
            line.append(
                ahead(line[-1], downstream + (bearing - downstream) * ease + turn, CANAL_STEP)
            )
        drawn.append(line)
    return drawn


def along(line: Line, metres: float, aside: float) -> Point:
    """Return the point ``metres`` down a line and ``aside`` metres to its left."""
    for a, b in pairwise(line):
        gap = math.dist(a, b)
        if metres <= gap:
            dx, dy = (b[0] - a[0]) / gap, (b[1] - a[1]) / gap
            return (a[0] + dx * metres - dy * aside, a[1] + dy * metres + dx * aside)
        metres -= gap
    return along([line[-2], line[-1]], math.dist(line[-2], line[-1]), aside)


def settle(
    drawn: list[Line],
    *,
    count: int,
    seat: Point,
    taken: Sequence[Point],
    free: Callable[[Point], bool],
    random: Random,
) -> list[Point]:
    """Return places for ``count`` companies along the canals, nearest to the seat first.

    Each canal offers a place every three kilometres or so; a place closer than ``COMPANY_GAP`` to
    another one, to the seat or to ``taken``, or one that is not ``free``, is moved downstream.
    """
    places: list[Point] = []
    reach = [2600.0 + random.uniform(0, 1500) for _ in drawn]
    while len(places) < count:
        canal = min(range(len(drawn)), key=lambda number: reach[number])
        aside = random.choice((-1, 1)) * random.uniform(120, 750)
        place = along(drawn[canal], reach[canal], aside)
        others = [*places, *taken, seat]
        if min(math.dist(place, other) for other in others) >= COMPANY_GAP and free(place):
            places.append(place)
            reach[canal] += random.uniform(1900, 4200)
        else:
            reach[canal] += 450.0
    return sorted(places, key=lambda place: math.dist(place, seat))


def town_grid(
    centre: Point, *, across: int, down: int, block: float, bearing: float, name: str
) -> list[Road]:
    """Return the streets of a small town: ``across`` x ``down`` blocks around ``centre``."""

    def corner(i: float, j: float) -> Point:
        east = ahead(centre, bearing + 90, (i - across / 2) * block)
        return ahead(east, bearing, (j - down / 2) * block)

    rows = [
        Road(f"{name}{j + 1}路", "town", [corner(i, j) for i in range(across + 1)])
        for j in range(down + 1)
    ]
    columns = [
        Road(f"{name}{i + 1}街", "town", [corner(i, j) for j in range(down + 1)])
        for i in range(across + 1)
    ]
    return rows + columns


def lanes(centre: Point, *, random: Random) -> list[Road]:
    """Return the two crossing lanes of a company's living area."""
    bearing = random.uniform(0, 180)
    return [
        Road(
            word,
            "lane",
            [ahead(centre, turned + 180, reach), centre, ahead(centre, turned, reach)],
        )
        for word, turned, reach in (("主巷", bearing, 260.0), ("横巷", bearing + 90, 170.0))
    ]


def neighbours(
    places: Sequence[Point],
    *,
    crossed: Callable[[Point, Point], int],
    random: Random,
    extra: float,
) -> list[tuple[int, int]]:
    """Return the pairs of places to join by road: a tree and some Gabriel links.

    The tree is the shortest among those that pass as few barriers as can be (``crossed`` counts
    them between two places). Two places are Gabriel neighbours when no third lies in the circle
    over them; a share ``extra`` of those with no barrier between them is built too.
    """
    pairs = sorted(
        (crossed(places[i], places[j]), math.dist(places[i], places[j]), i, j)
        for i in range(len(places))
        for j in range(i + 1, len(places))
    )
    group = list(range(len(places)))
    links = []
    for barriers, gap, i, j in pairs:
        if group[i] != group[j]:
            old, new = group[j], group[i]
            group = [new if name == old else name for name in group]
            links.append((i, j))
        elif not barriers and gap < 7000 and _gabriel(places, i, j) and random.random() < extra:
            links.append((i, j))
    return links


def _gabriel(places: Sequence[Point], i: int, j: int) -> bool:
    middle = ((places[i][0] + places[j][0]) / 2, (places[i][1] + places[j][1]) / 2)
    radius = math.dist(places[i], places[j]) / 2
    return all(
        math.dist(middle, place) >= radius
        for number, place in enumerate(places)
        if number not in (i, j)
    )
