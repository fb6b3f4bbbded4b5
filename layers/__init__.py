"""Files in: reading, checking and keeping an office's layers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from geo_planner.project import Project
    from layers.store import Store

__all__ = ["Store", "demo_project", "open_project"]


def open_project(path: Path | str) -> Project:
    """Return the project that is stored in a folder.

    Raises
    ------
    DamagedError, NewerFormatError
        If the folder does not hold a project this version can read.
    """
    from layers.store import Store  # noqa: PLC0415 - heavy

    return Store(path).project()


def demo_project() -> Project:
    """Return the demonstration project, built from the office files that come with the product."""
    from layers.demo import demo_project as build  # noqa: PLC0415 - heavy

    return build()


def __getattr__(name: str) -> Any:  # noqa: ANN401 - a module attribute may be anything
    if name == "Store":
        from layers.store import Store  # noqa: PLC0415 - heavy

        return Store
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
