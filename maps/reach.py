"""What an access map shows: the ways of all units to their nearest facility of one type."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from geo_planner.population import counts
from geo_planner.project import Project
from geo_planner.travel.access import access
from geo_planner.travel.summary import totals
from geo_planner.travel.unreached import unreached

if TYPE_CHECKING:
    import geopandas as gpd

    from geo_planner.catalogue import FacilityType, TravelMode
    from geo_planner.notes import Note
    from geo_planner.travel.isochrones import Isochrones, StreetMinutes
    from geo_planner.travel.routes import Routes
    from geo_planner.travel.why.explanation import Explanation

EXPLAINED = 20
"""Units that a file explains at most; a server explains whichever is clicked."""
EXPLAINED_STREETS = 200_000
"""Pieces of street that explaining all of them may look through, so that a file is soon drawn."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to choose from beside a served map: a parameter, its values and their words."""

    name: str
    label: str
    values: tuple[tuple[str, str], ...]
    chosen: str


@dataclass(frozen=True, slots=True)
class Doors:
    """What a page may ask of the server it came from; a file has none.

    Attributes
    ----------
    explain
        Address that explains a unit's way, with ``{unit}`` for its code.
    isochrones, catchments
        Addresses of the areas as GeoJSON, so that they are worked out when first looked at; limits
        in minutes are added to the first.
    choices
        What can be chosen instead of what is shown.
    kept
        Parameters a choice leaves as they are.
    """

    explain: str = ""
    isochrones: str = ""
    catchments: str = ""
    choices: tuple[Choice, ...] = ()
    kept: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Reach:
    """The ways of the assessed units to their nearest working facility of a type.

    Attributes
    ----------
    table
        What :func:`geo_planner.travel.access` returns for it.
    """

    project: Project
    kind: FacilityType
    mode: TravelMode
    as_of: date | None
    table: pd.DataFrame

    @classmethod
    def of(
        cls, project: Project, facility_type: str, mode: str | None, as_of: date | None
    ) -> Reach:
        """Travel to a type of facility, by its usual mode where none is given.

        Raises
        ------
        NotKnownError
            If the catalogue has no such type or mode.
        NoLimitError
            If it sets no limit for them.
        """
        kind = project.catalogue.facility_type(facility_type)
        travel = project.catalogue.travel_mode(mode or kind.usual_mode)
        table = access(project, kind.id, mode=travel.id, as_of=as_of)
        return cls(project, kind, travel, as_of, table)

    @property
    def notes(self) -> tuple[Note, ...]:
        """Caveats of the ways."""
        found: tuple[Note, ...] = self.table.attrs["notes"]
        return found

    @property
    def estimated(self) -> bool:
        """Whether the ways are straight lines, so that nobody knows who is within reach."""
        return bool(self.table["method"].eq("straight_line").all())

    @cached_property
    def limits(self) -> tuple[float, ...]:
        """Limits in metres of a plain street, rising; towns may have one of their own."""
        values = self.table["limit_m"].dropna().unique()
        return tuple(sorted(float(one) for one in values if np.isfinite(one)))

    def minutes(self, metres: float) -> float:
        """Return how long so many metres of a plain street take."""
        return metres / (self.mode.pace * 60)

    @cached_property
    def breaks(self) -> tuple[float, ...]:
        """Limits and what lies around them, in metres of a plain street: classes of a map."""
        return class_breaks(self.limits)

    @cached_property
    def totals(self) -> Mapping[str, Any]:
        """What the table adds up to: units by state, children within."""
        return totals(self.project, self.kind, self.table)

    @cached_property
    def unreached(self) -> pd.DataFrame:
        """Units not within reach, worst first by the people that ``totals`` adds up."""
        held = pd.Series(
            counts(self.project.units, self.totals["weight_of"]), self.project.units.index
        )
        return unreached(self.table, held.reindex(self.table.index).to_numpy(dtype=np.float64))

    @cached_property
    def explained(self) -> Mapping[str, Explanation]:
        """Why units are not within reach, by code: those without any way, then the worst.

        Fewer where there are many streets.
        """
        from geo_planner.travel.explain import explain  # noqa: PLC0415 - only for maps of access

        streets = 0 if self.project.streets is None else len(self.project.streets)
        count = min(EXPLAINED, EXPLAINED_STREETS // max(1, streets))
        no_number = self.unreached["state"].ne("beyond")
        order = self.unreached.index[np.argsort(~no_number.to_numpy(), kind="stable")]
        worst = [str(one) for one in order[:count]]
        return {
            unit: explain(self.project, unit, self.kind.id, mode=self.mode.id, as_of=self.as_of)
            for unit in worst
        }

    @cached_property
    def routes(self) -> tuple[Routes, pd.Index, pd.Index]:
        """The routes with the codes of units and facilities."""
        from geo_planner.travel.routes import routes  # noqa: PLC0415 - only for maps of access

        return routes(self.project, self.kind.id, mode=self.mode.id, as_of=self.as_of)

    @cached_property
    def street_minutes(self) -> StreetMinutes:
        """Streets cut at ``breaks``."""
        from geo_planner.travel.isochrones import street_minutes  # noqa: PLC0415 - see routes

        return street_minutes(
            self.project,
            self.kind.id,
            mode=self.mode.id,
            breaks=[self.minutes(one) for one in self.breaks],
            as_of=self.as_of,
        )

    @cached_property
    def isochrones(self) -> Isochrones:
        """The land within each of ``limits``."""
        from geo_planner.travel.isochrones import isochrones  # noqa: PLC0415 - see routes

        return isochrones(
            self.project,
            self.kind.id,
            mode=self.mode.id,
            minutes=[self.minutes(one) for one in self.limits],
            as_of=self.as_of,
        )

    @cached_property
    def catchments(self) -> gpd.GeoDataFrame:
        """The land of each facility."""
        from geo_planner.travel.catchments import catchment_areas  # noqa: PLC0415 - see routes

        return catchment_areas(self.project, self.kind.id, mode=self.mode.id, as_of=self.as_of)


def class_breaks(limits: Sequence[float]) -> tuple[float, ...]:
    """Return the limits with steps below, between and beyond them, five at most.

    A limit is always a break, so that what is within reach ends where a colour ends.
    """
    if not limits:
        return ()
    first, last = limits[0], limits[-1]
    if len(limits) == 1:
        return (first / 2, first, 2 * first, 4 * first)
    between = tuple(limits[1:-1])[:1] or (((first + last) / 2,) if last >= 2.5 * first else ())
    return (first, *between, last, 2 * last, 4 * last)
