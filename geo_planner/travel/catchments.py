"""Catchments: who is nearest to which facility, how full it would be, and who is left out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import geopandas as gpd
import pandas as pd

from geo_planner.notes import Note
from geo_planner.project import Project


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
    notes
        Caveats.
    """

    facilities: pd.DataFrame
    units: pd.DataFrame
    unreached: pd.DataFrame
    facility_type: str
    mode: str
    method: str
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
    raise NotImplementedError


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
        ``facility_id``: ``name``, ``area_km2``, ``geometry`` (valid MultiPolygon). Areas do not
        overlap. ``attrs["notes"]`` holds the caveats, ``attrs["method"]`` the method.
    """
    raise NotImplementedError
