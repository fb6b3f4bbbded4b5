"""Who is not within reach, in the order in which to look at them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from geo_planner.travel.arrays import Floats

LEFT_OUT = ("beyond", "no_path", "no_facility")
"""States of units that are not within reach; where a position is missing nobody knows."""


def unreached(table: pd.DataFrame, weight: Floats | None = None) -> pd.DataFrame:
    """Return the units of an access table that are not within reach, worst first.

    Most children first, then the longest way (no way is the longest), then the code. Units whose
    children nobody counted follow those counted.

    Parameters
    ----------
    table
        What :func:`geo_planner.travel.access` returns.
    weight
        Whom to count in each of its rows, shape (n,), ``nan`` where unknown; default the children.

    Returns
    -------
    DataFrame
        Its rows with ``weight``, and ``rank`` from 1.
    """
    counted = table["children"].astype(float) if weight is None else weight
    rows = table.assign(weight=counted)[table["state"].isin(LEFT_OUT).to_numpy()]
    way = rows["network_m"].astype(float)
    order = pd.DataFrame(
        {
            "weight": -rows["weight"].fillna(-1.0),
            "far": -way.where(rows["state"].eq("beyond"), np.inf).fillna(np.inf),
            "code": rows.index.astype(str),
        },
        index=rows.index,
    ).sort_values(["weight", "far", "code"], kind="stable")
    return rows.loc[order.index].assign(rank=np.arange(1, len(rows) + 1))
