"""Returns: which department is asked for which figures of a year, and who has sent them.

A department is asked for what registers do not tell. An indicator that facility records or columns
of units already answer is nobody's return; one whose figure is reported, or is not there at all, is
asked of the department that keeps its data, unit by unit where the units report themselves.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo_planner.catalogue import Indicator, Label
from geo_planner.coverage import measure
from geo_planner.errors import NoDateError, NotKnownError
from geo_planner.hierarchy import IntArray
from geo_planner.monitoring.year_errors import YearsOutsideError
from geo_planner.monitoring.years import year_day, year_range
from geo_planner.population import counts, members_of
from geo_planner.project import Project

NOBODY = Label("未指定责任部门", "No department named")
"""Who is asked where the catalogue names neither who keeps the data nor who is responsible."""

UNIT_BY_UNIT = frozenset({"rate", "trend", "household_share", "per_thousand"})
"""Rules that pool what units report; the others take one figure for the division."""


@dataclass(frozen=True, eq=False)
class Asked:
    """One indicator that a department is asked for.

    Attributes
    ----------
    department
        The first of those who keep its data.
    rows
        Row numbers of the units whose figures are asked.
    answers
        Whether each unit answers yes or no, rather than with a figure.
    """

    indicator: Indicator
    department: Label
    rows: IntArray
    answers: bool


def department_of(indicator: Indicator) -> Label:
    """Return who sends an indicator's figures: the first of those that the catalogue names.

    >>> from geo_planner.monitoring.returns import first_named
    >>> first_named(Label("疾控中心、卫生健康委", "Centre for Disease Control, Health Commission"))
    Label(zh='疾控中心', en='Centre for Disease Control')
    """
    if indicator.data_owner is not None:
        return first_named(indicator.data_owner)
    if indicator.responsible:
        return first_named(Label(indicator.responsible, indicator.responsible))
    return NOBODY


def first_named(several: Label) -> Label:
    """Return the first of several departments; English names are parted where Chinese ones are."""
    first, mark, _ = several.zh.partition("、")
    # The English name of one department may itself have a comma.
    return Label(first, re.split("[,、]", several.en)[0] if mark else several.en)


def find_department(project: Project, year: int, name: str) -> Label:
    """Return the department of a name in either language.

    Raises
    ------
    NotKnownError
        If no department of that name is asked for anything in the year.
    """
    departments = departments_of(asked_for(project, year))
    for one in departments:
        if name.strip().casefold() in (one.zh.casefold(), one.en.casefold()):
            return one
    raise NotKnownError.among("department", name, [one.zh for one in departments])


def departments_of(asked: tuple[Asked, ...]) -> tuple[Label, ...]:
    """Return the departments that are asked, each once, in catalogue order."""
    return tuple({one.department.zh: one.department for one in asked}.values())


def return_day(project: Project, year: int) -> date:
    """Return the day on which units are looked up for a year's returns.

    Raises
    ------
    NoDateError
        If the project has no reference date.
    YearsOutsideError
        If the year is not one that can be asked about, nor the one after the reference date, for
        which forms are sent out.
    """
    reference = project.reference_date
    if reference is None:
        raise NoDateError(project.name)
    first, last = year_range(project)
    if not first <= year <= last + 1:
        raise YearsOutsideError((str(year),), str(first), str(last + 1))
    return year_day(min(year, last), reference)


def asked_for(project: Project, year: int) -> tuple[Asked, ...]:
    """Return what is asked for a year, in catalogue order.

    Raises
    ------
    NoDateError, YearsOutsideError
        As :func:`return_day`.
    """
    day = return_day(project, year)
    found = []
    for indicator in project.catalogue.indicators.values():
        if _told_by_records(project, indicator):
            continue
        coverage = measure(project, indicator.id, day)
        if coverage.method not in ("observations", "none") and coverage.status != "no_data":
            continue
        rows, answers = _units_asked(project, indicator, day)
        if len(rows):
            found.append(Asked(indicator, department_of(indicator), rows, answers))
    return tuple(found)


def _told_by_records(project: Project, indicator: Indicator) -> bool:
    """Return whether facility records tell how far units have to go; that takes long to measure."""
    if indicator.rule != "within_reach":
        return False
    return bool(len(project.register.of_types(indicator.facility_types)))


def _units_asked(project: Project, indicator: Indicator, day: date) -> tuple[IntArray, bool]:
    """Return the rows of the units whose figures are asked, and whether they answer yes or no."""
    catalogue = project.catalogue
    whole = indicator.measure == "yes/no"
    below = [kind for kind in indicator.unit_kinds if catalogue.unit_kind(kind).level > 1]
    if not below:
        return _top_rows(project, day), whole
    rows, _ = members_of(project, indicator, day)
    if answered_by_unit(indicator):
        if indicator.denominator_column is not None:
            # Nobody asks a unit for a nursery that has no children of the age.
            rows = rows[counts(project.units, indicator.denominator_column)[rows] != 0]
        return rows, True
    if indicator.aggregation == "all_units_must_meet":
        return rows, whole
    if indicator.rule in UNIT_BY_UNIT and _units_report(project, indicator, rows):
        return rows, whole
    return _top_rows(project, day), whole


def answered_by_unit(indicator: Indicator) -> bool:
    """Return whether each unit of the row's kinds answers yes or no for itself."""
    if not indicator.unit_kinds or indicator.measure == "count":
        return False
    columns = indicator.facility_columns or indicator.unit_columns
    return indicator.rule == "has_facility" or (indicator.rule == "yes_no" and not columns)


