"""Classes of units that are promised a share, and how each of their units stands today.

A class is a row of the catalogue whose rule says of single units that they are covered. Where the
plan has no such row, a kind of unit or of community is a class of its own, by reach.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from functools import cached_property
from typing import Literal, cast

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo_planner.activity import existing_on
from geo_planner.assignment import with_outline
from geo_planner.choice_errors import BadSettingError
from geo_planner.errors import NotKnownError
from geo_planner.notes import Note, msgid
from geo_planner.population import members_of
from geo_planner.project import Project
from geo_planner.rows import FacilityType, Indicator, Label, RuleName
from geo_planner.rules import RULES
from geo_planner.siting_errors import NoClassTargetError
from geo_planner.tally import COVERED, NOT_APPLICABLE, UNCOVERED, UNKNOWN, Members
from geo_planner.targets import still_needed
from geo_planner.travel.arrays import Flags, Ints

Counting = Literal["shared", "own", "reachable"]
RECORDED: RuleName = "has_facility"
REACHED: RuleName = "within_reach"


@dataclass(frozen=True, eq=False)
class UnitClass:
    """Units that are promised a share, and how they stand.

    ``k`` units are counted: those of the class, and those that may be of it (unknown then).

    Attributes
    ----------
    row
        The indicator, its target filled in.
    counting
        ``shared``: a new facility is recorded for every unit within the limit; ``own``: for the
        unit it stands for alone; ``reachable``: who is within the limit is covered.
    printed
        The figure the plan prints, in percent; None where it prints none.
    units
        Rows in the units table, shape (k,).
    covered, unknown
        What the indicator says of each today.
    helped
        Whether a new facility can make the unit count as covered: not where its class or its
        denominator is unknown.
    here, gains
        Whether there is a facility for the unit, and whether a new one can be, whatever the class.
    holder
        Row of a facility behind it, -1 for none.
    """

    row: Indicator
    counting: Counting
    printed: Fraction | None
    units: Ints
    covered: Flags
    unknown: Flags
    helped: Flags
    here: Flags
    gains: Flags
    holder: Ints

    @property
    def n(self) -> int:
        """Number of units counted, the unknown included."""
        return len(self.units)

    @property
    def target(self) -> Fraction:
        """The promised share in percent."""
        return cast("Fraction", self.row.target_fraction)

    @cached_property
    def needed(self) -> tuple[int, int]:
        """How many more units must be covered: if every unknown one is, and if none is."""
        return self.needed_for(self.target)

    def needed_for(self, percent: Fraction) -> tuple[int, int]:
        """Return how many more units a share needs, at least and at most."""
        return still_needed(
            covered=int(self.covered.sum()),
            unknown=int(self.unknown.sum()),
            n=self.n,
            target=percent,
            scale=100,
            comparison=">=",
        )


def class_rows(
    project: Project,
    kind: FacilityType,
    targets: Mapping[str, float] | None,
    *,
    unpromised: bool = False,
) -> list[tuple[Indicator, Fraction | None]]:
    """Return the rows to fulfil, targets filled in, and what the plan itself prints.

    Parameters
    ----------
    unpromised
        Where there is no target, take each kind of unit the type is assessed for, by reach, with a
        target of 0: nothing is promised.

    Raises
    ------
    NoClassTargetError
        If there is no target at all.
    NotKnownError
        If a name is neither an indicator of the type nor a class of units.
    BadNumberError
        If a target is not between 0 and 100.
    """
    known = {
        row.id: row
        for row in project.catalogue.indicators.values()
        if kind.id in row.facility_types
        and row.rule in (RECORDED, REACHED)
        and row.measure == "%"
        and row.unit_kinds
    }
    found = {
        name: (row, row.target_fraction)
        for name, row in known.items()
        if row.target is not None and row.comparison == ">="
    }
    for name, percent in (targets or {}).items():
        for row in _named(project, kind, known, str(name)):
            figure = percent_of(str(name), percent)
            printed = None if row.comparison != ">=" else row.target_fraction
            found[row.id] = (replace(row, target=figure, comparison=">="), printed)
    if not found and unpromised:
        rows = [_named(project, kind, {}, name)[0] for name in _kinds(project, kind)]
        return [(replace(row, target=Decimal(0)), None) for row in rows]
    if not found:
        named = known or {
            name: _named(project, kind, {}, name)[0] for name in _kinds(project, kind)
        }
        raise NoClassTargetError(
            facility_type=kind.id,
            known=tuple(named),
            label=kind.label,
            classes=[
                Note("class", msgid("{label} ({id})"), {"label": row.label, "id": name})
                for name, row in named.items()
            ],
        )
    return list(found.values())


def percent_of(name: str, percent: float) -> Decimal:
    """Return a typed share exactly.

    Raises
    ------
    BadNumberError
        If it is not between 0 and 100.
    """
    try:
        figure = Decimal(str(percent))
    except InvalidOperation:
        figure = Decimal(-1)
    if not (figure.is_finite() and 0 <= figure <= 100):
        raise BadSettingError("siting", name, (), [str(percent)])
    return figure


def _named(
    project: Project, kind: FacilityType, known: Mapping[str, Indicator], name: str
) -> list[Indicator]:
    """Return the rows of a name: an id, a label, a kind of community or of unit."""
    rows = [
        row
        for row in known.values()
        if name in (row.id, row.label.zh, row.label.en, row.community_kind)
    ]
    if rows:
        return rows
    if name in ("urban", "regiment") and "community_kind" in project.units:
        told = project.units["community_kind"].notna().to_numpy(dtype=bool)
        split = tuple(dict.fromkeys(str(one) for one in project.units["kind"].array[told]))
        if split:
            return [_reach_row(kind, name, Label(name, name), split, name)]
    for one in project.catalogue.unit_kinds.values():
        if name in (one.id, one.label.zh, one.label.en):
            return [_reach_row(kind, one.id, one.label, (one.id,), None)]
    raise NotKnownError.among("class of units", name, [*known, *_kinds(project, kind)])


def _kinds(project: Project, kind: FacilityType) -> tuple[str, ...]:
    present = set(project.units["kind"])
    return tuple(name for name in kind.assessed if name in present)


def _reach_row(
    kind: FacilityType, name: str, label: Label, kinds: tuple[str, ...], community: str | None
) -> Indicator:
    """Return a row of the reader's own, that no plan has."""
    return Indicator(
        id=name,
        label=label,
        domain="implementation",
        clause="",
        quote="",
        rule=REACHED,
        comparison=">=",
        measure="%",
        quantified=False,
        priority="C",
        numerator=label,
        unit_kinds=kinds,
        community_kind=cast("Literal['urban', 'regiment'] | None", community),
        facility_type=kind.id,
    )


