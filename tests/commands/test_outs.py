"""Where results are written: whole or not at all, and never over a project's own files."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest

from api.whole_files import write_whole
from tests.commands.conftest import Call

MAP = ("map", "--indicator", "parent_school_regiment")


@pytest.mark.parametrize(
    "words", [("report",), ("scorecard",), MAP, ("map", "--network", "child_health")]
)
@pytest.mark.parametrize("name", ["small/project.toml", "no ending", "folder.html"])
def test_what_is_no_place_for_it_is_wrong_usage(
    words: tuple[str, ...], name: str, call: Call, project: Path, tmp_path: Path
) -> None:
    (tmp_path / "folder.html").mkdir()
    before = {one: one.is_file() and one.read_bytes() for one in tmp_path.rglob("*")}
    done = call(words[0], project, *words[1:], "--out", tmp_path / name)
    assert (done.code, "--out" in done.err) == (2, True), done.err
    assert {one: one.is_file() and one.read_bytes() for one in tmp_path.rglob("*")} == before


def test_a_folder_that_is_a_file_is_one_error_and_nothing_is_left(
    call: Call, project: Path, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    for words in (("report",), ("scorecard",), MAP):
        done = call(words[0], project, *words[1:], "--out", tmp_path / "file" / "r.html")
        assert (done.code, "file" in done.err, len(done.err.splitlines())) == (1, True, 1)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["file", "small"]


def test_what_cannot_take_its_place_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "taken").mkdir()
    with pytest.raises(OSError, match="taken"):
        write_whole(tmp_path / "taken", b"new")
    assert [one.name for one in tmp_path.iterdir()] == ["taken"]


def _write_often(out: Path, letter: bytes) -> None:
    for _ in range(40):
        write_whole(out, letter * 300_000)


def test_two_processes_writing_one_file_leave_it_whole(tmp_path: Path) -> None:
    out = tmp_path / "r.pdf"
    context = get_context("spawn")
    both = [context.Process(target=_write_often, args=(out, letter)) for letter in (b"a", b"b")]
    for one in both:
        one.start()
    with ThreadPoolExecutor(1) as waiting:
        ended = waiting.submit(lambda: [one.join() for one in both])
        while not ended.done():
            if out.exists():
                seen = out.read_bytes()
                assert seen in {b"a" * 300_000, b"b" * 300_000}
    assert [one.exitcode for one in both] == [0, 0]
    assert [one.name for one in tmp_path.iterdir()] == ["r.pdf"]
