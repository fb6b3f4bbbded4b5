"""Blocks of a report as the XML of Word: paragraphs, findings, tables, pictures with captions."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from maps.palette import STATUS_COLOURS
from maps.reports.column_widths import (
    LANDSCAPE,
    MANY_COLUMNS,
    PORTRAIT,
    column_widths,
    is_wide,
)
from maps.reports.content import (
    Block,
    Bullets,
    Finding,
    Findings,
    Heading,
    Paragraph,
    Picture,
    Table,
)
from maps.reports.word_styles import TABLE_STYLE, WIDE_TABLE_STYLE, Styles, looks
from maps.text.words import SHAPES

if TYPE_CHECKING:
    from maps.text import Translator

FULL_TABLE = "indicators"
"""Key of the table whose rows findings name."""

TALLEST_MM = 190.0
"""Height of a picture at the most, so that its caption fits on the page with it."""

EMU_PER_MM = 36000

_SPACER = '<w:spacing w:before="0" w:after="0" w:line="200" w:lineRule="exact"/>'
"""Of the blank line below a table without a note: Word joins tables that touch."""

_SMALL_TABLE = 12
"""Rows of a table that is not broken across pages."""

_MARKS = {mark: status for status, mark in SHAPES.items()}
_STYLES = {"body": "Report Body", "lead": "Report Lead", "note": "Report Note"}
_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def escaped(text: str) -> str:
    """Return a text as it may stand in XML and in a template that is still to be filled in.

    Underscores are written as a number: beside a brace they mean something to docxtpl. Characters
    that XML cannot hold are shown as the replacement character.
    """
    from markupsafe import escape  # noqa: PLC0415 - kept out of --help

    clean = _NOT_IN_XML.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))
    return str(escape(clean)).replace("_", "&#95;")


def tinted(colour: str, share: float = 0.16) -> str:
    """Return a colour mixed with white, as Word writes it, light enough for black words."""
    parts = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return "".join(f"{round(255 - (255 - part) * share):02X}" for part in parts)


class BlockWriter:
    """Writes blocks with the styles of one document; pictures become parts of that document."""

    def __init__(self, document: Any, styles: Styles, say: Translator, *, linked: bool) -> None:  # noqa: ANN401
        self._document = document
        self._styles = styles
        self._linked = linked
        """Whether the full table is in the report, so that findings can lead to its rows."""
        self._words = {say.status(status): status for status in SHAPES}
        self._sizes = {look.name: look.size for look in looks(say.language)}

    def write(self, block: Block) -> str:
        """Return the XML of a block: whole paragraphs and tables."""
        match block:
            case Heading():
                return self.paragraph(f"heading {block.level}", block.text)
            case Paragraph():
                return self.paragraph(_STYLES[block.style], block.text)
            case Findings():
                return "".join(self._finding(one) for one in block.items)
            case Bullets():
                return "".join(self.paragraph("Report Bullet", f"• {one}") for one in block.items)
            case Table():
                return "".join(self._table(block))
            case Picture():
                return self._picture(block)

    def paragraph(self, style: str, text: str, more: str = "", inside: str = "") -> str:
        """Return a paragraph: its text, then further runs; ``more`` are further properties."""
        return (
            f'<w:p><w:pPr><w:pStyle w:val="{self._styles.id(style)}"/>{more}</w:pPr>'
            f"{self.run(style, text) if text else ''}{inside}</w:p>"
        )

    def run(self, style: str, text: str) -> str:
        """Return a run that names its fonts."""
        fonts = self._styles.run_fonts(style)
        return f'<w:r><w:rPr>{fonts}</w:rPr><w:t xml:space="preserve">{escaped(text)}</w:t></w:r>'

    def _finding(self, one: Finding) -> str:
        style = "Report Finding"
        number = self.run(style, f"{one.number}. ")
        if self._linked:
            number = f'<w:hyperlink w:anchor="{row_mark(one.row)}">{number}</w:hyperlink>'
        return self.paragraph(style, "", inside=number + self.run(style, one.text))

    def _picture(self, block: Picture) -> str:
        from docx.oxml.ns import qn  # noqa: PLC0415

        width = round(min(block.width_mm, 156.0) * EMU_PER_MM)
        inline = self._document.part.new_pic_inline(io.BytesIO(block.draw("png")), width)
        height = int(inline.extent.cy)
        if height > TALLEST_MM * EMU_PER_MM:
            smaller = TALLEST_MM * EMU_PER_MM / height
            sizes = (inline.extent, inline.graphic.graphicData.pic.spPr.xfrm.ext)
            for size in sizes:
                size.cx, size.cy = round(width * smaller), round(height * smaller)
        for properties in (inline.docPr, inline.find(f".//{qn('pic:cNvPr')}")):
            properties.set("descr", _NOT_IN_XML.sub("\ufffd", block.alt))
            properties.set("name", block.key)
        drawing = inline.xml.replace("_", "&#95;")
        return (
            self.paragraph("Figure", "", inside=f"<w:r><w:drawing>{drawing}</w:drawing></w:r>")
        ) + self.paragraph("caption", block.caption)

    def _table(self, block: Table) -> Iterator[str]:
        small = " Small" if len(block.columns) >= MANY_COLUMNS else ""
        size = self._sizes[f"Table Text{small}"]
        wide = is_wide(block, size)
        widths = column_widths(block, LANDSCAPE if wide else PORTRAIT, size)
        yield self.paragraph("caption", block.title, "<w:keepNext/>")
        style = self._styles.id(WIDE_TABLE_STYLE if wide else TABLE_STYLE)
        grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
        yield (
            f'<w:tbl><w:tblPr><w:tblStyle w:val="{style}"/>'
            f'<w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:jc w:val="center"/>'
            '<w:tblLayout w:type="fixed"/><w:tblLook w:val="0020" w:firstRow="1" w:lastRow="0" '
            'w:firstColumn="0" w:lastColumn="0" w:noHBand="1" w:noVBand="1"/>'
            f'<w:tblCaption w:val="{escaped(block.title)}"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>'
        )
        head = "".join(
            self._cell(f"Table Head{small}", column.title, width, "center")
            for column, width in zip(block.columns, widths, strict=True)
        )
        yield f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{head}</w:tr>"
        for number, row in enumerate(block.rows, start=1):
            status = block.statuses[number - 1] if block.statuses else ""
            cells = "".join(
                self._cell(f"Table Text{small}", text, width, column.align, status)
                for text, column, width in zip(row, block.columns, widths, strict=True)
            )
            if block.key == FULL_TABLE:
                cells = _marked(cells, number)
            if number in _kept_rows(block):
                cells = cells.replace("<w:jc ", "<w:keepNext/><w:jc ")
            yield f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{cells}</w:tr>"
        yield "</w:tbl>"
        yield self.paragraph("Table Note", block.note, "" if block.note else _SPACER)

    def _cell(self, style: str, text: str, width: int, align: str, status: str = "") -> str:
        shown, verdict = self._verdict(text, status)
        shade = ""
        if verdict:
            tint = tinted(STATUS_COLOURS[verdict])
            shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{tint}"/>'
        paragraph = self.paragraph(style, shown, f'<w:jc w:val="{align}"/>')
        return (
            f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{shade}<w:vAlign w:val="center"/>'
            f"</w:tcPr>{paragraph}</w:tc>"
        )

    def _verdict(self, text: str, status: str) -> tuple[str, str]:
        """Return a cell's text with the mark of its verdict, and that verdict; empty for none."""
        if len(text) > 1 and text[0] in _MARKS and text[1].isspace():
            return text, _MARKS[text[0]]
        if status and self._words.get(text) == status:
            return f"{SHAPES[status]} {text}", status
        return text, ""


def _kept_rows(table: Table) -> range:
    """Return the rows that stay on the page of what follows.

    Small tables are kept whole, and the note of a longer one has its last two rows with it.
    """
    rows = len(table.rows)
    last = rows + 1 if table.note else rows
    if rows <= _SMALL_TABLE:
        return range(1, last)
    return range(rows - 1, last) if table.note else range(0)


def row_mark(row: int) -> str:
    """Return the bookmark of a row of the full table."""
    return f"row{row}"


def _marked(cells: str, row: int) -> str:
    """Return the cells of a row with a bookmark in the first of them."""
    mark = (
        f'<w:bookmarkStart w:id="{90000 + row}" w:name="{row_mark(row)}"/>'
        f'<w:bookmarkEnd w:id="{90000 + row}"/>'
    )
    return cells.replace("</w:pPr>", f"</w:pPr>{mark}", 1)
