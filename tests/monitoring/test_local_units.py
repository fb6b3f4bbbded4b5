"""Data warnings of companies and communities: a few by name, many together."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_planner.catalogue import Indicator
from geo_planner.monitoring import monitor
from geo_planner.monitoring.data_warnings import NAMED_MOST
from geo_planner.monitoring.early_warning import Subject, data_problems
from geo_planner.monitoring.local_units import troubled
from geo_planner.monitoring.series import reported_by
from geo_planner.project import Project
from tests.monitoring.worlds import LIMITS, PLAN, report, reports
from tests.worlds import ENROLMENT, UNDER5, VIOLATIONS, units, world


def companies(count: int, rows: Iterable[dict[str, Any]]) -> Project:
    made = [
        {"unit_id": "D", "name": "师", "kind": "division"},
        {"unit_id": "R1", "name": "一团", "kind": "regiment", "parent_id": "D"},
        *(
            {"unit_id": f"C{n:03d}", "name": f"{n}连", "kind": "company", "parent_id": "R1"}
            for n in range(count)
        ),
    ]
    return world(units(*made), None, reports(*rows), catalogue=PLAN)


def found(project: Project) -> list[tuple[str, str]]:
    standing = monitor(project, 2025, indicators=["enrolment"]).of["enrolment"]
    return [(one.code, one.unit_id) for one in standing.warnings if one.rule == "data"]


def test_as_many_as_a_page_holds_are_named_and_one_more_are_told_together() -> None:
    silent = [report("enrolment", f"C{n:03d}", 2022, 91) for n in range(NAMED_MOST + 1)]
    few = companies(NAMED_MOST + 1, silent[:-1])
    assert found(few) == [("silent", f"C{n:03d}") for n in range(NAMED_MOST)]
    many = companies(NAMED_MOST + 1, silent)
    assert found(many) == [("silent_units", "D")]
    (told,) = [one for one in monitor(many, 2025).warnings if one.rule == "data"]
    assert str(told.because) == (
        "21 local units reported nothing for 2024-2025, among them 0连, 1连, 2连, 3连, 4连."
    )
    assert (told.unit_name, told.level) == ("师", "blue")


def test_a_regiment_in_the_same_trouble_keeps_its_own_warning() -> None:
    rows = [report("enrolment", f"C{n:03d}", 2022, 91) for n in range(30)]
    made = companies(30, [*rows, report("enrolment", "R1", 2022, 91)])
    assert found(made) == [("silent", "R1"), ("silent_units", "D")]


def test_each_trouble_of_many_has_its_sentence() -> None:
    rows: list[dict[str, Any]] = []
    for n in range(21):
        code = f"C{n:03d}"
        rows += [report("enrolment", code, year, 9, 10) for year in (2023, 2024)]
        rows += [report("enrolment", code, 2025, 9, 10, reported_on="2026-05-01")]
    for n in range(21, 42):
        rows += [report("enrolment", f"C{n:03d}", 2024, 9, 10)]
        rows += [report("enrolment", f"C{n:03d}", 2025, 9, 13, reported_on=None)]
    made = companies(42, rows)
    texts = {
        one.code: str(one.because)
        for one in monitor(made, 2025, indicators=["enrolment"]).warnings
        if one.rule == "data"
    }
    assert texts == {
        "same_figure_units": (
            "21 local units reported the very same figure for 2023-2025, among them 0连, 1连, 2连, "
            "3连, 4连."
        ),
        "denominator_jump_units": (
            "The denominators of 21 local units rose or fell by more than 20 % within 2025, among "
            "them 21连, 22连, 23连, 24连, 25连."
        ),
        "late_return_units": (
            "21 local units sent returns for 2025 after they were due, among them 0连, 1连, 2连, "
            "3连, 4连."
        ),
    }


CELL = st.sampled_from([None, 0.0, 1.0, 8.0, 10.0, 12.0, 12.1, 100.0, 97.5])
YEARS = st.sampled_from(["2021", "2022", "2023", "2024", "2025", "2025H1", "2026"])
OF_UNITS = st.dictionaries(
    st.tuples(st.sampled_from(["C000", "C001", "C002", "X"]), YEARS),
    st.tuples(CELL, CELL, CELL),
    max_size=18,
)


@pytest.mark.parametrize("of", [ENROLMENT, UNDER5, VIOLATIONS])
@settings(max_examples=120, deadline=None)
@given(said=OF_UNITS)
def test_arrays_find_what_the_rules_find_unit_by_unit(
    of: Indicator, said: dict[tuple[str, str], tuple[float | None, ...]]
) -> None:
    rows = [
        {"indicator": of.id, "unit_id": unit, "period": period, "numerator": top,
         "denominator": bottom, "value": value}
        for (unit, period), (top, bottom, value) in said.items()
    ]  # fmt: skip
    made = companies(3, rows)
    expected: dict[str, list[str]] = {}
    for unit, figures in sorted(reported_by(made, of).items()):
        past = tuple(one for one in figures if one.year <= 2025 and one.status != "no_data")
        if past:
            one = Subject(of, unit, unit, 2025, past, "met")
            for warning in data_problems(one, LIMITS):
                expected.setdefault(warning.code, []).append(unit)
    arrays = made.reports_of.get(of.id)
    told = (
        {} if arrays is None else troubled(arrays, of, np.arange(2, 5, dtype=np.intp), 2025, LIMITS)
    )
    assert {
        code: list(made.units.index[places]) for code, places in told.items() if len(places)
    } == expected
