"""Part five: early warnings with rule, years and values, and the way to the target year."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from geo_planner.monitoring.warning import RULE_LABELS
from geo_planner.notes import msgid
from maps.reports.content import Block, Column, Paragraph, Table
from maps.reports.draft import Draft
from maps.text.monitoring import figure_text, percent, projected_year
from maps.text.values import NOTHING, target_text
from maps.text.warnings import handling

if TYPE_CHECKING:
    from geo_planner.monitoring.standing import Standing
    from geo_planner.monitoring.warning import EarlyWarning

LEVEL_WORDS = {"red": msgid("Red"), "amber": msgid("Amber"), "blue": msgid("Blue")}
"""Colours of warnings as words, the gravest first."""


def warned(draft: Draft) -> list[Block]:
    """Return the blocks of the part."""
    blocks: list[Block] = []
    warnings = draft.monitoring.warnings
    if warnings:
        blocks += [Paragraph(_lead(draft), "lead"), _table(draft)]
    else:
        blocks.append(Paragraph(draft.say("No early warning is given."), "lead"))
    if draft.kind != "final":
        table = _ways(draft)
        if table is not None:
            blocks.append(table)
    return blocks


def _lead(draft: Draft) -> str:
    say = draft.say
    by_rule: Counter[str] = Counter(one.rule for one in draft.monitoring.warnings)
    return draft.join(
        say(
            "{count} early warnings are given: {list}.",
            count=len(draft.monitoring.warnings),
            list=draft.list(
                say("{rule} {count}", rule=say(RULE_LABELS[rule]), count=by_rule[rule])
                for rule in RULE_LABELS
                if by_rule[rule]
            ),
        ),
        say("Red asks for action, amber for attention, blue for a check of the data."),
    )


def _table(draft: Draft) -> Table:
    say = draft.say
    order = sorted(
        draft.monitoring.warnings, key=lambda one: (list(LEVEL_WORDS).index(one.level), one.code)
    )
    return Table(
        "warnings",
        draft.caption("table", say("Early warnings of {year}", year=draft.year)),
        (
            Column(say("Warning"), weight=1.1),
            Column(say("Indicator"), weight=1.8),
            Column(say("Unit"), weight=1.3),
            Column(say("Rule, years and values"), weight=4.2),
            Column(say("Handling"), weight=1.3),
        ),
        tuple(_row(draft, one) for one in order),
        note=say("The thresholds and their sources are listed in the annex."),
    )


def _row(draft: Draft, one: EarlyWarning) -> tuple[str, ...]:
    say = draft.say
    return (
        f"{say(LEVEL_WORDS[one.level])} {say(RULE_LABELS[one.rule])}",
        draft.label(draft.project.catalogue.indicator(one.indicator)),
        draft.unit_name(one.unit_id) or one.unit_name,
        say.note(one.because),
        handling(one.acknowledged, draft.project.catalogue, say),
    )


def _ways(draft: Draft) -> Table | None:
    """Return the way each numbered target has still to go, with the pace it takes."""
    say = draft.say
    shown = [
        one
        for one in draft.monitoring.standings
        if one.indicator.quantified and one.projection is not None
    ]
    if not shown:
        return None
    return Table(
        "projections",
        draft.caption(
            "table",
            say(
                "The way to {year}: pace so far, pace needed, projected year", year=draft.last_year
            ),
        ),
        (
            Column(say("Indicator"), weight=2.4),
            Column(say("Figure"), "right"),
            Column(say("Promise"), "right"),
            Column(say("Attained"), "right"),
            Column(say("Achieved a year"), "right"),
            Column(say("Needed a year"), "right"),
            Column(say("Projected for {year}", year=draft.last_year), "right"),
            Column(say("Year of attainment (band)"), "right", 1.4),
        ),
        tuple(_way(draft, one) for one in shown),
        statuses=tuple(one.status for one in shown),
        note=say(
            "A straight line through the latest years with its prediction band: a warning, not a "
            "figure of the plan."
        ),
    )


def _way(draft: Draft, one: Standing) -> tuple[str, ...]:
    line = one.projection
    assert line is not None
    digits = 2
    needed = NOTHING if line.needed is None else f"{float(line.needed):.{digits}f}"
    if one.status == "met":
        needed = NOTHING
    return (
        draft.label(one.indicator),
        figure_text(one.now, one, draft.say),
        target_text(one.coverage, draft.say),
        percent(one.attainment),
        f"{float(line.achieved):+.{digits}f}",
        needed,
        f"{line.fitted:.1f}",
        projected_year(line, draft.say),
    )
