"""The head of the product: catalogue, rules, coverage and travel, computed from values alone.

``measure(project, indicator_id, as_of=...)`` gives a :class:`Coverage`. Names are loaded when they
are asked for, so that a door which only needs an error or a sentence stays quick.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from geo_planner.breakdown import by_unit
    from geo_planner.catalogue import Catalogue, Indicator
    from geo_planner.coverage import Coverage, measure, measure_all
    from geo_planner.project import Project
    from geo_planner.quality import Finding, check
    from geo_planner.worklist import work_list

_HOMES = {
    "Catalogue": "catalogue",
    "Coverage": "coverage",
    "Finding": "quality",
    "Indicator": "catalogue",
    "Project": "project",
    "by_unit": "breakdown",
    "check": "quality",
    "measure": "coverage",
    "measure_all": "coverage",
    "work_list": "worklist",
}

__all__ = [
    "Catalogue",
    "Coverage",
    "Finding",
    "Indicator",
    "Project",
    "by_unit",
    "check",
    "measure",
    "measure_all",
    "work_list",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - any public name
    """Load a public name from its module on first use."""
    if name not in _HOMES:
        raise AttributeError(f"module 'geo_planner' has no attribute '{name}'")
    return getattr(import_module(f"geo_planner.{_HOMES[name]}"), name)
