from __future__ import annotations

import time
from xml.etree import ElementTree as ET

TYPE = "parent_school_station"
AT = "/api/projects/small/phases"
ASKED = {"wants": [{"facility_type": TYPE}], "years": [2026, 2027], "buildings": 1}


def test_what_to_build_in_which_year(client) -> None:
    found = client.post(AT, json=ASKED)
    assert found.status_code == 200, found.text
    told = found.json()
    assert told["status"] == "optimal"
    # As worked in tests/commands/test_phases.py.
    found = [(one["year"], one["newly_covered"]) for one in told["sites"]]
    assert found == [(2026, ["C4"]), (2027, ["U2"])]
    assert told["classes"][0]["label"]["zh"]


def test_promises_that_cannot_be_kept_are_said_in_the_readers_language(client) -> None:
    asked = ASKED | {"buildings": {"2026": 1}, "years": [2026]}
    for language, word in (("zh-CN", "还差 1"), ("en", "1 units short")):
        told = client.post(AT, json=asked, headers={"Accept-Language": language}).json()
        assert told["status"] == "infeasible"
        assert word in told["refusal"]
        assert [one["lacking"] for one in told["lacking"]] == [1]


def test_the_chart(client) -> None:
    first, second = (client.post(f"{AT}.svg", json=ASKED) for _ in range(2))
    assert first.headers["content-type"].startswith("image/svg+xml")
    assert first.content == second.content
    ET.fromstring(first.content)


def test_refusals(client) -> None:
    for asked, status in (
        ({}, 422),
        (ASKED | {"wants": []}, 422),
        (ASKED | {"time_limit": 5000}, 422),
        (ASKED | {"colour": "red"}, 422),
        (ASKED | {"years": [2026, 2026]}, 422),
        (ASKED | {"wants": [{"facility_type": "no_such"}]}, 404),
        (ASKED | {"milestones": [{"year": 2026, "indicator": "no_such", "percent": 5}]}, 404),
        (ASKED | {"wants": [{"facility_type": TYPE, "per_year": 0, "required": ["C4"]}]}, 409),
    ):
        found = client.post(AT, json=asked)
        assert found.status_code == status, (asked, found.text)
        assert found.headers["content-type"].startswith("application/problem+json")


def test_a_long_run(own_client) -> None:
    taken = own_client.post("/api/projects/small/jobs", json={"kind": "phases", "params": ASKED})
    assert taken.status_code == 202, taken.text
    name = taken.json()["id"]
    for _ in range(600):
        now = own_client.get(f"/api/jobs/{name}").json()
        if now["status"] not in {"accepted", "running"}:
            break
        time.sleep(0.05)
    assert now["status"] == "successful", now
    result = own_client.get(f"/api/jobs/{name}/result").json()
    assert [one["newly_covered"] for one in result["sites"]] == [["C4"], ["U2"]]
    wrong = {"kind": "phases", "params": ASKED | {"wants": [{"facility_type": "no_such"}]}}
    assert own_client.post("/api/projects/small/jobs", json=wrong).status_code == 404
