"""coverage, access, check, map: data alone on standard output, sentences for the reader."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest

from tests.commands.conftest import Call
from tests.serving.world import FORMULA, REGIMENT, SCRIPT, URBAN

CHINESE = re.compile(r"[\u4e00-\u9fff]")


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_coverage_of_one_is_the_object_of_the_contract(call: Call, built: Path) -> None:
    done = call("coverage", built, "--indicator", REGIMENT, "--format", "json")
    found = json.loads(done.out)
    assert (done.code, done.err) == (0, "")
    assert {name: found[name] for name in ("n", "covered", "uncovered", "unknown")} == {
        "n": 4, "covered": 3, "uncovered": 1, "unknown": 0,
    }  # fmt: skip
    assert (found["lower"], found["upper"], found["target"]) == (75, 75, 90)
    assert (found["comparison"], found["status"]) == (">=", "not_met")
    assert (found["needs_more_min"], found["needs_more_max"]) == (1, 1)
    assert found["as_of"] == "2025-12-31"
    assert isinstance(found["notes"], list)
    unit = next(one for one in found["units"] if one["unit_id"] == "C2")
    assert (unit["state"], unit["established_own"], unit["reachable"]) == ("covered", False, None)
    assert (unit["facility_ids"], unit["parent_id"], unit["kind"]) == (["S1"], "R1", "community")


def test_coverage_of_all_is_the_list_of_the_contract(call: Call, built: Path) -> None:
    found = json.loads(call("coverage", built, "--format", "json").out)
    assert set(found) == {"as_of", "indicators"}
    assert len(found["indicators"]) == 145
    assert all("units" not in one for one in found["indicators"])


def test_coverage_on_another_day(call: Call, built: Path) -> None:
    words = ("coverage", built, "--indicator", REGIMENT, "--format", "json", "--as-of")
    assert json.loads(call(*words, "2022-05-01").out)["covered"] == 3  # the day they opened
    assert json.loads(call(*words, "2022-04-30").out)["covered"] == 0


def test_csv_is_exact_and_for_excel_defused(call: Call, built: Path) -> None:
    words = ("coverage", built, "--indicator", REGIMENT, "--format", "csv")
    exact = {one["unit_id"]: one for one in rows(call(*words).out)}
    assert exact["C2"]["name"] == FORMULA
    assert (exact["C4"]["state"], exact["C4"]["rank"]) == ("uncovered", "1")
    excel = call(*words, "--excel").out
    assert excel.startswith("\ufeff")
    found = {one["\ufeffunit_id".lstrip("\ufeff")]: one for one in rows(excel.lstrip("\ufeff"))}
    assert found["C2"]["name"] == "'" + FORMULA
    assert found["C4"]["straight_m"] == exact["C4"]["straight_m"]  # numbers are left alone


def test_coverage_of_all_as_csv(call: Call, built: Path) -> None:
    found = {one["indicator"]: one for one in rows(call("coverage", built, "--format", "csv").out)}
    assert found[URBAN]["lower"] == "50"
    assert found[URBAN]["needs_more_max"] == "1"


@pytest.mark.parametrize(("lang", "words"), [("zh-CN", "未达标"), ("en", "not met")])
def test_the_table_for_people(call: Call, built: Path, lang: str, words: str) -> None:
    done = call("coverage", built, "--priority", "A", "--lang", lang)
    assert done.code == 0
    assert words in done.out
    assert "33.3 %" in done.out  # one met of three judged
    one = call("coverage", built, "--indicator", REGIMENT, "--lang", lang).out
    assert "90%的团场社区建立家长学校" in one
    assert SCRIPT in one  # a terminal runs no script; the name is shown as it is


def test_names_cannot_steer_the_terminal(call: Call, project: Path) -> None:
    from layers.store import Store
    from tests.serving.world import units

    frame = units().assign(name="\x1b[31m红\x9b2J\u202e社区[bold]x")
    Store(project).commit_layer(frame, layer="units", file="x.csv")
    out = call("coverage", project, "--indicator", REGIMENT).out
    assert not re.search(r"[\x1b\x9b\u202e]", out)
    assert "[bold]x" in out  # and no markup of the table library is obeyed


def test_access_has_the_columns_of_the_contract(call: Call, built: Path) -> None:
    words = ("access", built, "--facility-type", "parent_school_station", "--format")
    found = rows(call(*words, "csv").out)
    assert list(found[0]) == [
        "unit_id", "name", "kind", "parent_id", "children", "facility_id", "straight_m",
        "network_m", "minutes", "detour_ratio", "state", "method",
        "second_id", "second_m", "snap_m", "facility_snap_m",
    ]  # fmt: skip
    by_id = {one["unit_id"]: one for one in found}
    assert (by_id["C3"]["straight_m"], by_id["C3"]["method"]) == ("100", "straight_line")
    same = {one["unit_id"]: one for one in json.loads(call(*words, "json").out)}
    assert same["U2"]["children"] is None
    assert by_id["U2"]["children"] == ""
    near = json.loads(call(*words, "json", "--limit", "0").out)
    assert {one["unit_id"] for one in near if one["state"] == "within"} == {"U1"}
    assert "分钟" in call(*words, "table").out


def test_check_reports_and_does_not_refuse(call: Call, built: Path) -> None:
    done = call("check", built, "--format", "json", "--lang", "en")
    assert done.code == 0
    assert [(one["code"], one["ids"]) for one in json.loads(done.out)] == [
        ("no-children-figure", ["U2"])
    ]
    assert "U2" in call("check", built).out
    assert rows(call("check", built, "--format", "csv").out)[0]["ids"] == "U2"


def test_the_map_is_one_file_or_a_page_with_a_folder(
    call: Call, built: Path, tmp_path: Path
) -> None:
    alone = tmp_path / "out" / "图.html"
    done = call("map", built, "--out", alone, "--self-contained")
    assert done.code == 0
    assert [one.name for one in alone.parent.iterdir()] == ["图.html"]
    page = tmp_path / "my map.html"
    assert call("map", built, "--out", page, "--indicator", REGIMENT).code == 0
    text = page.read_text(encoding="utf-8")
    named = set(re.findall(r'(?:src|href)="(my%20map_files/[^"?#]+)', text))
    assert named
    for one in named:
        assert (tmp_path / one.replace("%20", " ")).is_file()
    assert not re.search(r"""(?:src|href)=["'](?:https?:)?//""", text)


