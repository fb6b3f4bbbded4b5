"""Degrees of attainment and progress from the base year, and when neither may be given."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from geo_planner.catalogue import Indicator
from geo_planner.coverage import measure
from geo_planner.monitoring.attainment import (
    Degree,
    degree_of_attainment,
    pooled_rate,
    progress_from_base,
)
from geo_planner.monitoring.series import YearFigure
from tests.monitoring.worlds import CEILING, SHARE, course, division, report
from tests.worlds import INFANT, UNDER5, VACCINATION


def degree(name: str, *counts: float) -> Degree:
    made = division(report(name, "D", 2025, *counts))
    return degree_of_attainment(measure(made, name))


def test_more_is_better_actual_over_target() -> None:
    # 450 of 500 is 90 % of a promised 100 %: nine tenths.
    assert degree("enrolment", 450, 500) == Degree(Fraction(9, 10), Fraction(9, 10))


def test_less_is_better_target_over_actual() -> None:
    # 5 deaths in 1000 against 4 promised: 4 / 5.
    assert degree("infant", 5, 1000) == Degree(Fraction(4, 5), Fraction(4, 5))


def test_it_is_capped_at_all_of_it() -> None:
    # 1 of 826 is 1.21 per thousand against 4: 4 / 1.21 would be 330 %.
    assert degree("infant", 1, 826) == Degree(Fraction(1), Fraction(1))


def test_a_gross_rate_above_one_hundred_has_none() -> None:
    # 515 of 500 is 103 %. A net rate is capped, a gross one is not spoken of in this way.
    assert degree("enrolment", 515, 500) == Degree(Fraction(1), Fraction(1))
    made = division(report("enrolment", "D", 2025, 515, 500))
    coverage = measure(made, "enrolment")
    gross = replace(coverage, indicator=replace(coverage.indicator, gross=True))
    assert degree_of_attainment(gross) == Degree(withheld="gross_above_all")
    made = division(report("enrolment", "D", 2025, 500, 500))
    coverage = measure(made, "enrolment")
    just = replace(coverage, indicator=replace(coverage.indicator, gross=True))
    assert degree_of_attainment(just) == Degree(Fraction(1), Fraction(1))


@pytest.mark.parametrize(
    ("name", "why"),
    [("violations", "zero_target"), ("places", "direction"), ("sex_ratio", "direction")],
)
def test_no_degree_of_zero_or_of_a_direction(name: str, why: str) -> None:
    assert degree(name, 3).withheld == why


def test_no_figure_no_degree() -> None:
    assert degree_of_attainment(measure(division(), "infant")).withheld == "no_figure"


def test_where_each_unit_has_to_keep_it_the_share_of_those_that_do() -> None:
    # One regiment of two at 98 % or more: half.
    made = division(
        report("vaccination", "R1", 2025, 990, 1000), report("vaccination", "R2", 2025, 979, 1000)
    )
    half = Degree(Fraction(1, 2), Fraction(1, 2))
    assert degree_of_attainment(measure(made, "vaccination")) == half


def progress(base: Any, now: Any, of: Indicator = SHARE) -> Degree:
    figures = course({2020: base, 2025: now}, of)
    return progress_from_base(of, figures, base_year=2020, now=figures[-1])


def test_progress_is_the_way_made_from_the_base() -> None:
    # From 60 towards 90, now 75: 15 of 30.
    assert progress(60, 75) == Degree(Fraction(1, 2), Fraction(1, 2))
    # Less is better: from 8 towards 4, now 5: 3 of 4.
    assert progress(8, 5, CEILING) == Degree(Fraction(3, 4), Fraction(3, 4))


def test_progress_may_be_lost() -> None:
    # From 60 towards 90, now 54: minus 6 of 30.
    assert progress(60, 54) == Degree(Fraction(-1, 5), Fraction(-1, 5))


def test_no_progress_where_the_base_had_met_the_target() -> None:
    # Infant mortality of 1.21 in the base year against a ceiling of 4: it is to be held.
    # (2.5 - 1.21) / (4 - 1.21) would say 46 % attained for a doubling of deaths.
    assert progress("1.21", "2.5", INFANT) == Degree(withheld="base_met")
    assert progress(4, "4.5", CEILING) == Degree(withheld="base_met")  # met exactly
    assert progress("4.01", 4, CEILING) == Degree(Fraction(1), Fraction(1))  # missed by a hair


def test_no_progress_without_base_figure_or_number() -> None:
    now = course({2025: 75})[-1]
    assert progress_from_base(SHARE, [now], base_year=2020, now=now).withheld == "no_base"
    assert progress_from_base(SHARE, [], base_year=2020, now=None).withheld == "no_figure"
    assert progress(60, 75, replace(SHARE, quantified=False)).withheld == "no_number"
    assert progress(60, 75, replace(SHARE, comparison="trend_up")).withheld == "direction"


def test_progress_of_units_that_each_keep_it_goes_to_all_of_them() -> None:
    # Half of the regiments kept 98 % in the base year, three quarters do now: half of the way to
    # all of them, whatever the 98 % of each.
    assert progress(50, 75, VACCINATION) == Degree(Fraction(1, 2), Fraction(1, 2))
    assert progress("98.5", "98.5", VACCINATION) == Degree(Fraction(0), Fraction(0))


def test_three_years_pooled() -> None:
    # 4, 5 and 3 deaths in 826, 780 and 760 births: 12 / 2366 = 5.0719 per thousand.
    figures = course({2022: (9, 900), 2023: (4, 826), 2024: (5, 780), 2025: (3, 760)}, UNDER5)
    pooled = pooled_rate(UNDER5, figures)
    assert pooled is not None
    assert (pooled.years, pooled.numerator, pooled.denominator) == ((2023, 2024, 2025), 12, 2366)
    assert pooled.value == Fraction(12_000, 2366)
    assert f"{float(pooled.value):.2f}" == "5.07"


def test_a_gap_is_not_filled_from_years_long_past() -> None:
    figures = course({2019: (9, 900), 2023: (4, 826), 2025: (3, 760)}, UNDER5)
    pooled = pooled_rate(UNDER5, figures)
    assert pooled is not None
    assert pooled.years == (2023, 2025)


def test_nothing_to_pool() -> None:
    half = YearFigure(
        2025, "2025H1", Fraction(5), Fraction(5), Fraction(5), Fraction(2), Fraction(400)
    )
    assert pooled_rate(UNDER5, [half, *course({2024: 4}, UNDER5)]) is None


def test_a_target_of_a_fall_against_the_base() -> None:
    # 8.1 after 10 is a fall by 19 of the promised 20: 95 %.
    injury = replace(SHARE, target=Decimal(-20), comparison="<=", measure="% change vs 2020")
    assert progress(-10, -19, injury).withheld == "no_base"
