"""GET /explain: why a unit is far, in degrees and in the reader's language."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from tests.serving.world import MOMENT, new_project, streets

CHINESE = re.compile(r"[\u4e00-\u9fff]")
ADDRESS = "/api/projects/small/explain"


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """The small world with its road."""
    folder = tmp_path_factory.mktemp("walked")
    store = new_project(folder / "small")
    store.commit_layer(streets(), layer="streets", file="roads.gpkg", imported_at=MOMENT)
    with TestClient(create_app(Settings.of(projects=folder))) as client:
        yield client


def asked(client: TestClient, **query: str) -> dict:
    answer = client.get(ADDRESS, params={"facility_type": "kindergarten", "lang": "en", **query})
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_company_down_the_road(walked: TestClient) -> None:
    # K2 stands at 3 000 m, the kindergarten at 100 m: 2 900 m of straight road.
    found = asked(walked, unit="K2")
    assert (found["state"], found["method"], found["assessed"]) == ("beyond", "streets", True)
    assert found["nearest"]["facility_id"] == "G1"
    assert found["nearest"]["network_m"] == pytest.approx(2900)
    assert found["nearest"]["detour_ratio"] == pytest.approx(1.0)
    assert [cause["code"] for cause in found["causes"]] == ["simply_far"]
    (site,) = found["fixes"]
    assert (site["kind"], site["within"], site["line"]) == ("site", True, None)
    line = found["route"]["line"]
    assert line["type"] == "LineString"
    # 500 000 m is the central meridian of EPSG:4540, 93 degrees east.
    assert line["coordinates"][0] == found["point"]["coordinates"]
    lon, lat = line["coordinates"][-1]
    assert lon == pytest.approx(93 + 100 / 81_700, abs=1e-4)
    assert 42 < lat < 43
    assert [leg["kind"] for leg in found["route"]["legs"]] == ["street"]


def test_another_road_has_no_way_and_is_told_why(walked: TestClient) -> None:
    found = asked(walked, unit="U1")
    assert (found["state"], found["route"]) == ("no_path", None)
    assert found["causes"][0]["code"] == "no_path"
    link = next(fix for fix in found["fixes"] if fix["kind"] == "link")
    assert link["saves_m"] is None
    assert link["line"]["type"] == "LineString"
    assert link["link_m"] == pytest.approx(9000)
    assert link["gain"]["units_connected"] >= 1


def test_in_both_languages(walked: TestClient) -> None:
    english, chinese = asked(walked, unit="K2"), asked(walked, unit="K2", lang="zh-CN")
    assert not CHINESE.search(english["causes"][0]["text"])
    assert CHINESE.search(chinese["causes"][0]["text"])
    assert len(chinese["fixes"][0]["texts"]) == len(english["fixes"][0]["texts"])
    assert english["route"] == chinese["route"]


def test_a_limit_of_ones_own(walked: TestClient) -> None:
    assert asked(walked, unit="K2", limit="2900")["state"] == "within"


def test_without_streets(client: TestClient) -> None:
    found = asked(client, unit="K2")
    assert (found["method"], found["notes"][0]["code"]) == ("straight_line", "straight-line")
    assert found["nearest"]["straight_m"] == pytest.approx(2900)


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"unit": "K9"}, 404),
        ({"unit": "K2", "facility_type": "kindergraten"}, 404),
        ({"unit": "K2", "mode": "fly"}, 404),
        ({"unit": "K2", "limit": "-1"}, 422),
        ({"unit": "K2", "limit": "nan"}, 422),
        ({"unit": "K2", "as_of": "yesterday"}, 422),
        ({"unit": "K" * 300}, 422),
        ({}, 422),
    ],
)
def test_what_is_refused(client: TestClient, query: dict[str, str], status: int) -> None:
    answer = client.get(ADDRESS, params={"facility_type": "kindergarten", **query})
    assert answer.status_code == status
