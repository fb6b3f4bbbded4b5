"""One indicator to its target year, small and by hand: plain SVG for pages with many of them."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from geo_planner.monitoring.series import goal_of
from geo_planner.targets import DIRECTIONS, LOWER_IS_BETTER
from maps.figures.svg import FAINT, GRID, Drawing, ticks
from maps.palette import BLUE, VERMILLION
from maps.text.numbers import decimal
from maps.text.pace import pace_needed
from maps.text.values import digits_shown, rounded, trimmed
from maps.text.verdicts import measure_of

if TYPE_CHECKING:
    from geo_planner.monitoring import Standing
    from maps.text import Translator

WIDTH, HEIGHT = 380.0, 168.0
LEFT, RIGHT, TOP, BOTTOM = 40.0, 62.0, 16.0, 24.0
DEEP, BROWN, RED, SAND = "#00563f", "#8a5a00", "#8a3d00", "#fbe6c2"


def course_svg(standing: Standing, say: Translator) -> str:
    """Return figures by year, target line, projection with band, and the pace that is needed."""
    return str(_Course(standing, say).draw())


class _Course:
    """One picture and its scales."""

    def __init__(self, standing: Standing, say: Translator) -> None:
        self.standing, self.say = standing, say
        self.row = standing.indicator
        self.measure = measure_of(standing.coverage)
        self.goal = None if self.row.comparison in DIRECTIONS else goal_of(self.row)
        self.line = standing.projection
        self.needed = pace_needed(standing, self.goal)
        base = standing.coverage.project.catalogue.period[0] - 1
        self.first = min([base, *(one.year for one in standing.figures)])
        self.last = max(self.row.target_year, standing.coverage.as_of.year)
        known = [
            float(value)
            for one in standing.figures
            for value in (one.lower, one.upper)
            if value is not None
        ]
        known += [] if self.goal is None else [float(self.goal)]
        known += [] if self.line is None else [self._possible(self.line.fitted)]
        low, high = min(known, default=0.0), max(known, default=1.0)
        room = (high - low) * 0.14 or abs(high) * 0.1 or 1.0
        self.low, self.high = low - room, high + room * 1.5
        title = say("{indicator}: the way to {year}", indicator=self.row.label, year=self.last)
        self.drawing = Drawing(WIDTH, HEIGHT, title)

    def _possible(self, value: float) -> float:
        """Return a value on a line within what the measure allows: no share passes all of it."""
        if self.row.measure.startswith("% change"):
            return value
        share = self.measure in ("%", "yes/no") and not self.row.gross
        return min(max(value, 0.0), 100.0 if share else max(value, 0.0))

    def x(self, year: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * (year - self.first + 0.3) / (
            self.last - self.first + 0.5
        )

    def y(self, value: Fraction | float) -> float:
        inside = min(max(float(value), self.low), self.high)
        share = (inside - self.low) / (self.high - self.low)
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * share

    def draw(self) -> Drawing:
        """Return everything drawn."""
        drawing = self.drawing
        for value in ticks(self.low, self.high, 4):
            drawing.line([(LEFT, self.y(value)), (WIDTH - RIGHT, self.y(value))], GRID)
            drawing.words(
                (LEFT - 5, self.y(value) + 4),
                decimal(value, 2),
                size=10,
                anchor="end",
                colour=FAINT,
            )
        if self.line is not None:
            course = [(year, *map(self._possible, ends)) for year, *ends in self.line.course]
            upper = [(self.x(year), self.y(high)) for year, _, _, high in course]
            lower = [(self.x(year), self.y(low)) for year, _, low, _ in course]
            drawing.area([*upper, *reversed(lower)], SAND)
            middle = [(self.x(year), self.y(value)) for year, value, _, _ in course]
            drawing.line(middle, BROWN, width=1.4, dash="6 3")
        for year in range(self.first, self.last + 1):
            marked = year in (self.first, self.last) or year % 2 == 0
            if marked:
                at = self.x(year), HEIGHT - BOTTOM + 15
                drawing.words(at, str(year), size=10, anchor="middle", colour=FAINT)
        drawing.line([(LEFT, HEIGHT - BOTTOM), (WIDTH - RIGHT, HEIGHT - BOTTOM)], FAINT)
        self._target()
        self._figures()
        return drawing

    def _target(self) -> None:
        words: list[tuple[float, str, str]] = []
        if self.goal is not None:
            y = self.y(self.goal)
            self.drawing.line([(LEFT, y), (WIDTH - RIGHT, y)], VERMILLION, width=1.5)
            sign = "≤" if self.row.comparison in LOWER_IS_BETTER else "≥"
            words.append((y, f"{sign} {trimmed(self.goal)}", RED))
        if self.needed is not None:
            last = self.needed[0]
            start = self.x(last.year), self.y(last.value or 0)
            end = self.x(self.row.target_year), self.y(self.needed[1])
            self.drawing.line([start, end], DEEP, width=2.0, dash="2 3")
        if self.line is not None:
            fitted = self._possible(self.line.fitted)
            words.append((self.y(fitted), f"→ {self._written(fitted)}", BROWN))
        if len(words) == 2 and abs(words[0][0] - words[1][0]) < 13:
            middle = (words[0][0] + words[1][0]) / 2
            up = -6.5 if words[0][0] <= words[1][0] else 6.5
            words = [(middle + up, *words[0][1:]), (middle - up, *words[1][1:])]
        for y, text, colour in words:
            at = WIDTH - RIGHT + 4, y + 4
            self.drawing.words(at, text, size=11, colour=colour, bold=colour == RED)

    def _written(self, value: Fraction | float) -> str:
        return rounded(value, digits_shown(self.measure, value))

    def _figures(self) -> None:
        drawing, figures = self.drawing, self.standing.figures
        sure = [one for one in figures if one.value is not None]
        whole = [one for one in sure if one.whole_year]
        points = [(self.x(one.year), self.y(one.value or 0)) for one in whole]
        drawing.line(points, BLUE, width=2.0)
        for one in figures:
            if one.value is None:
                ends = [
                    self.low if one.lower is None else one.lower,
                    self.high if one.upper is None else one.upper,
                ]
                drawing.line([(self.x(one.year), self.y(end)) for end in ends], BLUE, width=4)
                continue
            at = self.x(one.year), self.y(one.value)
            tip = self.say("{year}: {value}", year=one.period, value=self._written(one.value))
            if one.method == "plan" or not one.whole_year:
                drawing.square(at, FAINT, side=7, tip=tip)
            else:
                drawing.dot(at, BLUE, radius=3.6, tip=tip)
        for one in (sure[0], sure[-1]) if len(sure) > 1 else sure:
            at = self.x(one.year), self.y(one.value or 0) - 7
            drawing.words(at, self._written(one.value or 0), size=11, anchor="middle")
