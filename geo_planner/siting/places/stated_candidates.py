"""Candidates that somebody states: each checked, each given the unit it is in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd
import shapely

from geo_planner.errors import (
    BadNumberError,
    DataError,
    DuplicateIdError,
    MissingValueError,
    UnknownUnitError,
)
from geo_planner.notes import Note, msgid
from geo_planner.project import Project
from geo_planner.siting.candidates import LAYER, MOST_NAMED, Candidates, candidate_table
from geo_planner.siting.checking import LARGEST
from geo_planner.siting.places.homes import homes_of
from geo_planner.travel.arrays import Flags, Ints, Shapes
from geo_planner.travel.positions import unit_positions

NUMBERS = ("cost", "capacity", "suitability")
NEAREST_HOME = msgid(
    "{count} candidates name no unit and lie in no unit's area: each stands for the nearest unit. "
    "Give them a unit where that is not what is meant."
)
AT_THEIR_UNIT = msgid("{count} candidates have no position: they stand where their unit does.")


def candidate_faults(frame: pd.DataFrame, project: Project) -> list[DataError]:
    """Return everything wrong with a table of candidates.

    Parameters
    ----------
    frame
        ``candidate_id``, ``unit_id``, ``cost``, ``capacity``, ``suitability``; ``geometry`` (points
        in the project's CRS, None for none); ``source_row``, the number a person knows a row by.
    """
    faults: list[DataError] = []
    rows = frame["source_row"].to_numpy()
    ids = frame["candidate_id"]
    blank = ids.isna().to_numpy()
    if blank.any():
        faults.append(MissingValueError(LAYER, "candidate_id", _rows(rows, blank)))
    twice = ids.duplicated(keep=False).to_numpy() & ~blank
    if twice.any():
        faults.append(
            DuplicateIdError(LAYER, "candidate_id", _some(ids, twice), _rows(rows, twice))
        )
    for name in NUMBERS:
        values = frame[name].to_numpy(dtype=np.float64)
        wrong = (values < 0) | (values > LARGEST)
        if name == "suitability":
            wrong |= values > 1
        if wrong.any():
            shown = list(dict.fromkeys(f"{one:g}" for one in values[wrong]))[:MOST_NAMED]
            faults.append(BadNumberError(LAYER, name, _rows(rows, wrong), shown))
    units = frame["unit_id"]
    named = units.notna().to_numpy()
    strange = named & ~units.isin(project.units.index).to_numpy()
    if strange.any():
        faults.append(
            UnknownUnitError(LAYER, "unit_id", _some(units, strange), _rows(rows, strange))
        )
    nowhere = shapely.is_missing(frame["geometry"].to_numpy()) & ~strange
    nowhere &= shapely.is_missing(_at_units(project, units))
    if nowhere.any():
        faults.append(MissingValueError(LAYER, "geometry", _rows(rows, nowhere)))
    return faults


def stated_candidates(
    frame: pd.DataFrame, project: Project, day: date, *, source: str = "file"
) -> Candidates:
    """Return a table without faults as candidates.

    A candidate without a position stands where its unit is. One without a unit stands for the unit
    it is in (:func:`geo_planner.siting.places.homes.homes_of`).

    Parameters
    ----------
    frame
        As of :func:`candidate_faults`, with ``name``.
    """
    points: Shapes = frame["geometry"].to_numpy(dtype=object).copy()
    placeless = np.asarray(shapely.is_missing(points), dtype=np.bool_)
    points[placeless] = _at_units(project, frame["unit_id"])[placeless]
    homes, nearest = with_homes(project, frame["unit_id"], points, day)
    notes = []
    if placeless.any():
        notes.append(Note("candidates-at-units", AT_THEIR_UNIT, {"count": int(placeless.sum())}))
    if nearest:
        notes.append(Note("candidates-nearest-unit", NEAREST_HOME, {"count": nearest}))
    table = candidate_table(
        frame["candidate_id"].tolist(),
        points.tolist(),
        project,
        source=source,
        name=[None if pd.isna(one) else str(one) for one in frame["name"]],
        unit_id=homes,
        **{name: frame[name].to_numpy(dtype=np.float64) for name in NUMBERS},
    )
    return Candidates(table, tuple(notes))


def with_homes(
    project: Project, stated: pd.Series, points: Shapes, day: date
) -> tuple[list[str | None], int]:
    """Return the unit of each place, as stated or found, and how many are only the nearest ones."""
    found, near = homes_of(project, points, day)
    silent = stated.isna().to_numpy()
    codes = project.units.index.to_numpy(dtype=object)
    homes = [
        str(said) if not blank else (str(codes[row]) if row >= 0 else None)
        for said, blank, row in zip(stated, silent, found, strict=True)
    ]
    return homes, int((near & silent).sum())


def _at_units(project: Project, units: pd.Series) -> Shapes:
    """Return where the named units are, None for unknown, shape (m,)."""
    rows: Ints = np.asarray(
        project.units.index.get_indexer(units.to_numpy(dtype=object)), dtype=np.int64
    )
    found = np.full(len(rows), None, dtype=object)
    distinct, place = np.unique(rows[rows >= 0], return_inverse=True)
    found[rows >= 0] = unit_positions(project, distinct)[place]
    return found


def _some(values: pd.Series, where: Flags) -> list[str]:
    return list(dict.fromkeys(str(one) for one in values[where]))[:MOST_NAMED]


def _rows(rows: Sequence[int] | Ints, where: Flags) -> tuple[int, ...]:
    return tuple(int(row) for row in np.asarray(rows)[where])
