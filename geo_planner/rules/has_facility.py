"""Established: a working facility is recorded for the unit.

The facility list is taken as complete. Where no record speaks for a unit, an observation of the
indicator may: a blank one makes the unit unknown, 1 covers it, 0 does not.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from geo_planner.assignment import Assignment, assign, with_outline
from geo_planner.catalogue import Indicator
from geo_planner.hierarchy import IntArray
from geo_planner.notes import Note, msgid
from geo_planner.population import counts, members_of, year_ends
from geo_planner.project import Project
from geo_planner.rules.within_reach import straight_line_note
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
from geo_planner.targets import DIRECTIONS


def count(project: Project, indicator: Indicator, as_of: date) -> Tally:
    """Count the units that have a working facility, of their own or serving them.

    Direction-only targets get the values at the ends of the plan's earlier years beside it.
    """
    assignment_on = assignments_of(project, indicator)
    tally = tally_of(project, indicator, as_of, assignment_on(as_of))
    if indicator.comparison not in DIRECTIONS or tally.no_data:
        return tally
    project.remembered.keep("held", indicator, as_of, _bounds(tally))
    earlier = [
        (str(day.year), *bounds)
        for day in year_ends(project, as_of)
        if (
            bounds := project.remembered(
                "held",
                indicator,
                day,
                lambda day: _bounds(tally_of(project, indicator, day, assignment_on(day))),
            )
        )
    ]
    return replace(
        tally,
        history=tuple((year, low) for year, low, _ in earlier),
        history_bounds=tuple((low, high) for _, low, high in earlier),
    )


def _bounds(tally: Tally) -> tuple[Fraction, Fraction | None] | None:
    """Return what an earlier year's value lies between, None where nothing is known of it."""
    if tally.unknown == tally.n or tally.lower is None:
        return None
    return tally.lower, tally.upper


def assignments_of(project: Project, indicator: Indicator) -> Callable[[date], Assignment]:
    """Return what assigns the facilities of the indicator's type to the units it counts, by date.

    All of them, whatever their own dates: only outlines that come and go change the assignment, so
    it is made again for such days alone.
    """
    rows = project.register.of_types(indicator.facility_types)
    kinds = indicator.unit_kinds
    areas = with_outline(project.units) & project.hierarchy.of_kinds(kinds)
    made: dict[bytes, Assignment] = {}

    def assignment_on(day: date) -> Assignment:
        outlined = areas & project.register.units_on(day)
        key = np.packbits(outlined).tobytes()
        if key not in made:
            made[key] = assign(
                project.facilities,
                rows,
                project.units,
                project.hierarchy,
                kinds,
                outlined=outlined,
            )
        return made[key]

    return assignment_on


def tally_of(project: Project, indicator: Indicator, as_of: date, assignment: Assignment) -> Tally:
    """Count on ``as_of``, given the assignment of that day."""
    rows, unsure = members_of(project, indicator, as_of)
    works = project.register.working_on(as_of)[assignment.facility]
    size = len(project.units)
    covered, own = np.zeros(size, dtype=bool), np.zeros(size, dtype=bool)
    recorded = np.zeros(size, dtype=bool)
    covered[assignment.unit[works]] = True
    own[assignment.unit[works & assignment.own]] = True
    # What has not opened yet says nothing about the day; a report may.
    begun = project.register.open_on(as_of)[assignment.facility]
    recorded[assignment.unit[begun]] = True
    on_paper = np.zeros(size, dtype=bool)
    on_paper[assignment.unit] = True

    state = np.where(covered[rows], COVERED, UNCOVERED).astype(np.int8)
    why = np.where(
        own[rows],
        reason("has_own"),
        np.where(
            covered[rows],
            reason("served"),
            np.where(on_paper[rows], reason("only_inactive"), reason("none_recorded")),
        ),
    ).astype(np.int8)
    none_at_all = not (
        len(assignment.facility) or len(assignment.unassigned) or len(assignment.elsewhere)
    )
    if none_at_all:
        state[:], why[:] = UNKNOWN, reason("not_imported")
    _apply_reports(project, indicator, as_of, rows, ~recorded[rows], state, why)
    _apply_unknown_class(project, indicator, rows, unsure, state, why)
    members = Members(
        rows,
        state,
        why,
        own=own[rows],
        pairs=(assignment.facility[works], assignment.unit[works]),
    )
    tally = tally_of_members(
        members,
        basis="units",
        method="recorded",
        scale=indicator.scale,
        data_date=as_of.isoformat(),
        notes=(*_notes(project, assignment, as_of, state), *_ways_note(project, indicator)),
    )
    # A type that nobody has imported is no data, not zero, unless returns speak for some unit.
    return replace(tally, no_data=none_at_all and bool(tally.n) and tally.unknown == tally.n)


