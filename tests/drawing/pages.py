"""Reading a finished page the way a browser would."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from typing import Any

_LAYER = re.compile(r"= planner\.(\w+)\((\w+), (\{.*?\})\);", re.DOTALL)
_ADDRESS = re.compile(r"^(?:[a-z]+:)?//")


class _Requests(HTMLParser):
    """Everything the page asks for: sources, links and the ``url()`` of its styles."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []
        self.tags: list[str] = []
        self._in_style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self._in_style = tag == "style"
        self.asked += [value or "" for name, value in attrs if name in ("src", "href", "srcset")]

    def handle_endtag(self, tag: str) -> None:
        self._in_style = False

    def handle_data(self, data: str) -> None:
        if self._in_style:
            self.asked += re.findall(r"url\(\s*['\"]?([^'\")]*)", data)
            self.asked += re.findall(r"@import\s+['\"]([^'\"]+)", data)


def requests_of(page: str) -> list[str]:
    """Return the addresses the page asks for, without what it holds itself."""
    reader = _Requests()
    reader.feed(page)
    return [one for one in reader.asked if not one.startswith(("data:", "#"))]


def foreign(addresses: list[str]) -> list[str]:
    return [one for one in addresses if _ADDRESS.match(one)]


def tags_of(page: str) -> list[str]:
    reader = _Requests()
    reader.feed(page)
    return reader.tags


def layers_of(page: str) -> list[tuple[str, dict[str, Any]]]:
    """Return each layer of the page: what draws it, and its data."""
    return [(maker, json.loads(data)) for maker, _, data in _LAYER.findall(page)]
