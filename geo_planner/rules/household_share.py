"""A share of households (or people) over units: tap water, sanitary toilets.

The rate is that of all units pooled; beside it stand the units in which everyone is reached.
Households of a unit that reports no numerator are unknown: they stay in the denominator, with
bounds. Two bases exist (households, people); the first one with data is used throughout and named.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import numpy as np

from geo_planner.catalogue import Basis, Indicator
from geo_planner.hierarchy import IntArray
from geo_planner.notes import Note, msgid
from geo_planner.population import counts, members_of, total
from geo_planner.project import Project
from geo_planner.rules import rate
from geo_planner.tally import (
    COVERED,
    NOT_APPLICABLE,
    UNCOVERED,
    UNKNOWN,
    FloatArray,
    Members,
    Tally,
    reason,
)


def count(project: Project, indicator: Indicator, as_of: date) -> Tally:
    """Pool the units' numerators and denominators, exactly; reported rates serve where none are."""
    rows, _ = members_of(project, indicator, as_of)
    basis = _basis_with_data(project, indicator, rows)
    if basis is None:
        return rate.count(project, indicator, as_of)
    part = counts(project.units, basis.numerator)[rows]
    whole = counts(project.units, basis.denominator)[rows]
    return pooled(part, whole, rows, indicator, basis=basis.name, as_of=as_of)


def _basis_with_data(project: Project, indicator: Indicator, rows: IntArray) -> Basis | None:
    """Return the first pair of columns that any unit has both figures for."""
    for basis in indicator.bases:
        both = counts(project.units, basis.numerator) + counts(project.units, basis.denominator)
        if not np.isnan(both[rows]).all():
            return basis
    return None


def pooled(
    part: FloatArray,
    whole: FloatArray,
    rows: IntArray,
    indicator: Indicator,
    *,
    basis: str,
    as_of: date,
) -> Tally:
    """Return the pooled share of ``part`` in ``whole``, one entry a unit, NaN where unknown."""
    known = ~np.isnan(part) & ~np.isnan(whole)
    full = known & (part >= whole)
    zero = whole == 0
    state = np.select(
        [zero, full, known], [NOT_APPLICABLE, COVERED, UNCOVERED], default=UNKNOWN
    ).astype(np.int8)
    why = np.select(
        [zero, full, known],
        [reason("empty"), reason("enough"), reason("short")],
        default=reason("unknown_value"),
    ).astype(np.int8)
    members = Members(rows, state, why, part=part, total=whole)
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
        notes=_notes(members, without),
        open_above=without > 0,
        open_below=without > 0,
        empty=not n and not without,
        no_data=not known.any() and not zero.all(),
    )


def _notes(members: Members, without: int) -> tuple[Note, ...]:
    """Name the units at one hundred per cent, and those whose denominator is missing."""
    counted = len(members.rows) - members.count(NOT_APPLICABLE)
    notes = [
        Note(
            "units-complete",
            msgid("{covered} of {count} units reach everyone; {unknown} are unknown."),
            {
                "covered": members.count(COVERED),
                "count": counted,
                "unknown": members.count(UNKNOWN),
            },
        )
    ]
    if without:
        notes.append(
            Note(
                "denominator-missing",
                msgid("{count} units do not state their denominator, so the rate is not certain."),
                {"count": without},
            )
        )
    return tuple(notes)