def recorded_class(
    project: Project, row: Indicator, printed: Fraction | None, counting: Counting, day: date
) -> UnitClass:
    """Return a class that what is recorded decides."""
    rows, unsure = members_of(project, row, day)
    now = _members(project, row, day)
    free = replace(row, community_kind=None)
    anyway = _members(project, free, day) if unsure.any() else now
    # Whom a facility can help at all, the rule says itself: of one that serves everybody.
    everywhere = _members(project.adding(_serving_all(project, row, rows)), free, day)
    state = now.state[np.searchsorted(now.rows, rows)]
    here = anyway.state[np.searchsorted(anyway.rows, rows)]
    best = everywhere.state[np.searchsorted(everywhere.rows, rows)]
    counted = state != NOT_APPLICABLE
    return UnitClass(
        row=row,
        counting=counting,
        printed=printed,
        units=rows[counted].astype(np.int64),
        covered=state[counted] == COVERED,
        unknown=state[counted] == UNKNOWN,
        helped=((best == COVERED) & ~unsure)[counted],
        here=(here == COVERED)[counted],
        gains=(best == COVERED)[counted],
        holder=_holders(project, anyway)[rows[counted]],
    )


def reached_class(
    project: Project,
    row: Indicator,
    printed: Fraction | None,
    nearest: pd.DataFrame,
    day: date,
) -> UnitClass:
    """Return a class that reach decides.

    Parameters
    ----------
    nearest
        The table of :func:`geo_planner.travel.access.access`.
    """
    rows, unsure = members_of(project, row, day)
    found = nearest.reindex(project.units.index[rows])
    word = found["state"].to_numpy(dtype=object)
    near = found["facility_id"].to_numpy(dtype=object)
    placed = ~shapely.is_missing(project.units.geometry.to_numpy()[rows])
    placed &= ~shapely.is_empty(project.units.geometry.to_numpy()[rows])
    # Facilities that all lack a position may be near: nobody knows.
    state = np.select(
        [word == "within", ~placed | (word == "no_position")], [COVERED, UNKNOWN], UNCOVERED
    )
    here = state == COVERED
    return UnitClass(
        row=row,
        counting="reachable",
        printed=printed,
        units=rows.astype(np.int64),
        covered=here & ~unsure,
        unknown=(state == UNKNOWN) | unsure,
        helped=placed & ~unsure,
        here=here,
        gains=placed,
        holder=np.where(here, project.facilities.index.get_indexer(near), -1),
    )


def _members(project: Project, row: Indicator, day: date) -> Members:
    return cast("Members", RULES[row.rule](project, row, day).members)


def _holders(project: Project, members: Members) -> Ints:
    """Return a facility's row for each unit, the first recorded one, -1 for none."""
    found = np.full(len(project.units), -1, dtype=np.int64)
    if members.pairs is not None:
        facility, unit = members.pairs
        found[unit[::-1]] = facility[::-1]
    return found


def _serving_all(project: Project, row: Indicator, rows: Ints) -> gpd.GeoDataFrame:
    ids = ";".join(str(one) for one in project.units.index[rows])
    return gpd.GeoDataFrame(
        {
            "name": [""],
            "facility_type": [row.facility_type],
            "status": ["active"],
            "serves_units": [ids],
        },
        index=pd.Index(["\0everywhere"], name=project.facilities.index.name),
        geometry=gpd.GeoSeries([None]),
        crs=project.crs,
    )


def outlined(project: Project, day: date) -> Flags:
    """Return which units hold, by their outline, what stands in them on a day, shape (units,)."""
    found: Flags = with_outline(project.units) & existing_on(project.units, day)
    return found
