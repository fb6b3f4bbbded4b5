"""Which figure belongs to which year: never another year's under this year's name."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pandas as pd
import pytest

from geo_planner.coverage import measure
from geo_planner.errors import DataError, NoDateError
from geo_planner.monitoring.year_figures import change_between, figures_of_years
from geo_planner.monitoring.years import asked_pair, asked_years, dated, read_years, year_day
from geo_planner.project import Project
from tests.drawing.oasis import oasis

TARGET, SHARES, RATE = "parent_school_regiment", "company_tap_water", "infant_mortality_rate"
REFERENCE = date(2025, 12, 31)


def of_year(project: Project, indicator: str, year: int) -> bool:
    coverage = measure(project, indicator, year_day(year, REFERENCE))
    return dated(coverage, year, REFERENCE)


def observed(indicator: str, *rows: tuple[str, str, float | None]) -> Project:
    """Return the division with values of (unit, period, value)."""
    base = oasis()
    table = pd.DataFrame(
        [
            {
                "indicator": indicator, "unit_id": unit, "period": period, "numerator": None,
                "denominator": None, "value": value, "source": None, "responsible": None,
                "note": None,
            }
            for unit, period, value in rows
        ]
    )  # fmt: skip
    table["numerator"] = table["numerator"].astype(float)
    table["denominator"] = table["denominator"].astype(float)
    return replace(base, observations=table)


def test_facility_records_speak_for_every_year_that_has_passed() -> None:
    assert [of_year(oasis(), TARGET, year) for year in (2015, 2021, 2025)] == [True] * 3
    assert not of_year(oasis(), TARGET, 2026)


def test_a_coverage_of_another_day_is_not_the_year_s() -> None:
    assert not dated(measure(oasis(), TARGET, date(2024, 12, 31)), 2025, REFERENCE)


def test_columns_without_dates_speak_for_the_reference_year_alone() -> None:
    assert [of_year(oasis(), SHARES, year) for year in (2023, 2024, 2025)] == [False, False, True]


def test_a_report_speaks_for_its_own_year() -> None:
    # Reported for 2022 and 2024: in 2023 and 2025 the rule hands out the older figure.
    project = observed(RATE, ("659011", "2022", 5.0), ("659011", "2024", 4.0))
    assert [of_year(project, RATE, year) for year in range(2021, 2026)] == [
        False, True, False, True, False,
    ]  # fmt: skip
    assert measure(project, RATE, date(2023, 12, 31)).lower == 5


def test_answers_of_units_speak_for_the_year_of_the_latest_one() -> None:
    # Their tally is dated by the day of the question; the reports behind it are of 2023.
    project = observed(
        "support_remote_companies",
        ("659011500500", "2023", 1.0),
        ("659011500501", "2023", 0.0),
    )
    row = replace(
        project.catalogue.indicator("support_remote_companies"),
        unit_kinds=("company",), unit_columns=(), facility_columns=(), denominator_column=None,
    )  # fmt: skip
    rows = {**project.catalogue.indicators, row.id: row}
    project = replace(project, catalogue=replace(project.catalogue, indicators=rows))
    coverage = measure(project, row.id, date(2024, 12, 31))
    assert (coverage.method, coverage.data_date) == ("observations", "2024-12-31")
    assert [of_year(project, row.id, year) for year in (2022, 2023, 2024)] == [False, True, False]


def test_nothing_imported_is_no_figure() -> None:
    assert not of_year(oasis(), RATE, 2025)


def test_working_facilities_are_followed_from_year_to_year() -> None:
    # Counted, but by the facilities' own dates: the tally's history holds the plan's years.
    project = oasis()
    kinds = project.facilities["facility_type"].replace({"company_clinic": "childcare"})
    project = replace(project, facilities=project.facilities.assign(facility_type=kinds))
    tally = measure(project, "childcare_institutions", REFERENCE).tally
    assert tally.method == "counted"
    assert [period for period, _ in tally.history] == ["2020", "2021", "2022", "2023", "2024"]
    assert [of_year(project, "childcare_institutions", year) for year in (2015, 2021, 2025)] == [
        False, True, True,
    ]  # fmt: skip


def test_what_became_of_an_indicator_between_two_years() -> None:
    # Every facility of the division opened on 2022-09-01: none covered in 2021.
    change = change_between(oasis(), TARGET, (2025, 2021))
    then, now = change.earlier.coverage, change.later.coverage
    assert (change.earlier.year, change.later.year) == (2021, 2025)
    assert (then.covered, now.covered) == (0, change.units)
    assert change.low == change.high == Fraction(100 * (now.covered or 0), now.n or 1)
    assert len(change.gained) == now.covered
    assert change.lost == change.closed == ()
    assert len(change.opened) > 0
    assert set(change.opened) <= set(map(str, oasis().facilities.index))


def test_no_change_is_told_of_years_without_a_figure() -> None:
    change = change_between(oasis(), SHARES, (2021, 2025))
    assert not change.comparable
    assert (change.low, change.high, change.units, change.gained) == (None, None, None, ())


def test_units_of_a_year_without_a_figure_are_unknown() -> None:
    first, last = figures_of_years(oasis(), SHARES, (2024, 2025))
    assert set(first.states().values()) == {"unknown"}
    assert "covered" in last.states().values()


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("2021-2023", (2021, 2022, 2023)),
        (" 2021 – 2022 ", (2021, 2022)),
        ("2021至2022", (2021, 2022)),
        ("2021,2025", (2021, 2025)),
        ("2021，2025", (2021, 2025)),
        ("2024", (2024,)),
    ],
)
def test_years_are_read(text: str, years: tuple[int, ...]) -> None:
    assert read_years(text) == years


@pytest.mark.parametrize(
    "text", ["", "x", "2025-2021", "21-25", "2021,", "2021-2023-2025", "1" * 9]
)
def test_what_names_no_years_is_refused(text: str) -> None:
    with pytest.raises(DataError) as caught:
        read_years(text)
    assert caught.value.code == "bad-years"


@pytest.mark.parametrize(
    ("years", "code"),
    [
        ((), "bad-years"),
        ((2025, 2026), "years-outside"),
        ((2009, 2025), "years-outside"),
        (range(2010, 2026), "too-many-years"),
        (range(1, 9999), "years-outside"),
    ],
)
def test_years_that_cannot_be_asked_for(years: tuple[int, ...], code: str) -> None:
    with pytest.raises(DataError) as caught:
        asked_years(oasis(), years)
    assert caught.value.code == code
    assert len(str(caught.value)) < 300


def test_fifteen_years_are_not_too_many() -> None:
    assert len(asked_years(oasis(), range(2011, 2026))) == 15


@pytest.mark.parametrize("years", [(), (2021,), (2021, 2021), (2021, 2022, 2023)])
def test_a_comparison_takes_two_years(years: tuple[int, ...]) -> None:
    with pytest.raises(DataError) as caught:
        asked_pair(oasis(), years)
    assert caught.value.code == "two-years"


def test_without_a_reference_date_no_year_is_the_last() -> None:
    with pytest.raises(NoDateError):
        asked_years(replace(oasis(), reference_date=None), (2021,))
