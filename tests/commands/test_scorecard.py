"""The scorecard at the command line: table, data, page and figures of the small world."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from tests.commands.conftest import Call
from tests.serving.world import REGIMENT

FIGURES = ("status", "timeline", "heat", "regiments", "map")


def test_the_table_names_status_value_and_both_shares(call: Call, built: Path) -> None:
    done = call("scorecard", built, "--lang", "en")
    assert done.code == 0, done.err
    # 3 of 4 regiment communities have a station: 75 % of the promised 90 %.
    line = next(one for one in done.out.splitlines() if "75.0 %" in one)
    assert "≥ 90 %" in line
    assert "■ not met" in line
    assert "met among the targets that can be judged" in done.out
    assert "met among all targets" in done.out
    assert "nothing known of" in done.out


def test_data_for_programs(call: Call, built: Path) -> None:
    told = json.loads(call("scorecard", built, "--format", "json").out)
    assert told["year"] == 2025
    row = next(one for one in told["indicators"] if one["indicator"] == REGIMENT)
    # 75 / 90 of the target are attained; 15 points are missing.
    assert row["attainment"]["lower"] == pytest.approx(75 / 90)
    assert row["gap"] == 15
    # Only R1 has communities: C1 to C4, all of those counted.
    assert [(one["unit_id"], one["covered"], one["n"]) for one in told["parts"][REGIMENT]] == [
        ("R1", 3, 4)
    ]
    rows = list(csv.DictReader(io.StringIO(call("scorecard", built, "--format", "csv").out)))
    assert len(rows) == len(told["indicators"])
    assert next(one for one in rows if one["indicator"] == REGIMENT)["lower"] == "75"


def test_the_page_is_one_file_of_equal_bytes(call: Call, built: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "a.html", tmp_path / "new" / "b.html"
    for out in (first, second):
        assert call("scorecard", built, "--out", out).code == 0
    assert first.read_bytes() == second.read_bytes()
    assert not list(tmp_path.rglob("*.part"))


@pytest.mark.parametrize("name", FIGURES)
def test_every_figure(call: Call, built: Path, tmp_path: Path, name: str) -> None:
    for ending, head in (("png", b"\x89PNG"), ("svg", b"<?xml"), ("pdf", b"%PDF")):
        out = tmp_path / f"figure.{ending}"
        done = call(
            "scorecard", built, "--figure", name, "--indicator", REGIMENT, "--out", out
        )  # fmt: skip
        assert done.code == 0, done.err
        assert out.read_bytes().startswith(head)


def test_what_cannot_be_meant_is_refused(call: Call, built: Path, tmp_path: Path) -> None:
    for words, said in (
        (("--out", tmp_path / "x.docx"), ".html"),
        (("--figure", "heat"), "--out"),
        (("--figure", "heat", "--out", tmp_path / "x.html"), "--out"),
        (("--figure", "pie", "--out", tmp_path / "x.svg"), "pie"),
        (("--figure", "timeline", "--out", tmp_path / "x.svg"), "timeline"),
        (("--figure", "map", "--indicator", "no", "--out", tmp_path / "x.svg"), "no"),
        (("--year", "1900"), "1900"),
        (("--year", "2031"), "2031"),
    ):
        done = call("scorecard", built, *words)
        assert done.code != 0, words
        assert said in done.err, (words, done.err)
        assert "Traceback" not in done.err
    assert not list(tmp_path.iterdir())


def test_an_indicator_that_no_regiment_has(call: Call, built: Path, tmp_path: Path) -> None:
    out = tmp_path / "x.svg"
    done = call(
        "scorecard", built, "--figure", "regiments", "--indicator", "infant_mortality_rate",
        "--out", out, "--lang", "en",
    )  # fmt: skip
    assert done.code != 0
    assert "No regiment or district has a figure for 'infant_mortality_rate'." in done.err
