"""The planners' work list in its cells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from geo_planner.worklist import CELLS, work_list

if TYPE_CHECKING:
    from geo_planner.coverage import Coverage
    from maps.text import Translator


@dataclass(frozen=True, slots=True)
class WorkCell:
    """One cell: its code, its words, and the rows of its units, those that lack most first."""

    code: str
    text: str
    units: list[dict[str, Any]]


def work_cells(coverage: Coverage, translator: Translator) -> list[WorkCell]:
    """Return all cells in their order, empty ones included."""
    rows = work_list(coverage).reset_index(names="unit_id").to_dict("records")
    return [
        WorkCell(code, translator(text), [row for row in rows if row["cell"] == code])
        for code, text in CELLS.items()
    ]
