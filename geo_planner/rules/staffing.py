"""Every facility (or unit) must hold something: two child-health doctors, safe water, a director.

A column that is blank is unknown, not zero. Where several columns are named, each has to reach the
bar, or their sum where the row says so.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import numpy as np

from geo_planner.catalogue import Indicator
from geo_planner.notes import Note, msgid
from geo_planner.population import counts
from geo_planner.project import Project
from geo_planner.rules.pooling import facility_rows, facility_values
from geo_planner.rules.reported import nothing_reported, reported_rate
from geo_planner.tally import (
    COVERED,
    UNCOVERED,
    UNKNOWN,
    FloatArray,
    Int8Array,
    Members,
    Tally,
    reason,
    tally_of_members,
)


def count(project: Project, indicator: Indicator, as_of: date) -> Tally:
    """Count the facilities or units that reach the bar; reports serve where no column does."""
    members = None
    if indicator.facility_columns:
        members = facilities_reaching(project, indicator, as_of)
    elif indicator.unit_columns:
        members = units_reaching(project, indicator, as_of)
    if members is None or members.count(UNKNOWN) == len(members.rows):
        reported = reported_rate(project, indicator, as_of)
        if reported is not None:
            return reported
    if members is None or not len(members.rows):
        return nothing_reported(indicator)
    tally = tally_of_members(
        members,
        basis="facilities" if members.of_facilities else "units",
        method="counted",
        scale=100,
        data_date=as_of.isoformat(),
        notes=_notes(members),
    )
    return replace(tally, no_data=members.count(UNKNOWN) == len(members.rows))


def facilities_reaching(project: Project, indicator: Indicator, as_of: date) -> Members:
    """Judge each working facility of the row's types against the bar."""
    rows = facility_rows(project, indicator.facility_types, as_of)
    values = np.column_stack(
        [facility_values(project, rows, column) for column in indicator.facility_columns]
    )
    silent = np.asarray(np.isnan(values).any(axis=1, keepdims=True))
    if indicator.combine == "sum":
        # Twelve places are finer than anybody counts and undo what adding floats leaves behind.
        values = np.round(np.nansum(values, axis=1, keepdims=True), 12)
        state, why = _judge(values, np.where(silent, np.inf, values), indicator)
        return Members(
            rows, state, why, part=np.where(silent, np.nan, values)[:, 0], of_facilities=True
        )
    state, why = _judge(values, values, indicator)
    worst = (np.fmax if indicator.comparison == "<=" else np.fmin).reduce(values, axis=1)
    worst[(state != UNCOVERED) & silent[:, 0]] = np.nan
    return Members(rows, state, why, part=worst, of_facilities=True)


def units_reaching(project: Project, indicator: Indicator, as_of: date) -> Members:
    """Judge each unit against the bar by the column its kind carries."""
    alive = project.register.units_on(as_of)
    parts = []
    for entry in indicator.unit_columns:
        rows = np.flatnonzero(project.hierarchy.of_kinds((entry.kind,)) & alive)
        parts.append((rows, counts(project.units, entry.column)[rows]))
    rows = np.concatenate([part[0] for part in parts])
    values = np.concatenate([part[1] for part in parts])
    order = np.argsort(rows, kind="stable")
    values = values[order]
    state, why = _judge(values[:, None], values[:, None], indicator)
    return Members(rows[order], state, why, part=values)


def _judge(
    least: FloatArray, most: FloatArray, indicator: Indicator
) -> tuple[Int8Array, Int8Array]:
    """Return state and reason of each row of bounds: every column has to reach the bar.

    One column that is known to fall short decides, whatever the unknown ones (NaN) hold.
    """
    bar = float(indicator.bar if indicator.bar is not None else Fraction(1))
    if indicator.comparison == "<=":
        enough, short = most <= bar, least > bar
    else:
        enough, short = least >= bar, most < bar
    covered, uncovered = enough.all(axis=1), short.any(axis=1)
    state = np.select([covered, uncovered], [COVERED, UNCOVERED], default=UNKNOWN)
    why = np.select(
        [covered, uncovered],
        [reason("enough"), reason("short")],
        default=reason("unknown_value"),
    )
    return state.astype(np.int8), why.astype(np.int8)


def _notes(members: Members) -> tuple[Note, ...]:
    unknown = members.count(UNKNOWN)
    if not unknown:
        return ()
    return (
        Note(
            "unknown-values",
            msgid("{count} of {n} do not state the figure: unknown, not zero."),
            {"count": unknown, "n": len(members.rows)},
        ),
    )
