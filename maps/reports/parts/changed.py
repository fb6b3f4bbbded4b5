"""What changed since the figure a report compares with: by name, and not only in numbers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from geo_planner.monitoring.changes import Changes, Named, what_changed
from maps.reports.content import Block, Column, Paragraph, Table
from maps.reports.draft import Draft
from maps.text.values import NOTHING, rounded

if TYPE_CHECKING:
    from geo_planner.monitoring.standing import Standing


def changed(draft: Draft, spatial: list[Standing]) -> list[Block]:
    """Return the facilities opened and closed and the units gained and lost, target by target."""
    say = draft.say
    since = draft.year - 1 if draft.kind == "annual" else draft.base_year
    found = [
        what_changed(draft.project, one.indicator.id, draft.year, since)
        for one in spatial
        if one.of_year
    ]
    told = [one for one in found if one.anything]
    if not told:
        return [Paragraph(say("Nothing behind these targets changed since {year}.", year=since))]
    return [
        Table(
            "changes",
            draft.caption("table", say("What changed since {year}, by name", year=since)),
            (
                Column(say("Indicator"), weight=2.2),
                Column(say("Change"), "right", 1.2),
                Column(say("Opened"), weight=2),
                Column(say("Closed"), weight=2),
                Column(say("Units gained"), weight=1.8),
                Column(say("Units lost"), weight=1.8),
            ),
            tuple(_row(draft, one) for one in told),
            note=say("Both years by the same rule: as of 31 December, or the reference date."),
        )
    ]


def _row(draft: Draft, one: Changes) -> tuple[str, ...]:
    return (
        draft.label(one.indicator),
        _difference(draft, one),
        _names(draft, one.opened),
        _names(draft, one.closed),
        draft.named(draft.place(unit.id) or unit.name for unit in one.gained) or NOTHING,
        draft.named(draft.place(unit.id) or unit.name for unit in one.lost) or NOTHING,
    )


def _names(draft: Draft, facilities: Iterable[Named]) -> str:
    """Return facilities by name, each with its day."""
    texts = [
        one.name if one.day is None else f"{one.name} ({one.day.isoformat()})" for one in facilities
    ]
    return draft.named(texts) or NOTHING


def _difference(draft: Draft, one: Changes) -> str:
    """Return the difference in points, a range where it is not certain, with that in units."""
    low, high = one.change.low, one.change.high
    if low is None or high is None:
        return NOTHING
    text = rounded(low) if low == high else f"{rounded(low)}–{rounded(high)}"
    sign = "+" if low > 0 else ""
    units = one.change.units
    if units:
        counted = draft.say.plural("{count} unit", "{count} units", abs(units), count=f"{units:+d}")
        return (
            f"{sign}{text}; {counted}" if draft.say.language == "en" else f"{sign}{text}；{counted}"
        )
    return f"{sign}{text}"
