"""Every route of the interface for programs, on a world whose answers fit in your head."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pyogrio
import pytest
from fastapi.testclient import TestClient

from tests.serving.world import FORMULA, REGIMENT, SCRIPT, URBAN, new_project

SMALL = "/api/projects/small"


def test_health(client: TestClient) -> None:
    answer = client.get("/api/health").json()
    assert answer["status"] == "ok"
    assert answer["projects"] == 3  # small, the Chinese one, and the broken one


def test_projects_are_the_folders_that_hold_one(client: TestClient) -> None:
    found = {one["id"]: one["readable"] for one in client.get("/api/projects").json()}
    assert found == {"small": True, "第二个 项目": True, "broken": False}


def test_one_project(client: TestClient) -> None:
    answer = client.get(SMALL).json()
    assert (answer["name"], answer["crs"], answer["as_of"]) == ("小世界", "EPSG:4540", "2025-12-31")
    assert {one["layer"]: one["rows"] for one in answer["layers"]} == {
        "units": 10, "facilities": 4, "observations": 1,
    }  # fmt: skip
    assert answer["simulated"] is False


def test_a_chinese_folder_name_with_a_space_is_an_id(client: TestClient) -> None:
    assert client.get("/api/projects/第二个 项目").json()["name"] == "小世界"


def test_one_project_folder_can_be_served_alone(built: Path) -> None:
    from api.app import create_app
    from api.settings import Settings

    alone = TestClient(create_app(Settings.of(projects=built)))
    assert [one["id"] for one in alone.get("/api/projects").json()] == ["small"]
    assert alone.get(SMALL).status_code == 200


@pytest.mark.parametrize("address", ["/api/catalogue", f"{SMALL}/catalogue"])
def test_catalogue_has_both_labels(client: TestClient, address: str) -> None:
    answer = client.get(address).json()
    row = next(one for one in answer["indicators"] if one["id"] == REGIMENT)
    assert row["label"]["zh"].startswith("团场社区家长学校")
    assert row["target"] == 90
    assert len(answer["indicators"]) == 145
    assert {one["id"] for one in answer["unit_kinds"]} >= {"company", "community"}
    assert all(one["label"]["zh"] and one["label"]["en"] for one in answer["facility_types"])


def test_one_indicator(client: TestClient) -> None:
    answer = client.get(f"{SMALL}/catalogue/indicators/{URBAN}").json()
    assert "96%" in answer["quote"]


def test_layers_list(client: TestClient) -> None:
    units = client.get(f"{SMALL}/layers").json()[0]
    assert units == {
        "layer": "units", "rows": 10, "with_position": 10, "simulated": 0, "crs": "EPSG:4540",
    }  # fmt: skip


def test_download_as_geojson_is_in_degrees(client: TestClient) -> None:
    answer = client.get(f"{SMALL}/layers/units.geojson")
    assert answer.headers["content-type"] == "application/geo+json"
    found = {one["properties"]["unit_id"]: one for one in json.loads(answer.text)["features"]}
    assert len(found) == 10
    lon, lat = found["R1"]["geometry"]["coordinates"]
    # Easting 500 000 lies on the central meridian of EPSG:4540, 93 degrees east.
    assert lon == pytest.approx(93, abs=1e-9)
    assert 42.7 < lat < 42.9
    assert found["C1"]["properties"]["name"] == f"幸福社区{SCRIPT}"
    assert found["U2"]["properties"]["children_0_17"] is None


def test_observations_download_without_shape(client: TestClient) -> None:
    feature = client.get(f"{SMALL}/layers/observations.geojson").json()["features"][0]
    assert feature["geometry"] is None
    assert feature["properties"]["denominator"] == 826


def test_download_as_geopackage_is_in_the_projects_crs(client: TestClient) -> None:
    answer = client.get(f"{SMALL}/layers/facilities.gpkg")
    frame = pyogrio.read_dataframe(io.BytesIO(answer.content))
    assert len(frame) == 4
    assert frame.crs.to_epsg() == 4540
    assert set(frame["facility_id"]) == {"S1", "S2", "S3", "G1"}


def test_streets_that_are_not_there(client: TestClient) -> None:
    answer = client.get(f"{SMALL}/layers/streets.geojson")
    assert (answer.status_code, answer.json()["code"]) == (409, "no-streets")


def test_history(client: TestClient) -> None:
    found = client.get(f"{SMALL}/history").json()
    assert [one["layer"] for one in found] == ["units", "facilities", "observations"]
    assert found[0]["added"] == 10
    assert found[0]["imported_at"].startswith("2026-01-05T08:00")


def test_all_verdicts(client: TestClient) -> None:
    answer = client.get(f"{SMALL}/coverage", params={"priority": "A"}).json()
    found = {one["indicator"]: one for one in answer["indicators"]}
    assert answer["as_of"] == "2025-12-31"
    assert found[REGIMENT]["lower"] == 75
    assert found[REGIMENT]["needs_more_min"] == found[REGIMENT]["needs_more_max"] == 1
    assert found[URBAN]["status"] == "not_met"
    assert found["infant_mortality_rate"]["status"] == "met"
    assert sum(answer["counts"].values()) == len(found)
    # One met (infant mortality), two not met: 1 of 3 judged.
    assert (answer["met"], answer["judged"]) == (1, 3)
    assert answer["everything"] >= answer["judged"] + answer["counts"]["no_data"]


def test_one_verdict_with_units(client: TestClient) -> None:
    answer = client.get(f"{SMALL}/coverage/{REGIMENT}").json()
    units = {one["unit_id"]: one for one in answer["units"]}
    assert (answer["n"], answer["covered"], answer["uncovered"], answer["unknown"]) == (4, 3, 1, 0)
    assert {code: one["state"] for code, one in units.items()} == {
        "C1": "covered", "C2": "covered", "C3": "covered", "C4": "uncovered",
    }  # fmt: skip
    assert [code for code, one in units.items() if one["established_own"]] == ["C1", "C3"]
    assert units["C2"]["facility_ids"] == ["S1"]


def test_a_verdict_of_an_earlier_day(client: TestClient) -> None:
    # Every facility opened on 2022-05-01.
    answer = client.get(f"{SMALL}/coverage/{REGIMENT}", params={"as_of": "2022-04-30"}).json()
    assert answer["covered"] == 0


def test_work_list(client: TestClient) -> None:
    cells = client.get(f"{SMALL}/coverage/{REGIMENT}/work-list").json()
    # Without streets a distance is an estimate, so that no unit is called reachable or not.
    assert {one["cell"]: one["units"] for one in cells if one["units"]} == {
        "reach_unknown": ["C4", "C1", "C2", "C3"]
    }


def test_units_for_excel_are_defused(client: TestClient) -> None:
    text = client.get(f"{SMALL}/coverage/{REGIMENT}/units.csv").content.decode("utf-8")
    assert text.startswith("\ufeffunit_id,")
    assert "'=HYPERLINK" in text
    exact = client.get(f"{SMALL}/coverage/{REGIMENT}/units.csv", params={"excel": False})
    assert not exact.text.startswith("\ufeff")
    assert '"=HYPERLINK(' in exact.text
    assert FORMULA.startswith("=")


def test_access(client: TestClient) -> None:
    answer = client.get(f"{SMALL}/access", params={"facility_type": "parent_school_station"}).json()
    found = {one["unit_id"]: one for one in answer}
    # C3 stands at (0, 5000), its station at (0, 5100).
    assert found["C3"]["straight_m"] == 100
    assert found["C3"]["method"] == "straight_line"
    assert found["U2"]["children"] is None


def test_access_within_a_limit_of_ones_own(client: TestClient) -> None:
    asked = {"facility_type": "parent_school_station", "limit": 10}
    found = client.get(f"{SMALL}/access", params=asked).json()
    assert {one["unit_id"] for one in found if one["state"] == "within"} == {"U1"}


def test_check(client: TestClient) -> None:
    found = client.get(f"{SMALL}/check", params={"lang": "en"}).json()
    assert [(one["severity"], one["ids"]) for one in found] == [("gap", ["U2"])]
    assert "U2" in found[0]["text"]


def test_a_project_of_today_when_no_day_is_stated(tmp_path: Path) -> None:
    from datetime import date

    from api.app import create_app
    from api.settings import Settings

    new_project(tmp_path / "undated", day=None)
    undated = TestClient(create_app(Settings.of(projects=tmp_path)))
    answer = undated.get("/api/projects/undated/coverage/" + REGIMENT).json()
    assert abs((date.fromisoformat(answer["as_of"]) - date.today()).days) <= 1
