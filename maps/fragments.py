"""Pieces of a page: templates with every value escaped, and data that is safe inside a script."""

from __future__ import annotations

import json
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

from maps.text import Translator

PAGE = Path(__file__).parent / "page"


def script_json(value: Any) -> str:  # noqa: ANN401 - any JSON value
    """Return JSON that cannot end the script it stands in, in as few bytes as it takes."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    # Branca compiles what an element printed as a template once more. Outside of strings JSON never
    # has these pairs.
    for pair in ("{{", "{%", "{#"):
        text = text.replace(pair, f"\\u007b{pair[1]}" if pair != "{{" else "\\u007b\\u007b")
    return text


def html_text(text: str) -> str:
    """Return text escaped for HTML, braces too (see ``script_json``)."""
    return escape(text).replace("{", "&#123;")


def fragment(name: str, say: Translator, **values: Any) -> Markup:  # noqa: ANN401 - template values
    """Return a piece of the page from its template; values are escaped unless they are Markup."""
    return Markup(_environment().get_template(name).render(_=say, say=say, **values))


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(PAGE), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )


def read_page(name: str) -> str:
    """Return a file of the page folder."""
    return (PAGE / name).read_text(encoding="utf-8")
