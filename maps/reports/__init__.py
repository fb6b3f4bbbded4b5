"""Documents and workbooks for offices: made in memory, with the same bytes every time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from maps.reports.content import Report

DocumentForm = Literal["docx", "xlsx", "pdf", "html"]

MEDIA_TYPES: Mapping[DocumentForm, str] = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
    "html": "text/html; charset=utf-8",
}
"""Forms a report is written in, by the ending of the file."""


def write_report(
    report: Report, form: DocumentForm, *, template: Path | bytes | None = None
) -> bytes:
    """Return a report as a document: equal bytes for an equal report.

    Parameters
    ----------
    template
        An office's own Word template (docx only); ours if None.
    """
    writers: Mapping[DocumentForm, Callable[[], bytes]] = {
        "docx": lambda: _word(report, template),
        "xlsx": lambda: _excel(report),
        "pdf": lambda: _pdf(report),
        "html": lambda: _page(report),
    }
    return writers[form]()


def _word(report: Report, template: Path | bytes | None) -> bytes:
    from maps.reports.word import write_word  # noqa: PLC0415 - heavy

    return write_word(report, template)


def _excel(report: Report) -> bytes:
    from maps.reports.excel import write_workbook  # noqa: PLC0415 - heavy

    return write_workbook(report)


def _pdf(report: Report) -> bytes:
    from maps.reports.pdf import write_pdf  # noqa: PLC0415 - heavy

    return write_pdf(report)


def _page(report: Report) -> bytes:
    from maps.reports.page import write_page  # noqa: PLC0415 - heavy

    return write_page(report).encode("utf-8")
