"""Words in figures: how wide they are, where they break, and which letters can be drawn."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.ft2font import FT2Font

FONTS = Path(__file__).parents[1] / "assets" / "fonts"

MISSING = "\ufffd"
"""What stands for a letter that cannot be drawn."""

POINT = 25.4 / 72
"""Millimetres."""

_WIDE = "\\u2e80-\\u9fff\\uf900-\\ufaff\\uff00-\\uffef"
_PIECE = re.compile(f"[{_WIDE}]|[^{_WIDE} ]+ *| +")
"""One Chinese letter or mark, or a word of others with the spaces after it."""

NOT_FIRST = set("，。、；：？！）》」』”’%％‰,.;:?!)]}")
NOT_LAST = set("（《「『“‘([{")


@cache
def _fonts(*, bold: bool) -> tuple[FT2Font, FT2Font]:
    """Return our face and the one that stands in for what it lacks."""
    from matplotlib import get_data_path  # noqa: PLC0415 - slow to import
    from matplotlib.ft2font import FT2Font  # noqa: PLC0415

    other = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    return (
        FT2Font(str(FONTS / f"NotoSansSC-{700 if bold else 400}.ttf")),
        FT2Font(str(Path(get_data_path()) / "fonts" / "ttf" / other)),
    )


@cache
def _letters(*, bold: bool) -> frozenset[int]:
    ours, other = _fonts(bold=bold)
    return frozenset(ours.get_charmap()) | frozenset(other.get_charmap())


def drawable(text: str) -> str:
    """Return text with every letter that no face can draw replaced by :data:`MISSING`.

    Line breaks stay; what steers a terminal or the direction of writing is left out.
    """
    known = _letters(bold=False) & _letters(bold=True)
    return "".join(
        one if one == "\n" or ord(one) in known else MISSING
        for one in text
        if one == "\n" or unicodedata.category(one) not in {"Cc", "Cf"}
    )


@cache
def _advance(letter: str, *, bold: bool) -> float:
    """Return the width of a letter as a share of the size of the letters."""
    for font in _fonts(bold=bold):
        if font.get_char_index(ord(letter)):
            font.set_size(1000, 72)
            return float(font.load_char(ord(letter)).linearHoriAdvance) / 65536 / 1000
    return 1.0


def width_of(text: str, size: float, *, bold: bool = False) -> float:
    """Return the millimetres a line takes at a size in points."""
    return sum(_advance(one, bold=bold) for one in text) * size * POINT


def folded(
    text: str, width: float, size: float, *, bold: bool = False, most: int | None = None
) -> list[str]:
    """Return text broken into lines no wider than ``width`` millimetres.

    Chinese breaks between any two letters but before closing and after opening punctuation; other
    words break at spaces, and inside only where one is wider than a line.

    Parameters
    ----------
    most
        Lines at most; the last then ends in ``…``.
    """
    lines: list[str] = [""]
    for piece in _pieces(drawable(" ".join(text.split()))):
        if width_of(lines[-1] + piece.rstrip(), size, bold=bold) <= width or not lines[-1]:
            lines[-1] += piece
        else:
            lines.append(piece.lstrip())
        while width_of(lines[-1].rstrip(), size, bold=bold) > width and len(lines[-1]) > 1:
            fits = _fitting(lines[-1], width, size, bold=bold)
            lines[-1:] = [lines[-1][:fits], lines[-1][fits:]]
    lines = [line.rstrip() for line in lines]
    if most is not None and len(lines) > most:
        last = lines[most - 1]
        while last and width_of(last + "…", size, bold=bold) > width:
            last = last[:-1]
        lines = [*lines[: most - 1], last + "…"]
    return lines


def _pieces(text: str) -> list[str]:
    """Return what a line may not break inside of."""
    found: list[str] = []
    for piece in _PIECE.findall(text):
        glued = found and (piece[0] in NOT_FIRST or found[-1].rstrip()[-1:] in NOT_LAST)
        if glued:
            found[-1] += piece
        else:
            found.append(piece)
    return found


def _fitting(line: str, width: float, size: float, *, bold: bool) -> int:
    fits = 1
    while fits < len(line) and width_of(line[: fits + 1], size, bold=bold) <= width:
        fits += 1
    return fits
