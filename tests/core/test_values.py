"""Exact numbers, periods, row lists, errors: the small parts everything stands on."""

from __future__ import annotations

import pickle
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo_planner.errors import (
    DataError,
    DuplicateIdError,
    GeoPlannerError,
    NotKnownError,
    RefusedFileError,
)
from geo_planner.exact import ceiling, exact, exact_sum, floor
from geo_planner.notes import Note, row_list
from geo_planner.periods import parse_period


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        (96.7, Fraction(967, 10)),
        (0.1, Fraction(1, 10)),
        (3.0, Fraction(3)),
        (-0.5, Fraction(-1, 2)),
    ],
)
def test_a_typed_decimal_is_exact(typed: float, value: Fraction) -> None:
    assert exact(typed) == value


def test_a_missing_number_stays_missing() -> None:
    assert exact(float("nan")) is None


def test_ten_tenths_are_one() -> None:
    assert sum([0.1] * 10) != 1.0
    assert exact_sum([0.1] * 10) == 1


@given(st.fractions())
def test_ceiling_and_floor(value: Fraction) -> None:
    assert ceiling(value) - 1 < value <= ceiling(value)
    assert floor(value) <= value < floor(value) + 1


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2025", date(2025, 1, 1), date(2025, 12, 31)),
        ("2025Q3", date(2025, 7, 1), date(2025, 9, 30)),
        ("2025H1", date(2025, 1, 1), date(2025, 6, 30)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2025-12", date(2025, 12, 1), date(2025, 12, 31)),
    ],
)
def test_periods(text: str, first: date, last: date) -> None:
    period = parse_period(text)
    assert period is not None
    assert (period.first, period.last) == (first, last)


@pytest.mark.parametrize("text", ["", "25", "2025Q5", "2025-13", "2025H3", "二〇二五"])
def test_not_a_period(text: str) -> None:
    assert parse_period(text) is None


def test_every_row_is_named_and_runs_are_short() -> None:
    assert row_list([87, 14, 2, 3, 4, 5, 3]) == "2-5, 14, 87"
    assert row_list([]) == ""


def test_an_error_can_be_caught_twice_over_and_survives_a_worker() -> None:
    error = DuplicateIdError("companies", "unit_id", ["K1"], (14, 87))
    assert isinstance(error, DataError)
    assert isinstance(error, ValueError)
    assert str(error) == "Layer 'companies' repeats values of 'unit_id' (K1) in rows 14, 87."
    back = pickle.loads(pickle.dumps(error))
    assert (str(back), back.params) == (str(error), error.params)


def test_a_refused_file_names_every_fault() -> None:
    faults = [DuplicateIdError("units", "unit_id", ["K1"], (2, 3)), DataError()]
    assert str(RefusedFileError("a.xlsx", faults)).count("\n- ") == 2


def test_every_error_has_a_code_of_its_own() -> None:
    def tree(root: type[GeoPlannerError]) -> list[type[GeoPlannerError]]:
        return [root, *(deep for one in root.__subclasses__() for deep in tree(one))]

    codes = [one.code for one in tree(GeoPlannerError)]
    assert len(codes) == len(set(codes))


def test_near_names_are_listed() -> None:
    error = NotKnownError.among("indicator", "parent_scool", ["parent_school", "tap_water"])
    assert error.near == ["parent_school"]
    assert isinstance(error, LookupError)


def test_a_note_reads_as_a_sentence() -> None:
    assert (
        str(Note("x", "Rows {rows} of {file}.", {"rows": (2, 3), "file": "a"})) == "Rows 2-3 of a."
    )
