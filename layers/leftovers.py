"""Rows of a sheet that are not data: totals, repeated headings, and the lines below a table."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import numpy as np

from geo_planner.notes import Note, msgid
from layers.headings import folded
from layers.sources.table import Cells, Mask, RawTable, blank_mask

_TOTAL = re.compile(
    r"^.{0,16}(?:合计|小计|总计|共计|合\s*计)(?:\(.*\))?$|^(?:grand)?(?:sub)?totals?$"
)
_FOOT = re.compile(
    r"^(?:填表人|填报人|审核人|复核人|审批人|负责人|单位负责人|统计负责人|制表人|制表|经办人|联系人|联系电话|电话"
    r"|填表日期|填报日期|报送日期|报出日期|制表日期|填报单位|单位\(盖章\)|盖章|数据来源|资料来源|来源|说明|填表说明"
    r"|备注|注|附注|note|notes|source|remark|remarks)\s*\d*\s*[:：]",
    re.IGNORECASE,
)
_NUMBERED_NOTE = re.compile(r"^(?:注|说明|备注)\s*[\d一二三四]?\s*[.、:：]")


def without_leftovers(
    table: RawTable, naming: Sequence[int], parts: Sequence[int] = ()
) -> RawTable:
    """Return the table without totals, repeated headings and lines below it, each with a note.

    Parameters
    ----------
    naming
        Places of the columns that name a row (code, name); the first two columns are looked at too.
    parts
        Places of columns that tell a part of the children (sex, age): 合计 there means all of them
        and makes no total row.
    """
    places = [place for place in dict.fromkeys([*naming, 0, 1]) if place not in parts]
    columns = [table.columns[place] for place in places if place < len(table.columns)]
    total = _any_of(columns, _is_total)
    repeated = _repeats_headings(table)
    foot = _first_filled_says(table, _is_foot) & ~total
    notes = [
        Note(code, text, {"rows": tuple(int(row) for row in table.rows[mask])})
        for code, text, mask in (
            ("total-rows", msgid("Total rows were left out: rows {rows}."), total),
            (
                "repeated-headings",
                msgid("Headings repeated inside the table were left out: rows {rows}."),
                repeated & ~total,
            ),
            (
                "lines-below",
                msgid("Lines below the table were left out: rows {rows}."),
                foot & ~repeated,
            ),
        )
        if mask.any()
    ]
    return table.keeping(~(total | repeated | foot), notes)


def _is_total(text: str) -> bool:
    if "计" not in text and "total" not in text.casefold():
        return False
    return _TOTAL.match(folded(text)) is not None


def _is_foot(text: str) -> bool:
    plain = text.strip()
    return _FOOT.match(plain) is not None or _NUMBERED_NOTE.match(plain) is not None


def _any_of(columns: Sequence[Cells], says: Callable[[str], bool]) -> Mask:
    mask = np.zeros(len(columns[0]) if columns else 0, dtype=np.bool_)
    for column in columns:
        saying = {cell for cell in set(column) if isinstance(cell, str) and says(cell)}
        if saying:
            mask |= np.fromiter((cell in saying for cell in column), np.bool_, count=len(column))
    return mask


def _first_filled_says(table: RawTable, says: Callable[[str], bool]) -> Mask:
    """Return where the first filled cell of a row speaks as ``says``."""
    mask = np.zeros(len(table), dtype=np.bool_)
    pending = np.ones(len(table), dtype=np.bool_)
    for column in table.columns:
        for row in np.flatnonzero(pending):
            cell = column[row]
            if cell is not None:
                pending[row] = False
                mask[row] = isinstance(cell, str) and says(cell)
        if not pending.any():
            break
    return mask


def _repeats_headings(table: RawTable) -> Mask:
    """Return where at least two cells, and half of the filled ones, are their own headings."""
    same = np.zeros(len(table), dtype=np.int64)
    for heading, column in zip(table.headings, table.columns, strict=True):
        parts = {part.strip() for part in (heading, *heading.split("/"))}
        saying = {cell for cell in set(column) if isinstance(cell, str) and cell.strip() in parts}
        if saying:
            same += np.fromiter((cell in saying for cell in column), np.int64, count=len(column))
    if same.max(initial=0) < 2:
        return np.zeros(len(table), dtype=np.bool_)
    filled = np.sum([~blank_mask(column) for column in table.columns], axis=0)
    return np.asarray((same >= 2) & (2 * same >= filled), dtype=np.bool_)
