"""Numbers a siting problem is asked with, checked before anything is computed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from geo_planner.choice_errors import BadSettingError, WrongLengthError
from geo_planner.errors import BadNumberError
from geo_planner.travel.arrays import Flags, Floats, Ints

LAYER = "siting"
LARGEST = 1e15
"""Beyond it a 64-bit float no longer tells neighbouring whole numbers apart well enough to prove
anything."""
PLENTY = 1 << 40
"""More than there can be of anything that is counted."""
MOST_NAMED = 12


def whole_number(name: str, given: object, *, least: int = 0) -> int:
    """Return a count; one beyond any that can be is cut.

    Raises
    ------
    BadNumberError
        If it is no whole number, or below ``least``.
    """
    number = one_number(name, given, least=least)
    if number != np.floor(number):
        raise _bad(name, given)
    return int(min(number, PLENTY))


def one_number(name: str, given: object, *, least: float = 0.0) -> float:
    """Return a number of at least so much; it may be infinite.

    Raises
    ------
    BadNumberError
        If it is none, or below ``least``.
    """
    if not isinstance(given, (int, float, np.number)) or not given >= least:
        raise _bad(name, given)
    return float(given) if given < LARGEST**2 else float("inf")


def numbers(name: str, given: npt.ArrayLike, size: int, *, endless: bool = False) -> Floats:
    """Return numbers that are there and neither negative nor too large, one each or one for all.

    Parameters
    ----------
    endless
        Whether a number may be infinite.

    Raises
    ------
    BadNumberError
        If a number cannot be; rows are counted from 0.
    WrongLengthError
        If there are neither one nor ``size`` of them.
    """
    values = _floats(name, given, size)
    wrong = np.isnan(values) | (values < 0) | (values > LARGEST) & ~(endless & np.isinf(values))
    _refuse(name, values, wrong)
    return values


def limits(given: npt.ArrayLike, size: int) -> Floats:
    """Return the limit of each demand point, inclusive; ``nan`` in a list reaches nothing.

    Raises
    ------
    BadNumberError
        If a limit is negative, or the only one is not a number.
    WrongLengthError
        If there are neither one nor ``size`` of them.
    """
    values = _floats("limit", given, size)
    _refuse("limit", values, values < 0)
    if np.ndim(given) == 0 and np.isnan(values).any():
        raise _bad("limit", given)
    return values


def flags(name: str, given: Sequence[int] | npt.ArrayLike, size: int) -> Flags:
    """Return which sites are listed; a flag a site is taken as it is.

    Raises
    ------
    BadNumberError
        If a site is not there.
    WrongLengthError
        If there are flags, but not one a site.
    """
    listed = _array(name, list(given) if isinstance(given, (set, frozenset)) else given).ravel()
    if listed.dtype == np.bool_:
        if listed.shape != (size,):
            raise WrongLengthError(name, size, len(listed))
        return np.array(listed)
    found = np.zeros(size, dtype=np.bool_)
    indices = _floats(name, listed, len(listed))
    with np.errstate(invalid="ignore"):
        wrong = ~((indices >= 0) & (indices < size) & (indices == np.floor(indices)))
    _refuse(name, indices, wrong)
    found[indices.astype(np.int64)] = True
    return found


def groups(given: npt.ArrayLike | None, size: int) -> Ints:
    """Return the group of each site, -1 for none.

    Raises
    ------
    BadNumberError
        If a group is no whole number.
    WrongLengthError
        If there is not one a site.
    """
    if given is None:
        return np.full(size, -1, dtype=np.int64)
    values = _floats("site_group", given, size)
    _refuse("site_group", values, ~(np.abs(values) <= LARGEST) | (values != np.floor(values)))
    return values.astype(np.int64)


def group_minimums(given: Mapping[int, int] | None) -> dict[int, int]:
    """Return the fewest open sites of each group.

    Raises
    ------
    BadNumberError
        If it is no mapping of whole numbers; a number below 0 asks for nothing.
    """
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        raise _bad("group_minimum", given)
    return {
        whole_number("group_minimum", group, least=-1): whole_number(
            "group_minimum", fewest, least=-PLENTY
        )
        for group, fewest in given.items()
    }


def _floats(name: str, given: npt.ArrayLike, size: int) -> Floats:
    values = _array(name, given)
    try:
        values = values.astype(np.float64)
    except (TypeError, ValueError, OverflowError):
        raise _bad(name, given) from None
    if values.shape in ((), (1,)):
        return np.full(size, values, dtype=np.float64)
    if values.shape != (size,):
        raise WrongLengthError(name, size, values.size)
    return np.array(values, dtype=np.float64)


def _array(name: str, given: npt.ArrayLike) -> np.ndarray:
    try:
        return np.asarray(given)
    except ValueError:
        raise _bad(name, given) from None


def _refuse(name: str, values: Floats, wrong: Flags) -> None:
    if wrong.any():
        faulty = sorted({f"{value:g}" for value in values[wrong]})[:MOST_NAMED]
        raise BadNumberError(LAYER, name, tuple(map(int, np.flatnonzero(wrong))), faulty)


def _bad(name: str, given: object) -> BadNumberError:
    return BadSettingError(LAYER, name, (), [str(given)[:60]])
