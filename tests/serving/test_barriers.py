"""Barriers through the browser's door: uploaded, listed, downloaded, taken back like any layer."""

from __future__ import annotations

import json
from typing import Any

from fastapi.testclient import TestClient

ADDRESS = "/api/projects/small/layers/barriers"


def lines(*kinds: str) -> bytes:
    features = [
        {
            "type": "Feature",
            "properties": {"阻隔类型": kind, "名称": "东<b>渠"},
            "geometry": {"type": "LineString", "coordinates": [[93.0, 42.8], [93.1, 42.8]]},
        }
        for kind in kinds
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode("utf-8")


def send(client: TestClient, *kinds: str, **data: Any) -> Any:
    files = {"file": ("渠道.geojson", lines(*kinds), "application/geo+json")}
    return client.post(ADDRESS, files=files, data=data)


def layers(client: TestClient) -> list[str]:
    return [one["layer"] for one in client.get("/api/projects/small/layers").json()]


def test_they_come_are_listed_downloaded_and_taken_back(own_client: TestClient) -> None:
    assert "barriers" not in layers(own_client)
    assert own_client.get(f"{ADDRESS}.geojson").status_code == 422
    answer = send(own_client, "渠道", "铁路")
    assert (answer.status_code, answer.json()["added"]) == (200, 2), answer.text
    assert layers(own_client)[-1] == "barriers"
    found = own_client.get(f"{ADDRESS}.geojson").json()["features"]
    assert [one["properties"]["kind"] for one in found] == ["canal", "railway"]
    assert own_client.get(f"{ADDRESS}.gpkg").content.startswith(b"SQLite format 3")
    assert own_client.post("/api/projects/small/undo").json()["layer"] == "barriers"
    assert "barriers" not in layers(own_client)


def test_faults_name_rows_and_the_known_kinds(own_client: TestClient) -> None:
    answer = send(own_client, "渠道", "长城")
    assert answer.status_code == 422
    assert "canal (渠道)" in answer.text
    assert len(own_client.get("/api/projects/small/history").json()) == 3


def test_the_import_page_offers_the_layer_and_its_kinds(own_client: TestClient) -> None:
    page = own_client.get("/projects/small/import", headers={"accept-language": "zh-CN"}).text
    assert '<option value="barriers">' in page
    assert '<option value="gully">冲沟</option>' in page
    files = {"file": ("渠道.geojson", lines("渠道"), "application/geo+json")}
    done = own_client.post(
        "/projects/small/import", files=files, data={"layer": "barriers", "store_it": "true"}
    )
    assert done.status_code == 200, done.text
    assert own_client.get("/projects/small/history").text.count("渠道.geojson") >= 1


def test_the_catalogue_lists_the_kinds(own_client: TestClient) -> None:
    rows = own_client.get("/api/projects/small/catalogue").json()["barrier_kinds"]
    assert {"id": "gully", "label": {"zh": "冲沟", "en": "Gully"}} in rows
