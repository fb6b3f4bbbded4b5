"""Collect the sentences of the code into the Chinese catalogue: ``python -m maps.text.extraction``.

For developers; needs the source tree. Sorted and without dates or line numbers, so that the same
code gives the same file.
"""

from __future__ import annotations

import sys
from io import BytesIO
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po, write_po

from maps.text.translation import DOMAIN, FOLDER

KEYWORDS = {**DEFAULT_KEYWORDS, "msgid": None, "say": None, "text": None, "plural": (1, 2)}
ROOT = FOLDER.parents[1]
SOURCE = FOLDER / "zh_CN" / "LC_MESSAGES" / f"{DOMAIN}.po"
HEADER = "# Chinese (Simplified) sentences of geo_planner."


def extract(root: Path = ROOT) -> Catalog:
    """Return every sentence that is marked in the code and templates under ``root``."""
    with (root / "babel.cfg").open(encoding="utf-8") as stream:
        methods, options = parse_mapping_cfg(stream)  # type: ignore[no-untyped-call]
    found = Catalog(charset="utf-8")
    for _, _, message, comments, context in extract_from_dir(
        root, methods, options, KEYWORDS, ("NOTE:",), directory_filter=_is_code
    ):
        found.add(message, None, auto_comments=comments, context=context)
    return found


def _is_code(folder: str | Path) -> bool:
    """Return whether a folder can hold code (not environments, caches or assets)."""
    name = Path(folder).name
    return not name.startswith((".", "_")) and name not in {"node_modules", "assets", "dist", "out"}


def translated(source: Path = SOURCE) -> Catalog:
    """Return the Chinese catalogue as it stands."""
    if not source.is_file():
        return Catalog(locale="zh_CN", charset="utf-8")
    with source.open("rb") as stream:
        return read_po(stream, locale="zh_CN")


def update(source: Path = SOURCE) -> list[str]:
    """Bring the catalogue up to the code and return the sentences still without Chinese."""
    old = translated(source)
    fresh = Catalog(locale="zh_CN", charset="utf-8", header_comment=HEADER)
    for message in extract():
        if not message.id:
            continue
        known = old.get(message.id)
        fresh.add(message.id, known.string if known else None)
    source.parent.mkdir(parents=True, exist_ok=True)
    source.write_text(_as_text(fresh), encoding="utf-8", newline="\n")
    return [str(message.id) for message in fresh if message.id and not _is_said(message.string)]


def _is_said(string: str | tuple[str, ...] | list[str] | None) -> bool:
    return all(string) if isinstance(string, (tuple, list)) else bool(string)


def _as_text(catalogue: Catalog) -> str:
    made = BytesIO()
    write_po(made, catalogue, width=100, no_location=True, sort_output=True, omit_header=True)
    head = (
        f'{HEADER}\nmsgid ""\nmsgstr ""\n"Language: zh_CN\\n"\n"MIME-Version: 1.0\\n"\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n'
        '"Plural-Forms: nplurals=1; plural=0;\\n"\n\n'
    )
    return head + made.getvalue().decode("utf-8").strip() + "\n"


if __name__ == "__main__":
    missing = update()
    for sentence in missing:
        sys.stdout.write(f"{sentence!r}\n")
    sys.stdout.write(f"{len(missing)} sentences without Chinese\n")
