"""Names that tell units apart: half of all regiments have a First Company."""

from __future__ import annotations

import pandas as pd

from geo_planner.hierarchy import Hierarchy


def place_names(units: pd.DataFrame, tree: Hierarchy) -> pd.Series:
    """Return a name for each unit that no other one goes by.

    Parameters
    ----------
    units
        Indexed by ``unit_id``, with ``name``.
    tree
        Their hierarchy.

    Returns
    -------
    Series
        The unit's name where it is the only one of that name; else behind its parent's name; else
        with its code as well. By ``unit_id``, in the order of ``units``.
    """
    names = units["name"].astype("str")
    shared = names.duplicated(keep=False)
    above = pd.Series("", index=names.index, dtype="str")
    held = tree.parent >= 0
    above.loc[held] = names.to_numpy()[tree.parent[held]] + " "
    placed = names.where(~shared, above + names)
    again = placed.duplicated(keep=False)
    return placed.where(~again, placed + " " + names.index.astype("str"))
