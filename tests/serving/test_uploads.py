"""Files through the browser's door: checked as on the command line, all of a file or nothing."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

UNITS = "/api/projects/small/layers/units"
FACILITIES = "/api/projects/small/layers/facilities"

GOOD = (
    "facility_id,name,facility_type,unit_id,status,lon,lat\n"
    "S4,和谐家长学校,parent_school_station,C4,active,93.011,42.797\n"
)
# Row 2 has no name, row 3 repeats row 2's key and names a unit that is not there.
BAD = (
    "facility_id,name,facility_type,unit_id,status,lon,lat\n"
    "S8,,parent_school_station,C4,active,93.011,42.797\n"
    "S8,站,parent_school_station,C99,active,93.011,42.797\n"
)


def send(client: TestClient, text: str, address: str = FACILITIES, **data: Any) -> Any:
    files = {"file": ("facilities.csv", text.encode("utf-8"), "text/csv")}
    return client.post(address, files=files, data={"crs": "WGS84", **data})


def covered(client: TestClient) -> int:
    return client.get("/api/projects/small/coverage/parent_school_regiment").json()["covered"]


def test_a_dry_run_tells_and_stores_nothing(own_client: TestClient) -> None:
    answer = send(own_client, GOOD, dry_run="true")
    assert answer.status_code == 200, answer.text
    assert (answer.json()["dry_run"], answer.json()["added"]) == (True, 1)
    assert len(own_client.get("/api/projects/small/history").json()) == 3


def test_a_good_file_is_stored_seen_at_once_and_can_be_taken_back(own_client: TestClient) -> None:
    assert covered(own_client) == 3
    answer = send(own_client, GOOD)
    assert (answer.status_code, answer.json()["dry_run"]) == (200, False)
    assert covered(own_client) == 4  # C4 has its own now
    taken = own_client.post("/api/projects/small/undo").json()
    assert (taken["file"], taken["undone_at"] is not None) == ("facilities.csv", True)
    assert covered(own_client) == 3


def test_taking_back_more_than_there_is(own_client: TestClient) -> None:
    for _ in range(3):
        assert own_client.post("/api/projects/small/undo").status_code == 200
    answer = own_client.post("/api/projects/small/undo")
    assert (answer.status_code, answer.json()["code"]) == (409, "nothing-to-undo")


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_a_bad_file_is_refused_with_every_fault_and_row(own_client: TestClient, lang: str) -> None:
    answer = send(own_client, BAD, address=f"{FACILITIES}?lang={lang}")
    assert answer.status_code == 422
    problem = answer.json()
    assert problem["code"] == "refused-file"
    found = {one["code"]: one["rows"] for one in problem["faults"]}
    assert found["missing-value"] == [2]
    assert found["unknown-unit"] == [3]
    assert all(one["sentence"] for one in problem["faults"])
    assert len(own_client.get("/api/projects/small/history").json()) == 3


def test_positions_without_a_datum_are_refused_with_the_choices(own_client: TestClient) -> None:
    answer = send(own_client, GOOD, crs="")
    assert answer.status_code == 422
    assert "crs-missing" in answer.text
    assert "GCJ-02" in answer.text


def test_a_file_of_no_known_format(own_client: TestClient) -> None:
    files = {"file": ("letter.docx", b"PK\x03\x04 nothing")}
    answer = own_client.post(UNITS, files=files)
    assert answer.status_code == 422
    assert "unknown-format" in answer.text


def test_a_heading_can_be_mapped(own_client: TestClient) -> None:
    text = GOOD.replace("facility_id", "编号甲")
    assert send(own_client, text).status_code == 422
    answer = send(own_client, text, mapping=["编号甲=facility_id"])
    assert answer.status_code == 200, answer.text
    bad = send(own_client, text, mapping=["编号甲"])
    assert (bad.status_code, bad.json()["code"]) == (422, "unknown-column")


def test_a_shapefile_comes_in_parts(own_client: TestClient, tmp_path: Path) -> None:
    import geopandas as gpd
    from shapely import Point

    frame = gpd.GeoDataFrame(
        {"unit_id": ["K9"], "name": ["九连"], "kind": ["company"], "parent_id": ["R1"]},
        geometry=[Point(500_500, 4_740_500)],
        crs="EPSG:4540",
    )
    frame.to_file(tmp_path / "new.shp", encoding="utf-8")
    parts = [("file", (one.name, one.read_bytes())) for one in sorted(tmp_path.glob("new.*"))]
    answer = own_client.post(UNITS, files=parts)
    assert answer.status_code == 200, answer.text
    assert (answer.json()["file"], answer.json()["added"]) == ("new.shp", 1)
    two = own_client.post(UNITS, files=[("file", ("a.csv", b"x")), ("file", ("b.csv", b"y"))])
    assert (two.status_code, two.json()["code"]) == (422, "unreadable-file")


def test_streets_come_through_the_same_door(own_client: TestClient) -> None:
    text = (
        '{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {},'
        ' "geometry": {"type": "LineString", "coordinates": [[93.0, 42.79], [93.05, 42.79]]}}]}'
    )
    files = {"file": ("roads.geojson", text.encode())}
    answer = own_client.post("/api/projects/small/layers/streets", files=files)
    assert answer.status_code == 200, answer.text
    found = own_client.get("/api/projects/small/layers/streets.geojson").json()["features"]
    assert len(found) == answer.json()["added"] >= 1


def test_a_zip_bomb_or_a_path_in_a_zip_does_no_harm(own_client: TestClient, own: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("../../evil.csv", GOOD)
    answer = own_client.post(FACILITIES, files={"file": ("x.zip", packed.getvalue())})
    assert answer.status_code in {200, 422}
    assert not list(own.parent.rglob("evil.csv"))


def test_no_file_at_all(own_client: TestClient) -> None:
    answer = own_client.post(UNITS, data={"crs": "WGS84"})
    assert (answer.status_code, answer.json()["code"]) == (422, "bad-values")
