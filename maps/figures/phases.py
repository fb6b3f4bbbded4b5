"""Building year by year as one SVG picture: shares against promises above, buildings below."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

import pandas as pd

from geo_planner.notes import msgid
from maps.palette import BLACK, BLUE, GREEN, ORANGE, PURPLE, SKY, VERMILLION
from maps.text.numbers import decimal

if TYPE_CHECKING:
    from geo_planner.catalogue import Label
    from geo_planner.siting.phases import PhasedPlan
    from maps.text import Translator

LINE_COLOURS = (BLUE, VERMILLION, GREEN, PURPLE, ORANGE, SKY, BLACK)
DASHES = ("", "7 4", "2 3", "9 3 2 3")
BAR_COLOURS = (SKY, ORANGE, GREEN, PURPLE, VERMILLION, BLUE, BLACK)
PATTERNS = (None, "slope", "dots", "cross")
"""Bars are told apart by pattern as well: no type by colour alone."""

WIDTH, LEFT, RIGHT = 960, 76, 28
SHARES_TOP, SHARES_HEIGHT = 100, 250
BARS_HEIGHT, LEGEND_STEP = 170, 24
FONT = "'Noto Sans CJK SC','Source Han Sans SC','Microsoft YaHei','PingFang SC',sans-serif"
GREY, GRID = "#4b5560", "#d9dde1"

TITLE = {
    "optimal": msgid("Building year by year: proven, no better order exists"),
    "feasible": msgid("Building year by year: the best order found"),
    "infeasible": msgid("Building year by year: not every promise can be kept"),
}


def phases_svg(plan: PhasedPlan, say: Translator) -> str:
    """Return the picture: equal bytes for an equal plan.

    Above, the share of each class that is covered for certain, from the year before building, with
    a diamond at each promise (filled where it is kept). Below, buildings by year and type, with
    what is spent of what there is.
    """
    return "\n".join(_Picture(plan, say).lines()) + "\n"


class _Picture:
    """One picture being drawn."""

    def __init__(self, plan: PhasedPlan, say: Translator) -> None:
        self.plan = plan
        self.say = say
        self.years = [plan.years[0] - 1, *plan.years]
        self.classes = list(
            plan.classes.drop_duplicates(["facility_type", "indicator"])[
                ["facility_type", "indicator", "label", "n"]
            ].itertuples(index=False)
        )
        self.types = [want.facility_type for want in plan.wants]
        least = float(plan.classes["share"].min(skipna=True))
        least = 0.0 if least != least else least  # noqa: PLR0124 - nothing is counted
        self.floor = max(0, int((least - 4) // 10) * 10)
        self.bars_top = SHARES_TOP + SHARES_HEIGHT + 66
        self.bars_end = self.bars_top + BARS_HEIGHT
        self.legend_top = self.bars_end + 66
        rows = len(self.classes) + (len(self.types) + 1) // 2
        self.height = self.legend_top + rows * LEGEND_STEP + 34

    def lines(self) -> list[str]:
        return [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {self.height}" '
            f'width="{WIDTH}" height="{self.height}" font-family="{FONT}" role="img" '
            f'aria-labelledby="title">',
            f'<title id="title">{escape(self._title())}</title>',
            *self._patterns(),
            f'<rect width="{WIDTH}" height="{self.height}" fill="#ffffff"/>',
            _text(LEFT, 30, self._title(), size=19, weight=600),
            _text(LEFT, 52, self._subtitle(), size=13, fill=GREY),
            *self._share_axes(),
            *self._shares(),
            *self._bars(),
            *self._legend(),
            "</svg>",
        ]

    def _title(self) -> str:
        return self.say(TITLE[self.plan.status])

    def _subtitle(self) -> str:
        made = f"{self.plan.project.name} · {self.years[1]}-{self.years[-1]}"
        if self.plan.project.simulated:
            made += " · " + self.say("Made-up data")
        return made

    def _patterns(self) -> list[str]:
        found = ["<defs>"]
        for number, _ in enumerate(self.types):
            kind, colour = PATTERNS[number % len(PATTERNS)], BAR_COLOURS[number % len(BAR_COLOURS)]
            mark = {
                "slope": '<path d="M-3 3L3 -3M0 12L12 0M9 15L15 9" stroke="#fff" '
                'stroke-width="2.2"/>',
                "dots": '<circle cx="3" cy="3" r="1.7" fill="#fff"/>'
                '<circle cx="9" cy="9" r="1.7" fill="#fff"/>',
                "cross": '<path d="M0 6H12M6 0V12" stroke="#fff" stroke-width="1.6"/>',
                None: "",
            }[kind]
            found.append(
                f'<pattern id="type{number}" width="12" height="12" '
                f'patternUnits="userSpaceOnUse"><rect width="12" height="12" fill="{colour}"/>'
                f"{mark}</pattern>"
            )
        return [*found, "</defs>"]

    def _x(self, year: int) -> float:
        step = (WIDTH - LEFT - RIGHT) / len(self.years)
        return LEFT + step * (self.years.index(year) + 0.5)

    def _y(self, share: float) -> float:
        return SHARES_TOP + SHARES_HEIGHT * (100 - share) / (100 - self.floor)

    def _share_axes(self) -> list[str]:
        step = 10 if self.floor >= 50 else 20
        heading = self.say("Share of units covered for certain")
        found = [_text(LEFT, SHARES_TOP - 18, heading, size=13, weight=600)]
        for share in range(self.floor, 101, step):
            at = self._y(share)
            found.append(_line(LEFT, at, WIDTH - RIGHT, at, GRID))
            found.append(_text(LEFT - 8, at + 4, f"{share} %", anchor="end", fill=GREY))
        foot = SHARES_TOP + SHARES_HEIGHT
        for year in self.years:
            word = self.say("before building") if year == self.years[0] else str(year)
            found.append(_text(self._x(year), foot + 20, word, anchor="middle", fill=GREY))
        return found

    def _shares(self) -> list[str]:
        found = []
        for number, one in enumerate(self.classes):
            mine = self.plan.classes
            mine = mine[
                (mine["facility_type"] == one.facility_type) & (mine["indicator"] == one.indicator)
            ]
            known = mine[mine["share"].notna()]
            colour = LINE_COLOURS[number % len(LINE_COLOURS)]
            at = [
                (self._x(int(row.year)), self._y(float(row.share)))
                for row in known.itertuples(index=False)
            ]
            path = " ".join(f"{x:.1f},{y:.1f}" for x, y in at)
            found.append(
                f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2.4" '
                f'stroke-dasharray="{DASHES[number % len(DASHES)]}"/>'
            )
            found += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.4" fill="{colour}"/>' for x, y in at]
            for row in mine[mine["goal"].notna()].itertuples(index=False):
                at_year = self._x(int(row.year)) + self._aside(int(row.year), number)
                level = self._y(max(float(row.goal), self.floor))
                found.append(_diamond(at_year, level, colour, kept=bool(row.met)))
        return found

    def _aside(self, year: int, number: int) -> float:
        """Return how far a promise stands aside, so that none hides another of its year."""
        rows = self.plan.classes
        due = rows[(rows["year"] == year) & rows["goal"].notna()]
        places = [
            place
            for place, one in enumerate(self.classes)
            if ((due["facility_type"] == one.facility_type) & (due["indicator"] == one.indicator))
            .to_numpy(dtype=bool)
            .any()
        ]
        return 17.0 * (places.index(number) - (len(places) - 1) / 2)

    def _bars(self) -> list[str]:
        sites, table = self.plan.sites, self.plan.table
        counts = sites.groupby(["year", "facility_type"]).size()
        most = max([int(one) for one in table["built"]], default=0)
        step = next(
            one for one in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 10**9) if one * 5 >= most
        )
        top = max(step, -(-most // step) * step)
        found = [_text(LEFT, self.bars_top - 14, self.say("Buildings a year"), size=13, weight=600)]
        for number in range(0, top + 1, step):
            at = self.bars_end - BARS_HEIGHT * number / top
            found.append(_line(LEFT, at, WIDTH - RIGHT, at, GRID))
            found.append(_text(LEFT - 8, at + 4, str(number), anchor="end", fill=GREY))
        wide = min(70.0, (WIDTH - LEFT - RIGHT) / len(self.years) * 0.5)
        for row in table.itertuples(index=False):
            middle, base = self._x(int(row.year)), float(self.bars_end)
            for number, kind in enumerate(self.types):
                many = int(counts.get((row.year, kind), 0))
                tall = BARS_HEIGHT * many / top
                if not many:
                    continue
                base -= tall
                found.append(
                    f'<rect x="{middle - wide / 2:.1f}" y="{base:.1f}" width="{wide:.1f}" '
                    f'height="{tall:.1f}" fill="url(#type{number})" stroke="#ffffff"/>'
                )
            found.append(_text(middle, base - 5, str(int(row.built)), anchor="middle", weight=600))
            found.append(
                _text(middle, self.bars_end + 19, str(int(row.year)), anchor="middle", fill=GREY)
            )
            found.append(
                _text(
                    middle,
                    self.bars_end + 37,
                    self._money(row),
                    anchor="middle",
                    fill=GREY,
                    size=11,
                )
            )
        return found

    def _money(self, row: tuple[float, ...]) -> str:
        spent, left = row.spent, row.left  # type: ignore[attr-defined]
        if pd.isna(spent):
            return ""
        if pd.isna(left):
            return self.say("{spent} spent", spent=decimal(spent))
        return self.say("{spent} spent, {left} left", spent=decimal(spent), left=decimal(left))

    def _legend(self) -> list[str]:
        found, at = [], float(self.legend_top)
        catalogue = self.plan.project.catalogue
        for number, kind in enumerate(self.types):
            x = LEFT + (number % 2) * 430
            y = at + (number // 2) * LEGEND_STEP
            found.append(
                f'<rect x="{x}" y="{y - 11:.1f}" width="26" height="13" fill="url(#type{number})"/>'
            )
            found.append(_text(x + 36, y, self._label(catalogue.facility_type(kind).label, kind)))
        at += (len(self.types) + 1) // 2 * LEGEND_STEP
        for number, one in enumerate(self.classes):
            colour = LINE_COLOURS[number % len(LINE_COLOURS)]
            dash = DASHES[number % len(DASHES)]
            found.append(_line(LEFT, at - 4, LEFT + 26, at - 4, colour, width=2.4, dash=dash))
            found.append(_text(LEFT + 36, at, self._class_words(one)))
            at += LEGEND_STEP
        found.append(_diamond(LEFT + 7, at - 4, GREY, kept=True))
        found.append(_text(LEFT + 18, at, self.say("promise kept"), fill=GREY))
        found.append(_diamond(LEFT + 167, at - 4, GREY, kept=False))
        found.append(_text(LEFT + 178, at, self.say("promise not kept"), fill=GREY))
        return found

    def _class_words(self, one: Sequence[object]) -> str:
        name = self._label(one.label, str(one.indicator))  # type: ignore[attr-defined]
        return self.say("{name} ({count} units)", name=name, count=one.n)  # type: ignore[attr-defined]

    def _label(self, label: Label, name: str) -> str:
        return self.say.label(label) or name


def _text(
    x: float, y: float, text: str, *, size: int = 12, fill: str = BLACK, anchor: str = "start",
    weight: int = 400,
) -> str:  # fmt: skip
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{fill}" text-anchor="{anchor}" '
        f'font-weight="{weight}">{escape(text)}</text>'
    )


def _line(
    x1: float, y1: float, x2: float, y2: float, colour: str, *, width: float = 1.0, dash: str = ""
) -> str:
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}" '
        f'stroke-width="{width:g}" stroke-dasharray="{dash}"/>'
    )


def _diamond(x: float, y: float, colour: str, *, kept: bool) -> str:
    shape = f"M{x:.1f} {y - 7:.1f}L{x + 7:.1f} {y:.1f}L{x:.1f} {y + 7:.1f}L{x - 7:.1f} {y:.1f}Z"
    fill = colour if kept else "#ffffff"
    return f'<path d="{shape}" fill="{fill}" stroke="{colour}" stroke-width="1.8"/>'