def test_two_maps_are_equal_bytes(call: Call, built: Path, tmp_path: Path) -> None:
    for name in ("a.html", "b.html"):
        call("map", built, "--out", tmp_path / name, "--self-contained")
    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes()


@pytest.mark.parametrize(
    "words",
    [
        ("coverage", "--indicator", "no_such"),
        ("access", "--facility-type", "no_such"),
        ("access", "--facility-type", "kindergarten", "--mode", "fly"),
        ("map", "--out", "x.html", "--indicator", "no_such"),
    ],
)
def test_names_that_are_not_there_are_refused(
    call: Call, built: Path, tmp_path: Path, words: tuple[str, ...], monkeypatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for lang, chinese in (("zh-CN", True), ("en", False)):
        done = call(words[0], built, *words[1:], "--lang", lang)
        assert (done.code, done.out) == (1, "")
        assert bool(CHINESE.search(done.err)) is chinese
        assert "Traceback" not in done.err
    assert not (tmp_path / "x.html").exists()


@pytest.mark.parametrize("command", ["coverage", "check", "history", "undo"])
def test_a_folder_that_is_no_project(call: Call, tmp_path: Path, command: str) -> None:
    done = call(command, tmp_path)
    assert (done.code, done.out) == (1, "")
    assert f"“{tmp_path.name}”中没有项目" in done.err
