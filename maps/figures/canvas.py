"""Static figures: their face, their frame, and the same bytes each time they are written.

Figures are matplotlib's, made without its window machinery. Chinese comes from the face that lies
with the package, chosen by its file: another face of the same name on the machine would change the
bytes. What neither face can draw is printed as the mark of a missing letter.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Literal

from geo_planner.notes import msgid
from maps.figures.lettering import drawable, folded

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from geo_planner.project import Project
    from maps.text import Translator

Form = Literal["png", "svg", "pdf"]

FONTS = Path(__file__).parents[1] / "assets" / "fonts"
FACE = "Planner Sans"
"""Name the face goes by here only, so that no face of the machine is taken for it."""

WIDTH = 156.0
"""Millimetres between the margins of a page as official documents have them (GB/T 9704)."""

INK, FAINT, GRID = "#1f2933", "#5f6b76", "#e3e6ea"
BODY, SMALL, TITLE = 8.0, 7.0, 11.0
"""Sizes of letters in points."""

MADE_UP = msgid("Made-up data, for demonstration only")

_LOCK = RLock()
_STYLE = {
    "font.family": [FACE, "DejaVu Sans"],
    "font.size": BODY,
    "axes.unicode_minus": False,
    "axes.edgecolor": FAINT,
    "axes.labelcolor": INK,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "hatch.linewidth": 0.5,
    "hatch.color": FAINT,
    "text.color": INK,
    "text.hinting": "none",
    "text.parse_math": False,
    "xtick.color": FAINT,
    "ytick.color": FAINT,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "legend.frameon": False,
    "legend.fontsize": SMALL,
    "path.simplify": False,
    "svg.fonttype": "path",
    "svg.hashsalt": "geo-planner",
    "pdf.fonttype": 42,
}


@cache
def _faces() -> None:
    """Make the face known to matplotlib, by its files."""
    from matplotlib.font_manager import FontEntry, fontManager  # noqa: PLC0415 - slow to import

    for weight in (400, 700):
        path = str(FONTS / f"NotoSansSC-{weight}.ttf")
        fontManager.ttflist.append(
            FontEntry(
                fname=path,
                name=FACE,
                style="normal",
                variant="normal",
                weight=weight,
                stretch="normal",
                size="scalable",
            )
        )


@contextmanager
def drawing() -> Iterator[None]:
    """Hold matplotlib's settings while a figure is drawn or written; they are one for all threads.

    Used as a decorator of every figure.
    """
    import matplotlib as mpl  # noqa: PLC0415 - slow to import

    with _LOCK, mpl.rc_context():
        _faces()
        mpl.rcParams.update(mpl.rcParamsDefault | {"backend": mpl.rcParams["backend"]} | _STYLE)
        yield


def new_figure(width_mm: float, height_mm: float) -> Figure:
    """Return an empty white figure of a size in millimetres."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415 - slow to import
    from matplotlib.figure import Figure  # noqa: PLC0415

    made = Figure(figsize=(width_mm / 25.4, height_mm / 25.4), facecolor="#ffffff")
    FigureCanvasAgg(made)
    return made


def save(figure: Figure, form: Form, dpi: int = 200) -> bytes:
    """Return a figure as a file's bytes: the same for the same figure.

    Parameters
    ----------
    dpi
        Points to an inch of a PNG; parts of an SVG or PDF with very many shapes are points too.
    """
    out = io.BytesIO()
    nothing = {
        "png": {"Software": None},
        "svg": {"Date": None, "Creator": None},
        "pdf": {"CreationDate": None, "Creator": None, "Producer": None},
    }[form]
    with drawing():
        figure.savefig(out, format=form, dpi=dpi, metadata=nothing)
    return out.getvalue()


def millimetres(figure: Figure) -> tuple[float, float]:
    """Return width and height of a figure in millimetres."""
    width, height = figure.get_size_inches()
    return float(width) * 25.4, float(height) * 25.4


def axes_at(figure: Figure, left: float, top: float, width: float, height: float) -> Axes:
    """Return axes at a place given in millimetres from the upper left corner."""
    whole_width, whole_height = millimetres(figure)
    return figure.add_axes(
        (
            left / whole_width,
            1 - (top + height) / whole_height,
            width / whole_width,
            height / whole_height,
        )
    )


def words_at(
    figure: Figure,
    left: float,
    top: float,
    text: str,
    *,
    size: float = BODY,
    colour: str = INK,
    bold: bool = False,
    anchor: Literal["left", "center", "right"] = "left",
) -> None:
    """Write words below a place given in millimetres from the upper left corner."""
    width, height = millimetres(figure)
    figure.text(
        left / width,
        1 - top / height,
        drawable(text),
        fontsize=size,
        color=colour,
        fontweight=700 if bold else 400,
        ha=anchor,
        va="top",
        linespacing=1.25,
    )


HEAD = 5.6
"""Millimetres a line of the title takes."""


def head_height(title: str, under: str, *, width: float = WIDTH) -> float:
    """Return the millimetres that :func:`head` will take."""
    lines = len(folded(title, width - 1, TITLE, bold=True))
    return lines * HEAD + len(folded(under, width - 1, BODY)) * 4.0 + 3.0


def head(figure: Figure, title: str, under: str) -> None:
    """Write the title and what stands below it, at the upper left."""
    width, _ = millimetres(figure)
    lines = folded(title, width - 1, TITLE, bold=True)
    words_at(figure, 0.5, 0.5, "\n".join(lines), size=TITLE, bold=True)
    below = folded(under, width - 1, BODY)
    words_at(figure, 0.5, 0.5 + len(lines) * HEAD, "\n".join(below), colour=FAINT)


def marked(project: Project, say: Translator, *parts: str) -> str:
    """Return what stands below a title, with the mark of made-up data where any row is."""
    made_up = (say(MADE_UP),) if project.simulated else ()
    return " · ".join(part for part in (*parts, *made_up) if part)
