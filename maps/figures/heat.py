"""Regiment by indicator: a cell says how a part of the division stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from maps.figures.canvas import (
    FAINT,
    SMALL,
    WIDTH,
    axes_at,
    drawing,
    head,
    head_height,
    marked,
    new_figure,
    words_at,
)
from maps.figures.lettering import drawable, folded, width_of
from maps.figures.part_values import names_of, part_text
from maps.figures.status_key import key_height, status_key
from maps.palette import STATUS_STYLES
from maps.text.words import DOMAINS, SHAPES

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from geo_planner.monitoring import Monitoring, PartFigure, Standing
    from maps.text import Translator

LABELS = 50.0
ROW = 6.2
DOMAIN_ROW = 4.6
COLUMN = 10.0
"""Width of a column at the least: with more than ten regiments the figure grows wider."""
LETTERS = 6.2
"""Size of the letters in cells and names, in points."""
LEAST = 5.0
"""Size below which names of regiments are not read on paper."""


@drawing()
def heat_table(
    monitoring: Monitoring, parts: Mapping[str, tuple[PartFigure, ...]], say: Translator
) -> Figure:
    """Return a table: a row an indicator, a column a part, ground and mark by status.

    Only indicators that some part has a figure for have a row.
    """
    names = names_of(monitoring.project, parts, say)
    domains = list(dict.fromkeys((*DOMAINS, *monitoring.by_domain)))
    rows = [
        (name, [one for one in monitoring.by_domain.get(name, ()) if one.indicator.id in parts])
        for name in domains
    ]
    rows = [(name, found) for name, found in rows if found]
    title = say("Regiments and indicators, {year}", year=monitoring.year)
    under = marked(
        monitoring.project,
        say,
        say("as of {day}", day=monitoring.as_of.isoformat()),
        say("share or rate in each cell; “covered / counted” where each unit is judged by itself"),
    )
    statuses = [
        status
        for status in STATUS_STYLES
        if any(one.status == status for found in parts.values() for one in found)
    ]
    wide = max(WIDTH, LABELS + 1 + COLUMN * len(names))
    column = (wide - LABELS - 1) / max(1, len(names))
    size = _heading_size(names.values(), column - 0.8)
    headings = [folded(name, column - 0.8, size, most=4) for name in names.values()]
    heading = 3.1 * max((len(lines) for lines in headings), default=1) + 2
    body = ROW * sum(len(found) for _, found in rows) + DOMAIN_ROW * len(rows)
    top, key = head_height(title, under, width=wide), key_height(statuses, say)
    figure = new_figure(wide, top + heading + body + 3 + key)
    head(figure, title, under)
    for place, lines in enumerate(headings):
        across = LABELS + column * (place + 0.5)
        down = top + heading - 3.1 * len(lines) - 0.8
        words_at(figure, across, down, "\n".join(lines), size=size, anchor="center")
    axes = axes_at(figure, 0, top + heading, wide, body)
    axes.set_axis_off()
    axes.set_xlim(0, wide)
    axes.set_ylim(body, 0)
    y = 0.0
    for name, found in rows:
        _domain(axes, y, say(DOMAINS[name]) if name in DOMAINS else name)
        y += DOMAIN_ROW
        for one in found:
            _row(axes, y, column, one, names, parts[one.indicator.id], say)
            y += ROW
    status_key(figure, top + heading + body + 2, statuses, say)
    return figure


def _heading_size(names: Iterable[str], width: float) -> float:
    """Return the size at which no word of a name has to be broken, within reason."""
    size = SMALL
    words = [word for name in names for word in name.split() if word.isascii()]
    while size > LEAST and any(width_of(word, size) > width for word in words):
        size -= 0.25
    return size


def _domain(axes: Axes, y: float, words: str) -> None:
    axes.text(
        0.5,
        y + DOMAIN_ROW - 2.0,
        drawable(words),
        fontsize=SMALL,
        fontweight=700,
        va="center",
        color=FAINT,
    )


def _row(
    axes: Axes,
    y: float,
    column: float,
    standing: Standing,
    names: Iterable[str],
    parts: tuple[PartFigure, ...],
    say: Translator,
) -> None:
    row = standing.indicator
    lines = folded(say.label(row.label), LABELS - 1.5, LETTERS, most=2)
    axes.text(0.5, y + ROW / 2, "\n".join(lines), fontsize=LETTERS, va="center", linespacing=1.1)
    there = {part.unit_id: part for part in parts}
    for place, code in enumerate(names):
        at = LABELS + column * place, y
        _cell(axes, at, column, there.get(code), row.aggregation, say)


def _cell(
    axes: Axes,
    at: tuple[float, float],
    width: float,
    part: PartFigure | None,
    aggregation: str,
    say: Translator,
) -> None:
    from matplotlib.patches import Rectangle  # noqa: PLC0415 - slow to import

    middle = at[1] + ROW / 2
    if part is None:
        axes.text(
            at[0] + width / 2, middle, "·", fontsize=LETTERS, ha="center", va="center", color=FAINT
        )
        return
    style = STATUS_STYLES[part.status]
    axes.add_patch(
        Rectangle(
            (at[0] + 0.25, at[1] + 0.25),
            width - 0.5,
            ROW - 0.5,
            facecolor=style.fill,
            edgecolor=style.line,
            linewidth=0.35,
        )
    )
    text = part_text(part, aggregation, say, bare=True).replace("–", "– ")
    words = f"{SHAPES[part.status]} {text}"
    size = LETTERS
    while size > LEAST and "–" not in words and width_of(words, size) > width - 1.4:
        size -= 0.2
    lines = folded(words, width - 1.4, size, most=2)
    axes.text(
        at[0] + width / 2,
        middle,
        "\n".join(lines),
        fontsize=size,
        ha="center",
        va="center",
        linespacing=1.05,
    )
