"""Whom a year's returns are asked of, and who has sent them, in a world counted by hand.

Two regiments R1 and R2 below division D. Asked are: vaccination of each regiment (judged one by
one), enrolment and infant deaths of the division, and whether each of three communities holds a
home (nobody has imported homes). A list of parent schools is there, so nobody is asked for them.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest

from geo_planner.catalogue import Catalogue, Label
from geo_planner.errors import NoDateError, NotKnownError
from geo_planner.monitoring.return_status import Counts, return_status
from geo_planner.monitoring.returns import (
    NOBODY,
    asked_for,
    department_of,
    expected_returns,
    find_department,
    first_named,
)
from geo_planner.monitoring.year_errors import YearsOutsideError
from geo_planner.monitoring_rows import Threshold
from geo_planner.project import Project
from tests import worlds
from tests.worlds import facilities, observations, units, world

HEALTH = Label("疾控中心、卫生健康委", "Centre for Disease Control, Health Commission")
SCHOOLS = Label("教育局", "Education Bureau")
DAYS = Threshold("return_days", Label("", ""), Decimal(100), Label("天", "days"), Label("", ""))
KEPT = Catalogue.of(
    plan_id="returns",
    title=Label("规划", "plan"),
    period=(2021, 2030),
    unit_kinds=worlds.CATALOGUE.unit_kinds.values(),
    facility_types=worlds.CATALOGUE.facility_types.values(),
    travel_modes=worlds.CATALOGUE.travel_modes.values(),
    indicators=(
        replace(worlds.VACCINATION, data_owner=HEALTH),
        replace(worlds.ENROLMENT, data_owner=SCHOOLS),
        replace(worlds.INFANT, data_owner=HEALTH),
        worlds.CHILD_HOME,
        worlds.URBAN,
    ),
    thresholds=(DAYS,),
)


def report(indicator: str, unit: str, **more: Any) -> dict[str, Any]:
    return {"indicator": indicator, "unit_id": unit, "period": "2025", **more}


def asked_world(*reports: dict[str, Any]) -> Project:
    rows = [
        {"unit_id": "D", "kind": "division", "name": "师市"},
        {"unit_id": "R1", "kind": "regiment", "name": "一团", "parent_id": "D"},
        {"unit_id": "R2", "kind": "regiment", "name": "二团", "parent_id": "D"},
        {"unit_id": "R0", "kind": "regiment", "name": "旧团", "abolished_on": "2024-01-01"},
        {"unit_id": "C1", "community_kind": "urban", "parent_id": "R1"},
        {"unit_id": "C2", "community_kind": "regiment", "parent_id": "R1"},
        {"unit_id": "C3", "community_kind": None, "parent_id": "R2"},
    ]
    table = observations(*reports)
    for name in ("reported_on", "reported_by"):
        table[name] = [one.get(name) for one in reports]
    table["reported_on"] = pd.to_datetime(table["reported_on"])
    schools = facilities({"facility_type": "parent_school", "unit_id": "C1"})
    return world(units(*rows), schools, table, catalogue=KEPT)


def test_asked_is_what_no_register_tells() -> None:
    table = expected_returns(asked_world(), 2025)
    told = [tuple(row) for row in table.astype(str).itertuples(index=False)]
    assert told == [
        ("疾控中心", "vaccination", "R1", "regiment"),
        ("疾控中心", "vaccination", "R2", "regiment"),
        ("教育局", "enrolment", "D", "division"),
        ("疾控中心", "infant", "D", "division"),
        (NOBODY.zh, "child_home", "C1", "community"),
        (NOBODY.zh, "child_home", "C2", "community"),
        (NOBODY.zh, "child_home", "C3", "community"),
    ]


def test_units_answer_for_themselves_with_yes_or_no() -> None:
    answers = {one.indicator.id: one.answers for one in asked_for(asked_world(), 2025)}
    assert answers == {
        "vaccination": False, "enrolment": False, "infant": False, "child_home": True
    }  # fmt: skip


def test_the_division_goes_on_where_it_alone_has_reported() -> None:
    by_regiment = replace(worlds.ENROLMENT, unit_kinds=("regiment",), data_owner=SCHOOLS)
    catalogue = KEPT.adding(indicators=(by_regiment,))

    def asked(*reports: dict[str, Any]) -> list[str]:
        table = expected_returns(replace(asked_world(*reports), catalogue=catalogue), 2025)
        return table.loc[table["indicator"] == "enrolment", "unit_id"].astype(str).tolist()

    earlier = {"period": "2024", "numerator": 9, "denominator": 10}
    assert asked() == ["R1", "R2"]  # nobody so far: the units the target names
    assert asked(report("enrolment", "D", **earlier)) == ["D"]
    assert asked(report("enrolment", "R1", **earlier)) == ["R1", "R2"]


def test_who_has_returned_is_counted_by_hand() -> None:
    # Due: 100 days after 31 December 2025 is 10 April 2026.
    status = return_status(
        asked_world(
            report("vaccination", "R1", numerator=98, denominator=100,
                   reported_on="2026-04-10", reported_by="张三"),
            report("vaccination", "R2", reported_on="2026-04-11", reported_by="李四"),
            report("enrolment", "D", value=90.0),
            report("infant", "D", period="2024", numerator=1, denominator=900),
            report("infant", "R1", numerator=1, denominator=100),  # nobody asked R1
        ),
        2025,
        as_of=date(2026, 4, 11),
    )  # fmt: skip
    assert status.due == date(2026, 4, 10)
    assert status.overdue
    counts = {label.zh: one for label, one in status.departments}
    assert counts["疾控中心"] == Counts(3, 2, 1, 1, 1, date(2026, 4, 11), "李四")
    assert counts["教育局"] == Counts(1, 1, 0, 0, 0, None, None)
    assert counts[NOBODY.zh] == Counts(3, 0, 0, 0, 3, None, None)
    assert status.total == Counts(7, 3, 1, 1, 4, date(2026, 4, 11), "李四")
    states = status.detail["state"].astype(str).tolist()
    assert states == ["returned", "blank", "returned", "missing", *["missing"] * 3]
    assert status.detail["late"].tolist() == [False, True, *[False] * 5]
    told = status.as_json()["departments"][0]["indicators"]
    assert [(one["missing_units"], one["late_units"]) for one in told] == [
        ([], ["R2"]),
        (["D"], []),
    ]


def test_a_part_of_the_children_or_of_the_year_is_no_return() -> None:
    some = asked_world(
        report("enrolment", "D", value=90.0), report("infant", "D", period="2025H1", value=1.0)
    )
    table = some.observations.assign(sex=["female", ""], age_band="")
    status = return_status(replace(some, observations=table), 2025)
    assert status.total.returned == 0


def test_the_year_after_can_be_asked_and_no_later_one() -> None:
    status = return_status(asked_world(), 2026)
    assert (status.total.n, status.total.missing, status.due) == (7, 7, date(2027, 4, 10))
    assert not status.overdue
    with pytest.raises(YearsOutsideError, match="2027"):
        return_status(asked_world(), 2027)
    with pytest.raises(NoDateError):
        expected_returns(replace(asked_world(), reference_date=None), 2025)


def test_departments_go_by_either_language() -> None:
    project = asked_world()
    assert find_department(project, 2025, " education bureau").zh == "教育局"
    assert find_department(project, 2025, "疾控中心").en == "Centre for Disease Control"
    with pytest.raises(NotKnownError, match="疾控中心"):
        find_department(project, 2025, "疾控")


def test_the_first_of_several_departments_leads() -> None:
    assert first_named(HEALTH) == Label("疾控中心", "Centre for Disease Control")
    organs = Label("公检法司", "Police, procuratorate, court and justice organs")
    assert first_named(organs) == organs
    assert department_of(worlds.TAP_WATER) == NOBODY
    alone = replace(worlds.TAP_WATER, responsible="师市、团场")
    assert department_of(alone) == Label("师市", "师市")
