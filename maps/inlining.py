"""Scripts, style sheets, pictures and typefaces put inside a page.

Typefaces are cut down to the characters the page shows: the whole Chinese face would be two
megabytes, a page of a hundred units needs a twentieth of that.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from maps import ASSETS

FAMILY = "Planner Sans"
"""The Chinese face as the pages name it; behind the reader's own faces, which are hinted better."""

WEIGHTS = (400, 700)

_URL = re.compile(r"url\(\s*(['\"]?)([^'\")]+)\1\s*\)")
_FACE = re.compile(r"@font-face\{[^}]*\}")
_GLYPH = re.compile(r'([^{}]*)\{--fa:"\\([0-9a-f]+)"[^}]*\}')
_USED_ICON = re.compile(r'fa-([a-z0-9-]+)|"symbol":"([a-z0-9-]+)"')
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
_MEDIA = {
    ".png": "image/png",
    ".gif": "image/gif",
    ".svg": "image/svg+xml",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
    ".ttf": "font/ttf",
    ".eot": "application/vnd.ms-fontobject",
}
_ICON_FACES = (
    ("fa-solid-900.ttf", "Font Awesome 6 Free", 900, ()),
    ("fa-regular-400.ttf", "Font Awesome 6 Free", 400, ("fa-regular", "far ")),
    ("fa-brands-400.ttf", "Font Awesome 6 Brands", 400, ("fa-brands", "fab ")),
)
"""File, family, weight and the classes that ask for it; the first is always there."""


def safe_script(text: str) -> str:
    """Return a script that cannot end the element it stands in."""
    return re.sub(r"<(?=/script|!--)", r"\\x3c", text, flags=re.IGNORECASE)


def data_uri(file: Path) -> str:
    """Return a file as an address that holds it."""
    return _uri(file.read_bytes(), _MEDIA[file.suffix])


def inline_urls(sheet: str, file: Path) -> str:
    """Return a style sheet with every file it names inside it."""

    def inlined(match: re.Match[str]) -> str:
        address = match[2]
        if address.startswith(("#", "data:")):
            return match[0]
        place = re.split(r"[?#]", address, maxsplit=1)[0]
        return f'url("{data_uri((file.parent / place).resolve())}")'

    return _URL.sub(inlined, sheet)


def inline_icon_font(sheet: str, file: Path, html: str) -> str:
    """Return Font Awesome with the icons the page uses, and no others."""
    used = {first or second for first, second in _USED_ICON.findall(html)}
    points: set[int] = set()

    def kept(match: re.Match[str]) -> str:
        names = {name.removeprefix(".fa-") for name in match[1].split(",")}
        if names.isdisjoint(used):
            return ""
        points.add(int(match[2], 16))
        return match[0]

    rules = _GLYPH.sub(kept, _FACE.sub("", sheet))
    folder = file.parent.parent / "webfonts"
    faces = [
        font_face(family, weight, _uri(cut(folder / name, frozenset(points)), "font/woff"))
        for name, family, weight, classes in _ICON_FACES
        if not classes or any(one in html for one in classes)
    ]
    return "".join(faces) + rules


def cjk_faces(html: str) -> str:
    """Return the Chinese face with the characters that the page holds, escaped ones too."""
    escaped = {int(code, 16) for code in _ESCAPED.findall(html)}
    points = frozenset(set(map(ord, html)) | escaped | set(range(0x20, 0x7F)))
    return "".join(
        font_face(FAMILY, weight, _uri(cut(_cjk_file(weight, "ttf"), points), "font/woff"))
        for weight in WEIGHTS
    )


def served_faces(static_url: str) -> str:
    """Return the Chinese face as the server has it."""
    base = static_url.rstrip("/")
    return "".join(
        font_face(FAMILY, weight, f"{base}/fonts/{_cjk_file(weight, 'woff').name}")
        for weight in WEIGHTS
    )


def font_face(family: str, weight: int, address: str) -> str:
    """Return the rule that makes a face known to a page."""
    return (
        f'@font-face{{font-family:"{family}";font-style:normal;font-weight:{weight};'
        f'font-display:swap;src:url("{address}")}}'
    )


def default_marker_script(images: Path) -> str:
    """Return the script that gives Leaflet's plain markers their pictures inside the page."""
    retina, icon, shadow = (
        data_uri(images / name)
        for name in ("marker-icon-2x.png", "marker-icon.png", "marker-shadow.png")
    )
    return (
        "<script>delete L.Icon.Default.prototype._getIconUrl;L.Icon.Default.mergeOptions("
        f'{{iconRetinaUrl:"{retina}",iconUrl:"{icon}",shadowUrl:"{shadow}"}});</script>'
    )


@lru_cache(maxsize=32)
def cut(file: Path, points: frozenset[int]) -> bytes:
    """Return a typeface with these code points only, as WOFF; the same bytes each time."""
    from fontTools.subset import Options, Subsetter  # noqa: PLC0415 - only where needed
    from fontTools.ttLib import TTFont  # noqa: PLC0415 - only where needed

    font = TTFont(file, recalcTimestamp=False)
    options = Options(
        flavor="woff", hinting=False, layout_features=[], name_IDs=[1, 2], notdef_outline=True
    )
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=_drawable(points))
    subsetter.subset(font)
    font.flavor = "woff"
    made = BytesIO()
    font.save(made)
    return made.getvalue()


def _drawable(points: Iterable[int]) -> list[int]:
    return sorted(point for point in points if point >= 0x20 and not 0xD800 <= point <= 0xDFFF)


def _cjk_file(weight: int, suffix: str) -> Path:
    return ASSETS / "fonts" / f"NotoSansSC-{weight}.{suffix}"


def _uri(content: bytes, media: str) -> str:
    return f"data:{media};base64,{b64encode(content).decode('ascii')}"
