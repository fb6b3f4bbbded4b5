"""A project: the catalogue, the three tables, the streets and the metric CRS they share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

import geopandas as gpd
import pandas as pd
from pyproj import CRS

from geo_planner.catalogue import Catalogue
from geo_planner.crs import require_metric
from geo_planner.duplicates import Duplicates, find_duplicates
from geo_planner.hierarchy import Hierarchy
from geo_planner.observations import about_all, sorted_by_indicator
from geo_planner.place_names import place_names
from geo_planner.register import Register
from geo_planner.remembered import Remembered
from geo_planner.reports import Reports, reports_by_indicator
from geo_planner.tables import ACKNOWLEDGEMENT_COLUMNS


def _no_acknowledgements() -> pd.DataFrame:
    return pd.DataFrame(columns=[column.name for column in ACKNOWLEDGEMENT_COLUMNS], dtype="str")


@dataclass(frozen=True, eq=False)
class Project:
    """Everything a question is asked of; immutable.

    Attributes
    ----------
    name
        What the office calls it.
    catalogue
        The plan's rows.
    units
        GeoDataFrame indexed by ``unit_id`` with the columns of ``tables.UNIT_COLUMNS``, counts and
        provenance; points or polygons in ``crs``; a shape may be missing.
    facilities
        GeoDataFrame indexed by ``facility_id``, likewise.
    observations
        DataFrame with the columns of ``tables.OBSERVATION_COLUMNS``. Rows that state a sex or an
        age band are about a part of the children only.
    streets
        GeoDataFrame of noded street edges (LineStrings in ``crs``) with ``start`` and ``end``
        (whole numbers from 0) and ``metres``; None where the project has none. What else is known
        of an edge: ``walk`` and ``drive`` (who may use it), ``oneway`` (1 only from start to end,
        -1 only against, 0 or missing both ways; for driving), ``road_class`` (OpenStreetMap's
        ``highway`` values), ``kmh`` (stated speed), ``name``, ``bridge`` (bridge or tunnel), and
        ``pace_forward`` and ``pace_back`` (how many times as long as on flat ground walking it
        takes, from start to end and against).
    barriers
        GeoDataFrame of lines or areas in ``crs`` that no off-road leg may cross, with ``kind``
        (``canal``, ``railway``, ``expressway`` ...) and ``name``; None where the project has none.
    crs
        The project's metric CRS.
    reference_date
        The date results are given for when none is asked.
    approval_number
        Map approval number (审图号) to print on maps, if the office has one.
    acknowledgements
        DataFrame with the columns of ``tables.ACKNOWLEDGEMENT_COLUMNS``: what was said about early
        warnings.
    """

    name: str
    catalogue: Catalogue
    units: gpd.GeoDataFrame
    facilities: gpd.GeoDataFrame
    observations: pd.DataFrame
    crs: CRS
    streets: gpd.GeoDataFrame | None = None
    barriers: gpd.GeoDataFrame | None = None
    reference_date: date | None = None
    approval_number: str | None = None
    notes: tuple[str, ...] = field(default=())
    acknowledgements: pd.DataFrame = field(default_factory=_no_acknowledgements)

    def __post_init__(self) -> None:
        """Refuse tables that are not in metres."""
        require_metric(self.units, "units")
        require_metric(self.facilities, "facilities")

    @property
    def simulated(self) -> bool:
        """Whether any row is made up."""
        return any(
            "simulated" in table and bool(table["simulated"].fillna(value=False).any())
            for table in (
                self.units,
                self.facilities,
                self.observations,
                self.streets,
                self.barriers,
                self.acknowledgements,
            )
            if table is not None
        )

    @cached_property
    def hierarchy(self) -> Hierarchy:
        """The unit tree as arrays."""
        return Hierarchy.of(self.units)

    @cached_property
    def place_names(self) -> pd.Series:
        """Names of units by code, told apart by their parent's name where several carry one."""
        return place_names(self.units, self.hierarchy)

    @cached_property
    def register(self) -> Register:
        """Units and facilities by day and type."""
        return Register.of(self.units, self.facilities, self.hierarchy)

    @cached_property
    def remembered(self) -> Remembered:
        """Small results that rules ask for again on later days."""
        return Remembered()

    @cached_property
    def duplicates(self) -> Duplicates:
        """Which facility records stand for one facility."""
        return find_duplicates(self.facilities)

    @cached_property
    def observations_of(self) -> Mapping[str, pd.DataFrame]:
        """Observations about all children by indicator, oldest first."""
        return sorted_by_indicator(self.whole_observations)

    @cached_property
    def reports_of(self) -> Mapping[str, Reports]:
        """The same as arrays, which rules ask day by day."""
        return reports_by_indicator(self.whole_observations, self.hierarchy)

    @cached_property
    def groups_of(self) -> Mapping[str, pd.DataFrame]:
        """Observations that state a sex or an age band by indicator, oldest first."""
        return sorted_by_indicator(self.observations[~about_all(self.observations)])

    @cached_property
    def whole_observations(self) -> pd.DataFrame:
        """Observations about all children: those every figure is worked out from."""
        whole = about_all(self.observations)
        return self.observations if whole.all() else self.observations[whole]

    def as_of(self, day: date) -> Project:
        """Return the project with ``day`` as the date its results are given for.

        Rows are kept: what exists and works is decided by their dates when a question is asked.
        """
        return replace(self, reference_date=day)

    def adding(self, facilities: gpd.GeoDataFrame) -> Project:
        """Return the project with more facilities (rows with an id already there replace it)."""
        more = facilities.to_crs(self.crs)
        kept = self.facilities.loc[~self.facilities.index.isin(more.index)]
        return replace(self, facilities=gpd.GeoDataFrame(pd.concat([kept, more]), crs=self.crs))
