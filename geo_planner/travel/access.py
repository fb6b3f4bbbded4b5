"""How far each unit has to go to its nearest facility of a type.

Reach stands beside the plan's verdict and never changes it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo_planner.activity import active_on, existing_on
from geo_planner.catalogue import FacilityType, TravelMode
from geo_planner.errors import NoLimitError
from geo_planner.notes import Note, msgid
from geo_planner.population import counts
from geo_planner.project import Project
from geo_planner.travel.arrays import Flags, Floats, Ints, Labels, Shapes
from geo_planner.travel.built import network_of
from geo_planner.travel.positions import coordinates, positions, unit_positions
from geo_planner.travel.shortest import Nearest
from geo_planner.travel.straight import nearest_straight

LONG_DETOUR = 3.0
"""Ways more than this many times the straight line are worth a look (acceptance case 7)."""


def access(
    project: Project,
    facility_type: str,
    *,
    mode: str = "walk",
    limit: float | None = None,
    as_of: date | None = None,
    kinds: tuple[str, ...] = (),
) -> pd.DataFrame:
    """Return each assessed unit's way to its nearest working facility of a type.

    Parameters
    ----------
    facility_type, mode
        Ids of catalogue rows.
    limit
        Metres, inclusive. Default: the type's walking limit for urban or other units, or what can
        be driven within the type's minutes.
    as_of
        Date on which units exist and facilities work; default the project's reference date.
    kinds
        Kinds of unit to answer for; default those the type is assessed for.

    Returns
    -------
    DataFrame
        One row a unit, indexed by ``unit_id``, in the project's order: the units that exist on the
        date and are of a kind the type is assessed for; if the project has none of those kinds, of
        every kind from the third level down.

        ``facility_id`` is the facility nearest by the way travelled; where there is no way, the one
        nearest in a straight line. ``straight_m`` is the straight line to that facility,
        ``network_m`` the way along the streets with the stretches from unit and facility to their
        nearest street, to the millimetre; a unit that stands exactly where the facility stands has
        0 m to go. Without streets (``method`` ``straight_line``) it is the straight line times the
        mode's detour factor. ``detour_ratio`` is way over straight line, missing where that is 0.
        ``state`` is ``within``, ``beyond``, ``no_path`` (streets do not connect them, or one lies
        farther from any street than the mode's snapping distance), ``no_position`` (of the unit, or
        of every facility) or ``no_facility`` (none works on the date).
        ``attrs["notes"]`` holds the caveats, a tuple of :class:`Note`.

    Raises
    ------
    NotKnownError
        If the facility type or mode is not in the catalogue.
    NoLimitError
        If no limit is given and the catalogue has none for this type and mode.
    """
    kind = project.catalogue.facility_type(facility_type)
    travel = project.catalogue.travel_mode(mode)
    day = as_of or project.reference_date or date.max
    rows = assessed_rows(project, kind, day, kinds=kinds)
    units = project.units
    working = working_rows(project, kind, day)
    limits = _limits(units, rows, kind, travel, limit)

    ways = _ways(
        project, travel, unit_positions(project, rows), positions(project.facilities, working)
    )
    table = pd.DataFrame(index=units.index[rows])
    for name in ("name", "kind", "parent_id"):
        table[name] = units[name].array[rows] if name in units else None
    table["children"] = counts(units, kind.population)[rows]
    table["facility_id"] = _named(ways.facility, project.facilities.index[working])
    table["straight_m"] = np.round(ways.straight, 3)
    table["network_m"] = np.round(ways.metres, 3)
    table["minutes"] = table["network_m"] / (travel.metres_per_second * 60)
    table["detour_ratio"] = _ratio(ways)
    table["state"] = _states(ways, table["network_m"].to_numpy(), limits)
    table["method"] = "straight_line" if project.streets is None else "streets"
    table["limit_m"] = limits
    table.attrs["notes"] = _notes(project, table, travel, ways)
    return table


@dataclass(frozen=True, eq=False, slots=True)
class _Ways:
    """Units' ways: facility shown (-1 none), straight line to it and way, ``nan`` where none."""

    facility: Labels
    straight: Floats
    metres: Floats
    placed_units: Flags
    placed_facilities: Flags


