"""Where to build, asked over the network with anything: an answer or a problem, never a fault."""

from __future__ import annotations

import json
import re
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from fastapi.testclient import TestClient

PROJECT = "/api/projects/small"
CHINESE = re.compile(r"[\u4e00-\u9fff]")
NAN, INF = float("nan"), float("inf")
SITE: dict[str, Any] = {
    "facility_type": "parent_school_station", "problem": "cover-most", "sites": 2, "limit": 400,
}  # fmt: skip
WANT: dict[str, Any] = {
    "facility_type": "parent_school_station", "targets": {"urban": 80}, "limit": 400,
}  # fmt: skip
PHASES: dict[str, Any] = {"wants": [WANT], "years": [2026, 2027], "buildings": 2}
MARK = {"year": 2027, "indicator": "urban", "percent": 50}


def posted(client: TestClient, address: str, body: Any, language: str = "en") -> Any:
    headers = {"Content-Type": "application/json", "Accept-Language": language}
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return client.post(PROJECT + address, content=content, headers=headers)


def is_problem(found: Any, *, chinese: bool) -> None:
    assert 400 <= found.status_code < 500, found.text
    assert found.headers["content-type"].startswith("application/problem+json")
    told = found.json()
    assert told["status"] == found.status_code
    assert {"type", "title", "detail", "code"} <= set(told)
    assert bool(CHINESE.search(told["title"] + told["detail"])) == chinese


def polygon(*corners: Any) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [list(corners)] if corners else []}


HERE = {"candidate_id": "a", "lon": 93, "lat": 42.8}


@pytest.mark.parametrize(
    "asked",
    [
        {"sites": -1}, {"sites": 1.5}, {"sites": None}, {"sites": 10**9}, {"sites": 10**40},
        {"sites": [1]}, {"sites": NAN}, {"limit": 0}, {"limit": -1}, {"limit": "x"},
        {"limit": 1e308}, {"limit": NAN}, {"limit": INF}, {"time_limit": 0}, {"time_limit": 10**9},
        {"time_limit": NAN}, {"gap": 2}, {"gap": NAN}, {"capacity": 0}, {"capacity": -1},
        {"budget": -1}, {"backup": 0}, {"backup": 101}, {"regiment_minimum": -1},
        {"regiment_minimum": 1.5}, {"regiment_minimum": {"R1": -1}}, {"regiment_minimum": [1]},
        {"regiment_minimum": {"zz": 1}}, {"required": "C1"}, {"required": ["zz"]},
        {"required": ["x" * 300]}, {"required": ["C1"] * 3000}, {"required": [None]},
        {"required": ["C1"], "forbidden": ["C1"]}, {"weight": "x"}, {"problem": "x"},
        {"problem": None}, {"problem": "median", "sites": None}, {"facility_type": "zz"},
        {"facility_type": "<script>"}, {"facility_type": "x" * 300}, {"facility_type": "\ud800"},
        {"mode": "fly"}, {"candidates_from": ["zz"]}, {"candidates_from": ["streets"]},
        {"candidates_from": "units"}, {"spacing": 1}, {"excluded": [{}]}, {"excluded": [1]},
        {"excluded": "x"}, {"excluded": [{"type": "Polygon"}]}, {"excluded": [polygon()]},
        {"excluded": [{"type": "Point", "coordinates": [1, 2]}]},
        {"excluded": [polygon(["a", 20], [1, 21], [2, 60], ["a", 20])]},
        {"excluded": [polygon([1e308, 20], [1e308, 21], [120, 60], [1e308, 20])]},
        {"excluded": [polygon([60, 20], [240, 20], [240, 60], [60, 20])]},
        {"excluded": [polygon([60, 20], [120, 20], [120, 60], [60, 60], [60, 20])]},
        {"excluded": [{"type": "GeometryCollection", "geometries": []}]},
        {"candidates": [{}]}, {"candidates": [HERE, HERE]}, {"candidates": [{**HERE, "lon": "x"}]},
        {"candidates": [{**HERE, "unit_id": "zz"}]}, {"candidates": [{**HERE, "cost": 1e308}]},
        {"candidates": [{**HERE, "suitability": 2}]}, {"candidates": [{**HERE, "cost": NAN}]},
        {"as_of": "2025-13-40"}, {"as_of": 5}, {"targets": {"urban": 50}}, {"nothing": 1},
    ],
    ids=lambda asked: json.dumps(asked)[:60],
)  # fmt: skip
def test_a_question_that_cannot_be(client: TestClient, asked: dict[str, Any]) -> None:
    for language in ("zh-CN", "en"):
        found = posted(client, "/site", {**SITE, **asked}, language)
        is_problem(found, chinese=language == "zh-CN")


@pytest.mark.parametrize(
    "asked",
    [
        {"years": [2026, 2026]}, {"years": list(range(1900, 2200))}, {"years": [10**9]},
        {"years": ["x"]}, {"wants": []}, {"wants": [{}]}, {"wants": [WANT] * 21},
        {"wants": [{**WANT, "facility_type": "zz"}]}, {"wants": [{**WANT, "weight": -1}]},
        {"wants": [{**WANT, "cost": 1e308}]}, {"wants": [{**WANT, "targets": {"zz": 50}}]},
        {"wants": [{**WANT, "required": ["C1"], "forbidden": ["C1"]}]},
        {"milestones": [MARK] * 10_000}, {"milestones": [{**MARK, "indicator": "zz"}]},
        {"milestones": [{**MARK, "percent": NAN}]}, {"milestones": [{**MARK, "year": 1999}]},
        {"budgets": {"2026": -1}}, {"budgets": {"1999": 5}}, {"budgets": {"x": 1}},
        {"buildings": -1}, {"buildings": {"1999": 1}}, {"time_limit": 10**9}, {"gap": 2},
    ],
    ids=lambda asked: json.dumps(asked)[:60],
)  # fmt: skip
def test_a_plan_that_cannot_be(client: TestClient, asked: dict[str, Any]) -> None:
    for address in ("/phases", "/phases.svg"):
        is_problem(posted(client, address, {**PHASES, **asked}), chinese=False)


