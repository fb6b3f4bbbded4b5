"""What changed in an indicator from one year to another, by cause and with names.

Dates of the records tell which facilities opened and closed and which units were established or
abolished. Kinds, parents and outlines of units carry no dates: they, and figures that were
corrected since, are told only against the project as it was known when last year's was given
(``then``).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd

from geo_planner.catalogue import Indicator
from geo_planner.coverage import Coverage, measure, number
from geo_planner.errors import NoDateError
from geo_planner.monitoring.corrections import (
    Correction,
    Rewritten,
    corrections,
    facilities_of,
    of_indicator,
    rewritten_units,
)
from geo_planner.monitoring.year_figures import YearChange, YearFigure, change_between, year_notes
from geo_planner.monitoring.years import asked_years, dated
from geo_planner.notes import Note
from geo_planner.project import Project


@dataclass(frozen=True, slots=True)
class Named:
    """A facility or a unit by name, and the day of what happened to it.

    Attributes
    ----------
    unit_id, unit_name
        Home unit of a facility; None where it has none, and for units.
    day
        When it opened, closed, was established or abolished; None where that carries no date.
    """

    id: str
    name: str
    unit_id: str | None = None
    unit_name: str | None = None
    day: date | None = None

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "id": self.id,
            "name": self.name,
            "unit_id": self.unit_id,
            "unit_name": self.unit_name,
            "day": None if self.day is None else self.day.isoformat(),
        }


@dataclass(frozen=True, slots=True)
class Counted:
    """How many are counted, and what they are: units, households, cases."""

    basis: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Restated:
    """The earlier year's figure as it was known then, and as it reads now: lower and upper."""

    known: tuple[Fraction | None, Fraction | None]
    now: tuple[Fraction | None, Fraction | None]


@dataclass(frozen=True, eq=False)
class Changes:
    """What changed in one indicator, and why.

    Attributes
    ----------
    change
        Both years and the difference.
    opened, closed
        Facilities that began or ended to work between the two days.
    gained, lost
        Units (or facilities) covered now and not then, and the other way round.
    established, abolished
        Units of the indicator's kinds.
    denominator
        Where how many are counted differs.
    method
        How both figures came about, where that differs.
    rewritten
        Units of another kind, under another parent, with another outline, new in the records or
        gone from them; empty without ``then``.
    corrections
        What records of the earlier year said then and say now; empty without ``then``.
    restated
        Where the earlier year's figure reads otherwise than it was known then.
    against_then
        Whether it was compared with the project as it was known then.
    notes
        Caveats of the earlier year's figure.
    """

    change: YearChange
    opened: tuple[Named, ...]
    closed: tuple[Named, ...]
    gained: tuple[Named, ...]
    lost: tuple[Named, ...]
    established: tuple[Named, ...]
    abolished: tuple[Named, ...]
    denominator: Counted | None
    method: tuple[str, str] | None
    rewritten: tuple[Rewritten, ...]
    corrections: tuple[Correction, ...]
    restated: Restated | None
    against_then: bool
    notes: tuple[Note, ...]

    @property
    def indicator(self) -> Indicator:
        """The catalogue row."""
        return self.change.later.coverage.indicator

    @property
    def anything(self) -> bool:
        """Whether the figure or anything behind it changed."""
        earlier, later = (
            (one.coverage.lower, one.coverage.upper)
            for one in (self.change.earlier, self.change.later)
        )
        moved = self.change.low is not None and earlier != later
        return moved or any(
            (
                self.opened, self.closed, self.gained, self.lost, self.established, self.abolished,
                self.denominator, self.method, self.rewritten, self.corrections, self.restated,
            )
        )  # fmt: skip

    def as_json(self) -> dict[str, Any]:
        """Return plain values: exact ratios as unrounded numbers."""
        change, counted, restated = self.change, self.denominator, self.restated
        return {
            "indicator": self.indicator.id,
            "measure": self.indicator.measure,
            "earlier": _year(change.earlier),
            "later": _year(change.later),
            "difference_low": number(change.low),
            "difference_high": number(change.high),
            "units": change.units,
            "incomparable": change.incomparable,
            **{
                name: [one.as_json() for one in getattr(self, name)]
                for name in (
                    "opened", "closed", "gained", "lost", "established", "abolished", "rewritten",
                    "corrections",
                )
            },
            "denominator": None
            if counted is None
            else {"basis": counted.basis, "before": counted.before, "after": counted.after},
            "method": None
            if self.method is None
            else {"before": self.method[0], "after": self.method[1]},
            "restated": None
            if restated is None
            else {
                "known": [number(bound) for bound in restated.known],
                "now": [number(bound) for bound in restated.now],
            },
            "against_then": self.against_then,
            "notes": [
                {"code": note.code, "text": str(note), "params": dict(note.params)}
                for note in self.notes
            ],
        }  # fmt: skip


