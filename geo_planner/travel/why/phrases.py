"""Parts of sentences that explanations are made of."""

from __future__ import annotations

from typing import Any

import pandas as pd

from geo_planner.notes import Note, msgid
from geo_planner.project import Project
from geo_planner.travel.why.asked import AskedUnit


def kilometres(metres: float) -> str:
    """Return metres as kilometres, to 100 m, or to 10 m where they are less than one."""
    return f"{metres / 1000:.1f}" if metres >= 1000 else f"{metres / 1000:.2f}"


def way_words(asked: AskedUnit, effort: float) -> Note:
    """Return what a way takes: kilometres or, where not every metre takes as long, minutes."""
    if asked.travel.even_pace:
        return Note("kilometres", msgid("{km} km"), {"km": kilometres(effort)})
    return Note("minutes", msgid("{minutes} min"), {"minutes": f"{asked.minutes(effort):.1f}"})


def whole(number: float) -> int | float:
    """Return a count as a whole number where it is one."""
    return int(number) if float(number).is_integer() else float(number)


def text_or_none(value: Any) -> str | None:  # noqa: ANN401 - a cell may be anything
    """Return a cell as text, None where it is blank."""
    return None if pd.isna(value) or not str(value).strip() else str(value)


def unit_words(asked: AskedUnit) -> str:
    """Return what the unit is called."""
    row = asked.rows[asked.place]
    units = asked.project.units
    return text_or_none(units["name"].iloc[row]) or str(units.index[row])


def facility_words(asked: AskedUnit, facility: int) -> str:
    """Return what a facility is called."""
    row = asked.working[facility]
    facilities = asked.project.facilities
    return text_or_none(facilities["name"].iloc[row]) or str(facilities.index[row])


def barrier_words(project: Project, kind: str | None, name: str | None) -> Note:
    """Return what a barrier is called: its kind's label and its name, as far as known."""
    row = project.catalogue.barrier_kinds.get(kind or "")
    label = row.label if row else kind
    if label and name:
        return Note("barrier", msgid("{sort} {name}"), {"sort": label, "name": name})
    if label:
        return Note("barrier", msgid("{sort}"), {"sort": label})
    if name:
        return Note("barrier", msgid("barrier {name}"), {"name": name})
    return Note("barrier", msgid("a barrier"))


def people(asked: AskedUnit) -> Note:
    """Return the unit's children as those a change is for."""
    children = asked.children[asked.place]
    if pd.isna(children):
        return Note(
            "uncounted", msgid("{unit} (children not counted)"), {"unit": unit_words(asked)}
        )
    return Note(
        "children",
        msgid("{children} children of {unit}"),
        {"children": whole(children), "unit": unit_words(asked)},
    )
