"""Finished pages that ask nothing of the network.

Folium names its scripts and style sheets by addresses on the internet. The finished page is
rewritten against ``maps/manifest.toml``: each address becomes a file of ours, either on our own
server or inside the page. An address the manifest does not know is refused, so that no page with a
foreign request can leave the house.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from html import escape
from pathlib import Path

from branca.element import CssLink, Element, Figure, JavascriptLink
from folium import Map
from folium.elements import ElementAddToElement

from geo_planner.errors import NotKnownError
from maps import ASSETS
from maps.canvas import descendants
from maps.inlining import (
    cjk_faces,
    default_marker_script,
    inline_icon_font,
    inline_urls,
    safe_script,
    served_faces,
)
from maps.text import normalise_language

MANIFEST = Path(__file__).parent / "manifest.toml"
_LINK = re.compile(
    r'<script src="(?P<script>[^"]+)"></script>'
    r'|<link rel="stylesheet" href="(?P<sheet>[^"]+)"\s*/?>'
)
_ICON_SHEET = "awesome_markers_font_css"


def render_html(
    planner_map: Map, *, self_contained: bool = True, static_url: str = "/static/"
) -> str:
    """Return the page of a map.

    Parameters
    ----------
    planner_map
        A :class:`maps.PlannerMap`, or any Folium map.
    self_contained
        Whether scripts, styles, typeface and pictures stand inside the page, so that it is one file
        to mail and open; else they are asked of ``static_url``.
    static_url
        Where the server mounts ``maps.ASSETS``.

    Returns
    -------
    str
        The same bytes for the same map.

    Raises
    ------
    NotKnownError
        If something on the map needs a browser file that the manifest does not list.
    """
    root = figure_of(planner_map)
    number_elements(planner_map)
    html: str = root.render()
    names = {
        link.url: name
        for name, link in root.header._children.items()  # noqa: SLF001 - branca has no reader
        if isinstance(link, (JavascriptLink, CssLink))
    }
    say = getattr(planner_map, "say", None)
    language = normalise_language(getattr(say, "language", None))
    pieces: list[str] = []
    end = 0
    for link in _LINK.finditer(html):
        pieces.append(html[end : link.start()])
        url = link["script"] or link["sheet"]
        path = asset_path(names.get(url, url), language=language)
        script = link["script"] is not None
        if self_contained:
            pieces.append(_inlined(path, html, script=script))
        else:
            address = escape(f"{static_url.rstrip('/')}/{path}")
            pieces.append(
                f'<script src="{address}"></script>'
                if script
                else f'<link rel="stylesheet" href="{address}">'
            )
        end = link.end()
    pieces.append(html[end:])
    page = "".join(pieces)
    faces = cjk_faces(html) if self_contained else served_faces(static_url)
    page = page.replace("</head>", f"<style>{faces}</style>\n</head>", 1)
    return page.replace("<html>", f'<html lang="{language}">', 1)


def figure_of(planner_map: Map) -> Figure:
    """Return the page a map stands on."""
    root = planner_map.get_root()
    if not isinstance(root, Figure):
        message = "the map stands on no figure"
        raise TypeError(message)
    return root


def asset_path(name: str, *, language: str) -> str:
    """Return the file behind a name that Folium gives a script or style sheet."""
    known = _paths()
    for key in ((name, language), (name, "")):
        if key in known:
            return known[key]
    raise NotKnownError.among("browser file", name, sorted({one for one, _ in known}))


@cache
def _paths() -> Mapping[tuple[str, str], str]:
    rows = tomllib.loads(MANIFEST.read_text(encoding="utf-8"))["file"]
    return {
        (name, row.get("language", "")): row["path"]
        for row in rows
        for name in row.get("names", ())
    }


def _inlined(path: str, html: str, *, script: bool) -> str:
    """Return a file's text as an element of the page."""
    file = ASSETS / path
    text = file.read_text(encoding="utf-8")
    if script:
        element = f"<script>{safe_script(text)}</script>"
        if path == asset_path("leaflet", language=""):
            element += default_marker_script(file.parent / "images")
        return element
    if path == asset_path(_ICON_SHEET, language=""):
        return f"<style>{inline_icon_font(text, file, html)}</style>"
    return f"<style>{inline_urls(text, file)}</style>"


def number_elements(planner_map: Map) -> None:
    """Give every element a number in the order it was added, in place of its random id.

    What an earlier rendering left behind is taken away first.
    """
    root = figure_of(planner_map)
    for part in (root.header, root.html, root.script):
        for name in list(part._children):  # noqa: SLF001
            if name != "meta_http":
                del part._children[name]  # noqa: SLF001
    _forget_additions(planner_map)
    for number, element in enumerate([root, planner_map, *descendants(planner_map)]):
        element._id = f"{number:04d}"  # noqa: SLF001
    for parent in [root, planner_map, *descendants(planner_map)]:
        children = [
            (child.get_name() if _is_numbered(name, child) else name, child)
            for name, child in parent._children.items()  # noqa: SLF001
        ]
        parent._children.clear()  # noqa: SLF001
        parent._children.update(children)  # noqa: SLF001


def _forget_additions(element: Element) -> None:
    """Remove the statements that layers add to themselves each time they are rendered."""
    for name, child in list(element._children.items()):  # noqa: SLF001
        if isinstance(child, ElementAddToElement):
            del element._children[name]  # noqa: SLF001
        else:
            _forget_additions(child)


def _is_numbered(name: str, child: Element) -> bool:
    """Return whether a child goes by its own generated name (not by one that was chosen)."""
    prefix = child.get_name().rpartition("_")[0]
    return re.fullmatch(rf"{re.escape(prefix)}_([0-9a-f]{{32}}|\d{{4,}})", name) is not None
