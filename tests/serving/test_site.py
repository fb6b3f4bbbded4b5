"""Where to build, for programs and on the page; the world is that of tests/commands/test_site.py.

C1, C2 and C4 are covered today; K1 reaches K1 and K2; U1 and U2 lie 400 m apart with a limit of
300 m; C3 stands at no street.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from layers.store import Store
from tests.serving.test_jobs import ended
from tests.serving.world import new_project, streets

SITE = "/api/projects/small/site"
PAGE = "/projects/small/site"
KINDERGARTEN = {"facility_type": "kindergarten"}
K3 = {"candidate_id": "K3", "lon": 93.03, "lat": 42.79548}
"""On the road, 2,450 m east of C1."""


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("sited")
    new_project(folder / "small")
    Store(folder / "small").commit_layer(streets(), layer="streets", file="roads.geojson")
    new_project(folder / "other")
    settings = Settings.of(projects=folder, jobs_folder=tmp_path_factory.mktemp("runs"))
    with TestClient(create_app(settings)) as made:
        yield made


def post(client: TestClient, **body: Any) -> Any:
    return client.post(SITE, params={"lang": "en"}, json={**KINDERGARTEN, **body})


def test_most_units_with_one_site(client: TestClient) -> None:
    answer = post(client, problem="cover-most", sites=1, weight="units")
    assert answer.status_code == 200
    found = answer.json()
    assert (found["status"], found["objective"], found["gap"]) == ("optimal", 5, 0)
    assert found["sites"][0]["newly_covered"] == ["K1", "K2"]
    assert "classes" not in found
    assert "serves_units" not in found["sites"][0]
    assert found["notes"][0]["text"].startswith("8 of 8 units do not state")


def test_targets_by_class(client: TestClient) -> None:
    body = {"facility_type": "parent_school_station", "problem": "reach-target"}
    found = client.post(SITE, json=body).json()
    assert [row["met"] for row in found["classes"]] == [True, True]
    assert found["classes"][0]["label"]["en"]
    assert all("serves_units" in site for site in found["sites"])


def test_candidates_of_ones_own_and_land_left_out(client: TestClient) -> None:
    asked = {"problem": "cover-most", "sites": 1, "weight": "units", "candidates": [K3]}
    (site,) = post(client, **asked).json()["sites"]
    assert (site["candidate_id"], site["unit_id"], site["source"]) == ("K3", "K1", "file")
    area = {"type": "Polygon", "coordinates": [[[93.02, 42.7], [93.04, 42.7], [93.03, 42.9],
                                                [93.02, 42.7]]]}  # fmt: skip
    told = post(client, **asked, excluded=[area])
    assert (told.status_code, told.json()["code"]) == (409, "no-candidates")
    both = post(client, **asked, candidates_from=["units"], excluded=[area]).json()
    assert "candidates-excluded" in {note["code"] for note in both["notes"]}


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"problem": "cover-most"}, 422, "number-needed"),
        ({"problem": "cover-all", "floor": 50}, 422, "misplaced-condition"),
        ({"problem": "reach-target", "sites": 1}, 422, "misplaced-condition"),
        ({"problem": "nearest"}, 404, "not-known"),
        ({"problem": "cover-all", "mode": "fly"}, 404, "not-known"),
        ({"problem": "cover-all", "facility_type": "castle"}, 404, "not-known"),
        ({"problem": "cover-all", "required": ["Z"]}, 404, "not-known"),
        ({"problem": "cover-most", "sites": -1}, 422, "bad-values"),
        ({"problem": "cover-most", "sites": 1e9}, 422, "bad-values"),
        ({"problem": "cover-all", "limit": 0}, 422, "bad-values"),
        ({"problem": "cover-all", "time_limit": 21}, 422, "bad-values"),
        ({"problem": "cover-all", "spacing": 1}, 422, "bad-values"),
        ({"problem": "cover-all", "candidates_from": ["moon"]}, 422, "bad-values"),
        ({"problem": "cover-all", "candidates": [{**K3, "cost": -1}]}, 422, "bad-values"),
        ({"problem": "cover-all", "candidates": [{**K3, "suitability": 2}]}, 422, "bad-values"),
        ({"problem": "cover-all", "candidates": [K3, K3]}, 422, "refused-file"),
        ({"problem": "cover-all", "candidates": [{**K3, "unit_id": "Z"}]}, 422, "refused-file"),
        ({"problem": "cover-all", "excluded": [{"type": "Point"}]}, 422, "bad-geometry"),
        ({"problem": "cover-all", "excluded": [{"no": "shape"}]}, 422, "bad-geometry"),
        ({"problem": "cover-all", "candidates": [K3]}, 409, "infeasible"),
        ({"problem": "cover-all", "sights": 1}, 422, "bad-values"),
    ],
)
def test_what_cannot_be_is_a_problem(
    client: TestClient, body: dict[str, Any], status: int, code: str
) -> None:
    told = post(client, **body)
    assert (told.status_code, told.json()["code"]) == (status, code)
    assert told.headers["content-type"] == "application/problem+json"


def test_the_units_nobody_reaches_are_in_the_problem(client: TestClient) -> None:
    told = post(client, problem="cover-all", candidates=[K3]).json()
    assert told["params"]["unreachable"] == ["C3", "U1", "U2"]


def test_candidates_as_geojson(client: TestClient) -> None:
    address = "/api/projects/small/candidates"
    answer = client.get(address, params=KINDERGARTEN)
    assert answer.headers["content-type"] == "application/geo+json"
    units = answer.json()["features"]
    assert sorted(one["properties"]["candidate_id"] for one in units) == [
        "C1", "C2", "C3", "C4", "K1", "K2", "U1", "U2",
    ]  # fmt: skip
    more = {**KINDERGARTEN, "source": ["streets", "buildings"], "spacing": 500}
    found = client.get(address, params=more).json()["features"]
    assert {one["properties"]["source"] for one in found} == {"street", "building"}
    assert client.get(address, params={**KINDERGARTEN, "source": "moon"}).status_code == 422
    assert client.get(address, params={"facility_type": "castle"}).status_code == 404
    other = client.get("/api/projects/other/candidates", params=more)
    assert (other.status_code, other.json()["code"]) == (409, "no-streets")


def asked(client: TestClient, **query: Any) -> Any:
    return client.get(PAGE, params={"lang": "en", **KINDERGARTEN, **query})


def test_the_page_asks_and_answers(client: TestClient) -> None:
    empty = client.get(PAGE, params={"lang": "zh-CN"}).text
    assert "结果显示在这里" in empty
    assert 'aria-current="page">选址' in empty
    text = asked(client, problem="cover-all", sites="", limit="").text
    assert "Proven: no better choice exists" in text
    assert "3 → 8 / 8" in text
    assert "<script>alert" not in text
    assert 'value="kindergarten" selected' in text
    piece = client.get(
        PAGE,
        params={**KINDERGARTEN, "problem": "cover-all", "lang": "zh-CN"},
        headers={"HX-Request": "true"},
    ).text
    assert "<html" not in piece
    assert "已证明" in piece


def test_the_page_says_why_not(client: TestClient) -> None:
    told = asked(client, problem="median")
    assert (told.status_code, "needs to know how many" in told.text) == (422, True)
    told = asked(client, problem="cover-most", sites="many")
    assert told.status_code == 422
    told = asked(client, problem="center", sites=1)
    assert told.status_code == 409


@pytest.mark.parametrize("accept", ["text/html", "*/*"])
def test_a_refusal_is_said_beside_the_form(client: TestClient, accept: str) -> None:
    query = {**KINDERGARTEN, "problem": "center", "sites": 1, "lang": "zh-CN"}
    told = client.get(PAGE, params=query, headers={"accept": accept})
    assert (told.status_code, told.headers["content-type"][:9]) == (409, "text/html")
    assert 'value="kindergarten" selected' in told.text
    # What was asked is named in words.
    assert '<p class="problem" role="alert">没有任何选址方案' in told.text
    assert "（最远路程最短）" in told.text


def test_types_are_called_by_name_beside_their_id(client: TestClient) -> None:
    query = {**KINDERGARTEN, "problem": "reach-target"}
    told = client.get(PAGE, params={**query, "lang": "zh-CN"})
    assert told.status_code == 409
    assert "规划没有为“幼儿园（kindergarten）”" in told.text
    api = client.post(SITE, params={"lang": "en"}, json=query).json()
    assert api["code"] == "no-class-target"
    assert api["params"]["facility_type"] == "kindergarten"


def test_newly_covered_units_have_their_regiment(client: TestClient) -> None:
    assert "<td>一团 一连、一团 二连</td>" in asked(client, problem="cover-all", lang="zh-CN").text


def test_the_map_of_a_proposal(client: TestClient) -> None:
    address = re.search(
        r'src="(/projects/small/site/map[^"]+)"', asked(client, problem="cover-all").text
    )
    assert address is not None
    answer = client.get(address[1].replace("&amp;", "&"))
    assert answer.status_code == 200
    assert "sha256-" in answer.headers["content-security-policy"]
    assert "Proposed" in answer.text


def test_a_longer_search_is_a_run_with_a_page_and_a_map(client: TestClient) -> None:
    question = "facility_type=kindergarten&problem=cover-most&sites=2&weight=units"
    sent = {"question": question, "time_limit": "60"}
    answer = client.post(f"{PAGE}/run", data=sent, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/jobs?project=small")
    (job,) = client.get("/api/jobs").json()
    assert ended(client, job["id"])["status"] == "successful"
    assert f"{PAGE}/runs/{job['id']}" in client.get("/jobs").text
    # Six units are covered then, and that is proven.
    assert '<td class="n">6.0<small>' in client.get("/jobs").text
    shown = client.get(f"{PAGE}/runs/{job['id']}", params={"lang": "en"}).text
    assert "3 → 6 / 8" in shown
    drawn = client.get(f"{PAGE}/runs/{job['id']}/map", params={"lang": "en"})
    assert drawn.status_code == 200
    assert "Proven: no better choice exists" in drawn.text
    assert client.get(f"/projects/other/site/runs/{job['id']}").status_code == 404
    for wrong in ({"question": "problem=nearest"}, {"question": "as_of=x&" + question}):
        told = client.post(f"{PAGE}/run", data={**sent, **wrong}, follow_redirects=False)
        assert told.status_code in (404, 422)
