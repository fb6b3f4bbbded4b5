"""Fewest facilities in each regiment: the condition, and regiments that cannot have them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from geo_planner.errors import NotKnownError
from geo_planner.notes import Note, msgid
from geo_planner.siting.question import Question
from geo_planner.siting.task import Task
from geo_planner.travel.arrays import Ints


def regiment_groups(
    question: Question, minimum: Mapping[str, int] | int | None
) -> tuple[Ints | None, dict[int, int]]:
    """Return each site's regiment and the fewest facilities wanted in each."""
    if minimum is None:
        return None, {}
    groups = question.site_regiments
    hierarchy = question.project.hierarchy
    if isinstance(minimum, int):
        here = question.regiments[question.rows]
        return groups, {int(row): minimum for row in np.unique(here[here >= 0])}
    rows = hierarchy.rows(list(minimum))
    known = [str(hierarchy.ids[row]) for row in np.unique(question.regiments) if row >= 0]
    for name in minimum:
        if str(name) not in known:
            raise NotKnownError.among("regiment", str(name), known)
    return groups, {int(row): many for row, many in zip(rows, minimum.values(), strict=True)}


def lacking_regiments(question: Question, task: Task) -> tuple[Note, ...]:
    """Return the regiments in which there are fewer possible sites than facilities wanted."""
    possible = (task.existing | task.candidate) & (task.site_group >= 0)
    there = np.bincount(task.site_group[possible], minlength=len(question.project.units))
    names = question.project.units["name"]
    return tuple(
        Note(
            "regiment-lacks",
            msgid("{name} ({possible} possible, {wanted} wanted)"),
            {"name": str(names.iloc[row]), "possible": int(there[row]), "wanted": wanted},
        )
        for row, wanted in task.group_minimum.items()
        if there[row] < wanted
    )
