"""frontier, equity, alternatives, limits, measures: for people, as data, and what is refused.

The small world has parent schools at 150, 5,100 and 9,000 m. Without streets a way is 1.3 times the
straight line. Regiment communities have 1,000 m, urban ones 500.
"""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.commands.conftest import Call

CHINESE = re.compile(r"[\u4e00-\u9fff]")
TYPE = ("--facility-type", "parent_school_station")
MANY = {
    "frontier": (*TYPE, "--up-to", "4", "--limit", "400"),
    "equity": (*TYPE, "--sites", "1", "--limit", "400"),
    "alternatives": (*TYPE, "--sites", "1", "--limit", "400", "--within", "30"),
    "limits": (*TYPE, "--sites", "1", "--limit", "400"),
    "measures": (*TYPE, "--facility-cost", "100", "--service-cost", "1", "--limit", "400"),
}


def test_the_frontier_as_json(call: Call, built: Path) -> None:
    done = call("frontier", built, *MANY["frontier"], "--format", "json", "--lang", "en")
    assert (done.code, done.err) == (0, "")
    found = json.loads(done.out)
    # Within 400 m today: C1 (195 m), C3 (130 m), U1 (0 m): 30 + 20 + 80 = 130 of 245 children, not
    # C2 (715 m), C4 (975 m), K1 (10), K2 (15), U2 (520 m, not counted). C2 and C4 are 260 m apart:
    # one site brings 90. 80, 90, 96, 100 % of 245 are 196, 220.5, 235.2, 245.
    assert (found["whole"], found["units_asked"]) == (245, 8)
    assert [row["covered"] for row in found["numbers"]] == [130, 220, 235, 245, 245]
    assert [row["units"] for row in found["numbers"]][:4] == [3, 5, 6, 7]
    assert found["order"] == ["C2", "K2", "K1", "U2"]
    assert found["numbers"][1]["newly_covered"] == ["C2", "C4"]
    assert [row["sites"] for row in found["targets"]] == [1, 2, 3, 3]
    assert {one["candidate_id"] for one in found["sites"]} >= {"C2"}
    assert not CHINESE.search(" ".join(note["text"] for note in found["notes"]))


def test_the_chart(call: Call, built: Path, tmp_path: Path) -> None:
    out = tmp_path / "frontier.svg"
    done = call("frontier", built, *MANY["frontier"], "--out", out)
    assert done.code == 0
    assert out.name in done.err
    root = ET.fromstring(out.read_text(encoding="utf-8"))
    assert root.tag.endswith("svg")
    assert "家长学校" in "".join(root.itertext())
    assert call("frontier", built, *MANY["frontier"], "--out", tmp_path / "x.png").code == 2


@pytest.mark.parametrize("command", sorted(MANY))
def test_for_people_in_both_languages(call: Call, built: Path, command: str) -> None:
    english = call(command, built, *MANY[command], "--lang", "en")
    chinese = call(command, built, *MANY[command])
    assert (english.code, chinese.code) == (0, 0)
    assert english.err == chinese.err == ""
    assert CHINESE.search(chinese.out)
    for word in ("proven", "exchangeable", "Units", "Children", "Cost", "Limit"):
        assert word not in chinese.out


@pytest.mark.parametrize("command", sorted(MANY))
def test_as_csv(call: Call, built: Path, command: str) -> None:
    done = call(command, built, *MANY[command], "--format", "csv")
    assert (done.code, done.err) == (0, "")
    rows = list(csv.DictReader(io.StringIO(done.out)))
    assert rows
    assert None not in rows[0]


def test_candidates_out_of_a_file(call: Call, built: Path, tmp_path: Path) -> None:
    # One place beside C4 that costs 7; K1, K2 and U2 are out of its reach.
    file = tmp_path / "places.csv"
    file.write_text("candidate_id,unit_id,cost\nhere,C4,7\n", encoding="utf-8")
    asked = (*TYPE, "--limit", "400", "--candidates", file, "--format", "json")
    done = call("frontier", built, *asked)
    assert json.loads(done.out)["order"] == ["here"]
    found = json.loads(call("measures", built, *asked).out)
    assert [(row["measure"], row["cost"]) for row in found["ranking"]] == [("site:here", 7)]
    assert call("limits", built, *asked, "--sites", "1").code == 0
    assert call("equity", built, *asked, "--sites", "1").code == 0
    assert call("alternatives", built, *asked, "--sites", "1").code == 0
    assert call("frontier", built, *TYPE, "--candidates", tmp_path / "none.csv").code == 2


