"""The formulas of a report's workbook, worked out and held against the exact figures."""

from __future__ import annotations

import io
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from maps.reports.content import Report
from maps.reports.draft import Draft
from maps.reports.excel import write_workbook
from maps.reports.indicator_figures import has_figure, stated
from maps.reports.indicator_sheets import domain_word, domains_present
from maps.text.words import SHAPES, STATUS_WORDS
from tests.reports.excel_workbooks import TINY, demonstration, of, opened, rows_of, worked_out
from tests.worlds import communities, facilities, stations, units

NEAR = 1e-9


def close(cell: object, exact: Fraction | None) -> bool:
    """Return whether a cell shows an exact number, or nothing where there is none."""
    if exact is None:
        return cell in (None, "")
    return isinstance(cell, (int, float)) and abs(cell - float(exact)) < NEAR


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Workbook:
    return worked_out(write_workbook(of(TINY)), tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="module")
def annual() -> Report:
    return of(demonstration(), language="zh-CN")


@pytest.fixture(scope="module")
def demo(annual: Report, tmp_path_factory: pytest.TempPathFactory) -> Workbook:
    return worked_out(write_workbook(annual), tmp_path_factory.mktemp("demo"))


def test_figures_change_attainment_and_gap_by_hand(tiny: Workbook) -> None:
    rows = rows_of(tiny["Children and family"], "Indicator")
    # 3 of 500 are 6 per mille; 2 of 500 were 4. At most 4 is promised: 4 / 6 = 66.7 %, 2 too many.
    infant = rows["infant"]
    assert close(infant["2025"], Fraction(6))
    assert close(infant["2024"], Fraction(4))
    assert close(infant["Change on 2024"], Fraction(2))
    assert close(infant["Attained"], Fraction(200, 3))
    assert close(infant["Gap"], Fraction(2))
    assert infant["Comparison"] == "≤"
    # 97 of 100, after 95: 97 % of the promised 100, 3 points missing.
    enrolment = rows["enrolment"]
    assert [enrolment[name] for name in ("Numerator", "Denominator")] == [97, 100]
    assert close(enrolment["2025"], Fraction(97))
    assert close(enrolment["Change on 2024"], Fraction(2))
    assert close(enrolment["Attained"], Fraction(97))
    assert close(enrolment["Gap"], Fraction(3))
    # Three of four communities: 75 of 96 are 78.125 %, 21 points missing.
    urban = rows["urban"]
    assert close(urban["2025"], Fraction(75))
    assert close(urban["Attained"], Fraction(625, 8))
    assert close(urban["Gap"], Fraction(21))
    # From 20 to 17, a fall by 15 %, is 75 % of the promised 20 %, 5 points missing.
    injury = rows["injury"]
    assert close(injury["2025"], Fraction(-15))
    assert close(injury["Attained"], Fraction(75))
    assert close(injury["Gap"], Fraction(5))


def test_what_is_withheld_is_blank_and_says_why(tiny: Workbook) -> None:
    rows = rows_of(tiny["Children and family"], "Indicator")
    for row in rows.values():
        withheld = row["Why attainment is not given"]
        assert (row["Attained"] in (None, "")) == bool(withheld), row
    assert rows["places"]["Why attainment is not given"] == "there is no figure"


def test_progress_from_the_base_stands_in_later_reports(tmp_path: Path) -> None:
    book = worked_out(write_workbook(of(TINY, "midterm")), tmp_path)
    rows = rows_of(book["Children and family"], "Indicator")
    # From 94 to 97 on the way to 100: half of it.
    assert close(rows["enrolment"]["From the base"], Fraction(50))


def test_every_formula_of_the_demonstration_is_exact(annual: Report, demo: Workbook) -> None:
    draft = Draft(annual.kind, annual.monitoring, {}, annual.data, annual.say)
    pages = {name: domain_word(draft, name) for name in domains_present(draft)}
    seen = dict.fromkeys(("2025", "change", "attained", "most", "gap"), 0)
    for domain, name in pages.items():
        rows = rows_of(demo[name], "序号")
        for one in annual.monitoring.by_domain[domain]:
            row = rows[str(draft.rows[one.indicator.id])]
            if one.now is not None and one.now.lower is not None and one.coverage.upper is not None:
                seen["2025"] += 1
                assert close(row["2025"], one.now.lower), one.indicator.id
            assert close(row["比2024年增减"], one.change), one.indicator.id
            seen["change"] += one.change is not None
            degree = one.attainment
            low = None if degree.lower is None else degree.lower * 100
            assert close(row["实现程度"], low), one.indicator.id
            seen["attained"] += low is not None
            if degree.lower != degree.upper:
                assert degree.upper is not None
                assert close(row["实现程度（上限）"], degree.upper * 100), one.indicator.id
                seen["most"] += 1
            if one.indicator.quantified:
                assert close(row["差距"], one.gap), one.indicator.id
                seen["gap"] += one.gap is not None
            assert row["达标情况"] == f"{SHAPES[one.status]} {annual.say.status(one.status)}"
    assert min(seen.values()) >= 1, seen
    assert seen["attained"] > 20, seen


