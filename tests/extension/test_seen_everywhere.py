"""One row in, seen everywhere; one rule in, measured like any other."""

from __future__ import annotations

import json
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.command_line import run
from api.settings import Settings
from geo_planner.catalogue import Indicator
from geo_planner.coverage import measure
from geo_planner.project import Project
from geo_planner.rules import RULES
from geo_planner.tally import Tally
from layers import open_project
from layers.store import Store
from maps import draw_map, render_html
from tests.worlds import CATALOGUE, communities, indicator, units, world

ROWS = """
[[facility_type]]
id = "ice_rink"
label = { zh = "冰场", en = "Ice rink" }
words = ["溜冰场"]
assessed = ["community"]
urban_walk = { metres = 800, minutes = 13 }
regiment_walk = { metres = 800, minutes = 13 }

[[indicator]]
id = "ice_rinks"
label = { zh = "社区冰场覆盖率", en = "Communities with an ice rink" }
domain = "environment"
clause = "补充条款1"
quote = "每个社区建一处冰场"
rule = "has_facility"
comparison = ">="
measure = "%"
quantified = true
priority = "A"
target = 50
numerator = { zh = "有冰场的社区", en = "communities with an ice rink" }
unit_kinds = ["community"]
facility_type = "ice_rink"
"""
UNITS = """\
单位代码,名称,单位类型,社区类别,lon,lat
C1,甲社区,社区,城市,93.5,42.8
C2,乙社区,社区,城市,93.6,42.8
"""
RINKS = "设施代码,名称,设施类型,所在单位代码,状态\nB1,大冰场,溜冰场,C1,在用\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "office"
    Store.create(folder, name="冰雪", as_of=date(2025, 12, 31))
    (folder / "catalogue").mkdir(exist_ok=True)
    (folder / "catalogue" / "rinks.toml").write_text(ROWS, encoding="utf-8")
    store = Store(folder)
    for name, text, layer in (("单位.csv", UNITS, "units"), ("冰场.csv", RINKS, "facilities")):
        file = tmp_path / name
        file.write_text(text, encoding="utf-8")
        store.import_file(file, layer=layer, crs="WGS84" if layer == "units" else None)
    return folder


def test_a_row_is_seen_on_the_command_line(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["coverage", str(project), "--indicator", "ice_rinks", "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["n"], found["covered"], found["status"]) == (2, 1, "met")
    assert run(["access", str(project), "--facility-type", "ice_rink"]) == 0
    assert "甲社区" in capsys.readouterr().out


def test_a_row_is_seen_in_the_interface_and_on_the_pages(project: Path) -> None:
    with TestClient(create_app(Settings.of(projects=project))) as client:
        catalogue = client.get("/api/projects/office/catalogue").text
        assert "ice_rinks" in catalogue
        assert "冰场" in catalogue
        figure = client.get("/api/projects/office/coverage/ice_rinks").json()
        assert figure["lower"] == 50
        board = client.get("/projects/office").text
        assert "社区冰场覆盖率" in board
        page = client.get("/projects/office/indicators/ice_rinks").text
        assert "每个社区建一处冰场" in page
        assert "乙社区" in page


def test_a_row_is_seen_on_the_map(project: Path) -> None:
    page = render_html(draw_map(open_project(project), indicator="ice_rinks"), self_contained=False)
    assert "社区冰场覆盖率" in page
    assert "补充条款1" in page


NETWORK = """
[[network]]
id = "skating"
label = { zh = "两级冰上运动网络", en = "Two-level skating network" }
clause = "补充条款2"
quote = "师市建滑冰馆，社区建冰场"

[[network.levels]]
label = { zh = "师市滑冰馆", en = "Skating hall" }
unit_kinds = ["division"]
facility_types = ["activity_venue"]

[[network.levels]]
label = { zh = "社区冰场或教练", en = "Rink or coach" }
unit_kinds = ["community"]
facility_types = ["ice_rink"]
unit_columns = ["skating_coaches"]
"""


def test_a_network_of_ones_own(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "catalogue" / "skating.toml").write_text(NETWORK, encoding="utf-8")
    # C1 has a rink; C2 has none on record, and nobody counted its coaches: not known.
    assert run(["network", str(project), "--network", "skating", "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [(one["n"], one["covered"], one["unknown"]) for one in found["levels"]] == [
        (0, 0, 0), (2, 1, 1),
    ]  # fmt: skip
    assert run(["network", str(project)]) == 0
    assert "两级冰上运动网络" in capsys.readouterr().out
    with TestClient(create_app(Settings.of(projects=project))) as client:
        listed = client.get("/api/projects/office/networks").json()["networks"]
        assert [one["network"] for one in listed] == ["child_protection", "child_health", "skating"]
        assert client.get("/api/projects/office/networks/skating").json()["units"][0]["name"]
        page = client.get("/projects/office/networks").text
        assert "师市建滑冰馆，社区建冰场" in page
        assert "社区冰场或教练" in page
        assert "两级冰上运动网络" in client.get("/projects/office/map?network=skating").text
    assert "skating_coaches" in open_project(project).catalogue.unit_counts


def test_a_rule_is_one_function_and_one_name(monkeypatch: pytest.MonkeyPatch) -> None:
    def half(project: Project, row: Indicator, as_of: date) -> Tally:
        return Tally(basis="value", method="counted", lower=Fraction(50), upper=Fraction(50))

    monkeypatch.setitem(RULES, "half", half)  # type: ignore[arg-type]
    row = indicator("half", "half", target=40)
    built = world(units(*communities("urban", 2)), catalogue=CATALOGUE.adding(indicators=[row]))
    assert measure(built, "half").status == "met"
