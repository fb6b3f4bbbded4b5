"""Formulas with what they come to, for programs that show a workbook without working it out.

Previews on telephones and a spreadsheet program's protected view show the result that is stored
beside a formula, and nothing where there is none. Opened for work, the formulas are worked out
anew.
"""

from __future__ import annotations

import io
import re
import zipfile
from fractions import Fraction
from html import escape
from typing import cast

from openpyxl import Workbook
from openpyxl.cell import Cell

from maps.reports.indicator_figures import as_cell

Result = int | float | str

_CELL = re.compile(r'<c r="([A-Z]+[0-9]+)"([^>]*)><f>([^<]*)</f><v ?(?:/>|></v>)</c>')
_TYPE = re.compile(r' t="[^"]*"')


class ResultsWorkbook(Workbook):
    """A workbook that knows what its formulas come to, by sheet and cell."""

    def __init__(self) -> None:
        super().__init__()
        self.results: dict[tuple[str, str], Result] = {}


def put_formula(cell: Cell, formula: str, comes_to: Fraction | Result | None) -> None:
    """Write a formula and what it comes to; None is the empty text it gives where it cannot."""
    cell.value = formula
    if isinstance(comes_to, Fraction):
        comes_to = as_cell(comes_to)
    _results(cell)[cell.parent.title, cell.coordinate] = "" if comes_to is None else comes_to


def shown_in(cell: Cell) -> Result | None:
    """Return what a cell shows: what its formula comes to, or its value."""
    if cell.data_type != "f":
        return cast("Result | None", cell.value)
    return _results(cell).get((cell.parent.title, cell.coordinate))


def _results(cell: Cell) -> dict[tuple[str, str], Result]:
    return cast("ResultsWorkbook", cell.parent.parent).results


def saved(book: ResultsWorkbook) -> bytes:
    """Return the workbook's bytes, each formula with what it comes to."""
    memory, made = io.BytesIO(), io.BytesIO()
    book.save(memory)
    titles = {
        f"xl/worksheets/sheet{number}.xml": page.title
        for number, page in enumerate(book.worksheets, start=1)
    }
    with zipfile.ZipFile(memory) as source, zipfile.ZipFile(made, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name in titles:
                content = _with_results(content.decode("utf-8"), titles[name], book).encode("utf-8")
            target.writestr(name, content)
    return made.getvalue()


def _with_results(sheet: str, title: str, book: ResultsWorkbook) -> str:
    def told(found: re.Match[str]) -> str:
        address, more, formula = found.groups()
        result = book.results.get((title, address))
        if result is None:
            return found[0]
        kind = ' t="str"' if isinstance(result, str) else ""
        value = escape(result, quote=False) if isinstance(result, str) else repr(result)
        head = f'<c r="{address}"{_TYPE.sub("", more)}{kind}>'
        return f"{head}<f>{formula}</f><v>{value}</v></c>"

    return _CELL.sub(told, sheet)
