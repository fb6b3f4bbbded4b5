"""What layers of few columns share: barriers and candidates, read in one pass from any format."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from geo_planner.notes import Note, msgid
from layers.headings import POSITION_COLUMNS, Headings, Resolved, folded, heading_lists
from layers.sources.table import RawTable


def small_headings(layer: str, columns: Mapping[str, tuple[str, str]]) -> Headings:
    """Return the headings a layer knows: its columns, position, and whether a row is made up.

    Parameters
    ----------
    columns
        Canonical name -> its Chinese and its English label.
    """
    lists = heading_lists()
    words = {
        **{name: [name, *columns[name], *others] for name, others in lists[layer].items()},
        **{name: [name, *lists["position"][name]] for name in POSITION_COLUMNS},
        "simulated": ["simulated", *lists["provenance"]["simulated"]],
    }
    found: dict[str, str] = {}
    for name, spellings in words.items():
        for word in spellings:
            found.setdefault(folded(word), name)
    ignored = frozenset(map(folded, lists["ignored"]["headings"]))
    return Headings(layer, found, {}, ignored, tuple(words))


def with_bare_rows(table: RawTable) -> RawTable:
    """Return the table with its rows numbered where a file of bare shapes has no columns."""
    if table.geometry is None or len(table) or not len(table.geometry):
        return table
    return replace(table, rows=np.arange(2, 2 + len(table.geometry), dtype=np.int64))


def unknown_headings(resolved: Resolved) -> list[Note]:
    """Return the note that names columns nobody knows."""
    if not resolved.unknown:
        return []
    text = msgid("Columns with headings that are not known were left out: {headings}.")
    return [Note("unknown-headings", text, {"headings": list(resolved.unknown)})]
