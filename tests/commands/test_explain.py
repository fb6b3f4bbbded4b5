"""explain: the route, the causes and what would help, for people and as JSON."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from layers.store import Store
from tests.commands.conftest import Call
from tests.serving.world import MOMENT, SCRIPT, streets

CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture
def walked(project: Path) -> Path:
    named = streets()
    named["name"] = ["Farm Road"] * 4 + ["Far Road"]
    Store(project).commit_layer(named, layer="streets", file="roads.gpkg", imported_at=MOMENT)
    return project


def words(project: Path, unit: str, *more: str) -> tuple[object, ...]:
    return ("explain", project, "--unit", unit, "--facility-type", "kindergarten", *more)


def test_for_people_in_english(call: Call, walked: Path) -> None:
    done = call(*words(walked, "K2", "--lang", "en"))
    assert (done.code, done.err) == (0, "")
    text = " ".join(done.out.split())
    # 3 000 m to 100 m along the road.
    assert "too far; limit 1500 m; distance over streets" in text
    assert "2900" in text
    assert "along the street" in text
    assert "The nearest facility is 2.9 km away in a straight line" in text
    assert "saves 2.9 km" in text


def test_for_people_in_chinese(call: Call, walked: Path) -> None:
    done = call(*words(walked, "K2"))
    assert done.code == 0
    for sentence in done.out.splitlines():
        assert not re.search(r"\b(the|saves|nearest)\b", sentence)
    assert "原因" in done.out
    assert "可少走2.9公里" in done.out


def test_by_road_what_is_saved_is_time(call: Call, walked: Path) -> None:
    # 2 900 m at 30 km/h take 5.8 minutes; the limit of 20 minutes is no number of metres.
    done = call(*words(walked, "K2", "--mode", "drive", "--limit", "1000", "--lang", "en"))
    text = " ".join(done.out.split())
    assert "too far; limit 2.0 min; distance over streets" in text
    assert "saves 5.8 min for" in text
    assert "longer than the limit of 2.0 min" in text
    assert "saves 2.9 km" not in text


def test_chinese_sentences_follow_without_a_space(call: Call, walked: Path) -> None:
    assert not re.search("。 +[\u4e00-\u9fff]", call(*words(walked, "K2")).out)


def test_slopes_without_heights_are_said_to_be_level(call: Call, walked: Path) -> None:
    done = call(*words(walked, "K2", "--mode", "walk_slopes", "--lang", "en"))
    assert "The streets know no heights: every way is taken as level." in done.out
    done = call(
        "access", walked, "--facility-type", "kindergarten", "--mode", "walk_slopes", "--lang", "en"
    )
    assert "The streets know no heights: every way is taken as level." in done.out


def test_as_json_for_programs(call: Call, walked: Path) -> None:
    done = call(*words(walked, "K2", "--format", "json", "--lang", "en"))
    found = json.loads(done.out)
    assert (done.code, done.err) == (0, "")
    assert (found["unit_id"], found["state"], found["as_of"]) == ("K2", "beyond", "2025-12-31")
    assert found["nearest"]["network_m"] == pytest.approx(2900)
    assert found["route"]["line"]["type"] == "LineString"


def test_a_limit_and_a_day(call: Call, walked: Path) -> None:
    found = json.loads(call(*words(walked, "K2", "--format", "json", "--limit", "2900")).out)
    assert found["state"] == "within"
    # The kindergarten opened on 2022-05-01.
    found = json.loads(call(*words(walked, "K2", "--format", "json", "--as-of", "2022-04-30")).out)
    assert (found["state"], found["nearest"]) == ("no_facility", None)


def test_names_are_printed_as_they_are(call: Call, built: Path) -> None:
    done = call(*words(built, "C1", "--lang", "en"))
    assert done.code == 0
    assert SCRIPT in done.out.replace("\n", "")
    assert "estimates, not ways that were found" in done.out


@pytest.mark.parametrize(
    ("more", "code"),
    [
        (("--unit", "K9", "--facility-type", "kindergarten"), 1),
        (("--unit", "K2", "--facility-type", "kindergraten"), 1),
        (("--unit", "K2", "--facility-type", "kindergarten", "--mode", "fly"), 1),
        (("--unit", "K2"), 2),
        (("--unit", "K2", "--facility-type", "kindergarten", "--limit", "-5"), 2),
        (("--unit", "K2", "--facility-type", "kindergarten", "--format", "csv"), 2),
    ],
)
def test_what_is_refused(call: Call, built: Path, more: tuple[str, ...], code: int) -> None:
    done = call("explain", built, *more)
    assert (done.code, done.out) == (code, "")
    assert done.err
