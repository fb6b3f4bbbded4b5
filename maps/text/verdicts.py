"""Sentences about a verdict: what is still needed, in what, by which way it was judged."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING

from geo_planner.counts import COUNT_LABELS
from geo_planner.notes import msgid
from geo_planner.targets import DIRECTIONS
from maps.text.numbers import NOTHING, in_measure
from maps.text.translation import Translator
from maps.text.words import BASIS_WORDS, METHOD_WORDS

if TYPE_CHECKING:
    from geo_planner.coverage import Coverage

EACH = "all_units_must_meet"

HEADS = frozenset(
    {"age_group", "children", "cohort", "examined", "population", "pupils", "teachers"}
)
"""Bases that count people under a name of their own."""


def things(basis: str, count: int, say: Translator, *, text: str | None = None) -> str:
    """Return a number with what it counts: ``1 unit``, ``137 households``.

    Parameters
    ----------
    basis
        What is counted (``Coverage.basis``); a basis without a word gives the bare number.
    count
        The number that decides between singular and plural.
    text
        How the number is written, if not plainly (a range, for example).
    """
    text = f"{count:,}" if text is None else text
    if basis == "units":
        return say.plural("{count} unit", "{count} units", count, count=text)
    if basis == "facilities":
        return say.plural("{count} facility", "{count} facilities", count, count=text)
    if basis == "households":
        return say.plural("{count} household", "{count} households", count, count=text)
    if basis in HEADS:
        return say.plural("{count} person", "{count} people", count, count=text)
    if basis in ("cases", "births"):
        return say.plural("{count} case", "{count} cases", count, count=text)
    return text


def needed(coverage: Coverage, say: Translator) -> str:
    """Return what is missing to the target, with its unit and its direction.

    ``1 unit more``, ``30 cases fewer`` where less is better, ``0`` where nothing is, and a range
    where unknown units leave it open.
    """
    low, high = coverage.needs_more_min, coverage.needs_more_max
    if low is None or high is None:
        return NOTHING
    if high == 0:
        return "0"
    text = f"{high:,}" if low == high else f"{low:,}–{high:,}"
    counted = things(coverage.basis, high, say, text=text)
    if coverage.indicator.comparison == "<=" and not is_each(coverage):
        return say("{things} fewer", things=counted)
    return say("{things} more", things=counted)


def is_each(coverage: Coverage) -> bool:
    """Return whether every unit has to reach the target on its own."""
    return coverage.indicator.aggregation == EACH


def kept_by(coverage: Coverage, say: Translator) -> str:
    """Return how many units reach a target that each of them has to reach; empty for others.

    A share of units printed as a percentage would be read as the rate itself.
    """
    if not is_each(coverage) or not coverage.n or coverage.covered is None:
        return ""
    most = coverage.covered + (coverage.unknown or 0)
    low = f"{coverage.covered:,}"
    return say(
        "{count} of {things} reach it",
        count=low if most == coverage.covered else f"{low}–{most:,}",
        things=things(coverage.basis, coverage.n, say),
    )


def nothing_known(coverage: Coverage) -> bool:
    """Return whether every unit is unknown, so that bounds from 0 to 100 % would say nothing."""
    return bool(coverage.n) and coverage.unknown == coverage.n


def measure_of(coverage: Coverage) -> str:
    """Return what the value is in: percent where it is the share of units that keep a promise."""
    is_share = (
        coverage.basis in ("units", "facilities")
        and bool(coverage.n)
        and coverage.covered is not None
        and coverage.tally.lower == Fraction(100 * coverage.covered, coverage.n or 1)
    )
    return "%" if is_share else coverage.indicator.measure


def shown_bounds(coverage: Coverage) -> tuple[str, Fraction | None, Fraction | None]:
    """Return the sign to put before a value, and its bounds (equal where it is one figure).

    A missing figure of any size leaves the value open: then only what is known can be said, after
    ``≈``, or ``≥`` and ``≤`` where one bound holds.
    """
    lower, upper, known = coverage.lower, coverage.upper, coverage.known
    if known is None or (lower is not None and upper is not None):
        return "", lower, upper
    if lower == upper:
        return "≈ ", known, known
    return ("≥ ", lower, lower) if upper is None else ("≤ ", upper, upper)


def mode_label(coverage: Coverage, say: Translator) -> str:
    """Return how people get there, as the unit table reckons it; empty where nobody travels."""
    row, catalogue = coverage.indicator, coverage.project.catalogue
    if row.facility_type is None:
        return ""
    kind = catalogue.facility_type(row.facility_type)
    mode = row.mode if row.rule == "within_reach" else kind.usual_mode
    return say.label(catalogue.travel_mode(mode).label)


def method(code: str, coverage: Coverage, say: Translator) -> str:
    """Return how a figure or a way came about; over streets, with the mode of travel."""
    words = say(METHOD_WORDS.get(code, code))
    mode = mode_label(coverage, say) if code in ("streets", "straight_line", "offroad") else ""
    return f"{words} · {mode}" if mode else words


def people_column(coverage: Coverage) -> str:
    """Return the column that counts who is concerned: an age band, all people, or buildings."""
    from geo_planner.population import stand_in  # noqa: PLC0415 - kept out of --help

    types = coverage.project.catalogue.facility_types
    kind = types.get(coverage.indicator.facility_type or "")
    return stand_in(coverage.project, "children_0_17" if kind is None else kind.population)


def people_label(coverage: Coverage, say: Translator) -> str:
    """Return who is counted in each unit, such as an age band."""
    column = people_column(coverage)
    label = COUNT_LABELS.get(column)
    return column if label is None else say.label(label)


def lacking_heading(coverage: Coverage, say: Translator) -> str:
    """Return the heading of the column that counts who is not reached, with what it counts."""
    units = coverage.units
    if not units.empty and units["total_part"].notna().any():
        word = BASIS_WORDS["households"] if coverage.basis == "households" else ""
        return say("Lacking ({who})", who=say(word)) if word else say("Lacking")
    return say("Lacking ({who})", who=people_label(coverage, say))


MEANINGS: Mapping[str, str] = {
    "near": msgid(
        "Not met; the gap is no more than 5 percentage points, or at least 95 percent is attained."
    ),
    "undetermined": msgid(
        "What is unknown could decide: whether it is met stays open until that is cleared up."
    ),
    "no_data": msgid("Nothing that could be judged has been imported for this target."),
    "reference_only": msgid("The figure is shown and not judged."),
    "trend_ok": msgid(
        "The plan gives a direction only: the latest figure is compared with earlier."
    ),
    "trend_bad": msgid(
        "The plan gives a direction only: the latest figure is compared with earlier."
    ),
    "not_applicable": msgid("There is nobody to count."),
}
"""What a verdict means, where its word alone does not say."""


def meaning(coverage: Coverage, say: Translator) -> str:
    """Return what the verdict means, empty where its word says it all."""
    sentence = MEANINGS.get(coverage.status)
    return say(sentence) if sentence else ""


def earlier(coverage: Coverage, say: Translator) -> str:
    """Return the figures a direction is judged by, the latest three, oldest first."""
    if coverage.indicator.comparison not in DIRECTIONS:
        return ""
    measure = coverage.indicator.measure
    return " · ".join(
        say("{period}: {figure}", period=period, figure=in_measure(value, measure, say))
        for period, value in coverage.tally.history[-3:]
    )
