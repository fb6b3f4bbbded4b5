"""Words in cells -> ids of catalogue rows: unit kinds, facility types, indicators, statuses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import numpy as np

from geo_planner.catalogue import Catalogue, Indicator
from geo_planner.notes import Note, msgid
from geo_planner.tables import COLUMNS, LayerName
from layers.columns import Converted, shown
from layers.headings import folded, heading_lists
from layers.sources.table import Cells, Mask, RawTable


def known_words(layer: LayerName, column: str, catalogue: Catalogue) -> dict[str, str]:
    """Return the canonical word behind every folded word a column may hold."""
    allowed = next(one.allowed for one in COLUMNS[layer] if one.name == column)
    words = {folded(word): word for word in allowed}
    rows: Mapping[str, Mapping[str, str]] = {
        "kind": catalogue.unit_kind_names,
        "facility_type": catalogue.facility_type_names,
        "indicator": _indicator_names(catalogue.indicators.values()),
    }
    words |= {folded(name): row for name, row in rows.get(column, {}).items()}
    for word, others in heading_lists()["words"].get(column, {}).items():
        if column == "kind" and word not in catalogue.unit_kinds:
            continue
        for other in (word, *others):
            words.setdefault(folded(other), word)
    return words | dict.fromkeys(words_for_all(column), "")


def words_for_all(column: str) -> frozenset[str]:
    """Return the folded words by which a column that tells a part of the children tells all."""
    return frozenset(map(folded, heading_lists()["whole"].get(column, ())))


def _indicator_names(rows: Iterable[Indicator]) -> dict[str, str]:
    """Return ids and those labels that only one indicator has."""
    found: dict[str, set[str]] = {}
    for row in rows:
        for name in (row.id, row.label.zh, row.label.en):
            found.setdefault(name, set()).add(row.id)
    return {name: next(iter(ids)) for name, ids in found.items() if len(ids) == 1}


def kinds_from_codes(
    kinds: Converted, codes: Cells, table: RawTable
) -> tuple[Converted, list[Note]]:
    """Return kinds with words that say nothing (其他) read from twelve-digit codes, with a note.

    By the code rules of the statistics office the last three digits are a community's at 001-199
    and 400-499, a village's or company's at 200-399 and 500-599.
    """
    silent = {folded(word) for word in heading_lists()["from_code"]["kind"]["words"]}
    rows: Mask = kinds.bad & np.fromiter(
        (folded(str(value)) in silent for value in kinds.values), np.bool_, count=len(kinds.bad)
    )
    read = np.array([_kind_of_code(code) for code in codes[rows]], dtype=object)
    if not len(read):
        return kinds, []
    values, bad = kinds.values.copy(), kinds.bad.copy()
    solved = np.flatnonzero(rows)[read != None]  # noqa: E711 - elementwise
    values[solved] = read[read != None]  # noqa: E711 - elementwise
    bad[solved] = False
    text = msgid(
        "The kind of unit was read from the code where the file only says other: rows {rows}."
    )
    note = Note("kind-from-code", text, {"rows": tuple(int(row) for row in table.rows[solved])})
    return Converted(values, bad, kinds.remarked), [note] if len(solved) else []


def _kind_of_code(code: str | None) -> str | None:
    if code is None or not re.fullmatch(r"\d{12}", code):
        return None
    part = int(code[-3:])
    if 1 <= part <= 199 or 400 <= part <= 499:
        return "community"
    return "company" if 200 <= part <= 599 else None


def remarks(column: str, cells: Cells, read: Converted, table: RawTable) -> list[Note]:
    """Return notes on words that were read as something the plan knows (virtual as community)."""
    listed = heading_lists()["remarked"].get(column, {}).get("words", ())
    words = {folded(word) for word in listed}
    notes = []
    found: dict[tuple[str, str], list[int]] = {}
    for place, cell in enumerate(cells):
        if isinstance(cell, str) and folded(cell) in words and not read.bad[place]:
            found.setdefault((shown(cell), read.values[place]), []).append(int(table.rows[place]))
    for (word, meant), rows in found.items():
        text = msgid("'{word}' in column '{column}' was read as '{meant}': rows {rows}.")
        params = {"word": word, "column": column, "meant": meant, "rows": tuple(rows)}
        notes.append(Note("read-as", text, params))
    return notes
