"""A proposal as plain values: what the contract's JSON is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from geo_planner.notes import Note
from geo_planner.rows import Label

if TYPE_CHECKING:
    from geo_planner.siting.proposal import Proposal

FOR_CLASSES = ("serves_units", "spare_if_unknown_yes")
"""Columns of sites that only targets by class fill."""


def values_of(found: Proposal) -> dict[str, Any]:
    """Return a proposal as plain values; positions in EPSG:4326, unknown numbers None."""
    plan, asked = found.plan, found.question.asked
    children = found.units["children"]
    served_units, served_children = found.served
    values: dict[str, Any] = {
        "problem": found.problem,
        "facility_type": found.question.kind.id,
        "mode": found.question.travel.id,
        "method": asked.method,
        "simulated": found.question.project.simulated,
        "status": plan.status,
        "objective": _number(plan.objective),
        "bound": _number(plan.bound),
        "gap": _number(plan.gap),
        "sites": _sites(found),
        "covered_before": found.count("before"),
        "covered_after": found.count("after"),
        "uncovered_after": found.count("after", "uncovered"),
        "unknown": found.count("after", "unknown"),
        "units": len(found.units),
        "children_counted": asked.counted,
        "children": None if children.isna().all() else float(children.sum()),
        "children_before": found.children_of("before"),
        "children_after": found.children_of("after"),
        "closed": list(found.closed),
        "unreachable": list(found.unreachable),
        "notes": [
            {
                "code": note.code,
                "text": str(note),
                "params": {name: as_plain(value) for name, value in note.params.items()},
            }
            for note in found.notes
        ],
        "measure": found.measure,
        "total_cost": as_plain(found.total_cost),
        "cost_unknown": found.cost_unknown,
        "mean_way": as_plain(found.mean_way),
        "served_units": served_units,
        "served_children": as_plain(served_children),
        "no_room": list(found.no_room),
    }
    if found.classes is not None:
        values["classes"] = [
            {name: as_plain(value) for name, value in row.items()}
            for row in found.classes.reset_index().to_dict("records")
        ]
    return values


def _sites(found: Proposal) -> list[dict[str, Any]]:
    points = found.sites.geometry.to_crs(4326)
    return [
        {
            "candidate_id": str(key),
            "order": int(row["order"]),
            "name": _text(row["name"]),
            "unit_id": _text(row["unit_id"]),
            "source": row["source"],
            "x": round(float(point.x), 7),
            "y": round(float(point.y), 7),
            "cost": _number(row["cost"]),
            "newly_covered": list(row["newly_covered"]),
            "newly_covered_children": _number(row["newly_children"]),
            "serves": int(row["serves"]),
            **{name: as_plain(row[name]) for name in FOR_CLASSES if name in found.sites},
        }
        for (key, row), point in zip(found.sites.iterrows(), points, strict=True)
    ]


def _text(value: object) -> str | None:
    return None if value is None or value is pd.NA or value != value else str(value)  # noqa: PLR0124


def _number(value: float) -> float | int | None:
    if not np.isfinite(value):
        return None
    return int(value) if float(value).is_integer() else float(value)


def as_plain(value: Any) -> Any:  # noqa: ANN401 - a cell of any column
    """Return a cell as a JSON value: unknown numbers None, labels in both languages."""
    if isinstance(value, (bool, str)) or value is None:
        return value
    if isinstance(value, (list, tuple)):
        return [as_plain(one) for one in value]
    if isinstance(value, Note):
        return str(value)
    if isinstance(value, np.bool_):
        return bool(value)
    if isinstance(value, Label):
        return {"zh": value.zh, "en": value.en}
    return _number(float(value))
