"""How figures and cells are written for people: exact values, rounded only when shown."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from maps.text.values import is_missing

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def plain(value: Any) -> Any:  # noqa: ANN401 - a cell may be anything
    """Return a cell as a JSON value: exact where it can be, None where it is missing."""
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(item) for item in value]
    if isinstance(value, Mapping):
        return {str(name): plain(item) for name, item in value.items()}
    if is_missing(value) or (isinstance(value, float) and not math.isfinite(value)):
        return None
    return plain(value.item()) if hasattr(value, "item") else _plain_scalar(value)


def _plain_scalar(value: Any) -> Any:  # noqa: ANN401 - a cell may be anything
    if isinstance(value, Fraction):
        return int(value) if value.denominator == 1 else float(value)
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return value if isinstance(value, (str, int, float, bool)) else str(value)


def clean(text: Any) -> str:  # noqa: ANN401 - anything with a text form
    """Return text without control and direction characters, which could rewrite a terminal line."""
    return _CONTROL.sub("�", str(text))


def guarded(value: Any) -> Any:  # noqa: ANN401 - a cell may be anything
    """Return a text cell that a spreadsheet program will not run as a formula.

    Only for files meant to be opened in Excel. ``--format csv`` keeps data exact, because programs
    read it and a quote put before a name would be a wrong name.
    """
    if isinstance(value, (list, tuple)):
        return guarded(cell(value))
    if isinstance(value, str) and value.startswith(_FORMULA_STARTS):
        return f"'{value}"
    return value


def cell(value: Any) -> str:  # noqa: ANN401 - a cell may be anything
    """Return a cell as text for CSV: lists joined by ``;``, missing as nothing, 10.0 as 10."""
    value = plain(value)
    if value is None:
        return ""
    if isinstance(value, list):
        return ";".join(cell(item) for item in value)
    if isinstance(value, bool):
        return "true" if value else "false"
    whole = isinstance(value, float) and value.is_integer() and abs(value) < 2**53
    return str(int(value) if whole else value)
