"""Our own Word template, made by code: an office can take it, restyle it and bring it back."""

from __future__ import annotations

import io
from functools import lru_cache
from typing import Any

from maps.reports.steady import steady_zip
from maps.reports.word_styles import FANG, LATIN, Styles, W
from maps.text import translator

_COVER = (
    ("Made Up", "{{ made_up }}"),
    ("Title", "{{ title }}"),
    ("Subtitle", "{{ subtitle }}"),
    ("Cover Line", "{{ office }}"),
    ("Cover Note", "{{ data_note }}"),
)
_CONTENTS = (("TOC Heading", "{{ words.contents }}"), ("toc 1", "{{p toc }}"))
_BODY = (
    ("Report Body", "{%p for part in parts %}"),
    ("heading 1", "{{ part.heading }}"),
    ("Report Body", "{%p for block in part.blocks %}"),
    ("Report Body", "{{p block }}"),
    ("Report Body", "{%p endfor %}"),
    ("Report Body", "{%p endfor %}"),
)
_HEADER = "{{ title }} {{ subtitle }}{% if made_up %} · {{ made_up }}{% endif %}"

_MM = 1440 / 25.4
"""Twips in a millimetre."""

_UNUSED = ("thumbnail", "stylesWithEffects", "customXml")
"""Parts of the plain document that say nothing about ours: relationships by what they end with."""


@lru_cache(maxsize=2)
def default_template(language: str) -> bytes:
    """Return the template of a language as a .docx file.

    A4 with margins of 37, 26, 35 and 28 mm (GB/T 9704-2012), a cover without a page number, the
    contents with Roman ones, the parts; what may be printed is told in
    :mod:`maps.reports.word_context`.
    """
    from docx import Document  # noqa: PLC0415 - heavy

    document = Document()
    _drop_unused(document)
    styles = _own_styles(document, language)
    letters = {name: styles.run_fonts(name) for name in ("header", "footer")}
    references = _header_and_footer(document, styles, letters)
    _write_body(document, styles, references)
    _set_language(document, language)
    properties = document.core_properties
    properties.title, properties.comments, properties.author = "", "", ""
    properties.language = language
    made = io.BytesIO()
    document.save(made)
    return steady_zip(made.getvalue())


def _drop_unused(document: Any) -> None:  # noqa: ANN401 - python-docx has no types
    for relations in (document.part.rels, document.part.package.rels):
        for key in [key for key, one in relations.items() if one.reltype.endswith(_UNUSED)]:
            del relations[key]


def _own_styles(document: Any, language: str) -> Styles:  # noqa: ANN401
    """Replace every style by ours: none of the others names a Chinese font."""
    from docx.oxml import parse_xml  # noqa: PLC0415
    from docx.oxml.ns import qn  # noqa: PLC0415

    element = document.styles.element
    for old in element.style_lst:
        element.remove(old)
    lang = '<w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/>'
    defaults = parse_xml(
        f'<w:docDefaults {W}><w:rPrDefault><w:rPr><w:rFonts w:ascii="{LATIN}" '
        f'w:eastAsia="{FANG}" w:hAnsi="{LATIN}" w:cs="{LATIN}"/>'
        f'<w:sz w:val="21"/><w:szCs w:val="21"/>{lang}</w:rPr></w:rPrDefault>'
        "<w:pPrDefault/></w:docDefaults>"
    )
    element.replace(element.find(qn("w:docDefaults")), defaults)
    for built_in in _BUILT_IN:
        element.append(parse_xml(built_in))
    return Styles(document, translator(language))


_BUILT_IN = (
    f'<w:style {W} w:type="character" w:default="1" w:styleId="DefaultParagraphFont">'
    '<w:name w:val="Default Paragraph Font"/><w:uiPriority w:val="1"/><w:semiHidden/>'
    "<w:unhideWhenUsed/></w:style>",
    f'<w:style {W} w:type="table" w:default="1" w:styleId="TableNormal">'
    '<w:name w:val="Normal Table"/><w:uiPriority w:val="99"/><w:semiHidden/><w:unhideWhenUsed/>'
    '<w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar><w:top w:w="0" w:type="dxa"/>'
    '<w:left w:w="108" w:type="dxa"/><w:bottom w:w="0" w:type="dxa"/>'
    '<w:right w:w="108" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>',
    f'<w:style {W} w:type="numbering" w:default="1" w:styleId="NoList">'
    '<w:name w:val="No List"/><w:uiPriority w:val="99"/><w:semiHidden/><w:unhideWhenUsed/>'
    "</w:style>",
)
"""What every Word document has."""


