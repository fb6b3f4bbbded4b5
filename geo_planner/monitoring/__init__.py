"""Monitoring: the plan year by year, its early warnings, and what changed.

``monitor(project, 2025)`` gives every indicator with its course, degree of attainment, projection
and warnings. Names are loaded when they are asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from geo_planner.monitoring.groups import GroupFigure, by_group
    from geo_planner.monitoring.plan_in_year import monitor
    from geo_planner.monitoring.regiments import PartFigure, by_part
    from geo_planner.monitoring.series import YearFigure, yearly
    from geo_planner.monitoring.standing import Monitoring, Standing
    from geo_planner.monitoring.warning import EarlyWarning

_HOMES = {
    "EarlyWarning": "warning",
    "GroupFigure": "groups",
    "Monitoring": "standing",
    "PartFigure": "regiments",
    "Standing": "standing",
    "YearFigure": "series",
    "by_group": "groups",
    "by_part": "regiments",
    "monitor": "plan_in_year",
    "yearly": "series",
}

__all__ = [
    "EarlyWarning",
    "GroupFigure",
    "Monitoring",
    "PartFigure",
    "Standing",
    "YearFigure",
    "by_group",
    "by_part",
    "monitor",
    "yearly",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - any public name
    """Load a public name from its module on first use."""
    if name not in _HOMES:
        raise AttributeError(f"module 'geo_planner.monitoring' has no attribute '{name}'")
    return getattr(import_module(f"geo_planner.monitoring.{_HOMES[name]}"), name)
