"""Part two: who and what the plan is about: people by age, units, facilities."""

from __future__ import annotations

from datetime import date

import numpy as np

from geo_planner.activity import existing_on
from geo_planner.counts import COUNT_LABELS
from geo_planner.population import coarsest_level, counts, total
from geo_planner.rules.pooling import facility_rows
from maps.reports.content import Block, Column, Paragraph, Table
from maps.reports.draft import Draft
from maps.text.values import NOTHING

PEOPLE = (
    "population",
    "households",
    "children_0_2",
    "children_3_5",
    "children_6_11",
    "children_12_14",
    "children_15_17",
)


def basics(draft: Draft) -> list[Block]:
    """Return the blocks of the part."""
    blocks: list[Block] = [Paragraph(_units(draft), "lead")]
    people = _people(draft)
    if people is not None:
        blocks.append(people)
    facilities = _facilities(draft)
    if facilities is not None:
        blocks.append(facilities)
    return blocks


def _units(draft: Draft) -> str:
    """Say how many units of each kind exist on the day."""
    project, say = draft.project, draft.say
    alive = existing_on(project.units, draft.monitoring.as_of)
    parts = []
    for kind in project.catalogue.unit_kinds.values():
        number = int(np.count_nonzero(project.hierarchy.of_kinds((kind.id,)) & alive))
        if number and kind.level > 1:
            parts.append(say("{kind} {count}", kind=kind.label, count=number))
    if not parts:
        return say("No units below the division are recorded.")
    return say(
        "On {day} {project} has these units: {list}.",
        day=draft.day(draft.monitoring.as_of),
        project=project.name,
        list=draft.list(parts),
    )


def _people(draft: Draft) -> Table | None:
    """Return people by age as the coarsest units state them; undated columns say so."""
    project, say = draft.project, draft.say
    day = draft.monitoring.as_of
    rows = []
    for column in PEOPLE:
        units = coarsest_level(project, column, day)
        if not len(units):
            continue
        values = counts(project.units, column)[units]
        silent = int(np.isnan(values).sum())
        label = COUNT_LABELS[column]
        rows.append(
            (
                say.label(label),
                f"{'≥ ' if silent else ''}{int(total(values)):,}",
                say("{count} units do not state it", count=silent) if silent else "",
            )
        )
    if not rows:
        return None
    reference = project.reference_date
    note = ""
    if reference is not None and reference.year != draft.year:
        note = say(
            "These columns carry no date: they speak for {day}, not for {year}.",
            day=draft.day(reference),
            year=draft.year,
        )
    return Table(
        "people",
        draft.caption("table", say("People and children by age")),
        (
            Column(say("Group"), weight=2),
            Column(say("Number"), "right"),
            Column(say("Note"), weight=2),
        ),
        tuple(rows),
        note=note,
    )


def _end_of(draft: Draft) -> str:
    """Return the heading of the figures on the day of the report."""
    day = draft.monitoring.as_of
    if (day.month, day.day) == (12, 31):
        return draft.say("End of {year}", year=day.year)
    return draft.day(day)


def _facilities(draft: Draft) -> Table | None:
    """Return working facilities by type at the year's end, and a year before."""
    project, say = draft.project, draft.say
    rows = []
    for kind in project.catalogue.facility_types.values():
        if not (project.facilities["facility_type"] == kind.id).any():
            continue
        now = len(facility_rows(project, (kind.id,), draft.monitoring.as_of))
        before = len(facility_rows(project, (kind.id,), date(draft.year - 1, 12, 31)))
        change = now - before
        rows.append(
            (
                say.label(kind.label),
                f"{before:,}",
                f"{now:,}",
                f"{change:+d}" if change else NOTHING,
            )
        )
    if not rows:
        return None
    return Table(
        "facilities",
        draft.caption("table", say("Working facilities by type")),
        (
            Column(say("Type"), weight=2.4),
            Column(say("End of {year}", year=draft.year - 1), "right"),
            Column(_end_of(draft), "right"),
            Column(say("Change"), "right"),
        ),
        tuple(rows),
        note=say("By opening and closing dates; records that repeat another one count once."),
    )
