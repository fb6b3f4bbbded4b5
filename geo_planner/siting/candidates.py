"""Where one might build: candidate sites with what is known of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo_planner.errors import DuplicateIdError
from geo_planner.notes import Note, msgid
from geo_planner.project import Project
from geo_planner.rows import FacilityType
from geo_planner.siting_errors import NoCandidatesError
from geo_planner.travel.access import assessed_rows
from geo_planner.travel.arrays import Flags, Floats
from geo_planner.travel.positions import unit_positions

LAYER = "candidates"
"""What candidates are called in errors."""
MOST_NAMED = 12
"""Values that an error names."""
COLUMNS = ("name", "unit_id", "source", "suitability", "cost", "capacity")


@dataclass(frozen=True, eq=False, slots=True)
class Candidates:
    """Sites that may be built on.

    Attributes
    ----------
    table
        GeoDataFrame of points in the project's metric CRS, indexed by ``candidate_id`` (text,
        unique), with ``name``, ``unit_id`` (the unit it stands in or for, None where not known),
        ``source`` (``unit``, ``file``, ``street``, ``building``), ``suitability`` (0 to 1, ``nan``
        where nobody judged it: taken as 1), ``cost`` and ``capacity`` (``nan`` where unknown).
    notes
        What was left out, and why.
    """

    table: gpd.GeoDataFrame
    notes: tuple[Note, ...] = ()

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.table)

    @classmethod
    def combine(cls, *parts: Candidates) -> Candidates:
        """Return the candidates of several sources as one set, in their order.

        All must be in one CRS. A site at the place of another is kept: what is known of it may
        differ, and the solver leaves out what it does not need.

        Raises
        ------
        DuplicateIdError
            If two sources call a site by the same id.
        NoCandidatesError
            If there is no source.
        """
        if not parts:
            raise NoCandidatesError(why=msgid("no source was given"))
        table = gpd.GeoDataFrame(pd.concat([part.table for part in parts]))
        twice = table.index.duplicated(keep=False)
        if twice.any():
            values = list(dict.fromkeys(str(one) for one in table.index[twice]))[:MOST_NAMED]
            raise DuplicateIdError(LAYER, "candidate_id", values, ())
        return cls(table, tuple(note for part in parts for note in part.notes))

    def chosen(self, kept: Flags, *notes: Note) -> Candidates:
        """Return those where ``kept`` is true, shape (m,), with more notes."""
        return Candidates(self.table.loc[kept], (*self.notes, *notes))

    @property
    def suitability(self) -> Floats:
        """How suitable each is, 1 where nobody judged it, shape (m,)."""
        return np.nan_to_num(self.numbers("suitability"), nan=1.0)

    def numbers(self, column: str) -> Floats:
        """Return a number column, ``nan`` where unknown, shape (m,)."""
        return np.asarray(pd.to_numeric(self.table[column], errors="coerce"), dtype=np.float64)


def candidate_table(
    ids: Sequence[str],
    points: Sequence[shapely.Geometry | None],
    project: Project,
    *,
    source: str,
    **columns: object,
) -> gpd.GeoDataFrame:
    """Return a table with every column of :data:`COLUMNS`, the ones not given unknown."""
    table = gpd.GeoDataFrame(
        index=pd.Index([str(one) for one in ids], name="candidate_id"),
        geometry=list(points),
        crs=project.crs,
    )
    for name in COLUMNS:
        blank = None if name in ("name", "unit_id") else np.nan
        table[name] = columns.get(name, source if name == "source" else blank)
    return table


def unit_candidates(
    project: Project, kind: FacilityType, day: date, *, kinds: tuple[str, ...] = ()
) -> Candidates:
    """Return the positions of the units a type is assessed for; each stands for its own unit.

    Raises
    ------
    NoCandidatesError
        If no such unit has a position.
    """
    rows = assessed_rows(project, kind, day, kinds=kinds)
    points = unit_positions(project, rows)
    placed = ~shapely.is_missing(points)
    if not placed.any():
        raise NoCandidatesError(why=msgid("no unit has a position"))
    units = project.units.iloc[rows[placed]]
    table = candidate_table(
        [str(one) for one in units.index],
        points[placed].tolist(),
        project,
        source="unit",
        name=units["name"].to_numpy(dtype=object),
        unit_id=units.index.to_numpy(dtype=object),
    )
    lost = int((~placed).sum())
    notes = (
        (
            Note(
                "units-no-candidates",
                msgid("{count} units have no position: nothing can be proposed there."),
                {"count": lost},
            ),
        )
        if lost
        else ()
    )
    return Candidates(table, notes)
