"""Where the headings of a sheet stand: title lines above, several heading rows, merged cells."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from layers.sources.table import KnowsHeading

Grid = list[list[Any]]
Merge = tuple[tuple[int, int], tuple[int, int]]

_SEARCHED = 40
_DEEPEST = 4
_ORDINALS = "甲乙丙丁戊己庚辛壬癸"


@dataclass(frozen=True, slots=True)
class HeadingBlock:
    """Heading rows of a grid: ``first`` to ``last`` (0-based, inclusive) and one heading a column.

    ``data`` is the first row after the headings and after a row that only numbers the columns.
    """

    first: int
    last: int
    data: int
    headings: tuple[str, ...]


def heading_text(value: Any) -> str:  # noqa: ANN401 - a cell
    """Return a cell as heading text: line breaks gone, ``2023.0`` as ``2023``."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return re.sub(r"\s*[\r\n]+\s*", "", str(value)).strip().strip("\ufeff")


def find_headings(grid: Grid, merges: Sequence[Merge], knows: KnowsHeading) -> HeadingBlock | None:
    """Return the heading rows, or None if the grid has no row with two filled cells.

    The row with the most headings that ``knows`` recognises is one of them; where none is known,
    the first row that is about as full as the fullest. Rows joined to it by merged cells belong to
    the block.
    """
    top = [[heading_text(cell) for cell in row] for row in grid[:_SEARCHED]]
    near = [merge for merge in merges if merge[0][0] < len(top)]
    for (r0, c0), (r1, c1) in near:
        for row in range(r0, min(r1, len(top) - 1) + 1):
            for column in range(c0, min(c1, len(top[row]) - 1) + 1):
                top[row][column] = top[r0][c0]
    best = _best_row(top, knows)
    if best is None:
        return None
    first, last = _extent(top, near, best, width=len(top[best]))
    if first == last and not near:
        last = _fill_flattened(top, first)
    headings = tuple(
        _joined(top[row][column] for row in range(first, last + 1))
        for column in range(len(top[best]))
    )
    data = last + 1
    while data < len(grid) and _only_numbers_columns(grid[data], top[last]):
        data += 1
    return HeadingBlock(first, last, data, headings)


def _best_row(top: list[list[str]], knows: KnowsHeading) -> int | None:
    scores = [len({cell for cell in row if cell and knows(cell)}) for row in top]
    if scores and max(scores) > 0:
        return scores.index(max(scores))
    widths = [len({cell for cell in row if cell}) for row in top]
    filled = [sum(map(bool, row)) for row in top]
    widest = max(filled, default=0)
    for row, width in enumerate(widths):
        if width >= 2 and filled[row] >= 0.6 * widest:
            return row
    return None


def _extent(
    top: list[list[str]], merges: Sequence[Merge], best: int, *, width: int
) -> tuple[int, int]:
    """Return the first and last row that merged cells join to row ``best``."""
    first = last = best
    used = max((len([cell for cell in row if cell]) for row in top), default=width)
    for _ in range(_DEEPEST):
        before = (first, last)
        for (r0, c0), (r1, c1) in merges:
            title = c1 - c0 + 1 >= 0.9 * used and c1 > c0
            if title or r1 - r0 >= _DEEPEST:
                continue
            down = c1 > c0 and r1 + 1 == first  # a group heading right above
            if r1 > r0 and r0 <= last and r1 >= first:
                first, last = min(first, r0), max(last, r1)
            elif down and len(set(filter(None, top[r1]))) > 1:
                first = min(first, r0)
        across = any(c1 > c0 and r0 <= last <= r1 for (r0, c0), (r1, c1) in merges)
        if (first, last) == before:
            if across and last == best and _all_words(top, last + 1):
                last += 1
            break
    return first, last


def _all_words(top: list[list[str]], row: int) -> bool:
    """Return whether a row holds two or more cells, all of them words."""
    if row >= len(top):
        return False
    cells = [cell for cell in top[row] if cell]
    return len(cells) >= 2 and not any(re.fullmatch(r"[-+\d.,%]+", cell) for cell in cells)


def _fill_flattened(top: list[list[str]], row: int) -> int:
    """Join a second heading row of a text file, where merged cells have become blanks."""
    if not _all_words(top, row + 1):
        return row
    above, below = top[row], top[row + 1]
    filled = [column for column, cell in enumerate(below) if cell]
    names_blank = any(not above[column] for column in filled)
    keys_alone = any(cell and not below[column] for column, cell in enumerate(above))
    if not (names_blank and keys_alone):
        return row
    for column in filled:
        if not above[column] and column > 0:
            above[column] = above[column - 1]
    return row + 1


def _joined(parts: Any) -> str:  # noqa: ANN401 - any iterable of text
    joined: list[str] = []
    for part in parts:
        if part and (not joined or joined[-1] != part):
            joined.append(part)
    return "/".join(joined)


def _only_numbers_columns(row: Sequence[Any], above: Sequence[str]) -> bool:
    """Return whether a row is 甲 乙 1 2 3 (column numbers) or （人）（户） (units of measure)."""
    cells = [heading_text(cell) for cell in row]
    texts = [cell for cell in cells if cell]
    if len(texts) < 2 or len(texts) < 0.5 * sum(map(bool, above)):
        return False
    if all(re.fullmatch(r"[（(].{1,8}[)）]", cell) for cell in texts):
        return True
    letters = [cell for cell in texts if len(cell) == 1 and cell in _ORDINALS]
    numbers = [cell for cell in texts if cell.isdigit()]
    if len(letters) + len(numbers) != len(texts):
        return False
    start = [str(number) for number in range(1, len(numbers) + 1)]
    return numbers == start and (bool(letters) or len(numbers) >= 3)
