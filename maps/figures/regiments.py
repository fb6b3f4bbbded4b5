"""One indicator in all regiments and districts, side by side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from geo_planner.monitoring.figure_errors import NoPartsError
from geo_planner.monitoring.series import goal_of
from geo_planner.targets import DIRECTIONS, LOWER_IS_BETTER
from maps.figures.canvas import (
    BODY,
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
from maps.figures.lettering import drawable, folded
from maps.figures.part_values import measure_of_part, names_of, part_text
from maps.figures.status_key import halo, key_height, status_key
from maps.palette import STATUS_STYLES, VERMILLION
from maps.text.values import measure_text, target_text, trimmed, value_text
from maps.text.words import SHAPES

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from geo_planner.monitoring import Monitoring, PartFigure, Standing
    from maps.text import Translator

ROW = 6.4
NAMES = 34.0
MARGIN = 34.0


@drawing()
def regiments(
    monitoring: Monitoring,
    parts: Mapping[str, tuple[PartFigure, ...]],
    indicator_id: str,
    say: Translator,
) -> Figure:
    """Return a bar a part, in the order of the units table, with the target line.

    A full bar reaches to the lower bound; what unknown units could add is hatched.

    Raises
    ------
    NotKnownError
        If the catalogue has no such indicator.
    NoPartsError
        If no part has a figure for it.
    """
    row = monitoring.project.catalogue.indicator(indicator_id)
    found = parts.get(indicator_id, ())
    standing = monitoring.of.get(indicator_id)
    if not found or standing is None:
        raise NoPartsError(indicator_id)
    title = say("{indicator}: side by side, {year}", indicator=row.label, year=monitoring.year)
    under = marked(
        monitoring.project,
        say,
        say("Target: {target}", target=target_text(standing.coverage, say)),
        say("in all: {value}", value=value_text(standing.coverage, say)),
        say("as of {day}", day=monitoring.as_of.isoformat()),
    )
    statuses = [one for one in STATUS_STYLES if any(part.status == one for part in found)]
    top, body = head_height(title, under) + 4, ROW * len(found)
    key = key_height(statuses, say)
    figure = new_figure(WIDTH, top + body + 9 + key)
    head(figure, title, under)
    axes = axes_at(figure, NAMES, top, WIDTH - NAMES - MARGIN, body)
    names = names_of(monitoring.project, {indicator_id: found}, say)
    _bars(axes, found, standing, say)
    labels = [
        "\n".join(folded(names.get(part.unit_id, part.name), NAMES - 3, SMALL, most=2))
        for part in found
    ]
    axes.set_yticks(range(len(found)), labels, fontsize=SMALL, linespacing=1.0)
    axes.tick_params(axis="y", length=0)
    axes.tick_params(axis="x", length=2, width=0.6, labelsize=SMALL)
    status_key(figure, top + body + 8, statuses, say)
    return figure


def _bars(axes: Axes, found: tuple[PartFigure, ...], standing: Standing, say: Translator) -> None:
    row = standing.indicator
    goal = None if row.comparison in DIRECTIONS else goal_of(row)
    ends = [
        float(value) for part in found for value in (part.lower, part.upper) if value is not None
    ]
    ends += [0.0] if goal is None else [0.0, float(goal)]
    low, high = min(ends), max(ends)
    axes.set_xlim(low * 1.04, high * 1.04 or 1)
    axes.set_ylim(len(found) - 0.5, -0.5)
    axes.grid(axis="x", color=GRID, linewidth=0.6)
    axes.set_axisbelow(True)
    for place, part in enumerate(found):
        style = STATUS_STYLES[part.status]
        looks: dict[str, Any] = {"height": 0.68, "edgecolor": style.line, "linewidth": 0.6}
        lower = 0.0 if part.lower is None else float(part.lower)
        axes.barh(place, lower, facecolor=style.fill, **looks)
        upper = high if part.upper is None and part.lower is not None else float(part.upper or 0)
        if upper > lower:
            axes.barh(place, upper - lower, left=lower, facecolor="#ffffff", hatch="////", **looks)
        words = f"{SHAPES[part.status]} {part_text(part, row.aggregation, say)}"
        axes.annotate(
            drawable(words),
            (1, place),
            xycoords=axes.get_yaxis_transform(),
            xytext=(5, 0),
            textcoords="offset points",
            fontsize=SMALL,
            va="center",
        )
    measure = measure_text(measure_of_part(found[0], row.aggregation), say)
    axes.set_xlabel(drawable(measure), fontsize=SMALL, loc="right", labelpad=1)
    if goal is not None:
        sign = "≤" if row.comparison in LOWER_IS_BETTER else "≥"
        axes.axvline(float(goal), color=VERMILLION, linewidth=1.4, zorder=4)
        axes.annotate(
            drawable(f"{say('Target')} {sign} {trimmed(goal)}"),
            (float(goal), 1),
            xycoords=axes.get_xaxis_transform(),
            xytext=(0, 2),
            textcoords="offset points",
            fontsize=BODY,
            fontweight=700,
            color="#8a3d00",
            ha="right",
            va="bottom",
            path_effects=halo(),
        )
