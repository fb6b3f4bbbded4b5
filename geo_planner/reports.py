"""An indicator's reports as arrays: what rules ask of millions of them, day by day.

The tables themselves stay what they were imported as (:attr:`Project.observations_of`); here units
are row numbers, periods are numbers of a short list, and figures are floats.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo_planner.hierarchy import Hierarchy, IntArray
from geo_planner.observations import NUMBERS, Figure, in_order, read_figure, yes_or_no
from geo_planner.periods import Period

BoolArray = npt.NDArray[np.bool_]
FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Reports:
    """Reports of one indicator about all children, oldest first.

    Attributes
    ----------
    rows
        Row of each report's unit in the units table, -1 where it is not there; shape (n,).
    period
        Which of ``periods`` each report is for, shape (n,).
    begins
        First day of each report's period, ``datetime64[s]``, shape (n,).
    numerator, denominator, value
        Figures as reported, NaN for a blank, shape (n,).
    reported_on
        Day on which each came in, ``datetime64[s]``, NaT where that is not known; shape (n,).
    """

    rows: IntArray
    periods: tuple[Period, ...]
    period: IntArray
    begins: npt.NDArray[np.datetime64]
    numerator: FloatArray
    denominator: FloatArray
    value: FloatArray
    reported_on: npt.NDArray[np.datetime64]

    @cached_property
    def whole_years(self) -> BoolArray:
        """Which reports are for a whole year, shape (n,)."""
        whole = np.array([one.months == 12 for one in self.periods], dtype=bool)
        return whole[self.period]

    @cached_property
    def years(self) -> IntArray:
        """Calendar year of each report's period, shape (n,)."""
        years = np.array([one.year for one in self.periods], dtype=np.intp)
        return years[self.period]

    def standing(self, as_of: date) -> IntArray:
        """Return the places of the reports that stand on a day, oldest first.

        That is the latest one begun by then of each unit that is in the units table.
        """
        known = np.flatnonzero((self.begins <= np.datetime64(as_of)) & (self.rows >= 0))
        if not len(known):
            return known
        rows = self.rows[known]
        last = np.full(int(rows.max()) + 1, -1, dtype=np.intp)
        last[rows] = known  # of a repeated row the last assignment stands
        return np.sort(last[last >= 0])

    def of_rows(self, rows: npt.ArrayLike) -> IntArray:
        """Return the places of the reports of some units, oldest first."""
        wanted = np.asarray(rows, dtype=np.intp)
        if not len(wanted) or not len(self.rows):
            return np.zeros(0, dtype=np.intp)
        if len(wanted) == 1:
            return np.flatnonzero(self.rows == wanted[0])
        # The last place is for units that are not in the table.
        asked = np.zeros(max(int(wanted.max()), int(self.rows.max())) + 2, dtype=bool)
        asked[wanted] = True
        asked[-1] = False
        return np.flatnonzero(asked[self.rows])

    def both_counts(self, places: IntArray) -> BoolArray:
        """Return which of some reports state numerator and denominator, zero included."""
        return ~np.isnan(self.numerator[places]) & ~np.isnan(self.denominator[places])

    def plain_values(self, places: IntArray, *, scale: int) -> FloatArray:
        """Return the figures of reports without both counts, NaN where they state none.

        A count is its own figure.
        """
        value = self.value[places]
        if scale != 1:
            return value
        alone = np.isnan(value) & np.isnan(self.denominator[places])
        return np.where(alone, self.numerator[places], value)

    def answers(self, places: IntArray) -> FloatArray:
        """Return yes (above zero) or no of some reports, NaN for a blank one."""
        return yes_or_no(self.value[places], self.numerator[places], self.denominator[places])

    def figure(self, place: int, *, scale: int, answers: bool = False) -> Figure:
        """Read one report exactly; see :func:`geo_planner.observations.figure`."""
        return read_figure(
            self.periods[self.period[place]],
            float(self.numerator[place]),
            float(self.denominator[place]),
            float(self.value[place]),
            scale=scale,
            answers=answers,
        )

    def series(self, row: int, *, scale: int, as_of: date, answers: bool = False) -> list[Figure]:
        """Return one unit's figures up to ``as_of``, oldest first."""
        places = self.of_rows([row])
        places = places[self.begins[places] <= np.datetime64(as_of)]
        return [self.figure(place, scale=scale, answers=answers) for place in places.tolist()]


def reports_by_indicator(observations: pd.DataFrame, tree: Hierarchy) -> Mapping[str, Reports]:
    """Return the reports of each indicator that has any.

    Parameters
    ----------
    observations
        Those about all children; number columns that are not there are unknown.
    tree
        Of the units that report.
    """
    if observations.empty:
        return {}
    found = in_order(observations)
    unit, codes = pd.factorize(observations["unit_id"])
    # A blank unit has the code -1, and so the last place.
    rows = np.append(tree.rows(np.asarray(codes, dtype=object)), -1)[unit[found.order]]
    blank = np.full(len(observations), np.nan)
    top, below, value = (
        (
            np.asarray(observations[name].to_numpy(dtype=float, na_value=np.nan))
            if name in observations
            else blank
        )[found.order]
        for name in NUMBERS
    )
    came = np.full(len(rows), np.datetime64("NaT", "s"))
    if "reported_on" in observations:
        came = observations["reported_on"].to_numpy(dtype="datetime64[s]")[found.order]
    return {
        name: Reports(
            rows[at],
            found.periods,
            found.period[at],
            found.begins[at],
            top[at],
            below[at],
            value[at],
            came[at],
        )
        for name, at in found.indicators.items()
    }
