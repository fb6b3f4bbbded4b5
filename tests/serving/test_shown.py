"""Figures as people read them: exact, rounded once, halves up."""

from __future__ import annotations

import math
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.shown import cell, clean, guarded, plain
from maps.text.values import rounded


@pytest.mark.parametrize(
    ("value", "digits", "shown"),
    [
        (Fraction(6875, 100), 1, "68.8"),  # acceptance case 7: 55 of 80 children, half up
        (Fraction(2200, 23), 1, "95.7"),  # case 1, set A
        (Fraction(1582 * 100, 1600), 1, "98.9"),  # 98.875
        (Fraction(1000, 826), 2, "1.21"),  # 1 death in 826 births
        (Fraction(103), 1, "103.0"),  # a gross rate is not capped
        (Fraction(-1, 3), 1, "-0.3"),
        (Fraction(-1, 100), 1, "0.0"),  # no minus before a zero
        (Fraction(5, 2), 0, "3"),
        (None, 1, "—"),
        (float("nan"), 1, "—"),
        (float("inf"), 1, "—"),
    ],
)
def test_rounding(value: Fraction | float | None, digits: int, shown: str) -> None:
    assert rounded(value, digits) == shown


@given(st.fractions(min_value=0, max_value=10**6), st.integers(0, 4))
def test_what_is_shown_is_never_further_off_than_half_a_step(value: Fraction, digits: int) -> None:
    assert abs(Fraction(rounded(value, digits)) - value) <= Fraction(1, 2 * 10**digits)


def test_cells() -> None:
    import numpy as np
    import pandas as pd

    assert [cell(one) for one in (None, np.nan, pd.NA, pd.NaT, math.inf)] == [""] * 5
    assert [cell(one) for one in (True, np.float64(10), 0.1, ["a", "b"])] == [
        "true", "10", "0.1", "a;b",
    ]  # fmt: skip
    assert plain({"a": (np.int64(1), Fraction(1, 2)), "b": date(2025, 1, 2)}) == {
        "a": [1, 0.5],
        "b": "2025-01-02",
    }


@given(st.text())
def test_no_cleaned_text_can_steer_a_terminal(text: str) -> None:
    assert not any(ord(one) < 32 and one not in "\t\n" for one in clean(text))
    assert not any(0x7F <= ord(one) <= 0x9F for one in clean(text))


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_cell_for_excel_is_never_a_formula(start: str) -> None:
    assert guarded(f"{start}1+1") == f"'{start}1+1"


def test_numbers_and_names_are_left_alone() -> None:
    assert [guarded(one) for one in (-5, "一连", "1-2", None)] == [-5, "一连", "1-2", None]
