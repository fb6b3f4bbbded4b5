"""Pooling: exact shares over units or facilities, and facilities counted once each."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import numpy as np

from geo_planner.catalogue import Indicator
from geo_planner.exact import compared
from geo_planner.hierarchy import IntArray
from geo_planner.notes import Note, msgid
from geo_planner.population import total
from geo_planner.project import Project
from geo_planner.tally import (
    COVERED,
    NOT_APPLICABLE,
    UNCOVERED,
    UNKNOWN,
    BoolArray,
    FloatArray,
    Members,
    Tally,
    reason,
)
from geo_planner.targets import LOWER_IS_BETTER


def facility_rows(project: Project, types: tuple[str, ...], as_of: date) -> IntArray:
    """Return the rows of working facilities of ``types`` (all where empty), each real one once.

    Records in review are left out: whether they are a second facility is for a person to say.
    """
    works = project.register.working_on(as_of)
    if types:
        rows = project.register.of_types(types)
        rows = rows[works[rows]]
    else:
        rows = np.flatnonzero(works)
    return rows[project.duplicates.standing(rows).confirmed]


def facility_values(project: Project, rows: IntArray, column: str) -> FloatArray:
    """Return a number column of the facilities in ``rows``, NaN where unknown.

    A record merged into another lends its figure where the other one is blank.
    """
    if column not in project.facilities:
        return np.full(len(rows), np.nan)
    values = project.facilities[column].to_numpy(dtype=float, na_value=np.nan)
    cluster = project.duplicates.cluster
    found = np.asarray(values[rows], dtype=np.float64)
    of = cluster[rows]
    merged = np.flatnonzero(of >= 0)
    if len(merged):
        grouped = np.flatnonzero(cluster >= 0)
        best = np.full(int(cluster.max()) + 1, np.nan)
        np.fmax.at(best, cluster[grouped], values[grouped])
        lent = best[of[merged]]
        found[merged] = np.where(np.isnan(lent), found[merged], lent)
    return found


def pooled(
    part: FloatArray,
    whole: FloatArray,
    rows: IntArray,
    indicator: Indicator,
    *,
    basis: str,
    as_of: date,
    of_facilities: bool = False,
) -> Tally:
    """Return the pooled share of ``part`` in ``whole``, one entry a unit, NaN where unknown.

    A unit is covered where everyone in it is reached; where there should be little of what is
    counted, if it keeps to the target (or, without one, has none).
    """
    known = ~np.isnan(part) & ~np.isnan(whole)
    full = known & _complete(part, whole, indicator)
    zero = whole == 0
    state = np.select(
        [zero, full, known], [NOT_APPLICABLE, COVERED, UNCOVERED], default=UNKNOWN
    ).astype(np.int8)
    why = np.select(
        [zero, full, known],
        [reason("empty"), reason("enough"), reason("short")],
        default=reason("unknown_value"),
    ).astype(np.int8)
    members = Members(rows, state, why, part=part, total=whole, of_facilities=of_facilities)
    covered, counted = total(part[known]), total(whole[known])
    unknown = total(whole[~known & ~np.isnan(whole)])
    n = counted + unknown
    without = int(np.count_nonzero(np.isnan(whole)))
    scale = indicator.scale
    return Tally(
        basis=basis,
        method="counted",
        covered=int(covered),
        uncovered=int(max(counted - covered, Fraction(0))),
        unknown=int(unknown),
        size=int(n),
        lower=covered * scale / n if n else None,
        upper=(covered + unknown) * scale / n if n else None,
        members=members,
        data_date=as_of.isoformat(),
        notes=_notes(members, indicator, without),
        open_above=without > 0,
        open_below=without > 0,
        empty=not n and not without,
        no_data=not known.any() and not zero.all(),
    )


def _complete(part: FloatArray, whole: FloatArray, indicator: Indicator) -> BoolArray:
    """Return which units are as they should be by themselves."""
    if indicator.comparison not in LOWER_IS_BETTER:
        return np.asarray(part >= whole, dtype=bool)
    most = indicator.target_fraction or Fraction(0)
    return np.asarray(compared(part, whole, most / indicator.scale) <= 0, dtype=bool)


def _notes(members: Members, indicator: Indicator, without: int) -> tuple[Note, ...]:
    """Name the units at one hundred per cent, and those whose denominator is missing."""
    counted = len(members.rows) - members.count(NOT_APPLICABLE)
    notes = []
    if indicator.comparison not in LOWER_IS_BETTER:
        notes.append(
            Note(
                "units-complete",
                msgid("{covered} of {count} units reach everyone; {unknown} are unknown."),
                {
                    "covered": members.count(COVERED),
                    "count": counted,
                    "unknown": members.count(UNKNOWN),
                },
            )
        )
    if without:
        notes.append(
            Note(
                "denominator-missing",
                msgid("{count} units do not state their denominator, so the rate is not certain."),
                {"count": without},
            )
        )
    return tuple(notes)
