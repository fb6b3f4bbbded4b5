"""Short words behind codes: verdicts, states of a unit, reach, and things an error can name."""

from __future__ import annotations

from collections.abc import Mapping

from geo_planner.notes import msgid

STATUS_WORDS: Mapping[str, str] = {
    "met": msgid("met"),
    "near": msgid("nearly met"),
    "not_met": msgid("not met"),
    "undetermined": msgid("undetermined"),
    "no_data": msgid("no data"),
    "not_applicable": msgid("not applicable"),
    "reference_only": msgid("for reference only"),
    "trend_ok": msgid("right direction"),
    "trend_bad": msgid("wrong direction"),
}
"""Verdicts on a target (``Coverage.status``)."""

SHAPES: Mapping[str, str] = {
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

DOMAINS: Mapping[str, str] = {
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

STATE_WORDS: Mapping[str, str] = {
    "covered": msgid("covered"),
    "uncovered": msgid("not covered"),
    "unknown": msgid("unknown"),
    "not_applicable": msgid("not applicable"),
}
"""What is known of one unit."""

REACH_WORDS: Mapping[str, str] = {
    "within": msgid("within reach"),
    "beyond": msgid("too far"),
    "no_path": msgid("no path"),
    "no_position": msgid("no position"),
    "no_facility": msgid("no facility"),
}

METHOD_WORDS: Mapping[str, str] = {
    "recorded": msgid("facility records"),
    "streets": msgid("distance over streets"),
    "straight_line": msgid("straight line with a detour factor"),
    "offroad": msgid("partly off the streets"),
    "observations": msgid("reported figures"),
    "counted": msgid("counts of units"),
    "none": msgid("nothing reported"),
}

BASIS_WORDS: Mapping[str, str] = {
    "units": msgid("units"),
    "households": msgid("households"),
    "population": msgid("people"),
    "facilities": msgid("facilities"),
    "cases": msgid("cases"),
}
"""What the whole numbers of a result count."""

DIRECTION_WORDS: Mapping[str, str] = {
    "must_hold": msgid("must hold"),
    "maintain_or_increase": msgid("keep or raise"),
    "trend_up": msgid("should rise"),
    "trend_down": msgid("should fall"),
    "trend_flat_or_down": msgid("should not rise"),
    "trend_to_range": msgid("should reach its range"),
}
"""Promises without a figure."""

SEX_WORDS: Mapping[str, str] = {
    "male": msgid("boys"),
    "female": msgid("girls"),
    "": msgid("both sexes"),
}
"""Children a figure is about."""

FACILITY_STATUS_WORDS: Mapping[str, str] = {
    "active": msgid("active"),
    "planned": msgid("planned"),
    "suspended": msgid("suspended"),
    "closed": msgid("closed"),
}

MEASURE_WORDS: Mapping[str, str] = {
    "%": "%",
    "yes/no": "%",
    "‰": "‰",
    "‰ points": msgid("‰ points"),
    "count": "",
    "per 1000 children": msgid("per 1000 children"),
    "per 1000": msgid("per 1000"),
    "per 10 000": msgid("per 10 000"),
    "per 100 000": msgid("per 100 000"),
    "per 100 girls": msgid("per 100 girls"),
    "% change vs 2020": msgid("% against 2020"),
    "hours/day": msgid("hours a day"),
    "hours/week": msgid("hours a week"),
}
"""What stands behind a figure in an indicator's measure."""

PROBLEM_WORDS: Mapping[str, str] = {
    "cover-all": msgid("Everybody within the limit, with the fewest sites"),
    "cover-most": msgid("Most children within the limit"),
    "median": msgid("Shortest way on average"),
    "center": msgid("Shortest longest way"),
    "reach-target": msgid("The plan's targets, with the fewest sites"),
}
"""What a siting problem asks for."""

WORDS: Mapping[str, str] = {
    **PROBLEM_WORDS,
    "units": msgid("units"),
    "facilities": msgid("facilities"),
    "observations": msgid("observations"),
    "streets": msgid("streets"),
    "barriers": msgid("barriers"),
    "acknowledgements": msgid("handling of early warnings"),
    "candidates": msgid("candidate sites"),
    "excluded areas": msgid("excluded areas"),
    "siting": msgid("siting"),
    "candidate": msgid("candidate site"),
    "working facility": msgid("working facility"),
    "siting problem": msgid("siting problem"),
    "regiment": msgid("regiment"),
    "source of candidates": msgid("source of candidates"),
    "unit kind": msgid("unit kind"),
    "class of units": msgid("class of units"),
    "barrier kind": msgid("kind of barrier"),
    "bundle": msgid("bundle of facilities"),
    "criterion": msgid("criterion"),
    "facility cost": msgid("cost of a facility"),
    "threshold": msgid("threshold of monitoring"),
    "warning reason": msgid("reason of a warning"),
    "network": msgid("network of services"),
    "sex": msgid("sex"),
    "age band": msgid("age band"),
    "facility": msgid("facility"),
    "facility type": msgid("facility type"),
    "department": msgid("department"),
    "travel mode": msgid("travel mode"),
    "indicator": msgid("indicator"),
    "project": msgid("project"),
    "layer": msgid("layer"),
    "unit": msgid("unit"),
    "basemap": msgid("basemap"),
    "language": msgid("language"),
    "rule": msgid("rule"),
    "overlay": msgid("overlay"),
    "sheet": msgid("sheet"),
    "import": msgid("import"),
}
"""Names of things as errors pass them."""
