"""What is done to a filled-in document: contents, pages turned sideways, properties."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import qn

from maps.reports.word_blocks import escaped
from maps.reports.word_context import TOC_MARK
from maps.reports.word_styles import WIDE_TABLE_STYLE, W

if TYPE_CHECKING:
    from maps.reports.content import Report
    from maps.reports.word_styles import Styles

CONTENTS_FIELD = r' TOC \o "1-2" \h \z \u '
_KEPT = ("heading 1", "heading 2", "heading 3", "caption")
"""Styles of paragraphs that go sideways together with the table below them."""


def finish(document: Any, styles: Styles, report: Report) -> None:  # noqa: ANN401 - python-docx has no types
    """Fill in the contents, turn the pages of wide tables, and write the properties."""
    _fill_contents(document, styles)
    _turn_pages(document, styles)
    _set_properties(document, report)


def _text(element: Any) -> str:  # noqa: ANN401
    return "".join(text.text or "" for text in element.iter(qn("w:t")))


def _style_of(element: Any) -> str | None:  # noqa: ANN401
    found = element.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
    return None if found is None else found.get(qn("w:val"))


def _headings(body: Any, styles: Styles) -> Iterator[tuple[Any, int]]:  # noqa: ANN401
    for paragraph in body.iterfind(qn("w:p")):
        level = styles.level(_style_of(paragraph))
        if level in (1, 2) and _text(paragraph).strip():
            yield paragraph, level


def _fill_contents(document: Any, styles: Styles) -> None:  # noqa: ANN401
    """Put a field in place of the mark, with every heading in it and the field of its page.

    The pages themselves are known only when the document is laid out: Word is told to do that when
    it opens the file, and asks its reader once. Until then headings stand there without pages.
    """
    body = document.element.body
    marks = [one for one in body.iterfind(qn("w:p")) if _text(one) == TOC_MARK]
    headings = list(_headings(body, styles))
    first = 1 + max(
        (int(one.get(qn("w:id"))) for one in body.iter(qn("w:bookmarkStart"))), default=0
    )
    names = []
    for number, (paragraph, _) in enumerate(headings):
        names.append(f"_Toc{number + 1:06d}")
        _bookmark(paragraph, first + number, names[-1])
    for mark in marks:
        lines = [
            _line(styles, level, _text(paragraph), name)
            for (paragraph, level), name in zip(headings, names, strict=True)
        ] or [parse_xml(f"<w:p {W}/>")]
        _wrap_field(lines)
        for line in lines:
            mark.addprevious(line)
        body.remove(mark)
    if marks:
        _update_when_opened(document)


def _bookmark(paragraph: Any, number: int, name: str) -> None:  # noqa: ANN401
    start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
    start.set(qn("w:id"), str(number))
    start.set(qn("w:name"), name)
    end.set(qn("w:id"), str(number))
    properties = paragraph.find(qn("w:pPr"))
    properties.addnext(start)
    paragraph.append(end)


def _field(kind: str) -> str:
    return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'


def _instruction(text: str) -> str:
    return f'<w:r><w:instrText xml:space="preserve">{escaped(text)}</w:instrText></w:r>'


def _line(styles: Styles, level: int, text: str, name: str) -> Any:  # noqa: ANN401
    style = f"toc {level}"
    fonts = f"<w:rPr>{styles.run_fonts(style)}</w:rPr>"
    page = rf" PAGEREF {name} \h "
    return parse_xml(
        f'<w:p {W}><w:pPr><w:pStyle w:val="{styles.id(style)}"/></w:pPr>'
        f'<w:hyperlink w:anchor="{name}" w:history="1">'
        f'<w:r>{fonts}<w:t xml:space="preserve">{escaped(text)}</w:t></w:r>'
        f"<w:r>{fonts}<w:tab/></w:r>{_field('begin')}{_instruction(page)}"
        f"{_field('separate')}<w:r>{fonts}<w:t></w:t></w:r>{_field('end')}</w:hyperlink></w:p>"
    )


def _wrap_field(lines: Sequence[Any]) -> None:
    """Put the contents field around its lines: it begins in the first and ends in the last."""
    opened = parse_xml(
        f"<w:p {W}>{_field('begin')}{_instruction(CONTENTS_FIELD)}{_field('separate')}</w:p>"
    )
    properties = lines[0].find(qn("w:pPr"))
    at = 0 if properties is None else 1
    for offset, run in enumerate(list(opened)):
        lines[0].insert(at + offset, run)
    lines[-1].append(parse_xml(f"<w:p {W}>{_field('end')}</w:p>")[0])


def _update_when_opened(document: Any) -> None:  # noqa: ANN401
    settings = document.settings.element
    if settings.find(qn("w:updateFields")) is None:
        update = OxmlElement("w:updateFields")
        update.set(qn("w:val"), "true")
        after = next((one for one in settings if one.tag in _AFTER_UPDATE), None)
        settings.append(update) if after is None else after.addprevious(update)


_AFTER_UPDATE = {
    *(qn(f"w:{name}") for name in ("compat", "docVars", "rsids", "themeFontLang")),
    *(qn(f"w:{name}") for name in ("clrSchemeMapping", "footnotePr", "endnotePr")),
    *(qn(f"w:{name}") for name in ("shapeDefaults", "decimalSymbol", "listSeparator")),
    *(qn(f"w:{name}") for name in ("hdrShapeDefaults", "attachedSchema", "captions")),
    "{http://schemas.openxmlformats.org/officeDocument/2006/math}mathPr",
}
"""Settings that the schema wants after the one that has fields updated."""


def _turn_pages(document: Any, styles: Styles) -> None:  # noqa: ANN401
    """Give wide tables, with their headings and notes, sections of their own on turned pages."""
    body = document.element.body
    wide = styles.id(WIDE_TABLE_STYLE)
    kept = {styles.id(name) for name in _KEPT}
    notes = styles.id("Table Note")
    turned: list[Any] = []
    for table in body.iterfind(qn("w:tbl")):
        style = table.find(f"{qn('w:tblPr')}/{qn('w:tblStyle')}")
        if style is None or style.get(qn("w:val")) != wide:
            continue
        group = [table]
        while (before := group[0].getprevious()) is not None and _style_of(before) in kept:
            group.insert(0, before)
        while (after := group[-1].getnext()) is not None and _style_of(after) == notes:
            group.append(after)
        turned += group
    _break_sections(body, turned)


def _break_sections(body: Any, turned: Sequence[Any]) -> None:  # noqa: ANN401
    """Put a section's end wherever upright and turned pages meet."""
    sideways = {id(element) for element in turned}
    end = body.find(qn("w:sectPr"))
    if end is None or not turned:
        return
    run: list[tuple[Any, bool]] = []  # elements of the section being gone through
    for element in [*body.iterchildren(qn("w:p"), qn("w:tbl"), qn("w:sdt")), end]:
        if element is not end:
            run.append((element, id(element) in sideways))
        own = element if element is end else element.find(f"{qn('w:pPr')}/{qn('w:sectPr')}")
        if own is not None:
            _split(run, own)
            run = []


