"""From a grid of cells (a sheet, a text file) to a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain

import numpy as np

from geo_planner.errors import EmptyLayerError
from geo_planner.notes import Note, msgid
from layers.sources.headers import Grid, HeadingBlock, Merge, find_headings, heading_text
from layers.sources.table import Cells, KnowsHeading, Mask, RawTable, blank_mask, cell_array


def column_letters(index: int) -> str:
    """Return the letters a spreadsheet shows above column ``index`` (0 is A, 26 is AA)."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def table_from_grid(
    grid: Grid,
    *,
    file: str,
    sheet: str | None,
    knows: KnowsHeading,
    merges: Sequence[Merge] = (),
    percent: Mapping[int, Mask] | None = None,
    notes: Sequence[Note] = (),
) -> RawTable:
    """Return the table of a rectangular grid whose first row is spreadsheet row 1.

    Parameters
    ----------
    grid
        Rows of equal length.
    knows
        Tells known headings, by which the heading row is found.
    merges
        Merged ranges, 0-based corners inclusive. Headings are filled over their whole range, data
        downwards inside it only.
    percent
        By column: cells of the whole grid that are shown as percentages.

    Raises
    ------
    EmptyLayerError
        If there are no headings or no row below them.
    """
    block = find_headings(grid, merges, knows)
    if block is None or block.data >= len(grid):
        raise EmptyLayerError(file)
    body = [list(row) for row in grid[block.data :]] if merges else grid[block.data :]
    merged, sections = _fill_down(body, merges, block)
    found = list(notes)
    if block.first > 0:
        above = [
            row + 1
            for row in range(block.first)
            if any(cell not in (None, "") for cell in grid[row])
        ]
        if above:
            found.append(
                Note(
                    "title-lines",
                    msgid("Lines above the headings were not read as data: rows {rows}."),
                    {"rows": tuple(above)},
                )
            )
    columns = [cell_array(column) for column in zip(*body, strict=True)]
    table = RawTable(
        file,
        sheet,
        *_named(block.headings, columns),
        np.arange(block.data + 1, block.data + 1 + len(body), dtype=np.int64),
        merged=merged,
        percent={index: mask[block.data :] for index, mask in (percent or {}).items()},
        notes=tuple(found),
        above=tuple(filter(None, map(heading_text, chain.from_iterable(grid[: block.first])))),
    )
    table = _without_empty_columns(table, named=[bool(heading) for heading in block.headings])
    keep = ~np.logical_and.reduce([blank_mask(column) for column in table.columns])
    if sections:
        rows = tuple(block.data + 1 + row for row in sections)
        keep[list(sections)] = False
        note = Note(
            "section-lines",
            msgid("Section lines across the table were left out: rows {rows}."),
            {"rows": rows},
        )
        table = table.keeping(keep, [note])
    else:
        table = table.keeping(keep)
    if len(table) == 0:
        raise EmptyLayerError(file)
    return table


def _named(
    headings: Sequence[str], columns: list[Cells]
) -> tuple[tuple[str, ...], tuple[Cells, ...]]:
    """Return headings (a letter in brackets where one is blank) with their columns."""
    return (
        tuple(heading or f"[{column_letters(index)}]" for index, heading in enumerate(headings)),
        tuple(columns),
    )


def _without_empty_columns(table: RawTable, *, named: Sequence[bool]) -> RawTable:
    """Drop columns that have neither a heading nor a cell, as trailing commas leave them."""
    keep = [
        index
        for index, column in enumerate(table.columns)
        if named[index] or not blank_mask(column).all()
    ]
    if len(keep) == len(table.columns):
        return table
    place = {old: new for new, old in enumerate(keep)}
    return RawTable(
        table.file,
        table.sheet,
        tuple(table.headings[index] for index in keep),
        tuple(table.columns[index] for index in keep),
        table.rows,
        merged={place[i]: mask for i, mask in table.merged.items() if i in place},
        percent={place[i]: mask for i, mask in table.percent.items() if i in place},
        notes=table.notes,
        above=table.above,
    )


def _fill_down(
    body: Grid, merges: Sequence[Merge], block: HeadingBlock
) -> tuple[dict[int, Mask], list[int]]:
    """Fill merged data cells downwards in place; return them by column, and section lines."""
    merged: dict[int, Mask] = {}
    sections: list[int] = []
    width = len(block.headings)
    for (r0, c0), (r1, c1) in merges:
        top, bottom = r0 - block.data, min(r1 - block.data, len(body) - 1)
        if top < 0 or bottom < top or c0 >= width:
            continue
        if bottom > top:
            for row in range(top + 1, bottom + 1):
                body[row][c0] = body[top][c0]
            mask = merged.setdefault(c0, np.zeros(len(body), dtype=np.bool_))
            mask[top : bottom + 1] = True
        elif c1 - c0 + 1 >= max(3, width // 2):
            filled = [cell for cell in body[top] if cell not in (None, "")]
            if len(filled) == 1:
                sections.append(top)
    return merged, sorted(sections)
