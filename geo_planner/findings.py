"""What the quality check hands over: one thing to look at, and where it came from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo_planner.notes import Note

Severity = Literal["contradiction", "review", "gap"]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look at.

    Attributes
    ----------
    note
        The sentence, as code, template and parameters.
    severity
        ``contradiction`` (two facts disagree), ``review`` (a person decides) or ``gap`` (missing).
    layer
        ``units``, ``facilities`` or ``observations``.
    ids
        Codes of the records concerned.
    places
        Where each came from: ``file:row``, of a workbook ``file[sheet]:row``.
    """

    note: Note
    severity: Severity
    layer: str
    ids: tuple[str, ...]
    places: tuple[str, ...]

    @property
    def code(self) -> str:
        """Stable name of the kind of finding."""
        return self.note.code


def findings_of(
    table: pd.DataFrame,
    mask: Flags,
    severity: Severity,
    layer: str,
    code: str,
    template: str,
    called: Sequence[str] | None = None,
    **more: Any,  # noqa: ANN401 - parameters of a sentence
) -> Iterator[Finding]:
    """Yield one finding for the flagged rows, or none.

    Parameters
    ----------
    table
        Indexed by the code of each record.
    called
        What the sentence calls the records, one entry a row; their codes if None.
    """
    chosen = table[mask]
    if chosen.empty:
        return
    ids = tuple(str(one) for one in chosen.index)
    said = ids if called is None else tuple(np.asarray(called, dtype=object)[mask])
    params = {"count": len(ids), "ids": list(dict.fromkeys(said)), **more}
    yield Finding(Note(code, template, params), severity, layer, ids, places_of(chosen))


def places_of(table: pd.DataFrame) -> tuple[str, ...]:
    """Return where each row came from; nothing where the table does not say."""
    if not {"source_file", "source_row"} <= set(table.columns):
        return ()
    blank = pd.Series(None, index=table.index, dtype=object)
    sheets = table.get("source_sheet", blank)
    return tuple(
        f"{file}{f'[{sheet}]' if pd.notna(sheet) else ''}{f':{int(row)}' if pd.notna(row) else ''}"
        for file, sheet, row in zip(table["source_file"], sheets, table["source_row"], strict=True)
    )
