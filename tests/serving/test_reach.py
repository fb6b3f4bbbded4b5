"""Reach for programs and on pages: each route, each refusal in both languages, the links between.

The small world with streets: one road along y = 0 with C1 (0), C2 (700), C4 (900), K1 (2000) and K2
(3000) on it and the kindergarten at 100; U1 and U2 at another road; C3 5000 m away from both.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from tests.serving.world import MOMENT, REGIMENT, new_project, streets

CHINESE = re.compile(r"[\u4e00-\u9fff]")
TOWN = "/api/projects/town"
ASKED = {"facility_type": "kindergarten"}


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("reach")
    store = new_project(folder / "town")
    later = MOMENT + timedelta(days=1)
    store.commit_layer(streets(), layer="streets", file="roads.geojson", imported_at=later)
    new_project(folder / "bare")
    with TestClient(create_app(Settings.of(projects=folder))) as made:
        yield made


def test_both_methods_in_each_row(town: TestClient) -> None:
    rows = {one["unit_id"]: one for one in town.get(f"{TOWN}/access", params=ASKED).json()}
    # C4 walks 800 m along the road; its limit outside towns is 1500 m.
    assert (rows["C4"]["network_m"], rows["C4"]["straight_m"]) == (800, 800)
    assert (rows["C4"]["state"], rows["C4"]["method"], rows["C4"]["limit_m"]) == (
        "within", "streets", 1500,
    )  # fmt: skip
    assert rows["K2"]["state"] == "beyond"
    # C3 is 5000 m away from every street.
    assert (rows["C3"]["state"], rows["C3"]["network_m"]) == ("no_path", None)
    lined = town.get(f"{TOWN}/access", params=ASKED | {"method": "straight_line"}).json()
    found = {one["unit_id"]: one for one in lined}
    assert {one["method"] for one in lined} == {"straight_line"}
    # 800 m times the detour factor of 1.3.
    assert found["C4"]["network_m"] == pytest.approx(1040)
    assert found["C3"]["network_m"] is not None


def test_on_foot_or_by_road(town: TestClient) -> None:
    rows = town.get(f"{TOWN}/access", params=ASKED | {"or_drive": True}).json()
    found = {one["unit_id"]: one for one in rows}
    # K2 walks 2 900 m, beyond 1 500; by road it is within the 20 minutes.
    assert (found["K2"]["state"], found["K2"]["drive_state"], found["K2"]["walk_or_drive"]) == (
        "beyond", "within", "within",
    )  # fmt: skip
    assert found["K2"]["drive_network_m"] == 2900
    assert found["C3"]["walk_or_drive"] == "no_path"


def test_isochrones_hold_the_units_within(town: TestClient) -> None:
    answer = town.get(f"{TOWN}/isochrones", params=ASKED | {"metres": [1500, 500]})
    assert answer.headers["content-type"] == "application/geo+json"
    found = answer.json()
    assert (found["type"], found["method"]) == ("FeatureCollection", "streets")
    small, large = (one["properties"] for one in found["features"])
    assert (small["limit_m"], large["limit_m"]) == (500, 1500)
    assert large["area_km2"] > small["area_km2"] > 0
    # C1 within 500 m; C1, C2 and C4 within 1500 m.
    assert (small["units"], large["units"]) == (1, 3)
    places = re.findall(r"\[(-?[\d.]+), ?(-?[\d.]+)\]", json.dumps(found["features"][0]))
    assert all(80 < float(lon) < 100 and 40 < float(lat) < 45 for lon, lat in places)


def test_isochrones_of_a_point_and_of_one_facility(town: TestClient) -> None:
    lon, lat = town.get(f"{TOWN}/explain", params=ASKED | {"unit": "K2"}).json()["point"][
        "coordinates"
    ]
    around = town.get(
        f"{TOWN}/isochrones", params=ASKED | {"lon": lon, "lat": lat, "minutes": 20}
    ).json()["features"][0]["properties"]
    # 1200 m from K2: itself and K1.
    assert around["units"] == 2
    one = town.get(f"{TOWN}/isochrones", params=ASKED | {"facility": "G1", "each": True}).json()
    assert [row["properties"]["facility_id"] for row in one["features"]] == ["G1"] * 3


def test_streets_by_minutes(town: TestClient) -> None:
    found = town.get(f"{TOWN}/street-minutes", params=ASKED | {"minutes": [10]}).json()
    rows = [one["properties"] for one in found["features"]]
    within = [one for one in rows if one["state"] == "within"]
    assert within
    assert all(one["minutes"] <= 10 and one["facility_id"] == "G1" for one in within)
    # The road of the other town is connected with no kindergarten.
    assert [one["minutes"] for one in rows if one["state"] == "no_path"] == [None]


def test_catchments_and_opportunities(town: TestClient) -> None:
    found = town.get(f"{TOWN}/catchments", params=ASKED).json()
    (only,) = found["facilities"]
    assert only["facility_id"] == "G1"
    assert set(only["unit_ids"]) == {"C1", "C2", "C4", "K1", "K2"}
    assert only["units_within"] == 3
    assert {one["unit_id"]: one["state"] for one in found["unreached"]} == {
        "C3": "no_path", "U1": "no_path", "U2": "no_path",
    }  # fmt: skip
    land = town.get(f"{TOWN}/catchments.geojson", params=ASKED).json()
    assert [one["properties"]["facility_id"] for one in land["features"]] == ["G1"]
    table = town.get(f"{TOWN}/opportunities", params=ASKED | {"limit": [300, 2500]}).json()
    counted = {(one["unit_id"], one["limit_m"]): one["facilities"] for one in table["units"]}
    assert counted["C1", 300] == 1
    assert counted["C4", 300] == 0
    assert counted["K1", 2500] == 1
    assert [one["limit_m"] for one in table["totals"]] == [300, 2500]


REFUSED = [
    ("town", "access?facility_type=no_such", 404, "not-known"),
    ("town", "access?facility_type=kindergarten&mode=fly", 404, "not-known"),
    ("town", "access?facility_type=water_supply", 409, "no-limit"),
    ("town", "access?facility_type=kindergarten&method=crow", 422, "bad-values"),
    ("bare", "access?facility_type=kindergarten&method=streets", 409, "no-streets"),
    ("town", "isochrones", 422, "bad-values"),
    ("town", "isochrones?facility_type=no_such", 404, "not-known"),
    ("town", "isochrones?facility_type=kindergarten&facility=G9", 404, "not-known"),
    ("town", "isochrones?facility_type=kindergarten&minutes=5&metres=300", 422, "bad-values"),
    ("town", "isochrones?facility_type=kindergarten&minutes=0", 422, "bad-values"),
    ("town", "isochrones?facility_type=kindergarten&minutes=nan", 422, "bad-values"),
    ("town", "isochrones?facility_type=kindergarten&lon=93", 422, "bad-values"),
    ("town", "isochrones?facility_type=kindergarten&lat=43", 422, "bad-values"),
    ("town", "catchments?facility_type=no_such", 404, "not-known"),
    ("town", "catchments?facility_type=water_supply", 409, "no-limit"),
    ("town", "catchments.geojson?facility_type=kindergarten&mode=fly", 404, "not-known"),
    ("town", "opportunities?facility_type=no_such", 404, "not-known"),
    ("town", "opportunities?facility_type=kindergarten&limit=-1", 422, "bad-values"),
    ("town", "street-minutes?facility_type=no_such", 404, "not-known"),
    ("bare", "street-minutes?facility_type=kindergarten", 409, "no-streets"),
    ("gone", "isochrones?facility_type=kindergarten", 404, "not-known"),
]


@pytest.mark.parametrize(("project", "asked", "status", "code"), REFUSED)
def test_refusals_in_both_languages(
    town: TestClient, project: str, asked: str, status: int, code: str
) -> None:
    said = {}
    for language in ("zh-CN", "en"):
        answer = town.get(f"/api/projects/{project}/{asked}", headers={"accept-language": language})
        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert answer.headers["content-type"] == "application/problem+json"
        said[language] = answer.json()["detail"]
    assert CHINESE.search(said["zh-CN"])
    assert not CHINESE.search(said["en"])


def test_without_streets_areas_are_circles_and_say_so(town: TestClient) -> None:
    found = town.get("/api/projects/bare/isochrones", params=ASKED | {"lang": "en"}).json()
    assert found["method"] == "straight_line"
    assert found["notes"]
    assert not CHINESE.search(found["notes"][0]["text"])


def test_the_access_page_counts_and_links(town: TestClient) -> None:
    page = town.get("/projects/town/access").text
    row = page.split(">幼儿园</a>")[1].split("</tr>", maxsplit=1)[0]
    # 3 within, 2 beyond, 3 without a path.
    assert re.findall(r'<td class="n">(\d+)</td>', row)[:4] == ["1", "3", "2", "3"]
    link = re.search(r'href="(/projects/town/map\?facility_type=kindergarten[^"]+)"', page)
    assert link
    assert town.get(link.group(1).replace("&amp;", "&")).status_code == 200
    assert "水" not in page  # a type without a limit is not listed
    assert "距离为直线距离乘绕行系数" in town.get("/projects/bare/access").text


def test_the_map_offers_types_and_modes_and_asks_this_server_only(town: TestClient) -> None:
    answer = town.get("/projects/town/map?facility_type=kindergarten&lang=en")
    form = answer.text.split('id="planner-chooser"')[1].split("</form>", maxsplit=1)[0]
    assert '<option value="kindergarten" selected>' in form
    assert '<option value="drive">' in form
    assert 'name="lang" value="en"' in form
    assert "form-action 'self'" in answer.headers["content-security-policy"]
    address = re.search(r'"explain":"([^"]+)"', answer.text)
    assert address
    asked = unquote(address.group(1).replace("\\u0026", "&")).replace("{unit}", "K2")
    assert town.get(asked).json()["state"] == "beyond"
    # With an indicator, the map is about that one.
    assert 'id="planner-chooser"' not in town.get(f"/projects/town/map?indicator={REGIMENT}").text


def test_a_mode_without_a_limit_is_a_problem_page(town: TestClient) -> None:
    answer = town.get(
        "/projects/town/map?facility_type=playground&mode=drive", headers={"accept": "text/html"}
    )
    assert answer.status_code == 409
    assert answer.headers["content-type"].startswith("text/html")


def test_units_of_an_indicator_lead_to_their_way(town: TestClient) -> None:
    page = town.get(f"/projects/town/indicators/{REGIMENT}").text
    links = re.findall(r'href="(/projects/town/map\?[^"]+#unit=C4)"', page)
    assert links
    assert "facility_type=parent_school_station" in links[0]
    assert town.get(links[0].replace("&amp;", "&")).status_code == 200


def test_an_empty_project_has_an_empty_page(own_client: TestClient, own: Path) -> None:
    from layers.store import Store

    Store.create(own / "empty", name="空", crs="EPSG:4540", created_at=MOMENT)
    page = own_client.get("/projects/empty/access")
    assert page.status_code == 200
    assert "没有设定限距的设施类型" in page.text
