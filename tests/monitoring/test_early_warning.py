"""Each rule of early warning with the case just inside and just outside its threshold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from geo_planner.catalogue import Indicator
from geo_planner.monitoring import monitor
from geo_planner.monitoring.early_warning import (
    Limits,
    Subject,
    hard_to_reach,
    slipping,
    small_numbers,
    volatile,
)
from geo_planner.monitoring.projection import Projection, project_forward
from geo_planner.monitoring.series import goal_of
from tests.monitoring.worlds import (
    CEILING,
    LIMITS,
    SHARE,
    course,
    division,
    exact,
    report,
    subject,
    with_threshold,
)
from tests.worlds import DOCTORS_PER_1000, UNDER5, indicator


def line_of(one: Subject) -> Projection | None:
    goal = goal_of(one.indicator)
    assert goal is not None
    return project_forward(
        one.figures, target=goal, comparison=one.indicator.comparison, target_year=2030,
        most_years=5, least_years=3, band_percent=80,
    )  # fmt: skip


def hard(values: Mapping[int, Any], target: str = "90", limits: Limits = LIMITS) -> list[str]:
    one = subject(values, replace(SHARE, target=Decimal(target)))
    return [found.code for found in hard_to_reach(one, limits, line_of(one))]


def test_the_line_misses_the_target_year() -> None:
    # 70, 72, 74 comes to 84 in 2030.
    steady = {2023: 70, 2024: 72, 2025: 74}
    assert hard(steady, "84") == []
    assert hard(steady, "84.01") == ["projection_misses"]


def test_the_sentence_has_the_figures() -> None:
    one = subject({2023: 70, 2024: 72, 2025: 74})
    (found,) = hard_to_reach(one, LIMITS, line_of(one))
    assert str(found.because) == (
        "A straight line through 2023-2025 comes to 84 % in 2030; the target is 90 %."
    )
    assert (found.rule, found.level, found.state) == ("hard_to_reach", "red", "open")
    assert (found.years, found.values) == ((2023, 2024, 2025), (70, 72, 74))


def test_two_years_make_no_line() -> None:
    assert hard({2024: 72, 2025: 74}) == []


# Mean 68, slope (-2 x -8 - 1 x -8 + 0 x -8 + 1 x 22 + 2 x 2) / 10 = 5: 68 + 7 x 5 = 103 in 2030,
# while from 60 to 70 in four years only 2.5 a year were achieved.
BUMPY = {2021: 60, 2022: 60, 2023: 60, 2024: 90, 2025: 70}


def test_the_pace_would_have_to_double() -> None:
    # Twice 2.5 is 5 a year: 25 points in the five years to 2030 reach 95, and no more.
    assert hard(BUMPY, "95") == []
    assert hard(BUMPY, "95.1") == ["pace_too_slow"]


def test_a_project_sets_its_own_pace() -> None:
    assert hard(BUMPY, "95.1", Limits(with_threshold("pace_factor", 3))) == []
    assert hard(BUMPY, "95", Limits(with_threshold("pace_factor", 1))) == ["pace_too_slow"]


def test_a_target_that_is_kept_is_hard_to_hold_where_its_line_leads_away() -> None:
    # 81 in 2030, although 91 keeps 90 today; 95.5 in 2030 where it stays up.
    assert hard({2023: 95, 2024: 93, 2025: 91}) == ["projection_misses"]
    assert hard({2023: 94, 2024: "94.5", 2025: 94}) == []
    # What is kept needs no pace.
    assert hard({2021: 95, 2022: 90, 2023: 90, 2024: 95, 2025: 95}) == []


def swings(*values: Any, of: Indicator = SHARE, limits: Limits = LIMITS) -> list[str]:
    years = range(2026 - len(values), 2026)
    one = subject(dict(zip(years, values, strict=True)), of)
    return [found.code for found in volatile(one, limits, None)]


HUNDRED = replace(SHARE, target=Decimal(100))


def test_two_reversals_larger_than_a_twentieth_of_the_target() -> None:
    # 5 % of 100 is 5 points: up, down, up by 5.1 turns twice; by 5 it is not larger than that.
    assert swings(80, "85.1", 80, "85.1", of=HUNDRED) == ["reversals"]
    assert swings(80, 85, 80, 85, of=HUNDRED) == []


def test_one_reversal_is_none_too_many() -> None:
    assert swings(80, 90, 80, of=HUNDRED) == []
    once = Limits(with_threshold("volatile_reversals", 1))
    assert swings(80, 90, 80, of=HUNDRED, limits=once) == ["reversals"]


def test_a_small_step_between_does_not_hide_a_reversal() -> None:
    assert swings(80, 90, 91, 80, 90, of=HUNDRED) == ["reversals"]


def test_only_four_changes_are_looked_at() -> None:
    # The first of two reversals lies five changes back.
    assert swings(90, 80, 90, 90, 90, 80, of=HUNDRED) == []
    assert swings(80, 90, 90, 90, 80, 90, of=HUNDRED) == []
    assert swings(90, 80, 90, 90, 80, of=HUNDRED) == ["reversals"]


def test_a_promise_without_a_number_swings_against_its_mean() -> None:
    free = replace(SHARE, target=None, quantified=False, comparison="trend_up")
    # The mean of 10, 11, 10, 11 is 10.5: 5 % of it are 0.525, a change of 1 is larger.
    assert swings(10, 11, 10, 11, of=free) == ["reversals"]
    assert swings(30, 31, 30, 31, of=free) == []


def test_a_size_of_the_projects_own() -> None:
    wide = Limits(with_threshold("volatile_size", 10))
    assert swings(80, 90, 80, 90, of=HUNDRED, limits=wide) == []


def one_case(cases: int, n: int, of: Indicator = UNDER5) -> bool:
    one = subject({2025: (cases, n)}, of)
    return "one_case_decides" in [found.code for found in volatile(one, LIMITS, None)]


@pytest.mark.parametrize(
    ("cases", "n", "decides"),
    [
        (4, 826, True),  # 4.84 keeps 5, five deaths are 6.05
        (5, 826, True),  # and the other way round
        (3, 826, False),  # 3.63, 2.42 and 4.84 all keep it
        (6, 826, False),  # 7.26, 6.05 and 8.47 all miss it
        (5, 1100, True),  # five cases are few: 4.55 keeps it, 6 / 1100 = 5.45 does not
        (6, 1200, False),  # 5.0 keeps it, 5.83 does not, but six among 1200 are not few
    ],
)
def test_one_case_decides(cases: int, n: int, decides: bool) -> None:
    assert one_case(cases, n) is decides


def test_few_people_are_small_numbers_whatever_the_cases() -> None:
    figures = [course({2025: (6, n)}, CEILING)[0] for n in (999, 1000)]
    assert [small_numbers(CEILING, one, LIMITS) for one in figures] == [True, False]
    assert not small_numbers(SHARE, course({2025: (1, 20)})[0], LIMITS)  # a percentage
    assert not small_numbers(DOCTORS_PER_1000, course({2025: (1, 20)}, DOCTORS_PER_1000)[0], LIMITS)


def test_small_numbers_come_with_counts_and_three_years_pooled() -> None:
    # Bonus check: 4, 5 and 3 deaths in 826, 780 and 760 births pooled are 12 / 2366 = 5.07.
    rows = [(2023, 4, 826), (2024, 5, 780), (2025, 3, 760)]
    made = division(*(report("under5", "D", *row) for row in rows))
    standing = monitor(made, 2025, indicators=["under5"]).of["under5"]
    (found,) = [one for one in standing.warnings if one.code == "one_case_decides"]
    assert str(found.because) == (
        "Cases: 3 among 760; one more or less turns the verdict. "
        "Pooled over 2023-2025: 12 among 2366, 5.07 ‰."
    )
    assert found.years == (2023, 2024, 2025)
    assert (found.rule, found.level) == ("volatile", "amber")


def slips(*values: Any, of: Indicator = SHARE, limits: Limits = LIMITS) -> list[str]:
    years = range(2026 - len(values), 2026)
    one = subject(dict(zip(years, values, strict=True)), of)
    return [found.code for found in slipping(one, limits)]


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ((93, 91), ["near_line"]),  # one point above the line, and worse than it was
        ((93, "91.01"), []),
        ((93, 90), ["near_line"]),  # on the line is met
        ((93, "89.99"), ["fell_below"]),
        ((93, 60), ["fell_below"]),  # the year it falls: however far
        ((93, 89, 89), ["fell_below"]),  # as long as it stays within a point
        ((93, "88.99", "88.99"), []),  # farther below it is hard to reach, told by its own rule
        ((93, 60, "89.5"), []),  # nor does it slip while it comes back up
        ((88, "90.5"), []),  # it has come up to the line
        (("90.5", "90.5"), []),  # it stands still
        ((91, 92, "90.5"), ["near_line"]),
        ((93, 89, "90.5"), []),  # recovered since: it has come up to the line, not down to it
        ((93, 89, 93, "90.5"), ["near_line"]),
        (("90.5",), []),  # nothing to slip from
    ],
)
def test_slipping_of_percentages(values: tuple[Any, ...], found: list[str]) -> None:
    assert slips(*values) == found


def test_slipping_of_other_figures_within_a_tenth_of_the_target() -> None:
    # A tenth of 4 is 0.4: deaths have risen from 2 to within 3.6 and 4.
    assert slips(2, "3.6", of=CEILING) == ["near_line"]
    assert slips(2, "3.59", of=CEILING) == []
    assert slips(2, "4.01", of=CEILING) == ["fell_below"]
    assert slips("3.9", "3.7", of=CEILING) == []  # getting better


def test_margins_of_the_projects_own() -> None:
    assert slips(95, "91.01", limits=Limits(with_threshold("slip_points", 2))) == ["near_line"]
    assert slips(2, "3.59", of=CEILING, limits=Limits(with_threshold("slip_percent", 20))) == [
        "near_line"
    ]


def test_a_direction_does_not_slip() -> None:
    trend = indicator("up", "rate", comparison="trend_up", quantified=False)
    assert slips(93, 60, of=trend) == []


def test_a_threshold_in_the_projects_plan_is_the_one_that_counts() -> None:
    rows = [report("enrolment", "D", year, value) for year, value in ((2024, 104), (2025, 102))]
    codes = [one.code for one in monitor(division(*rows), 2025, indicators=["enrolment"]).warnings]
    assert codes == []
    wide = with_threshold("slip_points", 2)
    found = monitor(division(*rows, catalogue=wide), 2025, indicators=["enrolment"]).warnings
    assert [one.code for one in found] == ["near_line"]
    assert found[0].values == (exact(104), exact(102))
