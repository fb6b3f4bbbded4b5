"""Places recognised as complete already, and the way from each unit to the nearest of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from geo_planner.assignment import assign
from geo_planner.bundle_scores import BundleScores
from geo_planner.notes import Note, msgid
from geo_planner.project import Project
from geo_planner.travel.access import working_rows
from geo_planner.travel.arrays import Flags, Floats
from geo_planner.travel.positions import positions, unit_positions
from geo_planner.travel.ways import ways_to


@dataclass(frozen=True, eq=False, slots=True)
class Recognised:
    """Which scored units are recognised, and how far the others are.

    Attributes
    ----------
    already
        Units that hold or are served by a recognised place, shape (n,).
    metres
        The way to the nearest recognised place, shape (n,): ``nan`` where it is not known. A unit
        with no way to any is as far as the farthest that has one.
    shown
        The same, ``nan`` where there is no way.
    """

    already: Flags
    metres: Floats
    shown: Floats
    notes: tuple[Note, ...]


def recognised(project: Project, scores: BundleScores) -> Recognised:
    """Return the recognised places among scored units.

    A place without a position of its own stands where its unit does.
    """
    kind = project.catalogue.facility_type(scores.bundle.facility_type)
    working = working_rows(project, kind, scores.day)
    tree = project.hierarchy
    found = assign(project.facilities, working, project.units, tree, scores.bundle.unit_kinds)
    already = np.isin(scores.rows, found.unit)
    there = positions(project.facilities, working)
    lost = np.flatnonzero(shapely.is_missing(there))
    if len(lost) and "unit_id" in project.facilities:
        home = tree.rows(project.facilities["unit_id"].iloc[working[lost]].to_numpy(dtype=object))
        there[lost[home >= 0]] = unit_positions(project, home[home >= 0])
    travel = project.catalogue.travel_mode(scores.mode)
    ways = ways_to(project, travel, unit_positions(project, scores.rows), there)
    shown = np.round(ways.metres, 3)
    farthest = np.max(shown[np.isfinite(shown)], initial=-np.inf)
    no_way = scores.placed & np.isnan(shown) & np.isfinite(farthest)
    notes = []
    if no_way.any():
        text = msgid("{count} units have no way to any '{type}': they count as the farthest.")
        params = {"count": int(no_way.sum()), "type": kind.label}
        notes.append(Note("priority-no-way", text, params))
    nowhere = int(shapely.is_missing(there).sum())
    if nowhere:
        text = msgid("{count} '{type}' have no position: some way may be shorter than said.")
        params = {"count": nowhere, "type": kind.label}
        notes.append(Note("recognised-without-position", text, params))
    return Recognised(already, np.where(no_way, farthest, shown), shown, tuple(notes))
