"""Checks of whole tables: what is wrong between cells, rows and layers, all of it at once.

A table here has its key as a column, canonical columns (``geo_planner.tables``) and
``source_row``, the row number a clerk sees.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo_planner.catalogue import Catalogue, Label
from geo_planner.errors import (
    BadNumberError,
    BadValueError,
    CircularParentError,
    DataError,
    DateOrderError,
    DuplicateIdError,
    MissingValueError,
    UnknownParentError,
    UnknownUnitError,
)
from geo_planner.notes import msgid
from geo_planner.periods import parse_period
from geo_planner.table_errors import PartOverWholeError
from geo_planner.tables import COLUMNS, GROUP_COLUMNS, KEYS, OBSERVATION_KEY, LayerName

_SHOWN = 12
Mask = NDArray[np.bool_]

DATE_ORDERS: Mapping[LayerName, tuple[str, str] | None] = {
    "units": ("established_on", "abolished_on"),
    "facilities": ("opened_on", "closed_on"),
    "observations": None,
}


def find_faults(
    frame: pd.DataFrame,
    *,
    layer: LayerName,
    catalogue: Catalogue,
    known_units: Collection[str] | None = None,
) -> list[DataError]:
    """Return every fault of a table.

    Parameters
    ----------
    frame
        One layer in canonical columns.
    known_units
        Codes of units that exist already. For ``units`` those of the table itself are known too;
        None means that references of other layers cannot be checked.
    """
    faults = [
        *blanks(frame, layer),
        *repeated_keys(frame, layer),
        *unknown_words(frame, layer, catalogue),
        *negative_numbers(frame, layer),
        *wrong_date_order(frame, layer),
    ]
    if layer == "units":
        faults += unknown_parents(frame, known_units or ())
        faults += circular_parents(frame)
        faults += codes_with_separator(frame)
    elif known_units is not None:
        faults += unknown_units(frame, layer, known_units)
    if layer == "observations":
        faults += bad_periods(frame)
    else:
        faults += parts_over_wholes(frame, layer, catalogue)
    return faults


def codes_with_separator(frame: pd.DataFrame) -> list[DataError]:
    """Return unit codes that a list of served units could not name, since ``;`` parts its codes."""
    codes = frame["unit_id"].fillna("").astype(str)
    mask = codes.str.contains("[;；]", regex=True).to_numpy(dtype=bool)
    if not mask.any():
        return []
    allowed = [msgid("codes without a semicolon")]
    return [BadValueError("units", "unit_id", codes[mask].tolist(), rows_of(frame, mask), allowed)]


def rows_of(frame: pd.DataFrame, mask: Mask) -> tuple[int, ...]:
    """Return the spreadsheet rows where ``mask`` holds."""
    return tuple(int(row) for row in frame["source_row"].to_numpy()[mask])


def some(values: Iterable[Any]) -> list[str]:
    """Return the first distinct values for a sentence."""
    return list(dict.fromkeys(str(value) for value in values))[:_SHOWN]


def blanks(frame: pd.DataFrame, layer: LayerName) -> list[DataError]:
    """Return required columns with blank cells."""
    return [
        MissingValueError(layer, column.name, rows_of(frame, blank))
        for column in COLUMNS[layer]
        if column.required and column.name in frame
        for blank in [frame[column.name].isna().to_numpy(dtype=bool)]
        if blank.any()
    ]


def repeated_keys(frame: pd.DataFrame, layer: LayerName) -> list[DataError]:
    """Return keys that several rows share; for observations ``OBSERVATION_KEY`` together.

    A sex or age band that is not told is that of all children.
    """
    key = KEYS[layer]
    told = [column for column in OBSERVATION_KEY if column in frame or column not in GROUP_COLUMNS]
    columns = [key] if key is not None else told
    if any(column not in frame for column in columns):
        return []
    if key is None:
        groups = [column for column in GROUP_COLUMNS if column in frame]
        frame = frame.assign(**{column: frame[column].fillna("") for column in groups})
    filled = frame[columns].notna().all(axis=1)
    repeated = (frame.duplicated(columns, keep=False) & filled).to_numpy(dtype=bool)
    if not repeated.any():
        return []
    values = frame.loc[repeated, columns].astype(str).agg(" / ".join, axis=1)
    return [DuplicateIdError(layer, ", ".join(columns), some(values), rows_of(frame, repeated))]


def unknown_words(frame: pd.DataFrame, layer: LayerName, catalogue: Catalogue) -> list[DataError]:
    """Return words that no catalogue row and no canonical list carries."""
    allowed: dict[str, Collection[str]] = {
        column.name: column.allowed for column in COLUMNS[layer] if column.allowed
    }
    rows: dict[LayerName, dict[str, Collection[str]]] = {
        "units": {"kind": list(catalogue.unit_kinds)},
        "facilities": {"facility_type": list(catalogue.facility_types)},
        "observations": {"indicator": list(catalogue.indicators)},
    }
    rows_named = (catalogue.unit_kinds, catalogue.facility_types, catalogue.indicators)
    labels = {one.id: one.label for named in rows_named for one in named.values()}
    faults: list[DataError] = []
    for column, words in {**rows[layer], **allowed}.items():
        if column not in frame:
            continue
        values = frame[column]
        told = values.notna() & (values != "")
        wrong = (told & ~values.isin(list(words))).to_numpy(dtype=bool)
        if wrong.any():
            names = list(words)
            near = names if len(names) <= 40 else _near_words(values[wrong], names, labels)
            told = [f"{name} ({labels[name].zh})" if name in labels else name for name in near]
            faults.append(
                BadValueError(layer, column, some(values[wrong]), rows_of(frame, wrong), told)
            )
    return faults


def _near_words(values: pd.Series, names: list[str], labels: Mapping[str, Label]) -> list[str]:
    """Return the names that the words, or labels in either language, come close to."""
    from difflib import get_close_matches  # noqa: PLC0415 - only when something is wrong

    known = {name: name for name in names}
    known |= {text: name for name in names for text in (labels[name].zh, labels[name].en)}
    near = [
        known[match] for value in some(values) for match in get_close_matches(value, known, n=3)
    ]
    return list(dict.fromkeys(near)) or [*names[:12], "..."]


def negative_numbers(frame: pd.DataFrame, layer: LayerName) -> list[DataError]:
    """Return counts below zero. A ``value`` of an observation may be a change, and negative."""
    faults: list[DataError] = []
    for column in frame.select_dtypes("number"):
        if column in ("source_row", "value"):
            continue
        below = (frame[column] < 0).to_numpy(dtype=bool)
        if below.any():
            shown = some(f"{value:g}" for value in frame.loc[below, column])
            faults.append(BadNumberError(layer, str(column), rows_of(frame, below), shown))
    return faults


def wrong_date_order(frame: pd.DataFrame, layer: LayerName) -> list[DataError]:
    """Return ends that lie before their beginnings."""
    order = DATE_ORDERS[layer]
    if order is None or any(column not in frame for column in order):
        return []
    first, last = order
    wrong = (frame[last] < frame[first]).to_numpy(dtype=bool)
    return [DateOrderError(layer, first, last, rows_of(frame, wrong))] if wrong.any() else []


def unknown_parents(frame: pd.DataFrame, known_units: Collection[str]) -> list[DataError]:
    """Return units whose parent is neither in the table nor known."""
    if "parent_id" not in frame:
        return []
    parents = frame["parent_id"]
    if parents.isna().all():
        return []
    here = parents.isin(frame["unit_id"].dropna())
    wrong = (parents.notna() & ~here & ~parents.isin(list(known_units))).to_numpy(dtype=bool)
    if not wrong.any():
        return []
    return [UnknownParentError("units", "parent_id", some(parents[wrong]), rows_of(frame, wrong))]


def circular_parents(frame: pd.DataFrame) -> list[DataError]:
    """Return units that are their own ancestors within the table.

    Every unit steps to its parent; doubling the step shows after log2(n) rounds who never leaves.
    """
    if "parent_id" not in frame:
        return []
    keys = pd.Index(frame["unit_id"])
    if keys.has_duplicates or keys.hasnans:
        return []  # told already; steps would be ambiguous
    end = len(keys)
    up = keys.get_indexer(pd.Index(frame["parent_id"].fillna("")))
    step = np.append(np.where(up < 0, end, up), end)
    for _ in range(max(1, end).bit_length()):
        step = step[step]
    on_circle = np.zeros(end + 1, dtype=np.bool_)
    on_circle[step] = True  # whoever is reached after so many steps lies on a circle
    wrong = on_circle[:end]
    if not wrong.any():
        return []
    return [CircularParentError("units", some(keys[wrong]), rows_of(frame, wrong))]


def unknown_units(
    frame: pd.DataFrame, layer: LayerName, known_units: Collection[str]
) -> list[DataError]:
    """Return facilities or observations that name units nobody knows."""
    known = list(known_units)
    faults: list[DataError] = []
    if "unit_id" in frame:
        units = frame["unit_id"]
        wrong = (units.notna() & ~units.isin(known)).to_numpy(dtype=bool)
        if wrong.any():
            faults.append(
                UnknownUnitError(layer, "unit_id", some(units[wrong]), rows_of(frame, wrong))
            )
    if "serves_units" in frame:
        served = frame["serves_units"].reset_index(drop=True).dropna().str.split(";").explode()
        strange = served[~served.isin(known)]
        if len(strange):
            wrong = np.zeros(len(frame), dtype=np.bool_)
            wrong[strange.index.to_numpy(dtype=np.int64)] = True
            faults.append(
                UnknownUnitError(layer, "serves_units", some(strange), rows_of(frame, wrong))
            )
    return faults


def bad_periods(frame: pd.DataFrame) -> list[DataError]:
    """Return periods that are not a year, half-year, quarter or month."""
    if "period" not in frame:
        return []
    periods = frame["period"]
    good = {text for text in periods.dropna().unique() if parse_period(str(text)) is not None}
    wrong = (periods.notna() & ~periods.isin(list(good))).to_numpy(dtype=bool)
    if not wrong.any():
        return []
    shapes = ("2025", "2025H1", "2025Q3", "2025-06")
    return [
        BadValueError("observations", "period", some(periods[wrong]), rows_of(frame, wrong), shapes)
    ]


def parts_over_wholes(
    frame: pd.DataFrame, layer: LayerName, catalogue: Catalogue
) -> list[DataError]:
    """Return rows where a part is greater than its whole (households with water, households).

    The pairs are the bases of ``household_share`` rows. Gross rates may pass one hundred and are
    not among them.
    """
    pairs = {
        (basis.numerator, basis.denominator)
        for row in catalogue.indicators.values()
        if row.rule == "household_share"
        for basis in row.bases
    }
    faults: list[DataError] = []
    for part, whole in sorted(pairs):
        if part in frame and whole in frame:
            over = (frame[part] > frame[whole]).to_numpy(dtype=bool)
            if over.any():
                faults.append(PartOverWholeError(layer, part, whole, rows_of(frame, over)))
    return faults
