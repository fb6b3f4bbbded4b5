"""map --years and --compare: one file, and one clear sentence where the years cannot be."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands.conftest import Call
from tests.serving.world import REGIMENT, SCRIPT


def test_the_years_are_drawn_into_one_file(call: Call, built: Path, tmp_path: Path) -> None:
    out = tmp_path / "years.html"
    words = ("map", built, "--indicator", REGIMENT, "--self-contained", "--out", out)
    done = call(*words, "--years", "2021-2025")
    assert (done.code, done.err) == (0, "")
    page = out.read_text(encoding="utf-8")
    assert 'id="planner-years"' in page
    assert SCRIPT not in page
    call(*words, "--years", "2021,2022,2023,2024,2025")
    assert out.read_text(encoding="utf-8") == page


def test_two_years_side_by_side(call: Call, built: Path, tmp_path: Path) -> None:
    # S1 and S2 opened on 2022-05-01 and cover C1, C2 and C3 of four: from 0 to 75 %.
    out = tmp_path / "two.html"
    words = ("map", built, "--indicator", REGIMENT, "--compare", "2021,2025", "--out", out)
    assert call(*words, "--lang", "en").code == 0
    page = out.read_text(encoding="utf-8")
    assert "+75 percentage points" in page
    assert "+3 units" in page
    assert call(*words).code == 0
    page = out.read_text(encoding="utf-8")
    assert "+75 个百分点" in page
    assert "+3 个单位" in page


@pytest.mark.parametrize(
    ("words", "english", "chinese"),
    [
        (("--years", "soon"), "does not name years", "不是年份"),
        (("--years", "2025-2021"), "does not name years", "不是年份"),
        (("--years", "2021-2026"), "There is no figure for 2026", "2026 没有数据"),
        (("--years", "2009"), "ask for years from 2010 to 2025", "2010 年至 2025 年"),
        (("--years", "2010-2025"), "16 years are too many", "16 个年份太多"),
        (("--compare", "2021"), "Two different years", "两个不同的年份"),
        (("--compare", "2021,2025", "--years", "2021"), "Years are shown of one", "一项指标"),
    ],
)
def test_years_that_cannot_be(
    call: Call, built: Path, tmp_path: Path, words: tuple[str, ...], english: str, chinese: str
) -> None:
    out = tmp_path / "none.html"
    for lang, told in (("en", english), ("zh-CN", chinese)):
        done = call("map", built, "--indicator", REGIMENT, *words, "--out", out, "--lang", lang)
        assert done.code != 0
        assert told in done.err
        assert "Traceback" not in done.err
    assert not out.exists()


def test_years_want_an_indicator(call: Call, built: Path, tmp_path: Path) -> None:
    done = call("map", built, "--years", "2021-2025", "--out", tmp_path / "none.html")
    assert done.code != 0
    assert "指标" in done.err
