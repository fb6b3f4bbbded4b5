"""A project's scoreboard: a line for each target, counts by status, both shares of targets met."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from api.shown import NOTHING, is_missing, rounded
from api.words import SHAPES
from geo_planner.notes import msgid
from maps.text import verdicts
from maps.text.words import DIRECTION_WORDS, MEASURE_WORDS

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
        counted=_counted(coverage, translator),
        value=value_text(coverage, translator),
        target=target_text(coverage, translator),
        needs=verdicts.needed(coverage, translator),
        each=verdicts.is_each(coverage),
        meaning=verdicts.meaning(coverage, translator),
        data_date=coverage.data_date or NOTHING,
    )


def _counted(coverage: Coverage, translator: Translator) -> str:
    """Return ``covered / n`` with what is counted, the unknown ones named where there are any."""
    if not coverage.n:
        return NOTHING
    whole = verdicts.things(coverage.basis, coverage.n, translator, text=rounded(coverage.n, 0))
    text = f"{rounded(coverage.covered, 0)} / {whole}"
    if not coverage.unknown:
        return text
    return text + translator.text(", {unknown} unknown", unknown=rounded(coverage.unknown, 0))


def measure_text(measure: str, translator: Translator) -> str:
    """Return the unit a figure is in, such as ``%`` or "per 1000 children"."""
    word = MEASURE_WORDS.get(measure, measure)
    return translator(word) if word else ""


def value_text(coverage: Coverage, translator: Translator) -> str:
    """Return the value of a verdict, or its bounds where units are unknown.

    Where each unit has to reach the target, it is the number of units that do.
    """
    row = coverage.indicator
    if verdicts.nothing_known(coverage):
        return NOTHING
    if kept := verdicts.kept_by(coverage, translator):
        return kept
    if row.measure == "yes/no" and not coverage.n and coverage.lower == coverage.upper:
        return NOTHING if coverage.lower is None else translator(YES if coverage.lower else NO)
    sign, lower, upper = verdicts.shown_bounds(coverage)
    return f"{sign}{bounds_text(lower, upper, verdicts.measure_of(coverage), translator)}"


YES, NO = msgid("yes"), msgid("no")


def bounds_text(
    lower: Fraction | float | None,
    upper: Fraction | float | None,
    measure: str,
    translator: Translator,
) -> str:
    """Return a figure, or the range it lies in; small by nature, it gets a second decimal."""
    if is_missing(lower) or is_missing(upper):
        return NOTHING
    digits = _digits(measure, lower, upper)
    low, high = rounded(lower, digits), rounded(upper, digits)
    figure = low if lower == upper else f"{low}–{high}"
    return f"{figure} {measure_text(measure, translator)}".strip()


def _digits(measure: str, *values: Fraction | float | None) -> int:
    """Return how many decimals a figure is shown with; whole things are shown whole."""
    if measure == "count" and all(value == int(value or 0) for value in values):
        return 0
    return 2 if measure.startswith(("‰", "per 1000")) else 1


def target_text(coverage: Coverage, translator: Translator) -> str:
    """Return the promise, such as ``≥ 96 %`` or "should fall"."""
    row = coverage.indicator
    if row.comparison not in (">=", "<=") or row.target is None:
        return translator(DIRECTION_WORDS.get(row.comparison, NOTHING))
    sign = "≥" if row.comparison == ">=" else "≤"
    text = f"{sign} {trimmed(row.target_fraction)} {measure_text(row.measure, translator)}".strip()
    each = row.aggregation == "all_units_must_meet"
    return translator.text("{target} each", target=text) if each else text


def trimmed(value: Fraction | None) -> str:
    """Return a target as the plan prints it: 96, 0.85, 2.5."""
    if value is None:
        return NOTHING
    return rounded(value, 3).rstrip("0").rstrip(".")


def share_text(part: int, whole: int) -> str:
    """Return a share in percent with one decimal, nothing where there is nothing to divide by."""
    return f"{rounded(Fraction(100 * part, whole))} %" if whole else NOTHING
