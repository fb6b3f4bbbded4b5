"""A small report by hand, and Word templates as offices write them."""

from __future__ import annotations

import io
import zipfile

from docx import Document
from PIL import Image

from geo_planner.catalogue import Language
from maps.reports.content import (
    Block,
    Bullets,
    Column,
    Finding,
    Findings,
    Form,
    Heading,
    Paragraph,
    Part,
    Picture,
    Report,
    Table,
)
from maps.text import translator
from tests.monitoring.worlds import PLAN
from tests.reports.report_of import report_of
from tests.worlds import communities, facilities, units, world

HOSTILE = "<b>一连</b> & {{ 7*7 }} {_{ %_} ]]>"


def drawn(form: Form) -> bytes:
    """Return a picture of 400 x 200 pixels."""
    assert form == "png"
    made = io.BytesIO()
    Image.new("RGB", (400, 200), "#0072b2").save(made, "PNG", dpi=(200, 200))
    return made.getvalue()


def full_table(rows: int = 40) -> Table:
    """Return a table of ten columns whose figures do not fit on an upright page."""
    columns = (
        Column("序号", "right", 0.5),
        Column("指标", weight=2.4),
        *(Column(f"{year}年", "right") for year in range(2020, 2026)),
        Column("达标情况", weight=1.2),
        Column("责任单位", weight=1.6),
    )
    cells = tuple(
        (str(n), f"指标{n}", *["12345.67 %"] * 6, "达标", "教育局、卫生健康委")
        for n in range(1, rows + 1)
    )
    return Table("indicators", "附表 1  指标总表", columns, cells, ("met",) * rows, "表下说明。")


def report(
    language: Language = "zh-CN",
    *,
    made_up: str = "模拟数据，仅供演示",
    more: tuple[Block, ...] = (),
) -> Report:
    """Return a report of three parts about two communities, one of which has its school."""
    say = translator(language)
    project = world(
        units(*communities("regiment", 2, name=HOSTILE)),
        facilities({"unit_id": "R001"}),
        catalogue=PLAN,
    )
    small = Table(
        "people",
        "表 1  人口",
        (Column("类别", weight=2), Column("数量", "right"), Column("状态")),
        (("儿童", "1,234", "● 达标"), (HOSTILE, "5", "—")),
    )
    parts = (
        Part(
            "conclusion",
            "一、",
            "总体结论",
            (
                Paragraph("截至2025年底，一项达标。", "lead"),
                Paragraph(HOSTILE),
                Findings((Finding(1, "覆盖率为50 %，未达标。", "not_met", 2),)),
                small,
                Picture("bars", "图 1  各领域", "柱状图：一项 <达标>", drawn, 120.0),
            ),
        ),
        Part(
            "domains",
            "二、",
            "各领域进展",
            (
                Heading("（一）儿童与健康"),
                Heading("1. 细目", 3),
                Bullets(("红星一场", "黄田农场")),
                Paragraph("口径说明。", "note"),
                *more,
            ),
        ),
        Part("annexes", "三、", "附表", (full_table(), Paragraph("附表之后。"))),
    )
    return report_of(parts, project, say, made_up=made_up)


def template(*paragraphs: str, header: str = "", rows: tuple[tuple[str, ...], ...] = ()) -> bytes:
    """Return a template with paragraphs, a header and a table, as an office types them in Word."""
    document = Document()
    for text in paragraphs:
        document.add_paragraph(text)
    if header:
        document.sections[0].header.paragraphs[0].text = header
    if rows:
        table = document.add_table(len(rows), len(rows[0]))
        for row, texts in zip(table.rows, rows, strict=True):
            for cell, text in zip(row.cells, texts, strict=True):
                cell.text = text
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def part(data: bytes, name: str) -> str:
    """Return one XML part of a document."""
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        return packed.read(name).decode()


def text_of(data: bytes) -> str:
    """Return every text of the body, tables included, one paragraph a line."""
    from docx.oxml.ns import qn

    body = Document(io.BytesIO(data)).element.body
    return "\n".join(
        "".join(text.text or "" for text in paragraph.iter(qn("w:t")))
        for paragraph in body.iter(qn("w:p"))
    )