def _units_report(project: Project, indicator: Indicator, rows: IntArray) -> bool:
    """Return whether the units themselves report: some have, or nobody has reported so far.

    Where only the division has, it goes on: pooling needs every unit.
    """
    reports = project.reports_of.get(indicator.id)
    return reports is None or bool(len(reports.of_rows(rows)))


def _top_rows(project: Project, day: date) -> IntArray:
    tops = project.hierarchy.of_kinds(project.catalogue.kinds_of_level(1))
    return np.flatnonzero(tops & project.register.units_on(day))


def expected_returns(project: Project, year: int) -> pd.DataFrame:
    """Return every figure that is asked for a year.

    Returns
    -------
    DataFrame
        One row an indicator and unit, in catalogue order: ``department`` (its Chinese name),
        ``indicator``, ``unit_id`` and ``kind``, all categorical.

    Raises
    ------
    NoDateError, YearsOutsideError
        As :func:`return_day`.
    """
    return expected_of(project, asked_for(project, year))


def expected_of(project: Project, asked: tuple[Asked, ...]) -> pd.DataFrame:
    """Return :func:`expected_returns` of what is known to be asked."""
    rows, number = positions_of(asked)
    departments = [one.zh for one in departments_of(asked)]
    of = np.array([departments.index(one.department.zh) for one in asked], dtype=np.intp)
    kinds, names = pd.factorize(project.hierarchy.kinds)
    return pd.DataFrame(
        {
            "department": pd.Categorical.from_codes(of[number], departments),
            "indicator": pd.Categorical.from_codes(number, [one.indicator.id for one in asked]),
            "unit_id": pd.Categorical.from_codes(rows, project.units.index),
            "kind": pd.Categorical.from_codes(kinds[rows], [str(name) for name in names]),
        }
    )


def positions_of(asked: tuple[Asked, ...]) -> tuple[IntArray, npt.NDArray[np.intp]]:
    """Return the unit's row of each figure asked, and the place of its indicator in ``asked``."""
    sizes = [len(one.rows) for one in asked]
    empty = np.zeros(0, dtype=np.intp)
    rows = np.concatenate([empty, *(one.rows for one in asked)]).astype(np.intp)
    return rows, np.repeat(np.arange(len(asked), dtype=np.intp), sizes)
