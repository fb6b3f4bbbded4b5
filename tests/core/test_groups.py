"""Figures of a part of the children stay out of what is said about all of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo_planner.coverage import measure
from geo_planner.observations import about_all, age_band_text, sorted_by_indicator, standing
from geo_planner.quality import check
from tests.worlds import CATALOGUE, ENROLMENT, units, world
from tests.worlds import observations as said


def observations(*rows: tuple[object, ...]) -> pd.DataFrame:
    columns = ["indicator", "unit_id", "period", "value", "sex", "age_band"]
    return pd.DataFrame(list(rows), columns=columns)


def test_rows_without_sex_and_age_are_about_all() -> None:
    table = observations(
        ("water", "u1", "2025", 1.0, "", ""),
        ("water", "u1", "2025", 2.0, None, float("nan")),
        ("water", "u1", "2025", 3.0, "male", ""),
        ("water", "u1", "2025", 4.0, "", "0-2"),
    )
    assert about_all(table).tolist() == [True, True, False, False]
    assert about_all(table.drop(columns=["sex", "age_band"])).all()
    assert about_all(table.iloc[:0]).tolist() == []


def test_groups_are_split_and_sorted_like_all_others() -> None:
    table = observations(
        ("water", "u1", "2025", 3.0, "male", ""),
        ("water", "u1", "2024", 4.0, "male", ""),
        ("milk", "u1", "2025", 5.0, "", "0-2"),
    )
    parts = sorted_by_indicator(table)
    assert parts["water"]["value"].tolist() == [4.0, 3.0]
    assert parts["milk"]["begins"].tolist() == [pd.Timestamp(2025, 1, 1)]
    assert standing(parts["water"], date(2024, 6, 1))["value"].tolist() == [4.0]


@pytest.mark.parametrize(
    ("written", "band"),
    [
        ("0-2岁", "0-2"),
        ("0—2", "0-2"),
        ("０－２", "0-2"),
        (" 0 ~ 2 岁", "0-2"),
        ("0岁至2岁", "0-2"),
        ("3到5周岁", "3-5"),
        ("6岁以下", "6岁以下"),
        ("6岁", "6"),
        ("", ""),
    ],
)
def test_one_way_of_writing_an_age_band(written: str, band: str) -> None:
    assert age_band_text(written) == band


@given(st.integers(0, 99), st.integers(0, 99), st.sampled_from(["-", "~", "—", "－", "至", "到"]))
def test_every_way_of_writing_a_range_is_one(first: int, last: int, dash: str) -> None:
    assert age_band_text(f"{first}岁{dash}{last}周岁") == f"{first}-{last}"
    assert age_band_text(age_band_text(f"{first}{dash}{last}")) == f"{first}-{last}"


@pytest.mark.parametrize(("sex", "told"), [("", True), ("male", False)])
def test_what_is_said_about_all_never_looks_at_a_group(sex: str, told: bool) -> None:
    # 150 of 100: a contradiction, and 150 %, where it is about all children.
    row = replace(ENROLMENT, id="all", gross=True)
    table = said({"indicator": "all", "unit_id": "D", "period": "2025"})
    table = table.assign(numerator=150.0, denominator=100.0, sex=sex, age_band="")
    rows = CATALOGUE.adding(indicators=[row])
    project = world(
        units({"unit_id": "D", "kind": "division"}), observations_=table, catalogue=rows
    )
    assert ("report-over-whole" in {one.code for one in check(project)}) is told
    assert measure(project, "all").tally.lower == (Fraction(150) if told else None)
    assert ("all" in project.groups_of) is not told
