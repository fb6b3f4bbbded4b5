"""Words of networks in levels: what is known of a unit, of its chain, and why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from geo_planner.notes import msgid

if TYPE_CHECKING:
    from geo_planner.networks import NetworkReport
    from maps.text.translation import Translator

HELD_WORDS: Mapping[str, str] = {
    "covered": msgid("in place"),
    "uncovered": msgid("lacking"),
    "unknown": msgid("state not known"),
}
"""State of a unit -> whether its own level is there."""

LINK_WORDS: Mapping[str, str] = {
    "covered": msgid("Leads to a unit whose level is in place"),
    "uncovered": msgid("Leads to a unit whose level is lacking"),
    "unknown": msgid("Leads to a unit of which it is not known"),
}
"""State of the unit above -> what the line up to it says."""


def chain_text(report: NetworkReport, row: Mapping[str, Any], say: Translator) -> str:
    """Return whether a unit's chain is whole, or which level is the first to lack, going up."""
    if row["chain"] == "broken":
        level = report.network.levels[int(row["broken_at"]) - 1]
        return say("broken: lacks {level}", level=level.label)
    return (
        say("whole up to the top")
        if row["chain"] == "complete"
        else say("not known whether it is whole")
    )
