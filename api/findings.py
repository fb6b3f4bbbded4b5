"""Findings of the data quality check, written out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from api.words import LAYERS, WEIGHTS

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
