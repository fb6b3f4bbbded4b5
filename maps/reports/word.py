"""A report as a Word document: our own layout, or an office's own template filled in."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geo_planner.report_errors import NotWordError
from maps.reports.content import Block
from maps.reports.steady import steady_zip

if TYPE_CHECKING:
    from maps.reports.content import Report

MOST_BYTES = 100_000_000
"""Size of a template at the most, unpacked."""

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
        If the template is not a .docx file.
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
            size = sum(one.file_size for one in packed.infolist())
        if size > MOST_BYTES:
            raise NotWordError(f"{size:,} bytes unpacked, more than {MOST_BYTES:,}")
        document = Document(io.BytesIO(content))
        _ = document.element.body.sectPr, document.styles.element, document.settings.element
    except (OSError, zipfile.BadZipFile, OpcError, SyntaxError, KeyError, ValueError) as error:
        raise NotWordError(str(error).strip("'\"") or type(error).__name__) from error
    return document
