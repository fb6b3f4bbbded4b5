"""Isochrones: the land from which a facility is reached within a limit.

An area is what :func:`access` says of a unit that stands there: straight to the nearest street, not
farther than the mode's snapping distance, and along streets to the facility. So it holds the units
within the limit and no other, follows single roads through empty country, leaves islands out, and
does not jump over a canal to a street on the other bank.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS, Transformer

from geo_planner.crs import crs_label
from geo_planner.errors import NoStreetsError, NotKnownError, OutsideWorldError
from geo_planner.notes import Note, msgid
from geo_planner.population import counts, stand_in
from geo_planner.project import Project
from geo_planner.rows import TravelMode
from geo_planner.travel.access import access, working_rows
from geo_planner.travel.areas.land import Stretches, nested, polygonal
from geo_planner.travel.areas.reached import chains, reach_streets
from geo_planner.travel.arrays import Flags, Floats, Ints, Shapes
from geo_planner.travel.built import network_of
from geo_planner.travel.meeting import barriers_of, meet
from geo_planner.travel.pairs import counted_notes
from geo_planner.travel.positions import positions

MINUTES = (5.0, 10.0, 15.0)
"""Limits where none are asked for: the tiers of GB 50180-2018 (5, 10 and 15 minutes)."""
POINT = "point"
"""Id of the facility that a given point stands for."""


@dataclass(frozen=True, eq=False, slots=True)
class Isochrones:
    """Areas within limits, the smallest first; a larger limit's area holds every smaller one's.

    Attributes
    ----------
    areas
        GeoDataFrame in the project's CRS, one row a limit (with ``each``: a facility and limit):
        ``facility_id`` (None: the nearest of all), ``limit_m`` and ``minutes`` (one follows from
        the other by the mode's pace; no minutes for a limit in metres where streets are not all
        alike), ``facilities`` (how many the area is around), ``units``
        (assessed units within the limit by the way of :func:`access`), ``children`` (theirs, as far
        as stated), ``children_unknown`` (units within that do not state them), ``area_km2`` and
        ``geometry``, a valid MultiPolygon, empty where nothing lies within the limit.
    facility_type, mode
        Ids of catalogue rows.
    method
        ``streets`` or ``straight_line``.
    tolerance
        Metres by which a border may be off.
    counted
        Column of units that stands for the children: the type's, or what stands in for it.
    notes
        Caveats.
    """

    areas: gpd.GeoDataFrame
    facility_type: str
    mode: str
    method: str
    tolerance: float
    counted: str
    notes: tuple[Note, ...]


@dataclass(frozen=True, eq=False, slots=True)
class StreetMinutes:
    """How long it takes from every street to the nearest facility.

    Attributes
    ----------
    streets
        GeoDataFrame in the project's CRS of street pieces cut at the class breaks:
        ``minutes_from`` and ``minutes_to`` (at the piece's two ends), ``minutes`` (at its middle),
        ``upto`` (the class: the smallest break the piece does not exceed, missing beyond the last),
        ``facility_id``, ``state`` (``within`` the last break, ``beyond`` it, or ``no_path``: then
        everything else is missing) and ``geometry``.
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
    facility_type: str,
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
        Id of a catalogue row: which facilities to start from, and whose children are counted.
    minutes, metres
        Limits, inclusive; one of the two. Neither: 5, 10 and 15 minutes.
    facilities
        Ids of the facilities to start from; default all that work on the date.
    point
        Longitude and latitude (WGS 84) to start from instead, as if a facility stood there.
    each
        Whether every facility has areas of its own.

    Raises
    ------
    NotKnownError
        If the facility type or mode is not in the catalogue, or a facility is none of those that
        work on the date.
    OutsideWorldError
        If the point has no position in the project's CRS.
    ValueError
        If both ``minutes`` and ``metres`` are given, or one is not above 0 and finite.
    """
    if minutes and metres:
        raise ValueError("give minutes or metres, not both")
    limits = sorted({float(one) for one in (minutes or metres or MINUTES)})
    if not all(0 < one < np.inf for one in limits):
        raise ValueError("limits must be above 0 and finite")
    travel = project.catalogue.travel_mode(mode)
    asked, rows = _started(project, facility_type, facilities, point, as_of)
    timed = not metres
    reach = np.array(limits) * (travel.pace * 60 if timed else 1.0)
    groups = [rows[i : i + 1] for i in range(len(rows))] if each else [rows]
    parts = [
        _around(asked, facility_type, travel, group, reach, timed=timed, each=each, as_of=as_of)
        for group in groups
    ]
    table = pd.concat(parts, ignore_index=True) if parts else _nothing()
    areas = gpd.GeoDataFrame(table, geometry="geometry", crs=project.crs)
    wanted = project.catalogue.facility_type(facility_type).population
    counted = stand_in(project, wanted)
    told = [note for part in parts for note in part.attrs["notes"]]
    notes = {str(note): note for note in (*told, *counted_notes(wanted, counted))}
    if not len(rows):
        no_place = Note("no-facility", msgid("No facility of this type works on the date."))
        notes[str(no_place)] = no_place
    return Isochrones(
        areas,
        facility_type,
        travel.id,
        "straight_line" if project.streets is None else "streets",
        _detail(float(reach[-1])),
        counted,
        tuple(notes.values()),
    )


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

    Parameters
    ----------
    breaks
        Minutes at which the classes of the map end; a piece lies in one class.
    facilities
        Ids of the facilities that count; default all that work on the date.

    Raises
    ------
    NoStreetsError
        If the project has no streets.
    NotKnownError
        If the facility type or mode is not in the catalogue, or a facility is none of those that
        work on the date.
    """
    travel = project.catalogue.travel_mode(mode)
    asked, rows = _started(project, facility_type, facilities, None, as_of)
    if asked.streets is None:
        raise NoStreetsError
    network = network_of(asked.streets, travel)
    snapped = meet(asked, travel, positions(asked.facilities, rows))
    classes = np.array(sorted({float(one) for one in breaks}))
    a_minute = travel.pace * 60
    found = reach_streets(network, snapped).cut(classes * a_minute)
    begin, end = found.effort_begin / a_minute, found.effort_end / a_minute
    way = np.isfinite(begin)
    middle = np.where(way, (begin + end) / 2, np.nan)
    rank = np.searchsorted(classes, middle, side="left")
    within = way & (rank < len(classes))
    names = np.array([*asked.facilities.index[rows], None], dtype=object)
    table = {
        "minutes_from": np.where(way, begin, np.nan),
        "minutes_to": np.where(way, end, np.nan),
        "minutes": middle,
        "upto": np.where(within, np.append(classes, np.nan)[rank], np.nan),
        "facility_id": names[found.facility],
        "state": np.select([within, way], ["within", "beyond"], default="no_path"),
    }
    lines = chains(drawn_lines(network.shapes), found.edge, found.begin, found.end).lines()
    return StreetMinutes(
        gpd.GeoDataFrame(table, geometry=lines, crs=project.crs),
        facility_type,
        travel.id,
        tuple(classes.tolist()),
        off_streets(asked.facilities.index[rows], snapped.on),
    )


def _started(
    project: Project,
    facility_type: str,
    chosen: Sequence[str],
    point: tuple[float, float] | None,
    as_of: date | None,
) -> tuple[Project, Ints]:
    """Return the project (with a facility at a given point) and the rows to start from."""
    kind = project.catalogue.facility_type(facility_type)
    day = as_of or project.reference_date or date.max
    if point is not None:
        to_metres = Transformer.from_crs(CRS.from_epsg(4326), project.crs, always_xy=True)
        place = to_metres.transform(*point)
        if not np.isfinite(place).all():
            shown = f"{point[0]:g} {point[1]:g}"
            raise OutsideWorldError(POINT, (1,), crs_label(project.crs), (shown,))
        here = gpd.GeoDataFrame(
            {"name": [POINT], "facility_type": [kind.id]},
            index=pd.Index([POINT], name="facility_id"),
            geometry=[shapely.Point(place)],
            crs=project.crs,
        )
        only = replace(project, facilities=here.reindex(columns=project.facilities.columns))
        return only, np.array([0], dtype=np.int64)
    rows = working_rows(project, kind, day)
    if not chosen:
        return project, rows
    names = [str(one) for one in project.facilities.index[rows]]
    for name in chosen:
        if name not in names:
            raise NotKnownError.among("facility", name, names)
    return project, rows[np.isin(names, list(chosen))]


def _around(
    project: Project,
    facility_type: str,
    travel: TravelMode,
    rows: Ints,
    reach: Floats,
    *,
    timed: bool,
    each: bool,
    as_of: date | None,
) -> pd.DataFrame:
    """Return a row a limit for the facilities in ``rows``; limits in metres (of effort)."""
    only = replace(project, facilities=project.facilities.iloc[rows])
    here = positions(only.facilities)
    notes: tuple[Note, ...] = ()
    if only.streets is None:
        shapes = _discs(here, reach / travel.detour_factor)
    else:
        shapes, notes = _street_areas(only, travel, here, reach, timed=timed)
    units = access(only, facility_type, mode=travel.id, limit=float(reach[-1]), as_of=as_of)
    a_minute = travel.pace * 60
    way = units["minutes"] * a_minute if timed else units["network_m"]
    column = stand_in(project, project.catalogue.facility_type(facility_type).population)
    children = counts(project.units, column)[project.units.index.get_indexer(units.index)]
    # Metres are rounded to the millimetre before they are compared, as in access.
    inside = np.round(way.to_numpy(dtype=np.float64), 3)[None, :] <= np.round(reach, 3)[:, None]
    known = ~np.isnan(children)
    table = pd.DataFrame(
        {
            "facility_id": only.facilities.index[0] if each else None,
            "limit_m": reach,
            # Metres of the way do not say how long they take where streets are not all alike.
            "minutes": reach / a_minute if timed or _is_plain(only, travel) else np.nan,
            "facilities": len(rows),
            "units": inside.sum(axis=1),
            "children": (inside * np.where(known, children, 0.0)).sum(axis=1),
            "children_unknown": (inside & ~known).sum(axis=1),
            "area_km2": shapely.area(shapes) / 1e6,
            "geometry": shapes,
        }
    )
    kept = (note for note in units.attrs["notes"] if note.code != "long-detour")
    table.attrs["notes"] = (*kept, *notes)
    return table


def _is_plain(project: Project, travel: TravelMode) -> bool:
    """Return whether every metre of the way takes equally long."""
    streets = project.streets
    plain = streets is None or network_of(streets, travel).forward is None
    return plain and travel.offroad_metres == 0


def _street_areas(
    project: Project, travel: TravelMode, here: Shapes, reach: Floats, *, timed: bool
) -> tuple[Shapes, tuple[Note, ...]]:
    """Return the area of each limit around facilities along the streets."""
    assert project.streets is not None
    network = network_of(project.streets, travel)
    snapped = meet(project, travel, here)
    detail = _detail(float(reach[-1]))
    stretches = Stretches.of(
        drawn_lines(network.shapes),
        reach_streets(network, snapped),
        width=travel.snap_metres,
        limit=float(reach[-1]),
        detail=detail,
        effort=timed,
    )
    walls = barriers_of(project)
    areas = [stretches.land(float(limit), walls).joined() for limit in reach]
    notes = off_streets(project.facilities.index, snapped.on)
    if travel.offroad_metres:
        notes += (
            Note(
                "no-offroad-areas",
                msgid("Areas reach {metres} m from streets; legs farther off the road are not in."),
                {"metres": round(travel.snap_metres)},
            ),
        )
    return np.array([*nested(areas, detail / 5), None], dtype=object)[:-1], notes


def _discs(here: Shapes, radius: Floats) -> Shapes:
    """Return the points within each radius of the nearest of some points."""
    known = here[~shapely.is_missing(here)]
    # Circles of one centre have corners in the same directions: the larger holds the smaller.
    discs = [shapely.union_all(shapely.buffer(known, one, quad_segs=32)) for one in radius]
    return np.array([*(polygonal(one) for one in discs), None], dtype=object)[:-1]


def drawn_lines(shapes: Shapes | None) -> Shapes:
    """Return the lines of a network, none where it has no shapes."""
    return np.empty(0, dtype=object) if shapes is None else shapes


def _detail(limit: float) -> float:
    """Return how long straight stretches are at most: a hundredth of the limit, 8 to 100 m."""
    return float(np.clip(limit / 100, 8.0, 100.0))


def off_streets(names: pd.Index, on: Flags) -> tuple[Note, ...]:
    """Return the note that names facilities too far from every street."""
    lost = [str(name) for name in names[~on]]
    if not lost:
        return ()
    return (
        Note(
            "facilities-off-streets",
            msgid("{count} facilities are at no street and reach nobody: {facilities}."),
            {"count": len(lost), "facilities": ", ".join(lost[:20]) + (" …" * (len(lost) > 20))},
        ),
    )


def _nothing() -> pd.DataFrame:
    columns = (
        "facility_id", "limit_m", "minutes", "facilities", "units", "children",
        "children_unknown", "area_km2", "geometry",
    )  # fmt: skip
    return pd.DataFrame(columns=list(columns))
