"""What stands in a department's return form of a year, before anything is written.

One row an indicator and unit that the department is asked for, with the figures of the year before
and of the plan's base year as the project knows them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import numpy as np
import pandas as pd

from geo_planner.catalogue import Indicator, Label
from geo_planner.monitoring.early_warning import Limits, due_after
from geo_planner.monitoring.return_errors import LongFormError
from geo_planner.monitoring.returns import Asked, asked_for, departments_of
from geo_planner.monitoring.series import yearly
from geo_planner.project import Project
from geo_planner.rules.reported import read

MOST_ROWS = 20_000
"""Rows of one form: what a workbook that is checked cell by cell still opens with."""


@dataclass(frozen=True, slots=True)
class FormRow:
    """One row of a form.

    Attributes
    ----------
    unit_id, unit_name, kind, community_kind
        Whose figure it is; the kinds are ids, the second is None where there is none.
    answers
        Whether yes or no is asked, rather than a figure.
    base, last
        Figures of the base year and of the year before, in the indicator's measure; None where
        there is none.
    """

    indicator: Indicator
    unit_id: str
    unit_name: str
    kind: str
    community_kind: str | None
    answers: bool
    base: Fraction | None
    last: Fraction | None


@dataclass(frozen=True, eq=False)
class ReturnForm:
    """A department's form of a year.

    Attributes
    ----------
    project, department, year
        What was asked.
    due
        The last day on which it is in time.
    rows
        In catalogue order, units in the order of the project.
    sources
        Sources of data named in the department's earlier returns, in order.
    """

    project: Project
    department: Label
    year: int
    due: date
    rows: tuple[FormRow, ...]
    sources: tuple[str, ...]

    @property
    def base_year(self) -> int:
        """The year before the plan begins."""
        return self.project.catalogue.period[0] - 1

    @property
    def indicators(self) -> tuple[Indicator, ...]:
        """Each indicator once."""
        return tuple({row.indicator.id: row.indicator for row in self.rows}.values())


def return_form(
    project: Project, year: int, department: Label, *, indicators: Iterable[str] | None = None
) -> ReturnForm:
    """Return one department's form.

    Parameters
    ----------
    department
        As :func:`geo_planner.monitoring.returns.find_department` gives it.
    indicators
        Ids that the form is for; all that are asked of the department if None.

    Raises
    ------
    NoDateError, YearsOutsideError
        If nothing can be asked for the year.
    LongFormError
        If it would have more than ``MOST_ROWS`` rows.
    NotKnownError
        If an indicator is not in the catalogue.
    """
    wanted = None
    if indicators is not None:
        wanted = {project.catalogue.indicator(name).id for name in indicators}
    asked = asked_for(project, year)
    chosen = tuple(one for one in asked if wanted is None or one.indicator.id in wanted)
    return _form(project, year, department, chosen)


def return_forms(project: Project, year: int) -> tuple[ReturnForm, ...]:
    """Return the forms of all departments that are asked, in catalogue order.

    Raises
    ------
    NoDateError, YearsOutsideError, LongFormError
        As :func:`return_form`.
    """
    asked = asked_for(project, year)
    return tuple(_form(project, year, one, asked) for one in departments_of(asked))


def _form(project: Project, year: int, department: Label, asked: tuple[Asked, ...]) -> ReturnForm:
    own = [one for one in asked if one.department.zh == department.zh]
    count = sum(len(one.rows) for one in own)
    if count > MOST_ROWS:
        raise LongFormError(department, count, MOST_ROWS)
    due = date.fromisoformat(str(due_after(str(year), Limits(project.catalogue))))
    rows = tuple(row for one in own for row in _rows(project, year, one))
    return ReturnForm(project, department, year, due, rows, _sources(project, own))


def _rows(project: Project, year: int, asked: Asked) -> Iterator[FormRow]:
    """Yield the rows of one indicator."""
    units = project.units.iloc[asked.rows]
    classes = units["community_kind"] if "community_kind" in units else [None] * len(units)
    base_year = project.catalogue.period[0] - 1
    base, last = (_known(project, asked, one) for one in (base_year, year - 1))
    kinds = project.hierarchy.kinds[asked.rows]
    for unit_id, name, kind, class_ in zip(units.index, units["name"], kinds, classes, strict=True):
        yield FormRow(
            asked.indicator,
            str(unit_id),
            str(name),
            str(kind),
            None if pd.isna(class_) else str(class_),
            asked.answers,
            base.get(str(unit_id)),
            last.get(str(unit_id)),
        )


def _known(project: Project, asked: Asked, year: int) -> Mapping[str, Fraction]:
    """Return the figure of a year by unit code: as reported or, of the division, as measured."""
    found: dict[str, Fraction] = {}
    kinds = project.hierarchy.kinds[asked.rows]
    alone = len(asked.rows) == 1 and project.catalogue.unit_kind(str(kinds[0])).level == 1
    if alone:
        for figure in yearly(project, asked.indicator.id, (year,)):
            if figure.value is not None and figure.whole_year:
                found[str(project.units.index[asked.rows[0]])] = figure.value
        return found
    part = project.observations_of.get(asked.indicator.id)
    if part is None:
        return found
    of_year = part[(part["period"].astype(str) == str(year)).to_numpy(dtype=bool)]
    where = project.hierarchy.rows(of_year["unit_id"].to_numpy(dtype=object))
    for record in of_year[np.isin(where, asked.rows)].to_dict("records"):
        value = read(record, asked.indicator).value
        if value is not None:
            found[str(record["unit_id"])] = value
    return found


def _sources(project: Project, asked: list[Asked]) -> tuple[str, ...]:
    """Return the sources of data that earlier returns of these indicators name."""
    table = project.observations
    if "source" not in table:
        return ()
    own = table["indicator"].isin([one.indicator.id for one in asked])
    said = table.loc[own, "source"].dropna().astype(str).str.strip()
    return tuple(sorted({one for one in said if one}))
