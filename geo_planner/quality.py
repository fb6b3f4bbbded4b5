"""Data quality: duplicates, contradictions and gaps, found in what is stored, not at the door.

Nothing here refuses anything. Each finding names what a person should look at, with codes and the
spreadsheet rows they came from.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo_planner.activity import active_on, existing_on, has_status
from geo_planner.assignment import assign, points_in_polygons, with_outline
from geo_planner.coverage import measure
from geo_planner.notes import Note, msgid
from geo_planner.observations import answers, standing
from geo_planner.population import counts
from geo_planner.project import Project
from geo_planner.tally import COVERED

Severity = Literal["contradiction", "review", "gap"]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look at.

    Attributes
    ----------
    note
        The sentence, as code, template and parameters.
    severity
        ``contradiction`` (two facts disagree), ``review`` (a person decides) or ``gap`` (missing).
    layer
        ``units``, ``facilities`` or ``observations``.
    ids
        Codes of the records concerned.
    places
        Where each came from: ``file:row``.
    """

    note: Note
    severity: Severity
    layer: str
    ids: tuple[str, ...]
    places: tuple[str, ...]

    @property
    def code(self) -> str:
        """Stable name of the kind of finding."""
        return self.note.code


def check(project: Project, as_of: date | None = None) -> list[Finding]:
    """Return every finding on a date (default: the project's reference date, else the latest data).

    Contradictions come first, then what needs review, then gaps.
    """
    day = as_of or project.reference_date or date.max
    found = [
        *_status_findings(project, day),
        *_duplicate_findings(project),
        *_place_findings(project, day),
        *_unit_findings(project, day),
        *_report_findings(project, day),
    ]
    order = ("contradiction", "review", "gap")
    return sorted(found, key=lambda one: order.index(one.severity))


def _finding(
    table: pd.DataFrame,
    mask: Flags,
    severity: Severity,
    layer: str,
    code: str,
    template: str,
    **more: str,
) -> Iterator[Finding]:
    """Yield one finding for the flagged rows, or none."""
    chosen = table[mask]
    if chosen.empty:
        return
    ids = tuple(str(one) for one in chosen.index)
    params = {"count": len(ids), "ids": list(ids), **more}
    yield Finding(Note(code, template, params), severity, layer, ids, _places(chosen))


def _places(table: pd.DataFrame) -> tuple[str, ...]:
    if not {"source_file", "source_row"} <= set(table.columns):
        return ()
    return tuple(
        f"{file}:{int(row)}" if pd.notna(row) else str(file)
        for file, row in zip(table["source_file"], table["source_row"], strict=True)
    )


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
    yield from _finding(
        facilities,
        has_status(facilities, "active") & (closed_on <= today),
        "contradiction",
        "facilities",
        "active-but-closed",
        msgid(
            "{count} facilities are marked active although their closing date has passed: {ids}."
        ),
    )
    yield from _finding(
        facilities,
        has_status(facilities, "planned") & (opened_on <= today),
        "contradiction",
        "facilities",
        "planned-date-passed",
        msgid(
            "{count} facilities are still planned although their opening date has passed: {ids}."
        ),
    )
    yield from _finding(
        facilities,
        has_status(facilities, "suspended") & np.isnat(closed_on),
        "gap",
        "facilities",
        "suspended-without-date",
        msgid("{count} facilities are suspended without a date, so they count on no date: {ids}."),
    )
    yield from _finding(
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
    yield from _finding(
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
    yield from _finding(
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
    yield from _finding(
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
    yield from _finding(
        facilities,
        _elsewhere(project, alive),
        "contradiction",
        "facilities",
        "unit-and-place-differ",
        msgid("{count} facilities lie inside another unit than the recorded one: {ids}."),
    )
    shapes = facilities.geometry
    yield from _finding(
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
    yield from _finding(
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
    yield from _finding(
        units,
        small & (shapes.isna() | shapes.is_empty).to_numpy(),
        "gap",
        "units",
        "unit-no-position",
        msgid("{count} units have no position: {ids}."),
    )
    children = counts(units, "children_0_17")
    if not np.isnan(children).all():
        yield from _finding(
            units,
            small & np.isnan(children),
            "gap",
            "units",
            "no-children-figure",
            msgid("{count} units do not say how many children they have: {ids}."),
        )
    # Where some unit has a parent, one of the deeper levels without one stands out.
    if (tree.parent >= 0).any():
        yield from _finding(
            units,
            small & (tree.parent < 0),
            "gap",
            "units",
            "orphan",
            msgid("{count} units have no parent unit in the project: {ids}."),
        )


def _report_findings(project: Project, day: date) -> Iterator[Finding]:
    """Reports that a facility record contradicts."""
    for row in project.catalogue.indicators.values():
        part = project.observations_of.get(row.id)
        if part is None or row.rule != "has_facility":
            continue
        said = standing(part, day)
        members = measure(project, row.id, day).tally.members
        if members is None:
            continue
        denied = np.zeros(len(project.units), dtype=bool)
        denied[members.rows[members.state == COVERED]] = True
        denied &= project.units.index.isin(said.loc[answers(said) == 0, "unit_id"])
        yield from _finding(
            project.units,
            denied,
            "contradiction",
            "observations",
            "report-denies-record",
            msgid(
                "{count} units report none for '{indicator}' although a working facility is "
                "recorded: {ids}."
            ),
            indicator=row.label.zh,
        )