def test_the_table_of_all_targets_says_the_same_as_the_domains(
    annual: Report, demo: Workbook
) -> None:
    every = rows_of(demo["附表1 指标总表"], "序号")
    assert len(every) == 145
    for name in {str(row["领域"]) for row in every.values()}:
        for number, row in rows_of(demo[name], "序号").items():
            same = {key for key in row if key in every[number]} - {"备注"}
            assert {"2025", "分子", "实现程度", "差距", "达标情况"} <= same
            for key in same:
                assert (row[key] or "") == (every[number][key] or ""), (name, number, key)


def test_verdicts_are_counted_live_and_both_reached_rates_with_them(
    annual: Report, demo: Workbook
) -> None:
    index = demo["目录"]
    cells = {row[0]: row[1:] for row in index.iter_rows(values_only=True) if row[0]}
    for status in STATUS_WORDS:
        label = f"{SHAPES[status]} {annual.say.status(status)}"
        assert cells[label][0] == annual.monitoring.counts.get(status, 0), status
    assert cells["合计"][0] == 145
    for name, (met, whole) in zip(
        ("占可判定目标", "占全部目标（含待核实和数据缺失）"), annual.monitoring.reached, strict=True
    ):
        assert cells[name][:2] == (met, whole)
        assert close(cells[name][2], Fraction(100 * met, whole))


def test_verdicts_of_each_domain_add_up(annual: Report, demo: Workbook) -> None:
    rows = rows_of(demo["各领域达标情况"], "领域")
    draft = Draft(annual.kind, annual.monitoring, {}, annual.data, annual.say)
    for domain, standings in annual.monitoring.by_domain.items():
        row = rows[domain_word(draft, domain)]
        assert row["合计"] == len(standings)
        assert row["● 达标"] == sum(one.status == "met" for one in standings)
    assert rows["合计"]["合计"] == 145


def test_what_stands_beside_each_formula_is_what_it_comes_to(
    annual: Report, demo: Workbook
) -> None:
    data = write_workbook(annual)
    stored = load_workbook(io.BytesIO(data), data_only=True)
    formulas = 0
    for page in opened(data):
        for row in page.iter_rows():
            for cell in row:
                if cell.data_type != "f":
                    continue
                formulas += 1
                beside = stored[page.title][cell.coordinate].value
                real = demo[page.title][cell.coordinate].value
                if isinstance(real, (int, float)):
                    assert abs(beside - real) < NEAR, (page.title, cell.coordinate)
                else:
                    assert (beside or "") == (real or ""), (page.title, cell.coordinate)
    assert formulas > 500


def test_nothing_works_out_to_an_error(tiny: Workbook, demo: Workbook) -> None:
    for book in (tiny, demo):
        for page in book:
            for row in page.iter_rows(values_only=True):
                for value in row:
                    assert not (isinstance(value, str) and value.startswith("#")), page.title


def test_an_open_bound_is_words_and_has_no_formula() -> None:
    # 97 of 100 and a missing figure of any size: at least 97 is all that can be said.
    one = of(TINY).monitoring.of["enrolment"]
    tally = replace(one.coverage.tally, open_above=True)
    open_ended = replace(one, coverage=replace(one.coverage, tally=tally))
    numbers = stated(open_ended)
    assert (numbers.lower, numbers.upper, numbers.scale) == (None, None, None)
    assert has_figure(open_ended.coverage)


def test_what_is_unknown_is_a_bound_and_never_a_no(tmp_path: Path) -> None:
    # Four units: 2 have it, 1 has not, of 1 it is unknown: 50 % at least, 75 % at most.
    rows = communities("urban", 3, parent_id="R1")
    project = replace(
        TINY,
        units=units(
            {"unit_id": "D", "name": "师", "kind": "division"},
            {"unit_id": "R1", "name": "一团", "kind": "regiment", "parent_id": "D"},
            *rows,
            *communities(None, 1, parent_id="R1"),
        ),
        facilities=facilities(*stations(["U001", "U002"])),
    )
    report = of(project)
    one = report.monitoring.of["urban"]
    assert one.coverage.unknown == 1
    row = rows_of(worked_out(write_workbook(report), tmp_path)["Children and family"], "Indicator")[
        "urban"
    ]
    assert close(row["2025"], one.coverage.lower)
    assert close(row["2025, at most"], one.coverage.upper)
    assert one.attainment.lower is not None
    assert one.attainment.upper is not None
    assert close(row["Attained"], 100 * one.attainment.lower)
    assert close(row["Attained, at most"], 100 * one.attainment.upper)
    assert close(row["Gap"], one.gap)
    assert row["Not known"] == 1
