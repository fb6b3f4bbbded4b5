"""Exact numbers from the floats that tables hold."""

from __future__ import annotations

import math
from fractions import Fraction


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