def _ways(project: Project, travel: TravelMode, here: Shapes, there: Shapes) -> _Ways:
    """Return the way of each unit at ``here`` to its nearest of the facilities at ``there``."""
    origins, targets = coordinates(here), coordinates(there)
    straight = nearest_straight(origins, targets)
    if project.streets is None:
        way = Nearest(
            straight.metres * travel.detour_factor,
            straight.facility,
            straight.metres * travel.detour_factor,
        )
    else:
        network = network_of(project.streets, travel)
        way = network.nearest_points(
            network.snap(here, reach=travel.snap_metres),
            network.snap(there, reach=travel.snap_metres),
        )
        same_door = straight.metres == 0
        way.metres[same_door] = 0.0
        way.facility[same_door] = straight.facility[same_door]
    shown = np.where(way.facility < 0, straight.facility, way.facility)
    off = np.full(len(shown), np.nan)
    some = shown >= 0
    off[some] = np.hypot(*(origins[some] - targets[shown[some]]).T)
    return _Ways(
        shown,
        off,
        np.where(np.isfinite(way.metres), way.metres, np.nan),
        ~np.isnan(origins[:, 0]),
        ~np.isnan(targets[:, 0]),
    )


def _named(index: Labels, names: pd.Index) -> npt.NDArray[np.object_]:
    if not len(names):
        return np.full(len(index), None, dtype=object)
    found: npt.NDArray[np.object_] = names.to_numpy(dtype=object)[np.maximum(index, 0)]
    found[index < 0] = None
    return found


def _ratio(ways: _Ways) -> Floats:
    """Return way over straight line, ``nan`` where the straight line is 0 or there is no way."""
    ratio = np.full(len(ways.metres), np.nan)
    np.divide(ways.metres, ways.straight, out=ratio, where=ways.straight > 0)
    return np.round(ratio, 6)


def reach(
    project: Project,
    facility_type: str,
    *,
    on_foot: str = "walk",
    by_road: str = "drive",
    as_of: date | None = None,
) -> pd.DataFrame:
    """Return, per assessed unit, whether a facility is reached on foot and by road.

    Parameters
    ----------
    on_foot, by_road
        Ids of travel modes.

    Returns
    -------
    DataFrame
        The columns of :func:`access` on foot, then the same with the prefix ``drive_`` for
        ``facility_id``, ``network_m``, ``minutes``, ``state`` and ``limit_m``; ``walk_or_drive`` is
        the better of the two states. Where the catalogue sets no limit for one of the ways, its
        states are missing and the other decides.

    Raises
    ------
    NoLimitError
        If the catalogue has neither a walking nor a driving limit for the type.
    """
    kind = project.catalogue.facility_type(facility_type)
    limited = {
        on_foot: kind.walk_limit(urban=False) is not None,
        by_road: kind.drive_minutes is not None,
    }
    if not any(limited.values()):
        raise NoLimitError(facility_type=kind.id, mode=on_foot)
    tables = {}
    for mode, has_limit in limited.items():
        table = access(
            project, kind.id, mode=mode, limit=None if has_limit else np.inf, as_of=as_of
        )
        tables[mode] = table if has_limit else table.assign(state=None, limit_m=np.nan)
    foot, road = tables[on_foot], tables[by_road]
    both = foot.copy()
    for name in ("facility_id", "network_m", "minutes", "state", "limit_m"):
        both[f"drive_{name}"] = road[name]
    first, second = (foot, road) if limited[on_foot] else (road, foot)
    keep = first["state"].eq("within") | ~second["state"].eq("within")
    both["walk_or_drive"] = first["state"].where(keep, second["state"])
    notes = {str(one): one for table in (foot, road) for one in table.attrs["notes"]}
    both.attrs["notes"] = tuple(notes.values())
    return both


