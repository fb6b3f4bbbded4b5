"""network and its map: counts by level, units, refusals; data alone on standard output.

The small world of tests.serving.world has no list of health facilities and counts nobody on duty:
every unit is unknown, and none is counted as lacking. ``staffed`` adds a clinic for K1, a hospital
suspended in R1 and a centre for D: K1 holds its level below one that lacks it, K2 lacks its own.
"""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from shapely import Point

from layers.store import Store
from tests.commands.conftest import Call
from tests.serving.world import CRS, MOMENT, SCRIPT


def add_network(folder: Path) -> None:
    rows = [
        ("N1", "妇幼保健院", "mch_hospital", "D", "active"),
        ("N2", "团医院", "regiment_hospital", "R1", "suspended"),
        ("N3", "=卫生室", "company_clinic", "K1", "active"),
    ]
    table = pd.DataFrame(
        rows, columns=["facility_id", "name", "facility_type", "unit_id", "status"]
    )
    table["source_row"] = [2, 3, 4]
    shapes = [Point(500_000 + 10 * place, 4_740_000) for place in range(3)]
    frame = gpd.GeoDataFrame(table, geometry=shapes, crs=CRS)
    later = MOMENT + timedelta(days=1)
    Store(folder).commit_layer(frame, layer="facilities", file="health.xlsx", imported_at=later)


@pytest.fixture
def staffed(project: Path) -> Path:
    add_network(project)
    return project


def test_both_networks_by_level(call: Call, built: Path) -> None:
    done = call("network", built, "--format", "json")
    told = json.loads(done.out)
    assert (done.code, done.err, told["as_of"]) == (0, "", "2025-12-31")
    assert [one["network"] for one in told["networks"]] == ["child_protection", "child_health"]
    for one in told["networks"]:
        assert "units" not in one
        assert [(level["n"], level["unknown"]) for level in one["levels"]] == [
            (1, 1),
            (1, 1),
            (8, 8),
        ]


def test_one_network_by_hand(call: Call, staffed: Path) -> None:
    told = json.loads(call("network", staffed, "--network", "child_health", "--format", "json").out)
    counts = [
        [level[name] for name in ("n", "covered", "uncovered", "unknown", "hanging")]
        for level in told["levels"]
    ]
    # Of the 8 below, K1 has a clinic, K2 has none; for the 6 communities no stations are listed.
    assert counts == [[1, 1, 0, 0, 0], [1, 0, 1, 0, 0], [8, 1, 1, 6, 1]]
    units = {one["unit_id"]: one for one in told["units"]}
    assert units["K1"] | {"name": ""} == {
        "unit_id": "K1", "name": "", "kind": "company", "level": 3, "parent_id": "R1",
        "parent_level": 2, "state": "covered", "reason": "has_own", "facility_ids": ["N3"],
        "chain": "broken", "broken_at": 2,
    }  # fmt: skip
    assert (units["K2"]["state"], units["K2"]["broken_at"]) == ("uncovered", 3)
    # Towns hang on the division itself.
    assert (units["U1"]["parent_id"], units["U1"]["parent_level"]) == ("D", 1)
    assert {one["code"] for one in told["notes"]} >= {"network-level", "network-level-skipped"}


def test_tables_of_data(call: Call, staffed: Path) -> None:
    out = call("network", staffed, "--network", "child_health", "--format", "csv").out
    rows = {row["unit_id"]: row for row in csv.DictReader(io.StringIO(out))}
    assert (rows["K1"]["state"], rows["K1"]["broken_at"]) == ("covered", "2")
    assert rows["D"]["broken_at"] == ""
    counted = csv.DictReader(io.StringIO(call("network", staffed, "--format", "csv").out))
    found = [(row["network"], row["level"], row["uncovered"]) for row in counted]
    assert ("child_health", "2", "1") in found
    assert len(found) == 6


@pytest.mark.parametrize(
    ("lang", "words"),
    [("zh-CN", ("缺少", "逐级完整", "待核实")), ("en", ("Lacking", "broken: lacks"))],
)
def test_the_table_for_people(call: Call, staffed: Path, lang: str, words: tuple[str, ...]) -> None:
    done = call("network", staffed, "--network", "child_health", "--lang", lang)
    assert done.code == 0
    for word in words:
        assert word in done.out
    assert "以师市妇幼保健机构为龙头" in done.out


def test_on_another_day(call: Call, staffed: Path) -> None:
    words = ("network", staffed, "--network", "child_health", "--format", "json", "--as-of")
    assert json.loads(call(*words, "2020-01-01").out)["as_of"] == "2020-01-01"


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_the_map(call: Call, staffed: Path, tmp_path: Path, lang: str) -> None:
    out = tmp_path / f"{lang}.html"
    done = call("map", staffed, "--network", "child_health", "--out", out, "--lang", lang)
    assert done.code == 0, done.err
    page = out.read_text(encoding="utf-8")
    assert 'id="planner-lacking"' in page
    assert SCRIPT not in page


def test_refusals(call: Call, built: Path, tmp_path: Path) -> None:
    done = call("network", built, "--network", "child_helth", "--lang", "en")
    assert (done.code, done.out) == (1, "")
    assert "child_health" in done.err
    both = ("map", built, "--network", "child_health", "--indicator", "x", "--out", tmp_path / "m")
    assert call(*both).code == 2
    missing = call("map", built, "--network", "nothing", "--out", tmp_path / "m.html")
    assert missing.code == 1
    assert not (tmp_path / "m.html").exists()
