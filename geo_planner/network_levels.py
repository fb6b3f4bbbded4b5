"""Who holds one level of a network: by working facilities, by people on duty, or by reports.

Held in any way is held; not held only where every way says so, and unknown otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from geo_planner.catalogue import Indicator
from geo_planner.hierarchy import IntArray
from geo_planner.monitoring_rows import NetworkLevel
from geo_planner.notes import Note, msgid
from geo_planner.population import counts
from geo_planner.project import Project
from geo_planner.rules.has_facility import assignments_of, tally_of
from geo_planner.tally import COVERED, UNCOVERED, UNKNOWN, Int8Array, reason

_KEPT_NOTES = frozenset({"unassigned-facilities", "facilities-elsewhere", "duplicate-facilities"})
"""Caveats of counting facilities that hold for a level; the others are about a target."""

_REPORTED = ("observed_yes", "observed_no", "unknown_value")
"""Reasons that come from a report and not from a record."""


@dataclass(frozen=True, eq=False, slots=True)
class Held:
    """How the units of one level stand with what is theirs.

    Attributes
    ----------
    rows
        Row numbers of the level's units in the units table, ascending.
    state
        ``COVERED``, ``UNCOVERED`` or ``UNKNOWN``, one entry a unit.
    why
        Positions in ``REASON_CODES``.
    pairs
        Facility and unit rows behind the states, working ones only.
    notes
        Caveats.
    """

    rows: IntArray
    state: Int8Array
    why: Int8Array
    pairs: tuple[IntArray, IntArray]
    notes: tuple[Note, ...]


def held_of(project: Project, network_id: str, level: NetworkLevel, day: date) -> Held:
    """Return who of the units that exist on ``day`` holds a level."""
    chosen = project.hierarchy.of_kinds(level.unit_kinds) & project.register.units_on(day)
    rows = np.flatnonzero(chosen)
    ways = []
    nothing = np.zeros(0, dtype=np.intp)
    pairs: tuple[IntArray, IntArray] = (nothing, nothing)
    notes: tuple[Note, ...] = ()
    if level.facility_types:
        by_facility = _by_facility(project, network_id, level, day)
        ways.append((by_facility.state, by_facility.why))
        pairs, notes = by_facility.pairs, by_facility.notes
    for column in level.unit_columns:
        value = counts(project.units, column)[rows]
        state = np.select([value > 0, value <= 0], [COVERED, UNCOVERED], default=UNKNOWN)
        why = np.array([reason("short"), reason("enough"), reason("unknown_value")])[state]
        ways.append((state.astype(np.int8), why.astype(np.int8)))
    state, why = ways[0]
    for other, its in ways[1:]:
        # Held in any way is held; not held only where every way says so.
        better = (state != COVERED) & ((other == COVERED) | (other == UNKNOWN))
        state, why = np.where(better, other, state), np.where(better, its, why)
    return Held(rows, state, why, pairs, notes)


def _by_facility(project: Project, network_id: str, level: NetworkLevel, day: date) -> Held:
    """Return who holds a level by a working facility, as ``has_facility`` counts it."""
    counted = _as_indicator(network_id, level)
    tally = tally_of(project, counted, day, assignments_of(project, counted)(day))
    members = tally.members
    if members is None or members.pairs is None:
        raise AssertionError  # has_facility counts units
    state, why = members.state.copy(), members.reasons.copy()
    kinds = project.hierarchy.kinds[members.rows]
    listed = set(project.facilities["facility_type"].unique())
    notes = [note for note in tally.notes if note.code in _KEPT_NOTES]
    for kind in level.unit_kinds:
        types = _types_for(project, level, kind)
        if listed.isdisjoint(types):
            # A list nobody has handed in is no list of nothing.
            silent = (kinds == kind) & (state == UNCOVERED)
            state[silent], why[silent] = UNKNOWN, reason("not_imported")
    for row in project.catalogue.indicators.values():
        if _speaks_for(row, level) and row.id in project.reports_of:
            _take_reports(project, row, day, members.rows, state, why)
    unlisted = int(np.count_nonzero(why == reason("not_imported")))
    if unlisted:
        text = msgid("units for which no list of such facilities has been imported: {count}")
        notes.append(Note("network-not-imported", text, {"count": unlisted}))
    return Held(members.rows, state, why, members.pairs, tuple(notes))


def _as_indicator(network_id: str, level: NetworkLevel) -> Indicator:
    """Return a level as a row that ``has_facility`` can count; no observation goes by its id."""
    return Indicator(
        id=f"{network_id} {level.label.en}",
        label=level.label,
        domain="implementation",
        clause="",
        quote="",
        rule="has_facility",
        comparison="must_hold",
        measure="%",
        quantified=False,
        priority="C",
        numerator=level.label,
        unit_kinds=level.unit_kinds,
        facility_type=level.facility_types[0],
        further_types=level.facility_types[1:],
    )


def _types_for(project: Project, level: NetworkLevel, kind: str) -> tuple[str, ...]:
    """Return which types of a level a kind of unit is assessed by; all where none says so."""
    types = project.catalogue.facility_types
    own = tuple(name for name in level.facility_types if kind in types[name].assessed)
    return own or level.facility_types


def _speaks_for(row: Indicator, level: NetworkLevel) -> bool:
    """Return whether reports of an indicator say who holds a level."""
    return (
        row.rule == "has_facility"
        and row.denominator_column is None
        and set(row.facility_types) <= set(level.facility_types)
        and set(row.unit_kinds) <= set(level.unit_kinds)
    )


def _take_reports(
    project: Project,
    row: Indicator,
    day: date,
    rows: IntArray,
    state: Int8Array,
    why: Int8Array,
) -> None:
    """Let reports of an indicator speak for units no working facility speaks for."""
    members = tally_of(project, row, day, assignments_of(project, row)(day)).members
    if members is None:
        return
    spoken = np.isin(members.reasons, [reason(name) for name in _REPORTED])
    place = np.searchsorted(rows, members.rows[spoken])
    free = state[place] != COVERED
    state[place[free]] = members.state[spoken][free]
    why[place[free]] = members.reasons[spoken][free]
