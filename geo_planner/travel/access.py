"""How far each unit has to go to its nearest facility of a type.

Reach stands beside the plan's verdict and never changes it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo_planner.catalogue import FacilityType, TravelMode
from geo_planner.choice_errors import NOT_BELOW_0, ImpossibleNumberError
from geo_planner.errors import NoLimitError
from geo_planner.notes import Note, msgid
from geo_planner.population import counts
from geo_planner.project import Project
from geo_planner.travel.arrays import Flags, Floats, Ints, Labels
from geo_planner.travel.positions import positions, unit_positions
from geo_planner.travel.ways import Ways, ways_to

LONG_DETOUR = 3.0
"""Ways more than this many times the straight line are worth a look (acceptance case 7)."""
LEVEL = Note(
    "streets-without-heights",
    msgid("The streets know no heights: every way is taken as level."),
)
"""Said of a mode that slopes slow, where nobody knows the slopes."""


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
        Metres of a plain street, inclusive. Default: the type's walking limit for urban or other
        units, or what can be driven within the type's minutes.
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
        mode's detour factor; with a leg off the road, where the mode has them, ``method`` is
        ``offroad``. Of several ways the quickest is taken: ``minutes`` heed speeds, slopes, weather
        and the slower pace off the road. ``detour_ratio`` is way over straight line, missing where
        that is 0. ``second_id`` and ``second_m`` are the nearest facility but that one and the way
        to it, ``snap_m`` and ``facility_snap_m`` the stretches between unit or facility and street.
        No stretch beside a street crosses a barrier.

        ``state`` is ``within``, ``beyond``, ``no_path`` (streets do not connect them, or one lies
        farther from any street it can get to than the mode goes), ``no_position`` (of the unit, or
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
    limits = effort_limits(units, rows, kind, travel, limit)

    ways = ways_to(
        project, travel, unit_positions(project, rows), positions(project.facilities, working)
    )
    table = pd.DataFrame(index=units.index[rows])
    for name in ("name", "kind", "parent_id"):
        table[name] = units[name].array[rows] if name in units else None
    table["children"] = counts(units, kind.population)[rows]
    table["facility_id"] = _named(ways.facility, project.facilities.index[working])
    table["straight_m"] = np.round(ways.straight, 3)
    table["network_m"] = np.round(ways.metres, 3)
    table["minutes"] = np.round(ways.effort, 3) / (travel.pace * 60)
    table["detour_ratio"] = _ratio(ways)
    table["state"] = _states(ways, limits).tolist()
    table["method"] = ways.method
    table["limit_m"] = limits
    table["second_id"] = _named(ways.second, project.facilities.index[working])
    table["second_m"] = np.round(ways.second_metres, 3)
    table["snap_m"] = np.round(ways.snap, 3)
    table["facility_snap_m"] = np.round(ways.facility_snap, 3)
    table.attrs["notes"] = _notes(project, table, travel, ways)
    return table


def _named(index: Labels, names: pd.Index) -> npt.NDArray[np.object_]:
    if not len(names):
        return np.full(len(index), None, dtype=object)
    found: npt.NDArray[np.object_] = names.to_numpy(dtype=object)[np.maximum(index, 0)]
    found[index < 0] = None
    return found


def _ratio(ways: Ways) -> Floats:
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
        raise no_limit(kind, project.catalogue.travel_mode(on_foot))
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


def states_of(
    project: Project,
    facility_type: str,
    rows: Ints,
    day: date,
    *,
    mode: str,
    limit: float | None,
) -> npt.NDArray[np.str_]:
    """Return the ``state`` of :func:`access` of each unit in ``rows``, without the table."""
    kind, travel = (
        project.catalogue.facility_type(facility_type),
        project.catalogue.travel_mode(mode),
    )
    there = positions(project.facilities, working_rows(project, kind, day))
    limits = effort_limits(project.units, rows, kind, travel, limit)
    here = unit_positions(project, rows)
    return _states(ways_to(project, travel, here, there, second_best=False), limits)


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
            limits = effort_limits(project.units, rows, kind, travel, limit)
        if travelled is None or not np.array_equal(travelled, working):
            travelled = working
            there = positions(project.facilities, working)
            states = _states(ways_to(project, travel, here, there, second_best=False), limits)
        lost = (states == "no_position") | unsure
        inside = (states == "within") & ~lost
        found.append((int(inside.sum()), int((~inside & ~lost).sum()), int(lost.sum())))
    return found


def working_rows(project: Project, kind: FacilityType, day: date) -> Ints:
    """Return the rows of the type's facilities that work on the day."""
    rows = project.register.of_types((kind.id,))
    return rows[project.register.working_on(day)[rows]]


