"""A small report by hand with pictures as vectors, for documents on paper and on screen."""

from __future__ import annotations

from dataclasses import replace

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
from maps.text import Translator, translator
from tests.monitoring.worlds import PLAN
from tests.reports.report_of import report_of
from tests.worlds import communities, facilities, units, world

HOSTILE = (
    '#import "x.typ"',
    "$x$ #eval(1+1) \\ [y] @z <w> *b* _i_ `c` ~ // -- /* ",
    "<script>alert(1)</script><!-- ]]> &lt;",
    "{{7*7}}{% raw %}{# x #}",
    '" onload="x" \'',
)

BARS = b"""<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">
<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"
 width="200pt" height="100pt" viewBox="0 0 200 100" version="1.1">
<metadata><a href="http://example.org/licence"/></metadata>
<defs><style type="text/css">*{stroke-linejoin: round}</style>
<clipPath id="clip"><rect width="200" height="100"/></clipPath>
<path id="bar" d="M0 0H9V80H0z"/></defs>
<g clip-path="url(#clip)" onclick="x()"><use xlink:href="#bar" x="20" fill="#005f94"/>
<a href="http://example.org/"><rect x="60" y="40" width="9" height="40"
 style="fill: url(#none)"/></a>
</g></svg>"""


def bars(form: Form) -> bytes:
    """Return a picture of two bars as a drawing program writes it."""
    assert form == "svg"
    return BARS


def picture(key: str = "bars", number: int = 1) -> Picture:
    return Picture(key, f"图 {number}  各领域", "柱状图：一项 <达标>", bars, 120.0)


def full_table(say: Translator, rows: int = 60) -> Table:
    """Return a full table of thirteen columns whose rows findings lead to."""
    columns = (
        Column("序号", "right", 0.5),
        Column("指标", weight=2.8),
        *(Column(f"{year}年", "right") for year in range(2016, 2026)),
        Column("达标情况", weight=1.2),
    )
    states = ("met", "near", "not_met", "no_data")
    return Table(
        "indicators",
        "附表 1  指标总表",
        columns,
        tuple(
            (str(n), f"指标{n}", *["12345.67 %"] * 10, say.status(states[n % 4]))
            for n in range(1, rows + 1)
        ),
        tuple(states[n % 4] for n in range(1, rows + 1)),
        "表下说明。",
    )


def report(
    language: Language = "zh-CN", *more: Block, made_up: str = "模拟数据，仅供演示"
) -> Report:
    """Return a report of three parts; ``more`` stands in the second."""
    say = translator(language)
    project = world(
        units(*communities("regiment", 2)), facilities({"unit_id": "R001"}), catalogue=PLAN
    )
    ways = Table(
        "projections",
        "表 1  进度",
        (Column("指标", weight=2), Column("数值", "right")),
        (("覆盖率", "50 %"), ("入园率", "—")),
        ("not_met", "no_data"),
    )
    findings = tuple(
        Finding(
            n,
            f"第{n}条：指标{row}为{row}.5 %，未达标。" + say("[full table, row {row}]", row=row),
            "not_met",
            row,
        )
        for n, row in enumerate((2, 23, 60), start=1)
    )
    parts = (
        Part(
            "conclusion",
            "一、",
            "总体结论",
            (Paragraph("截至2025年底，一项达标。", "lead"), Findings(findings), ways, picture()),
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
                picture("again", 2),
                *more,
            ),
        ),
        Part("annexes", "三、", "附表", (full_table(say), Paragraph("附表之后。"))),
    )
    return report_of(parts, project, say, made_up=made_up)


def hostile_report(*names: str) -> Report:
    """Return a report that has each name in every kind of place."""
    whole = " ".join(names)
    table = Table(
        "people",
        whole,
        (Column(whole), Column("数量", "right")),
        tuple((name, name) for name in names),
        note=whole,
    )
    made = report(
        "zh-CN",
        Heading(whole, 3),
        *(Paragraph(name) for name in names),
        Bullets(names),
        Findings(tuple(Finding(n, name, "met", 1) for n, name in enumerate(names, start=1))),
        table,
        replace(picture("hostile", 3), caption=whole, alt=whole),
    )
    return replace(made, title=whole, office=whole, made_up=whole)
