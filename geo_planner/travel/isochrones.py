"""Isochrones: the land from which a facility is reached within a limit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import geopandas as gpd

from geo_planner.notes import Note
from geo_planner.project import Project


@dataclass(frozen=True, eq=False, slots=True)
class Isochrones:
    """Areas within limits, the smallest first; a larger limit's area holds every smaller one's.

    Attributes
    ----------
    areas
        GeoDataFrame in the project's CRS, one row a limit (with ``each``: a facility and limit):
        ``facility_id`` (None: the nearest of all), ``limit_m`` and ``minutes`` (one follows from
        the other by the mode's pace), ``facilities`` (how many the area is around), ``units``
        (assessed units within the limit by the way of :func:`access`), ``children`` (theirs, as far
        as stated), ``children_unknown`` (units within that do not state them), ``area_km2`` and
        ``geometry``, a valid MultiPolygon, empty where nothing lies within the limit.
    facility_type, mode
        Ids of catalogue rows; ``facility_type`` is None for a point.
    method
        ``streets`` or ``straight_line``.
    tolerance
        Metres by which a border may be off.
    notes
        Caveats.
    """

    areas: gpd.GeoDataFrame
    facility_type: str | None
    mode: str
    method: str
    tolerance: float
    notes: tuple[Note, ...]


@dataclass(frozen=True, eq=False, slots=True)
class StreetMinutes:
    """How long it takes from every street to the nearest facility.

    Attributes
    ----------
    streets
        GeoDataFrame in the project's CRS of street pieces cut at the class breaks: ``edge`` (row of
        ``project.streets`` among those the mode may use), ``minutes_from`` and ``minutes_to`` (at
        the piece's two ends), ``minutes`` (at its middle; ``inf`` is never used, missing where
        there is no way), ``upto`` (the class: the smallest break that the piece does not exceed,
        missing beyond the last), ``facility_id``, ``state`` (``within`` the last break, ``beyond``
        it, or ``no_path``) and ``geometry``.
    facility_type, mode
        Ids of catalogue rows.
    breaks
        Minutes at which pieces are cut, rising.
    notes
        Caveats.
    """

    streets: gpd.GeoDataFrame
    facility_type: str
    mode: str
    breaks: tuple[float, ...]
    notes: tuple[Note, ...]


def isochrones(
    project: Project,
    facility_type: str | None = None,
    *,
    minutes: Sequence[float] = (),
    metres: Sequence[float] = (),
    mode: str = "walk",
    facilities: Sequence[str] = (),
    point: tuple[float, float] | None = None,
    each: bool = False,
    as_of: date | None = None,
) -> Isochrones:
    """Return the land within each limit of the nearest facility.

    Parameters
    ----------
    facility_type
        Id of a catalogue row; not needed with ``point``.
    minutes, metres
        Limits, inclusive; one of the two. Neither: 5, 10 and 15 minutes.
    facilities
        Ids of the facilities to start from; default all that work on the date.
    point
        Longitude and latitude (WGS 84) to start from instead of facilities.
    each
        Whether every facility has areas of its own.
    """
    raise NotImplementedError


def street_minutes(
    project: Project,
    facility_type: str,
    *,
    mode: str = "walk",
    breaks: Sequence[float] = (5, 10, 15, 30),
    facilities: Sequence[str] = (),
    as_of: date | None = None,
) -> StreetMinutes:
    """Return street pieces with the minutes to the nearest facility, for colouring a map.

    Raises
    ------
    NoStreetsError
        If the project has no streets.
    """
    raise NotImplementedError
