"""Sentences about a verdict: units, direction and ranges are said, nothing is left to guess."""

from __future__ import annotations

from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import pytest

from maps.text import translator
from maps.text.verdicts import kept_by, measure_of, needed, nothing_known


def verdict(**facts: Any) -> Any:
    row = {"comparison": ">=", "aggregation": "pooled"} | {
        name: facts.pop(name) for name in ("comparison", "aggregation") if name in facts
    }
    blank = {"basis": "units", "n": 10, "covered": 8, "unknown": 0}
    return SimpleNamespace(indicator=SimpleNamespace(**row), **{**blank, **facts})


@pytest.mark.parametrize(
    ("facts", "chinese", "english"),
    [
        ({"needs_more_min": 1, "needs_more_max": 1}, "增加 1 个单位", "1 unit more"),
        (
            {"needs_more_min": 1370, "needs_more_max": 1370, "basis": "households"},
            "增加 1,370 户",
            "1,370 households more",
        ),
        # Less is better: thirty short-sighted pupils too many.
        (
            {"needs_more_min": 30, "needs_more_max": 30, "basis": "cases", "comparison": "<="},
            "减少 30 例",
            "30 cases fewer",
        ),
        # Each unit below a ceiling: more units have to keep it, not fewer units.
        (
            {
                "needs_more_min": 2,
                "needs_more_max": 2,
                "comparison": "<=",
                "aggregation": "all_units_must_meet",
            },
            "增加 2 个单位",
            "2 units more",
        ),
        ({"needs_more_min": 0, "needs_more_max": 2}, "增加 0–2 个单位", "0–2 units more"),
        ({"needs_more_min": 0, "needs_more_max": 0}, "0", "0"),
        ({"needs_more_min": None, "needs_more_max": None}, "—", "—"),
        # Doctors and beds by head: the target's own name says what is counted.
        ({"needs_more_min": 1, "needs_more_max": 1, "basis": "per_head"}, "增加 1", "1 more"),
    ],
)
def test_what_is_needed_has_a_unit_and_a_direction(
    facts: dict[str, Any], chinese: str, english: str
) -> None:
    assert needed(verdict(**facts), translator("zh-CN")) == chinese
    assert needed(verdict(**facts), translator("en")) == english


def test_a_share_of_units_is_not_printed_as_the_rate() -> None:
    each = verdict(aggregation="all_units_must_meet", n=8, covered=7)
    assert kept_by(each, translator("zh-CN")) == "8 个单位中 7 个达到"
    assert kept_by(verdict(n=8, covered=7), translator("zh-CN")) == ""
    open_still = verdict(aggregation="all_units_must_meet", n=9, covered=8, unknown=1)
    assert kept_by(open_still, translator("en")) == "8–9 of 9 units reach it"


def test_bounds_are_left_out_where_nothing_is_known() -> None:
    assert nothing_known(verdict(n=10, covered=0, unknown=10))
    assert not nothing_known(verdict(n=10, covered=0, unknown=9))
    assert not nothing_known(verdict(n=0, covered=0, unknown=0))


def test_a_share_of_places_is_a_percentage_whatever_the_bar_is_in() -> None:
    # 33 of 33 child homes open 40 hours a week: 100 %, and not 100 hours.
    homes = verdict(basis="facilities", n=33, covered=33)
    homes.indicator.measure = "hours/week"
    homes.tally = SimpleNamespace(lower=Fraction(100))
    assert measure_of(homes) == "%"
    # 9.6 hours reported for the division is hours.
    sleep = verdict(basis="value", n=None, covered=None)
    sleep.indicator.measure = "hours/day"
    sleep.tally = SimpleNamespace(lower=Fraction(96, 10))
    assert measure_of(sleep) == "hours/day"
