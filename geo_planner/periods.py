"""Reporting periods: ``2025``, ``2025H1``, ``2025Q3``, ``2025-06``."""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple

_PATTERN = re.compile(r"^([12]\d{3})(?:(?:-?Q([1-4]))|(?:-?H([12]))|(?:-(0[1-9]|1[0-2])))?$")


class Period(NamedTuple):
    """A span of months."""

    first: date
    months: int
    text: str

    @property
    def year(self) -> int:
        """Calendar year of the period."""
        return self.first.year

    @property
    def last(self) -> date:
        """Last day of the period."""
        months = self.first.year * 12 + self.first.month - 1 + self.months
        return date.fromordinal(date(months // 12, months % 12 + 1, 1).toordinal() - 1)

    @property
    def order(self) -> tuple[date, int]:
        """What ends later is later; of periods that end on one day, the longer one."""
        return self.last, self.months


def parse_period(text: str) -> Period | None:
    """Return the period that ``text`` names, or None if it names none.

    >>> parse_period("2025Q3").first
    datetime.date(2025, 7, 1)
    """
    match = _PATTERN.match(text.strip())
    if match is None:
        return None
    year, quarter, half, month = match.groups()
    if quarter:
        return Period(date(int(year), 3 * int(quarter) - 2, 1), 3, text)
    if half:
        return Period(date(int(year), 6 * int(half) - 5, 1), 6, text)
    if month:
        return Period(date(int(year), int(month), 1), 1, text)
    return Period(date(int(year), 1, 1), 12, text)
