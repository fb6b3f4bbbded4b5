"""A rate of counted cases: enrolment, vaccination, mortality.

Reports stand first; else columns of units or facilities, pooled. Rows marked
``all_units_must_meet`` are judged unit by unit, since a pooled mean hides the one that fails.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction

import numpy as np

from geo_planner.catalogue import Basis, Indicator
from geo_planner.exact import exact
from geo_planner.hierarchy import IntArray
from geo_planner.notes import Note, msgid
from geo_planner.observations import Figure
from geo_planner.periods import Period
from geo_planner.population import coarsest_level, counts, members_of, total
from geo_planner.project import Project
from geo_planner.rules.pooling import facility_rows, facility_values, pooled
from geo_planner.rules.reported import nothing_reported, read_at, reported_rate
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
from geo_planner.targets import satisfies


def count(project: Project, indicator: Indicator, as_of: date) -> Tally:
    """Return the rate as it stands on ``as_of``."""
    if indicator.aggregation == "all_units_must_meet" and indicator.unit_kinds:
        return _each_unit(project, indicator, as_of)
    reported = reported_rate(project, indicator, as_of)
    if reported is not None:
        return reported
    counted = from_columns(project, indicator, as_of)
    return counted if counted is not None else nothing_reported(indicator)


def from_columns(project: Project, indicator: Indicator, as_of: date) -> Tally | None:
    """Return the rate from columns of the coarsest units or of facilities, None without any."""
    for basis in indicator.bases:
        tally = (
            _of_facilities(project, indicator, basis, as_of)
            if basis.of == "facilities"
            else _of_units(project, indicator, basis, as_of)
        )
        if tally is not None and not tally.no_data:
            return tally
    return value_from_columns(project, indicator, as_of)


def _of_units(project: Project, indicator: Indicator, basis: Basis, as_of: date) -> Tally | None:
    rows = coarsest_level(project, basis.numerator, as_of, indicator.unit_kinds)
    if not len(rows):
        return None
    return pooled(
        counts(project.units, basis.numerator)[rows],
        counts(project.units, basis.denominator)[rows],
        rows,
        indicator,
        basis=basis.name,
        as_of=as_of,
    )


def _of_facilities(
    project: Project, indicator: Indicator, basis: Basis, as_of: date
) -> Tally | None:
    """Pool a pair of facility columns, such as pupils screened and found short-sighted."""
    rows = facility_rows(project, indicator.facility_types, as_of)
    part = facility_values(project, rows, basis.numerator)
    whole = facility_values(project, rows, basis.denominator)
    if not indicator.facility_types:
        stated = ~np.isnan(part) | ~np.isnan(whole)
        rows, part, whole = rows[stated], part[stated], whole[stated]
    if not len(rows):
        return None
    return pooled(part, whole, rows, indicator, basis=basis.name, as_of=as_of, of_facilities=True)


def value_from_columns(project: Project, indicator: Indicator, as_of: date) -> Tally | None:
    """Return a figure that units carry in a column: counts are added up, rates are not."""
    for entry in indicator.unit_columns:
        rows = coarsest_level(project, entry.column, as_of, (entry.kind,))
        values = counts(project.units, entry.column)[rows]
        if not len(rows) or (len(rows) > 1 and indicator.measure != "count"):
            continue
        silent = int(np.isnan(values).sum())
        value = total(values)
        return Tally(
            basis="value",
            method="counted",
            lower=value,
            upper=value,
            data_date=as_of.isoformat(),
            open_above=silent > 0,
            no_data=silent == len(rows),
        )
    return None


def _each_unit(project: Project, indicator: Indicator, as_of: date) -> Tally:
    """Judge every unit on its own and keep the pooled rate beside it."""
    rows, _ = members_of(project, indicator, as_of)
    figures = _figures_of(project, indicator, rows, as_of)
    if not any(one.value is not None or one.empty for one in figures.values()):
        return nothing_reported(indicator)
    state = np.full(len(rows), UNKNOWN, dtype=np.int8)
    why = np.full(len(rows), reason("unknown_value"), dtype=np.int8)
    part, whole = np.full(len(rows), np.nan), np.full(len(rows), np.nan)
    target = indicator.target_fraction
    if target is None:
        target = Fraction(indicator.scale)
    for number, row in enumerate(rows.tolist()):
        one = figures.get(row)
        if one is None:
            continue
        if one.numerator is not None and one.denominator is not None:
            part[number], whole[number] = float(one.numerator), float(one.denominator)
        if one.empty:
            state[number], why[number] = NOT_APPLICABLE, reason("empty")
        elif one.value is not None:
            enough = satisfies(one.value, target, indicator.comparison)
            state[number] = COVERED if enough else UNCOVERED
            why[number] = reason("enough" if enough else "short")
    both = ~np.isnan(part) & ~np.isnan(whole)
    top, bottom = total(part[both]), total(whole[both])
    pooled_rate = top * indicator.scale / bottom if bottom else None
    tally = tally_of_members(
        Members(rows, state, why, part=part, total=whole),
        basis="units",
        method="observations" if indicator.id in project.reports_of else "counted",
        scale=100,
        data_date=max(one.period for one in figures.values()).text,
        notes=_each_unit_notes(indicator, pooled_rate),
    )
    return replace(tally, pooled=pooled_rate)


def _each_unit_notes(indicator: Indicator, pooled_rate: Fraction | None) -> tuple[Note, ...]:
    """Say that every unit counts on its own, and what the mean would have hidden."""
    if pooled_rate is None:
        return ()
    return (
        Note(
            "each-unit-must-meet",
            msgid(
                "Every unit has to reach {target} {measure} on its own; over all units together it "
                "is {pooled} {measure}."
            ),
            {
                "target": str(indicator.target),
                "measure": indicator.measure,
                "pooled": f"{float(pooled_rate):.2f}",
            },
        ),
    )


def _figures_of(
    project: Project, indicator: Indicator, rows: IntArray, as_of: date
) -> Mapping[int, Figure]:
    """Return the standing figure of each unit: as reported, else from the unit's own columns."""
    figures = _from_unit_columns(project, indicator, rows, as_of)
    reports = project.reports_of.get(indicator.id)
    if reports is None:
        return figures
    stands = reports.standing(as_of)
    stands = stands[np.isin(reports.rows[stands], rows)]
    return figures | {
        int(reports.rows[place]): read_at(reports, place, indicator) for place in stands.tolist()
    }


def _from_unit_columns(
    project: Project, indicator: Indicator, rows: IntArray, as_of: date
) -> dict[int, Figure]:
    """Return the figures of units whose own columns hold both counts."""
    day = Period(as_of, 0, as_of.isoformat())
    figures: dict[int, Figure] = {}
    for basis in indicator.bases:
        if basis.of != "units":
            continue
        parts, wholes = (
            counts(project.units, name)[rows] for name in (basis.numerator, basis.denominator)
        )
        for row, part, whole in zip(rows.tolist(), parts, wholes, strict=True):
            top, bottom = exact(part), exact(whole)
            if row in figures or top is None or bottom is None:
                continue
            share = top / bottom * indicator.scale if bottom else None
            figures[row] = Figure(day, top, bottom, share, empty=bottom == 0)
    return figures
