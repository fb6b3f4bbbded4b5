"""The straight line through the latest years, its band, and the year it keeps the target."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import linregress, t

from geo_planner.monitoring.projection import HORIZON, Projection, project_forward
from geo_planner.monitoring.series import YearFigure
from tests.monitoring.worlds import course


def ahead(
    values: dict[int, object], target: object = 90, comparison: str = ">=", **more: object
) -> Projection | None:
    options = {"target_year": 2030, "most_years": 5, "least_years": 3, "band_percent": 80.0}
    return project_forward(
        course(values),
        target=Fraction(str(target)),
        comparison=comparison,
        **{**options, **more},  # type: ignore[arg-type]
    )


def test_three_points_by_hand() -> None:
    # Mean 75 in 2024; slope ((-1)(-5) + (1)(4)) / 2 = 4.5; in 2030 75 + 6 x 4.5 = 102.
    # Residuals -0.5, 1, -0.5: s = sqrt(1.5 / 1). The 90 % quantile of t with one degree of freedom
    # is tan(0.4 pi) = 3.0777. Half the band in 2030: 3.0777 sqrt(1.5) sqrt(1 + 1/3 + 36/2) = 16.57.
    line = ahead({2023: 70, 2024: 76, 2025: 79})
    assert line is not None
    assert (line.slope, line.fitted) == (4.5, 102.0)
    half = math.tan(0.4 * math.pi) * math.sqrt(1.5) * math.sqrt(1 + 1 / 3 + 18)
    assert half == pytest.approx(16.5739, abs=1e-4)
    assert (line.lower, line.upper) == pytest.approx((102 - half, 102 + half))
    # 84, 88.5, 93: over 90 in 2028. Upper edge in 2026 84 + 3.77 sqrt(10/3) = 90.9; lower edge in
    # 2032 111 - 3.77 sqrt(4/3 + 32) = 89.2, in 2033 115.5 - 3.77 sqrt(4/3 + 81/2) = 91.1.
    assert (line.year, line.earliest, line.latest) == (2028, 2026, 2033)
    assert line.reaches
    # 11 points in 5 years are needed, 9 in 2 were achieved.
    assert (line.needed, line.achieved) == (Fraction(11, 5), Fraction(9, 2))


def test_it_is_the_least_squares_line_of_scipy() -> None:
    years, values = [2021, 2022, 2023, 2024, 2025], [61.2, 64.9, 63.0, 70.4, 71.1]
    line = ahead(dict(zip(years, values, strict=True)))
    assert line is not None
    fit = linregress(years, values)
    at = fit.intercept + fit.slope * 2030
    assert (line.slope, line.fitted) == pytest.approx((fit.slope, at))
    left = sum(
        (value - fit.intercept - fit.slope * year) ** 2
        for year, value in zip(years, values, strict=True)
    )
    half = t.ppf(0.9, 3) * math.sqrt(left / 3) * math.sqrt(1 + 1 / 5 + 49 / 10)
    assert (line.lower, line.upper) == pytest.approx((at - half, at + half))


def test_less_is_better() -> None:
    # 8, 7, 6: minus one a year, 4 in 2027 and 1 in 2030; the line is exact, so is its band.
    line = ahead({2023: 8, 2024: 7, 2025: 6}, 4, "<=")
    assert line is not None
    assert (line.fitted, line.lower, line.upper) == (1.0, 1.0, 1.0)
    assert (line.year, line.earliest, line.latest, line.reaches) == (2027, 2027, 2027, True)
    # Two fewer in five years are needed; one a year was achieved. Both count as gains.
    assert (line.needed, line.achieved) == (Fraction(2, 5), Fraction(1))


def test_exactly_on_the_line_reaches_and_a_hair_more_does_not() -> None:
    # 70, 72, 74: 84 in 2030.
    line, beyond = (ahead({2023: 70, 2024: 72, 2025: 74}, target) for target in (84, "84.000001"))
    assert line is not None
    assert beyond is not None
    assert (line.reaches, line.year) == (True, 2030)
    assert (beyond.reaches, beyond.year) == (False, 2031)
    third = ahead({2023: "0.1", 2024: "0.2", 2025: "0.3"}, "0.8")  # no sum of tenths is exact
    assert third is not None
    assert (third.reaches, third.year) == (True, 2030)


def test_never_reached() -> None:
    line = ahead({2023: 80, 2024: 78, 2025: 76})
    assert line is not None
    assert (line.reaches, line.year, line.earliest, line.latest) == (False, None, None, None)


def test_slower_than_the_horizon_is_never() -> None:
    # One hundredth a year from 80: 90 in a thousand years.
    line = ahead({2023: "79.98", 2024: "79.99", 2025: 80})
    assert line is not None
    assert line.year is None


def test_kept_already() -> None:
    line = ahead({2023: 95, 2024: 93, 2025: 91})
    assert line is not None
    assert (line.year, line.earliest, line.latest) == (2025, 2025, 2025)
    assert not line.reaches  # 81 in 2030
    assert line.needed == 0


def test_only_the_latest_years_are_used() -> None:
    line = ahead({year: year - 2000 for year in range(2015, 2026)})
    assert line is not None
    assert line.years == (2021, 2022, 2023, 2024, 2025)


def test_too_few_years() -> None:
    assert ahead({2024: 70, 2025: 72}) is None
    assert ahead({2024: 70, 2025: 72}, least_years=2) is not None
    assert ahead({2025: 70}, least_years=1) is None


def test_uncertain_and_part_years_are_left_out() -> None:
    figures = [
        *course({2022: 70, 2023: 72}),
        YearFigure(2024, "2024", Fraction(60), Fraction(90), None),
        YearFigure(2025, "2025H1", Fraction(90), Fraction(90), Fraction(90)),
        *course({2026: 78}),
    ]
    line = project_forward(
        figures, target=Fraction(90), comparison=">=", target_year=2030, most_years=5,
        least_years=3, band_percent=80,
    )  # fmt: skip
    assert line is not None
    assert line.years == (2022, 2023, 2026)


@given(
    st.lists(st.integers(0, 1000), min_size=3, max_size=5),
    st.integers(0, 1000),
    st.sampled_from([">=", "<="]),
)
def test_the_band_holds_the_line_and_its_years_are_in_order(
    values: list[int], target: int, comparison: str
) -> None:
    years = range(2026 - len(values), 2026)
    line = ahead(
        {year: Fraction(one, 10) for year, one in zip(years, values, strict=True)},
        Fraction(target, 10),
        comparison,
    )
    assert line is not None
    assert line.lower <= line.fitted <= line.upper
    last = 2025 + HORIZON + 1
    assert (line.earliest or last) <= (line.year or last) <= (line.latest or last)


@given(st.lists(st.integers(0, 1000), min_size=3, max_size=5), st.integers(0, 1000))
def test_a_ceiling_is_a_floor_turned_over(values: list[int], target: int) -> None:
    years = range(2026 - len(values), 2026)
    up = ahead(dict(zip(years, values, strict=True)), target)
    down = ahead({y: -v for y, v in zip(years, values, strict=True)}, -target, "<=")
    assert up is not None
    assert down is not None
    assert (up.reaches, up.year, up.earliest, up.latest, up.needed, up.achieved) == (
        down.reaches, down.year, down.earliest, down.latest, down.needed, down.achieved,
    )  # fmt: skip
