"""What edges, nodes and limits may be: all else is refused, with every faulty row named."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Real
from typing import Any

import numpy as np
import numpy.typing as npt

from geo_planner.errors import BadNumberError, TooLargeError
from geo_planner.travel.arrays import Flags, Floats, Ints

Given = npt.NDArray[Any]

LONGEST = 2.0**41
"""Metres that all edges together may have (2.2e12): sums stay exact to a few millimetres."""
SPARE_NODES = 1_000_000
SPARE_PER_EDGE = 16
"""Ids may run ahead of the edges by this much: beyond, they are numbers of something else."""


def listed(column: str, values: Sequence[Any] | npt.ArrayLike) -> Given:
    """Return values as an array of one dimension.

    Raises
    ------
    ValueError
        If they are a single value, a table or lists of several lengths.
    """
    found = np.asarray(values)
    if found.ndim != 1:
        raise ValueError(f"{column} must be a list of numbers, one an edge or node")
    return found


def numbers(values: Given) -> Floats:
    """Return values as float64, ``nan`` for what is no number (text neither)."""
    if values.dtype.kind in "iufb":
        return values.astype(np.float64)
    found = np.full(len(values), np.nan)
    for row, value in enumerate(values):
        if isinstance(value, Real):
            found[row] = _float(value)
    return found


def _float(value: Real) -> float:
    try:
        return float(value)
    except OverflowError:
        return np.inf


def nodes_of_edges(start: Given, end: Given) -> int:
    """Return how many nodes edges speak of: one more than the highest id.

    Raises
    ------
    TooLargeError
        If the ids are far more than the edges could need.
    """
    highest = -1.0
    for column, ids in (("start", start), ("end", end)):
        known = numbers(ids)
        _refuse(column, ids, ~np.isfinite(known))
        highest = max(highest, float(known.max(initial=-1.0)))
    most = SPARE_NODES + SPARE_PER_EDGE * len(start)
    if highest >= most:
        raise TooLargeError("node id", f"{highest:.0f}", f"{most - 1}")
    return int(highest) + 1


def node_ids(column: str, ids: Given, count: int) -> Ints:
    """Return ids as whole numbers from 0 to below ``count``, refusing all others."""
    if ids.dtype.kind in "iu":
        wrong = (ids < 0) | (ids >= count)
    else:
        known = numbers(ids)
        wrong = ~((known >= 0) & (known < count) & (known == np.floor(known)))
    _refuse(column, ids, np.asarray(wrong))
    return ids.astype(np.int64)


def amounts(column: str, values: Given, *, is_open: bool) -> Floats:
    """Return lengths or efforts, refusing negative ones and no numbers.

    ``inf`` (not allowed) is refused where every edge is open (``is_open``).
    """
    known = numbers(values)
    wrong = np.isnan(known) | (known < 0)
    if is_open:
        wrong |= np.isinf(known)
    _refuse(column, values, wrong)
    return known


def require_exact(*columns: Floats | None) -> None:
    """Refuse amounts that together are more than can be added without error."""
    with np.errstate(over="ignore"):
        total = sum(float(one[np.isfinite(one)].sum()) for one in columns if one is not None)
    if total > LONGEST:
        raise TooLargeError("streets", f"{total / 1000:.3g} km", f"{LONGEST / 1000:.3g} km")


def node_positions(xy: npt.ArrayLike) -> Floats:
    """Return positions, shape (n, 2), refusing those that are none."""
    at = np.asarray(xy, dtype=np.float64)
    if at.size == 0:
        return at.reshape(0, 2)
    if at.ndim != 2 or at.shape[1] != 2:
        raise ValueError("xy must be of shape (n, 2)")
    _refuse("xy", at, np.asarray(~np.isfinite(at).all(axis=1)))
    return at


def distance(column: str, metres: float) -> float:
    """Return a distance, ``inf`` for any; refuses what is none."""
    given = np.atleast_1d(np.asarray(metres))
    return float(amounts(column, given, is_open=False)[0]) + 0.0


def reach_of(limit: float | None) -> float | None:
    """Return how far to go, None for as far as there is a way; refuses what is no distance."""
    return None if limit is None else distance("limit", limit)


def _refuse(column: str, values: Given, wrong: Flags) -> None:
    """Raise :class:`BadNumberError` naming every row in which ``wrong`` holds."""
    if wrong.any():
        faulty = sorted({str(value) for value in values[wrong]})
        raise BadNumberError("streets", column, tuple(np.flatnonzero(wrong).tolist()), faulty)
