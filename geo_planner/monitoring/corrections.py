"""A project against itself as it was known before: what was rewritten, and what was corrected."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo_planner.activity import active_on
from geo_planner.catalogue import Indicator
from geo_planner.notes import msgid
from geo_planner.periods import parse_period
from geo_planner.project import Project

CENTIMETRE = 0.01
"""Outlines that lie closer than this (metres) are the same."""

What = Literal["kind", "community_kind", "parent", "outline", "recorded", "gone"]

REWRITTEN: dict[What, str] = {
    "kind": msgid("another kind"),
    "community_kind": msgid("another class of community"),
    "parent": msgid("another parent unit"),
    "outline": msgid("another outline or position"),
    "recorded": msgid("in the records since"),
    "gone": msgid("no longer in the records"),
}
"""What about a unit reads otherwise than it was known then."""

NUMBERS = ("numerator", "denominator", "value")


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A unit that reads otherwise than it was known then.

    Attributes
    ----------
    what
        Key of :data:`REWRITTEN`.
    was, now
        Kind, class, or code of the parent; None for outlines and whole records.
    """

    unit_id: str
    name: str
    what: What
    was: str | None = None
    now: str | None = None

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "unit_id": self.unit_id,
            "name": self.name,
            "what": self.what,
            "was": self.was,
            "now": self.now,
        }


@dataclass(frozen=True, slots=True)
class Correction:
    """A record of the earlier year that reads otherwise than it was known then.

    Attributes
    ----------
    of
        ``observation``: a reported figure; ``facility``: whether it worked on the year's day.
    id, name
        Unit or facility.
    period
        What the figure is for; None for facilities.
    was, now
        ``{"numerator": 4, ...}`` of a report, ``{"working": True}`` of a facility; None where there
        was or is no record.
    source
        File that says so now, with its row where it has rows; None where nothing does.
    """

    of: Literal["observation", "facility"]
    id: str
    name: str
    period: str | None
    was: dict[str, Any] | None
    now: dict[str, Any] | None
    source: str | None

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "of": self.of,
            "id": self.id,
            "name": self.name,
            "period": self.period,
            "was": self.was,
            "now": self.now,
            "source": self.source,
        }


def of_indicator(project: Project, indicator: Indicator) -> npt.NDArray[np.bool_]:
    """Return which units an indicator is about; those of an unknown class among them."""
    table = project.units
    about = np.asarray(table["kind"].isin(indicator.unit_kinds), dtype=np.bool_)
    if indicator.community_kind is None or "community_kind" not in table:
        return about
    stated = table["community_kind"]
    fits = (stated.isna() | (stated == indicator.community_kind)).to_numpy(dtype=bool)
    return np.asarray(about & fits, dtype=np.bool_)


def facilities_of(project: Project, indicator: Indicator) -> npt.NDArray[np.bool_]:
    """Return which facilities an indicator is about: those of its types.

    One that names only communities of the other class is none of its: a station opened in an urban
    community changes nothing for those of the regiments.
    """
    table = project.facilities
    own = np.array(table["facility_type"].isin(indicator.facility_types), dtype=np.bool_)
    if indicator.community_kind is None or "community_kind" not in project.units:
        return own
    stated = project.units["community_kind"].dropna()
    others = set(stated.index[stated != indicator.community_kind])
    columns = [name for name in ("unit_id", "serves_units") if name in table]
    rows = np.flatnonzero(own)
    for row, cells in zip(rows, table[columns].iloc[rows].to_numpy(dtype=object), strict=True):
        lists = (str(cell).split(";") for cell in cells if _text(cell))
        named = {one.strip() for codes in lists for one in codes}
        own[row] = not named or not named <= others
    return own


def rewritten_units(
    then: Project, project: Project, indicator: Indicator, after: date, until: date
) -> tuple[Rewritten, ...]:
    """Return the units of an indicator that read otherwise than they were known then, by code.

    Parameters
    ----------
    after, until
        The two years' days: units established or abolished between them are no corrections.
    """
    before, now = then.units, _in_crs_of(then, project)
    concerned = set(before.index[of_indicator(then, indicator)])
    concerned |= set(now.index[of_indicator(project, indicator)])
    found: list[Rewritten] = []
    for id_ in sorted(str(one) for one in concerned):
        if id_ not in before.index:
            if not _within(now, id_, "established_on", after, until):
                found.append(Rewritten(id_, str(now.at[id_, "name"]), "recorded"))
        elif id_ not in now.index:
            found.append(Rewritten(id_, str(before.at[id_, "name"]), "gone"))
        else:
            found += _differences(id_, before, now)
    return tuple(found)


