"""Early warnings on the command line: listed, taken note of, taken back."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from layers.store import Store
from tests.commands.conftest import Call
from tests.serving.warned_world import EACH, GROSS, warned_project

NOTE = ("--indicator", EACH, "--state", "in_hand", "--by", "王芳", "--on", "2026-02-01")


@pytest.fixture
def warned(tmp_path: Path) -> Path:
    warned_project(tmp_path / "warned")
    return tmp_path / "warned"


def test_the_table_is_grouped_by_colour_with_its_word(call: Call, warned: Path) -> None:
    told = call("warnings", warned)
    assert told.code == 0
    red, blue = told.out.index("■ 红色"), told.out.index("● 蓝色")
    assert red < told.out.index("fell_below") < blue < told.out.index("silent")
    assert "2024年各单位均达到98%的目标" in told.out.replace("\n", "")
    assert "本产品设定" in told.out  # the source of the thresholds
    english = call("warnings", warned, "--lang", "en").out
    assert "■ red: act · 2025 · 1" in english
    assert "not yet handled" in english


def test_json_has_rule_years_values_and_thresholds(call: Call, warned: Path) -> None:
    found = json.loads(call("warnings", warned, "--format", "json", "--lang", "en").out)
    assert (found["year"], found["counts"]) == (2025, {"red": 1, "amber": 0, "blue": 1})
    first, last = found["warnings"]
    assert (first["code"], first["indicator"], first["unit_id"]) == ("fell_below", EACH, "D")
    assert (first["years"], first["values"], first["state"]) == ([2024, 2025], [100, 0], "open")
    assert first["text"] == ("In 2024 every unit kept the target of 98 %; missed now by 1: 一团.")
    assert (last["code"], last["indicator"], last["unit_id"]) == ("silent", GROSS, "C1")
    assert {row["id"]: row["value"] for row in found["thresholds"]}["slip_points"] == 1.0


def test_csv_and_filters(call: Call, warned: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(call("warnings", warned, "--format", "csv").out)))
    assert [(row["code"], row["years"], row["values"]) for row in rows] == [
        ("fell_below", "2024;2025", "100;0"), ("silent", "2023", "90"),
    ]  # fmt: skip
    for options, codes in (
        (("--rule", "slipping"), ["fell_below"]),
        (("--rule", "silent"), ["silent"]),
        (("--unit", "C1"), ["silent"]),
        (("--year", "2024"), []),
        (("--state", "settled"), []),
    ):
        found = json.loads(call("warnings", warned, *options, "--format", "json").out)
        assert [row["code"] for row in found["warnings"]] == codes
    assert "没有预警" in call("warnings", warned, "--year", "2024").out


def test_a_warning_is_taken_note_of_and_undo_takes_it_back(call: Call, warned: Path) -> None:
    done = call(
        "warnings", warned, "--acknowledge", "fell_below", *NOTE, "--reason", "data_error",
        "--note", "已要求一团核实",
    )  # fmt: skip
    assert (done.code, done.err) == (0, "")
    assert "处理中" in done.out
    first = json.loads(call("warnings", warned, "--format", "json").out)["warnings"][0]
    assert first["acknowledged"] == {
        "state": "in_hand", "reason": "data_error", "by": "王芳", "on": "2026-02-01",
        "note": "已要求一团核实",
    }  # fmt: skip
    assert "填报或数据错误" in first["handling"]
    last = Store(warned).history()[-1]
    assert (last.layer, last.file) == ("acknowledgements", "预警处理记录")
    assert call("undo", warned).code == 0
    first = json.loads(call("warnings", warned, "--format", "json").out)["warnings"][0]
    assert (first["state"], first["acknowledged"]) == ("open", None)


def test_a_unit_below_is_named(call: Call, warned: Path) -> None:
    options = ("--indicator", GROSS, "--state", "settled", "--by", "李", "--reason", "late_return")
    assert call("warnings", warned, "--acknowledge", "silent", *options).code == 1
    assert call("warnings", warned, "--acknowledge", "silent", *options, "--unit", "C1").code == 0


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("fell_below", *NOTE, "--reason", "data_eror"), "data_error"),
        (("fel_below", *NOTE, "--reason", "other"), "fell_below"),
        (("near_line", *NOTE, "--reason", "other"), f"fell_below · {EACH} · D"),
        (("fell_below", *NOTE, "--reason", "other", "--year", "2024"), "2024"),
        (("fell_below", *NOTE, "--reason", "other", "--unit", "R9"), "R1"),
        (("fell_below", *NOTE), "other"),
        (("fell_below", *NOTE, "--reason", "other", "--by", "  "), "name"),
    ],
)
def test_what_cannot_be_noted_is_refused_with_near_names(
    call: Call, warned: Path, options: tuple[str, ...], said: str
) -> None:
    before = len(Store(warned).history())
    refused = call("warnings", warned, "--lang", "en", "--acknowledge", *options)
    assert (refused.code, refused.out) == (1, "")
    assert said in refused.err
    assert len(Store(warned).history()) == before


def test_opened_again_needs_no_reason(call: Call, warned: Path) -> None:
    options = ("--indicator", EACH, "--state", "open", "--by", "王芳")
    assert call("warnings", warned, "--acknowledge", "fell_below", *options).code == 0


@pytest.mark.parametrize(
    "options",
    [
        ("--acknowledge", "fell_below", "--indicator", EACH),
        ("--acknowledge", "fell_below", "--state", "open"),
        ("--by", "王芳"),
        ("--indicator", EACH),
        ("--acknowledge", "fell_below", *NOTE[:-1], "昨天"),
    ],
)
def test_wrong_usage(call: Call, warned: Path, options: tuple[str, ...]) -> None:
    assert call("warnings", warned, *options).code == 2


def test_strange_words_and_years_are_refused(call: Call, warned: Path) -> None:
    refused = call("warnings", warned, "--lang", "en", "--rule", "slippin")
    assert (refused.code, "slipping" in refused.err) == (1, True)
    refused = call("warnings", warned, "--lang", "en", "--year", "2026")
    assert (refused.code, "2025" in refused.err) == (1, True)


def test_options_that_go_together_are_named_in_a_sentence(call: Call, tmp_path: Path) -> None:
    folder = tmp_path / "any"
    folder.mkdir()
    told = call("warnings", folder, "--acknowledge", "fell_below", "--lang", "en")
    assert told.code == 2
    assert "--acknowledge needs --indicator as well" in told.err
