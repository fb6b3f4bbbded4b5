"""Dates and reporting periods as offices write them."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Any

from layers.numerals import parse_chinese_numeral, plain_text

_EARLIEST, _LATEST = 1900, 2100
_EXCEL_FIRST_DAY = date(1899, 12, 30)
_DAY = re.compile(
    r"^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?"
    r"(?:[T\s]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?$"
)
_MONTH = re.compile(r"^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*月?(?:份)?$")
_YEAR = re.compile(r"^(\d{4})\s*年?(?:度)?$")
_RUN = re.compile(r"^(\d{4})(\d{2})(\d{2})?(?:\.0)?$")
_CHINESE = re.compile(
    r"^([〇零一二三四五六七八九]{4})年(?:([一二三四五六七八九十]{1,2})月)?(?:([一二三四五六七八九十]{1,3})[日号])?$"
)


def parse_date(value: Any) -> tuple[date, bool] | None:  # noqa: ANN401 - a cell
    """Return the day a cell names and whether only its month or year is given, or None.

    The first day stands for a month or year. Numbers are Excel serials, years, YYYYMM or YYYYMMDD.
    A *number* like 2022.1 is refused: it may have been 2022.10.

    >>> parse_date("2022年5月1日"), parse_date("2022.5")
    ((datetime.date(2022, 5, 1), False), (datetime.date(2022, 5, 1), True))
    """
    if isinstance(value, datetime):
        return _made(value.year, value.month, value.day)
    if isinstance(value, date):
        return _made(value.year, value.month, value.day)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _from_number(float(value))
    return _from_text(plain_text(value)) if isinstance(value, str) else None


def _made(year: int, month: int = 0, day: int = 0) -> tuple[date, bool] | None:
    if not _EARLIEST <= year <= _LATEST:
        return None
    try:
        return date(year, month or 1, day or 1), not (month and day)
    except ValueError:
        return None


def _from_number(value: float) -> tuple[date, bool] | None:
    if value.is_integer():
        whole = int(value)
        if _EARLIEST <= whole <= _LATEST:
            return _made(whole)
        if 10_000 <= whole <= 73_050:  # 1927 to 2099
            return _EXCEL_FIRST_DAY + timedelta(days=whole), False
        if 190_001 <= whole <= 210_012 and 1 <= whole % 100 <= 12:
            return _made(whole // 100, whole % 100)
        if 19_000_101 <= whole <= 21_001_231:
            return _made(whole // 10_000, whole // 100 % 100, whole % 100)
        return None
    if 10_000 < value < 73_050:  # a serial with a time of day
        return _EXCEL_FIRST_DAY + timedelta(days=int(value)), False
    month = round((value % 1) * 100)
    if _EARLIEST <= value < _LATEST + 1 and abs(value % 1 * 100 - month) < 1e-6:
        if month % 10 == 0:  # .2 to .9 can only be a month without its zero; .1 may be October
            return _made(int(value), month // 10) if month > 10 else None
        return _made(int(value), month) if month <= 12 else None
    return None


def _from_text(text: str) -> tuple[date, bool] | None:
    for pattern in (_DAY, _MONTH, _YEAR, _RUN):
        match = pattern.match(text)
        if match is not None:
            parts = [int(part) for part in match.groups() if part]
            if pattern is not _YEAR and any(part == 0 for part in parts[1:]):
                return None
            return _made(*parts)
    match = _CHINESE.match(text)
    if match is not None:
        parts = [int(parse_chinese_numeral(part) or 0) for part in match.groups() if part]
        return _made(*parts)
    if re.fullmatch(r"\d{5}(?:\.\d+)?", text):
        return _from_number(float(text))
    return None


_QUARTER = re.compile(r"^(\d{4})年?度?(?:第)?([1-4一二三四])季度?$")
_QUARTER_LETTER = re.compile(r"^(\d{4})[-年]?[Qq]([1-4])$")
_HALF = re.compile(r"^(\d{4})年?(上|下)半年$")
_HALF_LETTER = re.compile(r"^(\d{4})[-年]?[Hh]([12])$")


def parse_period(value: Any) -> str | None:  # noqa: ANN401 - a cell
    """Return a reporting period as ``2025``, ``2025H1``, ``2025Q3`` or ``2025-06``, or None.

    >>> parse_period(2025.0), parse_period("2025年第三季度"), parse_period("2025年上半年")
    ('2025', '2025Q3', '2025H1')
    """
    if isinstance(value, (datetime, date)):
        return f"{value.year}-{value.month:02d}"
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        value = str(int(value)) if float(value).is_integer() else str(value)
    if not isinstance(value, str):
        return None
    text = plain_text(value).replace(" ", "")
    for pattern, letter in ((_QUARTER, "Q"), (_QUARTER_LETTER, "Q"), (_HALF_LETTER, "H")):
        match = pattern.match(text)
        if match is not None:
            part = "一二三四".find(match[2]) + 1 or int(match[2])
            return f"{match[1]}{letter}{part}"
    match = _HALF.match(text)
    if match is not None:
        return f"{match[1]}H{1 if match[2] == '上' else 2}"
    match = _YEAR.match(text)
    if match is not None:
        return match[1]
    match = _MONTH.match(text) or re.match(r"^(\d{4})(0[1-9]|1[0-2])$", text)
    if match is not None and 1 <= int(match[2]) <= 12:
        return f"{match[1]}-{int(match[2]):02d}"
    return None
