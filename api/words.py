"""Words and shapes for codes that only the doors write out; ``maps.text`` has the others."""

from __future__ import annotations

from geo_planner.notes import msgid

SHAPES = {
    "met": "●",
    "near": "▲",
    "not_met": "■",
    "undetermined": "◇",
    "no_data": "○",
    "trend_ok": "◎",
    "trend_bad": "△",
    "reference_only": "□",
    "not_applicable": "※",
}
"""Status -> a shape beside its word, so that none is told by colour alone. All are in GB 2312."""

DOMAINS = {
    "health": msgid("Children and health"),
    "safety": msgid("Children and safety"),
    "education": msgid("Children and education"),
    "welfare": msgid("Children and welfare"),
    "family": msgid("Children and family"),
    "environment": msgid("Children and environment"),
    "law": msgid("Children and legal protection"),
    "implementation": msgid("Carrying out the plan"),
}
"""Domain of a target -> its heading, in the order of the plan's chapters."""

MEASURES = {
    "%": "%",
    "‰": "‰",
    "‰ points": msgid("‰ points"),
    "count": "",
    "yes/no": "%",
    "per 1000 children": msgid("per 1000 children"),
    "per 1000": msgid("per 1000"),
    "per 10 000": msgid("per 10 000"),
    "per 100 000": msgid("per 100 000"),
    "per 100 girls": msgid("per 100 girls"),
    "% change vs 2020": msgid("% against 2020"),
    "hours/day": msgid("hours a day"),
    "hours/week": msgid("hours a week"),
}

BASES = {
    "units": msgid("units"),
    "households": msgid("households"),
    "population": msgid("people"),
    "facilities": msgid("facilities"),
    "cases": msgid("cases"),
}

TRENDS = {
    "must_hold": msgid("must hold"),
    "maintain_or_increase": msgid("keep or raise"),
    "trend_up": msgid("should rise"),
    "trend_down": msgid("should fall"),
    "trend_flat_or_down": msgid("should not rise"),
    "trend_to_range": msgid("should reach its range"),
}

LAYERS = {
    "units": msgid("Units"),
    "facilities": msgid("Facilities"),
    "observations": msgid("Observations"),
    "streets": msgid("Streets"),
}

MADE_UP = msgid("Made-up data, for demonstration only")

WEIGHTS = {
    "contradiction": msgid("contradiction"),
    "review": msgid("to review"),
    "gap": msgid("gap"),
}
"""Severity of a finding of the quality check -> its word."""
