"""Part four: coverage and access: who is underserved, by name, and which levels lack."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, Any

from geo_planner.worklist import CELLS, work_list
from maps.reports.content import Block, Bullets, Column, Form, Heading, Paragraph, Picture, Table
from maps.reports.draft import Draft, head_count, section_number
from maps.reports.parts.changed import changed
from maps.text.numbers import metres
from maps.text.values import NOTHING, is_missing, value_text
from maps.text.verdicts import method, needed

if TYPE_CHECKING:
    from geo_planner.monitoring.standing import Standing
    from geo_planner.networks import NetworkReport

MOST_ROWS = 60
"""Longest list of underserved units in the text; the workbook has all of them."""

MOST_MAPS = 3


def space(draft: Draft) -> list[Block]:
    """Return the blocks of the part."""
    spatial = spatial_standings(draft)
    if not spatial:
        return [Paragraph(draft.say("No target of the plan is counted unit by unit here."))]
    blocks: list[Block] = [Heading(section_number(1, draft.say, part=4) + draft.say("Coverage"))]
    blocks += [Paragraph(_sentence(draft, one)) for one in spatial]
    blocks += _maps(draft, spatial)
    blocks.append(
        Heading(section_number(2, draft.say, part=4) + draft.say("Who is underserved, by name"))
    )
    blocks += _underserved(draft, spatial)
    blocks.append(Heading(section_number(3, draft.say, part=4) + draft.say("What changed")))
    blocks += changed(draft, spatial)
    blocks.append(
        Heading(section_number(4, draft.say, part=4) + draft.say("Services in three levels"))
    )
    for one in draft.networks:
        blocks += _network(draft, one)
    return blocks


def spatial_standings(draft: Draft) -> list[Standing]:
    """Return targets counted unit by unit from facilities or households, numbered ones first."""
    rules = ("has_facility", "within_reach", "household_share")
    found = [
        one
        for one in draft.monitoring.standings
        if one.indicator.rule in rules
        and one.coverage.tally.members is not None
        and not one.coverage.tally.members.of_facilities
        and one.status not in ("no_data", "not_applicable")
    ]
    return sorted(found, key=lambda one: not one.indicator.quantified)


def _sentence(draft: Draft, one: Standing) -> str:
    """Return how a target stands, its four cells, and what is missing."""
    say, coverage = draft.say, one.coverage
    first = say(
        "{label}: {value}, {status}.",
        label=draft.label(one.indicator),
        value=value_text(coverage, say),
        status=say.status(one.status),
    )
    missing = needed(coverage, say)
    second = (
        say("Still needed: {needs}.", needs=missing)
        if missing not in ("0", NOTHING) and coverage.needs_more_max
        else ""
    )
    return draft.join(first, second, _cells(draft, one))


def _cells(draft: Draft, one: Standing) -> str:
    """Return how many units are established and reachable, one without the other, and neither.

    What is established decides the target; what is reachable stands beside it.
    """
    if one.indicator.rule != "has_facility":
        return ""
    listed = work_list(one.coverage)
    if "cell" not in listed or listed.empty:
        return ""
    counts = Counter(listed["cell"])
    parts = [
        draft.say("{what} {count}", what=draft.say(CELLS[code]), count=counts[code])
        for code in CELLS
        if counts[code]
    ]
    return draft.say("Units: {list}.", list=draft.list(parts))


def _maps(draft: Draft, spatial: list[Standing]) -> list[Block]:
    """Return maps of the numbered targets, missed ones first."""
    drawn = sorted(
        (one for one in spatial if one.indicator.quantified),
        key=lambda one: one.status == "met",
    )[:MOST_MAPS]
    if not draft.project.units.geometry.notna().any():
        return []
    blocks: list[Block] = []
    for one in drawn:
        label = draft.label(one.indicator)
        blocks.append(
            Picture(
                f"map_{one.indicator.id}",
                draft.caption("figure", label),
                draft.say("Map: {label}", label=label),
                partial(_drawn, draft, one),
            )
        )
    return blocks


def _drawn(draft: Draft, one: Standing, form: Form) -> bytes:
    from maps.figures.canvas import save  # noqa: PLC0415 - matplotlib is heavy
    from maps.figures.coverage_map import coverage_map  # noqa: PLC0415

    return save(coverage_map(draft.project, one.coverage, draft.say), form)


def _underserved(draft: Draft, spatial: list[Standing]) -> list[Block]:
    say = draft.say
    rows = [row for one in spatial for row in underserved_rows(draft, one)]
    if not rows:
        return [Paragraph(say("No unit is known to lack what these targets promise."))]
    table = Table(
        "underserved",
        draft.caption("table", say("Underserved units, in the order in which to look at them")),
        (
            Column(say("Indicator"), weight=2.2),
            Column(say("Unit"), weight=1.6),
            Column(say("In"), weight=1.4),
            Column(say("Children or households"), "right"),
            Column(say("To the nearest"), "right"),
            Column(say("How"), weight=1.3),
        ),
        tuple(rows[:MOST_ROWS]),
        note=_cut(draft, len(rows)),
    )
    unknown = [
        draft.say("{label}: {names}", label=draft.label(one.indicator), names=names)
        for one in spatial
        if (names := _unknown_names(draft, one))
    ]
    blocks: list[Block] = [table]
    if unknown:
        blocks.append(
            Paragraph(say("Not known, and therefore neither counted as lacking nor ranked:"))
        )
        blocks.append(Bullets(tuple(unknown)))
    return blocks


def underserved_rows(draft: Draft, one: Standing) -> list[tuple[str, ...]]:
    """Return a row for each unit that lacks something, worst first."""
    units = one.coverage.units
    if units.empty or "rank" not in units:
        return []
    ranked = units.loc[units["rank"].notna()].sort_values("rank", kind="stable")
    ways = {
        code: method(code, one.coverage, draft.say)
        for code in ranked["reach_method"].dropna().unique()
    }
    return [
        (
            draft.label(one.indicator),
            draft.unit_name(str(key)) or str(row["name"]),
            draft.unit_name(row["parent_id"]),
            head_count(row["lacking"], draft.say),
            _distance(draft, row),
            NOTHING if is_missing(row["reach_method"]) else ways[row["reach_method"]],
        )
        for key, row in zip(ranked.index, ranked.to_dict("records"), strict=True)
    ]


def _distance(draft: Draft, row: dict[Any, Any]) -> str:
    """Return the way to the nearest facility, or why there is none."""
    from maps.text.words import REACH_WORDS  # noqa: PLC0415 - kept together

    state = row["reach_state"]
    if is_missing(state):
        return NOTHING
    if not is_missing(row["network_m"]):
        return metres(row["network_m"], draft.say)
    if state in ("within", "beyond") and not is_missing(row["straight_m"]):
        return "≈ " + metres(row["straight_m"], draft.say)
    return draft.say(REACH_WORDS[state])


def _cut(draft: Draft, count: int) -> str:
    """Say that counts are hidden where they are small, and where a list was cut."""
    few = draft.say("Counts below 5 are not printed.")
    if count <= MOST_ROWS:
        return few
    more = draft.say(
        "The first {shown} of {count}; the workbook of this report has all of them.",
        shown=MOST_ROWS,
        count=count,
    )
    return draft.join(more, few)


def _unknown_names(draft: Draft, one: Standing) -> str:
    units = one.coverage.units
    if units.empty:
        return ""
    rows = units.loc[units["state"] == "unknown"]
    return draft.named(draft.place(str(key)) or str(key) for key in rows.index)


def _network(draft: Draft, one: NetworkReport) -> list[Block]:
    """Return a network's counts by level and the names that lack theirs."""
    say = draft.say
    table = Table(
        f"network_{one.network.id}",
        draft.caption("table", say.label(one.network.label)),
        (
            Column(say("Level"), weight=2.6),
            Column(say("Units"), "right"),
            Column(say("In place"), "right"),
            Column(say("Lacking"), "right"),
            Column(say("Not known"), "right"),
            Column(say("In place, but a level above is lacking"), "right", 1.4),
        ),
        tuple(
            (
                say.label(level.level.label),
                str(level.n),
                str(level.covered),
                str(level.uncovered),
                str(level.unknown),
                str(level.hanging),
            )
            for level in one.levels
        ),
    )
    lacking = one.lacking
    if lacking.empty:
        return [table]
    texts = []
    for number, level in enumerate(one.levels, start=1):
        rows = lacking.loc[lacking["level"] == number]
        if rows.empty:
            continue
        names = draft.named(draft.place(str(key)) for key in rows["unit_id"])
        texts.append(say("{level}: lacking in {names}", level=level.level.label, names=names))
    return [table, Bullets(tuple(texts))]
