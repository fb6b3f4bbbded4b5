"""Spreadsheets: where the headings are, merged cells, and rows that are not data."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from openpyxl import Workbook

from geo_planner.errors import NotKnownError, RefusedFileError
from layers.reading import read_layer
from tests.reading.office import catalogue, faults, notes, read_units, write_csv, write_xlsx

TWO_ROWS = [
    ["连队情况统计表", None, None, None, None, None],
    ["单位：人、户", None, None, None, None, None],
    ["单位代码", "单位名称", "户数（户）", "儿童数", None, None],
    [None, None, None, "0-2岁", "3－5岁", "6~11岁"],
    ["甲", "乙", 1, 2, 3, 4],
    [659011500501.0, "一连", 120, 5, "—", 0],
    ["659011500502", "二连", "１，２００", "无", 7, 8],
    ["合计", None, 1320, 5, 7, 8],
    [None, None, None, None, None, None],
    ["填表人：张三", None, "审核人：李四", None, None, None],
]
TWO_ROWS_MERGES = ["A1:F1", "A2:F2", "A3:A4", "B3:B4", "C3:C4", "D3:F3"]


def test_two_heading_rows_with_everything_an_office_adds(tmp_path: Path) -> None:
    read = read_units(write_xlsx(tmp_path / "连队.xlsx", TWO_ROWS, TWO_ROWS_MERGES))
    frame = read.frame
    assert frame.index.tolist() == ["659011500501", "659011500502"]
    assert frame["households"].tolist() == [120.0, 1200.0]
    assert frame["children_0_2"].tolist() == [5.0, 0.0]
    assert np.isnan(frame["children_3_5"].iloc[0])  # — is unknown
    assert frame["children_3_5"].iloc[1] == 7.0
    assert frame["children_6_11"].tolist() == [0.0, 8.0]
    assert frame["source_row"].tolist() == [6, 7]
    assert frame["kind"].tolist() == ["company", "company"]
    assert frame["source_file"].tolist() == ["连队.xlsx"] * 2
    assert frame["source_sheet"].tolist() == ["Sheet1"] * 2
    found = notes(read)
    assert found["title-lines"]["rows"] == (1, 2)
    assert found["total-rows"]["rows"] == (8,)
    assert found["lines-below"]["rows"] == (10,)
    assert read.facts["headings"]["children_0_2"] == "儿童数/0-2岁"


def test_row_numbers_hold_below_left_out_rows(tmp_path: Path) -> None:
    rows = [
        ["单位代码", "名称", "户数"],
        ["u1", "一连", 10],
        [None, None, None],
        ["单位代码", "名称", "户数"],
        ["u2", "二连", "many"],
        ["小计", None, 10],
        ["u3", "三连", -4],
    ]
    with pytest.raises(RefusedFileError) as refused:
        read_units(write_xlsx(tmp_path / "a.xlsx", rows))
    rows_named = {fault.params["rows"] for fault in refused.value.faults}
    assert rows_named == {(5,), (7,)}
    assert "many" in str(refused.value)
    rows[4][2], rows[6][2] = 5, 4
    read = read_units(write_xlsx(tmp_path / "b.xlsx", rows))
    assert read.frame["source_row"].tolist() == [2, 5, 7]
    assert notes(read)["repeated-headings"]["rows"] == (4,)
    assert notes(read)["total-rows"]["rows"] == (6,)


def test_merged_data_cells_fill_their_own_range_only(tmp_path: Path) -> None:
    rows = [
        ["所属团场", "单位代码", "名称", "户数", "撤销日期"],
        ["红星一场", "r1", "一连", 30, dt.date(2024, 1, 1)],
        [None, "r2", "二连", None, None],
        [None, "r3", "三连", None, None],
        [None, "R", "红星一场", 9, None],
    ]
    rows[0].append("单位类型")
    for row, kind in zip(rows[1:], ["连队", "连队", "连队", "团场"], strict=True):
        row.append(kind)
    path = write_xlsx(tmp_path / "b.xlsx", rows, ["A2:A3", "D2:D3", "E2:E3"])
    read = read_units(path, kind=None)
    parents = read.frame["parent_id"]
    # By name: 红星一场 is the unit R of the same file. r3 is below the merged range: blank.
    assert parents.loc["r1"] == parents.loc["r2"] == "R"
    assert parents.isna().tolist() == [False, False, True, True]
    assert notes(read)["names-to-codes"]["rows"] == (2, 3)
    # A date holds for every row it is merged over; a count of two companies belongs to neither.
    assert read.frame["abolished_on"].notna().tolist() == [True, True, False, False]
    assert np.isnan(read.frame["households"].iloc[:2]).all()
    assert notes(read)["merged-number"]["rows"] == (2, 3)


def test_section_lines_across_the_table_are_left_out(tmp_path: Path) -> None:
    rows = [
        ["单位代码", "名称", "户数"],
        ["一、红星一场", None, None],
        ["u1", "一连", 10],
        ["二、红星二场", None, None],
        ["u2", "二连", 20],
    ]
    read = read_units(write_xlsx(tmp_path / "a.xlsx", rows, ["A2:C2", "A4:C4"]))
    assert read.frame.index.tolist() == ["u1", "u2"]
    assert notes(read)["section-lines"]["rows"] == (2, 4)


def test_a_unit_may_be_called_what_begins_like_a_total(tmp_path: Path) -> None:
    rows = [["单位代码", "名称"], ["u1", "合计村"], ["u2", "全师合计"], ["u3", "注水连"]]
    read = read_units(write_xlsx(tmp_path / "a.xlsx", rows))
    assert read.frame.index.tolist() == ["u1", "u3"]


def test_the_sheet_with_the_known_headings_is_read(tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(["说明", "本表由各团场填报"])
    book.active.append(["填报要求", "不得漏报"])
    page = book.create_sheet("连队")
    page.append(["单位代码", "名称"])
    page.append(["u1", "一连"])
    book.save(tmp_path / "a.xlsx")
    read = read_units(tmp_path / "a.xlsx")
    assert read.frame["source_sheet"].tolist() == ["连队"]
    assert notes(read)["other-sheets"]["others"] == ["Sheet"]
    with pytest.raises(NotKnownError, match="连队"):
        read_units(tmp_path / "a.xlsx", sheet="连")


def test_cells_shown_as_percentages(tmp_path: Path) -> None:
    book = Workbook()
    page = book.active
    page.append(["指标代码", "单位代码", "报告期", "数值"])
    for row, (unit, value) in enumerate(
        [("a", 0.96), ("b", 0.9), ("c", "96%"), ("d", 95), ("e", 0.5)], 2
    ):
        page.append(["vaccination_rate", unit, 2025, value])
        if unit in "ab":
            page.cell(row, 4).number_format = "0.0%"
    book.save(tmp_path / "a.xlsx")
    read = read_layer(tmp_path / "a.xlsx", layer="observations", catalogue=catalogue())
    assert read.frame["value"].tolist() == [96.0, 90.0, 96.0, 95.0, 0.5]
    assert notes(read)["percent-cells"]["rows"] == (2, 3)
    assert notes(read)["maybe-fractions"]["rows"] == (6,)
    assert read.frame["period"].tolist() == ["2025"] * 5


def test_indicators_by_their_label_and_periods_in_words(tmp_path: Path) -> None:
    label = catalogue().indicators["vaccination_rate"].label.zh
    text = f"指标名称,单位,年份,本年值,责任单位\n{label},u1,2025年第三季度,98.5,卫健委\n"
    path = write_csv(tmp_path / "o.csv", text + "no such,u1,soon,有,\n")
    with pytest.raises(RefusedFileError) as refused:
        read_layer(path, layer="observations", catalogue=catalogue(), known_units=["u1"])
    assert {(fault.params["column"], fault.params["rows"]) for fault in refused.value.faults} == {
        ("indicator", (3,)),
        ("period", (3,)),
    }
    write_csv(path, text)
    read = read_layer(path, layer="observations", catalogue=catalogue(), known_units=["u1"])
    assert read.frame[["indicator", "period", "responsible"]].to_numpy().tolist() == [
        ["vaccination_rate", "2025Q3", "卫健委"]
    ]


def test_two_headings_for_one_column(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", "单位代码,名称,户数,总户数,脾气\nu1,一连,3,4,好\n")
    with pytest.raises(RefusedFileError) as refused:
        read_units(path)
    assert faults(refused.value)["ambiguous-column"].params["headings"] == ["户数", "总户数"]
    read = read_units(path, mapping={"总户数": "households"})
    assert read.frame["households"].tolist() == [4.0]
    assert notes(read)["unknown-headings"]["headings"] == ["脾气"]


def test_wrong_maps_name_near_ones(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", "单位代码,名称,住户\nu1,一连,3\n")
    with pytest.raises(RefusedFileError) as refused:
        read_units(path, mapping={"住户": "household", "住户数": "households"})
    wrong = {fault.params["name"]: fault.params["near"] for fault in refused.value.faults}
    assert "households" in wrong["household"]
    assert wrong["住户数"][0] == "住户"
    assert read_units(path, mapping={"住户": "户数"}).frame["households"].tolist() == [3.0]


def test_missing_columns_are_named_in_both_languages(tmp_path: Path) -> None:
    with pytest.raises(RefusedFileError) as refused:
        read_units(write_csv(tmp_path / "a.csv", "甲,乙\n1,2\n"), kind=None)
    missing = {fault.params["column"]: fault.params["label"] for fault in refused.value.faults}
    assert missing == {
        "unit_id": "单位代码, unit code",
        "name": "名称, name",
        "kind": "单位类型, kind of unit",
    }


def test_facilities_by_their_chinese_words(tmp_path: Path) -> None:
    text = (
        "设施代码,设施名称,设施类型,所在社区,服务社区,状态,启用时间,停用时间,容量,模拟数据\n"
        "f1,甲,幼儿园,三仙社区,c1；c2,在用,2020年3月1日,,120人,是\n"
        "f2,乙,家长学校,c2,,筹建,2026.9,—,—,\n"
        "f3,丙,儿童之家,,c1,暂停,,,无,否\n"
    )
    path = write_csv(tmp_path / "f.csv", text, "gb18030")
    known = pd.DataFrame({"name": ["三仙社区", "阳光社区"]}, index=["c1", "c2"])
    read = read_layer(path, layer="facilities", catalogue=catalogue(), known_units=known)
    frame = read.frame
    assert frame["facility_type"].tolist() == [
        "kindergarten",
        "parent_school_station",
        "child_home",
    ]
    assert frame["status"].tolist() == ["active", "planned", "suspended"]
    assert frame["unit_id"].iloc[:2].tolist() == ["c1", "c2"]
    assert frame["serves_units"].iloc[0] == "c1;c2"
    assert frame["capacity"].tolist()[0] == 120.0
    assert np.isnan(frame["capacity"].iloc[1])
    assert frame["capacity"].iloc[2] == 0.0
    assert frame["simulated"].tolist() == [True, False, False]
    assert notes(read)["coarse-date"]["rows"] == (3,)
    assert frame.index.name == "facility_id"


def test_kinds_and_what_is_read_into_them(tmp_path: Path) -> None:
    text = (
        "code12,name,单位类型\n659011400498,虚拟社区,virtual\n659011500501,一连,company_like\n"
        "659011500201,村,village\n659011500001,居委会,other\nx,城区社区,城市社区\ny,团部,团场社区\n"
    )
    read = read_units(write_csv(tmp_path / "a.csv", text), kind=None, mapping={"code12": "unit_id"})
    assert read.frame["kind"].tolist() == [
        *("community", "company", "company", "community", "community", "community")
    ]
    assert read.frame["community_kind"].iloc[-2:].tolist() == ["urban", "regiment"]
    assert read.frame["community_kind"].iloc[:4].isna().all()
    assert notes(read)["kind-from-code"]["rows"] == (5,)
    text += "z,什么,other\n"
    with pytest.raises(RefusedFileError) as refused:
        read_units(write_csv(tmp_path / "b.csv", text), kind=None, mapping={"code12": "unit_id"})
    assert faults(refused.value)["bad-value"].params["rows"] == (8,)


def test_codes_that_excel_shortened(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", "单位代码,名称\n6.59E+11,一连\n6.59012E+11,二连\n")
    with pytest.raises(RefusedFileError) as refused:
        read_units(path)
    assert faults(refused.value)["lost-digits"].params["rows"] == (2, 3)


def test_nothing_is_changed_by_reading_twice(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", TWO_ROWS, TWO_ROWS_MERGES)
    first, second = read_units(path), read_units(path)
    assert first.frame.equals(second.frame)
    assert first.notes == second.notes


def test_formulas_nobody_worked_out_are_told(tmp_path: Path) -> None:
    book = Workbook()
    page = book.active
    page.append(["单位代码", "名称", "户数", "人口"])
    page.append(["u1", "一连", "=1+1", 5])
    page.append(["u2", "二连", 7, None])
    page["D3"] = "#REF!"
    page["D3"].data_type = "e"
    book.save(tmp_path / "a.xlsx")
    read = read_units(tmp_path / "a.xlsx")
    assert read.frame["households"].isna().tolist() == [True, False]
    assert read.frame["population"].isna().tolist() == [False, True]
    assert sorted(notes(read)["cells-without-value"]["cells"]) == ["C2", "D3"]
