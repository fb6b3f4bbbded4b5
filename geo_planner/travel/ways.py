"""Ways from units to their nearest and second nearest facility, whatever they lead over."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geo_planner.catalogue import TravelMode
from geo_planner.project import Project
from geo_planner.travel.arrays import Flags, Floats, Ints, Labels, Shapes
from geo_planner.travel.built import network_of
from geo_planner.travel.graph.along import Choices
from geo_planner.travel.meeting import direct_pairs, meet
from geo_planner.travel.positions import coordinates
from geo_planner.travel.shortest import Nearest
from geo_planner.travel.snapping import Snapped
from geo_planner.travel.straight import nearest_straight, second_straight


@dataclass(frozen=True, eq=False, slots=True)
class Ways:
    """Ways of n units to the facility nearest by them, ``nan`` where there is no way.

    Attributes
    ----------
    facility
        Row of the facility the way leads to or, without a way, of the one nearest in a straight
        line; -1 where the unit's or every facility's position is not known. Shape (n,).
    metres, effort
        Length of the way, and what it takes in metres of a plain street.
    straight
        Straight line to that facility.
    second, second_metres
        The nearest facility but that one, by the way travelled; -1 where no other is reached.
    snap, facility_snap
        Metres from the unit to its street, and from the facility's street to the facility.
    method
        ``streets``, ``offroad`` (a leg, or all of it, off the road) or ``straight_line``.
    placed_units, placed_facilities
        Which units and facilities have a position.
    """

    facility: Labels
    metres: Floats
    effort: Floats
    straight: Floats
    second: Labels
    second_metres: Floats
    snap: Floats
    facility_snap: Floats
    method: npt.NDArray[np.object_]
    placed_units: Flags
    placed_facilities: Flags


def ways_to(
    project: Project, mode: TravelMode, here: Shapes, there: Shapes, *, second_best: bool = True
) -> Ways:
    """Return the way of each unit at ``here`` to the nearest of the facilities at ``there``.

    Parameters
    ----------
    here, there
        Points in the project's CRS, None where not known.
    second_best
        Whether the second nearest facility is asked for too; without streets, it is as much work
        again.
    """
    origins, targets = coordinates(here), coordinates(there)
    straight = nearest_straight(origins, targets)
    snap, arrival = np.full(len(here), np.nan), np.full(len(there) + 1, np.nan)
    offroad = np.zeros(len(here), dtype=np.bool_)
    if project.streets is None:
        first = _estimated(straight, mode)
        second = (
            _estimated(second_straight(origins, targets, straight), mode)
            if second_best
            else Nearest(
                np.full(len(here), np.nan),
                np.full(len(here), -1, dtype=np.int32),
                np.full(len(here), np.nan),
            )
        )
    else:
        facilities = meet(project, mode, there)
        units = meet(project, mode, here, towards=facilities)
        snap, arrival[:-1] = units.aside, facilities.aside
        first, second, offroad = _over_streets(
            project, mode, (here, there), (units, facilities), straight
        )
    shown = np.where(first.facility < 0, straight.facility, first.facility)
    off = np.full(len(shown), np.nan)
    some = shown >= 0
    off[some] = np.hypot(*(origins[some] - targets[shown[some]]).T)
    word = "straight_line" if project.streets is None else "streets"
    method = np.where(offroad, "offroad", word).astype(object)
    return Ways(
        shown,
        _known(first.metres),
        _known(first.effort),
        off,
        second.facility,
        _known(second.metres),
        snap,
        np.where(first.facility >= 0, arrival[first.facility], np.nan),
        method,
        ~np.isnan(origins[:, 0]),
        ~np.isnan(targets[:, 0]),
    )


def _known(amounts: Floats) -> Floats:
    return np.where(np.isfinite(amounts), amounts, np.nan)


def _estimated(straight: Nearest, mode: TravelMode) -> Nearest:
    """Return straight lines as the ways they may stand for."""
    estimate = straight.metres * mode.detour_factor
    return Nearest(estimate, straight.facility, estimate)


def _over_streets(
    project: Project,
    mode: TravelMode,
    points: tuple[Shapes, Shapes],
    meetings: tuple[Snapped, Snapped],
    straight: Nearest,
) -> tuple[Nearest, Nearest, Flags]:
    """Return the best and second best of streets, open ground and the door one stands at."""
    units, facilities = meetings
    best, next_best = network_of(project.streets, mode).two_nearest_points(units, facilities)
    assert next_best is not None
    door = np.where(straight.metres == 0, 0.0, np.inf)
    choices = _stacked(best, next_best, Nearest(door, straight.facility, door))
    pairs = direct_pairs(project, mode, *points)
    if len(pairs[0]):
        choices = choices.joined(_best_two(len(units.edge), *pairs))
    first = _chosen(*choices.best())
    second = _chosen(*choices.best(other_than=first.facility))
    by_street = np.isclose(first.effort, best.effort) & (first.facility == best.facility)
    leg = np.append(facilities.aside, np.nan)[first.facility]
    far = np.fmax(units.aside, leg) > mode.snap_metres
    on_foot = first.effort > 0
    return first, second, np.isfinite(first.effort) & on_foot & (~by_street | far)


def _stacked(*found: Nearest) -> Choices:
    return Choices(
        np.stack([one.effort for one in found]),
        np.stack([one.facility.astype(np.int64) for one in found]),
        np.stack([one.metres for one in found]),
    )


def _chosen(effort: Floats, label: Ints, metres: Floats) -> Nearest:
    return Nearest(metres, label.astype(np.int32), effort)


def _best_two(count: int, row: Ints, column: Ints, effort: Floats, metres: Floats) -> Choices:
    """Return each row's two least costly pairs, shape (2, count)."""
    order = np.lexsort((column, effort, row))
    row, column, effort, metres = row[order], column[order], effort[order], metres[order]
    place = np.arange(len(row)) - np.searchsorted(row, row)
    made = Choices(
        np.full((2, count), np.inf),
        np.full((2, count), -1, dtype=np.int64),
        np.full((2, count), np.inf),
    )
    kept = place < 2
    at = place[kept], row[kept]
    made.effort[at], made.label[at], made.metres[at] = effort[kept], column[kept], metres[kept]
    return made
