"""site on the command line: what the contract promises, and what cannot be asked.

The small world with its streets: a kindergarten at (100, 0) on the road along y = 0 with C1 at 0,
C2 at 700, C4 at 900, K1 at 2,000, K2 at 3,000; its limit is 1,500 m, 300 m for the urban U1 and U2,
400 m apart on a road of their own; C3 stands at no street. So C1, C2 and C4 are covered today.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
import signal
from pathlib import Path

import geopandas as gpd
import pytest
from shapely import box

from api.siting_runs import solve
from layers.store import Store
from tests.commands.conftest import Call
from tests.serving.world import streets

KEYS = [
    "problem", "facility_type", "mode", "method", "simulated", "status", "objective", "bound",
    "gap", "sites", "covered_before", "covered_after", "uncovered_after", "unknown", "units",
    "children_counted", "children", "children_before", "children_after", "closed", "unreachable",
    "notes", "measure", "total_cost", "cost_unknown", "mean_way", "served_units",
    "served_children", "no_room",
]  # fmt: skip
SITE_KEYS = [
    "candidate_id", "order", "name", "unit_id", "source", "x", "y", "cost", "newly_covered",
    "newly_covered_children", "serves",
]  # fmt: skip
TYPE = ("--facility-type", "kindergarten")


@pytest.fixture(scope="module")
def walked(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = Path(shutil.copytree(built, tmp_path_factory.mktemp("sited") / "small"))
    Store(folder).commit_layer(streets(), layer="streets", file="roads.geojson")
    return folder


def as_json(call: Call, *words: object) -> dict:
    told = call("site", *words, "--format", "json")
    assert told.code == 0, told.err
    return json.loads(told.out)


def test_most_units_with_one_site_as_data(call: Call, walked: Path) -> None:
    words = (walked, *TYPE, "--problem", "cover-most", "--sites", 1, "--weight", "units")
    found = as_json(call, *words)
    assert list(found) == KEYS
    assert list(found["sites"][0]) == SITE_KEYS
    # K1 at 2,000 m has K2 within 1,000 m; two more units, which no other site has, U1 and U2
    # being 400 m apart with a limit of 300 m.
    assert (found["status"], found["objective"], found["bound"], found["gap"]) == (
        "optimal", 5, 5, 0,
    )  # fmt: skip
    (site,) = found["sites"]
    assert (site["candidate_id"], site["order"], site["newly_covered"]) == ("K1", 1, ["K1", "K2"])
    assert abs(site["x"] - 93.0245) < 0.001
    assert (found["covered_before"], found["covered_after"]) == (3, 5)


def test_everybody_as_a_table_in_both_languages(call: Call, walked: Path) -> None:
    words = ("site", walked, *TYPE, "--problem", "cover-all")
    english = call(*words, "--lang", "en").out
    assert "Proven: no better choice exists" in english
    assert "Sites to build: 4; no fewer than 4." in english
    assert "一团 一连, 一团 二连" in english
    chinese = call(*words).out
    assert "已证明：没有更好的方案" in chinese
    assert "目前" in chinese
    assert "Order" not in chinese
    # One word for what is to be reached, one for how far, numbers set apart alike.
    assert "单元" not in chinese
    assert "限值" not in chinese
    assert not re.search("[0-9](个|处)", chinese)


def test_sites_as_csv_and_in_files(call: Call, walked: Path, tmp_path: Path) -> None:
    words = ("site", walked, *TYPE, "--problem", "cover-all")
    told = call(*words, "--format", "csv", "--out", tmp_path / "a" / "s.geojson")
    rows = list(csv.DictReader(io.StringIO(told.out)))
    assert list(rows[0]) == [*SITE_KEYS, "regiment", "newly_covered_names"]
    assert rows[0]["newly_covered"] == "K1;K2"
    assert (rows[0]["regiment"], rows[0]["newly_covered_names"]) == ("一团", "一连;二连")
    drawn = gpd.read_file(tmp_path / "a" / "s.geojson")
    assert drawn["candidate_id"].tolist() == [row["candidate_id"] for row in rows]
    assert drawn.crs.to_epsg() == 4326
    assert drawn["regiment"].iloc[0] == "一团"
    assert drawn["newly_covered_names"].iloc[0] == "一连;二连"
    call(*words, "--out", tmp_path / "s.gpkg")
    assert len(gpd.read_file(tmp_path / "s.gpkg")) == 4
    call(*words, "--out", tmp_path / "s.csv")
    assert (tmp_path / "s.csv").read_text(encoding="utf-8") == told.out


PRICED = """candidate_id,lon,lat,unit_id,cost,suitability
K1,93.02450,42.79548,K1,30,0.5
K2,93.03674,42.79548,K2,,1
"""


def test_number_and_money_stand_before_what_was_weighed(
    call: Call, walked: Path, tmp_path: Path
) -> None:
    # K1 and K2 each bring both; K1 over its suitability counts 2 against K2's 1.
    file = tmp_path / "priced.csv"
    file.write_text(PRICED, encoding="utf-8")
    words = (walked, *TYPE, "--problem", "cover-all", "--candidates", file,
             "--crs", "wgs84", "--leave-unreachable")  # fmt: skip
    found = as_json(call, *words, "--require", "K1")
    assert (found["measure"], found["objective"]) == ("suitability", 2)
    assert (found["total_cost"], found["cost_unknown"]) == (30, 0)
    told = call("site", *words, "--require", "K1", "--lang", "en").out
    assert "Sites to build: 1. Total cost: 30.\nWeighted by suitability: 2; no less than 2." in told
    call("site", *words, "--require", "K1", "--lang", "en", "--map", tmp_path / "m.html")
    assert "<dd>Total cost: 30.</dd>" in (tmp_path / "m.html").read_text(encoding="utf-8")
    dear = as_json(call, *words)
    assert (dear["total_cost"], dear["cost_unknown"]) == (None, 1)
    both = call("site", *words, "--require", "K1", "--require", "K2", "--lang", "en").out
    assert "Total cost of the sites that state one: 30; 1 state none." in both


def test_places_that_do_not_suffice(call: Call, walked: Path) -> None:
    # No unit states children, so each takes nothing of the places: all who are reached have some.
    words = (walked, *TYPE, "--problem", "cover-most", "--sites", 1, "--capacity", 1)
    told = call("site", *words, "--weight", "units", "--lang", "en")
    assert "With places for them, by weight: " in told.out
    assert "Within the limit, whether or not there are places: " in told.out
    assert as_json(call, *words, "--weight", "units")["served_units"] is not None


def test_the_regiments_without_candidates_are_named(call: Call, walked: Path) -> None:
    words = ("site", walked, *TYPE, "--problem", "cover-most", "--sites", 9)
    told = call(*words, "--regiment-minimum", 8)
    assert told.code == 1
    assert "可用的点位太少" in told.err
    assert "一团（可用 " in told.err


def test_the_map_of_the_answer(call: Call, walked: Path, tmp_path: Path) -> None:
    words = (walked, *TYPE, "--problem", "cover-all")
    told = call("site", *words, "--map", tmp_path / "sites.html", "--lang", "en")
    assert told.code == 0, told.err
    page = (tmp_path / "sites.html").read_text(encoding="utf-8")
    assert 'id="planner-siting"' in page
    assert "Build in this order" in page


def test_the_shortest_ways(call: Call, walked: Path) -> None:
    # Without C3, which is at no street: U1 and U2 need a site, K1 and K2 lie 1,900 and 2,900 m
    # from the kindergarten. Two sites: one of U1 and U2 (400 m) and K2, so that K1 has 1,000 m; or
    # K1, so that K2 has as far. C4 has 800 m to the kindergarten.
    words = (walked, *TYPE, "--problem", "center", "--sites", 2, "--leave-unreachable")
    found = as_json(call, *words, "--candidates-from", "units", "--forbid", "C3")
    assert (found["objective"], found["status"]) == (1000, "optimal")
    assert found["unreachable"] == ["C3"]


def test_targets_of_the_plan_by_class(call: Call, walked: Path) -> None:
    words = (walked, "--facility-type", "parent_school_station", "--problem", "reach-target")
    found = as_json(call, *words)
    # One more urban community of two (96 %) and one more regiment community of four (90 %).
    assert [(row["indicator"], row["needed_min"], row["met"]) for row in found["classes"]] == [
        ("parent_school_urban", 1, True),
        ("parent_school_regiment", 1, True),
    ]
    assert len(found["sites"]) == 2
    assert "Promised, %" in call("site", *words, "--lang", "en").out
    own = as_json(call, *words, "--target", "urban=50", "--target", "regiment=75")
    assert own["sites"] == []
    assert (
        "Nothing need be built."
        in call(
            "site", *words, "--target", "urban=50%", "--target", "regiment=75", "--lang", "en"
        ).out
    )


def test_candidates_of_a_file_and_land_left_out(call: Call, walked: Path, tmp_path: Path) -> None:
    file = tmp_path / "候选.csv"
    file.write_text(
        "候选点代码,名称,x,y,费用\nP1,一号,502000,4740000,30\nP2,二号,502500,4740000,10\n", "gbk"
    )
    words = (walked, *TYPE, "--problem", "cover-most", "--weight", "units", "--candidates", file,
             "--crs", "EPSG:4540")  # fmt: skip
    found = as_json(call, *words, "--budget", 20)
    assert [site["candidate_id"] for site in found["sites"]] == ["P2"]
    assert (found["sites"][0]["source"], found["sites"][0]["cost"]) == ("file", 10)
    area = gpd.GeoDataFrame(geometry=[box(502400, 4739000, 502600, 4741000)], crs=4540)
    area.to_file(tmp_path / "land.gpkg")
    found = as_json(call, *words, "--sites", 1, "--exclude", tmp_path / "land.gpkg")
    assert [site["candidate_id"] for site in found["sites"]] == ["P1"]
    assert "candidates-excluded" in {note["code"] for note in found["notes"]}
    everywhere = gpd.GeoDataFrame(geometry=[box(400000, 4700000, 600000, 4800000)], crs=4540)
    everywhere.to_file(tmp_path / "all.gpkg")
    told = call("site", *words, "--sites", 1, "--exclude", tmp_path / "all.gpkg", "--lang", "en")
    assert (told.code, told.out) == (1, "")
    assert "every one lies where nothing may be built" in told.err


def test_candidates_from_several_sources(call: Call, walked: Path) -> None:
    words = (walked, *TYPE, "--problem", "cover-all", "--leave-unreachable")
    found = as_json(call, *words, "--candidates-from", "streets,buildings", "--spacing", 200)
    # Halfway between U1 and U2 both are within 300 m; one place reaches K1 and K2. S2 is a station
    # 100 m beside C3, at no street either.
    assert len(found["sites"]) == 2
    assert {site["source"] for site in found["sites"]} == {"street"}
    assert found["unreachable"] == ["C3"]


def test_what_cannot_be_reached_is_named(call: Call, walked: Path, tmp_path: Path) -> None:
    file = tmp_path / "one.csv"
    file.write_text("candidate_id,unit_id\nP,K1\n", encoding="utf-8")
    words = ("site", walked, *TYPE, "--problem", "cover-all", "--candidates", file, "--lang", "en")
    told = call(*words, "--format", "json")
    found = json.loads(told.out)
    assert (told.code, found["status"], found["sites"]) == (1, "infeasible", [])
    assert (found["objective"], found["bound"]) == (None, None)
    assert found["unreachable"] == ["C3", "U1", "U2"]
    assert "核心社区 (U1)" in told.err
    assert call(*words).out == ""
    told = call(*words, "--format", "csv")
    assert told.out.splitlines() == [",".join([*SITE_KEYS, "regiment", "newly_covered_names"])]
    assert told.code == 1


def test_a_facility_that_is_not_kept(call: Call, walked: Path) -> None:
    words = (walked, *TYPE, "--problem", "cover-all", "--closable", "all")
    found = as_json(call, *words)
    # C2 at 700 m reaches C1, C4 and, 1,300 m off, K1; the kindergarten at 100 m does not reach K1.
    # Four sites beside one at C2 or C4 are as few as with the kindergarten: 5 in any case.
    assert len(found["sites"]) + (1 - len(found["closed"])) == 5
    assert as_json(call, *words, "--keep", "G1")["closed"] == []
    told = call("site", *words, "--keep", "G9", "--lang", "en")
    assert (told.code, "G9" in told.err) == (1, True)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--problem", "cover-most"), "--sites"),
        (("--problem", "median"), "--sites"),
        (("--problem", "center"), "--sites"),
        (("--problem", "cover-most", "--sites", "-1"), "--sites"),
        (("--problem", "cover-most", "--sites", "two"), "--sites"),
        (("--problem", "nearest"), "--problem"),
        (("--problem", "cover-all", "--limit", "-5"), "--limit"),
        (("--problem", "cover-all", "--floor", "50"), "--floor"),
        (("--problem", "cover-all", "--target", "urban=96"), "--target"),
        (("--problem", "reach-target", "--sites", "2"), "--sites"),
        (("--problem", "reach-target", "--target", "urban"), "--target"),
        (("--problem", "reach-target", "--target", "urban=196"), "--target"),
        (("--problem", "reach-target", "--target", "urban=nan"), "--target"),
        (("--problem", "cover-all", "--candidates-from", "moon"), "--candidates-from"),
        (("--problem", "cover-all", "--regiment-minimum", "-2"), "--regiment-minimum"),
        (("--problem", "cover-all", "--regiment-minimum", "R1=x"), "--regiment-minimum"),
        (("--problem", "cover-all", "--gap", "2"), "--gap"),
        (("--problem", "cover-all", "--out", "sites.doc"), "--out"),
        (("--problem", "cover-all", "--candidates", "no.csv"), "--candidates"),
        (("--problem", "cover-all", "--spacing", "1"), "--spacing"),
    ],
)
def test_wrong_usage_is_told_by_option(
    call: Call, walked: Path, words: tuple[str, ...], said: str
) -> None:
    told = call("site", walked, *TYPE, *words, "--lang", "en")
    assert (told.code, told.out) == (2, "")
    assert said in told.err


@pytest.mark.parametrize(
    "words",
    [
        ("--facility-type", "castle", "--problem", "cover-all"),
        (*TYPE, "--problem", "cover-all", "--mode", "fly"),
        (*TYPE, "--problem", "cover-all", "--require", "Z9"),
        (*TYPE, "--problem", "cover-all", "--closable", "Z9"),
        (*TYPE, "--problem", "cover-all", "--regiment-minimum", "Z9=1"),
        (*TYPE, "--problem", "cover-all", "--limit", "nan"),
        ("--facility-type", "playground", "--problem", "reach-target"),
    ],
)
def test_requests_that_are_refused(call: Call, walked: Path, words: tuple[str, ...]) -> None:
    told = call("site", walked, *words)
    assert told.code in (1, 2)
    assert told.out == ""
    assert told.err


def test_a_number_of_none_builds_nothing(call: Call, walked: Path) -> None:
    found = as_json(call, walked, *TYPE, "--problem", "cover-most", "--sites", 0)
    assert (found["sites"], found["covered_after"]) == ([], 3)
    # No unit states its children of 3 to 5: said, since every choice is as good then.
    assert "nothing-weighs" in {note["code"] for note in found["notes"]}


def test_no_streets(call: Call, built: Path) -> None:
    told = call("site", built, *TYPE, "--problem", "cover-all", "--candidates-from", "streets")
    assert (told.code, told.out) == (1, "")
    found = as_json(call, built, *TYPE, "--problem", "cover-all")
    assert found["method"] == "straight_line"


def test_equal_questions_have_equal_answers(call: Call, walked: Path) -> None:
    words = ("site", walked, *TYPE, "--problem", "cover-all", "--format", "json")
    assert call(*words).out == call(*words).out


def test_an_interrupt_gives_the_best_so_far(
    call: Call, walked: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*words: object, **more: object) -> object:
        os.kill(os.getpid(), signal.SIGINT)
        return solve(*words, **more)  # type: ignore[arg-type]

    monkeypatch.setattr("api.siting_runs.solve", interrupted)
    words = ("site", walked, *TYPE, "--problem", "cover-most", "--weight", "units", "--sites", 2)
    told = call(*words, "--format", "json")
    found = json.loads(told.out)
    assert told.code == 0
    assert found["status"] in ("feasible", "optimal")
    assert found["covered_after"] >= 3
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
