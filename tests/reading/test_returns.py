"""Return forms that come back from departments."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from openpyxl import Workbook

from geo_planner.errors import RefusedFileError
from geo_planner.table_errors import NothingReturnedError
from layers.reading import LayerRead, read_layer
from layers.returns import years_of_title
from tests.reading.office import catalogue, faults, notes, write_csv

HEADINGS = [
    *("序号", "指标代码", "指标名称", "类型", "计量单位", "单位代码", "单位名称", "报告期"),
    *("性别", "年龄段", "2020基数", "上年值", "分子", "分母", "数值", "2030目标"),
    *("与上年增减", "达标情况", "填报人", "审核人", "填报日期", "统计口径说明"),
]


def form_row(**cells: Any) -> list[Any]:
    filled = {
        "指标代码": "vaccination_rate",
        "指标名称": "适龄儿童国家免疫规划疫苗接种率",
        "类型": "约束性",
        "计量单位": "%",
        "单位代码": "u1",
        "单位名称": "红星一场",
        "报告期": "2025年度",
        "2020基数": 90,
        "2030目标": "≥90",
    }
    return [{**filled, **cells}.get(heading) for heading in HEADINGS]


def read(path: Path, **said: Any) -> LayerRead:
    return read_layer(path, layer="observations", catalogue=catalogue(), **said)


def workbook(path: Path, rows: list[list[Any]]) -> Path:
    """Write a form as it is sent out: explained, protected, with formulas and hidden choices."""
    book = Workbook()
    guide = book.active
    guide.title = "填报说明"
    guide.append([f"{heading}怎么填" for heading in HEADINGS])
    terms = book.create_sheet("指标解释")
    terms.append([*HEADINGS, "责任部门", "数据来源"])  # more known headings than the form itself
    terms.append(["解释"] * len(HEADINGS))
    page = book.create_sheet("填报表")
    page.append(["2025年儿童发展规划监测统计表"])
    page.append(HEADINGS)
    for row in rows:
        page.append(row)
    page.protection.sheet = True
    page.protection.password = "locked"
    choices = book.create_sheet("选项")
    choices.append(["性别", "年龄段"])
    choices.append(["男", "0-2岁"])
    choices.sheet_state = "hidden"
    book.security.lockStructure = True
    book.save(path)
    return path


def test_a_form_comes_back_filled_in(tmp_path: Path) -> None:
    formulas = {"与上年增减": "=O3-L3", "达标情况": '=IF(O3>=90,"达标","未达标")'}
    rows = [
        form_row(数值=96.5, 填报人="张三", 填报日期=dt.datetime(2026, 1, 8), **formulas),
        form_row(性别="男", 年龄段="合计", 分子=48, 分母=50, 审核人="李四", **formulas),
        form_row(性别="女", 年龄段="０－２岁", 填报人="张三", **formulas),  # signed: unknown
        form_row(性别="女", 年龄段="3—5", **formulas),  # not returned yet
    ]
    back = read(workbook(tmp_path / "表.xlsx", rows), known_units=["u1"])
    frame = back.frame
    assert back.facts["sheet"] == "填报表"
    assert frame["indicator"].tolist() == ["vaccination_rate"] * 3
    assert frame["period"].tolist() == ["2025"] * 3
    assert frame["sex"].tolist() == ["", "male", "female"]
    assert frame["age_band"].tolist() == ["", "", "0-2"]
    assert frame["reported_by"].fillna("").tolist() == ["张三", "", "张三"]
    assert frame["checked_by"].fillna("").tolist() == ["", "李四", ""]
    assert frame["reported_on"].iloc[0] == pd.Timestamp(2026, 1, 8)
    assert frame["value"].iloc[0] == 96.5
    assert np.isnan(frame["value"].iloc[2])
    assert frame["source_row"].tolist() == [3, 4, 5]
    # Nothing is said about explaining sheets, columns for people, and formulas among those.
    assert set(notes(back)) == {"title-lines", "not-returned", "not-signed"}
    assert notes(back)["not-returned"] == {"count": 1, "rows": (6,)}
    assert notes(back)["not-signed"]["rows"] == (4,)  # who checked it did not report it


def test_a_form_nobody_filled_in_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path / "空表.xlsx", [form_row(), form_row(性别="男")])
    with pytest.raises(NothingReturnedError) as refused:
        read(path)
    assert refused.value.params["file"] == "空表.xlsx"


def test_other_faults_of_an_empty_form_come_first(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", "指标代码,单位代码,填报人,数值\nvaccination_rate,u1,,\n")
    with pytest.raises(RefusedFileError) as refused:
        read(path)
    assert set(faults(refused.value)) == {"missing-column"}


def test_files_without_a_signature_keep_blank_rows(tmp_path: Path) -> None:
    text = "指标代码,单位代码,年份,数值,审核人\nvaccination_rate,u1,2025,,\n"
    back = read(write_csv(tmp_path / "a.csv", text))
    assert len(back.frame) == 1
    assert notes(back) == {}


def test_a_date_alone_is_a_signature(tmp_path: Path) -> None:
    text = "指标代码,单位代码,年份,数值,填报日期\n"
    text += "vaccination_rate,u1,2025,,2026年1月8日\nvaccination_rate,u2,2025,—,\n"
    back = read(write_csv(tmp_path / "a.csv", text))
    assert back.frame["unit_id"].tolist() == ["u1"]
    assert back.frame["reported_on"].tolist() == [pd.Timestamp(2026, 1, 8)]
    assert notes(back)["not-returned"]["rows"] == (3,)


@pytest.mark.parametrize(
    ("cells", "sex", "band"),
    [
        ("男,0-2岁", "male", "0-2"),
        ("女,0—2", "female", "0-2"),
        ("Male,0~2", "male", "0-2"),
        ("f,０～２ 周岁", "female", "0-2"),
        ("合计,合计", "", ""),
        ("不分性别,不分年龄", "", ""),
        (",", "", ""),
        ("—,/", "", ""),
        ("M,3岁至5岁", "male", "3-5"),
        ("女童,18岁以下", "female", "18岁以下"),
    ],
)
def test_words_for_sex_and_age(tmp_path: Path, cells: str, sex: str, band: str) -> None:
    # The two stand first, where 合计 would otherwise make a total row.
    text = f"性别,年龄段,指标代码,单位代码,年份,数值\n{cells},vaccination_rate,u1,2025,90\n"
    frame = read(write_csv(tmp_path / "a.csv", text)).frame
    assert frame[["sex", "age_band"]].to_numpy().tolist() == [[sex, band]]


def test_a_sex_that_is_none_is_told(tmp_path: Path) -> None:
    text = "指标代码,单位代码,年份,数值,性别\nvaccination_rate,u1,2025,90,儿童\n"
    with pytest.raises(RefusedFileError) as refused:
        read(write_csv(tmp_path / "a.csv", text))
    assert faults(refused.value)["bad-value"].params["values"] == ["儿童"]


def test_one_group_twice_is_one_row_too_many(tmp_path: Path) -> None:
    head = "指标代码,单位代码,年份,数值,性别,年龄段\n"
    rows = ["男,0-2", "女,0-2", "合计,0-2", "男,0—2岁", ",合计", "合计,"]
    text = head + "".join(f"vaccination_rate,u1,2025,90,{row}\n" for row in rows)
    with pytest.raises(RefusedFileError) as refused:
        read(write_csv(tmp_path / "a.csv", text))
    assert faults(refused.value)["duplicate-id"].params["rows"] == (2, 5, 6, 7)


def test_a_code_goes_before_a_name_and_either_is_enough(tmp_path: Path) -> None:
    name = catalogue().indicators["vaccination_rate"].label.zh
    both = "代码,指标名称,单位代码,年份,数值\nvaccination_rate,随便,u1,2025,90\n"
    alone = f"指标名称,单位代码,年份,数值\n{name},u1,2025,90\n"
    for text in (both, alone):
        back = read(write_csv(tmp_path / "a.csv", text))
        assert back.frame["indicator"].tolist() == ["vaccination_rate"]
        assert notes(back) == {}


def test_who_reported_is_left_out_of_other_layers(tmp_path: Path) -> None:
    text = "单位代码,名称,填报人,审核人,填报日期\nu1,一连,张三,李四,2026-01-08\n"
    path = write_csv(tmp_path / "a.csv", text)
    back = read_layer(path, layer="units", catalogue=catalogue(), kind="company")
    assert notes(back) == {}
    assert "reported_by" not in back.frame


def test_only_an_explaining_sheet_is_read_all_the_same(tmp_path: Path) -> None:
    book = Workbook()
    book.active.title = "填报说明"
    book.active.append(["指标代码", "单位代码", "年份", "数值"])
    book.active.append(["vaccination_rate", "u1", 2025, 90])
    book.save(tmp_path / "a.xlsx")
    assert read(tmp_path / "a.xlsx").facts["sheet"] == "填报说明"


SIGNED = "指标代码,单位代码,年份,分子,分母,数值,填报人\n"


def refused_form(path: Path, *rows: str, head: str = SIGNED) -> dict[str, Any]:
    with pytest.raises(RefusedFileError) as refused:
        read(write_csv(path, head + "".join(f"{row}\n" for row in rows)))
    assert len(refused.value.faults) == len(faults(refused.value))
    return {code: fault.params for code, fault in faults(refused.value).items()}


def test_shares_and_counts_that_cannot_be_are_refused(tmp_path: Path) -> None:
    found = refused_form(
        tmp_path / "a.csv",
        "vaccination_rate,u1,2025,,,100.5,张三",  # row 2: above all
        "health_literacy,u1,2025,,,-1,张三",  # row 3: below nothing
        "vaccination_rate,u2,2025,,,100,张三",
        "health_literacy,u2,2025,,,0,张三",
        "senior_gross_enrolment,u1,2025,,,104,张三",  # gross: may pass the whole
        "injury_mortality_change,u1,2025,,,-20,张三",  # a change
        "child_mortality_urban_rural_gap,u1,2025,,,-0.5,张三",  # a difference
        "infant_mortality_rate,u1,2025,,,-2,张三",  # row 9: no rate is below nothing
    )
    assert set(found) == {"share-outside", "bad-number"}
    assert found["share-outside"]["rows"] == (2, 3)
    assert found["share-outside"]["values"] == ["100.5", "-1"]
    assert found["bad-number"]["rows"] == (9,)


def test_both_columns_with_negative_numbers_are_named(tmp_path: Path) -> None:
    count = next(one.id for one in catalogue().indicators.values() if one.measure == "count")
    text = SIGNED + f"{count},u1,2025,,,-3,张三\n{count},u2,2025,-4,,,张三\n"
    with pytest.raises(RefusedFileError) as refused:
        read(write_csv(tmp_path / "a.csv", text))
    told = {(fault.params["column"], fault.params["rows"]) for fault in refused.value.faults}
    assert told == {("value", (2,)), ("numerator", (3,))}


def test_some_of_none_has_its_own_words(tmp_path: Path) -> None:
    found = refused_form(
        tmp_path / "a.csv",
        "vaccination_rate,u1,2025,3,0,,张三",
        "vaccination_rate,u2,2025,0,0,,张三",  # nobody of nobody: does not apply
        "vaccination_rate,u3,2025,4,3,,张三",
    )
    assert found["zero-denominator"]["rows"] == (2,)
    assert found["part-over-whole"]["rows"] == (4,)


def test_a_period_after_the_plan_is_refused(tmp_path: Path) -> None:
    found = refused_form(
        tmp_path / "a.csv",
        "vaccination_rate,u1,2030,,,90,张三",
        "vaccination_rate,u1,2031,,,90,张三",
        "vaccination_rate,u2,2205Q1,,,90,张三",
    )
    assert found == {
        "after-plan": {
            "layer": "observations",
            "column": "period",
            "values": ["2031", "2205Q1"],
            "rows": (3, 4),
            "last": 2030,
        }
    }


def test_files_that_are_no_forms_take_all_that(tmp_path: Path) -> None:
    text = "指标代码,单位代码,年份,分子,分母,数值\n"
    for row in ("u1,2025,,,120", "u2,2025,,,-1", "u3,2025,3,0,", "u4,2031,,,9", "u5,2025,3,,"):
        text += f"vaccination_rate,{row}\n"
    back = read(write_csv(tmp_path / "a.csv", text))
    assert len(back.frame) == 5
    assert notes(back) == {}


def test_unsigned_figures_and_halves_of_ratios_are_told(tmp_path: Path) -> None:
    count = next(one.id for one in catalogue().indicators.values() if one.measure == "count")
    answer = next(one.id for one in catalogue().indicators.values() if one.rule == "has_facility")
    rows = [
        "vaccination_rate,u1,2025,3,,,张三",  # row 2: no denominator
        "vaccination_rate,u2,2025,,9,,",  # row 3: no numerator, no signature
        "vaccination_rate,u3,2025,3,,33,张三",  # the value is there
        "vaccination_rate,u4,2025,3,9,,",  # row 5: no signature
        f"{count},u1,2025,3,,,张三",  # a count is its own figure
        f"{answer},u1,2025,1,,,张三",  # yes
        "vaccination_rate,u5,2025,,,,张三",  # signed: unknown
    ]
    text = SIGNED + "".join(f"{row}\n" for row in rows)
    assert notes(read(write_csv(tmp_path / "a.csv", text))) == {
        "not-signed": {"count": 2, "rows": (3, 5)},
        "half-a-ratio": {"count": 2, "rows": (2, 3)},
    }


def test_a_title_of_another_year_is_told(tmp_path: Path) -> None:
    rows = [
        form_row(数值=96.5, 填报人="张三", 报告期=2026),
        form_row(性别="男", 数值=9, 填报人="张三"),
    ]
    back = read(workbook(tmp_path / "表.xlsx", rows))  # the title is about 2025
    assert notes(back)["other-year-in-title"] == {
        "title": ["2025"],
        "periods": ["2026"],
        "rows": (3,),
    }


@pytest.mark.parametrize(
    ("title", "years"),
    [
        ("2026年统计表", [2026]),
        ("２０２６年度", [2026]),
        ("儿童发展规划（2021—2030年）填报表（2026年）", [2026]),
        ("规划（2021年－2030年）", []),
        ("报送时间：2027年4月10日", []),
        ("有效期至：2027年6月", []),
        ("国统制〔2024〕15号", []),
        ("Plan (2021-2030): return form, 2026", [2026]),
        ("Period: 2026, the whole year", [2026]),
        ("Due by 2027-04-10", []),
        ("电话 2026 2031", []),
        ("2025年1—12月", [2025]),
    ],
)
def test_years_a_title_is_about(title: str, years: list[int]) -> None:
    assert years_of_title(title) == years
