"""Maps by year: a slider, and two years side by side."""

from __future__ import annotations

import html
import json
import re
from dataclasses import replace

import pandas as pd
import pytest

from geo_planner.errors import DataError
from geo_planner.project import Project
from maps import draw_map, render_html
from tests.drawing.pages import foreign, layers_of, requests_of

TARGET, SHARES = "parent_school_regiment", "company_tap_water"
NASTY = "<script>alert('x')</script> {{ 7*7 }} \"&"


@pytest.fixture(scope="module")
def changing(project: Project) -> Project:
    """The division, where the first station of a regiment's community closed in May 2024."""
    table = project.facilities.copy()
    stations = table.index[table["facility_type"] == "parent_school_station"]
    homes = project.units.loc[table.loc[stations, "unit_id"], "community_kind"] == "regiment"
    first = stations[homes.to_numpy()][0]
    home = table.at[first, "unit_id"]
    same = (table["unit_id"] == home) & (table["facility_type"] == "parent_school_station")
    table.loc[same, "closed_on"] = pd.Timestamp("2024-05-01")
    table.loc[same, "status"] = "closed"
    table.loc[first, "name"] = NASTY
    return replace(project, facilities=table)


@pytest.fixture(scope="module")
def slider(changing: Project) -> str:
    return render_html(draw_map(changing, indicator=TARGET, years=range(2021, 2026)))


@pytest.fixture(scope="module")
def beside(changing: Project) -> str:
    return render_html(draw_map(changing, indicator=TARGET, compare=(2025, 2023), language="en"))


def years_of(page: str) -> list[dict[str, str]]:
    found = re.search(r'data-years="([^"]*)"', page)
    assert found is not None
    years: list[dict[str, str]] = json.loads(html.unescape(found[1]))
    return years


def yearly(page: str) -> dict[str, str]:
    """Return the signs of each unit by its id."""
    (data,) = (data for maker, data in layers_of(page) if maker == "yearly")
    return {one["id"]: one["states"] for one in data["features"]}


def test_each_year_has_its_figure_and_its_word(slider: str) -> None:
    years = years_of(slider)
    assert [one["year"] for one in years] == ["2021", "2022", "2023", "2024", "2025"]
    # All stations opened on 2022-09-01, so that nobody was covered before.
    assert (years[0]["figure"], years[0]["status"]) == ("0 %", "未达标")
    assert years[1]["figure"] == years[2]["figure"] != years[3]["figure"] == years[4]["figure"]
    assert all(one["spoken"].startswith(one["year"]) for one in years)


def test_what_opened_and_closed_is_named_in_its_year(slider: str) -> None:
    years = years_of(slider)
    assert [bool(one["opened"]) for one in years] == [False, True, False, False, False]
    assert [bool(one["closed"]) for one in years] == [False, False, False, True, False]
    assert NASTY in years[3]["closed"]


def test_units_carry_a_sign_for_every_year(slider: str) -> None:
    # 0 covered, 1 not covered: the one whose station closed in 2024 goes 1, 0, 0, 1, 1.
    signs = yearly(slider)
    assert list(signs.values()).count("10011") == 1
    assert set(signs.values()) <= {"10011", "10000", "11111"}


def test_facilities_work_in_their_years(slider: str) -> None:
    works = {
        one["id"]: one["works"]
        for maker, data in layers_of(slider) if maker == "facilities" for one in data["features"]
    }  # fmt: skip
    assert set(works.values()) == {"01111", "01100"}
    assert "facility:F0000" not in works  # planned, never at work


def test_a_year_without_a_figure_says_so_and_is_drawn_unknown(project: Project) -> None:
    page = render_html(draw_map(project, indicator=SHARES, years=(2024, 2025), language="en"))
    first, last = years_of(page)
    assert (first["figure"], first["status"], first["counted"]) == (
        "no figure for this year", "", "",
    )  # fmt: skip
    assert last["figure"].endswith("%")
    assert {signs[0] for signs in yearly(page).values()} == {"2"}


def test_two_years_stand_beside_what_has_changed(beside: str) -> None:
    assert 'id="planner-change"' in beside
    section = beside[beside.index('id="planner-change"') :]
    assert section.index("<b>2023</b>") < section.index("<b>2025</b>")
    assert re.search(r'id="planner-difference">−[\d.]+ percentage points<', section)
    assert "−1 unit" in section
    assert "Facilities closed" in section
    assert "Lost: covered then, not now" in section
    assert "Facilities opened" not in section.split("</section>")[0]


@pytest.mark.parametrize("name", ["slider", "beside"])
def test_nothing_foreign_and_no_name_becomes_markup(
    name: str, request: pytest.FixtureRequest
) -> None:
    page = request.getfixturevalue(name)
    assert foreign(requests_of(page)) == []
    assert "alert('x')</script>" not in page
    assert "7*7" in page
    assert "49 &#34;" not in page


def test_same_bytes_twice(changing: Project, slider: str, beside: str) -> None:
    again = render_html(draw_map(changing, indicator=TARGET, years=range(2021, 2026)))
    assert again == slider
    again = render_html(draw_map(changing, indicator=TARGET, compare=(2023, 2025), language="en"))
    assert again == beside  # in whatever order they are given


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"years": (2021,)}, "years-of-one"),
        ({"indicator": TARGET, "years": (2021,), "compare": (2021, 2022)}, "years-of-one"),
        ({"indicator": TARGET, "years": (2026,)}, "years-outside"),
        ({"indicator": TARGET, "years": ()}, "bad-years"),
        ({"indicator": TARGET, "compare": (2021,)}, "two-years"),
    ],
)
def test_years_that_cannot_be_drawn(project: Project, asked: dict[str, object], code: str) -> None:
    with pytest.raises(DataError) as caught:
        draw_map(project, **asked)  # type: ignore[arg-type]
    assert caught.value.code == code
