"""What one observation said after each import that changed it, read from ``history/``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from layers.store.log import Entry, moment, standing
from layers.store.state import State, read_recorded
from layers.store.tables import STORED_KEYS


@dataclass(frozen=True, slots=True)
class Version:
    """One wording of an observation.

    Attributes
    ----------
    import_id, recorded_at
        The import that brought it, and its moment in UTC.
    file, sheet, row
        Where it stood; sheet and spreadsheet row are None where the file has none.
    numerator, denominator, value
        What was reported; None is unknown.
    reported_on, reported_by
        The signature; None where there is none.
    taken_back
        Whether the import was undone since.
    """

    import_id: int
    recorded_at: datetime
    file: str
    sheet: str | None
    row: int | None
    numerator: float | None
    denominator: float | None
    value: float | None
    reported_on: date | None
    reported_by: str | None
    taken_back: bool


def versions_of(
    state: State, history: Path, project: str, key: Sequence[str]
) -> tuple[Version, ...]:
    """Return the wordings of the observation with ``key``, oldest first.

    From the newest entry backwards: the row stands after an entry as the next entry that touched it
    found it, and the last as it stands now.

    Parameters
    ----------
    key
        Cells of ``OBSERVATION_KEY``, in that order.

    Raises
    ------
    DamagedError
        If a file of ``history/`` is missing or broken.
    """
    stands = {entry.id for entry in standing(state.log)}
    after = _row(state.tables["observations"], key)
    found: list[Version] = []
    for entry in reversed(state.log):
        if entry.layer != "observations":
            continue
        change = read_recorded(history, project, entry)
        before = _row(change.before, key)
        if before is None and _row(change.added, key) is None:
            continue
        if entry.action == "import" and after is not None:
            found.append(_version(entry, after, taken_back=entry.id not in stands))
        after = before
    return tuple(reversed(found))


def _row(table: pd.DataFrame, key: Sequence[str]) -> dict[str, Any] | None:
    """Return the row with ``key``; None if the table has none."""
    same = np.ones(len(table), dtype=np.bool_)
    for name, cell in zip(STORED_KEYS["observations"], key, strict=True):
        same &= (table[name] == cell).to_numpy(dtype=bool, na_value=False)
    at = np.flatnonzero(same)
    if not len(at):
        return None
    row = table.iloc[int(at[0])]
    return {str(name): None if pd.isna(cell) else cell for name, cell in row.items()}


def _version(entry: Entry, row: dict[str, Any], *, taken_back: bool) -> Version:
    place, signed = row["source_row"], row["reported_on"]
    return Version(
        entry.id,
        moment(entry.recorded_at),
        row["source_file"] or entry.file,
        row["source_sheet"],
        None if place is None else int(place),
        _number(row["numerator"]),
        _number(row["denominator"]),
        _number(row["value"]),
        None if signed is None else signed.date(),
        row["reported_by"],
        taken_back,
    )


def _number(cell: Any) -> float | None:  # noqa: ANN401 - a cell
    return None if cell is None else float(cell)
