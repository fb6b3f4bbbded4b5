"""What an office said about warnings, put beside the warnings it is about."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from geo_planner.monitoring.standing import Standing
from geo_planner.monitoring.warning import Acknowledgement
from geo_planner.project import Project

Key = tuple[str, str, str, str]


def noted(standings: tuple[Standing, ...], project: Project, year: int) -> tuple[Standing, ...]:
    """Return the standings with every warning of the year that an office took note of marked so."""
    said = acknowledgements(project)
    if not said:
        return standings
    return tuple(
        replace(
            one,
            warnings=tuple(
                replace(
                    warning,
                    acknowledged=said.get(
                        (warning.code, warning.indicator, warning.unit_id, str(year))
                    ),
                )
                for warning in one.warnings
            ),
        )
        for one in standings
    )


def acknowledgements(project: Project) -> dict[Key, Acknowledgement]:
    """Return what was said, by code, indicator, unit and year."""
    table = project.acknowledgements
    return {
        (str(row["rule"]), str(row["indicator"]), str(row["unit_id"]), str(row["year"])): (
            Acknowledgement(
                str(row["state"]),
                _text(row["reason"]),
                _text(row["by"]),
                None if pd.isna(row["on"]) else pd.Timestamp(row["on"]).date(),
                _text(row["note"]),
            )
        )
        for row in table.to_dict("records")
    }


def _text(cell: object) -> str | None:
    return cell if isinstance(cell, str) and cell else None
