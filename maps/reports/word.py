"""A report as a Word document: our own layout, or an office's own template filled in."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geo_planner.notes import Note, msgid
from geo_planner.report_errors import NotWordError
from maps.reports.content import Block
from maps.reports.steady import steady_zip

if TYPE_CHECKING:
    from maps.reports.content import Report

MOST_BYTES = 100_000_000
"""Size of a template at the most, unpacked."""

_NO_ZIP = msgid("it cannot be opened as a .docx file")
_SWELLS = msgid("it is {size} bytes unpacked, at most {limit} are allowed")
_MACROS = msgid("it holds macros: save it as a .docx file without them")
_DAMAGED = msgid("its parts are damaged or are those of another kind of document")
_TIE = "/attachedTemplate"

_BLANKED = ("title", "author", "subject", "comments", "identifier", "keywords", "language")


def write_word(report: Report, template: Path | bytes | None = None) -> bytes:
    """Return a report as a .docx file: the same bytes for the same report and template.

    Parameters
    ----------
    template
        An office's own Word template, as a file or its content; ours if None. What it may print is
        told in :mod:`maps.reports.word_context`. It can do nothing but print.

    Raises
    ------
    NotWordError
        If the template is not a .docx file, or one with macros.
    TemplateNamesError, TemplateFaultError, TemplateForbiddenError
        If a tag in it is wrong or does what it may not.
    """
    from maps.reports.word_blocks import FULL_TABLE, BlockWriter  # noqa: PLC0415 - heavy
    from maps.reports.word_context import TOC_MARK, template_context  # noqa: PLC0415
    from maps.reports.word_finish import finish  # noqa: PLC0415
    from maps.reports.word_sandbox import OfficeTemplate, TemplateSandbox  # noqa: PLC0415
    from maps.reports.word_styles import Styles  # noqa: PLC0415
    from maps.reports.word_template import default_template  # noqa: PLC0415

    document = _opened(default_template(report.language) if template is None else template)
    for name in _BLANKED:  # docxtpl would fill in tags there, and escape them twice
        setattr(document.core_properties, name, "")
    styles = Styles(document, report.say)
    writer = BlockWriter(document, styles, report.say, linked=report.table(FULL_TABLE) is not None)
    kept: dict[int, str] = {}

    def write(block: Block) -> str:
        if id(block) not in kept:
            kept[id(block)] = writer.write(block)
        return kept[id(block)]

    filled = OfficeTemplate(document, TemplateSandbox())
    filled.fill(template_context(report, write, lambda: writer.paragraph("toc 1", TOC_MARK)))
    finish(document, styles, report)
    made = io.BytesIO()
    document.save(made)
    return steady_zip(made.getvalue())


def _opened(template: Path | bytes) -> Any:  # noqa: ANN401 - python-docx has no types
    """Return a template as a document of python-docx."""
    from docx import Document  # noqa: PLC0415
    from docx.opc.exceptions import OpcError  # noqa: PLC0415

    try:
        content = template if isinstance(template, bytes) else template.read_bytes()
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            names = packed.namelist()
            size = sum(one.file_size for one in packed.infolist())
    except (OSError, zipfile.BadZipFile) as error:
        raise NotWordError(Note("no-zip", _NO_ZIP)) from error
    if size > MOST_BYTES:
        raise NotWordError(Note("swells", _SWELLS, {"size": size, "limit": MOST_BYTES}))
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise NotWordError(Note("macros", _MACROS))
    if len(set(names)) < len(names):
        raise NotWordError(Note("damaged", _DAMAGED))
    try:
        document = Document(io.BytesIO(content))
        _ = (
            document.element.body.sectPr,
            document.styles.element.style_lst,
            document.settings.element,
        )
    except (OSError, OpcError, SyntaxError, KeyError, ValueError, AttributeError) as error:
        # What python-docx says is for programmers, and names places in memory.
        raise NotWordError(Note("damaged", _DAMAGED)) from error
    _leave_own_template(document)
    return document


def _leave_own_template(document: Any) -> None:  # noqa: ANN401 - python-docx has no types
    """Drop the tie to the .dotm a template was made from: Word would fetch it from there."""
    from docx.opc.constants import RELATIONSHIP_TYPE  # noqa: PLC0415
    from docx.oxml.ns import qn  # noqa: PLC0415

    settings = document.settings.element
    for tie in settings.findall(qn("w:attachedTemplate")):
        settings.remove(tie)
    for part in (document.part, document.part.part_related_by(RELATIONSHIP_TYPE.SETTINGS)):
        for key in [key for key, one in part.rels.items() if one.reltype.endswith(_TIE)]:
            del part.rels[key]
