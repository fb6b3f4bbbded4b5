"""One indicator in several years: its figure, and which facilities and units made the change."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from functools import cached_property

import geopandas as gpd
import numpy as np

from geo_planner.activity import has_status
from geo_planner.coverage import Coverage, measure
from geo_planner.monitoring.years import asked_pair, asked_years, dated, year_day
from geo_planner.notes import Note, msgid
from geo_planner.project import Project
from geo_planner.tally import STATES, BoolArray


@dataclass(frozen=True, eq=False)
class YearFigure:
    """An indicator in one year.

    Attributes
    ----------
    year
        Calendar year.
    coverage
        Measured on the year's day.
    dated
        Whether that is the year's own figure; where not, it must not be shown.
    opened, closed
        Facilities (ids) of the indicator's types that began or ended to work within the year, up
        to its day.
    """

    year: int
    coverage: Coverage
    dated: bool
    opened: tuple[str, ...]
    closed: tuple[str, ...]

    @property
    def day(self) -> date:
        """The day the figure stands on."""
        return self.coverage.as_of

    def states(self) -> dict[str, str]:
        """Return the state of each unit (or facility) counted, by id.

        In a year without a figure of its own, whoever is there is unknown.
        """
        members = self.coverage.tally.members
        if members is None:
            return {}
        source = self._source
        ids = [str(key) for key in source.index[members.rows]]
        if not self.dated:
            return dict.fromkeys(ids, "unknown")
        return dict(zip(ids, (STATES[one] for one in members.state.tolist()), strict=True))

    @cached_property
    def _reasons(self) -> dict[str, int]:
        members = self.coverage.tally.members
        if members is None or not self.dated:
            return {}
        ids = (str(key) for key in self._source.index[members.rows])
        return dict(zip(ids, members.reasons.tolist(), strict=True))

    def reason_of(self, key: str) -> int | None:
        """Return the number of the reason (:data:`geo_planner.tally.REASON_CODES`) of a state."""
        return self._reasons.get(key)

    @property
    def _source(self) -> gpd.GeoDataFrame:
        members = self.coverage.tally.members
        of_facilities = members is not None and members.of_facilities
        project = self.coverage.project
        return project.facilities if of_facilities else project.units


@dataclass(frozen=True, eq=False)
class YearChange:
    """What became of an indicator between two years.

    Attributes
    ----------
    earlier, later
        Both years.
    low, high
        What the change of the value lies between, in the indicator's measure (percentage points
        for shares); equal where both figures are exact, None where it cannot be told.
    units
        Change of how many are covered; None where they are not counted or unknown ones could
        decide it.
    gained, lost
        Ids of units not covered then and covered now, and the other way round.
    incomparable
        Units counted in one of the years only, or unknown in one: neither gained nor lost.
    opened, closed
        Facilities that began or ended to work between the two days.
    """

    earlier: YearFigure
    later: YearFigure
    low: Fraction | None
    high: Fraction | None
    units: int | None
    gained: tuple[str, ...]
    lost: tuple[str, ...]
    incomparable: int
    opened: tuple[str, ...]
    closed: tuple[str, ...]

    @property
    def comparable(self) -> bool:
        """Whether both years have a figure of their own, come about in the same way."""
        return (
            self.earlier.dated
            and self.later.dated
            and self.earlier.coverage.basis == self.later.coverage.basis
        )


def figures_of_years(
    project: Project, indicator_id: str, years: Iterable[int]
) -> tuple[YearFigure, ...]:
    """Return an indicator's figure in each of some years, in order.

    Raises
    ------
    NotKnownError
        If the catalogue has no such indicator.
    DataError
        If the years cannot be asked for; see :func:`geo_planner.monitoring.years.asked_years`.
    """
    project.catalogue.indicator(indicator_id)
    return tuple(_figure(project, indicator_id, year) for year in asked_years(project, years))


def change_between(project: Project, indicator_id: str, years: Iterable[int]) -> YearChange:
    """Return what became of an indicator between two years, given in any order.

    Raises
    ------
    NotKnownError
        If the catalogue has no such indicator.
    DataError
        If they are not two years that can be asked for.
    """
    project.catalogue.indicator(indicator_id)
    first, last = asked_pair(project, years)
    earlier, later = (_figure(project, indicator_id, year) for year in (first, last))
    before, after = earlier.states(), later.states()
    both = [key for key in after if key in before]
    judged = ("covered", "uncovered")
    compared = [key for key in both if before[key] in judged and after[key] in judged]
    opened, closed = _opened_closed(earlier.coverage, earlier.day, later.day)
    change = YearChange(
        earlier,
        later,
        low=None,
        high=None,
        units=None,
        gained=tuple(key for key in compared if (before[key], after[key]) == judged[::-1]),
        lost=tuple(key for key in compared if (before[key], after[key]) == judged),
        incomparable=_outside(before, after, compared),
        opened=opened,
        closed=closed,
    )
    return _with_difference(change) if change.comparable else change


def _outside(before: dict[str, str], after: dict[str, str], compared: list[str]) -> int:
    """Return how many are counted in either year and cannot be compared."""
    counted = {
        key for states in (before, after) for key, state in states.items()
        if state != "not_applicable"
    }  # fmt: skip
    return len(counted) - len(compared)


def _with_difference(change: YearChange) -> YearChange:
    """Return the change with the difference of the values and of the whole numbers."""
    then, now = change.earlier.coverage, change.later.coverage
    low = high = units = None
    if then.lower is not None and now.upper is not None:
        high = now.upper - then.lower
    if then.upper is not None and now.lower is not None:
        low = now.lower - then.upper
    if low is None or high is None:
        low = high = None
    if (
        then.covered is not None
        and now.covered is not None
        and not then.unknown
        and not now.unknown
    ):
        units = now.covered - then.covered
    return replace(change, low=low, high=high, units=units)


def _figure(project: Project, indicator_id: str, year: int) -> YearFigure:
    reference = project.reference_date
    assert reference is not None  # the years were looked at before
    coverage = measure(project, indicator_id, year_day(year, reference))
    opened, closed = _opened_closed(coverage, date(year - 1, 12, 31), coverage.as_of)
    return YearFigure(year, coverage, dated(coverage, year, reference), opened, closed)


def _opened_closed(
    coverage: Coverage, after: date, until: date
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the facilities of an indicator's types that opened and closed within some days.

    A facility recorded twice is named once; a planned one, and an opening without a date, are not
    known to have happened.
    """
    table, duplicates = coverage.project.facilities, coverage.project.duplicates
    wanted = table["facility_type"].isin(coverage.indicator.facility_types).to_numpy(dtype=bool)
    wanted = wanted & ~has_status(table, "planned", "suspended")
    found = []
    for column in ("opened_on", "closed_on"):
        rows = np.flatnonzero(wanted & _within(coverage, column, after, until))
        kept = rows[duplicates.standing(rows).confirmed]
        found.append(tuple(str(key) for key in table.index[kept]))
    return found[0], found[1]


