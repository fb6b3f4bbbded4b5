"""What changed from year to year, as a route and on an indicator's page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from tests.serving.warned_world import EACH, warned_project
from tests.serving.world import REGIMENT, SCRIPT, facilities

ROUTE = "/api/projects/changed/changes"
PAGE = f"/projects/changed/indicators/{REGIMENT}"


@pytest.fixture(scope="module")
def visitor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder: Path = tmp_path_factory.mktemp("changes")
    store = warned_project(folder / "changed")
    late = facilities()
    late.loc[late["facility_id"] == "S2", "opened_on"] = pd.Timestamp("2025-07-01")
    store.commit_layer(late, layer="facilities", file="facilities.xlsx")
    with TestClient(create_app(Settings.of(projects=folder))) as made:
        yield made


def test_all_that_changed(visitor: TestClient) -> None:
    found = visitor.get(ROUTE, params={"lang": "en"}).json()
    rows = {row["indicator"]: row for row in found["changes"]}
    assert set(rows) >= {REGIMENT, EACH}
    # Two of four communities at the end of 2024, three at the end of 2025.
    assert rows[REGIMENT]["difference"] == "+25 percentage points"
    assert rows[REGIMENT]["causes"][0]["heading"] == "Facilities opened"
    assert rows[EACH]["difference"].startswith("−1")


def test_one_indicator_and_two_years(visitor: TestClient) -> None:
    asked = {"indicator": REGIMENT, "year": "2025", "since": "2021", "lang": "zh-CN"}
    (one,) = visitor.get(ROUTE, params=asked).json()["changes"]
    # S1, S2 and S3 are all open in 2025 and none in 2021; S3 stands in an urban community.
    assert (one["earlier"]["lower"], one["later"]["lower"]) == (0, 75)
    assert [thing["id"] for thing in one["opened"]] == ["S1", "S2"]
    assert "个百分点" in one["difference"]


@pytest.mark.parametrize(
    ("asked", "status", "code"),
    [
        ({"year": "2031"}, 422, "years-outside"),
        ({"year": "2025", "since": "2025"}, 422, "two-years"),
        ({"indicator": "nothing"}, 404, "not-known"),
        ({"known_on": "2020-01-01"}, 422, "nothing-known"),
        ({"known_on": "gestern"}, 422, "bad-values"),
    ],
)
def test_refusals_are_problems_in_both_languages(
    visitor: TestClient, asked: dict[str, str], status: int, code: str
) -> None:
    said = set()
    for language in ("zh-CN", "en"):
        answer = visitor.get(ROUTE, params=asked, headers={"accept-language": language})
        assert (answer.status_code, answer.json()["code"]) == (status, code)
        said.add(answer.json()["detail"])
    assert len(said) == 2


def test_known_on_a_day_of_the_history(visitor: TestClient) -> None:
    asked = {"indicator": REGIMENT, "known_on": "2026-01-06", "lang": "en"}
    (one,) = visitor.get(ROUTE, params=asked).json()["changes"]
    assert one["against_then"] is True
    assert one["restated"] == {"known": [75, 75], "now": [50, 50]}


def test_the_page_tells_it_by_name(visitor: TestClient) -> None:
    text = visitor.get(PAGE, params={"lang": "zh-CN"}).text
    assert "变化情况" in text
    assert "新开办的设施" in text
    assert "2025-07-01" in text
    assert SCRIPT not in text
    english = visitor.get(PAGE, params={"lang": "en"}).text
    assert "What changed" in english
    assert "+25 percentage points" in english


def test_a_day_before_any_year_that_can_be_asked_for_has_no_such_part(visitor: TestClient) -> None:
    text = visitor.get(PAGE, params={"lang": "en", "as_of": "1999-12-31"}).text
    assert "What changed" not in text
