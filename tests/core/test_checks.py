"""Checks of whole tables: every fault at once, each with its rows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo_planner.catalogue import Catalogue, FacilityType, Label, UnitKind
from geo_planner.checks import circular_parents, find_faults, parts_over_wholes
from geo_planner.errors import CircularParentError, DataError
from layers.catalogue import load_catalogue

KINDS = [UnitKind(name, Label(name, name), level, name + "s") for level, name in enumerate("abc")]
SMALL = Catalogue.of(
    plan_id="p",
    title=Label("p", "p"),
    period=(2021, 2030),
    unit_kinds=KINDS,
    facility_types=[FacilityType("home", Label("家", "home"))],
)


def table(**columns: list[Any]) -> pd.DataFrame:
    count = len(next(iter(columns.values())))
    return pd.DataFrame({**columns, "source_row": np.arange(2, 2 + count)})


def units(parents: list[str | None], **more: list[Any]) -> pd.DataFrame:
    count = len(parents)
    ids = [f"u{number}" for number in range(count)]
    base = {"unit_id": ids, "name": ids, "kind": ["a"] * count, "parent_id": parents}
    return table(**{**base, **more})


def codes(faults: list[DataError]) -> dict[str, Any]:
    return {fault.code: fault for fault in faults}


def test_a_sound_table_has_no_fault() -> None:
    frame = units([None, "u0", "u0", "far"])
    assert find_faults(frame, layer="units", catalogue=SMALL, known_units={"far"}) == []


def test_all_faults_of_units_at_once() -> None:
    frame = table(
        unit_id=["u1", "u1", "u3", "u4", None, "u6"],
        name=["x", "x", None, "x", "x", "x"],
        kind=["a", "b", "c", "village", "a", "a"],
        parent_id=[None, None, "u4", "u3", None, "nowhere"],
        community_kind=[None, "urban", "rural", None, None, None],
        established_on=pd.to_datetime([None, None, "2022-01-02", None, "2020-01-01", None]),
        abolished_on=pd.to_datetime([None, None, "2022-01-01", None, "2020-01-01", None]),
        households=[1.0, -2.0, np.nan, 3.0, 4.0, -1.0],
    )
    faults = find_faults(frame, layer="units", catalogue=SMALL)
    found = {(fault.code, fault.params["rows"]) for fault in faults}
    assert found == {
        ("missing-value", (6,)),
        ("missing-value", (4,)),
        ("duplicate-id", (2, 3)),
        ("bad-value", (5,)),  # village
        ("bad-value", (4,)),  # rural
        ("bad-number", (3, 7)),
        ("date-order", (4,)),  # the same day is no fault: row 6
        ("unknown-parent", (7,)),
    }  # the circle u3-u4 is told once keys are sound
    assert any("rural" in str(fault) for fault in faults)


def test_circles_are_found_and_those_below_them_are_not() -> None:
    # u0 -> u1 -> u2 -> u0 is a circle; u3 hangs below it; u4 is its own parent; u5 is sound.
    frame = units(["u1", "u2", "u0", "u0", "u4", None])
    (fault,) = circular_parents(frame)
    assert isinstance(fault, CircularParentError)
    assert fault.rows == (2, 3, 4, 6)


@given(st.lists(st.integers(-1, 7), min_size=1, max_size=8))
def test_circles_agree_with_walking(parents: list[int]) -> None:
    count = len(parents)
    parents = [parent if parent < count else -1 for parent in parents]

    def own_ancestor(start: int) -> bool:
        place = parents[start]
        for _ in range(count):
            if place == start:
                return True
            if place < 0:
                return False
            place = parents[place]
        return False

    frame = units([None if parent < 0 else f"u{parent}" for parent in parents])
    expected = tuple(place + 2 for place in range(count) if own_ancestor(place))
    found = circular_parents(frame)
    assert (found[0].params["rows"] if found else ()) == expected


def test_facilities_name_units_that_exist() -> None:
    frame = table(
        facility_id=["f1", "f2", "f3", "f4"],
        name=["x"] * 4,
        facility_type=["home", "home", "castle", "home"],
        unit_id=["u1", "u9", None, "u1"],
        serves_units=["u1;u2", None, "u1;u8;u7", "u2"],
        opened_on=pd.to_datetime(["2020-01-01", None, None, "2022-01-01"]),
        closed_on=pd.to_datetime(["2019-12-31", None, "2020-01-01", "2022-01-01"]),
    )
    faults = find_faults(frame, layer="facilities", catalogue=SMALL, known_units=["u1", "u2"])
    found = [(fault.code, fault.params.get("column"), fault.params["rows"]) for fault in faults]
    assert sorted(found, key=str) == [
        ("bad-value", "facility_type", (4,)),
        ("date-order", None, (2,)),
        ("unknown-unit", "serves_units", (4,)),
        ("unknown-unit", "unit_id", (3,)),
    ]
    served = next(fault for fault in faults if fault.params.get("column") == "serves_units")
    assert served.params["values"] == ["u8", "u7"]


def test_references_are_not_judged_where_nothing_is_known() -> None:
    frame = table(facility_id=["f1"], name=["x"], facility_type=["home"], unit_id=["u1"])
    assert find_faults(frame, layer="facilities", catalogue=SMALL) == []
    assert find_faults(frame, layer="facilities", catalogue=SMALL, known_units=()) != []


@pytest.mark.parametrize("period", ["2025", "2025H1", "2025Q3", "2025-06"])
def test_periods_that_are_understood(period: str) -> None:
    faults = find_faults(observations([period]), layer="observations", catalogue=SMALL)
    assert [fault.code for fault in faults] == ["bad-value"]  # only the indicator is unknown
    assert faults[0].params["column"] == "indicator"


@pytest.mark.parametrize("period", ["25", "2025Q5", "2025H3", "2025-13", "last year"])
def test_periods_that_are_not(period: str) -> None:
    faults = find_faults(observations([period]), layer="observations", catalogue=SMALL)
    assert {fault.params["column"] for fault in faults} == {"indicator", "period"}


def observations(periods: list[str]) -> pd.DataFrame:
    count = len(periods)
    return table(
        indicator=["i"] * count, unit_id=["u"] * count, period=periods, value=[-1.0] * count
    )


def test_an_observation_stands_once() -> None:
    faults = find_faults(
        observations(["2025", "2024", "2025"]), layer="observations", catalogue=SMALL
    )
    repeated = codes(faults)["duplicate-id"]
    assert repeated.rows == (2, 4)
    assert repeated.values == ["i / u / 2025"]


def test_a_negative_value_may_be_a_change_but_a_negative_count_may_not() -> None:
    frame = observations(["2025"]).assign(numerator=[-1.0], denominator=[5.0])
    faults = find_faults(frame, layer="observations", catalogue=SMALL)
    assert [fault.params["column"] for fault in faults if fault.code == "bad-number"] == [
        "numerator"
    ]


def test_a_part_is_not_greater_than_its_whole() -> None:
    catalogue = load_catalogue()
    frame = table(
        unit_id=["a", "b", "c", "d"],
        households=[100.0, 100.0, np.nan, 0.0],
        households_tap_water=[100.0, 101.0, 5.0, 0.0],
    )
    faults = parts_over_wholes(frame, "units", catalogue)
    assert [(fault.code, fault.params["rows"]) for fault in faults] == [("part-over-whole", (3,))]


def test_a_code_with_a_semicolon_could_not_be_listed_as_served() -> None:
    frame = units([None, None]).assign(unit_id=["u0", "u1;u2"])
    fault = codes(find_faults(frame, layer="units", catalogue=SMALL))["bad-value"]
    assert (fault.values, fault.rows) == (["u1;u2"], (3,))
