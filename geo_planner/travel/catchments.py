"""Catchments: who is nearest to which facility, how full it would be, and who is left out.

On the map a facility's catchment is land: the strips beside all streets that lead to it first (see
:mod:`.areas.land`). Circles or Voronoi cells of the facilities themselves would give
the far bank of a canal to the school on this one; strips follow the streets, and where there are
few they are few.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo_planner.notes import Note, msgid
from geo_planner.project import Project
from geo_planner.travel.access import working_rows
from geo_planner.travel.areas.land import Stretches, cells_of, polygonal
from geo_planner.travel.areas.reached import reach_streets
from geo_planner.travel.arrays import Shapes
from geo_planner.travel.built import network_of
from geo_planner.travel.isochrones import drawn_lines, off_streets
from geo_planner.travel.meeting import barriers_of, meet
from geo_planner.travel.pairs import Asked, summed
from geo_planner.travel.positions import positions, unit_positions

DETAIL = 25.0
"""Metres that straight stretches of street are long at most: borders are off by less."""


@dataclass(frozen=True, eq=False, slots=True)
class Catchments:
    """The units each facility is the nearest one of.

    Attributes
    ----------
    facilities
        One row a working facility, indexed by ``facility_id``: ``name``, ``units`` (it is nearest
        to), ``units_within`` (of these, within the limit), ``children`` (theirs, as far as stated),
        ``children_unknown`` (units that do not state them), ``farthest_m`` and ``farthest_unit``,
        ``capacity`` (missing where unknown), ``load_percent`` (children over capacity times 100;
        missing where the capacity is unknown or 0; ``at_least`` true where some children are not
        stated), ``lacking`` (children over capacity, 0 where they fit, missing where unknown) and
        ``unit_ids``, a tuple.
    units
        The table of :func:`access`, every unit with its facility, way and state.
    unreached
        Those units that have no way: ``state`` says why (``no_path``, ``no_position``,
        ``no_facility``), most children first.
    facility_type, mode, method
        Ids of catalogue rows; ``streets`` or ``straight_line``.
    counted
        Column of units that stands for the children: the type's, or what stands in for it.
    notes
        Caveats.
    """

    facilities: pd.DataFrame
    units: pd.DataFrame
    unreached: pd.DataFrame
    facility_type: str
    mode: str
    method: str
    counted: str
    notes: tuple[Note, ...]


def catchments(
    project: Project,
    facility_type: str,
    *,
    mode: str = "walk",
    limit: float | None = None,
    as_of: date | None = None,
) -> Catchments:
    """Return who is nearest to which facility; parameters and errors as of :func:`access`."""
    asked = Asked.of(project, facility_type, mode=mode, limit=limit, as_of=as_of)
    table = asked.nearest.assign(children=asked.children)
    has_way = table["state"].isin(["within", "beyond"])
    return Catchments(
        _per_facility(asked, table.loc[has_way]),
        table,
        table.loc[~has_way].sort_values("children", ascending=False, kind="stable"),
        asked.kind.id,
        asked.travel.id,
        asked.method,
        asked.counted,
        (*asked.notes(), *asked.capacity_notes()),
    )


def _per_facility(asked: Asked, going: pd.DataFrame) -> pd.DataFrame:
    """Return who goes to each working facility; ``going`` are the units that have a way."""
    found, capacity = asked.facilities, asked.capacity
    place = found.index.get_indexer(going["facility_id"])
    metres, names = going["network_m"].to_numpy(), going.index.to_numpy(dtype=object)
    many, children, unknown = summed(place, going["children"].to_numpy(), len(found))
    inside = (going["state"] == "within").to_numpy()
    order = np.lexsort((np.arange(len(going)), -metres, place))
    last = order[np.unique(place[order], return_index=True)[1]]
    farthest_m = np.full(len(found), np.nan)
    farthest_m[place[last]] = metres[last]
    farthest = np.full(len(found), None, dtype=object)
    farthest[place[last]] = names[last]
    load = np.full(len(found), np.nan)
    np.divide(100 * children, capacity, out=load, where=capacity > 0)
    return found[["name"]].assign(
        units=many,
        units_within=np.bincount(place[inside], minlength=len(found)),
        children=children,
        children_unknown=unknown,
        farthest_m=farthest_m,
        farthest_unit=farthest,
        capacity=capacity,
        load_percent=load,
        at_least=unknown > 0,
        lacking=np.maximum(children - capacity, 0.0),
        unit_ids=[tuple(names[place == one]) for one in range(len(found))],
    )


def catchment_areas(
    project: Project,
    facility_type: str,
    *,
    mode: str = "walk",
    minutes: float | None = None,
    as_of: date | None = None,
) -> gpd.GeoDataFrame:
    """Return the land of each facility: where its street leads to that facility first.

    Parameters
    ----------
    minutes
        How far areas reach; None as far as there are streets.

    Returns
    -------
    GeoDataFrame
        In the project's CRS, one row a facility that is the nearest from somewhere, indexed by
        ``facility_id``: ``name``, ``area_km2``, ``geometry`` (valid MultiPolygon). Areas meet
        and do not overlap. Without streets: the land nearest to each facility in a straight line,
        as far as the limit or, without one, within a kilometre around units and facilities.
        ``attrs["notes"]`` holds the caveats, ``attrs["method"]`` the method.

    Raises
    ------
    NotKnownError
        If the facility type or mode is not in the catalogue.
    """
    kind = project.catalogue.facility_type(facility_type)
    travel = project.catalogue.travel_mode(mode)
    rows = working_rows(project, kind, as_of or project.reference_date or date.max)
    here = positions(project.facilities, rows)
    limit = np.inf if minutes is None else minutes * travel.pace * 60
    notes: tuple[Note, ...] = ()
    if project.streets is None:
        areas = _straight_areas(project, here, limit / travel.detour_factor)
        notes = (
            Note(
                "straight-areas", msgid("Areas are drawn by straight lines: there are no streets.")
            ),
        )
    else:
        network = network_of(project.streets, travel)
        snapped = meet(project, travel, here)
        stretches = Stretches.of(
            drawn_lines(network.shapes),
            reach_streets(network, snapped),
            width=travel.snap_metres,
            limit=limit,
            detail=DETAIL,
        )
        land = stretches.land(limit, barriers_of(project))
        owner = stretches.label[land.stretch]
        parts = [land.joined(owner == one) for one in range(len(rows))]
        fewer = shapely.coverage_simplify(np.array([*parts, None])[:-1], DETAIL / 5)
        areas = np.array([*(polygonal(one) for one in fewer), None], dtype=object)[:-1]
        notes = off_streets(project.facilities.index[rows], snapped.on)
    some = np.array([not one.is_empty for one in areas], dtype=bool)
    table = project.facilities.iloc[rows[some]][["name"]].assign(
        area_km2=shapely.area(areas[some]) / 1e6
    )
    found = gpd.GeoDataFrame(pd.DataFrame(table), geometry=areas[some], crs=project.crs)
    found.attrs["method"] = "straight_line" if project.streets is None else "streets"
    found.attrs["notes"] = notes
    return found


AROUND = 1000.0
"""Metres around units and facilities that straight-line areas without a limit reach."""


def _straight_areas(project: Project, here: Shapes, radius: float) -> Shapes:
    """Return the land nearest to each facility in a straight line, empty for one without place."""
    units = unit_positions(project, np.arange(len(project.units)))
    everything = shapely.MultiPoint([one for one in (*here, *units) if one is not None])
    frame = shapely.buffer(shapely.convex_hull(everything), AROUND)
    known = np.flatnonzero(~shapely.is_missing(here))
    # Of facilities at one place the first has the land.
    _, first = np.unique(shapely.get_coordinates(here[known]), axis=0, return_index=True)
    known = np.sort(known[first])
    areas = np.full(len(here), shapely.MultiPolygon(), dtype=object)
    if np.isfinite(radius):
        frame = shapely.union_all(shapely.buffer(here[known], radius, quad_segs=32))
    if len(known):
        cells = cells_of(shapely.get_coordinates(here[known]), len(known), AROUND)
        areas[known] = [polygonal(one) for one in shapely.intersection(cells, frame)]
    return areas
