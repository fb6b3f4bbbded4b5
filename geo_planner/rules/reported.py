"""What has been reported, as a tally: the ground every other rule falls back on.

A figure reported for the division stands first; else the reports of the coarsest level of units
that has any, pooled. Levels are never added up, so nobody is counted twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction

import numpy as np
import pandas as pd

from geo_planner.activity import existing_on
from geo_planner.catalogue import Indicator
from geo_planner.notes import Note, msgid
from geo_planner.observations import Figure, figure, series, standing
from geo_planner.periods import Period
from geo_planner.population import year_ends
from geo_planner.project import Project
from geo_planner.tally import Tally


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
    # What a unit reported before it was abolished is in the figures of its successor.
    stands = np.flatnonzero(where >= 0)
    stands = stands[existing_on(project.units, as_of)[where[stands]]]
    said = said.iloc[stands].assign(row=where[stands])
    level = _standing_level(project, said, as_of)
    if level is None:
        return None
    rows = level["row"].to_numpy(dtype=np.intp)
    figures = [read(row, indicator) for row in level.to_dict("records")]
    if len(figures) == 1 and _is_top(project, rows[0]):
        history = series(
            part,
            str(project.units.index[rows[0]]),
            scale=indicator.scale,
            as_of=as_of,
            answers=gives_answers(indicator),
        )
        # A half-year is compared with half-years: its cases are no fall against those of a year.
        months = figures[0].period.months
        return _of_one(
            indicator, figures[0], [one for one in history[:-1] if one.period.months == months]
        )
    return _of_many(project, indicator, level, figures, as_of)


def reported_by_unit(
    project: Project, indicator: Indicator, as_of: date, units: Sequence[str]
) -> Mapping[str, Tally]:
    """Return the standing report of each of some units on its own, with its earlier ones.

    Parameters
    ----------
    units
        Codes; those that have reported nothing are left out.
    """
    part = project.observations_of.get(indicator.id)
    if part is None:
        return {}
    own = part[part["unit_id"].isin(units)]
    found = {}
    for code in own["unit_id"].unique():
        history = series(
            own, code, scale=indicator.scale, as_of=as_of, answers=gives_answers(indicator)
        )
        if history:
            latest = history[-1]
            alike = [one for one in history[:-1] if one.period.months == latest.period.months]
            found[str(code)] = _of_one(indicator, latest, alike)
    return found


def gives_answers(indicator: Indicator) -> bool:
    """Return whether a reported 1 means yes: all of the measure."""
    a_duty = indicator.rule == "yes_no" or indicator.comparison == "must_hold"
    return a_duty and indicator.measure in ("%", "yes/no")


def read(row: Mapping[str, object], indicator: Indicator) -> Figure:
    """Read one observation row of an indicator."""
    return figure(row, scale=indicator.scale, answers=gives_answers(indicator))


def _is_top(project: Project, row: int) -> bool:
    kind = str(project.hierarchy.kinds[row])
    return project.catalogue.unit_kind(kind).level == 1


def _standing_level(project: Project, said: pd.DataFrame, as_of: date) -> pd.DataFrame | None:
    """Return the observations of the one level whose reports stand; levels are never added up.

    The coarsest level that reports, unless a finer one has reported for a later period in full.
    """
    if said.empty:
        return None
    kinds = project.hierarchy.kinds[said["row"].to_numpy(dtype=np.intp)]
    levels = np.array([project.catalogue.unit_kind(str(kind)).level for kind in kinds])
    chosen = said[levels == levels.min()]
    for level in np.unique(levels)[1:]:
        finer = said[levels == level]
        latest = finer[finer["begins"] == finer["begins"].max()]
        if latest["begins"].max() <= chosen["begins"].max():
            continue
        of_level = tuple(sorted(set(kinds[levels == level])))
        alive = project.hierarchy.of_kinds(of_level) & existing_on(project.units, as_of)
        if len(latest) == np.count_nonzero(alive):
            chosen = latest
    return chosen


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
    """Pool the reports of several units; a unit that has not reported leaves the rate open.

    Plain counts are added up, rates without their counts cannot be.
    """
    rows = level["row"].to_numpy(dtype=np.intp)
    kinds = tuple(sorted({str(project.hierarchy.kinds[row]) for row in rows}))
    alive = project.hierarchy.of_kinds(kinds) & existing_on(project.units, as_of)
    silent = int(np.count_nonzero(alive)) - len(rows)
    latest = max((one.period for one in figures), key=lambda one: one.order)
    added = indicator.measure == "count"
    counted = [
        one
        for one in figures
        if (one.value is not None if added else None not in (one.numerator, one.denominator))
    ]
    missing = silent + len(figures) - len(counted)
    tops = (one.value if added else one.numerator for one in counted)
    top = sum((one or Fraction(0) for one in tops), Fraction(0))
    bottom = sum((one.denominator or Fraction(0) for one in counted), Fraction(0))
    older = sum(one.period != latest for one in figures)
    tally = Tally(
        basis="value",
        method="observations",
        lower=top,
        upper=top,
        data_date=latest.text,
        notes=_many_notes(missing, older, latest),
        open_above=missing > 0,
        no_data=not counted,
    )
    if added:
        return tally
    value = top * indicator.scale / bottom if bottom else None
    return replace(
        tally,
        basis="cases",
        covered=int(top),
        uncovered=max(0, int(bottom - top)),
        unknown=0,
        size=int(bottom),
        lower=value,
        upper=value,
        open_below=missing > 0,
        empty=bool(counted) and not bottom and not missing,
    )


def _many_notes(missing: int, older: int, latest: Period) -> tuple[Note, ...]:
    """Say who has not reported, and whose last report is an older one."""
    notes = []
    if missing:
        notes.append(
            Note(
                "reports-missing",
                msgid("{count} units have not reported counts, so the rate is not certain."),
                {"count": missing},
            )
        )
    if older:
        notes.append(
            Note(
                "reports-older",
                msgid(
                    "{count} units last reported for another period than {period}; those figures "
                    "are used."
                ),
                {"count": older, "period": latest.text},
            )
        )
    return tuple(notes)


def reported_history(
    project: Project, indicator: Indicator, as_of: date, *, now: str | None
) -> tuple[tuple[str, Fraction], ...]:
    """Return the values reported for the plan's years before ``as_of``, oldest first.

    The report of the period ``now``, which is the value itself, is not one of them.
    """
    earlier: dict[str, Fraction] = {}
    if indicator.id not in project.observations_of:
        return ()
    for day in year_ends(project, as_of):
        tally = reported_rate(project, indicator, day)
        if tally is None or tally.data_date is None or tally.data_date == now:
            continue
        if tally.lower is not None and not tally.open_above:
            earlier[tally.data_date] = tally.lower
    return tuple(earlier.items())
