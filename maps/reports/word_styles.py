"""Named styles of a report in Word: fonts, sizes and spaces of Chinese official documents.

GB/T 9704-2012 as far as it fits a report: body in 仿宋 of size three (16 pt) on lines of 28 pt, two
characters indented; headings in 黑体 and 楷体. Only fonts that every Chinese Windows has. A style
names its East Asian font itself: theme fonts would hide it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from geo_planner.notes import msgid

if TYPE_CHECKING:
    from maps.text import Translator

SONG, FANG, HEI, KAI = "宋体", "仿宋", "黑体", "楷体"
LATIN = "Times New Roman"
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'

TABLE_STYLE, WIDE_TABLE_STYLE = "Report Table", "Report Table Wide"
"""Tables of the second style stand on pages turned sideways."""


@dataclass(frozen=True, slots=True)
class Look:
    """How a paragraph style looks.

    Attributes
    ----------
    name
        As Word stores it; names of built-in styles are in lower case.
    size, line, before, after
        Points; ``line`` is the exact distance of lines, 0 for as much as they need.
    indent
        Characters by which the first line is set in; ``hang`` those by which the others are.
    outline
        Level in the navigation pane, from 0.
    out
        Millimetres by which lines reach beyond the margins.
    tab
        Twips at which a right tab with leading dots stands.
    """

    name: str
    east: str = FANG
    size: float = 16
    bold: bool = False
    align: Literal["left", "center", "right", "both"] = "left"
    line: float = 0
    before: float = 0
    after: float = 0
    indent: int = 0
    hang: int = 0
    keep_next: bool = False
    outline: int | None = None
    tab: int = 0
    colour: str = ""
    out: float = 0


TEXT_WIDTH_TWIPS = 8844
"""156 mm: A4 without margins of 28 and 26 mm."""

CHINESE: tuple[Look, ...] = (
    Look("Normal", line=28),
    Look("Title", SONG, 22, bold=True, align="center", line=38, before=150, after=14, out=7),
    Look("Subtitle", KAI, 18, align="center", line=32, after=220),
    Look("Cover Line", FANG, 16, align="center", line=30),
    Look("Cover Note", FANG, 12, align="center", line=22),
    Look("Made Up", HEI, 14, align="center", line=24, colour="9C2A00"),
    Look("TOC Heading", HEI, 18, align="center", line=32, after=14, keep_next=True),
    Look("toc 1", HEI, 14, line=25, before=2, tab=TEXT_WIDTH_TWIPS),
    Look("toc 2", FANG, 14, line=24, hang=2, tab=TEXT_WIDTH_TWIPS),
    Look("heading 1", HEI, 16, line=28, before=14, after=4, indent=2, keep_next=True, outline=0),
    Look("heading 2", KAI, 16, line=28, before=6, after=2, indent=2, keep_next=True, outline=1),
    Look("heading 3", FANG, 16, bold=True, line=28, indent=2, keep_next=True, outline=2),
    Look("Report Body", align="both", line=28, indent=2),
    Look("Report Lead", align="both", line=28, indent=2),
    Look("Report Note", KAI, 12, align="both", line=20, before=2, after=4, indent=2),
    Look("Report Finding", align="both", line=28, indent=2),
    Look("Report Bullet", align="both", line=28, indent=2),
    Look("Figure", FANG, 12, align="center", before=8, after=2, keep_next=True),
    Look("caption", HEI, 12, align="center", line=20, before=6, after=4),
    Look("Table Head", HEI, 10.5, align="center", line=15, keep_next=True),
    Look("Table Text", SONG, 10.5, line=15),
    Look("Table Head Small", HEI, 9, align="center", line=12, keep_next=True),
    Look("Table Text Small", SONG, 9, line=12),
    Look("Table Note", KAI, 10.5, line=16, before=3, after=10),
    Look("header", SONG, 9, align="center"),
    Look("footer", SONG, 14, align="center"),
)
_ENGLISH_SIZES: dict[str, tuple[float, float]] = {
    "Title": (22, 30),
    "Subtitle": (15, 22),
    "Cover Line": (12, 20),
    "Cover Note": (10, 16),
    "Made Up": (11, 18),
    "TOC Heading": (14, 22),
    "toc 1": (11, 18),
    "toc 2": (10.5, 16),
    "heading 1": (14, 20),
    "heading 2": (12.5, 18),
    "heading 3": (11, 16),
    "Report Note": (9.5, 13),
    "Figure": (10, 0),
    "caption": (10, 14),
    "Table Head": (9, 11.5),
    "Table Text": (9, 11.5),
    "Table Head Small": (8, 10),
    "Table Text Small": (8, 10),
    "Table Note": (8.5, 12),
    "header": (8.5, 0),
    "footer": (10.5, 0),
}
_HEADS = frozenset(
    {"TOC Heading", "heading 1", "heading 2", "heading 3", "caption", "toc 1", "Made Up"}
    | {"Table Head", "Table Head Small"}
)
_ENGLISH_HANGING = {"Report Finding", "Report Bullet"}


def _english(look: Look) -> Look:
    """Return the same style for Latin text: smaller, no indents, space between paragraphs."""
    size, line = _ENGLISH_SIZES.get(look.name, (11, 15.5))
    more: dict[str, Any] = {"size": size, "line": line, "indent": 0}
    if look.name in _HEADS:
        more["bold"] = True
    if look.name in ("Report Body", "Report Lead"):
        more["after"] = 6
    if look.name in _ENGLISH_HANGING:
        more |= {"after": 3, "align": "left"}
    return replace(look, **more)


def looks(language: str) -> tuple[Look, ...]:
    """Return the paragraph styles of a language."""
    return CHINESE if language == "zh-CN" else tuple(_english(look) for look in CHINESE)


STYLE_WORDS: dict[str, str] = {
    "Cover Line": msgid("Cover line"),
    "Cover Note": msgid("Cover note"),
    "Made Up": msgid("Made-up data"),
    "Report Body": msgid("Report text"),
    "Report Lead": msgid("Report text, first of a part"),
    "Report Note": msgid("Report note"),
    "Report Finding": msgid("Report finding"),
    "Report Bullet": msgid("Report list"),
    "Figure": msgid("Report figure"),
    "Table Head": msgid("Table heading"),
    "Table Text": msgid("Table text"),
    "Table Head Small": msgid("Table heading, small"),
    "Table Text Small": msgid("Table text, small"),
    "Table Note": msgid("Table note"),
    TABLE_STYLE: msgid("Report table"),
    WIDE_TABLE_STYLE: msgid("Report table, page sideways"),
}
"""Second names of styles that Word does not translate by itself."""


def fonts_xml(east: str, language: str) -> str:
    """Return the fonts of a style or run; in Chinese, quotation marks and dashes are Chinese."""
    hint = ' w:hint="eastAsia"' if language == "zh-CN" else ""
    return (
        f'<w:rFonts{hint} w:ascii="{LATIN}" w:eastAsia="{east}" w:hAnsi="{LATIN}" w:cs="{LATIN}"/>'
    )


def style_id(name: str) -> str:
    """Return the id under which our own template keeps a style."""
    return "".join(word[:1].upper() + word[1:] for word in name.split())


def style_xml(look: Look, say: Translator, based_on: str) -> str:
    """Return a paragraph style.

    Parameters
    ----------
    based_on
        Id of the document's plain style; empty for that style itself.
    """
    half_points = round(look.size * 2)
    spacing = f'w:before="{round(look.before * 20)}" w:after="{round(look.after * 20)}"'
    spacing += (
        f' w:line="{round(look.line * 20)}" w:lineRule="exact"'
        if look.line
        else ' w:line="240" w:lineRule="auto"'
    )
    parts = ["<w:keepNext/>" if look.keep_next else "", "<w:widowControl/>"]
    if look.tab:
        parts.append(f'<w:tabs><w:tab w:val="right" w:leader="dot" w:pos="{look.tab}"/></w:tabs>')
    parts += [f"<w:spacing {spacing}/>", _indent(look), f'<w:jc w:val="{look.align}"/>']
    if look.outline is not None:
        parts.append(f'<w:outlineLvl w:val="{look.outline}"/>')
    letters = [fonts_xml(look.east, say.language), "<w:b/><w:bCs/>" if look.bold else ""]
    letters.append(f'<w:color w:val="{look.colour}"/>' if look.colour else "")
    letters.append(f'<w:sz w:val="{half_points}"/><w:szCs w:val="{half_points}"/>')
    own = look.name in STYLE_WORDS
    return (
        f'<w:style {W} w:type="paragraph"{"" if based_on else _DEFAULT}'
        f'{_CUSTOM if own else ""} w:styleId="{style_id(look.name)}">'
        f'<w:name w:val="{look.name}"/>{_alias(look.name, say)}'
        + (f'<w:basedOn w:val="{based_on}"/>' if based_on else "")
        + f"<w:qFormat/><w:pPr>{''.join(parts)}</w:pPr><w:rPr>{''.join(letters)}</w:rPr></w:style>"
    )


_DEFAULT, _CUSTOM = ' w:default="1"', ' w:customStyle="1"'


def _indent(look: Look) -> str:
    twips = round(look.size * 20)
    if look.out:
        beyond = round(look.out * 1440 / 25.4)
        return f'<w:ind w:left="-{beyond}" w:right="-{beyond}" w:firstLine="0"/>'
    if look.hang:
        return f'<w:ind w:leftChars="{look.hang * 100}" w:left="{look.hang * twips}"/>'
    if look.indent:
        chars, width = look.indent * 100, look.indent * twips
        return f'<w:ind w:firstLineChars="{chars}" w:firstLine="{width}"/>'
    return '<w:ind w:firstLine="0"/>'


def _alias(name: str, say: Translator) -> str:
    """Return the second name of a style; a comma would begin a third."""
    if name not in STYLE_WORDS or say.language != "zh-CN":
        return ""
    return f'<w:aliases w:val="{say(STYLE_WORDS[name])}"/>'


def table_style_xml(name: str, say: Translator) -> str:
    """Return a table style: a full grid, cells with a little room, a tinted heading row."""
    edges = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="404040"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    margins = "".join(
        f'<w:{side} w:w="{width}" w:type="dxa"/>'
        for side, width in (("top", 30), ("left", 70), ("bottom", 30), ("right", 70))
    )
    return (
        f'<w:style {W} w:type="table" w:customStyle="1" w:styleId="{style_id(name)}">'
        f'<w:name w:val="{name}"/>{_alias(name, say)}<w:qFormat/>'
        f"<w:rPr>{fonts_xml(SONG, say.language)}</w:rPr>"
        f'<w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblBorders>{edges}</w:tblBorders>'
        f"<w:tblCellMar>{margins}</w:tblCellMar></w:tblPr>"
        '<w:tblStylePr w:type="firstRow"><w:tblPr/><w:tcPr><w:shd w:val="clear" w:color="auto" '
        'w:fill="E8EDF2"/></w:tcPr></w:tblStylePr></w:style>'
    )


class Styles:
    """Styles of a document by the names a report uses; what is missing is added.

    An office's template brings its own: the ids there may be any, the names are Word's.
    """

    def __init__(self, document: Any, say: Translator) -> None:  # noqa: ANN401 - python-docx has no types
        self._element = document.styles.element
        self._language = say.language
        self._known = {one.name_val.lower(): one for one in self._element.style_lst}
        plain = self._known.get("normal")
        self._add(looks(say.language), say, "" if plain is None else plain.styleId)

    def _add(self, wanted: Iterable[Look], say: Translator, plain: str) -> None:
        from docx.oxml import parse_xml  # noqa: PLC0415 - heavy

        for look in wanted:
            if look.name.lower() not in self._known:
                based_on = "" if look.name == "Normal" else plain or style_id("Normal")
                self._keep(look.name, parse_xml(style_xml(look, say, based_on)))
        for name in (TABLE_STYLE, WIDE_TABLE_STYLE):
            if name.lower() not in self._known:
                self._keep(name, parse_xml(table_style_xml(name, say)))

    def _keep(self, name: str, element: Any) -> None:  # noqa: ANN401
        self._element.append(element)
        self._known[name.lower()] = element

    def id(self, name: str) -> str:
        """Return the id of a style in this document."""
        return str(self._known[name.lower()].styleId)

    def level(self, style: str | None) -> int | None:
        """Return 1, 2 or 3 for the id of a heading's style, None for others."""
        for level in (1, 2, 3):
            if style == self.id(f"heading {level}"):
                return level
        return None

    def run_fonts(self, name: str) -> str:
        """Return the fonts of a run in a style, to name them on the run; none for the theme's."""
        from docx.oxml.ns import qn  # noqa: PLC0415

        element = self._known[name.lower()]
        seen = set()
        while element is not None and element.styleId not in seen:
            seen.add(element.styleId)
            for fonts in element.iterfind(f"{qn('w:rPr')}/{qn('w:rFonts')}"):
                if fonts.get(qn("w:eastAsiaTheme")):
                    return ""
                if east := fonts.get(qn("w:eastAsia")):
                    return _named(fonts.get(qn("w:ascii")), east, self._language)
            based = element.find(qn("w:basedOn"))
            parent = None if based is None else based.get(qn("w:val"))
            element = next((one for one in self._element.style_lst if one.styleId == parent), None)
        return ""


def _named(latin: str | None, east: str, language: str) -> str:
    from markupsafe import escape  # noqa: PLC0415

    named = fonts_xml(str(escape(east)), language)
    return named.replace(LATIN, str(escape(latin))) if latin else named
