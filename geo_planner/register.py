"""The facilities and units of a project as arrays that are asked for on one day after another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from geo_planner.activity import BoolArray, Spans, begun_spans, existing_spans, working_spans
from geo_planner.hierarchy import Hierarchy, IntArray


@dataclass(frozen=True, eq=False)
class Register:
    """What the tables say of days and types, read once.

    Attributes
    ----------
    existing
        When each unit exists.
    begun, working
        When each facility is open, and when it works.
    of_type
        Rows of the facilities of each type, in the order of the table.
    home
        Row of the unit that each facility is recorded for, -1 where it is none of the table.
    """

    existing: Spans
    begun: Spans
    working: Spans
    of_type: dict[str, IntArray]
    home: IntArray

    @classmethod
    def of(cls, units: pd.DataFrame, facilities: pd.DataFrame, tree: Hierarchy) -> Register:
        """Read both tables."""
        homes = np.full(len(facilities), -1, dtype=np.intp)
        if "unit_id" in facilities:
            place, ids = pd.factorize(facilities["unit_id"])
            # A blank home has the code -1, and so the last place.
            homes = np.append(tree.rows(np.asarray(ids, dtype=object)), -1)[place]
        codes, names = pd.factorize(facilities["facility_type"])
        order = np.argsort(codes, kind="stable")
        ends = np.searchsorted(codes[order], np.arange(len(names) + 1))
        return cls(
            existing_spans(units),
            begun_spans(facilities),
            working_spans(facilities),
            {
                str(name): order[ends[number] : ends[number + 1]]
                for number, name in enumerate(names)
            },
            homes,
        )

    def units_on(self, day: date) -> BoolArray:
        """Return which units exist on a day."""
        return self.existing.on(day)

    def open_on(self, day: date) -> BoolArray:
        """Return which facilities have opened by a day, whether or not they still work."""
        return self.begun.on(day)

    def working_on(self, day: date) -> BoolArray:
        """Return which facilities work on a day."""
        return self.working.on(day)

    def of_types(self, types: tuple[str, ...]) -> IntArray:
        """Return the rows of the facilities of some types, in the order of the table."""
        parts = [self.of_type[name] for name in dict.fromkeys(types) if name in self.of_type]
        if not parts:
            return np.zeros(0, dtype=np.intp)
        return parts[0] if len(parts) == 1 else np.sort(np.concatenate(parts))
