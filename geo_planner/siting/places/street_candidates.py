"""Places along the streets around settlements as candidate sites."""

from __future__ import annotations

from datetime import date

import geopandas as gpd
import numpy as np
import shapely
from scipy.spatial import cKDTree

from geo_planner.choice_errors import BadSettingError
from geo_planner.errors import NoStreetsError, TooLargeError
from geo_planner.notes import msgid
from geo_planner.project import Project
from geo_planner.siting.candidates import LAYER, Candidates, candidate_table
from geo_planner.siting.places.homes import homes_of
from geo_planner.siting_errors import NoCandidatesError
from geo_planner.travel.access import assessed_rows
from geo_planner.travel.arrays import Flags, Floats, Shapes
from geo_planner.travel.positions import coordinates, unit_positions

SPACING = 200.0
"""Metres of street between two candidates."""
RADIUS = 1000.0
"""Metres, as the crow flies, around a settlement."""
SHORTEST = 10.0
MOST = 1_000_000


def street_candidates(
    project: Project,
    facility_type: str,
    *,
    spacing: float = SPACING,
    radius: float = RADIUS,
    mode: str = "walk",
    as_of: date | None = None,
    kinds: tuple[str, ...] = (),
) -> Candidates:
    """Return places every so many metres along the streets around the units to be reached.

    A street from junction to junction is cut into equal parts of at most ``spacing``; its ends and
    the points between are candidates. Where streets are dense, candidates closer than half the
    spacing to one before them are left out, junctions last.

    Parameters
    ----------
    spacing
        Metres along a street, at least 10.
    radius
        Metres as the crow flies from a unit of the type's kinds.
    mode
        Id of the travel mode whose streets are meant.
    kinds
        Kinds of unit; default those the type is assessed for.

    Returns
    -------
    Candidates
        Called ``street-<east>-<north>`` after their whole metres in the project's CRS, and named
        after the nearest unit and the metres to it; ``unit_id`` as
        :func:`geo_planner.siting.places.homes.homes_of` finds it.

    Raises
    ------
    NoStreetsError
        If the project has none.
    NoCandidatesError
        If no street that the mode uses is near a unit.
    BadNumberError, TooLargeError
        If spacing or radius cannot be, or would give more than a million places.
    """
    for name, value, least in (("spacing", spacing, SHORTEST), ("radius", radius, 0.0)):
        if not (np.isfinite(value) and value >= least):
            raise BadSettingError(LAYER, name, (), [f"{value:g}"])
    if project.streets is None:
        raise NoStreetsError
    kind, travel = (
        project.catalogue.facility_type(facility_type),
        project.catalogue.travel_mode(mode),
    )
    day = as_of or project.reference_date or date.max
    rows = assessed_rows(project, kind, day, kinds=kinds)
    units = unit_positions(project, rows)
    rows = rows[~shapely.is_missing(units)]
    units = units[~shapely.is_missing(units)]
    shapes = _passable(project.streets, travel.network)
    near = _near(shapes, units, radius)
    if not near.any():
        raise NoCandidatesError(why=msgid("no street is near a unit"))
    found = along_streets(shapes[near], spacing)
    metres, nearest = cKDTree(coordinates(units)).query(found, distance_upper_bound=radius * 1.001)
    kept = metres <= radius
    found, metres, nearest = found[kept], metres[kept], nearest[kept]
    if not len(found):
        raise NoCandidatesError(why=msgid("no street is near a unit"))
    points = shapely.points(found)
    homes, _ = homes_of(project, points, day)
    codes = project.units.index.to_numpy(dtype=object)
    names = project.units["name"].to_numpy(dtype=object)[rows[nearest]]
    table = candidate_table(
        [f"street-{east:.0f}-{north:.0f}" for east, north in found],
        points.tolist(),
        project,
        source="street",
        name=[f"{name} · {way:.0f} m" for name, way in zip(names, metres, strict=True)],
        unit_id=[str(codes[home]) if home >= 0 else None for home in homes],
    )
    return Candidates(table)


def along_streets(shapes: Shapes, spacing: float) -> Floats:
    """Return places along lines, no two closer than half the spacing, shape (k, 2).

    Parameters
    ----------
    shapes
        LineStrings that meet at their ends alone.
    """
    flat = shapely.force_2d(shapes)
    merged = shapely.get_parts(shapely.line_merge(shapely.multilinestrings(flat)))
    length = shapely.length(merged)
    parts = np.maximum(np.ceil(length / spacing), 1).astype(np.int64)
    if parts.sum() > MOST:
        raise TooLargeError(LAYER, f"{int(parts.sum())}", f"{MOST}")
    ends = shapely.get_coordinates(
        np.concatenate([shapely.get_point(merged, 0), shapely.get_point(merged, -1)])
    )
    line = np.repeat(np.arange(len(merged)), parts - 1)
    first = np.repeat(np.cumsum(parts - 1) - (parts - 1), parts - 1)
    step = np.arange(len(line)) - first + 1
    between = shapely.line_interpolate_point(merged[line], step * (length / parts)[line])
    places = np.round(np.concatenate([ends, shapely.get_coordinates(between)]), 3)
    _, first_of = np.unique(places, axis=0, return_index=True)
    # Equal input in another order gives equal places: junctions first, then from west to east.
    junction = first_of < len(ends)
    at = places[first_of]
    at = at[np.lexsort((at[:, 1], at[:, 0], ~junction))]
    return at[_apart(at, spacing / 2)]


def _apart(at: Floats, metres: float) -> Flags:
    """Return which places to keep so that no two are closer than so many metres: the first."""
    pairs = cKDTree(at).query_pairs(metres * (1 - 1e-9), output_type="ndarray")
    kept = np.ones(len(at), dtype=np.bool_)
    pairs.sort(axis=1)
    order = np.lexsort((pairs[:, 1], pairs[:, 0]))
    for first, second in pairs[order].tolist():
        if kept[first]:
            kept[second] = False
    return kept


def _passable(streets: gpd.GeoDataFrame, network: str) -> Shapes:
    """Return the lines of the streets a mode may use, shape (m,)."""
    if network in streets:
        streets = streets.loc[streets[network].fillna(value=True).astype(bool)]
    shapes = streets.geometry.to_numpy()
    return np.asarray(shapes[~shapely.is_missing(shapes) & ~shapely.is_empty(shapes)], dtype=object)


def _near(shapes: Shapes, units: Shapes, radius: float) -> Flags:
    """Return which lines come within so many metres of a unit, shape (m,)."""
    found = np.zeros(len(shapes), dtype=np.bool_)
    if len(shapes) and len(units):
        _, line = shapely.STRtree(shapes).query(units, predicate="dwithin", distance=radius)
        found[line] = True
    return found
