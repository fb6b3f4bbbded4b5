"""A promised direction: more places every year, fewer injuries than in the base year."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import numpy as np

from geo_planner.catalogue import Indicator
from geo_planner.notes import Note, msgid
from geo_planner.observations import Figure
from geo_planner.population import coarsest_level, counts, total, year_ends
from geo_planner.project import Project
from geo_planner.rules import rate
from geo_planner.rules.pooling import facility_rows, facility_values
from geo_planner.rules.reported import nothing_reported, reported_rate
from geo_planner.tally import BoolArray, Tally

BASE_YEAR = 2020


def count(project: Project, indicator: Indicator, as_of: date) -> Tally:
    """Return the latest value with the earlier ones, from reports, facilities or unit columns."""
    if indicator.measure.startswith("% change"):
        return _change_from_base(project, indicator, as_of)
    reported = reported_rate(project, indicator, as_of)
    if reported is not None:
        return reported
    if len(project.register.of_types(indicator.facility_types)):
        return _facilities_by_year(project, indicator, as_of)
    return rate.count(project, indicator, as_of)


def _facilities_by_year(project: Project, indicator: Indicator, as_of: date) -> Tally:
    """Count working facilities (or sum a column of them) now and at the ends of earlier years."""
    ask = project.remembered
    days = [*year_ends(project, as_of), as_of]
    values = {
        day: ask("supply", indicator, day, lambda day: _supply(project, indicator, day))
        for day in days
    }
    unsure = _undated(project, indicator)
    undated = int(np.count_nonzero(unsure))
    now, silent = values.pop(as_of)
    notes = []
    if undated:
        notes.append(
            Note(
                "undated-facilities",
                msgid("{count} facilities have no opening date and count in every earlier year."),
                {"count": undated},
            )
        )
    if silent:
        notes.append(
            Note(
                "unknown-values",
                msgid("{count} of {n} do not state the figure: unknown, not zero."),
                {
                    "count": silent,
                    "n": len(facility_rows(project, indicator.facility_types, as_of)),
                },
            )
        )
    return Tally(
        basis="value",
        method="counted",
        lower=now,
        upper=now,
        history=tuple((str(day.year), value) for day, (value, _) in values.items()),
        history_bounds=tuple(
            (
                ask(
                    "dated supply",
                    indicator,
                    day,
                    lambda day: _supply(project, indicator, day, without=unsure),
                )[0],
                None if unstated else value,
            )
            for day, (value, unstated) in values.items()
        ),
        data_date=as_of.isoformat(),
        notes=tuple(notes),
        open_above=silent > 0,
    )


def _undated(project: Project, indicator: Indicator) -> BoolArray:
    """Return which facilities of the row's types do not say when they opened."""
    facilities = project.facilities
    rows = project.register.of_types(indicator.facility_types)
    if "opened_on" in facilities:
        rows = rows[facilities["opened_on"].isna().to_numpy()[rows]]
    undated = np.zeros(len(facilities), dtype=bool)
    undated[rows] = True
    return undated


def _supply(
    project: Project, indicator: Indicator, day: date, *, without: BoolArray | None = None
) -> tuple[Fraction, int]:
    """Return the number (or summed column) on a day, and how many do not state theirs."""
    rows = facility_rows(project, indicator.facility_types, day)
    if without is not None:
        rows = rows[~without[rows]]
    if not indicator.facility_columns:
        return Fraction(len(rows)), 0
    values = sum(
        (facility_values(project, rows, column) for column in indicator.facility_columns),
        start=np.zeros(len(rows)),
    )
    return total(values), int(np.isnan(values).sum())


def _change_from_base(project: Project, indicator: Indicator, as_of: date) -> Tally:
    """Return the relative change against the base year: (now - base) / base x 100.

    The base is the observation of the base year or the unit column the row names. Unknown: no data.
    Zero: undefined, which is not the same as met.
    """
    reports = project.reports_of.get(indicator.id)
    if reports is None:
        return nothing_reported(indicator)
    tops = np.append(project.hierarchy.of_kinds(project.catalogue.kinds_of_level(1)), False)
    top = reports.rows[tops[reports.rows]]
    figures = reports.series(int(top[0]), scale=100_000, as_of=as_of) if len(top) else []
    base = _base(project, indicator, figures, as_of)
    later = [
        one
        for one in figures
        if one.period.year > BASE_YEAR and one.period.months == 12 and one.value is not None
    ]
    if base is None or not later:
        return nothing_reported(indicator)
    if base == 0:
        note = Note(
            "base-zero", msgid("The base year's rate is zero: a relative fall is undefined.")
        )
        return replace(nothing_reported(indicator), notes=(note,))
    changes = [
        (one.period.text, (one.value - base) / base * 100) for one in later if one.value is not None
    ]
    return Tally(
        basis="value",
        method="observations",
        lower=changes[-1][1],
        upper=changes[-1][1],
        history=tuple(changes[:-1]),
        data_date=changes[-1][0],
    )


def _base(
    project: Project, indicator: Indicator, figures: list[Figure], as_of: date
) -> Fraction | None:
    """Return the base year's rate, from the series or from the column the row names."""
    for one in figures:
        if one.period.year == BASE_YEAR and one.period.months == 12 and one.value is not None:
            return one.value
    if indicator.base_column is None:
        return None
    rows = coarsest_level(project, indicator.base_column, as_of)
    values = counts(project.units, indicator.base_column)[rows]
    return total(values) if len(rows) == 1 else None
