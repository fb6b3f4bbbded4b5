"""Numbers as people type them: full-width, with separators, in Chinese numerals, in degrees."""

from __future__ import annotations

import re
import unicodedata

UNKNOWN_WORDS = frozenset(
    (
        *(
            "",
            "-",
            "--",
            "---",
            "—",
            "——",
            "–",
            "−",
            "一一",
            "/",
            "//",
            "\\",
            "?",
            "…",
            "...",
            "..",
        ),
        *(
            "未统计",
            "不详",
            "未知",
            "暂无数据",
            "暂缺",
            "缺",
            "缺失",
            "待统计",
            "待定",
            "待核实",
            "未报",
        ),
        *(
            "n/a",
            "na",
            "nan",
            "null",
            "#n/a",
            "unknown",
            "none",
            "nodata",
            "无数据",
            "未填",
            "空",
            "nat",
        ),
        *("至今", "长期", "#ref!", "#value!", "#div/0!", "#name?", "<na>"),
    )
)
"""Cells that say that something is not known; never zero."""

ZERO_WORDS = frozenset(
    ("无", "没有", "零", "否", "×", "✗", "✘", "no", "false", "f", "n", "未建", "未建立")
)
ONE_WORDS = frozenset(
    ("有", "是", "√", "✓", "✔", "☑", "yes", "true", "t", "y", "已建", "已建立", "对", "达标")
)

_DIGITS = {letter: value for value, letter in enumerate("零一二三四五六七八九")} | {
    **{letter: value for value, letter in enumerate("〇壹贰叁肆伍陆柒捌玖")},
    "两": 2,
}
_TENS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_MYRIADS = {"万": 10_000, "亿": 100_000_000}
_COUNTED = re.compile(
    r"(?:人次|小时|分钟|周岁|平方米|公里|千米|[人户个所名张处座家间岁米元班处天次件份])$"
)
_PLAIN = re.compile(r"^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$", re.IGNORECASE)
_GROUPED = re.compile(r"^[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?$")
_NUMERAL = re.compile(r"^[零〇一二三四五六七八九十百千万亿两壹贰叁肆伍陆柒捌玖拾佰仟]+$")


_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u200b-\u200f\u202a-\u202e\u2060-\u2064"
    "\u2066-\u2069\ufeff]"
)


def visible(text: str) -> str:
    """Return text without what nobody sees, such as zero-width spaces pasted from a web page.

    With them two codes that look the same would be two units.
    """
    return text if text.isascii() and text.isprintable() else _UNSEEN.sub("", text)


def plain_text(text: str) -> str:
    """Return text with full-width letters narrow and no leading apostrophe or outer spaces."""
    return unicodedata.normalize("NFKC", visible(text)).strip().removeprefix("'").strip()


def is_unknown_word(text: str) -> bool:
    """Return whether a cell says that it is not known (blank, "—", "/", "未统计")."""
    return plain_text(text).casefold().replace(" ", "") in UNKNOWN_WORDS


def parse_number(text: str) -> float | None:
    """Return the number that a cell's text holds, or None if it holds none.

    Thousands separators, a counted thing at the end (120人), 万 and Chinese numerals are
    understood; a percent sign is the caller's business.

    >>> parse_number("１，２００户"), parse_number("一百二十"), parse_number("1.2万")
    (1200.0, 120.0, 12000.0)
    """
    plain = plain_text(text).replace(" ", "").replace("\u2212", "-")
    for form in (plain, _COUNTED.sub("", plain)):
        if _PLAIN.match(form):
            return float(form)
        if _GROUPED.match(form):
            return float(form.replace(",", ""))
        if form[-1:] in _MYRIADS and _PLAIN.match(form[:-1]):
            # By decimal text, so that 1.1万 is 11000 and not 11000.000000000002.
            return round(float(form[:-1]) * _MYRIADS[form[-1]], 6)
        if form and _NUMERAL.match(form):
            return parse_chinese_numeral(form)
    return None


def parse_chinese_numeral(text: str) -> float | None:
    """Return the value of a Chinese numeral (一百二十, 两千零五, 二〇二二), or None.

    >>> parse_chinese_numeral("三万二千五百"), parse_chinese_numeral("二〇二二")
    (32500.0, 2022.0)
    """
    if len(text) > 24:
        return None  # nobody writes such a number, and it would be longer than a float
    if all(letter in _DIGITS for letter in text):
        return float("".join(str(_DIGITS[letter]) for letter in text))
    total = section = 0
    digit: int | None = None
    smallest = 10_000
    zero = False
    for letter in text:
        if letter in _DIGITS:
            if digit is not None and digit != 0:
                return None
            zero, digit = digit == 0, _DIGITS[letter]
        elif letter in _TENS:
            if _TENS[letter] >= smallest:
                return None
            section += (1 if digit is None or digit == 0 else digit) * _TENS[letter]
            smallest, digit = _TENS[letter], None
        else:
            section += digit or 0
            if letter == "亿":
                total = (total + section) * _MYRIADS[letter]
            else:
                total += section * _MYRIADS[letter]
            section, digit, smallest = 0, None, 10_000
    if digit and not zero and smallest != 10 and len(text) > 1:
        return None  # 一百二 is 120 to some and 102 to others
    return float(total + section + (digit or 0))


_DMS = re.compile(
    r"^(?P<half>[NSEW东西南北])?(?P<vast>[北南东西][纬经])?\s*(?P<sign>[+-])?"
    r"(?P<d>\d+(?:\.\d+)?)\s*[°度d:]\s*"
    r"(?:(?P<m>\d+(?:\.\d+)?)\s*(?:['′’‘分:]|$)\s*)?"
    r"(?:(?P<s>\d+(?:\.\d+)?)\s*(?:[\"″”“秒]|''|′′|’’|$)\s*)?"
    r"(?P<end>[NSEW])?$",
    re.IGNORECASE,
)


def parse_degrees(text: str) -> float | None:
    """Return decimal degrees of plain or sexagesimal text, or None.

    >>> parse_degrees("42°48′30″"), parse_degrees("93度30分E"), parse_degrees("W 9:30")
    (42.80833333333333, 93.5, -9.5)
    """
    narrow = unicodedata.normalize("NFC", text).strip().removeprefix("'").strip()
    narrow = (
        "".join(
            unicodedata.normalize("NFKC", letter) if letter not in "″′" else letter
            for letter in narrow
        )
        .replace("º", "°")
        .replace("˚", "°")
    )
    plain = narrow.replace(" ", "").replace("\u2212", "-")
    if _PLAIN.match(plain):
        return float(plain)
    match = _DMS.match(plain) or _DMS.match(narrow)
    if match is None:
        simple = re.match(r"^(?P<half>[NSEW])?(?P<d>\d+(?:\.\d+)?)(?P<end>[NSEW])?$", plain, re.I)
        if simple is None:
            return None
        sides = f"{simple['half'] or ''}{simple['end'] or ''}".upper()
        return -float(simple["d"]) if sides in ("S", "W") else float(simple["d"])
    minutes, seconds = float(match["m"] or 0), float(match["s"] or 0)
    if minutes >= 60 or seconds >= 60:
        return None
    value = float(match["d"]) + minutes / 60 + seconds / 3600
    side = f"{match['half'] or ''}{match['vast'] or ''}{match['end'] or ''}".upper()
    west = any(letter in side for letter in "SW南西")
    return -value if west or match["sign"] == "-" else value
