"""Sentences that travel as data: a code, an English template and its parameters.

The head never translates. It hands out notes and errors whose ``template`` is the message id of
the gettext catalogue, so that a door can print the same sentence in the reader's language.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any


def msgid(text: str) -> str:
    """Mark ``text`` for the gettext catalogue and return it unchanged."""
    return text


def row_list(rows: Iterable[int]) -> str:
    """Return row numbers as a clerk reads them, every one named: ``2-5, 14, 87``."""
    ordered = sorted(set(rows))
    runs: list[tuple[int, int]] = []
    for row in ordered:
        if runs and row == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], row)
        else:
            runs.append((row, row))
    return ", ".join(str(low) if low == high else f"{low}-{high}" for low, high in runs)


def printable(value: Any) -> Any:  # noqa: ANN401 - a parameter of a sentence may be anything
    """Return a parameter as it stands inside a sentence: whole-number tuples become row lists."""
    if isinstance(value, (tuple, list, set, frozenset)):
        items = list(value)
        if items and all(isinstance(item, int) and not isinstance(item, bool) for item in items):
            return row_list(items)
        return ", ".join(str(item) for item in items)
    return value


def fill(template: str, params: Mapping[str, Any]) -> str:
    """Return ``template`` with its parameters put in, lists and row numbers made readable."""
    return template.format(**{name: printable(value) for name, value in params.items()})


@dataclass(frozen=True, slots=True)
class Note:
    """A caveat that stands with a result: what was left out, assumed or looks wrong.

    Attributes
    ----------
    code
        Stable kebab-case name, for programs.
    template
        English sentence with ``{named}`` parameters; the gettext message id.
    params
        Values of the parameters; tuples of whole numbers are spreadsheet rows.
    """

    code: str
    template: str
    params: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        """Return the English sentence."""
        return fill(self.template, self.params)
