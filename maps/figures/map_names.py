"""Room for names on a static map: beside their points, never over one another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from maps.figures.lettering import POINT, width_of

if TYPE_CHECKING:
    from geo_planner.tally import FloatArray

Box = tuple[float, float, float, float]
"""West, south, east and north edge in metres."""

Placed = tuple[tuple[float, float], str]
"""Middle of a name in metres, and the name as its lines break."""

AROUND = (
    (0, 1, 0.0),
    (0, -1, 0.5),
    (1, 0, 1.0),
    (-1, 0, 1.0),
    (1, 1, 5.0),
    (-1, 1, 5.0),
    (1, -1, 5.0),
    (-1, -1, 5.0),
)
"""Where a name may stand: steps east and north from what it names, and what that costs."""

OVERLAP = 1000.0
PASSES = 20


@dataclass(frozen=True, slots=True)
class _Choice:
    """A box for a name: what it costs, and how many points it covers."""

    cost: float
    covered: int
    box: Box
    written: str


class Names:
    """Boxes that are taken, in metres.

    Parameters
    ----------
    across, up
        Ends of the map.
    metres
        Metres a millimetre of the map stands for.
    """

    def __init__(self, across: tuple[float, float], up: tuple[float, float], metres: float) -> None:
        self.across, self.up, self.metres = across, up, metres
        self.taken = np.empty((0, 4))
        self.points = np.empty((0, 2))
        self.clear = 0.0

    def keep_clear(self, points: FloatArray, size: float) -> None:
        """Keep names off points of a size in millimetres where that is possible."""
        self.points = points.reshape(-1, 2)
        self.clear = size / 2 * self.metres

    def together(
        self, named: Sequence[tuple[Box, str]], size: float, off: FloatArray
    ) -> list[Placed | None]:
        """Return where names of areas go, chosen together: each stands close to its own area.

        Parameters
        ----------
        named
            Bounds of what is named, in metres, and its name.
        off
            More points that these names should not cover.
        """
        points = np.vstack([self.points, off])
        choices = [list(self._choices(box, words, size, points, bold=True)) for box, words in named]
        chosen: list[_Choice | None] = [None] * len(named)
        for _ in range(PASSES):
            before = list(chosen)
            for place, options in enumerate(choices):
                others = [one.box for at, one in enumerate(chosen) if one and at != place]
                taken = np.array(others).reshape(-1, 4)
                chosen[place] = min(
                    options,
                    key=lambda one: one.cost + OVERLAP * _overlapping(taken, one.box),
                    default=None,
                )
            if chosen == before:
                break
        found: list[Placed | None] = []
        for one in chosen:
            free = one is not None and not _overlapping(self.taken, one.box)
            found.append(self._take(one) if one is not None and free else None)
        return found

    def beside(
        self, at: tuple[float, float], words: str, size: float, *, most: int = 1
    ) -> Placed | None:
        """Return where the name of a point goes, None where there is no room.

        Parameters
        ----------
        most
            Other points that the name may cover at most.
        """
        free = [
            one
            for one in self._choices((*at, *at), words, size, self.points)
            if one.covered <= most and not _overlapping(self.taken, one.box)
        ]
        return self._take(min(free, key=lambda one: one.cost)) if free else None

    def _choices(
        self, around: Box, words: str, size: float, points: FloatArray, *, bold: bool = False
    ) -> Iterator[_Choice]:
        """Yield the boxes around something in which its name may stand."""
        middle = (around[0] + around[2]) / 2, (around[1] + around[3]) / 2
        half = (around[2] - around[0]) / 2 + self.clear, (around[3] - around[1]) / 2 + self.clear
        for more, written in enumerate(_ways(words)):
            lines = written.split("\n")
            wide = (max(width_of(one, size, bold=bold) for one in lines) + 0.8) * self.metres
            high = len(lines) * size * POINT * 1.25 * self.metres
            for right, north, rank in AROUND:
                x = middle[0] + right * (wide / 2 + half[0])
                y = middle[1] + north * (high / 2 + half[1])
                box = (x - wide / 2, y - high / 2, x + wide / 2, y + high / 2)
                if self._inside(box):
                    covered = self._points_in(points, box)
                    yield _Choice(covered + rank + more, covered, box, written)

    def _take(self, one: _Choice) -> Placed:
        self.taken = np.vstack([self.taken, one.box])
        west, south, east, north = one.box
        return ((west + east) / 2, (south + north) / 2), one.written

    def _inside(self, box: Box) -> bool:
        west, south, east, north = box
        return (
            self.across[0] <= west
            and east <= self.across[1]
            and self.up[0] <= south
            and north <= self.up[1]
        )

    def _points_in(self, points: FloatArray, box: Box) -> int:
        """Return how many points a box would cover."""
        west, south, east, north = box
        x, y, room = points[:, 0], points[:, 1], self.clear
        inside = (x > west - room) & (x < east + room) & (y > south - room) & (y < north + room)
        return int(np.count_nonzero(inside))


def _overlapping(taken: FloatArray, box: Box) -> int:
    """Return how many taken boxes a box lies over."""
    west, south, east, north = box
    over = (taken[:, 0] < east) & (taken[:, 2] > west)
    return int(np.count_nonzero(over & (taken[:, 1] < north) & (taken[:, 3] > south)))


def _ways(words: str) -> list[str]:
    """Return a name on one line and, where it has a space, on two lines of about equal length."""
    spaces = [place for place, letter in enumerate(words) if letter == " "]
    if not spaces:
        return [words]
    at = min(spaces, key=lambda place: abs(place - len(words) / 2))
    return [words, f"{words[:at]}\n{words[at + 1 :]}"]
