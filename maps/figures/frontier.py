"""Coverage against the number of new sites, as a figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo_planner.notes import msgid
from maps.figures.svg import FAINT, GRID, INK, Drawing, ticks
from maps.palette import BLUE, GREEN, VERMILLION
from maps.text.numbers import decimal

if TYPE_CHECKING:
    from geo_planner.siting.frontier import Frontier
    from maps.text.translation import Translator

WIDTH, HEIGHT = 860.0, 500.0
LEFT, RIGHT, TOP, BOTTOM = 78.0, 66.0, 92.0, 86.0

MADE_UP = msgid("Made-up data, for demonstration only")
COUNTED = {
    "children": msgid("Children within the limit"),
    "units": msgid("Units within the limit"),
}
DEEP = "#00563f"
"""Green that is dark enough for words."""

MOST_DOTS = 60
"""Numbers of sites beyond which dots would only blur the line."""


def frontier_svg(found: Frontier, say: Translator) -> str:
    """Return the figure as SVG text: the best of each number, the order of building, the bound.

    Target shares are level lines with the number of sites that reaches each; the knee is marked.
    """
    return str(_Figure(found, say).draw())


class _Figure:
    """One figure and its scales."""

    def __init__(self, found: Frontier, say: Translator) -> None:
        self.found, self.say = found, say
        self.table = found.table
        self.last = int(self.table.index[-1])
        self.low = 0.0
        self.high = max(found.whole, float(self.table["bound"].max()), 1.0)
        kind = found.question.kind.label
        title = say("{type}: what each number of new sites brings", type=kind)
        self.drawing = Drawing(WIDTH, HEIGHT, title)

    def x(self, sites: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * sites / max(1, self.last)

    def y(self, covered: float) -> float:
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (covered - self.low) / self.high

    def draw(self) -> Drawing:
        """Return everything drawn."""
        self.drawing.rect((0, 0), (WIDTH, HEIGHT), fill="#ffffff")
        self._frame()
        self._targets()
        self._knee()
        self._lines()
        self._reached()
        self._legend()
        return self.drawing

    def _frame(self) -> None:
        drawing, say = self.drawing, self.say
        drawing.words((LEFT, 28), drawing.title, size=17, bold=True)
        question = self.found.question
        under = [
            say("{mode}, {day}", mode=question.travel.label, day=self.found.day.isoformat()),
            *([say(MADE_UP)] if question.project.simulated else []),
        ]
        drawing.words((LEFT, 50), " · ".join(under), size=13, colour=FAINT)
        for value in ticks(0, self.high):
            drawing.line([(LEFT, self.y(value)), (WIDTH - RIGHT, self.y(value))], GRID)
            drawing.words(
                (LEFT - 8, self.y(value) + 4), decimal(value, 1), anchor="end", colour=FAINT
            )
        for sites in ticks(0, self.last, 10, whole=True):
            drawing.line(
                [(self.x(sites), HEIGHT - BOTTOM), (self.x(sites), HEIGHT - BOTTOM + 5)], FAINT
            )
            drawing.words(
                (self.x(sites), HEIGHT - BOTTOM + 20),
                decimal(sites, 0),
                anchor="middle",
                colour=FAINT,
            )
        drawing.line([(LEFT, HEIGHT - BOTTOM), (WIDTH - RIGHT, HEIGHT - BOTTOM)], INK)
        drawing.words(
            ((LEFT + WIDTH - RIGHT) / 2, HEIGHT - BOTTOM + 40),
            say("New sites"),
            anchor="middle",
        )
        drawing.words((LEFT - 60, TOP - 16), say(COUNTED[self.found.weight]))

    def _targets(self) -> None:
        """Draw a level line a target share."""
        for percent in self.found.targets.index:
            level = self.found.whole * float(percent) / 100
            self.drawing.line(
                [(LEFT, self.y(level)), (WIDTH - RIGHT, self.y(level))], GREEN, dash="2 4"
            )
            self.drawing.words(
                (WIDTH - RIGHT + 6, self.y(level) + 4),
                f"{decimal(float(percent), 1)} %",
                colour=DEEP,
            )

    def _reached(self) -> None:
        """Mark, on the line of the best, the number of sites that reaches each share."""
        for sites in self.found.targets["sites"].dropna():
            at = self.x(int(sites)), self.y(float(self.table["covered"][int(sites)]))
            self.drawing.square(at, DEEP, side=9)
            label = at[0] - 7, at[1] - 7
            self.drawing.words(label, decimal(int(sites), 0), anchor="end", colour=DEEP, bold=True)

    def _knee(self) -> None:
        knee = self.found.knee
        if knee is None:
            return
        top = self.y(float(self.table["covered"][knee]))
        self.drawing.line([(self.x(knee), HEIGHT - BOTTOM), (self.x(knee), top)], FAINT, dash="4 3")
        self.drawing.words(
            (self.x(knee) + 5, HEIGHT - BOTTOM - 8),
            self.say("Knee: {sites}", sites=knee),
            colour=FAINT,
        )

    def _lines(self) -> None:
        table = self.table
        for column, colour, width, dash in (
            ("bound", FAINT, 1.0, "1 3"),
            ("nested", VERMILLION, 1.6, "6 4"),
            ("covered", BLUE, 2.4, ""),
        ):
            points = [(self.x(k), self.y(float(value))) for k, value in table[column].items()]
            self.drawing.line(points, colour, width=width, dash=dash)
        if len(table) > MOST_DOTS:
            return
        for sites, value in table["covered"].items():
            tip = self.say(
                "{sites} new sites: {covered} of {whole}",
                sites=sites,
                covered=decimal(float(value), 1),
                whole=decimal(self.found.whole, 1),
            )
            self.drawing.dot((self.x(sites), self.y(float(value))), BLUE, tip=tip)

    def _legend(self) -> None:
        table, y = self.table, HEIGHT - 18
        entries = [(self.say("Best of each number"), BLUE, 2.4, "")]
        if (table["nested"] < table["covered"]).any():
            entries.append((self.say("One after another"), VERMILLION, 1.6, "6 4"))
        if (table["bound"] > table["covered"] * (1 + 1e-9)).any():
            entries.append((self.say("No choice covers more"), FAINT, 1.0, "1 3"))
        if len(self.found.targets):
            entries.append((self.say("Shares of the whole"), GREEN, 1.0, "2 4"))
        for number, (words, colour, width, dash) in enumerate(entries):
            x = LEFT + number * 185
            self.drawing.line([(x, y - 4), (x + 28, y - 4)], colour, width=width, dash=dash)
            self.drawing.words((x + 34, y), words, size=12.5)
