"""Returns for programs and on their page, in both languages."""

from __future__ import annotations

import io

import pytest
from fastapi.testclient import TestClient
from openpyxl import load_workbook

from maps.reports.form_columns import FIRST_ROW, HEADING_ROW, PLACES
from tests.serving.world import FORMULA, SCRIPT

HEALTH = "卫生健康委"


def test_who_has_returned(client: TestClient) -> None:
    told = client.get("/api/projects/small/returns").json()
    assert (told["year"], told["due"], told["overdue"]) == (2025, "2026-04-10", False)
    health = next(one for one in told["departments"] if one["department"] == HEALTH)
    # Of what it is asked, the world holds infant deaths of the division.
    assert (health["department_en"], health["returned"]) == ("Health Commission", 1)
    assert health["n"] == health["returned"] + health["missing"]
    assert told["n"] == sum(one["n"] for one in told["departments"])
    later = client.get("/api/projects/small/returns?year=2026&as_of=2027-05-01").json()
    assert (later["returned"], later["overdue"]) == (0, True)


def test_a_form_to_fill_in(client: TestClient) -> None:
    address = f"/api/projects/small/returns/form?department={HEALTH}&year=2026"
    done = client.get(address, headers={"Accept-Language": "zh-CN"})
    assert done.status_code == 200
    assert "spreadsheetml" in done.headers["content-type"]
    assert done.headers["content-disposition"].startswith("attachment; filename*=UTF-8''%E5%8D%AB")
    page = load_workbook(io.BytesIO(done.content)).worksheets[0]
    assert page.cell(HEADING_ROW, PLACES["value"]).value == "本年值"
    assert page.cell(FIRST_ROW, PLACES["period"]).value == "2026"
    alone = client.get(address + "&indicator=infant_mortality_rate&lang=en")
    page = load_workbook(io.BytesIO(alone.content)).worksheets[0]
    assert page.max_row == FIRST_ROW
    assert page.cell(HEADING_ROW, PLACES["value"]).value == "value"
    assert client.get(address, headers={"Accept-Language": "zh-CN"}).content == done.content


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("?year=2031", 422),
        ("?year=12", 422),
        ("/form?department=nobody&year=2025", 404),
        ("/form?department=卫生健康委&year=2025&indicator=nothing", 404),
    ],
)
def test_what_cannot_be_asked(client: TestClient, query: str, status: int) -> None:
    assert client.get(f"/api/projects/small/returns{query}").status_code == status


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("zh-CN", ("2025年填报情况", "应报", "报送截止日期为2026-04-10", HEALTH, "下载")),
        ("en", ("Returns for 2025", "Asked", "Due by 2026-04-10", "Health Commission")),
    ],
)
def test_the_page_lists_departments_with_their_forms(
    client: TestClient, lang: str, words: tuple[str, ...]
) -> None:
    text = client.get(f"/projects/small/returns?lang={lang}").text
    for word in words:
        assert word in text
    assert "/api/projects/small/returns/form?department=%E5%8D%AB" in text
    assert "/projects/small/import" in text
    assert SCRIPT not in text  # C1 is named so and has returned nothing
    assert "幸福社区&lt;script&gt;" in text
    assert FORMULA not in text
