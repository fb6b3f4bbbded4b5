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

from geo_planner.catalogue import Indicator
from geo_planner.hierarchy import IntArray
from geo_planner.notes import Note, msgid
from geo_planner.observations import Figure, figure
from geo_planner.periods import Period
from geo_planner.population import total, year_ends
from geo_planner.project import Project
from geo_planner.reports import Reports
from geo_planner.tally import BoolArray, Tally


def nothing_reported(indicator: Indicator) -> Tally:
    """Return the tally of an indicator nobody has reported anything for."""
    return Tally(basis="cases" if indicator.denominator else "value", method="none", no_data=True)


def reported_rate(project: Project, indicator: Indicator, as_of: date) -> Tally | None:
    """Return the rate from observations, None where there are none."""
    reports = project.reports_of.get(indicator.id)
    if reports is None:
        return None
    return project.remembered(
        "reported",
        indicator,
        as_of,
        lambda day: _reported_on(project, indicator, reports, day),
    )


def _reported_on(
    project: Project, indicator: Indicator, reports: Reports, as_of: date
) -> Tally | None:
    stands = reports.standing(as_of)
    # What a unit reported before it was abolished is in the figures of its successor.
    stands = stands[project.register.units_on(as_of)[reports.rows[stands]]]
    if not len(stands):
        return None
    level = _standing_level(project, reports, stands, as_of)
    if len(level) == 1 and _is_top(project, int(reports.rows[level[0]])):
        history = reports.series(
            int(reports.rows[level[0]]),
            scale=indicator.scale,
            as_of=as_of,
            answers=gives_answers(indicator),
        )
        latest = read_at(reports, int(level[0]), indicator)
        # A half-year is compared with half-years: its cases are no fall against those of a year.
        months = latest.period.months
        return _of_one(
            indicator, latest, [one for one in history[:-1] if one.period.months == months]
        )
    return _of_many(project, indicator, reports, level, as_of)


def reported_by_unit(
    project: Project, indicator: Indicator, as_of: date, units: Sequence[str]
) -> Mapping[str, Tally]:
    """Return the standing report of each of some units on its own, with its earlier ones.

    Parameters
    ----------
    units
        Codes; those that have reported nothing are left out.
    """
    reports = project.reports_of.get(indicator.id)
    if reports is None:
        return {}
    asked = project.hierarchy.rows(np.array(units, dtype=object))
    places = reports.of_rows(asked[asked >= 0])
    places = places[reports.begins[places] <= np.datetime64(as_of)]
    histories: dict[int, list[Figure]] = {}
    for row, place in zip(reports.rows[places].tolist(), places.tolist(), strict=True):
        histories.setdefault(row, []).append(read_at(reports, place, indicator))
    found = {}
    for row, history in histories.items():
        latest = history[-1]
        alike = [one for one in history[:-1] if one.period.months == latest.period.months]
        found[str(project.units.index[row])] = _of_one(indicator, latest, alike)
    return found


def gives_answers(indicator: Indicator) -> bool:
    """Return whether a reported 1 means yes: all of the measure."""
    a_duty = indicator.rule == "yes_no" or indicator.comparison == "must_hold"
    return a_duty and indicator.measure in ("%", "yes/no")


def read(row: Mapping[str, object], indicator: Indicator) -> Figure:
    """Read one observation row of an indicator."""
    return figure(row, scale=indicator.scale, answers=gives_answers(indicator))


def read_at(reports: Reports, place: int, indicator: Indicator) -> Figure:
    """Read one report of an indicator."""
    return reports.figure(place, scale=indicator.scale, answers=gives_answers(indicator))


def _is_top(project: Project, row: int) -> bool:
    kind = str(project.hierarchy.kinds[row])
    return project.catalogue.unit_kind(kind).level == 1


def _standing_level(project: Project, reports: Reports, stands: IntArray, as_of: date) -> IntArray:
    """Return the reports of the one level whose reports stand; levels are never added up.

    The coarsest level that reports, unless a finer one has reported for a later period in full.
    """
    codes, names = project.hierarchy.kind_codes
    kinds = codes[reports.rows[stands]]
    level_of = np.zeros(len(names) + 1, dtype=np.intp)
    for code in np.unique(kinds).tolist():
        level_of[code] = project.catalogue.unit_kind(names[code] if code >= 0 else "").level
    levels, begins = level_of[kinds], reports.begins[stands]
    chosen = levels == levels.min()
    for level in np.unique(levels)[1:].tolist():
        finer = levels == level
        last = begins[finer].max()
        if last <= begins[chosen].max():
            continue
        latest = finer & (begins == last)
        of_level = tuple(sorted({names[code] for code in np.unique(kinds[finer]).tolist()}))
        alive = project.hierarchy.of_kinds(of_level) & project.register.units_on(as_of)
        if np.count_nonzero(latest) == np.count_nonzero(alive):
            chosen = latest
    return np.asarray(stands[chosen], dtype=np.intp)


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
    project: Project, indicator: Indicator, reports: Reports, level: IntArray, as_of: date
) -> Tally:
    """Pool the reports of several units; a unit that has not reported leaves the rate open.

    Plain counts are added up, rates without their counts cannot be.
    """
    kinds = tuple(sorted(set(project.hierarchy.kinds[reports.rows[level]].tolist())))
    alive = project.hierarchy.of_kinds(kinds) & project.register.units_on(as_of)
    silent = int(np.count_nonzero(alive)) - len(level)
    period = reports.period[level]
    sent = (reports.periods[code] for code in dict.fromkeys(period.tolist()))
    latest = max(sent, key=lambda one: one.order)
    added = indicator.measure == "count"
    top, bottom, counted = (
        _values_added(reports, level, indicator)
        if added
        else (*_both_sums(reports, level), reports.both_counts(level))
    )
    missing = silent + len(level) - int(np.count_nonzero(counted))
    older = int(np.count_nonzero(period != reports.periods.index(latest)))
    tally = Tally(
        basis="value",
        method="observations",
        lower=top,
        upper=top,
        data_date=latest.text,
        notes=_many_notes(missing, older, latest),
        open_above=missing > 0,
        no_data=not counted.any(),
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
        empty=bool(counted.any()) and not bottom and not missing,
    )


def _both_sums(reports: Reports, level: IntArray) -> tuple[Fraction, Fraction]:
    """Return the sums of numerators and denominators of the reports that state both."""
    both = level[reports.both_counts(level)]
    return total(reports.numerator[both]), total(reports.denominator[both])


def _values_added(
    reports: Reports, level: IntArray, indicator: Indicator
) -> tuple[Fraction, Fraction, BoolArray]:
    """Return the sum of the figures, none below it, and which reports state one."""
    both = reports.both_counts(level)
    values = reports.plain_values(level[~both], scale=indicator.scale)
    if gives_answers(indicator):
        values = np.where((values == 0) | (values == 1), values * indicator.scale, values)
    ratios = [read_at(reports, place, indicator).value for place in level[both].tolist()]
    counted = np.zeros(len(level), dtype=bool)
    counted[~both] = ~np.isnan(values)
    counted[both] = [one is not None for one in ratios]
    top = total(values) + sum((one for one in ratios if one is not None), Fraction(0))
    return top, Fraction(0), counted


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
    if indicator.id not in project.reports_of:
        return ()
    for day in year_ends(project, as_of):
        tally = reported_rate(project, indicator, day)
        if tally is None or tally.data_date is None or tally.data_date == now:
            continue
        if tally.lower is not None and not tally.open_above:
            earlier[tally.data_date] = tally.lower
    return tuple(earlier.items())
