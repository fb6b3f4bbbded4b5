"""A table as it stands in a file: headings, cells as read, and where each row stood."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from pyproj import CRS

from geo_planner.notes import Note

Cells: TypeAlias = NDArray[np.object_]
Mask: TypeAlias = NDArray[np.bool_]
KnowsHeading: TypeAlias = Callable[[str], bool]


@dataclass(frozen=True, eq=False)
class RawTable:
    """One table as a file holds it; nothing is converted yet.

    Attributes
    ----------
    file, sheet
        Name of the file, and of the sheet or layer inside it if it has such.
    headings
        One a column, as printed; the rows of a two-row heading joined by ``/``.
    columns
        One object array a column: text, numbers, booleans, dates, or None where blank.
    rows
        Row number of each row as a spreadsheet shows it: counted from 1, the heading row included.
    geometry
        Shapely shapes (None where missing), if the format holds them.
    crs
        Coordinate system the file itself states.
    crs_by_standard
        Whether ``crs`` is only what the format's standard says, not what the file says.
    merged
        By column: the cells that are one merged cell over several rows.
    percent
        By column: the cells that are shown as percentages (stored as 0.96).
    truncated
        Whether headings may be cut to ten bytes (dbf).
    stray_rows
        Rows with more cells than there are headings.
    above
        Cells above the headings, as text: title, date, who made it out.
    """

    file: str
    sheet: str | None
    headings: tuple[str, ...]
    columns: tuple[Cells, ...]
    rows: NDArray[np.int64]
    geometry: Cells | None = None
    crs: CRS | None = None
    crs_by_standard: bool = False
    merged: Mapping[int, Mask] = field(default_factory=dict)
    percent: Mapping[int, Mask] = field(default_factory=dict)
    truncated: bool = False
    stray_rows: tuple[int, ...] = ()
    notes: tuple[Note, ...] = ()
    above: tuple[str, ...] = ()

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.rows)

    def keeping(self, keep: Mask, notes: Sequence[Note] = ()) -> RawTable:
        """Return the table with only the rows where ``keep`` is true."""
        if keep.all() and not notes:
            return self
        return RawTable(
            self.file,
            self.sheet,
            self.headings,
            tuple(column[keep] for column in self.columns),
            self.rows[keep],
            None if self.geometry is None else self.geometry[keep],
            self.crs,
            self.crs_by_standard,
            {index: mask[keep] for index, mask in self.merged.items()},
            {index: mask[keep] for index, mask in self.percent.items()},
            self.truncated,
            self.stray_rows,
            (*self.notes, *notes),
            self.above,
        )


def cell_array(values: Sequence[Any]) -> Cells:
    """Return cells as an object array, every kind of blank (NaN and NaT too) as None."""
    cells = np.empty(len(values), dtype=object)
    cells[:] = [
        (value if value and not value.isspace() else None)
        if type(value) is str
        else (None if value is None or value != value else value)  # noqa: PLR0124 - NaN
        for value in values
    ]
    return cells


def blank_mask(cells: Cells) -> Mask:
    """Return where cells are None."""
    return np.asarray(cells == None, dtype=np.bool_)  # noqa: E711 - elementwise


def plain_numbers(cells: Cells) -> NDArray[np.float64] | None:
    """Return a column that holds nothing but numbers and blanks (NaN), or None if it holds more."""
    if not {*map(type, cells)} <= {float, int, type(None)}:
        return None
    return cells.astype(np.float64)
