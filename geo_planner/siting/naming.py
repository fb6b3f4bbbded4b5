"""What sites and units of a question are called."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from geo_planner.siting.question import Question
from geo_planner.travel.arrays import Ints
from geo_planner.travel.why.phrases import text_or_none


def site_names(question: Question, sites: Ints) -> tuple[str, ...]:
    """Return the ids of candidates by site number."""
    table = question.candidates.table
    return tuple(str(table.index[one - question.standing]) for one in sites)


def site_words(question: Question, sites: Ints) -> tuple[str, ...]:
    """Return what candidates are called: name or id, the regiment's name before a common one."""
    table = question.candidates.table
    words = _Words(
        question, table.index, table["name"], question.site_regiments[question.standing :]
    )
    return words.of(sites - question.standing)


def unit_words(question: Question, places: Sequence[int] | Ints) -> tuple[str, ...]:
    """Return what units are called: name or id, the regiment's name before a common one."""
    nearest = question.asked.nearest
    above = question.regiments[question.rows]
    return _Words(question, nearest.index, nearest["name"], above).of(places)


class _Words:
    """Names of rows, and of the regiment above each."""

    def __init__(self, question: Question, ids: pd.Index, names: pd.Series, above: Ints) -> None:
        self.units = question.project.units
        self.names = [
            text_or_none(name) or str(code) for code, name in zip(ids, names, strict=True)
        ]
        self.common = pd.Series(self.names).duplicated(keep=False).to_numpy()
        self.above = above

    def of(self, places: Sequence[int] | Ints) -> tuple[str, ...]:
        """Return the words for some rows."""
        return tuple(self._word(int(place)) for place in places)

    def _word(self, place: int) -> str:
        row = self.above[place]
        before = (
            text_or_none(self.units["name"].iloc[row]) if self.common[place] and row >= 0 else None
        )
        return self.names[place] if before is None else f"{before} {self.names[place]}"
