"""Part one: the conclusion, with both customary shares and every status counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from maps.reports.content import Block, Column, Form, Paragraph, Picture, Table
from maps.reports.draft import Draft
from maps.text.monitoring import TURN_WORDS
from maps.text.values import share_text
from maps.text.words import DOMAINS, SHAPES

if TYPE_CHECKING:
    from geo_planner.monitoring.standing import Standing


def conclusion(draft: Draft) -> list[Block]:
    """Return the blocks of the part."""
    return [
        Paragraph(_first(draft), "lead"),
        Paragraph(_numbered(draft)),
        Paragraph(_course(draft)),
        Paragraph(_warned(draft)),
        *_not_yet_over(draft),
        _table(draft),
        _picture(draft),
    ]


def _first(draft: Draft) -> str:
    say, monitoring = draft.say, draft.monitoring
    (met, judged), (_, every) = monitoring.reached
    day = draft.day(monitoring.as_of)
    return draft.join(
        say(
            "On {day} the plan's {count} targets stand as follows: {list}.",
            day=day,
            count=len(monitoring.standings),
            list=counted(draft, monitoring.standings),
        ),
        say(
            "Reached among the targets that can be judged: {share} ({met} of {n}).",
            share=share_text(met, judged),
            met=met,
            n=judged,
        ),
        say(
            "Reached among all targets with a verdict to be had, those without data included: "
            "{share} ({met} of {n}).",
            share=share_text(met, every),
            met=met,
            n=every,
        ),
        say("Both customs are in use; they are printed side by side and named."),
    )


def counted(draft: Draft, standings: Sequence[Standing]) -> str:
    """Return the number of targets of each status, as a list inside a sentence."""
    counts = Counter(one.status for one in standings)
    return draft.list(
        draft.say("{status} {count}", status=draft.say.status(name), count=counts[name])  # type: ignore[index]
        for name in SHAPES
        if counts[name]  # type: ignore[index]
    )


def _numbered(draft: Draft) -> str:
    """Say how the targets stand that the plan gives a number, and how many it gives none."""
    numbered = [one for one in draft.monitoring.standings if one.indicator.quantified]
    others = len(draft.monitoring.standings) - len(numbered)
    return draft.join(
        draft.say(
            "For {count} of them the plan gives a number: {list}.",
            count=len(numbered),
            list=counted(draft, numbered),
        ),
        draft.say(
            "For the other {count} it gives none: a direction is judged as a direction, a promise "
            "answered by yes or no as kept or not, and any other figure is for reference only and "
            "never counted as met.",
            count=others,
        ),
    )


def _course(draft: Draft) -> str:
    """Say how many figures got better and worse against the year before or the base year."""
    turns = Counter(
        _turn(draft, one) for one in draft.monitoring.standings if _turn(draft, one) is not None
    )
    since = draft.year - 1 if draft.kind == "annual" else draft.base_year
    return draft.say(
        "Against {year}, {total} figures can be compared: {better} better, {worse} worse, {same} "
        "unchanged.",
        year=since,
        total=sum(turns.values()),
        better=turns["better"],
        worse=turns["worse"],
        same=turns["same"],
    )


def _turn(draft: Draft, one: Standing) -> str | None:
    """Return whether a figure is better or worse than the one it is compared with."""
    from geo_planner.targets import LOWER_IS_BETTER  # noqa: PLC0415 - kept out of --help

    if draft.kind == "annual":
        return one.turn
    base, now = one.base, one.now
    if base is None or now is None or base.value is None or now.value is None:
        return None
    if one.indicator.comparison == "trend_to_range":
        return None
    change = now.value - base.value
    if change == 0:
        return "same"
    return "better" if (change < 0) == (one.indicator.comparison in LOWER_IS_BETTER) else "worse"


def _warned(draft: Draft) -> str:
    warnings = draft.monitoring.warnings
    if not warnings:
        return draft.say("No early warning is given.")
    levels = Counter(one.level for one in warnings)
    handled = sum(one.acknowledged is not None for one in warnings)
    return draft.say(
        "{count} early warnings are given: red {red}, amber {amber}, blue {blue}; {handled} of "
        "them have been taken note of.",
        count=len(warnings),
        red=levels["red"],
        amber=levels["amber"],
        blue=levels["blue"],
        handled=handled,
    )


def _not_yet_over(draft: Draft) -> list[Block]:
    """Say, in a final report, that the plan runs on after the year it is made for."""
    if draft.kind != "final" or draft.year >= draft.last_year:
        return []
    text = draft.say(
        "The plan runs until {last}; this report states what had been reached by {year}.",
        last=draft.last_year,
        year=draft.year,
    )
    return [Paragraph(text, "note")]


def _table(draft: Draft) -> Table:
    """Return the number of targets of each status in each domain."""
    say = draft.say
    by_domain = draft.monitoring.by_domain
    present = [name for name in SHAPES if any(s.status == name for s in draft.monitoring.standings)]
    rows = []
    for domain, word in DOMAINS.items():
        found = by_domain.get(domain, ())
        if not found:
            continue
        counts = Counter(one.status for one in found)
        rows.append(
            (say(word), str(len(found)), *(str(counts[name] or "") for name in present))  # type: ignore[index]
        )
    totals = Counter(one.status for one in draft.monitoring.standings)
    rows.append(
        (
            say("Total"),
            str(len(draft.monitoring.standings)),
            *(str(totals[name] or "") for name in present),  # type: ignore[index]
        )
    )
    columns = (
        Column(say("Domain"), weight=2.6),
        Column(say("Number of indicators"), "right"),
        *(Column(draft.status(name), "right", 1.1) for name in present),
    )
    return Table(
        "status_by_domain",
        draft.caption("table", say("Targets by domain and status")),
        columns,
        tuple(rows),
    )


def _picture(draft: Draft) -> Picture:
    caption = draft.caption("figure", draft.say("Targets by domain and status"))
    return Picture(
        "status_by_domain",
        caption,
        counted(draft, draft.monitoring.standings),
        partial(_drawn, draft),
    )


def _drawn(draft: Draft, form: Form) -> bytes:
    from maps.figures.canvas import save  # noqa: PLC0415 - matplotlib is heavy
    from maps.figures.status_bars import status_by_domain  # noqa: PLC0415

    return save(status_by_domain(draft.monitoring, draft.say), form)


def turn_word(draft: Draft, standing: Standing) -> str:
    """Return the word for better, worse or unchanged; empty where nothing can be compared."""
    turn = _turn(draft, standing)
    return draft.say(TURN_WORDS[turn]) if turn else ""
