"""A report as one page of HTML: no other file, no script, nothing asked of the network.

Every figure in the text leads to its row of the full table, ``#row-23``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from markupsafe import Markup

from maps.inlining import cjk_faces
from maps.palette import STATUS_COLOURS
from maps.reports.characters import visible
from maps.reports.column_widths import MANY_COLUMNS
from maps.reports.content import Heading, Part, Picture, Report
from maps.reports.layout import (
    FULL_TABLE,
    body,
    drawn,
    known_rows,
    row_header,
    sentence_and_reference,
    stands_sideways,
    tint,
)
from maps.text.words import SHAPES

if TYPE_CHECKING:
    from jinja2 import Template

TEMPLATE = Path(__file__).parent / "report.html"

_POINTED = re.compile(r"url\(#([^)]+)\)")
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_NOT_A_NAME = re.compile(r"[^0-9A-Za-z_-]")
_DROPPED = {"metadata", "script", "foreignObject"}
"""Parts of a drawing that a page has no use for."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the list of contents, and those below it."""

    place: str
    text: str
    below: tuple[Entry, ...] = ()


def write_page(report: Report) -> str:
    """Return a report as a self-contained page, the same text every time.

    Letters come from the reader's own faces; where there is none for Chinese, from ours, of which
    the page holds the letters it needs. Figures are vectors inside the page.

    Raises
    ------
    FigureMissingError
        If a figure cannot be drawn.
    """
    say, rows = report.say, known_rows(report)
    page = _template().render(
        report=report,
        entries=list(_entries(report)),
        place=_place,
        body=lambda table: body(table, say),
        row_header=row_header,
        reference=lambda finding: sentence_and_reference(finding, say),
        known=rows,
        full_table=FULL_TABLE,
        is_wide=stands_sideways,
        is_small=lambda table: len(table.columns) >= MANY_COLUMNS,
        svg=inline_svg,
        marks=SHAPES,
        colours=STATUS_COLOURS,
        tints={status: tint(status) for status in SHAPES},
        spaced=_spaced,
    )
    return page.replace("<style>", f"<style>\n{cjk_faces(page)}", 1)


@cache
def _template() -> Template:
    from jinja2 import Environment, StrictUndefined  # noqa: PLC0415 - not every report needs it

    made = Environment(
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        finalize=lambda value: visible(value) if type(value) is str else value,
    )
    return made.from_string(TEMPLATE.read_text(encoding="utf-8"))


def _entries(report: Report) -> Iterator[Entry]:
    for part in report.parts:
        below = tuple(
            Entry(_place(part, number), block.text)
            for number, block in enumerate(part.blocks)
            if isinstance(block, Heading) and block.level == 2
        )
        yield Entry(_place(part), _spaced(part), below)


def _place(part: Part, number: int | None = None) -> str:
    """Return the anchor of a part, or of one of its blocks."""
    name = _NOT_A_NAME.sub("-", part.key)
    return f"part-{name}" if number is None else f"part-{name}-{number + 1}"


def _spaced(part: Part) -> str:
    """Return a part's number and title as the language sets them."""
    return f"{part.number}{'' if part.number.endswith('、') else ' '}{part.title}"


def inline_svg(picture: Picture, place: str) -> Markup:
    """Return a figure as an element of the page.

    Its ids and style rules are made its own by ``place``, since several figures share a page.

    Raises
    ------
    FigureMissingError
        If it cannot be drawn.
    """
    root = drawn(picture)
    view = root.get("viewBox")
    if view is None:
        sides = (re.sub(r"[a-z]+$", "", root.get(side, "0")) for side in ("width", "height"))
        view = f"0 0 {' '.join(sides)}"
    _tidy(root, place)
    for name in ("width", "height", "version"):
        root.attrib.pop(name, None)
    root.attrib.update(
        {"id": place, "viewBox": view, "role": "img", "aria-label": visible(picture.alt)}
    )
    # Namespaces and the rest of a file's head are not for an element of a page.
    return Markup(ET.tostring(root, encoding="unicode"))


def _tidy(element: ET.Element, place: str) -> None:
    element.tag = element.tag.rpartition("}")[2]
    kept = {
        name.rpartition("}")[2]: _own(name.rpartition("}")[2], value, place)
        for name, value in element.attrib.items()
        if not _leads_out(name.rpartition("}")[2], value)
    }
    element.attrib.clear()
    element.attrib.update(kept)
    if element.tag == "style" and element.text:
        element.text = _RULE.sub(
            lambda rule: (
                ",".join(f"#{place} {one.strip()}" for one in rule[1].split(",")) + f"{{{rule[2]}}}"
            ),
            element.text,
        )
    for child in list(element):
        if not isinstance(child.tag, str) or child.tag.rpartition("}")[2] in _DROPPED:
            element.remove(child)
        else:
            _tidy(child, place)


def _leads_out(name: str, value: str) -> bool:
    """Return whether an attribute acts, or asks for something outside the page."""
    return name.startswith("on") or (name == "href" and not value.startswith(("#", "data:")))


def _own(name: str, value: str, place: str) -> str:
    """Return an attribute's value with the names in it made the figure's own."""
    if name == "id":
        return f"{place}-{value}"
    if name == "href" and value.startswith("#"):
        return f"#{place}-{value[1:]}"
    return _POINTED.sub(rf"url(#{place}-\1)", value)