def what_changed(
    project: Project,
    indicator_id: str,
    year: int,
    previous: int | None = None,
    *,
    then: Project | None = None,
) -> Changes:
    """Return what changed in an indicator, both years by the same rule of the reference date.

    Parameters
    ----------
    year, previous
        Two calendar years; the year before if None. Each stands on its 31 December, or on the
        project's reference date in its year.
    then
        The project as it was known when the earlier figure was given; what was corrected since,
        and what carries no date, is told against it.

    Raises
    ------
    NotKnownError
        If the catalogue has no such indicator.
    DataError
        If the years cannot be asked for.
    """
    change = change_between(
        project, indicator_id, (year - 1 if previous is None else previous, year)
    )
    earlier, later = change.earlier, change.later
    indicator = later.coverage.indicator
    known = None if then is None else _known(then, earlier)
    of_facilities = later.coverage.tally.members is not None and (
        later.coverage.tally.members.of_facilities
    )
    own = set(project.facilities.index[facilities_of(project, indicator)])
    opened, closed = ([id_ for id_ in ids if id_ in own] for ids in (change.opened, change.closed))
    behind = _facilities if of_facilities else _units
    return Changes(
        change,
        opened=_facilities(project, opened, "opened_on"),
        closed=_facilities(project, closed, "closed_on"),
        gained=behind(project, change.gained),
        lost=behind(project, change.lost),
        established=_units_between(project, indicator, "established_on", earlier.day, later.day),
        abolished=_units_between(project, indicator, "abolished_on", earlier.day, later.day),
        denominator=_denominator(change),
        method=_method(change, known),
        rewritten=()
        if then is None
        else rewritten_units(then, project, indicator, earlier.day, later.day),
        corrections=()
        if then is None
        else corrections(then, project, indicator, earlier.year, earlier.day),
        restated=None if then is None else _restated(known, change),
        against_then=then is not None,
        notes=year_notes(earlier),
    )


def all_changes(
    project: Project,
    year: int,
    previous: int | None = None,
    *,
    then: Project | None = None,
    indicators: Iterable[str] | None = None,
) -> tuple[Changes, ...]:
    """Return every indicator in which anything changed, in catalogue order.

    Raises
    ------
    NoDateError, DataError
        As :func:`what_changed`.
    """
    if project.reference_date is None:
        raise NoDateError(project.name)
    asked_years(project, [year])
    ids = project.catalogue.indicators if indicators is None else indicators
    found = (what_changed(project, id_, year, previous, then=then) for id_ in ids)
    return tuple(one for one in found if one.anything)


def _denominator(change: YearChange) -> Counted | None:
    before, after = change.earlier.coverage, change.later.coverage
    if not change.comparable or before.n is None or after.n is None or before.n == after.n:
        return None
    return Counted(after.basis, before.n, after.n)


def _method(change: YearChange, known: Coverage | None) -> tuple[str, str] | None:
    """Return how both figures came about where that differs; then, as it was known then."""
    own = change.earlier.coverage if change.earlier.dated else None
    before, after = known or own, change.later.coverage
    if before is None or not change.later.dated or before.method == after.method:
        return None
    return before.method, after.method


def _known(then: Project, earlier: YearFigure) -> Coverage | None:
    """Return the earlier year's own figure as it was known then; None where there was none."""
    coverage = measure(then, earlier.coverage.indicator.id, earlier.day)
    reference = max(then.reference_date or earlier.day, earlier.day)
    return coverage if dated(coverage, earlier.year, reference) else None


def _restated(known: Coverage | None, change: YearChange) -> Restated | None:
    earlier = change.earlier
    was = (None, None) if known is None else (known.lower, known.upper)
    now = (earlier.coverage.lower, earlier.coverage.upper) if earlier.dated else (None, None)
    return None if was == now else Restated(was, now)


def _year(one: YearFigure) -> dict[str, Any]:
    coverage, own = one.coverage, one.dated
    return {
        "year": one.year,
        "as_of": coverage.as_of.isoformat(),
        "of_year": own,
        "lower": number(coverage.lower) if own else None,
        "upper": number(coverage.upper) if own else None,
        "covered": coverage.covered if own else None,
        "n": coverage.n if own else None,
        "status": coverage.status if own else None,
        "method": coverage.method if own else None,
    }


def _facilities(project: Project, ids: Iterable[str], column: str = "") -> tuple[Named, ...]:
    table, found = project.facilities, []
    for id_ in ids:
        home = table.at[id_, "unit_id"] if "unit_id" in table else None
        known = isinstance(home, str) and home in project.units.index
        found.append(
            Named(
                id_,
                str(table.at[id_, "name"]),
                str(home) if known else None,
                str(project.place_names[home]) if known else None,
                _day(table.at[id_, column]) if column else None,
            )
        )
    return tuple(found)


def _units(project: Project, ids: Iterable[str], column: str = "") -> tuple[Named, ...]:
    table, names = project.units, project.place_names
    return tuple(
        Named(id_, str(names[id_]), day=_day(table.at[id_, column]) if column else None)
        for id_ in ids
    )


def _units_between(
    project: Project, indicator: Indicator, column: str, after: date, until: date
) -> tuple[Named, ...]:
    """Return the units of an indicator's kinds for which a day lies between two days."""
    table = project.units
    if column not in table:
        return ()
    days = table[column].to_numpy(dtype="datetime64[s]")
    inside = (days > np.datetime64(after)) & (days <= np.datetime64(until))
    rows = table.index[inside & of_indicator(project, indicator)]
    return _units(project, [str(id_) for id_ in rows], column)


def _day(cell: object) -> date | None:
    return None if pd.isna(cell) else pd.Timestamp(cell).date()
