"""Errors of an office's own Word template: what is wrong with it, and near which words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from geo_planner.errors import DataError
from geo_planner.notes import Note, msgid


class WordTemplateError(DataError):
    """An office's own Word template cannot be used."""

    code = "word-template"


@dataclass(eq=False)
class NotWordError(WordTemplateError):
    """The file is not a Word document that can be filled in."""

    code = "word-template-file"
    template = msgid("The template is not a Word document (.docx): {reason}.")
    reason: Note


@dataclass(eq=False)
class TemplateNamesError(WordTemplateError):
    """A template asks for names that a report does not have."""

    code = "word-template-names"
    template = msgid("The template asks for what a report does not have: {names}. Near: {near}.")
    names: Sequence[str]
    near: Sequence[str]


@dataclass(eq=False)
class TemplateFaultError(WordTemplateError):
    """A tag of a template cannot be read or filled in."""

    code = "word-template-fault"
    template = msgid("The template is wrong near “{place}”: {fault}.")
    place: str
    fault: str


@dataclass(eq=False)
class TemplateForbiddenError(WordTemplateError):
    """A tag of a template tries to do what templates may not."""

    code = "word-template-forbidden"
    template = msgid(
        "Near “{place}” the template does more than a template may: it may print the values of a "
        "report, loop over them and choose between them ({fault})."
    )
    place: str
    fault: str
