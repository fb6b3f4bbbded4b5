"""Sentences in two languages."""

from __future__ import annotations

import os
from fractions import Fraction

import pytest

from geo_planner.catalogue import Label
from geo_planner.errors import (
    BadDateError,
    CatalogueError,
    DuplicateIdError,
    NotKnownError,
    RefusedFileError,
)
from geo_planner.notes import Note
from maps.text import normalise_language, translation, translator
from maps.text.numbers import decimal, in_measure, metres

ZH, EN = translator("zh-CN"), translator("en")


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("zh", "zh-CN"),
        ("zh-CN", "zh-CN"),
        ("zh_CN.UTF-8", "zh-CN"),
        ("zh-Hans-CN", "zh-CN"),
        ("en", "en"),
        ("en-GB", "en"),
        ("EN_us", "en"),
        (None, "zh-CN"),
        ("", "zh-CN"),
        ("fr", "zh-CN"),
    ],
)
def test_tags_of_languages(tag: str | None, language: str) -> None:
    assert normalise_language(tag) == language


def test_verdict_words() -> None:
    words = "met near not_met undetermined no_data not_applicable reference_only trend_ok trend_bad"
    assert [ZH.status(word) for word in words.split()] == (
        ["达标", "接近达标", "未达标", "待核实", "数据缺失", "不适用", "仅供参考", "向好", "未向好"]
    )


def test_a_refused_file_names_every_fault_on_its_own_line() -> None:
    refused = RefusedFileError(
        "单位.xlsx",
        [
            DuplicateIdError("units", "unit_id", ["659011501"], (14, 87)),
            BadDateError("units", "established_on", (2, 3, 4, 9), ["去年"]),
        ],
    )
    assert ZH.error(refused).splitlines() == [
        "“单位.xlsx”未导入，原有数据没有任何改动。",
        "- “单位”表“单位代码 unit_id”列有重复值（659011501），见第 14、87 行。",
        "- “单位”表“设立日期 established_on”列：第 2-4、9 行不是有效日期：去年。",
    ]
    assert EN.error(refused).splitlines()[1] == (
        "- Layer 'units' repeats values of 'unit_id' (659011501) in rows 14, 87."
    )


def test_faults_of_a_catalogue_are_translated_one_a_line() -> None:
    inner = Note("w", "{file}: {what} '{id}'", {"file": "a.toml", "what": "unit kind", "id": "x"})
    fault = Note(
        "f",
        "{where}: field '{field}': {fault}",
        {"where": inner, "field": "level", "fault": "is missing"},
    )
    assert ZH.error(CatalogueError([fault])).splitlines() == [
        "目录有错误：",
        "- a.toml：单位类型“x”：字段“level”：缺少",
    ]


def test_things_named_by_errors_are_translated() -> None:
    assert "没有名为“x”的指标" in ZH.error(NotKnownError.among("indicator", "x", ["a"]))


def test_notes_labels_and_nested_sentences() -> None:
    note = Note("n", "The latest report is for {period}.", {"period": Label("去年", "last year")})
    assert ZH.note(note) == "最近一期数据为 去年。"
    assert EN.note(note) == "The latest report is for last year."


def test_braces_in_values_and_unknown_sentences_are_left_alone() -> None:
    assert ZH("{file}, row {row}", file="{0}{x}", row=3) == "{0}{x}，第 3 行"
    assert ZH("no such sentence {x}") == "no such sentence {x}"
    assert ZH.error(ValueError("{x}")) == "{x}"


def test_plurals() -> None:
    one = "{number} unit has no position and is not on the map: {names}"
    many = "{number} units have no position and are not on the map: {names}"
    assert EN.plural(one, many, 1, names=["A"]).startswith("1 unit has")
    assert EN.plural(one, many, 2, names=["A", "B"]).startswith("2 units have")
    assert ZH.plural(one, many, 2, names=["甲", "乙"]) == "2 个单位没有位置，未画在图上：甲、乙"


def test_the_source_is_read_where_the_compiled_catalogue_is_older_or_missing(
    tmp_path, monkeypatch
) -> None:
    place = tmp_path / "zh_CN" / "LC_MESSAGES"
    place.mkdir(parents=True)
    source = place / "geo_planner.po"
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
    source.write_text(head + 'msgid "Legend"\nmsgstr "图例甲"\n', encoding="utf-8")
    monkeypatch.setattr(translation, "FOLDER", tmp_path)
    assert translator()("Legend") == "图例甲"
    source.with_suffix(".mo").write_bytes(b"stale")
    os.utime(source.with_suffix(".mo"), (1, 1))
    source.write_text(head + 'msgid "Legend"\nmsgstr "图例乙"\n', encoding="utf-8")
    assert translator()("Legend") == "图例乙"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction(6875, 100), "68.8"),  # halves go up
        (Fraction(200, 3), "66.7"),
        (96.0, "96"),
        (1234567, "1,234,567"),
        (Fraction(-1, 20), "−0.1"),
        (Fraction(1, 100), "0"),
        (None, "—"),
        (float("nan"), "—"),
    ],
)
def test_figures(value: Fraction | float | None, text: str) -> None:
    assert decimal(value) == text


def test_measures_and_distances() -> None:
    assert in_measure(Fraction(7, 2), "per 1000 children", ZH) == "3.5 ／千名儿童"
    assert in_measure(None, "%", ZH) == "—"
    assert metres(999.5, EN) == "1,000 m"
    assert metres(12_345.0, ZH) == "12.3 公里"
    assert metres(None, ZH) == "—"
