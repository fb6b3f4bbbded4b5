"""Sentences that are kept with a run and said when somebody asks, in that reader's language.

A caveat or an error is kept as its code, template and parameters, never as a sentence.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from api.shown import plain
from geo_planner.catalogue import Label
from geo_planner.errors import GeoPlannerError
from geo_planner.notes import Note
from maps.text import Translator

NOTE = frozenset({"code", "template", "params"})


def kept(value: Any) -> Any:  # noqa: ANN401 - any result of a computation
    """Return a result as JSON values; notes, labels and errors stay what they are."""
    if isinstance(value, (Note, GeoPlannerError)):
        return {"code": value.code, "template": value.template, "params": kept(value.params)}
    if isinstance(value, Label):
        return {"zh": value.zh, "en": value.en}
    if isinstance(value, Mapping):
        return {str(name): kept(one) for name, one in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [kept(one) for one in value]
    return plain(value)


def kept_error(error: GeoPlannerError, status: int) -> dict[str, Any]:
    """Return an error, its HTTP status and every fault it holds, as JSON values."""
    held = [one for one in getattr(error, "faults", ()) if isinstance(one, GeoPlannerError)]
    if not held and "rows" in error.params:
        held = [error]
    params = {name: value for name, value in error.params.items() if name != "faults"}
    return {**kept(error), "params": kept(params), "status": status, "faults": kept(held)}


def said(value: Any, translator: Translator) -> Any:  # noqa: ANN401 - any JSON value
    """Return a kept result with every note as programs get them: code, sentence, parameters."""
    if isinstance(value, list):
        return [said(one, translator) for one in value]
    if not isinstance(value, dict):
        return value
    if value.keys() == NOTE:
        note = note_of(value)
        return {"code": note.code, "text": translator.note(note), "params": plain(note.params)}
    return {name: said(one, translator) for name, one in value.items()}


def note_of(value: Mapping[str, Any]) -> Note:
    """Return the note that was kept."""
    params = {name: _restored(one) for name, one in value["params"].items()}
    return Note(value["code"], value["template"], params)


def _restored(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    if isinstance(value, dict) and value.keys() == NOTE:
        return note_of(value)
    if isinstance(value, dict) and value.keys() == {"zh", "en"}:
        return Label(**value)
    return [_restored(one) for one in value] if isinstance(value, list) else value