def _differences(id_: str, before: gpd.GeoDataFrame, now: gpd.GeoDataFrame) -> list[Rewritten]:
    name, found = str(now.at[id_, "name"]), []
    columns: tuple[tuple[What, str], ...] = (
        ("kind", "kind"), ("community_kind", "community_kind"), ("parent", "parent_id"),
    )  # fmt: skip
    for what, column in columns:
        was, is_now = (
            _text(table.at[id_, column]) if column in table else None for table in (before, now)
        )
        if was != is_now:
            found.append(Rewritten(id_, name, what, was, is_now))
    if not _same(before.geometry.at[id_], now.geometry.at[id_]):
        found.append(Rewritten(id_, name, "outline"))
    return found


def _in_crs_of(then: Project, project: Project) -> gpd.GeoDataFrame:
    """Return the units of today in the CRS of then."""
    return project.units if project.crs == then.crs else project.units.to_crs(then.crs)


def _same(first: shapely.Geometry | None, second: shapely.Geometry | None) -> bool:
    """Return whether two shapes are one, wherever their outlines begin."""
    if first is None or second is None or first.is_empty or second.is_empty:
        return (first is None or first.is_empty) == (second is None or second.is_empty)
    if shapely.equals_exact(first, second):
        return True
    if first.geom_type != second.geom_type:
        return False
    edges = [one.boundary if one.area > 0 else one for one in (first, second)]
    return bool(shapely.hausdorff_distance(*edges) <= CENTIMETRE)


def corrections(
    then: Project, project: Project, indicator: Indicator, year: int, day: date
) -> tuple[Correction, ...]:
    """Return what reports of a year, and facilities on its day, say now and did not say then."""
    return (
        *_of_reports(then, project, indicator, year),
        *_of_facilities(then, project, indicator, day),
    )


def _of_reports(
    then: Project, project: Project, indicator: Indicator, year: int
) -> list[Correction]:
    before, after = (_reports(one, indicator, year) for one in (then, project))
    found = []
    for key in sorted({*before, *after}):
        was, now = before.get(key), after.get(key)
        if _figures(was) != _figures(now):
            unit_id, period = key
            holder = project if unit_id in project.units.index else then
            name = str(holder.units.at[unit_id, "name"]) if unit_id in holder.units.index else ""
            found.append(
                Correction(
                    "observation", unit_id, name, period, _figures(was), _figures(now), _source(now)
                )
            )
    return found


def _reports(
    project: Project, indicator: Indicator, year: int
) -> dict[tuple[str, str], dict[str, Any]]:
    """Return the reports about all children for periods of a year, by unit and period."""
    part = project.observations_of.get(indicator.id)
    if part is None:
        return {}
    found = {}
    for row in part.to_dict("records"):
        period = parse_period(str(row["period"]))
        if period is not None and period.year == year:
            found[str(row["unit_id"]), period.text] = row
    return found


def _figures(row: dict[str, Any] | None) -> dict[str, Any] | None:
    if row is None:
        return None
    return {name: None if pd.isna(row[name]) else float(row[name]) for name in NUMBERS}


def _of_facilities(
    then: Project, project: Project, indicator: Indicator, day: date
) -> list[Correction]:
    """Return the facilities of an indicator's types that worked on a day only then, or only now."""
    before, after = (_working(one, indicator, day) for one in (then, project))
    found = []
    for id_ in sorted({*before, *after}):
        was, now = before.get(id_), after.get(id_)
        if bool(was) == bool(now):
            continue  # planned then and closed now: it counted in neither
        table = (project if now is not None else then).facilities
        row = table.loc[id_].to_dict()
        found.append(
            Correction(
                "facility",
                id_,
                str(row["name"]),
                None,
                None if was is None else {"working": was},
                None if now is None else {"working": now},
                _source(row) if now is not None else None,
            )
        )
    return found


def _working(project: Project, indicator: Indicator, day: date) -> dict[str, bool]:
    table = project.facilities
    active = active_on(table, day)
    own = facilities_of(project, indicator)
    return {str(id_): bool(one) for id_, one in zip(table.index[own], active[own], strict=True)}


def _source(row: dict[str, Any] | None) -> str | None:
    """Return file and row of a record, the file alone where it has no rows."""
    if row is None or _text(row.get("source_file")) is None:
        return None
    place = row.get("source_row")
    return f"{row['source_file']}" + ("" if place is None or pd.isna(place) else f":{int(place)}")


def _text(cell: object) -> str | None:
    return cell if isinstance(cell, str) and cell else None


def _within(table: pd.DataFrame, id_: str, column: str, after: date, until: date) -> bool:
    cell = table.at[id_, column] if column in table else None
    return not pd.isna(cell) and after < pd.Timestamp(cell).date() <= until
