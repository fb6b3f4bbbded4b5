"""Sites on trial and priorities for programs: by hand, refusals in both languages, nothing kept.

The small world with streets: one road along y = 0 with C1 (0), C2 (700), C4 (900), K1 (2000) and K2
(3000) on it and the kindergarten at 100; U1 and U2 at another road; C3 5000 m away from both.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import geopandas as gpd
import pytest
from fastapi.testclient import TestClient
from shapely import Point

from api.app import create_app
from api.settings import Settings
from tests.serving.world import CRS, MOMENT, new_project, streets

CHINESE = re.compile(r"[\u4e00-\u9fff]")
TOWN = "/api/projects/town"
ASKED = {"facility_type": "kindergarten"}


def lonlat(x: float, y: float) -> tuple[float, float]:
    point = gpd.GeoSeries([Point(500_000 + x, 4_740_000 + y)], crs=CRS).to_crs(4326).iloc[0]
    return point.x, point.y


AT = lonlat(2500, 0)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("trial")
    store = new_project(folder / "town")
    later = MOMENT + timedelta(days=1)
    store.commit_layer(streets(), layer="streets", file="roads.geojson", imported_at=later)
    with TestClient(create_app(Settings.of(projects=folder))) as made:
        yield made


def test_a_new_site_by_hand(town: TestClient) -> None:
    # 1 500 m outside towns: K1 and K2 are 500 m away; C4 is 1 600 m away and reached already.
    site = f"{AT[0]},{AT[1]}"
    found = town.get(f"{TOWN}/what-if", params=ASKED | {"at": site}).json()
    assert found["method"] == "streets"
    (step,) = found["changes"]
    assert step["newly_reached"]["unit_ids"] == ["K1", "K2"]
    assert step["site"] == "trial-1"
    assert [one["metres_after"] for one in step["units"]] == pytest.approx([500, 500], abs=0.01)
    assert (step["before"]["units"], step["after"]["units"]) == (3, 5)
    assert found["together"]["newly_reached"] == step["newly_reached"]
    assert "trial-no-record" in {note["code"] for note in found["notes"]}


def test_nothing_is_kept(town: TestClient) -> None:
    before = town.get(f"{TOWN}/coverage").json()
    body = ASKED | {"at": [AT, AT], "remove": ["G1"]}
    first = town.post(f"{TOWN}/what-if", json=body).json()
    assert [one["change"] for one in first["changes"]] == ["drop", "drop", "remove"]
    assert first["together"]["lost"]["unit_ids"] == ["C1", "C2", "C4"]
    assert town.post(f"{TOWN}/what-if", json=body).json() == first
    assert town.get(f"{TOWN}/coverage").json() == before


def test_many_ask_at_once(town: TestClient) -> None:
    bodies = [ASKED | {"at": [AT]}, ASKED | {"remove": ["G1"]}] * 6
    with ThreadPoolExecutor(4) as threads:
        found = list(
            threads.map(lambda body: town.post(f"{TOWN}/what-if", json=body).json(), bodies)
        )
    assert found == found[:2] * 6


@pytest.mark.parametrize(
    ("params", "status"),
    [
        ({"at": "no place"}, 422),
        ({"at": "200,0"}, 422),
        ({"at": "nan,nan"}, 422),
        ({"remove": "G9"}, 404),
        ({"mode": "fly"}, 404),
        ({"facility_type": "no_such"}, 404),
        ({"limit": -1}, 422),
    ],
)
def test_refusals(town: TestClient, params: dict[str, str], status: int) -> None:
    for language in ("zh-CN", "en"):
        answer = town.get(
            f"{TOWN}/what-if", params=ASKED | params, headers={"Accept-Language": language}
        )
        assert answer.status_code == status
        assert bool(CHINESE.search(answer.json()["title"] + answer.json().get("detail", ""))) == (
            language == "zh-CN"
        )


def test_priorities(town: TestClient) -> None:
    found = town.get(f"{TOWN}/priorities", params={"top": 3}).json()
    units = {one["unit_id"]: one for one in found["units"]}
    # C1 has its kindergarten 100 m and its parent school 150 m away; what else the office has no
    # lists of is unknown, not missing.
    assert [one["en"] for one in units["C1"]["present"]] == [
        "Kindergarten or childcare", "Parent school",
    ]  # fmt: skip
    assert (units["C1"]["score"], units["C1"]["score_upper"]) == (pytest.approx(2 / 6), 1)
    assert units["U2"]["children"] is None
    assert (units["U2"]["state"], units["U2"]["missing"]) == ("nothing_missing", [])
    ranked = [one for one in found["units"] if one["state"] == "ranked"]
    for one in ranked:
        parts = sum(value for name, value in one.items() if name.startswith("part_"))
        assert parts == pytest.approx(one["priority"])
    assert [one["rank"] for one in ranked] == list(range(1, len(ranked) + 1))


def test_own_weights(town: TestClient) -> None:
    body = {"weights": {"children": 1, "missing": 0, "distance": 0, "cost": 0}}
    found = town.post(f"{TOWN}/priorities", json=body).json()
    ranked = [one["unit_id"] for one in found["units"] if one["state"] == "ranked"]
    # 50, 20, 15, 10 children; of U1, C1 and C2 nothing is known to be missing.
    assert ranked == ["C4", "C3", "K2", "K1"]
    for wrong, status in (
        ({"weights": {"children": -1}}, 422),
        ({"weights": {"colour": 1}}, 404),
        ({"weights": dict.fromkeys(("children", "missing", "distance", "cost"), 0)}, 422),
        ({"costs": {"pool": 1}}, 404),
        ({"bundle": "no_such"}, 404),
        ({"top": 0}, 422),
        ({"colour": 1}, 422),
    ):
        assert town.post(f"{TOWN}/priorities", json=wrong).status_code == status
