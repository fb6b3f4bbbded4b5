"""A duty that is fulfilled or not: by the division, by each unit, or by each facility.

1, 有 and 是 arrive as one, 0, 无 and 否 as zero, and a blank stays unknown.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import numpy as np

from geo_planner.catalogue import Indicator
from geo_planner.population import counts, members_of
from geo_planner.project import Project
from geo_planner.rules import rate, staffing
from geo_planner.rules.pooling import facility_rows
from geo_planner.tally import (
    COVERED,
    NOT_APPLICABLE,
    UNCOVERED,
    UNKNOWN,
    Members,
    Tally,
    reason,
    tally_of_members,
)


def count(project: Project, indicator: Indicator, as_of: date) -> Tally:
    """Count yes and no where the row says they are kept, else take the division's own answer."""
    if indicator.unit_columns and indicator.measure == "count":
        return rate.count(project, indicator, as_of)
    if indicator.facility_type is not None and indicator.measure == "count":
        return _facilities_in_place(project, indicator, as_of)
    if indicator.facility_columns or indicator.unit_columns:
        return staffing.count(project, indicator, as_of)
    if indicator.unit_kinds:
        members = _answers(project, indicator, as_of)
        if members is not None and members.count(UNKNOWN) < len(members.rows):
            return tally_of_members(
                members,
                basis="units",
                method="observations",
                scale=100,
                data_date=as_of.isoformat(),
            )
    # Answers in counts (eight of ten schools), or none at all.
    return rate.count(project, indicator, as_of)


def _facilities_in_place(project: Project, indicator: Indicator, as_of: date) -> Tally:
    """Count working facilities of the row's types that carry its flags.

    A type nobody imported is no data; one that does not state its flags leaves the count open.
    """
    if not len(project.register.of_types(indicator.facility_types)):
        return rate.count(project, indicator, as_of)
    fit, silent = len(facility_rows(project, indicator.facility_types, as_of)), 0
    if indicator.facility_columns:
        members = staffing.facilities_reaching(project, indicator, as_of)
        fit, silent = members.count(COVERED), members.count(UNKNOWN)
    return Tally(
        basis="value",
        method="counted",
        lower=Fraction(fit),
        upper=Fraction(fit + silent),
        data_date=as_of.isoformat(),
    )


def _answers(project: Project, indicator: Indicator, as_of: date) -> Members | None:
    """Return each unit's answer, None where no unit of the kinds has been asked."""
    reports = project.reports_of.get(indicator.id)
    if reports is None:
        return None
    rows, unsure = members_of(project, indicator, as_of)
    stands = reports.standing(as_of)
    asked = np.zeros(len(project.units), dtype=bool)
    asked[reports.rows[stands]] = True
    if not asked[rows].any():
        return None
    value = np.full(len(project.units), np.nan)
    value[reports.rows[stands]] = reports.answers(stands)
    answer = value[rows]
    state = np.select([answer > 0, answer <= 0], [COVERED, UNCOVERED], default=UNKNOWN)
    why = np.select(
        [answer > 0, answer <= 0],
        [reason("observed_yes"), reason("observed_no")],
        default=reason("unknown_value"),
    )
    state[unsure], why[unsure] = UNKNOWN, reason("unknown_kind")
    if indicator.denominator_column is not None:
        zero = counts(project.units, indicator.denominator_column)[rows] == 0
        state[zero], why[zero] = NOT_APPLICABLE, reason("empty")
    return Members(rows, state.astype(np.int8), why.astype(np.int8))
