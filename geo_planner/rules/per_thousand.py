"""A supply per head: paediatricians or beds per thousand children."""

from __future__ import annotations

from datetime import date

import numpy as np

from geo_planner.catalogue import Indicator
from geo_planner.notes import Note, msgid
from geo_planner.population import coarsest_level, counts, total
from geo_planner.project import Project
from geo_planner.rules.pooling import facility_rows, facility_values
from geo_planner.rules.reported import nothing_reported, reported_rate
from geo_planner.tally import Tally


def count(project: Project, indicator: Indicator, as_of: date) -> Tally:
    """Divide the sum over working facilities by the children of the coarsest level with counts.

    A facility that does not state its figure may hold any number, so the rate is open above.
    """
    reported = reported_rate(project, indicator, as_of)
    if reported is not None:
        return reported
    rows = facility_rows(project, indicator.facility_types, as_of)
    supply = sum(
        (facility_values(project, rows, column) for column in indicator.facility_columns),
        start=np.zeros(len(rows)),
    )
    column = indicator.denominator_column
    if column is None or not len(rows) or np.isnan(supply).all():
        return nothing_reported(indicator)
    below = counts(project.units, column)[coarsest_level(project, column, as_of)]
    top, bottom = total(supply), total(below)
    silent, unstated = int(np.isnan(supply).sum()), int(np.isnan(below).sum())
    notes = []
    if silent:
        notes.append(
            Note(
                "unknown-values",
                msgid("{count} of {n} do not state the figure: unknown, not zero."),
                {"count": silent, "n": len(rows)},
            )
        )
    if unstated:
        notes.append(
            Note(
                "denominator-missing",
                msgid("{count} units do not state their denominator, so the rate is not certain."),
                {"count": unstated},
            )
        )
    value = top * indicator.scale / bottom if bottom else None
    return Tally(
        basis="per_head",
        method="counted",
        covered=int(top),
        uncovered=0,
        unknown=0,
        size=int(bottom),
        lower=value,
        upper=value,
        data_date=as_of.isoformat(),
        notes=tuple(notes),
        open_above=silent > 0,
        open_below=unstated > 0,
        empty=not bottom and not unstated,
        no_data=bool(np.isnan(below).all()),
    )
