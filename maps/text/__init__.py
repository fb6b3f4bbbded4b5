"""Every sentence a person reads, in the reader's language.

Message ids are the English sentences themselves; ``zh_CN/LC_MESSAGES/geo_planner.po`` holds the
Chinese ones.
"""

from geo_planner.catalogue import Language
from maps.text.translation import (
    DEFAULT_LANGUAGE,
    LANGUAGES,
    Translator,
    normalise_language,
    translator,
)

__all__ = [
    "DEFAULT_LANGUAGE",
    "LANGUAGES",
    "Language",
    "Translator",
    "normalise_language",
    "translator",
]
