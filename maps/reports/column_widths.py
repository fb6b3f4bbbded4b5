"""Widths of table columns on paper, and which tables need the page turned sideways."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from maps.reports.content import Table

PORTRAIT, LANDSCAPE = 8844, 12756
"""Text widths of both pages in twentieths of a point: 156 and 225 mm."""

MANY_COLUMNS = 8
"""Tables of fewer columns always stand upright."""

MOST_LINES = 3
"""Lines of the tallest cell of a table with many columns that still stands upright."""

_CELL_MARGINS = 170
_FIGURE, _SHORT_FIGURE = 7.0, 4.6
"""Figures up to this width stay on one line, in crowded tables only short ones: ``100.0 %``."""

_CROWDED = 0.75
"""Share of the width from which on a table whose figures all stay on one line is crowded."""

_LATIN_EM = 0.55
"""Width of a Latin letter or figure beside a Chinese character's, rather too wide."""


def ems(text: str) -> float:
    """Return the width of a text in widths of a Chinese character."""
    return sum(
        1.0 if unicodedata.east_asian_width(letter) in "WFA" else _LATIN_EM for letter in text
    )


def _unbreakable(text: str) -> float:
    """Return the widest piece of a text that no line can break: Chinese breaks anywhere."""
    pieces = re.split(r"[\s\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef–/]", text)
    return max((ems(piece) for piece in pieces), default=0.0)


def _cells(table: Table) -> Iterator[tuple[int, str, float]]:
    """Yield column, text, and the width of the text if it is a figure, 0 if it is not."""
    for row in table.rows:
        for at, (text, column) in enumerate(zip(row, table.columns, strict=True)):
            yield at, text, ems(text) if column.align == "right" else 0.0


def _least(table: Table, em: float, longest: float) -> list[float]:
    """Return the least width of each column, with figures up to a length on one line."""
    least = [
        max(_unbreakable(column.title), math.ceil(ems(column.title) / MOST_LINES) + 0.1) * em
        + _CELL_MARGINS
        for column in table.columns
    ]
    for at, text, figure in _cells(table):
        needed = figure if 0 < figure <= longest else _unbreakable(text)
        least[at] = max(least[at], needed * em + _CELL_MARGINS)
    return least


def column_widths(table: Table, whole: int, size: float) -> list[int]:
    """Return the widths of columns: half by their weights, half where texts would be tallest.

    None is so narrow that it cuts a figure or a word, if that can be had at all.

    Parameters
    ----------
    whole
        Twips that they take together, exactly.
    size
        Points of the letters.
    """
    em = size * 20
    texts: list[list[float]] = [[] for _ in table.columns]
    for at, text, _ in _cells(table):
        texts[at].append(ems(text) * em)
    least = _least(table, em, _FIGURE)
    if sum(least) > _CROWDED * whole:
        least = _least(table, em, _SHORT_FIGURE)
    weights = [column.weight / sum(one.weight for one in table.columns) for column in table.columns]
    widths = [
        max(narrow, weight * whole / 2) for narrow, weight in zip(least, weights, strict=True)
    ]
    step = max(0.0, whole - sum(widths)) / _STEPS
    for _ in range(_STEPS if step else 0):
        gains = [_gain(texts[at], widths[at], step) for at in range(len(widths))]
        if max(gains) > 0:
            widths[gains.index(max(gains))] += step
        else:
            widths = [width + step * weight for width, weight in zip(widths, weights, strict=True)]
    edges = list(accumulate(widths, initial=0.0))
    places = [round(edge * whole / edges[-1]) for edge in edges]
    return [right - left for left, right in pairwise(places)]


_STEPS = 120


def _gain(texts: list[float], width: float, step: float) -> float:
    """Return how much lower the cells of a column get if it is a step wider; tall ones count most.

    ``texts`` are the lengths of its texts on one line, in twips.
    """
    before, after = width - _CELL_MARGINS, width + step - _CELL_MARGINS
    return sum(
        (text / before) ** 3 - max(1.0, text / after) ** 3 for text in texts if text > before
    )


def is_wide(table: Table, size: float) -> bool:
    """Return whether a table has too many columns for an upright page in letters of a size."""
    if len(table.columns) < MANY_COLUMNS:
        return False
    widths = column_widths(table, PORTRAIT, size)
    for at, text, figure in _cells(table):
        lines = ems(text) * size * 20 / max(1, widths[at] - _CELL_MARGINS)
        if lines > (1.0 if 0 < figure <= _FIGURE else MOST_LINES):
            return True
    return False
