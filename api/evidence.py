"""What stands behind a figure: the facility, the way to it, and the rows of the office's files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from api.shown import is_missing
from api.verdicts import unit_rows
from maps.scene import source_of
from maps.text.words import FACILITY_STATUS_WORDS

if TYPE_CHECKING:
    import pandas as pd

    from geo_planner.coverage import Coverage
    from maps.text import Translator

MOST_OBSERVATIONS = 300


def explained_rows(
    coverage: Coverage, frame: pd.DataFrame, translator: Translator
) -> list[dict[str, Any]]:
    """Return unit rows with what answers "why?".

    Adds ``origin`` (file and row of the unit), ``served_by`` and ``nearest`` (facilities with
    their rows), ``idle`` (records of the type that do not work, where only such are there) and
    ``detour`` (way over straight line).
    """
    of_facilities = coverage.basis == "facilities"
    table = coverage.project.facilities if of_facilities else coverage.project.units
    part = _plain(table, frame.index)
    rows = unit_rows(coverage, frame)
    for row in rows:
        key = str(row["unit_id"])
        row["origin"] = source_of(part.get(key, {}), translator)
        row["detour"] = _detour(row)
        own = [] if of_facilities else row["facility_ids"]
        row["served_by"] = [_facility(coverage, one, translator) for one in own]
        nearest = row.get("nearest_id")
        away = not is_missing(nearest) and str(nearest) not in own
        row["nearest"] = _facility(coverage, str(nearest), translator) if away else None
        only_idle = row["reason"] == "only_inactive"
        row["idle"] = _idle(coverage, key, translator) if only_idle else []
    return rows


def _plain(table: pd.DataFrame, keys: pd.Index) -> dict[str, dict[str, Any]]:
    """Return rows of a table by key, without shapes."""
    part = table.loc[table.index.isin(keys)].drop(columns="geometry", errors="ignore")
    return dict(zip(map(str, part.index), part.to_dict("records"), strict=True))


def _detour(row: dict[str, Any]) -> float | None:
    walked, straight = row["network_m"], row["straight_m"]
    if is_missing(walked) or is_missing(straight) or not straight:
        return None
    return float(walked) / float(straight)


def _facility(coverage: Coverage, key: str, translator: Translator) -> dict[str, str]:
    """Return a facility as its code, name and row."""
    table = coverage.project.facilities
    if key not in table.index:
        return {"id": key, "name": "", "origin": "", "status": ""}
    row = table.loc[key]
    status = "" if is_missing(row.get("status")) else str(row["status"])
    word = FACILITY_STATUS_WORDS.get(status)
    return {
        "id": key,
        "name": "" if is_missing(row["name"]) else str(row["name"]),
        "origin": source_of(row, translator),
        "status": translator(word) if word else status,
    }


def _idle(coverage: Coverage, unit_id: str, translator: Translator) -> list[dict[str, str]]:
    """Return the unit's records of the facility type: none of them works on the day."""
    table, row = coverage.project.facilities, coverage.indicator
    if row.facility_type is None:
        return []
    kinds = {row.facility_type, *row.further_types}
    own = table["facility_type"].isin(kinds) & table["unit_id"].astype(str).eq(unit_id)
    return [_facility(coverage, str(key), translator) for key in table.index[own]]


def reported_rows(coverage: Coverage, translator: Translator) -> Sequence[dict[str, Any]]:
    """Return what was reported for an indicator, the latest first, with file and row."""
    part = coverage.project.observations_of.get(coverage.indicator.id)
    if part is None:
        return []
    names = coverage.project.units["name"]
    latest = part.iloc[::-1].head(MOST_OBSERVATIONS)
    rows: list[dict[str, Any]] = latest.to_dict("records")
    for row in rows:
        unit = str(row["unit_id"])
        row.setdefault("responsible", None)
        row.setdefault("source", None)
        row["unit_name"] = str(names.get(unit, unit))
        row["origin"] = source_of(row, translator)
    return rows