def assessed_rows(
    project: Project, kind: FacilityType, day: date, *, kinds: tuple[str, ...] = ()
) -> Ints:
    """Return the rows of units reach is judged for: of the type's kinds, existing on the day."""
    wanted = project.hierarchy.of_kinds(kinds or kind.assessed)
    if not wanted.any():
        deep = tuple(row.id for row in project.catalogue.unit_kinds.values() if row.level >= 3)
        wanted = project.hierarchy.of_kinds(deep)
    return np.flatnonzero(wanted & project.register.units_on(day))


def effort_limits(
    units: pd.DataFrame,
    rows: Ints,
    kind: FacilityType,
    travel: TravelMode,
    limit: float | None,
) -> Floats:
    """Return the limit of each unit in metres of a plain street, shape (n,).

    A walking limit is metres and the minutes they take; in weather that slows walking, the minutes
    hold and the metres shrink.

    Raises
    ------
    ImpossibleNumberError
        If a limit is stated that cannot be.
    NoLimitError
        If none is stated and the catalogue has none.
    """
    if limit is not None:
        if not limit >= 0:
            raise ImpossibleNumberError("limit", NOT_BELOW_0, f"{limit:g}")
        return np.full(len(rows), float(limit))
    if travel.network == "drive":
        if kind.drive_minutes is None:
            raise no_limit(kind, travel)
        return np.full(len(rows), kind.drive_minutes * 60 * travel.pace)
    town, country = kind.walk_limit(urban=True), kind.walk_limit(urban=False)
    if town is None or country is None:
        raise no_limit(kind, travel)
    urban = np.zeros(len(units), dtype=bool)
    if "community_kind" in units:
        urban = (units["community_kind"] == "urban").fillna(value=False).to_numpy(dtype=bool)
    return np.where(urban[rows], float(town), float(country)) * travel.weather_factor


def no_limit(kind: FacilityType, travel: TravelMode) -> NoLimitError:
    """Return the error that a type has no limit by a mode of travel."""
    return NoLimitError(kind.id, travel.id, kind.label, travel.label)


def _states(ways: Ways, limits: Floats) -> npt.NDArray[np.str_]:
    effort = np.round(ways.effort, 3)
    if not len(ways.placed_facilities):
        return np.full(len(effort), "no_facility")
    placed = ways.placed_units & ways.placed_facilities.any()
    return np.select(
        [~placed, np.isnan(effort), effort <= np.round(limits, 3)],
        ["no_position", "no_path", "within"],
        default="beyond",
    )


def _notes(
    project: Project, table: pd.DataFrame, travel: TravelMode, ways: Ways
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
        if travel.slopes and not knows_heights(project.streets):
            notes.append(LEVEL)
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


def knows_heights(streets: pd.DataFrame) -> bool:
    """Return whether any street knows how its slope slows a walk."""
    return "pace_forward" in streets and bool(streets["pace_forward"].notna().any())


def _few(names: pd.Index) -> str:
    shown = ", ".join(str(name) for name in names[:20])
    return shown if len(names) <= 20 else f"{shown} …"
