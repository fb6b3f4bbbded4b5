"""Data quality: duplicates, contradictions and gaps, found in what is stored, not at the door.

Nothing here refuses anything. Each finding names what a person should look at, with codes and the
spreadsheet rows they came from.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import numpy as np
import shapely

from geo_planner.activity import active_on, existing_on, has_status
from geo_planner.assignment import assign, points_in_polygons, with_outline
from geo_planner.findings import Finding, Flags, findings_of
from geo_planner.notes import msgid
from geo_planner.population import counts
from geo_planner.project import Project
from geo_planner.report_quality import report_findings

__all__ = ["Finding", "check"]


def check(project: Project, as_of: date | None = None) -> list[Finding]:
    """Return every finding on a date.

    Default: the project's reference date, else after every date there is in the data.
    Contradictions come first, then what needs review, then gaps.
    """
    day = as_of or project.reference_date or date.max
    found = [
        *_status_findings(project, day),
        *_duplicate_findings(project),
        *_place_findings(project, day),
        *_unit_findings(project, day),
        *report_findings(project, day),
    ]
    order = ("contradiction", "review", "gap")
    return sorted(found, key=lambda one: order.index(one.severity))


def _status_findings(project: Project, day: date) -> Iterator[Finding]:
    """Status words that the dates contradict."""
    facilities = project.facilities
    if facilities.empty:
        return
    today = np.datetime64(day)
    blank = np.full(len(facilities), np.datetime64("NaT"), dtype="datetime64[s]")
    closed_on = (
        facilities["closed_on"].to_numpy(dtype="datetime64[s]")
        if "closed_on" in facilities
        else blank
    )
    opened_on = (
        facilities["opened_on"].to_numpy(dtype="datetime64[s]")
        if "opened_on" in facilities
        else blank
    )
    yield from findings_of(
        facilities,
        has_status(facilities, "active") & (closed_on <= today),
        "contradiction",
        "facilities",
        "active-but-closed",
        msgid(
            "{count} facilities are marked active although their closing date has passed: {ids}."
        ),
    )
    yield from findings_of(
        facilities,
        has_status(facilities, "planned") & (opened_on <= today),
        "contradiction",
        "facilities",
        "planned-date-passed",
        msgid(
            "{count} facilities are still planned although their opening date has passed: {ids}."
        ),
    )
    yield from findings_of(
        facilities,
        has_status(facilities, "suspended") & np.isnat(closed_on),
        "gap",
        "facilities",
        "suspended-without-date",
        msgid("{count} facilities are suspended without a date, so they count on no date: {ids}."),
    )
    yield from findings_of(
        facilities,
        has_status(facilities, "closed") & np.isnat(closed_on),
        "gap",
        "facilities",
        "closed-without-date",
        msgid("{count} facilities are closed without a date, so they count on no date: {ids}."),
    )


def _duplicate_findings(project: Project) -> Iterator[Finding]:
    """Records that repeat another one, or may."""
    everything = np.arange(len(project.facilities))
    twins = project.duplicates.standing(everything)
    yield from findings_of(
        project.facilities,
        twins.merged,
        "review",
        "facilities",
        "duplicate-merged",
        msgid(
            "{count} records repeat another one (same type, unit and name, close by) and are "
            "counted once: {ids}."
        ),
    )
    yield from findings_of(
        project.facilities,
        twins.review,
        "review",
        "facilities",
        "duplicate-review",
        msgid(
            "{count} records have the type, unit and name of another one but lie far from it or "
            "have no position; a person has to decide: {ids}."
        ),
    )


def _place_findings(project: Project, day: date) -> Iterator[Finding]:
    """Facilities whose place and recorded unit disagree, or that belong nowhere."""
    facilities, units, tree = project.facilities, project.units, project.hierarchy
    if facilities.empty:
        return
    active = active_on(facilities, day)
    kinds = tuple(project.catalogue.unit_kinds)
    loose = np.zeros(len(facilities), dtype=bool)
    alive = existing_on(units, day)
    everything = np.arange(len(facilities))
    found = assign(facilities, everything, units, tree, kinds, outlined=alive)
    loose[found.unassigned] = True
    yield from findings_of(
        facilities,
        loose & active,
        "review",
        "facilities",
        "unassigned",
        msgid(
            "{count} working facilities name no unit and lie inside exactly none: they count "
            "nowhere until confirmed: {ids}."
        ),
    )
    yield from findings_of(
        facilities,
        _elsewhere(project, alive),
        "contradiction",
        "facilities",
        "unit-and-place-differ",
        msgid("{count} facilities lie inside another unit than the recorded one: {ids}."),
    )
    shapes = facilities.geometry
    yield from findings_of(
        facilities,
        (shapes.isna() | shapes.is_empty).to_numpy() & active,
        "gap",
        "facilities",
        "no-position",
        msgid(
            "{count} working facilities have no position, so nobody can be shown the way: {ids}."
        ),
    )


def _elsewhere(project: Project, alive: Flags) -> Flags:
    """Return which facilities lie inside another unit than the recorded one, at any level.

    Only outlines of units that are ``alive`` are looked at.
    """
    facilities, units, tree = project.facilities, project.units, project.hierarchy
    differ = np.zeros(len(facilities), dtype=bool)
    if "unit_id" not in facilities:
        return differ
    home = tree.rows(facilities["unit_id"].to_numpy(dtype=object))
    points = shapely.centroid(facilities.geometry.to_numpy())
    x, y = shapely.get_x(points), shapely.get_y(points)
    outlines = units.geometry.to_numpy()
    areal = with_outline(units) & alive
    named = home >= 0
    for kind in project.catalogue.unit_kinds:
        candidates = np.flatnonzero(tree.of_kinds((kind,)) & areal)
        if not len(candidates):
            continue
        # The regiment of the recorded company is held against the regiment on the ground.
        above = tree.ancestor_in(tree.of_kinds((kind,)))
        recorded = np.where(named, above[np.maximum(home, 0)], -1)
        judged = np.flatnonzero(recorded >= 0)
        hit = points_in_polygons(x[judged], y[judged], outlines[candidates])
        inside = np.where(hit >= 0, candidates[np.maximum(hit, 0)], -1)
        differ[judged] |= (inside >= 0) & (inside != recorded[judged])
    return differ


def _unit_findings(project: Project, day: date) -> Iterator[Finding]:
    """Units without a class, a position, children; parts greater than their whole."""
    units, tree = project.units, project.hierarchy
    alive = existing_on(units, day)
    communities = tree.of_kinds(("community",)) & alive
    stated = units["community_kind"].notna().to_numpy() if "community_kind" in units else False
    yield from findings_of(
        units,
        communities & ~np.asarray(stated),
        "gap",
        "units",
        "no-community-kind",
        msgid("{count} communities do not say whether they are urban or regiment: {ids}."),
    )
    deep = tuple(kind.id for kind in project.catalogue.unit_kinds.values() if kind.level >= 3)
    small = tree.of_kinds(deep) & alive
    shapes = units.geometry
    yield from findings_of(
        units,
        small & (shapes.isna() | shapes.is_empty).to_numpy(),
        "gap",
        "units",
        "unit-no-position",
        msgid("{count} units have no position: {ids}."),
    )
    children = counts(units, "children_0_17")
    if not np.isnan(children).all():
        yield from findings_of(
            units,
            small & np.isnan(children),
            "gap",
            "units",
            "no-children-figure",
            msgid("{count} units do not say how many children they have: {ids}."),
        )
    levels = np.array(
        [project.catalogue.unit_kind(str(kind)).level for kind in tree.kinds], dtype=np.int64
    )
    yield from findings_of(
        units,
        (tree.parent >= 0) & (levels[tree.parent] >= levels),
        "contradiction",
        "units",
        "parent-not-above",
        msgid("{count} units have a parent that is not of a higher level than they are: {ids}."),
    )
    # Where some unit has a parent, one of the deeper levels without one stands out.
    if (tree.parent >= 0).any():
        yield from findings_of(
            units,
            small & (tree.parent < 0),
            "gap",
            "units",
            "orphan",
            msgid("{count} units have no parent unit in the project: {ids}."),
        )
