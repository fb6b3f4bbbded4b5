"""A siting question about a project: who is to be reached, from where, and how far."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import pandas as pd
import shapely
from scipy.sparse import csc_array

from geo_planner.errors import NoLimitError
from geo_planner.notes import Note
from geo_planner.project import Project
from geo_planner.rows import FacilityType, TravelMode
from geo_planner.siting.candidates import Candidates, unit_candidates
from geo_planner.travel.arrays import Flags, Floats, Ints, Shapes
from geo_planner.travel.costs import TravelCosts
from geo_planner.travel.pairs import Asked, pairs_within
from geo_planner.travel.positions import positions, unit_positions


@dataclass(frozen=True, eq=False)
class Question:
    """Who is to be reached, from which sites, within what.

    Sites are numbered: first the working facilities, then the candidates.

    Attributes
    ----------
    asked
        Units, their limits and children, and the facilities that work today.
    candidates
        Where one might build.
    limited
        Whether the type or the reader sets a limit; without one, nothing can be covered.
    unlimited_pairs
        Whether pairs beyond the limit are wanted as well (median and center).
    """

    asked: Asked
    candidates: Candidates
    limited: bool
    unlimited_pairs: bool

    @classmethod
    def of(
        cls,
        project: Project,
        facility_type: str,
        *,
        mode: str = "walk",
        limit: float | None = None,
        candidates: Candidates | None = None,
        as_of: date | None = None,
        unlimited_pairs: bool = False,
        kinds: tuple[str, ...] = (),
    ) -> Question:
        """Look everything up.

        Parameters
        ----------
        limit
            Metres of a plain street, inclusive; default the type's own, urban or other.
        candidates
            Default: the positions of the units the type is assessed for.
        kinds
            Kinds of unit to be reached; default those the type is assessed for.

        Raises
        ------
        NotKnownError
            If the type or mode is not in the catalogue.
        NoLimitError
            If no limit is known and one is needed.
        NoCandidatesError
            If there is nowhere to build.
        """
        limited = True
        try:
            asked = Asked.of(
                project, facility_type, mode=mode, limit=limit, as_of=as_of, kinds=kinds
            )
        except NoLimitError:
            if not unlimited_pairs:
                raise
            limited = False
            asked = Asked.of(
                project, facility_type, mode=mode, limit=np.inf, as_of=as_of, kinds=kinds
            )
        day = as_of or project.reference_date or date.max
        chosen = candidates or unit_candidates(project, asked.kind, day)
        return cls(asked, chosen, limited, unlimited_pairs)

    @property
    def project(self) -> Project:
        """The project asked about."""
        return self.asked.project

    @property
    def kind(self) -> FacilityType:
        """The type of facility to be built."""
        return self.asked.kind

    @property
    def travel(self) -> TravelMode:
        """How people get there."""
        return self.asked.travel

    @cached_property
    def rows(self) -> Ints:
        """Rows of the assessed units in the units table, shape (n,)."""
        found = self.project.units.index.get_indexer(self.asked.nearest.index)
        return np.asarray(found, dtype=np.int64)

    @cached_property
    def here(self) -> Shapes:
        """Where the people of each unit are, None where not known, shape (n,)."""
        return unit_positions(self.project, self.rows)

    @cached_property
    def there(self) -> Shapes:
        """Where each site is, None where not known, shape (m,)."""
        working = positions(self.project.facilities, self.asked.working)
        return np.concatenate([working, self.candidates.table.geometry.to_numpy(dtype=object)])

    @property
    def standing(self) -> int:
        """Number of facilities that work today; candidates are numbered from here."""
        return len(self.asked.working)

    @cached_property
    def placed(self) -> Flags:
        """Which units have a position, shape (n,)."""
        return np.asarray(~shapely.is_missing(self.here), dtype=np.bool_)

    @cached_property
    def limits(self) -> Floats:
        """Each unit's limit as effort in metres, to the millimetre, shape (n,)."""
        return np.asarray(np.round(self.asked.limits, 3))

    @property
    def children(self) -> Floats:
        """Children of the band the type serves, ``nan`` where a unit does not state them."""
        return self.asked.children

    @cached_property
    def costs(self) -> TravelCosts:
        """Units x sites: every pair within the units' own limits, or every pair there is."""
        farthest = float(self.limits.max(initial=0.0))
        limit = np.inf if self.unlimited_pairs else farthest
        pairs = pairs_within(self.project, self.travel, self.here, self.there, limit)
        return pairs if self.unlimited_pairs else self.within(pairs)

    def within(self, pairs: TravelCosts) -> TravelCosts:
        """Return the pairs within each unit's own limit."""
        return pairs.chosen(pairs.cost <= self.limits[pairs.demand])

    @cached_property
    def cover(self) -> csc_array:
        """Which site is within which unit's limit, shape (n, m), ones; by site."""
        pairs = self.within(self.costs)
        ones = np.ones(len(pairs.site), dtype=np.int64)
        return csc_array((ones, (pairs.demand, pairs.site)), shape=pairs.shape)

    def reached(self, site: int) -> Ints:
        """Return the units within whose limit a site is, ascending."""
        first, last = self.cover.indptr[site : site + 2]
        return np.sort(self.cover.indices[first:last]).astype(np.int64)

    @cached_property
    def regiments(self) -> Ints:
        """Row of each unit's regiment (the second level), -1 where it has none, shape (units,)."""
        second = tuple(
            kind.id for kind in self.project.catalogue.unit_kinds.values() if kind.level == 2
        )
        hierarchy = self.project.hierarchy
        return np.asarray(hierarchy.ancestor_in(hierarchy.of_kinds(second)), dtype=np.int64)

    @cached_property
    def site_regiments(self) -> Ints:
        """Row of the regiment each site is in, by the unit it stands for, -1 for none."""
        homes = pd.concat(
            [
                self.project.facilities["unit_id"].iloc[self.asked.working]
                if "unit_id" in self.project.facilities
                else pd.Series(None, index=range(self.standing), dtype=object),
                self.candidates.table["unit_id"],
            ]
        )
        rows = self.project.hierarchy.rows(homes.to_numpy(dtype=object))
        return np.where(rows >= 0, self.regiments[np.maximum(rows, 0)], -1)

    def notes(self) -> tuple[Note, ...]:
        """Return the caveats of ways, children and candidates."""
        return (*self.asked.notes(), *self.candidates.notes)
