"""The planners' work list in its cells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from geo_planner.worklist import CELLS, work_list

if TYPE_CHECKING:
    import pandas as pd

    from geo_planner.coverage import Coverage
    from maps.text import Translator


@dataclass(frozen=True, slots=True)
class WorkCell:
    """One cell: its code, its words, and its units, those that lack most first."""

    code: str
    text: str
    units: pd.DataFrame


def work_cells(coverage: Coverage, translator: Translator) -> list[WorkCell]:
    """Return all cells in their order, empty ones included."""
    listed = work_list(coverage)
    return [
        WorkCell(code, translator(text), listed[listed["cell"] == code])
        for code, text in CELLS.items()
    ]
