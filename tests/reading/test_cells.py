"""Cells of office tables: numbers, dates, periods, codes, degrees."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.columns import (
    code_cells,
    date_cells,
    degree_cells,
    flag_cells,
    list_cells,
    number_cells,
    word_cells,
)
from layers.dates import parse_date, parse_period
from layers.numerals import parse_chinese_numeral, parse_degrees, parse_number
from layers.sources.table import cell_array


def cells(*values: Any) -> Any:
    return cell_array(values)


@pytest.mark.parametrize(
    "blank",
    [
        None,
        "",
        "  ",
        "\u3000",
        "-",
        "—",
        "——",
        "/",
        "／",
        "－",
        "未统计",
        "不详",
        "N/A",
        float("nan"),
    ],
)
def test_unknown_is_not_zero(blank: Any) -> None:
    read = number_cells(cells(blank))
    assert np.isnan(read.values[0])
    assert not read.bad[0]


@pytest.mark.parametrize("zero", [0, 0.0, "0", "０", "无", "没有", "零", "否", False])
def test_zero_is_known(zero: Any) -> None:
    assert number_cells(cells(zero)).values[0] == 0.0


@pytest.mark.parametrize("one", [1, "1", "有", "是", "√", True, "一"])
def test_yes_is_one(one: Any) -> None:
    assert number_cells(cells(one)).values[0] == 1.0


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("１，２３４", 1234.0),
        ("1,234,567.5", 1234567.5),
        ("120人", 120.0),
        (" 35 户 ", 35.0),
        ("1.1万", 11000.0),
        ("-3", -3.0),
        ("１２．５", 12.5),
        ("一百二十", 120.0),
        ("十五", 15.0),
        ("二十", 20.0),
        ("两千零五", 2005.0),
        ("三万二千五百", 32500.0),
        ("一亿零三万", 100_030_000.0),
    ],
)
def test_numbers_people_type(text: str, value: float) -> None:
    assert parse_number(text) == value


@pytest.mark.parametrize(
    "text",
    ["1,23", "约120", "12-15", "120（含5）", "一百二", "abc", "1.2.3", "二二十", "一" + "亿" * 60],
)
def test_what_is_no_number_is_refused(text: str) -> None:
    read = number_cells(cells(text))
    assert read.bad[0]
    assert np.isnan(read.values[0])


def test_a_date_in_a_number_column_is_refused() -> None:
    # Spreadsheets turn "3-5" into 5 March by themselves.
    assert number_cells(cells(dt.datetime(2025, 3, 5))).bad[0]
    assert number_cells(cells(float("inf"))).bad[0]


def test_percents_are_remarked() -> None:
    read = number_cells(cells("96%", "９６．５％", 0.96))
    assert read.values.tolist() == [96.0, 96.5, 0.96]
    assert read.remarked.tolist() == [True, True, False]


def chinese(number: int) -> str:
    """Write a number below ten thousand in Chinese, the way a school book does."""
    digits = "零一二三四五六七八九"
    text, gap = "", False
    for power, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // power % 10
        if digit:
            text += ("零" if gap and text else "") + digits[digit] + name
            gap = False
        elif text:
            gap = True
    return text or "零"


@given(st.integers(0, 9999))
def test_chinese_numerals_agree_with_writing_them(number: int) -> None:
    assert parse_chinese_numeral(chinese(number)) == number


@pytest.mark.parametrize(
    ("cell", "day", "coarse"),
    [
        ("2022年5月1日", dt.date(2022, 5, 1), False),
        ("２０２２年５月１日", dt.date(2022, 5, 1), False),
        ("2022-05-01 00:00:00", dt.date(2022, 5, 1), False),
        ("2022/5/1", dt.date(2022, 5, 1), False),
        ("2022.5.1", dt.date(2022, 5, 1), False),
        ("20220501", dt.date(2022, 5, 1), False),
        (20220501.0, dt.date(2022, 5, 1), False),
        (44682.0, dt.date(2022, 5, 1), False),  # 44 682 days after 1899-12-30
        ("44682", dt.date(2022, 5, 1), False),
        (dt.datetime(2022, 5, 1, 8, 30), dt.date(2022, 5, 1), False),
        (dt.date(2022, 5, 1), dt.date(2022, 5, 1), False),
        ("二〇二二年五月一日", dt.date(2022, 5, 1), False),
        ("2022年5月", dt.date(2022, 5, 1), True),
        ("2022.5", dt.date(2022, 5, 1), True),
        ("2022.10", dt.date(2022, 10, 1), True),
        (2022.5, dt.date(2022, 5, 1), True),
        (2022.12, dt.date(2022, 12, 1), True),
        ("2022-05", dt.date(2022, 5, 1), True),
        ("2022年", dt.date(2022, 1, 1), True),
        (2022.0, dt.date(2022, 1, 1), True),
    ],
)
def test_dates_of_every_dress(cell: Any, day: dt.date, coarse: bool) -> None:
    assert parse_date(cell) == (day, coarse)


@pytest.mark.parametrize(
    "cell",
    ["2022-02-30", "2022年13月", "去年", 2022.1, 7.0, "1822-01-01", "20221301", "2022-00-00", True],
)
def test_no_dates(cell: Any) -> None:
    # The number 2022.1 was January or, without its zero, October.
    assert parse_date(cell) is None


@given(st.dates(dt.date(1930, 1, 1), dt.date(2098, 12, 31)))
def test_a_date_reads_the_same_however_written(day: dt.date) -> None:
    serial = float((day - dt.date(1899, 12, 30)).days)
    written = [
        f"{day.year}年{day.month}月{day.day}日",
        f"{day.year}.{day.month}.{day.day}",
        day.isoformat(),
        day.strftime("%Y%m%d"),
        serial,
        day,
    ]
    assert {parse_date(one) for one in written} == {(day, False)}


def test_date_column() -> None:
    read = date_cells(cells("2022年5月1日", "—", None, "至今", "无", "soon"))
    assert read.values.dtype == "datetime64[us]"
    assert np.isnat(read.values).tolist() == [False, True, True, True, True, True]
    assert read.bad.tolist() == [False, False, False, False, False, True]


@pytest.mark.parametrize(
    ("cell", "period"),
    [
        (2025.0, "2025"),
        ("2025年", "2025"),
        ("2025年度", "2025"),
        ("2025年第三季度", "2025Q3"),
        ("2025年3季度", "2025Q3"),
        ("2025q3", "2025Q3"),
        ("2025年上半年", "2025H1"),
        ("2025H2", "2025H2"),
        ("2025年6月", "2025-06"),
        ("202506", "2025-06"),
        ("2025-06", "2025-06"),
        (dt.datetime(2025, 6, 1), "2025-06"),
        ("2025-13", None),
        ("近年", None),
    ],
)
def test_periods(cell: Any, period: str | None) -> None:
    assert parse_period(cell) == period


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("659011501501", "659011501501"),
        (659011501501.0, "659011501501"),
        ("6.59011501501E11", "659011501501"),
        ("6.59011501501E+11", "659011501501"),
        ("'065901", "065901"),
        ("６５９０１１", "659011"),
        ("6590 1150 1501", "659011501501"),
        ("659011501501.0", "659011501501"),
        (3.0, "3"),
        ("一连", "一连"),
        ("SS-0001", "SS-0001"),
        ("—", None),
        (None, None),
    ],
)
def test_codes_are_text(cell: Any, code: str | None) -> None:
    read = code_cells(cells(cell))
    assert (read.values[0], bool(read.bad[0])) == (code, False)


@pytest.mark.parametrize(
    "cell", ["6.59E+11", "6.59012E+11", 650502501501000123.0, dt.datetime(2022, 5, 1)]
)
def test_codes_that_lost_their_digits_are_refused(cell: Any) -> None:
    assert code_cells(cells(cell)).bad[0]


@given(st.integers(10**11, 10**12 - 1))
def test_twelve_digit_codes_survive_being_numbers(code: int) -> None:
    assert code_cells(cells(float(code), code, str(code))).values.tolist() == [str(code)] * 3


def test_lists_of_codes() -> None:
    read = list_cells(cells("C1;C2", "C1，C2、C3", "C1 C1", 659011501501.0, "—"))
    assert read.values.tolist() == ["C1;C2", "C1;C2;C3", "C1", "659011501501", None]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("42°48′30″", 42 + 48 / 60 + 30 / 3600),
        ("42°48'30\"", 42 + 48 / 60 + 30 / 3600),
        ("42度48分30秒", 42 + 48 / 60 + 30 / 3600),
        ("东经93°30′", 93.5),
        ("93°30′E", 93.5),
        ("42:48:30", 42 + 48 / 60 + 30 / 3600),
        ("9°30′W", -9.5),
        ("93.5", 93.5),
        ("９３．５", 93.5),
        ("93.5°", 93.5),
        ("93.5E", 93.5),
        ("42°75′", None),
        ("twelve", None),
    ],
)
def test_degrees(text: str, value: float | None) -> None:
    assert parse_degrees(text) == (None if value is None else pytest.approx(value, abs=1e-12))


def test_no_position_is_not_zero_degrees() -> None:
    read = degree_cells(cells("无", "—", 93.5, "x"))
    assert np.isnan(read.values).tolist() == [True, True, False, True]
    assert read.bad.tolist() == [False, False, False, True]


def test_words_and_flags() -> None:
    read = word_cells(
        cells("在用", "Active", " 在 用 ", "关了", "—", None),
        {"在用": "active", "active": "active"},
    )
    assert read.values.tolist() == ["active", "active", "active", "关了", None, None]
    assert read.bad.tolist() == [False, False, False, True, False, False]
    flags = flag_cells(cells("是", "否", None, 1, "模拟数据", "maybe"))
    assert flags.values.tolist() == [True, False, False, True, True, False]
    assert flags.bad.tolist() == [False] * 5 + [True]
