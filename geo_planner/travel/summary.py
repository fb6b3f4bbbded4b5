"""What access adds up to: units and people within the limit, per facility type."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pandas as pd

from geo_planner.catalogue import FacilityType
from geo_planner.errors import NoLimitError
from geo_planner.population import counts, stand_in
from geo_planner.project import Project
from geo_planner.travel.access import access

STATES = ("within", "beyond", "no_path", "no_position", "no_facility")
COLUMNS = (
    "facilities",
    "units",
    "mode",
    *STATES,
    "weight_of",
    "weight",
    "weight_within",
    "weight_missing",
    "share",
    "median_m",
)


def summarise_access(
    project: Project,
    facility_types: Sequence[str],
    *,
    mode: str | None = None,
    as_of: date | None = None,
) -> pd.DataFrame:
    """Return one row a facility type: how many units, and how many people, are within its limit.

    Parameters
    ----------
    facility_types
        Ids of catalogue rows; types without a limit for the mode are left out.
    mode
        Way to travel; default the usual one of each type.

    Returns
    -------
    DataFrame
        Indexed by ``facility_type``: ``facilities``, ``units``, ``mode``, a count for each of
        ``STATES``, ``weight_of`` (the column added up: the children the type serves or, where
        nobody counted any, what stands in for them, such as ``buildings``), ``weight`` and
        ``weight_within`` (sums over the units that state it), ``weight_missing`` (units that do
        not), ``share`` (percent of the weight within the limit; missing where there is none) and
        ``median_m`` (middle way of the units that have one).
    """
    rows = {}
    for name in facility_types:
        kind = project.catalogue.facility_type(name)
        chosen = mode or kind.usual_mode
        try:
            table = access(project, name, mode=chosen, as_of=as_of)
        except NoLimitError:
            continue
        rows[name] = {
            "facilities": int((project.facilities["facility_type"] == name).sum()),
            "units": len(table),
            "mode": chosen,
            **totals(project, kind, table),
        }
    return pd.DataFrame.from_dict(rows, orient="index", columns=list(COLUMNS)).rename_axis(
        "facility_type"
    )


def totals(project: Project, kind: FacilityType, table: pd.DataFrame) -> dict[str, Any]:
    """Return what an access table adds up to.

    Parameters
    ----------
    table
        What :func:`geo_planner.travel.access` returns for facilities of ``kind``.

    Returns
    -------
    dict
        A count for each of ``STATES``, then ``weight_of`` to ``median_m`` as in the columns of
        :func:`summarise_access`.
    """
    column = stand_in(project, kind.population)
    held = pd.Series(counts(project.units, column), project.units.index).reindex(table.index)
    total, within = held.sum(), held[table["state"] == "within"].sum()
    return {
        **{state: int((table["state"] == state).sum()) for state in STATES},
        "weight_of": column,
        "weight": total,
        "weight_within": within,
        "weight_missing": int(held.isna().sum()),
        "share": 100 * within / total if total else float("nan"),
        "median_m": table["network_m"].median(),
    }
