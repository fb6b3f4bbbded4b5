"""Straight-line distances between points in a metric CRS."""

from __future__ import annotations

import numpy as np
from scipy.spatial import cKDTree

from geo_planner.travel.arrays import Floats, Ints
from geo_planner.travel.shortest import Nearest


def nearest_straight(origins: Floats, facilities: Floats) -> Nearest:
    """Return every origin's nearest facility in a straight line.

    Parameters
    ----------
    origins, facilities
        Metres in one CRS, shapes (n, 2) and (k, 2); a row with ``nan`` is a position not known.

    Returns
    -------
    Nearest
        ``inf`` and -1 where the origin's or every facility's position is not known; of facilities
        equally near, the one with the lowest index.
    """
    metres = np.full(len(origins), np.inf)
    facility = np.full(len(origins), -1, dtype=np.int32)
    here = np.flatnonzero(~np.isnan(origins).any(axis=1))
    there = np.flatnonzero(~np.isnan(facilities).any(axis=1))
    if not (here.size and there.size):
        return Nearest(metres, facility, metres)
    index = _one_a_place(facilities, there)
    places = facilities[index]
    tree = cKDTree(places)
    _, found = tree.query(origins[here], k=min(2, len(places)), workers=-1)
    found = found.reshape(len(here), -1)
    away = np.hypot(*(origins[here][:, None, :] - places[found]).transpose(2, 0, 1))
    best = away.argmin(axis=1)
    chosen = index[found[np.arange(len(here)), best]]
    for row in np.flatnonzero((away[:, 0] == away[:, -1]) & (found.shape[1] > 1)):
        origin = origins[here[row]]
        # More than two may be equally near; the ring is a hair wide so that none is missed.
        ring = np.asarray(tree.query_ball_point(origin, away[row, 0] * (1 + 1e-12)), dtype=np.int64)
        off = np.hypot(*(origin - places[ring]).T)
        chosen[row] = index[ring[off == off.min()]].min()
    metres[here] = np.hypot(*(origins[here] - facilities[chosen]).T)
    facility[here] = chosen
    return Nearest(metres, facility, metres)


def second_straight(origins: Floats, facilities: Floats, first: Nearest) -> Nearest:
    """Return every origin's nearest facility in a straight line but the nearest.

    Of facilities equally near, the one with the lowest index.

    Parameters
    ----------
    first
        What :func:`nearest_straight` returned for the same origins and facilities.
    """
    metres = np.full(len(origins), np.inf)
    facility = np.full(len(origins), -1, dtype=np.int32)
    here = np.flatnonzero(first.facility >= 0)
    there = np.flatnonzero(~np.isnan(facilities).any(axis=1))
    if not here.size or len(there) < 2:
        return Nearest(metres, facility, metres)
    tree = cKDTree(facilities[there])
    _, found = tree.query(origins[here], k=min(3, len(there)), workers=-1)
    found = there[found]
    away = np.hypot(*(origins[here][:, None, :] - facilities[found]).transpose(2, 0, 1))
    away[found == first.facility[here][:, None]] = np.inf
    least = away.min(axis=1)
    other = found[np.arange(len(here)), away.argmin(axis=1)]
    for row in np.flatnonzero((away == least[:, None]).sum(axis=1) > 1):
        # More than these may be equally near; the ring is a hair wide so that none is missed.
        ring = there[tree.query_ball_point(origins[here[row]], least[row] * (1 + 1e-12))]
        off = np.hypot(*(origins[here[row]] - facilities[ring]).T)
        other[row] = ring[(off == least[row]) & (ring != first.facility[here[row]])].min()
    metres[here] = np.hypot(*(origins[here] - facilities[other]).T)
    facility[here] = other
    return Nearest(metres, facility, metres)


def _one_a_place(facilities: Floats, known: Ints) -> Ints:
    """Return, of facilities at one place, the lowest index."""
    east, north = facilities[known].T
    order = np.lexsort((north, east))  # stable: the lowest index comes first
    first = np.ones(len(order), dtype=bool)
    first[1:] = (np.diff(east[order]) != 0) | (np.diff(north[order]) != 0)
    return known[order][first]
