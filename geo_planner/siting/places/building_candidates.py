"""Public buildings that stand already as candidate sites: facilities of other types."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd
import shapely

from geo_planner.activity import active_on
from geo_planner.errors import NotKnownError
from geo_planner.notes import Note, msgid
from geo_planner.project import Project
from geo_planner.siting.candidates import Candidates, candidate_table
from geo_planner.siting.places.stated_candidates import with_homes
from geo_planner.siting_errors import NoCandidatesError
from geo_planner.travel.arrays import Flags
from geo_planner.travel.positions import positions


def building_candidates(
    project: Project,
    facility_type: str,
    *,
    ids: Sequence[str] = (),
    types: Sequence[str] = (),
    as_of: date | None = None,
) -> Candidates:
    """Return facilities of other types, whose buildings could take a facility of this one.

    Parameters
    ----------
    ids
        Facilities that are meant; default all that work on the day, of ``types``.
    types
        Ids of facility types; default all but ``facility_type``.

    Returns
    -------
    Candidates
        Called by the facilities' ids. A facility recorded twice stands once.

    Raises
    ------
    NotKnownError
        If an id is not that of a working facility of another type, or a type is not known.
    NoCandidatesError
        If there is none with a position.
    """
    own = project.catalogue.facility_type(facility_type).id
    day = as_of or project.reference_date or date.max
    wanted = [project.catalogue.facility_type(one).id for one in types]
    facilities = project.facilities
    kinds = facilities["facility_type"]
    usable = active_on(facilities, day) & (kinds != own).to_numpy(dtype=np.bool_)
    if wanted:
        usable &= kinds.isin(wanted).to_numpy()
    if ids:
        rows = np.flatnonzero(_named(facilities.index, ids, usable))
    else:
        rows = np.flatnonzero(usable)
        rows = rows[~project.duplicates.standing(rows).merged]
    points = positions(facilities, rows)
    placed = ~shapely.is_missing(points)
    if not placed.any():
        raise NoCandidatesError(why=msgid("no facility of another type has a position"))
    lost = int((~placed).sum())
    chosen = facilities.iloc[rows[placed]]
    stated = chosen["unit_id"] if "unit_id" in chosen else pd.Series(None, index=chosen.index)
    known = stated.where(stated.isin(project.units.index))
    homes, _ = with_homes(project, known.astype(object), points[placed], day)
    table = candidate_table(
        [str(one) for one in chosen.index],
        points[placed].tolist(),
        project,
        source="building",
        name=[None if pd.isna(one) else str(one) for one in chosen["name"]],
        unit_id=homes,
    )
    text = msgid("{count} facilities have no position: nothing can be proposed there.")
    notes = (Note("buildings-no-candidates", text, {"count": lost}),) if lost else ()
    return Candidates(table, notes)


def _named(known: pd.Index, ids: Sequence[str], usable: Flags) -> Flags:
    found = np.zeros(len(known), dtype=np.bool_)
    for one in ids:
        place = known.get_indexer([one])[0]
        if place < 0 or not usable[place]:
            names = [str(name) for name in known[usable]]
            raise NotKnownError.among("working facility", str(one), names)
        found[place] = True
    return found
