"""What exists and works on a date.

A facility is active on ``D`` when all hold: its status is neither planned nor suspended;
``opened_on`` is empty or not after ``D``; ``closed_on`` is empty or after ``D`` (it is the first
day without service); and it is not closed without a date. Dates decide between active and closed,
so a home closed last June still counted in May. A blank status with no dates is read as working.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Spans:
    """From when to when each row of a table holds, ready to be asked about many days.

    Attributes
    ----------
    first, last
        Seconds since 1970; the first is in the span and the last is not. A blank date is as early
        or as late as can be.
    never
        Rows that hold on no day; None where there are none.
    """

    first: npt.NDArray[np.int64]
    last: npt.NDArray[np.int64]
    never: BoolArray | None = None

    @classmethod
    def of(
        cls, table: pd.DataFrame, first: str, last: str = "", *, never: BoolArray | None = None
    ) -> Spans:
        """Read two date columns; one that is not there limits nothing."""
        begun = _seconds(table, first)
        ended = _seconds(table, last)
        ended = np.where(ended == _EARLIEST, _LATEST, ended)
        return cls(begun, ended, never if never is not None and never.any() else None)

    def on(self, day: date) -> BoolArray:
        """Return which rows hold on a day."""
        second = int(np.datetime64(day, "s").astype(np.int64))
        found = self.first <= second
        found &= self.last > second
        if self.never is not None:
            found &= ~self.never
        return found


_EARLIEST, _LATEST = np.iinfo(np.int64).min, np.iinfo(np.int64).max
"""The first is also how numpy holds a missing date."""


def _seconds(table: pd.DataFrame, column: str) -> npt.NDArray[np.int64]:
    if column not in table:
        return np.full(len(table), _EARLIEST, dtype=np.int64)
    days = table[column].to_numpy(dtype="datetime64[s]")
    return np.asarray(days.astype(np.int64), dtype=np.int64)


def has_status(facilities: pd.DataFrame, *statuses: str) -> BoolArray:
    """Return which facilities carry one of ``statuses``."""
    if "status" not in facilities:
        return np.zeros(len(facilities), dtype=bool)
    return np.asarray(facilities["status"].isin(statuses).to_numpy(), dtype=bool)


def begun_spans(facilities: pd.DataFrame) -> Spans:
    """Return since when each facility is open, whether or not it still works."""
    return Spans.of(facilities, "opened_on", never=has_status(facilities, "planned"))


def working_spans(facilities: pd.DataFrame) -> Spans:
    """Return from when to when each facility works."""
    closed = has_status(facilities, "closed")
    if "closed_on" in facilities:
        closed = closed & facilities["closed_on"].isna().to_numpy()
    idle = has_status(facilities, "planned", "suspended") | closed
    return Spans.of(facilities, "opened_on", "closed_on", never=idle)


def existing_spans(units: pd.DataFrame) -> Spans:
    """Return from when to when each unit exists."""
    return Spans.of(units, "established_on", "abolished_on")


def begun_on(facilities: pd.DataFrame, as_of: date) -> BoolArray:
    """Return which facilities have opened by ``as_of``, whether or not they still work."""
    return begun_spans(facilities).on(as_of)


def active_on(facilities: pd.DataFrame, as_of: date) -> BoolArray:
    """Return which facilities work on ``as_of``, one flag a row."""
    return working_spans(facilities).on(as_of)


def existing_on(units: pd.DataFrame, as_of: date) -> BoolArray:
    """Return which units exist on ``as_of``: established, and not yet abolished."""
    return existing_spans(units).on(as_of)
