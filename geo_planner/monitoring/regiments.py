"""The same indicators in each part of the division: regiments and the core area side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd

from geo_planner.activity import existing_on
from geo_planner.breakdown import coverages_by_unit
from geo_planner.coverage import Coverage, measure, number, verdict
from geo_planner.hierarchy import IntArray
from geo_planner.monitoring.attainment import Degree, degree_of_attainment
from geo_planner.monitoring.plan_in_year import Monitoring
from geo_planner.monitoring.years import dated, year_day
from geo_planner.project import Project
from geo_planner.rules.reported import reported_by_unit
from geo_planner.tally import Members, tally_of_members
from geo_planner.targets import DIRECTIONS, Status

PART_LEVEL = 2
"""Level of the units a division is made of (regiments, districts)."""


@dataclass(frozen=True, slots=True)
class PartFigure:
    """How one indicator stands in one part of the division.

    Attributes
    ----------
    unit_id, name
        The regiment or district.
    lower, upper
        Bounds in ``measure``; None where there is no figure or a bound is open.
    covered, n
        Whole numbers behind it; None for a reported figure without counts.
    measure
        What the bounds are in: the indicator's measure, or percent for the share of units or
        facilities that reach a figure each on its own.
    period
        What a report is for; None where it was counted.
    """

    unit_id: str
    name: str
    lower: Fraction | None
    upper: Fraction | None
    covered: int | None
    n: int | None
    status: Status
    measure: str
    attainment: Degree
    period: str | None = None

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "unit_id": self.unit_id,
            "name": self.name,
            "lower": number(self.lower),
            "upper": number(self.upper),
            "covered": self.covered,
            "n": self.n,
            "status": self.status,
            "measure": self.measure,
            "attainment": number(self.attainment.lower),
            "period": self.period,
        }


def parts_of(project: Project) -> list[str]:
    """Return the codes of the units the division is made of, in the order of the units table."""
    kinds = tuple(
        row.id for row in project.catalogue.unit_kinds.values() if row.level == PART_LEVEL
    )
    return [str(code) for code in project.units.index[project.hierarchy.of_kinds(kinds)]]


def by_part(monitoring: Monitoring) -> Mapping[str, tuple[PartFigure, ...]]:
    """Return the figures of every part, by indicator; indicators without any are left out.

    A part's own report of the year stands first; else the units or facilities in it are counted as
    the division's were. A promise of direction is held against the part's year before.
    """
    return {
        one.indicator.id: found
        for one in monitoring.standings
        if (found := tuple(parts_of_coverage(one.coverage, monitoring.year)))
    }


def parts_of_coverage(coverage: Coverage, year: int) -> Iterator[PartFigure]:
    """Yield the figure of each part that has one, in the order of the units table."""
    project = coverage.project
    alive = existing_on(project.units, coverage.as_of)
    told = {**_counted(coverage, year), **_reported(coverage, year)}
    for code in parts_of(project):
        there = told.get(code)
        if there is None or not alive[project.units.index.get_loc(code)]:
            continue
        reported = there.method == "observations" and there.tally.members is None
        yield PartFigure(
            code,
            str(project.units.at[code, "name"]),
            there.lower,
            there.upper,
            there.covered,
            there.n,
            there.status,
            _measure(there),
            degree_of_attainment(there),
            there.data_date if reported else None,
        )


def _measure(coverage: Coverage) -> str:
    """Return what a part's bounds are in."""
    counted = coverage.tally.members is not None
    return "%" if counted and coverage.indicator.measure == "count" else coverage.indicator.measure


def _reported(coverage: Coverage, year: int) -> dict[str, Coverage]:
    """Return the parts' own reports of the year."""
    project = coverage.project
    return {
        code: verdict(project, coverage.indicator, coverage.as_of, tally)
        for code, tally in reported_by_unit(
            project, coverage.indicator, coverage.as_of, parts_of(project)
        ).items()
        if (tally.data_date or "").startswith(str(year)) and not tally.no_data
    }


def _counted(coverage: Coverage, year: int) -> dict[str, Coverage]:
    """Return the parts counted from the units or facilities behind the division's figure."""
    found = _of_members(coverage)
    if coverage.indicator.comparison not in DIRECTIONS or not found:
        return found
    reference = coverage.project.reference_date
    if reference is None:
        return found
    before = measure(coverage.project, coverage.indicator.id, year_day(year - 1, reference))
    if not dated(before, year - 1, reference):
        return found
    earlier = _of_members(before)
    return {
        code: _with_history(there, earlier.get(code), year - 1) for code, there in found.items()
    }


def _with_history(there: Coverage, before: Coverage | None, year: int) -> Coverage:
    """Return a part's coverage judged against its year before."""
    if before is None or before.tally.lower is None or before.tally.upper is None:
        return there
    tally = replace(
        there.tally,
        history=((str(year), before.tally.lower),),
        history_bounds=((before.tally.lower, before.tally.upper),),
    )
    return verdict(there.project, there.indicator, there.as_of, tally)


def _of_members(coverage: Coverage) -> dict[str, Coverage]:
    members, project = coverage.tally.members, coverage.project
    if members is None or coverage.tally.no_data:
        return {}
    if members.of_facilities:
        return dict(_of_facilities(coverage, members))
    found: dict[str, Coverage] = {}
    for kind in project.catalogue.unit_kinds.values():
        if kind.level == PART_LEVEL:
            found |= {
                code: there
                for code, there in coverages_by_unit(coverage, kind.id)
                if not there.tally.empty
            }
    return found


def _of_facilities(coverage: Coverage, members: Members) -> Iterator[tuple[str, Coverage]]:
    """Yield the count of the facilities recorded for each part or for a unit in it."""
    project = coverage.project
    tree = project.hierarchy
    homes = project.facilities["unit_id"].to_numpy(dtype=object)[members.rows]
    at = tree.rows(homes)
    kinds = tuple(
        row.id for row in project.catalogue.unit_kinds.values() if row.level == PART_LEVEL
    )
    lifted = tree.ancestor_in(tree.of_kinds(kinds))
    part = np.where(at >= 0, lifted[at], -1)
    for row in np.unique(part[part >= 0]).tolist():
        places: IntArray = np.flatnonzero(part == row)
        tally = tally_of_members(
            Members(
                members.rows[places],
                members.state[places],
                members.reasons[places],
                of_facilities=True,
            ),
            basis=coverage.basis,
            method=coverage.method,
            scale=100,
        )
        there = verdict(project, coverage.indicator, coverage.as_of, tally)
        yield str(tree.ids[row]), there


def frame_of_parts(found: Mapping[str, tuple[PartFigure, ...]]) -> pd.DataFrame:
    """Return the figures as a table, one row an indicator and part."""
    records = [
        {"indicator": indicator, **figure.as_json()}
        for indicator, figures in found.items()
        for figure in figures
    ]
    return pd.DataFrame(records)
