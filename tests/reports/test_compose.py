"""A report before it is a document: seven parts, honest sentences, figures traced to rows."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

import pytest

from geo_planner.project import Project
from layers import demo_project
from layers.catalogue import load_catalogue
from maps.reports.compose import build_report
from maps.reports.content import Bullets, Finding, Findings, Paragraph, Picture, Report, Table
from maps.reports.draft import chinese_number, head_count
from maps.text import translator
from tests.worlds import indicator, observations, units, world

ZH, EN = translator("zh-CN"), translator("en")


@pytest.fixture(scope="module")
def demo() -> Project:
    return demo_project()


@pytest.fixture(scope="module")
def annual(demo: Project) -> Report:
    return build_report(demo, "annual", 2025, ZH)


def findings(report: Report) -> list[Finding]:
    return [one for block in report.blocks if isinstance(block, Findings) for one in block.items]


def sentences(report: Report) -> list[str]:
    found = [block.text for block in report.blocks if isinstance(block, Paragraph)]
    found += [one.text for one in findings(report)]
    found += [text for b in report.blocks if isinstance(b, Bullets) for text in b.items]
    for block in report.blocks:
        if isinstance(block, Table):
            found += [block.title, block.note, *(c.title for c in block.columns)]
            found += [cell for row in block.rows for cell in row]
        if isinstance(block, Picture):
            found += [block.caption, block.alt]
    return found


def test_there_are_seven_parts_in_order_and_seven_domains_in_the_third(annual: Report) -> None:
    assert [f"{part.number}{part.title}" for part in annual.parts] == [
        "一、总体结论",
        "二、基本情况",
        "三、各领域进展",
        "四、空间覆盖与可达",
        "五、预警",
        "六、问题与建议",
        "七、附表",
    ]
    headings = [b.text for b in annual.parts[2].blocks if b.kind == "heading"]
    assert headings[:7] == [
        "（一）儿童与健康",
        "（二）儿童与安全",
        "（三）儿童与教育",
        "（四）儿童与福利",
        "（五）儿童与家庭",
        "（六）儿童与环境",
        "（七）儿童与法律保护",
    ]


def test_the_conclusion_prints_both_rates_by_hand(annual: Report) -> None:
    # Of 145: 16 met, 9 near, 3 not met, 3 undetermined, 87 without data. 16/28 = 57.14 %, and with
    # the undetermined and the silent ones 16/118 = 13.56 %.
    lead = annual.parts[0].blocks[0]
    assert isinstance(lead, Paragraph)
    assert "57.1 %（16／28）" in lead.text
    assert "13.6 %（16／118）" in lead.text


def test_every_finding_names_the_row_of_the_full_table_that_holds_its_figure(
    annual: Report,
) -> None:
    table = annual.table("indicators")
    assert table is not None
    assert len(table.rows) == 145
    found = findings(annual)
    assert len(found) == 145 - 87
    for one in found:
        row = table.rows[one.row - 1]
        assert row[0] == str(one.row)
        assert one.text.startswith(row[1].removesuffix(" *"))
        assert row[5] in one.text
        assert one.text.endswith(f"［附表1第{one.row}行］")
        assert table.statuses[one.row - 1] == one.status


def test_a_target_without_a_number_carries_its_star_and_is_listed_as_such(annual: Report) -> None:
    table, unnumbered = annual.table("indicators"), annual.table("unnumbered")
    assert table is not None
    assert unnumbered is not None
    starred = [row[0] for row in table.rows if row[1].endswith(" *")]
    assert len(starred) == 112
    assert starred == [row[0] for row in unnumbered.rows]


def test_what_has_no_data_is_listed_with_who_keeps_it(annual: Report) -> None:
    missing = annual.table("missing")
    assert missing is not None
    assert len(missing.rows) == 87


def test_the_uncovered_community_is_named_and_proposed_for(annual: Report) -> None:
    # 8 of 9 regiment communities: the one missing is named in the list and in the proposal.
    proposals = annual.table("proposals")
    assert proposals is not None
    row = next(row for row in proposals.rows if row[1].startswith("团场社区家长学校"))
    assert "尚需增加 1 个单位" in row[1]
    assert row[2] == "在淖毛湖农场场部社区建立家长学校（家庭教育指导服务站点）。"


def test_the_regiment_below_the_line_is_named(annual: Report) -> None:
    warnings = annual.table("warnings")
    assert warnings is not None
    assert any("柳树泉农场" in row[3] for row in warnings.rows)


def test_nothing_is_left_unfilled_or_half_translated(demo: Project) -> None:
    for say in (ZH, EN):
        for kind in ("annual", "midterm", "final"):
            report = build_report(demo, kind, 2025, say)
            for text in sentences(report):
                assert not re.search(r"[{}]|\bNone\b|\bnan\b", text), text
            assert report.made_up
    chinese = [text for text in sentences(build_report(demo, "annual", 2025, ZH)) if text]
    assert [text for text in chinese if re.fullmatch(r"[A-Za-z ,.]{12,}", text)] == []


def test_mid_term_and_final_compare_with_the_base_year(demo: Project) -> None:
    for kind in ("midterm", "final"):
        report = build_report(demo, kind, 2025, EN)
        eye = next(one for one in findings(report) if "Anaemia" in one.text)
        assert "on 2020" in eye.text
        table = report.table("indicators")
        assert table is not None
        assert "From the base" in [column.title for column in table.columns]
    assert report.table("projections") is None, "a final report projects nothing"


def test_the_mortality_that_was_met_in_the_base_year_shows_no_progress(demo: Project) -> None:
    # Infant mortality was 1.21 in 2020 against a ceiling of 4: held, not approached.
    table = build_report(demo, "midterm", 2025, EN).table("indicators")
    assert table is not None
    at = [column.title for column in table.columns].index("From the base")
    row = next(row for row in table.rows if row[1] == "Infant mortality rate")
    assert row[at] == "—"


def test_small_counts_of_children_are_not_printed(annual: Report) -> None:
    assert head_count(4, ZH) == "不足5"
    assert head_count(5, ZH) == "5"
    assert head_count(0, ZH) == "0"
    assert head_count(float("nan"), ZH) == "—"
    table = annual.table("underserved")
    assert table is not None
    counts = {row[3] for row in table.rows}
    assert not counts & {"1", "2", "3", "4"}


def test_every_threshold_stands_with_its_source(annual: Report) -> None:
    table = annual.table("thresholds")
    assert table is not None
    assert len(table.rows) == len(annual.monitoring.project.catalogue.thresholds)
    assert all(row[2] for row in table.rows)


def test_a_missed_finding_says_where(annual: Report) -> None:
    texts = {one.text.split("：")[0].split(". ")[-1]: one.text for one in findings(annual)}
    assert "未达到要求的有：柳树泉农场。" in texts["适龄儿童免疫规划疫苗接种率"]
    assert "情况不明的有：红山农场医院。" in texts["团场医院/社区卫生服务中心全科医生"]
    # Companies share names: each stands with its regiment.
    assert "红山农场十二连生活区、柳树泉农场八连生活区" in texts["连队自来水普及率"]


def test_paces_and_targets_have_their_unit_and_enough_digits(annual: Report) -> None:
    # (30.60 - 30) / 5 = 0.12 a year; printed as 0.1 it would leave 30.1 in 2030, over the target.
    (myopia,) = [one.text for one in findings(annual) if "小学生近视率" in one.text]
    assert "目标为30%。此后每年须改善0.12 个百分点，此前实际年均改善1.20 个百分点。" in myopia
    # 2020-2025 99.92 to 99.62: what was lost is said to be lost.
    (kept,) = [one.text for one in findings(annual) if "九年义务教育巩固率" in one.text]
    assert "此前实际年均变差0.06 个百分点" in kept
    # A band closed by the end of the scale is not printed.
    assert not any("100.0至100.0" in one.text for one in findings(annual))


def test_counts_increase_and_yes_or_no_is_a_promise_kept(annual: Report) -> None:
    texts = [one.text for one in findings(annual)]
    assert any("托育服务机构数：5，比2024年增加1" in text for text in texts)
    (hotline,) = [text for text in texts if "儿童保护热线" in text]
    assert "必须落实，达标" in hotline
    assert "规划未定数值" not in hotline
    lead = next(b.text for b in annual.blocks if isinstance(b, Paragraph))
    assert lead.startswith("截至2025年12月31日")


def test_a_project_of_one_reported_rate_makes_a_report() -> None:
    # CATALOGUE's thresholds are those of the product; 90 of 100, then 92: 2 points up, 3 short.
    row = indicator("rate", "rate", target=Decimal(95))
    rows = replace(load_catalogue(), indicators={"rate": row})
    place = {"unit_id": "D", "kind": "division", "name": "师"}
    told = {"indicator": "rate", "unit_id": "D", "denominator": 100}
    report = build_report(
        world(
            units(place),
            None,
            observations(
                {**told, "period": "2024", "numerator": 90},
                {**told, "period": "2025", "numerator": 92},
            ),
            catalogue=rows,
        ),
        "annual",
        2025,
        EN,
    )
    (one,) = findings(report)
    assert one.text.startswith(
        "rate is 92.0 % (92 / 100 cases), up 2.0 percentage points on 2024, the target is ≥ 95 %, "
        "nearly met."
    )
    assert report.made_up == ""


def test_headings_count_as_official_documents_do() -> None:
    assert [chinese_number(n) for n in (1, 7, 10, 11, 20, 34)] == [
        "一",
        "七",
        "十",
        "十一",
        "二十",
        "三十四",
    ]