def _apply_reports(
    project: Project,
    indicator: Indicator,
    as_of: date,
    rows: IntArray,
    open_: npt.NDArray[np.bool_],
    state: npt.NDArray[np.int8],
    why: npt.NDArray[np.int8],
) -> None:
    """Let observations speak for the units in ``rows`` that no record speaks for."""
    reports = project.reports_of.get(indicator.id)
    if reports is None or not open_.any():
        return
    stands = reports.standing(as_of)
    said = np.zeros(len(project.units), dtype=bool)
    value = np.full(len(project.units), np.nan)
    said[reports.rows[stands]] = True
    value[reports.rows[stands]] = reports.answers(stands)
    place = np.flatnonzero(open_ & said[rows])
    answer = value[rows[place]]
    blank, yes = np.isnan(answer), answer > 0
    state[place] = np.where(blank, UNKNOWN, np.where(yes, COVERED, UNCOVERED))
    why[place] = np.where(
        blank,
        reason("unknown_value"),
        np.where(yes, reason("observed_yes"), reason("observed_no")),
    )


def _apply_unknown_class(
    project: Project,
    indicator: Indicator,
    rows: IntArray,
    unsure: npt.NDArray[np.bool_],
    state: npt.NDArray[np.int8],
    why: npt.NDArray[np.int8],
) -> None:
    """Mark units of unknown class, and units whose denominator is zero or blank."""
    state[unsure], why[unsure] = UNKNOWN, reason("unknown_kind")
    if indicator.denominator_column is not None:
        below = counts(project.units, indicator.denominator_column)[rows]
        blank, zero = np.isnan(below), below == 0
        state[blank], why[blank] = UNKNOWN, reason("unknown_value")
        state[zero], why[zero] = NOT_APPLICABLE, reason("empty")


def _ways_note(project: Project, indicator: Indicator) -> tuple[Note, ...]:
    """Say that the distances beside the verdict are estimates, where there are no streets."""
    if project.streets is not None or not project.units.geometry.notna().any():
        return ()
    kind = project.catalogue.facility_type(str(indicator.facility_type))
    if kind.walk_limit(urban=False) is None and kind.drive_minutes is None:
        return ()
    return (straight_line_note(project.catalogue.travel_mode(kind.usual_mode).detour_factor),)


def _notes(
    project: Project, assignment: Assignment, as_of: date, state: npt.NDArray[np.int8]
) -> tuple[Note, ...]:
    """Say what counts nowhere, what is in review and what is unknown."""
    notes = []
    active = project.register.working_on(as_of)
    loose = int(np.count_nonzero(active[assignment.unassigned]))
    if loose:
        notes.append(
            Note(
                "unassigned-facilities",
                msgid("{count} working facilities belong to no unit and count nowhere."),
                {"count": loose},
            )
        )
    alive = project.register.units_on(as_of)[assignment.unit]
    gone = np.setdiff1d(assignment.facility, assignment.facility[alive])
    lost = int(np.count_nonzero(active[np.concatenate([assignment.elsewhere, gone])]))
    if lost:
        notes.append(
            Note(
                "facilities-elsewhere",
                msgid(
                    "{count} working facilities are recorded for units of another kind, or for "
                    "units that do not exist on this date, and count for none here."
                ),
                {"count": lost},
            )
        )
    rows = np.unique(np.concatenate([assignment.facility, assignment.unassigned]))
    rows = rows[active[rows]]
    twins = project.duplicates.standing(rows)
    merged, review = int(twins.merged.sum()), int(twins.review.sum())
    if merged or review:
        notes.append(
            Note(
                "duplicate-facilities",
                msgid(
                    "Of {records} working records, {merged} repeat another one and {review} may: "
                    "they never raise coverage."
                ),
                {"records": len(rows), "merged": merged, "review": review},
            )
        )
    unknown = int(np.count_nonzero(state == UNKNOWN))
    if unknown:
        notes.append(
            Note(
                "unknown-units",
                msgid("{count} units are unknown: they stay in the denominator, with bounds."),
                {"count": unknown},
            )
        )
    return tuple(notes)
