"""demo: the whole chain by one command, again and again, and never over somebody's work."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from api.demo_folder import MARK, fresh_folder
from geo_planner.errors import ExistsError
from layers.store import Store
from tests.commands.conftest import Call
from tests.serving.world import new_project, observations


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, str]:
    """The demonstration, run once."""
    from contextlib import redirect_stderr, redirect_stdout
    from io import StringIO

    from api.command_line import run

    folder = tmp_path_factory.mktemp("demo") / "geo-planner-demo"
    out, err = StringIO(), StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        assert run(["demo", str(folder)]) == 0
    return folder, out.getvalue(), err.getvalue()


def test_it_tells_the_whole_story(demo: tuple[Path, str, str]) -> None:
    _, out, err = demo
    assert err == ""
    for words in (
        "companies_2025.xlsx",  # what came in
        "模拟数据",  # and that it is made up
        "城市社区家长学校", "团场社区家长学校",  # the two strata of goal 6, each on its own
        "可判定指标的达标率", "含数据缺失",  # both customary shares
        "服务不足的单位",  # who is underserved
        "幼儿园",  # how far they walk
        "map.html", "geo-planner serve",  # what to open next
    ):  # fmt: skip
        assert words in out


def test_its_map_is_one_file_that_says_it_is_made_up(demo: tuple[Path, str, str]) -> None:
    text = (demo[0] / "map.html").read_text(encoding="utf-8")
    assert "模拟数据" in text
    assert 'src="http' not in text
    assert len(text.encode()) < 5_000_000


def test_its_lessons_reach_the_command_line(demo: tuple[Path, str, str], call: Call) -> None:
    words = ("coverage", demo[0], "--format", "json", "--indicator")
    urban = json.loads(call(*words, "parent_school_urban").out)
    regiment = json.loads(call(*words, "parent_school_regiment").out)
    assert urban["status"] == "met"
    assert (regiment["status"], regiment["needs_more_min"]) == ("near", 1)


def test_running_it_again_builds_it_afresh(folder_of_a_demo: Path) -> None:
    (folder_of_a_demo / "map.html").write_text("old", encoding="utf-8")
    with fresh_folder(folder_of_a_demo) as building:
        new_project(building)
    assert not (folder_of_a_demo / "map.html").exists()
    assert len(Store(folder_of_a_demo).history()) == 3
    assert [one.name for one in folder_of_a_demo.parent.iterdir()] == ["demo"]


def test_a_demonstration_somebody_worked_in_is_kept(folder_of_a_demo: Path) -> None:
    Store(folder_of_a_demo).commit_layer(
        observations().assign(period="2024"), layer="observations", file="mine.csv"
    )
    with fresh_folder(folder_of_a_demo) as building:
        new_project(building)
    kept = folder_of_a_demo.with_name("demo.kept-1")
    assert [one.file for one in Store(kept).history()][-1] == "mine.csv"
    assert len(Store(folder_of_a_demo).history()) == 3


def test_a_demonstration_that_fails_leaves_the_old_one(folder_of_a_demo: Path) -> None:
    def build_and_fail() -> None:
        with fresh_folder(folder_of_a_demo) as building:
            new_project(building)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        build_and_fail()
    assert len(Store(folder_of_a_demo).history()) == 3
    assert [one.name for one in folder_of_a_demo.parent.iterdir()] == ["demo"]


@pytest.fixture
def folder_of_a_demo(tmp_path: Path) -> Path:
    folder = tmp_path / "place" / "demo"
    with fresh_folder(folder) as building:
        new_project(building)
    assert (folder / MARK).is_file()
    return folder


def test_it_never_builds_over_anything_else(call: Call, project: Path, tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "letter.txt").write_text("x", encoding="utf-8")
    (tmp_path / "file").write_text("x", encoding="utf-8")
    for name in ("letters", "file", project.name):
        done = call("demo", tmp_path / name)
        assert (done.code, done.out) == (1, "")
        assert "已存在" in done.err
        with pytest.raises(ExistsError), fresh_folder(tmp_path / name):
            pass
    assert (tmp_path / "letters" / "letter.txt").is_file()


def test_an_extract_that_is_none_is_refused(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "town.osm.pbf"
    path.write_bytes(b"nothing")
    done = call("demo", tmp_path / "study", "--osm", path)
    assert (done.code, done.out) == (1, "")
    assert "town.osm.pbf" in done.err
    assert not (tmp_path / "study").exists()


def test_units_are_chosen_for_an_extract_only(call: Call, tmp_path: Path) -> None:
    done = call("demo", tmp_path / "study", "--units", "boundaries")
    assert (done.code, done.out) == (2, "")
    assert "--osm" in done.err
    assert not (tmp_path / "study").exists()
