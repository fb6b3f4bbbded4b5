"""What an office's columns say of its road lines: class, direction, speed, name, bridges.

Headings and words are rows of ``road_lines.toml``.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from geo_planner.errors import BadNumberError, BadValueError, DataError, UnknownColumnError
from geo_planner.notes import Note, msgid
from geo_planner.travel.arrays import Flags, Floats, Ints
from layers.columns import shown, text_cells
from layers.headings import folded
from layers.numerals import is_unknown_word
from layers.sources import RawTable
from layers.sources.table import Cells

LAYER = "streets"
MPH = 1.609344
FASTEST = 200.0
DIRECTIONS = {"forward": 1, "reverse": -1, "both": 0}
_SPEED = re.compile(r"(\d+(?:\.\d+)?)(km/?h|kmph|kph|公里/?(?:小时|时|h)|千米/?(?:小时|时)|mph|)")


@dataclass(frozen=True, slots=True)
class _Classes:
    """Class of road behind each folded word, and classes somebody may not use."""

    words: Mapping[str, str]
    barred: Mapping[str, frozenset[str]]

    def of(self, word: str) -> str | None:
        """Return the class a folded word means, with or without a remark in brackets behind it."""
        return self.words.get(word) or self.words.get(re.sub(r"\([^()]*\)$", "", word))


@dataclass(frozen=True, eq=False, slots=True)
class RoadColumns:
    """Columns of streets, one value a row of the file.

    Attributes
    ----------
    values
        By column of streets: ``bridge`` always; of ``road_class``, ``oneway``, ``kmh``, ``name``
        and ``simulated`` those the file has; ``walk`` and ``drive`` where it has classes.
    faults
        Everything that cannot be read, with its rows.
    notes
        What was left unread.
    """

    values: Mapping[str, npt.NDArray[Any]]
    faults: tuple[DataError, ...]
    notes: tuple[Note, ...]


def read_road_columns(
    table: RawTable, rows: Ints, mapping: Mapping[str, str] | None = None
) -> RoadColumns:
    """Return what the columns of a file say of its lines.

    Parameters
    ----------
    table
        The file; blank where a format has lines without columns.
    rows
        Row numbers of its lines as a spreadsheet counts them, shape (n,).
    mapping
        Heading -> column of streets, said by the user.
    """
    places, faults, notes = _places(table, mapping or {})
    cells = {column: [table.columns[at] for at in where] for column, where in places.items()}
    values: dict[str, npt.NDArray[Any]] = {
        "bridge": _any_says_yes(cells.get("bridge", []), _said()["no"]["bridge"], len(rows))
    }
    if "simulated" in cells:
        values["simulated"] = _any_says_yes(
            cells["simulated"], _said()["no"]["simulated"], len(rows)
        )
    if "name" in cells:
        values["name"] = text_cells(cells["name"][0]).values
    if "road_class" in cells:
        read, more = _classes(cells["road_class"][0], rows)
        values |= read
        notes += more
    for column in sorted({"oneway", "direction"} & set(cells)):
        values["oneway"], bad = _directions(cells[column][0], column, rows)
        faults += bad
    if "kmh" in cells:
        values["kmh"], bad = _speeds(cells["kmh"][0], rows)
        faults += bad
    return RoadColumns(values, tuple(faults), tuple(notes))


def knows_heading(heading: str) -> bool:
    """Return whether a heading leads to a column of streets."""
    return _column(heading, truncated=False) is not None


def class_word(road_class: str) -> str:
    """Return what an office calls a class of road, in Chinese where a row says it."""
    words = [row["words"] for row in _said()["class"] if row["highway"] == road_class]
    return str(words[0][0]) if words and words[0] else road_class


@cache
def _said() -> dict[str, Any]:
    text = Path(__file__).with_name("road_lines.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def _headings() -> dict[str, tuple[str, int]]:
    """Return column and rank by folded heading."""
    return {
        folded(heading): (column, rank)
        for column, headings in _said()["headings"].items()
        for rank, heading in enumerate(headings)
    }


@cache
def _known_classes() -> _Classes:
    rows = _said()["class"]
    words = {folded(word): row["highway"] for row in rows for word in row["words"]}
    words |= {folded(row["highway"]): row["highway"] for row in rows}
    barred = {
        user: frozenset(row["highway"] for row in rows if not row.get(user, True))
        for user in ("walk", "drive")
    }
    return _Classes(words, barred)


def _column(heading: str, *, truncated: bool) -> tuple[str, int] | None:
    """Return the column a heading means and its rank in the column's list, None if unknown."""
    known = _headings()
    whole = folded(heading)
    found = known.get(whole) or known.get(re.sub(r"[(\[][^()\[\]]*[)\]]$", "", whole))
    if found is None and truncated and 8 <= len(heading.encode()) <= 10:
        meant = [known[one] for one in known if one.startswith(whole)]
        found = meant[0] if len({column for column, _ in meant}) == 1 else None
    return found


