"""The same indicators in each part of the division: regiments and the core area side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd

from geo_planner.breakdown import coverages_by_unit
from geo_planner.coverage import Coverage, measure, number, verdict
from geo_planner.monitoring.attainment import Degree, degree_of_attainment
from geo_planner.monitoring.standing import Monitoring
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
    kinds = project.catalogue.kinds_of_level(PART_LEVEL)
    return [str(code) for code in project.units.index[project.hierarchy.of_kinds(kinds)]]


def by_part(monitoring: Monitoring) -> Mapping[str, tuple[PartFigure, ...]]:
    """Return the figures of every part, by indicator; indicators without any are left out.

    A part's own report of the year stands first; else the units or facilities in it are counted as
    the division's were. A promise of direction is held against the part's year before.
    """
    return {
        one.indicator.id: found
        for one in monitoring.standings
        if (
            found := tuple(
                parts_of_coverage(one.coverage, monitoring.year, before=one.coverage_before)
            )
        )
    }


def parts_of_coverage(
    coverage: Coverage, year: int, *, before: Coverage | None = None
) -> Iterator[PartFigure]:
    """Yield the figure of each part that has one, in the order of the units table.

    Parameters
    ----------
    before
        The coverage of the year before, if it was measured already; only promised directions are
        held against it.
    """
    project = coverage.project
    alive = project.register.units_on(coverage.as_of)
    counted = coverage.indicator.unit_kinds
    level = set(project.catalogue.kinds_of_level(PART_LEVEL))
    # A row that names some kinds of this level counts no others, whatever they report.
    left_out = level.difference(counted) if level.intersection(counted) else set()
    told = {**_counted(coverage, year, before), **_reported(coverage, year)}
    for code in parts_of(project):
        there = told.get(code)
        if there is None or not alive[project.units.index.get_loc(code)]:
            continue
        if project.units.at[code, "kind"] in left_out:
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
    each = coverage.tally.members is not None and coverage.basis in ("units", "facilities")
    return "%" if each else coverage.indicator.measure


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


def _counted(coverage: Coverage, year: int, before: Coverage | None) -> dict[str, Coverage]:
    """Return the parts counted from the units or facilities behind the division's figure."""
    found = _of_members(coverage)
    if coverage.indicator.comparison not in DIRECTIONS or not found:
        return found
    reference = coverage.project.reference_date
    if reference is None:
        return found
    if before is None:
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
    for kind in project.catalogue.kinds_of_level(PART_LEVEL):
        found |= {
            code: there
            for code, there in coverages_by_unit(coverage, kind)
            if not there.tally.empty
        }
    return found


def _of_facilities(coverage: Coverage, members: Members) -> Iterator[tuple[str, Coverage]]:
    """Yield the count of the facilities recorded for each part or for a unit in it."""
    project = coverage.project
    tree = project.hierarchy
    at = project.register.home[members.rows]
    kinds = project.catalogue.kinds_of_level(PART_LEVEL)
    lifted = tree.ancestor_of_kinds(kinds)
    part = np.where(at >= 0, lifted[at], -1)
    order = np.argsort(part, kind="stable")
    order = order[part[order] >= 0]
    rows, begins = np.unique(part[order], return_index=True)
    ends = [*begins[1:], len(order)]
    for row, begin, end in zip(rows.tolist(), begins, ends[: len(rows)], strict=True):
        places = order[begin:end]
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
