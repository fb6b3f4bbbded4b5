"""What goes out: maps, figures and the sentences on them.

Importing the package is cheap; what draws is loaded when it is first asked for.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from maps.canvas import PlannerMap
    from maps.drawing import draw_map
    from maps.rendering import render_html

__all__ = ["ASSETS", "PlannerMap", "draw_map", "render_html"]

ASSETS = Path(__file__).parent / "assets"
"""Folder of the browser files the build brought; a server mounts it, pages name files below it."""

_PLACES = {"PlannerMap": "canvas", "draw_map": "drawing", "render_html": "rendering"}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - a module attribute may be anything
    """Load a drawing function on first use."""
    if name not in _PLACES:
        message = f"module 'maps' has no attribute '{name}'"
        raise AttributeError(message)
    from importlib import import_module  # noqa: PLC0415 - only where needed

    return getattr(import_module(f"maps.{_PLACES[name]}"), name)
