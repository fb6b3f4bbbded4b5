"""What exists and works on a date.

A facility is active on ``D`` when all hold: its status is neither planned nor suspended;
``opened_on`` is empty or not after ``D``; ``closed_on`` is empty or after ``D`` (it is the first
day without service); and it is not closed without a date. Dates decide between active and closed,
so a home closed last June still counted in May. A blank status with no dates is read as working.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

BoolArray = npt.NDArray[np.bool_]


def _holds(table: pd.DataFrame, first: str, last: str, as_of: date) -> BoolArray:
    """Return which rows have begun and not ended on ``as_of``; blank dates do not limit."""
    day = np.datetime64(as_of)
    within = np.ones(len(table), dtype=bool)
    if first in table:
        begun = table[first].to_numpy(dtype="datetime64[s]")
        within &= np.isnat(begun) | (begun <= day)
    if last in table:
        ended = table[last].to_numpy(dtype="datetime64[s]")
        within &= np.isnat(ended) | (day < ended)
    return within


def has_status(facilities: pd.DataFrame, *statuses: str) -> BoolArray:
    """Return which facilities carry one of ``statuses``."""
    if "status" not in facilities:
        return np.zeros(len(facilities), dtype=bool)
    return np.asarray(facilities["status"].isin(statuses).to_numpy(), dtype=bool)


def begun_on(facilities: pd.DataFrame, as_of: date) -> BoolArray:
    """Return which facilities have opened by ``as_of``, whether or not they still work."""
    begun = _holds(facilities, "opened_on", "", as_of)
    return begun & ~has_status(facilities, "planned")


def active_on(facilities: pd.DataFrame, as_of: date) -> BoolArray:
    """Return which facilities work on ``as_of``, one flag a row."""
    active = _holds(facilities, "opened_on", "closed_on", as_of)
    active &= ~has_status(facilities, "planned", "suspended")
    closed = has_status(facilities, "closed")
    if "closed_on" in facilities:
        closed = closed & facilities["closed_on"].isna().to_numpy()
    return active & ~closed


def existing_on(units: pd.DataFrame, as_of: date) -> BoolArray:
    """Return which units exist on ``as_of``: established, and not yet abolished."""
    return _holds(units, "established_on", "abolished_on", as_of)
