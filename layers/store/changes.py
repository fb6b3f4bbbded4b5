"""``history/``: what each entry of the log replaced, so that it can be taken back."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

from layers.store.durable import put_file
from layers.store.merging import Change
from layers.store.tables import StoredLayer, key_columns, normal_form

_MARK = "change"
_NAME = re.compile(r"(\d{6,})\.parquet(\.new)?")


def change_path(history: Path, entry_id: int) -> Path:
    """Return where the change of an entry is kept."""
    return history / f"{entry_id:06d}.parquet"


def write_change(history: Path, entry_id: int, change: Change) -> None:
    """Write the rows that were replaced and the keys that came, whole or not at all."""
    before = change.before.assign(**{_MARK: "replaced"})
    added = change.added.assign(**{_MARK: "added"})
    rows = pd.concat([before, added]) if len(added) else before
    final = change_path(history, entry_id)
    made = final.with_name(final.name + ".new")
    rows.reset_index(drop=True).to_parquet(made, index=False)
    put_file(made, final)


def read_change(history: Path, entry_id: int, layer: StoredLayer) -> Change:
    """Return the change of an entry; its ``table`` is empty, as only the difference is kept.

    Raises
    ------
    OSError, ValueError
        If the file is missing or broken.
    """
    rows = pd.read_parquet(change_path(history, entry_id))
    before = normal_form(rows.loc[rows[_MARK] == "replaced"].drop(columns=_MARK), layer)
    added = key_columns(rows.loc[rows[_MARK] == "added"], layer)
    return Change(layer, before.iloc[:0], before, added, len(added), len(before))


def remove_strays(history: Path, last_id: int) -> None:
    """Remove what a crash left: changes that the log does not know, and unfinished files."""
    for path in history.iterdir():
        name = _NAME.fullmatch(path.name)
        if name and (name[2] or int(name[1]) > last_id):
            path.unlink()
