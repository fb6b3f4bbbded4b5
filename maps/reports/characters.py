"""Letters of documents: which the faces of the build can draw, and what stands for the others.

No letter vanishes. One that no face has is printed as its code point, ``[U+3400]``, so that a rare
name can still be told from another; a machine's own faces are not used, because the same report
would then look different elsewhere. Marks that steer the direction of writing are shown in the
same way: in a name they could turn a whole sentence around.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from pathlib import Path

from maps import ASSETS

SERIF, SANS, OTHERS = "Noto Serif SC", "Noto Sans SC", "DejaVu Sans"
"""Families of texts, of headings, and of what neither has: Arabic, Cyrillic, signs."""

JOINERS = "\u200c\u200d"
"""Invisible, and part of how some scripts are spelled."""

BREAK = "\u200b"
"""Where a long word may go on in the next line."""

LONGEST = 18
"""Letters without a place to break after which one is made."""

_LINE_END = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_SELECTORS = frozenset(map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))))
_UNBROKEN = re.compile(rf"[^\s\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef{BREAK}]{{{LONGEST + 1},}}")


def font_folders() -> tuple[Path, Path]:
    """Return the folders of the faces: those of the build, and those matplotlib brings."""
    from matplotlib import get_data_path  # noqa: PLC0415 - slow to import

    return ASSETS / "fonts", Path(get_data_path()) / "fonts" / "ttf"


@cache
def _faces() -> tuple[frozenset[int], frozenset[int]]:
    """Return the code points of the Chinese faces, and those of the one for everything else.

    Not those of private use: what a face shows for them is no sign that a reader could look up.
    """
    from fontTools.ttLib import TTFont  # noqa: PLC0415 - only where needed

    ours, other = font_folders()

    def common(*paths: Path) -> frozenset[int]:
        found = []
        for path in paths:
            with TTFont(path, lazy=True) as font:
                found.append(
                    frozenset(p for p in font.getBestCmap() if unicodedata.category(chr(p)) != "Co")
                )
        return frozenset.intersection(*found)

    names = ("NotoSerifSC-400.ttf", "NotoSansSC-400.ttf", "NotoSansSC-700.ttf")
    return (
        common(*(ours / name for name in names)),
        common(other / "DejaVuSans.ttf", other / "DejaVuSans-Bold.ttf"),
    )


def visible(text: str) -> str:
    """Return text in which every sign that would act without being seen is shown as its number."""
    return "".join(_code_point(one) if _acts(one) else one for one in _plain_breaks(text))


def legible(text: str) -> str:
    """Return text that can be set whole: what no face can draw is shown as its code point.

    Very long words get places to break, so that none leaves its column.
    """
    shown: list[str] = []
    carrying: tuple[frozenset[int], ...] = ()
    for one in _plain_breaks(text):
        # A mark on a letter must come from the letter's own face, or neither can be drawn.
        asked = carrying if unicodedata.combining(one) or one in _SELECTORS else _faces()
        having = tuple(face for face in asked if ord(one) in face)
        if one == "\n" or (having and not _acts(one)):
            shown.append(one)
            carrying = having
        else:
            shown.append(_code_point(one))
            carrying = ()
    return _UNBROKEN.sub(_breakable, "".join(shown))


def _plain_breaks(text: str) -> str:
    return _LINE_END.sub("\n", text).replace("\t", " ")


def _acts(one: str) -> bool:
    """Return whether a sign steers and is not seen: controls, marks of direction, half signs."""
    return one not in JOINERS + "\n" and unicodedata.category(one) in {"Cc", "Cf", "Cs"}


def _code_point(one: str) -> str:
    return f"[U+{ord(one):04X}]"


def _breakable(word: re.Match[str]) -> str:
    letters = word[0]
    return BREAK.join(letters[at : at + LONGEST] for at in range(0, len(letters), LONGEST))
