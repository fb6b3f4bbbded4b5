"""What only the whole table can tell: keys told apart, codes that exist, parents without circles.

Faults are looked for in the incoming rows and in what becomes of the stored ones under them; each
names the spreadsheet rows of the file.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo_planner.catalogue import Catalogue
from geo_planner.checks import parts_over_wholes, wrong_date_order
from geo_planner.errors import (
    BadValueError,
    CircularParentError,
    DataError,
    DuplicateIdError,
    MissingValueError,
    UnknownParentError,
    UnknownUnitError,
)
from layers.store.merging import Change
from layers.store.tables import STORED_COLUMNS, STORED_KEYS, StoredLayer, row_keys

_SHOWN = 8
Mask = npt.NDArray[np.bool_]


def find_key_faults(incoming: pd.DataFrame, layer: StoredLayer) -> list[DataError]:
    """Return blank required cells and repeated keys."""
    faults: list[DataError] = []
    for column in STORED_COLUMNS[layer]:
        if column.required and incoming[column.name].isna().any():
            blank = incoming[column.name].isna().to_numpy(dtype=bool)
            faults.append(MissingValueError(layer, column.name, _rows(incoming, blank)))
    if STORED_KEYS[layer]:
        keys = row_keys(incoming, layer)
        again = keys.duplicated(keep=False)
        if again.any():
            shown = [_shown(key) for key in keys[again].unique()[:_SHOWN]]
            column_names = ", ".join(STORED_KEYS[layer])
            faults.append(DuplicateIdError(layer, column_names, shown, _rows(incoming, again)))
    return faults


def _shown(key: object) -> str:
    return " / ".join(str(part) for part in key) if isinstance(key, tuple) else str(key)


def find_reference_faults(
    incoming: pd.DataFrame, layer: StoredLayer, units: pd.DataFrame
) -> list[DataError]:
    """Return codes in ``incoming`` that no unit carries, and circles of parents.

    Parameters
    ----------
    units
        All units as they will be: for layer ``units`` the merged table.
    """
    if not STORED_KEYS[layer]:
        return []
    known = pd.Index(units["unit_id"])
    if layer == "units":
        return _parent_faults(incoming, units, known)
    faults: list[DataError] = []
    homeless = (incoming["unit_id"].notna() & ~incoming["unit_id"].isin(known)).to_numpy(dtype=bool)
    if homeless.any():
        faults.append(_unknown_unit(incoming, layer, "unit_id", homeless, incoming["unit_id"]))
    if layer == "facilities":
        served = incoming["serves_units"].dropna().str.split(";").explode().str.strip()
        served = served[(served != "") & ~served.isin(known)]
        if len(served):
            wrong = incoming.index.isin(served.index)
            faults.append(_unknown_unit(incoming, layer, "serves_units", wrong, served))
    return faults


def find_merged_faults(
    change: Change, incoming: pd.DataFrame, catalogue: Catalogue
) -> list[DataError]:
    """Return parts greater than their wholes and ends before beginnings in the rows as merged."""
    layer = change.layer
    if layer not in ("units", "facilities") or change.before.empty:
        return []
    keys = row_keys(change.table, layer)
    merged = change.table[keys.isin(row_keys(incoming, layer))]
    merged = merged.assign(source_row=merged["source_row"].fillna(0))
    return [*parts_over_wholes(merged, layer, catalogue), *wrong_date_order(merged, layer)]


def find_kind_faults(
    incoming: pd.DataFrame, layer: StoredLayer, catalogue: Catalogue
) -> list[DataError]:
    """Return barriers of a kind the catalogue does not have."""
    if layer != "barriers":
        return []
    known = list(catalogue.barrier_kinds)
    wrong = (~incoming["kind"].isin(known)).to_numpy(dtype=bool)
    if not wrong.any():
        return []
    shown = [str(value) for value in incoming["kind"][wrong].unique()[:_SHOWN]]
    return [BadValueError(layer, "kind", shown, _rows(incoming, wrong), known)]


def _unknown_unit(
    incoming: pd.DataFrame, layer: StoredLayer, column: str, wrong: Mask, values: pd.Series
) -> DataError:
    values = values[values.index.isin(incoming.index[wrong])]
    shown = [str(value) for value in values.unique()[:_SHOWN]]
    return UnknownUnitError(layer, column, shown, _rows(incoming, wrong))


def _parent_faults(incoming: pd.DataFrame, units: pd.DataFrame, known: pd.Index) -> list[DataError]:
    faults: list[DataError] = []
    parents = incoming["parent_id"]
    orphans = (parents.notna() & ~parents.isin(known)).to_numpy(dtype=bool)
    if orphans.any():
        shown = [str(value) for value in parents[orphans].unique()[:_SHOWN]]
        faults.append(UnknownParentError("units", "parent_id", shown, _rows(incoming, orphans)))
    circular = units["unit_id"].to_numpy()[_on_circle(units, known)]
    mine = incoming["unit_id"].isin(circular).to_numpy(dtype=bool)
    if mine.any():
        shown = [str(value) for value in incoming["unit_id"][mine][:_SHOWN]]
        faults.append(CircularParentError("units", shown, _rows(incoming, mine)))
    return faults


def _on_circle(units: pd.DataFrame, known: pd.Index) -> Mask:
    """Return which units are their own ancestors.

    Whoever can still be reached after as many upward steps as there are units is on a circle; the
    steps are doubled, so that it takes the logarithm of them.
    """
    up = known.get_indexer(pd.Index(units["parent_id"].fillna("")))
    roof = len(up)
    step = np.append(np.where(up < 0, roof, up), roof)
    for _ in range(max(1, roof).bit_length()):
        step = step[step]
    circle = np.zeros(roof + 1, dtype=bool)
    circle[step] = True
    circle[roof] = False
    return circle[:roof]


def _rows(frame: pd.DataFrame, mask: Mask) -> tuple[int, ...]:
    """Return spreadsheet rows; where a table has none, rows as if under one heading row."""
    given = frame["source_row"]
    counted = pd.Series(np.arange(2, len(frame) + 2), index=frame.index)
    return tuple(int(row) for row in given.fillna(counted)[mask])
