"""A project's scoreboard: a line for each target, counts by status, both shares of targets met."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from maps.text import verdicts
from maps.text.values import NOTHING, counted_text, target_text, value_text
from maps.text.words import SHAPES

if TYPE_CHECKING:
    from geo_planner.coverage import Coverage
    from maps.text import Translator


@dataclass(frozen=True, slots=True)
class Line:
    """One target, written out for a person: every text is final and none is rounded twice."""

    indicator: str
    label: str
    domain: str
    clause: str
    quote: str
    priority: str
    quantified: bool
    status: str
    word: str
    shape: str
    counted: str
    value: str
    target: str
    needs: str
    meaning: str
    each: bool
    data_date: str


@dataclass(frozen=True, slots=True)
class Scoreboard:
    """All lines, the number of targets of each status, and both customary shares: (met, of)."""

    lines: tuple[Line, ...]
    counts: dict[str, int]
    judged: tuple[int, int]
    everything: tuple[int, int]


def build_scoreboard(coverages: Sequence[Coverage], translator: Translator) -> Scoreboard:
    """Return the scoreboard of some verdicts."""
    from geo_planner.targets import reached_rates  # noqa: PLC0415 - kept out of --help

    counts: Counter[str] = Counter(coverage.status for coverage in coverages)
    judged, everything = reached_rates(coverage.status for coverage in coverages)
    return Scoreboard(
        lines=tuple(write_line(coverage, translator) for coverage in coverages),
        counts={status: counts[status] for status in SHAPES if counts[status]},
        judged=judged,
        everything=everything,
    )


def write_line(coverage: Coverage, translator: Translator) -> Line:
    """Return one verdict written out."""
    row = coverage.indicator
    return Line(
        indicator=row.id,
        label=translator.label(row.label),
        domain=row.domain,
        clause=row.clause,
        quote=row.quote,
        priority=row.priority,
        quantified=row.quantified,
        status=coverage.status,
        word=translator.status(coverage.status),
        shape=SHAPES[coverage.status],
        counted=counted_text(coverage, translator),
        value=value_text(coverage, translator),
        target=target_text(coverage, translator),
        needs=verdicts.needed(coverage, translator),
        each=verdicts.is_each(coverage),
        meaning=verdicts.meaning(coverage, translator),
        data_date=coverage.data_date or NOTHING,
    )
