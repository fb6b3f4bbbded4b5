"""Compose a report: the skeleton of seven parts, filled from one year of monitoring.

1 conclusion, 2 basic facts, 3 progress by domain, 4 coverage and access, 5 early warnings,
6 problems and proposals, 7 annexes. The skeleton follows published monitoring reports of
children's development plans (national reports of 2021 to 2023; county evaluation reports).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from geo_planner.monitoring import by_part, monitor
from geo_planner.notes import msgid
from maps.reports.content import Block, DataState, Kind, Part, Report
from maps.reports.draft import Draft, heading_number
from maps.reports.parts.annexes import annexes
from maps.reports.parts.basics import basics
from maps.reports.parts.conclusion import conclusion
from maps.reports.parts.domains import domains
from maps.reports.parts.proposals import proposals
from maps.reports.parts.space import space
from maps.reports.parts.warned import warned

if TYPE_CHECKING:
    from geo_planner.project import Project
    from maps.text import Translator

PARTS: tuple[tuple[str, str, Callable[[Draft], list[Block]]], ...] = (
    ("conclusion", msgid("Conclusion"), conclusion),
    ("basics", msgid("Basic facts"), basics),
    ("domains", msgid("Progress by domain"), domains),
    ("space", msgid("Coverage and access"), space),
    ("warnings", msgid("Early warnings"), warned),
    ("proposals", msgid("Problems and proposals"), proposals),
    ("annexes", msgid("Annexes"), annexes),
)
"""Key, title and maker of each part, in order."""

SUBTITLES: dict[Kind, str] = {
    "annual": msgid("Annual monitoring report {year}"),
    "midterm": msgid("Mid-term monitoring and evaluation report {first}-{year}"),
    "final": msgid("Final monitoring and evaluation report {first}-{year}"),
}

MADE_UP = msgid("Made-up data, for demonstration only")


def build_report(
    project: Project,
    kind: Kind,
    year: int | None,
    say: Translator,
    *,
    data: DataState | None = None,
    office: str | None = None,
) -> Report:
    """Return a report on a year of the plan.

    Parameters
    ----------
    kind
        ``annual`` compares with the year before, ``midterm`` and ``final`` with the base year.
    year
        Calendar year, that of the reference date if None.
    data
        What was known, for the list of sources; nothing if None.
    office
        Who hands it in; the committee's office if None.

    Raises
    ------
    NoDateError
        If the project has no reference date.
    YearsOutsideError
        If the year is after the reference date, or long before the plan.
    """
    monitoring = monitor(project, year)
    draft = Draft(kind, monitoring, by_part(monitoring), data or DataState(), say)
    parts = tuple(
        Part(key, heading_number(number, say), say(title), tuple(make(draft)))
        for number, (key, title, make) in enumerate(PARTS, start=1)
    )
    return Report(
        kind=kind,
        year=monitoring.year,
        language=say.language,
        title=say.label(project.catalogue.title),
        subtitle=say(SUBTITLES[kind], year=monitoring.year, first=project.catalogue.period[0]),
        office=office or say("Office of the Working Committee on Women and Children"),
        data_note=_data_note(draft),
        made_up=say(MADE_UP) if project.simulated else "",
        parts=parts,
        monitoring=monitoring,
        regiments=draft.regiments,
        data=draft.data,
        say=say,
        words={
            "contents": say("Contents"),
            "index": say("Index"),
            "page": say("Page"),
            "row": say("Row"),
        },
    )


def _data_note(draft: Draft) -> str:
    """Return the data's date, and up to which import the report knows."""
    day = draft.day(draft.monitoring.as_of)
    state = draft.data
    if state.last_import is None or not state.files:
        return draft.say("Data as of {day}", day=day)
    return draft.say(
        "Data as of {day}, as known after import {number} of {recorded}",
        day=day,
        number=state.last_import,
        recorded=draft.day(state.files[-1].day),
    )
