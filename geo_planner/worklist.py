"""The units behind a figure: who is underserved, why, and in what order to look at them.

*Established* decides the plan's target; *reachable* stands beside it. The four combinations are the
planners' work list. Distances without streets are estimates and labelled ``straight_line``: such a
unit is neither reachable nor unreachable, so ``reachable`` stays None.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo_planner.exact import ceiling, exact
from geo_planner.notes import msgid
from geo_planner.population import counts, stand_in
from geo_planner.tally import COVERED, REASON_CODES, STATES, UNCOVERED, Members
from geo_planner.targets import LOWER_IS_BETTER

if TYPE_CHECKING:
    from geo_planner.coverage import Coverage

REACH_COLUMNS = ("reach_state", "reach_method", "straight_m", "network_m", "minutes", "nearest_id")

CELLS: dict[str, str] = {
    "established_reachable": msgid("established and reachable"),
    "established_not_reachable": msgid("established, not reachable"),
    "reachable_not_established": msgid("reachable, not established"),
    "neither": msgid("neither established nor reachable"),
    "reach_unknown": msgid("established or not, reach unknown"),
    "unknown": msgid("unknown whether established"),
}
"""Cells of the work list: code and sentence."""


def unit_table(coverage: Coverage) -> pd.DataFrame:
    """Return one row for each unit (or facility) counted, in the order of its table.

    Returns
    -------
    DataFrame
        Indexed by ``unit_id`` (``facility_id`` where facilities are counted): ``name``, ``kind``,
        ``parent_id``, ``state``, ``reason``, ``established_own``, ``facility_ids``, ``children``,
        ``covered_part`` and ``total_part`` (the unit's own numerator and denominator), ``lacking``
        (children, households or buildings not reached), ``needs_more`` (what an uncovered unit is
        short of, where each one has to reach a figure of its own), the columns of
        ``REACH_COLUMNS``, ``reachable`` and ``rank`` (1 = look here first; missing for units that
        lack nothing or are unknown).
    """
    members = coverage.tally.members
    if members is None:
        return _empty_table()
    source = coverage.project.facilities if members.of_facilities else coverage.project.units
    rows = members.rows
    table = pd.DataFrame(index=source.index[rows])
    table["name"] = source["name"].to_numpy(dtype=object)[rows]
    kind, parent = ("facility_type", "unit_id") if members.of_facilities else ("kind", "parent_id")
    table["kind"] = source[kind].to_numpy(dtype=object)[rows]
    table["parent_id"] = source[parent].to_numpy(dtype=object)[rows] if parent in source else None
    table["state"] = np.array(STATES, dtype=object)[members.state]
    table["reason"] = np.array(REASON_CODES, dtype=object)[members.reasons]
    table["established_own"] = members.own if members.own is not None else members.state == COVERED
    table["facility_ids"] = _facilities_of(coverage, members)
    table["children"] = _people(coverage, members)
    nothing = np.full(len(rows), np.nan)
    table["covered_part"] = nothing if members.part is None else members.part
    table["total_part"] = nothing if members.total is None else members.total
    table["lacking"] = _lacking(coverage, members, _people(coverage, members, or_stand_in=True))
    table["needs_more"] = _needs_more(coverage, members)
    table = table.join(_reach(coverage, table)) if _has_reach(coverage) else _without_reach(table)
    table["rank"] = _rank(table)
    return table


def _empty_table() -> pd.DataFrame:
    columns = [
        "name",
        "kind",
        "parent_id",
        "state",
        "reason",
        "established_own",
        "facility_ids",
        "children",
        "covered_part",
        "total_part",
        "lacking",
        "needs_more",
        *REACH_COLUMNS,
        "reachable",
        "rank",
    ]
    return pd.DataFrame({name: pd.Series(dtype=object) for name in columns})


def _facilities_of(coverage: Coverage, members: Members) -> list[list[str]]:
    """Return the working facilities behind each unit's state, by code."""
    if members.of_facilities:
        return [[str(code)] for code in coverage.project.facilities.index[members.rows]]
    found: list[list[str]] = [[] for _ in members.rows]
    if members.pairs is None:
        return found
    facility, unit = members.pairs
    place = np.full(len(coverage.project.units), -1)
    place[members.rows] = np.arange(len(members.rows))
    codes = coverage.project.facilities.index.to_numpy(dtype=object)
    for row, at in zip(codes[facility], place[unit], strict=True):
        if at >= 0:
            found[at].append(str(row))
    return [sorted(ids) for ids in found]


def _people(
    coverage: Coverage, members: Members, *, or_stand_in: bool = False
) -> npt.NDArray[np.float64]:
    """Return the children concerned in each unit: the age band of the facility type, or all.

    Where nobody counted any, ``or_stand_in`` gives what stands in for them, such as buildings.
    """
    if members.of_facilities:
        return np.full(len(members.rows), np.nan)
    project, kind = coverage.project, coverage.indicator.facility_type
    column = "children_0_17" if kind is None else project.catalogue.facility_type(kind).population
    return counts(project.units, stand_in(project, column) if or_stand_in else column)[members.rows]


def _lacking(
    coverage: Coverage, members: Members, children: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Return who is not reached in each uncovered unit: households for shares, else children.

    Where there should be little of what is counted, it is those counted.
    """
    short = members.state == UNCOVERED
    if members.part is not None and members.total is not None:
        little = coverage.indicator.comparison in LOWER_IS_BETTER
        wrong = members.part if little else np.maximum(members.total - members.part, 0)
        return np.where(short, wrong, 0.0)
    return np.where(short, children, 0.0)


def _needs_more(coverage: Coverage, members: Members) -> npt.NDArray[np.float64]:
    """Return how many more (children, doctors) each uncovered unit needs by itself."""
    row, nothing = coverage.indicator, np.full(len(members.rows), np.nan)
    bar = row.bar
    if members.part is None or bar is None or row.comparison != ">=":
        return nothing
    short = members.state == UNCOVERED
    for number in np.flatnonzero(short & ~np.isnan(members.part)):
        part = exact(members.part[number])
        if members.total is None:
            required: Fraction | None = bar
        else:
            whole = exact(members.total[number])
            required = None if whole is None else bar * whole / row.scale
        if part is not None and required is not None:
            nothing[number] = max(0, ceiling(required - part))
    return nothing


def _has_reach(coverage: Coverage) -> bool:
    """Return whether the indicator is about a facility type that one may travel to."""
    row, members = coverage.indicator, coverage.tally.members
    if row.facility_type is None or members is None or members.of_facilities:
        return False
    if row.rule not in ("has_facility", "within_reach"):
        return False
    kind = coverage.project.catalogue.facility_type(row.facility_type)
    return kind.walk_limit(urban=False) is not None or kind.drive_minutes is not None


def _without_reach(table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(**dict.fromkeys((*REACH_COLUMNS, "reachable")))


def _reach(coverage: Coverage, table: pd.DataFrame) -> pd.DataFrame:
    """Return the way from each unit to its nearest facility, and whether it is reachable."""
    from geo_planner.travel.access import access  # noqa: PLC0415 - loads the graph library

    row, project = coverage.indicator, coverage.project
    kind = project.catalogue.facility_type(str(row.facility_type))
    mode = kind.usual_mode if row.rule == "has_facility" else row.mode
    limit = None
    if row.rule == "within_reach" and row.limit_minutes is not None:
        limit = row.limit_minutes * 60 * project.catalogue.travel_mode(mode).metres_per_second
    ways = access(
        project, kind.id, mode=mode, limit=limit, as_of=coverage.as_of, kinds=row.unit_kinds
    ).reindex(table.index)
    known = ways["method"].eq("streets") & ways["state"].isin(["within", "beyond", "no_path"])
    inside = ways["state"].eq("within")
    return pd.DataFrame(
        {
            "reach_state": ways["state"],
            "reach_method": ways["method"],
            "straight_m": ways["straight_m"],
            "network_m": ways["network_m"],
            "minutes": ways["minutes"],
            "nearest_id": ways["facility_id"],
            "reachable": pd.Series(
                [bool(yes) if sure else None for yes, sure in zip(inside, known, strict=True)],
                index=table.index,
                dtype=object,
            ),
        },
        index=table.index,
    )


def _rank(table: pd.DataFrame) -> pd.Series:
    """Rank uncovered units: most children lacking first, then the longest way, then the code.

    No path counts as the longest way; a unit whose children are unknown comes after those counted.
    """
    short = table[table["state"] == "uncovered"]
    far = short["network_m"].astype(float).where(short["reach_state"] != "no_path", np.inf)
    order = pd.DataFrame(
        {
            "lacking": -short["lacking"].astype(float).fillna(-1.0),
            "far": -far.fillna(-1.0),
            "code": short.index,
        }
    ).sort_values(["lacking", "far", "code"], kind="stable")
    ranks = pd.Series(np.arange(1, len(order) + 1), index=order.index, dtype="Int64")
    return ranks.reindex(table.index)


def work_list(coverage: Coverage) -> pd.DataFrame:
    """Return the units with their cell: established or not, crossed with reachable or not.

    Returns
    -------
    DataFrame
        The columns of :func:`unit_table` and ``cell`` (a key of ``CELLS``), the units that lack
        most first, unknown ones last.
    """
    table = coverage.units
    covered, unknown = table["state"] == "covered", table["state"] == "unknown"
    near, far = table["reachable"].eq(True), table["reachable"].eq(False)
    cell = np.select(
        [unknown, ~(near | far), covered & near, covered, near],
        [
            "unknown",
            "reach_unknown",
            "established_reachable",
            "established_not_reachable",
            "reachable_not_established",
        ],
        default="neither",
    )
    listed = table.assign(cell=cell)[table["state"] != "not_applicable"]
    urgent = listed["state"].map({"uncovered": 0, "covered": 1, "unknown": 2})
    return (
        listed.assign(urgent=urgent)
        .sort_values(["urgent", "rank"], kind="stable", na_position="last")
        .drop(columns="urgent")
    )


def unit_records(coverage: Coverage) -> list[dict[str, Any]]:
    """Return the units behind a figure as plain values, in the order of the contract's fields."""
    table = coverage.units
    columns = {"unit_id": table.index.tolist()}
    columns |= {str(name): [_plain(cell) for cell in table[name].tolist()] for name in table}
    return [dict(zip(columns, cells, strict=True)) for cells in zip(*columns.values(), strict=True)]


def _plain(cell: Any) -> Any:  # noqa: ANN401 - a cell of any column
    """Return a cell as JSON knows it; every kind of missing value is null."""
    if cell is None or cell is pd.NA or cell is pd.NaT:
        return None
    if isinstance(cell, np.generic):
        cell = cell.item()
    if isinstance(cell, float):
        if not math.isfinite(cell):
            return None
        return int(cell) if cell.is_integer() else cell
    return cell
