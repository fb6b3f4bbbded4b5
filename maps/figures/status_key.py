"""What grounds and marks of verdicts mean, below a figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from maps.figures.canvas import SMALL, WIDTH, axes_at
from maps.figures.lettering import drawable, width_of
from maps.palette import STATUS_STYLES
from maps.text.words import SHAPES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from matplotlib.figure import Figure

    from maps.text import Translator

KEY_ROW = 5.0


def halo(width: float = 2.2) -> list[object]:
    """Return a white edge around letters, so that they are read on any pattern."""
    from matplotlib.patheffects import withStroke  # noqa: PLC0415 - slow to import

    return [withStroke(linewidth=width, foreground="#ffffff")]


def key_height(statuses: Iterable[str], say: Translator, *, width: float = WIDTH) -> float:
    """Return the millimetres that :func:`status_key` takes."""
    rows = [row for _, row, _ in _places(list(statuses), say, width)]
    return KEY_ROW * (1 + max(rows, default=-1)) + 1.0


def status_key(
    figure: Figure, top: float, statuses: Iterable[str], say: Translator, *, width: float = WIDTH
) -> None:
    """Draw what the grounds and marks of verdicts mean, from ``top`` millimetres down."""
    from matplotlib.patches import Rectangle  # noqa: PLC0415 - slow to import

    axes = axes_at(figure, 0, top, width, key_height(statuses := list(statuses), say, width=width))
    axes.set_axis_off()
    axes.set_xlim(0, width)
    axes.set_ylim(key_height(statuses, say, width=width), 0)
    for status, row, left in _places(statuses, say, width):
        style = STATUS_STYLES[status]
        middle = KEY_ROW * (row + 0.5)
        axes.add_patch(
            Rectangle(
                (left, middle - 1.7),
                6.5,
                3.4,
                facecolor=style.fill,
                edgecolor=style.line,
                hatch=style.pattern,
                linewidth=0.6,
            )
        )
        axes.text(
            left + 3.25,
            middle,
            SHAPES[status],
            fontsize=SMALL,
            ha="center",
            va="center_baseline",
            path_effects=halo(),
            snap=False,
        )
        axes.text(
            left + 8,
            middle,
            drawable(say.status(status)),
            fontsize=SMALL,
            va="center_baseline",
        )


def _places(statuses: list[str], say: Translator, width: float) -> list[tuple[str, int, float]]:
    """Return row and left edge of each entry."""
    found: list[tuple[str, int, float]] = []
    row, left = 0, 0.5
    for status in statuses:
        needs = 8 + width_of(say.status(status), SMALL) + 5
        if left + needs > width and left > 1:
            row, left = row + 1, 0.5
        found.append((status, row, left))
        left += needs
    return found
