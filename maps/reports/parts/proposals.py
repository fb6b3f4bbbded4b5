"""Part six: problems and proposals, drafted from the data for a person to weigh."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from geo_planner.notes import msgid
from geo_planner.targets import LOWER_IS_BETTER
from maps.reports.content import Block, Column, Paragraph, Table
from maps.reports.draft import Draft
from maps.text.monitoring import change_text, in_points
from maps.text.values import NOTHING, target_text, value_text
from maps.text.verdicts import needed

if TYPE_CHECKING:
    from geo_planner.monitoring.standing import Standing

PROBLEMATIC = ("not_met", "near", "trend_bad", "undetermined")

PROPOSALS: Mapping[str, str] = {
    "has_facility": msgid("Establish {facility} in {units}."),
    "within_reach": msgid(
        "Bring {facility} within reach of {units}: compare sites before building."
    ),
    "household_share": msgid("Connect the {missing} left, first in {units}."),
    "staffing": msgid("Fill what is lacking in {units}."),
    "per_thousand": msgid("Add {missing} ({what}) by {year}, spread over the years left."),
    "rate": msgid("Raise it by {pace} a year until {year}; agree on measures with {responsible}."),
    "falling": msgid(
        "Lower it by {pace} a year until {year}; agree on measures with {responsible}."
    ),
    "units": msgid("Bring the figure up in {units}."),
    "direction": msgid("Find out why the figure turned, and take measures before the next return."),
    "undetermined": msgid("Clear up what is unknown ({units}) before the target is judged."),
    "plain": msgid("Agree on measures and a date with {responsible}."),
}
"""Way to be covered -> what is proposed."""


def proposals(draft: Draft) -> list[Block]:
    """Return the blocks of the part."""
    say = draft.say
    found = [one for one in draft.monitoring.standings if one.status in PROBLEMATIC]
    if not found:
        return [Paragraph(say("No target is missed, nearly met, turned or open."), "lead")]
    order = sorted(found, key=lambda one: PROBLEMATIC.index(one.status))
    table = Table(
        "proposals",
        draft.caption("table", say("Problems and proposals")),
        (
            Column(say("No."), "right", 0.4),
            Column(say("Problem"), weight=3.2),
            Column(say("Proposal"), weight=3.2),
            Column(say("Responsible"), weight=1.2),
        ),
        tuple(
            (
                str(number),
                problem(draft, one),
                proposal(draft, one),
                draft.responsible(one.indicator),
            )
            for number, one in enumerate(order, start=1)
        ),
        statuses=tuple(one.status for one in order),
    )
    closing = Paragraph(
        say(
            "Drafted from the data by rule; whether and how to follow a proposal is for the "
            "responsible units to decide."
        ),
        "note",
    )
    return [table, closing]


def problem(draft: Draft, one: Standing) -> str:
    """Return what is wrong with a figure, in one sentence."""
    say = draft.say
    text = say(
        "{label}: {value}, {status}; promised: {target}.",
        label=draft.label(one.indicator),
        value=value_text(one.coverage, say),
        status=say.status(one.status),
        target=target_text(one.coverage, say),
    )
    change = change_text(one, say, since=draft.since(one)) if one.turn == "worse" else ""
    missing = needed(one.coverage, say)
    if missing in ("0", NOTHING):
        return text if not change else draft.join(text, _sentence(draft, change))
    return draft.join(
        text,
        say("Still needed: {needs}.", needs=missing),
        _sentence(draft, change) if change else "",
    )


def _sentence(draft: Draft, text: str) -> str:
    return f"{text}。" if draft.say.language == "zh-CN" else f"{text[0].upper()}{text[1:]}."


def proposal(draft: Draft, one: Standing) -> str:
    """Return what to do about it, by the way the target is counted."""
    say, row, coverage = draft.say, one.indicator, one.coverage
    kind = _sort_of(one)
    facility = ""
    if row.facility_type is not None:
        facility = say.label(draft.project.catalogue.facility_type(row.facility_type).label)
    line = one.projection
    pace = ""
    if line is not None and line.needed is not None:
        pace = in_points(line.needed, row.measure, say, digits=2)
    wanted = "unknown" if kind == "undetermined" else "uncovered"
    units = draft.units_in(one, wanted)
    if kind in ("rate", "falling") and not pace:
        kind = "plain"
    if (
        kind in ("has_facility", "within_reach", "staffing", "units", "household_share")
        and not units
    ):
        kind = "plain"
    if kind == "undetermined" and not units:
        units = draft.responsible(row)
    return say(
        PROPOSALS[kind],
        facility=facility,
        units=units,
        missing=needed(coverage, say),
        what=say.label(row.numerator),
        year=row.target_year,
        pace=pace,
        responsible=draft.responsible(row),
    )


def _sort_of(one: Standing) -> str:
    row = one.indicator
    if one.status == "undetermined":
        return "undetermined"
    members = one.coverage.tally.members
    if row.rule in ("has_facility", "within_reach", "household_share", "staffing"):
        return row.rule if members is not None else "plain"
    if row.aggregation == "all_units_must_meet" and members is not None:
        return "units"
    if one.status == "trend_bad":
        return "direction"
    if row.rule == "per_thousand":
        return "per_thousand"
    return "falling" if row.comparison in LOWER_IS_BETTER else "rate"
