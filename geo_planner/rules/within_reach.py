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


def count(project: Project, indicator: Indicator, as_of: date) -> Tally:
    """Count the units within the limit; a unit without a position is unknown."""
    from geo_planner.travel.access import (  # noqa: PLC0415 - loads the graph library
        access,
        within_by_day,
    )

    if indicator.facility_type is None or project.facilities.empty:
        return rate.count(project, indicator, as_of)
    types = project.facilities["facility_type"].to_numpy(dtype=object)
    if not (types == indicator.facility_type).any():
        return rate.count(project, indicator, as_of)
    mode = project.catalogue.travel_mode(indicator.mode)
    limit = (
        None
        if indicator.limit_minutes is None
        else indicator.limit_minutes * 60 * mode.metres_per_second
    )
    rows, unsure = members_of(project, indicator, as_of)
    table = access(
        project,
        indicator.facility_type,
        mode=indicator.mode,
        limit=limit,
        as_of=as_of,
        kinds=indicator.unit_kinds,
    )
    table = table.reindex(project.units.index[rows])
    word = table["state"].fillna("no_position").to_numpy(dtype=object)
    state = np.select(
        [word == "within", word == "no_position"], [COVERED, UNKNOWN], default=UNCOVERED
    ).astype(np.int8)
    codes = {
        name: reason(name) for name in ("within", "beyond", "no_path", "no_position", "no_facility")
    }
    why = np.array([codes[name] for name in word], dtype=np.int8)
    state[unsure], why[unsure] = UNKNOWN, reason("unknown_kind")
    methods = set(table["method"].dropna())
    method = "streets" if "streets" in methods else "straight_line"
    notes: tuple[Note, ...] = ()
    if method == "straight_line":
        notes = (straight_line_note(mode.detour_factor),)
    tally = tally_of_members(
        Members(rows, state, why),
        basis="units",
        method=method,
        scale=indicator.scale,
        data_date=as_of.isoformat(),
        notes=notes,
    )
    if indicator.comparison not in DIRECTIONS:
        return tally
    days = year_ends(project, as_of)
    earlier = within_by_day(
        project,
        indicator.facility_type,
        mode=indicator.mode,
        limit=limit,
        days=days,
        kinds=indicator.unit_kinds,
    )
    share = [
        (
            str(day.year),
            Fraction(inside * indicator.scale, inside + outside + lost),
            Fraction((inside + lost) * indicator.scale, inside + outside + lost),
        )
        for day, (inside, outside, lost) in zip(days, earlier, strict=True)
        if inside + outside
    ]
    return replace(
        tally,
        history=tuple((year, low) for year, low, _ in share),
        history_bounds=tuple((low, high) for _, low, high in share),
    )


def straight_line_note(factor: float) -> Note:
    """Return the caveat of every figure that rests on straight lines."""
    return Note(
        "straight-line",
        msgid(
            "There are no streets: ways are straight lines times {factor}, an estimate, not reach."
        ),
        {"factor": f"{factor:g}"},
    )
