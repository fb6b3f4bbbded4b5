"""Errors of finished documents: what of a report cannot be set on paper or on a page."""

from __future__ import annotations

from dataclasses import dataclass

from geo_planner.errors import GeoPlannerError
from geo_planner.notes import msgid


class DocumentError(GeoPlannerError):
    """A report cannot be made into a document."""

    code = "document"


@dataclass(eq=False)
class FigureMissingError(DocumentError):
    """A figure of the report could not be drawn, or what was drawn is no picture."""

    code = "document-figure"
    template = msgid("“{caption}” of the report could not be drawn: {fault}.")
    caption: str
    fault: str


@dataclass(eq=False)
class TypesettingError(DocumentError):
    """The typesetter refused the report."""

    code = "document-typesetting"
    template = msgid("The report could not be set as PDF: {fault}.")
    fault: str
