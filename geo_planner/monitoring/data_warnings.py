"""Warnings of what was reported, for the division and for every unit that reports.

The division, its regiments and districts are warned of one by one. So are the units below them as
long as few of an indicator are in the same trouble (``NAMED_MOST``); of more than that one warning
is given with their number and the first of their names: it stands with the unit the plan is for
and has a code of its own (``silent_units`` beside ``silent``).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from geo_planner.hierarchy import IntArray
from geo_planner.monitoring.early_warning import Limits, Subject, data_problems, due_after
from geo_planner.monitoring.local_units import late_places, troubled
from geo_planner.monitoring.series import reported_by
from geo_planner.monitoring.warning import EarlyWarning
from geo_planner.monitoring.years import year_day
from geo_planner.notes import Note, msgid
from geo_planner.project import Project

NAMED_MOST = 20
"""Local units in one trouble that are warned of one by one. Our setting: a page can be read."""

NAMES_SHOWN = 5
"""Names in a warning about more of them."""

_LOCAL_LEVEL = 3
"""Level from which units are local ones: companies and communities."""


def data_warnings(project: Project, subject: Subject, limits: Limits) -> Iterator[EarlyWarning]:
    """Yield the data warnings of an indicator: the plan's own unit first, then units by code.

    What concerns many local units comes after them, then what came in late.
    """
    reports = project.reports_of.get(subject.indicator.id)
    reference = project.reference_date
    if reference is None or reports is None:
        return
    exists = project.register.units_on(year_day(subject.year, reference))
    says = np.zeros(len(exists), dtype=bool)
    says[reports.rows[reports.rows >= 0]] = True
    local = _local(project)
    found = troubled(
        reports, subject.indicator, np.flatnonzero(says & exists & local), subject.year, limits
    )
    few = {code: rows for code, rows in found.items() if 0 < len(rows) <= NAMED_MOST}
    named = np.flatnonzero(says & exists & ~local)
    named = np.unique(np.concatenate([named, *few.values()])).astype(np.intp)
    for unit_id, figures in sorted(reported_by(project, subject.indicator, named).items()):
        past = tuple(one for one in figures if one.year <= subject.year and one.status != "no_data")
        if not past:
            continue
        row = project.units.index.get_loc(unit_id)
        name = str(project.units.at[unit_id, "name"])
        one = Subject(subject.indicator, unit_id, name, subject.year, past, subject.status)
        for warning in data_problems(one, limits):
            if not local[row] or row in few.get(warning.code, ()):
                yield warning
    for code, rows in found.items():
        if len(rows) > NAMED_MOST:
            yield _together(project, subject, code, rows, limits)
    yield from _late(project, subject, limits)


def _local(project: Project) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Return which units lie below regiments and districts."""
    levels = {row.level for row in project.catalogue.unit_kinds.values()}
    kinds = tuple(
        kind
        for level in levels
        if level >= _LOCAL_LEVEL
        for kind in project.catalogue.kinds_of_level(level)
    )
    return project.hierarchy.of_kinds(kinds)


def _together(
    project: Project, subject: Subject, code: str, rows: IntArray, limits: Limits
) -> EarlyWarning:
    """Return one warning about many local units in the same trouble."""
    texts = {
        "silent": msgid(
            "{count} local units reported nothing for {first}-{last}, among them {names}."
        ),
        "same_figure": msgid(
            "{count} local units reported the very same figure for {first}-{last}, among them "
            "{names}."
        ),
        "denominator_jump": msgid(
            "The denominators of {count} local units rose or fell by more than {percent} % within "
            "{last}, among them {names}."
        ),
        "late_return": msgid(
            "{count} local units sent returns for {last} after they were due, among them {names}."
        ),
    }
    years = {"silent": limits("silent_years"), "same_figure": limits("same_years")}.get(code, 1)
    names = project.units["name"].iloc[rows[:NAMES_SHOWN]]
    params = {
        "count": len(rows),
        "first": subject.year - int(years) + 1,
        "last": subject.year,
        "percent": str(limits("denominator_jump")),
        "names": tuple(str(name) for name in names),
    }
    note = Note(f"{code.replace('_', '-')}-units", texts[code], params)
    return subject.warn(f"{code}_units", (), note)


def _late(project: Project, subject: Subject, limits: Limits) -> Iterator[EarlyWarning]:
    """Yield a warning of each report of the year that came after it was due."""
    reports = project.reports_of[subject.indicator.id]
    places = late_places(reports, subject.year, limits)
    local = _local(project)[reports.rows[places]]
    many = np.unique(reports.rows[places[local]])
    if len(many) > NAMED_MOST:
        places = places[~local]
    codes = project.units.index
    keyed = sorted(
        (str(codes[reports.rows[at]]), reports.periods[reports.period[at]].first, at)
        for at in places.tolist()
    )
    for unit_id, _, at in keyed:
        period = reports.periods[reports.period[at]].text
        day = str(reports.reported_on[at].astype("datetime64[D]"))
        text = msgid("The return for {period} was due on {due} and came on {came}.")
        yield EarlyWarning(
            "late_return",
            subject.indicator.id,
            unit_id,
            str(project.units.at[unit_id, "name"]),
            subject.year,
            (subject.year,),
            (),
            Note(
                "late-return",
                text,
                {"period": period, "due": due_after(period, limits), "came": day},
            ),
        )
    if len(many) > NAMED_MOST:
        yield _together(project, subject, "late_return", many, limits)
