"""The person at the command line: which language they read, settled once a project is known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from api.languages import DEFAULT, as_language
from geo_planner.catalogue import Language

if TYPE_CHECKING:
    from geo_planner.project import Project
    from maps.text import Translator


@dataclass
class Reader:
    """Who is answered.

    Attributes
    ----------
    asked
        The language of ``--lang`` or else of ``GEO_PLANNER_LANG``; None where neither says.
    project_language
        The language the project is kept in, once one is opened.
    """

    asked: Language | None = None
    project_language: Language | None = None

    @property
    def language(self) -> Language:
        """The language to answer in: as asked, else the project's, else Chinese."""
        return self.asked or self.project_language or DEFAULT

    @cached_property
    def _translators(self) -> dict[Language, Translator]:
        return {}

    @property
    def translator(self) -> Translator:
        """Sentences of that language."""
        from maps.text import translator  # noqa: PLC0415 - catalogues are read when first needed

        if self.language not in self._translators:
            self._translators[self.language] = translator(self.language)
        return self._translators[self.language]

    def text(self, text: str, /, **params: object) -> str:
        """Return the sentence of a message id, its parameters put in."""
        return self.translator.text(text, **params)

    def opens(self, folder: Path) -> None:
        """Take note of the language that a project folder names in its ``project.toml``."""
        self.project_language = stated_language(folder)


def stated_language(folder: Path) -> Language | None:
    """Return the ``language`` of a project folder's ``project.toml``, None where it says none."""
    import tomllib  # noqa: PLC0415 - kept out of --help

    try:
        stated = tomllib.loads((folder / "project.toml").read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return None
    return as_language(str(stated.get("language", "")))


def day_of(project: Project, asked: date | None) -> date:
    """Return the day results are given for: as asked, else the project's own, else today.

    The clock is read here, at the door, and nowhere below it.
    """
    return asked or project.reference_date or date.today()
