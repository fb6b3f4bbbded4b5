"""Shapes and words of a figure as SVG text: no clock, no random id, every word escaped."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Literal

FACE = (
    "'Microsoft YaHei', 'PingFang SC', 'Hiragino Sans GB', 'Planner Sans', 'Noto Sans CJK SC', "
    "'Noto Sans SC', sans-serif"
)
"""Faces that know Chinese, on Windows, macOS, in our own pages and on Linux."""

INK = "#1f2933"
FAINT = "#5f6b76"
GRID = "#e3e6ea"

Anchor = Literal["start", "middle", "end"]
Point = tuple[float, float]


@dataclass
class Drawing:
    """A figure of a fixed size, drawn from back to front.

    Attributes
    ----------
    width, height
        In pixels; the figure scales to whatever it is put in.
    title
        What the figure shows, for readers who cannot see it.
    """

    width: float
    height: float
    title: str
    parts: list[str] = field(default_factory=list)

    def rect(self, at: Point, size: Point, *, fill: str, line: str = "none") -> None:
        """Draw a rectangle from its upper left corner."""
        self.parts.append(
            f'<rect x="{_n(at[0])}" y="{_n(at[1])}" width="{_n(size[0])}" height="{_n(size[1])}" '
            f'fill="{fill}" stroke="{line}"/>'
        )

    def line(
        self, points: Sequence[Point], colour: str, *, width: float = 1.0, dash: str = ""
    ) -> None:
        """Draw a line through points."""
        if len(points) < 2:
            return
        places = " ".join(f"{_n(x)},{_n(y)}" for x, y in points)
        dashed = f' stroke-dasharray="{dash}"' if dash else ""
        self.parts.append(
            f'<polyline points="{places}" fill="none" stroke="{colour}" '
            f'stroke-width="{_n(width)}" stroke-linejoin="round"{dashed}/>'
        )

    def area(self, points: Sequence[Point], colour: str) -> None:
        """Fill the land within points."""
        places = " ".join(f"{_n(x)},{_n(y)}" for x, y in points)
        self.parts.append(f'<polygon points="{places}" fill="{colour}"/>')

    def dot(self, at: Point, colour: str, *, radius: float = 3.0, tip: str = "") -> None:
        """Draw a dot; ``tip`` is shown when it is pointed at."""
        told = f"<title>{escape(tip)}</title>" if tip else ""
        self.parts.append(
            f'<circle cx="{_n(at[0])}" cy="{_n(at[1])}" r="{_n(radius)}" fill="{colour}" '
            f'stroke="#ffffff">{told}</circle>'
        )

    def square(self, at: Point, colour: str, *, side: float = 6.0, tip: str = "") -> None:
        """Draw a square around a point, so that colour is not all that tells it from a dot."""
        told = f"<title>{escape(tip)}</title>" if tip else ""
        self.parts.append(
            f'<rect x="{_n(at[0] - side / 2)}" y="{_n(at[1] - side / 2)}" width="{_n(side)}" '
            f'height="{_n(side)}" fill="{colour}" stroke="#ffffff">{told}</rect>'
        )

    def words(
        self,
        at: Point,
        text: str,
        *,
        size: float = 13.0,
        anchor: Anchor = "start",
        colour: str = INK,
        bold: bool = False,
    ) -> None:
        """Write words from a point on their base line."""
        weight = ' font-weight="700"' if bold else ""
        self.parts.append(
            f'<text x="{_n(at[0])}" y="{_n(at[1])}" font-size="{_n(size)}" '
            f'text-anchor="{anchor}" fill="{colour}"{weight}>{escape(text)}</text>'
        )

    def __str__(self) -> str:
        """Return the figure as SVG text."""
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_n(self.width)} '
            f'{_n(self.height)}" width="{_n(self.width)}" height="{_n(self.height)}" role="img" '
            f'font-family="{escape(FACE)}">'
        )
        return "\n".join([head, f"<title>{escape(self.title)}</title>", *self.parts, "</svg>\n"])


def ticks(low: float, high: float, many: int = 6, *, whole: bool = False) -> list[float]:
    """Return round numbers between two, at most about ``many``: steps of 1, 2 or 5 times a power.

    Parameters
    ----------
    whole
        Only whole numbers.
    """
    if not high > low:
        return [low]
    rough = (high - low) / max(1, many)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough * (1 - 1e-9))
    step = max(step, 1.0) if whole else step
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [round(number * step, 10) for number in range(first, last + 1)]


def _n(number: float) -> str:
    """Return a number with at most two decimals."""
    return f"{number:.2f}".rstrip("0").rstrip(".")
