"""Return forms: rows sent out to be filled in, and signed by who filled them in."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd

from geo_planner.catalogue import Catalogue
from geo_planner.notes import Note, msgid
from geo_planner.observations import NUMBERS
from geo_planner.report_quality import is_share
from geo_planner.table_errors import PartOverWholeError

_SIGNATURE = ("reported_by", "reported_on")


def is_return(given: Collection[str]) -> bool:
    """Return whether a file with these columns has room for a signature."""
    return any(name in given for name in _SIGNATURE)


def returned_rows(rows: pd.DataFrame) -> tuple[pd.DataFrame, list[Note]]:
    """Return the rows of a return form that somebody has filled in or signed, and who is missing.

    A row without a figure and without a signature says nothing yet; a signed one without a figure
    says that the figure is unknown.
    """
    blank = rows[[*NUMBERS, *_SIGNATURE]].isna().to_numpy(dtype=bool)
    waiting = np.asarray(blank.all(axis=1), dtype=np.bool_)
    if not waiting.any():
        return rows, []
    text = msgid(
        "{count} rows are not returned yet and were left out, as they have neither a figure nor a "
        "signature: rows {rows}."
    )
    numbers = tuple(int(row) for row in rows["source_row"][waiting])
    note = Note("not-returned", text, {"count": len(numbers), "rows": numbers})
    return rows[~waiting].reset_index(drop=True), [note]


def over_wholes(rows: pd.DataFrame, catalogue: Catalogue) -> list[PartOverWholeError]:
    """Return the rows of a return form whose numerator is greater than the denominator.

    Whoever signs a form can still correct it; in other files such rows are findings of the check.
    """
    shares = [row.id for row in catalogue.indicators.values() if is_share(row)]
    over = rows["indicator"].isin(shares) & (rows["numerator"] > rows["denominator"])
    if not over.any():
        return []
    numbers = tuple(int(row) for row in rows["source_row"][over])
    return [PartOverWholeError("observations", "numerator", "denominator", numbers)]
