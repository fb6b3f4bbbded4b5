"""From the columns of a raw table to canonical ones, with every fault of their cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo_planner.catalogue import Catalogue
from geo_planner.errors import (
    BadDateError,
    BadNumberError,
    BadValueError,
    DataError,
)
from geo_planner.notes import Note, msgid
from geo_planner.table_errors import LostDigitsError
from geo_planner.tables import COLUMNS, GROUP_COLUMNS, Column, LayerName
from layers.columns import (
    age_band_cells,
    code_cells,
    date_cells,
    flag_cells,
    list_cells,
    number_cells,
    period_cells,
    shown,
    text_cells,
    word_cells,
)
from layers.sources.table import Cells, Mask, RawTable
from layers.words import kinds_from_codes, known_words, remarks, words_for_all

_CODES = ("unit_id", "parent_id", "division_id", "facility_id")
_SHOWN = 12


@dataclass
class Frame:
    """Canonical columns under construction."""

    table: RawTable
    layer: LayerName
    columns: dict[str, Any] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    faults: list[DataError] = field(default_factory=list)

    def rows(self, mask: Mask) -> tuple[int, ...]:
        """Return spreadsheet rows where ``mask`` holds."""
        return tuple(int(row) for row in self.table.rows[mask])


def fill_frame(
    table: RawTable,
    places: Mapping[str, int],
    *,
    layer: LayerName,
    catalogue: Catalogue,
    kind: str | None = None,
) -> Frame:
    """Return the canonical columns that a table's cells hold.

    Parameters
    ----------
    places
        Canonical column -> place in the table.
    kind
        Unit kind or facility type of rows that do not say theirs.
    """
    made = Frame(table, layer)
    canonical = {column.name: column for column in COLUMNS[layer]}
    for name, place in places.items():
        cells = table.columns[place]
        column = canonical.get(name)
        if name == "simulated":
            _flag(made, name, cells)
        elif column is None:
            if name in catalogue.unit_counts | catalogue.facility_counts:
                _number(made, name, cells, place)
        elif column.kind != "shape":
            _canonical(made, column, cells, place, catalogue)
    if "kind" in made.columns:
        _settle_kinds(made, places, catalogue)
    default = {"units": "kind", "facilities": "facility_type"}.get(layer)
    if kind is not None and default is not None:
        _fill_kind(made, default, kind)
    if layer == "observations" and "value" in made.columns:
        _settle_percents(made, places["value"], catalogue)
    return made


def _canonical(made: Frame, column: Column, cells: Cells, place: int, catalogue: Catalogue) -> None:
    name = column.name
    if name in _CODES:
        read = code_cells(cells)
        made.columns[name] = read.values
        if read.bad.any():
            rows = made.rows(read.bad)
            made.faults.append(LostDigitsError(made.layer, name, _some(cells, read.bad), rows))
    elif name == "age_band":
        made.columns[name] = age_band_cells(cells, words_for_all(name)).values
    elif name == "period":
        made.columns[name] = period_cells(cells).values
    elif column.kind == "word":
        _word(made, name, cells, catalogue)
    elif column.kind == "number":
        _number(made, name, cells, place)
    elif column.kind == "date":
        _date(made, name, cells)
    elif column.kind == "list":
        read = list_cells(cells)
        made.columns[name] = read.values
        if read.bad.any():
            rows = made.rows(read.bad)
            made.faults.append(LostDigitsError(made.layer, name, _some(cells, read.bad), rows))
    else:
        made.columns[name] = text_cells(cells).values


def _some(cells: Cells, mask: Mask) -> list[str]:
    return list(dict.fromkeys(shown(cell) for cell in cells[mask]))[:_SHOWN]


def _word(made: Frame, name: str, cells: Cells, catalogue: Catalogue) -> None:
    # What is not understood stays as it is: the check of the whole table names it with the rest.
    read = word_cells(cells, known_words(made.layer, name, catalogue))
    made.columns[name] = read.values
    made.notes += remarks(name, cells, read, made.table)


def _number(made: Frame, name: str, cells: Cells, place: int) -> None:
    read = number_cells(cells)
    bad = read.bad if name == "value" else read.bad | read.remarked  # 96 % is no count
    values = read.values.astype(np.float64)
    if bad.any():
        made.faults.append(BadNumberError(made.layer, name, made.rows(bad), _some(cells, bad)))
        values[bad] = np.nan
    merged = made.table.merged.get(place)
    shared = np.zeros(len(cells), np.bool_) if merged is None else merged & ~np.isnan(values)
    if shared.any():
        values[shared] = np.nan
        text = msgid(
            "Column '{column}': a number in a cell merged over several rows belongs to none of "
            "them alone; it was taken as unknown in rows {rows}."
        )
        made.notes.append(Note("merged-number", text, {"column": name, "rows": made.rows(shared)}))
    made.columns[name] = values


def _date(made: Frame, name: str, cells: Cells) -> None:
    read = date_cells(cells)
    made.columns[name] = read.values
    if read.bad.any():
        rows = made.rows(read.bad)
        made.faults.append(BadDateError(made.layer, name, rows, _some(cells, read.bad)))
    if read.remarked.any():
        text = msgid(
            "Column '{column}': only a month or year is given in rows {rows}; "
            "its first day was taken."
        )
        made.notes.append(
            Note("coarse-date", text, {"column": name, "rows": made.rows(read.remarked)})
        )


def _flag(made: Frame, name: str, cells: Cells) -> None:
    read = flag_cells(cells)
    made.columns[name] = read.values.astype(np.bool_)
    if read.bad.any():
        rows = made.rows(read.bad)
        made.faults.append(
            BadValueError(made.layer, name, _some(cells, read.bad), rows, ("是", "否", "1", "0"))
        )


def _settle_kinds(made: Frame, places: Mapping[str, int], catalogue: Catalogue) -> None:
    """Read silent kinds from codes, and the kind of community from words such as 团场社区."""
    cells = made.table.columns[places["kind"]]
    read = word_cells(cells, known_words("units", "kind", catalogue))
    if "unit_id" in made.columns:
        read, notes = kinds_from_codes(read, made.columns["unit_id"], made.table)
        made.notes += notes
    made.columns["kind"] = read.values
    told = word_cells(cells, _telling_words(catalogue))
    found = told.values.copy()
    found[told.bad] = None
    if any(value is not None for value in found):
        own = made.columns.get("community_kind", np.full(len(cells), None, dtype=object))
        made.columns["community_kind"] = np.array(
            [one if one is not None else other for one, other in zip(own, found, strict=True)],
            dtype=object,
        )


def _telling_words(catalogue: Catalogue) -> dict[str, str]:
    """Return words for a kind of unit that tell the kind of community too."""
    words = known_words("units", "community_kind", catalogue)
    kinds = known_words("units", "kind", catalogue)
    return {word: kind for word, kind in words.items() if kinds.get(word) == "community"}


def _fill_kind(made: Frame, column: str, kind: str) -> None:
    """Give rows without a kind the one that was asked for."""
    own = made.columns.get(column)
    if own is None:
        made.columns[column] = np.full(len(made.table), kind, dtype=object)
        return
    blank = np.fromiter((value is None for value in own), np.bool_, count=len(own))
    made.columns[column] = np.where(blank, kind, own)
    other = ~blank & (own != kind)
    if other.any():
        text = msgid("The file itself says another kind than '{kind}' in rows {rows}; it was kept.")
        made.notes.append(Note("other-kind", text, {"kind": kind, "rows": made.rows(other)}))


def _settle_percents(made: Frame, place: int, catalogue: Catalogue) -> None:
    """Put values that the file shows as percentages on the scale of a hundred."""
    cells = made.table.columns[place]
    values = made.columns["value"]
    indicators = made.columns.get("indicator", np.full(len(values), None, dtype=object))
    measures = [
        catalogue.indicators[one].measure if one in catalogue.indicators else ""
        for one in indicators
    ]
    hundred = np.fromiter(
        (str(one).startswith("%") or one in ("", "yes/no") for one in measures),
        np.bool_,
        count=len(values),
    )
    signed = np.fromiter(
        (isinstance(cell, str) and cell.strip().endswith(("%", "％")) for cell in cells),
        np.bool_,
        count=len(values),
    )
    _refuse(made, signed & ~hundred, cells)
    number = np.fromiter((isinstance(cell, float) for cell in cells), np.bool_, count=len(cells))
    shown_as = made.table.percent.get(place)
    if shown_as is not None:
        formatted = shown_as & number & hundred
        values[formatted] = np.round(values[formatted] * 100, 10)
        if formatted.any():
            text = msgid("Cells shown as percentages were read as such (0.96 as 96): rows {rows}.")
            made.notes.append(Note("percent-cells", text, {"rows": made.rows(formatted)}))
        number &= ~shown_as
    scale = np.fromiter((str(one).startswith("%") for one in measures), np.bool_, len(values))
    small = scale & ~signed & (shown_as is None or ~shown_as) & (values > 0) & (values < 1)
    if small.any():
        text = msgid(
            "Values between 0 and 1 of indicators in per cent were kept as they stand (0.96 is "
            "0.96 %): rows {rows}. If they are shares, multiply them by 100."
        )
        made.notes.append(Note("maybe-fractions", text, {"rows": made.rows(small)}))


def _refuse(made: Frame, wrong: Mask, cells: Cells) -> None:
    if wrong.any():
        made.faults.append(
            BadNumberError(made.layer, "value", made.rows(wrong), _some(cells, wrong))
        )


def to_pandas(made: Frame) -> pd.DataFrame:
    """Return the columns as a frame: all canonical ones in their order, then counts, provenance."""
    count = len(made.table)
    columns: dict[str, Any] = {}
    for column in COLUMNS[made.layer]:
        if column.kind == "shape":
            continue
        values = made.columns.get(column.name)
        if values is None:
            values = _unknown(column, count)
        text = column.kind not in ("date", "number")
        columns[column.name] = pd.array(values, dtype="str") if text else values
        if column.name in GROUP_COLUMNS:
            columns[column.name] = columns[column.name].fillna("")
    canonical = set(columns)
    for name in sorted(set(made.columns) - canonical - {"simulated"}):
        columns[name] = made.columns[name]
    columns["source_file"] = pd.array([made.table.file] * count, dtype="str")
    columns["source_sheet"] = pd.array([made.table.sheet] * count, dtype="str")
    columns["source_row"] = made.table.rows.astype(np.int64)
    columns["simulated"] = made.columns.get("simulated", np.zeros(count, dtype=np.bool_))
    return pd.DataFrame(columns)


def _unknown(column: Column, count: int) -> NDArray[Any]:
    """Return a column of which nothing is known."""
    if column.kind == "date":
        return np.full(count, np.datetime64("NaT"), dtype="datetime64[us]")
    return np.full(count, np.nan) if column.kind == "number" else np.full(count, None, dtype=object)


__all__ = ["Frame", "fill_frame", "to_pandas"]
