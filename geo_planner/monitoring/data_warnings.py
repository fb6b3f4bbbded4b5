"""Warnings of what was reported, for the division and for every unit that reports."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from geo_planner.activity import existing_on
from geo_planner.monitoring.early_warning import Limits, Subject, data_problems, due_after
from geo_planner.monitoring.series import reported_by
from geo_planner.monitoring.warning import EarlyWarning
from geo_planner.monitoring.years import year_day
from geo_planner.notes import Note, msgid
from geo_planner.project import Project


def data_warnings(project: Project, subject: Subject, limits: Limits) -> Iterator[EarlyWarning]:
    """Yield the data warnings of an indicator: the plan's own unit first, then units by code."""
    reference = project.reference_date
    if reference is None:
        return
    alive = existing_on(project.units, year_day(subject.year, reference))
    existing = set(project.units.index[alive])
    for unit_id, figures in sorted(reported_by(project, subject.indicator).items()):
        past = tuple(one for one in figures if one.year <= subject.year and one.status != "no_data")
        if not past or unit_id not in existing:
            continue
        name = str(project.units.at[unit_id, "name"])
        one = Subject(subject.indicator, unit_id, name, subject.year, past, subject.status)
        yield from data_problems(one, limits)
    yield from _late(project, subject, limits)


def _late(project: Project, subject: Subject, limits: Limits) -> Iterator[EarlyWarning]:
    """Yield a warning of each report of the year that came after it was due."""
    part = project.observations_of.get(subject.indicator.id)
    if part is None or "reported_on" not in part:
        return
    of_year = part[part["period"].astype(str).str[:4] == str(subject.year)]
    for row in of_year.sort_values(["unit_id", "begins", "period"]).to_dict("records"):
        came, due = row["reported_on"], due_after(str(row["period"]), limits)
        if pd.isna(came) or due is None:
            continue
        day = pd.Timestamp(came).date().isoformat()
        if day <= due or row["unit_id"] not in project.units.index:
            continue
        text = msgid("The return for {period} was due on {due} and came on {came}.")
        yield EarlyWarning(
            "late_return",
            subject.indicator.id,
            str(row["unit_id"]),
            str(project.units.at[row["unit_id"], "name"]),
            subject.year,
            (subject.year,),
            (),
            Note("late-return", text, {"period": str(row["period"]), "due": due, "came": day}),
        )