def _header_and_footer(document: Any, styles: Styles, letters: dict[str, str]) -> str:  # noqa: ANN401
    """Write headers and footers, those of the first page blank; return the references to them."""
    from docx.oxml import parse_xml  # noqa: PLC0415
    from docx.oxml.ns import qn  # noqa: PLC0415

    section = document.sections[0]
    section.different_first_page_header_footer = True
    page = (
        '<w:r>{0}<w:fldChar w:fldCharType="begin"/></w:r>'
        '<w:r>{0}<w:instrText xml:space="preserve"> PAGE </w:instrText></w:r>'
        '<w:r>{0}<w:fldChar w:fldCharType="separate"/></w:r><w:r>{0}<w:t>1</w:t></w:r>'
        '<w:r>{0}<w:fldChar w:fldCharType="end"/></w:r>'
    )
    dash = '<w:r>{0}<w:t xml:space="preserve">{1}</w:t></w:r>'
    for part, name, inside in (
        (
            section.header,
            "header",
            dash.format("{0}", _HEADER.replace("{", "{{").replace("}", "}}")),
        ),
        (section.footer, "footer", dash.format("{0}", "— ") + page + dash.format("{0}", " —")),
        (section.first_page_header, "header", ""),
        (section.first_page_footer, "footer", ""),
    ):
        part.is_linked_to_previous = False
        old = part.paragraphs[0]._p  # noqa: SLF001 - python-docx gives no other way to its XML
        runs = inside.format(f"<w:rPr>{letters[name]}</w:rPr>") if inside else ""
        new = f'<w:p {W}><w:pPr><w:pStyle w:val="{styles.id(name)}"/></w:pPr>{runs}</w:p>'
        old.getparent().replace(old, parse_xml(new))
    references = document.element.body.sectPr
    return "".join(
        f'<w:{kind}Reference w:type="{one.get(qn("w:type"))}" r:id="{one.get(qn("r:id"))}"/>'
        for kind in ("header", "footer")
        for one in references.iterfind(qn(f"w:{kind}Reference"))
    )


def _section(references: str, numbers: str, *, cover: bool = False) -> str:
    sides = {"top": 37, "right": 26, "bottom": 35, "left": 28, "header": 22, "footer": 23}
    margins = " ".join(f'w:{side}="{round(size * _MM)}"' for side, size in sides.items())
    return (
        f'<w:sectPr {W} {_R}>{references}<w:type w:val="nextPage"/>'
        f'<w:pgSz w:w="{round(210 * _MM)}" w:h="{round(297 * _MM)}"/>'
        f'<w:pgMar {margins} w:gutter="0"/>{numbers}'
        f'<w:cols w:space="425"/>{"<w:titlePg/>" if cover else ""}</w:sectPr>'
    )


_R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'


def _write_body(document: Any, styles: Styles, references: str) -> None:  # noqa: ANN401
    from docx.oxml import parse_xml  # noqa: PLC0415

    body = document.element.body
    for child in list(body):
        body.remove(child)
    roman = _section(references, '<w:pgNumType w:fmt="upperRoman" w:start="1"/>')
    cover = _section(references, "", cover=True)
    lines = [_paragraph(styles, style, text) for style, text in _COVER[:-1]]
    lines.append(_paragraph(styles, *_COVER[-1], section=cover))
    lines += [_paragraph(styles, style, text) for style, text in _CONTENTS]
    lines.append(_paragraph(styles, "toc 1", "", section=roman))
    lines += [_paragraph(styles, style, text) for style, text in _BODY]
    lines.append(_section(references, '<w:pgNumType w:fmt="decimal" w:start="1"/>'))
    for line in lines:
        body.append(parse_xml(line))


def _paragraph(styles: Styles, style: str, text: str, section: str = "") -> str:
    run = (
        f'<w:r><w:rPr>{styles.run_fonts(style)}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'
    )
    return (
        f'<w:p {W}><w:pPr><w:pStyle w:val="{styles.id(style)}"/>{section}</w:pPr>'
        f"{run if text else ''}</w:p>"
    )


def _set_language(document: Any, language: str) -> None:  # noqa: ANN401
    """Say that East Asian text is Chinese; the plain document takes it for Japanese."""
    from docx.oxml.ns import qn  # noqa: PLC0415

    fonts = document.settings.element.find(qn("w:themeFontLang"))
    if fonts is not None:
        fonts.set(qn("w:val"), "en-US" if language == "en" else "zh-CN")
        fonts.set(qn("w:eastAsia"), "zh-CN")
