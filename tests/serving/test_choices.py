"""Routes about many choices of sites: frontier, equity, alternatives, limits, measures."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

ASKED = {"facility_type": "parent_school_station", "limit": 400}
PATHS = {
    "frontier": {"up_to": 4},
    "equity": {"sites": 1},
    "alternatives": {"sites": 1, "within": 30},
    "limits": {"sites": 1},
    "measures": {"facility_cost": 100, "service_cost": 1},
}


@pytest.mark.parametrize("path", sorted(PATHS))
def test_each_answers_about_the_same_question(client: TestClient, path: str) -> None:
    answer = client.get(f"/api/projects/small/{path}", params={**ASKED, **PATHS[path]})
    assert answer.status_code == 200
    found = answer.json()
    assert (found["facility_type"], found["units_asked"]) == ("parent_school_station", 8)
    assert found["method"] == "straight_line"


def test_what_they_say(client: TestClient) -> None:
    # See the test of the commands: 130 of 245 children today, 90 more with a site at C2 or C4.
    def asked(path: str) -> dict[str, object]:
        params = {**ASKED, **PATHS[path], "lang": "en"}
        return client.get(f"/api/projects/small/{path}", params=params).json()

    assert [row["covered"] for row in asked("frontier")["numbers"]][:2] == [130, 220]
    assert asked("equity")["floors"][0]["covered"] == 220
    # Within 30 % of 220, 154: only what brings C2 and C4.
    assert {tuple(one["chosen"]) for one in asked("alternatives")["plans"]} == {("C2",), ("C4",)}
    assert asked("limits")["limits"][0]["percent"] == 50
    assert asked("measures")["ranking"][0]["name"].startswith("New facility: ")


def test_the_chart(client: TestClient) -> None:
    address = "/api/projects/small/frontier.svg"
    answer = client.get(address, params={**ASKED, "up_to": 4})
    assert answer.headers["content-type"].startswith("image/svg+xml")
    assert answer.text.startswith("<svg")
    assert client.get(address, params={**ASKED, "up_to": 4}).content == answer.content


@pytest.mark.parametrize(
    ("path", "query", "status"),
    [
        ("frontier", {"up_to": 0}, 422),
        ("frontier", {"up_to": 3, "facility_type": "parent_school"}, 404),
        ("frontier", {"up_to": 3, "target": 101}, 422),
        ("equity", {}, 422),
        ("alternatives", {}, 422),
        ("limits", {"sites": 1, "percent": -1}, 422),
        ("measures", {}, 422),
        ("measures", {"facility_cost": "nan"}, 422),
    ],
)
def test_what_is_refused(
    client: TestClient, path: str, query: dict[str, object], status: int
) -> None:
    answer = client.get(f"/api/projects/small/{path}", params={**ASKED, **query})
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
