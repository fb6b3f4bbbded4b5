"""A report's workbook: sheets, formulas as text, formats, print, and names that mean harm."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from geo_planner.catalogue import Label
from maps.reports.compose import build_report
from maps.reports.content import DataState, ImportedFile, Report
from maps.reports.excel import write_workbook
from maps.reports.further_sheets import _marked
from maps.reports.indicator_figures import number_format
from maps.reports.sheet_pages import FIRST_ROW, HEADING_ROW, put_figure, sheet_name
from maps.text import translator
from maps.text.words import SHAPES
from tests.monitoring.worlds import PLAN, division, report
from tests.reports.excel_workbooks import TINY, demonstration, of, opened, rows_of, worked_out
from tests.worlds import communities, facilities, indicator, stations, units, world

HOSTILE = ("=1+1", "+1", "-1", "@SUM(1)", "\t=2", '=HYPERLINK("http://x.invalid","y")', "<b>&'\"")


@pytest.fixture(scope="module")
def annual() -> Report:
    return of(demonstration(), language="zh-CN")


@pytest.fixture(scope="module")
def data(annual: Report) -> bytes:
    return write_workbook(annual)


@pytest.fixture(scope="module")
def book(data: bytes) -> Workbook:
    return opened(data)


def test_the_same_report_is_the_same_bytes_without_a_moment(annual: Report, data: bytes) -> None:
    assert write_workbook(annual) == data
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        core = parts.read("docProps/core.xml").decode()
        assert set(re.findall(r"\d{4}-\d\d-\d\dT[\d:]+Z", core)) == {"2000-01-01T00:00:00Z"}
        assert {one.date_time[:3] for one in parts.infolist()} == {(2000, 1, 1)}


def test_sheets_of_the_chinese_workbook(book: Workbook) -> None:
    assert book.sheetnames == [
        "目录",
        "各领域达标情况",
        "儿童与健康",
        "儿童与安全",
        "儿童与教育",
        "儿童与福利",
        "儿童与家庭",
        "儿童与环境",
        "儿童与法律保护",
        "规划实施",
        "附表1 指标总表",
        "预警",
        "目标实现进程",
        "各团场对比",
        "分性别和年龄段",
        "服务不足的单位",
        "情况不明单位",
        "数据来源",
        "数据缺失",
        "未设数值的目标",
        "假设与阈值",
    ]


def test_the_index_leads_to_every_sheet_and_each_back(book: Workbook) -> None:
    def links(name: str) -> set[str]:
        cells = (cell for row in book[name].iter_rows() for cell in row)
        return {cell.hyperlink.location for cell in cells if cell.hyperlink}

    others = [name for name in book.sheetnames if name != "目录"]
    assert links("目录") == {f"'{name}'!A1" for name in others}
    for name in others:
        assert "'目录'!A1" in links(name)


def test_nothing_leads_outside(data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        assert not [name for name in parts.namelist() if "external" in name.lower()]
        for name in parts.namelist():
            if name.endswith(".rels"):
                assert b'TargetMode="External"' not in parts.read(name), name


def test_figures_are_formulas_of_their_counts(book: Workbook) -> None:
    page = book["儿童与健康"]
    rows = rows_of(page, "指标")
    infant = rows["婴儿死亡率"]
    line = next(row[0].row for row in page.iter_rows(min_row=5) if row[1].value == "婴儿死亡率")
    heads = {cell.value: cell.column_letter for cell in page[HEADING_ROW]}
    top, bottom, now, before, goal = (
        f"{heads[name]}{line}" for name in ("分子", "分母", "2025", "2024", "目标值")
    )
    ratio = f"{top}*1000/{bottom}"
    assert infant["2025"] == (
        f'=IF(AND(ISNUMBER({top}),ISNUMBER({bottom})),IF({bottom}=0,"",{ratio}),"")'
    )
    assert infant["比2024年增减"] == (
        f'=IF(AND(ISNUMBER({now}),ISNUMBER({before})),ROUND({now}-{before},10),"")'
    )
    assert infant["实现程度"] == (f'=IF(ISNUMBER({now}),100*IF({now}<={goal},1,{goal}/{now}),"")')
    assert page[now].number_format == '0.00"‰"'
    assert page[goal].value == 4
    # Every other number of the sheet of all targets is where it comes from.
    every = rows_of(book["附表1 指标总表"], "指标")["婴儿死亡率"]
    assert every["分子"] == f"='儿童与健康'!${heads['分子']}${line}"


def test_formats_show_the_measure_and_never_a_percentage_of_the_program(book: Workbook) -> None:
    for page in book:
        for row in page.iter_rows():
            for cell in row:
                assert not re.fullmatch(r"[#,0.]+%", cell.number_format), (page.title, cell)
    shown = {
        cell.number_format
        for row in book["儿童与健康"].iter_rows(min_row=FIRST_ROW)
        for cell in row
        if cell.value is not None
    }
    assert {'0.0"%"', '0.00"‰"', "#,##0", "+0.0;-0.0;0.0"} <= shown


def test_an_answer_is_shown_as_yes_or_no_and_stays_a_number() -> None:
    page = opened(write_workbook(of(TINY)))["Children and family"]
    line = next(row for row in page.iter_rows(min_row=5) if str(row[1].value).startswith("duty"))
    heads = [cell.value for cell in page[HEADING_ROW]]
    cell = line[heads.index("2025")]
    assert cell.value == 100
    assert cell.number_format == '[=0]"no";[=100]"yes";0.0"%"'


def test_tables_are_frozen_filtered_and_printed_on_one_page_width(book: Workbook) -> None:
    for page in book:
        assert page.page_setup.orientation == "landscape"
        assert page.page_setup.paperSize == int(page.PAPERSIZE_A4)
        assert page.page_setup.fitToWidth == 1
        assert page.sheet_properties.pageSetUpPr.fitToPage
        assert page.oddFooter.right.text == "&P / &N"
        assert "模拟" in page.oddHeader.right.text
        if page.title != "目录":
            assert page.freeze_panes is not None
            assert page.print_title_rows == f"${HEADING_ROW}:${HEADING_ROW}"
    assert book["儿童与健康"].freeze_panes == f"C{FIRST_ROW}"
    every = book["附表1 指标总表"]
    assert (
        every.auto_filter.ref
        == f"A{HEADING_ROW}:{every.cell(5, every.max_column).column_letter}149"
    )
    assert book.calculation.fullCalcOnLoad


def test_verdicts_are_tinted_by_their_mark(book: Workbook) -> None:
    page = book["附表1 指标总表"]
    (area,) = page.conditional_formatting
    formulas = {rule.formula[0] for rule in area.rules}
    heads = {cell.value: cell.column_letter for cell in page[HEADING_ROW]}
    letter = heads["达标情况"]
    assert formulas == {f'LEFT({letter}5,1)="{mark}"' for mark in SHAPES.values()}


def test_regiments_are_numbers_with_the_mark_before_them(book: Workbook) -> None:
    page = book["各团场对比"]
    heads = [cell.value for cell in page[HEADING_ROW]]
    cells = [
        row[heads.index("红星一场")]
        for row in page.iter_rows(min_row=FIRST_ROW)
        if row[heads.index("红星一场")].value is not None
    ]
    numbers = [cell for cell in cells if cell.data_type == "n"]
    assert len(numbers) > 10
    for cell in numbers:
        assert cell.number_format[1] in SHAPES.values()
        assert cell.fill.fill_type == "solid"
    for cell in cells:
        if cell.data_type == "s":
            assert cell.value[0] in SHAPES.values()


def test_all_underserved_units_are_listed_though_the_text_cuts_them(
    annual: Report, book: Workbook
) -> None:
    table = annual.table("underserved")
    assert table is not None
    assert len(table.rows) == 60
    assert book["服务不足的单位"].max_row - HEADING_ROW > 100


def test_two_charts_draw_from_the_cells(book: Workbook) -> None:
    bars, lines = book["各领域达标情况"]._charts
    assert len(bars.series) == len(SHAPES)
    assert 1 <= len(lines.series) <= 5
    assert "'儿童与" in lines.series[0].val.numRef.f


def test_imports_are_listed_with_their_rows_as_numbers() -> None:
    files = (ImportedFile(1, date(2026, 1, 5), "=上报.csv", "observations", 1234),)
    made = build_report(TINY, "annual", 2025, translator("en"), data=DataState(1, files))
    page = opened(write_workbook(made))["Data sources"]
    row = next(page.iter_rows(min_row=FIRST_ROW))
    assert [cell.value for cell in row] == [1, "2026-01-05", "=上报.csv", "observations", 1234]
    assert row[2].data_type == "s"
    assert row[2].quotePrefix


def test_english_has_no_chinese_in_its_headings() -> None:
    made = opened(write_workbook(of(demonstration())))
    for page in made:
        assert not re.search("[\u4e00-\u9fff]", page.title)
        for cell in page[HEADING_ROW]:
            if page.title != "Index" and cell.value:
                assert not re.search("[\u4e00-\u9fff]", str(cell.value)), (page.title, cell.value)


def test_names_that_look_like_formulas_stay_text() -> None:
    rows = [
        {**row, "name": name, "parent_id": "R1"}
        for row, name in zip(communities("urban", len(HOSTILE)), HOSTILE, strict=True)
    ]
    named = [
        replace(one, label=Label(HOSTILE[0], HOSTILE[1])) if one.id == "urban" else one
        for one in PLAN.indicators.values()
    ]
    plan = replace(
        PLAN,
        title=Label("=1+1&P", "=1+1&P"),
        indicators={one.id: one for one in named},
    )
    project = world(
        units(
            {"unit_id": "D", "name": "=1+1", "kind": "division"},
            {"unit_id": "R1", "name": "=cmd|' /C calc'!A0", "kind": "regiment", "parent_id": "D"},
            *rows,
        ),
        facilities(*stations(["U001"])),
        catalogue=plan,
    )
    for language in ("zh-CN", "en"):
        made = opened(write_workbook(of(project, language=language)))
        known = re.compile(r"=(IF|COUNTIF|COUNTIFS|SUM|B\d|'[^']+'!\$[A-Z]+\$\d+$)")
        found = set()
        for page in made:
            for row in page.iter_rows():
                for cell in row:
                    if cell.data_type == "f":
                        assert known.match(str(cell.value)), (page.title, cell.value)
                    elif cell.data_type == "s" and str(cell.value)[0] in "=+-@\t":
                        assert cell.quotePrefix, (page.title, cell.value)
                        found.add(cell.value)
        assert "=1+1" in {one[:4] for one in found}
        assert '=HYPERLINK("http://x.invalid","y")' in found
        assert "&&P" in made.worksheets[1].oddHeader.left.text


def test_a_domain_of_its_own_with_a_name_no_sheet_may_have(tmp_path: Path) -> None:
    odd = "[健康]:*?/\\ 'a" + "长" * 40
    rows = [
        indicator("one", "rate", target=Decimal(90), domain=odd),
        indicator("two", "rate", target=Decimal(90), domain=odd + "二"),
    ]
    project = division(
        report("one", "D", 2025, 45, 50),
        catalogue=replace(PLAN, indicators={one.id: one for one in rows}),
    )
    data = write_workbook(of(project))
    names = opened(data).sheetnames
    assert all(len(name) <= 31 for name in names)
    assert len({name.casefold() for name in names}) == len(names)
    assert not any(set(name) & set("[]:*?/\\") for name in names)
    # 45 of 50 are the promised 90 %, seen from the sheet of all targets.
    every = rows_of(worked_out(data, tmp_path)["Annex 1 All targets"], "Indicator")
    assert (every["one"]["2025"], every["one"]["Attained"]) == (90, 100)


def test_a_mark_stands_before_numbers_and_answers() -> None:
    assert _marked('0.0"%"', "met") == '"● "0.0"%"'
    answers = number_format("yes/no", translator("en"), counted=False)
    assert _marked(answers, "met") == '[=0]"● no";[=100]"● yes";"● "0.0"%"'


def test_a_world_without_facilities_or_reports_still_makes_a_workbook(tmp_path: Path) -> None:
    project = world(
        units({"unit_id": "D", "name": "师", "kind": "division"}), facilities(), catalogue=PLAN
    )
    for language in ("zh-CN", "en"):
        made = opened(write_workbook(of(project, language=language)))
        assert len(made.sheetnames) == 14
    nothing = world(
        units({"unit_id": "D", "name": "师", "kind": "division"}),
        catalogue=replace(PLAN, indicators={}),
    )
    made = worked_out(write_workbook(of(nothing)), tmp_path)
    assert made["Index"]["B17"].value == 0


def test_a_corrected_count_goes_through_to_every_sheet(tmp_path: Path) -> None:
    made = load_workbook(io.BytesIO(write_workbook(of(TINY))))
    page = made["Children and family"]
    heads = {cell.value: cell.column for cell in page[HEADING_ROW]}
    line = next(row[0].row for row in page.iter_rows(min_row=5) if row[1].value == "enrolment")
    page.cell(line, heads["Numerator"]).value = 80
    memory = io.BytesIO()
    made.save(memory)
    # 80 of 100 after 95: 15 points down, 20 points missing.
    again = worked_out(memory.getvalue(), tmp_path)
    for name in ("Children and family", "Annex 1 All targets"):
        row = rows_of(again[name], "Indicator")["enrolment"]
        assert [row[key] for key in ("2025", "Change on 2024", "Attained", "Gap")] == [
            80,
            -15,
            80,
            20,
        ]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("儿童与健康", "儿童与健康"),
        ("a/b:c*d?e[f]g\\h", "a b c d e f g h"),
        ("'quoted'", "quoted"),
        ("", "Sheet"),
        ("History", "History 2"),
        ("TAKEN", "TAKEN 2"),
        ("长" * 40, "长" * 31),
    ],
)
def test_names_of_sheets(text: str, name: str) -> None:
    assert sheet_name(text, ["Taken"]) == name


def test_printed_numbers_become_numbers_that_look_the_same() -> None:
    page = Workbook().active
    cases = {
        "1,234": (1234, "#,##0"),
        "+0.65": (0.65, "+#,##0.00;-#,##0.00;#,##0.00"),
        "55.5": (55.5, "#,##0.0"),
        "-3": (-3, "#,##0"),
    }
    for text, (value, shown) in cases.items():
        put_figure(page["A1"], text)
        assert (page["A1"].value, page["A1"].number_format) == (value, shown)
    for text in ("68.8 %", "fewer than 5", "—", "=1", "1,23"):
        put_figure(page["A2"], text)
        assert page["A2"].data_type == "s", text


def test_a_share_of_places_is_never_printed_as_the_rate_itself(book: Workbook) -> None:
    # Seven of eight reach 98 %: 87.5 % beside regiments of 97.6 to 99.4 % is not the rate.
    page = book["各团场对比"]
    row = next(row for row in page.iter_rows() if row[1].value == "适龄儿童免疫规划疫苗接种率")
    assert "%达到要求" in row[4].number_format
    assert "达到要求" not in row[5].number_format
