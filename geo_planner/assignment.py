"""Which facility counts for which unit. Nearness never assigns.

In order: the units a facility lists as served; its recorded home unit; the polygon it lies inside.
A point on a shared border, inside two polygons of one kind, or inside none is *unassigned*: it
counts nowhere until a person confirms it. A unit above the recorded one (the regiment of a
company's clinic) holds the facility too; a unit below does not.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo_planner.hierarchy import Hierarchy, IntArray

LISTED, RECORDED, WITHIN = 0, 1, 2
ASSIGNMENT_WORDS = ("listed", "recorded", "within")


@dataclass(frozen=True, eq=False)
class Assignment:
    """Pairs of facility row and unit row, and how each came about.

    Attributes
    ----------
    facility, unit
        Row numbers in the facilities and the units table.
    how
        ``LISTED``, ``RECORDED`` or ``WITHIN``.
    own
        Whether the facility stands in the unit (its home), and does not only serve it.
    unassigned
        Rows of facilities that belong to no unit at all.
    elsewhere
        Rows of facilities recorded for a unit that none of the kinds counted holds or is.
    """

    facility: IntArray
    unit: IntArray
    how: npt.NDArray[np.int8]
    own: npt.NDArray[np.bool_]
    unassigned: IntArray
    elsewhere: IntArray


def points_in_polygons(
    x: npt.NDArray[np.float64], y: npt.NDArray[np.float64], polygons: npt.NDArray[np.object_]
) -> IntArray:
    """Return for each point the one polygon it lies strictly inside, -1 for none or several.

    Parameters
    ----------
    x, y
        Coordinates of the points; NaN is inside nothing.
    polygons
        Shapely polygons in the same CRS; missing and empty ones hold nothing.

    Notes
    -----
    The points are sorted by ``x`` once, each polygon looks only at those within its bounds, and the
    exact test runs on coordinates, so that no point object is ever made.
    """
    inside = np.full(len(x), -1, dtype=np.intp)
    held = np.zeros(len(x), dtype=np.uint8)
    order = np.argsort(x, kind="stable")
    sorted_x = x[order]
    bounds = shapely.bounds(polygons)
    first = np.searchsorted(sorted_x, bounds[:, 0], side="left")
    last = np.searchsorted(sorted_x, bounds[:, 2], side="right")
    shapely.prepare(polygons)
    for number in np.flatnonzero(np.isfinite(bounds[:, 0]) & (last > first)):
        near = order[first[number] : last[number]]
        level = y[near]
        near = near[(level >= bounds[number, 1]) & (level <= bounds[number, 3])]
        if not len(near):
            continue
        hit = near[shapely.contains_xy(polygons[number], x[near], y[near])]
        inside[hit] = number
        held[hit] = np.minimum(held[hit] + 1, 2)
    inside[held > 1] = -1
    return inside


def assign(
    facilities: pd.DataFrame,
    rows: IntArray,
    units: pd.DataFrame,
    tree: Hierarchy,
    kinds: tuple[str, ...],
    *,
    outlined: npt.NDArray[np.bool_] | None = None,
) -> Assignment:
    """Assign the facilities in ``rows`` to units of ``kinds``.

    Parameters
    ----------
    facilities, units
        The project's tables, in one metric CRS.
    rows
        Row numbers of the facilities in question.
    tree
        The units' hierarchy.
    kinds
        Kinds of unit that are counted.
    outlined
        Which units' polygons hold points, such as those that exist on a date; default all.
    """
    lifted = tree.ancestor_of_kinds(kinds)
    listed_facility, listed_unit = _listed(facilities, rows, tree, lifted)
    home = _home(facilities, rows, tree)
    recorded = home >= 0
    home_unit = np.full(len(rows), -1, dtype=np.intp)
    home_unit[recorded] = lifted[home[recorded]]
    has_list = np.isin(rows, listed_facility)
    placed = ~recorded & ~has_list
    within = np.full(len(rows), -1, dtype=np.intp)
    if placed.any():
        held = with_outline(units) if outlined is None else with_outline(units) & outlined
        within[placed] = _within(facilities, rows[placed], units, tree, kinds, held)
    parts = [
        (rows[home_unit >= 0], home_unit[home_unit >= 0], RECORDED, True),
        (rows[within >= 0], within[within >= 0], WITHIN, True),
        (listed_facility, listed_unit, LISTED, False),
    ]
    facility = np.concatenate([part[0] for part in parts])
    unit = np.concatenate([part[1] for part in parts])
    how = np.concatenate([np.full(len(part[0]), part[2], dtype=np.int8) for part in parts])
    own = np.concatenate([np.full(len(part[0]), part[3]) for part in parts])
    # A home unit that is also listed as served keeps its first, own pair.
    _, first = np.unique(facility * (len(units) + 1) + unit, return_index=True)
    first.sort()
    return Assignment(
        facility[first],
        unit[first],
        how[first],
        own[first].astype(bool),
        rows[placed & (within < 0)],
        rows[recorded & (home_unit < 0) & ~has_list],
    )


def with_outline(units: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Return which units are drawn as areas."""
    kinds = shapely.get_type_id(units.geometry.to_numpy())
    return np.isin(kinds, (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON))


def _listed(
    facilities: pd.DataFrame, rows: IntArray, tree: Hierarchy, lifted: IntArray
) -> tuple[IntArray, IntArray]:
    """Return facility and unit rows of every unit named in a list of served units."""
    nothing = np.zeros(0, dtype=np.intp)
    if "serves_units" not in facilities:
        return nothing, nothing
    served = facilities["serves_units"].iloc[rows]
    named = served.notna().to_numpy() & (served != "").fillna(value=False).to_numpy(dtype=bool)
    if not named.any():
        return nothing, nothing
    lists = [
        [code.strip() for code in text.split(";") if code.strip()]
        for text in served.to_numpy(dtype=object)[named]
    ]
    facility = np.repeat(rows[named], [len(codes) for codes in lists])
    unit = tree.rows([code for codes in lists for code in codes])
    known = unit >= 0
    facility, unit = facility[known], lifted[unit[known]]
    return facility[unit >= 0], unit[unit >= 0]


def _home(facilities: pd.DataFrame, rows: IntArray, tree: Hierarchy) -> IntArray:
    """Return the row of each facility's recorded home unit, -1 where none is recorded."""
    if "unit_id" not in facilities:
        return np.full(len(rows), -1, dtype=np.intp)
    return tree.rows(facilities["unit_id"].iloc[rows].to_numpy(dtype=object))


def _within(
    facilities: pd.DataFrame,
    rows: IntArray,
    units: pd.DataFrame,
    tree: Hierarchy,
    kinds: tuple[str, ...],
    outlined: npt.NDArray[np.bool_],
) -> IntArray:
    """Return the row of the unit whose polygon holds each point, kind by kind."""
    shapes = facilities.geometry.to_numpy()[rows]
    points = shapely.centroid(shapes)
    x, y = shapely.get_x(points), shapely.get_y(points)
    found = np.full(len(rows), -1, dtype=np.intp)
    outlines = units.geometry.to_numpy()
    for kind in kinds:
        candidates = np.flatnonzero(tree.of_kinds((kind,)) & outlined)
        if len(candidates):
            hit = points_in_polygons(x, y, outlines[candidates])
            found = np.where((found < 0) & (hit >= 0), candidates[np.maximum(hit, 0)], found)
    return found
