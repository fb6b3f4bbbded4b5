"""Networks in levels: which unit lacks its own level, and whose chain up to the top is broken.

A unit holds its level if it has a working facility of one of the level's types, of its own or
serving it, or if one of the level's columns (people on duty) is above zero. It hangs on the unit of
the level above that it lies in; its chain is complete if it and every unit up to the top hold
theirs. What is not recorded is unknown, never lacking.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo_planner.errors import NoDateError
from geo_planner.hierarchy import IntArray
from geo_planner.monitoring_rows import Network, NetworkLevel
from geo_planner.network_levels import Held, held_of
from geo_planner.notes import Note, msgid
from geo_planner.project import Project
from geo_planner.rows import Label
from geo_planner.tally import (
    COVERED,
    REASON_CODES,
    STATES,
    UNCOVERED,
    UNKNOWN,
    Int8Array,
)

BROKEN, COMPLETE, OPEN = 0, 1, 2
CHAINS = ("broken", "complete", "unknown")


@dataclass(frozen=True, slots=True)
class LevelCount:
    """How the units of one level stand.

    Attributes
    ----------
    number
        1 at the top.
    n
        Units that need the level; ``covered + uncovered + unknown``.
    hanging
        Of the covered: those whose chain is broken further up.
    complete, broken, open
        Units by chain: whole up to the top, broken somewhere, and not known.
    """

    number: int
    level: NetworkLevel
    n: int
    covered: int
    uncovered: int
    unknown: int
    hanging: int
    complete: int
    broken: int
    open: int


@dataclass(frozen=True, eq=False)
class NetworkReport:
    """How a network stands on a day.

    Attributes
    ----------
    network, as_of
        What was asked.
    levels
        Counts by level, from the top down.
    units
        One row a unit and level, from the top down, in the order of the project's units:
        ``unit_id``, ``name``, ``kind``, ``level`` (1 at the top), ``parent_id`` (the unit of a
        level above that it hangs on, None where there is none), ``parent_level``, ``state``
        (``covered``, ``uncovered``, ``unknown``), ``reason`` (a code of ``tally.REASONS``),
        ``facility_ids`` (working ones behind the state), ``chain`` (``complete``, ``broken``,
        ``unknown``) and ``broken_at`` (number of the first level, going up from the unit's own,
        that is lacking; missing where none is).
    notes
        Caveats.
    """

    network: Network
    as_of: date
    levels: tuple[LevelCount, ...]
    units: pd.DataFrame
    notes: tuple[Note, ...]

    @cached_property
    def lacking(self) -> pd.DataFrame:
        """Rows of units that lack their own level."""
        return self.units.loc[self.units["state"] == "uncovered"]

    @cached_property
    def hanging(self) -> pd.DataFrame:
        """Rows of units that hold their own level below one that is lacking."""
        held = (self.units["state"] == "covered") & (self.units["chain"] == "broken")
        return self.units.loc[held]

    def as_json(self, *, units: bool = True) -> dict[str, Any]:
        """Return plain values, notes left out (they are put into words elsewhere)."""
        plain: dict[str, Any] = {
            "network": self.network.id,
            "label": _label(self.network.label),
            "clause": self.network.clause,
            "quote": self.network.quote,
            "as_of": self.as_of.isoformat(),
            "levels": [
                {
                    "level": one.number,
                    "label": _label(one.level.label),
                    "unit_kinds": list(one.level.unit_kinds),
                    "facility_types": list(one.level.facility_types),
                    "unit_columns": list(one.level.unit_columns),
                    "n": one.n,
                    "covered": one.covered,
                    "uncovered": one.uncovered,
                    "unknown": one.unknown,
                    "hanging": one.hanging,
                    "complete": one.complete,
                    "broken": one.broken,
                    "open": one.open,
                }
                for one in self.levels
            ],
        }
        if units:
            plain["units"] = self.unit_records()
        return plain

    def unit_records(self) -> list[dict[str, Any]]:
        """Return the rows of ``units`` as plain values, None where nothing is known."""
        table = self.units.astype(object).where(self.units.notna(), None)
        rows: list[dict[str, Any]] = table.to_dict("records")
        return rows


@dataclass(frozen=True, eq=False, slots=True)
class _Upper:
    """What units hang on: row of the unit above (-1 none) and its level (0 none)."""

    unit: IntArray
    level: IntArray


def network(project: Project, network_id: str, as_of: date | None = None) -> NetworkReport:
    """Return how a network of the catalogue stands.

    Parameters
    ----------
    project
        The project.
    network_id
        Id of a row of its catalogue.
    as_of
        The reference date; the project's own where none is given.

    Raises
    ------
    NotKnownError
        If the catalogue has no such network; near names are listed.
    NoDateError
        If neither a date is given nor the project has one.
    """
    row = project.catalogue.network(network_id)
    day = as_of or project.reference_date
    if day is None:
        raise NoDateError(project.name)
    shape = (len(row.levels) + 1, len(project.units))
    members, broken, unsure = (np.zeros(shape, dtype=kind) for kind in (bool, np.int16, bool))
    tables: list[pd.DataFrame] = []
    found: list[LevelCount] = []
    notes: list[Note] = []
    for number, level in enumerate(row.levels, 1):
        held = held_of(project, row.id, level, day)
        members[number, held.rows] = True
        upper = _above(project, members[:number], held.rows)
        skipped = upper.level < number - 1
        broken_at = np.where(held.state == UNCOVERED, number, broken[upper.level, upper.unit])
        open_ = (held.state == UNKNOWN) | unsure[upper.level, upper.unit] | skipped
        broken[number, held.rows], unsure[number, held.rows] = broken_at, open_
        chain = np.where(broken_at > 0, BROKEN, np.where(open_, OPEN, COMPLETE))
        tables.append(_table(project, number, held, upper, chain, broken_at))
        found.append(_count(number, level, held.state, chain))
        notes += [
            Note("network-level", msgid("{level}: {note}"), {"level": level.label, "note": note})
            for note in held.notes
        ]
        if skipped.any():
            notes.append(_skipped_note(level, row.levels[number - 2], skipped))
    units = pd.concat(tables, ignore_index=True)
    return NetworkReport(row, day, tuple(found), units, tuple(notes))


def all_networks(project: Project, as_of: date | None = None) -> list[NetworkReport]:
    """Return how every network of the catalogue stands, in its order."""
    return [network(project, name, as_of) for name in project.catalogue.networks]


def _above(project: Project, members: npt.NDArray[np.bool_], rows: IntArray) -> _Upper:
    """Return the unit each one hangs on: of the nearest level above that holds it.

    Parameters
    ----------
    members
        Which units are of each level above, shape (levels + 1, n); row 0 is empty.
    """
    unit = np.full(len(rows), -1, dtype=np.intp)
    level = np.zeros(len(rows), dtype=np.intp)
    for number in range(len(members) - 1, 0, -1):
        left = level == 0
        if not left.any():
            break
        found = project.hierarchy.ancestor_in(members[number])[rows]
        hit = left & (found >= 0)
        unit[hit], level[hit] = found[hit], number
    return _Upper(unit, level)


def _table(
    project: Project,
    number: int,
    held: Held,
    upper: _Upper,
    chain: npt.NDArray[np.int_],
    broken_at: npt.NDArray[np.int_],
) -> pd.DataFrame:
    """Return the rows of one level."""
    source, rows = project.units, held.rows
    ids = source.index.to_numpy(dtype=object)
    parent = np.full(len(rows), None, dtype=object)
    parent[upper.level > 0] = ids[upper.unit[upper.level > 0]]
    return pd.DataFrame(
        {
            "unit_id": ids[rows],
            "name": source["name"].to_numpy(dtype=object)[rows],
            "kind": source["kind"].to_numpy(dtype=object)[rows],
            "level": number,
            "parent_id": parent,
            "parent_level": _or_missing(upper.level),
            "state": np.array(STATES, dtype=object)[held.state],
            "reason": np.array(REASON_CODES, dtype=object)[held.why],
            "facility_ids": _facilities_of(project, held),
            "chain": np.array(CHAINS, dtype=object)[chain],
            "broken_at": _or_missing(broken_at),
        }
    )


def _facilities_of(project: Project, held: Held) -> pd.Series:
    """Return the working facilities behind each unit's state, by code."""
    facility, unit = held.pairs
    found: list[list[str]] = [[] for _ in held.rows]
    codes = project.facilities.index.to_numpy(dtype=object)
    inside = np.isin(unit, held.rows)
    places = np.searchsorted(held.rows, unit[inside])
    for code, place in zip(codes[facility[inside]], places, strict=True):
        found[place].append(str(code))
    return pd.Series([sorted(one) for one in found], dtype=object)


