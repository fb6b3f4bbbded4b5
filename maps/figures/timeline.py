"""One indicator from the base year to the target year: figures, target, projection, pace."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from geo_planner.monitoring.series import by_each, goal_of
from geo_planner.targets import DIRECTIONS, LOWER_IS_BETTER
from maps.figures.canvas import (
    BODY,
    FAINT,
    GRID,
    SMALL,
    WIDTH,
    axes_at,
    drawing,
    head,
    head_height,
    marked,
    new_figure,
)
from maps.figures.lettering import drawable
from maps.figures.status_key import halo
from maps.palette import BLUE, ORANGE, VERMILLION
from maps.text.pace import gain_text, pace_needed
from maps.text.values import digits_shown, measure_text, rounded, target_text, trimmed
from maps.text.words import SHAPES

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from geo_planner.catalogue import Indicator
    from geo_planner.monitoring import Monitoring, Standing
    from maps.text import Translator

PLOT = 68.0
MARGIN = 26.0
"""Right of the axes: what target and projection are in the target year."""

KEY_ROW = 4.4
DEEP, BROWN, RED, SAND = "#00563f", "#8a5a00", "#8a3d00", "#fbe6c2"
DASHED = (0, (5, 2))


@drawing()
def timeline(standing: Standing, monitoring: Monitoring, say: Translator) -> Figure:
    """Return one indicator's figures by year up to its target year.

    With the target line, the line of the projection and its band, the pace that is needed from the
    last figure to the target, and the base year. An uncertain figure is drawn as the range it lies
    in, a figure the plan prints as a hollow diamond.
    """
    row = standing.indicator
    under = marked(
        monitoring.project,
        say,
        say(
            "Target for {year}: {target}",
            year=row.target_year,
            target=target_text(standing.coverage, say),
        ),
        f"{monitoring.year} {SHAPES[standing.status]} {say.status(standing.status)}",
    )
    title = say.label(row.label)
    course = _Course(standing, monitoring, say)
    entries = course.entries()
    top = head_height(title, under) + 3
    figure = new_figure(WIDTH, top + PLOT + 12 + KEY_ROW * ((len(entries) + 1) // 2))
    head(figure, title, under)
    axes = axes_at(figure, 15, top, WIDTH - 15 - MARGIN, PLOT)
    course.draw(axes)
    axes.legend(
        [handle for handle, _ in entries],
        [drawable(words) for _, words in entries],
        loc="upper left",
        bbox_to_anchor=(-0.02, -0.14),
        ncols=2,
        columnspacing=2.0,
        handlelength=2.4,
        borderaxespad=0,
    )
    return figure


class _Course:
    """What is drawn on the axes, from back to front."""

    def __init__(self, standing: Standing, monitoring: Monitoring, say: Translator) -> None:
        self.standing, self.monitoring, self.say = standing, monitoring, say
        self.row: Indicator = standing.indicator
        self.figures = standing.figures
        self.line = standing.projection
        self.goal = None if self.row.comparison in DIRECTIONS else goal_of(self.row)
        self.needed = pace_needed(standing, self.goal)

    @property
    def measure(self) -> str:
        """What the figures are in; the share of units where each has to keep the target."""
        return "%" if self.row.aggregation == "all_units_must_meet" else self.row.measure

    def written(self, *values: Fraction | float | None) -> str:
        """Return a value, or a range over two lines."""
        digits = digits_shown(self.measure, *(one for one in values if one is not None))
        return "–\n".join(dict.fromkeys(rounded(one, digits) for one in values))

    def possible(self, value: float) -> float:
        """Return a value on a line within what the measure allows: no share passes all of it."""
        if self.row.measure.startswith("% change"):
            return value
        share = self.measure in ("%", "yes/no") and not self.row.gross
        return min(max(value, 0.0), 100.0 if share else value if value > 0 else 0.0)

    def draw(self, axes: Axes) -> None:
        """Draw everything on axes of their final size."""
        say = self.say
        base = self.monitoring.project.catalogue.period[0] - 1
        first = min([base, *(one.year for one in self.figures)])
        last = max(self.row.target_year, self.monitoring.year)
        years = range(first, last + 1)
        told = {base: say("Base year"), self.row.target_year: say("Target year")}
        axes.set_xlim(first - 0.5, last + 0.3)
        axes.set_xticks(years, [drawable(f"{year}\n{told.get(year, '')}") for year in years])
        axes.set_ylim(*self._limits())
        axes.grid(axis="y", color=GRID, linewidth=0.6)
        axes.set_axisbelow(True)
        axes.tick_params(length=2, width=0.6)
        measured = measure_text(self.measure, say) or say("Number")
        if by_each(self.row):
            measured = say("Share of units that keep the target, %")
        axes.set_title(
            drawable(measured),
            loc="left",
            fontsize=SMALL,
            color=FAINT,
            pad=5,
        )
        axes.axvline(base, color=FAINT, linewidth=0.7, linestyle=(0, (1, 2)), zorder=1)
        self._projection(axes)
        self._target(axes)
        self._margin(axes)
        self._figures(axes)
        if not self.figures:
            words = drawable(say("No figure yet"))
            axes.text(0.5, 0.5, words, transform=axes.transAxes, ha="center")

    def _limits(self) -> tuple[float, float]:
        """Return where the axis begins and ends: all but the far ends of the band are inside."""
        known = [
            float(value)
            for one in self.figures
            for value in (one.lower, one.upper)
            if value is not None
        ]
        known += [] if self.goal is None else [float(self.goal)]
        known += [self.possible(self.line.fitted)] if self.line else []
        low, high = min(known, default=0.0), max(known, default=1.0)
        least, most = low, high
        room = (high - low) * 0.12 or abs(high) * 0.1 or 1.0
        if self.line:
            lower, upper = self.possible(self.line.lower), self.possible(self.line.upper)
            low = max(min(low, lower), low - (most - least) * 0.6)
            high = min(max(high, upper), high + (most - least) * 0.6)
        floor = low - room
        if least >= 0:
            floor = max(floor, 0.0 if least > 0 else -room / 2)
        return floor, high + room * 1.6

    def _projection(self, axes: Axes) -> None:
        if self.line is None:
            return
        years, *courses = zip(*self.line.course, strict=True)
        middle, lower, upper = ([self.possible(one) for one in course] for course in courses)
        axes.fill_between(
            years, lower, upper, facecolor=SAND, edgecolor=ORANGE, linewidth=0.4, zorder=0.5
        )
        axes.plot(years, middle, color=BROWN, linewidth=1.2, linestyle=DASHED, zorder=2)

    def _target(self, axes: Axes) -> None:
        if self.goal is None:
            return
        axes.axhline(float(self.goal), color=VERMILLION, linewidth=1.3, zorder=2.5)
        if self.needed is None:
            return
        last = self.needed[0]
        axes.annotate(
            "",
            (self.row.target_year, float(self.goal)),
            (last.year, float(last.value or 0)),
            arrowprops={
                "arrowstyle": "-|>",
                "color": DEEP,
                "linewidth": 1.4,
                "linestyle": "dotted",
                "shrinkA": 4,
                "shrinkB": 0,
            },
            zorder=3,
        )

    def _margin(self, axes: Axes) -> None:
        """Write target and projection beside the axes, apart from one another."""
        low, high = axes.get_ylim()
        target, projected = self.say("Target"), self.say("Projected")
        words: list[tuple[float, str, str, int]] = []
        if self.goal is not None:
            sign = "≤" if self.row.comparison in LOWER_IS_BETTER else "≥"
            text = f"{target} {sign} {trimmed(self.goal)}"
            words.append((float(self.goal), text, RED, 700))
        if self.line is not None:
            fitted = self.possible(self.line.fitted)
            text = f"{projected} {self.written(fitted)}"
            words.append((fitted, text, BROWN, 400))
        places = [(min(max(value, low), high) - low) / (high - low) for value, *_ in words]
        if len(places) == 2 and abs(places[0] - places[1]) < 0.06:
            middle, sign_of = sum(places) / 2, 1 if places[0] >= places[1] else -1
            places = [middle + 0.03 * sign_of, middle - 0.03 * sign_of]
        for place, (_, text, colour, weight) in zip(places, words, strict=True):
            axes.text(
                1.01,
                place,
                drawable(text),
                transform=axes.transAxes,
                fontsize=SMALL,
                fontweight=weight,
                color=colour,
                va="center",
            )

    def _figures(self, axes: Axes) -> None:
        whole = [one for one in self.figures if one.value is not None and one.whole_year]
        axes.plot(
            [one.year for one in whole],
            [float(one.value or 0) for one in whole],
            color=BLUE,
            linewidth=1.6,
            zorder=3.5,
        )
        low, high = axes.get_ylim()
        for one in self.figures:
            ends = [end for end in (one.lower, one.upper) if end is not None]
            at = high if one.upper is None else float(one.upper)
            if one.value is None:
                bottom = low if one.lower is None else float(one.lower)
                axes.vlines(one.year, bottom, at, color=BLUE, linewidth=4, alpha=0.45, zorder=3)
            else:
                hollow = one.method == "plan" or not one.whole_year
                axes.plot(
                    one.year,
                    at,
                    marker="D" if one.method == "plan" else "o" if one.whole_year else "s",
                    markersize=5,
                    markerfacecolor="#ffffff" if hollow else BLUE,
                    markeredgecolor=BLUE,
                    zorder=4,
                )
            part = "" if one.whole_year else f"\n{one.period}"
            axes.annotate(
                drawable(self.written(*ends) + part),
                (one.year, at),
                xytext=(0, 6),
                textcoords="offset points",
                fontsize=BODY,
                ha="center",
                va="bottom",
                linespacing=1.1,
                path_effects=halo(2.6),
                zorder=5,
            )

    def entries(self) -> list[tuple[Any, str]]:
        """Return what the key says: a picture and its words for everything that is drawn."""
        from matplotlib.lines import Line2D  # noqa: PLC0415 - slow to import
        from matplotlib.patches import Patch  # noqa: PLC0415

        say, line = self.say, self.line

        def stroke(colour: str, **looks: Any) -> Any:  # noqa: ANN401 - what a line is drawn with
            return Line2D([], [], color=colour, markersize=5, **looks)

        whole = [one for one in self.figures if one.whole_year and one.value is not None]
        found: list[tuple[Any, str]] = []
        if any(one.method != "plan" for one in whole):
            found.append((stroke(BLUE, marker="o", linewidth=1.6), say("Figure of the year")))
        if any(one.value is None for one in self.figures):
            words = say("Range: some units are unknown")
            found.append((stroke(BLUE, linewidth=4, alpha=0.45), words))
        for marker, drawn, words in (
            ("D", any(one.method == "plan" for one in whole), say("Printed in the plan")),
            (
                "s",
                any(one.value is not None and not one.whole_year for one in self.figures),
                say("Part of a year"),
            ),
        ):
            if drawn:
                hollow = stroke(BLUE, linestyle="", marker=marker, markerfacecolor="#ffffff")
                found.append((hollow, words))
        if self.goal is not None:
            found.append((stroke(VERMILLION, linewidth=1.3), say("Target")))
        if line is not None:
            words = say("Line through {first}-{last}", first=line.years[0], last=line.years[-1])
            found.append((stroke(BROWN, linewidth=1.2, linestyle=DASHED), words))
            words = say(
                "Its band; {year}: {lower} to {upper}",
                year=self.row.target_year,
                lower=self.written(self.possible(line.lower)),
                upper=self.written(self.possible(line.upper)),
            )
            found.append((Patch(facecolor=SAND, edgecolor=ORANGE, linewidth=0.4), words))
        if self.needed is not None:
            gain = gain_text(self.needed[2], self.measure, say)
            words = say("Pace needed: {gain} a year", gain=gain)
            found.append((stroke(DEEP, linewidth=1.4, linestyle="dotted"), words))
        return found
