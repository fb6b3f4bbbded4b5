"""What stands behind a figure: the facility, the way to it, and the rows of the office's files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from api.verdicts import unit_rows
from maps.scene import source_of
from maps.text.values import is_missing
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
    rows = unit_rows(coverage, frame)
    origins = _records(table, [str(row["unit_id"]) for row in rows])
    idle = _idle(coverage, rows)
    named = {str(key) for row in rows for key in _named(row)}
    records = _records(
        coverage.project.facilities, [*named, *(k for ks in idle.values() for k in ks)]
    )
    places = {key: _place(key, row, translator) for key, row in records.items()}
    for row in rows:
        key, nearest = str(row["unit_id"]), row.get("nearest_id")
        own = [] if of_facilities else [str(one) for one in row["facility_ids"]]
        row["origin"] = source_of(origins.get(key, {}), translator)
        row["detour"] = _detour(row)
        row["served_by"] = [places[one] for one in own if one in places]
        away = not is_missing(nearest) and str(nearest) not in own
        row["nearest"] = places.get(str(nearest)) if away else None
        row["idle"] = [places[one] for one in idle.get(key, [])]
    return rows


def _named(row: dict[str, Any]) -> list[Any]:
    """Return the codes of facilities a row names."""
    nearest = row.get("nearest_id")
    return [*row["facility_ids"], *([] if is_missing(nearest) else [nearest])]


def _records(table: pd.DataFrame, keys: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return rows of a table by key, without shapes."""
    part = table.loc[table.index.isin(keys)].drop(columns="geometry", errors="ignore")
    return dict(zip(map(str, part.index), part.to_dict("records"), strict=True))


def _detour(row: dict[str, Any]) -> float | None:
    walked, straight = row["network_m"], row["straight_m"]
    if is_missing(walked) or is_missing(straight) or not straight:
        return None
    return float(walked) / float(straight)


def _place(key: str, row: dict[str, Any], translator: Translator) -> dict[str, str]:
    """Return a facility as its code, name, status and where its row came from."""
    status = "" if is_missing(row.get("status")) else str(row["status"])
    word = FACILITY_STATUS_WORDS.get(status)
    return {
        "id": key,
        "name": "" if is_missing(row["name"]) else str(row["name"]),
        "origin": source_of(row, translator),
        "status": _standing(translator(word) if word else status, row, translator),
    }


def _standing(word: str, row: dict[str, Any], translator: Translator) -> str:
    """Return a record's status with the dates that decide whether it works."""
    opened, closed = row.get("opened_on"), row.get("closed_on")
    parts = [word] if word else []
    if not is_missing(opened):
        parts.append(translator.text("opened {day}", day=str(opened)[:10]))
    if not is_missing(closed):
        parts.append(translator.text("closed {day}", day=str(closed)[:10]))
    return " · ".join(parts)


def _idle(coverage: Coverage, rows: Sequence[dict[str, Any]]) -> dict[str, list[str]]:
    """Return, for units that only have such, their records of the type that do not work."""
    asked = [str(row["unit_id"]) for row in rows if row["reason"] == "only_inactive"]
    indicator, table = coverage.indicator, coverage.project.facilities
    if not asked or indicator.facility_type is None:
        return {}
    kinds = {indicator.facility_type, *indicator.further_types}
    homes = table["unit_id"].astype("string")
    found = homes[table["facility_type"].isin(kinds) & homes.isin(asked)]
    idle: dict[str, list[str]] = {}
    for key, home in found.items():
        idle.setdefault(str(home), []).append(str(key))
    return idle


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
