"""Trouble with the reports of companies and communities, found for hundreds of thousands at once.

The same four troubles as :func:`geo_planner.monitoring.early_warning.data_problems` and late
returns, on arrays: which units they concern, without a sentence for each.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from geo_planner.catalogue import Indicator
from geo_planner.exact import compared
from geo_planner.hierarchy import IntArray
from geo_planner.monitoring.early_warning import Limits, due_after
from geo_planner.reports import Reports
from geo_planner.rules.reported import gives_answers
from geo_planner.tally import BoolArray, FloatArray


def troubled(
    reports: Reports, indicator: Indicator, rows: IntArray, year: int, limits: Limits
) -> Mapping[str, IntArray]:
    """Return by warning code the rows of the units that it concerns, in the order of the table.

    Parameters
    ----------
    rows
        Rows of the units that are looked at.
    year
        The year that is judged; later reports are left alone.
    """
    if not len(rows):
        return {}
    looked = _Years(reports, indicator, rows, year)
    return {
        "silent": rows[looked.silent(int(limits("silent_years")))[rows]],
        "same_figure": rows[looked.repeated(int(limits("same_years")))[rows]],
        "denominator_jump": rows[looked.jumped(limits)[rows]],
    }


class _Years:
    """Whole-year reports that state something, one a unit and year.

    ``last`` is the year of each unit's latest one, 0 for none; ``at(0)`` is the place of the report
    of the year itself, ``at(1)`` of the year before, -1 for none.
    """

    def __init__(self, reports: Reports, indicator: Indicator, rows: IntArray, year: int) -> None:
        self.reports, self.indicator = reports, indicator
        places = reports.of_rows(rows)
        years = reports.years[places]
        kept = reports.whole_years[places] & (years <= year)
        self._places, self._years = places[kept], years[kept]
        said = reports.both_counts(self._places) | ~np.isnan(
            reports.plain_values(self._places, scale=indicator.scale)
        )
        self._places, self._years = self._places[said], self._years[said]
        self.year, self.size = year, int(rows.max()) + 1
        self.last = np.zeros(self.size, dtype=np.intp)
        self.last[reports.rows[self._places]] = self._years  # oldest first: the last one stands

    def at(self, back: int) -> IntArray:
        """Return each unit's place of the report of some years back, shape (size,)."""
        found = np.full(self.size, -1, dtype=np.intp)
        places = self._places[self._years == self.year - back]
        found[self.reports.rows[places]] = places
        return found

    def silent(self, years: int) -> BoolArray:
        """Return which units have reported, but not in the latest years; none for no years."""
        return (self.last > 0) & (self.last <= self.year - years) & (years > 0)

    def repeated(self, years: int) -> BoolArray:
        """Return which units sent the very same figure in each of the latest years."""
        reports, indicator = self.reports, self.indicator
        if indicator.measure in ("yes/no", "count") or years <= 1:
            return np.zeros(self.size, dtype=bool)
        now = self.at(0)
        same = (now >= 0) & ~self._all_or_nothing(now)
        for back in range(1, years):
            if not same.any():
                break
            then = self.at(back)
            same &= then >= 0
            both = reports.both_counts(now) & reports.both_counts(then)
            same &= _equal(reports.numerator, now, then) & _equal(reports.denominator, now, then)
            figures = reports.plain_values(
                np.arange(len(reports.rows), dtype=np.intp), scale=indicator.scale
            )
            same &= both | _equal(figures, now, then)
        return same

    def _all_or_nothing(self, places: IntArray) -> BoolArray:
        """Return where a figure rightly repeats, or there is none: nobody, everybody, no cases."""
        reports, indicator = self.reports, self.indicator
        top, below = reports.numerator[places], reports.denominator[places]
        figure = reports.plain_values(places, scale=indicator.scale)
        ends = [0.0, float(indicator.scale), *([1.0] if gives_answers(indicator) else [])]
        return np.where(
            reports.both_counts(places),
            (top == 0) | (top == below) | (below == 0),
            np.isin(figure, ends),
        )

    def jumped(self, limits: Limits) -> BoolArray:
        """Return which denominators rose or fell within the year by more than the limit."""
        share = limits("denominator_jump") / 100
        now, before = self.at(0), self.at(1)
        after = np.where(now >= 0, self.reports.denominator[now], np.nan)
        then = np.where(before >= 0, self.reports.denominator[before], np.nan)
        then[~(then > 0)] = np.nan
        rose = compared(after, then, 1 + share) > 0
        fell = compared(after, then, 1 - share) < 0
        return np.asarray(rose | fell, dtype=bool)


def _equal(figures: FloatArray, now: IntArray, then: IntArray) -> BoolArray:
    """Return where two reports state the same, both blank included."""
    one, other = figures[now], figures[then]
    return np.asarray((one == other) | (np.isnan(one) & np.isnan(other)), dtype=bool)


def late_places(reports: Reports, year: int, limits: Limits) -> IntArray:
    """Return the reports for periods of the year that came after they were due, oldest first."""
    due = np.array(
        [due_after(one.text, limits) or "NaT" for one in reports.periods], dtype="datetime64[D]"
    )
    came = reports.reported_on.astype("datetime64[D]")
    late: npt.NDArray[np.bool_] = (reports.years == year) & (reports.rows >= 0)
    late &= came > due[reports.period]  # a comparison with a missing day is never true
    return np.flatnonzero(late)
