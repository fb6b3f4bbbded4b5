"""The scoreboard beside a map that shows no single indicator."""

from __future__ import annotations

from collections import Counter

from geo_planner.targets import Status
from maps.canvas import Drawing, fragment
from maps.overlays.underserved import figure, needs, target
from maps.palette import STATUS_COLOURS
from maps.scene import Scene

WORST_FIRST: tuple[Status, ...] = (
    "not_met",
    "trend_bad",
    "near",
    "undetermined",
    "met",
    "trend_ok",
    "reference_only",
    "no_data",
    "not_applicable",
)


def draw(scene: Scene) -> Drawing:
    """Return how many targets stand how, and each with its figure."""
    if not scene.verdicts:
        return Drawing()
    say = scene.say
    tally = Counter(one.status for one in scene.verdicts)
    counts = [
        (say.status(status), STATUS_COLOURS[status], tally[status])
        for status in WORST_FIRST
        if tally[status]
    ]
    rows = [
        {
            "label": say.label(one.indicator.label),
            "status": say.status(one.status),
            "colour": STATUS_COLOURS[one.status],
            "figure": figure(one, scene),
            "target": target(one, scene),
            "needs": needs(one, scene),
        }
        for one in sorted(scene.verdicts, key=lambda one: WORST_FIRST.index(one.status))
    ]
    return Drawing(sections=(fragment("verdicts.html", say, counts=counts, rows=rows),))
