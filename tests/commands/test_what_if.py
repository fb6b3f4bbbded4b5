"""what-if and priorities on the command line."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from pathlib import Path

import pytest

from layers.store import Store
from tests.commands.conftest import Call
from tests.serving.test_what_if import AT
from tests.serving.world import streets

CHINESE = re.compile(r"[\u4e00-\u9fff]")
SITE = f"{AT[0]},{AT[1]}"
TYPE = ("--facility-type", "kindergarten")


@pytest.fixture(scope="module")
def walked(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = Path(shutil.copytree(built, tmp_path_factory.mktemp("tried") / "small"))
    Store(folder).commit_layer(streets(), layer="streets", file="roads.geojson")
    return folder


def test_a_site_tried(call: Call, walked: Path) -> None:
    words = ("what-if", walked, *TYPE, "--at", SITE, "--remove", "G1")
    found = json.loads(call(*words, "--format", "json").out)
    assert [one["change"] for one in found["changes"]] == ["drop", "remove"]
    assert found["together"]["newly_reached"]["unit_ids"] == ["K1", "K2"]
    assert found["together"]["lost"]["unit_ids"] == ["C1", "C2", "C4"]
    rows = list(csv.DictReader(io.StringIO(call(*words, "--format", "csv").out)))
    assert {row["unit_id"]: row["change"] for row in rows} == {
        "C1": "lost", "C2": "lost", "C4": "lost", "K1": "reached", "K2": "reached",
    }  # fmt: skip


def test_tables_in_both_languages(call: Call, walked: Path) -> None:
    english = call("what-if", walked, *TYPE, "--at", SITE, "--lang", "en").out
    assert "Within their limit: 3 of 8 units today, 5 then" in english
    chinese = call("what-if", walked, *TYPE, "--at", SITE, "--lang", "zh-CN").out
    assert "新增可达" in chinese
    ranked = call("priorities", walked, "--lang", "en", "--top", "3").out
    assert "What each criterion contributes" in ranked
    assert "各项贡献" in call("priorities", walked, "--lang", "zh-CN").out


def test_priorities_as_data(call: Call, walked: Path) -> None:
    words = ("priorities", walked, "--weights", "children=1,missing=0", "--weights", "distance=0")
    found = json.loads(call(*words, "--format", "json", "--cost", "playground=5").out)
    assert {one["measure"]: one["weight"] > 0 for one in found["criteria"]} == {
        "children": True, "missing": False, "distance": False, "cost": True,
    }  # fmt: skip
    assert found["costs"]["playground"] == 5
    rows = list(csv.DictReader(io.StringIO(call(*words, "--format", "csv").out)))
    assert [row["unit_id"] for row in rows if row["rank"] == "1"] == [found["units"][0]["unit_id"]]
    assert set(rows[0]) >= {"score", "missing", "part_children", "rank_worst", "top_share"}


@pytest.mark.parametrize(
    "words",
    [
        ("what-if", *TYPE),
        ("what-if", *TYPE, "--at", "here"),
        ("what-if", *TYPE, "--at", "1,2,3"),
        ("what-if", *TYPE, "--at", "999,1"),
        ("priorities", "--weights", "children"),
        ("priorities", "--cost", "playground=much"),
        ("priorities", "--top", "0"),
    ],
)
def test_wrong_usage(call: Call, walked: Path, words: tuple[str, ...]) -> None:
    assert call(words[0], walked, *words[1:]).code == 2


@pytest.mark.parametrize(
    "words",
    [
        ("what-if", *TYPE, "--remove", "G9"),
        ("what-if", "--facility-type", "no_such", "--at", SITE),
        ("priorities", "--bundle", "no_such"),
        ("priorities", "--weights", "children=-1"),
        ("priorities", "--weights", "colour=1"),
        ("priorities", "--cost", "playground=nan"),
    ],
)
def test_refusals(call: Call, walked: Path, words: tuple[str, ...]) -> None:
    chinese = call(words[0], walked, *words[1:], "--lang", "zh-CN")
    english = call(words[0], walked, *words[1:], "--lang", "en")
    assert (chinese.code, english.code) == (1, 1)
    assert CHINESE.search(chinese.err)
    assert not CHINESE.search(english.err.replace("“", ""))
