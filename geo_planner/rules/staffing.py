"""Every facility (or unit) must hold something: two child-health doctors, safe water, a director.

A column that is blank is unknown, not zero. Where several columns are named, each has to reach the
bar, or their sum where the row says so.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import numpy as np

from geo_planner.activity import existing_on
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
    return tally_of_members(
        members,
        basis="facilities" if members.of_facilities else "units",
        method="counted",
        scale=100,
        data_date=as_of.isoformat(),
        notes=_notes(members),
    )


def facilities_reaching(project: Project, indicator: Indicator, as_of: date) -> Members:
    """Judge each working facility of the row's types against the bar."""
    rows = facility_rows(project, indicator.facility_types, as_of)
    values = np.column_stack(
        [facility_values(project, rows, column) for column in indicator.facility_columns]
    )
    if indicator.combine == "sum":
        values = values.sum(axis=1, keepdims=True)
    state, why = _judge(values, indicator)
    worst = values.min(axis=1) if values.size else np.full(len(rows), np.nan)
    return Members(rows, state, why, part=worst, of_facilities=True)


def units_reaching(project: Project, indicator: Indicator, as_of: date) -> Members:
    """Judge each unit against the bar by the column its kind carries."""
    alive = existing_on(project.units, as_of)
    parts = []
    for entry in indicator.unit_columns:
        rows = np.flatnonzero(project.hierarchy.of_kinds((entry.kind,)) & alive)
        parts.append((rows, counts(project.units, entry.column)[rows]))
    rows = np.concatenate([part[0] for part in parts])
    values = np.concatenate([part[1] for part in parts])
    order = np.argsort(rows, kind="stable")
    state, why = _judge(values[order, None], indicator)
    return Members(rows[order], state, why, part=values[order])


def _judge(values: FloatArray, indicator: Indicator) -> tuple[Int8Array, Int8Array]:
    """Return state and reason of each row of ``values``: every column has to reach the bar.

    One column that is known to fall short decides, whatever the unknown ones hold.
    """
    bar = float(indicator.bar if indicator.bar is not None else Fraction(1))
    if indicator.comparison == "<=":
        enough, short = values <= bar, values > bar
    else:
        enough, short = values >= bar, values < bar
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
