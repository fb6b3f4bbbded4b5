"""Workbooks as a spreadsheet program sees them: opened, and worked out by LibreOffice."""

from __future__ import annotations

import io
import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from geo_planner.project import Project
from layers import demo_project
from maps.reports.compose import build_report
from maps.reports.content import Kind, Report
from maps.reports.sheet_pages import FIRST_ROW, HEADING_ROW
from maps.text import translator
from tests.monitoring.worlds import PLAN, report, reports
from tests.worlds import communities, facilities, stations, units, world

TINY = world(
    units(
        {"unit_id": "D", "name": "师", "kind": "division"},
        {"unit_id": "R1", "name": "一团", "kind": "regiment", "parent_id": "D"},
        *communities("urban", 4, parent_id="R1"),
    ),
    facilities(*stations(["U001", "U002", "U003"])),
    reports(
        report("infant", "D", 2024, 2, 500),
        report("infant", "D", 2025, 3, 500),
        report("enrolment", "D", 2020, 94, 100),
        report("enrolment", "D", 2024, 95, 100),
        report("enrolment", "D", 2025, 97, 100),
        report("injury", "D", 2020, 20),
        report("injury", "D", 2025, 17),
        report("duty", "D", 2025, 1),
    ),
    catalogue=PLAN,
)
"""A division of one regiment with four urban communities, three of which have a parent school."""


@cache
def demonstration() -> Project:
    """Return the made-up division, drawn once."""
    return demo_project()


def of(project: Project, kind: Kind = "annual", language: str = "en") -> Report:
    """Return a report of 2025."""
    return build_report(project, kind, 2025, translator(language))


def opened(data: bytes) -> Workbook:
    """Return the workbook with its formulas."""
    return load_workbook(io.BytesIO(data))


def worked_out(data: bytes, folder: Path) -> Workbook:
    """Return the workbook with the values that LibreOffice works out for its formulas.

    What is stored beside the formulas is dropped first, so that it must work them out.
    """
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        pytest.skip("no LibreOffice to work out formulas")
    source = folder / "report.xlsx"
    opened(data).save(source)
    subprocess.run(
        [
            program,
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            "--headless",
            "--convert-to",
            "xlsx:Calc MS Excel 2007 XML",
            "--outdir",
            str(folder / "made"),
            str(source),
        ],
        check=True,
        capture_output=True,
        timeout=180,
    )
    return load_workbook(folder / "made" / "report.xlsx", data_only=True)


def rows_of(page: Worksheet, key: str) -> dict[str, dict[str, object]]:
    """Return the rows of a sheet by one of its columns, each by its headings."""
    heads = [cell.value for cell in page[HEADING_ROW]]
    found = {}
    for row in page.iter_rows(min_row=FIRST_ROW, values_only=True):
        told = dict(zip(heads, row, strict=True))
        if told[key] is not None:
            found[str(told[key]).removesuffix(" *")] = told
    return found
