"""Ways between units and sites on trial, asked of few at a time: an R-tree says which.

Guttman (1984), "R-trees: a dynamic index structure for spatial searching", SIGMOD, 47-57.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import shapely
from rtree.index import Index

from geo_planner.project import Project
from geo_planner.rows import TravelMode
from geo_planner.siting.trying.trial_result import Reach
from geo_planner.travel.arrays import Flags, Floats, Ints, Labels, Shapes
from geo_planner.travel.built import network_of
from geo_planner.travel.meeting import meet
from geo_planner.travel.network import StreetNetwork
from geo_planner.travel.positions import coordinates
from geo_planner.travel.shortest import Nearest
from geo_planner.travel.snapping import Snapped
from geo_planner.travel.straight import nearest_straight
from geo_planner.travel.ways import ways_to

FEW = 100_000
"""Pairs that are measured one by one sooner than through a tree."""
MARGIN = 1.0
"""Metres a box is wider than it need be: amounts along streets are rounded, the box must hold."""


@dataclass(eq=False)
class Surroundings:
    """Units and sites, where they are, and what lies between those near each other.

    Attributes
    ----------
    project, mode
        Whose streets are travelled, and how.
    reach
        Effort that any way asked for takes at most, in metres of a plain street.
    here
        Points of the units, None where not known, shape (n,).
    there
        Points of the sites by number, None where not known; sites are added, never taken out.
    """

    project: Project
    mode: TravelMode
    reach: float
    here: Shapes
    there: Shapes
    xy: Floats = field(init=False)
    site_xy: Floats = field(init=False)
    units: Index = field(init=False)
    sites: Index = field(init=False)
    meetings: Snapped | None = field(init=False, default=None)
    site_meetings: Snapped | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        """Index the units and let everybody meet their street."""
        self.xy, self.site_xy = coordinates(self.here), coordinates(self.there)
        self.units, self.sites = _indexed(self.xy), _indexed(self.site_xy)
        if self.is_local and self.project.streets is not None:
            self.meetings = meet(self.project, self.mode, self.here)
            self.site_meetings = meet(self.project, self.mode, self.there)
        self.radius = self._radius()

    @property
    def is_local(self) -> bool:
        """Whether a site changes ways near it alone.

        A mode that leaves the road may meet another street as soon as a site lies on another
        island of streets, wherever that is.
        """
        return self.project.streets is None or self.mode.offroad_metres == 0

    @property
    def factor(self) -> float:
        """What a straight line is multiplied by to be a way; 1 where ways lead along streets."""
        return self.mode.detour_factor if self.project.streets is None else 1.0

    def _radius(self) -> float:
        """Return how far in a straight line a way within reach can lead at most."""
        if not np.isfinite(self.reach):
            return np.inf
        if self.project.streets is None:
            return self.reach / self.factor + MARGIN if self.factor else np.inf
        pace, gap = _least_effort(network_of(self.project.streets, self.mode))
        return self.reach / pace + gap + MARGIN if pace > 0 else np.inf

    def add(self, point: shapely.Point) -> int:
        """Add a site, standing, and return its number."""
        number = len(self.there)
        here = np.array([point, None], dtype=object)[:1]
        self.there = np.append(self.there, here)
        self.site_xy = np.concatenate([self.site_xy, coordinates(here)])
        if self.site_meetings is not None:
            met = meet(self.project, self.mode, here)
            self.site_meetings = _joined(self.site_meetings, met)
        self.stand(number)
        return number

    def forget(self, count: int) -> None:
        """Drop all sites from a number on; none of them may be standing."""
        self.there, self.site_xy = self.there[:count], self.site_xy[:count]
        if self.site_meetings is not None:
            self.site_meetings = _some(self.site_meetings, np.arange(count))

    def stand(self, number: int) -> None:
        """Let a site be found among those standing."""
        if not np.isnan(self.site_xy[number]).any():
            self.sites.insert(number, (*self.site_xy[number], *self.site_xy[number]))

    def fall(self, number: int) -> None:
        """Let a site no longer be found."""
        if not np.isnan(self.site_xy[number]).any():
            self.sites.delete(number, (*self.site_xy[number], *self.site_xy[number]))

    def units_near(self, number: int) -> Ints:
        """Return, in order, the rows of units that a site may reach."""
        return _in_box(self.units, self.site_xy[[number]], self.radius)

    def sites_near(self, rows: Ints) -> Ints:
        """Return, in order, the numbers of standing sites that may reach one of the units."""
        return _in_box(self.sites, self.xy[rows], self.radius)

    def standing(self) -> Ints:
        """Return the numbers of all standing sites with a position, in order."""
        return _in_box(self.sites, np.zeros((1, 2)), np.inf)

    def nearest(self, rows: Ints, numbers: Ints) -> Reach:
        """Return each unit's nearest of some sites within reach."""
        if not (len(rows) and len(numbers)):
            return Reach.none(len(rows))
        line = _straight(self.xy[rows], self.site_xy[numbers])
        if self.meetings is None or self.site_meetings is None:
            found = Reach(line.metres, _numbered(numbers, line.facility), line.metres)
            return _cut(found, found.away * self.factor <= self.reach)
        network = network_of(self.project.streets, self.mode)
        limit = self.reach if np.isfinite(self.reach) else None
        way = network.nearest_points(
            _some(self.meetings, rows), _some(self.site_meetings, numbers), limit
        )
        found = Reach(
            way.effort.copy(), _numbered(numbers, way.facility), np.array(way.metres, copy=True)
        )
        door = np.where(line.metres == 0, 0.0, np.inf)
        at_door = Reach(door, np.where(door == 0, _numbered(numbers, line.facility), -1), door)
        better = np.flatnonzero(found.is_beaten_by(at_door))
        found.put(better, at_door.at(better))
        return found

    def anew(self, numbers: Ints) -> Reach:
        """Return every unit's nearest of some sites, worked out for all units at once."""
        ways = ways_to(self.project, self.mode, self.here, self.there[numbers])
        away = np.where(np.isnan(ways.effort), np.inf, ways.effort)
        found = Reach(
            away,
            np.where(np.isfinite(away), _numbered(numbers, ways.facility), -1),
            np.where(np.isnan(ways.metres), np.inf, ways.metres),
        )
        return _cut(found, away <= self.reach)

    def is_on_streets(self, number: int) -> bool:
        """Return whether a site meets a street (or needs none)."""
        if self.project.streets is None or self.site_xy[number, 0] != self.site_xy[number, 0]:
            return self.project.streets is None
        if self.site_meetings is not None:
            return bool(self.site_meetings.on[number])
        return bool(meet(self.project, self.mode, self.there[[number]]).on[0])