def _or_missing(numbers: npt.NDArray[np.int_]) -> pd.arrays.IntegerArray:
    """Return whole numbers with 0 as missing."""
    return pd.arrays.IntegerArray(numbers.astype(np.int64), numbers == 0)


def _count(
    number: int, level: NetworkLevel, state: Int8Array, chain: npt.NDArray[np.int_]
) -> LevelCount:
    states = np.bincount(state, minlength=len(STATES))
    chains = np.bincount(chain, minlength=len(CHAINS))
    return LevelCount(
        number,
        level,
        n=len(state),
        covered=int(states[COVERED]),
        uncovered=int(states[UNCOVERED]),
        unknown=int(states[UNKNOWN]),
        hanging=int(np.count_nonzero((state == COVERED) & (chain == BROKEN))),
        complete=int(chains[COMPLETE]),
        broken=int(chains[BROKEN]),
        open=int(chains[OPEN]),
    )


def _skipped_note(level: NetworkLevel, above: NetworkLevel, skipped: npt.NDArray[np.bool_]) -> Note:
    """Say that units lie in no unit of the level above."""
    text = msgid(
        "{level}: units that lie in no unit of the level '{upper}', so that nobody can say whether "
        "their chain is whole: {count}"
    )
    number = int(np.count_nonzero(skipped))
    params = {"level": level.label, "count": number, "upper": above.label}
    return Note("network-level-skipped", text, params)


def _label(label: Label) -> dict[str, str]:
    return {"zh": label.zh, "en": label.en}
