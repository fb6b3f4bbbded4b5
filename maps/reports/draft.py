"""What every part of a report is written from, and the small texts they share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from geo_planner.networks import NetworkReport, network
from maps.text.values import NOTHING
from maps.text.words import SHAPES

if TYPE_CHECKING:
    from geo_planner.catalogue import Indicator
    from geo_planner.monitoring.regiments import PartFigure
    from geo_planner.monitoring.series import YearFigure
    from geo_planner.monitoring.standing import Monitoring, Standing
    from geo_planner.project import Project
    from maps.reports.content import DataState, Kind
    from maps.text import Translator

FEW = 5
"""Counts of children below this are not printed: a child must not be recognisable."""

NAMED = 12
"""Most names in one sentence; the table behind it has all of them."""

_DIGITS = "零一二三四五六七八九"


@dataclass(frozen=True, eq=False)
class Draft:
    """A report being written.

    Attributes
    ----------
    monitoring
        The year.
    regiments
        Figures of each part of the division, by indicator.
    """

    kind: Kind
    monitoring: Monitoring
    regiments: Mapping[str, tuple[PartFigure, ...]]
    data: DataState
    say: Translator
    numbers: dict[str, int] = field(default_factory=dict)

    @property
    def project(self) -> Project:
        """The project the report is about."""
        return self.monitoring.project

    @property
    def year(self) -> int:
        """The year of the report."""
        return self.monitoring.year

    @property
    def base_year(self) -> int:
        """The year before the plan begins."""
        return self.project.catalogue.period[0] - 1

    @property
    def last_year(self) -> int:
        """The year in which the plan ends."""
        return self.project.catalogue.period[1]

    @cached_property
    def rows(self) -> Mapping[str, int]:
        """Row of each indicator in the full table, by id, from 1."""
        return {
            one.indicator.id: number
            for number, one in enumerate(self.monitoring.standings, start=1)
        }

    @cached_property
    def networks(self) -> tuple[NetworkReport, ...]:
        """Every network of the catalogue on the day of the report."""
        return tuple(
            network(self.project, name, self.monitoring.as_of)
            for name in self.project.catalogue.networks
        )

    def since(self, standing: Standing) -> YearFigure | None:
        """Return the figure a report compares with: the year before, or the base year."""
        return standing.before if self.kind == "annual" else standing.base

    def label(self, row: Indicator) -> str:
        """Return the name of an indicator."""
        return self.say.label(row.label)

    def responsible(self, row: Indicator) -> str:
        """Return who answers for an indicator: as the plan says, else who keeps the data."""
        if row.responsible and self.say.language == "zh-CN":
            return row.responsible
        if row.data_owner is not None:
            return self.say.label(row.data_owner)
        return row.responsible or NOTHING

    def status(self, status: str) -> str:
        """Return a verdict with its mark, so that colour never stands alone."""
        return f"{SHAPES[status]} {self.say.status(status)}"

    def list(self, texts: Iterable[str]) -> str:
        """Return texts as a list inside a sentence."""
        return ("、" if self.say.language == "zh-CN" else ", ").join(texts)

    def join(self, *sentences: str) -> str:
        """Return sentences one after the other, as the language sets them."""
        return ("" if self.say.language == "zh-CN" else " ").join(one for one in sentences if one)

    def named(self, texts: Iterable[str]) -> str:
        """Return names as a list inside a sentence; very many are cut, and the rest counted."""
        found = list(texts)
        if len(found) <= NAMED:
            return self.list(found)
        shown = self.list(found[:NAMED])
        return self.say("{names} and {count} more", names=shown, count=len(found) - NAMED)

    def unit_name(self, unit_id: object) -> str:
        """Return the name of a unit in the reader's language, blank for none."""
        units = self.project.units
        if not isinstance(unit_id, str) or unit_id not in units.index:
            return ""
        row = units.loc[unit_id]
        english = row.get("name_en")
        if self.say.language == "en" and isinstance(english, str) and english:
            return english
        return str(row["name"])

    def place(self, unit_id: object) -> str:
        """Return the name of a unit with that of the part it lies in: companies share names."""
        name = self.unit_name(unit_id)
        tree, units = self.project.hierarchy, self.project.units
        if not name:
            return ""
        row = units.index.get_loc(unit_id)
        above = int(tree.parent[row])
        kinds = self.project.catalogue.unit_kinds
        if kinds[str(tree.kinds[row])].level <= 2 or above < 0:
            return name
        part = self.unit_name(str(units.index[above]))
        return f"{part}{name}" if self.say.language == "zh-CN" else f"{name} ({part})"

    def units_in(self, standing: Standing, state: str) -> str:
        """Return the names of the units (or facilities) in a state, those that lack most first."""
        members = standing.coverage.tally.members
        if members is None:
            return ""
        units = standing.coverage.units
        rows = units.loc[units["state"] == state].sort_values("rank", kind="stable")
        if members.of_facilities:
            return self.named(str(name) for name in rows["name"])
        return self.named(self.place(str(key)) or str(key) for key in rows.index)

    def day(self, day: date) -> str:
        """Return a day as running text writes it: ``2025年12月31日``."""
        if self.say.language == "zh-CN":
            return f"{day.year}年{day.month}月{day.day}日"
        return day.isoformat()

    def caption(self, sort: str, text: str) -> str:
        """Return a numbered caption: ``表 3``, ``Figure 2``; each sort is counted on its own."""
        self.numbers[sort] = self.numbers.get(sort, 0) + 1
        template = {
            "table": self.say("Table {number}  {text}", number=self.numbers[sort], text=text),
            "figure": self.say("Figure {number}  {text}", number=self.numbers[sort], text=text),
            "annex": self.say("Annex table {number}  {text}", number=self.numbers[sort], text=text),
        }
        return template[sort]


def chinese_number(number: int) -> str:
    """Return a whole number up to 99 as Chinese headings count: 一, 十, 十二, 二十."""
    tens, ones = divmod(number, 10)
    if tens == 0:
        return _DIGITS[ones]
    return ("" if tens == 1 else _DIGITS[tens]) + "十" + (_DIGITS[ones] if ones else "")


def heading_number(number: int, say: Translator) -> str:
    """Return the number of a part as official documents count: ``一、`` or ``1.``."""
    return f"{chinese_number(number)}、" if say.language == "zh-CN" else f"{number}."


def section_number(number: int, say: Translator, *, part: int) -> str:
    """Return the number of a section: ``（一）`` or ``3.1``."""
    return f"（{chinese_number(number)}）" if say.language == "zh-CN" else f"{part}.{number} "


def head_count(value: object, say: Translator) -> str:
    """Return a count of children; one that is small enough to point at somebody is hidden."""
    if not isinstance(value, (int, float)) or value != value:  # noqa: PLR0124 - NaN
        return NOTHING
    if 0 < value < FEW:
        return say("fewer than {count}", count=FEW)
    return f"{int(value):,}"
