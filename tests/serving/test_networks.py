"""Networks for programs and on their page: unknown is never lacking, names cannot break out."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from tests.commands.test_network import add_network
from tests.serving.world import SCRIPT, new_project

AT = "/api/projects/small/networks"


@pytest.fixture(scope="module")
def staffed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("networks")
    new_project(folder / "small")
    add_network(folder / "small")
    with TestClient(create_app(Settings.of(projects=folder))) as made:
        yield made


def test_the_list_and_one(staffed: TestClient) -> None:
    listed = staffed.get(AT).json()
    assert listed["as_of"] == "2025-12-31"
    health = listed["networks"][1]
    assert "units" not in health
    one = staffed.get(f"{AT}/child_health").json()
    assert one["levels"] == health["levels"]
    # As worked in tests/commands/test_network.py.
    assert [level["hanging"] for level in one["levels"]] == [0, 0, 1]
    assert len(one["units"]) == 10
    assert one["label"] == {"zh": "三级儿童保健服务网络", "en": "Three-level child health network"}


def test_caveats_in_the_readers_language(staffed: TestClient) -> None:
    for language, word in (("zh-CN", "待核实"), ("en", "no list of such facilities")):
        told = staffed.get(f"{AT}/child_health", headers={"Accept-Language": language}).json()
        assert any(word in note["text"] for note in told["notes"])
        assert "Label(" not in str(told["notes"])


def test_nobody_asked_is_not_known(client: TestClient) -> None:
    levels = client.get(f"{AT}/child_protection").json()["levels"]
    assert [(one["uncovered"], one["unknown"]) for one in levels] == [(0, 1), (0, 1), (0, 8)]


def test_the_table_is_defused(staffed: TestClient) -> None:
    found = staffed.get(f"{AT}/child_health/units.csv")
    assert found.headers["content-type"].startswith("text/csv")
    assert "'=HYPERLINK" in found.text
    exact = staffed.get(f"{AT}/child_health/units.csv", params={"excel": False}).text
    assert "'=HYPERLINK" not in exact


@pytest.mark.parametrize(
    ("language", "words"),
    [("zh-CN", ("三级网络", "已配备", "待核实")), ("en", ("Three-level networks", "In place"))],
)
def test_the_page_and_its_map(staffed: TestClient, language: str, words: tuple[str, ...]) -> None:
    page = staffed.get("/projects/small/networks", params={"lang": language}).text
    for word in words:
        assert word in page
    assert "以师市妇幼保健机构为龙头" in page
    assert "/projects/small/map?network=child_health" in page
    assert SCRIPT not in page
    drawn = staffed.get("/projects/small/map", params={"network": "child_health"})
    assert 'id="planner-network"' in drawn.text
    assert "script-src" in drawn.headers["content-security-policy"]


def test_refusals(client: TestClient) -> None:
    for address in (f"{AT}/child_helth", f"{AT}/child_helth/units.csv"):
        found = client.get(address)
        assert found.status_code == 404
        assert found.headers["content-type"].startswith("application/problem+json")
        assert "child_health" in found.text
    assert client.get("/projects/small/map", params={"network": "nothing"}).status_code == 404
    assert client.get(AT, params={"as_of": "soon"}).status_code == 422
