"""An office's own list of places where one might build -> candidate sites of a project.

Any format an import reads: positions as columns or shapes, in any stated system; costs, places and
suitability where the office knows them. Whatever is wrong is found here, all of it at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from geo_planner.errors import (
    BadNumberError,
    DataError,
    EmptyLayerError,
    MissingColumnError,
    RefusedFileError,
)
from geo_planner.notes import Note, msgid
from geo_planner.project import Project
from geo_planner.siting.candidates import LAYER, Candidates
from geo_planner.siting.places.stated_candidates import NUMBERS, candidate_faults, stated_candidates
from geo_planner.table_errors import LostDigitsError, StrayCellsError
from geo_planner.tables import CANDIDATE_COLUMNS
from geo_planner.travel.positions import positions
from layers.columns import code_cells, flag_cells, number_cells, shown, text_cells
from layers.headings import Resolved
from layers.known_units import KnownUnits
from layers.leftovers import without_leftovers
from layers.positions import place_rows
from layers.small_layers import small_headings, unknown_headings, with_bare_rows
from layers.sources import DEFAULT_LIMITS, Limits, read_table
from layers.sources.table import Cells, Mask, RawTable

_COLUMNS = {column.name: (column.zh, column.en) for column in CANDIDATE_COLUMNS}
_SHOWN = 12
_MADE_UP = Note("candidates-made-up", msgid("The candidate sites are made up."))


def read_candidates(
    path: Path | str,
    project: Project,
    *,
    as_of: date | None = None,
    sheet: str | None = None,
    crs: str | None = None,
    mapping: Mapping[str, str] | None = None,
    axis: str | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> Candidates:
    """Return the candidate sites of a file, or refuse the file with every fault in it.

    Columns are ``candidate_id``, ``name``, ``unit_id`` (code or name), ``cost``, ``capacity`` and
    ``suitability`` (0 to 1, or per cent with a sign), all optional, in the words of
    ``headings.toml``; and positions, as any layer has them. Shapes other than points stand at their
    middle. Without ids a candidate is called by its row: ``row7``.

    Parameters
    ----------
    as_of
        Date on which units exist; default the project's reference date.
    sheet, crs, mapping, axis, limits
        As of :func:`layers.reading.read_layer`.

    Raises
    ------
    RefusedFileError
        With every fault of the content: ids that are not unique, numbers that cannot be, units that
        are not known, positions that are not usable.
    DataError
        If the file cannot be read at all, or holds no candidate.
    NotKnownError
        If ``sheet`` or ``axis`` is not known.
    """
    path = Path(path)
    headings = small_headings(LAYER, _COLUMNS)
    said = set((mapping or {}).keys())
    table = read_table(
        path,
        knows=lambda heading: heading in said or headings.knows(heading),
        sheet=sheet,
        limits=limits,
    )
    table = with_bare_rows(table)
    resolved = headings.resolve(table.headings, mapping, truncated=table.truncated)
    naming = [resolved.places[name] for name in _COLUMNS if name in resolved.places]
    table = without_leftovers(table, naming)
    if len(table) == 0:
        raise EmptyLayerError(path.name)
    made = _Cells(table, resolved)
    made.faults += resolved.faults
    if table.stray_rows:
        made.faults.append(StrayCellsError(table.file, table.stray_rows))
    frame = made.frame(KnownUnits.of(project.units))
    placed = place_rows(
        table,
        resolved.places,
        layer=LAYER,
        crs=crs,
        axis=axis,
        target_crs=project.crs,
        known=project.units,
    )
    made.faults += placed.faults
    if not placed.given and "unit_id" not in resolved.places:
        columns = ", ".join(_COLUMNS["geometry"])
        made.faults.append(MissingColumnError(LAYER, "geometry", columns, list(table.headings)))
    at = gpd.GeoDataFrame(geometry=list(placed.shapes), crs=project.crs)
    frame["geometry"] = positions(at)
    known_wrong = any(isinstance(fault, MissingColumnError) for fault in made.faults)
    made.faults += [
        fault
        for fault in candidate_faults(frame, project)
        if not (placed.faults or known_wrong) or getattr(fault, "column", "") != "geometry"
    ]
    if made.faults:
        raise RefusedFileError(path.name, tuple(made.faults))
    day = as_of or project.reference_date or date.max
    found = stated_candidates(frame, project, day)
    notes = (*table.notes, *unknown_headings(resolved), *made.notes, *placed.notes, *found.notes)
    return Candidates(found.table, notes)


@dataclass
class _Cells:
    """The cells of a table on their way to values."""

    table: RawTable
    resolved: Resolved
    notes: list[Note] = field(default_factory=list)
    faults: list[DataError] = field(default_factory=list)

    def rows(self, mask: Mask) -> tuple[int, ...]:
        return tuple(int(row) for row in self.table.rows[mask])

    def cells(self, column: str) -> Cells | None:
        place = self.resolved.places.get(column)
        return None if place is None else self.table.columns[place]

    def frame(self, known: KnownUnits | None) -> pd.DataFrame:
        """Return the columns of candidates but their shapes."""
        rows = self.table.rows
        ids = self._codes("candidate_id")
        columns: dict[str, Any] = {
            "candidate_id": [f"row{row}" for row in rows] if ids is None else ids,
            "name": self._names(),
            "unit_id": self._units(known),
            **{name: self._numbers(name) for name in NUMBERS},
            "source_row": rows,
        }
        simulated = self.cells("simulated")
        if simulated is not None and flag_cells(simulated).values.any():
            self.notes.append(_MADE_UP)
        return pd.DataFrame(columns)

    def _codes(self, column: str) -> Cells | None:
        cells = self.cells(column)
        if cells is None:
            return None
        read = code_cells(cells)
        if read.bad.any():
            values = _some(cells, read.bad)
            self.faults.append(LostDigitsError(LAYER, column, values, self.rows(read.bad)))
        codes: Cells = read.values
        return codes

    def _names(self) -> Cells:
        cells = self.cells("name")
        blank: Cells = np.full(len(self.table), None, dtype=object)
        return blank if cells is None else text_cells(cells).values

    def _units(self, known: KnownUnits | None) -> Cells:
        codes = self._codes("unit_id")
        if codes is None or known is None:
            return np.full(len(self.table), None, dtype=object)
        found, _ = known.codes_for(codes)
        return found

    def _numbers(self, column: str) -> np.ndarray[Any, np.dtype[np.float64]]:
        cells = self.cells(column)
        if cells is None:
            return np.full(len(self.table), np.nan)
        read = number_cells(cells)
        values = read.values.astype(np.float64)
        bad = read.bad
        if column == "suitability":
            bad = bad | (read.remarked & _per_mille(cells))
            values[read.remarked] /= 100
        else:
            bad = bad | read.remarked
        if bad.any():
            self.faults.append(BadNumberError(LAYER, column, self.rows(bad), _some(cells, bad)))
            values[bad] = np.nan
        merged = self.table.merged.get(self.resolved.places[column])
        if merged is not None and (merged & ~np.isnan(values)).any():
            shared = merged & ~np.isnan(values)
            values[shared] = np.nan
            text = msgid(
                "Column '{column}': a number in a cell merged over several rows belongs to none "
                "of them alone; it was taken as unknown in rows {rows}."
            )
            params = {"column": column, "rows": self.rows(shared)}
            self.notes.append(Note("merged-number", text, params))
        return values


def _per_mille(cells: Cells) -> Mask:
    said = (isinstance(cell, str) and cell.strip().endswith("‰") for cell in cells)
    return np.fromiter(said, np.bool_, count=len(cells))


def _some(cells: Cells, mask: Mask) -> list[str]:
    return list(dict.fromkeys(shown(cell) for cell in cells[mask]))[:_SHOWN]