def _within(coverage: Coverage, column: str, after: date, until: date) -> BoolArray:
    table = coverage.project.facilities
    if column not in table:
        return np.zeros(len(table), dtype=bool)
    days = table[column].to_numpy(dtype="datetime64[s]")
    inside = (days > np.datetime64(after)) & (days <= np.datetime64(until))
    return np.asarray(inside, dtype=bool)


def year_notes(figure: YearFigure) -> tuple[Note, ...]:
    """Return the caveats of a year's figure: its own, and what records do not tell of the past."""
    coverage = figure.coverage
    if not figure.dated:
        return ()
    notes = list(coverage.notes)
    types = coverage.indicator.facility_types
    table = coverage.project.facilities
    from_records = coverage.tally.method != "observations" and bool(types)
    if from_records and not any(note.code == "undated-facilities" for note in notes):
        undated = table["facility_type"].isin(types).to_numpy(dtype=bool)
        undated = undated & ~has_status(table, "planned", "suspended")
        if "opened_on" in table:
            undated = undated & table["opened_on"].isna().to_numpy()
        if undated.any():
            notes.append(
                Note(
                    "undated-facilities",
                    msgid(
                        "{count} facilities have no opening date and count in every earlier year."
                    ),
                    {"count": int(np.count_nonzero(undated))},
                )
            )
    if coverage.tally.method == "streets":
        notes.append(
            Note(
                "streets-of-today",
                msgid("Streets carry no dates: ways of every year are those of today's streets."),
            )
        )
    return tuple(notes)
