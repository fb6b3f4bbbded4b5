"""The units a project already has, as an import needs them: codes, names, places."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layers.headings import folded


@dataclass(frozen=True, eq=False)
class KnownUnits:
    """Codes, the codes behind each folded name, and shapes where they are known."""

    codes: frozenset[str] = frozenset()
    by_name: dict[str, set[str]] = field(default_factory=dict)
    places: gpd.GeoDataFrame | None = None

    @classmethod
    def of(cls, units: pd.DataFrame | Collection[str] | None) -> KnownUnits | None:
        """Return what is known of ``units``: a table of units, or only their codes."""
        if units is None:
            return None
        if not isinstance(units, pd.DataFrame):
            return cls(frozenset(units))
        table = units.set_index("unit_id") if "unit_id" in units else units
        names: dict[str, set[str]] = {}
        if "name" in table:
            for code, name in table["name"].dropna().items():
                names.setdefault(folded(str(name)), set()).add(str(code))
        spatial = isinstance(table, gpd.GeoDataFrame) and table.crs is not None
        return cls(frozenset(map(str, table.index)), names, table if spatial else None)

    def adding(self, codes: Sequence[Any], names: Sequence[Any]) -> KnownUnits:
        """Return the same with the units of the file itself."""
        by_name = {name: set(found) for name, found in self.by_name.items()}
        for code, name in zip(codes, names, strict=True):
            if code and name:
                by_name.setdefault(folded(str(name)), set()).add(str(code))
        here = frozenset(str(code) for code in codes if code)
        return KnownUnits(self.codes | here, by_name, self.places)

    def codes_for(
        self, values: NDArray[np.object_]
    ) -> tuple[NDArray[np.object_], NDArray[np.bool_]]:
        """Return values with names of exactly one unit replaced by its code, and where that was."""
        found: dict[Any, Any] = {}
        for value in set(values):
            if value is None or value in self.codes:
                continue
            codes = self.by_name.get(folded(str(value)), set())
            if len(codes) == 1:
                found[value] = next(iter(codes))
        replaced = np.fromiter((value in found for value in values), np.bool_, count=len(values))
        made = values.copy()
        made[replaced] = [found[value] for value in values[replaced]]
        return made, replaced
