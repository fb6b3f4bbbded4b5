"""The unit tree as arrays: who is whose ancestor, without walking Python objects."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

IntArray = npt.NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Hierarchy:
    """Positions instead of codes: row numbers of the units table, -1 for none.

    Attributes
    ----------
    ids
        Unit codes, one a row.
    kinds
        Kind of each row.
    parent
        Row of each unit's parent, -1 where it has none in the table.
    """

    ids: pd.Index
    kinds: npt.NDArray[np.object_]
    parent: IntArray

    @classmethod
    def of(cls, units: pd.DataFrame) -> Hierarchy:
        """Read the tree from ``unit_id`` (index), ``kind`` and ``parent_id``."""
        parent = (
            units.index.get_indexer(units["parent_id"].to_numpy(dtype=object))
            if "parent_id" in units
            else np.full(len(units), -1)
        )
        return cls(units.index, units["kind"].to_numpy(dtype=object), parent.astype(np.intp))

    def rows(self, ids: npt.ArrayLike) -> IntArray:
        """Return the row of each unit code, -1 for codes not in the table (and blanks)."""
        return np.asarray(self.ids.get_indexer(np.asarray(ids, dtype=object)), dtype=np.intp)

    @cached_property
    def kind_codes(self) -> tuple[npt.NDArray[np.intp], list[str]]:
        """The kind of each row as a number of a short list, -1 where it is blank, and the list."""
        codes, names = pd.factorize(self.kinds)
        return codes.astype(np.intp), [str(name) for name in names]

    def of_kinds(self, kinds: tuple[str, ...]) -> npt.NDArray[np.bool_]:
        """Return which rows are of one of ``kinds``."""
        codes, names = self.kind_codes
        # The last place stands for a blank kind, whose code is -1.
        wanted = np.array([*(name in kinds for name in names), False])
        return np.asarray(wanted[codes], dtype=bool)

    def ancestor_of_kinds(self, kinds: tuple[str, ...]) -> IntArray:
        """Return :meth:`ancestor_in` of the units of some kinds; worked out once for each kinds."""
        if kinds not in self._lifted:
            found = self.ancestor_in(self.of_kinds(kinds))
            found.flags.writeable = False
            self._lifted[kinds] = found
        return self._lifted[kinds]

    @cached_property
    def _lifted(self) -> dict[tuple[str, ...], IntArray]:
        return {}

    def ancestor_in(self, members: npt.NDArray[np.bool_]) -> IntArray:
        """Return, for each row, the nearest ancestor-or-self that is a member, -1 if there is none.

        Parameters
        ----------
        members
            One flag a unit.
        """
        found = np.where(members, np.arange(len(members)), -1)
        above = self.parent.copy()
        # A tree of administrative levels is shallow; the bound ends the walk on circular parents.
        for _ in range(16):
            open_ = (found < 0) & (above >= 0)
            if not open_.any():
                break
            candidate = above[open_]
            found[open_] = np.where(members[candidate], candidate, -1)
            above[open_] = self.parent[candidate]
        return found
