"""A report in Word: official layout, real headings and contents, tables that hold together."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Mm

from layers import demo_project
from maps.reports.column_widths import LANDSCAPE, PORTRAIT, column_widths, is_wide
from maps.reports.compose import build_report
from maps.reports.content import Column, Findings, Heading, Paragraph, Table
from maps.reports.word import write_word
from maps.reports.word_template import default_template
from maps.text import translator
from tests.reports.word_documents import HOSTILE, full_table, part, report, text_of


@pytest.fixture(scope="module")
def made() -> bytes:
    return write_word(report())


@pytest.fixture(scope="module")
def opened(made):
    return Document(io.BytesIO(made))


def test_the_page_is_a4_with_the_margins_of_official_documents(opened) -> None:
    first = opened.sections[0]
    assert abs(first.page_width - Mm(210)) < Mm(0.1)
    assert abs(first.page_height - Mm(297)) < Mm(0.1)
    sides = (first.top_margin, first.bottom_margin, first.left_margin, first.right_margin)
    for side, wanted in zip(sides, (37, 35, 28, 26), strict=True):
        assert abs(side - Mm(wanted)) < Mm(0.1)


def test_headings_are_real_and_every_text_of_the_report_is_there(opened, made) -> None:
    headings = [(p.style.name, p.text) for p in opened.paragraphs if "Heading " in p.style.name]
    assert ("Heading 1", "一、总体结论") in headings
    assert ("Heading 2", "（一）儿童与健康") in headings
    assert ("Heading 3", "1. 细目") in headings
    text = text_of(made)
    for words in (
        "1. 覆盖率为50 %，未达标。",
        "• 红星一场",
        "口径说明。",
        "表下说明。",
        "附表之后。",
    ):
        assert words in text
    assert "{%" not in text


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_no_style_hides_its_chinese_font_behind_the_theme(language) -> None:
    data = write_word(report(language))
    for name in ("word/styles.xml", "word/document.xml", "word/header1.xml", "word/footer1.xml"):
        assert "Theme=" not in part(data, name), name
    document = Document(io.BytesIO(data))
    for style in document.styles.element.style_lst:
        if style.get(qn("w:type")) in ("paragraph", "table") and style.styleId != "TableNormal":
            assert style.find(f"{qn('w:rPr')}/{qn('w:rFonts')}").get(qn("w:eastAsia")), (
                style.name_val
            )
    for run in document.element.body.iter(qn("w:r")):
        if run.find(qn("w:t")) is not None:
            fonts = run.find(f"{qn('w:rPr')}/{qn('w:rFonts')}")
            assert fonts is not None, run.xml
            assert fonts.get(qn("w:eastAsia"))
            assert fonts.get(qn("w:ascii")) == "Times New Roman"


def test_body_text_is_fangsong_of_size_three_on_28_points(opened) -> None:
    style = opened.styles["Report Body"]
    assert style.font.size.pt == 16
    assert style.paragraph_format.line_spacing.pt == 28
    assert style.element.find(f".//{qn('w:rFonts')}").get(qn("w:eastAsia")) == "仿宋"
    assert style.element.find(f".//{qn('w:ind')}").get(qn("w:firstLineChars")) == "200"
    fonts = {1: "黑体", 2: "楷体", 3: "仿宋"}
    for level, font in fonts.items():
        heading = opened.styles[f"Heading {level}"].element
        assert heading.find(f".//{qn('w:rFonts')}").get(qn("w:eastAsia")) == font


def test_contents_are_a_field_with_every_heading_in_it(made, opened) -> None:
    xml = part(made, "word/document.xml")
    assert r'TOC \o "1-2" \h \z \u' in xml
    entries = [p.text.strip() for p in opened.paragraphs if re.match(r"toc \d", p.style.name)]
    assert entries[:4] == ["一、总体结论", "二、各领域进展", "（一）儿童与健康", "三、附表"]
    marks = set(re.findall(r'w:name="(_Toc\d+)"', xml))
    assert set(re.findall(r"PAGEREF (_Toc\d+)", xml)) == marks
    assert len(marks) == 4
    assert xml.count('fldCharType="begin"') == xml.count('fldCharType="end"')
    assert "updateFields" in part(made, "word/settings.xml")
    identities = re.findall(r'bookmarkStart w:id="(\d+)"', xml)
    assert len(identities) == len(set(identities))


def test_a_finding_leads_to_its_row_of_the_full_table(made) -> None:
    xml = part(made, "word/document.xml")
    assert '<w:hyperlink w:anchor="row2">' in xml
    assert 'w:name="row2"' in xml


def test_pages_are_numbered_but_for_the_cover_and_made_up_data_says_so(opened) -> None:
    cover, contents, body = opened.sections[:3]
    assert cover.different_first_page_header_footer
    assert not cover.first_page_footer.paragraphs[0].text
    for section in (contents, body):
        assert not section.different_first_page_header_footer
        assert "PAGE" in section.footer._element.xml
        assert "模拟数据，仅供演示" in section.header.paragraphs[0].text
        assert "儿童发展规划" in section.header.paragraphs[0].text
    assert "模拟数据，仅供演示" in [p.text for p in opened.paragraphs][:3]
    real = Document(io.BytesIO(write_word(report(made_up=""))))
    assert "模拟" not in "".join(p.text for p in real.paragraphs)
    assert "·" not in real.sections[2].header.paragraphs[0].text


def test_tables_repeat_their_heading_and_keep_rows_whole(opened) -> None:
    assert len(opened.tables) == 2
    for table in opened.tables:
        first, *others = table.rows
        assert first._tr.trPr.find(qn("w:tblHeader")) is not None
        for row in others:
            assert row._tr.trPr.find(qn("w:tblHeader")) is None
            assert row._tr.trPr.find(qn("w:cantSplit")) is not None
        assert table.style.name.startswith("Report Table")


def test_verdicts_have_mark_word_and_tint_and_figures_stand_right(opened) -> None:
    small, full = opened.tables
    verdict = full.rows[1].cells[8]
    assert verdict.text == "● 达标"  # the bare word got its mark
    assert verdict._tc.tcPr.find(qn("w:shd")).get(qn("w:fill")) == "D6E5EE"
    # #005f94 at 16 %: 255 - 255 * .16 = 214.2, 255 - 160 * .16 = 229.4, 255 - 107 * .16 = 237.9
    assert small.rows[1].cells[2].text == "● 达标"
    assert small.rows[2].cells[2]._tc.tcPr.find(qn("w:shd")) is None
    assert small.rows[1].cells[1].paragraphs[0].alignment.name == "RIGHT"


def test_the_wide_table_has_a_turned_page_and_nothing_else_has(opened) -> None:
    turned = [section.page_width > section.page_height for section in opened.sections]
    assert turned == [False, False, False, True, False]
    after = opened.sections[4]
    assert after.header.paragraphs[0].text  # headers go on
    assert [s._sectPr.find(qn("w:pgNumType")) is not None for s in opened.sections[3:]]
    starts = [
        found.get(qn("w:start"))
        for s in opened.sections
        if (found := s._sectPr.find(qn("w:pgNumType"))) is not None
    ]
    assert starts[:2] == ["1", "1"]
    assert set(starts[2:]) <= {None}  # numbers count on after a turned page


def test_a_wide_table_at_the_end_leaves_no_empty_page() -> None:
    whole = report()
    last = replace(whole.parts[2], blocks=(full_table(),))
    document = Document(io.BytesIO(write_word(replace(whole, parts=(*whole.parts[:2], last)))))
    assert [s.page_width > s.page_height for s in document.sections] == [False, False, False, True]


def test_a_picture_is_as_wide_as_asked_and_tells_what_it_shows(opened) -> None:
    inline = opened.inline_shapes[0]
    assert abs(inline.width - Mm(120)) < Mm(0.1)
    assert abs(inline.height - Mm(60)) < Mm(0.1)  # 400 x 200 pixels
    assert inline._inline.docPr.get("descr") == "柱状图：一项 <达标>"
    picture = next(p for p in opened.paragraphs if p._p.find(f".//{qn('w:drawing')}") is not None)
    assert picture.style.paragraph_format.keep_with_next
    assert picture._p.getnext().xpath("string(.)") == "图 1  各领域"


def test_hostile_names_come_out_as_they_are(made) -> None:
    text = text_of(made)
    assert text.count(HOSTILE) == 2  # the paragraph, and the cell
    odd = write_word(report(more=(Paragraph("一\x00二\x0b三\a四\f五"), Heading("a\tb\nc"))))
    assert "一\ufffd二\ufffd三\ufffd四\ufffd五" in text_of(odd)


def test_properties_say_what_it_is_and_no_moment(made, opened) -> None:
    properties = opened.core_properties
    assert properties.title == "儿童发展规划 2025年度监测报告"
    assert properties.author == "妇儿工委办公室"
    assert properties.language == "zh-CN"
    assert properties.comments == ""
    assert "2000-01-01T00:00:00Z" in part(made, "docProps/core.xml")
    long = replace(report(), title="长" * 400)
    assert len(Document(io.BytesIO(write_word(long))).core_properties.title) == 255


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_the_same_report_is_the_same_bytes(language) -> None:
    assert write_word(report(language)) == write_word(report(language))
    again = default_template.__wrapped__(language)
    assert again == default_template(language)


def test_columns_share_the_width_and_cut_no_figure() -> None:
    table = Table(
        "t",
        "",
        (Column("序号", "right", 0.1), Column("名称", weight=5), Column("值", "right", 0.1)),
        tuple((str(n), "很长的名称" * 9, "100.0 %") for n in range(98, 103)),
    )
    widths = column_widths(table, PORTRAIT, 10)
    assert sum(widths) == PORTRAIT
    # "100.0 %" is seven narrow letters of 0.55: 3.85 x 10 pt x 20 = 770 twips, margins 170
    assert widths[2] >= 770 + 170 - 1
    assert widths[0] >= 3 * 0.55 * 200 + 170 - 1
    assert not is_wide(table, 10)
    assert is_wide(full_table(), 9)
    assert sum(column_widths(full_table(), LANDSCAPE, 9)) == LANDSCAPE


@pytest.fixture(scope="module")
def demonstration():
    return demo_project()


@pytest.mark.slow
@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_the_demonstration_as_libreoffice_lays_it_out(
    demonstration, language, tmp_path: Path
) -> None:
    office, reader = shutil.which("soffice"), shutil.which("pdftotext")
    if office is None or reader is None:
        pytest.skip("soffice or pdftotext is not installed")
    whole = build_report(demonstration, "annual", 2025, translator(language))
    data = write_word(whole)
    told = text_of(data)
    for block in whole.blocks:
        if isinstance(block, Findings):
            assert all(one.text in told for one in block.items)
    (tmp_path / "report.docx").write_bytes(data)
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = [office, "--headless", profile, "--convert-to", "pdf", "--outdir", str(tmp_path)]
    subprocess.run([*command, str(tmp_path / "report.docx")], check=True, timeout=180)
    run = subprocess.run(
        [reader, "-layout", str(tmp_path / "report.pdf"), "-"], capture_output=True, check=True
    )
    pages = run.stdout.decode().split("\f")[:-1]
    assert 20 <= len(pages) <= 90
    assert all(page.strip() for page in pages)
    squeezed = re.sub(r"\s", "", "".join(pages))
    for one in whole.parts:
        assert re.sub(r"\s", "", one.number + one.title) in squeezed
    assert "\ufffd" not in squeezed


def test_small_tables_and_the_end_of_long_ones_stay_together(opened) -> None:
    small, full = opened.tables
    kept = [
        [row._tr.find(f".//{qn('w:keepNext')}") is not None for row in table.rows[1:]]
        for table in (small, full)
    ]
    assert kept == [[True, False], [False] * 38 + [True, True]]  # the long one has a note below
