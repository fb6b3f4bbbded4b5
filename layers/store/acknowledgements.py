"""Checks of what is said about early warnings, before it is stored."""

from __future__ import annotations

import re
from collections.abc import Collection

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo_planner.catalogue import Catalogue
from geo_planner.checks import rows_of, some
from geo_planner.errors import (
    BadDateError,
    BadValueError,
    DataError,
    MissingColumnError,
    MissingValueError,
    RefusedFileError,
    UnknownUnitError,
)
from geo_planner.tables import ACKNOWLEDGEMENT_COLUMNS, HANDLING

_LAYER = "acknowledgements"
_YEAR = re.compile(r"[12]\d{3}")


def require_sound(
    frame: pd.DataFrame, file: str, catalogue: Catalogue, units: Collection[str]
) -> None:
    """Refuse rows that name no warning there can be: all faults at once, each with its rows.

    Parameters
    ----------
    frame
        Columns of ``ACKNOWLEDGEMENT_COLUMNS``; ``on`` holds dates or texts of dates.
    units
        Codes of the project's units.

    Raises
    ------
    RefusedFileError
        With every fault: blank cells, states, indicators and units nobody knows, years that are not
        of four digits, days that are none.
    """
    required = [column for column in ACKNOWLEDGEMENT_COLUMNS if column.required]
    faults: list[DataError] = [
        MissingColumnError(_LAYER, one.name, f"{one.zh}, {one.en}", [str(name) for name in frame])
        for one in required
        if one.name not in frame
    ]
    if not faults:
        faults = _cell_faults(_numbered(frame), [one.name for one in required], catalogue, units)
    if faults:
        raise RefusedFileError(file, tuple(faults))


def _numbered(frame: pd.DataFrame) -> pd.DataFrame:
    """Return rows that have no row number of a file numbered as under one heading row."""
    rows = frame.reset_index(drop=True)
    counted = pd.Series(np.arange(2, len(rows) + 2))
    return rows.assign(source_row=rows.get("source_row", counted).fillna(counted))


def _cell_faults(
    rows: pd.DataFrame, required: list[str], catalogue: Catalogue, units: Collection[str]
) -> list[DataError]:
    faults: list[DataError] = []
    texts = {name: rows[name].astype("str").fillna("").str.strip() for name in required}
    for name, told in texts.items():
        blank = (told == "").to_numpy(dtype=bool)
        if blank.any():
            faults.append(MissingValueError(_LAYER, name, rows_of(rows, blank)))
    known = {"indicator": list(catalogue.indicators), "state": list(HANDLING)}
    for name, words in known.items():
        wrong = _filled(texts[name]) & ~texts[name].isin(words).to_numpy(dtype=bool)
        if wrong.any():
            shown = some(texts[name][wrong])
            allowed = words if len(words) <= 12 else [*words[:12], "..."]
            faults.append(BadValueError(_LAYER, name, shown, rows_of(rows, wrong), allowed))
    years = ~texts["year"].map(lambda text: bool(_YEAR.fullmatch(text))).to_numpy(dtype=bool)
    years &= _filled(texts["year"])
    if years.any():
        shown = some(texts["year"][years])
        faults.append(BadValueError(_LAYER, "year", shown, rows_of(rows, years), ("2025",)))
    strange = _filled(texts["unit_id"]) & ~texts["unit_id"].isin(list(units)).to_numpy(dtype=bool)
    if strange.any():
        shown = some(texts["unit_id"][strange])
        faults.append(UnknownUnitError(_LAYER, "unit_id", shown, rows_of(rows, strange)))
    dated = pd.to_datetime(rows["on"], errors="coerce", format="mixed").notna()
    undated = _filled(texts["on"]) & ~dated.to_numpy(dtype=bool)
    if undated.any():
        shown = some(texts["on"][undated])
        faults.append(BadDateError(_LAYER, "on", rows_of(rows, undated), shown))
    return faults


def _filled(texts: pd.Series) -> NDArray[np.bool_]:
    return np.asarray(texts != "", dtype=np.bool_)
