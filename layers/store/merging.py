"""What an import does to a layer, and how to take it back.

Rows are told apart by key. A row whose key is known replaces the stored one, but only in the
columns its file has: an enrolment list without positions does not wipe out positions. A row that
says nothing new leaves the stored one, and its provenance, as it is.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo_planner.tables import PROVENANCE
from layers.store.tables import STORED_KEYS, StoredLayer, normal_form, row_keys

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Change:
    """A layer before and after, told by the difference.

    Attributes
    ----------
    table
        The whole layer afterwards, in normal form.
    before
        Rows that were replaced or removed, as they were.
    added
        Keys of the rows that were not there before (nothing for streets and barriers, which are
        replaced whole).
    added_rows, replaced_rows, unchanged_rows
        How many rows came, changed, and said nothing new.
    kept
        Columns in which replaced rows keep a stored value because the file does not have them.
    """

    layer: StoredLayer
    table: pd.DataFrame
    before: pd.DataFrame
    added: pd.DataFrame
    added_rows: int
    replaced_rows: int
    unchanged_rows: int = 0
    kept: tuple[str, ...] = ()


def merge(
    stored: pd.DataFrame,
    incoming: pd.DataFrame,
    layer: StoredLayer,
    *,
    given: Collection[str] | None = None,
) -> Change:
    """Return what importing ``incoming`` into ``stored`` changes; both in normal form, keys unique.

    Parameters
    ----------
    given
        Columns the file has; None if all.
    """
    if not STORED_KEYS[layer]:
        return _replaced_whole(stored, incoming, layer)
    columns = list(dict.fromkeys([*stored.columns, *incoming.columns]))
    old, new = stored.reindex(columns=columns), incoming.reindex(columns=columns)
    at = row_keys(old, layer).get_indexer(row_keys(new, layer))
    known = at >= 0
    before = old.iloc[at[known]].reset_index(drop=True)
    after = new.loc[known].reset_index(drop=True)
    silent = _silent_columns(columns, given, layer)
    kept = tuple(name for name in silent if name in before and before[name].notna().any())
    for name in kept:
        after["simulated"] |= before["simulated"] & before[name].notna()
        after[name] = before[name]
    changed = ~_same(before, after)
    fresh = new.loc[~known]
    untouched = np.ones(len(old), dtype=bool)
    untouched[at[known][changed]] = False
    parts = [part for part in (old.loc[untouched], after.loc[changed], fresh) if len(part)]
    table = normal_form(pd.concat(parts) if parts else old, layer)
    return Change(
        layer,
        table,
        before=normal_form(before.loc[changed], layer),
        added=_keys_only(fresh, layer),
        added_rows=len(fresh),
        replaced_rows=int(changed.sum()),
        unchanged_rows=int((~changed).sum()),
        kept=kept if changed.any() else (),
    )


def _silent_columns(
    columns: list[str], given: Collection[str] | None, layer: StoredLayer
) -> tuple[str, ...]:
    if given is None:
        return ()
    told = {*given, *PROVENANCE, *STORED_KEYS[layer]}
    return tuple(name for name in columns if name not in told)


def _same(before: pd.DataFrame, after: pd.DataFrame) -> Mask:
    """Return, row by row, whether all cells are equal, blank counting as equal to blank."""
    same = np.ones(len(before), dtype=bool)
    for name in before.columns:
        if name in PROVENANCE and name != "simulated":
            continue
        left, right = before[name], after[name]
        if left.dtype != right.dtype:
            left, right = left.astype("object"), right.astype("object")
        blank = left.isna().to_numpy(dtype=bool), right.isna().to_numpy(dtype=bool)
        equal = (left == right).fillna(value=False).to_numpy(dtype=bool)
        same &= (equal & ~blank[0] & ~blank[1]) | (blank[0] & blank[1])
    return same


def _keys_only(rows: pd.DataFrame, layer: StoredLayer) -> pd.DataFrame:
    return rows[list(STORED_KEYS[layer])].reset_index(drop=True)


def _replaced_whole(stored: pd.DataFrame, incoming: pd.DataFrame, layer: StoredLayer) -> Change:
    nothing = incoming.iloc[:0, :0]
    if _equal_tables(stored, incoming):
        return Change(layer, stored, stored, nothing, 0, 0, unchanged_rows=len(stored))
    return Change(layer, incoming, stored, nothing, len(incoming), len(stored))


def _equal_tables(one: pd.DataFrame, other: pd.DataFrame) -> bool:
    return list(one.columns) == list(other.columns) and one.equals(other)


def rewind(table: pd.DataFrame, change: Change) -> pd.DataFrame:
    """Return ``table`` (as it is after ``change``) as it was before."""
    layer = change.layer
    if not STORED_KEYS[layer]:
        return change.before
    keys = row_keys(table, layer)
    left = table.loc[
        ~(keys.isin(_keys(change.added, layer)) | keys.isin(_keys(change.before, layer)))
    ]
    parts = [part for part in (left, change.before) if len(part)]
    return normal_form(pd.concat(parts) if parts else table.iloc[:0], layer)


def _keys(rows: pd.DataFrame, layer: StoredLayer) -> pd.Index | list[str]:
    return row_keys(rows, layer) if len(rows) else []


def taking_back(table: pd.DataFrame, change: Change) -> Change:
    """Return the change that undoes the import ``change`` on ``table`` (as it is after it)."""
    layer = change.layer
    restored = rewind(table, change)
    if not STORED_KEYS[layer]:
        return _replaced_whole(table, restored, layer)
    keys = row_keys(table, layer)
    came, replaced = (keys.isin(_keys(rows, layer)) for rows in (change.added, change.before))
    return Change(
        layer,
        restored,
        before=normal_form(table.loc[came | replaced], layer),
        added=_keys_only(table.iloc[:0], layer),
        added_rows=0,
        replaced_rows=int(replaced.sum()),
    )
