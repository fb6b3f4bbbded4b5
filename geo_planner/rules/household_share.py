"""A share of households (or people) over units: tap water, sanitary toilets.

The rate is that of all units pooled; beside it stand the units in which everyone is reached.
Households of a unit that reports no numerator are unknown: they stay in the denominator, with
bounds. Two bases exist (households, people); the first one with data is used throughout and named.
"""

from __future__ import annotations

from datetime import date

import numpy as np

from geo_planner.catalogue import Basis, Indicator
from geo_planner.hierarchy import IntArray
from geo_planner.population import counts, members_of
from geo_planner.project import Project
from geo_planner.rules import rate
from geo_planner.rules.pooling import pooled
from geo_planner.tally import Tally


def count(project: Project, indicator: Indicator, as_of: date) -> Tally:
    """Pool the units' numerators and denominators, exactly; reported rates serve where none are.

    Where each unit has to reach the target, they are judged one by one instead.
    """
    if indicator.aggregation == "all_units_must_meet":
        return rate.count(project, indicator, as_of)
    rows, unsure = members_of(project, indicator, as_of)
    basis = _basis_with_data(project, indicator, rows)
    if basis is None:
        return rate.count(project, indicator, as_of)
    part = counts(project.units, basis.numerator)[rows]
    whole = counts(project.units, basis.denominator)[rows]
    part[unsure] = np.nan  # households of a unit that may be of another class are unknown
    return pooled(part, whole, rows, indicator, basis=basis.name, as_of=as_of)


def _basis_with_data(project: Project, indicator: Indicator, rows: IntArray) -> Basis | None:
    """Return the first pair of columns that any unit has both figures for."""
    for basis in indicator.bases:
        both = counts(project.units, basis.numerator) + counts(project.units, basis.denominator)
        if not np.isnan(both[rows]).all():
            return basis
    return None