@pytest.mark.parametrize("address", ["/site", "/phases", "/what-if", "/jobs"])
@pytest.mark.parametrize(
    "body",
    [
        b"", b"\0", b"[]", b"null", b"[" * 100_000 + b"]" * 100_000,
        b'{"excluded":' + b"[" * 50_000 + b"]" * 50_000 + b"}", b'{"sites":' + b"9" * 5000 + b"}",
        b'{"facility_type":"\xff"}', b'{"kind":"' + b"x" * 2_000_000 + b'"}',
        b'{"sites":1,"sites":2}',
    ],
    ids=["empty", "nul", "list", "null", "deep", "deeper", "digits", "latin", "long", "twice"],
)  # fmt: skip
def test_a_body_that_is_none(client: TestClient, address: str, body: bytes) -> None:
    is_problem(posted(client, address, body), chinese=False)


@pytest.mark.parametrize(
    "address",
    [
        "/frontier?up_to=0", "/frontier?up_to=1000000000", "/frontier?up_to=nan",
        "/frontier?target=nan", "/frontier?target=500", "/frontier?limit=nan",
        "/frontier?limit=1e400", "/frontier?weight=zz", "/frontier?time_limit=1000000000",
        "/frontier?mode=%3Cscript%3E", "/frontier.svg?up_to=0", "/frontier.svg?target=nan",
        "/equity?sites=1000000000", "/equity?sites=-1", "/equity?sites=1&floor=nan",
        "/alternatives?sites=1&within=nan", "/alternatives?sites=1&many=1000000000",
        "/alternatives", "/alternatives?problem=zz", "/limits?sites=1&percent=nan",
        "/limits?sites=1&percent=0", "/limits?sites=1000000000", "/measures",
        "/measures?facility_cost=nan", "/measures?facility_cost=-1", "/what-if?at=nan,nan",
        "/what-if?at=1000,1000", "/what-if?remove=zz",
    ],
)  # fmt: skip
def test_an_address_that_cannot_be(client: TestClient, address: str) -> None:
    path, _, words = address.partition("?")
    limit = "" if "limit=" in words and "time_limit" not in words else "&limit=400"
    asked = f"{PROJECT}{path}?facility_type=parent_school_station{limit}&{words}"
    for language in ("zh-CN", "en"):
        found = client.get(asked, headers={"Accept-Language": language})
        is_problem(found, chinese=language == "zh-CN")


def test_ten_at_once(client: TestClient) -> None:
    def ask(many: int) -> Any:
        found = posted(client, "/site", {**SITE, "sites": many % 4})
        return found.status_code, found.json()["objective"]

    alone = [ask(many) for many in range(4)]
    with ThreadPoolExecutor(10) as ten:
        assert list(ten.map(ask, range(10))) == [alone[many % 4] for many in range(10)]


def test_fifty_runs_are_queued_or_refused_and_all_can_be_dismissed(own_client: TestClient) -> None:
    run = {"kind": "site", "params": {**SITE, "time_limit": 30}}
    taken = []
    for _ in range(50):
        found = posted(own_client, "/jobs", run)
        if found.status_code == 202:
            taken.append(found.json()["id"])
        else:
            assert found.status_code == 429
            is_problem(found, chinese=False)
    assert 1 <= len(taken) < 50
    for name in taken:
        assert own_client.delete(f"/api/jobs/{name}").status_code == 200
    end = time.monotonic() + 30
    waiting = set(taken)
    while waiting and time.monotonic() < end:
        ends = {"dismissed", "successful"}
        waiting = {
            name
            for name in waiting
            if own_client.get(f"/api/jobs/{name}").json()["status"] not in ends
        }
    assert not waiting


@pytest.mark.parametrize(
    "asked",
    [
        {"kind": "zz"}, {"kind": "site"}, {"kind": "site", "params": {**SITE, "sites": 10**9}},
        {"kind": "site", "params": {**SITE, "time_limit": 10**9}},
        {"kind": "site", "params": {**SITE, "facility_type": "zz"}},
        {"kind": "phases", "params": {**PHASES, "milestones": [MARK] * 10_000}},
    ],
    ids=lambda asked: json.dumps(asked)[:60],
)  # fmt: skip
def test_a_run_that_cannot_be_is_not_taken_in(client: TestClient, asked: dict[str, Any]) -> None:
    is_problem(posted(client, "/jobs", asked), chinese=False)
    assert client.get("/api/jobs").json() == []


@pytest.mark.parametrize("name", ["facility_type", "mode"])
@pytest.mark.parametrize("value", ["", " ", "x" * 201, "moon", "<script>"])
def test_candidates_for_what_there_is_not(client: TestClient, name: str, value: str) -> None:
    asked = {"facility_type": "kindergarten", "mode": "walk", name: value}
    for language in ("en", "zh-CN"):
        found = client.get(
            PROJECT + "/candidates", params=asked, headers={"Accept-Language": language}
        )
        is_problem(found, chinese=language != "en")
        assert (found.status_code, found.json()["code"]) == (404, "not-known")
