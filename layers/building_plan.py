"""An office's file of what is to be built and with what: a TOML file, or a table of years.

The TOML file has the fields of the question itself::

    worth = "children"
    [budgets]
    2026 = 300
    [[wants]]
    facility_type = "..."
    cost = 60
    [[milestones]]
    year = 2028
    indicator = "..."
    percent = 80

A table (CSV, XLSX ...) has a row a year: 年份, 资金, 数量.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from geo_planner.errors import (
    BadEncodingError,
    BadNumberError,
    MissingColumnError,
    TooLargeError,
    UnreadableFileError,
)
from geo_planner.notes import msgid
from layers.sources import read_table
from layers.sources.table import RawTable

HEADINGS: Mapping[str, tuple[str, ...]] = {
    "year": ("year", "年份", "年度", "年"),
    "budgets": ("budget", "budgets", "资金", "预算", "投资", "经费"),
    "buildings": ("buildings", "数量", "建设数", "新建数", "个数"),
}
MOST_BYTES = 1_000_000


def read_building_plan(path: Path) -> dict[str, Any]:
    """Return the fields a file states, by name: nested mappings, lists and plain values.

    Raises
    ------
    UnreadableFileError, BadEncodingError, TooLargeError, MissingColumnError, BadNumberError
        With the rows a clerk sees.
    """
    if path.suffix.lower() != ".toml":
        return _of_table(read_table(path, knows=_is_known))
    try:
        raw = path.read_bytes()
    except OSError:
        raise UnreadableFileError(path.name, msgid("there is no such file")) from None
    if len(raw) > MOST_BYTES:
        raise TooLargeError(path.name, f"{len(raw)}", f"{MOST_BYTES}")
    try:
        return tomllib.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise BadEncodingError(path.name, str(error.reason)) from error
    except tomllib.TOMLDecodeError as error:
        raise UnreadableFileError(path.name, str(error)) from error


def _is_known(heading: str) -> bool:
    return _column(heading) is not None


def _column(heading: str) -> str | None:
    """Return the field of a heading; a unit in brackets, as in 资金（万元）, is left aside."""
    word = heading.replace("（", "(").split("(")[0].strip().lower()
    return next((name for name, words in HEADINGS.items() if word in words), None)


def _of_table(table: RawTable) -> dict[str, Any]:
    columns = {
        name: cells
        for heading, cells in zip(table.headings, table.columns, strict=True)
        if (name := _column(heading)) is not None
    }
    if "year" not in columns:
        raise MissingColumnError("building plan", "year", "年份", tuple(table.headings))
    years = [
        _number("year", cell, row) for cell, row in zip(columns["year"], table.rows, strict=True)
    ]
    found: dict[str, Any] = {"years": [int(one) for one in years if one is not None]}
    for name in ("budgets", "buildings"):
        if name not in columns:
            continue
        given: dict[int, float] = {}
        for year, cell, row in zip(years, columns[name], table.rows, strict=True):
            figure = _number(name, cell, row)
            if year is not None and figure is not None:
                given[int(year)] = figure
        found[name] = given
    return found


def _number(name: str, cell: object, row: int) -> float | None:
    """Return a cell's number, None for a blank one; 2026年 is 2026."""
    if cell is None:
        return None
    text = str(cell).strip().removesuffix("年").replace(",", "")
    try:
        return float(text)
    except ValueError:
        raise BadNumberError("building plan", name, (int(row),), [str(cell)]) from None
