"""Part three: what came of each domain's targets, every finding with its row of the full table."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

from geo_planner.notes import msgid
from maps.reports.content import Block, Finding, Findings, Form, Heading, Paragraph, Picture
from maps.reports.draft import Draft, section_number
from maps.reports.parts.conclusion import counted
from maps.text.monitoring import finding_text, projection_text
from maps.text.words import DOMAINS

if TYPE_CHECKING:
    from geo_planner.monitoring.standing import Standing

UNITS_NAMED: Mapping[str, str] = {
    "uncovered": msgid("Not kept by: {units}."),
    "unknown": msgid("Not known: {units}."),
}
"""What is said of the units that decide a finding."""

NAMED_WITH = ("not_met", "near", "trend_bad", "undetermined")
"""Statuses with which the units are named."""

LEAST_YEARS = 3
"""Fewest yearly figures a course is drawn from."""


def domains(draft: Draft) -> list[Block]:
    """Return the blocks of the part: a section a domain, in the order of the plan's chapters."""
    blocks: list[Block] = []
    by_domain = draft.monitoring.by_domain
    present = [(name, word) for name, word in DOMAINS.items() if by_domain.get(name)]
    for number, (name, word) in enumerate(present, start=1):
        title = section_number(number, draft.say, part=3) + draft.say(word)
        blocks += [Heading(title), *_domain(draft, by_domain[name])]
    return blocks


def _domain(draft: Draft, standings: tuple[Standing, ...]) -> list[Block]:
    say = draft.say
    known = [one for one in standings if one.status not in ("no_data", "not_applicable")]
    silent = [one for one in standings if one.status == "no_data"]
    blocks: list[Block] = [
        Paragraph(
            say("Of {count} targets: {list}.", count=len(standings), list=counted(draft, standings))
        )
    ]
    if known:
        blocks.append(
            Findings(
                tuple(
                    Finding(number, _finding(draft, one), one.status, draft.rows[one.indicator.id])
                    for number, one in enumerate(known, start=1)
                )
            )
        )
    drawn = _to_draw(known)
    if drawn is not None:
        blocks.append(_course(draft, drawn))
    if silent:
        blocks.append(
            Paragraph(
                say(
                    "No data for {count} targets: {list}.",
                    count=len(silent),
                    list=draft.list(draft.label(one.indicator) for one in silent),
                ),
                "note",
            )
        )
    return blocks


def _finding(draft: Draft, one: Standing) -> str:
    """Return the finding with its row, what pooling says, and where the figure is heading."""
    say = draft.say
    sentences = [finding_text(one, say, since=draft.since(one))]
    for state, words in UNITS_NAMED.items():
        if one.status in NAMED_WITH and (units := draft.units_in(one, state)):
            sentences.append(say(words, units=units))
    if one.pooled is not None and len(one.pooled.years) > 1:
        sentences.append(
            say(
                "Few cases: pooled over {first}-{last} it is {pooled} {measure} ({cases} of {n}).",
                first=one.pooled.years[0],
                last=one.pooled.years[-1],
                pooled=f"{float(one.pooled.value):.2f}",
                measure=one.indicator.measure,
                cases=f"{int(one.pooled.numerator):,}",
                n=f"{int(one.pooled.denominator):,}",
            )
        )
    if draft.kind != "final" and one.status in ("near", "not_met", "undetermined"):
        sentences.append(projection_text(one, say))
    if not one.of_year:
        sentences.append(
            say("The figure is not this year's own (see the notes to the full table).")
        )
    reference = say("[full table, row {row}]", row=draft.rows[one.indicator.id])
    return draft.join(*sentences, reference)


def _to_draw(known: list[Standing]) -> Standing | None:
    """Return the numbered target whose course says most: missed ones first, then warned ones."""
    with_course = [
        one
        for one in known
        if one.indicator.quantified
        and one.projection is not None
        and len(one.figures) >= LEAST_YEARS
    ]
    if not with_course:
        return None
    return min(with_course, key=lambda one: (one.status == "met", not one.warnings))


def _course(draft: Draft, one: Standing) -> Picture:
    label = draft.label(one.indicator)
    return Picture(
        f"course_{one.indicator.id}",
        draft.caption(
            "figure",
            draft.say(
                "Course of “{label}” up to {year}", label=label, year=one.indicator.target_year
            ),
        ),
        finding_text(one, draft.say),
        partial(_drawn, draft, one),
        width_mm=140.0,
    )


def _drawn(draft: Draft, one: Standing, form: Form) -> bytes:
    from maps.figures.canvas import save  # noqa: PLC0415 - matplotlib is heavy
    from maps.figures.timeline import timeline  # noqa: PLC0415

    return save(timeline(one, draft.monitoring, draft.say), form)