def _indexed(xy: Floats) -> Index:
    """Return an R-tree of the points that are known, loaded in bulk."""
    rows = np.flatnonzero(~np.isnan(xy).any(axis=1))
    if not len(rows):
        return Index()
    at = np.ascontiguousarray(xy[rows])
    return Index((rows.astype(np.int64), at, at))


def _in_box(index: Index, around: Floats, radius: float) -> Ints:
    """Return, in order, what lies in the box around some points, ``radius`` wider."""
    around = around[~np.isnan(around).any(axis=1)]
    if not len(around):
        return np.empty(0, dtype=np.int64)
    wide = np.finfo(np.float64).max / 4
    low = np.clip(around.min(axis=0) - radius, -wide, wide)
    high = np.clip(around.max(axis=0) + radius, -wide, wide)
    found, _ = index.intersection_v(low[None, :], high[None, :])  # type: ignore[no-untyped-call]
    return np.sort(np.asarray(found, dtype=np.int64))


def _straight(origins: Floats, sites: Floats) -> Nearest:
    """Return every origin's nearest site in a straight line; a few pairs need no tree."""
    if len(origins) * len(sites) > FEW or np.isnan(sites).any() or np.isnan(origins).any():
        return nearest_straight(origins, sites)
    away = np.hypot(
        origins[:, None, 0] - sites[None, :, 0], origins[:, None, 1] - sites[None, :, 1]
    )
    first = away.argmin(axis=1)  # of equal ones the lowest
    metres = away[np.arange(len(away)), first]
    return Nearest(metres, first.astype(np.int32), metres)


def _numbered(numbers: Ints, place: Ints | Labels) -> Ints:
    """Return the numbers of sites from their places among those asked about, -1 for none."""
    return np.asarray(np.append(numbers, -1)[place], dtype=np.int64)


def _cut(found: Reach, kept: Flags) -> Reach:
    """Return only what is within reach."""
    return Reach(
        np.where(kept, found.away, np.inf),
        np.where(kept, found.site, -1),
        np.where(kept, found.metres, np.inf),
    )


def _some(snapped: Snapped, rows: Ints) -> Snapped:
    effort = None if snapped.aside_effort is None else snapped.aside_effort[rows]
    return Snapped(snapped.edge[rows], snapped.along[rows], snapped.aside[rows], effort)


def _joined(first: Snapped, second: Snapped) -> Snapped:
    return Snapped(
        np.concatenate([first.edge, second.edge]),
        np.concatenate([first.along, second.along]),
        np.concatenate([first.aside, second.aside]),
    )


def _least_effort(network: StreetNetwork) -> tuple[float, float]:
    """Return the least effort a metre of straight line takes along streets, and what to add.

    Lengths are an office's own and may be shorter than what is drawn, and a fast road takes less
    effort than its length; lines may miss each other by a little where they are joined.
    """
    if network.shapes is None or not len(network.start) or network.xy is None:
        return 1.0, 0.0
    ends = shapely.get_point(network.shapes, 0), shapely.get_point(network.shapes, -1)
    gaps = [
        np.hypot(*(coordinates(point) - network.xy[node]).T)
        for point, node in zip(ends, (network.start, network.end), strict=True)
    ]
    drawn = shapely.length(network.shapes) + gaps[0] + gaps[1]
    effort = network.metres
    if network.forward is not None and network.back is not None:
        effort = np.minimum(network.forward, network.back)
    some = (drawn > 0) & np.isfinite(effort)
    pace = float(np.min(effort[some] / drawn[some], initial=1.0))
    return pace, 2 * float(max(gaps[0].max(), gaps[1].max()))
