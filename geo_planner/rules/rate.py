"""A rate of counted cases: enrolment, vaccination, mortality.

A figure reported for the division stands first; else the reports of the coarsest level of units
that has any, pooled; else unit columns, pooled. Rows marked ``all_units_must_meet`` are judged unit
by unit, since a pooled mean hides the one that fails.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction

import numpy as np
import pandas as pd

from geo_planner.activity import existing_on
from geo_planner.catalogue import Indicator
from geo_planner.hierarchy import IntArray
from geo_planner.notes import Note, msgid
from geo_planner.observations import Figure, figure, series, standing
from geo_planner.population import coarsest_level, counts, members_of, total
from geo_planner.project import Project
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
    counted = _from_columns(project, indicator, as_of)
    return counted if counted is not None else nothing_reported(indicator)


def nothing_reported(indicator: Indicator) -> Tally:
    """Return the tally of an indicator nobody has reported anything for."""
    return Tally(basis="cases" if indicator.denominator else "value", method="none", no_data=True)


def reported_rate(project: Project, indicator: Indicator, as_of: date) -> Tally | None:
    """Return the rate from observations, None where there are none."""
    part = project.observations_of.get(indicator.id)
    if part is None:
        return None
    said = standing(part, as_of)
    if said.empty:
        return None
    where = project.hierarchy.rows(said["unit_id"].to_numpy(dtype=object))
    said = said[where >= 0].assign(row=where[where >= 0])
    level = _coarsest_reported(project, said)
    if level is None:
        return None
    rows = level["row"].to_numpy(dtype=np.intp)
    figures = [_read(row, indicator) for row in level.to_dict("records")]
    if len(figures) == 1 and _is_top(project, rows[0]):
        history = series(
            part,
            str(project.units.index[rows[0]]),
            scale=indicator.scale,
            as_of=as_of,
            answers=_answers(indicator),
        )
        return _of_one(indicator, figures[0], history[:-1])
    return _of_many(project, indicator, level, figures, as_of)


def _answers(indicator: Indicator) -> bool:
    """Return whether a reported 1 means yes: all of the measure."""
    return indicator.rule == "yes_no" and indicator.measure in ("%", "yes/no")


def _read(row: Mapping[str, object], indicator: Indicator) -> Figure:
    return figure(row, scale=indicator.scale, answers=_answers(indicator))


def _is_top(project: Project, row: int) -> bool:
    kind = str(project.hierarchy.kinds[row])
    return project.catalogue.unit_kind(kind).level == 1


def _coarsest_reported(project: Project, said: pd.DataFrame) -> pd.DataFrame | None:
    """Return the observations of the coarsest level that reports; levels are never added up."""
    if said.empty:
        return None
    kinds = project.hierarchy.kinds[said["row"].to_numpy(dtype=np.intp)]
    levels = np.array([project.catalogue.unit_kind(str(kind)).level for kind in kinds])
    return said[levels == levels.min()]


def _of_one(indicator: Indicator, latest: Figure, earlier: list[Figure]) -> Tally:
    """Return the tally of one reported figure."""
    past = tuple((one.period.text, one.value) for one in earlier if one.value is not None)
    if latest.value is None:
        return Tally(
            basis="cases",
            method="observations",
            data_date=latest.period.text,
            history=past,
            empty=latest.empty,
            no_data=not latest.empty,
        )
    counted = latest.numerator is not None and latest.denominator is not None
    top, bottom = latest.numerator or Fraction(0), latest.denominator or Fraction(0)
    return Tally(
        basis="cases" if counted else "value",
        method="observations",
        covered=int(top) if counted else None,
        uncovered=max(0, int(bottom - top)) if counted else None,
        unknown=0 if counted else None,
        size=int(bottom) if counted else None,
        lower=latest.value,
        upper=latest.value,
        history=past,
        data_date=latest.period.text,
        notes=_small_numbers(indicator, latest, earlier),
    )


def _small_numbers(indicator: Indicator, latest: Figure, earlier: list[Figure]) -> tuple[Note, ...]:
    """Warn of a rate made of a handful of cases and give the three-year pooled rate beside it."""
    if indicator.scale < 1000 or latest.numerator is None or latest.denominator is None:
        return ()
    if latest.numerator > 5 and latest.denominator >= 1000:
        return ()
    years = [
        one
        for one in [*earlier[-2:], latest]
        if one.numerator is not None and one.denominator is not None
    ]
    top = sum((one.numerator or Fraction(0) for one in years), Fraction(0))
    bottom = sum((one.denominator or Fraction(0) for one in years), Fraction(0))
    if not bottom:
        return ()
    return (
        Note(
            "small-numbers",
            msgid(
                "{cases} cases among {n}: one case more or less moves the rate. Pooled over "
                "{years}: {pooled_cases} among {pooled_n}, {pooled}."
            ),
            {
                "cases": int(latest.numerator),
                "n": int(latest.denominator),
                "years": "–".join(dict.fromkeys([years[0].period.text, years[-1].period.text])),
                "pooled_cases": int(top),
                "pooled_n": int(bottom),
                "pooled": f"{float(top * indicator.scale / bottom):.2f} {indicator.measure}",
            },
        ),
    )


def _of_many(
    project: Project,
    indicator: Indicator,
    level: pd.DataFrame,
    figures: list[Figure],
    as_of: date,
) -> Tally:
    """Pool the reports of several units; a unit that has not reported leaves the rate open."""
    rows = level["row"].to_numpy(dtype=np.intp)
    kinds = tuple(sorted({str(project.hierarchy.kinds[row]) for row in rows}))
    alive = project.hierarchy.of_kinds(kinds) & existing_on(project.units, as_of)
    missing = int(np.count_nonzero(alive)) - int(np.count_nonzero(alive[rows]))
    counted = [one for one in figures if one.numerator is not None and one.denominator is not None]
    missing += len(figures) - len(counted)
    top = sum((one.numerator or Fraction(0) for one in counted), Fraction(0))
    bottom = sum((one.denominator or Fraction(0) for one in counted), Fraction(0))
    notes: tuple[Note, ...] = ()
    if missing:
        notes = (
            Note(
                "reports-missing",
                msgid("{count} units have not reported counts, so the rate is not certain."),
                {"count": missing},
            ),
        )
    value = top * indicator.scale / bottom if bottom else None
    return Tally(
        basis="cases",
        method="observations",
        covered=int(top),
        uncovered=max(0, int(bottom - top)),
        unknown=0,
        size=int(bottom),
        lower=value,
        upper=value,
        data_date=max(one.period for one in figures).text,
        notes=notes,
        open_above=missing > 0,
        open_below=missing > 0,
        empty=bool(counted) and not bottom and not missing,
        no_data=not counted,
    )


def _from_columns(project: Project, indicator: Indicator, as_of: date) -> Tally | None:
    """Return the rate from columns of the coarsest units that hold them."""
    from geo_planner.rules.household_share import pooled  # noqa: PLC0415 - each falls back on the other

    for basis in indicator.bases:
        rows = coarsest_level(project, basis.numerator, as_of, indicator.unit_kinds)
        if len(rows):
            return pooled(
                counts(project.units, basis.numerator)[rows],
                counts(project.units, basis.denominator)[rows],
                rows,
                indicator,
                basis=basis.name,
                as_of=as_of,
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
    target = indicator.target_fraction or Fraction(indicator.scale)
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
        method="observations",
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
    """Return the standing figure of each unit that reports one."""
    part = project.observations_of.get(indicator.id)
    if part is None:
        return {}
    said = standing(part, as_of)
    where = project.hierarchy.rows(said["unit_id"].to_numpy(dtype=object))
    wanted = np.isin(where, rows)
    return {
        int(row): _read(record, indicator)
        for row, record in zip(where[wanted], said[wanted].to_dict("records"), strict=True)
    }
