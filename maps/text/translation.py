"""Translators: gettext catalogues, with the parameters of a sentence put in the reader's way."""

from __future__ import annotations

import gettext
from collections.abc import Mapping
from functools import cached_property, lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

from geo_planner.catalogue import Label, Language
from geo_planner.counts import COUNT_LABELS
from geo_planner.errors import CatalogueError, GeoPlannerError, RefusedFileError
from geo_planner.notes import Note, fill, printable
from geo_planner.tables import BARRIER_COLUMNS, CANDIDATE_COLUMNS, COLUMNS
from maps.text.words import MEASURE_WORDS, STATUS_WORDS, WORDS

LANGUAGES: tuple[Language, ...] = ("zh-CN", "en")
DEFAULT_LANGUAGE: Language = "zh-CN"
DOMAIN = "geo_planner"
FOLDER = Path(__file__).parent

_LOCALES: Mapping[Language, str] = {"zh-CN": "zh_CN"}
"""Languages with a catalogue; English needs none, its sentences are the message ids."""

_TRANSLATED_PARAMS = frozenset(
    {"what", "reason", "layer", "kind", "likely", "direction", "fault", "asked"}
)
"""Parameters whose value may itself be a message id."""

_COLUMN_WORDS = {
    **COUNT_LABELS,
    **{column.name: Label(column.zh, column.en) for table in COLUMNS.values() for column in table},
}
_COLUMN_WORDS_OF: Mapping[str, Mapping[str, Label]] = {
    "barriers": {column.name: Label(column.zh, column.en) for column in BARRIER_COLUMNS},
    "candidates": {column.name: Label(column.zh, column.en) for column in CANDIDATE_COLUMNS},
}
"""Words of columns whose name means something else in another layer."""

_COLUMN_PARAMS = frozenset({"column", "part", "whole", "first", "last"})


def normalise_language(name: str | None) -> Language:
    """Return the language a tag such as ``zh``, ``zh_CN``, ``zh-Hans-CN`` or ``en-GB`` stands for.

    Unknown and missing tags give the default. Written by hand because Babel's negotiation sends
    ``zh-CN`` to English.
    """
    primary = (name or "").replace("_", "-").split(".")[0].split("-")[0].strip().lower()
    return "en" if primary == "en" else DEFAULT_LANGUAGE


def translator(language: str | None = None) -> Translator:
    """Return the translator of ``language`` (any tag; default Chinese)."""
    return Translator(normalise_language(language))


class Translator:
    """Says sentences in one language.

    A translator may be called like gettext's ``_``: ``_("Legend")``.
    """

    def __init__(self, language: Language) -> None:
        self.language = language

    @cached_property
    def catalogue(self) -> gettext.NullTranslations:
        """The gettext catalogue as it is on disk when first asked."""
        locale = _LOCALES.get(self.language)
        if locale is None:
            return gettext.NullTranslations()
        source = FOLDER / locale / "LC_MESSAGES" / f"{DOMAIN}.po"
        return _load(source, *_ages(source))

    def __call__(self, msgid: str, /, **params: Any) -> str:  # noqa: ANN401 - parameters of a sentence
        """Return the sentence ``msgid`` with its parameters put in."""
        return self._filled(self.catalogue.gettext(msgid), params)

    def text(self, msgid: str, /, **params: Any) -> str:  # noqa: ANN401 - parameters of a sentence
        """Return the sentence ``msgid`` with its parameters put in."""
        return self(msgid, **params)

    def plural(self, one: str, many: str, number: int, **params: Any) -> str:  # noqa: ANN401
        """Return the sentence for ``number`` things; ``{number}`` stands for it."""
        sentence = self.catalogue.ngettext(one, many, number)
        return self._filled(sentence, {"number": number, **params})

    def label(self, label: Label) -> str:
        """Return a label of a catalogue row."""
        return label.in_(self.language)

    def status(self, status: str) -> str:
        """Return the word for a verdict such as ``not_met``."""
        return self(STATUS_WORDS.get(status, status))

    def note(self, note: Note) -> str:
        """Return a caveat as a sentence."""
        return self(note.template, **note.params)

    def error(self, error: BaseException) -> str:
        """Return an error as a sentence; a refused file or catalogue as a line a fault."""
        if isinstance(error, RefusedFileError):
            head = self(error.template, file=error.file)
            return "\n".join([head, *(f"- {self.error(fault)}" for fault in error.faults)])
        if isinstance(error, CatalogueError):
            lines = "\n".join(f"- {self._said('', fault)}" for fault in error.faults)
            return self(error.template, lines=lines)
        if isinstance(error, GeoPlannerError):
            return self(error.template, **error.params)
        return str(error)

    def _filled(self, sentence: str, params: Mapping[str, Any]) -> str:
        if not params:
            return sentence
        layer = str(params.get("layer", ""))
        said = {
            name: self._column(value, layer)
            if isinstance(value, str) and name in _COLUMN_PARAMS
            else self._said(name, value)
            for name, value in params.items()
        }
        return fill(sentence, said)

    def _said(self, name: str, value: Any) -> Any:  # noqa: ANN401 - a parameter may be anything
        """Return a parameter as it reads in this language."""
        if isinstance(value, Label):
            return self.label(value)
        if isinstance(value, Note):
            return self.note(value)
        if isinstance(value, GeoPlannerError):
            return self.error(value)
        if isinstance(value, (list, tuple, set, frozenset)):
            if name == "choices":
                value = [self.catalogue.gettext(str(one)) for one in value]
            return self._list([self._said("", one) for one in value])
        if isinstance(value, str) and name == "measure" and value in MEASURE_WORDS:
            word = MEASURE_WORDS[value]
            return self.catalogue.gettext(word) if word else word
        if isinstance(value, str) and name in _TRANSLATED_PARAMS:
            return self.catalogue.gettext(WORDS.get(value, value)) if value else value
        return value

    def _list(self, values: list[Any] | tuple[Any, ...] | set[Any] | frozenset[Any]) -> str:
        text = str(printable(values))
        return text.replace(", ", "、") if self.language == "zh-CN" else text

    def _column(self, name: str, layer: str) -> str:
        """Return a column as a clerk knows it, with the canonical name beside it."""
        word = _COLUMN_WORDS_OF.get(layer, {}).get(name) or _COLUMN_WORDS.get(name)
        return name if self.language == "en" or word is None else f"{word.zh} {name}"


def _ages(source: Path) -> tuple[float, float]:
    """Return when the source and its compiled twin were last written (0 where there is none)."""
    compiled = source.with_suffix(".mo")
    return (
        source.stat().st_mtime if source.is_file() else 0.0,
        compiled.stat().st_mtime if compiled.is_file() else 0.0,
    )


@lru_cache(maxsize=4)
def _load(source: Path, written: float, compiled: float) -> gettext.NullTranslations:
    """Return the compiled catalogue, or one made of the source where that is newer."""
    if compiled >= written and compiled:
        with source.with_suffix(".mo").open("rb") as stream:
            return gettext.GNUTranslations(stream)
    from babel.messages.mofile import write_mo  # noqa: PLC0415 - only where needed
    from babel.messages.pofile import read_po  # noqa: PLC0415 - only where needed

    made = BytesIO()
    with source.open("rb") as text:
        write_mo(made, read_po(text))
    made.seek(0)
    return gettext.GNUTranslations(made)
