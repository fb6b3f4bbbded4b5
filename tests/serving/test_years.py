"""The map route by year, and the links to it on the page of an indicator."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from tests.serving.world import REGIMENT, SCRIPT

MAP = "/projects/small/map"


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
@pytest.mark.parametrize(
    ("asked", "section"),
    [({"years": "2021-2025"}, "planner-years"), ({"compare": "2021,2025"}, "planner-change")],
)
def test_the_map_takes_years(
    client: TestClient, lang: str, asked: dict[str, str], section: str
) -> None:
    answer = client.get(MAP, params={"indicator": REGIMENT, "lang": lang, **asked})
    assert answer.status_code == 200
    assert f'id="{section}"' in answer.text
    assert SCRIPT not in answer.text
    assert "script-src 'self' 'unsafe-eval' 'sha256-" in answer.headers["content-security-policy"]


def test_another_day_is_the_last_year_there_is(client: TestClient) -> None:
    asked = {"indicator": REGIMENT, "years": "2021-2025", "as_of": "2024-06-30"}
    assert client.get(MAP, params=asked).status_code == 422
    answer = client.get(MAP, params={**asked, "years": "2021-2024"})
    assert answer.status_code == 200
    assert "2024-06-30" in answer.text


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"indicator": REGIMENT, "years": "x"}, "bad-years"),
        ({"indicator": REGIMENT, "years": "2021-2030"}, "years-outside"),
        ({"indicator": REGIMENT, "years": "2010-2025"}, "too-many-years"),
        ({"indicator": REGIMENT, "compare": "2021"}, "two-years"),
        ({"years": "2021-2025"}, "years-of-one"),
        ({"indicator": REGIMENT, "years": "2021", "compare": "2021,2022"}, "years-of-one"),
    ],
)
def test_years_that_cannot_be(client: TestClient, asked: dict[str, str], code: str) -> None:
    answer = client.get(MAP, params=asked, headers={"accept": "application/json"})
    assert answer.status_code == 422
    assert answer.json()["code"] == code


def test_the_page_of_an_indicator_leads_to_its_years(client: TestClient) -> None:
    page = client.get(f"/projects/small/indicators/{REGIMENT}", params={"lang": "en"}).text
    assert "years=2020-2025" in page
    assert "compare=2020,2025" in page
    assert "Year by year" in page
    page = client.get("/projects/small/indicators/company_tap_water").text
    assert "years=2020-2025" not in page  # columns without a date: one year only
