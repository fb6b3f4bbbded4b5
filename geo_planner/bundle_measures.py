"""What units are ranked by: children, items missing, the way to the next place, and costs."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite

import numpy as np

from geo_planner.bundle_rows import BundleItem, Measure
from geo_planner.bundle_scores import MISSING, UNKNOWN, BundleScores
from geo_planner.notes import Note, msgid
from geo_planner.priority_errors import BadCostError
from geo_planner.project import Project
from geo_planner.recognised import Recognised
from geo_planner.travel.arrays import Flags, Floats

Bounds = dict[Measure, Floats]
"""Least or greatest value of each measure, one a unit."""


def prices_of(project: Project, given: Mapping[str, float]) -> dict[str, float]:
    """Return what a facility of each type costs, in yuan: as given, else as the catalogue says."""
    prices = {name: float(row.yuan) for name, row in project.catalogue.facility_costs.items()}
    for name, yuan in given.items():
        project.catalogue.facility_type(name)
        if not (isfinite(yuan) and yuan >= 0):
            raise BadCostError(f"{name} {yuan:g}")
        prices[name] = float(yuan)
    return prices


def _price(item: BundleItem, prices: Mapping[str, float]) -> float:
    """Return what the cheapest facility costs that makes an item present; ``nan`` for unknown."""
    return min((prices[name] for name in item.any_of if name in prices), default=np.nan)


def measured(
    scores: BundleScores, known: Recognised, prices: Mapping[str, float]
) -> tuple[Bounds, Bounds, tuple[Note, ...]]:
    """Return the least and greatest value of every measure, ``nan`` where nothing is known.

    An item of which the project has no data tells nobody from anybody: it does not count in
    ``missing`` and ``cost``.
    """
    heard = ~scores.no_data[None, :]
    lacks, unsure = (scores.state == MISSING) & heard, (scores.state == UNKNOWN) & heard
    price = np.array([_price(item, prices) for item in scores.bundle.items])
    children = np.asarray(scores.units["children"], dtype=np.float64)
    least, most = lacks.sum(axis=1).astype(float), (lacks | unsure).sum(axis=1).astype(float)
    cost, dearest = _cost(lacks, price), _cost(lacks | unsure, price)
    nowhere = ~scores.placed
    low: Bounds = {
        "children": children,
        "missing": np.where(nowhere, np.nan, least),
        "distance": known.metres,
        "cost": np.where(nowhere, np.nan, cost),
    }
    high: Bounds = {**low, "missing": np.where(nowhere, np.nan, most),
                    "cost": np.where(nowhere, np.nan, dearest)}  # fmt: skip
    notes = []
    if (scores.no_data).any():
        text = msgid("Items without any data are left out of the ranking; the scores have bounds.")
        notes.append(Note("priority-no-data", text))
    return low, high, tuple(notes)


def _cost(chosen: Flags, price: Floats) -> Floats:
    """Return what chosen items cost together, ``nan`` where one of them has no known cost."""
    unknown = np.isnan(price)
    total = chosen @ np.where(unknown, 0.0, price)
    return np.where((chosen & unknown).any(axis=1), np.nan, total)


def cost_notes(
    project: Project,
    scores: BundleScores,
    prices: Mapping[str, float],
    given: Mapping[str, float],
) -> list[Note]:
    """Return what the costs rest on, and which are not known."""
    types = dict.fromkeys(name for item in scores.bundle.items for name in item.any_of)
    rows = project.catalogue.facility_costs
    assumed = [
        project.catalogue.facility_type(name).label
        for name in types
        if name in rows and rows[name].basis == "ours" and name not in given
    ]
    found = []
    if assumed:
        text = msgid("Costs of these are assumptions, not prices: {types}.")
        found.append(Note("costs-assumed", text, {"types": assumed}))
    lost = [item.label for item in scores.bundle.items if np.isnan(_price(item, prices))]
    if lost:
        text = msgid("What these cost is not known: {items}.")
        found.append(Note("costs-unknown", text, {"items": lost}))
    return found
