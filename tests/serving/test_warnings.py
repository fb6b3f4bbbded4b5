"""Early warnings as a route and as a page, and taking note of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.pages.warnings import course
from api.settings import Settings
from layers.store import Store
from tests.serving.warned_world import EACH, GROSS, warned_project
from tests.serving.world import SCRIPT

ROUTE = "/api/projects/warned/warnings"
PAGE = "/projects/warned/warnings"
SAID = {
    "code": "fell_below", "indicator": EACH, "year": 2025, "state": "in_hand",
    "reason": "population_changed", "by": "王芳", "on": "2026-02-01",
}  # fmt: skip


@pytest.fixture
def shelf_folder(tmp_path: Path) -> Path:
    warned_project(tmp_path / "warned")
    return tmp_path


@pytest.fixture
def visitor(shelf_folder: Path) -> Iterator[TestClient]:
    with TestClient(create_app(Settings.of(projects=shelf_folder))) as made:
        yield made


def test_the_list_in_both_languages(visitor: TestClient) -> None:
    found = visitor.get(ROUTE, params={"lang": "en"}).json()
    assert [(row["code"], row["level"], row["shape"]) for row in found["warnings"]] == [
        ("fell_below", "red", "■"), ("silent", "blue", "●"),
    ]  # fmt: skip
    assert found["warnings"][0]["level_name"] == "red: act"
    assert found["thresholds"][0]["source"]
    chinese = visitor.get(ROUTE, params={"lang": "zh-CN"}).json()["warnings"][0]
    assert chinese["level_name"].startswith("红色")
    assert "一团" in chinese["text"]


def test_filters(visitor: TestClient) -> None:
    def codes(**asked: str) -> list[str]:
        return [row["code"] for row in visitor.get(ROUTE, params=asked).json()["warnings"]]

    assert codes(rule="data") == ["silent"]
    assert codes(level="red", state="") == ["fell_below"]
    assert codes(state="settled") == []
    assert codes(unit="C1") == ["silent"]
    assert codes(year="2024") == []


def test_it_is_taken_note_of_and_taken_back(visitor: TestClient, shelf_folder: Path) -> None:
    done = visitor.post(f"{ROUTE}/acknowledgements", json=SAID)
    assert (done.status_code, done.json()["rule"], done.json()["unit_id"]) == (
        200,
        "fell_below",
        "D",
    )
    first = visitor.get(ROUTE).json()["warnings"][0]
    assert (first["state"], first["acknowledged"]["by"]) == ("in_hand", "王芳")
    assert visitor.post("/api/projects/warned/undo").status_code == 200
    assert visitor.get(ROUTE).json()["warnings"][0]["state"] == "open"
    assert Store(shelf_folder / "warned").history()[-1].undone_at is not None


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"code": "near_line"}, 404, "no-such-warning"),
        ({"code": "nearline"}, 404, "not-known"),
        ({"indicator": "nothing"}, 404, "not-known"),
        ({"unit_id": "R9"}, 404, "not-known"),
        ({"year": 2024}, 404, "no-such-warning"),
        ({"year": 2031}, 422, "years-outside"),
        ({"reason": "populatoin_changed"}, 404, "not-known"),
        ({"reason": None}, 422, "no-reason-given"),
        ({"by": " "}, 422, "no-name-given"),
        ({"state": "done"}, 422, "bad-values"),
        ({"on": "昨天"}, 422, "bad-values"),
        ({"note": "长" * 2001}, 422, "bad-values"),
    ],
)
def test_refusals_are_problems_in_both_languages(
    visitor: TestClient, shelf_folder: Path, change: dict[str, object], status: int, code: str
) -> None:
    before = len(Store(shelf_folder / "warned").history())
    said = []
    for language in ("zh-CN", "en"):
        answer = visitor.post(
            f"{ROUTE}/acknowledgements", json={**SAID, **change},
            headers={"accept-language": language},
        )  # fmt: skip
        assert answer.headers["content-type"] == "application/problem+json"
        assert (answer.status_code, answer.json()["code"]) == (status, code)
        said.append(answer.json()["detail"])
    assert said[0] != said[1]
    assert len(Store(shelf_folder / "warned").history()) == before


def test_a_foreign_page_cannot_take_note(visitor: TestClient) -> None:
    foreign = {"origin": "http://evil.example"}
    assert visitor.post(f"{ROUTE}/acknowledgements", json=SAID, headers=foreign).status_code == 403
    assert visitor.post(PAGE, data=SAID, headers=foreign).status_code == 403
    assert visitor.get(ROUTE).json()["warnings"][0]["state"] == "open"


def test_the_page_has_colour_word_and_shape(visitor: TestClient) -> None:
    text = visitor.get(PAGE, params={"lang": "zh-CN"}).text
    assert "红色：应采取措施" in text
    assert "■ 滑坡" in text
    assert "● 数据" in text
    assert "本产品设定" in text
    assert SCRIPT not in text
    english = visitor.get(PAGE, params={"lang": "en"}).text
    assert "red: act" in english
    assert "Thresholds in use" in english


def test_the_page_filters_and_says_when_there_are_none(visitor: TestClient) -> None:
    text = visitor.get(PAGE, params={"rule": "data", "level": "", "state": "", "lang": "en"}).text
    assert f"/indicators/{GROSS}" in text
    assert f"/indicators/{EACH}" not in text
    assert "No early warnings for 2024." in visitor.get(PAGE, params={"year": "2024"}).text


def test_the_form_stores_and_leads_back(visitor: TestClient) -> None:
    said = {**SAID, "unit": "D", "note": SCRIPT}
    done = visitor.post(PAGE, data=said, follow_redirects=False)
    assert (done.status_code, done.headers["location"]) == (303, f"{PAGE}?year=2025")
    text = visitor.get(PAGE, params={"lang": "zh-CN"}).text
    assert "处理中" in text
    assert "王芳" in text
    assert SCRIPT not in text


@pytest.mark.parametrize("year", ["20x5", "2031", "9" * 200])
def test_a_strange_year_is_a_page_that_says_so(visitor: TestClient, year: str) -> None:
    answer = visitor.get(PAGE, params={"year": year}, headers={"accept": "text/html"})
    assert answer.status_code == 422
    assert "<h" in answer.text


def test_a_refused_form_is_a_page_that_says_so(visitor: TestClient) -> None:
    answer = visitor.post(
        PAGE, data={**SAID, "by": ""}, headers={"accept": "text/html", "accept-language": "en"}
    )
    assert answer.status_code == 422


def test_a_small_course() -> None:
    # Three years over 104 pixels between edges of 3: the middle year in the middle.
    drawn = course((2023, 2024, 2025), (10, 20, 30))  # type: ignore[arg-type]
    assert drawn is not None
    assert drawn["line"] == "3.0,23.0 55.0,13.0 107.0,3.0"
    flat = course((2023, 2025), (10, 10))  # type: ignore[arg-type]
    assert flat is not None
    assert flat["line"] == "3.0,13.0 107.0,13.0"
    assert course((2025,), (10,)) is None  # type: ignore[arg-type]
    assert course((2024, 2025), (None, 10)) is None  # type: ignore[arg-type]


def test_the_page_of_an_indicator_tells_its_own_warnings(visitor: TestClient) -> None:
    address = f"/projects/warned/indicators/{EACH}"
    text = visitor.get(address, params={"lang": "zh-CN"}).text
    own, _, other = text.partition("滑坡")
    assert "一团" in other
    assert "warnings?year=2025" in own + other
    # A day of a year that has none, and one that cannot be asked for, have no warnings.
    for day in ("2019-06-30", "2035-06-30"):
        assert "滑坡" not in visitor.get(address, params={"as_of": day, "lang": "zh-CN"}).text