def test_measures_by_hand(call: Call, built: Path) -> None:
    done = call("measures", built, *MANY["measures"], "--format", "json", "--lang", "en")
    found = json.loads(done.out)
    # A stop: 1 x 52 x 10 = 520. A site at C2 or C4 brings both: 90 children for 100.
    best = found["ranking"][0]
    assert (best["kind"], best["unit_ids"], best["cost"]) == ("site", ["C2", "C4"], 100)
    assert best["per_cost"] == pytest.approx(9000)
    # K1, K2 and U2 are alone: a site for 100 is cheaper than ten years of visits.
    steps = [(step["kind"], step["unit_ids"]) for step in found["steps"]]
    assert steps == [
        ("site", ["C2", "C4"]),
        ("site", ["K2"]),
        ("site", ["K1"]),
        ("site", ["U2"]),
    ]
    assert {"measure-not-ranked", "measure-costs"} <= {note["code"] for note in found["notes"]}


def test_money_in_two_units_is_asked_about(call: Call, built: Path, tmp_path: Path) -> None:
    # 120 (of ten thousands) against 1,500,000.
    file = tmp_path / "priced.csv"
    text = "candidate_id,name,unit_id,lon,lat,cost\nP1,新点,C2,93.0,42.8,1500000\n"
    file.write_text(text, encoding="utf-8")
    words = ("measures", built, *TYPE, "--candidates", file, "--crs", "wgs84", "--facility-cost")
    assert "are both in the same unit of money?" in call(*words, 120, "--lang", "en").out
    assert "same unit of money" not in call(*words, 150000, "--lang", "en").out


def test_what_brings_nothing_more_is_left_out(call: Call, built: Path) -> None:
    told = call("frontier", built, *MANY["frontier"], "--lang", "en").out
    # All 245 children are covered with three sites; one more covers U2, whose children are unknown.
    assert "Children covered" in told
    assert "More than 3 new sites bring nothing more (looked at up to 4)." in told
    assert "Method: straight line with a detour factor" in told
    few = call("frontier", built, *TYPE, "--up-to", "1", "--limit", "400", "--lang", "en").out
    assert "not reached" in few


def test_alternatives_are_named_and_numbered(call: Call, built: Path) -> None:
    done = call("alternatives", built, *MANY["alternatives"], "--format", "json", "--lang", "en")
    found = json.loads(done.out)
    worth = [plan["objective"] for plan in found["plans"]]
    assert worth == sorted(worth, reverse=True)
    numbers = {one["candidate_id"]: one["in_plans"] for one in found["roles"]}
    for plan in found["plans"]:
        assert all(plan["plan"] in numbers[one] for one in plan["chosen"])
    told = call("alternatives", built, *MANY["alternatives"], "--lang", "en").out
    assert f"Choice 1 builds: {', '.join(found['plans'][0]['names'])}" in told
    # C2 and C4, 260 m apart, each bring both.
    assert worth[0] == worth[1]
    assert "Choices of the same objective are equally good" in told


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("frontier", *TYPE, "--up-to", "0"), 2),
        (("frontier", *TYPE, "--targets", "a"), 2),
        (("frontier", *TYPE, "--targets", "120"), 1),
        (("frontier", "--facility-type", "parent_school"), 1),
        (("equity", *TYPE), 2),
        (("equity", *TYPE, "--sites", "1", "--floors", "200"), 1),
        (("alternatives", *TYPE), 1),
        (("alternatives", *TYPE, "--sites", "1", "--problem", "center"), 2),
        (("limits", *TYPE, "--sites", "1", "--percents", "0"), 1),
        (("measures", *TYPE), 1),
        (("measures", *TYPE, "--facility-cost", "-1"), 2),
        (("measures", *TYPE, "--facility-cost", "nan"), 2),
    ],
)
def test_what_is_refused(call: Call, built: Path, words: tuple[str, ...], code: int) -> None:
    done = call(words[0], built, *words[1:])
    assert (done.code, done.out) == (code, "")
    assert done.err
