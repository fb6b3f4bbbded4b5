"""Made-up communities on a line, far enough apart that each is reached from where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from shapely import Point

from geo_planner.catalogue import Indicator, Label
from geo_planner.project import Project
from geo_planner.siting.candidates import Candidates, candidate_table
from tests.travel.worlds import KINDERGARTEN, catalogue, facilities, project, units
from tests.worlds import indicator

DAY = date(2025, 12, 31)
SCHOOL = replace(KINDERGARTEN, label=Label("幼儿园", "Kindergarten"))
STATION = replace(
    KINDERGARTEN,
    id="station",
    label=Label("站", "Station"),
    assessed=("community",),
    population="children_0_17",
)


def row(name: str, kind: str | None, target: float | None, **more: Any) -> Indicator:
    """A row of the plan: a share of communities with a station."""
    return indicator(
        name,
        more.pop("rule", "has_facility"),
        facility_type="station",
        unit_kinds=("community",),
        community_kind=kind,
        target=None if target is None else Decimal(str(target)),
        **more,
    )


ROWS = (row("in_town", "urban", 96), row("outside", "regiment", 90))


def world(
    *communities: tuple[str, Any, Mapping[str, Any]],
    stations: tuple[tuple[str, Any, Mapping[str, Any]], ...] = (),
    rows: tuple[Indicator, ...] = ROWS,
    observations: Any = None,
) -> Project:
    """A project of communities: (id, place, columns)."""
    known = units(
        *(
            (name, at, {"kind": "community", "children_0_17": 1.0, **more})
            for name, at, more in communities
        ),
        ("R", None, {"kind": "regiment", "parent_id": None}),
        ("R2", None, {"kind": "regiment", "parent_id": None}),
    )
    made = project(
        known, facilities(*((n, at, {"facility_type": "station", **m}) for n, at, m in stations))
    )
    made.facilities["unit_id"] = [more.get("unit_id") for _, _, more in stations]
    return replace(
        made,
        catalogue=catalogue(STATION, SCHOOL).adding(indicators=rows),
        reference_date=DAY,
        observations=made.observations if observations is None else observations,
    )


def candidates(made: Project, *sites: tuple[str, Any, Mapping[str, Any]]) -> Candidates:
    """Sites a reader names: (id, place, columns)."""
    table = candidate_table(
        [name for name, _, _ in sites], [Point(at) for _, at, _ in sites], made, source="file"
    )
    for column in ("unit_id", "name"):
        table[column] = [more.get(column) for _, _, more in sites]
    for column in ("cost", "suitability"):
        table[column] = [more.get(column, float("nan")) for _, _, more in sites]
    return Candidates(table)
