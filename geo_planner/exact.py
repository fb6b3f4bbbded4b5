"""Exact numbers from the floats that tables hold."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import numpy.typing as npt

_WHOLE = 2.0**53
"""Whole numbers below this are exact as floats."""


def exact(value: float) -> Fraction | None:
    """Return the decimal a clerk typed as an exact fraction; None for a missing value.

    A table holds 96.7 as the nearest binary float; its shortest decimal form is what was typed.
    """
    number = float(value)
    if math.isnan(number):
        return None
    return Fraction(int(number)) if number.is_integer() else Fraction(repr(number))


def exact_sum(values: list[float]) -> Fraction:
    """Return the exact sum of typed decimals."""
    return sum((exact(value) or Fraction(0) for value in values), Fraction(0))


def ceiling(value: Fraction) -> int:
    """Return the least whole number not below ``value``."""
    return -(-value.numerator // value.denominator)


def floor(value: Fraction) -> int:
    """Return the greatest whole number not above ``value``."""
    return value.numerator // value.denominator


def compared(
    part: npt.NDArray[np.float64], whole: npt.NDArray[np.float64], bar: Fraction
) -> npt.NDArray[np.int8]:
    """Return the sign of ``part - bar * whole``, exactly; 0 where either is missing.

    Parameters
    ----------
    part, whole
        Typed numbers, NaN where missing, shape (n,).
    """
    left, right = part * bar.denominator, whole * bar.numerator
    sign = np.nan_to_num(np.sign(left - right)).astype(np.int8)
    whole_numbers = (left == np.floor(left)) & (right == np.floor(right))
    safe = whole_numbers & (np.abs(left) < _WHOLE) & (np.abs(right) < _WHOLE)
    for number in np.flatnonzero(~safe & ~np.isnan(left - right)):
        top, bottom = exact(part[number]), exact(whole[number])
        if top is not None and bottom is not None:
            difference = top - bar * bottom
            sign[number] = (difference > 0) - (difference < 0)
    return sign
