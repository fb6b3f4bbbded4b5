"""Who has returned the figures of a year, who is late, and who is missing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from geo_planner.catalogue import Label
from geo_planner.monitoring.early_warning import Limits, due_after
from geo_planner.monitoring.returns import Asked, asked_for, expected_of, positions_of
from geo_planner.observations import NUMBERS
from geo_planner.project import Project
from geo_planner.tally import BoolArray

STATES = ("returned", "blank", "missing")
"""A figure was sent, was sent as not known, or nothing was sent."""

NAMED_MOST = 500
"""Units named one by one in plain values; beyond this their number stands alone."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How far a department, or one of its indicators, has come.

    Attributes
    ----------
    n, returned, missing
        Figures asked, sent, and not sent; the last two add up to the first.
    blank, late
        Of those sent: signed as not known, and sent after the day they were due.
    last_on, last_by
        Day and signature of the latest return that has a date.
    """

    n: int
    returned: int
    blank: int
    late: int
    missing: int
    last_on: date | None
    last_by: str | None


@dataclass(frozen=True, eq=False)
class ReturnStatus:
    """The returns of a year.

    Attributes
    ----------
    project, year
        What was asked.
    as_of
        The day on which it is said who is overdue.
    due
        The last day on which a return is in time.
    asked
        What is asked, in catalogue order.
    detail
        As :func:`expected_returns`, with ``state`` (of ``STATES``), ``late``, ``reported_on`` and
        ``reported_by``.
    """

    project: Project
    year: int
    as_of: date
    due: date
    asked: tuple[Asked, ...]
    detail: pd.DataFrame

    @property
    def overdue(self) -> bool:
        """Whether what is missing should have come by now."""
        return self.as_of > self.due

    @cached_property
    def departments(self) -> tuple[tuple[Label, Counts], ...]:
        """Each department with its counts, in catalogue order."""
        labels = {one.department.zh: one.department for one in self.asked}
        return tuple((labels[name], one) for name, one in _counts(self.detail, "department"))

    @cached_property
    def indicators(self) -> tuple[tuple[Asked, Counts], ...]:
        """Each indicator with its counts, in catalogue order."""
        rows = {one.indicator.id: one for one in self.asked}
        return tuple((rows[name], one) for name, one in _counts(self.detail, "indicator"))

    @cached_property
    def total(self) -> Counts:
        """Everything that is asked."""
        whole = self.detail.assign(
            all=pd.Categorical.from_codes(np.zeros(len(self.detail), int), [""])
        )
        found = _counts(whole, "all")
        return found[0][1] if found else Counts(0, 0, 0, 0, 0, None, None)

    def of(self, department: str) -> pd.DataFrame:
        """Return the details of a department, by its Chinese name."""
        return self.detail[(self.detail["department"] == department).to_numpy()]

    def as_json(self) -> dict[str, Any]:
        """Return plain values; at most ``NAMED_MOST`` units are named an indicator."""
        named = _units_by_indicator(self.detail)
        return {
            "year": self.year,
            "as_of": self.as_of.isoformat(),
            "due": self.due.isoformat(),
            "overdue": self.overdue,
            **_plain(self.total),
            "departments": [
                {
                    "department": label.zh,
                    "department_en": label.en,
                    **_plain(counts),
                    "indicators": [
                        {
                            "indicator": row.indicator.id,
                            **_plain(one),
                            "missing_units": named["missing"].get(row.indicator.id, []),
                            "late_units": named["late"].get(row.indicator.id, []),
                        }
                        for row, one in self.indicators
                        if row.department.zh == label.zh
                    ],
                }
                for label, counts in self.departments
            ],
        }


def return_status(project: Project, year: int, *, as_of: date | None = None) -> ReturnStatus:
    """Return who has sent the figures of a year.

    Parameters
    ----------
    year
        Calendar year; returns are those for the whole of it.
    as_of
        The day on which it is said who is overdue; the project's reference date if None.

    Raises
    ------
    NoDateError
        If the project has no reference date.
    YearsOutsideError
        If the year cannot be asked about.

    Notes
    -----
    Due is the end of the year and the catalogue's ``return_days`` after it.
    """
    asked = asked_for(project, year)
    due = date.fromisoformat(str(due_after(str(year), Limits(project.catalogue))))
    day = as_of or project.reference_date or due
    return ReturnStatus(project, year, day, due, asked, _detail(project, asked, year, due))


def _detail(project: Project, asked: tuple[Asked, ...], year: int, due: date) -> pd.DataFrame:
    """Return what is asked beside what came, found by one number an indicator and unit."""
    rows, number = positions_of(asked)
    size = max(len(project.units), 1)
    sent, keys = _sent(project, asked, year, size)
    place = keys.get_indexer(number * size + rows)
    came = place >= 0
    said = sent.reindex(place)
    blank = came & said[list(NUMBERS)].isna().to_numpy(dtype=bool).all(axis=1)
    on = said["reported_on"].to_numpy(dtype="datetime64[s]")
    state = np.select([~came, blank], [STATES.index("missing"), STATES.index("blank")], 0)
    return expected_of(project, asked).assign(
        state=pd.Categorical.from_codes(state, list(STATES)),
        late=came & (on > np.datetime64(due)),
        reported_on=on,
        reported_by=said["reported_by"].to_numpy(dtype=object),
    )


def _sent(
    project: Project, asked: tuple[Asked, ...], year: int, size: int
) -> tuple[pd.DataFrame, pd.Index]:
    """Return the reports about all children for the whole of a year, and the number of each."""
    table = project.whole_observations
    said = table[(table["period"].astype(str).str.strip() == str(year)).to_numpy(dtype=bool)]
    known = pd.Index([one.indicator.id for one in asked], dtype=object)
    of = known.get_indexer(said["indicator"].to_numpy(dtype=object))
    where = project.hierarchy.rows(said["unit_id"].to_numpy(dtype=object))
    meant = (of >= 0) & (where >= 0)
    keys = pd.Index(of[meant] * size + where[meant])
    last = ~keys.duplicated(keep="last")
    sent = said[meant][last].reset_index(drop=True)
    return sent.reindex(columns=[*NUMBERS, "reported_on", "reported_by"]), keys[last]


def _counts(detail: pd.DataFrame, column: str) -> list[tuple[str, Counts]]:
    """Return the counts of each value of a categorical column that occurs, in its order."""
    codes = detail[column].cat.codes.to_numpy()
    names = [str(name) for name in detail[column].cat.categories]
    state = detail["state"].cat.codes.to_numpy()
    late: BoolArray = detail["late"].to_numpy(dtype=bool)

    def tallied(chosen: BoolArray) -> list[int]:
        return [int(one) for one in np.bincount(codes[chosen], minlength=len(names))]

    n = tallied(np.ones(len(codes), dtype=bool))
    blank = tallied(state == STATES.index("blank"))
    missing = tallied(state == STATES.index("missing"))
    after = tallied(late)
    last = _latest(detail, codes)
    return [
        (
            name,
            Counts(
                n[at],
                n[at] - missing[at],
                blank[at],
                after[at],
                missing[at],
                *last.get(at, (None, None)),
            ),
        )
        for at, name in enumerate(names)
        if n[at]
    ]


def _latest(detail: pd.DataFrame, codes: Any) -> dict[int, tuple[date, str | None]]:  # noqa: ANN401 - numpy codes
    """Return day and signature of the latest dated return of each code; the first of equal days."""
    dated = detail["reported_on"].notna().to_numpy()
    if not dated.any():
        return {}
    some = detail.loc[dated, ["reported_on", "reported_by"]].assign(code=codes[dated])
    some = some.sort_values(["code", "reported_on"], ascending=[True, False], kind="stable")
    some = some.drop_duplicates("code")
    return {
        int(code): (on.date(), None if pd.isna(by) else str(by))
        for code, on, by in zip(some["code"], some["reported_on"], some["reported_by"], strict=True)
    }


def _units_by_indicator(detail: pd.DataFrame) -> dict[str, dict[str, list[str]]]:
    """Return the units that are missing and late, by indicator, the first of each."""
    found: dict[str, dict[str, list[str]]] = {}
    missing = (detail["state"] == "missing").to_numpy()
    for name, chosen in (("missing", missing), ("late", detail["late"].to_numpy(dtype=bool))):
        some = detail.loc[chosen, ["indicator", "unit_id"]]
        some = some.groupby("indicator", observed=True, sort=False).head(NAMED_MOST)
        found[name] = {
            str(indicator): [str(unit) for unit in part["unit_id"]]
            for indicator, part in some.groupby("indicator", observed=True, sort=False)
        }
    return found


def _plain(counts: Counts) -> dict[str, Any]:
    return {
        "n": counts.n,
        "returned": counts.returned,
        "blank": counts.blank,
        "late": counts.late,
        "missing": counts.missing,
        "last_on": None if counts.last_on is None else counts.last_on.isoformat(),
        "last_by": counts.last_by,
    }
