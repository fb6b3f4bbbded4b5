"""Help in both languages, quick; wrong usage is exit 2."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from api.commands import COMMANDS
from api.languages import accepted_language, as_language, language_in
from tests.commands.conftest import Call

CHINESE = re.compile(r"[\u4e00-\u9fff]")
ROOT = Path(__file__).parents[2]
NAMES = [name for name, _, _ in COMMANDS]
CONTRACT = {
    "demo", "new", "import", "streets", "check", "history", "undo", "coverage", "access", "map",
    "serve",
}  # fmt: skip


def test_every_command_of_the_contract_is_there() -> None:
    assert set(NAMES) >= CONTRACT


@pytest.mark.parametrize("words", [["--help"], [], *([name, "--help"] for name in NAMES)])
def test_help_in_both_languages(call: Call, words: list[str]) -> None:
    chinese = call(*words)
    english = call(*words, "--lang", "en")
    assert (chinese.code, english.code, chinese.err + english.err) == (0, 0, "")
    assert "用法" in chinese.out
    assert "Usage:" in english.out
    assert not CHINESE.search(english.out)
    assert CHINESE.search(chinese.out)
    for line in chinese.out.splitlines():
        told = re.match(r"\s+(--[\w-]+).{2,}?  +(\S.*)", line)
        if told:
            assert CHINESE.search(told[2]), line


def test_version(call: Call) -> None:
    done = call("--version")
    assert (done.code, done.err) == (0, "")
    assert re.fullmatch(r"geo-planner \d+\.\d+\.\d+\S*\n", done.out)


@pytest.mark.parametrize(
    "words",
    [
        ("nonsense",),
        ("coverage",),
        ("coverage", ".", "--as-of", "yesterday"),
        ("coverage", ".", "--format", "pdf"),
        ("coverage", ".", "--lang", "fr"),
        ("coverage", ".", "--no-such-option"),
        ("access", "."),
        ("access", ".", "--facility-type", "x", "--limit", "far"),
        ("import", ".", "not-there.csv", "--layer", "units"),
        ("import", ".", __file__, "--layer", "roads"),
        ("import", ".", __file__),
        ("map", "."),
        ("serve", "--port", "70000"),
    ],
)
def test_wrong_usage(call: Call, words: tuple[str, ...]) -> None:
    done = call(*words)
    assert (done.code, done.out) == (2, "")
    assert "--help" in done.err
    assert "Traceback" not in done.err


def test_a_wrong_setting_is_wrong_usage(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GEO_PLANNER_PORT", "many")
    done = call("serve", ".", "--lang", "en")
    assert done.code == 2
    assert "port" in done.err


# Typer itself brings pydantic once a sub-command is asked for.
HEAVY = (
    "numpy", "pandas", "geopandas", "shapely", "folium", "fastapi", "jinja2", "osmnx",
    "networkx", "pyogrio", "uvicorn", "rich.table",
)  # fmt: skip


@pytest.mark.parametrize("words", [["--help"], ["coverage", "--help"], ["--version"]])
def test_what_help_may_load(words: list[str]) -> None:
    code = (
        "import sys\nfrom api.command_line import run\n"
        f"assert run({words!r}) == 0\n"
        f"loaded = [name for name in {HEAVY!r} if name in sys.modules]\n"
        "print('loaded:', loaded, len(sys.modules), file=sys.stderr)"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert "loaded: []" in told.stderr


def test_an_interrupted_pipe_is_no_fault(built: Path) -> None:
    code = (
        f"from api.command_line import run; run(['coverage', {str(built)!r}, '--format', 'json'])"
    )
    told = subprocess.run(
        f'"{sys.executable}" -c "{code}" | head -c 1',
        shell=True, capture_output=True, text=True, cwd=ROOT, check=False,
    )  # fmt: skip
    assert told.stderr == ""


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("zh", "zh-CN"), ("zh_CN.UTF-8", "zh-CN"), ("zh-Hans-CN", "zh-CN"), ("EN-gb", "en"),
        ("C", None), ("", None), (None, None), ("enx", None),
    ],
)  # fmt: skip
def test_language_tags(tag: str | None, language: str | None) -> None:
    assert as_language(tag) == language


def test_languages_in_words_and_headers() -> None:
    assert language_in(["--lang", "en", "x", "--lang=zh"]) == "zh-CN"
    assert language_in(["--lang"]) is None
    assert accepted_language("en;q=0.2, zh-TW;q=0.9") == "zh-CN"
    assert accepted_language(None) is None
