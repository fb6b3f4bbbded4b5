"""What if: sites on trial, dropped, removed and taken back, each answered at once.

An index holds the units that are assessed, their limits, and the nearest site of each. A site that
is dropped can only change units in the box around it, one that is removed only those it was the
nearest of; an R-tree says which, and only these are travelled again. What is recorded is left
alone: a trial never changes what is *established*.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
import pandas as pd
import shapely
from pyproj import CRS, Transformer

from geo_planner.crs import crs_label
from geo_planner.errors import NotKnownError, OutsideWorldError
from geo_planner.notes import Note, msgid
from geo_planner.population import counts, stand_in
from geo_planner.project import Project
from geo_planner.rows import FacilityType, TravelMode
from geo_planner.rules.within_reach import straight_line_note
from geo_planner.siting.trying.surroundings import Surroundings
from geo_planner.siting.trying.trial_result import Reach, Tally, Trial, changed_units
from geo_planner.travel.access import (
    LEVEL,
    assessed_rows,
    effort_limits,
    knows_heights,
    working_rows,
)
from geo_planner.travel.arrays import Flags, Floats, Ints
from geo_planner.travel.pairs import counted_notes
from geo_planner.travel.positions import positions, unit_positions

POINT = "point"
NO_RECORD = Note(
    "trial-no-record",
    msgid("A site on trial is no record: what is established stays as it is until one is added."),
)
SLOWLY = Note(
    "trial-anew",
    msgid("This way to travel leaves the road: every question is worked out anew for all units."),
)


@dataclass(frozen=True, slots=True)
class _Step:
    """A change that stands: sites dropped (they stand now) or removed (they do not)."""

    name: str
    sites: tuple[int, ...]
    dropped: bool


class FacilityIndex:
    """Assessed units, the sites that stand, and who is nearest to whom.

    Not for several threads at once. What an index answers depends only on which sites stand, never
    on the order in which they came to: after every change it is what :func:`~geo_planner.travel.
    access.access` says of a project with those facilities.

    Attributes
    ----------
    project, kind, travel
        What is asked about.
    about
        ``name``, ``kind``, ``parent_id``, ``children`` of the assessed units, by ``unit_id``.
    limits
        Each unit's limit, metres of a plain street, shape (n,).
    """

    def __init__(
        self,
        project: Project,
        kind: FacilityType,
        travel: TravelMode,
        limit: float | None,
        day: date,
    ) -> None:
        rows = assessed_rows(project, kind, day)
        working = working_rows(project, kind, day)
        self.project, self.kind, self.travel = project, kind, travel
        self.counted = stand_in(project, kind.population)
        self.about = _about(project, rows, self.counted)
        self.limits = effort_limits(project.units, rows, kind, travel, limit)
        self._names = [str(name) for name in project.facilities.index[working]]
        self._numbers = {name: number for number, name in enumerate(self._names)}
        self._facilities = len(self._names)
        self._cluster = project.duplicates.cluster[working]
        self._stands = [True] * len(self._names)
        self._near = Surroundings(
            project,
            travel,
            float(np.max(self.limits, initial=0.0)) + 0.001,
            unit_positions(project, rows),
            positions(project.facilities, working),
        )
        self._about = {"unit_id": self.about.index.to_numpy(dtype=object)} | {
            name: self.about[name].to_numpy(dtype=float if name == "children" else object)
            for name in self.about
        }
        self._unknown = np.isnan(self._near.xy).any(axis=1)
        self._steps: list[_Step] = []
        self._trials = 0
        everybody = np.arange(len(rows))
        self._now = self._all() if not self._near.is_local else Reach.none(len(rows))
        if self._near.is_local:
            self._now.put(everybody, self._near.nearest(everybody, self._near.standing()))
        self._today = self._now.at(everybody)
        self._within = self._inside(self._now, everybody)
        self._total = self._tally(self._within)

    @classmethod
    def of(
        cls,
        project: Project,
        facility_type: str,
        *,
        mode: str = "walk",
        limit: float | None = None,
        as_of: date | None = None,
    ) -> FacilityIndex:
        """Build the index of a question; parameters as of :func:`geo_planner.travel.access`.

        Raises
        ------
        NotKnownError
            If the facility type or mode is not in the catalogue.
        NoLimitError
            If no limit is given and the catalogue has none for this type and mode.
        """
        return cls(
            project,
            project.catalogue.facility_type(facility_type),
            project.catalogue.travel_mode(mode),
            limit,
            as_of or project.reference_date or date.max,
        )

    @property
    def standing(self) -> tuple[str, ...]:
        """Ids of the facilities and trial sites that stand now."""
        return tuple(n for n, stands in zip(self._names, self._stands, strict=True) if stands)

    @property
    def within(self) -> pd.Series:
        """Whether each unit is within its limit of a standing site; missing without a position."""
        inside = pd.array(self._within, dtype="boolean")
        inside[self._unknown] = pd.NA
        return pd.Series(inside, index=self.about.index)

    def drop(
        self,
        point: shapely.Point | None = None,
        *,
        lonlat: tuple[float, float] | None = None,
    ) -> Trial:
        """Let a trial site stand, and return what that changes.

        Parameters
        ----------
        point
            Where, in the project's CRS.
        lonlat
            Or where in degrees (WGS 84), longitude first.

        Raises
        ------
        OutsideWorldError
            If the point cannot be in the project's CRS.
        ValueError
            If neither or both are given.
        """
        if (point is None) == (lonlat is None):
            raise ValueError("give a point, or longitude and latitude")
        at = point_at(self.project.crs, lonlat) if lonlat is not None else point
        assert at is not None
        if at.is_empty or not np.isfinite([at.x, at.y]).all():
            raise OutsideWorldError(POINT, (1,), crs_label(self.project.crs), (str(at),))
        name = self._next_name()
        number = self._near.add(shapely.force_2d(at))
        self._names.append(name)
        self._numbers[name] = number
        self._stands.append(True)
        self._steps.append(_Step(name, (number,), dropped=True))
        notes = () if self._near.is_on_streets(number) else (_off_streets(name),)
        return self._answer("drop", name, self._rise((number,)), notes)

    def remove(self, facility_id: str) -> Trial:
        """Take a facility (or a trial site) away, and return what that changes.

        Records that stand for the same facility go with it (:mod:`geo_planner.duplicates`).

        Raises
        ------
        NotKnownError
            If no facility of the type that works on the day, and no trial site, stands there.
        """
        number = self._numbers.get(facility_id, -1)
        if number < 0 or not self._stands[number]:
            raise NotKnownError.among("facility", facility_id, self.standing)
        numbers = self._same(number)
        self._steps.append(_Step(facility_id, numbers, dropped=False))
        return self._answer("remove", facility_id, self._sink(numbers), ())

    def undo(self, name: str | None = None) -> Trial:
        """Take back the last change, or that of a trial site or facility by its id.

        Raises
        ------
        NotKnownError
            If there is no such change to take back.
        """
        asked = [one for one in self._steps if name is None or one.name == name]
        if not asked:
            known = [one.name for one in self._steps]
            raise NotKnownError.among("facility", name or "", known)
        step = asked[-1]
        self._steps = [one for one in self._steps if one is not step]
        change = self._sink(step.sites) if step.dropped else self._rise(step.sites)
        return self._answer("undo", step.name, change, ())

    def together(self) -> Trial:
        """Return what all changes that stand come to, beside today."""
        rows = np.flatnonzero(
            (self._now.away != self._today.away) | (self._now.site != self._today.site)
        )
        return self._answer("together", "", (rows, self._today.at(rows)), ())

    def what_if(
        self, *, at: Sequence[tuple[float, float]] = (), remove: Sequence[str] = ()
    ) -> tuple[tuple[Trial, ...], Trial]:
        """Return what each of some changes does, in turn, and all together; none of them stays.

        Parameters
        ----------
        at
            Trial sites in degrees (WGS 84), longitude first.
        remove
            Ids of facilities to take away.

        Raises
        ------
        OutsideWorldError, NotKnownError
            As :meth:`drop` and :meth:`remove`; nothing is changed then.
        """
        steps, sites, trials = len(self._steps), len(self._names), self._trials
        try:
            found = [self.drop(lonlat=one) for one in at]
            found += [self.remove(name) for name in dict.fromkeys(remove)]
            return tuple(found), self.together()
        finally:
            while len(self._steps) > steps:
                self.undo()
            for name in self._names[sites:]:
                del self._numbers[name]
            del self._names[sites:], self._stands[sites:]
            self._near.forget(sites)
            self._trials = trials

    def _next_name(self) -> str:
        self._trials += 1
        while f"trial-{self._trials}" in self._numbers:
            self._trials += 1
        return f"trial-{self._trials}"

    def _same(self, number: int) -> tuple[int, ...]:
        """Return a site and the standing records of the same facility."""
        cluster = self._cluster[number] if number < self._facilities else -1
        if cluster < 0:
            return (number,)
        same = np.flatnonzero(self._cluster == cluster)
        return tuple(int(one) for one in same if self._stands[one])

    def _all(self) -> Reach:
        return self._near.anew(np.flatnonzero(self._stands))

    def _rise(self, numbers: tuple[int, ...]) -> tuple[Ints, Reach]:
        """Let sites stand; return the rows of units that changed, and what they had before."""
        for number in numbers:
            if not self._stands[number]:
                self._stands[number] = True
                self._near.stand(number)
        if not self._near.is_local:
            return self._anew()
        rows = np.unique(np.concatenate([self._near.units_near(one) for one in numbers]))
        found = self._near.nearest(rows, np.array(numbers, dtype=np.int64))
        better = self._now.at(rows).is_beaten_by(found)
        rows, found = rows[better], found.at(np.flatnonzero(better))
        before = self._now.at(rows)
        self._now.put(rows, found)
        return rows, before

    def _sink(self, numbers: tuple[int, ...]) -> tuple[Ints, Reach]:
        """Let sites fall; return the rows of units that changed, and what they had before."""
        for number in numbers:
            self._stands[number] = False
            self._near.fall(number)
        if not self._near.is_local:
            return self._anew()
        rows = np.flatnonzero(np.isin(self._now.site, numbers))
        before = self._now.at(rows)
        self._now.put(rows, self._near.nearest(rows, self._near.sites_near(rows)))
        return rows, before

    def _anew(self) -> tuple[Ints, Reach]:
        found = self._all()
        rows = np.flatnonzero((found.away != self._now.away) | (found.site != self._now.site))
        before = self._now.at(rows)
        self._now = found
        return rows, before

    def _tally(self, chosen: Flags | Ints) -> Tally:
        return Tally.of(self._about["children"][chosen])

    def _inside(self, reach: Reach, rows: Ints) -> Flags:
        """Return which units are within their limit: to the millimetre, as access compares."""
        away = np.round(reach.away * self._near.factor, 3)
        near = np.isfinite(away) & (away <= np.round(self.limits[rows], 3))
        return np.asarray(near, dtype=np.bool_)

    def _answer(
        self,
        change: Literal["drop", "remove", "undo", "together"],
        site: str,
        changed: tuple[Ints, Reach],
        more: tuple[Note, ...],
    ) -> Trial:
        """Return the answer for rows that changed and what they had before."""
        rows, before = changed
        after = self._now.at(rows)
        within = self._inside(before, rows), self._inside(after, rows)
        past, self._within[rows] = self._total, within[1]
        if change == "together":
            past = self._tally(self._inside(self._today, np.arange(len(self.about))))
        else:
            self._total = self._tally(self._within)
        names = np.array(self._names, dtype=object)
        table = changed_units(
            self._about, rows, names, within, (self._ways(before), self._ways(after))
        )
        return Trial(
            change,
            site,
            table,
            past,
            self._total,
            self._tally(rows[~within[0] & within[1]]),
            self._tally(rows[within[0] & ~within[1]]),
            len(self.about),
            int(self._unknown.sum()),
            self._method,
            self.kind.id,
            self.travel.id,
            self.counted,
            (*more, *self._notes()),
        )

    def _ways(self, reach: Reach) -> Reach:
        factor = self._near.factor
        return Reach(reach.away * factor, reach.site, reach.metres * factor)

    @property
    def _method(self) -> str:
        if self.project.streets is None:
            return "straight_line"
        return "streets" if self._near.is_local else "offroad"

    def _notes(self) -> tuple[Note, ...]:
        """Return the caveats of every answer."""
        found = [NO_RECORD]
        if self.project.streets is None:
            found.append(straight_line_note(self.travel.detour_factor))
        elif self.travel.slopes and not knows_heights(self.project.streets):
            found.append(LEVEL)
        if not self._near.is_local:
            found.append(SLOWLY)
        found.extend(counted_notes(self.kind.population, self.counted))
        lost = int(self._unknown.sum())
        if lost:
            text = msgid("{count} units have no position: whom they would reach is unknown.")
            found.append(Note("units-without-position", text, {"count": lost}))
        nowhere = int(np.isnan(self._near.site_xy[: self._facilities, 0]).sum())
        if nowhere:
            text = msgid("{count} working facilities have no position and reach nobody.")
            found.append(Note("facilities-without-position", text, {"count": nowhere}))
        return tuple(found)


def point_at(crs: CRS, lonlat: tuple[float, float]) -> shapely.Point:
    """Return a point in degrees (WGS 84, longitude first) as a point of a project's CRS.

    Raises
    ------
    OutsideWorldError
        If it cannot be there.
    """
    place = Transformer.from_crs(CRS.from_epsg(4326), crs, always_xy=True).transform(*lonlat)
    if not np.isfinite(place).all():
        raise OutsideWorldError(POINT, (1,), crs_label(crs), (f"{lonlat[0]:g} {lonlat[1]:g}",))
    return shapely.Point(place)


def _about(project: Project, rows: Ints, counted: str) -> pd.DataFrame:
    """Return what is known of the assessed units beside their position."""
    units = project.units
    table = pd.DataFrame(index=units.index[rows])
    for name in ("name", "kind", "parent_id"):
        table[name] = units[name].array[rows] if name in units else None
    children: Floats = counts(units, counted)[rows]
    table["children"] = children
    return table


def _off_streets(name: str) -> Note:
    return Note(
        "trial-off-streets",
        msgid("{site} meets no street it could use: it reaches only who stands right there."),
        {"site": name},
    )