def _places(
    table: RawTable, mapping: Mapping[str, str]
) -> tuple[dict[str, list[int]], list[DataError], list[Note]]:
    """Return which columns of the file feed which column of streets."""
    ranked: dict[str, list[tuple[int, int]]] = {}
    faults: list[DataError] = []
    plain = [folded(heading) for heading in table.headings]
    columns = list(_said()["headings"])
    told: dict[int, str] = {}
    for heading, column in mapping.items():
        target = _headings().get(folded(column))
        if target is None:
            faults.append(UnknownColumnError(column, _near(column, columns)))
        if folded(heading) not in plain:
            faults.append(UnknownColumnError(heading, _near(heading, table.headings)))
        elif target is not None:
            told[plain.index(folded(heading))] = target[0]
    for at, heading in enumerate(table.headings):
        found = (told[at], -1) if at in told else _column(heading, truncated=table.truncated)
        if found is not None:
            ranked.setdefault(found[0], []).append((found[1], at))
    if {"oneway", "direction"} <= set(ranked):
        told_only = min(ranked["direction"])[0] < 0 <= min(ranked["oneway"])[0]
        kept, other = ("direction", "oneway") if told_only else ("oneway", "direction")
        ranked[kept] += [(len(table.headings) + rank, at) for rank, at in ranked.pop(other)]
    notes = []
    for column, found_at in ranked.items():
        found_at.sort()
        if column != "bridge" and len(found_at) > 1:
            text = msgid("'{heading}' was read as '{column}'; not read: {others}.")
            first, *others = (table.headings[at] for _, at in found_at)
            params = {"heading": first, "column": column, "others": others}
            notes.append(Note("headings-not-read", text, params))
    return {column: [at for _, at in found] for column, found in ranked.items()}, faults, notes


def _near(name: str, known: Sequence[str]) -> list[str]:
    return get_close_matches(name, list(known), n=5, cutoff=0.4) or list(known)[:12]


def _word(cell: Any) -> str | None:  # noqa: ANN401 - a cell
    """Return a cell as a folded word, None where it is blank."""
    if cell is None:
        return None
    if isinstance(cell, (bool, np.bool_)):
        return "true" if cell else "false"
    text = shown(cell)
    return None if is_unknown_word(text) else folded(text)


def _words(cells: Cells) -> list[str | None]:
    """Return the folded word of every cell, worked out once for each distinct cell."""
    keys = [(type(cell), cell) for cell in cells]
    known = {key: _word(key[1]) for key in set(keys)}
    return [known[key] for key in keys]


def _any_says_yes(columns: Sequence[Cells], no: Sequence[str], count: int) -> Flags:
    flags = np.zeros(count, dtype=bool)
    denied = {folded(word) for word in no} | {None, ""}
    for column in columns:
        flags |= np.array([word not in denied for word in _words(column)], dtype=bool)
    return flags


def _classes(cells: Cells, rows: Ints) -> tuple[dict[str, npt.NDArray[Any]], list[Note]]:
    """Return classes and who may use them; a class that is not known lets everybody."""
    known = _known_classes()
    words = _words(cells)
    found = np.array([known.of(word or "") for word in words], dtype=object)
    unread: dict[str, list[int]] = {}
    for place in np.flatnonzero(found == None):  # noqa: E711 - elementwise
        if words[place] not in (None, ""):
            unread.setdefault(shown(cells[place]), []).append(int(rows[place]))
    values: dict[str, npt.NDArray[Any]] = {"road_class": found}
    for user, barred in known.barred.items():
        values[user] = np.array([one not in barred for one in found], dtype=bool)
    text = msgid("Road class '{word}' is not known and was left blank: rows {rows}.")
    notes = [
        Note("class-not-known", text, {"word": word, "rows": tuple(where)})
        for word, where in unread.items()
    ]
    return values, notes


def _directions(cells: Cells, column: str, rows: Ints) -> tuple[Ints, list[DataError]]:
    """Return 1 along the line, -1 against it, 0 both ways or not known."""
    said = _said()
    words = {
        folded(word): value
        for way, value in DIRECTIONS.items()
        for word in said["words"][column][way]
    }
    read = _words(cells)
    letters = {
        folded(word): value for way, value in DIRECTIONS.items() for word in said["letters"][way]
    }
    if any(word in said["letters"]["both"] for word in read):
        words |= letters
    values = np.array([words.get(word or "", 0) for word in read], dtype=np.int64)
    bad = np.array([bool(word) and word not in words for word in read], dtype=bool)
    if not bad.any():
        return values, []
    wrong = sorted({shown(cell) for cell in cells[bad]})
    allowed = [word for way in DIRECTIONS for word in said["words"][column][way]]
    return values, [BadValueError(LAYER, column, wrong, tuple(rows[bad].tolist()), allowed)]


def _speeds(cells: Cells, rows: Ints) -> tuple[Floats, list[DataError]]:
    """Return kilometres an hour, ``nan`` where blank or 0."""
    known: dict[str | None, float] = {None: np.nan, "": np.nan}
    words = _words(cells)
    bad = set()
    for word in set(words) - set(known):
        number = _SPEED.fullmatch(word or "")
        speed = float(number[1]) * (MPH if number[2] == "mph" else 1) if number else -1.0
        if not 0 <= speed <= FASTEST:
            bad.add(word)
        known[word] = speed if 0 < speed <= FASTEST else np.nan
    values = np.array([known[word] for word in words], dtype=np.float64)
    if not bad:
        return values, []
    wrong = np.array([word in bad for word in words], dtype=bool)
    said = sorted({shown(cell) for cell in cells[wrong]})
    return values, [BadNumberError(LAYER, "kmh", tuple(rows[wrong].tolist()), said)]
