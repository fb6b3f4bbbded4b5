"""Reports as arrays say what the table says, and what was asked before changes no answer."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_planner.activity import Spans, active_on, existing_on
from geo_planner.coverage import measure
from geo_planner.observations import answers, figure, sorted_by_indicator, standing
from geo_planner.project import Project
from tests.worlds import CATALOGUE, facilities, observations, units, world

CODES = ["D", "R1", "R2", "C1", "gone"]
PERIODS = ["2023", "2024", "2024H2", "2024Q4", "2025", "2025-06", "20x5"]
CELL = st.sampled_from([np.nan, 0.0, 1.0, 7.0, 96.7])
TABLE = st.dictionaries(
    st.tuples(
        st.sampled_from(["enrolment", "under5", "vaccination", "regiment", "duty", "places"]),
        st.sampled_from(CODES),
        st.sampled_from(PERIODS),
    ),
    st.tuples(CELL, CELL, CELL),
    max_size=25,
)
DAYS = [date(2023, 6, 1), date(2023, 12, 31), date(2024, 12, 31), date(2025, 12, 31)]


def project_of(said: dict[tuple[str, str, str], tuple[float, float, float]]) -> Project:
    rows: list[dict[str, Any]] = [
        {"indicator": name, "unit_id": unit, "period": period, "numerator": top,
         "denominator": bottom, "value": value}
        for (name, unit, period), (top, bottom, value) in said.items()
    ]  # fmt: skip
    return world(
        units(
            {"unit_id": "D", "name": "师", "kind": "division"},
            {"unit_id": "R1", "name": "一团", "kind": "regiment", "parent_id": "D"},
            {"unit_id": "R2", "name": "二团", "kind": "regiment", "parent_id": "D"},
            {"unit_id": "C1", "kind": "community", "community_kind": "regiment",
             "parent_id": "R1"},
        ),
        facilities(
            {"facility_type": "childcare", "unit_id": "C1", "opened_on": "2024-03-01"},
            {"facility_type": "parent_school", "unit_id": "C1", "opened_on": "2024-03-01"},
        ),
        observations(*rows),
        catalogue=CATALOGUE,
    )  # fmt: skip


@settings(max_examples=80, deadline=None)
@given(said=TABLE, day=st.sampled_from(DAYS))
def test_arrays_say_what_the_table_says(
    said: dict[tuple[str, str, str], tuple[float, float, float]], day: date
) -> None:
    made = project_of(said)
    parts = sorted_by_indicator(made.observations)
    assert set(made.reports_of) == set(parts)
    for name, reports in made.reports_of.items():
        rows = standing(parts[name], day)
        rows = rows[rows["unit_id"].isin(made.units.index)]
        places = reports.standing(day)
        ids = made.units.index[reports.rows[places]]
        assert list(ids) == list(rows["unit_id"])
        np.testing.assert_array_equal(reports.answers(places), answers(rows))
        for place, record in zip(places.tolist(), rows.to_dict("records"), strict=True):
            for scale, yes in ((100, False), (100, True), (1, False)):
                assert reports.figure(place, scale=scale, answers=yes) == figure(
                    record, scale=scale, answers=yes
                )


@settings(max_examples=60, deadline=None)
@given(said=TABLE, days=st.permutations(DAYS))
def test_what_was_asked_before_changes_no_answer(
    said: dict[tuple[str, str, str], tuple[float, float, float]], days: list[date]
) -> None:
    asked = project_of(said)
    for day in days:
        for name in CATALOGUE.indicators:
            fresh = measure(project_of(said), name, day).as_json(units=True)
            assert measure(asked, name, day).as_json(units=True) == fresh


def test_a_row_of_the_same_name_is_not_answered_for_another() -> None:
    made = project_of({("enrolment", "D", "2025"): (96.7, np.nan, 1.0)})
    row = CATALOGUE.indicator("enrolment")
    assert made.remembered("what", row, DAYS[0], lambda day: day.year) == 2023
    assert made.remembered("what", row, DAYS[0], lambda _: 0) == 2023
    other = CATALOGUE.indicator("under5")
    assert not made.remembered.has("what", other, DAYS[0])
    assert made.remembered("what", other, DAYS[0], lambda _: 0) == 0


DATES = st.sampled_from([None, "2023-12-31", "2024-03-01", "2025-12-31"])
STATUS = st.sampled_from([None, "active", "planned", "suspended", "closed"])


@settings(deadline=None)
@given(rows=st.lists(st.tuples(DATES, DATES, STATUS), max_size=6), day=st.sampled_from(DAYS))
def test_spans_hold_as_the_definition_says(
    rows: list[tuple[str | None, str | None, str | None]], day: date
) -> None:
    table = pd.DataFrame(
        {
            "opened_on": pd.to_datetime([row[0] for row in rows]),
            "closed_on": pd.to_datetime([row[1] for row in rows]),
            "status": pd.Series([row[2] for row in rows], dtype=object),
        }
    )
    inside = [
        (begun is None or date.fromisoformat(begun) <= day)
        and (ended is None or day < date.fromisoformat(ended))
        for begun, ended, _ in rows
    ]
    works = [
        held and status not in ("planned", "suspended") and not (status == "closed" and not ended)
        for held, (_, ended, status) in zip(inside, rows, strict=True)
    ]
    assert active_on(table, day).tolist() == works
    names = {"opened_on": "established_on", "closed_on": "abolished_on"}
    assert existing_on(table.rename(columns=names), day).tolist() == inside
    assert Spans.of(table, "nowhere").on(day).all()


def test_facilities_are_found_by_type_and_home() -> None:
    made = project_of({})
    assert made.register.of_types(("parent_school", "childcare", "childcare")).tolist() == [0, 1]
    assert made.register.of_types(("kindergarten",)).tolist() == []
    assert made.register.home.tolist() == [3, 3]
