"""Which of the two languages a person reads."""

from __future__ import annotations

from collections.abc import Sequence

from geo_planner.catalogue import Language

DEFAULT: Language = "zh-CN"


def as_language(text: str | None) -> Language | None:
    """Return the language a tag such as ``zh``, ``zh_CN``, ``zh-Hans-CN`` or ``en-GB`` means.

    Written by hand because Babel's negotiation sends ``zh-CN`` to English where a catalogue is
    named ``zh_Hans_CN``.
    """
    primary = (text or "").strip().replace("_", "-").split(".")[0].split("-")[0].lower()
    if primary == "zh":
        return "zh-CN"
    return "en" if primary == "en" else None


def accepted_language(header: str | None) -> Language | None:
    """Return the language an ``Accept-Language`` header likes best, None where it names neither."""
    wishes: list[tuple[float, int, Language]] = []
    for place, part in enumerate((header or "").split(",")):
        tag, _, parameters = part.partition(";")
        language = as_language(tag)
        weight = _weight(parameters)
        if language is not None and weight > 0:
            wishes.append((-weight, place, language))
    return min(wishes)[2] if wishes else None


def _weight(parameters: str) -> float:
    """Return the q value of one part of the header; an unreadable one counts as unwanted."""
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "q":
            try:
                return float(value)
            except ValueError:
                return 0.0
    return 1.0


def language_in(arguments: Sequence[str]) -> Language | None:
    """Return the language of the last ``--lang X`` or ``--lang=X`` among command-line words."""
    found: Language | None = None
    for place, word in enumerate(arguments):
        if word == "--lang" and place + 1 < len(arguments):
            found = as_language(arguments[place + 1]) or found
        elif word.startswith("--lang="):
            found = as_language(word.removeprefix("--lang=")) or found
    return found
