"""Findings of the data quality check, written out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from api.words import LAYERS, WEIGHTS
from geo_planner.notes import row_list

if TYPE_CHECKING:
    from geo_planner.quality import Finding
    from maps.text import Translator

FINDING_COLUMNS = ("code", "severity", "layer", "ids", "places", "text")


def written_findings(found: Sequence[Finding], translator: Translator) -> list[dict[str, Any]]:
    """Return findings as rows: codes for programs, words and a sentence for the reader."""
    return [
        {
            "code": one.code,
            "severity": one.severity,
            "weight": translator(WEIGHTS.get(one.severity, one.severity)),
            "layer": one.layer,
            "layer_name": translator(LAYERS.get(one.layer, one.layer)),
            "ids": [str(name) for name in one.ids],
            "places": [str(place) for place in one.places],
            "text": translator.note(one.note),
        }
        for one in found
    ]


def told_places(places: Sequence[str]) -> str:
    """Return places for people, rows of one file together: ``units.xlsx: 3, 5-7``."""
    rows: dict[str, list[int]] = {}
    for place in places:
        file, _, row = place.rpartition(":")
        if file and row.isdecimal():
            rows.setdefault(file, []).append(int(row))
        else:
            rows.setdefault(place, [])
    return "\n".join(
        f"{file}: {row_list(found)}" if found else file for file, found in rows.items()
    )
