"""The scorecard: the plan in a year on one page that needs no network, and no script to be read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

from geo_planner.monitoring.series import goal_of
from geo_planner.monitoring.warning import LEVEL_LABELS
from geo_planner.targets import DIRECTIONS, reached_rates
from maps.figures.course import course_svg
from maps.figures.part_values import names_of, part_text
from maps.figures.sparkline import sparkline_svg
from maps.fragments import fragment, read_page
from maps.text.monitoring import (
    change_text,
    percent,
    projected_year,
    turn_text,
    withheld_text,
)
from maps.text.pace import gain_text, pace_needed
from maps.text.values import NOTHING, counted_text, share_text, target_text, value_text
from maps.text.verdicts import is_each, measure_of, nothing_known
from maps.text.verdicts import needed as needs
from maps.text.warnings import LEVEL_SHAPES, level_word, rule_word, state_word
from maps.text.words import DOMAINS, SHAPES

if TYPE_CHECKING:
    from geo_planner.monitoring import EarlyWarning, Monitoring, PartFigure, Standing
    from maps.text import Translator

Parts = Mapping[str, tuple["PartFigure", ...]]

SILENT = frozenset({"no_data", "not_applicable"})
"""Verdicts of indicators that have nothing to show but their names."""


@dataclass(frozen=True, slots=True)
class Warned:
    """One early warning, written out."""

    level: str
    shape: str
    heading: str
    text: str
    unit: str
    state: str


@dataclass(frozen=True, slots=True)
class Row:
    """One indicator, written out for a person: every text is final."""

    id: str
    label: str
    clause: str
    domain: str
    status: str
    mark: str
    word: str
    value: str
    counted: str
    target: str
    change: str
    turn: str
    spark: Markup
    attained: str
    withheld: str
    projected: str
    pace: str
    course: Markup
    numbered: bool
    warnings: tuple[Warned, ...]
    notes: tuple[str, ...]

    @property
    def silent(self) -> bool:
        """Whether there is nothing to show but its name."""
        return self.status in SILENT and self.value == NOTHING and not self.warnings


@dataclass(frozen=True, slots=True)
class Group:
    """A domain of the plan with its indicators."""

    id: str
    heading: str
    rows: tuple[Row, ...]

    @property
    def told(self) -> tuple[Row, ...]:
        """Indicators with something to show."""
        return tuple(row for row in self.rows if not row.silent)

    @property
    def silent(self) -> tuple[Row, ...]:
        """Indicators of which nothing is known."""
        return tuple(row for row in self.rows if row.silent)


@dataclass(frozen=True, slots=True)
class Part:
    """A regiment or district: how many of its figures stand where."""

    code: str
    name: str
    counts: Mapping[str, int]
    met: int
    judged: int

    @property
    def share(self) -> str:
        """Share of the judged figures that keep their targets."""
        return share_text(self.met, self.judged)


def rows_of(monitoring: Monitoring, say: Translator) -> tuple[Group, ...]:
    """Return every indicator written out, by domain in the order of the plan."""
    found = monitoring.by_domain
    names = dict.fromkeys((*DOMAINS, *found))
    return tuple(
        Group(
            name,
            say(DOMAINS[name]) if name in DOMAINS else name,
            tuple(_row(one, monitoring, say) for one in found[name]),
        )
        for name in names
        if name in found
    )


def _row(one: Standing, monitoring: Monitoring, say: Translator) -> Row:
    coverage, row = one.coverage, one.indicator
    measure = measure_of(coverage)
    goal = None if row.comparison in DIRECTIONS else goal_of(row)
    numbered = row.quantified and goal is not None and bool(one.figures)
    needed = pace_needed(one, goal) if row.quantified else None
    base = monitoring.project.catalogue.period[0] - 1
    line = one.projection
    pace = ""
    if is_each(coverage):
        pace = _blank(needs(coverage, say)) if needed is not None else ""
    elif needed is not None:
        pace = say("{gain} a year", gain=gain_text(needed[2], measure, say))
    return Row(
        row.id,
        say.label(row.label),
        row.clause,
        row.domain,
        one.status,
        SHAPES[one.status],
        say.status(one.status),
        value_text(coverage, say),
        "" if nothing_known(coverage) or is_each(coverage) else _blank(counted_text(coverage, say)),
        target_text(coverage, say),
        change_text(one, say),
        turn_text(one, say),
        Markup(
            sparkline_svg(
                one.figures, say, measure=measure, goal=goal, years=(base, monitoring.year)
            )
        ),
        percent(one.attainment),
        withheld_text(one.attainment, say),
        projected_year(line, say) if line is not None else NOTHING,
        pace,
        Markup(course_svg(one, say)) if numbered else Markup(""),
        numbered,
        tuple(_warned(warning, say) for warning in one.warnings),
        tuple(dict.fromkeys(say.note(note) for note in (*coverage.notes, *one.notes))),
    )


def _blank(text: str) -> str:
    return "" if text == NOTHING else text


def _warned(one: EarlyWarning, say: Translator) -> Warned:
    return Warned(
        one.level,
        LEVEL_SHAPES[one.level],
        f"{level_word(one.level, say)} · {rule_word(one.rule, say)}",
        say.note(one.because),
        one.unit_name or one.unit_id,
        state_word(one.state, say),
    )


def parts_written(monitoring: Monitoring, parts: Parts, say: Translator) -> tuple[Part, ...]:
    """Return regiments and districts with the number of their figures of each status."""
    found = []
    for code, name in names_of(monitoring.project, parts, say).items():
        own = [one.status for figures in parts.values() for one in figures if one.unit_id == code]
        (met, judged), _ = reached_rates(own)
        found.append(Part(code, name, Counter(own), met, judged))
    return tuple(found)


def cells(
    monitoring: Monitoring, parts: Parts, say: Translator
) -> dict[str, dict[str, tuple[str, str]]]:
    """Return, by indicator and part, status and text of each cell of the heat table."""
    return {
        name: {
            one.unit_id: (
                one.status,
                part_text(one, monitoring.of[name].indicator.aggregation, say, bare=True),
            )
            for one in figures
        }
        for name, figures in parts.items()
        if name in monitoring.of
    }


def scorecard_body(monitoring: Monitoring, parts: Parts, say: Translator) -> Markup:
    """Return the scorecard as a piece of a page, without styles and script."""
    groups = rows_of(monitoring, say)
    rows = [row for group in groups for row in group.rows]
    sides = parts_written(monitoring, parts, say)
    levels = Counter(one.level for one in monitoring.warnings)
    return fragment(
        "scorecard.html",
        say,
        monitoring=monitoring,
        project=monitoring.project,
        title=say.label(monitoring.project.catalogue.title),
        groups=groups,
        rows=rows,
        counts=[
            (status, monitoring.counts[status])
            for status in SHAPES
            if monitoring.counts.get(status)
        ],
        shapes=SHAPES,
        reached=monitoring.reached,
        share_text=share_text,
        warned=[
            (level, LEVEL_SHAPES[level], level_word(level, say), levels[level])
            for level in LEVEL_LABELS
        ],
        parts=sides,
        part_statuses=[status for status in SHAPES if any(one.counts.get(status) for one in sides)],
        cells=cells(monitoring, parts, say),
        numbered=[row for row in rows if row.numbered],
    )


def style() -> str:
    """Return the scorecard's style sheet."""
    return read_page("scorecard.css")


def script() -> str:
    """Return the scorecard's script: it filters; all is there without it."""
    return read_page("scorecard.js")


def scorecard_html(monitoring: Monitoring, parts: Parts, say: Translator) -> str:
    """Return the scorecard as one page that opens from a disk, without any network.

    Letters come from the reader's machine; names are escaped; equal facts give equal text.
    """
    return str(
        fragment(
            "scorecard_page.html",
            say,
            language=say.language,
            title=say.label(monitoring.project.catalogue.title),
            monitoring=monitoring,
            style=Markup(style()),
            script=Markup(script()),
            body=scorecard_body(monitoring, parts, say),
        )
    )


def texts_of(rows: Sequence[Row]) -> list[dict[str, object]]:
    """Return rows as plain texts, for tables outside a page."""
    return [
        {
            "indicator": row.id,
            "label": row.label,
            "domain": row.domain,
            "status": row.status,
            "word": row.word,
            "value": row.value,
            "target": row.target,
            "change": " ".join(part for part in (row.turn, row.change) if part),
            "attained": row.attained,
            "projected": row.projected,
            "pace": row.pace,
            "warnings": len(row.warnings),
        }
        for row in rows
    ]
