"""Words and shapes for codes that only the doors write out; ``maps.text`` has the others."""

from __future__ import annotations

from geo_planner.notes import msgid

LAYERS = {
    "units": msgid("Units"),
    "facilities": msgid("Facilities"),
    "observations": msgid("Observations"),
    "streets": msgid("Streets"),
    "barriers": msgid("Barriers (canals, railways …)"),
}

STORED = {**LAYERS, "acknowledgements": msgid("Handling of early warnings")}
"""Layers of the history: those an office's files are for, and what was entered here."""

MADE_UP = msgid("Made-up data, for demonstration only")

WEIGHTS = {
    "contradiction": msgid("contradiction"),
    "review": msgid("to review"),
    "gap": msgid("gap"),
}
"""Severity of a finding of the quality check -> its word."""

JOB_STATUSES = {
    "accepted": msgid("waiting"),
    "running": msgid("running"),
    "successful": msgid("finished"),
    "failed": msgid("failed"),
    "dismissed": msgid("stopped"),
    "stopping": msgid("being stopped"),
}
"""Status of a long run -> its word."""

STAGES = {
    "reading": msgid("reading the project"),
    "measuring": msgid("measuring"),
    "reducing": msgid("making the problem smaller"),
    "heuristic": msgid("looking for good answers"),
    "bounding": msgid("looking for a bound"),
    "solving": msgid("searching and proving"),
}
"""Stage of a long run -> what is being done."""
