"""The units behind a figure as a table for a clerk: words for codes, headings in their language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from api.evidence import explained_rows
from api.printing import csv_text
from geo_planner.notes import msgid
from geo_planner.tally import REASONS
from maps.text import verdicts
from maps.text.values import is_missing, rounded
from maps.text.words import METHOD_WORDS, REACH_WORDS, STATE_WORDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geo_planner.coverage import Coverage
    from maps.text import Translator

MADE_UP_COLUMN = msgid("Made-up data")
YES = msgid("yes")


def worded_csv(coverage: Coverage, translator: Translator) -> str:
    """Return the table as CSV for Excel.

    A tab stands after each code: Excel then shows twelve digits as they are, not as 6.5E+11.
    """
    rows = [
        _worded(row, coverage, translator)
        for row in explained_rows(coverage, coverage.units, translator)
    ]
    columns = list(rows[0]) if rows else [translator(msgid("Name"))]
    return csv_text(rows, columns, excel=True)


def _worded(row: Mapping[str, Any], coverage: Coverage, say: Translator) -> dict[str, Any]:
    kinds = coverage.project.catalogue
    kind = kinds.unit_kinds.get(row["kind"]) or kinds.facility_types.get(row["kind"])
    made: dict[str, Any] = {
        say("Name"): row["name"],
        say("Part of"): row["parent_name"],
        say("Code"): f"{row['unit_id']}\t",
        say("Kind"): say.label(kind.label) if kind else row["kind"],
        say("State"): _word(STATE_WORDS, row["state"], say),
        say("Why"): _word(REASONS, row["reason"], say),
        say("Rank"): row["rank"],
        say("Numerator"): row["covered_part"],
        say("Denominator"): row["total_part"],
        verdicts.people_label(coverage, say): row["children"],
        verdicts.lacking_heading(coverage, say): row["lacking"],
        say("Facilities"): [f"{one['name']} {one['id']}" for one in row["served_by"]],
        say("Reach"): _word(REACH_WORDS, row["reach_state"], say),
        say("Nearest"): row["nearest"]["name"] if row["nearest"] else None,
        say("Straight, m"): _round(row["straight_m"], 0),
        say("Distance, m"): _round(row["network_m"], 0),
        say("Detour"): _round(row["detour"], 2),
        say("Minutes"): _round(row["minutes"], 1),
        say("Method"): _word(METHOD_WORDS, row["reach_method"], say),
        say("Row of the unit"): row["origin"],
    }
    if coverage.project.simulated:
        made[say(MADE_UP_COLUMN)] = say(YES)
    return made


def _word(words: Mapping[str, str], code: Any, say: Translator) -> str | None:  # noqa: ANN401 - a cell
    return None if is_missing(code) else say(words.get(str(code), str(code)))


def _round(value: Any, digits: int) -> float | None:  # noqa: ANN401 - a cell
    return None if is_missing(value) else float(rounded(value, digits))
