"""What still holds where figures are missing, and who is worst off where less is better."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo_planner.catalogue import Basis
from geo_planner.coverage import measure
from geo_planner.exact import compared
from tests.worlds import (
    CATALOGUE,
    TAP_WATER,
    communities,
    facilities,
    indicator,
    observations,
    units,
    world,
)

NAN = float("nan")
DIVISION = {"unit_id": "D", "kind": "division"}
REGIMENTS = [{"unit_id": f"G{i}", "kind": "regiment", "parent_id": "D"} for i in (1, 2)]


def schools(*pairs: tuple[float, float]) -> list[dict[str, object]]:
    return [
        {"facility_type": "school", "name": f"学校{i}", "myopic": part, "screened": whole}
        for i, (part, whole) in enumerate(pairs)
    ]


def test_the_school_with_most_short_sighted_pupils_is_looked_at_first() -> None:
    # At most 30 %: 60 of 100 and 40 of 100 are too many, 30 of 100 is just within, 5 unknown.
    built = facilities(*schools((40, 100), (30, 100), (60, 100), (NAN, 5)))
    found = measure(world(units(DIVISION), built), "myopia")
    assert (found.covered, found.n, found.unknown) == (130, 305, 5)
    table = found.units
    assert table["state"].tolist() == ["uncovered", "covered", "uncovered", "unknown"]
    assert table["lacking"].tolist() == [40, 0, 60, 0]
    assert table["rank"].fillna(0).tolist() == [2, 0, 1, 0]
    assert "units-complete" not in {note.code for note in found.notes}


@given(
    st.lists(st.tuples(st.integers(0, 99), st.integers(0, 99)), min_size=1, max_size=9),
    st.fractions(0, 2, max_denominator=50),
)
def test_shares_are_compared_exactly(pairs: list[tuple[int, int]], bar: Fraction) -> None:
    part, whole = (np.array(column, dtype=float) / 10 for column in zip(*pairs, strict=True))
    wanted = [
        (Fraction(top, 10) > bar * Fraction(below, 10))
        - (Fraction(top, 10) < bar * Fraction(below, 10))
        for top, below in pairs
    ]
    assert compared(part, whole, bar).tolist() == wanted


def test_more_children_than_known_never_raise_a_rate() -> None:
    # 5 doctors for 5000 children known and more unknown: at most 1.0, so 1.12 is missed.
    # 5.6 doctors for those known: one more at least, and nobody knows how many at most.
    built = facilities({"facility_type": "hospital", "paediatricians": 5.0})
    rows = [{**REGIMENTS[0], "children_0_14": 5000.0}, REGIMENTS[1]]
    found = measure(world(units(DIVISION, *rows), built), "per_1000")
    assert (found.status, found.needs_more_min, found.needs_more_max) == ("not_met", 1, None)


def test_half_a_doctor_is_half_a_doctor() -> None:
    # 11.2 doctors for 10 000 children, 10.5 there: 0.7 missing, so one more (not two).
    built = facilities({"facility_type": "hospital", "paediatricians": 10.5})
    rows = [{**row, "children_0_14": 5000.0} for row in REGIMENTS]
    found = measure(world(units(DIVISION, *rows), built), "per_1000")
    assert (found.needs_more_min, found.needs_more_max) == (1, 1)


def test_households_of_a_company_that_hides_how_many_leave_the_need_open() -> None:
    # 100 % promised; K1 lacks 20 for sure, K2 does not even say how many households it has.
    rows = [
        {"unit_id": "K1", "kind": "company", "households": 100.0, "households_tap_water": 80.0},
        {"unit_id": "K2", "kind": "company", "households": NAN, "households_tap_water": 7.0},
    ]
    found = measure(world(units(*rows)), "tap_water")
    assert (found.status, found.needs_more_min, found.needs_more_max) == ("not_met", 20, None)


def staff(combine: str, comparison: str = ">=", bar: str = "2") -> object:
    return indicator(
        "staff",
        "staffing",
        measure="count",
        target=Decimal(bar),
        threshold=Decimal(bar),
        comparison=comparison,
        facility_type="hospital",
        facility_columns=("full", "part"),
        combine=combine,
        aggregation="all_units_must_meet",
    )


@pytest.mark.parametrize(
    ("combine", "bar", "full", "part", "state", "needs"),
    [
        ("sum", "2", 2.0, NAN, "covered", None),  # two for sure, whatever the blank hides
        ("sum", "2", 1.0, NAN, "unknown", None),
        ("sum", "2", NAN, NAN, "unknown", None),
        ("sum", "0.8", 0.7, 0.1, "covered", None),  # as floats a hair below 0.8
        ("sum", "2", 0.5, 0.5, "uncovered", 1),
        ("each", "2", 0.0, NAN, "uncovered", 2),  # one falls short, whatever the other is
        ("each", "2", 2.0, NAN, "unknown", None),
        ("each", "2", 2.0, 3.0, "covered", None),
    ],
)
def test_staff_counted_together_or_each(
    combine: str, bar: str, full: float, part: float, state: str, needs: int | None
) -> None:
    built = facilities({"facility_type": "hospital", "full": full, "part": part})
    catalogue = CATALOGUE.adding(indicators=[staff(combine, bar=bar)])
    found = measure(world(units(DIVISION), built, catalogue=catalogue), "staff")
    row = found.units.iloc[0]
    assert row["state"] == state
    assert needs is None or row["needs_more"] == needs
    if np.isnan(full) and np.isnan(part):
        assert found.status == "no_data"


MECHANISM = indicator(
    "mechanism",
    "yes_no",
    comparison="must_hold",
    quantified=False,
    unit_kinds=("community",),
    community_kind="regiment",
)


def test_answers_in_counts_and_of_unknown_class() -> None:
    catalogue = CATALOGUE.adding(indicators=[MECHANISM])
    rows = [*communities("regiment", 2), *communities(None, 1)]
    said = observations(
        {"indicator": "mechanism", "unit_id": "R001", "period": "2025", "numerator": 1.0},
        {"indicator": "mechanism", "unit_id": "R002", "period": "2025", "value": 0.0},
        {"indicator": "mechanism", "unit_id": "X001", "period": "2025", "value": 1.0},
    )
    found = measure(world(units(*rows), None, said, catalogue=catalogue), "mechanism")
    assert (found.covered, found.uncovered, found.unknown) == (1, 1, 1)
    schools_of = observations(
        *(
            {
                "indicator": "mechanism",
                "unit_id": code,
                "period": "2025",
                "numerator": 8.0,
                "denominator": 10.0,
            }
            for code in ("R001", "R002", "X001")
        )
    )
    found = measure(world(units(*rows), None, schools_of, catalogue=catalogue), "mechanism")
    assert (found.covered, found.n, found.lower) == (24, 30, 80)


def test_half_a_year_is_no_fall_against_a_year() -> None:
    row = indicator(
        "events",
        "trend",
        comparison="trend_down",
        measure="count",
        quantified=False,
        unit_kinds=("division",),
    )
    reports = [("2024H1", 4.0), ("2024", 9.0), ("2025H1", 5.0)]
    said = observations(
        *(
            {"indicator": "events", "unit_id": "D", "period": period, "value": value}
            for period, value in reports
        )
    )
    catalogue = CATALOGUE.adding(indicators=[row])
    found = measure(world(units(DIVISION), None, said, catalogue=catalogue), "events")
    # Five in half of 2025 against four in half of 2024: more, although nine in the year before.
    assert (found.lower, found.status) == (5, "trend_bad")
    assert found.tally.history == (("2024H1", Fraction(4)),)


def test_a_kind_that_is_counted_and_silent_leaves_the_rate_open() -> None:
    # 90 of 100 in the regiment; the community is asked for as well and states nothing.
    row = indicator(
        "visited",
        "rate",
        target=Decimal(85),
        unit_kinds=("company", "community"),
        bases=(Basis("cases", "visited", "born"),),
    )
    rows = [
        {"unit_id": "K", "kind": "company", "visited": 90.0, "born": 100.0},
        {"unit_id": "C", "kind": "community"},
    ]
    project = world(units(*rows), catalogue=CATALOGUE.adding(indicators=[row]))
    assert measure(project, "visited").status == "undetermined"
    alone = world(units(rows[0]), catalogue=CATALOGUE.adding(indicators=[row]))
    assert measure(alone, "visited").status == "met"


def test_each_company_has_to_reach_its_share_of_households() -> None:
    # 95 % in each: K1 has 96 of 100, K2 has 90 of 100; pooled 93 % hides who is short.
    row = replace(TAP_WATER, id="each", target=Decimal(95), aggregation="all_units_must_meet")
    rows = [
        {"unit_id": name, "kind": "company", "households": 100.0, "households_tap_water": served}
        for name, served in (("K1", 96.0), ("K2", 90.0))
    ]
    project = world(units(*rows), catalogue=CATALOGUE.adding(indicators=[row]))
    found = measure(project, "each")
    assert (found.covered, found.n, found.status, found.tally.pooled) == (1, 2, "not_met", 93)
    assert found.units.loc["K2", "needs_more"] == 5
    silent = [*rows[:1], {**rows[1], "households": NAN}]
    project = world(units(*silent), catalogue=CATALOGUE.adding(indicators=[row]))
    assert measure(project, "each").status == "undetermined"


def test_a_chain_without_units_has_many_places_and_a_double_entry_has_one() -> None:
    # Two branches of one name 5 km apart; the third record stands 10 m from the first.
    built = facilities(
        *(
            {"facility_type": "childcare", "name": "阳光", "geometry": spot, "places": 10.0}
            for spot in ((0, 0), (5000, 0), (10, 0))
        )
    )
    found = measure(world(units(DIVISION), built), "places")
    assert found.lower == 20
    # Neither unit nor position: nobody can tell the two apart, so one counts.
    lost = facilities(
        *({"facility_type": "childcare", "name": "阳光", "places": 10.0} for _ in range(2))
    )
    assert measure(world(units(DIVISION), lost), "places").lower == 10


def test_a_missing_denominator_opens_both_bounds_and_what_is_known_stands() -> None:
    rows = [
        {"unit_id": "K1", "kind": "company", "households": 10.0, "households_tap_water": 10.0},
        {"unit_id": "K2", "kind": "company"},
    ]
    found = measure(world(units(*rows)), "tap_water")
    assert (found.lower, found.upper, found.known, found.status) == (
        None,
        None,
        100,
        "undetermined",
    )
    assert found.as_json()["lower"] is None
