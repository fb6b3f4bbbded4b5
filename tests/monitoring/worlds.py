"""Courses of figures written as plain years and values, and a plan with the thresholds in use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from geo_planner.catalogue import Catalogue, Indicator
from geo_planner.monitoring.early_warning import Limits, Subject
from geo_planner.monitoring.series import YearFigure, judged
from geo_planner.project import Project
from layers.catalogue import load_catalogue
from tests.worlds import CATALOGUE, indicator, observations, units, world

PACKAGED = load_catalogue()
PLAN = CATALOGUE.adding(
    thresholds=PACKAGED.thresholds.values(), warning_reasons=PACKAGED.warning_reasons.values()
)
LIMITS = Limits(PLAN)
SHARE = indicator("share", "rate", target=Decimal(90))
CEILING = indicator("ceiling", "rate", target=Decimal(4), comparison="<=", measure="‰")


def exact(value: Any) -> Fraction:
    """Return a figure as it is written: ``"97.9"`` is 979/10."""
    return Fraction(str(value))


def course(
    values: Mapping[int, Any], of: Indicator = SHARE, *, method: str = "observations"
) -> tuple[YearFigure, ...]:
    """Return whole-year figures; a value may be a pair (numerator, denominator)."""
    found = []
    for year, value in values.items():
        top = bottom = None
        if isinstance(value, tuple):
            top, bottom = exact(value[0]), exact(value[1])
            shown = top * of.scale / bottom
        else:
            shown = exact(value)
        found.append(
            YearFigure(year, str(year), shown, shown, shown, top, bottom, judged(of, shown), method)
        )
    return tuple(found)


def subject(values: Mapping[int, Any], of: Indicator = SHARE, **more: Any) -> Subject:
    """Return whose course it is, judged in its last year."""
    figures = course(values, of)
    last = figures[-1]
    made = Subject(of, "D", "师", last.year, figures, last.status or "no_data")
    return replace(made, **more)


def with_threshold(name: str, value: int, plan: Catalogue = PLAN) -> Catalogue:
    """Return a plan in which a project's own row stands in place of a threshold."""
    return plan.adding(thresholds=[replace(plan.threshold(name), value=Decimal(value))])


def division(*rows: dict[str, Any], catalogue: Catalogue = PLAN, **more: Any) -> Project:
    """Return a division of two regiments with observations."""
    return world(
        units(
            {"unit_id": "D", "name": "师", "kind": "division"},
            {"unit_id": "R1", "name": "一团", "kind": "regiment", "parent_id": "D"},
            {"unit_id": "R2", "name": "二团", "kind": "regiment", "parent_id": "D"},
        ),
        None,
        reports(*rows),
        catalogue=catalogue,
        **more,
    )


def reports(*rows: dict[str, Any]) -> Any:
    """Return an observations table with its further columns kept."""
    made = observations(*rows)
    if any("reported_on" in row for row in rows):
        import pandas as pd

        made["reported_on"] = pd.to_datetime([row.get("reported_on") for row in rows])
    return made


def report(name: str, unit: str, year: int | str, *counts: float, **more: Any) -> dict[str, Any]:
    """Return an observation: a value, or numerator and denominator."""
    row: dict[str, Any] = {"indicator": name, "unit_id": unit, "period": str(year)}
    if len(counts) == 2:
        row |= {"numerator": float(counts[0]), "denominator": float(counts[1])}
    elif counts:
        row["value"] = float(counts[0])
    return {**row, **more}
