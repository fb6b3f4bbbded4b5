"""Siting with capacities: each demand point is served wholly by one site that has room for it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from geo_planner.siting.capacitated.center import capacitated_center
from geo_planner.siting.capacitated.solving import capacitated
from geo_planner.siting.found import Found
from geo_planner.siting.task import Task

CAPACITATED: dict[str, Callable[[Task], Found]] = {
    "cover-all": partial(capacitated, problem="cover-all"),
    "cover-most": partial(capacitated, problem="cover-most"),
    "median": partial(capacitated, problem="median"),
    "center": capacitated_center,
}

__all__ = ["CAPACITATED"]
