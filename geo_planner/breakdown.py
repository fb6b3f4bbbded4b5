"""The same figure for each unit above those counted: every regiment on its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd

from geo_planner.coverage import Coverage, number, verdict
from geo_planner.hierarchy import IntArray
from geo_planner.rules.pooling import pooled
from geo_planner.tally import Members, Tally, tally_of_members

COLUMNS = (
    "n",
    "covered",
    "uncovered",
    "unknown",
    "lower",
    "upper",
    "status",
    "needs_more_min",
    "needs_more_max",
)


def by_unit(coverage: Coverage, kind: str = "regiment") -> pd.DataFrame:
    """Return the same count for each unit of a kind above, such as each regiment.

    Returns
    -------
    DataFrame
        Indexed by ``unit_id`` of ``kind``, those that exist on the date: ``name``, ``n``,
        ``covered``, ``uncovered``, ``unknown`` (units, or households where the share is of those),
        ``lower`` and ``upper`` in the indicator's measure (missing where ``n`` is zero: does not
        apply), ``status`` and ``needs_more_min``, ``needs_more_max``. Empty where no units are
        counted.
    """
    names = coverage.project.units["name"]
    records = [
        {
            "unit_id": code,
            "name": names[code],
            **{name: _shown(getattr(there, name), name) for name in COLUMNS},
        }
        for code, there in coverages_by_unit(coverage, kind)
    ]
    return pd.DataFrame(records, columns=["unit_id", "name", *COLUMNS]).set_index("unit_id")


def coverages_by_unit(coverage: Coverage, kind: str) -> Iterator[tuple[str, Coverage]]:
    """Yield code and coverage of each unit of a kind above those counted; see :func:`by_unit`."""
    project, members = coverage.project, coverage.tally.members
    if members is None or members.of_facilities:
        return
    for row, places in _below(coverage, members, kind):
        tally = _tally(coverage, _part_of(members, places))
        there = verdict(project, coverage.indicator, coverage.as_of, tally)
        yield str(project.units.index[row]), there


def _shown(value: object, name: str) -> object:
    return number(value) if name in ("lower", "upper") else value  # type: ignore[arg-type]


def _below(coverage: Coverage, members: Members, kind: str) -> Iterator[tuple[int, IntArray]]:
    """Yield each unit of ``kind`` with the places of the members below it, in its table's order."""
    tree = coverage.project.hierarchy
    of_kind = tree.of_kinds((kind,))
    above = np.flatnonzero(of_kind)
    if not len(above):
        return
    # Small numbers in place of rows: numpy sorts those by counting.
    number = np.full(len(of_kind) + 1, -1, dtype=np.min_scalar_type(-len(above) - 1))
    number[above] = np.arange(len(above))
    lifted = number[tree.ancestor_of_kinds((kind,))[members.rows]]
    order = np.argsort(lifted, kind="stable")
    ends = np.searchsorted(lifted[order], np.arange(len(above) + 1))
    first, last = ends[:-1], ends[1:]
    alive = coverage.project.register.units_on(coverage.as_of)
    for row, begin, end in zip(above.tolist(), first.tolist(), last.tolist(), strict=True):
        if alive[row] or end > begin:
            yield row, order[begin:end]


def _tally(coverage: Coverage, part: Members) -> Tally:
    """Count some of the members as the rule counted all of them."""
    if part.part is not None and part.total is not None and coverage.basis != "units":
        return pooled(
            part.part,
            part.total,
            part.rows,
            coverage.indicator,
            basis=coverage.basis,
            as_of=coverage.as_of,
        )
    tally = tally_of_members(
        part,
        basis=coverage.basis,
        method=coverage.method,
        scale=100 if part.part is not None else coverage.indicator.scale,
    )
    return replace(tally, no_data=coverage.tally.no_data)


def _part_of(members: Members, places: IntArray) -> Members:
    """Return only the members at ``places``."""
    return Members(
        members.rows[places],
        members.state[places],
        members.reasons[places],
        own=None if members.own is None else members.own[places],
        part=None if members.part is None else members.part[places],
        total=None if members.total is None else members.total[places],
    )
