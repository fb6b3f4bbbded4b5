"""Coverage: what an indicator's rule counted, the verdict on it, and the units behind it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import Any

import pandas as pd

from geo_planner.catalogue import Indicator
from geo_planner.errors import NoDateError
from geo_planner.notes import Note, msgid
from geo_planner.project import Project
from geo_planner.rules import RULES
from geo_planner.rules.reported import reported_history
from geo_planner.tally import Tally
from geo_planner.targets import DIRECTIONS, Status
from geo_planner.verdicts import needs_more, status_of


@dataclass(frozen=True, eq=False)
class Coverage:
    """A frozen fact that tells what it does not know.

    Attributes
    ----------
    project, indicator, as_of
        What was asked.
    tally
        What the rule counted.
    status
        The verdict.
    needs_more_min, needs_more_max
        Countable units still missing: if every unknown one turns out covered, and if none does.
    notes
        Caveats that must be printed with the figure.
    """

    project: Project
    indicator: Indicator
    as_of: date
    tally: Tally
    status: Status
    needs_more_min: int | None
    needs_more_max: int | None
    notes: tuple[Note, ...]

    @property
    def basis(self) -> str:
        """What the whole numbers count: units, households, facilities, cases."""
        return self.tally.basis

    @property
    def n(self) -> int | None:
        """All that is counted, the unknown included."""
        return self.tally.n

    @property
    def covered(self) -> int | None:
        """How many are covered."""
        return self.tally.covered

    @property
    def uncovered(self) -> int | None:
        """How many are not."""
        return self.tally.uncovered

    @property
    def unknown(self) -> int | None:
        """How many are unknown; never counted as no."""
        return self.tally.unknown

    @property
    def own_covered(self) -> int | None:
        """How many hold a facility of their own (``has_facility`` only)."""
        return self.tally.own_covered

    @property
    def lower(self) -> Fraction | None:
        """Exact lower bound, in the indicator's measure; None where a missing figure opens it."""
        return None if self.tally.open_below else self.tally.lower

    @property
    def upper(self) -> Fraction | None:
        """Exact upper bound, in the indicator's measure; None where a missing figure opens it."""
        return None if self.tally.open_above else self.tally.upper

    @property
    def known(self) -> Fraction | None:
        """Exact value among the known ones only, in the indicator's measure."""
        value = self.tally.lower
        if value is None or not self.n or self.unknown is None or self.n == self.unknown:
            return value
        return value * self.n / (self.n - self.unknown)

    @property
    def method(self) -> str:
        """How the figure came about: recorded, counted, observations, streets, straight_line."""
        return self.tally.method

    @property
    def data_date(self) -> str | None:
        """Period or date of the data behind the figure."""
        return self.tally.data_date

    @cached_property
    def units(self) -> pd.DataFrame:
        """The units (or facilities) behind the figure; see ``worklist.unit_table``."""
        from geo_planner.worklist import unit_table  # noqa: PLC0415 - reads Coverage

        return unit_table(self)

    def as_json(self, *, units: bool = False) -> dict[str, Any]:
        """Return plain values: exact ratios as unrounded numbers, dates as ISO text."""
        from geo_planner.worklist import unit_records  # noqa: PLC0415 - reads Coverage

        row = self.indicator
        plain: dict[str, Any] = {
            "indicator": row.id,
            "as_of": self.as_of.isoformat(),
            "n": self.n,
            "covered": self.covered,
            "uncovered": self.uncovered,
            "unknown": self.unknown,
            "lower": number(self.lower),
            "upper": number(self.upper),
            "target": number(row.target_fraction),
            "comparison": row.comparison,
            "status": self.status,
            "needs_more_min": self.needs_more_min,
            "needs_more_max": self.needs_more_max,
            "notes": [
                {"code": note.code, "text": str(note), "params": dict(note.params)}
                for note in self.notes
            ],
            "measure": row.measure,
            "basis": self.basis,
            "aggregation": row.aggregation,
            "known": number(self.known),
            "established_own": self.own_covered,
            "pooled": number(self.tally.pooled),
            "method": self.method,
            "data_date": self.data_date,
            "quantified": row.quantified,
            "history": [
                {"period": period, "value": number(value)} for period, value in self.tally.history
            ],
        }
        if units:
            plain["units"] = unit_records(self)
        return plain


def number(value: Fraction | None) -> float | int | None:
    """Return an exact value as a JSON number, whole where it is whole."""
    if value is None:
        return None
    return value.numerator if value.denominator == 1 else float(value)


def measure(project: Project, indicator_id: str, as_of: date | None = None) -> Coverage:
    """Return the coverage of one indicator.

    Parameters
    ----------
    project
        The project.
    indicator_id
        Id of a row of its catalogue.
    as_of
        The reference date; the project's own where none is given.

    Raises
    ------
    NotKnownError
        If the catalogue has no such indicator; near names are listed.
    NoDateError
        If neither a date is given nor the project has one.
    """
    indicator = project.catalogue.indicator(indicator_id)
    day = as_of or project.reference_date
    if day is None:
        raise NoDateError(project.name)
    tally = RULES[indicator.rule](project, indicator, day)
    if indicator.comparison in DIRECTIONS and not tally.history:
        tally = replace(
            tally, history=reported_history(project, indicator, day, now=tally.data_date)
        )
    return verdict(project, indicator, day, tally)


def measure_all(
    project: Project, as_of: date | None = None, *, priority: Iterable[str] | None = None
) -> list[Coverage]:
    """Return the coverage of every indicator (or of some priorities), in catalogue order."""
    wanted = None if priority is None else set(priority)
    return [
        measure(project, row.id, as_of)
        for row in project.catalogue.indicators.values()
        if wanted is None or row.priority in wanted
    ]


def verdict(project: Project, indicator: Indicator, as_of: date, tally: Tally) -> Coverage:
    """Judge a tally."""
    status = status_of(indicator, tally)
    fewest, most = needs_more(indicator, tally, status)
    return Coverage(
        project,
        indicator,
        as_of,
        tally,
        status,
        fewest,
        most,
        (*tally.notes, *_notes(indicator, tally, as_of)),
    )


def _notes(indicator: Indicator, tally: Tally, as_of: date) -> tuple[Note, ...]:
    """Return the caveats that follow from the row itself."""
    notes = []
    if not indicator.quantified:
        notes.append(Note("no-number-in-plan", msgid("The plan gives no number for this target.")))
    if indicator.assumed_target is not None:
        notes.append(
            Note(
                "tool-assumption",
                msgid("{figure} {measure} is a tool assumption, not the plan's figure."),
                {"figure": str(indicator.assumed_target), "measure": indicator.measure},
            )
        )
    if indicator.comparison in DIRECTIONS and tally.lower is not None and not tally.history:
        notes.append(
            Note(
                "one-year-only",
                msgid("There is a figure for one year only, so its direction cannot be told."),
            )
        )
    if tally.method == "observations" and tally.data_date and tally.data_date[:4] < str(as_of.year):
        notes.append(
            Note(
                "older-data",
                msgid("The latest report is for {period}."),
                {"period": tally.data_date},
            )
        )
    return tuple(notes)
