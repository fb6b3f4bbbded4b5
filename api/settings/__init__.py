"""Settings: the only place that reads the environment.

``Settings`` is brought in on first use, because its library takes longer to import than
``geo-planner --help`` may take in all.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from api.languages import as_language
from geo_planner.catalogue import Language

if TYPE_CHECKING:
    from api.settings.server import Settings

__all__ = ["Settings", "language_of_environment"]


def language_of_environment() -> Language | None:
    """Return the language that ``GEO_PLANNER_LANG`` asks for, if it names one."""
    return as_language(os.environ.get("GEO_PLANNER_LANG"))


def __getattr__(name: str) -> Any:  # noqa: ANN401 - the signature of PEP 562
    if name == "Settings":
        from api.settings.server import Settings  # noqa: PLC0415 - see the top of this file

        return Settings
    raise AttributeError(name)
