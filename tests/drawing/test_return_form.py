"""Return forms: what stands in them, what may be filled in, what their formulas say."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from geo_planner.monitoring.return_errors import LongFormError
from geo_planner.monitoring.return_forms import ReturnForm, return_form
from geo_planner.monitoring.returns import NOBODY, find_department
from maps.reports.form_cells import put_text, text_width
from maps.reports.form_columns import COLUMNS, FIRST_ROW, HEADING_ROW, PLACES
from maps.reports.return_form import form_name, form_workbook
from maps.reports.return_formulas import Cells, status_formula
from maps.reports.steady import STAMP
from maps.text import translator
from tests import worlds
from tests.monitoring.test_returns_asked import asked_world, report

ZH, EN = translator("zh-CN"), translator("en")
HOSTILE = '=HYPERLINK("http://x")\x07'


def form(*reports: dict[str, Any], department: str = "疾控中心", year: int = 2025) -> ReturnForm:
    project = asked_world(*reports)
    return return_form(project, year, find_department(project, year, department))


def opened(data: bytes, sheet: int = 0) -> Worksheet:
    return load_workbook(io.BytesIO(data)).worksheets[sheet]


def cell(page: Worksheet, name: str, row: int = FIRST_ROW) -> Any:
    return page.cell(row, PLACES[name])


def test_the_columns_are_those_of_the_statistical_form() -> None:
    page = opened(form_workbook(form(), ZH))
    heads = [one.value for one in page[HEADING_ROW]]
    assert heads == [
        *("代码", "指标名称", "单位代码", "单位名称", "类型", "报告期", "计量单位", "2020基数"),
        *("上年值", "本年值", "分子", "分母", "2030目标", "达标情况", "与上年增减", "责任部门"),
        *("数据来源", "统计口径说明", "填报人", "审核人", "填报日期"),
    ]
    assert page.title == "填报表"
    marks = [page.cell(row, PLACES["responsible"]).value for row in range(2, 6)]
    assert marks == ["表　　号：", "制表机关：", "批准机关：", "批准文号："]


def test_a_row_says_what_is_known_and_asks_for_the_rest() -> None:
    earlier = report("vaccination", "R1", period="2024", numerator=97, denominator=100)
    base = report("vaccination", "R1", period="2020", value=95.5)
    page = opened(form_workbook(form(earlier, base), ZH))
    known = {column.name: cell(page, column.name).value for column in COLUMNS}
    assert known["indicator"] == "vaccination"
    assert (known["unit_id"], known["unit_name"], known["period"]) == ("R1", "一团", "2025")
    assert (known["base"], known["last"], known["target"]) == (95.5, 97, "≥ 98")
    unlocked = {one.name for one in COLUMNS if not cell(page, one.name).protection.locked}
    assert unlocked == {
        *("value", "numerator", "denominator", "source", "note"),
        *("reported_by", "checked_by", "reported_on"),
    }
    assert page.protection.sheet
    assert page.protection.password is None


def test_homes_are_answered_with_yes_or_no() -> None:
    page = opened(form_workbook(form(department=NOBODY.zh), ZH))
    assert cell(page, "measure").value == "是/否"
    assert cell(page, "numerator").protection.locked
    assert not cell(page, "value").protection.locked
    lists = [one.formula1 for one in page.data_validations.dataValidation if one.type == "list"]
    assert '"是,否"' in lists
    assert [cell(page, "kind", FIRST_ROW + place).value for place in range(3)] == [
        "城市社区", "团场社区", "community",
    ]  # fmt: skip


def test_the_same_form_is_the_same_bytes() -> None:
    assert form_workbook(form(), ZH) == form_workbook(form(), ZH)
    assert form_workbook(form(), ZH) != form_workbook(form(), EN)


def test_no_moment_stands_in_the_file() -> None:
    with zipfile.ZipFile(io.BytesIO(form_workbook(form(), ZH))) as archive:
        assert archive.namelist()[0] == "[Content_Types].xml"
        assert {one.date_time for one in archive.infolist()} == {(2000, 1, 1, 0, 0, 0)}
        core = archive.read("docProps/core.xml").decode()
    assert re.findall(r">(\d{4}-[^<]*)<", core) == [STAMP.decode()] * 2


def test_it_prints_across_on_one_width_with_its_headings() -> None:
    page = opened(form_workbook(form(), EN))
    assert (page.page_setup.orientation, page.page_setup.paperSize) == ("landscape", 9)
    assert (page.page_setup.fitToWidth, page.page_setup.fitToHeight) == (1, 0)
    assert page.print_title_rows == f"${HEADING_ROW}:${HEADING_ROW}"
    assert page.freeze_panes == f"C{FIRST_ROW}"


def test_the_other_sheets_explain_it() -> None:
    book = load_workbook(io.BytesIO(form_workbook(form(), ZH)))
    assert book.sheetnames == ["填报表", "填报说明", "指标解释", "选项"]
    assert book["选项"].sheet_state == "hidden"
    guide = " ".join(str(row[1].value) for row in book["填报说明"].iter_rows(min_row=3))
    assert "2026-04-10" in guide
    meaning = [one.value for one in book["指标解释"][2]]
    assert meaning[:4] == ["vaccination", "vaccination", "二(五)主要目标6", "覆盖率"]


def test_text_is_never_a_formula() -> None:
    named = form()
    bad = replace(named.rows[0], unit_name=HOSTILE, unit_id="+1")
    page = opened(form_workbook(replace(named, rows=(bad,)), ZH))
    for name, said in (("unit_name", HOSTILE.rstrip("\x07")), ("unit_id", "+1")):
        assert (cell(page, name).value, cell(page, name).data_type) == (said, "s")
        assert cell(page, name).quotePrefix
    page = Workbook().active
    put_text(page["A1"], "")
    put_text(page["A2"], "\u202e-1")
    assert (page["A1"].value, page["A2"].value, page["A2"].data_type) == (None, "-1", "s")


def test_a_form_nobody_could_fill_in_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("geo_planner.monitoring.return_forms.MOST_ROWS", 2)
    with pytest.raises(LongFormError, match="3 rows"):
        form()
    project = asked_world()
    short = return_form(
        project, 2025, find_department(project, 2025, "疾控中心"), indicators=["infant"]
    )
    assert len(short.rows) == 1


def test_names_of_files_hold_nothing_a_path_trips_over() -> None:
    named = form()
    label = replace(named.department, zh="a/b:c")
    assert form_name(replace(named, department=label), ZH) == "abc填报表2025.xlsx"


def test_chinese_letters_are_twice_as_wide() -> None:
    assert text_width("ab中文") == 6


@pytest.mark.skipif(shutil.which("soffice") is None, reason="no spreadsheet program")
def test_formulas_say_what_the_verdict_would(tmp_path: Path) -> None:
    # Exact at the line: 98 of 100 meets 98 %; 97999 of 100000 does not; 93 of 100 is five points
    # below and near, 92999 of 100000 is not. 4 of 1000 meets 4 ‰; 4.2 is near (4 / 4.2 = 95.2 %),
    # 4.22 is not (94.8 %).
    share = worlds.VACCINATION
    rate = worlds.INFANT
    cases = [
        (share, (None, 98, 100), "met"),
        (share, (None, 97999, 100000), "nearly met"),
        (share, (None, 93, 100), "nearly met"),
        (share, (None, 92999, 100000), "not met"),
        (share, (98, None, None), "met"),
        (share, (None, 0, 0), "not applicable"),
        (share, (None, None, None), None),
        (rate, (None, 4, 1000), "met"),
        (rate, (4.2, None, None), "nearly met"),
        (rate, (4.22, None, None), "not met"),
        (worlds.INJURY, (-20, None, None), "met"),
        (worlds.INJURY, (-19, None, None), "nearly met"),
        (worlds.INJURY, (-18, None, None), "not met"),
        (worlds.DUTY, ("yes", None, None), "met"),
        (worlds.DUTY, ("no", None, None), "not met"),
        (worlds.CHILD_HOME, ("yes", None, None), "covered"),
    ]
    book = Workbook()
    page = book.active
    for row, (one, numbers, _) in enumerate(cases, start=1):
        for column, value in zip("CDE", numbers, strict=True):
            page[f"{column}{row}"] = value
        at = Cells(f"A{row}", f"B{row}", f"C{row}", f"D{row}", f"E{row}")
        answers = isinstance(numbers[0], str)
        page[f"F{row}"] = status_formula(one, at, EN, answers=answers)
    book.save(tmp_path / "said.xlsx")
    worked = _worked_out(tmp_path / "said.xlsx", tmp_path / "out")
    assert [worked.cell(row, 6).value or None for row in range(1, len(cases) + 1)] == [
        said for _, _, said in cases
    ]


def _worked_out(path: Path, folder: Path) -> Worksheet:
    """Return the first sheet as a spreadsheet program works it out."""
    home = folder.parent / "office"
    subprocess.run(
        [
            "soffice", f"-env:UserInstallation=file://{home}", "--headless", "--convert-to",
            "xlsx", "--outdir", str(folder), str(path),
        ],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    return load_workbook(folder / path.name, data_only=True).worksheets[0]
