"""What access adds up to: units and weights within the limit, per facility type."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pandas as pd

from geo_planner.project import Project
from geo_planner.travel.access import access

STATES = ("within", "beyond", "no_path", "no_position", "no_facility")


def summarise_access(
    project: Project,
    facility_types: Sequence[str],
    *,
    weight: str,
    mode: str = "walk",
    as_of: date | None = None,
) -> pd.DataFrame:
    """Return one row a facility type: how many units, and how much weight, are within its limit.

    Parameters
    ----------
    facility_types
        Ids of catalogue rows; types without a limit for the mode are left out.
    weight
        Column of units to add up, such as ``buildings``; units where it is missing add nothing.

    Returns
    -------
    DataFrame
        Indexed by ``facility_type``: ``facilities``, ``units``, a count for each of ``STATES``,
        ``weight`` and ``weight_within`` (sums), ``share`` (percent of the weight within the limit;
        missing where there is no weight) and ``median_m`` (middle way of the units that have one).
    """
    rows = {}
    for name in facility_types:
        kind = project.catalogue.facility_type(name)
        limit = kind.drive_minutes if mode == "drive" else kind.walk_limit(urban=True)
        if limit is None:
            continue
        table = access(project, name, mode=mode, as_of=as_of)
        counted = project.units[weight].reindex(table.index).fillna(0)
        total, within = counted.sum(), counted[table["state"] == "within"].sum()
        rows[name] = {
            "facilities": int((project.facilities["facility_type"] == name).sum()),
            "units": len(table),
            **{state: int((table["state"] == state).sum()) for state in STATES},
            "weight": total,
            "weight_within": within,
            "share": 100 * within / total if total else float("nan"),
            "median_m": table["network_m"].median(),
        }
    columns = ["facilities", "units", *STATES, "weight", "weight_within", "share", "median_m"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis(
        "facility_type"
    )
