"""The ways to be covered, one file each.

A rule reads a project and an indicator's row and returns a :class:`~geo_planner.tally.Tally`.
Adding a rule is one file and one name in ``RULES`` (and in ``catalogue.RuleName``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from geo_planner.catalogue import Indicator, RuleName
from geo_planner.project import Project
from geo_planner.rules import (
    has_facility,
    household_share,
    per_thousand,
    rate,
    staffing,
    trend,
    within_reach,
    yes_no,
)
from geo_planner.tally import Tally

Rule = Callable[[Project, Indicator, date], Tally]

RULES: Mapping[RuleName, Rule] = {
    "has_facility": has_facility.count,
    "within_reach": within_reach.count,
    "household_share": household_share.count,
    "per_thousand": per_thousand.count,
    "staffing": staffing.count,
    "rate": rate.count,
    "trend": trend.count,
    "yes_no": yes_no.count,
}