def within_by_day(
    project: Project,
    facility_type: str,
    *,
    mode: str,
    limit: float | None,
    members: Sequence[tuple[date, Ints, Flags]],
) -> list[tuple[int, int, int]]:
    """Return on each day how many units are within the limit, not within it, and unknown.

    The same judgement as :func:`access`, without the table; a day on which the same units are
    counted and the same facilities work as on the day before is not travelled again.

    Parameters
    ----------
    members
        For each day the rows of the units that are counted, and which of them are of unknown class
        (unknown then, wherever they lie).
    """
    kind, travel = (
        project.catalogue.facility_type(facility_type),
        project.catalogue.travel_mode(mode),
    )
    found: list[tuple[int, int, int]] = []
    placed: Ints | None = None
    travelled: Ints | None = None
    for day, rows, unsure in members:
        working = working_rows(project, kind, day)
        if placed is None or not np.array_equal(placed, rows):
            placed, travelled, here = rows, None, unit_positions(project, rows)
            limits = _limits(project.units, rows, kind, travel, limit)
        if travelled is None or not np.array_equal(travelled, working):
            travelled = working
            ways = _ways(project, travel, here, positions(project.facilities, working))
            states = np.array(_states(ways, np.round(ways.metres, 3), limits), dtype=object)
        lost = (states == "no_position") | unsure
        inside = (states == "within") & ~lost
        found.append((int(inside.sum()), int((~inside & ~lost).sum()), int(lost.sum())))
    return found


def working_rows(project: Project, kind: FacilityType, day: date) -> Ints:
    """Return the rows of the type's facilities that work on the day."""
    facilities = project.facilities
    of_type = (facilities["facility_type"] == kind.id).to_numpy(dtype=bool)
    return np.flatnonzero(active_on(facilities, day) & of_type)


def assessed_rows(
    project: Project, kind: FacilityType, day: date, *, kinds: tuple[str, ...] = ()
) -> Ints:
    """Return the rows of units reach is judged for: of the type's kinds, existing on the day."""
    wanted = project.hierarchy.of_kinds(kinds or kind.assessed)
    if not wanted.any():
        deep = tuple(row.id for row in project.catalogue.unit_kinds.values() if row.level >= 3)
        wanted = project.hierarchy.of_kinds(deep)
    return np.flatnonzero(wanted & existing_on(project.units, day))


def _limits(
    units: pd.DataFrame,
    rows: Ints,
    kind: FacilityType,
    travel: TravelMode,
    limit: float | None,
) -> Floats:
    """Return the limit of each unit in metres, shape (n,)."""
    if limit is not None:
        return np.full(len(rows), float(limit))
    if travel.network == "drive":
        if kind.drive_minutes is None:
            raise NoLimitError(facility_type=kind.id, mode=travel.id)
        return np.full(len(rows), kind.drive_minutes * 60 * travel.metres_per_second)
    town, country = kind.walk_limit(urban=True), kind.walk_limit(urban=False)
    if town is None or country is None:
        raise NoLimitError(facility_type=kind.id, mode=travel.id)
    urban = np.zeros(len(units), dtype=bool)
    if "community_kind" in units:
        urban = (units["community_kind"] == "urban").fillna(value=False).to_numpy(dtype=bool)
    return np.where(urban[rows], float(town), float(country))


def _states(ways: _Ways, metres: Floats, limits: Floats) -> list[str]:
    if not len(ways.placed_facilities):
        return ["no_facility"] * len(metres)
    placed = ways.placed_units & ways.placed_facilities.any()
    return list(
        np.select(
            [~placed, np.isnan(metres), metres <= np.round(limits, 3)],
            ["no_position", "no_path", "within"],
            default="beyond",
        )
    )


def _notes(
    project: Project, table: pd.DataFrame, travel: TravelMode, ways: _Ways
) -> tuple[Note, ...]:
    """Return the caveats of a table."""
    notes = []
    if project.streets is None:
        notes.append(
            Note(
                "straight-line",
                msgid(
                    "Distances are straight lines times {factor} (the project has no streets): "
                    "estimates, not ways that were found."
                ),
                {"factor": travel.detour_factor},
            )
        )
    else:
        far = table.index[table["detour_ratio"] > LONG_DETOUR]
        if len(far):
            notes.append(
                Note(
                    "long-detour",
                    msgid(
                        "{count} units have a way more than {times} times the straight line; "
                        "check whether streets are missing: {units}."
                    ),
                    {"count": len(far), "times": 3, "units": _few(far)},
                )
            )
    unplaced = ~ways.placed_facilities
    if unplaced.any() and not unplaced.all():
        notes.append(
            Note(
                "facilities-without-position",
                msgid("{count} working facilities have no position and reach nobody."),
                {"count": int(unplaced.sum())},
            )
        )
    return tuple(notes)


def _few(names: pd.Index) -> str:
    shown = ", ".join(str(name) for name in names[:20])
    return shown if len(names) <= 20 else f"{shown} …"
