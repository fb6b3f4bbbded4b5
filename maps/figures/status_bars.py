"""How many indicators stand where, domain by domain."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from maps.figures.canvas import (
    BODY,
    FAINT,
    INK,
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
from maps.figures.lettering import folded
from maps.figures.status_key import halo, key_height, status_key
from maps.palette import STATUS_STYLES
from maps.text.words import DOMAINS, SHAPES

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from geo_planner.monitoring import Monitoring
    from maps.text import Translator

ROW = 10.5
NAMES = 37.0


@drawing()
def status_by_domain(monitoring: Monitoring, say: Translator) -> Figure:
    """Return stacked bars: the indicators of each domain by status, with mark and number."""
    domains = [name for name in (*DOMAINS, *monitoring.by_domain) if name in monitoring.by_domain]
    domains = list(dict.fromkeys(domains))
    found = [
        status
        for status in STATUS_STYLES
        if any(one.status == status for one in monitoring.standings)
    ]
    title = say("Indicators by status and domain, {year}", year=monitoring.year)
    under = marked(
        monitoring.project,
        say,
        say.label(monitoring.project.catalogue.title),
        say("as of {day}", day=monitoring.as_of.isoformat()),
        _reached(monitoring, say),
    )
    top = head_height(title, under)
    key = key_height(found, say)
    height = top + ROW * len(domains) + 9.0 + key
    figure = new_figure(WIDTH, height)
    head(figure, title, under)
    axes = axes_at(figure, NAMES, top, WIDTH - NAMES - 3, ROW * len(domains) + 1)
    _bars(axes, monitoring, domains, found)
    for place, name in enumerate(domains):
        rows = monitoring.by_domain[name]
        words = say(DOMAINS[name]) if name in DOMAINS else name
        lines = folded(words, NAMES - 11, BODY, most=2)
        middle = top + ROW * (place + 0.5) + 0.5
        words_at(figure, 0.5, middle - 1.75 * len(lines), "\n".join(lines))
        words_at(figure, NAMES - 2, middle - 1.6, str(len(rows)), colour=FAINT, anchor="right")
    status_key(figure, height - key, found, say)
    return figure


def _reached(monitoring: Monitoring, say: Translator) -> str:
    (met, judged), (_, every) = monitoring.reached
    return say(
        "{met} met: of {judged} that can be judged, of {every} in all",
        met=met,
        judged=judged,
        every=every,
    )


def _bars(axes: Axes, monitoring: Monitoring, domains: list[str], found: list[str]) -> None:
    most = max((len(monitoring.by_domain[name]) for name in domains), default=1)
    axes.set_xlim(0, most)
    axes.set_ylim(len(domains) - 0.5, -0.5)
    axes.spines["bottom"].set_visible(False)
    axes.set_xticks([])
    axes.set_yticks([])
    for place, name in enumerate(domains):
        counts = Counter(one.status for one in monitoring.by_domain[name])
        start = 0
        for status in found:
            count = counts[status]  # type: ignore[index]
            if not count:
                continue
            style = STATUS_STYLES[status]
            axes.barh(
                place,
                count,
                left=start,
                height=0.78,
                facecolor=style.fill,
                edgecolor=style.line,
                hatch=style.pattern,
                linewidth=0.6,
            )
            axes.text(
                start + count / 2,
                place,
                f"{SHAPES[status]}\n{count}",
                fontsize=SMALL,
                ha="center",
                va="center",
                linespacing=1.05,
                color=INK,
                path_effects=halo(),
                snap=False,
            )
            start += count
