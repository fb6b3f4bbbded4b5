"""new, import, streets, history, undo: refusals name rows and leave everything as it was."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.commands.conftest import Call
from tests.serving.test_uploads import BAD, GOOD
from tests.serving.world import REGIMENT


def write(folder: Path, text: str, name: str = "facilities.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def covered(call: Call, project: Path) -> int:
    out = call("coverage", project, "--indicator", REGIMENT, "--format", "json").out
    return int(json.loads(out)["covered"])


def test_new_makes_an_empty_project_in_the_language_asked(call: Call, tmp_path: Path) -> None:
    done = call("new", tmp_path / "p", "--name", "某团", "--crs", "EPSG:4540", "--lang", "en")
    assert done.code == 0
    assert "某团" in done.out
    settings = (tmp_path / "p" / "project.toml").read_text(encoding="utf-8")
    assert 'language = "en"' in settings
    assert json.loads(call("history", tmp_path / "p", "--format", "json").out) == []
    # The project is kept in English, so that nothing else need be said.
    assert "Nothing has been imported" in call("history", tmp_path / "p").out
    assert "尚未" in call("history", tmp_path / "p", "--lang", "zh-CN").out


def test_language_asked_before_the_command_counts_too(call: Call, built: Path) -> None:
    assert "When" in call("--lang", "en", "history", built).out


def test_language_of_the_environment(
    call: Call, built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GEO_PLANNER_LANG", "en")
    assert "When" in call("history", built).out
    assert "When" not in call("history", built, "--lang", "zh-CN").out


def test_new_refuses_a_folder_in_use(call: Call, project: Path) -> None:
    done = call("new", project, "--name", "x")
    assert (done.code, done.out) == (1, "")
    assert "已存在" in done.err


def test_new_refuses_degrees(call: Call, tmp_path: Path) -> None:
    done = call("new", tmp_path / "p", "--name", "x", "--crs", "EPSG:4490")
    assert done.code == 1
    assert not (tmp_path / "p").exists()


def test_import_changes_the_verdict_and_undo_brings_it_back(
    call: Call, project: Path, tmp_path: Path
) -> None:
    path = write(tmp_path, GOOD)
    words = ("import", project, path, "--layer", "facilities", "--crs", "WGS84")
    dry = call(*words, "--dry-run", "--format", "json")
    assert (dry.code, json.loads(dry.out)["dry_run"]) == (0, True)
    assert covered(call, project) == 3
    done = call(*words)
    assert done.code == 0
    assert "facilities.csv" in done.out
    assert covered(call, project) == 4
    undone = call("undo", project)
    assert (undone.code, "facilities.csv" in undone.out) == (0, True)
    assert covered(call, project) == 3


@pytest.mark.parametrize(("lang", "word"), [("zh-CN", "行"), ("en", "rows")])
def test_a_bad_file_is_refused_on_standard_error_with_rows(
    call: Call, project: Path, tmp_path: Path, lang: str, word: str
) -> None:
    path = write(tmp_path, BAD)
    words = ("import", project, path, "--layer", "facilities", "--crs", "WGS84", "--lang", lang)
    done = call(*words)
    assert (done.code, done.out) == (1, "")
    assert word in done.err
    assert "2" in done.err
    assert "3" in done.err
    assert "C99" in done.err
    assert len(done.err.strip().splitlines()) >= 3  # a head and one line a fault
    assert len(json.loads(call("history", project, "--format", "json").out)) == 3


def test_headings_can_be_mapped(call: Call, project: Path, tmp_path: Path) -> None:
    path = write(tmp_path, GOOD.replace("facility_id", "编号=甲"))
    words = ("import", project, path, "--layer", "facilities", "--crs", "WGS84")
    assert call(*words).code == 1
    assert call(*words, "--map", "编号=甲=facility_id").code == 0
    wrong = call(*words, "--map", "编号")
    assert wrong.code == 2
    assert "编号" in wrong.err


def test_streets_make_walks_real(call: Call, project: Path, tmp_path: Path) -> None:
    lines = {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {},
                "geometry": {"type": "LineString", "coordinates": [[93, 42.797], [93.05, 42.797]]},
            }
        ],
    }
    path = write(tmp_path, json.dumps(lines), "roads.geojson")
    done = call("streets", project, path)
    assert done.code == 0, done.err
    words = ("access", project, "--facility-type", "parent_school_station", "--format", "json")
    assert {one["method"] for one in json.loads(call(*words).out)} >= {"streets"}


def test_a_file_without_streets_is_refused(call: Call, project: Path, tmp_path: Path) -> None:
    path = write(tmp_path, '{"type": "FeatureCollection", "features": []}', "none.geojson")
    done = call("streets", project, path)
    assert (done.code, done.out) == (1, "")
    assert done.err


def test_history_tells_every_import(call: Call, project: Path) -> None:
    call("undo", project)
    found = json.loads(call("history", project, "--format", "json").out)
    assert [(one["layer"], one["added"]) for one in found] == [
        ("units", 10), ("facilities", 4), ("observations", 1),
    ]  # fmt: skip
    assert [one["undone_at"] is not None for one in found] == [False, False, True]
    assert "units.xlsx" in call("history", project).out


def test_every_command_that_has_data_gives_it_as_csv_too(
    call: Call, project: Path, tmp_path: Path
) -> None:
    path = write(tmp_path, GOOD)
    words = ("import", project, path, "--layer", "facilities", "--crs", "WGS84")
    assert call(*words, "--format", "csv").out == (
        "id,layer,file,dry_run,added,replaced,unchanged\n4,facilities,facilities.csv,false,1,0,0\n"
    )
    listed = call("history", project, "--format", "csv").out.splitlines()
    assert (len(listed), listed[1].split(",")[:4]) == (5, ["1", "units", "", "units.xlsx"])
    taken = call("undo", project, "--format", "csv").out.splitlines()
    assert taken[1].startswith("4,facilities,")
    assert json.loads(call("undo", project, "--format", "json").out)["layer"] == "observations"


def test_undo_of_nothing_is_refused(call: Call, tmp_path: Path) -> None:
    call("new", tmp_path / "p", "--name", "x")
    done = call("undo", tmp_path / "p")
    assert (done.code, done.out) == (1, "")
    assert done.err
