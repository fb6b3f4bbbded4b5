"""Reachable: a working facility within the travel limit, over streets where the project has them.

Without streets the way is a straight line times the mode's declared detour factor. That is an
estimate and labelled ``straight_line``; it is never called reachable.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import numpy as np

from geo_planner.catalogue import Indicator
from geo_planner.notes import Note, msgid
from geo_planner.population import members_of, year_ends
from geo_planner.project import Project
from geo_planner.rules import rate
from geo_planner.tally import COVERED, UNCOVERED, UNKNOWN, Members, Tally, reason, tally_of_members
from geo_planner.targets import DIRECTIONS

REACH = ("within", "beyond", "no_path", "no_position", "no_facility")


def count(project: Project, indicator: Indicator, as_of: date) -> Tally:
    """Count the units within the limit; a unit without a position is unknown.

    A project without a facility of the type falls back on what was reported.
    """
    if not len(project.register.of_types((str(indicator.facility_type),))):
        return rate.count(project, indicator, as_of)
    members, method = _members(project, indicator, as_of)
    factor = project.catalogue.travel_mode(indicator.mode).detour_factor
    tally = tally_of_members(
        members,
        basis="units",
        method=method,
        scale=indicator.scale,
        data_date=as_of.isoformat(),
        notes=(straight_line_note(factor),) if method == "straight_line" else (),
    )
    if indicator.comparison not in DIRECTIONS:
        return tally
    project.remembered.keep(
        "within", indicator, as_of, (tally.covered or 0, tally.uncovered or 0, tally.unknown or 0)
    )
    past = _history(project, indicator, as_of)
    return replace(
        tally,
        history=tuple((year, low) for year, low, _ in past),
        history_bounds=tuple((low, high) for _, low, high in past),
    )


def _limit(project: Project, indicator: Indicator) -> float | None:
    """Return the row's own limit in metres; None leaves it to the facility type."""
    if indicator.limit_minutes is None:
        return None
    speed = project.catalogue.travel_mode(indicator.mode).pace
    return indicator.limit_minutes * 60 * speed


def _members(project: Project, indicator: Indicator, as_of: date) -> tuple[Members, str]:
    """Return how each unit stands, and by which method the ways were measured."""
    from geo_planner.travel.access import states_of  # noqa: PLC0415 - loads the graph library

    rows, unsure = members_of(project, indicator, as_of)
    word = states_of(
        project,
        str(indicator.facility_type),
        rows,
        as_of,
        mode=indicator.mode,
        limit=_limit(project, indicator),
    )
    state = np.select(
        [word == "within", word == "no_position"], [COVERED, UNKNOWN], default=UNCOVERED
    ).astype(np.int8)
    why = np.select([word == name for name in REACH], [reason(name) for name in REACH])
    why = why.astype(np.int8)
    state[unsure], why[unsure] = UNKNOWN, reason("unknown_kind")
    return Members(rows, state, why), "straight_line" if project.streets is None else "streets"


def _history(
    project: Project, indicator: Indicator, as_of: date
) -> list[tuple[str, Fraction, Fraction]]:
    """Return year, lower and upper share at earlier years' ends; unknown years are left out."""
    from geo_planner.travel.access import within_by_day  # noqa: PLC0415 - loads the graph library

    days = year_ends(project, as_of)
    new = [day for day in days if not project.remembered.has("within", indicator, day)]
    travelled = within_by_day(
        project,
        str(indicator.facility_type),
        mode=indicator.mode,
        limit=_limit(project, indicator),
        members=[(day, *members_of(project, indicator, day)) for day in new],
    )
    of_day = dict(zip(new, travelled, strict=True))
    earlier = [project.remembered("within", indicator, day, of_day.__getitem__) for day in days]
    return [
        (
            str(day.year),
            Fraction(inside * indicator.scale, inside + outside + lost),
            Fraction((inside + lost) * indicator.scale, inside + outside + lost),
        )
        for day, (inside, outside, lost) in zip(days, earlier, strict=True)
        if inside + outside
    ]


def straight_line_note(factor: float) -> Note:
    """Return the caveat of every figure that rests on straight lines."""
    return Note(
        "straight-line",
        msgid(
            "There are no streets: ways are straight lines times {factor}, an estimate, not reach."
        ),
        {"factor": f"{factor:g}"},
    )
