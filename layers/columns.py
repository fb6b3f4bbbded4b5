"""Cells of one column -> values: text, codes, words, numbers, dates, flags, degrees.

Distinct cells are converted once each, so that a long column costs little more than its variety.
Every converter returns, beside the values, a mask of the cells it could not read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import DTypeLike, NDArray

from geo_planner.observations import age_band_text
from layers.dates import parse_date, parse_period
from layers.headings import folded
from layers.numerals import (
    ONE_WORDS,
    UNKNOWN_WORDS,
    ZERO_WORDS,
    is_unknown_word,
    parse_degrees,
    parse_number,
    plain_text,
    visible,
)
from layers.sources.table import Cells, Mask, plain_numbers

_LARGEST_EXACT = 2**53
_Read: TypeAlias = tuple[Any, bool, bool]


@dataclass(frozen=True, slots=True)
class Converted:
    """Values of one column, which cells could not be read, and which deserve a remark."""

    values: NDArray[Any]
    bad: Mask
    remarked: Mask


def _each(cells: Cells, read: Callable[[Any], _Read]) -> list[_Read]:
    """Return ``read`` of every cell, worked out once for each distinct cell."""
    known: dict[Any, _Read] = {}
    found = []
    for cell in cells:
        key = (type(cell), cell)
        result = known.get(key)
        if result is None:
            result = known[key] = read(cell)
        found.append(result)
    return found


def _converted(cells: Cells, read: Callable[[Any], _Read], dtype: DTypeLike) -> Converted:
    results = _each(cells, read)
    values = np.empty(len(results), dtype=dtype)
    values[:] = [result[0] for result in results]
    return Converted(
        values,
        np.fromiter((result[1] for result in results), dtype=np.bool_, count=len(results)),
        np.fromiter((result[2] for result in results), dtype=np.bool_, count=len(results)),
    )


def shown(cell: Any) -> str:  # noqa: ANN401 - a cell
    """Return a cell as a person sees it in the sheet."""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < _LARGEST_EXACT:
        return str(int(cell))
    if isinstance(cell, datetime) and (cell.hour, cell.minute, cell.second) == (0, 0, 0):
        return cell.date().isoformat()
    return visible(str(cell)).strip()


def text_cells(cells: Cells) -> Converted:
    """Return trimmed text, None where blank."""

    def read(cell: Any) -> _Read:  # noqa: ANN401
        if cell is None:
            return None, False, False
        return shown(cell) or None, False, False

    return _converted(cells, read, object)


def code_cells(cells: Cells) -> Converted:
    """Return codes as text; ``bad`` where a number format has lost digits.

    Numbers become their digits (6.59011501501E11 is 659011501501), full-width letters narrow, a
    leading apostrophe goes. A code of which the file keeps only 6.59012E+11 cannot be restored.
    """
    return _converted(cells, _read_code, object)


def _read_code(cell: Any) -> _Read:  # noqa: ANN401
    if cell is None or (type(cell) is str and cell.isascii() and cell.isdigit()):
        return cell, False, False
    if isinstance(cell, bool):
        return str(cell), True, False
    if isinstance(cell, (int, float)):
        if abs(cell) >= _LARGEST_EXACT and isinstance(cell, float):
            return repr(cell), True, False
        return shown(cell), False, False
    if isinstance(cell, (date, datetime)):
        return shown(cell), True, False
    return _read_code_text(plain_text(str(cell)))


def _read_code_text(text: str) -> _Read:
    if text.casefold() in UNKNOWN_WORDS:
        return None, False, False
    if re.fullmatch(r"[\d ]+", text):
        return text.replace(" ", ""), False, False
    if re.fullmatch(r"\d+\.0+", text):
        return text.split(".", 1)[0], False, False
    scientific = re.fullmatch(r"(\d)(?:\.(\d+))?[eE]\+?(\d{1,2})", text)
    if scientific is not None:
        kept = len(scientific[2] or "")
        if kept < int(scientific[3]) and kept <= 6 and int(scientific[3]) >= 8:
            return text, True, False
        try:
            return str(int(Decimal(text))), False, False
        except InvalidOperation:
            return text, True, False
    return text, False, False


def list_cells(cells: Cells) -> Converted:
    """Return lists of codes as one text joined by ``;``, however they were separated."""

    def read(cell: Any) -> _Read:  # noqa: ANN401
        if cell is None or (isinstance(cell, str) and is_unknown_word(cell)):
            return None, False, False
        if not isinstance(cell, str):
            return _read_code(cell)
        parts = [part for part in re.split(r"[;；,，、|\n\r\t ]+", plain_text(cell)) if part]
        read_parts = [_read_code(part) for part in parts]
        codes = list(dict.fromkeys(part[0] for part in read_parts if part[0]))
        return ";".join(codes) or None, any(part[1] for part in read_parts), False

    return _converted(cells, read, object)


def word_cells(cells: Cells, words: Mapping[str, str]) -> Converted:
    """Return the canonical word behind each cell; ``bad`` (the text kept) where there is none.

    Parameters
    ----------
    words
        Folded word -> canonical word.
    """

    def read(cell: Any) -> _Read:  # noqa: ANN401
        if cell is None:
            return None, False, False
        text = shown(cell)
        word = folded(text)
        for form in (word, re.sub(r"\([^()]*\)$", "", word)):
            if form in words:
                return words[form], False, False
        if is_unknown_word(text):
            return None, False, False
        return text, True, False

    return _converted(cells, read, object)


def age_band_cells(cells: Cells, whole: Collection[str]) -> Converted:
    """Return age bands in one way of writing (0-2岁 and 0—2 are 0-2), "" for all ages.

    Parameters
    ----------
    whole
        Folded words for all ages together.
    """

    def read(cell: Any) -> _Read:  # noqa: ANN401
        text = "" if cell is None else shown(cell)
        if folded(text) in whole or is_unknown_word(text):
            return "", False, False
        return age_band_text(text), False, False

    return _converted(cells, read, object)


def number_cells(cells: Cells) -> Converted:
    """Return float64, NaN where unknown; ``remarked`` where the cell is text with a percent sign.

    Blank, "—", "/" and "未统计" are unknown; "0" and "无" are zero; "有", "是" and "√" are one;
    "96%" is 96.
    """
    return _all_numbers(cells) or _converted(cells, _read_number, np.float64)


def _all_numbers(cells: Cells) -> Converted | None:
    """Return a column that is numbers throughout at once, without looking at each cell."""
    values = plain_numbers(cells)
    if values is None or np.isinf(values).any():
        return None
    no = np.zeros(len(values), dtype=np.bool_)
    return Converted(values, no, no)


def _read_number(cell: Any) -> _Read:  # noqa: ANN401
    if cell is None:
        return np.nan, False, False
    if isinstance(cell, str):
        return _read_number_text(cell)
    if isinstance(cell, (bool, np.bool_, int, float)) and np.isfinite(cell):
        return float(cell), False, False
    return np.nan, True, False


def _read_number_text(cell: str) -> _Read:
    plain = plain_text(cell).casefold().replace(" ", "")
    if plain in UNKNOWN_WORDS:
        return np.nan, False, False
    if plain in ZERO_WORDS or plain in ONE_WORDS:
        return float(plain in ONE_WORDS), False, False
    number = parse_number(plain.rstrip("%‰"))
    if number is None or not np.isfinite(number):
        return np.nan, True, False
    return number, False, plain.endswith(("%", "‰"))


def _says_none(text: str) -> bool:
    return is_unknown_word(text) or text.strip() == "无"


def date_cells(cells: Cells) -> Converted:
    """Return datetime64[us], NaT where unknown; ``remarked`` where only month or year is given."""

    def read(cell: Any) -> _Read:  # noqa: ANN401
        if cell is None or (
            isinstance(cell, str) and (is_unknown_word(cell) or cell.strip() == "无")
        ):
            return np.datetime64("NaT"), False, False
        found = parse_date(cell)
        if found is None:
            return np.datetime64("NaT"), True, False
        return np.datetime64(found[0], "us"), False, found[1]

    return _converted(cells, read, "datetime64[us]")


def period_cells(cells: Cells) -> Converted:
    """Return reporting periods as text; ``bad`` (the text kept) where it is none."""

    def read(cell: Any) -> _Read:  # noqa: ANN401
        if cell is None:
            return None, False, False
        period = parse_period(cell)
        return (period, False, False) if period else (shown(cell), True, False)

    return _converted(cells, read, object)


def flag_cells(cells: Cells) -> Converted:
    """Return booleans, False where blank; ``bad`` where it is neither yes nor no."""

    def read(cell: Any) -> _Read:  # noqa: ANN401
        number, bad, _ = _read_number(cell)
        if bad and isinstance(cell, str):
            word = folded(cell)
            known = word in ("模拟", "模拟数据", "simulated") or word in ("真实", "实际", "real")
            return word.startswith(("模拟", "sim")), not known, False
        return bool(number == number and number != 0), bad, False  # noqa: PLR0124 - NaN

    return _converted(cells, read, np.bool_)


def degree_cells(cells: Cells) -> Converted:
    """Return float64 coordinates of decimal or sexagesimal text, NaN where unknown."""

    def read(cell: Any) -> _Read:  # noqa: ANN401
        if cell is None or isinstance(cell, bool):
            return np.nan, isinstance(cell, bool), False
        if isinstance(cell, (int, float)):
            return float(cell), not np.isfinite(cell), False
        if not isinstance(cell, str):
            return np.nan, True, False
        if _says_none(cell):
            return np.nan, False, False
        value = parse_degrees(cell)
        if value is None:
            value = parse_number(cell)
        return (np.nan, True, False) if value is None else (value, False, False)

    return _all_numbers(cells) or _converted(cells, read, np.float64)
