"""Small SVG pictures of states and kinds: on points of the map, in its legend and in lists."""

from __future__ import annotations

import math
from collections.abc import Sequence

from maps.palette import StateStyle

HATCH = "planner-hatch"
DOTS = "planner-dots"
"""Ids of the patterns that ``PATTERNS`` defines once a page."""

PATTERNS = (
    '<svg width="0" height="0" style="position:absolute" aria-hidden="true"><defs>'
    f'<pattern id="{HATCH}" width="7" height="7" patternUnits="userSpaceOnUse" '
    'patternTransform="rotate(45)"><rect width="7" height="7" fill="#e4e7ea"/>'
    '<rect width="2.5" height="7" fill="#7b8794"/></pattern>'
    f'<pattern id="{DOTS}" width="6" height="6" patternUnits="userSpaceOnUse">'
    '<rect width="6" height="6" fill="#fff"/><circle cx="3" cy="3" r="1" fill="#8894a0"/></pattern>'
    "</defs></svg>"
)

_FILLS = {"hatched": f"url(#{HATCH})", "dotted": f"url(#{DOTS})"}


def area_fill(style: StateStyle) -> str:
    """Return the fill of an area: a colour, or the pattern that says the same without colour."""
    return _FILLS.get(style.pattern, style.fill)


def point_symbol(shape: str, fill: str, line: str, *, size: int = 18, mark: str = "") -> str:
    """Return a point symbol as SVG; ``mark`` is a character drawn on it.

    Parameters
    ----------
    shape
        ``circle``, ``ring``, ``square``, ``diamond``, ``triangle``, ``pentagon`` or ``hexagon``.
    fill, line
        Colours of inside and outline; a white halo keeps the symbol legible on any ground.
    size
        Width and height in pixels.
    """
    text = (
        f'<text x="10" y="14" text-anchor="middle" font-size="11" font-weight="700" '
        f'fill="#1f2933">{mark}</text>'
        if mark
        else ""
    )
    return (
        f'<svg viewBox="0 0 20 20" width="{size}" height="{size}" aria-hidden="true">'
        f'<g fill="{fill}" stroke="#fff" stroke-width="4" stroke-linejoin="round">'
        f"{_body(shape)}</g>"
        f'<g fill="{fill}" stroke="{line}" stroke-width="1.6" stroke-linejoin="round">'
        f"{_body(shape)}</g>{text}</svg>"
    )


def state_symbol(style: StateStyle, *, size: int = 18) -> str:
    """Return the point symbol of a state; unknown carries a question mark as well."""
    mark = "?" if style.pattern == "hatched" else ""
    fill = "#e4e7ea" if mark else style.fill
    return point_symbol(style.shape, fill, style.line, size=size, mark=mark)


def area_swatch(fill: str, line: str) -> str:
    """Return the legend picture of an area."""
    return (
        '<svg viewBox="0 0 24 16" width="24" height="16" aria-hidden="true">'
        f'<rect x="1" y="1" width="22" height="14" rx="2" fill="{fill}" fill-opacity="0.75" '
        f'stroke="{line}" stroke-width="1.5"/></svg>'
    )


def line_swatch(colour: str, *, width: float = 2.5, dashes: str = "") -> str:
    """Return the legend picture of a line."""
    return (
        '<svg viewBox="0 0 24 16" width="24" height="16" aria-hidden="true">'
        f'<path d="M1 11 8 6l7 4 8-6" fill="none" stroke="{colour}" stroke-width="{width}" '
        f'stroke-dasharray="{dashes}" stroke-linejoin="round"/></svg>'
    )


def stroke_swatch(strokes: Sequence[tuple[str, float, str]]) -> str:
    """Return the legend picture of lines drawn one above the other: colour, width and dashes."""
    paths = "".join(
        f'<path d="M0 8h24" fill="none" stroke="{colour}" stroke-width="{width}" '
        f'stroke-dasharray="{dashes}"/>'
        for colour, width, dashes in strokes
    )
    return f'<svg viewBox="0 0 24 16" width="24" height="16" aria-hidden="true">{paths}</svg>'


def site_symbol(number: str) -> str:
    """Return the pin of a proposed site with its place in the build order."""
    return (
        '<svg viewBox="0 0 30 36" width="30" height="36" aria-hidden="true">'
        '<path d="M15 35C13 29 3 23 3 14a12 12 0 0 1 24 0c0 9-10 15-12 21Z" fill="#f0e442" '
        'stroke="#1f2933" stroke-width="1.8" stroke-linejoin="round"/>'
        f'<text x="15" y="19" text-anchor="middle" font-size="{13 if len(number) < 3 else 10}" '
        f'font-weight="700" fill="#1f2933">{number}</text></svg>'
    )


def bridge_symbol() -> str:
    """Return the picture of a place where a barrier can be crossed."""
    return (
        '<svg viewBox="0 0 18 18" width="18" height="18" aria-hidden="true">'
        '<rect x="1" y="1" width="16" height="16" rx="3" fill="#fff" stroke="#1f2933" '
        'stroke-width="1.4"/><path d="M5 3.5C7 5.5 7 12.5 5 14.5M13 3.5C11 5.5 11 12.5 13 14.5" '
        'fill="none" stroke="#1f2933" stroke-width="1.8"/></svg>'
    )


def _body(shape: str) -> str:
    if shape == "circle":
        return '<circle cx="10" cy="10" r="6.5"/>'
    if shape == "ring":
        return '<circle cx="10" cy="10" r="5"/>'
    if shape == "square":
        return '<rect x="3.5" y="3.5" width="13" height="13" rx="1.5"/>'
    corners = {"diamond": 4, "triangle": 3, "pentagon": 5, "hexagon": 6}[shape]
    radius = 8.2 if corners < 5 else 7.5
    points = (
        (
            10 + radius * math.sin(2 * math.pi * step / corners),
            10 - radius * math.cos(2 * math.pi * step / corners),
        )
        for step in range(corners)
    )
    return f'<polygon points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in points)}"/>'
