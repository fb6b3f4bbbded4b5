"""A report as PDF, set by typst: tagged, archivable, the same bytes every time.

The layout is in ``report.typ``. Nothing of a report is ever written into its source: the blocks go
in as JSON, so that a name such as ``#import`` is a name.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from xml.etree import ElementTree as ET

from geo_planner.document_errors import TypesettingError
from maps.palette import STATUS_COLOURS
from maps.reports.characters import OTHERS, SANS, SERIF, font_folders, legible
from maps.reports.column_widths import MANY_COLUMNS, PORTRAIT, column_widths
from maps.reports.content import Block, Part, Picture, Report, Table
from maps.reports.layout import (
    FULL_TABLE,
    SMALL_PT,
    body,
    drawn,
    known_rows,
    sentence_and_reference,
    stands_sideways,
    stretches,
    tint,
)
from maps.text.words import SHAPES

if TYPE_CHECKING:
    from typst import Fonts

TEMPLATE = Path(__file__).parent / "report.typ"

STANDARDS: tuple[Literal["a-2a"], Literal["ua-1"]] = ("a-2a", "ua-1")
"""ISO 19005-2 (archiving, level A) and ISO 14289-1 (accessibility); typst refuses what breaks them,
a letter without a picture among them."""

NORMAL_PT = 9.5
"""Letters of tables with few columns."""

SIDEWAYS_TWIPS = 15024
"""Text width of a page turned sideways, 265 mm, in twentieths of a point."""

FIXED_MOMENT = 946684800
"""2000-01-01: stands where a PDF keeps the moment it was written."""


def write_pdf(report: Report) -> bytes:
    """Return a report as a PDF file.

    The date in the file is that of the data. Figures are vectors.

    Raises
    ------
    FigureMissingError
        If a figure cannot be drawn.
    TypesettingError
        If the typesetter refuses the report.
    """
    import typst  # noqa: PLC0415 - a large library

    try:
        made = typst.compile(
            TEMPLATE.read_bytes(),
            format="pdf",
            font_paths=_fonts(),
            ignore_system_fonts=True,
            sys_inputs={"report": json.dumps(_described(report), ensure_ascii=False)},
            pdf_standards=[*STANDARDS],
            timestamp=FIXED_MOMENT,
        )
    except typst.TypstError as fault:
        raise TypesettingError(fault.message) from fault
    assert isinstance(made, bytes)
    return made


@cache
def _fonts() -> Fonts:
    """Return the faces of the build and no others; they are read once."""
    from typst import Fonts  # noqa: PLC0415 - a large library

    return Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(folder) for folder in font_folders()],
    )


def _described(report: Report) -> dict[str, Any]:
    """Return everything the template lays out."""
    day = report.monitoring.as_of
    parts = {part.key: part for part in report.parts}
    return {
        "language": "zh" if report.language == "zh-CN" else "en",
        "serif": [SERIF, OTHERS],
        "sans": [SANS, OTHERS],
        "date": [day.year, day.month, day.day],
        "contents": legible(report.words["contents"]),
        **{
            name: legible(getattr(report, name))
            for name in ("title", "subtitle", "office", "data_note", "made_up")
        },
        "stretches": [
            {
                "sideways": one.sideways,
                "blocks": [
                    _head(parts[key]) if block is None else _block(block, report)
                    for key, block in one.blocks
                ],
            }
            for one in stretches(report)
        ],
    }


def _head(part: Part) -> dict[str, Any]:
    space = "" if part.number.endswith("、") else " "
    return {"kind": "heading", "level": 1, "text": legible(f"{part.number}{space}{part.title}")}


def _block(block: Block, report: Report) -> dict[str, Any]:
    match block.kind:
        case "heading":
            return {"kind": block.kind, "level": block.level, "text": legible(block.text)}
        case "paragraph":
            return {"kind": block.kind, "style": block.style, "text": legible(block.text)}
        case "bullets":
            return {"kind": block.kind, "items": [legible(one) for one in block.items]}
        case "findings":
            return {"kind": block.kind, "items": [*_findings(block.items, report)]}
        case "table":
            return _table(block, report)
        case "picture":
            return _picture(block)


def _findings(items: Any, report: Report) -> Iterator[Mapping[str, Any]]:  # noqa: ANN401 - findings
    rows = known_rows(report)
    for one in items:
        sentence, reference = sentence_and_reference(one, report.say)
        yield {
            "number": one.number,
            "mark": SHAPES[one.status],
            "colour": STATUS_COLOURS[one.status],
            "text": legible(sentence),
            "reference": legible(reference),
            "row": one.row if one.row in rows else None,
        }


def _table(table: Table, report: Report) -> dict[str, Any]:
    size = SMALL_PT if len(table.columns) >= MANY_COLUMNS else NORMAL_PT
    widths = column_widths(table, SIDEWAYS_TWIPS if stands_sideways(table) else PORTRAIT, size)
    return {
        "kind": table.kind,
        "title": legible(table.title),
        "size": size,
        "rows_named": table.key == FULL_TABLE,
        "columns": [
            {"title": legible(one.title), "align": one.align, "width": width}
            for one, width in zip(table.columns, widths, strict=True)
        ],
        "rows": [
            [
                {
                    "text": legible(cell.text),
                    "tint": tint(cell.status) if cell.status else None,
                }
                for cell in row
            ]
            for row in body(table, report.say)
        ],
        "note": legible(table.note),
    }


def _picture(picture: Picture) -> dict[str, Any]:
    return {
        "kind": picture.kind,
        "caption": legible(picture.caption),
        "alt": legible(picture.alt),
        "width": picture.width_mm,
        "svg": ET.tostring(drawn(picture), encoding="unicode"),
    }