def _split(run: Sequence[tuple[Any, bool]], own: Any) -> None:  # noqa: ANN401
    """Split one section where its pages turn; ``own`` are its properties, kept for the last."""
    upright = copy.deepcopy(own)
    pieces = [
        (element, is_turned)
        for (element, is_turned), (_, next_turned) in pairwise(run)
        if is_turned != next_turned
    ]
    first = True
    for element, is_turned in pieces:
        properties = _section(upright, turned=is_turned, first=first)
        first = False
        _last_paragraph(element).append(properties)
    if run and (run[-1][1] or pieces):
        final = _section(upright, turned=run[-1][1], first=first)
        own.getparent().replace(own, final)


def _last_paragraph(element: Any) -> Any:  # noqa: ANN401
    """Return the properties of the paragraph that ends a section: a tiny one after a table."""
    if element.tag != qn("w:p"):
        tiny = parse_xml(
            f'<w:p {W}><w:pPr><w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/>'
            '<w:rPr><w:sz w:val="2"/></w:rPr></w:pPr></w:p>'
        )
        element.addnext(tiny)
        element = tiny
    return element.get_or_add_pPr()


def _section(upright: Any, *, turned: bool, first: bool) -> Any:  # noqa: ANN401
    """Return a section's properties; only its first piece has a title page and counts from one."""
    made = copy.deepcopy(upright)
    if not first:
        for name in ("w:titlePg", "w:type"):
            for one in made.findall(qn(name)):
                made.remove(one)
        for one in made.findall(qn("w:pgNumType")):
            one.attrib.pop(qn("w:start"), None)
    if turned:
        _turn(made)
    return made


def _turn(section: Any) -> None:  # noqa: ANN401
    """Turn a page by a quarter, margins with it."""
    size, margins = section.find(qn("w:pgSz")), section.find(qn("w:pgMar"))
    if size is None or margins is None or size.get(qn("w:orient")) == "landscape":
        return
    width, height = size.get(qn("w:w")), size.get(qn("w:h"))
    size.set(qn("w:w"), height)
    size.set(qn("w:h"), width)
    size.set(qn("w:orient"), "landscape")
    sides = {side: margins.get(qn(f"w:{side}")) for side in ("top", "right", "bottom", "left")}
    for side, source in (
        ("top", "left"),
        ("right", "top"),
        ("bottom", "right"),
        ("left", "bottom"),
    ):
        margins.set(qn(f"w:{side}"), sides[source])
    for edge, side in (("header", "top"), ("footer", "bottom")):
        room = int(margins.get(qn(f"w:{side}")))
        margins.set(qn(f"w:{edge}"), str(min(int(margins.get(qn(f"w:{edge}"))), room // 2)))


_LONGEST_PROPERTY = 255


def _set_properties(document: Any, report: Report) -> None:  # noqa: ANN401
    clean = {
        "title": f"{report.title} {report.subtitle}",
        "author": report.office,
        "subject": " ".join(one for one in (report.data_note, report.made_up) if one),
        "language": report.language,
        "last_modified_by": report.office,
    }
    for name, text in clean.items():
        plain = re.sub("[\x00-\x1f]", " ", text).strip()
        setattr(document.core_properties, name, plain[:_LONGEST_PROPERTY])
    document.core_properties.revision = 1
